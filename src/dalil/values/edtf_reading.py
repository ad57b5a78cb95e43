"""EDTF text becomes a `FuzzyDate`: a fast path for plain years, months and days, a cache, and the guard of the era.

`parse_edtf` is for what people wrote; `parse_canonical` for what dalil itself wrote (bodies of ledger entries), where
the era has been settled already.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from dalil.errors import AmbiguousDate, UnreadableDate
from dalil.values import days
from dalil.values.edtf_bounds import LONGEST, read_edtf
from dalil.values.fuzzy_date import FuzzyDate, Precision
from dalil.values.plain_text import clean_text

CACHE_SIZE: Final = 1 << 15
"""Texts remembered; about 12 MB when full. Eleven years have 4,000 days."""

HIJRI_LIKE: Final = range(1300, 1501)
"""Years that are Hijri when people write them today (1300 AH began in 1882, 1500 AH ends in 2077)."""
_ERA_LO: Final = days.day_number(HIJRI_LIKE[0], 1, 1)
_ERA_HI: Final = days.day_number(HIJRI_LIKE[-1], 12, 31)
_SPACED_MARK: Final = re.compile(r" ?([\[\]{},/]|\.\.) ?")
_YEAR_IN_SET: Final = re.compile(r"(?<=[\[{,.])[?~%]?(\d{4})")
_EPOCH: Final = days.EPOCH
_DAY, _MONTH, _YEAR = Precision.DAY, Precision.MONTH, Precision.YEAR


def parse_edtf(text: str) -> FuzzyDate:
    """Read a date in EDTF.

    Raises
    ------
    UnreadableDate
        Not EDTF, or a form dalil does not hold.
    ImpossibleDate
        No calendar has this day, or the interval ends before it begins.
    AmbiguousDate
        The year looks like a Hijri one (1300 to 1500). `parse_date` reads such years when they are marked.
    """
    found = parse_canonical(text)
    check_era(found)
    return found


def check_era(found: FuzzyDate) -> None:
    """Raise AmbiguousDate if a bound, or a date in a set, is of a year that today is written of the Hijri calendar."""
    for day in (found.lo, found.hi):
        if day is not None and _ERA_LO <= day <= _ERA_HI:
            raise looks_hijri(days.calendar_day(day).year)
    if found.edtf[0] in "[{":  # a year inside a set need not be one of its bounds
        for year in map(int, _YEAR_IN_SET.findall(found.edtf)):
            if year in HIJRI_LIKE:
                raise looks_hijri(year)


def looks_hijri(year: int) -> AmbiguousDate:
    """Return the error for a year that may be Hijri and is not marked."""
    return AmbiguousDate(
        "This looks like a Hijri year, and nothing says which calendar it is of.",
        expected="a Gregorian year, or a mark: 1442 هـ, 1442 AH; 1442 م, AD 1442",
        found=f"year {year}",
        todo="Mark the year, or set dates.calendar to hijri or gregorian for this column in the mapping.",
    )


@lru_cache(maxsize=CACHE_SIZE)
def parse_canonical(text: str) -> FuzzyDate:
    """Read EDTF that dalil wrote: as `parse_edtf`, without the guard of the era."""
    found = parse_plain(text)
    if found is not None:
        return found
    if len(text) > LONGEST:
        raise UnreadableDate("This is too long for a date.", expected=f"at most {LONGEST} characters of EDTF")
    edtf = without_spaces(clean_text(text))
    lo, hi, precision = read_edtf(edtf)
    return FuzzyDate(edtf=edtf, lo=lo, hi=hi, precision=precision, original=None if edtf == text else text)


def without_spaces(text: str) -> str:
    """Leave out the spaces around brackets, commas, slashes and dots, where they join no digits."""
    return _SPACED_MARK.sub(r"\1", text)


def parse_plain(text: str) -> FuzzyDate | None:
    """Read exactly YYYY-MM-DD, YYYY-MM or YYYY; None for anything else, impossible dates included.

    This is the hot path of intake. It agrees with `read_edtf` on everything it accepts.
    """
    length = len(text)
    if length == 10:
        if text[4] != "-" or text[7] != "-":
            return None
        try:
            day = date.fromisoformat(text).toordinal() - _EPOCH
        except ValueError:
            return None
        return FuzzyDate(edtf=text, lo=day, hi=day, precision=_DAY)
    if length == 7:
        year, month = text[:4], text[5:]
        if text[4] != "-" or not (text.isascii() and year.isdigit() and month.isdigit()) or year == "0000":
            return None
        if not 1 <= int(month) <= 12:
            return None
        lo, hi = days.month_bounds(int(year), int(month))
        return FuzzyDate(edtf=text, lo=lo, hi=hi, precision=_MONTH)
    if length == 4 and text.isascii() and text.isdigit() and text != "0000":
        lo, hi = days.year_bounds(int(text))
        return FuzzyDate(edtf=text, lo=lo, hi=hi, precision=_YEAR)
    return None
