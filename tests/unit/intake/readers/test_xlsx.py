"""XLSX workbooks: values as stored, whatever program wrote them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from python_calamine import CalamineWorkbook

from dalil.errors import HostileFile, UnreadableFile, WrongMapping
from dalil.intake.readers import Limits, ReaderOptions, Row, Sheet, open_sheet
from unit.intake.readers.builders import (
    members_of,
    xlsx_parts,
    xlsx_row,
    xlsx_with_openpyxl,
    zipped,
)


def opened(folder: Path, sheet_data: str, options: ReaderOptions | None = None, **parts: Any) -> Sheet:
    members = xlsx_parts(sheet_data, **parts)
    return open_sheet(zipped(folder / "list.xlsx", members), options)


def cells_of(folder: Path, sheet_data: str, **parts: Any) -> list[tuple[str, ...]]:
    return [row.cells for row in opened(folder, xlsx_row(1, "a", "b", "c") + sheet_data, **parts).rows()]


def test_typed_cells_become_the_text_a_person_sees(tmp_path: Path) -> None:
    values = [
        datetime.date(2013, 8, 7),
        datetime.datetime(2013, 8, 7, 13, 5, 9),  # noqa: DTZ001 - spreadsheets know no time zones
        datetime.time(1, 2, 3),
        datetime.timedelta(hours=30),
        34,
        34.0,
        0.5,
        True,
        "سلمى",
        None,
        "٣٤",
    ]
    headings = [f"c{n}" for n in range(len(values))]
    sheet = open_sheet(xlsx_with_openpyxl(tmp_path / "list.xlsx", [headings, values]))
    assert sheet.format == "xlsx"
    assert list(sheet.rows()) == [
        Row(
            2,
            (
                "2013-08-07",
                "2013-08-07T13:05:09",
                "01:02:03",
                "30:00:00",
                "34",
                "34",
                "0.5",
                "TRUE",
                "سلمى",
                "",
                "٣٤",
            ),
        )
    ]


def test_it_agrees_with_calamine_on_a_workbook_of_texts_and_whole_numbers(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", "b", "c"], ["x", 1, None], [None, "  y ", 2], ["سلمى\nيمان", "&<>\"'", 3]]
    path = xlsx_with_openpyxl(tmp_path / "list.xlsx", rows)
    theirs = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    as_text = [tuple(str(int(v)) if isinstance(v, float) else str(v) for v in row) for row in theirs[1:]]
    assert [row.cells for row in open_sheet(path).rows()] == as_text


def test_a_cell_in_error_keeps_the_name_of_its_error(tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2"><f>1/0</f><v>5</v></c><c r="B2" t="e"><f>A9</f><v>#REF!</v></c></row>'
    assert cells_of(tmp_path, row) == [("5", "#REF!", "")]


def test_a_formula_gives_the_value_stored_for_it_and_never_its_own_text(tmp_path: Path) -> None:
    row = (
        '<row r="2"><c r="A2" t="str"><f>B2&amp;"x"</f><v>yx</v></c><c r="B2"><f>1</f></c><c r="C2"><v>3</v></c></row>'
    )
    assert cells_of(tmp_path, row) == [("yx", "", "3")]


def test_texts_are_joined_from_their_runs_without_their_readings(tmp_path: Path) -> None:
    texts = [
        "<si><t>plain</t></si>",
        '<si><r><t>one </t></r><r><rPr><b/></rPr><t xml:space="preserve"> two</t></r></si>',
        '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>',
    ]
    row = '<row r="2">' + "".join(f'<c r="{"ABC"[n]}2" t="s"><v>{n}</v></c>' for n in range(3)) + "</row>"
    assert cells_of(tmp_path, row, texts=texts) == [("plain", "one  two", "東京")]


def test_characters_that_xml_cannot_hold_are_unescaped(tmp_path: Path) -> None:
    row = xlsx_row(2, "a_x000D_b", "_x005F_x000D_", "_x0000_ _xD800_ _xyz_")
    assert cells_of(tmp_path, row) == [("a\rb", "_x000D_", "_x0000_ _xD800_ _xyz_")]


def test_dates_follow_the_number_format_of_the_cell(tmp_path: Path) -> None:
    row = '<row r="2">' + "".join(f'<c r="{"ABC"[n]}2" s="{(n + 1) % 3}"><v>41493</v></c>' for n in range(3)) + "</row>"
    assert cells_of(tmp_path, row, formats=["d/m/yyyy", '0 "d"']) == [("2013-08-07", "41493", "41493")]


def test_iso_dates_and_truth_values(tmp_path: Path) -> None:
    row = (
        '<row r="2"><c r="A2" t="d"><v>2013-08-07T00:00:00.000</v></c><c r="B2" t="b"><v>0</v></c>'
        '<c r="C2" t="n"><v>1E2</v></c></row>'
    )
    assert cells_of(tmp_path, row) == [("2013-08-07", "FALSE", "100")]


def test_a_workbook_that_counts_from_1904_has_its_dates_from_there(tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2" s="1"><v>40031</v></c></row>'
    assert cells_of(tmp_path, row, formats=["d/m/yyyy"], book='<workbookPr date1904="1"/>') == [("2013-08-07", "", "")]


def test_cells_and_rows_may_leave_out_where_they_are(tmp_path: Path) -> None:
    data = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>4</v></c></row>"
    assert list(opened(tmp_path, xlsx_row(1, "a", "b", "c") + data).rows()) == [
        Row(2, ("1", "", "3")),
        Row(4, ("4", "", "")),
    ]


def test_cells_out_of_order_land_in_their_columns(tmp_path: Path) -> None:
    row = '<row r="2"><c r="C2"><v>3</v></c><c r="A2"><v>1</v></c></row>'
    assert cells_of(tmp_path, row) == [("1", "", "3")]


def test_elements_with_a_prefix_and_blanks_between_them_are_the_same(tmp_path: Path) -> None:
    members = xlsx_parts("")
    members["xl/worksheets/sheet1.xml"] = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\n<x:sheetData>\n'
        '<x:row r="1">\n <x:c r="A1" t="str">\n  <x:v>a</x:v>\n </x:c>\n</x:row>\n'
        '<x:row r="2">\n <x:c r="A2" t="inlineStr">\n  <x:is>\n <x:t> b </x:t>\n </x:is>\n </x:c>\n</x:row>\n'
        "</x:sheetData>\n</x:worksheet>"
    )
    assert list(open_sheet(zipped(tmp_path / "list.xlsx", members)).rows()) == [Row(2, (" b ",))]


def test_columns_beyond_z_and_empty_cells_at_the_end(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"c{n}" for n in range(30)], ["x", *[None] * 28, "y"]]
    (row,) = open_sheet(xlsx_with_openpyxl(tmp_path / "list.xlsx", rows)).rows()
    assert (row.cells[0], row.cells[29], len(row.cells)) == ("x", "y", 30)


def test_empty_rows_are_left_out_but_count_in_the_numbering(tmp_path: Path) -> None:
    data = xlsx_row(3, "a", "b") + xlsx_row(7, "1", "") + '<row r="9"><c r="A9" s="0"/></row>'
    assert list(opened(tmp_path, data).rows()) == [Row(7, ("1", ""))]


def test_a_cell_to_the_right_of_the_last_heading_spoils_its_row(tmp_path: Path) -> None:
    first, second = opened(tmp_path, xlsx_row(1, "a", "b") + xlsx_row(2, "1", "2", "", "x") + xlsx_row(3, "3")).rows()
    assert first == Row(2, ("1", "2", "", "x"), "column 4 holds something but has no heading")
    assert second == Row(3, ("3", ""))


def test_merged_headings_in_two_rows_are_filled_and_joined(tmp_path: Path) -> None:
    # The same table as in test_headings, through openpyxl, below a title that is skipped.
    rows: list[list[object]] = [
        ["A title", None, None, None],
        ["No.", "Arrest", None, "Notes"],
        [None, "date", "place", None],
        [1, 2, 3, 4],
    ]
    path = xlsx_with_openpyxl(tmp_path / "list.xlsx", rows, ["A1:D1", "A2:A3", "B2:C2", "D2:D3"])
    sheet = open_sheet(path, ReaderOptions(skip_rows=1, header_rows=2))
    assert sheet.columns == ("No.", "Arrest / date", "Arrest / place", "Notes")
    assert list(sheet.rows()) == [Row(4, ("1", "2", "3", "4"))]
    assert sheet.notes == ("headings of rows 2 to 3 joined as upper / lower",)


def test_merged_areas_below_the_headings_are_reported(tmp_path: Path) -> None:
    path = xlsx_with_openpyxl(tmp_path / "list.xlsx", [["place", "name"], ["Homs", "x"], [None, "y"]], ["A2:A3"])
    sheet = open_sheet(path)
    assert sheet.notes == ("merged areas below the headings: 1; only the first cell of each holds its value",)


def test_merged_areas_are_found_in_utf_16_too(tmp_path: Path) -> None:
    parts = xlsx_parts(
        xlsx_row(1, "a", "") + xlsx_row(2, "b", "c"),
        after='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>',
        before='<?xml version="1.0" encoding="UTF-16"?>',
    )
    members: dict[str, str | bytes] = {**parts}
    members["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].encode("utf-16")
    sheet = open_sheet(zipped(tmp_path / "list.xlsx", members), ReaderOptions(header_rows=2))
    assert sheet.columns == ("a / b", "a / c")


def book_of_three(path: Path) -> Path:
    book = openpyxl.Workbook()
    for name, state, value in (("Hidden", "hidden", 1), ("القائمة", "visible", 2), ("Other", "visible", 3)):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(["a"])
        sheet.append([value])
    del book["Sheet"]
    book.active = 1
    book.save(path)
    return path


@pytest.mark.parametrize(("wanted", "cell"), [(None, "2"), ("Other", "3"), ("القائمة", "2"), (1, "1"), (3, "3")])
def test_a_sheet_is_chosen_by_name_or_number_or_is_the_first_visible(
    tmp_path: Path, wanted: str | int | None, cell: str
) -> None:
    sheet = open_sheet(book_of_three(tmp_path / "list.xlsx"), ReaderOptions(sheet=wanted))
    assert next(sheet.rows()).cells == (cell,)
    assert sheet.notes == (() if wanted else ("sheet 'القائمة' was read; the workbook has 2 more that were not",))


@pytest.mark.parametrize("wanted", ["Lost", 4])
def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path, wanted: str | int) -> None:
    with pytest.raises(WrongMapping) as refusal:
        open_sheet(book_of_three(tmp_path / "list.xlsx"), ReaderOptions(sheet=wanted))
    assert refusal.value.expected == "one of 'Hidden', 'القائمة', 'Other'"


def test_an_encoding_cannot_be_given_for_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(WrongMapping, match="'encoding'"):
        opened(tmp_path, xlsx_row(1, "a"), ReaderOptions(encoding="utf-8"))


@pytest.mark.parametrize(
    "target", ["/xl/worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml", "worksheets\\SHEET1.xml"]
)
def test_parts_are_found_however_the_producer_writes_their_place(tmp_path: Path, target: str) -> None:
    members = xlsx_parts(xlsx_row(1, "a") + xlsx_row(2, "x"))
    name = "xl/_rels/workbook.xml.rels"
    members[name] = members[name].replace("worksheets/sheet1.xml", target)
    assert list(open_sheet(zipped(tmp_path / "list.xlsx", members)).rows()) == [Row(2, ("x",))]


def test_a_stray_cell_in_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    data = xlsx_row(1, "a") + xlsx_row(2, "x") + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    first, second = opened(tmp_path, data).rows()
    assert (first, second.number) == (Row(2, ("x",)), 1_048_576)
    assert second.problem == "column 16384 holds something but has no heading"


@pytest.mark.parametrize("cell", ['<c r="XFE2"><v>1</v></c>', '<c r="ZZZZ2"><v>1</v></c>', "<c/>" * 16_385])
def test_a_cell_in_a_column_no_program_has_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(HostileFile, match="more columns"):
        list(opened(tmp_path, xlsx_row(1, "a") + f'<row r="2">{cell}</row>').rows())


def test_a_row_no_program_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostileFile, match="more rows"):
        list(opened(tmp_path, xlsx_row(1, "a") + '<row r="1048577"><c><v>1</v></c></row>').rows())


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"><c r="A2" t="s"><v>7</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>-1</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>x</v></c></row>',
        '<row r="2"><c r="A2" t="strange"><v>1</v></c></row>',
        '<row r="two"/>',
        '<row r="2"><c r="2"><v>1</v></c></row>',
        '<row r="2"><c r="A2" s="9"><v>1</v></c></row>',
    ],
)
def test_references_that_lead_nowhere_refuse_the_file(tmp_path: Path, row: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        list(opened(tmp_path, xlsx_row(1, "a") + row).rows())
    assert "xl/worksheets/sheet1.xml, row" in refusal.value.where


@pytest.mark.parametrize("place", ["in place", "in the table of texts"])
def test_a_cell_of_ten_megabytes_is_refused(tmp_path: Path, place: str) -> None:
    # Not one letter repeated, or the part would already be refused as a zip bomb.
    long = "".join(map(str, range(1_700_000)))
    assert len(long) > 10_000_000
    row = xlsx_row(2, long if place == "in place" else "")
    texts = [] if place == "in place" else [f"<si><t>{long}</t></si>"]
    with pytest.raises(HostileFile, match="A cell is longer"):
        list(opened(tmp_path, xlsx_row(1, "a") + row, texts=texts).rows())


def test_a_table_of_texts_too_large_for_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    texts = [f"<si><t>text {n}</t></si>" for n in range(1_000)]
    with pytest.raises(HostileFile, match="table of texts"):
        opened(tmp_path, xlsx_row(1, "a"), ReaderOptions(limits=Limits(text_table_bytes=10_000)), texts=texts)


def test_many_texts_are_kept_compactly_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dalil.intake.readers.shared_texts.MOST_SEPARATE_TEXTS", 2)
    texts = ["<si><t>a</t></si>", "<si><t>سلمى</t></si>", "<si><t/></si>", "<si><t>يمان</t></si>", "<si><t>z</t></si>"]
    row = '<row r="2">' + "".join(f'<c r="{"ABC"[n]}2" t="s"><v>{n + 2}</v></c>' for n in range(3)) + "</row>"
    assert cells_of(tmp_path, row, texts=texts) == [("", "يمان", "z")]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_that_lacks_a_part_is_refused_and_the_part_is_named(tmp_path: Path, part: str) -> None:
    members = xlsx_parts(xlsx_row(1, "a"))
    del members[part]
    with pytest.raises(UnreadableFile) as refusal:
        open_sheet(zipped(tmp_path / "list.xlsx", members))
    assert refusal.value.expected == part


def test_a_workbook_without_styles_or_texts_is_read(tmp_path: Path) -> None:
    members = xlsx_parts(xlsx_row(1, "a") + '<row r="2"><c r="A2" s="3"><v>1</v></c></row>')
    del members["xl/styles.xml"], members["xl/sharedStrings.xml"]
    assert list(open_sheet(zipped(tmp_path / "list.xlsx", members)).rows()) == [Row(2, ("1",))]


def test_xml_that_breaks_off_is_refused_when_the_sheet_is_opened(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {**members_of(xlsx_with_openpyxl(tmp_path / "whole.xlsx", [["a"], ["x"]]))}
    part = "xl/worksheets/sheet1.xml"
    content = members[part]
    members[part] = content[: len(content) // 2]
    with pytest.raises(UnreadableFile) as refusal:
        open_sheet(zipped(tmp_path / "list.xlsx", members))
    assert part in refusal.value.where
