"""What a column may mean, for people who choose it from a list: every value a row of a certain form can carry.

A *row form* says what one row of a sheet is about, and so which subjects its account has. Its *meanings* are the slots
of a mapping under names a list can show: a person's family name, the day of an arrest. They are worked out from the
vocabulary, so that a predicate added there can be chosen here. What needs more than one slot a column stays for
mappings written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from dalil.errors import WrongMapping
from dalil.intake.mapped_relatives import PERSON, relatives_slots
from dalil.intake.mapping_model import Slot
from dalil.values.canonical import JsonObject, JsonValue
from dalil.vocabulary import PartType, Vocabulary

IGNORE: Final = "ignore"
"""The choice to leave a column out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Something a column's cells may say.

    Attributes
    ----------
    code : str
        Its name in a list of choices: ``p1.name.family``, ``d1.arrest.on``.
    event : str or None
        For events of a detention: the event that the value belongs to, where the choice settles it.
    """

    code: str
    slot: Slot
    type: PartType
    event: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowForm:
    """What one row of a sheet is about.

    Attributes
    ----------
    subjects : mapping
        Local id to kind.
    constants : tuple
        What the mapping says of every row.
    settled : mapping
        By the name of a setting, the scheme it is chosen from and the constant it becomes: whoever holds all detainees
        of the list, the act they all suffered. A column that gives the same part takes its place.
    """

    code: str
    subjects: Mapping[str, str]
    constants: tuple[JsonObject, ...] = ()
    settled: Mapping[str, tuple[str, Slot]] = field(default_factory=dict)


FORMS: Final[Mapping[str, RowForm]] = {
    "detention": RowForm(
        code="detention",
        subjects={"p1": "person", "d1": "episode"},
        constants=({"subject": "d1", "predicate": "detainee", "value": {"person": "p1"}},),
        settled={"held_by": ("parties", Slot(subject="d1", predicate="held_by", part="party"))},
    ),
    "person": RowForm(code="person", subjects={"p1": "person"}),
    "act": RowForm(
        code="act",
        subjects={"p1": "person", "a1": "act"},
        constants=({"subject": "a1", "predicate": "act", "part": "victim", "value": "p1"},),
        settled={
            "act": ("acts", Slot(subject="a1", predicate="act", part="kind")),
            "by": ("parties", Slot(subject="a1", predicate="act", part="by")),
        },
    ),
    "event": RowForm(
        code="event",
        subjects={"e1": "event"},
        settled={"event": ("event_kinds", Slot(subject="e1", predicate="event", part="kind"))},
    ),
}
"""What a row may be about. Facilities with rows of their own are for mappings written by hand."""

EVENTS: Final[Mapping[str, str]] = {
    "arrest": "arrested",
    "release": "released",
    "silence": "no_information",
    "denial": "denied",
    "notice": "death_notice",
    "death": "died_in_custody",
}
"""Events of a detention that lists give a column of their own, by group."""
KNOWN: Final = "known"
"""The group of the event that a column names in words, and of the day on which it was so."""
_EVENT_PARTS: Final = ("on", "place", "mode", "charge", "court", "sentence")
_ONLY_OF: Final = {"mode": ("release",), "charge": (KNOWN,), "court": (KNOWN,), "sentence": (KNOWN,)}
_UNCHOSEN: Final = {"name": ("kind", "script", "language")}
"""Parts that the reader of cells gives, not a column."""
AGE_AT_ARREST: Final = "p1.age_at_arrest.years"


def form_named(code: str) -> RowForm:
    """Return a row form.

    Raises
    ------
    WrongMapping
        There is none of this name.
    """
    try:
        return FORMS[code]
    except KeyError:
        raise WrongMapping("Rows are about none of these.", expected=", ".join(FORMS), where="row") from None


@lru_cache(maxsize=16)
def meanings_of(form_code: str, vocabulary: Vocabulary) -> Mapping[str, Meaning]:
    """Return what a column may mean under a row form, by code, in the order of the vocabulary."""
    found: dict[str, Meaning] = {}
    form = form_named(form_code)
    for local, kind in form.subjects.items():
        for predicate in vocabulary.predicates.values():
            needs_subject = any(each.required and each.base == "subject" for each in predicate.parts.values())
            if kind not in predicate.of or predicate.code == "episode_event" or needs_subject:
                continue  # what names another record needs a subject that no column of words gives
            parts: dict[str | None, PartType] = {} if predicate.value is None else {None: predicate.value}
            for part, type_ in (parts | dict[str | None, PartType](predicate.parts)).items():
                slot = Slot(subject=local, predicate=predicate.code, part=part)
                if type_.base == "subject" or part in _UNCHOSEN.get(predicate.code, ()):
                    continue
                code = ".".join(each for each in (local, predicate.code, part) if each)
                found[code] = Meaning(code=code, slot=slot, type=type_)
        if kind == "episode":
            found |= _events(local, vocabulary)
    if form_code == "detention":
        years = found["p1.age.years"]
        found[AGE_AT_ARREST] = Meaning(code=AGE_AT_ARREST, slot=years.slot, type=years.type)
    if PERSON in form.subjects:
        found |= {code: Meaning(code=code, slot=slot, type=type_) for code, slot, type_ in relatives_slots(vocabulary)}
    return found


def _events(local: str, vocabulary: Vocabulary) -> dict[str, Meaning]:
    parts = vocabulary.predicates["episode_event"].parts
    found = {}
    for group, event in (*EVENTS.items(), (KNOWN, None)):
        for part in ("event", *_EVENT_PARTS) if event is None else _EVENT_PARTS:
            if part != "event" and group not in _ONLY_OF.get(part, (group,)):
                continue
            code = f"{local}.{group}.{part}"
            slot = Slot(subject=local, predicate="episode_event", part=part, group=group)
            found[code] = Meaning(code=code, slot=slot, type=parts[part], event=event)
    return found


def meaning_of_use(use: Mapping[str, JsonValue], form: str, events: Mapping[str, str], vocabulary: Vocabulary) -> str:
    """Return the code of what a use in a mapping's data means under a row form; empty if the form has no such meaning.

    Parameters
    ----------
    events : mapping
        Event of each group, as the constants of the mapping have it.
    """
    wanted = tuple(use.get(name) for name in ("subject", "predicate", "part"))
    group = use.get("group")
    for meaning in meanings_of(form, vocabulary).values():
        slot = meaning.slot
        if (slot.subject, slot.predicate, slot.part) != wanted:
            continue
        if slot.predicate != "episode_event" or (events.get(str(group)) or None) == meaning.event:
            return meaning.code
    return ""
