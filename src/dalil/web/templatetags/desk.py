"""Filters: numbers, dates, ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dalil.errors import DalilError
from dalil.web.showing.dates import instant as instant_text
from dalil.web.showing.dates import written as written_text
from dalil.web.showing.refusals import kind_of_trouble, sentence

register = template.Library()

JOB_KINDS: Final[dict[str, Any]] = {
    "verify": gettext_lazy("verify the ledger"),
    "load": gettext_lazy("take in a sheet"),
    "withdraw": gettext_lazy("withdraw a load"),
    "snapshot": gettext_lazy("bring figures up to date"),
    "export": gettext_lazy("export"),
    "report": gettext_lazy("set a report"),
    "stale": gettext_lazy("count a report's figures again"),
    "link": gettext_lazy("look for duplicates"),
    "figure": gettext_lazy("work out an estimated figure"),
    "estimate": gettext_lazy("estimate how many nobody recorded"),
}


@register.filter
def number(value: object) -> str:
    """Write a whole number with groups of three."""
    return f"{value:,}" if isinstance(value, int) else ("" if value is None else str(value))


@register.filter
def plain(value: object) -> str:
    """Write a number for a drawing: with a point, whatever the language."""
    return f"{value:g}" if isinstance(value, int | float) else str(value)


@register.filter
def add(value: float, more: float) -> float:
    """Add two numbers, whole or not."""
    return value + float(more)


@register.filter
def append(value: str, more: str) -> str:
    """Put two texts together."""
    return f"{value}{more}"


@register.filter
def instant(value: str | None) -> str:
    """Write an instant of the ledger."""
    return instant_text(value) if value else ""


@register.filter
def written(value: str | None) -> str:
    """Write a date."""
    return written_text(value)


@register.filter
def item(values: Mapping[str, object], key: str) -> object:
    """Return what a mapping has under a key; nothing if it has none."""
    return values.get(key, "")


@register.filter
def slug(value: object) -> str:
    """Write an id so that it can be one of a page."""
    return str(value).replace(".", "-")


PARTS_OF_RUN: Final[dict[str, Any]] = {
    "definition": gettext_lazy("its definition"),
    "value": gettext_lazy("its value"),
    "cells": gettext_lazy("its cells"),
    "members": gettext_lazy("its members"),
}


@register.filter
def part_of_run(value: str) -> str:
    """Return what of a figure's run is meant."""
    return str(PARTS_OF_RUN.get(value, value))


@register.filter
def job_kind(value: str) -> str:
    """Return what a job does."""
    return str(JOB_KINDS.get(value, value))


LINK_COUNTS: Final[dict[str, Any]] = {
    "n_records": gettext_lazy("mentions"),
    "n_persons": gettext_lazy("persons"),
    "n_judgements": gettext_lazy("judgements"),
    "n_new": gettext_lazy("new"),
    "n_undone": gettext_lazy("undone"),
}


@register.filter
def link_count(value: str) -> str:
    """Return what a count of a linkage run counts."""
    return str(LINK_COUNTS.get(value, value))


@register.inclusion_tag("desk/problem.html")
def problem(error: DalilError | None, identifier: str = "") -> dict[str, Any]:
    """Say what is wrong with a field, in the reader's language; nothing where nothing is."""
    if error is None or not hasattr(error, "message"):
        return {"message": None}
    message = sentence(error.message)
    return {
        "message": message,
        "expected": sentence(error.expected),
        "expected_word": _("expected"),
        "identifier": identifier,
        "kind": kind_of_trouble(type(error).__name__) if message.lang else "",
    }


@register.simple_tag
def yes_no(value: bool) -> str:
    """Say yes or no."""
    return _("yes") if value else _("no")


ROW_OUTCOMES: Final[dict[str, Any]] = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "repeated": gettext_lazy("said twice"),
    "refused": gettext_lazy("refused"),
    "warned": gettext_lazy("with a warning"),
}


@register.filter
def row_outcome(value: str) -> str:
    """Return what became of a row, in words."""
    return str(ROW_OUTCOMES.get(value, value))
