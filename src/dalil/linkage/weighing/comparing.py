"""Pairs of records compared closely, field by field: the columns that models read.

Missing is NaN, never a disagreement.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import NO_DAY, WIDTH, Features, ages_of
from dalil.linkage.pairing.placing import PlaceLikening, Places
from dalil.linkage.weighing.likening import Likening
from dalil.linkage.weighing.surprise import Surprise

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

COLUMNS: Final = (
    *(
        "given",
        "given_bits",
        "family",
        "family_bits",
        "father",
        "parts_alike",
        "parts_bits",
        "parts_unlike",
        "parts_extra",
    ),
    *("fewest_parts", "worst", "kunya", "mother", "crossed", "whole", "day_gap", "day_level", "day_bits", "place"),
    *("place_bits", "governorate", "age_gap", "sex", "extra", "same_list", "cross_script", "spare_bits", "n_bits"),
)
"""Columns of close comparing, in order."""
AT: Final = {name: number for number, name in enumerate(COLUMNS)}
_SKIP: Final = 0.3
"""Likeness at which it is as good to leave a part without a partner."""
_NEAR_DAYS: Final = 10
_DECIMALS: Final = 3


class Comparer:
    """Compares pairs of one set of records."""

    def __init__(self, features: Features, places: Places, surprise: Surprise) -> None:
        self.features = features
        self.places = places
        self.surprise = surprise
        self.likening = Likening(features.units)
        self._last = np.maximum(features.n_parts.astype(np.int64) - 1, 0)
        self._place_likening = PlaceLikening(places.texts)
        self._age = ages_of(features)
        self._whole = features.event[:, 0] == features.event[:, 1]

    def close(self, a: Rows, b: Rows) -> Floats:
        """Return the columns of close comparing, (n_pairs, len(COLUMNS)) float32."""
        f, surprise = self.features, self.surprise
        out = np.full((len(a), len(COLUMNS)), np.nan, np.float32)
        self._compare_names(a, b, out)
        self._compare_days(a, b, out)
        self._compare_places(a, b, out)
        out[:, AT["age_gap"]] = np.abs(self._age[a] - self._age[b])
        sex = np.where(f.sex[a] == f.sex[b], 0.0, 1.0)
        out[:, AT["sex"]] = np.where((f.sex[a] == 0) | (f.sex[b] == 0), np.nan, sex)
        if f.extras.shape[1]:
            known = (f.extras[a] >= 0) & (f.extras[b] >= 0)
            agree = (known & (f.extras[a] == f.extras[b])).sum(axis=1)
            out[:, AT["extra"]] = np.where(known.any(axis=1), agree - 0.5 * (agree == 0), np.nan)
        out[:, AT["same_list"]] = f.list_of[a] == f.list_of[b]
        out[:, AT["cross_script"]] = f.script[a] != f.script[b]
        out[:, AT["n_bits"]] = surprise.n_bits
        bits = [out[:, AT[name]] for name in ("given_bits", "parts_bits", "day_bits", "place_bits")]
        age = np.where(out[:, AT["age_gap"]] <= 1, 3.0, 0.0)
        out[:, AT["spare_bits"]] = np.nansum(bits, axis=0) + age - surprise.n_bits
        # Thresholds of frozen models are decimal: nothing may hang on the last bits of a float.
        return np.round(out, _DECIMALS, out=out)

    def _compare_names(self, a: Rows, b: Rows, out: Floats) -> None:
        f, surprise = self.features, self.surprise
        units_a, units_b = f.parts[a], f.parts[b]
        given = self._likeness(units_a[:, 0], units_b[:, 0])
        out[:, AT["given"]] = given
        given_bits = np.minimum(surprise.given[units_a[:, 0]], surprise.given[units_b[:, 0]])
        out[:, AT["given_bits"]] = np.nan_to_num(given) * given_bits
        alike = np.zeros((len(a), WIDTH, WIDTH), np.float32)
        for place in range(1, WIDTH):
            for other in range(1, WIDTH):
                rows = np.flatnonzero((units_a[:, place] >= 0) & (units_b[:, other] >= 0))
                if len(rows):
                    alike[rows, place, other] = self._likeness(units_a[rows, place], units_b[rows, other])
        total, bits, matched, worst = _in_order(alike, surprise.other[units_a])
        n_a, n_b = self._last[a], self._last[b]
        fewest = np.minimum(n_a, n_b)
        out[:, AT["parts_alike"]] = np.where(fewest > 0, total, np.nan)
        out[:, AT["parts_bits"]] = bits
        out[:, AT["parts_unlike"]] = np.where(fewest > 0, fewest - matched, np.nan)
        out[:, AT["parts_extra"]] = np.maximum(n_a, n_b) - fewest
        out[:, AT["fewest_parts"]] = fewest
        rows = np.arange(len(a))
        family = alike[rows, n_a, n_b]
        both = (f.family[a] >= 0) & (f.family[b] >= 0)
        out[:, AT["family"]] = np.where(both, family, np.nan)
        family_bits = np.minimum(surprise.other[f.family[a]], surprise.other[f.family[b]])
        out[:, AT["family_bits"]] = np.where(both, family * family_bits, 0.0)
        out[:, AT["father"]] = np.where((n_a > 1) & (n_b > 1), alike[:, 1, 1], np.nan)
        out[:, AT["worst"]] = np.fmin(given, np.where(fewest > 0, worst, np.nan))
        out[:, AT["kunya"]] = self._likeness(f.kunya[a], f.kunya[b])
        out[:, AT["mother"]] = self._likeness(f.mother[a], f.mother[b])
        # One's given name as the other's father: father and child, or names written in another order.
        crossed = np.fmax(self._likeness(units_a[:, 0], units_b[:, 1]), self._likeness(units_b[:, 0], units_a[:, 1]))
        out[:, AT["crossed"]] = crossed
        out[:, AT["whole"]] = self._whole_names(units_a, units_b)

    def _whole_names(self, units_a: npt.NDArray[np.int32], units_b: npt.NDArray[np.int32]) -> Floats:
        """Return the share of consonants, by letter and regardless of words, that two names have in common."""
        counts_a, counts_b = self._letters(units_a), self._letters(units_b)
        shared = np.minimum(counts_a, counts_b).sum(axis=1)
        least = np.minimum(counts_a.sum(axis=1), counts_b.sum(axis=1))
        return np.where(least > 0, shared / np.maximum(least, 1), np.nan).astype(np.float32)

    def _letters(self, units: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
        counts = np.zeros((len(units), self._letter_counts.shape[1]), np.int8)
        for place in range(WIDTH):
            counts += self._letter_counts[units[:, place]]
        return counts

    @property
    def _letter_counts(self) -> npt.NDArray[np.int8]:
        if not hasattr(self, "_letters_of_units"):
            table = np.zeros((len(self.features.units) + 1, 32), np.int8)
            for at, unit in enumerate(self.features.units):
                for letter in unit.coarse:
                    table[at, ord(letter) & 31] += 1
            self._letters_of_units = table
        return self._letters_of_units

    def _likeness(self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]) -> Floats:
        found = np.full(len(a), np.nan, np.float32)
        rows = np.flatnonzero((a >= 0) & (b >= 0))
        if len(rows):
            found[rows] = self.likening.likeness(a[rows], b[rows])
        return found

    def _compare_days(self, a: Rows, b: Rows, out: Floats) -> None:
        f = self.features
        lo_a, hi_a, lo_b, hi_b = (f.event[rows, end].astype(np.int64) for rows in (a, b) for end in (0, 1))
        known = (lo_a != NO_DAY) & (lo_b != NO_DAY)
        exact = known & self._whole[a] & self._whole[b]
        gap = np.maximum(0, np.maximum(lo_a - hi_b, lo_b - hi_a))
        out[:, AT["day_gap"]] = np.where(known, np.log1p(gap.clip(0, 10_000)), np.nan)
        swapped = exact & (gap > 0) & _swapped(lo_a, lo_b)
        level = np.select(
            [~known, exact & (gap == 0), swapped, exact & (gap <= _NEAR_DAYS), exact, gap == 0],
            [np.nan, 5.0, 4.0, 3.0, 0.0, 2.0],
            1.0,
        )
        out[:, AT["day_level"]] = level
        share = np.select([level == 5, level == 4, level == 3, level == 2], [1.0, 0.8, 0.5, 0.3], 0.0)
        out[:, AT["day_bits"]] = share * np.maximum(self.surprise.day[a], self.surprise.day[b])

    def _compare_places(self, a: Rows, b: Rows, out: Floats) -> None:
        levels = self.places.of.shape[1]
        if not levels:
            return
        out[:, AT["governorate"]] = self._places_alike(self.places.of[a, 0], self.places.of[b, 0])
        if levels == 1:
            out[:, AT["place"]] = out[:, AT["governorate"]]
        found = np.full(len(a), np.nan, np.float32)
        # What one list calls a district another may call a place: the best of all finer levels.
        for one in range(1, levels):
            for other in range(1, levels):
                found = np.fmax(found, self._places_alike(self.places.of[a, one], self.places.of[b, other]))
        if levels > 1:
            out[:, AT["place"]] = found
        finest = np.minimum(self._finest_bits(a), self._finest_bits(b))
        out[:, AT["place_bits"]] = np.nan_to_num(out[:, AT["place"]]) * finest + np.where(
            np.isnan(out[:, AT["place"]]), np.nan_to_num(out[:, AT["governorate"]]) * 2.5, 0.0
        )

    def _finest_bits(self, rows: Rows) -> Floats:
        finest: Floats = self.surprise.place[self.places.of[rows]].max(axis=1)
        return finest

    def _places_alike(self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]) -> Floats:
        found = np.full(len(a), np.nan, np.float32)
        rows = np.flatnonzero((a >= 0) & (b >= 0))
        if len(rows):
            found[rows] = self._place_likening.likeness(a[rows], b[rows])
        return found


def _in_order(alike: Floats, bits: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Pair the parts after the given name in order, for the greatest sum of likeness above `_SKIP`.

    Returns
    -------
    total, bits, matched, worst : (n,) float32
        Sum of likeness, of bits times likeness, number of parts with a partner, and least likeness among those.
    """
    n = len(alike)
    zero, one = np.zeros(n, np.float32), np.ones(n, np.float32)
    above = [(zero, zero, zero, zero, one)] * WIDTH
    for place in range(1, WIDTH):
        here = [(zero, zero, zero, zero, one)]
        for other in range(1, WIDTH):
            value = alike[:, place, other]
            gain, total, evidence, count, worst = above[other - 1]
            taken = (
                gain + (value - _SKIP),
                total + value,
                evidence + value * bits[:, place],
                count + np.float32(1),
                np.minimum(worst, value),
            )
            best = _better(above[other], here[-1])
            here.append(_better(best, taken) if value.any() else best)
        above = here
    _, total, evidence, count, worst = above[-1]
    return total, evidence, count, worst


def _better(one: tuple[Floats, ...], other: tuple[Floats, ...]) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    if one[0] is other[0]:
        return one  # type: ignore[return-value]
    wins = other[0] > one[0]
    return tuple(np.where(wins, y, x) for x, y in zip(one, other, strict=True))  # type: ignore[return-value]


def _swapped(day_a: npt.NDArray[np.int64], day_b: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say where two days are the same but for day and month exchanged."""
    a, b = day_a.astype("datetime64[D]"), day_b.astype("datetime64[D]")
    year_a, year_b = a.astype("datetime64[Y]"), b.astype("datetime64[Y]")
    month_a, month_b = a.astype("datetime64[M]"), b.astype("datetime64[M]")
    number_a, number_b = (month_a - year_a).astype(np.int64), (month_b - year_b).astype(np.int64)
    in_month_a, in_month_b = (a - month_a).astype(np.int64), (b - month_b).astype(np.int64)
    found: npt.NDArray[np.bool_] = (year_a == year_b) & (number_a == in_month_b) & (number_b == in_month_a)
    return found
