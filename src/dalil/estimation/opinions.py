"""Second opinions on an estimate: another method's number, the number without each list, and sizes that are known.

They are asked of the exact method, which costs milliseconds, so that no estimate goes without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dalil.estimation import dga, loglinear
from dalil.estimation.chao import lower_bound
from dalil.estimation.distribution import Distribution, Exact
from dalil.estimation.harder_to_find import size_if_all_depend_alike
from dalil.estimation.mode_checks import modes_of, several_modes
from dalil.estimation.modes import Mode, modes_json
from dalil.estimation.overlap import LEAST_LISTS, is_refused
from dalil.estimation.results import Diagnostic
from dalil.estimation.sentences import number_text, say
from dalil.estimation.settings import Method, Settings
from dalil.estimation.table import Table
from dalil.estimation.verdict import check

AGREEMENT: Final = 1.5
"""Times by which methods may differ."""
QUICK_LISTS: Final = 6
"""Up to so many lists the exact method answers in under a second; seven take several."""
MERGED_LISTS: Final = 5
"""Of more, the smallest are put together to so many before the exact method is asked."""
INTERVAL: Final = (0.025, 0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """What was asked, and the checks made of the answers."""

    checks: tuple[Diagnostic, ...]
    details: dict[str, Any] = field(default_factory=dict)
    modes: tuple[Mode, ...] = ()
    """Of the exact method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An interval: quantiles at 2.5, 50 and 97.5 %, in persons; and the modes, where they are known.

    Where it has several modes far apart, its median is no answer and is not shown.
    """

    low: float
    median: float
    high: float
    modes: tuple[Mode, ...] = ()

    @property
    def several(self) -> bool:
        """Whether several answers fit, far apart."""
        return bool(self.modes) and not several_modes(self.modes).passed

    @property
    def centres(self) -> tuple[float, ...]:
        """The one answer, or the several."""
        return tuple(mode.centre for mode in self.modes) if self.several else (self.median,)

    @property
    def shown(self) -> str:
        """The one answer, or the several, as people read them."""
        return " / ".join(f"{'≈ ' if self.several else ''}{number_text(round(centre))}" for centre in self.centres)

    @property
    def range_shown(self) -> str:
        """The interval as people read it."""
        return f"{number_text(round(self.low))} – {number_text(round(self.high))}"

    def as_json(self) -> list[int | None]:
        """Return the three numbers in whole persons; the middle one null where several answers fit."""
        return [round(self.low), None if self.several else round(self.median), round(self.high)]

    def as_details(self) -> dict[str, Any]:
        """Return number, interval and modes, as ``answers`` in the details of an estimate hold them."""
        low, number, high = self.as_json()
        return {"number": number, "interval": [low, high], "modes": modes_json(self.modes) if self.several else []}


def second_opinions(table: Table, method: Method, estimate: Answer, settings: Settings) -> Opinions:
    """Ask for second opinions on an estimate that ``method`` makes of a table."""
    whole = exact_answer(table if method == "dga" else _few(table), settings)
    answers = {method: estimate} | other_answers(table, method, whole, settings)
    without = {name: _asked(table.without(name), settings) for name in table.lists}
    known = {
        name: (int(size), _asked(table.among(name), settings))
        for name, size in zip(table.lists, table.list_sizes(), strict=True)
    }
    checks = [agreement(answers)]
    if method != "dga":
        checks.append(several_modes(whole.modes, name="several_modes_elsewhere"))
    checks += without_lists(whole, without)
    checks.append(known_sizes(known))
    checks += too_low(table, estimate) if method != "chao" else []
    details = {
        "methods": {name: answer.as_json()[1] for name, answer in answers.items()},
        "answers": {name: answer.as_details() for name, answer in answers.items()},
        "whole": whole.as_details(),
        "without": {name: None if answer is None else answer.as_json() for name, answer in without.items()},
        "known_sizes": {
            name: {"size": size, "estimate": None if answer is None else answer.as_json()}
            for name, (size, answer) in known.items()
        },
    }
    return Opinions(checks=tuple(checks), details=details, modes=whole.modes)


def answer_of(distribution: Distribution, modes: tuple[Mode, ...] = ()) -> Answer:
    """Return what a distribution of N answers; in the middle its estimator's own number."""
    low, high = distribution.quantiles(INTERVAL)
    return Answer(low=float(low), median=distribution.estimate, high=float(high), modes=modes)


def exact_answer(table: Table, settings: Settings) -> Answer:
    """Return the interval by averaging over graphs."""
    averaged = dga.average(table, delta=settings.dga_delta if table.n_lists >= LEAST_LISTS else None)
    exact = Exact(support=averaged.support, mass=averaged.mass)
    return answer_of(exact, modes_of(exact))


def other_answers(table: Table, method: Method, whole: Answer, settings: Settings) -> dict[Method, Answer]:
    """Return what the methods that need no sampling say besides; the floor is not among them."""
    found: dict[Method, Answer] = {}
    if method != "dga":
        found["dga"] = whole
    if table.n_lists <= loglinear.MOST_LISTS and method != "loglinear":
        models = loglinear.search(table, settings.loglinear)
        if len(models.sizes):
            close = models.sizes[models.scores <= loglinear.CLOSE_SCORES]
            size = float(models.sizes[0])
            found["loglinear"] = Answer(low=float(close.min()), median=size, high=float(close.max()))
    return found


def _few(table: Table) -> Table:
    return table if table.n_lists <= QUICK_LISTS else table.merged_to(MERGED_LISTS)


def _asked(table: Table, settings: Settings) -> Answer | None:
    """Return the interval from a smaller table; None where it would be refused."""
    used = _few(table.occupied()) if table.n else table
    if not table.n or is_refused(used):
        return None
    return exact_answer(used, settings)


def agreement(answers: Mapping[Method, Answer]) -> Diagnostic:
    """Check that methods say about the same; the floor takes no part."""
    said = {name: answer for name, answer in answers.items() if name != "chao"}
    if len(said) < 2:
        return check("method_agreement", None, AGREEMENT, passed=True)
    middles = [answer.median for answer in said.values()]
    ratio = max(middles) / min(middles)
    several = any(answer.several for answer in said.values())  # then no method's middle is shown as if it were one
    about = "; ".join(
        f"{name} {answer.range_shown if several and not answer.several else answer.shown}"
        for name, answer in said.items()
    )
    return check("method_agreement", round(ratio, 3), AGREEMENT, passed=ratio <= AGREEMENT, about=about)


def without_lists(whole: Answer | None, without: Mapping[str, Answer | None]) -> list[Diagnostic]:
    """Check for each list that the interval without it holds the answer with it; and that any list can be spared."""
    found = []
    for name, answer in without.items():
        if whole is None or answer is None:
            found.append(check("without_a_list", None, None, passed=True, about=name))
            continue
        held = all(answer.low <= centre <= answer.high for centre in whole.centres)
        found.append(
            Diagnostic(
                name="without_a_list",
                value=answer.shown if answer.several else round(answer.median),
                threshold=None if whole.several else round(whole.median),
                passed=held,
                about=name,
                text={}
                if held
                else say("checks", "without_a_list", about=name, value=answer.range_shown, threshold=whole.shown),
            )
        )
    spared = sum(answer is not None for answer in without.values())
    found.append(check("lists_to_spare", spared, 1, passed=spared > 0))
    return found


def known_sizes(known: dict[str, tuple[int, Answer | None]]) -> Diagnostic:
    """Check that at least half of the lists' sizes, which are known, are within the interval for them."""
    asked = {name: (size, answer) for name, (size, answer) in known.items() if answer is not None}
    right = [name for name, (size, answer) in asked.items() if answer is not None and answer.low <= size <= answer.high]
    about = "; ".join(
        f"{name}: {number_text(size)}, {answer.range_shown}"
        for name, (size, answer) in asked.items()
        if answer is not None
    )
    passed = 2 * len(right) >= len(asked)
    value = f"{len(right)}/{len(asked)}" if asked else None
    return check("known_sizes", value, "1/2", passed=passed, about=about)


def too_low(table: Table, estimate: Answer) -> list[Diagnostic]:
    """Check for signs that lists miss the same people; a table can be without any of them and they do all the same."""
    alike = size_if_all_depend_alike(table)
    floor = floor_of(table)
    return [
        check(name, None if size is None else round(size), round(estimate.high), passed=size is None or passed)
        for name, size, passed in (
            ("harder_to_find", alike, alike is None or alike <= estimate.high),
            ("floor_above", floor, floor <= estimate.high),
        )
    ]


def floor_of(table: Table) -> float:
    """Return Chao's lower bound, to stand beside an estimate."""
    return max(lower_bound(table).estimate, float(table.n))
