"""`units_of` for many names at once, as numbers of units: all words in one text, each distinct one read once.

What cannot be read word by word (see `units.read_units`) is read in full. A test holds this to `units_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from dalil.names.side_by_side import Numbers
from dalil.names.units import MOST_UNITS, Unit, hyphened, plain_unit, read_in_full

_AT_ONCE: Final = 2_000
"""Names whose words are held at once: no more than the processor has close at hand."""
_NONE: Final = -1
_END: Final = -2
_BETWEEN: Final = "\0"
"""A word that stands between two names and in none."""


class Names(NamedTuple):
    """Names read.

    Attributes
    ----------
    units : list of Unit
        By number.
    numbers : array of int, shape (n_names, MOST_UNITS)
        Units of each name by their number, and -1 after the last.
    lengths : array of int, shape (n_names,)
        How many units each name has.
    """

    units: list[Unit]
    numbers: Numbers
    lengths: Numbers


class _Words(dict[str, int]):
    """Number of the unit that a word is by itself, read when it is first met; `_NONE` if it is none."""

    def __init__(self) -> None:
        super().__init__({_BETWEEN: _END})
        self.units: dict[Unit, int] = {}

    def __missing__(self, word: str) -> int:
        unit = plain_unit(word)
        number = self[word] = _NONE if unit is None else self.numbered(unit)
        return number

    def numbered(self, unit: Unit) -> int:
        """Return the number of a unit."""
        return self.units.setdefault(unit, len(self.units))


def read_many(texts: Sequence[str]) -> Names:
    """Return the units of each name."""
    known = _Words()
    numbers = np.full((len(texts), MOST_UNITS), _NONE, np.int64)
    lots = [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]
    of_words = np.concatenate([np.fromiter(map(known.__getitem__, _words(lot)), np.int64) for lot in lots])
    ends = of_words == _END
    stops = np.flatnonzero(ends)
    starts = np.concatenate(([0], stops[:-1] + 1))
    lengths = stops - starts
    name = np.cumsum(ends) - ends
    otherwise = lengths > MOST_UNITS
    otherwise[name[of_words == _NONE]] = True
    words = np.flatnonzero(~(ends | otherwise[name]))
    numbers[name[words], words - starts[name[words]]] = of_words[words]
    for at in np.flatnonzero(otherwise).tolist():
        units = read_in_full(texts[at])
        lengths[at] = len(units)
        numbers[at, : len(units)] = [known.numbered(unit) for unit in units]
    return Names(list(known.units), numbers, lengths)


def _words(texts: Sequence[str]) -> list[str]:
    """Return the words of all names, `_BETWEEN` after each name; what belongs together is one word (see `hyphened`)."""
    between = f"  {_BETWEEN}  "
    text = between.join([*texts, ""])
    if text.count(_BETWEEN) > len(texts):  # a comma has a name read by itself
        text = between.join([*(each.replace(_BETWEEN, ",") for each in texts), ""])
    return hyphened(text).split()
