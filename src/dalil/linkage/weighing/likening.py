"""How likely two units are one name, for millions of pairs of units at once.

The sounds, costs and equivalents of `dalil.names`, as arrays, and a curve of this room's own: models learned here are
frozen with it. A test holds the costs to those of `dalil.names`. Distinct pairs are worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.names.alignment import costs
from dalil.names.sounds import MOST_SOUNDS, N_ARABIC
from dalil.names.units import Unit

Floats = npt.NDArray[np.float32]

_BATCH: Final = 50_000
_MOST_DIFFERENT: Final = 2
"""Consonant classes that may be on one side only; beyond that, names are not aligned and unlike."""
_BASE: Final = np.array([[1.1, 3.2], [3.2, 0.3]], np.float32)
"""Logarithm of odds at no cost, by whether each side is in Arabic script: inside one script, near names are many."""
_PER_NAT: Final = 1.1
_FIRST_NAT: Final = 0.3
_PER_BIT: Final = 0.5
"""A form that nobody bears is a slip of the pen, a frequent one is another name."""
_MOST_BITS: Final = 8.0
_OTHER_CONSONANTS: Final = 1.6
_EQUIVALENT: Final = 4.0
_DISTINCT: Final = -3.5


class Likening:
    """Knows units by number and compares pairs of them."""

    def __init__(self, units: Sequence[Unit]) -> None:
        table = costs()
        silent = len(table.alone_across)
        self._pair = np.zeros((silent + 1, silent + 1), np.float32)
        self._pair[:silent, :silent] = table.pair
        self._alone = np.zeros((2, silent + 1), np.float32)
        self._alone[0, :silent] = table.alone_across
        self._alone[1, :silent] = table.alone_inside
        n = len(units)
        self._sounds = np.full((2, n, MOST_SOUNDS), silent, np.int16)
        self._lengths = np.zeros((2, n), np.int64)
        for at, unit in enumerate(units):
            for reading, sounds in enumerate((unit.sounds, unit.other_sounds)):
                self._sounds[reading, at, : len(sounds)] = sounds
                self._lengths[reading, at] = len(sounds)
        self._arabic = np.array([bool(unit.sounds) and unit.sounds[0] < N_ARABIC for unit in units])
        self._mask = np.array([unit.mask for unit in units], np.uint32)
        self._same_as = np.array([unit.same_as for unit in units], np.int32)
        coarse: dict[str, int] = {}
        self._coarse = np.array([coarse.setdefault(unit.coarse, len(coarse)) for unit in units], np.int32)
        self._rarity = np.array([min(unit.given_bits, unit.family_bits) for unit in units], np.float32)
        self._n = n

    def likeness(self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]) -> Floats:
        """Return the likeness of pairs of units that are there; each distinct pair is worked out once."""
        found: Floats = (a == b).astype(np.float32)
        near = np.flatnonzero((np.bitwise_count(self._mask[a] ^ self._mask[b]) <= _MOST_DIFFERENT) & (a != b))
        lower, upper = np.minimum(a[near], b[near]).astype(np.int64), np.maximum(a[near], b[near]).astype(np.int64)
        codes, back = np.unique(lower * self._n + upper, return_inverse=True)
        found[near] = self._distinct(codes // self._n, codes % self._n)[back]
        return found

    def _distinct(self, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Floats:
        found = np.zeros(len(a), np.float32)
        # Pairs of like lengths together: a batch takes as long as its longest.
        near = np.lexsort((self._lengths[0, b], self._lengths[0, a]))
        for start in range(0, len(near), _BATCH):
            rows = near[start : start + _BATCH]
            found[rows] = self._aligned(a[rows], b[rows])
        return found

    def _aligned(self, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Floats:
        nats = self._nats(a, b)
        base = _BASE[self._arabic[a].astype(np.int64), self._arabic[b].astype(np.int64)]
        odds: npt.NDArray[np.float64] = base - _PER_NAT * nats - _FIRST_NAT * np.minimum(nats, 1.0)
        odds += _PER_BIT * np.minimum(np.maximum(self._rarity[a], self._rarity[b]), _MOST_BITS)
        odds -= _OTHER_CONSONANTS * (self._coarse[a] != self._coarse[b])
        same_a, same_b = self._same_as[a], self._same_as[b]
        both = (same_a > 0) & (same_b > 0)
        odds = np.where(both & (same_a == same_b), np.maximum(odds, _EQUIVALENT), odds)
        odds = np.where(both & (same_a != same_b), np.minimum(odds, _DISTINCT), odds)
        return (1 / (1 + np.exp(-odds))).astype(np.float32)

    def _nats(self, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Floats:
        """Return the cost of the best alignment in any reading of each, in nats."""
        cost = self._distance(0, a, 0, b)
        doubtful = np.flatnonzero(cost > 0.5)
        for reading_a, reading_b in ((1, 0), (0, 1)):
            other = a if reading_a else b
            rows = doubtful[self._lengths[1, other[doubtful]] > 0]
            if len(rows):
                cost[rows] = np.minimum(cost[rows], self._distance(reading_a, a[rows], reading_b, b[rows]))
        return cost

    def _distance(
        self, reading_a: int, a: npt.NDArray[np.int64], reading_b: int, b: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float32]:
        """Return the cost of the best alignment: the recurrence of `alignment.distance`, on all pairs at once."""
        length_a, length_b = self._lengths[reading_a, a], self._lengths[reading_b, b]
        n, m = int(length_a.max(initial=0)), int(length_b.max(initial=0))
        sounds_a = self._sounds[reading_a, a, :n].T
        sounds_b = self._sounds[reading_b, b, :m].T
        inside = (self._arabic[a] == self._arabic[b]).astype(np.int64)
        skip_b = [self._alone[inside, sounds] for sounds in sounds_b]
        above = [np.zeros(len(a), np.float32)]
        for skip in skip_b:
            above.append(above[-1] + skip)
        # Past the end of either name everything is free, so the last cell of the padded table is the answer,
        # provided that a pad never stands for a sound: skipping it costs nothing, which is never dearer.
        far = np.float32(1e6)
        silent = self._pair.shape[0] - 1
        for sounds in sounds_a:
            skip = self._alone[inside, sounds]
            here = [above[0] + skip]
            padded_a = sounds == silent
            for position, other in enumerate(sounds_b):
                stand = above[position] + self._pair[sounds, other]
                stand = np.where(padded_a | (other == silent), far, stand)
                best = np.minimum(stand, above[position + 1] + skip)
                here.append(np.minimum(best, here[-1] + skip_b[position]))
            above = here
        return above[-1]
