"""Many that look alike cannot all be one: what a record's likely partners on one list add up to is bounded.

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
_FAR: Final = 30.0


def uncrowded(a: Longs, b: Longs, log_odds: Floats, list_of: npt.NDArray[np.int16], n_lists: int) -> Floats:
    """Return log-odds of pairs in the light of the other pairs of either record with the same list."""
    chance = 1 / (1 + np.exp(-np.clip(log_odds.astype(np.float64), -_FAR, _FAR)))
    # A record and a list: its partners there are met from both ends of pairs.
    forth, back = a * n_lists + list_of[b], b * n_lists + list_of[a]
    places, at = np.unique(np.concatenate([forth, back]), return_inverse=True)
    total = np.bincount(at, np.concatenate([chance, chance]), minlength=len(places))[at]
    most = np.maximum(total[: len(a)], total[len(a) :]) / MOST_PARTNERS
    crowded = most > 1
    bounded = chance[crowded] / most[crowded]
    found = log_odds.copy()
    found[crowded] = np.log(bounded / (1 - bounded)).astype(np.float32)
    return found
