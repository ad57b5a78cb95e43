"""The doubts of `similarity` for many pairs of units at once, to the same digits.

Each distinct pair is worked out once, and the alignments are made side by side, as arrays. `similarity` says why the
rules are as they are, and a test holds this module to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalil.names import similarity as one
from dalil.names.alignment import EXCHANGED, hundredths
from dalil.names.sounds import N_ARABIC
from dalil.names.units import Unit

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Yes = NDArray[np.bool_]

_FAR: Final = 1_000_000
"""Hundredths of a nat that no alignment costs."""
_BATCH: Final = 20_000
_APART: Final = np.array([*one.APART, *[0.0] * 32])


class Doubting:
    """Knows units by number and how doubtful it is that two of them are one name.

    Attributes
    ----------
    masks, key_lengths : array of int, shape (n_units,)
        Consonants of each unit as bits, and how many its fine key has.
    given_bits, family_bits : array of float, shape (n_units,)
    heads, by_names : array of bool, shape (n_units,)
        Whether a unit is a compound with a head, and whether the head is Abu or Umm.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = list(units)
        rests = [unit.rest for unit in units if unit.rest is not None]
        while rests:  # what follows the head of a compound, which may be one itself
            self.units += rests
            rests = [unit.rest for unit in rests if unit.rest is not None]
        units = self.units
        number = {unit: at for at, unit in enumerate(units)}
        self.masks = np.array([unit.mask for unit in units], np.uint32)
        self.key_lengths = np.array([len(unit.key) for unit in units], np.int64)
        self.given_bits = np.array([unit.given_bits for unit in units])
        self.family_bits = np.array([unit.family_bits for unit in units])
        heads = [unit.head for unit in units]
        self.heads = np.array([head != "" for head in heads])
        self.by_names = np.array([head in ("abu", "umm") for head in heads])
        self._head = _numbered(heads)
        self._wives = np.array([head == "wife" for head in heads])
        self._only_words = np.array([head in one.ONLY_WORDS for head in heads])
        self._alone = [unit.alone for unit in units]
        self._cut = np.array([bool(alone) for alone in self._alone])
        self._rests = np.array([-1 if unit.rest is None else number[unit.rest] for unit in units], np.int64)
        self._bits = np.array([unit.bits for unit in units])
        self._rarity = np.array([unit.rarity for unit in units])
        self._arabic = np.array([unit.arabic for unit in units])
        self._groups = np.array([(unit.groups * 2)[:2] or (0, 0) for unit in units], np.int64)
        self._coarse = _numbered([unit.coarse for unit in units])
        self._codes = np.zeros(0, np.int64)
        self._doubts = np.zeros(0)

    def learn(self, a: Numbers, b: Numbers) -> None:
        """Work out the doubts of pairs of units, by their numbers; each distinct pair once."""
        self._codes = np.unique(self._coded(a, b))
        a, b = np.divmod(self._codes, len(self.units))
        self._doubts = self._distinct(a, b)
        units = self.units
        known = np.flatnonzero(self._doubts < one.MOST)
        for x, y, doubt in zip(a[known].tolist(), b[known].tolist(), self._doubts[known].tolist(), strict=True):
            one.remember(units[x], units[y], doubt)

    def doubts(self, a: Numbers, b: Numbers) -> Floats:
        """Return the doubt of each of some pairs of units that were learned."""
        return self._doubts[np.searchsorted(self._codes, self._coded(a, b))]

    def may_fit(self, a: Numbers, b: Numbers) -> Yes:
        """Say where the doubt of two units may be less than `MOST`; true too often, never false where it is less."""
        near: Yes = np.bitwise_count(self.masks[a] ^ self.masks[b]) <= one.MOST_DIFFERENT
        for whole, other in ((a, b), (b, a)):
            rests = self._rests[whole]
            apart = np.bitwise_count(self.masks[rests] ^ self.masks[other])
            near |= (rests >= 0) & ((apart <= one.MOST_DIFFERENT) | (self._rests[rests] >= 0) | self._cut[other])
        return near

    def _coded(self, a: Numbers, b: Numbers) -> Numbers:
        return np.minimum(a, b) * len(self.units) + np.maximum(a, b)

    # --- as `similarity` has it --------------------------------------------------------------------------------------
    def _distinct(self, a: Numbers, b: Numbers) -> Floats:
        found = np.full(len(a), one.MOST)
        found[a == b] = 0.0
        compound_a, compound_b = self._rests[a] >= 0, self._rests[b] >= 0
        other_head = self._head[a] != self._head[b]
        half = (a != b) & (compound_a | compound_b) & other_head & ~self._wives[a] & ~self._wives[b]
        words = (a != b) & compound_a & compound_b & ~other_head & self._only_words[a]
        wife = (self._wives[a] | self._wives[b]) & other_head
        rare = self._rarity > one.FREQUENT
        near = _may_be_one(self.masks[a] ^ self.masks[b], rare[a] | rare[b])
        self._fill(found, near & (a != b) & ~words & ~wife & ~half, a, b, self._aligned)
        self._fill(found, near & half, a, b, lambda x, y: self._aligned(x, y) + one.OTHER_HEAD)
        self._fill(found, words, self._rests[a], self._rests[b], self._distinct)
        for whole, other, at in ((a, b, half & ~compound_b), (b, a, half & ~compound_a)):
            self._fill(found, at, whole, other, self._half)
        return found

    @staticmethod
    def _fill(found: Floats, chosen: Yes, a: Numbers, b: Numbers, doubts: Callable[[Numbers, Numbers], Floats]) -> None:
        """Lower the doubts of chosen pairs to those worked out for them."""
        rows = np.flatnonzero(chosen)
        for start in range(0, len(rows), _BATCH):
            lot = rows[start : start + _BATCH]
            found[lot] = np.minimum(found[lot], doubts(a[lot], b[lot]))

    def _half(self, whole: Numbers, other: Numbers) -> Floats:
        """Return the doubt that the second unit is what follows the head of the first, or that head cut short."""
        found = self._distinct(self._rests[whole], other)
        for at, (x, y) in enumerate(zip(whole.tolist(), other.tolist(), strict=True)):
            if self._alone[y] and self._alone[y] == self.units[x].head:
                found[at] = 0.0
        return np.where(found <= one.HALF_FITS, found + one.CUT_SHORT, one.MOST)

    def _aligned(self, a: Numbers, b: Numbers) -> Floats:
        nats = self._costs(a, b)
        apart = np.bitwise_count(self.masks[a] ^ self.masks[b])
        self._exchange(nats, a, b, apart)
        arabic_a, arabic_b = self._arabic[a], self._arabic[b]
        inside = np.where(arabic_a, one.BASE[True, True], one.BASE[False, False])
        base = np.where(arabic_a == arabic_b, inside, one.BASE[True, False])
        rarity = np.maximum(self._rarity[a], self._rarity[b])
        odds = base - one.PER_NAT * nats - one.FIRST_NAT * np.minimum(nats, 1.0) + one.PER_BIT * rarity
        odds = np.where(self._coarse[a] != self._coarse[b], odds - one.OTHER_CONSONANTS, odds)
        odds -= _APART[apart]
        known = np.flatnonzero((self._groups[a, 0] > 0) & (self._groups[b, 0] > 0))
        of_a, of_b = self._groups[a[known]], self._groups[b[known]]
        same = (of_a[:, :, None] == of_b[:, None, :]).any(axis=(1, 2))
        softer = np.where(nats[known] <= one.VOWELS_GUESSED, one.DISTINCT_PER_BIT, 0.0)
        distinct = one.DISTINCT + softer * np.minimum(self._bits[a[known]], self._bits[b[known]])
        odds[known] += np.where(same, one.EQUIVALENT, distinct)
        value = np.maximum(0.0, one.CERTAIN - odds) + one.CLOSENESS * (nats + (arabic_a != arabic_b))
        doubt: Floats = np.minimum(one.MOST, value)
        return doubt

    def _costs(self, a: Numbers, b: Numbers) -> Floats:
        """Return the cost of the best alignment in any reading of each, in nats."""
        units = self.units
        rows = [(units[x], units[y]) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
        nats = distances([(x.sounds, y.sounds) for x, y in rows])
        doubtful = np.flatnonzero(nats > one.TRY_OTHERWISE).tolist()
        others = [(at, rows[at][0].other_sounds, rows[at][1].sounds) for at in doubtful if rows[at][0].other_sounds]
        others += [(at, rows[at][0].sounds, rows[at][1].other_sounds) for at in doubtful if rows[at][1].other_sounds]
        if others:
            np.minimum.at(nats, [at for at, _, _ in others], distances([(x, y) for _, x, y in others]))
        return nats

    def _exchange(self, nats: Floats, a: Numbers, b: Numbers, apart: NDArray[np.uint8]) -> None:
        """Lower the costs of those with the same consonants to what they are with two sounds exchanged."""
        tried = np.flatnonzero((nats > one.TRY_EXCHANGED) & (apart <= one.MOST_APART_EXCHANGED))
        units = self.units
        rows = [(units[x].sounds, units[y].sounds) for x, y in zip(a[tried].tolist(), b[tried].tolist(), strict=True)]
        nats[tried] = np.minimum(nats[tried], distances(rows, exchanged=True))


def _numbered(texts: Sequence[str]) -> Numbers:
    """Return a number for each text, the same for the same."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)


def _may_be_one(apart: NDArray[np.uint32], rare: Yes) -> Yes:
    """Say where `similarity.may_be_one` holds."""
    differ = np.bitwise_count(apart)
    may: Yes = (differ < one.MOST_DIFFERENT) | ((differ == one.MOST_DIFFERENT) & rare)
    return may


def distances(pairs: Sequence[tuple[tuple[int, ...], tuple[int, ...]]], *, exchanged: bool = False) -> Floats:
    """Return `alignment.distance`, or `distance_exchanged`, of many pairs of rows of sounds, in nats, (n_pairs,)."""
    found = np.zeros(len(pairs), np.int64)
    lengths = np.array([(len(a), len(b)) for a, b in pairs], np.int64).reshape(-1, 2)
    # Pairs of like lengths side by side: an array takes as long as its longest.
    order = np.lexsort((lengths[:, 1], lengths[:, 0]))
    steps = np.flatnonzero(np.diff(lengths[order, 0] // 2)) + 1
    for lot in np.split(order, steps):
        chosen = [pairs[at] for at in lot.tolist()]
        found[lot] = _side_by_side([a for a, _ in chosen], [b for _, b in chosen], exchanged=exchanged)
    return found / 100


def _padded(rows: Sequence[tuple[int, ...]], silent: int) -> NDArray[np.intp]:
    """Return rows of sounds side by side, shape (longest, n_rows), with a number of no sound where one is shorter."""
    lengths = np.array([len(row) for row in rows])
    longest = int(lengths.max(initial=0))
    table = np.full((len(rows), longest), silent, np.intp)
    table[np.arange(longest) < lengths[:, None]] = [sound for row in rows for sound in row]
    return table.T


def _side_by_side(a: Sequence[tuple[int, ...]], b: Sequence[tuple[int, ...]], *, exchanged: bool) -> NDArray[np.int64]:
    """Return the costs of the best alignments, in hundredths of a nat."""
    table = hundredths()
    silent = len(table.alone_across)
    pair = np.full((silent + 1, silent + 1), _FAR, np.int64)
    pair[:silent, :silent] = table.pair
    alone = np.zeros((2, silent + 1), np.int64)
    alone[:, :silent] = (table.alone_across, table.alone_inside)
    rows, columns = _padded(a, silent), _padded(b, silent)
    first_a, first_b = np.array([[row[0] if row else -1 for row in side] for side in (a, b)])
    inside = ((first_a < N_ARABIC) == (first_b < N_ARABIC)) | (first_a < 0) | (first_b < 0)
    skips = [alone[inside.astype(np.intp), sounds] for sounds in columns]
    above = [np.zeros(len(a), np.int64)]
    for skip in skips:
        above.append(above[-1] + skip)
    # To pass over what is no sound costs nothing, and it stands for none: the last cell is the answer for all lengths.
    before: list[NDArray[np.int64]] = []
    for i, sounds in enumerate(rows):
        skip = alone[inside.astype(np.intp), sounds]
        here = [above[0] + skip]
        for at, other in enumerate(columns):
            best = np.minimum(above[at] + pair[sounds, other], above[at + 1] + skip)
            if exchanged and i and at:
                crossed = pair[rows[i - 1], other] + pair[sounds, columns[at - 1]] + EXCHANGED
                best = np.minimum(best, before[at - 1] + crossed)
            here.append(np.minimum(best, here[-1] + skips[at]))
        before, above = above, here
    return above[-1]
