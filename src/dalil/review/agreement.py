"""How well people agree who judged the same pairs, and what they settled, as labels for measuring a model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from dalil.records.judged import Verdict
from dalil.review.pair_states import PairState, gist, state_of
from dalil.review.verdicts import Ends, PeoplesVerdicts, ends
from dalil.values.ids import format_subject

Z: Final = 1.959964
"""Of a 95 % interval."""
LABELS: Final = {"same": "same", "not": "different", "unsure": "unsure"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """First and second verdicts on the same pairs.

    Attributes
    ----------
    n_pairs : int
        Pairs that two people judged.
    share, low, high : float or None
        Of them, those on which they agree, with a 95 % Wilson interval; None without pairs.
    kappa : float or None
        Cohen's: agreement beyond chance, 1 at best; None where all verdicts are alike and chance explains everything.
    table : mapping of (first, second) to count
        Verdicts, ``relative`` counted as ``not``.
    n_in_sight : int
        Pairs whose first verdict was a proposal, which the second person saw: people agree more readily then than when
        they look a second time without knowing.
    """

    n_pairs: int
    share: float | None
    low: float | None
    high: float | None
    kappa: float | None
    table: dict[tuple[str, str], int]
    n_in_sight: int


def agreement_of(verdicts: Iterable[Verdict]) -> Agreement:
    """Measure agreement from all verdicts ever given; of each person, their last word on a pair counts."""
    last: dict[Ends, dict[str, str]] = {}
    proposals: set[Ends] = set()
    for each in (each for each in verdicts if each.leads):
        by = last.setdefault(ends(each.a, each.b), {})
        if not by and each.proposed:
            proposals.add(ends(each.a, each.b))
        by[each.actor] = gist(each.verdict)  # stays where it first stood: first is first, even if changed since
    twice = [list(by.values())[:2] for by in last.values() if len(by) > 1]
    table = Counter((first, second) for first, second in twice)
    n_pairs = len(twice)
    if not n_pairs:
        return Agreement(n_pairs=0, share=None, low=None, high=None, kappa=None, table={}, n_in_sight=0)
    n_agreed = sum(count for (first, second), count in table.items() if first == second)
    low, high = wilson(n_agreed, n_pairs)
    return Agreement(
        n_pairs=n_pairs,
        share=n_agreed / n_pairs,
        low=low,
        high=high,
        kappa=_kappa(table, n_agreed / n_pairs),
        table=dict(sorted(table.items())),
        n_in_sight=sum(len(by) > 1 for pair, by in last.items() if pair in proposals),
    )


def _kappa(table: Counter[tuple[str, str]], observed: float) -> float | None:
    """Return (observed - expected) / (1 - expected), Cohen 1960."""
    n = table.total()
    firsts, seconds = Counter[str](), Counter[str]()
    for (first, second), count in table.items():
        firsts[first] += count
        seconds[second] += count
    expected = sum(firsts[each] * seconds[each] for each in firsts) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def wilson(n_yes: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    share = n_yes / n
    centre = share + Z**2 / (2 * n)
    spread = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return (centre - spread) / (1 + Z**2 / n), (centre + spread) / (1 + Z**2 / n)


def labels_of(said: PeoplesVerdicts, is_person: Callable[[int], bool]) -> list[tuple[str, str, str]]:
    """Return the pairs of persons that are settled: two ids and ``same``, ``different`` or ``unsure``."""
    found = []
    for (a, b), verdicts in sorted(said.said.items()):
        if state_of(verdicts) is PairState.SETTLED and is_person(a):
            final = [each.verdict for each in verdicts if not each.proposed][-1]
            found.append((format_subject(a), format_subject(b), LABELS[gist(final)]))
    return found
