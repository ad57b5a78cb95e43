"""Days as the generator counts them: ordinals (`datetime.date.toordinal`), with tables for writing them fast."""

from __future__ import annotations

import datetime
from enum import IntEnum
from typing import Final


class Precision(IntEnum):
    """How much of a date a list gives; larger is coarser, so the coarser of two is their `max`."""

    DAY = 0
    MONTH = 1
    YEAR = 2


def day(text: str) -> int:
    """Return the number of an ISO day."""
    return datetime.date.fromisoformat(text).toordinal()


AS_OF: Final = day("2021-05-21")
"""The day of report R210517 (acceptance row R01), for which its figures are given."""

_FIRST: Final = day("1915-01-01")
_TABLE: Final = [datetime.date.fromordinal(_FIRST + n) for n in range(day("2023-01-01") - _FIRST)]
_YMD: Final = [(d.year, d.month, d.day) for d in _TABLE]
_ISO: Final = [d.isoformat() for d in _TABLE]


def ymd(number: int) -> tuple[int, int, int]:
    """Return year, month and day."""
    return _YMD[number - _FIRST]


def year_of(number: int) -> int:
    """Return the year of a day."""
    return _YMD[number - _FIRST][0]


def iso(number: int, precision: Precision = Precision.DAY) -> str:
    """Write a day, its month or its year in ISO form."""
    text = _ISO[number - _FIRST]
    return text if precision == Precision.DAY else text[:7] if precision == Precision.MONTH else text[:4]


def age_on(born: int, on: int) -> int:
    """Return the completed years of someone born on one day by another."""
    birth, then = ymd(born), ymd(on)
    return then[0] - birth[0] - (then[1:] < birth[1:])


def years_before(number: int, years: int) -> int:
    """Return the same day so many years earlier; 29 February becomes the 28th."""
    year, month, day_ = ymd(number)
    return datetime.date(year - years, month, 28 if (month, day_) == (2, 29) else day_).toordinal()


def coarsest_before(first: int, second: int) -> Precision:
    """Return the coarsest precision at which the first of two days still ends before the second begins.

    Lists never give dates of one episode so coarsely that their order is lost: then the order of events, and with it
    the status on any day, follows from what the lists say.
    """
    one, other = ymd(first), ymd(second)
    if one[0] != other[0]:
        return Precision.YEAR
    return Precision.MONTH if one[1] != other[1] else Precision.DAY
