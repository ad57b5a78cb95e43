"""Dates written in digits: which group is the day, which the month, which the year.

The order comes from the habit of the file. Where no habit is given and two orders fit, the date is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from dalil.errors import AmbiguousDate, ImpossibleDate, UnreadableDate, WrongMapping
from dalil.values import days
from dalil.values.date_words import fold_written
from dalil.values.edtf_reading import HIJRI_LIKE, looks_hijri, parse_canonical
from dalil.values.fuzzy_date import FuzzyDate
from dalil.values.hijri import from_hijri

Order = Literal["dmy", "mdy", "ymd", "edtf"]
_ORDERS: Final = (None, "dmy", "mdy", "ymd", "edtf")


class Calendar(StrEnum):
    """Which calendar the years of a column are of, where the text itself does not say."""

    UNMARKED = "unmarked"
    """Gregorian; but a year from 1300 to 1500 is refused, since it looks like a Hijri one."""
    GREGORIAN = "gregorian"
    HIJRI = "hijri"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateHabit:
    """How one file, or one column, writes dates.

    Attributes
    ----------
    order : {"dmy", "mdy", "ymd", "edtf"}, optional
        Order of day, month and year in dates such as 07/04/2018. With "edtf", every text must be EDTF. Not given:
        a date that two orders fit is refused.
    empty : frozenset of str
        Texts that mean "no date", such as 0000-00-00.
    pivot : int, optional
        Years 00 to `pivot` are of the 2000s, the rest of the 1900s. Not given: two-digit years are refused.
    calendar : Calendar
        The calendar of years that bear no mark.
    """

    order: Order | None = None
    empty: frozenset[str] = frozenset()
    pivot: int | None = None
    calendar: Calendar = Calendar.UNMARKED
    _folded_empty: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.order not in _ORDERS:
            raise WrongMapping("This is not an order of dates.", expected="dmy, mdy, ymd or edtf", where="dates.order")
        if self.pivot is not None and not 0 <= self.pivot <= 99:
            raise WrongMapping("This pivot is not a two-digit year.", expected="0 to 99", where="dates.pivot")
        if self.calendar not in tuple(Calendar):
            raise WrongMapping(
                "This is not a calendar.", expected="unmarked, gregorian or hijri", where="dates.calendar"
            )
        if self.order == "edtf" and self.calendar == Calendar.HIJRI:
            raise WrongMapping("EDTF is Gregorian.", expected="another order, or another calendar", where="dates")
        object.__setattr__(self, "calendar", Calendar(self.calendar))
        object.__setattr__(self, "empty", frozenset(self.empty))
        object.__setattr__(self, "_folded_empty", frozenset(map(fold_written, self.empty)))

    def means_no_date(self, folded: str) -> bool:
        """Say whether a folded text is one of those this habit lists as no date."""
        return folded in self._folded_empty


def date_of(year: int, month: int = 0, day: int = 0, *, calendar: Calendar) -> FuzzyDate:
    """Return the date with these parts; 0 stands for a month or day that is not known.

    Raises
    ------
    AmbiguousDate
        The year may be of the other calendar.
    ImpossibleDate
        The calendar has no such month or day.
    UnreadableDate
        The year is 0.
    """
    if year == 0:
        raise UnreadableDate(
            "This date is written with zeros in place of its year.",
            expected="a date with a year",
            found="year 0",
            todo="If it means that there is no date, list this text under dates.empty in the mapping.",
        )
    if calendar is Calendar.HIJRI:
        if year not in HIJRI_LIKE:
            raise AmbiguousDate(
                "This is marked as a Hijri date, but its year looks Gregorian.",
                expected="a Hijri year from 1343 to 1500",
                found=f"year {year}",
                todo="Mark a Gregorian year with م or AD, or correct dates.calendar in the mapping.",
            )
        if day and not month:
            raise UnreadableDate("A Hijri day needs its month.", found="month 0")
        return from_hijri(year, month or None, day or None)
    if calendar is Calendar.UNMARKED and year in HIJRI_LIKE:
        raise looks_hijri(year)
    if month:
        days.check_month(month)  # 13 to 41 would be seasons to EDTF
    if not day:
        return parse_canonical(f"{year:04}-{month:02}" if month else f"{year:04}")
    return parse_canonical(f"{year:04}-{month:02}-{day:02}" if month else f"{year:04}-XX-{day:02}")


def read_group(group: str, *, habit: DateHabit, calendar: Calendar) -> FuzzyDate:
    """Read two or three groups of digits with one kind of separator between them, such as 07/04/2018 or 04-2018."""
    parts = group.replace(".", "/").replace("-", "/").split("/")
    if len(parts) == 3:
        return date_of(*_in_order(*parts, habit=habit), calendar=calendar)
    first, second = parts
    if len(first) == 4 and len(second) == 4 and "." not in group:
        start, end = (date_of(int(part), calendar=calendar) for part in parts)
        return span(start, end)
    if len(first) == 4 and len(second) <= 2:
        if int(second) > 12:
            raise two_readings_of_years()
        return date_of(int(first), int(second), calendar=calendar)
    if len(first) <= 2 and len(second) == 4:
        return date_of(int(second), int(first), calendar=calendar)
    raise wrong_groups()


def two_readings_of_years() -> AmbiguousDate:
    """Return the error for 2012-21, which EDTF reads as spring 2012 and people as 2012 to 2021."""
    return AmbiguousDate(
        "Two digits above 12 after a year may be an end year or a season of EDTF.",
        expected="both years in full (2012/2021), the season in words, or dates.order: edtf in the mapping",
        found="a year followed by two digits above 12",
        todo="Write which of the two is meant.",
    )


def wrong_groups() -> UnreadableDate:
    """Return the error for digits that make no date."""
    return UnreadableDate(
        "The digits of this date cannot be told apart.",
        expected="day and month of one or two digits and a year of four",
        found="groups of digits of other lengths",
        todo="Write the date as YYYY-MM-DD.",
    )


def span(start: FuzzyDate, end: FuzzyDate) -> FuzzyDate:
    """Return the interval from one date to another; of two intervals, from the start of one to the end of the other."""
    if "[" in start.edtf + end.edtf:
        raise UnreadableDate("A date that is itself only before or after something cannot bound an interval.")
    return parse_canonical(f"{start.edtf.partition('/')[0]}/{end.edtf.rpartition('/')[2]}")


def full_year(two_digits: int, *, habit: DateHabit) -> int:
    """Return the year that two digits stand for under the habit's pivot."""
    if habit.pivot is None:
        raise AmbiguousDate(
            "This year has two digits, and nothing says of which century.",
            expected="a year of four digits",
            found="a year of two digits",
            todo="Set dates.pivot in the mapping: 30 makes 00 to 30 the 2000s and 31 to 99 the 1900s.",
        )
    return two_digits + (2000 if two_digits <= habit.pivot else 1900)


def _in_order(first: str, second: str, third: str, *, habit: DateHabit) -> tuple[int, int, int]:
    """Return year, month and day of three groups of digits."""
    if not (int(first) or int(second) or int(third)):
        return 0, 0, 0
    if len(first) == 4 and len(third) <= 2:
        return int(first), int(second), int(third)
    if len(first) <= 2 and len(third) == 4:
        return int(third), *_month_and_day(int(first), int(second), habit=habit)
    if len(first) > 2 or len(third) > 2:
        raise wrong_groups()
    if habit.order in ("dmy", "mdy"):
        return full_year(int(third), habit=habit), *_month_and_day(int(first), int(second), habit=habit)
    if habit.order == "ymd":
        return full_year(int(first), habit=habit), int(second), int(third)
    raise _two_orders()


def _month_and_day(first: int, second: int, *, habit: DateHabit) -> tuple[int, int]:
    """Return month and day of the two groups before a year."""
    if habit.order == "dmy":
        return second, first
    if habit.order == "mdy":
        return first, second
    if first == second:
        return first, second
    if first > 12 and second > 12:
        raise ImpossibleDate("Neither part can be the month.", found=f"{first} and {second}", expected="1 to 12")
    if first > 12 >= second > 0:
        return second, first
    if second > 12 >= first > 0:
        return first, second
    raise _two_orders()


def _two_orders() -> AmbiguousDate:
    return AmbiguousDate(
        "This date reads two ways, and the mapping does not say which part comes first.",
        expected="a date with its year first, or an order for this column",
        found="day and month that could be exchanged",
        todo="Set dates.order to dmy, mdy or ymd in the mapping.",
    )
