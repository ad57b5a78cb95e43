"""Reads ``report.yaml``: the shape of a report, in no language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from dalil.errors import TemplateWrong
from dalil.intake.plain_yaml import PlainYaml, YamlPath
from dalil.publication.blocks import (
    GENERATED,
    LISTS,
    PARAGRAPHS,
    Addressee,
    Block,
    CaseBlock,
    ChartBlock,
    GeneratedBlock,
    ListBlock,
    MatrixBlock,
    RecommendationsBlock,
    Section,
    TableBlock,
    TableRow,
    TextBlock,
)
from dalil.values.canonical import JsonObject, JsonValue

PARTS: Final = ("body", "closing", "annex")

T = TypeVar("T", bound=JsonValue)


@dataclass(frozen=True, slots=True)
class Reader:
    """Walks hand-written YAML and says, when something is wrong, in which line."""

    yaml: PlainYaml

    def wrong(self, expected: str, found: object, *path: str | int) -> TemplateWrong:
        """Return the error for the value at ``path``."""
        shown = found if isinstance(found, str | int) else "nothing" if found is None else f"a {type(found).__name__}"
        return TemplateWrong(
            "A report template does not keep to its format.",
            expected=expected,
            found=str(shown),
            where=self.yaml.where(*path),
            todo="See docs/reference/formats/report.md.",
        )

    def object(self, value: JsonValue, path: YamlPath, *, known: set[str] | None = None) -> JsonObject:
        """Return ``value`` as an object with no other fields than the ``known``."""
        if not isinstance(value, dict):
            raise self.wrong("named fields", value, *path)
        for key in value:
            if known is not None and key not in known:
                raise self.wrong("one of " + ", ".join(sorted(known)), key, *path, key)
        return value

    def text(self, value: JsonValue, path: YamlPath) -> str:
        """Return ``value`` as text; a whole number counts as the text it was written as."""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not value:
            raise self.wrong("a text", value, *path)
        return value

    def texts(self, value: JsonValue, path: YamlPath) -> tuple[str, ...]:
        """Return ``value`` as a list of texts, none twice."""
        found = tuple(self.text(item, (*path, at)) for at, item in enumerate(self.list(value, path)))
        if len(set(found)) < len(found):
            raise self.wrong("no text twice", "a repeated one", *path)
        return found

    def list(self, value: JsonValue, path: YamlPath) -> list[JsonValue]:
        """Return ``value`` as a list that is not empty."""
        if not isinstance(value, list) or not value:
            raise self.wrong("a list that is not empty", value, *path)
        return value

    def number(self, value: JsonValue, path: YamlPath) -> int:
        """Return ``value`` as a whole number."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong("a whole number", value, *path)
        return value


def read_sections(reader: Reader, value: JsonValue) -> tuple[Section, ...]:
    """Read the list of sections."""
    sections = []
    for at, item in enumerate(reader.list(value, ("sections",))):
        path: YamlPath = ("sections", at)
        fields = reader.object(item, path, known={"id", "part", "blocks"})
        part = fields.get("part", "body")
        if part not in PARTS:
            raise reader.wrong("one of " + ", ".join(PARTS), part, *path, "part")
        blocks = reader.list(fields.get("blocks"), (*path, "blocks"))
        sections.append(
            Section(
                id=reader.text(fields.get("id"), (*path, "id")),
                part=str(part),
                blocks=tuple(_read_block(reader, block, (*path, "blocks", n)) for n, block in enumerate(blocks)),
            )
        )
    return tuple(sections)


def _read_block(reader: Reader, value: JsonValue, path: YamlPath) -> Block:
    fields = reader.object(value, path)
    kind = next(iter(fields), "")
    if len(fields) == 1 and kind in PARAGRAPHS:
        return TextBlock(kind=kind, slot=reader.text(fields[kind], (*path, kind)))
    if len(fields) == 1 and kind in LISTS:
        return ListBlock(kind=kind, items=reader.texts(fields[kind], (*path, kind)))
    if len(fields) == 1 and kind in GENERATED:
        return GeneratedBlock(kind=kind, id=reader.text(fields[kind], (*path, kind)))
    if kind not in _READERS:
        known = (*PARAGRAPHS, *LISTS, *_READERS, *GENERATED)
        raise reader.wrong("one block: " + ", ".join(known), kind or "nothing", *path)
    return _READERS[kind](reader, fields, path)


def _read_case(reader: Reader, fields: JsonObject, path: YamlPath) -> CaseBlock:
    reader.object(fields, path, known={"case", "texts"})
    return CaseBlock(
        title=reader.text(fields["case"], (*path, "case")), items=reader.texts(fields.get("texts"), (*path, "texts"))
    )


def _read_table(reader: Reader, fields: JsonObject, path: YamlPath) -> TableBlock:
    reader.object(fields, path, known={"table", "columns", "rows"})
    columns = reader.texts(fields.get("columns"), (*path, "columns"))
    rows = []
    for at, item in enumerate(reader.list(fields.get("rows"), (*path, "rows"))):
        here: YamlPath = (*path, "rows", at)
        row = reader.object(item, here, known={"id", "cells"})
        cells = reader.list(row.get("cells"), (*here, "cells"))
        if len(cells) != len(columns):
            raise reader.wrong(f"{len(columns)} cells, one a column", len(cells), *here, "cells")
        rows.append(
            TableRow(
                id=reader.text(row.get("id"), (*here, "id")),
                cells=tuple(reader.text(cell, (*here, "cells", n)) for n, cell in enumerate(cells)),
            )
        )
    return TableBlock(id=reader.text(fields["table"], (*path, "table")), columns=columns, rows=tuple(rows))


def _read_matrix(reader: Reader, fields: JsonObject, path: YamlPath) -> MatrixBlock:
    reader.object(fields, path, known={"matrix", "columns", "weights", "rows"})
    columns = reader.texts(fields.get("columns"), (*path, "columns"))
    given = fields.get("weights")
    weights = reader.list(given, (*path, "weights")) if given is not None else [1] * len(columns)
    if len(weights) != len(columns):
        raise reader.wrong(f"{len(columns)} weights, one a column", len(weights), *path, "weights")
    return MatrixBlock(
        id=reader.text(fields["matrix"], (*path, "matrix")),
        columns=columns,
        weights=tuple(reader.number(weight, (*path, "weights", n)) for n, weight in enumerate(weights)),
        rows=reader.texts(fields.get("rows"), (*path, "rows")),
    )


def _read_chart(reader: Reader, fields: JsonObject, path: YamlPath) -> ChartBlock:
    reader.object(fields, path, known={"chart", "figure", "series"})
    return ChartBlock(
        id=reader.text(fields["chart"], (*path, "chart")),
        figure=reader.text(fields.get("figure"), (*path, "figure")),
        series=reader.text(fields.get("series"), (*path, "series")),
    )


def _read_recommendations(reader: Reader, fields: JsonObject, path: YamlPath) -> RecommendationsBlock:
    reader.object(fields, path, known={"recommendations"})
    addressees = []
    for at, item in enumerate(reader.list(fields["recommendations"], (*path, "recommendations"))):
        here: YamlPath = (*path, "recommendations", at)
        group = reader.object(item, here, known={"to", "items"})
        addressees.append(
            Addressee(
                id=reader.text(group.get("to"), (*here, "to")),
                items=reader.texts(group.get("items"), (*here, "items")),
            )
        )
    return RecommendationsBlock(addressees=tuple(addressees))


_READERS: Final[Mapping[str, Callable[[Reader, JsonObject, YamlPath], Block]]] = {
    "case": _read_case,
    "table": _read_table,
    "matrix": _read_matrix,
    "chart": _read_chart,
    "recommendations": _read_recommendations,
}
