"""What is wrong with a file or a cell, in the reader's language: the kind of trouble, and the sentences that recur.

Errors of the core speak English and name details. Here the kind of each error has a sentence in every language, and so
have the most frequent demands on a cell; what has none is shown as it is, marked as English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from dalil.web.showing.mistakes import TYPED, TYPED_FORMS

KINDS: Final[Mapping[str, Any]] = {
    "UnreadableFile": _(
        "This file cannot be read as a sheet. Save it as XLSX, ODS or CSV (UTF-8), and bring it again."
    ),
    "HostileFile": _("This file would unfold into far more than an honest sheet holds, so it was not opened."),
    "PasswordProtected": _("This file is locked with a password. Take the password off, and bring it again."),
    "TruncatedFile": _("This file is cut short: its end is missing. Copy it again from where it came."),
    "WrongMapping": _("The mapping breaks its rules, or does not fit this sheet."),
    "WrongValue": _("A value does not have the form it should have."),
    "UnknownTerm": _("A word or code is used that the vocabulary does not have."),
    "UnknownPredicate": _("Something is said that the vocabulary has no predicate for."),
    "ImpossibleDate": _("No calendar has this date."),
    "UnreadableDate": _("This date cannot be read without guessing."),
    "AmbiguousDate": _("This date reads two ways."),
    "DuplicateKey": _("Two rows have the same key and say different things."),
    "LedgerBusy": _("Someone else is writing. Try again in a moment."),
    "StoreFull": _("The disk is full. The keeper of the archive must make room."),
    "TemplateWrong": _("The report's template cannot be set."),
    "WrongDefinition": _("A figure's definition breaks its rules."),
    "UnknownFigure": _("A figure is named that is not defined."),
    "FontMissing": _("A typeface is not installed."),
    "NotPermitted": _("This account may not do that."),
    "ReviewStale": _("What you decided on has changed since it was shown. Nothing was recorded: look again."),
    "ReviewRefused": _("This cannot be done as things stand."),
}
"""By class of error, what it comes to."""

SENTENCES: Final[Mapping[str, Any]] = {
    "a key": _("a key"),
    "an empty cell": _("an empty cell"),
    "nothing": _("nothing"),
    "Give the row its key.": _("Give the row its key."),
    "Fill the cell, or empty the others.": _("Fill the cell, or empty the others."),
    "Fill the cell, or leave the row out.": _("Fill the cell, or leave the row out."),
    "cells that say something": _("cells that say something"),
    "Leave the row out, or map more of it.": _("Leave the row out, or map more of it."),
    "a key that no other row of the file has": _("a key that no other row of the file has"),
    "Keep the right row, or give the rows different keys.": _("Keep the right row, or give the rows different keys."),
    "a name, which has letters": _("a name, which has letters"),
    "Correct the cell, or list this text under `empty`.": _(
        "Correct the cell, or list it among the texts that say nothing."
    ),
    "one person a row": _("one person a row"),
    "Give each person a row of their own.": _("Give each person a row of their own."),
    "a whole number": _("a whole number"),
    "Correct the cell at its source.": _("Correct the cell at its source."),
    "Correct the date at its source.": _("Correct the date at its source."),
    "Correct the date at its source, or leave the day out if only the month is known.": _(
        "Correct the date at its source, or leave the day out if only the month is known."
    ),
    "Correct the value, map it to a code, or add it as an alias in the archive's own vocabulary.": _(
        "Correct the cell, or say on the page of columns what this text means."
    ),
    "a code, label or alias of the scheme": _("a word of the vocabulary"),
    "Write the date as YYYY-MM-DD.": _("Write the date as YYYY-MM-DD."),
    "Write the date another way; for a text that means no date, list it under dates.empty in the mapping.": _(
        "Write the date another way; if this text means no date, list it among the texts that say nothing."
    ),
    "a date with its year first, or an order for this column": _(
        "a date with its year first, or the order of day and month for this column"
    ),
    "a date such as 2013-08-21, 21 August 2013, ٢١ آب ٢٠١٣, August 2013, end of 2012, before 2014": _(
        "a date such as 2013-08-21, 21 August 2013, ٢١ آب ٢٠١٣, August 2013, end of 2012, before 2014"
    ),
    "whole characters": _("whole characters"),
    "Save the file again as UTF-8.": _("Save the file again as UTF-8."),
    "a value; a formula has failed here": _("a value; a formula has failed here"),
    "Correct the cell, or name what stands around the number under `strip`.": _("Leave only the number in the cell."),
}
"""Sentences of the core that recur, and how they are said here."""

_FORMS: Final[tuple[tuple[re.Pattern[str], Any], ...]] = (
    (re.compile(r"a whole number from 0 to (?P<most>\d+)"), _("a whole number from 0 to %(most)s")),
    (re.compile(r"a day from 1 to (?P<most>\d+)"), _("a day from 1 to %(most)s")),
    (re.compile(r"a month from 1 to 12"), _("a month from 1 to 12")),
    (re.compile(r"perhaps (?P<codes>.+)"), _("perhaps %(codes)s")),
    (
        re.compile(r"rows (?P<rows>[\d, ]+) have the same key and differ"),
        _("rows %(rows)s have the same key and differ"),
    ),
    (
        re.compile(r"(?P<part>\S+ of \S+?)(?:, group \S+)?, since the row says other parts of it"),
        _("%(part)s, since the row says other parts of it"),
    ),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text and the language it is in, empty for the reader's own."""

    text: str
    lang: str = ""


@cache
def _typed() -> frozenset[str]:
    """Return the sentences of forms in English, which are what they are looked up by."""
    with override("en"):
        return frozenset(map(str, TYPED))


def sentence(text: str) -> Sentence:
    """Return a sentence of the core as the reader should meet it."""
    if not text:
        return Sentence("")
    if text in SENTENCES:
        return Sentence(str(SENTENCES[text]))
    if text in _typed():
        return Sentence(gettext(text))
    for form, said in (*_FORMS, *TYPED_FORMS):
        match = form.fullmatch(text)
        if match is not None:
            return Sentence(str(said) % match.groupdict())
    return Sentence(text, "" if get_language() == "en" else "en")


def kind_of_trouble(error: str) -> str:
    """Return what a class of error comes to; empty for one that has no sentence."""
    return str(KINDS.get(error, ""))
