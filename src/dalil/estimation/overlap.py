"""Whether lists overlap enough, and independently enough, for anything to be said of those on none."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse.csgraph import connected_components

from dalil.estimation.results import Diagnostic, Verdict
from dalil.estimation.table import Table
from dalil.estimation.verdict import check

LEAST_LISTS: Final = 3
"""As HRDAG's practice; two lists cannot show dependence."""
LEAST_OVERLAP: Final = 10
FEW_OVERLAP: Final = 50
"""Persons on several lists, under which we refuse, or warn. Ours; nobody publishes a limit."""
CONTAINED_BY_CHANCE: Final = 0.01
"""A list that lies within another is refused unless chance would put it there so often: the share of the persons on
further lists who are on the larger one, to the power of the smaller one's size. Ours."""
COPIED: Final = 0.95
LEAST_COPIED: Final = 20
NEARLY_ALL: Final = 0.8
"""A list of at least so many persons, of whom this share is on one other list, may be a copy of it; but not where the
other has nearly everyone anyway, as a census does. Ours."""


def check_overlap(table: Table) -> tuple[Diagnostic, ...]:
    """Check a table's lists, those without records left aside; nothing is computed that a refusal would waste."""
    if not table.n:
        return (check("nobody", 0, 1, passed=False, demands=Verdict.REFUSED),)
    used = table.occupied()
    shared = used.overlaps()
    identical = _pairs(used, shared, share=1.0, both=True)
    found = [
        check(
            "n_lists_with_records",
            used.n_lists,
            LEAST_LISTS,
            passed=used.n_lists >= LEAST_LISTS,
            demands=Verdict.REFUSED,
        ),
        check(
            "identical_lists",
            len(identical),
            0,
            passed=not identical,
            demands=Verdict.REFUSED,
            about="; ".join(f"{first}, {second}" for first, second, _ in identical),
        ),
        check(
            "n_on_several_lists",
            used.n_on_several,
            LEAST_OVERLAP,
            passed=used.n_on_several >= LEAST_OVERLAP,
            demands=Verdict.REFUSED,
        ),
    ]
    if used.n_on_several >= LEAST_OVERLAP:
        few = used.n_on_several < FEW_OVERLAP
        found.append(check("few_on_several_lists", used.n_on_several, FEW_OVERLAP, passed=not few))
    n_groups, group = connected_components(shared > 0, directed=False)
    names = " | ".join(
        ", ".join(name for name, of in zip(used.lists, group, strict=True) if of == each) for each in range(n_groups)
    )
    found.append(
        check(
            "connected_lists",
            int(n_groups),
            1,
            passed=n_groups == 1,
            demands=Verdict.REFUSED,
            about=names if n_groups > 1 else "",
        )
    )
    complete = [name for name, size in zip(used.lists, np.diag(shared), strict=True) if size == used.n]
    if complete:
        about = ", ".join(complete)
        found.append(check("complete_list", len(complete), 0, passed=False, demands=Verdict.REFUSED, about=about))
    same = {frozenset(pair[:2]) for pair in identical}
    contained = [] if complete else [pair for pair in _contained(used, shared) if frozenset(pair) not in same]
    for first, second in contained:
        about = f"{first} → {second}"
        found.append(check("contained_list", 1, COPIED, passed=False, demands=Verdict.REFUSED, about=about))
    for first, second, share in _pairs(used, shared, share=COPIED, both=False):
        if frozenset((first, second)) not in same and (first, second) not in contained and not complete:
            shown = round(100 * share)
            found.append(
                check("copied_list", round(share, 4), COPIED, passed=False, about=f"{first} → {second}", shown=shown)
            )
    return tuple(found)


def is_refused(table: Table) -> bool:
    """Tell whether a table's lists say too little for any method."""
    return any(not each.passed and each.demands is Verdict.REFUSED for each in check_overlap(table))


def _contained(table: Table, shared: np.ndarray) -> list[tuple[str, str]]:
    """Return the pairs of lists of which the first lies within the second, more than chance would have it."""
    found = []
    sizes = np.diag(shared)
    for one, other in zip(*np.nonzero(shared == sizes[:, None]), strict=True):
        if one == other:
            continue
        elsewhere = np.delete(table.patterns, (one, other), axis=1).any(axis=1) & (table.patterns[:, one] == 0)
        n_elsewhere = int(table.counts[elsewhere].sum())
        n_both = int(table.counts[elsewhere & (table.patterns[:, other] == 1)].sum())
        share = n_both / n_elsewhere if n_elsewhere else 0.0
        if share ** int(sizes[one]) < CONTAINED_BY_CHANCE:
            found.append((table.lists[one], table.lists[other]))
    return found


def _pairs(table: Table, shared: np.ndarray, *, share: float, both: bool) -> list[tuple[str, str, float]]:
    """Return the pairs of lists of which the first (or both) has at least ``share`` of its persons on the other."""
    found = []
    sizes = np.diag(shared)
    for one in range(table.n_lists):
        for other in range(table.n_lists):
            if one == other or (both and one > other):
                continue
            if not both and (sizes[one] < LEAST_COPIED or sizes[other] > NEARLY_ALL * table.n):
                continue
            least = shared[one, other] / (max(sizes[one], sizes[other]) if both else sizes[one])
            if least >= share:
                found.append((table.lists[one], table.lists[other], float(least)))
    return found
