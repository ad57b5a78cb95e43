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
from dalil.names.distinct import distinct
from dalil.names.side_by_side import Floats, Numbers, Rows
from dalil.names.units import Unit

Yes = NDArray[np.bool_]

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
        number = {unit: at for at, unit in enumerate(units)}
        for unit in self.units:  # what follows the head of a compound, which may be one itself: each has one number
            if unit.rest is not None and unit.rest not in number:
                number[unit.rest] = len(self.units)
                self.units.append(unit.rest)
        units = self.units
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
        self._sounds = Rows([unit.sounds for unit in units])
        self._other_sounds = Rows([unit.other_sounds for unit in units])
        self._bits = np.array([unit.bits for unit in units])
        self._rarity = np.array([unit.rarity for unit in units])
        self._arabic = np.array([unit.arabic for unit in units])
        self._groups = np.array([(unit.groups * 2)[:2] or (0, 0) for unit in units], np.int64)
        self._coarse = _numbered([unit.coarse for unit in units])
        self._codes = np.zeros(0, np.int64)
        self._doubts = np.zeros(0)

    def learn(self, a: Numbers, b: Numbers) -> None:
        """Work out the doubts of pairs of units, by their numbers; each distinct pair once."""
        self._codes = distinct(self._coded(a, b))
        a, b = np.divmod(self._codes, len(self.units))
        self._doubts = self.distinct(a, b)

    def doubts(self, a: Numbers, b: Numbers) -> Floats:
        """Return the doubt of each of some pairs of units that were learned."""
        return self._doubts[np.searchsorted(self._codes, self._coded(a, b))]

    def remember(self, a: Numbers, b: Numbers) -> None:
        """Keep the doubts of some pairs of units that were learned for those who ask for them one by one."""
        for x, y, doubt in zip(a.tolist(), b.tolist(), self.doubts(a, b).tolist(), strict=True):
            one.remember(self.units[x], self.units[y], doubt)

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
    def distinct(self, a: Numbers, b: Numbers) -> Floats:
        """Work out the doubt of each pair of units, by their numbers, shape (n_pairs,)."""
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
        self._fill(found, words, self._rests[a], self._rests[b], self.distinct)
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
        found = self.distinct(self._rests[whole], other)
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
        first, other = self._sounds, self._other_sounds
        nats = first.distances(a, first, b)
        doubtful = nats > one.TRY_OTHERWISE
        rows = np.flatnonzero(doubtful & (other.lengths[a] > 0))
        nats[rows] = np.minimum(nats[rows], other.distances(a[rows], first, b[rows]))
        rows = np.flatnonzero(doubtful & (other.lengths[b] > 0))
        nats[rows] = np.minimum(nats[rows], first.distances(a[rows], other, b[rows]))
        return nats

    def _exchange(self, nats: Floats, a: Numbers, b: Numbers, apart: NDArray[np.uint8]) -> None:
        """Lower the costs of those with the same consonants to what they are with two sounds exchanged."""
        rows = np.flatnonzero((nats > one.TRY_EXCHANGED) & (apart <= one.MOST_APART_EXCHANGED))
        exchanged = self._sounds.distances(a[rows], self._sounds, b[rows], exchanged=True)
        nats[rows] = np.minimum(nats[rows], exchanged)


def _numbered(texts: Sequence[str]) -> Numbers:
    """Return a number for each text, the same for the same."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)


def _may_be_one(apart: NDArray[np.uint32], rare: Yes) -> Yes:
    """Say where `similarity.may_be_one` holds."""
    differ = np.bitwise_count(apart)
    may: Yes = (differ < one.MOST_DIFFERENT) | ((differ == one.MOST_DIFFERENT) & rare)
    return may
