"""Many that look alike cannot all be one: a record's likely partners on one list compete, and their sum is bounded.

A list has a person once, or twice by mistake. If twenty rows of a list each look like the one person whom a record of
another list tells of, each of them is less likely than it looks by itself. Without this, sixty men of one common name
and nothing else would become one man.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

MOST_PARTNERS: Final = 1.5
"""Expected partners of one record on one list beyond which they compete: the person, and half a repetition."""
_FAR, _SURE = 30.0, 12.0
_TWICE: Final = 0.1
"""Chance that a list has a person twice whom it seems to have twice: of rivals, one at most is right but for this."""


def uncrowded(a: Longs, b: Longs, log_odds: Floats, list_of: npt.NDArray[np.int16], n_lists: int) -> Floats:
    """Return log-odds of pairs in the light of the other pairs of either record with the same list."""
    n = len(a)
    # A record and a list: its partners there are met from both ends of pairs.
    places = np.concatenate([a * n_lists + list_of[b], b * n_lists + list_of[a]])
    _, at = np.unique(places, return_inverse=True)

    def most_beside(of: npt.NDArray[np.float64], *, itself: bool) -> npt.NDArray[np.float64]:
        total = np.bincount(at, np.concatenate([of, of]))[at]
        most: npt.NDArray[np.float64] = np.maximum(total[:n], total[n:]) - (0.0 if itself else of)
        return np.maximum(most, 0.0)

    odds = np.exp(np.clip(log_odds.astype(np.float64), -_FAR, _SURE))
    rivals = most_beside(odds, itself=False)
    found = (log_odds + np.log(_TWICE + (1 - _TWICE) / (1 + rivals))).astype(np.float32)
    chance = 1 / (1 + np.exp(-np.clip(found.astype(np.float64), -_FAR, _FAR)))
    most = most_beside(chance, itself=True) / MOST_PARTNERS
    crowded = most > 1
    bounded = chance[crowded] / most[crowded]
    found[crowded] = np.log(bounded / (1 - bounded)).astype(np.float32)
    return found
