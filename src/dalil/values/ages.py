"""Ages and durations between fuzzy dates: exact calendar arithmetic, always as the least and the most it can be.

A person born on 29 February is a year older on 1 March of a year without that day.
"""

from __future__ import annotations

from dalil.errors import ImpossibleDate, WrongValue
from dalil.values import days
from dalil.values.fuzzy_date import FuzzyDate

YearsMonthsDays = tuple[int, int, int]
"""Whole years, whole months beyond them, whole days beyond those."""


def age_on(birth: int, on: int) -> int:
    """Return the full years from one day to another that is not before it."""
    born, then = days.calendar_day(birth), days.calendar_day(on)
    return then.year - born.year - ((then.month, then.day) < (born.month, born.day))


def age_bounds(birth: FuzzyDate, on: FuzzyDate) -> tuple[int | None, int | None]:
    """Return the least and the most full years that someone may have lived by a date.

    A side that has no bound is None, except that no age is less than 0.

    Raises
    ------
    ImpossibleDate
        The date is wholly before the birth.
    """
    _check_order(birth, on, "This date is before the birth.")
    least = 0 if birth.hi is None or on.lo is None or on.lo < birth.hi else age_on(birth.hi, on.lo)
    most = None if birth.lo is None or on.hi is None else age_on(birth.lo, on.hi)
    return least, most


def birth_from_age(years: int, on: FuzzyDate) -> tuple[int | None, int | None]:
    """Return the first and last day on which someone of this age, in full years, on this date can have been born.

    Raises
    ------
    WrongValue
        A negative age, or one that reaches before the year 1.
    """
    if years < 0:
        raise _no_age(years)
    earliest = None if on.lo is None else _last_birth_of_age(years + 1, on.lo) + 1
    latest = None if on.hi is None else _last_birth_of_age(years, on.hi)
    return earliest, latest


def _last_birth_of_age(years: int, on: int) -> int:
    """Return the last day of birth that makes someone at least so many years old on a day."""
    then = days.calendar_day(on)
    if then.year - years < days.FIRST_YEAR:
        raise _no_age(years)
    # On 29 February, whoever was born on 28 February or before has had the birthday; in other years so many years ago
    # there was no later day to be born on that counts.
    return days.months_later(on, -12 * years)


def _no_age(years: int) -> WrongValue:
    return WrongValue("This is not an age.", expected="whole years, 0 or more", found=f"{years} years")


def duration_bounds(start: FuzzyDate, end: FuzzyDate) -> tuple[YearsMonthsDays | None, YearsMonthsDays | None]:
    """Return the least and the most time from one date to another, as years, months and days.

    August 2013 to 12 May 2021 is (7, 8, 12) to (7, 9, 11): 7 years and 8 to 9 months. The first day is not counted. A
    month has passed on the same day of the next month, or on its last day if it is shorter. The most is None where a
    bound is missing.

    Raises
    ------
    ImpossibleDate
        The end is wholly before the start.
    """
    _check_order(start, end, "This time ends before it begins.")
    least = (0, 0, 0) if start.hi is None or end.lo is None or end.lo < start.hi else time_between(start.hi, end.lo)
    most = None if start.lo is None or end.hi is None else time_between(start.lo, end.hi)
    return least, most


def time_between(start: int, end: int) -> YearsMonthsDays:
    """Return the whole years, months and days from one day to another that is not before it."""
    first, last = days.calendar_day(start), days.calendar_day(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if days.months_later(start, months) > end:
        months -= 1
    return months // 12, months % 12, end - days.months_later(start, months)


def _check_order(first: FuzzyDate, second: FuzzyDate, message: str) -> None:
    if first.lo is not None and second.hi is not None and second.hi < first.lo:
        raise ImpossibleDate(
            message,
            expected="the two dates in order, or overlapping",
            found=f"{first.lo - second.hi} days the wrong way round",
            todo="Compare the two dates with their sources.",
        )
