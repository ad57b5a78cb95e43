"""Many alignments at once: the costs of `alignment.distance`, to the hundredth of a nat, for arrays of pairs.

A table holds each row of sounds once, padded; a lot of pairs of like lengths is aligned as one array, a cell at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dalil.names.alignment import EXCHANGED, hundredths
from dalil.names.sounds import N_ARABIC

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
_Costs = NDArray[np.int32]

_FAR: Final = 1_000_000
"""Hundredths of a nat that no alignment costs."""
_LOT: Final = 1_500
"""Pairs from which they are aligned apart from longer ones: an array takes as long as its longest."""


class _Flat(NamedTuple):
    """The alignment table for `take`: costs of pairs and of sounds alone, inside a script and across, in one row each.

    The last sound is that of the padding: to pass over it costs nothing, and it stands for none, so that the last cell
    of an alignment is the answer for rows of all lengths.
    """

    width: int
    pair: _Costs
    alone: _Costs

    @classmethod
    def read(cls) -> _Flat:
        """Return the table of the package."""
        table = hundredths()
        width = len(table.alone_across) + 1
        pair = np.full((width, width), _FAR, np.int32)
        pair[:-1, :-1] = table.pair
        alone = np.zeros((2, width), np.int32)
        alone[:, :-1] = (table.alone_across, table.alone_inside)
        return cls(width, pair.ravel(), alone.ravel())


class Rows:
    """Rows of sounds, by number."""

    def __init__(self, rows: Sequence[tuple[int, ...]]) -> None:
        self._flat = _Flat.read()
        self.lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        longest = int(self.lengths.max(initial=0))
        self._sounds = np.full((len(rows), longest), self._flat.width - 1, np.intp)
        every = np.fromiter(chain.from_iterable(rows), np.intp, int(self.lengths.sum()))
        self._sounds[np.arange(longest) < self.lengths[:, None]] = every
        self._arabic = self._sounds[:, 0] < N_ARABIC if longest else np.zeros(len(rows), bool)

    def distances(self, a: Numbers, others: Rows, b: Numbers, *, exchanged: bool = False) -> Floats:
        """Return `alignment.distance` of rows a and of others b, in nats, (n_pairs,); or that with sounds exchanged."""
        found = np.zeros(len(a), np.int64)
        lengths_a, lengths_b = self.lengths[a], others.lengths[b]
        order = np.lexsort((lengths_b, lengths_a))
        start = 0
        for stop in (*(np.flatnonzero(np.diff(lengths_a[order] // 2)) + 1).tolist(), len(order)):
            if stop - start >= _LOT or stop == len(order):
                lot = order[start:stop]
                found[lot] = self._side_by_side(a[lot], others, b[lot], exchanged=exchanged)
                start = stop
        return found / 100

    def _side_by_side(self, a: Numbers, others: Rows, b: Numbers, *, exchanged: bool) -> _Costs:
        """Return the costs of the best alignments, in hundredths of a nat."""
        if not len(a):
            return np.zeros(0, np.int32)
        width, pair, alone = self._flat
        rows = np.ascontiguousarray(self._sounds[a, : self.lengths[a].max()].T)
        columns = np.ascontiguousarray(others._sounds[b, : others.lengths[b].max()].T)
        inside = self._arabic[a] == others._arabic[b]
        inside |= (self.lengths[a] == 0) | (others.lengths[b] == 0)
        of_script = inside * width
        starts = rows * width
        skips = [alone.take(of_script + sounds) for sounds in columns]
        above = [np.zeros(len(a), np.int32)]
        for skip in skips:
            above.append(above[-1] + skip)
        before: list[_Costs] = []
        for i, sounds in enumerate(rows):
            skip = alone.take(of_script + sounds)
            here = [above[0] + skip]
            for at, other in enumerate(columns):
                best = above[at] + pair.take(starts[i] + other)
                np.minimum(best, above[at + 1] + skip, out=best)
                if exchanged and i and at:
                    crossed = pair.take(starts[i - 1] + other) + pair.take(starts[i] + columns[at - 1])
                    np.minimum(best, before[at - 1] + (crossed + EXCHANGED), out=best)
                np.minimum(best, here[-1] + skips[at], out=best)
                here.append(best)
            before, above = above, here
        return above[-1]


def distances(pairs: Sequence[tuple[tuple[int, ...], tuple[int, ...]]], *, exchanged: bool = False) -> Floats:
    """Return `alignment.distance`, or `distance_exchanged`, of many pairs of rows of sounds, in nats, (n_pairs,)."""
    every = np.arange(len(pairs))
    return Rows([a for a, _ in pairs]).distances(every, Rows([b for _, b in pairs]), every, exchanged=exchanged)
