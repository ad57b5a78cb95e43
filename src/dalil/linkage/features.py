"""What of each record can be compared, as arrays of small numbers: name units by place, dates as intervals, places.

Texts are understood once for each distinct text. A name becomes the row given, father, …, family, whichever columns
its list spreads it over; a by-name (kunya) in place of the given name leaves that place empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]

from dalil.linkage.record_table import RecordTable
from dalil.names import Role, parse
from dalil.names.similarity import likeness
from dalil.names.units import Unit, read_units

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Shorts = npt.NDArray[np.int8]

MISSING: Final = -1
NO_DAY: Final = np.int32(-(2**31))
"""Stands for a day that is not known."""
WIDTH: Final = 6
"""Units of a name that are compared: the first five, and the last."""
_BY_NAMES: Final = ("ابو", "ابي", "ام", "abu", "um")
_SAME_FATHER: Final = 0.4
"""Likeness from which the father's column and a middle part of the name are taken as one."""
_YEAR: Final = 365.2425
_EPOCH: Final = 1970.0


@dataclass(slots=True)
class Features:
    """Records as arrays, in the order of their ids; every array has one row a record.

    Attributes
    ----------
    units : list of Unit
        Distinct units of names; the arrays hold their places in this list, or -1.
    parts : (n, WIDTH) int32
        Given, father, …, family; -1 where there is none.
    n_parts : (n,) int8
        Units of the row, an empty given name counted.
    family : (n,) int32
        The last unit, where it is a family name.
    kunya, mother : (n,) int32
        Unit of the by-name, and of the mother's given name.
    script : (n,) int8
        1 Arabic, 2 Latin, 0 none.
    sex : (n,) int8
        1 male, 2 female, 0 not known.
    age : (n,) float32
        Years; NaN if not known.
    born : (n, 2) float32
        Years within which birth lies, from a date of birth; NaN if not known.
    event : (n, 2) int32
        Days within which the event lies; `NO_DAY` if not known.
    places : (n, levels) int32
        Places in `place_texts`, or -1.
    extras : (n, columns) int64
        Digests of identifiers, or -1: the same in every run.
    """

    ids: list[str]
    lists: list[str]
    list_of: npt.NDArray[np.int16]
    units: list[Unit]
    parts: Ints
    n_parts: Shorts
    family: Ints
    kunya: Ints
    mother: Ints
    script: Shorts
    sex: Shorts
    age: Floats
    born: Floats
    event: Ints
    places: Ints
    place_texts: list[list[str]]
    extras: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)


class _Units(dict[Unit, int]):
    """Numbers units in the order they are first met."""

    def __missing__(self, unit: Unit) -> int:
        self[unit] = len(self)
        return self[unit]


def features_of(records: RecordTable) -> Features:
    """Return what of these records can be compared."""
    table = records.columns
    n = len(records)
    numbers = _Units()
    names, name_at = _encoded(table["name"])
    fathers, father_at = _encoded(table["father"])
    # One row of units for each distinct name and father.
    both = name_at.astype(np.int64) * (len(fathers) + 1) + (father_at + 1)
    distinct, back = np.unique(both, return_inverse=True)
    rows = np.full((len(distinct), WIDTH), MISSING, np.int32)
    n_parts = np.zeros(len(distinct), np.int8)
    family = np.full(len(distinct), MISSING, np.int32)
    by_name = np.full(len(distinct), MISSING, np.int32)
    read: dict[int, tuple[list[Unit | None], Unit | None]] = {}
    father_units = [read_units(text) for text in fathers]
    for row, code in enumerate(distinct.tolist()):
        at_name, at_father = divmod(code, len(fathers) + 1)
        if at_name not in read:
            read[at_name] = _name(names[at_name]) if at_name >= 0 else ([], None)
        parts, kunya = read[at_name]
        has_family = len(parts) > 1
        if at_father:
            parts = _with_father(parts, father_units[at_father - 1])
        if len(parts) > WIDTH:
            parts = [*parts[: WIDTH - 1], parts[-1]]
        for place, unit in enumerate(parts):
            if unit is not None:
                rows[row, place] = numbers[unit]
        n_parts[row] = len(parts)
        if has_family and parts[-1] is not None:
            family[row] = numbers[parts[-1]]
        if kunya is not None:
            by_name[row] = numbers[kunya]
    kunya_units = _first_units(table["kunya"], numbers)
    mother = _first_units(table["mother"], numbers)
    sex = np.zeros(n, np.int8)
    for value, code in (("male", 1), ("female", 2)):
        sex[np.asarray(pc.fill_null(pc.equal(table["sex"], value), False))] = code
    lists, list_at = _encoded(table["list"])
    order = np.argsort(np.array(lists, dtype=object)) if lists else np.zeros(0, np.int64)
    rank = np.empty(len(lists) + 1, np.int16)
    rank[order] = np.arange(len(lists))
    rank[-1] = 0
    places = [_encoded(table[f"place_{level}"]) for level in range(records.n_places)]
    extras = [_digests(table[f"extra_{number}"]) for number in range(records.n_extras)]
    found_units = list(numbers)
    parts_of = rows[back]
    return Features(
        ids=records.ids,
        lists=[lists[at] for at in order],
        list_of=rank[list_at],
        units=found_units,
        parts=parts_of,
        n_parts=n_parts[back],
        family=family[back],
        kunya=np.where(kunya_units >= 0, kunya_units, by_name[back]).astype(np.int32),
        mother=mother,
        script=_scripts(found_units, parts_of),
        sex=sex,
        age=np.asarray(table["age"].to_numpy(zero_copy_only=False), np.float32),
        born=_years(table),
        event=_days(table),
        places=np.stack([at for _, at in places], axis=1) if places else np.zeros((n, 0), np.int32),
        place_texts=[texts for texts, _ in places],
        extras=np.stack(extras, axis=1) if extras else np.zeros((n, 0), np.int64),
    )


def ages_of(features: Features) -> Floats:
    """Return an age for each record, NaN for none; taken from the birth where no age is given.

    With a date of the event, age is at the event. Without, lists refer to some year of their own: the one in which
    those records that have both were as old as they say.
    """
    born = features.born.mean(axis=1)
    year = np.where(features.event[:, 0] == NO_DAY, np.nan, features.event.mean(axis=1) / 365.2425 + 1970.0)
    both = ~np.isnan(born) & ~np.isnan(features.age)
    reference = (
        float(np.median(born[both] + features.age[both] + 0.5))
        if both.sum() > 20
        else float(np.nanmedian(year))
        if (~np.isnan(year)).any()
        else np.nan
    )
    implied = np.where(np.isnan(year), reference, year) - born - 0.5
    return np.where(np.isnan(features.age), implied, features.age).astype(np.float32)


def births_of(features: Features) -> Floats:
    """Return a year of birth for each record, NaN for none; taken from the age where no birth is given."""
    born = features.born.mean(axis=1)
    year = np.where(features.event[:, 0] == NO_DAY, np.nan, features.event.mean(axis=1) / 365.2425 + 1970.0)
    found: Floats = np.where(np.isnan(born), year - features.age - 0.5, born).astype(np.float32)
    return found


# --- names ------------------------------------------------------------------------------------------------------------
def _name(text: str) -> tuple[list[Unit | None], Unit | None]:
    """Return the units of a name, and its by-name; the given name is None where a by-name stands in its place."""
    units: list[Unit | None] = [*read_units(text)]
    first = units[0] if units else None
    if first is None or not first.form.startswith(_BY_NAMES):
        return units, None
    parsed = parse(text)
    if not parsed.names or parsed.names[0].role is not Role.KUNYA or len(units) != len(parsed.names):
        return units, None
    # Abu Muhammad Ahmad al-Halabi has both; Abu Muhammad al-Halabi has no given name.
    has_given = any(part.role is Role.GIVEN for part in parsed.names)
    return (units[1:] if has_given else [None, *units[1:]]), first


def _with_father(parts: list[Unit | None], father: tuple[Unit, ...]) -> list[Unit | None]:
    """Return a name with the father's, which another column gives, after the given name, unless it is there."""
    if not father or not parts:
        return [None, *father] if father else parts
    if any(part is not None and likeness(part, father[0]) >= _SAME_FATHER for part in parts[1:-1]):
        return parts
    if len(parts) == 2 and parts[1] is not None and likeness(parts[1], father[0]) >= _SAME_FATHER:
        return parts
    return [parts[0], father[0], *parts[1:]]


def _first_units(column: Any, numbers: _Units) -> Ints:
    texts, at = _encoded(column)
    first = np.full(len(texts) + 1, MISSING, np.int32)
    for place, text in enumerate(texts):
        units = read_units(text)
        if units:
            first[place] = numbers[units[0]]
    return first[at]


def _scripts(units: list[Unit], parts: Ints) -> Shorts:
    arabic = np.array([*(unit.script == "Arab" for unit in units), False])
    filled = parts >= 0
    n_arabic = (arabic[parts] & filled).sum(axis=1)
    n_latin = filled.sum(axis=1) - n_arabic
    return np.where(n_arabic + n_latin == 0, 0, np.where(n_arabic >= n_latin, 1, 2)).astype(np.int8)


# --- columns ----------------------------------------------------------------------------------------------------------
def _encoded(column: Any) -> tuple[list[str], Ints]:
    """Return the distinct texts of a column, ascending, and the place of each record's in them, -1 for none."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], pa.string())
    encoded = array.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(texts) + 1, np.int32)
    rank[order] = np.arange(len(texts), dtype=np.int32)
    rank[-1] = MISSING
    return [texts[at] for at in order], rank[pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)]


def _digests(column: Any) -> npt.NDArray[np.int64]:
    texts, at = _encoded(column)
    digests = [int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1 for text in texts]
    return np.array([*digests, MISSING], np.int64)[at]


def _numbers(table: pa.Table, names: Iterable[str]) -> list[npt.NDArray[np.float64]]:
    return [table[name].cast(pa.float64()).to_numpy(zero_copy_only=False) for name in names]


def _years(table: pa.Table) -> Floats:
    lo, hi = _numbers(table, ("birth_lo", "birth_hi"))
    return np.stack([lo / _YEAR + _EPOCH, (hi + 1) / _YEAR + _EPOCH], axis=1).astype(np.float32)


def _days(table: pa.Table) -> Ints:
    lo, hi = _numbers(table, ("event_lo", "event_hi"))
    unknown = np.isnan(lo) | np.isnan(hi)
    filled = [np.where(unknown, float(NO_DAY), each) for each in (lo, hi)]
    return np.stack(filled, axis=1).astype(np.int32)
