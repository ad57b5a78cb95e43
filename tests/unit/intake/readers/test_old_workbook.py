"""XLS workbooks of Excel 97 to 2003."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil.errors import BadInput, HostileFile, UnreadableFile
from dalil.intake.readers import Limits, ReaderOptions, Row, open_sheet
from unit.intake.readers.builders import compound_file, xls


def test_typed_cells_become_text(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(
        xls([["name", "age", "date", "alive"], ["سلمى", 34.0, 41493.0, True], ["يمان", 0.5, 41493.5, False]])
    )
    sheet = open_sheet(path)
    assert (sheet.format, sheet.columns) == ("xls", ("name", "age", "date", "alive"))
    assert list(sheet.rows()) == [
        Row(2, ("سلمى", "34", "2013-08-07", "TRUE")),
        Row(3, ("يمان", "0.5", "2013-08-07T12:00:00", "FALSE")),
    ]


def test_the_receipt_says_that_cells_in_error_read_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(xls([["a"], ["x"]]))
    assert open_sheet(path).notes == ("in this old format (.xls) a cell in error (#REF! and the like) reads as empty",)


def test_merged_headings_are_filled_and_joined(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(xls([["Arrest", ""], ["date", "place"], ["x", "y"]], merges=[(0, 0, 0, 1)]))
    sheet = open_sheet(path, ReaderOptions(header_rows=2))
    assert (sheet.columns, list(sheet.rows())) == (("Arrest / date", "Arrest / place"), [Row(3, ("x", "y"))])


def test_rows_keep_their_numbers_below_empty_ones(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(xls([[], ["", "a"], [], ["", "x"]]))
    sheet = open_sheet(path)
    assert (sheet.columns, list(sheet.rows())) == (("column 1 (no heading)", "a"), [Row(4, ("", "x"))])


@pytest.mark.parametrize("name", ["WordDocument", "PowerPoint Document", "Workbook"])
def test_another_kind_of_office_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(compound_file({name: b"x"}))
    with pytest.raises(UnreadableFile, match="no Excel workbook"):
        open_sheet(path)


@pytest.mark.parametrize("n_bytes", [8, 100, 512, 700, 3_000])
def test_a_workbook_cut_short_is_refused(tmp_path: Path, n_bytes: int) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(xls([["a"], ["x"]])[:n_bytes])
    with pytest.raises(BadInput):
        open_sheet(path)


def test_a_workbook_larger_than_the_format_can_be_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(xls([["a"], ["x"]]))
    with pytest.raises(HostileFile, match="larger than that format"):
        open_sheet(path, ReaderOptions(limits=Limits(old_workbook_bytes=1_000)))
