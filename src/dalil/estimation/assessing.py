"""One report on a table: every method, every list left out, every size that is known.

Where methods, lists or known sizes disagree, no single estimate would say so. Smaller tables are sampled for less time
than the whole; their rows say whether the sampler settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from dalil.estimation.estimating import STANDARD, estimate
from dalil.estimation.lcm import LcmSettings
from dalil.estimation.opinions import Answer, agreement, answer_of, known_sizes, too_low, without_lists
from dalil.estimation.overlap import check_overlap
from dalil.estimation.results import Diagnostic, Estimate, Reason, Text, Verdict
from dalil.estimation.sentences import say
from dalil.estimation.settings import METHODS, Method, Settings
from dalil.estimation.table import Table
from dalil.estimation.verdict import judge

LONG: Final = {"most_sweeps": 200_000, "most_tempered_sweeps": 300_000}
"""Sweeps for the whole table: an estimate that is to be published is made by itself, and may take longer."""
SHORT: Final = {
    "n_chains": 8,
    "burn": 500,
    "first_sweeps": 2_000,
    "most_sweeps": 60_000,
    "most_tempered_sweeps": 60_000,
}
"""Sweeps for a table without a list, or within one."""
SHORT_REPLICATES: Final = 200
SHORT_CANDIDATES: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One estimate of the report: by which method, of what; ``estimate`` has no number where it was refused.

    ``without`` names the list left out, ``among`` the list whose members were estimated from the others; ``truth`` is
    how many those are.
    """

    method: Method
    estimate: Estimate
    without: str | None = None
    among: str | None = None
    truth: int | None = None

    @property
    def answer(self) -> Answer | None:
        """The interval, where there is one."""
        size = self.estimate.N
        if size is None:
            return None
        return answer_of(size.distribution, () if size.headline else size.modes)

    @property
    def covered(self) -> bool | None:
        """Whether the interval holds the truth, where both are there."""
        answer = self.answer
        return None if answer is None or self.truth is None else answer.low <= self.truth <= answer.high

    def as_json(self) -> dict[str, Any]:
        """Return the row as it is printed."""
        return {
            "method": self.method,
            "without": self.without,
            "among": self.among,
            "truth": self.truth,
            "covered": self.covered,
            "n": self.estimate.n,
            "N": None if self.estimate.N is None else self.estimate.N.as_json(),
            "verdict": self.estimate.verdict.value,
            "reasons": [reason.check for reason in self.estimate.reasons],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The report: rows, what follows from all of them together, and a verdict on the table."""

    table: Table
    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...]
    verdict: Verdict
    reasons: tuple[Reason, ...]

    @property
    def caveat(self) -> Text:
        """What no data can test, in each language."""
        return say("annex", "untestable")

    def whole(self, method: Method) -> Estimate:
        """Return a method's estimate from all lists."""
        return next(row.estimate for row in self.rows if row.method == method and not (row.without or row.among))

    def as_json(self) -> dict[str, Any]:
        """Return the report as ``--json`` prints it."""
        return {
            "n": self.table.n,
            "lists": {name: int(size) for name, size in zip(self.table.lists, self.table.list_sizes(), strict=True)},
            "verdict": self.verdict.value,
            "reasons": [reason.as_json() for reason in self.reasons],
            "caveat": dict(self.caveat),
            "diagnostics": [each.as_json() for each in self.diagnostics],
            "rows": [row.as_json() for row in self.rows],
            "table": self.table.digest,
        }


def assess(
    table: Table, *, seed: int = 0, methods: Iterable[Method] = METHODS, settings: Settings = STANDARD
) -> Assessment:
    """Estimate by every method, without every list, and within every list.

    Parameters
    ----------
    table : Table
        Whole; assess the strata of one with strata each by itself.
    """
    alone = replace(settings, second_opinions=False, lcm=_limited(settings.lcm, LONG))
    quick = replace(
        alone,
        lcm=_limited(settings.lcm, SHORT),
        loglinear=replace(settings.loglinear, n_replicates=SHORT_REPLICATES, n_candidates=SHORT_CANDIDATES),
    )
    whole = table if not table.strata else replace(table, strata=(), n_unplaced=0)
    sizes = dict(zip(whole.lists, whole.list_sizes().tolist(), strict=True))
    rows, checks = [], list(check_overlap(whole))
    for method in methods:
        rows.append(Row(method=method, estimate=estimate(whole, method, seed=seed, settings=alone)))
        for name in whole.lists:
            left = estimate(whole.without(name), method, seed=seed, settings=quick)
            rows.append(Row(method=method, without=name, estimate=left))
            inside = estimate(whole.among(name), method, seed=seed, settings=quick)
            rows.append(Row(method=method, among=name, truth=sizes[name], estimate=inside))
    checks += _across(whole, rows)
    verdict, reasons = judge(checks)
    return Assessment(table=whole, rows=tuple(rows), diagnostics=tuple(checks), verdict=verdict, reasons=reasons)


def _limited(settings: LcmSettings, most: Mapping[str, int]) -> LcmSettings:
    """Return settings with none of the named limits above ``most``."""
    lower: Mapping[str, Any] = {name: min(getattr(settings, name), limit) for name, limit in most.items()}
    return replace(settings, **lower)


def _across(table: Table, rows: list[Row]) -> list[Diagnostic]:
    """Check methods against each other, and each against itself with less."""
    full = {row.method: row for row in rows if row.without is None and row.among is None}
    found = [agreement({method: row.answer for method, row in full.items() if row.answer is not None})]
    for method, row in full.items():
        if method == "chao":
            continue  # a floor is meant to miss
        found += [
            replace(each, about=f"{method}: {each.about}") if each.about else each
            for each in (
                *without_lists(row.answer, {r.without: r.answer for r in rows if r.method == method and r.without}),
                known_sizes({r.among: (r.truth or 0, r.answer) for r in rows if r.method == method and r.among}),
            )
        ]
        found += too_low(table.occupied(), row.answer) if row.answer is not None else []
        found += [
            each
            for each in row.estimate.diagnostics
            if not each.passed and each.name != "second_opinions_asked" and each not in found
        ]
    return found
