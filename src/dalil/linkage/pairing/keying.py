"""Keys of records for blocking: what parts of names, dates, places and ages become when many must be compared at once.

A key is a 40-bit number mixed from what it stands for. Two things may get one key by chance; that costs a candidate
pair that is then compared and found different, no more. The same thing has the same key in every run, so that keys can
be kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import NO_DAY, WIDTH, Features, births_of
from dalil.linkage.pairing.placing import Places
from dalil.names.keys import neighbours
from dalil.names.sounds import coarse_keys
from dalil.names.units import Unit

Longs = npt.NDArray[np.int64]

_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_KEY_BITS: Final = np.uint64(24)
_HALF_A_MONTH: Final = 15
_FIRST_MONTH: Final = 2_400
"""Months since 1970 are counted from here, so that none of the last two centuries is negative."""
_SHIFTED: Final = 100_000
AGE_BAND: Final = 4
"""Years of a band; bands are used twice, the second time shifted by half."""
BIRTH_BAND: Final = 3
"""The same of years of birth."""
_FIRST_YEAR: Final = 1800


@dataclass(slots=True)
class Entries:
    """Which record holds which key."""

    record: Longs
    keys: npt.NDArray[np.uint64]


class Wanted:
    """Which keys may be wanted: by the highest 24 of their 40 bits, so that most others are seen not to be."""

    def __init__(self, keys: npt.NDArray[np.uint64]) -> None:
        self._wanted = np.zeros(1 << 24, np.bool_)
        self._wanted[keys >> np.uint64(16)] = True

    def may_be(self, keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        """Say which of some keys may be wanted."""
        found: npt.NDArray[np.bool_] = self._wanted[keys >> np.uint64(16)]
        return found


@dataclass(slots=True)
class Lists:
    """A short list of numbers for each unit: the one after another's, and where each begins."""

    start: Longs
    count: Longs
    values: Longs

    @classmethod
    def of(cls, rows: list[list[int]]) -> Lists:
        """Return the lists; the last one is for "no unit", at -1."""
        count = np.array([len(row) for row in rows], np.int64)
        return cls(np.cumsum(count) - count, count, np.array([v for row in rows for v in row], np.int64))

    def spread(self, of: npt.NDArray[np.int32]) -> tuple[Longs, Longs]:
        """Return, for each number of each list asked for, the place asked from and the number."""
        counts = self.count[of]
        at = np.repeat(np.arange(len(of)), counts)
        step = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
        return at, self.values[self.start[of][at] + step]


@dataclass(slots=True)
class Tokens:
    """What the rules make keys of. Rows are records.

    Attributes
    ----------
    parts : (n, WIDTH + 1) int32
        Units of the name, and last the by-name.
    readings : Lists
        Coarse keys of each unit: the usual, and those of other readings.
    slips : Lists
        The same and keys less one letter.
    coarse : (n_units + 1,) int64
        The usual coarse key, -1 for no unit.
    day, month, month_shifted, age_band, age_shifted, governorate : (n,) int64
        -1 where not known.
    place_words : (n, k) int64
        Words of the finer places, -1 for none.
    """

    parts: npt.NDArray[np.int32]
    readings: Lists
    slips: Lists
    coarse: Longs
    day: Longs
    month: Longs
    month_shifted: Longs
    age_band: Longs
    age_shifted: Longs
    birth: Longs
    birth_shifted: Longs
    governorate: Longs
    place_words: Longs
    extras: Longs

    def of_records(self, which: npt.NDArray[np.bool_]) -> Tokens:
        """Return the tokens with the names and identifiers of some records only: of others no key is made."""
        parts, extras = (np.where(which[:, None], each, -1) for each in (self.parts, self.extras))
        return replace(self, parts=parts.astype(np.int32), extras=extras)

    def narrowed(self, entries: Entries, attribute: str, wanted: Wanted | None = None) -> Entries:
        """Return entries with one thing more in each key; those whose record does not have it fall away.

        Of many entries, those whose key is not `wanted` are left out as well, but for a few.
        """
        record, keys = entries.record, entries.keys
        found = []
        for of_all in self.columns(attribute):
            column = of_all[record]
            has = np.flatnonzero(column >= 0)
            narrower = mixed(keys[has], column[has])
            if wanted is not None:
                may = wanted.may_be(narrower)
                has, narrower = has[may], narrower[may]
            if len(has):
                found.append((record[has], narrower))
        return joined(found)

    def _values(self, attribute: str) -> Longs:
        return {
            "day": self.day,
            "month": self.month,
            "month shifted": self.month_shifted,
            "age": self.age_band,
            "age shifted": self.age_shifted,
            "birth": self.birth,
            "birth shifted": self.birth_shifted,
            "governorate": self.governorate,
        }[attribute]

    def columns(self, attribute: str) -> list[Longs]:
        """Return the column or columns of numbers that an attribute has."""
        if attribute in ("third part", "other part"):
            return [self.coarse[self.parts[:, place]] for place in range(WIDTH)]
        if attribute == "place":
            return [self.place_words[:, place] for place in range(self.place_words.shape[1])]
        return [self._values(attribute)]


def mixed(*columns: npt.NDArray[np.generic]) -> npt.NDArray[np.uint64]:
    """Return one 40-bit number for each row of some columns."""
    key = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        key = (key ^ column.astype(np.uint64)) * _MIX
        key ^= key >> np.uint64(29)
    return key >> _KEY_BITS


def joined(found: list[tuple[Longs, npt.NDArray[np.uint64]]]) -> Entries:
    """Put entries together."""
    if not found:
        return Entries(np.zeros(0, np.int64), np.zeros(0, np.uint64))
    return Entries(np.concatenate([record for record, _ in found]), np.concatenate([keys for _, keys in found]))


class _Numbers(dict[str, int]):
    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return self[text]


class _Sums(dict[str, int]):
    """A number for each text that is the same in every run; two texts may get one, by a chance of 2 ** -32."""

    def __missing__(self, text: str) -> int:
        self[text] = crc32(text.encode())
        return self[text]


def tokens_of(features: Features, places: Places, new: npt.NDArray[np.bool_] | None = None) -> Tokens:
    """Return what keys are made of, for all records; of names, for those in `new` only, if that is given."""
    numbers, sums = _Numbers(), _Sums()
    keyed = np.ones(len(features.units) + 1, np.bool_)
    if new is not None:
        keyed[:] = False
        keyed[features.parts[new]] = keyed[features.kunya[new]] = True
    readings = [_readings(unit, sums) if wanted else [] for unit, wanted in zip(features.units, keyed, strict=False)]
    slips = [
        [*row, *(sums[key] for key in neighbours(unit.coarse))] if row else []
        for row, unit in zip(readings, features.units, strict=True)
    ]
    coarse = np.array([*(numbers[unit.coarse] if unit.coarse else -1 for unit in features.units), -1], np.int64)
    day = np.where(features.event[:, 0] == features.event[:, 1], features.event[:, 0].astype(np.int64), -1)
    day = np.where(features.event[:, 0] == NO_DAY, -1, day)
    month, month_shifted = _months(features.event.astype(np.int64))
    age = np.where(np.isnan(features.age), -AGE_BAND, features.age).astype(np.int64)
    birth = births_of(features)
    birth = np.where(np.isnan(birth), -1.0, birth - _FIRST_YEAR)
    words = [[sums[word.coarse] for word in text.words if word.coarse] for text in places.texts]
    governorate, place_words = _place_tokens(places, words)
    return Tokens(
        parts=np.concatenate([features.parts, features.kunya[:, None]], axis=1),
        readings=Lists.of([*readings, []]),
        slips=Lists.of([*slips, []]),
        coarse=coarse,
        day=day,
        month=month,
        month_shifted=month_shifted,
        age_band=np.where(age >= 0, age // AGE_BAND, -1),
        age_shifted=np.where(age >= 0, (age + AGE_BAND // 2) // AGE_BAND + 1000, -1),
        birth=np.where(birth >= 0, birth // BIRTH_BAND, -1).astype(np.int64),
        birth_shifted=np.where(birth >= 0, (birth + BIRTH_BAND / 2) // BIRTH_BAND + 1000, -1).astype(np.int64),
        governorate=governorate,
        place_words=place_words,
        extras=features.extras,
    )


def _months(event: Longs) -> tuple[Longs, Longs]:
    """Return the calendar month of each day or month, and the same shifted by half a month; -1 where neither is known.

    By the middle of what is told, so that a day and the whole of its month fall into one.
    """
    told = (event[:, 0] != NO_DAY) & (event[:, 1] - event[:, 0] < 31)
    middle = np.where(told, (event[:, 0] + event[:, 1]) // 2, 0)

    def month(day: Longs) -> Longs:
        number: Longs = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return number + _FIRST_MONTH

    return np.where(told, month(middle), -1), np.where(told, month(middle + _HALF_A_MONTH) + _SHIFTED, -1)


def _readings(unit: Unit, numbers: dict[str, int]) -> list[int]:
    found = dict.fromkeys(key for key in (unit.coarse, *coarse_keys(unit.form, unit.script)) if key)
    return [numbers[key] for key in found]


def _place_tokens(places: Places, words: list[list[int]]) -> tuple[Longs, Longs]:
    """Return the coarsest place as a number, and the words of the finer ones; of the coarsest, if that is all."""
    n, levels = places.of.shape
    codes = _Numbers()
    number = np.array([*(codes[text.code or f"\0{at}"] for at, text in enumerate(places.texts)), -1], np.int64)
    governorate = number[places.of[:, 0]] if levels else np.full(n, -1, np.int64)
    most = max((len(row) for row in words), default=0)
    table = np.full((len(words) + 1, most), -1, np.int64)
    for at, row in enumerate(words):
        table[at, : len(row)] = row
    finer = [table[places.of[:, level]] for level in range(min(1, levels - 1), levels)] if levels else []
    found = np.concatenate(finer, axis=1) if finer else np.full((n, 0), -1, np.int64)
    return governorate, found[:, (found >= 0).any(axis=0)] if found.size else found


class entries_of:  # noqa: N801 - read as a word: entries_of.two_parts(tokens)
    """The keys of each rule."""

    @staticmethod
    def two_parts(tokens: Tokens) -> Entries:
        """Two parts of the name, in their order."""
        return _pairs_of_parts(tokens, tokens.readings, tokens.readings, None)

    @staticmethod
    def slipped(tokens: Tokens, attribute: str | None) -> Entries:
        """Two parts, one of them read less one letter, and one thing more."""
        one = _pairs_of_parts(tokens, tokens.readings, tokens.slips, attribute)
        other = _pairs_of_parts(tokens, tokens.slips, tokens.readings, attribute)
        return Entries(np.concatenate([one.record, other.record]), np.concatenate([one.keys, other.keys]))

    @staticmethod
    def part_and(tokens: Tokens, attribute: str) -> Entries:
        """One part of the name and one thing more."""
        found = []
        for column in tokens.columns(attribute):
            for place in range(tokens.parts.shape[1]):
                record = np.flatnonzero((column >= 0) & (tokens.parts[:, place] >= 0))
                at, reading = tokens.readings.spread(tokens.parts[record, place])
                found.append((record[at], mixed(reading, column[record[at]])))
        return joined(found)

    @staticmethod
    def extras(tokens: Tokens) -> Entries:
        """An identifier."""
        found = []
        for number in range(tokens.extras.shape[1]):
            record = np.flatnonzero(tokens.extras[:, number] >= 0)
            found.append((record, mixed(tokens.extras[record, number], np.full(len(record), number))))
        return joined(found)


def _pairs_of_parts(tokens: Tokens, one: Lists, other: Lists, attribute: str | None) -> Entries:
    found = []
    columns = [None] if attribute is None else tokens.columns(attribute)
    for first in range(WIDTH):
        for second in range(first + 1, tokens.parts.shape[1]):
            record = np.flatnonzero((tokens.parts[:, first] >= 0) & (tokens.parts[:, second] >= 0))
            for column in columns:
                rows = record if column is None else record[column[record] >= 0]
                at, reading = one.spread(tokens.parts[rows, first])
                rows = rows[at]
                at, slip = other.spread(tokens.parts[rows, second])
                rows = rows[at]
                key = mixed(reading[at], slip) if column is None else mixed(reading[at], slip, column[rows])
                found.append((rows, key))
    return joined(found)
