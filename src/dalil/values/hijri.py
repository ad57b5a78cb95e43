"""Hijri dates as intervals of Gregorian days.

By the Umm al-Qura calendar (the `hijridate` library), which is calculated. Where months begin on the sighting of the
moon they may begin a day or two earlier or later, so every date made here is marked approximate.
"""

from __future__ import annotations

from typing import Final

from dalil.errors import ImpossibleDate, UnreadableDate
from dalil.values import days
from dalil.values.fuzzy_date import FuzzyDate, Precision

FIRST_YEAR: Final = 1343
LAST_YEAR: Final = 1500
"""Years of the published Umm al-Qura tables: 1 August 1924 to 16 November 2077."""


def from_hijri(year: int, month: int | None = None, day: int | None = None) -> FuzzyDate:
    """Return the Gregorian days of a Hijri year, month or day, marked approximate.

    Raises
    ------
    UnreadableDate
        A year outside the tables.
    ImpossibleDate
        A month or day that the Hijri calendar does not have.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnreadableDate(
            "dalil converts Hijri years from 1343 to 1500.",
            expected="a Hijri year from 1343 to 1500",
            found=f"year {year}",
            todo="Give the Gregorian date, and keep the Hijri one in the statement's original text.",
        )
    if month is not None and not 1 <= month <= 12:
        raise ImpossibleDate(
            f"There is no Hijri month {month}.", expected="a month from 1 to 12", found=f"month {month}"
        )
    first_month, last_month = (1, 12) if month is None else (month, month)
    length = _month_length(year, last_month)
    if day is not None and not 1 <= day <= length:
        raise ImpossibleDate(
            f"There is no day {day} in that Hijri month.", expected=f"a day from 1 to {length}", found=f"day {day}"
        )
    lo = _gregorian(year, first_month, day or 1)
    hi = _gregorian(year, last_month, day or length)
    if lo == hi:
        return FuzzyDate(edtf=f"{days.iso_day(lo)}~", lo=lo, hi=hi, precision=Precision.DAY)
    return FuzzyDate(edtf=f"{days.iso_day(lo)}~/{days.iso_day(hi)}~", lo=lo, hi=hi, precision=Precision.INTERVAL)


def _month_length(year: int, month: int) -> int:
    from hijridate import Hijri  # here: loading its tables costs 16 ms that most runs need not spend

    return Hijri(year, month, 1).month_length()


def _gregorian(year: int, month: int, day: int) -> int:
    from hijridate import Hijri

    return Hijri(year, month, day).to_gregorian().toordinal() - days.EPOCH
