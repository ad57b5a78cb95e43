"""Laws of the readers: what any program can write reads back the same; no bytes raise anything but a refusal."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalil.errors import BadInput
from dalil.intake.readers import ReaderOptions, Sheet, open_sheet
from unit.intake.readers.builders import members_of, ods, ods_row, ods_table, xls, xlsx_with_openpyxl, zipped

Table = list[tuple[str, ...]]

# Everything but NUL and halves of surrogate pairs, which no text file can hold; with much of what trips readers up.
TRICKY_TEXTS = [
    '"',
    '""',
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r\n",
    "\r",
    " ",
    "=1+1",
    "#REF!",
    "007",
    "1.0",
    "TRUE",
    "2013-08-07",
]
TRICKY_LETTERS = ["٣٤", "سلمى", "\u200f", "\u2028", "\x85", "e\u0301", "\ufeff", "{", "<b>", "&amp;"]
TRICKY = st.sampled_from([*TRICKY_TEXTS, *TRICKY_LETTERS])
ANYTHING = st.characters(codec="utf-8", exclude_characters="\0")
# What XML 1.0 can hold and give back unchanged: no controls but tab and line feed.
IN_XML = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
TRICKY_IN_XML = TRICKY.filter(lambda text: not set(text) & set("\r\x85"))


def tables(letters: st.SearchStrategy[str], tricky: st.SearchStrategy[str]) -> st.SearchStrategy[Table]:
    """Tables of one to four columns with no wholly empty row, since those are left out."""
    cell = st.lists(st.one_of(letters, tricky), max_size=6).map("".join)
    return (
        st.integers(1, 4)
        .flatmap(lambda n: st.lists(st.tuples(*[cell] * n).filter(any), max_size=5))
        .filter(lambda rows: len({len(row) for row in rows}) <= 1)
    )


@contextmanager
def file(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / name


def headings(rows: Table) -> tuple[str, ...]:
    return tuple(f"c{n}" for n in range(len(rows[0]) if rows else 1))


def check_same(sheet: Sheet, rows: Table) -> None:
    read = list(sheet.rows())
    assert sheet.columns == headings(rows)
    assert [row.problem for row in read] == [None] * len(rows)
    assert [row.cells for row in read] == rows
    assert [row.number for row in read] == list(range(2, len(rows) + 2))


@given(tables(ANYTHING, TRICKY), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_table_written_as_csv_or_tsv_reads_back_the_same(rows: Table, delimiter: str, encoding: str) -> None:
    with file("list.csv") as path:
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=delimiter).writerows([headings(rows), *rows])
        check_same(open_sheet(path, ReaderOptions(delimiter=delimiter)), rows)


@given(tables(ANYTHING, TRICKY), st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_table_written_as_json_lines_reads_back_the_same(rows: Table, ascii_only: bool, encoding: str) -> None:
    names = headings(rows)
    objects = [dict.fromkeys(names), *(dict(zip(names, row, strict=True)) for row in rows)]
    with file("list.jsonl") as path:
        text = "".join(json.dumps(each, ensure_ascii=ascii_only) + "\n" for each in objects)
        path.write_bytes(text.encode(encoding))
        check_same(open_sheet(path), rows)


@settings(max_examples=30)
@given(tables(IN_XML, TRICKY_IN_XML))
def test_any_table_written_as_xlsx_reads_back_the_same(rows: Table) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate([headings(rows), *rows], 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place, text)
            cell.data_type = "s"  # text that begins with "=" is text here
    with file("list.xlsx") as path:
        book.save(path)
        check_same(open_sheet(path), rows)


@given(tables(IN_XML, TRICKY_IN_XML))
def test_any_table_written_as_ods_reads_back_the_same(rows: Table) -> None:
    with file("list.ods") as path:
        ods(path, ods_table(*(ods_row(*row) for row in [headings(rows), *rows])))
        check_same(open_sheet(path), rows)


WORD = st.text(st.sampled_from("abcxyz سلمىدرعا٠١٢"), min_size=1, max_size=8)


@given(
    st.integers(2, 5).flatmap(lambda n: st.lists(st.tuples(*[WORD] * n), min_size=1, max_size=8)),
    st.sampled_from(",;\t|"),
)
def test_the_delimiter_of_a_table_of_words_is_found(rows: Table, delimiter: str) -> None:
    with file("list.csv") as path:
        path.write_text("".join(delimiter.join(row) + "\n" for row in [headings(rows), *rows]), encoding="utf-8")
        expected = [row for row in rows if any(row)]
        assert [row.cells for row in open_sheet(path).rows()] == expected


@given(st.integers(1, 7), st.integers(0, 20))
def test_chunks_of_any_size_hold_the_same_rows(size: int, n_rows: int) -> None:
    with file("list.csv") as path:
        path.write_text("a,b\n" + "".join(f"{n},x\n" for n in range(n_rows)))
        sheet = open_sheet(path)
        chunks = list(sheet.chunks(size))
        assert [row for chunk in chunks for row in chunk] == list(sheet.rows())
        assert all(len(chunk) == size for chunk in chunks[:-1])


def check_refused_or_read(name: str, content: bytes) -> None:
    """Read a file to the end if it can be opened at all; anything but a refusal is a failure of ours."""
    with file(name) as path:
        path.write_bytes(content)
        try:
            for row in open_sheet(path).rows():
                assert all(isinstance(cell, str) for cell in row.cells)
        except BadInput as refusal:
            explained = refusal.expected and refusal.where
            if not explained:
                raise AssertionError("a refusal that does not explain itself") from refusal


NAMES = st.sampled_from(["list.csv", "list.tsv", "list.jsonl", "list.xlsx", "list.ods", "list.xls", "list"])


@settings(max_examples=300)
@given(NAMES, st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_refusals(name: str, content: bytes) -> None:
    check_refused_or_read(name, content)


@cache
def whole_files() -> dict[str, bytes]:
    """A small honest file of each kind, to be damaged."""
    texts = [("name", "date"), ("سلمى", "2013-08-07"), ("a, b", "")]
    with tempfile.TemporaryDirectory() as folder:
        xlsx = xlsx_with_openpyxl(Path(folder) / "list.xlsx", texts, ["A1:B1"]).read_bytes()
        opendocument = ods(Path(folder) / "list.ods", ods_table(*(ods_row(*row) for row in texts))).read_bytes()
    return {
        "list.csv": 'name,date\n"a, b",2013-08-07\nسلمى,""\n'.encode(),
        "list.jsonl": '{"name": "سلمى", "date": null}\n{"date": "2013-08-07"}\n'.encode(),
        "list.xlsx": xlsx,
        "list.ods": opendocument,
        "list.xls": xls([list(row) for row in texts]),
    }


PLACE = st.floats(0, 1)
KINDS = st.sampled_from(["set", "cut", "drop", "add"])
DAMAGE = st.lists(st.tuples(PLACE, KINDS, st.binary(min_size=1, max_size=4)), min_size=1, max_size=4)


def damaged(content: bytes, damage: list[tuple[float, str, bytes]]) -> bytes:
    changed = bytearray(content)
    for share, kind, new in damage:
        place = int(share * len(changed))
        match kind:
            case "set":
                changed[place : place + len(new)] = new
            case "cut":
                del changed[max(place, 1) :]
            case "drop":
                del changed[place : place + len(new)]
            case _:
                changed[place:place] = new
    return bytes(changed)


@pytest.mark.parametrize("name", ["list.csv", "list.jsonl", "list.xlsx", "list.ods"])
@settings(max_examples=150)
@given(damage=DAMAGE)
def test_damaged_files_raise_nothing_but_refusals(name: str, damage: list[tuple[float, str, bytes]]) -> None:
    check_refused_or_read(name, damaged(whole_files()[name], damage))


@settings(max_examples=25)  # each one starts processes
@given(damage=DAMAGE)
def test_damaged_old_workbooks_end_no_process_but_their_own(damage: list[tuple[float, str, bytes]]) -> None:
    check_refused_or_read("list.xls", damaged(whole_files()["list.xls"], damage))


ODD_XML = ["", "0", "-1", "9999999", "<", ">", '"', "A", " ", "/>", "s", "&#0;", "</row>", "<c>", "<v>1</v>"]
XML_DAMAGE = st.lists(st.tuples(PLACE, st.sampled_from(ODD_XML)), min_size=1, max_size=3)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@settings(max_examples=150)
@given(damage=XML_DAMAGE)
def test_workbooks_with_damaged_xml_in_a_sound_zip_raise_nothing_but_refusals(
    kind: str, damage: list[tuple[float, str]]
) -> None:
    part = "xl/worksheets/sheet1.xml" if kind == "xlsx" else "content.xml"
    members = whole_members(kind)
    text = members[part].decode()
    for share, new in damage:
        place = int(share * len(text))
        text = text[:place] + new + text[place + 1 :]
    with file(f"built.{kind}") as path:
        content = zipped(path, {**members, part: text}).read_bytes()
    check_refused_or_read(f"list.{kind}", content)


@cache
def whole_members(kind: str) -> dict[str, bytes]:
    with file(f"list.{kind}") as path:
        path.write_bytes(whole_files()[f"list.{kind}"])
        return members_of(path)
