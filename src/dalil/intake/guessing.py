"""Guesses at what the columns of a sheet mean, each with its reason; a person confirms or changes every one.

A heading that was mapped before means what it meant then. Otherwise headings are looked up, and cells are tried: texts
that are all terms of one scheme, dates that can be read. Where two guesses are equally good there is none: a wrong
guess that is overlooked costs more than a column left open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dalil.errors import BadInput
from dalil.intake.choosing import NOTHING, ORDERS, ColumnChoice
from dalil.intake.heading_words import KEY, by_heading
from dalil.intake.mapped_relatives import RELATIVES
from dalil.intake.meanings import IGNORE, Meaning, meanings_of
from dalil.intake.profiles import ColumnProfile, SheetProfile
from dalil.values.dates import DateHabit, parse_date
from dalil.values.plain_text import clean_text
from dalil.vocabulary import Vocabulary
from dalil.vocabulary.folding import fold

REMEMBERED: Final = "remembered"
HEADING: Final = "heading"
CELLS: Final = "cells"
_SAYS_NOTHING: Final = frozenset(
    fold(each) for each in ("-", "--", "?", "؟", "n/a", "na", "unknown", "none", "غير معروف", "مجهول", "لا يوجد", "0")
)
"""Texts by which lists say that they do not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A guess about one column: the choice, why (remembered, heading, cells, or empty for none), and where from."""

    choice: ColumnChoice
    why: str = ""
    where: str = ""
    is_key: bool = False


def guess_columns(
    profile: SheetProfile,
    form: str,
    vocabulary: Vocabulary,
    *,
    remembered: Sequence[tuple[str, Mapping[str, ColumnChoice]]] = (),
) -> dict[str, Guess]:
    """Return a guess for each column.

    Parameters
    ----------
    remembered : sequence of (name, choices by column)
        Mappings made before, the best first.
    """
    known = meanings_of(form, vocabulary)
    taken: set[str] = set()
    guesses: dict[str, Guess] = {}
    for column in profile.columns:
        guess = _remembered(column, known, remembered) or _by_heading(column, known)
        if guess is not None and guess.choice.meaning in taken:
            guess = None
        if guess is not None and guess.choice.meaning not in ("", IGNORE):
            taken.add(guess.choice.meaning)
        guesses[column.name] = guess or Guess(choice=ColumnChoice())
    for column in profile.columns:
        if not guesses[column.name].why:
            found = _by_cells(column, known, taken, vocabulary)
            if found is not None:
                taken.add(found.choice.meaning)
                guesses[column.name] = found
    return {
        name: replace(guess, choice=with_values(guess.choice, column, known, vocabulary))
        for column in profile.columns
        for name, guess in ((column.name, guesses[column.name]),)
    }


def with_values(
    choice: ColumnChoice, column: ColumnProfile, known: Mapping[str, Meaning], vocabulary: Vocabulary
) -> ColumnChoice:
    """Return a choice with meanings for those texts of a column of terms that the vocabulary does not know."""
    meaning = known.get(choice.meaning)
    if meaning is None or meaning.type.scheme is None or column.texts is None:
        return choice
    values = dict(choice.values)
    for text in column.texts:
        if text not in values and fold(text) in _SAYS_NOTHING and not resolves(meaning.type.scheme, text, vocabulary):
            values[text] = NOTHING
    return replace(choice, values=values)


def resolves(scheme: str, text: str, vocabulary: Vocabulary) -> str:
    """Return the term a text stands for without anyone's help; empty if there is none."""
    try:
        return vocabulary.resolve(scheme, text)
    except BadInput:
        return ""


def _remembered(
    column: ColumnProfile, known: Mapping[str, Meaning], remembered: Sequence[tuple[str, Mapping[str, ColumnChoice]]]
) -> Guess | None:
    for name, choices in remembered:
        choice = choices.get(clean_text(column.name))
        if choice is not None and (choice.meaning in known or choice.meaning == IGNORE):
            meaning = known.get(choice.meaning)
            if meaning is not None and not choice.order:
                choice = _with_order(choice, meaning, column)  # this list may be written otherwise than that one
            return Guess(choice=choice, why=REMEMBERED, where=name)
    return None


def _by_heading(column: ColumnProfile, known: Mapping[str, Meaning]) -> Guess | None:
    pieces = column.name.split(" / ")
    for heading in (column.name, pieces[-1]):
        for code in by_heading().get(fold(heading), ()):
            if code == KEY:
                is_key = column.n_filled > 0 and column.n_different >= min(column.n_filled, 20)
                return Guess(choice=ColumnChoice(meaning=IGNORE), why=HEADING, is_key=is_key)
            if code == IGNORE:
                return Guess(choice=ColumnChoice(meaning=IGNORE), why=HEADING)
            if code in known:
                return Guess(choice=_with_order(ColumnChoice(meaning=code), known[code], column), why=HEADING)
    return None


def _by_cells(
    column: ColumnProfile, known: Mapping[str, Meaning], taken: set[str], vocabulary: Vocabulary
) -> Guess | None:
    """Guess from cells where only one meaning that is still free takes them all; a few lists of terms are telling."""
    texts = [text for text in column.texts or () if fold(text) not in _SAYS_NOTHING]
    if not texts:
        return None
    fitting = [
        code
        for code, meaning in known.items()
        if code not in taken
        and meaning.slot.subject not in RELATIVES
        and meaning.type.scheme in _TELLING
        and all(resolves(str(meaning.type.scheme), text, vocabulary) for text in texts)
    ]
    return Guess(choice=ColumnChoice(meaning=fitting[0]), why=CELLS) if len(fitting) == 1 else None


_TELLING: Final = frozenset({"sexes", "episode_events", "release_modes", "reasons", "age_classes", "victim_roles"})
"""Schemes whose terms say what a column is about; a governorate may be where anything happened."""


def _with_order(choice: ColumnChoice, meaning: Meaning, column: ColumnProfile) -> ColumnChoice:
    return replace(choice, order=order_of(column.samples)) if meaning.type.base == "date" else choice


def order_of(samples: Sequence[str]) -> str:
    """Return the order of day, month and year in which most of these dates can be read; empty if none is better."""
    n_read = {order: sum(_reads(each, order) for each in samples) for order in ("", *ORDERS)}
    best = max(n_read.values())
    if n_read[""] == best:
        return ""  # nothing has to be said: none that can be read reads two ways
    orders = [order for order, n in n_read.items() if n == best]
    return orders[0] if len(orders) == 1 else ""


def _reads(text: str, order: str) -> bool:
    try:
        parse_date(clean_text(text), habit=DateHabit(order=order) if order else DateHabit())  # type: ignore[arg-type]
    except BadInput:
        return False
    return True
