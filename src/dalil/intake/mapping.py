"""Reads a sheet mapping: how the columns of one source's sheets become statements (``dalil-mapping/1``).

A mapping is written once for each kind of sheet and kept beside it. It is read as strictly as the sheets themselves:
a field that nobody reads, a code that no pack holds, a part given twice or never is refused with the path to it, before
the first row is looked at.

Format: ``docs/reference/formats/mapping.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from pathlib import Path
from typing import Final

from dalil.errors import BadInput, WrongMapping
from dalil.intake.checking import LOCAL_ID, ValueCheck, check_language, near, shown
from dalil.intake.mapping_columns import read_columns
from dalil.intake.mapping_model import Change, ColumnPlan, Said, SheetMapping, SubjectPlan, Use, said_by
from dalil.intake.mapping_places import Place
from dalil.intake.mapping_saying import Known, read_dates, read_said
from dalil.intake.mapping_statements import check_emitted_slots, plan_statements
from dalil.intake.plain_yaml import read_plain_yaml
from dalil.intake.readers.sheets import ReaderOptions
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.dates import ANY_HABIT, parse_edtf
from dalil.values.digests import digest_of
from dalil.values.ids import MAX_ORDER
from dalil.values.plain_text import clean_text
from dalil.vocabulary import Vocabulary

__all__ = ["FORMAT", "Mapping", "load_mapping", "parse_mapping"]

FORMAT: Final = "dalil-mapping/1"

Mapping = SheetMapping

_FIELDS: Final = (
    "format",
    "source",
    "reader",
    "key",
    "subjects",
    "language",
    "script",
    "dates",
    "empty",
    "columns",
    "constants",
    "on_change",
)
_SOURCE_TEXTS: Final = ("key", "kind", "title", "language", "publisher", "code", "url", "form")
_SOURCE_KEY: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_SOURCE_NEEDED: Final = ("key", "kind", "title", "language")


def load_mapping(path: Path, vocabulary: Vocabulary) -> Mapping:
    """Read and check a mapping.

    Raises
    ------
    UnreadableFile, HostileFile
        The file is not there, not YAML, or not an honest one.
    WrongMapping
        It breaks its rules; ``where`` names file, line and the path of keys.
    """
    yaml = read_plain_yaml(path, wrong=WrongMapping)
    return _read(Place(yaml.content, file=yaml.name, lines=yaml.lines), vocabulary)


def parse_mapping(data: object, vocabulary: Vocabulary, where: str = "mapping") -> Mapping:
    """Check a mapping that is already in memory; ``where`` stands for its file in errors.

    Raises
    ------
    WrongMapping
        It breaks its rules.
    """
    return _read(Place(data, file=where), vocabulary)


def _read(top: Place, vocabulary: Vocabulary) -> Mapping:
    content = top.fields()
    if content.get("format") != FORMAT:
        raise top.at("format").wrong("This is not a mapping of this version.", f"`format: {FORMAT}`")
    top.fields(_FIELDS)
    source = _read_source(top.at("source"), vocabulary)
    subjects = _read_subjects(top.at("subjects"), vocabulary)
    language = top.at("language").text_or(str(source["language"]))
    _check_language(top.at("language"), language)
    known = Known(
        vocabulary=vocabulary,
        subjects=subjects,
        values=ValueCheck(vocabulary, {local_id: plan.kind for local_id, plan in subjects.items()}),
        dates=read_dates(top.at("dates"), ANY_HABIT),
        empty=frozenset(top.at("empty").texts()),
        language=language,
        script=_read_script(top.at("script"), vocabulary),
    )
    columns, ignored = read_columns(top.at("columns"), known)
    constants = tuple(_read_constants(top.at("constants"), known))
    statements = plan_statements(columns, constants, vocabulary)
    check_emitted_slots(columns, statements)
    _check_subjects_used(top.at("subjects"), subjects, columns, constants)
    key = _read_key(top.at("key"), ignored)
    only_read = (frozenset(key) | _date_columns(columns, constants)) - {column.name for column in columns}
    if only_read & ignored:
        name = min(only_read & ignored)
        raise top.at("columns", name).wrong("This column is read for a date.", "leave the column out, or map it")
    if not columns:
        raise top.at("columns").wrong("No column says anything.", "at least one column that is not ignored")
    return SheetMapping(
        source=source,
        copies=top.at("source", "copies").texts(),
        reader=_read_reader(top.at("reader")),
        key=key,
        subjects=subjects,
        language=language,
        columns=tuple(columns),
        only_read=only_read,
        ignored=ignored,
        constants=constants,
        on_change=_read_on_change(top.at("on_change"), vocabulary),
        digest=digest_of(_ordered(top)),
    )


def _ordered(place: Place) -> JsonValue:
    """Return fields as lists of pairs: their order decides the order of statements, so it belongs in the digest."""
    match place.value:
        case dict() as fields:
            return [[key, _ordered(place.at(key))] for key in fields]
        case list():
            return [_ordered(item) for item in place.items()]
        case None | bool() | int() | str() as value:
            return value
        case unknown:
            raise place.wrong("A value of a type that no mapping has.", "text, numbers", found=type(unknown).__name__)


def _read_source(place: Place, vocabulary: Vocabulary) -> JsonObject:
    place.fields((*_SOURCE_TEXTS, "published", "synthetic", "copies"))
    source: JsonObject = {}
    for name in _SOURCE_TEXTS:
        if name in _SOURCE_NEEDED or place.has(name):
            source[name] = place.at(name).text()
    if not _SOURCE_KEY.fullmatch(str(source["key"])):
        raise place.at("key").wrong("This is not the key of a source.", "small letters, digits, `.`, `_` or `-`")
    kind = place.at("kind")
    if str(source["kind"]) not in vocabulary.scheme("source_kinds").terms:
        codes = vocabulary.scheme("source_kinds").terms
        raise kind.wrong("This is not a kind of source.", near(kind.text(), codes), found=shown(kind.text()))
    _check_language(place.at("language"), str(source["language"]))
    if place.has("published"):
        try:
            source["published"] = parse_edtf(place.at("published").text()).edtf
        except BadInput as error:
            raise place.at("published").translated(error) from None
    source["synthetic"] = place.at("synthetic").flag()
    if source["synthetic"] != (source["kind"] == "synthetic"):
        raise place.at("synthetic").wrong(
            "An invented source must say so twice, and a real one never.",
            "`kind: synthetic` together with `synthetic: true`, or neither",
            todo="If the source is invented, write both and put what it imitates in `form`.",
        )
    return source


def _check_language(place: Place, language: str) -> None:
    try:
        check_language(language, "")
    except BadInput as error:
        raise place.translated(error) from None


def _read_script(place: Place, vocabulary: Vocabulary) -> str | None:
    return None if place.value is None else place.choice(vocabulary.scheme("scripts").terms)


def _read_reader(place: Place) -> ReaderOptions:
    if place.value is None:
        return ReaderOptions()
    place.fields(("sheet", "header_rows", "skip_rows", "encoding", "delimiter"))
    sheet = place.at("sheet").value
    header_rows, skip_rows = _whole(place.at("header_rows"), 1), _whole(place.at("skip_rows"), 0)
    delimiter = place.at("delimiter").raw_text() if place.has("delimiter") else None
    is_number = isinstance(sheet, int) and not isinstance(sheet, bool)
    try:
        return ReaderOptions(
            sheet=sheet if is_number else place.at("sheet").text_or("") or None,  # type: ignore[arg-type]
            header_rows=header_rows,
            skip_rows=skip_rows,
            encoding=place.at("encoding").text_or("") or None,
            delimiter=delimiter,
        )
    except BadInput as error:
        raise place.translated(error) from None


def _whole(place: Place, default: int) -> int:
    value = default if place.value is None else place.value
    if isinstance(value, bool) or not isinstance(value, int):
        raise place.wrong("This is not a number of rows.", "a whole number")
    return value


def _read_subjects(place: Place, vocabulary: Vocabulary) -> dict[str, SubjectPlan]:
    subjects: dict[str, SubjectPlan] = {}
    for local_id in place.fields():
        there = place.at(local_id)
        if not LOCAL_ID.fullmatch(local_id):
            raise there.wrong("A local id is not one.", "a small letter, then small letters, digits or _; at most 32")
        optional = False
        if isinstance(there.value, dict):
            there.fields(("kind", "optional"))
            optional = there.at("optional").flag()
            there = there.at("kind")
        subjects[local_id] = SubjectPlan(kind=there.choice(vocabulary.kinds), optional=optional)
    if not 1 <= len(subjects) <= MAX_ORDER:
        raise place.wrong("The rows speak of no subject, or of too many.", f"1 to {MAX_ORDER} subjects")
    return subjects


def _read_constants(place: Place, known: Known) -> list[Said]:
    return [] if place.value is None else [read_said(item, known, in_emit=False) for item in place.items()]


def _read_key(place: Place, ignored: frozenset[str]) -> tuple[str, ...]:
    key = tuple(clean_text(name) for name in place.texts())
    if len(set(key)) != len(key):
        raise place.wrong("A key names one column twice.", "each column once")
    for name in key:
        if name in ignored:
            raise place.wrong(
                "A key column cannot be ignored.", f'leave "{name}" out of `columns`, or say what it means'
            )
    return key


def _read_on_change(place: Place, vocabulary: Vocabulary) -> dict[str, Change]:
    if place.value is None:
        return {}
    choices = [change.value for change in Change]
    fields = place.fields(("default", *vocabulary.predicates))
    return {name: Change(place.at(name).choice(choices)) for name in fields}


def _date_columns(columns: list[ColumnPlan], constants: tuple[Said, ...]) -> frozenset[str]:
    manners = [said.manner for said in constants]
    for column in columns:
        manners += [use.manner for use in column.uses if isinstance(use, Use)]
        manners += [said.manner for said in said_by(column)]
    return frozenset(manner.when.column for manner in manners if manner.when is not None)


def _check_subjects_used(
    place: Place, subjects: MappingOf[str, SubjectPlan], columns: list[ColumnPlan], constants: tuple[Said, ...]
) -> None:
    used: set[str | None] = {said.subject for said in constants}
    for column in columns:
        used.update(said.subject for said in said_by(column))
        for use in column.uses:
            if isinstance(use, Use):
                used.update((use.slot.subject, use.relative))
    for local_id in subjects:
        if local_id not in used:
            raise place.at(local_id).wrong(
                "Nothing is ever said of this subject.", "a column or constant about it", todo="Remove it, or map it."
            )
