"""Days as numbers, and exact arithmetic of the Gregorian calendar on them.

A day number counts days since 1970-01-01, which is day 0; days before it are negative. Years run from 1 to 9999.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from dalil.errors import ImpossibleDate

EPOCH: Final = date(1970, 1, 1).toordinal()
FIRST_YEAR: Final = 1
LAST_YEAR: Final = 9999
FIRST_DAY: Final = date.min.toordinal() - EPOCH
LAST_DAY: Final = date.max.toordinal() - EPOCH
_LENGTHS: Final = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_NAMES: Final = (
    "",
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def is_leap(year: int) -> bool:
    """Say whether a Gregorian year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Return how many days a month has."""
    return 29 if month == 2 and is_leap(year) else _LENGTHS[month]


def day_number(year: int, month: int, day: int) -> int:
    """Return the number of a day that is known to exist; see `checked_day` for one that may not."""
    return date(year, month, day).toordinal() - EPOCH


def checked_day(year: int, month: int, day: int) -> int:
    """Return the number of a day.

    Raises
    ------
    ImpossibleDate
        The calendar has no such year, month or day; the message names the part.
    """
    check_month(month)
    length = month_length(year, month)
    if not 1 <= day <= length:
        raise ImpossibleDate(
            f"There is no day {day} in {MONTH_NAMES[month]} of that year.",
            expected=f"a day from 1 to {length}",
            found=f"day {day}",
            todo="Correct the date at its source, or leave the day out if only the month is known.",
        )
    return date(year, month, day).toordinal() - EPOCH


def check_month(month: int) -> None:
    """Raise ImpossibleDate unless the month is one of twelve."""
    if not 1 <= month <= 12:
        raise ImpossibleDate(
            f"There is no month {month}.",
            expected="a month from 1 to 12",
            found=f"month {month}",
            todo="Check the order of day, month and year in this column (dates.order in the mapping).",
        )


def month_bounds(year: int, month: int) -> tuple[int, int]:
    """Return the first and last day of a month that exists."""
    first = date(year, month, 1).toordinal() - EPOCH
    return first, first + month_length(year, month) - 1


def year_bounds(year: int) -> tuple[int, int]:
    """Return the first and last day of a year."""
    first = date(year, 1, 1).toordinal() - EPOCH
    return first, first + (365 if is_leap(year) else 364)


def calendar_day(day: int) -> date:
    """Return the calendar's day for a day number."""
    return date.fromordinal(day + EPOCH)


def iso_day(day: int) -> str:
    """Write a day number as YYYY-MM-DD."""
    return date.fromordinal(day + EPOCH).isoformat()


def months_later(day: int, months: int) -> int:
    """Return the same day of a later (or, if negative, earlier) month, or that month's last day if it is shorter."""
    start = calendar_day(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return day_number(year, month + 1, min(start.day, month_length(year, month + 1)))
