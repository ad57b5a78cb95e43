"""An inverted index over names: by any one, two or three of their parts, the places of the names that have them.

Compact arrays: some hundred bytes a name. The keys are coarse on purpose; what they let through is compared in full.
Two different meetings of parts may share a posting list by chance, which costs time and loses nothing.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations, islice, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalil.errors import StoreFull
from dalil.names.distinct import distinct
from dalil.names.keys import SHORTEST_WITH_NEIGHBOURS, neighbours
from dalil.names.sounds import coarse_keys
from dalil.names.units import Unit, read_units
from dalil.search.spellings import Spellings

MOST_NAMES: Final = 1 << 24
"""Names an index can hold: a place takes 24 bits of a posting, and what was met there 40."""
MOST_PARTS: Final = 5
"""Parts of a name that are indexed."""
MOST_NEAR: Final = 250
"""Near keys tried for one part of a query."""
MOST_ASKED: Final = 5_000
"""Parts of queries that are remembered."""
MOST_READINGS: Final = 6
"""Readings of a whole name that are indexed."""
NO_UNIT: Final = 0xFFFFFFFF
"""Consonants of what stands in the columns of names where they have no unit."""
_MASK: Final = (1 << 40) - 1
_SPREAD: Final = (0x9E3779B97F, 0xC2B2AE3D27, 0x165667B19E)
"""Odd numbers without pattern, to spread the numbers of keys over 40 bits."""
_STEPS: Final = 3
"""Steps of a search within the meetings that share their first bits."""
_SHELF_BITS: Final = 5
"""Postings are sorted in lots by their first bits, to need less memory at once."""


Keys = NDArray[np.int64]
Places = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A part of a query, as the index knows it.

    Attributes
    ----------
    exact, near : array of int
        Numbers of the keys it may have, and of those one letter off; what is spelt most like it first.
    slips : array of int
        Units whose spelling is a slip of the pen from its own.
    read_otherwise : array of int
        Units that have one of the exact keys in another reading than their first: Gomaa, for jim mim.
    """

    unit: Unit
    exact: Keys
    near: Keys
    slips: NDArray[np.uint32]
    read_otherwise: NDArray[np.uint32]


@dataclass(slots=True, eq=False)
class NameIndex:
    """Names by what their parts sound like.

    Attributes
    ----------
    units : list of Unit
        Every distinct unit, by number.
    starts, numbers : array of int
        The unit numbers of the name at place p are ``numbers[starts[p]:starts[p + 1]]``.
    key_numbers : dict of str to int
        Number of each coarse key, from 1.
    meetings, offsets, places : array of int
        Sorted meetings of keys; the places of meeting i are ``places[offsets[i]:offsets[i + 1]]``.
    near : dict of str to list of int
        Key numbers by key less one letter.
    other_readings : dict of int to array of int
        By the number of a key, the units that have it in another reading than their first.
    parts : array of int, shape (n_names, 5)
        Unit numbers of each name once more, side by side; the number of units where it has none.
    unit_keys, unit_masks : array of int, shape (n_units + 1,)
        Number of the coarse key of each unit, and its consonants as bits.
    unit_groups : array of int, shape (n_units + 1,)
        Group of attested equivalents of each unit, 0 for none.
    unit_counts : array of int, shape (n_units + 1,)
        How often each unit is among the parts of the names.
    unit_fine_keys : array of int, shape (n_units + 1,)
        Number of the fine key of each unit, -2 for none; ``fine_keys`` has the number of each.
    spellings : Spellings
        The forms of the units, to be found by what is a slip of the pen from them.
    forms : dict of str to int
        Number of the unit of each form.
    begins : array of int, shape (2**n + 1,)
        Where the meetings begin that have the same first n bits.
    looked : dict of Unit to array of float, shape (n_units + 1,)
        How much each unit looks like a part of a query, for those asked last; kept by who asks.
    """

    units: list[Unit] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("I", [0]))
    numbers: array[int] = field(default_factory=lambda: array("I"))
    key_numbers: dict[str, int] = field(default_factory=dict)
    meetings: array[int] = field(default_factory=lambda: array("Q"))
    offsets: array[int] = field(default_factory=lambda: array("I", [0]))
    places: array[int] = field(default_factory=lambda: array("I"))
    near: dict[str, array[int]] = field(default_factory=dict)
    other_readings: dict[int, array[int]] = field(default_factory=dict)
    parts: NDArray[np.uint32] = field(default_factory=lambda: np.zeros((0, MOST_PARTS), np.uint32))
    unit_keys: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(1, np.uint32))
    unit_masks: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(1, np.uint32))
    unit_groups: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(1, np.uint32))
    unit_counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    unit_fine_keys: NDArray[np.int32] = field(default_factory=lambda: np.full(1, -2, np.int32))
    fine_keys: dict[str, int] = field(default_factory=dict)
    spellings: Spellings = field(default_factory=lambda: Spellings(()))
    forms: dict[str, int] = field(default_factory=dict)
    looked: dict[Unit, NDArray[np.float32]] = field(default_factory=dict)
    _asked: dict[Unit, Asked] = field(default_factory=dict)
    begins: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(1, np.uint32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def n_bytes(self) -> int:
        """Return the memory of the arrays, without the dictionaries of distinct units."""
        arrays = (self.starts, self.numbers, self.meetings, self.offsets, self.places)
        columns = (self.parts, self.unit_keys, self.unit_masks, self.begins)
        held = sum(each.itemsize * len(each) for each in arrays) + sum(each.nbytes for each in columns)
        return held + self.spellings.n_bytes

    def units_at(self, place: int) -> tuple[Unit, ...]:
        """Return the units of the name at a place."""
        units = self.units
        return tuple([units[number] for number in self.numbers[self.starts[place] : self.starts[place + 1]]])

    def ask(self, unit: Unit) -> Asked:
        """Return what the index knows of a part of a query."""
        asked = self._asked.get(unit)
        if asked is None:
            if len(self._asked) >= MOST_ASKED:
                self._asked.clear()
            asked = self._asked[unit] = self._ask(unit)
        return asked

    def _ask(self, unit: Unit) -> Asked:
        exact = [self.key_numbers[key] for key in readings(unit) if key in self.key_numbers]
        slips = self.spellings.near(unit.form)
        near: list[int] = self.unit_keys[slips].tolist()
        if unit.coarse:
            shorter = neighbours(unit.coarse)
            near += [self.key_numbers[key] for key in shorter if key in self.key_numbers]  # one letter less
            near += self.near.get(unit.coarse, ())  # one more
            for key in shorter:  # another one
                near += self.near.get(key, ())
        near = [number for number in dict.fromkeys(near) if number not in exact][:MOST_NEAR]
        otherwise = [number for key in exact for number in self.other_readings.get(key, ())]
        return Asked(unit, np.array(exact, np.int64), np.array(near, np.int64), slips, np.array(otherwise, np.uint32))

    def having(self, ways: Iterable[Keys], most: int) -> Places:
        """Return the places of names in which keys meet, each once, in ascending order.

        Parameters
        ----------
        ways : iterable of array of int, shape (n, 1), (n, 2) or (n, 3)
            In each row, the numbers of one, two or three keys that one name has.
        most : int
            Places that are looked at; where more names have the keys, those of the rarest meetings come first.
        """
        by_number: dict[int, list[Keys]] = defaultdict(list)
        for way in ways:
            by_number[way.shape[1]].append(way)
        numbers = [_meeting(np.concatenate(alike)) for alike in by_number.values()]
        wanted = distinct(np.concatenate([np.zeros(0, np.uint64), *numbers]))
        meetings, offsets, places = (
            np.frombuffer(each, kind) for each, kind in zip(self._filed(), _KINDS, strict=True)
        )
        at = self._places_of(meetings, wanted)
        starts, stops = offsets[at].astype(np.int64), offsets[at + 1].astype(np.int64)
        order = np.argsort(stops - starts, kind="stable")
        before = np.cumsum((stops - starts)[order])
        order = order[: int(np.searchsorted(before, most)) + 1]
        found = [places[start:stop] for start, stop in zip(starts[order].tolist(), stops[order].tolist(), strict=True)]
        return distinct(np.concatenate([_NOWHERE, *found])[:most])

    def _places_of(self, meetings: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return where those of some meetings that the index has stand in its sorted ones."""
        if not len(meetings):
            return np.zeros(0, np.int64)
        # A search of millions waits for memory at each of its steps; the first bits of a meeting say where to begin.
        first = (wanted >> np.uint64(40 - _first_bits(len(meetings)))).astype(np.int64)
        low, high = self.begins[first].astype(np.int64), self.begins[first + 1].astype(np.int64)
        for _ in range(int((high - low).max(initial=0)).bit_length()):
            middle = (low + high) >> 1
            before = (meetings[np.minimum(middle, len(meetings) - 1)] < wanted) & (low < high)
            low, high = np.where(before, middle + 1, low), np.where(before, high, middle)
        found: NDArray[np.int64] = low[meetings[np.minimum(low, len(meetings) - 1)] == wanted]
        return found

    def _filed(self) -> tuple[array[int], array[int], array[int]]:
        return self.meetings, self.offsets, self.places


def _meeting(keys: Keys) -> NDArray[np.uint64]:
    """Return the numbers under which the meetings of keys, one a row, are filed."""
    ordered = np.sort(keys.astype(np.uint64), axis=1)
    number: NDArray[np.uint64] = (ordered * np.array(_SPREAD[: keys.shape[1]], np.uint64)).sum(axis=1)
    return number & np.uint64(_MASK)


_NOWHERE: Final = np.zeros(0, np.uint32)
_KINDS: Final = (np.uint64, np.uint32, np.uint32)


def build(names: Iterable[str]) -> NameIndex:
    """Return an index over names; the place of a name is its position in the list.

    Raises
    ------
    StoreFull
        More than 16 million names: divide the list.
    """
    index = NameIndex()
    shelves = [array("Q") for _ in range(1 << _SHELF_BITS)]
    unit_numbers: dict[Unit, int] = {}
    unit_keys: list[tuple[int, ...]] = []
    key_numbers, numbers, starts = index.key_numbers, index.numbers, index.starts
    for place, name in enumerate(names):
        if place >= MOST_NAMES:
            raise StoreFull(
                "The list is too long for one index.",
                expected=f"at most {MOST_NAMES} names",
                found="more",
                todo="Divide the list and search its parts.",
            )
        keys: list[tuple[int, ...]] = []
        for unit in read_units(name):
            number = unit_numbers.get(unit)
            if number is None:
                number = unit_numbers[unit] = len(unit_keys)
                unit_keys.append(tuple([key_numbers.setdefault(key, len(key_numbers) + 1) for key in readings(unit)]))
                for key in unit_keys[number][1:]:
                    index.other_readings.setdefault(key, array("I")).append(number)
            numbers.append(number)
            keys.append(unit_keys[number])
        starts.append(len(numbers))
        if len(keys) > MOST_PARTS:
            keys[MOST_PARTS - 1 :] = keys[-1:]
        for meeting in _meetings(keys):
            shelves[meeting >> (40 - _SHELF_BITS)].append(meeting << 24 | place)
    index.units = list(unit_numbers)
    for unit in index.units:
        unit.read_sounds()
    for shelf in shelves:
        _put_up(index, shelf)
    _add_begins(index)
    _add_near(index)
    _add_columns(index)
    index.forms = {unit.form: number for number, unit in enumerate(index.units)}
    index.spellings = Spellings([unit.form for unit in index.units])
    return index


def _first_bits(n_meetings: int) -> int:
    """Return how many bits of a meeting say where to begin, so that a few steps are left."""
    return max(1, n_meetings.bit_length() - _STEPS)


def _add_begins(index: NameIndex) -> None:
    bits = _first_bits(len(index.meetings))
    first = np.arange((1 << bits) + 1, dtype=np.uint64) << np.uint64(40 - bits)
    index.begins = np.searchsorted(np.frombuffer(index.meetings, np.uint64), first).astype(np.uint32)


def _add_columns(index: NameIndex) -> None:
    """Lay the units of all names side by side: the first four, and the last."""
    n_names, none = len(index), len(index.units)
    starts, numbers = np.array(index.starts, np.int64), np.array(index.numbers, np.uint32)
    lengths = np.diff(starts)
    index.parts = np.full((n_names, MOST_PARTS), none, np.uint32)
    for at in range(MOST_PARTS):
        has = lengths > at
        index.parts[has, at] = numbers[starts[:-1][has] + at]
    longer = lengths > MOST_PARTS
    index.parts[longer, MOST_PARTS - 1] = numbers[starts[1:][longer] - 1]
    index.unit_counts = np.bincount(numbers, minlength=none + 1)
    keys = [index.key_numbers[unit.coarse] for unit in index.units]
    index.unit_keys = np.array([*keys, 0], np.uint32)
    fine = [index.fine_keys.setdefault(unit.key, len(index.fine_keys)) for unit in index.units]
    index.unit_fine_keys = np.array([*fine, -2], np.int32)
    index.unit_groups = np.array([*(unit.same_as for unit in index.units), 0], np.uint32)
    index.unit_masks = np.array([*(unit.mask for unit in index.units), NO_UNIT], np.uint32)


def readings(unit: Unit) -> tuple[str, ...]:
    """Return the coarse key of a unit and those of its other readings."""
    return tuple(dict.fromkeys((unit.coarse, *coarse_keys(unit.form, unit.script))))


def _meetings(choices: list[tuple[int, ...]]) -> set[int]:
    """Return the numbers of all meetings of one, two or three parts of a name, in each of their readings."""
    found: set[int] = set()
    for keys in islice(product(*choices), MOST_READINGS):
        found |= _meetings_of(sorted(keys))
    return found


def _meetings_of(keys: list[int]) -> set[int]:
    a, b, c = _SPREAD
    found = {key * a & _MASK for key in keys}
    found.update([(first * a + second * b) & _MASK for first, second in combinations(keys, 2)])
    found.update([(first * a + second * b + third * c) & _MASK for first, second, third in combinations(keys, 3)])
    return found


def _put_up(index: NameIndex, shelf: array[int]) -> None:
    """Add the postings of one shelf, in the order of their meetings, and empty it."""
    postings = sorted(shelf)
    del shelf[:]
    meetings, offsets, places = index.meetings, index.offsets, index.places
    offsets.pop()
    last = -1
    at = len(places)
    for posting in postings:
        if posting >> 24 != last:
            last = posting >> 24
            meetings.append(last)
            offsets.append(at)
        at += 1
    offsets.append(at)
    places.extend([posting & 0xFFFFFF for posting in postings])


def _add_near(index: NameIndex) -> None:
    near: dict[str, list[int]] = defaultdict(list)
    for key, number in index.key_numbers.items():
        if len(key) >= SHORTEST_WITH_NEIGHBOURS - 1:
            near[key].append(number)
        for shorter in neighbours(key):
            near[shorter].append(number)
    index.near = {key: array("I", found) for key, found in near.items()}
