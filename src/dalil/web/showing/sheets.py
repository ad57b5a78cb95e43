"""A sheet on its way in, as a page shows it: columns with what they may mean, and the first rows as statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dalil.intake.choosing import NOTHING, ORDERS, SPLITS, Choices, ColumnChoice, is_whole_name
from dalil.intake.guessing import CELLS, HEADING, REMEMBERED, Guess, resolves
from dalil.intake.mapped_relatives import RELATIVES
from dalil.intake.meanings import AGE_AT_ARREST, KNOWN, Meaning, form_named, meanings_of
from dalil.intake.profiles import SheetProfile
from dalil.intake.row_outcomes import AcceptedRow, RefusedRow
from dalil.values.canonical import JsonObject
from dalil.web.showing.dates import written
from dalil.web.showing.refusals import Sentence, sentence
from dalil.web.showing.statements import count_text, plain
from dalil.web.showing.words import Words

N_SHOWN: Final = 3
"""Cells of a column shown beside its heading."""

ROWS: Final[Mapping[str, Any]] = {
    "detention": gettext_lazy("a detention: a person, their arrest, what came of it"),
    "person": gettext_lazy("a person"),
    "act": gettext_lazy("something done to a person: a killing, torture, an injury"),
    "event": gettext_lazy("an event: a strike, an attack"),
}
"""What one row may be about, as the list of choices says it."""

SETTLED: Final[Mapping[str, Any]] = {
    "held_by": gettext_lazy("Who held all of them, if no column says so"),
    "act": gettext_lazy("What was done to all of them, if no column says so"),
    "by": gettext_lazy("Who did it, if no column says so"),
    "event": gettext_lazy("What all of them are, if no column says so"),
}
ORDER_LABELS: Final[Mapping[str, Any]] = {
    "dmy": gettext_lazy("day, month, year"),
    "mdy": gettext_lazy("month, day, year"),
    "ymd": gettext_lazy("year, month, day"),
}
SPLIT_LABELS: Final[Mapping[str, Any]] = {
    "full": gettext_lazy("given, father, grandfather, family"),
    "father": gettext_lazy("given, father, family"),
    "short": gettext_lazy("given, family"),
    "reversed": gettext_lazy("family, given"),
}
WHY: Final[Mapping[str, Any]] = {
    REMEMBERED: gettext_lazy("as in"),
    HEADING: gettext_lazy("by its heading"),
    CELLS: gettext_lazy("by its cells"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShown:
    """One of the few texts of a column, and what it is taken for."""

    number: int
    text: str
    n: int
    known: str
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShown:
    """A column on the page."""

    number: int
    name: str
    samples: tuple[str, ...]
    n_filled: int
    meaning: str
    is_key: bool
    why: str
    where: str
    order: str
    split: str
    is_date: bool
    is_name: bool
    texts: tuple[TextShown, ...]
    options: tuple[tuple[str, str], ...]
    n_open: int


def columns_shown(
    profile: SheetProfile, choices: Choices, guesses: Mapping[str, Guess], words: Words
) -> list[ColumnShown]:
    """Return the columns with what was chosen for each, and what its texts are taken for."""
    known = meanings_of(choices.row, words.vocabulary)
    shown = []
    for number, column in enumerate(profile.columns):
        choice = choices.columns.get(column.name, ColumnChoice())
        meaning = known.get(choice.meaning)
        scheme = meaning.type.scheme if meaning is not None else None
        texts = _texts(column.texts or {}, scheme, choice, words) if scheme else ()
        guess = guesses.get(column.name)
        guessed = guess is not None and guess.why and guess.choice.meaning == choice.meaning
        shown.append(
            ColumnShown(
                number=number,
                name=plain(column.name),
                samples=tuple(plain(each) for each in column.samples[:N_SHOWN]),
                n_filled=column.n_filled,
                meaning=choice.meaning,
                is_key=column.name in choices.key,
                why=str(WHY[guess.why]) if guessed and guess is not None else "",
                where=guess.where if guessed and guess is not None else "",
                order=choice.order,
                split=choice.split,
                is_date=meaning is not None and meaning.type.base == "date",
                is_name=is_whole_name(choice.meaning),
                texts=texts,
                options=tuple(_terms(scheme, words)) if any(not each.known for each in texts) and scheme else (),
                n_open=sum(not each.known and not each.chosen for each in texts),
            )
        )
    return shown


def _texts(texts: Mapping[str, int], scheme: str, choice: ColumnChoice, words: Words) -> tuple[TextShown, ...]:
    shown = []
    for number, (text, n) in enumerate(texts.items()):
        code = resolves(scheme, text, words.vocabulary)
        chosen = choice.values.get(text, "")
        known = words.term(scheme, code) if code and not chosen else ""
        shown.append(TextShown(number=number, text=plain(text), n=n, known=known, chosen=chosen))
    return tuple(shown)


def _terms(scheme: str, words: Words) -> list[tuple[str, str]]:
    terms = words.vocabulary.schemes[scheme].terms
    return [(NOTHING, _("says nothing")), *((code, words.term(scheme, code)) for code in terms)]


def meaning_options(row: str, words: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a column may mean, in groups by what it is said of."""
    form = form_named(row)
    groups: dict[str, list[tuple[str, str]]] = {}
    for meaning in meanings_of(row, words.vocabulary).values():
        local = str(meaning.slot.subject)
        group = words.kind(form.subjects[local]) if local in form.subjects else relative_label(local, words)
        groups.setdefault(group, []).append((meaning.code, meaning_label(meaning, words)))
    return list(groups.items())


def relative_label(local: str, words: Words) -> str:
    """Return what the group of meanings about a relative is called, and what they are called in a row."""
    return _("relative: %(relation)s") % {"relation": words.term("kin", RELATIVES[local])}


def meaning_label(meaning: Meaning, words: Words) -> str:
    """Return what a meaning is called: the predicate, and the part if it has several."""
    local = str(meaning.slot.subject)
    if local in RELATIVES:
        return f"{words.term('kin', RELATIVES[local])} · {_label_of_relative(meaning, words)}"
    slot = meaning.slot
    if meaning.code == AGE_AT_ARREST:
        return _("age at the arrest")
    if slot.predicate == "name" and slot.part == "text":
        return _("whole name")
    if slot.group == KNOWN:
        whole = _("what became of it")
    elif meaning.event is not None:
        whole = words.term("episode_events", meaning.event)
    else:
        whole = words.predicate(slot.predicate)
    return f"{whole} · {words.part(slot.part)}" if slot.part is not None else whole


def _label_of_relative(meaning: Meaning, words: Words) -> str:
    """Return it without whose it is."""
    slot = meaning.slot
    match slot.predicate, slot.part:
        case "name", "text":
            return _("whole name")
        case "note", None:
            return _("telephone, or a note")
        case "kin", _part:
            return _("how they are related")
        case predicate, (None | "place"):
            return words.predicate(predicate)
        case _predicate, part:
            return words.part(str(part))


def settings_shown(choices: Choices, words: Words) -> list[dict[str, Any]]:
    """Return the settings of the row form, each with its terms."""
    form = form_named(choices.row)
    known = meanings_of(choices.row, words.vocabulary)
    mapped = {known[each.meaning].slot for each in choices.columns.values() if each.meaning in known}
    return [
        {
            "name": name,
            "label": SETTLED[name],
            "value": choices.settled.get(name, ""),
            "options": [(code, words.term(scheme, code)) for code in words.vocabulary.schemes[scheme].terms],
            "mapped": slot in mapped,
        }
        for name, (scheme, slot) in form.settled.items()
    ]


def order_options() -> list[tuple[str, Any]]:
    """Return the orders of day, month and year."""
    return [(order, ORDER_LABELS[order]) for order in ORDERS]


def split_options() -> list[tuple[str, Any]]:
    """Return the orders of the parts of a name."""
    return [(name, SPLIT_LABELS[name]) for name in SPLITS]


# --- rows as statements -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class RowShown:
    """One row: the statements it makes, or why it makes none."""

    number: int
    statements: tuple[tuple[str, str], ...] = ()
    problems: tuple[tuple[str, Sentence, str, Sentence], ...] = ()
    warnings: tuple[str, ...] = ()


def row_shown(row: AcceptedRow | RefusedRow, words: Words) -> RowShown:
    """Return what becomes of a row, in words."""
    if isinstance(row, RefusedRow):
        return RowShown(number=row.number, problems=tuple(problem_shown(each) for each in row.problems))
    said = tuple(_statement(each, words) for each in row.statements if not _goes_without_saying(each))
    return RowShown(number=row.number, statements=said, warnings=row.warnings)


def _goes_without_saying(statement: JsonObject) -> bool:
    """Whether the form of the row says it, or the label of what is said of a relative."""
    value, subject = statement["value"], str(statement["subject"])
    if statement["predicate"] == "kin" and isinstance(value, dict):
        return subject in RELATIVES and value["relation"] == RELATIVES[subject]
    return statement["predicate"] == "detainee"


def problem_shown(problem: Sequence[Any]) -> tuple[str, Sentence, str, Sentence]:
    """Return a problem's column, what was expected, what was found, and what to do."""
    _row, column, expected, found, todo = problem
    return plain(str(column)), sentence(str(expected)), plain(str(found))[:200], sentence(str(todo))


def _statement(statement: JsonObject, words: Words) -> tuple[str, str]:
    predicate = words.vocabulary.predicates[str(statement["predicate"])]
    value = statement["value"]
    label = words.predicate(predicate.code)
    if str(statement["subject"]) in RELATIVES:
        label = f"{relative_label(str(statement['subject']), words)} · {label}"
    if predicate.value is not None:
        return label, _value(predicate.value.base, predicate.value.scheme, value, words)
    assert isinstance(value, dict)
    parts = predicate.parts
    pieces = []
    for name in sorted(value, key=lambda each: each not in ("text", "event", "kind")):
        if name in ("script", "language") or parts[name].base == "subject":
            continue
        text = _value(parts[name].base, parts[name].scheme, value[name], words)
        bare = name in ("text", "event", "kind", "party", "years", "reason", "role", "place")
        pieces.append(text if bare else f"{words.part(name)}: {text}")
    return label, " · ".join(pieces)


def _value(base: str, scheme: str | None, value: Any, words: Words) -> str:
    match base:
        case "term" if scheme is not None:
            return words.term(scheme, str(value))
        case "date":
            return written(str(value))
        case "count":
            return count_text(value, words)
        case _:
            return plain(str(value))


def undecided(choices: Choices, profile: SheetProfile) -> list[str]:
    """Return the columns about which nothing was decided."""
    chosen = {name for name, each in choices.columns.items() if each.meaning}
    return [plain(each.name) for each in profile.columns if each.name not in chosen and each.name not in choices.key]
