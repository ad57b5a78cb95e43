"""Reads the columns of a mapping: what each cell is turned into."""

from __future__ import annotations

from typing import Final

from dalil.errors import BadInput
from dalil.intake.checking import check_language, near
from dalil.intake.mapping_model import CellTexts, ColumnPlan, Emit, Said, Slot, Use
from dalil.intake.mapping_places import Place
from dalil.intake.mapping_saying import (
    MANNER_FIELDS,
    SLOT_FIELDS,
    Known,
    part_type,
    read_dates,
    read_manner,
    read_said,
    read_slot,
    read_value,
)
from dalil.names.split import split_name
from dalil.values.canonical import JsonValue
from dalil.values.plain_text import clean_text
from dalil.vocabulary import PartType

IGNORE: Final = "ignore"
_TEXT_FIELDS: Final = ("empty", "many", "required", "optional")
_USE_FIELDS: Final = (
    *SLOT_FIELDS,
    *_TEXT_FIELDS,
    *MANNER_FIELDS,
    "values",
    "default",
    "strip",
    "dates",
    "split",
    "relative",
    "script",
    "language",
)
_EMIT_FIELDS: Final = ("emit", *_TEXT_FIELDS)


def read_columns(place: Place, known: Known) -> tuple[list[ColumnPlan], frozenset[str]]:
    """Return the columns that say something, in order, and the names of those that are ignored."""
    plans: dict[str, ColumnPlan] = {}
    ignored: set[str] = set()
    for key in place.fields():
        there = place.at(key)
        name = clean_text(key)
        if name in plans or name in ignored:
            raise there.wrong("This column is named twice.", "each column once", todo="Put its uses in one list.")
        if isinstance(there.value, str):
            if there.value != IGNORE:
                raise there.wrong(
                    "This says nothing of the column.", f"`{IGNORE}`, or what its cells mean", found="a word"
                )
            ignored.add(name)
        else:
            plans[name] = _read_column(there, name, known)
    return list(plans.values()), frozenset(ignored)


def _read_column(place: Place, name: str, known: Known) -> ColumnPlan:
    places = place.items() if isinstance(place.value, list) else [place]
    if not places:
        raise place.wrong("This says nothing of the column.", f"`{IGNORE}`, or what its cells mean")
    return ColumnPlan(
        name=name,
        optional=any(each.at("optional").flag() for each in places),
        uses=tuple(
            _read_emit(each, name, known) if each.has("emit") else _read_use(each, name, known) for each in places
        ),
    )


def _read_emit(place: Place, column: str, known: Known) -> Emit:
    place.fields(_EMIT_FIELDS)
    cases: dict[str, tuple[Said, ...]] = {}
    emit = place.at("emit")
    for key in emit.fields():
        there = emit.at(key)
        text = clean_text(key)
        if text in cases:
            raise there.wrong("This text stands here twice.", "each text once; white space does not tell two apart")
        cases[text] = tuple(read_said(each, known, in_emit=True) for each in there.items())
    if not cases:
        raise emit.wrong("This column stands for nothing.", "texts, each with the statements it stands for")
    texts = _read_texts(place, known)
    if texts.many and not all(said.alone for case in cases.values() for said in case):
        raise place.at("many").wrong(
            "Several texts in one cell can only stand for whole statements.", "no `group`, no `part`"
        )
    return Emit(column=column, texts=texts, cases=cases, path=place.where)


def _read_use(place: Place, column: str, known: Known) -> Use:
    place.fields(_USE_FIELDS)
    slot, predicate = read_slot(place, known)
    if slot.part is None and predicate.value is None:
        raise place.wrong(f"`{slot.predicate}` has parts.", f"`part`: {near('', predicate.parts)}")
    kind = part_type(predicate, slot.part)
    is_name = slot.predicate == "name" and slot.part == "text"
    for field in ("split", "relative"):
        if place.has(field) and not is_name:
            raise place.at(field).wrong(f"`{field}` belongs to names.", "a column for `predicate: name`, `part: text`")
    default = None if place.at("default").value is None else read_value(place.at("default"), kind, known)
    return Use(
        column=column,
        slot=slot,
        type=kind,
        texts=_read_texts(place, known),
        manner=read_manner(place, known),
        values=_read_values(place.at("values"), kind, known),
        default=default,
        strip=place.at("strip").texts(),
        dates=read_dates(place.at("dates"), known.dates),
        split=_read_split(place.at("split")) if place.has("split") else (),
        relative=_read_relative(place.at("relative"), slot, known) if place.has("relative") else None,
        script=_read_script(place.at("script"), known),
        language=_read_language(place.at("language")),
        path=place.where,
    )


def _read_texts(place: Place, known: Known) -> CellTexts:
    return CellTexts(
        empty=known.empty | frozenset(place.at("empty").texts()),
        many=place.at("many").raw_text() if place.has("many") else None,
        required=place.at("required").flag(),
    )


def _read_values(place: Place, kind: PartType, known: Known) -> dict[str, JsonValue]:
    values: dict[str, JsonValue] = {}
    if place.value is None:
        return values
    for key in place.fields():
        there = place.at(key)
        text = clean_text(key)
        if text in values:
            raise there.wrong("This text stands here twice.", "each text once; white space does not tell two apart")
        values[text] = None if there.value is None else read_value(there, kind, known)
    return values


def _read_split(place: Place) -> tuple[str, ...]:
    parts = place.texts()
    try:
        split_name("", parts)
    except BadInput as error:
        raise place.translated(error) from None
    return parts


def _read_relative(place: Place, slot: Slot, known: Known) -> str:
    subject = place.text()
    plan = known.subjects.get(subject)
    if plan is None or plan.kind != "person" or subject == slot.subject:
        raise place.wrong(
            "This is not another person of the mapping.", "a person among `subjects`, not the one who is named here"
        )
    return subject


def _read_script(place: Place, known: Known) -> str | None:
    if place.value is None:
        return known.script
    script = place.text()
    try:
        known.vocabulary.term("scripts", script)
    except BadInput as error:
        raise place.translated(error) from None
    return script


def _read_language(place: Place) -> str | None:
    if place.value is None:
        return None
    language = place.text()
    try:
        check_language(language, "")
    except BadInput as error:
        raise place.translated(error) from None
    return language
