"""Dates as people write them in English and Arabic, read without guessing.

`parse_date` takes ISO and EDTF, digits in the order of the file's habit, month names, hedges ("end of 2012", منتصف عام
2013, "before 7 April 2018") and marked Hijri dates. What it cannot read in exactly one way it refuses; it repairs
nothing. The text as written stays beside the result in `FuzzyDate.original`. Conventions:
docs/reference/formats/dates.md.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from dalil.errors import AmbiguousDate, ImpossibleDate, UnreadableDate
from dalil.values import days
from dalil.values.date_hedges import RELATIVE, part_of, qualify, since
from dalil.values.date_words import Kind, Piece, cut_written, fold_written
from dalil.values.edtf_reading import CACHE_SIZE, check_era, parse_canonical, parse_edtf, parse_plain, without_spaces
from dalil.values.fuzzy_date import FuzzyDate, Precision
from dalil.values.numeric_dates import (
    Calendar,
    DateHabit,
    date_of,
    full_year,
    read_group,
    span,
    two_readings_of_years,
    wrong_groups,
)
from dalil.values.plain_text import plain_digits, shape_of

LONGEST_WRITTEN: Final = 120
"""Characters of the longest written date that is read; the longest with meaning known to us has 60."""

ANY_HABIT: Final = DateHabit()

_NUMERIC: Final = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}", re.ASCII)
_SLASHED: Final = re.compile(r"\d{1,4}([/.])\d{1,2}\1\d{1,4}", re.ASCII)
_EDTF_LIKE: Final = re.compile(r"[0-9x/.,\[\]{}?~%-]+", re.ASCII)
_EDTF_MARK: Final = re.compile(r"[x\[{?~%]|\.\.|/$|^/|-.*/|/.*-", re.ASCII)
_YEAR_AND_MORE: Final = re.compile(r"\d{4}-(?:1[3-9]|[2-9]\d)(?!\d)", re.ASCII)
_TIME: Final = re.compile(
    r"[t ] ?(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)? ?(am|pm|ص|م)? ?(z|utc|[+-]\d\d:?\d\d)?$", re.ASCII
)


_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def parse_date(text: str, *, habit: DateHabit = ANY_HABIT) -> FuzzyDate | None:
    """Read a date as people write it.

    Returns
    -------
    FuzzyDate or None
        None for blank text and for the texts the habit lists as no date.

    Raises
    ------
    UnreadableDate
        Not a date, or one that could only be read by guessing.
    ImpossibleDate
        A date no calendar has; the message names the part.
    AmbiguousDate
        A date that reads two ways: day and month, the century, the calendar.
    """
    return _parse(text, habit)


@lru_cache(maxsize=CACHE_SIZE)
def _parse(text: str, habit: DateHabit) -> FuzzyDate | None:
    if text in habit.empty:
        return None
    if habit.calendar is not Calendar.HIJRI:
        plain = parse_plain(text)
        if plain is not None:
            if habit.calendar is Calendar.UNMARKED:
                check_era(plain)
            return plain
    if len(text) > 10 * LONGEST_WRITTEN:
        raise _unreadable(text)
    folded = fold_written(text)
    if not folded or habit.means_no_date(folded):
        return None
    if len(folded) > LONGEST_WRITTEN:
        raise _unreadable(text)
    found = _read_edtf(plain_digits(text), habit) if habit.order == "edtf" else _read(folded, habit)
    return found if found.edtf == text else replace(found, original=text)


def _unreadable(text: str) -> UnreadableDate:
    return UnreadableDate(
        "This is not a date dalil can read without guessing.",
        expected="a date such as 2013-08-21, 21 August 2013, ٢١ آب ٢٠١٣, August 2013, end of 2012, before 2014",
        found=f"text of the shape {shape_of(text)}",
        todo="Write the date another way; for a text that means no date, list it under dates.empty in the mapping.",
    )


def _read(folded: str, habit: DateHabit) -> FuzzyDate:
    if ":" in folded:
        folded = _without_time(folded)
    if _NUMERIC.fullmatch(folded):
        return read_group(folded, habit=habit, calendar=habit.calendar)
    edtf = without_spaces(_of_first_draft(folded))
    if habit.calendar is not Calendar.HIJRI and _looks_like_edtf(edtf):
        if _YEAR_AND_MORE.search(edtf):
            raise two_readings_of_years()
        return _read_edtf(edtf.upper(), habit)
    return _read_phrase(cut_written(folded), _Reading(folded, habit, habit.calendar))


def _read_edtf(text: str, habit: DateHabit) -> FuzzyDate:
    return parse_canonical(text) if habit.calendar is Calendar.GREGORIAN else parse_edtf(text)


def _of_first_draft(folded: str) -> str:
    """Write the ends that drafts of EDTF called open and unknown as the standard does."""
    return folded.replace("/open", "/..").replace("open/", "../").replace("/unknown", "/").replace("unknown/", "/")


def _looks_like_edtf(text: str) -> bool:
    return bool(_EDTF_LIKE.fullmatch(text) and _EDTF_MARK.search(text)) and not _SLASHED.match(text)


def _without_time(folded: str) -> str:
    """Drop the time of day; in UTC it is refused, since 21:00 there is the next day in Damascus."""
    match = _TIME.search(folded)
    if match is None:  # a colon that is no time, as in "date: 7 April 2018"
        return folded
    if int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        raise _unreadable(folded)
    midnight = not (int(match[1]) or int(match[2]) or int(match[3] or 0))
    if match[5] in {"z", "utc", "+00:00", "+0000"} and not midnight:
        raise AmbiguousDate(
            "This time is in UTC, so which day it was depends on where.",
            expected="a day without a time, or a local time",
            found="a time in UTC other than midnight",
            todo="Export the column as local days (YYYY-MM-DD).",
        )
    return folded[: match.start()]


# --- phrases ----------------------------------------------------------------------------------------------------------
class _Reading(NamedTuple):
    """What every step of reading one text needs to know."""

    folded: str
    habit: DateHabit
    calendar: Calendar

    def refuse(self) -> UnreadableDate:
        return _unreadable(self.folded)


def _read_phrase(pieces: list[Piece], reading: _Reading) -> FuzzyDate:
    """Read pieces from the outermost words inwards: both calendars, hedges, ranges, before and after, parts, dates."""
    kinds = [piece.kind for piece in pieces]
    if not pieces or Kind.UNKNOWN in kinds:
        raise reading.refuse()
    if Kind.SAME_AS in kinds:
        return _read_both_calendars(pieces, kinds.index(Kind.SAME_AS), reading)
    if Kind.AH in kinds or Kind.AD in kinds or Kind.HIJRI_MONTH in kinds:
        pieces, reading = _settle_calendar(pieces, reading)
        if not pieces:
            raise reading.refuse()
        if Kind.AH in kinds or Kind.AD in kinds:
            return _read_phrase(pieces, reading)
    for kind, mark in ((Kind.ABOUT, "~"), (Kind.PERHAPS, "?")):
        if kind in (kinds[0], kinds[-1]):
            inner = pieces[1:] if kinds[0] is kind else pieces[:-1]
            return qualify(_read_phrase(inner, reading), mark)
    if kinds[0] is Kind.BETWEEN:
        return _read_range(pieces[1:], {Kind.AND, Kind.TO}, reading)
    if kinds[0] is Kind.FROM:
        if Kind.TO in kinds or Kind.UNTIL in kinds:
            return _read_range(pieces[1:], {Kind.TO, Kind.UNTIL}, reading)
        return since(_read_phrase(pieces[1:], reading))
    if kinds[0] in RELATIVE:
        return RELATIVE[kinds[0]](_read_phrase(pieces[1:], reading))
    if Kind.TO in kinds or Kind.UNTIL in kinds:
        return _read_range(pieces, {Kind.TO, Kind.UNTIL}, reading)
    if kinds[0] is Kind.PART:
        return part_of(_read_point(pieces[1:], reading), pieces[0].value)
    return _read_point(pieces, reading)


def _settle_calendar(pieces: list[Piece], reading: _Reading) -> tuple[list[Piece], _Reading]:
    kinds = {piece.kind for piece in pieces}
    if Kind.AD in kinds and (Kind.AH in kinds or Kind.HIJRI_MONTH in kinds):
        raise reading.refuse()
    calendar = Calendar.GREGORIAN if Kind.AD in kinds else Calendar.HIJRI
    return [p for p in pieces if p.kind not in (Kind.AH, Kind.AD)], reading._replace(calendar=calendar)


def _read_both_calendars(pieces: list[Piece], at: int, reading: _Reading) -> FuzzyDate:
    """Read "30 رمضان 1442 الموافق 12 أيار 2021": the Gregorian date, if the two agree to within two days."""
    first, second = _read_phrase(pieces[:at], reading), _read_phrase(pieces[at + 1 :], reading)
    hijri, gregorian = (first, second) if first.approximate else (second, first)
    if hijri.lo is None or hijri.hi is None or not hijri.approximate or gregorian.approximate:
        raise reading.refuse()
    if not FuzzyDate.of_bounds(hijri.lo - 2, hijri.hi + 2).compatible_with(gregorian):
        raise AmbiguousDate(
            "The Hijri and the Gregorian date given for each other are not the same day.",
            expected="two dates at most two days apart",
            todo="Correct the date at its source.",
        )
    return gregorian


def _read_range(pieces: list[Piece], joints: set[Kind], reading: _Reading) -> FuzzyDate:
    at = [position for position, piece in enumerate(pieces) if piece.kind in joints]
    if len(at) != 1:
        raise reading.refuse()
    first, second = pieces[: at[0]], pieces[at[0] + 1 :]
    return span(_read_phrase(_with_lent_parts(first, second), reading), _read_phrase(second, reading))


def _with_lent_parts(first: list[Piece], second: list[Piece]) -> list[Piece]:
    """Lend "12" the month and year of "12 to 15 August 2013", and "March" the year of "March to May 2013"."""
    if not first or any(p.kind is Kind.GROUP or (p.kind is Kind.NUMBER and len(p.value) >= 4) for p in first):
        return first
    has_month = any(p.kind in (Kind.MONTH, Kind.HIJRI_MONTH) for p in first)
    wants_month = not has_month and any(p.kind is Kind.NUMBER for p in first)
    months = [p for p in second if p.kind in (Kind.MONTH, Kind.HIJRI_MONTH)] if wants_month else []
    lent = first + months + [p for p in second if p.kind is Kind.NUMBER and len(p.value) == 4]
    # Only like lends to like: in "21 to August 2013" the two ends are not of one kind, and it is not read.
    return lent if _kinds_of_parts(lent) == _kinds_of_parts(second) else first


def _kinds_of_parts(pieces: list[Piece]) -> Counter[Kind]:
    return Counter(piece.kind for piece in pieces if piece.kind is not Kind.PART)


# --- one date ---------------------------------------------------------------------------------------------------------
def _read_point(pieces: list[Piece], reading: _Reading) -> FuzzyDate:
    weekdays = [int(p.value) for p in pieces if p.kind is Kind.WEEKDAY]
    # "from" within a date is the "of" of 7 نيسان من عام 2018
    pieces = _once([p for p in pieces if p.kind not in (Kind.WEEKDAY, Kind.FROM)])
    kinds = [p.kind for p in pieces]
    numbers = [p.value for p in pieces if p.kind is Kind.NUMBER]
    if kinds == [Kind.GROUP]:
        found = read_group(pieces[0].value, habit=reading.habit, calendar=reading.calendar)
    elif kinds == [Kind.NUMBER]:
        found = _read_number(numbers[0], reading)
    elif kinds == [Kind.NUMBER, Kind.DECADE] and len(numbers[0]) == 4 and numbers[0][3] == "0":
        date_of(int(numbers[0]), calendar=reading.calendar)  # refuses what looks Hijri
        if reading.calendar is Calendar.HIJRI:
            raise reading.refuse()
        found = parse_canonical(numbers[0][:3] + "X")
    elif kinds[:1] == [Kind.SEASON] and len(pieces) == 2:
        found = _read_season(pieces[0].value, pieces[1], reading)
    elif sum(k in (Kind.MONTH, Kind.HIJRI_MONTH) for k in kinds) == 1 and len(numbers) == len(pieces) - 1:
        found = _read_named_month(pieces, numbers, reading)
    else:
        raise reading.refuse()
    _check_weekday(found, weekdays)
    return found


def _once(pieces: list[Piece]) -> list[Piece]:
    """Leave out a month said twice, as in آب/أغسطس 2013."""
    months: set[Piece] = set()
    kept: list[Piece] = []
    for piece in pieces:
        if piece.kind is Kind.MONTH:
            if piece in months:
                continue
            months.add(piece)
        kept.append(piece)
    return kept


def _read_number(digits: str, reading: _Reading) -> FuzzyDate:
    if len(digits) == 4:
        return date_of(int(digits), calendar=reading.calendar)
    order = reading.habit.order
    if len(digits) == 8 and order is not None:
        cuts = (0, 4, 6) if order == "ymd" else (0, 2, 4)
        groups = [digits[a:b] for a, b in zip(cuts, (*cuts[1:], 8), strict=True)]
        return read_group("/".join(groups), habit=reading.habit, calendar=reading.calendar)
    if len(digits) == 5:
        raise UnreadableDate(
            "This looks like a spreadsheet's count of days, not a date.",
            expected="a date",
            found="a number of five digits",
            todo="Format the column as dates in the spreadsheet and save it again.",
        )
    raise wrong_groups()


def _read_season(code: str, year: Piece, reading: _Reading) -> FuzzyDate:
    if year.kind is Kind.NUMBER and len(year.value) == 4 and reading.calendar is not Calendar.HIJRI:
        date_of(int(year.value), calendar=reading.calendar)  # refuses what looks Hijri
        return parse_canonical(f"{year.value}-{code}")
    if year.kind is Kind.GROUP and len(year.value) == 9 and code == "24":
        first, last = int(year.value[:4]), int(year.value[5:])
        if last == first + 1:
            return span(date_of(first, 12, calendar=reading.calendar), date_of(last, 2, calendar=reading.calendar))
    raise reading.refuse()


def _read_named_month(pieces: list[Piece], numbers: list[str], reading: _Reading) -> FuzzyDate:
    month = next(int(p.value) for p in pieces if p.kind is not Kind.NUMBER)
    years = [n for n in numbers if len(n) == 4]
    others = [n for n in numbers if len(n) <= 2]
    if len(years) == 1 and len(years) + len(others) == len(numbers) <= 2:
        return date_of(int(years[0]), month, _named_day(others), calendar=reading.calendar)
    if len(others) == 2 and [p.kind for p in pieces][::2] == [Kind.NUMBER, Kind.NUMBER]:  # 7 April 18
        year = full_year(int(others[1]), habit=reading.habit)
        return date_of(year, month, _named_day(others[:1]), calendar=reading.calendar)
    if len(others) == len(numbers) == 1:
        raise AmbiguousDate(
            "This number may be a day without a year or a year of two digits.",
            expected="a month with a year of four digits",
            found="a month and a number of at most two digits",
            todo="Write the year in full.",
        )
    raise reading.refuse()


def _named_day(numbers: list[str]) -> int:
    if not numbers:
        return 0
    if not int(numbers[0]):
        raise ImpossibleDate("There is no day 0.", expected="a day from 1 to 31, or none", found="day 0")
    return int(numbers[0])


def _check_weekday(found: FuzzyDate, weekdays: list[int]) -> None:
    if not weekdays:
        return
    if found.precision is not Precision.DAY or found.lo is None:
        raise UnreadableDate("A day of the week needs a full date.", expected="day, month and year")
    if any(weekday != days.calendar_day(found.lo).weekday() for weekday in weekdays):
        raise ImpossibleDate(
            "This date was not that day of the week.",
            expected=_WEEKDAYS[days.calendar_day(found.lo).weekday()],
            todo="Find out which of the two is right, and correct it at its source.",
        )
