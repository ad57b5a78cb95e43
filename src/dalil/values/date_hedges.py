"""What "about", "before" and "end of" do to a date.

The words are conventions, laid down in docs/reference/formats/dates.md. "About" and "perhaps" are kept as the EDTF
marks ~ and ? and never widen the bounds, since no source says by how much.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dalil.errors import UnreadableDate
from dalil.values import days
from dalil.values.date_words import Kind
from dalil.values.edtf_reading import parse_canonical
from dalil.values.fuzzy_date import FuzzyDate, Precision
from dalil.values.numeric_dates import span

_DATED: Final = re.compile(r"[0-9X]{4}(?:-[0-9X]{2}){0,2}([?~%]?)", re.ASCII)

# Thirds of a month; the first and last three months and the middle four of a year. Early, mid and late are
# approximate; halves and quarters are not.
_OF_YEAR: Final = {
    "early": "{0}-01~/{0}-03~",
    "mid": "{0}-05~/{0}-08~",
    "late": "{0}-10~/{0}-12~",
    "first_half": "{0}-40",
    "second_half": "{0}-41",
    "q1": "{0}-33",
    "q2": "{0}-34",
    "q3": "{0}-35",
    "q4": "{0}-36",
}
_OF_MONTH: Final = {
    "early": "{0}-01~/{0}-10~",
    "mid": "{0}-11~/{0}-20~",
    "late": "{0}-21~/{0}-{1}~",
    "first_half": "{0}-01/{0}-15",
    "second_half": "{0}-16/{0}-{1}",
}


def qualify(found: FuzzyDate, mark: str) -> FuzzyDate:
    """Put ~ (about) or ? (perhaps) behind every date of an EDTF text; both together are %."""

    def marked(match: re.Match[str]) -> str:
        if match[1] in (mark, "%"):
            return match[0]
        return match[0][:-1] + "%" if match[1] else match[0] + mark

    return parse_canonical(_DATED.sub(marked, found.edtf))


def before(found: FuzzyDate) -> FuzzyDate:
    """Return everything up to the last year, month or day that is wholly before the date."""
    return _bounded("[..{}]", None if found.lo is None else found.lo - 1, found)


def after(found: FuzzyDate) -> FuzzyDate:
    """Return everything from the first year, month or day that is wholly after the date."""
    return _bounded("[{}..]", None if found.hi is None else found.hi + 1, found)


def _bounded(form: str, day: int | None, found: FuzzyDate) -> FuzzyDate:
    if day is None or not days.FIRST_DAY <= day <= days.LAST_DAY or "[" in found.edtf:
        raise UnreadableDate(
            "Nothing that dalil holds can be before or after this date.",
            expected="before or after a year, month, day or season",
            todo="Give the days it means, as FROM/TO in EDTF.",
        )
    length = {Precision.YEAR: 4, Precision.MONTH: 7}.get(found.precision, 10)
    mark = (
        "%" if found.approximate and found.uncertain else "~" if found.approximate else "?" if found.uncertain else ""
    )
    return parse_canonical(form.format(days.iso_day(day)[:length] + mark))


def since(found: FuzzyDate) -> FuzzyDate:
    """Return the interval that begins with the date and is open."""
    return parse_canonical(f"{span(found, found).edtf.partition('/')[0]}/..")


def until(found: FuzzyDate) -> FuzzyDate:
    """Return the interval that ends with the date and whose beginning is open."""
    return parse_canonical(f"../{span(found, found).edtf.partition('/')[2]}")


RELATIVE: Final[dict[Kind, Callable[[FuzzyDate], FuzzyDate]]] = {
    Kind.BEFORE: before,
    Kind.AFTER: after,
    Kind.SINCE: since,
    Kind.UNTIL: until,
}


def part_of(found: FuzzyDate, part: str) -> FuzzyDate:
    """Return the early, middle or late part, half or quarter of a year or month.

    Raises
    ------
    UnreadableDate
        The part is not one that a date of this precision has by convention.
    """
    forms = {4: _OF_YEAR, 7: _OF_MONTH}.get(len(found.edtf), {})
    if part not in forms or found.hi is None or found.precision not in (Precision.YEAR, Precision.MONTH):
        raise UnreadableDate(
            "This part of a date has no agreed bounds.",
            expected="the early, middle or late part or a half of a year or month, or a quarter of a year",
            found=f"a part of a date of precision {found.precision}",
            todo="Give the days it means, as FROM/TO in EDTF.",
        )
    return parse_canonical(forms[part].format(found.edtf, days.calendar_day(found.hi).day))
