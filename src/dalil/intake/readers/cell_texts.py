"""How typed cells of a workbook become text: numbers as the General format shows them, dates as ISO 8601.

Spreadsheet programs store a date as a number of days and leave it to the number format to say so. A date must not
reach the record as that number; and what is no day at all (serial 0, and the 29 February 1900 that Excel believes in)
is written as a day no calendar has, so that whoever reads dates can refuse it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

SECONDS_A_DAY = 86_400
# ECMA-376 part 1, 18.17.4.1: serial 1 is 1900-01-01, serial 60 a day that never was, 61 is 1900-03-01; last 9999-12-31.
EPOCH_1900 = date(1899, 12, 30)
FIRST_TRUE_SERIAL_1900 = 61
NEVER_WAS_SERIAL = 60
# Serial 0, which Excel shows as 00/01/1900, is what a formula makes of an empty cell: no day, nor January 1900.
NO_DAY = "0000-00-00"
EPOCH_1904 = date(1904, 1, 1)
LAST_DAY = date(9999, 12, 31)

# ECMA-376 part 1, 18.8.30: formats known by number alone, in all languages.
BUILT_IN_DATES = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58, *range(71, 75)})
BUILT_IN_TIMES = frozenset({*range(18, 22), *range(32, 36), 45, 47, 55, 56, *range(75, 79)})
BUILT_IN_ELAPSED = frozenset({46, 79})

_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]|General', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


class Shown(Enum):
    """What a number format makes of a number."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    ELAPSED = "elapsed"


def shown_as(format_code: str) -> Shown:
    """Judge a number format by its code, as `dd/mm/yyyy` or `[h]:mm`; its first section decides."""
    code = _LITERALS.sub("", format_code.partition(";")[0]).lower()
    if _ELAPSED.search(code):
        return Shown.ELAPSED
    if "y" in code or "d" in code or ("m" in code and "h" not in code and "s" not in code):
        return Shown.DATE
    return Shown.TIME if "h" in code or "s" in code else Shown.NUMBER


def shown_by_number(format_number: int) -> Shown:
    """Judge a built-in number format."""
    if format_number in BUILT_IN_DATES:
        return Shown.DATE
    if format_number in BUILT_IN_TIMES:
        return Shown.TIME
    return Shown.ELAPSED if format_number in BUILT_IN_ELAPSED else Shown.NUMBER


def number_text(stored: str) -> str:
    """Write a stored number as the General format shows it: 34.0 is "34", and 15 digits count.

    A number stored with more digits than 15 came from binary arithmetic (0.1 + 0.2 is stored as 0.30000000000000004);
    whole numbers are kept as they are written, for they may be somebody's register number.
    """
    if stored.isdecimal() and stored.isascii():
        return stored
    try:
        value = float(stored)
    except ValueError:
        return stored
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}".upper()


@lru_cache(maxsize=50_000)
def serial_text(stored: str, shown: Shown, since_1904: bool) -> str:
    """Write a stored number of days as the date, time or length of time that its format shows.

    Dates come as `2013-08-07`, with `T13:05:09` where a time is stored too; times as `13:05:09`; elapsed time as hours,
    minutes and seconds. A number outside the calendar of spreadsheets stays a number.
    """
    try:
        serial = float(stored)
    except ValueError:
        return stored
    if not 0 <= serial < 2_958_466:
        return number_text(stored)
    days, milliseconds = divmod(round(serial * SECONDS_A_DAY * 1000), SECONDS_A_DAY * 1000)
    if shown is Shown.ELAPSED:
        return elapsed_text(timedelta(days=days, milliseconds=milliseconds))
    time = _clock(milliseconds)
    if shown is Shown.TIME and days == 0:
        return time
    day = _day(days, since_1904=since_1904)
    if day is None:
        return number_text(stored)
    return f"{day}T{time}" if milliseconds else day


def _day(days: int, *, since_1904: bool) -> str | None:
    if since_1904:
        return None if days > (LAST_DAY - EPOCH_1904).days else str(EPOCH_1904 + timedelta(days=days))
    if days >= FIRST_TRUE_SERIAL_1900:
        return None if days > (LAST_DAY - EPOCH_1900).days else str(EPOCH_1900 + timedelta(days=days))
    if days == NEVER_WAS_SERIAL:
        return "1900-02-29"
    return str(EPOCH_1900 + timedelta(days=days + 1)) if days else NO_DAY


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:03}" if rest else text


def elapsed_text(length: timedelta) -> str:
    """Write a length of time as hours, minutes and seconds: 30:00:00 for a day and a quarter."""
    milliseconds = round(length / timedelta(milliseconds=1))
    sign = "-" if milliseconds < 0 else ""
    return sign + _clock(abs(milliseconds))


def moment_text(moment: datetime) -> str:
    """Write a date with its time, or the date alone at midnight."""
    text = moment.isoformat(timespec="milliseconds").removesuffix(".000")
    return text.removesuffix("T00:00:00")


def truth_text(*, true: bool) -> str:
    """Write a truth value as spreadsheet programs show it."""
    return "TRUE" if true else "FALSE"
