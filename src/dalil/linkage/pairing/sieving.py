"""The sieve between candidates and close comparing: a number for each pair, from equal and nearly equal keys only.

It exists to put nineteen pairs of twenty aside cheaply. It is a sum of weights, fitted by logistic regression to the
candidate pairs of generated lists of both shapes (`benchmarks.linkage_lists`), whole fields left out of some, and
rounded: six pairs a record that it lets through hold all but one to six in a thousand of the true among candidates.
Missing fields weigh nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import NO_DAY, WIDTH, Features
from dalil.linkage.pairing.keying import Tokens, mixed
from dalil.linkage.weighing.surprise import Surprise

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]

_ROWS: Final = 32_768
"""Pairs weighed together: their columns stay in the processor's cache."""
_PER_BIT: Final = np.float32(0.5)
_OTHER_GIVEN: Final = np.float32(-5.5)
_NEAR_GIVEN: Final = np.float32(-1.5)
"""Another given name; and one whose letters are the same but for one class."""
_CROSSED: Final = np.float32(2.5)
"""Given names that differ, each of which is among the other's other parts: one was written family first."""
_PART_ALIKE: Final = np.float32(-1.5)
"""Beside its bits: to share a part that everyone has says less than nothing."""
_PART_NEAR: Final = np.float32(-1.0)
_PART_ALONE: Final = np.float32(-3.3)
_KUNYA: Final = np.float32(3.0)
_SAME_DAY: Final = np.float32(4.0)
_NEAR_DAY: Final = np.float32(2.0)
_SAME_MONTH: Final = np.float32(-2.0)
_OTHER_DAY: Final = np.float32(-6.0)
_MAY_OVERLAP: Final = np.float32(2.0)
_APART: Final = np.float32(-3.0)
_GOVERNORATE: Final = np.float32(1.0)
_OTHER_GOVERNORATE: Final = np.float32(-3.0)
_PLACE_WORD: Final = np.float32(0.5)
_SAME_AGE: Final = np.float32(3.0)
_NEAR_AGE: Final = np.float32(0.5)
_OTHER_AGE: Final = np.float32(-5.0)
_OTHER_SEX: Final = np.float32(-4.5)
_ONE_LIST: Final = np.float32(-2.8)
_NEAR_DAYS: Final = 10
_MONTH: Final = 31
_NONE: Final = -2
_MOST_BITS: Final = 14.0


class Sieve:
    """Weighs pairs of one set of records."""

    def __init__(self, features: Features, tokens: Tokens, surprise: Surprise, age: Floats) -> None:
        letters = np.array([*(unit.mask for unit in features.units), 0], np.uint32)
        # By column, so that what is looked at together lies together.
        self._keys = [np.ascontiguousarray(tokens.coarse[column].astype(np.int32)) for column in features.parts.T]
        self._letters = [np.ascontiguousarray(letters[column]) for column in features.parts.T]
        self._bits = [
            np.where(keys >= 0, np.minimum(bits[column], _MOST_BITS) * _PER_BIT, 0.0).astype(np.float32)
            for keys, bits, column in zip(
                self._keys, [surprise.given, *[surprise.other] * (WIDTH - 1)], features.parts.T, strict=True
            )
        ]
        self._n_others = np.maximum(features.n_parts.astype(np.int8) - 1, 0)
        self._kunya = tokens.coarse[features.kunya].astype(np.int32)
        self._has_kunya = bool((self._kunya >= 0).any())
        self._first, self._last = (np.ascontiguousarray(features.event[:, end]) for end in (0, 1))
        self._has_day = bool((self._first != NO_DAY).any())
        self._governorate = tokens.governorate.astype(np.int32)
        self._has_place = bool((self._governorate >= 0).any())
        # 64 kinds of words, a bit for each: which two records share is not important here.
        self._words = np.zeros(len(features), np.uint64)
        for column in tokens.place_words.T:
            self._words |= np.where(column >= 0, np.uint64(1) << (mixed(column) % np.uint64(64)), np.uint64(0))
        self._age = age
        self._has_age = not bool(np.isnan(age).all())
        self._sex, self._list = features.sex, features.list_of

    def weigh(self, a: Rows, b: Rows) -> Floats:
        """Return what speaks for each pair being one person, in log-odds but for a constant."""
        found = np.empty(len(a), np.float32)
        for start in range(0, len(a), _ROWS):
            stop = start + _ROWS
            found[start:stop] = self._weighed(a[start:stop], b[start:stop])
        return found

    def _weighed(self, a: Rows, b: Rows) -> Floats:
        total = self._names(a, b)
        if self._has_day:
            total += self._days(a, b)
        if self._has_place:
            one, other = self._governorate[a], self._governorate[b]
            known = (one >= 0) & (other >= 0)
            total += known * np.where(one == other, _GOVERNORATE, _OTHER_GOVERNORATE)
            total += _PLACE_WORD * ((self._words[a] & self._words[b]) != 0)
        if self._has_age:
            gap = np.abs(self._age[a] - self._age[b])
            total += np.where(gap <= 1, _SAME_AGE, np.where(gap <= 5, _NEAR_AGE, np.where(gap > 5, _OTHER_AGE, 0)))
        sex_a, sex_b = self._sex[a], self._sex[b]
        total += _OTHER_SEX * ((sex_a != sex_b) & (sex_a > 0) & (sex_b > 0))
        total += _ONE_LIST * (self._list[a] == self._list[b])
        return total

    def _names(self, a: Rows, b: Rows) -> Floats:
        given_a, given_b = self._keys[0][a], self._keys[0][b]
        both = (given_a >= 0) & (given_b >= 0)
        near = np.bitwise_count(self._letters[0][a] ^ self._letters[0][b]) <= 1
        other = np.where(near, _NEAR_GIVEN, _OTHER_GIVEN)
        total: Floats = np.where(both, np.where(given_a == given_b, self._bits[0][a], other), np.float32(0))
        # Names of three parts need four comparisons of the others, names of six 25: each group by itself.
        longest = np.maximum(self._n_others[a], self._n_others[b])
        for width in np.flatnonzero(np.bincount(longest)).tolist():
            rows = np.flatnonzero(longest == width)
            if width:
                total[rows] += self._others(a[rows], b[rows], width)
        rows = np.flatnonzero(both & (given_a != given_b) & ~near)
        total[rows] += self._crossed(a[rows], b[rows])
        if self._has_kunya:
            kunya = self._kunya[a]
            total += _KUNYA * ((kunya == self._kunya[b]) & (kunya >= 0))
        return total

    def _crossed(self, a: Rows, b: Rows) -> Floats:
        """Give back what another given name and a part alone took, where names are the same in another order."""
        given_a, given_b = self._keys[0][a], self._keys[0][b]
        in_b, in_a = np.zeros(len(a), np.bool_), np.zeros(len(a), np.bool_)
        for place in range(1, WIDTH):
            in_b |= self._keys[place][b] == given_a
            in_a |= self._keys[place][a] == given_b
        bits = np.minimum(self._bits[0][a], self._bits[0][b])
        found: Floats = (in_a & in_b) * (bits - _OTHER_GIVEN - _PART_ALONE - _CROSSED)
        return found

    def _others(self, a: Rows, b: Rows, width: int) -> Floats:
        """Weigh the parts after the given name, of which the longer name has `width`."""
        places = range(1, width + 1)
        keys_b, letters_b = [self._keys[place][b] for place in places], [self._letters[place][b] for place in places]
        n_alone = np.minimum(self._n_others[a], self._n_others[b])
        total = np.zeros(len(a), np.float32)
        for place in places:
            key, letters = self._keys[place][a], self._letters[place][a]
            key[key < 0] = _NONE
            alike, near = np.zeros(len(a), np.bool_), np.zeros(len(a), np.bool_)
            for key_b, letter_b in zip(keys_b, letters_b, strict=True):
                alike |= key == key_b
                near |= (np.bitwise_count(letters ^ letter_b) <= 1) & (letter_b != 0)
            near &= ~alike & (letters != 0)
            total += alike * (self._bits[place][a] + _PART_ALIKE) + near * _PART_NEAR
            n_alone -= alike | near
        total += _PART_ALONE * np.maximum(n_alone, 0)
        return total

    def _days(self, a: Rows, b: Rows) -> Floats:
        first_a, first_b, last_a, last_b = self._first[a], self._first[b], self._last[a], self._last[b]
        known = (first_a != NO_DAY) & (first_b != NO_DAY)
        whole = (first_a == last_a) & (first_b == last_b)
        gap = np.abs(first_a.astype(np.int64) - first_b)
        near = np.where(gap <= _MONTH, _SAME_MONTH, _OTHER_DAY)
        day = np.where(gap == 0, _SAME_DAY, np.where(gap <= _NEAR_DAYS, _NEAR_DAY, near))
        part = np.where((first_a <= last_b) & (first_b <= last_a), _MAY_OVERLAP, _APART)
        found: Floats = known * np.where(whole, day, part)
        return found
