"""Which pair to ask about first: the one whose answer is likeliest to change what is published, or the model.

The value of asking is the chance that the answer differs from what stands, times what would change then. A published
figure changes by one person when two of its members turn out to be one, or one to be two; that weighs as much as one
person is of the figure, so 1 in 13 children before 1 in 130,294 held. Beside that stands what an answer teaches the
model, which moves every figure a little.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.archives.candidates import Candidates
from dalil.linkage.archives.presence import chance_of
from dalil.review.stakes import Stake

ONE_SIDED: Final = 0.5
"""What counts of a figure of which only one of the two is a member: their union may or may not change it. Of a pair by
which somebody may come into a figure, the share counts that such joins have."""
TEACHING: Final = 0.002
"""What an answer that teaches the model most is worth: as much as a person in a figure of 500. Judged, not measured: of
questions worth less for figures than that, those that teach come first."""


def values(candidates: Candidates, stakes: Mapping[str, Stake]) -> npt.NDArray[np.float64]:
    """Return how much asking about each pair is worth, in shares of published figures.

    Parameters
    ----------
    candidates : Candidates
        Scored pairs.
    stakes : mapping of figure to Stake
        What of each published figure hangs on who is who.

    Returns
    -------
    (n_pairs,) float64
        At least 0.
    """
    probability = candidates.probability.astype(np.float64)
    surprise = np.where(candidates.joined, 1 - probability, probability)
    at_stake = np.zeros(len(candidates))
    for name in sorted(stakes):
        stake = stakes[name]
        one, other = np.isin(candidates.a, stake.members), np.isin(candidates.b, stake.members)
        of_nobody = np.maximum(
            *(chance_of(each, stake.entering, stake.chance) for each in (candidates.a, candidates.b))
        )
        weight = np.where(one & other, 1.0, np.where(one | other, ONE_SIDED, of_nobody))
        at_stake += weight / max(len(stake.members), 1)
    value: npt.NDArray[np.float64] = surprise * at_stake + TEACHING * candidates.teaches
    return value


def order(candidates: Candidates, value: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the pairs in the order they should be asked: most valuable first, older mentions first among equals."""
    return np.lexsort((candidates.b, candidates.a, -value))
