"""How many true pairs no rule found: capture and recapture over rules that look at different things.

Rules by name alone, and rules by one part of a name with a day or a place, fail for different reasons. Where they find
the same pairs, and how many each finds alone, says how many neither finds (Lincoln and Petersen), within groups of
pairs that have the same fields to be found by. What makes a pair hard for both is not seen; a factor stands for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.weighing.comparing import AT

Doubles = npt.NDArray[np.float64]

_BY_NAME: Final = ("two parts", "slipped")
_BY_OTHER: Final = ("part and", "identifier")
_UNSEEN: Final = 5.2
"""What is hard for all rules is not seen. Misses are taken this many times: on nine sets of lists whose truth was
known, they were then estimated to be from a sixth fewer to three quarters more than they were."""
_UNSEEN_BY_NAMES: Final = 3.2
"""The same where all rules go by names: they overlap more, and show less of what they miss. On four such sets of lists
whose truth was known it was 1.6 to 2.9 times as many."""
_A_MISSED_PAIR: Final = 1.2
_STEEP: Final = 2.5
"""A pair that was not found makes a person too many, unless others hold the person together: on fourteen sets whose
truth was known, 0.15 to 0.9 persons a missed pair, as this power of merges for each true pair says."""
_SIEVED: Final = 0.002
"""Share of true pairs that the sieve put aside, as on most lists; on such as write some families first, twice that."""
_USUAL, _USUAL_PAIRS = 0.004, 1000.0
"""Missed pairs that rules show for each one found, as on most lists, and how many pairs that is worth."""
_FEWEST: Final = 30.0
"""Expected pairs found by both families, below which a group says nothing of its own."""


def estimated_recall(
    rules: npt.NDArray[np.int32], names: Sequence[str], chance: Doubles, matrix: npt.NDArray[np.float32]
) -> float | None:
    """Return the estimated share of true pairs that are candidates, None where there is too little to tell.

    Parameters
    ----------
    rules : (n_pairs,) int32
        Bits of the rules that found each pair.
    names : sequence of str
        Name of the rule of each bit.
    chance : (n_pairs,) float64
        Probability that a pair is true.
    """
    by_name = (rules & _mask(names, _BY_NAME)) != 0
    by_other = (rules & _mask(names, _BY_OTHER)) != 0
    if not by_other.any():
        return _chao(rules, chance)
    dated = ~np.isnan(matrix[:, AT["day_gap"]])
    placed = ~np.isnan(matrix[:, AT["place"]])
    short = matrix[:, AT["fewest_parts"]] < 2
    group = 4 * dated + 2 * placed + short
    found = total = 0.0
    for number in range(8):
        here = np.where(group == number, chance, 0.0)
        seen = float(here.sum())
        both = float(here[by_name & by_other].sum())
        all_ = float(here[by_name].sum()) * float(here[by_other].sum()) / both if both > _FEWEST else seen
        found, total = found + seen, total + max(seen, all_)
    return _cautious(found / total, found, _UNSEEN) if found > _FEWEST else None


def persons_missed(n_true: float, recall: float | None, merges_a_pair: float) -> float:
    """Return how many persons are counted too many because pairs of theirs were not found, or not compared closely.

    Parameters
    ----------
    n_true : float
        True pairs among the candidates, expected.
    recall : float or None
        Estimated share of true pairs that are candidates.
    merges_a_pair : float
        Merges made for each true pair: one, where persons have two records, fewer where they have more.
    """
    if recall is None:
        return 0.0
    found: float = n_true * (1 / recall - 1 + _SIEVED) * _A_MISSED_PAIR * min(1.0, merges_a_pair) ** _STEEP
    return found


def _mask(names: Sequence[str], beginnings: tuple[str, ...]) -> int:
    return sum(1 << bit for bit, name in enumerate(names) if name.startswith(beginnings))


def _chao(rules: npt.NDArray[np.int32], chance: Doubles) -> float | None:
    """Return the estimate from pairs found by one rule and by two (Chao 1987), where all rules go by names."""
    times = np.bitwise_count(rules)
    once, twice, found = (float(chance[times == 1].sum()), float(chance[times == 2].sum()), float(chance.sum()))
    if found < _FEWEST or not twice:
        return None
    return _cautious(found / (found + once * once / (2 * twice)), found, _UNSEEN_BY_NAMES)


def _cautious(seen: float, found: float, times: float) -> float:
    """Return the share found, held near the usual one where few pairs tell, if misses are so many times those seen."""
    missed = (found * (1 / seen - 1) + _USUAL_PAIRS * _USUAL) / (found + _USUAL_PAIRS)
    return round(1 / (1 + times * missed), 4)
