"""Dates as people read them: at the precision in which they are known, both ends where there are two."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dalil.errors import BadInput
from dalil.values.dates import parse_canonical
from dalil.values.fuzzy_date import FuzzyDate

MONTHS: Final = (
    gettext_lazy("January"),
    gettext_lazy("February"),
    gettext_lazy("March"),
    gettext_lazy("April"),
    gettext_lazy("May"),
    gettext_lazy("June"),
    gettext_lazy("July"),
    gettext_lazy("August"),
    gettext_lazy("September"),
    gettext_lazy("October"),
    gettext_lazy("November"),
    gettext_lazy("December"),
)
SEASONS: Final = {
    0: gettext_lazy("spring"),
    1: gettext_lazy("summer"),
    2: gettext_lazy("autumn"),
    3: gettext_lazy("winter"),
}
NORTHERN: Final = range(21, 29)
"""Numbers of seasons in EDTF that are northern, or not said to be southern; 21 and 25 are spring."""
_SETS: Final = {
    "[]": gettext_lazy("%(first)s or %(last)s"),
    "{}": gettext_lazy("%(first)s and %(last)s"),
}
"""One of these, and all of these."""
_PLAIN: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([~?%]?)")


def written(edtf: str | None) -> str:
    """Return an EDTF text in words; forms that have none stay as they are."""
    if not edtf:
        return _("no date")
    if edtf == "..":
        return _("open")
    if edtf.startswith("[") and edtf.endswith("]") and ".." in edtf:
        first, _dots, last = edtf[1:-1].partition("..")
        if not first:
            return _("by %(date)s") % {"date": written(last)}
        if not last:
            return _("from %(date)s on") % {"date": written(first)}
        return _("between %(first)s and %(last)s") % {"first": written(first), "last": written(last)}
    if "/" in edtf:
        first, _slash, last = edtf.partition("/")
        if not first or first == "..":
            return _("until %(date)s") % {"date": written(last)}
        if not last or last == "..":
            return _("since %(date)s") % {"date": written(first)}
        return _("from %(first)s to %(last)s") % {"first": written(first), "last": written(last)}
    if edtf[0] + edtf[-1] in _SETS:
        several = [written(each) for each in edtf[1:-1].split(",")]
        return _SETS[edtf[0] + edtf[-1]] % {"first": str(_(", ")).join(several[:-1]), "last": several[-1]}
    match = _PLAIN.fullmatch(edtf)
    if match is None:
        return _by_bounds(edtf)
    return _hedged(_calendar(match[1], match[2], match[3]), match[4])


def _by_bounds(edtf: str) -> str:
    """Return a date that has no words of its own by its first and last day; what cannot be read stays as it is."""
    try:
        date_ = parse_canonical(edtf)
    except BadInput:
        return edtf
    return edtf if date_.lo is None and date_.hi is None else written_bounds(date_.lo, date_.hi)


def _calendar(year: str, month: str | None, day: str | None) -> str:
    if month is None:
        return year
    if not 1 <= int(month) <= len(MONTHS):
        season = SEASONS.get((int(month) - 1) % 4) if int(month) in NORTHERN else None
        return _by_bounds(f"{year}-{month}") if season is None else f"{season} {year}"
    name = str(MONTHS[int(month) - 1])
    return f"{name} {year}" if day is None else f"{int(day)} {name} {year}"


def _hedged(text: str, mark: str) -> str:
    match mark:
        case "~":
            return _("about %(date)s") % {"date": text}
        case "?":
            return _("%(date)s, uncertain") % {"date": text}
        case "%":
            return _("about %(date)s, uncertain") % {"date": text}
        case _:
            return text


def written_bounds(lo: int | None, hi: int | None) -> str:
    """Return two day numbers in words; one day if they are one."""
    if lo is None and hi is None:
        return _("no date")
    if lo == hi:
        return written(iso(lo))
    whole = FuzzyDate.of_bounds(lo, hi).edtf
    if _PLAIN.fullmatch(whole):
        return written(whole)  # a whole month or year
    return written(f"[{iso(lo)}..{iso(hi)}]")


def iso(day: int | None) -> str:
    """Return a day number as ISO text; empty for none, and for days no calendar of four digits has."""
    if day is None:
        return ""
    try:
        return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
    except OverflowError:
        return ""


def instant(recorded_at: str) -> str:
    """Return a ledger's instant to the minute, in words (UTC)."""
    return f"{written(recorded_at[:10])} {recorded_at[11:16]}" if len(recorded_at) >= 16 else recorded_at


def day_of(text: str | None) -> int | None:
    """Read a day written as ISO, from an address; None where it is none."""
    try:
        return None if not text else (date.fromisoformat(text) - date(1970, 1, 1)).days
    except ValueError:
        return None
