"""The pages about mappings say what is so: their mappings load, and the test vector holds."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from dalil.intake.checking import check_account
from dalil.intake.mapping import Mapping, load_mapping, parse_mapping
from dalil.intake.mapping_columns import _EMIT_FIELDS, _USE_FIELDS
from dalil.intake.plain_yaml import parse_plain_yaml
from dalil.intake.rows import AcceptedRow, compile_rows
from dalil.vocabulary import load_vocabulary

DOCS = Path(__file__).parents[3] / "docs"
VOCABULARY = load_vocabulary()


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def mapping_of(text: str) -> Mapping:
    return parse_mapping(parse_plain_yaml(text, name="page").content, VOCABULARY)


def test_the_test_vector_of_the_format_holds() -> None:
    page = "reference/formats/mapping.md"
    heading, cells = csv.reader(io.StringIO(blocks(page, "csv")[0]))
    row = compile_rows(mapping_of(blocks(page, "yaml")[0]), heading, VOCABULARY).account(2, cells)
    assert isinstance(row, AcceptedRow)
    expected = json.loads(blocks(page, "json")[0])
    assert row.key == expected["key"]
    assert row.digest == expected["digest"]
    assert row.subjects == expected["subjects"]
    assert row.statements == expected["statements"]


def test_every_field_of_a_column_is_in_the_format() -> None:
    page = (DOCS / "reference/formats/mapping.md").read_text(encoding="utf-8")
    assert [name for name in (*_USE_FIELDS, *_EMIT_FIELDS) if f"`{name}`" not in page] == []


def test_the_mapping_of_the_guide_works_on_the_list_of_the_guide(tmp_path: Path) -> None:
    page = "how-to/map-a-sheet.md"
    source, subjects, columns, constants, status, on_change = blocks(page, "yaml")
    file = tmp_path / "homs.yaml"
    file.write_text(source + subjects + columns + status + constants + on_change, encoding="utf-8")
    lines = [line for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line.startswith("|")][:4]
    heading, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    compiled = compile_rows(load_mapping(file, VOCABULARY), heading, VOCABULARY)
    said: list[list[object]] = []
    for number, cells in enumerate(rows, start=2):
        row = compiled.account(number, cells)
        assert isinstance(row, AcceptedRow), row
        body = {"source": 0, "language": "en", "subjects": row.subjects, "statements": row.statements}
        check_account(body, VOCABULARY)
        said.append([statement["value"] for statement in row.statements])
    assert {"event": "released", "on": "2021-05"} in said[0]
    assert {"relation": "wife", "of": "p1_relative"} in said[1]
