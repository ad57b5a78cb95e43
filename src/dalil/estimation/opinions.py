"""Second opinions on an estimate: another method's number, the number without each list, and sizes that are known.

They are asked of the exact method, which costs milliseconds, so that no estimate goes without them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from dalil.estimation import dga, loglinear
from dalil.estimation.chao import lower_bound
from dalil.estimation.distribution import Exact
from dalil.estimation.mode_checks import modes_of, several_modes
from dalil.estimation.modes import Mode
from dalil.estimation.overlap import LEAST_LISTS, check_overlap
from dalil.estimation.results import Diagnostic, Verdict
from dalil.estimation.sentences import number_text
from dalil.estimation.settings import Method, Settings
from dalil.estimation.table import Table
from dalil.estimation.verdict import check

AGREEMENT: Final = 1.5
"""Times by which methods may differ."""
QUICK_LISTS: Final = 6
"""Up to so many lists the exact method answers in under a second; seven take several."""
LEVELS: Final = (0.025, 0.5, 0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """What was asked, and the checks made of the answers."""

    checks: tuple[Diagnostic, ...]
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An interval: quantiles at 2.5, 50 and 97.5 %, in persons; and the modes, where the exact method was asked."""

    low: float
    median: float
    high: float
    modes: tuple[Mode, ...] = ()

    def as_json(self) -> list[int]:
        """Return the three numbers in whole persons."""
        return [round(self.low), round(self.median), round(self.high)]


def second_opinions(table: Table, method: Method, estimate: float, settings: Settings) -> Opinions:
    """Ask for second opinions on an estimate that ``method`` makes of a table."""
    whole = exact_answer(table, settings) if table.n_lists <= QUICK_LISTS or method == "dga" else None
    numbers = {method: estimate} | other_numbers(table, method, whole, settings)
    without = {name: _asked(table.without(name), settings) for name in table.lists}
    known = {
        name: (int(size), _asked(table.among(name), settings))
        for name, size in zip(table.lists, table.list_sizes(), strict=True)
    }
    checks = [agreement(numbers)]
    if whole is not None and method != "dga":
        checks.append(several_modes(whole.modes, name="several_modes_elsewhere"))
    checks += without_lists(whole, without)
    checks.append(known_sizes(known))
    details = {
        "methods": {name: round(number) for name, number in numbers.items()},
        "without": {name: None if answer is None else answer.as_json() for name, answer in without.items()},
        "known_sizes": {
            name: {"size": size, "estimate": None if answer is None else answer.as_json()}
            for name, (size, answer) in known.items()
        },
    }
    return Opinions(checks=tuple(checks), details=details)


def exact_answer(table: Table, settings: Settings) -> Answer:
    """Return the interval by averaging over graphs."""
    averaged = dga.average(table, delta=settings.dga_delta if table.n_lists >= LEAST_LISTS else None)
    exact = Exact(support=averaged.support, mass=averaged.mass)
    low, median, high = exact.quantiles(LEVELS)
    return Answer(low=float(low), median=float(median), high=float(high), modes=modes_of(exact))


def other_numbers(table: Table, method: Method, whole: Answer | None, settings: Settings) -> dict[Method, float]:
    """Return what the methods that need no sampling say besides; the floor is not among them."""
    found: dict[Method, float] = {}
    if whole is not None and method != "dga":
        found["dga"] = whole.median
    if table.n_lists <= loglinear.MOST_LISTS and method != "loglinear":
        models = loglinear.search(table, settings.loglinear)
        if len(models.sizes):
            found["loglinear"] = float(models.sizes[0])
    return found


def _asked(table: Table, settings: Settings) -> Answer | None:
    """Return the interval from a smaller table; None where it would be refused or take long."""
    used = table.occupied() if table.n else table
    if not table.n or used.n_lists > QUICK_LISTS or _refused(used):
        return None
    return exact_answer(used, settings)


def _refused(table: Table) -> bool:
    return any(not each.passed and each.demands is Verdict.REFUSED for each in check_overlap(table))


def agreement(numbers: dict[Method, float]) -> Diagnostic:
    """Check that methods say about the same; the floor takes no part."""
    said = {name: number for name, number in numbers.items() if name != "chao"}
    if len(said) < 2:
        return check("method_agreement", None, AGREEMENT, passed=True)
    ratio = max(said.values()) / min(said.values())
    about = "; ".join(f"{name} {number_text(round(number))}" for name, number in said.items())
    return check("method_agreement", round(ratio, 3), AGREEMENT, passed=ratio <= AGREEMENT, about=about)


def without_lists(whole: Answer | None, without: dict[str, Answer | None]) -> list[Diagnostic]:
    """Check for each list that the interval without it holds the median with it."""
    found = []
    for name, answer in without.items():
        if whole is None or answer is None:
            found.append(check("without_a_list", None, None, passed=True, about=name))
            continue
        held = answer.low <= whole.median <= answer.high
        shown = f"{number_text(round(answer.low))} – {number_text(round(answer.high))}"
        found.append(
            check("without_a_list", round(answer.median), round(whole.median), passed=held, about=name, shown=shown)
        )
    return found


def known_sizes(known: dict[str, tuple[int, Answer | None]]) -> Diagnostic:
    """Check that at least half of the lists' sizes, which are known, are within the interval for them."""
    asked = {name: (size, answer) for name, (size, answer) in known.items() if answer is not None}
    right = [name for name, (size, answer) in asked.items() if answer is not None and answer.low <= size <= answer.high]
    about = "; ".join(
        f"{name}: {number_text(size)}, {number_text(round(answer.low))} – {number_text(round(answer.high))}"
        for name, (size, answer) in asked.items()
        if answer is not None
    )
    passed = 2 * len(right) >= len(asked)
    return check("known_sizes", f"{len(right)}/{len(asked)}", "1/2", passed=passed, about=about)


def floor_of(table: Table) -> float:
    """Return Chao's lower bound, to stand beside an estimate."""
    return float(np.maximum(lower_bound(table).estimate, table.n))
