"""`score` for many pairs of names at once: the same numbers, several times as fast.

Names and units are read once each; names with the same numbers of parts are weighed together, as arrays. What has more
parts than is usual, and what may have to be read otherwise than as it stands, is left to `comparing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, compress
from math import exp
from operator import mul
from typing import Final, NamedTuple

import numpy as np

from dalil.names.comparing import (
    DOUBTFUL,
    MOST_BITS,
    NOT_SAID_TO_AGREE,
    START,
    WEIGHTS,
    score_units,
)
from dalil.names.doubting import Doubting, Yes
from dalil.names.pairing import FATHER_LOST, NO_MATCH
from dalil.names.reading_many import read_many
from dalil.names.repairing import MOST_DIFFERENT, MOST_LONGER, MOST_MISSING, WELL, joined_unit
from dalil.names.side_by_side import Floats, Numbers
from dalil.names.units import MOST_UNITS, Unit
from dalil.values.collector import collector_resting

MOST_AT_ONCE: Final = 50_000
"""Pairs that are weighed together."""


class _Pairs(NamedTuple):
    """Pairs of names of so many parts: their places among all, and the numbers of their units, (n_pairs, n_parts)."""

    places: Numbers
    a: Numbers
    b: Numbers


class _Joins(NamedTuple):
    """Rows or places of pairs, two neighbouring units of one name by number, and one of the other, (n,) each."""

    places: Numbers
    first: Numbers
    second: Numbers
    other: Numbers

    def of(self, places: Numbers, chosen: Yes) -> _Joins:
        """Return those of chosen rows, with places for rows."""
        kept = chosen[self.places]
        return _Joins(places[self.places[kept]], self.first[kept], self.second[kept], self.other[kept])


class _Paired(NamedTuple):
    """Columns of units side by side: of those between, as many as names of this length have."""

    given: Floats
    between: list[tuple[Numbers, Numbers, Floats]]
    family: tuple[Numbers, Numbers, Floats] | None
    has_family: Yes
    moved: Yes


def scores(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Return `comparing.score` of each pair of names."""
    found: list[float] = []
    with collector_resting():  # a hundred thousand small tuples that all live on
        for start in range(0, len(pairs), MOST_AT_ONCE):
            found += _Scoring(pairs[start : start + MOST_AT_ONCE]).scores().tolist()
    return found


class _Scoring:
    """One lot of pairs."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = pairs
        # A column is mostly in one script, and a text of one is read faster.
        names = read_many([*(first for first, _ in pairs), *(second for _, second in pairs)])
        self._numbers = names.numbers.reshape(2, -1, MOST_UNITS).swapaxes(0, 1)
        self._lengths = names.lengths.reshape(2, -1).T
        self._known = Doubting(names.units)
        self._found = np.zeros(len(pairs))

    def scores(self) -> Floats:
        """Return the scores, shape (n_pairs,)."""
        one_by_one: list[int] = []
        groups = list(self._by_length(one_by_one))
        cells = [(each.a[:, x], each.b[:, y]) for each in groups for x, y in _cells(each.a.shape[1], each.b.shape[1])]
        if cells:
            self._known.learn(np.concatenate([a for a, _ in cells]), np.concatenate([b for _, b in cells]))
        joins: list[_Joins] = []
        for alike in groups:
            paired = self._pair(alike)
            odds = self._weigh(alike, paired)
            self._found[alike.places] = [1 / (1 + exp(-each)) if each > -40 else 0.0 for each in odds.tolist()]
            doubtful = np.flatnonzero(odds < DOUBTFUL)
            by_joining, otherwise = self._may_be_repaired(alike, paired, doubtful)
            joins += [each.of(alike.places[doubtful], ~otherwise) for each in by_joining]
            rows = doubtful[otherwise]
            for x, y in _cells(alike.a.shape[1], alike.b.shape[1]):
                self._known.remember(alike.a[rows, x], alike.b[rows, y])
            one_by_one += alike.places[rows].tolist()
        for place in (*one_by_one, *self._that_fit(joins)):
            self._found[place] = score_units(*self._units(place))
        return self._found

    def _units(self, place: int) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
        """Return the units of both names of a pair."""
        units, numbers, (n, m) = self._known.units, self._numbers[place].tolist(), self._lengths[place].tolist()
        return tuple([units[at] for at in numbers[0][:n]]), tuple([units[at] for at in numbers[1][:m]])

    def _that_fit(self, joins: list[_Joins]) -> Iterator[int]:
        """Yield the places of those pairs in which two units of one name, run together, fit one of the other."""
        units, tried = self._known.units, []
        columns = (np.concatenate(each).tolist() for each in zip(*joins, strict=True))
        for place, x, y, other in zip(*columns, strict=True):
            joined = joined_unit(units[x], units[y])
            if joined is not None:
                tried.append((place, joined, units[other]))
        if not tried:
            return
        distinct = list(dict.fromkeys(chain.from_iterable(both for _, *both in tried)))
        number = {unit: at for at, unit in enumerate(distinct)}
        a, b = (np.array([number[each[side]] for each in tried], np.int64) for side in (1, 2))
        fit = (Doubting(distinct).distinct(a, b) < WELL).tolist()
        yield from dict.fromkeys(compress([place for place, *_ in tried], fit))

    def _by_length(self, others: list[int]) -> Iterator[_Pairs]:
        """Yield the pairs by the numbers of their units, the shorter name first; put what is unusual to ``others``."""
        same = (self._numbers[:, 0] == self._numbers[:, 1]).all(axis=1)
        self._found[same & (self._lengths[:, 0] > 0)] = 1.0
        shorter = (self._lengths[:, 0] > self._lengths[:, 1]).astype(np.intp)
        every = np.arange(len(shorter))
        n, m = self._lengths[every, shorter], self._lengths[every, 1 - shorter]
        asked = ~same & (n > 0)
        unusual = (n < m) & (n > 2) & ((n != 3) | (m != 4))
        others += np.flatnonzero(asked & unusual).tolist()
        codes = np.where(asked & ~unusual, n * (MOST_UNITS + 1) + m, 0)
        for code in (np.flatnonzero(np.bincount(codes)[1:]) + 1).tolist():
            length, other = divmod(code, MOST_UNITS + 1)
            places = np.flatnonzero(codes == code)
            first = self._numbers[places, shorter[places], :length]
            yield _Pairs(places, first, self._numbers[places, 1 - shorter[places], :other])

    # --- pairing, as `pair_units` does -------------------------------------------------------------------------------
    def _pair(self, alike: _Pairs) -> _Paired:
        """Return the units side by side, with their doubts."""
        a, b = alike.a, alike.b
        n, m = a.shape[1], b.shape[1]
        every, none = np.ones(len(a), bool), np.zeros(len(a), bool)

        def beside(x: int, y: int) -> tuple[Numbers, Numbers, Floats]:
            return a[:, x], b[:, y], self._known.doubts(a[:, x], b[:, y])

        given = beside(0, 0)[2]
        if n == 1:
            return _Paired(given, [], None, none, none)
        if n == m:
            return _Paired(given, [beside(at, at) for at in range(1, n - 1)], beside(n - 1, n - 1), every, none)
        ends = beside(n - 1, m - 1)
        if n == 2:
            second = beside(1, 1)
            as_father = (ends[2] > NO_MATCH) & (second[2] < np.minimum(NO_MATCH, ends[2]))
            return _Paired(given, [_only(as_father, second)], ends, ~as_father, none)
        near, far, middle, last = beside(1, 1), beside(1, 2), beside(2, 2), ends
        moved = (near[2] - FATHER_LOST > 0) & (far[2] < near[2] - FATHER_LOST)
        total = np.where(moved, far[2], near[2])
        # Otherwise: the two after the given names among the three, in order, for the least sum.
        straight = near[2] + middle[2]
        spread = np.minimum(np.minimum(far[2], near[2]) + last[2], straight)
        otherwise = (last[2] > NO_MATCH) & (spread < total + last[2] - NO_MATCH)
        without = otherwise & (spread == straight)
        moved = np.where(otherwise, ~without & (far[2] < near[2]), moved)
        return _Paired(given, [_either(moved, far, near), _only(without, middle)], ends, ~without, moved)

    # --- weighing, as `comparing` does -------------------------------------------------------------------------------
    def _weigh(self, alike: _Pairs, paired: _Paired) -> Floats:
        """Return the logarithm of the odds."""
        known, (a, b) = self._known, (alike.a, alike.b)
        n, m = a.shape[1], b.shape[1]
        first, other, given = a[:, 0], b[:, 0], paired.given
        headed = known.heads[first] | known.heads[other]
        unsaid = (given > 0) & headed & ((known.by_names[first] & (n > 1)) != (known.by_names[other] & (m > 1)))
        given = np.where(unsaid, 0.0, given)
        bits = np.minimum(known.given_bits[first], known.given_bits[other])
        given_bits = np.where((given > NOT_SAID_TO_AGREE) | unsaid, 0.0, bits)
        middle = np.zeros(len(a))
        middle_bits, worst, family, family_bits = middle, middle, middle, middle
        for x, y, doubt in paired.between:
            middle = middle + doubt
            worst = np.maximum(worst, doubt)
            bits = np.where(x < 0, 0.0, np.minimum(known.given_bits[x], known.given_bits[y]))
            middle_bits = np.where(doubt < NOT_SAID_TO_AGREE, middle_bits + bits, middle_bits)
        if paired.family is not None:
            x, y, doubt = paired.family
            family = np.where(paired.has_family, doubt, 0.0)
            bits = np.minimum(MOST_BITS, np.minimum(known.family_bits[x], known.family_bits[y]))
            family_bits = np.where(paired.has_family & (doubt < NOT_SAID_TO_AGREE), bits, 0.0)
        lost = ~paired.has_family
        pairs = n - (lost & (n == 2) & (m == 2))  # every unit of the shorter name has one beside it
        evidence = (
            *(given, middle, family, np.maximum(np.maximum(worst, given), family)),
            *(given_bits, middle_bits, family_bits),
            *(
                m - pairs,
                lost,
                lost & (n > 2),
                np.full(len(a), n < 3),
                np.full(len(a), n < 2 <= m),
                paired.moved,
                unsaid,
            ),
        )
        odds: Floats = START + sum(map(mul, WEIGHTS, evidence))
        return odds

    # --- what `repairs` would look at --------------------------------------------------------------------------------
    def _may_be_repaired(self, alike: _Pairs, paired: _Paired, rows: Numbers) -> tuple[list[_Joins], Yes]:
        """Say where `repairs` may find another reading: by joining which units, and in which rows otherwise.

        Too often, never too seldom.
        """
        a, b = alike.a[rows], alike.b[rows]
        n, m = a.shape[1], b.shape[1]
        bad_a, bad_b = self._bad(paired, rows, n, m)
        masks_a, masks_b = self._known.masks[a], self._known.masks[b]
        all_a, all_b = np.bitwise_or.reduce(masks_a, axis=1), np.bitwise_or.reduce(masks_b, axis=1)
        common: Yes = np.bitwise_count(all_a & ~all_b) <= MOST_MISSING
        if n < m:
            common &= bad_a.any(axis=1)
            several = (bad_a.sum(axis=1) > 1) | ~bad_a[:, 0]
            return self._may_be_joined(b, bad_b, a, bad_a, common), self._may_be_moved(a, b, bad_a, common & several)
        common &= np.bitwise_count(all_b & ~all_a) <= MOST_MISSING
        common &= bad_a.sum(axis=1) > 1
        joins = self._may_be_joined(a, bad_a, b, bad_b, common) + self._may_be_joined(b, bad_b, a, bad_a, common)
        otherwise = self._may_be_moved(a, b, bad_a, common) | self._may_be_moved(b, a, bad_b, common)
        for at in range(n - 1):
            apart = (masks_a[:, at] | masks_a[:, at + 1]) ^ (masks_b[:, at] | masks_b[:, at + 1])
            otherwise |= common & bad_a[:, at] & bad_a[:, at + 1] & (np.bitwise_count(apart) <= MOST_DIFFERENT)
        return joins, otherwise

    @staticmethod
    def _bad(paired: _Paired, rows: Numbers, n: int, m: int) -> tuple[Yes, Yes]:
        """Return which units stand beside one that does not fit, or beside none, shapes (n_rows, n) and (n_rows, m)."""
        bad_a, bad_b = np.zeros((len(rows), n), bool), np.ones((len(rows), m), bool)
        bad_a[:, 0] = bad_b[:, 0] = paired.given[rows] > NO_MATCH
        has_family, moved = paired.has_family[rows], paired.moved[rows]
        for at, (_, _, doubt) in enumerate(paired.between, 1):
            bad = doubt[rows] > NO_MATCH
            if n < m and at == n - 1:  # stands beside one only where the family names do not
                bad_a[:, at] |= bad
                bad_b[:, at] &= bad | has_family
            else:
                bad_a[:, at] = bad
                bad_b[:, at] &= bad | (moved if n < m else False)
                if n < m and m > at + 2:
                    bad_b[:, at + 1] &= bad | ~moved
        if paired.family is not None:
            bad = paired.family[2][rows] > NO_MATCH
            bad_a[:, -1] |= bad & has_family
            bad_b[:, -1] &= bad | ~has_family
        return bad_a, bad_b

    def _may_be_joined(self, names: Numbers, free: Yes, others: Numbers, wanted: Yes, asked: Yes) -> list[_Joins]:
        """Return, of rows asked for, neighbours, one of them free, that may be a wanted unit of the other name."""
        masks, lengths = self._known.masks, self._known.key_lengths
        found = []
        for at in range(names.shape[1] - 1):
            first, second = names[:, at], names[:, at + 1]
            apart = (masks[first] | masks[second])[:, None] ^ masks[others]
            longer = np.abs((lengths[first] + lengths[second])[:, None] - lengths[others])
            fits = (np.bitwise_count(apart) <= MOST_DIFFERENT) & (longer <= MOST_LONGER) & wanted
            rows, place = np.nonzero(fits & (asked & (free[:, at] | free[:, at + 1]))[:, None])
            found.append(_Joins(rows, first[rows], second[rows], others[rows, place]))
        return found

    def _may_be_moved(self, names: Numbers, others: Numbers, bad: Yes, asked: Yes) -> Yes:
        """Say in which of the rows asked for the family of the first is first, or before the father, in the second."""
        last = names.shape[1] - 1
        whole = asked & bad[:, 0] & bad[:, last]
        places = [(whole, names[:, last], others[:, 0]), (whole, names[:, 0], others[:, -1])]
        if last > 1:
            within = asked & ~bad[:, 0] & bad[:, last - 1]
            if names.shape[1] == others.shape[1]:
                within &= bad[:, last]
            places.append((within, names[:, last - 1], others[:, -1]))
        rows = np.concatenate([np.flatnonzero(chosen) for chosen, _, _ in places])
        a, b = (np.concatenate([place[side][place[0]] for place in places]) for side in (1, 2))
        near = self._known.may_fit(a, b)
        found = np.zeros(len(names), bool)
        found[rows[near][self._known.distinct(a[near], b[near]) < WELL]] = True
        return found


def _cells(n: int, m: int) -> list[tuple[int, int]]:
    """Return which units may stand side by side in names of so many."""
    if n == m:
        return [(at, at) for at in range(n)]
    if n == 3:
        return [(0, 0), (1, 1), (1, 2), (2, 2), (2, 3)]
    return [(0, 0), (1, 1), (1, m - 1)][: 1 if n == 1 else 3]


def _only(chosen: Yes, units: tuple[Numbers, Numbers, Floats]) -> tuple[Numbers, Numbers, Floats]:
    """Return units side by side where chosen, elsewhere none: -1, without doubt."""
    a, b, doubt = units
    return np.where(chosen, a, -1), np.where(chosen, b, -1), np.where(chosen, doubt, 0.0)


def _either(
    chosen: Yes, one: tuple[Numbers, Numbers, Floats], other: tuple[Numbers, Numbers, Floats]
) -> tuple[Numbers, Numbers, Floats]:
    """Return the units of the first where chosen, elsewhere those of the second."""
    return (
        np.where(chosen, one[0], other[0]),
        np.where(chosen, one[1], other[1]),
        np.where(chosen, one[2], other[2]),
    )
