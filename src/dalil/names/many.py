"""`score` for many pairs of names at once: the same numbers, several times as fast.

Names and units are read once each; names with the same numbers of parts are weighed together, as arrays. What has more
parts than is usual, and what may have to be read otherwise than as it stands, is left to `comparing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from dalil.names.doubting import Doubting, Floats, Numbers, Yes
from dalil.names.pairing import FATHER_LOST, NO_MATCH
from dalil.names.repairing import MOST_DIFFERENT, MOST_LONGER, MOST_MISSING
from dalil.names.units import Unit, units_of

MOST_AT_ONCE: Final = 50_000
"""Pairs that are weighed together."""


class _Pairs(NamedTuple):
    """Pairs of names of so many parts: their places among all, and the numbers of their units, (n_pairs, n_parts)."""

    places: Numbers
    a: Numbers
    b: Numbers


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
    for start in range(0, len(pairs), MOST_AT_ONCE):
        found += _Scoring(pairs[start : start + MOST_AT_ONCE]).scores().tolist()
    return found


class _Scoring:
    """One lot of pairs."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._read = [(units_of(a), units_of(b)) for a, b in pairs]
        numbers: dict[Unit, int] = {}
        for name in {name for both in self._read for name in both}:
            for unit in name:
                numbers.setdefault(unit, len(numbers))
        self._numbers = numbers
        self._known = Doubting(list(numbers))
        self._found = np.zeros(len(pairs))

    def scores(self) -> Floats:
        """Return the scores, shape (n_pairs,)."""
        one_by_one: list[int] = []
        groups = list(self._by_length(one_by_one))
        cells = [(each.a[:, x], each.b[:, y]) for each in groups for x, y in _cells(each.a.shape[1], each.b.shape[1])]
        if cells:
            self._known.learn(np.concatenate([a for a, _ in cells]), np.concatenate([b for _, b in cells]))
        for alike in groups:
            paired = self._pair(alike)
            odds = self._weigh(alike, paired)
            self._found[alike.places] = [1 / (1 + exp(-each)) if each > -40 else 0.0 for each in odds.tolist()]
            doubtful = np.flatnonzero(odds < DOUBTFUL)
            rows = doubtful[self._may_be_repaired(alike, paired, doubtful)]
            one_by_one += alike.places[rows].tolist()
        for place in one_by_one:
            self._found[place] = score_units(*self._read[place])
        return self._found

    def _by_length(self, others: list[int]) -> Iterator[_Pairs]:
        """Yield the pairs by the numbers of their units, the shorter name first; put what is unusual to ``others``."""
        groups: dict[tuple[int, int], list[tuple[int, tuple[Unit, ...], tuple[Unit, ...]]]] = {}
        for place, (a, b) in enumerate(self._read):
            if a == b:
                self._found[place] = 1.0 if a else 0.0
                continue
            if not a or not b:
                continue
            if len(a) > len(b):
                a, b = b, a
            n, m = len(a), len(b)
            if n < m and (n, m) != (3, 4) and n > 2:
                others.append(place)
            else:
                groups.setdefault((n, m), []).append((place, a, b))
        number = self._numbers
        for (n, m), group in groups.items():
            places = np.array([place for place, _, _ in group])
            first = np.array([number[unit] for _, a, _ in group for unit in a]).reshape(-1, n)
            second = np.array([number[unit] for _, _, b in group for unit in b]).reshape(-1, m)
            yield _Pairs(places, first, second)

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
            *(m - pairs, lost, lost & (n > 2), np.full(len(a), n < 3), paired.moved, unsaid),
        )
        odds: Floats = START + sum(map(mul, WEIGHTS, evidence))
        return odds

    # --- what `repairs` would look at --------------------------------------------------------------------------------
    def _may_be_repaired(self, alike: _Pairs, paired: _Paired, rows: Numbers) -> Yes:
        """Say in which rows `repairs` may find another reading; true too often, never false where it does."""
        n, m = alike.a.shape[1], alike.b.shape[1]
        columns = [paired.given, *(doubt for _, _, doubt in paired.between)]
        if paired.family is not None:
            columns.append(np.where(paired.has_family, paired.family[2], 0.0))
        bad = np.stack([column[rows] > NO_MATCH for column in columns], axis=1)
        a, b = alike.a[rows], alike.b[rows]
        masks_a, masks_b = self._known.masks[a], self._known.masks[b]
        all_a, all_b = np.bitwise_or.reduce(masks_a, axis=1), np.bitwise_or.reduce(masks_b, axis=1)
        common: Yes = np.bitwise_count(all_a & ~all_b) <= MOST_MISSING
        if n < m:
            common &= self._may_be_joined(b, a, None) | self._may_be_moved(a, b)
            common &= bad.any(axis=1)
            return common
        common &= np.bitwise_count(all_b & ~all_a) <= MOST_MISSING
        fits = self._may_be_joined(a, b, bad) | self._may_be_joined(b, a, bad)
        fits |= self._may_be_moved(a, b) | self._may_be_moved(b, a)
        for at in range(n - 1):
            apart = (masks_a[:, at] | masks_a[:, at + 1]) ^ (masks_b[:, at] | masks_b[:, at + 1])
            fits |= bad[:, at] & bad[:, at + 1] & (np.bitwise_count(apart) <= MOST_DIFFERENT)
        common &= fits & (bad.sum(axis=1) > 1)
        return common

    def _may_be_joined(self, names: Numbers, others: Numbers, bad: Yes | None) -> Yes:
        """Say where two neighbouring units as one may be a unit of the other name; bad ones only, if they are known."""
        masks, lengths = self._known.masks, self._known.key_lengths
        found = np.zeros(len(names), bool)
        for at in range(names.shape[1] - 1):
            first, second = names[:, at], names[:, at + 1]
            apart = (masks[first] | masks[second])[:, None] ^ masks[others]
            longer = np.abs((lengths[first] + lengths[second])[:, None] - lengths[others])
            fits = (np.bitwise_count(apart) <= MOST_DIFFERENT) & (longer <= MOST_LONGER)
            if bad is None:
                found |= fits.any(axis=1)
            else:
                found |= (fits & bad).any(axis=1) & (bad[:, at] | bad[:, at + 1])
        return found

    def _may_be_moved(self, names: Numbers, others: Numbers) -> Yes:
        """Say where the family name of the first may stand first, or before the father's, in the second."""
        fit = self._known.may_fit
        found: Yes = fit(names[:, -1], others[:, 0]) | fit(names[:, 0], others[:, -1])
        return found | fit(names[:, -2], others[:, -1]) if names.shape[1] > 2 else found


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
