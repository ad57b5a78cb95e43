"""ODS workbooks: values as stored, texts with all their blanks, repetition unfolded within reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from dalil.errors import HostileFile, UnreadableFile
from dalil.intake.readers import ReaderOptions, Row, Sheet, open_sheet
from unit.intake.readers.builders import Cell, ods, ods_row, ods_table


def opened(folder: Path, *rows: str, options: ReaderOptions | None = None) -> Sheet:
    return open_sheet(ods(folder / "list.ods", ods_table(*rows)), options)


def cell(folder: Path, attributes: str, inside: str = "") -> str:
    """The text of a single cell under a heading."""
    sheet = opened(folder, ods_row("a", "b"), ods_row((attributes, inside), "beside"))
    return next(sheet.rows()).cells[0]


@pytest.mark.parametrize(
    ("attributes", "shown", "text"),
    [
        ('office:value-type="date" office:date-value="2013-08-07"', "07/08/13", "2013-08-07"),
        ('office:value-type="date" office:date-value="2013-08-07T00:00:00"', "7.8.13", "2013-08-07"),
        ('office:value-type="date" office:date-value="2013-08-07T13:05:09.250000000"', "x", "2013-08-07T13:05:09.25"),
        ('office:value-type="time" office:time-value="PT13H05M09S"', "13:05", "13:05:09"),
        ('office:value-type="time" office:time-value="PT30H00M00S"', "30:00", "30:00:00"),
        ('office:value-type="float" office:value="34"', "34.00", "34"),
        ('office:value-type="float" office:value="34.5"', "34,5", "34.5"),
        ('office:value-type="percentage" office:value="0.5"', "50%", "0.5"),
        ('office:value-type="currency" office:currency="SYP" office:value="1000"', "1,000 SYP", "1000"),
        ('office:value-type="boolean" office:boolean-value="true"', "TRUE", "TRUE"),
        ('office:value-type="string"', "٣٤", "٣٤"),
        ('office:value-type="string" office:string-value="stored"', "", "stored"),
        ('office:value-type="string" office:string-value="" calcext:value-type="error"', "#REF!", "#REF!"),
        ('office:value-type="float" office:value="0"', "#DIV/0!", "#DIV/0!"),
        ('office:value-type="float" office:value="0" calcext:value-type="error"', "Err:502", "Err:502"),
        ("", "untyped", "untyped"),
    ],
)
def test_typed_cells_become_the_value_stored(tmp_path: Path, attributes: str, shown: str, text: str) -> None:
    assert cell(tmp_path, attributes, f"<text:p>{shown}</text:p>" if shown else "") == text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<text:p>one</text:p><text:p/><text:p>three</text:p>", "one\n\nthree"),
        ('<text:p>a<text:s/>b<text:s text:c="3"/>c</text:p>', "a b   c"),
        ("<text:p>a<text:tab/>b<text:line-break/>c</text:p>", "a\tb\nc"),
        ("<text:p>\n   a\n   b </text:p>", "a b "),
        (
            '<text:p>see <text:a>this <text:span text:style-name="T1">page</text:span></text:a></text:p>',
            "see this page",
        ),
        ("<office:annotation><text:p>a comment</text:p></office:annotation><text:p>cell</text:p>", "cell"),
        ("<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame><text:p>cell</text:p>", "cell"),
        (
            "<text:p>漢<text:ruby><text:ruby-base>字</text:ruby-base><text:ruby-text>ji</text:ruby-text></text:ruby></text:p>",
            "漢字",
        ),
        ("<text:p>a<office:annotation><text:p>note</text:p></office:annotation>b</text:p>", "ab"),
    ],
)
def test_the_text_of_a_cell_is_that_of_its_paragraphs(tmp_path: Path, inside: str, text: str) -> None:
    assert cell(tmp_path, 'office:value-type="string"', inside) == text


def test_drawings_before_the_rows_leave_no_text_behind(tmp_path: Path) -> None:
    shapes = (
        "<table:shapes><draw:frame><draw:text-box><text:p>stray</text:p></draw:text-box></draw:frame></table:shapes>"
    )
    sheet = opened(tmp_path, shapes, ods_row("a"), ods_row("x"))
    assert (sheet.columns, list(sheet.rows())) == (("a",), [Row(2, ("x",))])


def test_repeated_cells_and_rows_are_unfolded_and_counted(tmp_path: Path) -> None:
    twice: Cell = ('office:value-type="string" table:number-columns-repeated="2"', "<text:p>y</text:p>")
    gap: Cell = ('table:number-columns-repeated="2"', "")
    sheet = opened(
        tmp_path,
        ods_row("a", "b", "c", "d", "e"),
        ods_row(times=3),
        ods_row("x", twice, gap, times=2),
        ods_row(gap, "z"),
    )
    assert list(sheet.rows()) == [
        Row(5, ("x", "y", "y", "", "")),
        Row(6, ("x", "y", "y", "", "")),
        Row(7, ("", "", "z", "", "")),
    ]


def test_the_empty_cells_to_the_edge_of_the_sheet_cost_nothing(tmp_path: Path) -> None:
    edge: Cell = ('table:number-columns-repeated="16383"', "")
    sheet = opened(tmp_path, ods_row("a", edge), ods_row("x", edge), ods_row(edge, times=1_048_574))
    assert list(sheet.rows()) == [Row(2, ("x",))]


def test_it_agrees_with_calamine_on_texts_and_whole_numbers(tmp_path: Path) -> None:
    number: Cell = ('office:value-type="float" office:value="34"', "<text:p>34</text:p>")
    path = ods(tmp_path / "list.ods", ods_table(ods_row("a", "b"), ods_row("سلمى", number), ods_row("&<>", "٣٤")))
    theirs = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    as_text = [tuple(str(int(v)) if isinstance(v, float) else str(v) for v in row) for row in theirs[1:]]
    assert [row.cells for row in open_sheet(path).rows()] == as_text


def test_merged_headings_in_two_rows_are_filled_and_joined(tmp_path: Path) -> None:
    def spanning(rows: int, columns: int, text: str) -> Cell:
        span = f'table:number-rows-spanned="{rows}" table:number-columns-spanned="{columns}"'
        return (f'office:value-type="string" {span}', f"<text:p>{text}</text:p>")

    sheet = opened(
        tmp_path,
        ods_row(spanning(2, 1, "No."), spanning(1, 2, "Arrest"), "", spanning(2, 1, "Notes")),
        ods_row("", "date", "place", ""),
        ods_row("1", "2", "3", "4"),
        ods_row(spanning(2, 1, "5"), "6", "7", "8"),
        options=ReaderOptions(header_rows=2),
    )
    assert sheet.columns == ("No.", "Arrest / date", "Arrest / place", "Notes")
    assert sheet.notes == (
        "headings of rows 1 to 2 joined as upper / lower",
        "merged areas below the headings: 1; only the first cell of each holds its value",
    )


@pytest.mark.parametrize(("wanted", "text"), [(None, "second"), ("First", "first"), (3, "third")])
def test_a_sheet_is_chosen_by_name_or_number_or_is_the_first_visible(
    tmp_path: Path, wanted: str | int | None, text: str
) -> None:
    hidden = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    tables = [
        ods_table(ods_row("a"), ods_row("first"), name="First", attributes='table:style-name="ta1"'),
        ods_table(ods_row("a"), ods_row("second"), name="Second"),
        ods_table(ods_row("a"), ods_row("third"), name="Third"),
    ]
    path = ods(tmp_path / "list.ods", *tables, styles=hidden)
    assert next(open_sheet(path, ReaderOptions(sheet=wanted)).rows()).cells == (text,)


@pytest.mark.parametrize(
    "row",
    [
        ods_row(('office:value-type="string" table:number-columns-repeated="16385"', "<text:p>x</text:p>")),
        ods_row("x", times=1_048_577),
        ods_row(
            ('office:value-type="string" table:number-columns-repeated="16000"', "<text:p>x</text:p>"), times=1_000_000
        ),
        ods_row(('office:value-type="string"', '<text:p>x<text:s text:c="999999999"/></text:p>')),
        ods_row(('office:value-type="string"', "<text:p/>" * 1_000_001)),
    ],
    ids=["columns", "rows", "cells", "blanks", "paragraphs"],
)
def test_repetition_beyond_any_honest_list_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(HostileFile):
        list(opened(tmp_path, ods_row("a"), row).rows())


@pytest.mark.parametrize("times", ["many", "1.5", ""])
def test_a_repetition_that_is_no_number_refuses_the_file(tmp_path: Path, times: str) -> None:
    odd: Cell = (f'office:value-type="string" table:number-columns-repeated="{times}"', "<text:p>x</text:p>")
    with pytest.raises(UnreadableFile) as refusal:
        list(opened(tmp_path, ods_row("a"), ods_row(odd)).rows())
    assert refusal.value.where == "list.ods, part content.xml, row 2"


def test_a_spreadsheet_without_a_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        open_sheet(ods(tmp_path / "list.ods"))
    assert refusal.value.found == "no sheet"
