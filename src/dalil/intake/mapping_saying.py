"""Reads what a mapping itself says: constants, statements that a text stands for, values, dates, manner of saying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dalil.errors import BadInput
from dalil.intake.checking import ValueCheck, near, predicate_named, shown
from dalil.intake.mapping_model import DateColumn, Manner, Said, Slot, SubjectPlan
from dalil.intake.mapping_places import Place
from dalil.names.split import PARTS
from dalil.values.canonical import JsonValue
from dalil.values.dates import DateHabit, parse_edtf
from dalil.values.plain_text import clean_text
from dalil.vocabulary import PartType, Predicate, Vocabulary

SLOT_FIELDS: Final = ("subject", "predicate", "part", "group")
MANNER_FIELDS: Final = (
    "when",
    "speech",
    "polarity",
    "reliability",
    "credibility",
    "sensitivity",
    "speaker",
    "coercer",
    "basis",
    "role",
    "locator",
    "inferred_by",
)
NAMED: Final = PARTS
"""Parts of a name that may be joined to its text."""
_UNSAID: Final = {"polarity": "asserts", "role": "evidence"}
"""What holds where a statement does not say; saying it adds nothing, and would make two spellings of one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the rest of a mapping is read against: vocabulary, subjects, and the habits of the whole file."""

    vocabulary: Vocabulary
    subjects: Mapping[str, SubjectPlan]
    values: ValueCheck
    dates: DateHabit
    empty: frozenset[str]
    language: str
    script: str | None


def read_dates(place: Place, habit: DateHabit) -> DateHabit:
    """Return the habit of a file or column; what it does not say is as in ``habit``, and texts for "no date" add up."""
    if place.value is None:
        return habit
    place.fields(("order", "empty", "pivot", "calendar"))
    pivot = place.at("pivot").value
    if pivot is not None and (isinstance(pivot, bool) or not isinstance(pivot, int)):
        raise place.at("pivot").wrong("This pivot is not a two-digit year.", "0 to 99")
    order = place.at("order").text_or("") or habit.order
    try:
        return DateHabit(
            order=order,  # type: ignore[arg-type]  # DateHabit refuses any other text
            empty=habit.empty | frozenset(place.at("empty").texts()),
            pivot=habit.pivot if pivot is None else pivot,
            calendar=place.at("calendar").text_or(habit.calendar),  # type: ignore[arg-type]
        )
    except BadInput as error:
        raise place.translated(error) from None


def read_slot(place: Place, known: Known) -> tuple[Slot, Predicate]:
    """Return where the fields of ``place`` say that a value belongs, and the predicate."""
    subject = place.at("subject").text()
    plan = known.subjects.get(subject)
    if plan is None:
        raise place.at("subject").wrong(
            "This subject is not among the mapping's `subjects`.", near(subject, known.subjects), found=shown(subject)
        )
    code = place.at("predicate").text()
    try:
        predicate = predicate_named(code, known.vocabulary, "")
    except BadInput as error:
        raise place.at("predicate").translated(error) from None
    if plan.kind not in predicate.of:
        raise place.at("subject").wrong(
            f"`{code}` is not said of this kind of subject.", " or ".join(sorted(predicate.of)), found=plan.kind
        )
    part = None if place.at("part").value is None else place.at("part").text()
    if part is not None and part not in predicate.parts:
        expected = near(part, predicate.parts) if predicate.parts else f"no `part`: `{code}` has a single value"
        raise place.at("part").wrong(f"`{code}` has no such part.", expected, found=shown(part))
    group = None if place.at("group").value is None else place.at("group").text()
    return Slot(subject=subject, predicate=code, part=part, group=group), predicate


def part_type(predicate: Predicate, part: str | None) -> PartType:
    """Return the type of a part, or of the single value."""
    found = predicate.value if part is None else predicate.parts[part]
    assert found is not None
    return found


def read_value(place: Place, kind: PartType, known: Known) -> JsonValue:
    """Return a value that the mapping gives, in canonical form."""
    value = place.value
    match kind.base:
        case "text" | "url" | "term" | "subject":
            value = place.text()
        case "date":
            try:
                value = parse_edtf(place.text()).edtf
            except BadInput as error:
                raise place.translated(error) from None
        case "count" if isinstance(value, int) and not isinstance(value, bool):
            value = {"n": value}
        case _:
            pass
    try:
        known.values.check_part(value, kind, "")
    except BadInput as error:
        raise place.translated(error) from None
    return value  # type: ignore[return-value]  # what check_part lets through is JSON


def read_manner(place: Place, known: Known) -> Manner:
    """Return how something is said, from the fields beside it."""
    fields: dict[str, JsonValue] = {}
    when = None
    for name in MANNER_FIELDS:
        there = place.at(name)
        if there.value is None:
            continue
        if name == "when" and isinstance(there.value, dict):
            there.fields(("column", "dates"))
            column = clean_text(there.at("column").text())
            when = DateColumn(column=column, habit=read_dates(there.at("dates"), known.dates))
            continue
        value: JsonValue = there.text() if name != "credibility" else there.value  # type: ignore[assignment]
        try:
            if name == "when":
                value = parse_edtf(str(value)).edtf
            known.values.check_field(name, value, "")
        except BadInput as error:
            raise there.translated(error) from None
        if _UNSAID.get(name) != value:
            fields[name] = value
    return Manner(fields=fields, when=when)


def read_said(place: Place, known: Known, *, in_emit: bool) -> Said:
    """Read one statement, or parts of one, that the mapping itself says.

    In ``emit``, what has neither ``group`` nor ``part`` is a statement by itself. Everything else joins the statement
    of the same subject, predicate and group.
    """
    place.fields((*SLOT_FIELDS, "value", "same_as", "joined", *MANNER_FIELDS))
    slot, predicate = read_slot(place, known)
    alone = in_emit and slot.part is None and slot.group is None
    parts: dict[str | None, JsonValue | Slot] = {}
    joined = _read_joined(place, slot, known) if place.has("joined") else ()
    if joined and in_emit:
        raise place.at("joined").wrong("`joined` belongs to every row.", "an item of `constants`")
    if joined:
        pass  # the rows give it
    elif predicate.value is not None or slot.part is not None:
        parts[slot.part] = _read_said_part(place, part_type(predicate, slot.part), known)
    else:
        value = place.at("value")
        for name in value.fields(predicate.parts):
            there = value.at(name)
            if isinstance(there.value, dict) and "same_as" in there.value:
                there.fields(("same_as",))
                parts[name] = _read_same_as(there.at("same_as"), part_type(predicate, name), known)
            else:
                parts[name] = read_value(there, predicate.parts[name], known)
        if not parts:
            raise value.wrong("A statement says nothing.", near("", predicate.parts))
    missing = sorted(predicate.required_parts.difference(part for part in parts if part)) if alone else []
    if missing:
        raise place.wrong(
            f"`{slot.predicate}` lacks a part that must be given.",
            f"a value for `{missing[0]}`",
            todo="Add it to `value`.",
        )
    return Said(
        subject=slot.subject,
        predicate=slot.predicate,
        group=slot.group,
        parts=parts,
        manner=read_manner(place, known),
        joined=joined,
        alone=alone,
        path=place.where,
    )


def _read_said_part(place: Place, kind: PartType, known: Known) -> JsonValue | Slot:
    if place.has("value") == place.has("same_as"):
        raise place.wrong("What is said is missing, or said twice.", "either `value` or `same_as`")
    if place.has("same_as"):
        return _read_same_as(place.at("same_as"), kind, known)
    return read_value(place.at("value"), kind, known)


def _read_joined(place: Place, slot: Slot, known: Known) -> tuple[str, ...]:
    there = place.at("joined")
    of_person = known.subjects[slot.subject].kind == "person"
    if (slot.predicate, slot.part) != ("name", "text") or not of_person or place.has("value") or place.has("same_as"):
        raise there.wrong("`joined` makes the text of a person's name.", "`predicate: name`, `part: text`, no `value`")
    parts = there.texts()
    if len(parts) < 2 or len(set(parts)) != len(parts) or not set(parts) <= set(NAMED):
        raise there.wrong("These are not parts of a name in an order.", f"two or more of {', '.join(NAMED)}, each once")
    return parts


def _read_same_as(place: Place, kind: PartType, known: Known) -> Slot:
    place.fields(SLOT_FIELDS)
    slot, predicate = read_slot(place, known)
    if slot.part is None and predicate.value is None:
        raise place.wrong("`same_as` has to name one value.", f"a `part`: {near('', predicate.parts)}")
    other = part_type(predicate, slot.part)
    if (other.base, other.scheme) != (kind.base, kind.scheme):
        raise place.wrong("The two values are of different types.", _told(kind), found=_told(other))
    return slot


def _told(kind: PartType) -> str:
    return f"{kind.base}:{kind.scheme}" if kind.scheme else kind.base
