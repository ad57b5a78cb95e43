"""What a text in EDTF (ISO 8601-2:2019, levels 0 to 2) means in days.

dalil reads EDTF itself. The `edtf` library serves the tests as a second opinion and nothing at run time: it reads 230
dates a second, prints the texts it fails on to standard output, refuses valid forms (``2012-21~``, ``2012-0X``,
``/..``), takes 29 February of any year, and turns a blank bound into ten years.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from dalil.errors import ImpossibleDate, UnreadableDate
from dalil.values import days
from dalil.values.fuzzy_date import Precision
from dalil.values.plain_text import shape_of

LONGEST: Final = 200
"""Characters of the longest EDTF text that is read."""

_POINT: Final = re.compile(
    r"[?~%]?([0-9X]{4})[?~%]?(?:-[?~%]?([0-9X]{2})[?~%]?(?:-[?~%]?([0-9X]{2})[?~%]?)?)?", re.ASCII
)
_MARKED_TWICE: Final = re.compile(r"[?~%][0-9X]+[?~%]", re.ASCII)

# Months of the periods EDTF numbers 21 to 41, as (first month, last month) counted from January of the year.
# Seasons are the meteorological ones. "Winter 2012" is said of the winter that begins in 2012 and of the one that ends
# in it, so its bounds cover both; the same holds for summer in the southern hemisphere.
_BOTH_ENDS: Final = (0, 14)
_PERIODS: Final[dict[int, tuple[int, int]]] = dict(
    enumerate(
        (
            *((3, 5), (6, 8), (9, 11), _BOTH_ENDS),  # 21 seasons; hemisphere not said: taken as northern
            *((3, 5), (6, 8), (9, 11), _BOTH_ENDS),  # 25 northern seasons
            *((9, 11), _BOTH_ENDS, (3, 5), (6, 8)),  # 29 southern seasons
            *((1, 3), (4, 6), (7, 9), (10, 12)),  # 33 quarters
            *((1, 4), (5, 8), (9, 12)),  # 37 four months
            *((1, 6), (7, 12)),  # 40 half-years
        ),
        start=21,
    )
)


class Bounds(NamedTuple):
    """First and last day (None: none), and the finest unit told for certain."""

    lo: int | None
    hi: int | None
    precision: Precision


_NO_BOUNDS: Final = Bounds(None, None, Precision.UNKNOWN)


def read_edtf(text: str) -> Bounds:
    """Return the bounds of an EDTF text that has no spaces.

    Raises
    ------
    UnreadableDate
        Not EDTF, or a form of it that dalil does not hold (times, years before 0001 or after 9999).
    ImpossibleDate
        EDTF, but of a day, month or interval that no calendar has.
    """
    if text[:1] in {"[", "{"}:
        return _read_set(text)
    if "/" in text:
        return _read_interval(text)
    return _read_point(text)


def _not_edtf(text: str) -> UnreadableDate:
    return UnreadableDate(
        "This is not a date in EDTF.",
        expected="a year, month or day such as 2013, 2013-08 or 2013-08-21; with ?, ~ or %; X for digits not known; "
        "an interval A/B; or a set [A,B]",
        found=f"text of the shape {shape_of(text)}",
        todo="See docs/reference/formats/dates.md.",
    )


# --- intervals and sets -----------------------------------------------------------------------------------------------
def _read_interval(text: str) -> Bounds:
    start_text, _, end_text = text.partition("/")
    if text == "/" or "/" in end_text:
        raise _not_edtf(text)
    # ".." is open, blank is unknown: neither bounds anything.
    start = _NO_BOUNDS if start_text in {"", ".."} else _read_point(start_text)
    end = _NO_BOUNDS if end_text in {"", ".."} else _read_point(end_text)
    return _span(start, end)


def _span(start: Bounds, end: Bounds) -> Bounds:
    if start.lo is not None and end.hi is not None and start.lo > end.hi:
        raise ImpossibleDate(
            "This interval ends before it begins.",
            expected="the earlier date first",
            found=f"an end {start.lo - end.hi} days before the beginning",
            todo="Correct the two dates at their source.",
        )
    unknown = start.lo is None and end.hi is None
    return Bounds(start.lo, end.hi, Precision.UNKNOWN if unknown else Precision.INTERVAL)


def _read_set(text: str) -> Bounds:
    closing = "]" if text[0] == "[" else "}"
    items = text[1:-1].split(",")
    if text[-1] != closing or (len(items) == 1 and ".." not in items[0]):
        raise _not_edtf(text)
    members = [_read_set_item(item) for item in items]
    lows, highs = [m.lo for m in members], [m.hi for m in members]
    lo = None if None in lows else min(low for low in lows if low is not None)
    hi = None if None in highs else max(high for high in highs if high is not None)
    return Bounds(lo, hi, Precision.UNKNOWN if lo is None and hi is None else Precision.INTERVAL)


def _read_set_item(item: str) -> Bounds:
    start, dots, end = item.partition("..")
    if not dots:
        return _read_point(start)
    if not start and not end:
        raise _not_edtf(item)
    return _span(_read_point(start) if start else _NO_BOUNDS, _read_point(end) if end else _NO_BOUNDS)


# --- a year, month, season or day -------------------------------------------------------------------------------------
def _read_point(text: str) -> Bounds:
    match = _POINT.fullmatch(text)
    if match is None or _MARKED_TWICE.search(text):
        raise _not_edtf(text)
    year, month, day = match.groups()
    _check_no_zero_parts(year, month, day)
    if month is not None and month.isdigit() and int(month) in _PERIODS:
        if day is not None:
            raise ImpossibleDate("A season has no days.", found=f"day {day} of season {month}")
        return _widen(year, lambda n: _period_bounds(n, int(month)), Precision.SEASON)
    if month is not None and "X" not in year + month:
        days.check_month(int(month))
        if day is not None and "X" not in day:
            days.checked_day(int(year), int(month), int(day))
    return _widen(year, lambda n: _days_of(n, month or "XX", day or "XX"), _precision_of(month, day))


def _check_no_zero_parts(year: str, month: str | None, day: str | None) -> None:
    if year == "0000" or month == "00" or day == "00":
        raise UnreadableDate(
            "A zero stands where a part of the date is not known.",
            expected="EDTF, which leaves that part out: 2013 or 2013-08",
            found="a part that is all zeros",
            todo="Leave the part out; for a text that means no date, list it under dates.empty in the mapping.",
        )


def _precision_of(month: str | None, day: str | None) -> Precision:
    if month is None or "X" in month:
        return Precision.YEAR
    return Precision.MONTH if day is None or "X" in day else Precision.DAY


def _widen(year: str, bounds_in: Callable[[int], tuple[int, int] | None], precision: Precision) -> Bounds:
    """Take the bounds within one year over every year that the digits allow."""
    if "X" not in year:
        return Bounds(*_found(bounds_in(int(year))), precision)
    if year[0] == "X":  # which millennium is not known: no bound anyone could use
        _found(_first(map(bounds_in, _years(year))))
        return _NO_BOUNDS
    unit = {"X": Precision.DECADE, "XX": Precision.CENTURY}.get(year.lstrip("0123456789"), Precision.INTERVAL)
    first = _found(_first(map(bounds_in, _years(year))))
    last = _found(_first(map(bounds_in, reversed(list(_years(year))))))
    return Bounds(first[0], last[1], unit)


def _years(pattern: str) -> Iterator[int]:
    lowest, highest = int(pattern.replace("X", "0")), int(pattern.replace("X", "9"))
    return (n for n in range(max(lowest, days.FIRST_YEAR), highest + 1) if _fits(f"{n:04}", pattern))


def _fits(digits: str, pattern: str) -> bool:
    return all(p in ("X", d) for d, p in zip(digits, pattern, strict=True))


def _first(found: Iterable[tuple[int, int] | None]) -> tuple[int, int] | None:
    return next((bounds for bounds in found if bounds is not None), None)


def _found(bounds: tuple[int, int] | None) -> tuple[int, int]:
    if bounds is None:
        raise ImpossibleDate("No calendar has a day with these digits.", todo="Correct the date at its source.")
    return bounds


def _period_bounds(year: int, code: int) -> tuple[int, int]:
    first, last = _PERIODS[code]
    january = days.day_number(year, 1, 1)
    start = days.months_later(january, first - 1) if (year, first) > (1, 0) else january
    ends_beyond = year == days.LAST_YEAR and last > 12
    return start, days.year_bounds(year)[1] if ends_beyond else days.months_later(january, last) - 1


def _days_of(year: int, month: str, day: str) -> tuple[int, int] | None:
    """Return the first and last day of a year that fit the digits of month and day; None if none does."""
    months = [m for m in range(1, 13) if _fits(f"{m:02}", month)]
    fitting = [(m, d) for m in months for d in range(1, days.month_length(year, m) + 1) if _fits(f"{d:02}", day)]
    if not fitting:
        return None
    return days.day_number(year, *fitting[0]), days.day_number(year, *fitting[-1])
