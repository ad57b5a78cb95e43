"""What a figure came to, as people read it: a number, a span, a share or a length of time, and its unit beside it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dalil.figures.runs import Duration, Ratio, Span, Value
from dalil.web.showing.words import Words


def value_text(value: Value | None, words: Words) -> str:
    """Return a figure's value as people read it."""
    match value:
        case None:
            return _("no number")
        case int():
            return f"{value:,}"
        case Span():
            return f"{_end(value.low)}–{_end(value.high)}"
        case Ratio():
            return f"{value.percent} %"
        case Duration():
            ends = [value.least] if value.most in (None, value.least) else [value.least, value.most]
            return " – ".join(_length(each[0], each[1], words) for each in ends if each is not None)


def unit_text(unit: str, value: Value | None, words: Words) -> str:
    """Return a unit in the form that goes with a value, of a span with its far end; nothing where the value has it."""
    match value:
        case Ratio() | Duration():
            return ""
        case Span():
            return words.unit(unit, value.low if value.high is None else value.high)
        case _:
            return words.unit(unit, value)


def _end(end: int | None) -> str:
    return "…" if end is None else f"{end:,}"


def _length(years: int, months: int, words: Words) -> str:
    if not years:
        return words.counted("month", months)
    if not months:
        return words.counted("year", years)
    said = {"years": words.counted("year", years), "months": words.counted("month", months)}
    return _("%(years)s and %(months)s") % said
