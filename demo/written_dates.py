"""Dates as the lists write them, each list in its own habit."""

from __future__ import annotations

from functools import cache
from typing import Final

from demo.days import Precision, iso, ymd

ARABIC_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_LEVANTINE: Final = (
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
    *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
)
_ENGLISH: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def arabic_slashes(on: int, precision: Precision) -> str:
    """Write ٢١/٠٨/٢٠١٣, ٠٨/٢٠١٣ or ٢٠١٣."""
    year, month, day = ymd(on)
    parts = (f"{day:02}", f"{month:02}", str(year))
    return "/".join(parts[precision:]).translate(ARABIC_DIGITS)


@cache
def arabic_words(on: int, precision: Precision) -> str:
    """Write ٢١ آب ٢٠١٣, آب ٢٠١٣ or ٢٠١٣."""
    year, month, day = ymd(on)
    parts = (str(day), _LEVANTINE[month - 1], str(year))
    return " ".join(parts[precision:]).translate(ARABIC_DIGITS)


@cache
def english_words(on: int, precision: Precision) -> str:
    """Write 21 Aug 2013, Aug 2013 or 2013."""
    year, month, day = ymd(on)
    parts = (str(day), _ENGLISH[month - 1], str(year))
    return " ".join(parts[precision:])


_SPECIFIED, _UNSPECIFIED, _SPAN = range(3)


def edtf(on: int, precision: Precision, habit: int) -> str:
    """Write EDTF: a month as itself (habit 0), with its unknown day (1), or as four weeks around the day (2)."""
    text = iso(on, precision)
    if precision == Precision.MONTH and habit == _UNSPECIFIED:
        return f"{text}-XX"
    if precision == Precision.MONTH and habit == _SPAN and ymd(on)[2] <= 28:
        return f"{text}-01/{text}-28"
    return text
