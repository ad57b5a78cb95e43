"""Mappings kept with the archive: which of them fit a sheet, and what they said of each heading.

They are the files under ``hand/mappings``, whoever made them and however. One made at the desk is added there when its
sheet is taken in, and never written over: an earlier load was understood by the earlier text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from dalil.errors import BadInput, WrongMapping
from dalil.intake.choosing import ColumnChoice, choices_from
from dalil.intake.mapping import Mapping as SheetMapping
from dalil.intake.mapping import parse_mapping
from dalil.intake.plain_yaml import read_plain_yaml
from dalil.intake.register import sources
from dalil.intake.rows import compile_rows
from dalil.protection.access import unknown
from dalil.protection.opening import visible_sources
from dalil.web.desk import Desk
from dalil.web.uploads import mapping_names

MOST_READ: Final = 40
"""Mappings looked at for one sheet, the newest first."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_read: dict[tuple[Path, int], tuple[Mapping[str, Any], SheetMapping] | None] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A mapping of the archive: its name, its data, and what it is once checked."""

    name: str
    data: Mapping[str, Any]
    mapping: SheetMapping


def remembered(desk: Desk) -> list[Remembered]:
    """Return the archive's mappings that can be read, newest first, less those of sources not for this actor."""
    folder = desk.archive.path / "hand" / "mappings"
    paths = sorted(folder.glob("*.yaml"), key=lambda path: -path.stat().st_mtime)[:MOST_READ]
    found = []
    for path in paths:
        read = _read_once(path, desk)
        if read is not None:
            found.append(Remembered(name=path.stem, data=read[0], mapping=read[1]))
    hidden = hidden_keys(desk, [str(each.mapping.source["key"]) for each in found])
    return [each for each in found if str(each.mapping.source["key"]) not in hidden]


def _read_once(path: Path, desk: Desk) -> tuple[Mapping[str, Any], SheetMapping] | None:
    key = (path, path.stat().st_mtime_ns)
    if key not in _read:
        try:
            data = read_plain_yaml(path, wrong=WrongMapping).content
            _read[key] = (data, parse_mapping(data, desk.vocabulary, path.name))
        except BadInput:
            _read[key] = None  # a mapping that breaks its rules fits no sheet; using it says what is wrong with it
    return _read[key]


def hidden_keys(desk: Desk, keys: list[str]) -> set[str]:
    """Return those of several source keys that are of sources not for this actor."""
    with desk.reading() as connection:
        rows = connection.execute(
            select(sources.c.id, sources.c.key).where(sources.c.key.in_(keys), sources.c.until.is_(None))
        ).all()
        seen = visible_sources(connection, desk.actor, [row.id for row in rows])
    return {row.key for row in rows if row.id not in seen}


def check_source(desk: Desk, mapping: SheetMapping) -> None:
    """Refuse a mapping that would add to a source this actor may not see, as if there were no such mapping.

    Raises
    ------
    UnknownSubject
        The source is not for this actor.
    """
    if hidden_keys(desk, [str(mapping.source["key"])]):
        raise unknown()


def fitting(found: list[Remembered], columns: tuple[str, ...], desk: Desk) -> list[str]:
    """Return the names of those mappings that a sheet with these columns can be taken through."""
    names = []
    for each in found:
        try:
            compile_rows(each.mapping, columns, desk.vocabulary)
        except BadInput:
            continue
        names.append(each.name)
    return names


def choices_of(found: list[Remembered], fits: tuple[str, ...], desk: Desk) -> list[tuple[str, dict[str, ColumnChoice]]]:
    """Return what mappings say of each heading, those that fit first."""
    ordered = sorted(found, key=lambda each: each.name not in fits)
    return [(each.name, choices_from(each.data, desk.vocabulary)) for each in ordered]


def remember(archive: Path, key: str, text: str) -> str:
    """Keep a mapping with the archive; return its name. One that stands there in these very words is not kept again."""
    folder = archive / "hand" / "mappings"
    stem = key if _NAME.fullmatch(key) and ".." not in key else "mapping"
    taken = mapping_names(archive)
    for number in range(1, len(taken) + 2):
        name = stem if number == 1 else f"{stem}-{number}"
        path = folder / f"{name}.yaml"
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return name
        if not path.exists():
            making = folder / f".{name}.making"
            making.write_text(text, encoding="utf-8")
            try:
                os.link(making, path)
            except FileExistsError:
                continue  # another has just taken the name
            finally:
                making.unlink()
            return name
    raise AssertionError("one of more names than files is free")
