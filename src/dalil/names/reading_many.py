"""`units_of` for many names at once, as numbers of units: words are looked up together, each distinct one read once.

What cannot be read word by word (see `units.read_units`) is read by `units_of`. A test holds the two to each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dalil.names.side_by_side import Numbers
from dalil.names.units import MOST_UNITS, Unit, hyphened, plain_unit, units_of

_NONE: Final = -1


class Names(NamedTuple):
    """Names read.

    Attributes
    ----------
    numbers : array of int, shape (n_names, MOST_UNITS)
        Units of each name by their number, and -1 after the last.
    lengths : array of int, shape (n_names,)
        How many units each name has.
    """

    numbers: Numbers
    lengths: Numbers


class ReadingMany:
    """Reads names and numbers their units.

    Attributes
    ----------
    units : list of Unit
        By number.
    """

    def __init__(self) -> None:
        self._number: dict[Unit, int] = {}
        self._of_word: dict[str, int] = {}

    @property
    def units(self) -> list[Unit]:
        """All units, by number."""
        return list(self._number)

    def read(self, texts: Sequence[str]) -> Names:
        """Return the units of each name."""
        found = Names(np.full((len(texts), MOST_UNITS), _NONE, np.int64), np.zeros(len(texts), np.int64))
        left = np.arange(len(texts))
        left = self._read_words(found, left, list(texts))
        left = self._read_words(found, left, [hyphened(texts[at]) for at in left.tolist()])
        for at in left.tolist():
            units = units_of(texts[at])
            found.lengths[at] = len(units)
            found.numbers[at, : len(units)] = [self._numbered(unit) for unit in units]
        return found

    def _read_words(self, found: Names, places: Numbers, texts: list[str]) -> Numbers:
        """Read the names all of whose words are units by themselves; return the places of the others."""
        words = list(map(str.split, texts))
        every = list(chain.from_iterable(words))
        for word in set(every).difference(self._of_word):
            unit = plain_unit(word)
            self._of_word[word] = _NONE if unit is None else self._numbered(unit)
        numbers = np.fromiter(map(self._of_word.__getitem__, every), np.int64, len(every))
        counts = np.fromiter(map(len, words), np.int64, len(words))
        whole: NDArray[np.bool_] = counts <= MOST_UNITS
        whole[np.repeat(np.arange(len(words)), counts)[numbers == _NONE]] = False
        rows = np.full((int(whole.sum()), MOST_UNITS), _NONE, np.int64)
        rows[np.arange(MOST_UNITS) < counts[whole, None]] = numbers[np.repeat(whole, counts)]
        found.numbers[places[whole]] = rows
        found.lengths[places[whole]] = counts[whole]
        return places[~whole]

    def _numbered(self, unit: Unit) -> int:
        return self._number.setdefault(unit, len(self._number))
