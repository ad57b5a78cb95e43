"""CSV and TSV: delimiters, quotes, numbering, and rows that do not fit their headings."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dalil.errors import HostileFile, TruncatedFile, UnreadableFile, WrongMapping
from dalil.intake.readers import Limits, ReaderOptions, Row, Sheet, open_sheet


def opened(folder: Path, text: str, options: ReaderOptions | None = None, *, name: str = "list.csv") -> Sheet:
    path = folder / name
    path.write_bytes(text.encode())
    return open_sheet(path, options)


def test_a_comma_separated_file_gives_its_columns_and_its_numbered_rows(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "name,place\nSalma,Homs\nYaman,Daraa\n")
    assert (sheet.columns, sheet.format, sheet.encoding, sheet.n_rows) == (("name", "place"), "csv", "utf-8", 2)
    assert list(sheet.rows()) == [Row(2, ("Salma", "Homs")), Row(3, ("Yaman", "Daraa"))]


def test_the_digest_is_that_of_the_bytes_of_the_file(tmp_path: Path) -> None:
    # printf 'a,b\n1,2\n' | sha256sum
    sheet = opened(tmp_path, "a,b\n1,2\n")
    assert sheet.digest == "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470"
    assert sheet.n_bytes == 8


def test_a_sheet_may_be_read_again_from_its_beginning(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "a,b\n1,2\n3,4\n")
    assert list(sheet.rows()) == list(sheet.rows())


def test_rows_come_in_chunks_of_the_size_asked_for(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "a,b\n" + "x,y\n" * 5)
    assert [len(chunk) for chunk in sheet.chunks(2)] == [2, 2, 1]


@pytest.mark.parametrize(("mark", "kind"), [(",", "csv"), (";", "csv"), ("\t", "tsv"), ("|", "csv")])
def test_the_delimiter_is_found_from_headings_and_rows(tmp_path: Path, mark: str, kind: str) -> None:
    sheet = opened(tmp_path, mark.join("abc") + "\n" + mark.join(("1", "2", "3")) + "\n")
    assert (sheet.columns, sheet.format) == (("a", "b", "c"), kind)


def test_a_comma_inside_cells_does_not_make_it_the_delimiter(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "name;sum\nA, B;1,5\nC;2,5\n")
    assert [row.cells for row in sheet.rows()] == [("A, B", "1,5"), ("C", "2,5")]


def test_a_delimiter_that_cannot_be_told_is_asked_for_rather_than_guessed(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, "a,b;c\n1,2;3\n")
    assert "comma and semicolon fit equally well" in refusal.value.found
    assert "reader: delimiter" in refusal.value.todo
    assert opened(tmp_path, "a,b;c\n1,2;3\n", ReaderOptions(delimiter=";")).columns == ("a,b", "c")


def test_a_file_named_tsv_is_parted_by_tabs_where_commas_would_fit_as_well(tmp_path: Path) -> None:
    assert opened(tmp_path, "a,b\tc\n1,2\t3\n", name="list.tsv").columns == ("a,b", "c")


def test_a_file_no_delimiter_parts_has_one_column(tmp_path: Path) -> None:
    assert [row.cells for row in opened(tmp_path, "name\nSalma\nYaman\n").rows()] == [("Salma",), ("Yaman",)]


def test_quoted_cells_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    sheet = opened(tmp_path, 'a,b\n"x, ""y""","line one\nline two"\nz,w\n')
    assert list(sheet.rows()) == [Row(2, ('x, "y"', "line one\nline two")), Row(3, ("z", "w"))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_ends_of_every_system_end_lines(tmp_path: Path, end: str) -> None:
    assert list(opened(tmp_path, f"a,b{end}1,2{end}").rows()) == [Row(2, ("1", "2"))]


def test_a_last_line_without_an_end_is_a_row(tmp_path: Path) -> None:
    assert list(opened(tmp_path, "a,b\n1,2").rows()) == [Row(2, ("1", "2"))]


def test_cells_are_exactly_as_written(tmp_path: Path) -> None:
    # Blanks, Arabic-Indic digits, a direction mark, a decomposed letter, a line separator that ends no line.
    cells = ("  x ", "٢٠١٣/٨/٧", "\u200fسلمى", "e\u0301", "a\u2028b")
    sheet = opened(tmp_path, "a,b,c,d,e\n" + ",".join(cells) + "\n")
    assert list(sheet.rows()) == [Row(2, cells)]


def test_empty_rows_are_left_out_but_count_in_the_numbering(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "a,b\n\n1,2\n,\n3,4\n")
    assert list(sheet.rows()) == [Row(3, ("1", "2")), Row(5, ("3", "4"))]


def test_rows_above_the_headings_are_skipped_when_the_mapping_says_so(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "A list of persons\nmade in 2021\na,b\n1,2\n", ReaderOptions(skip_rows=2))
    assert (sheet.columns, list(sheet.rows())) == (("a", "b"), [Row(4, ("1", "2"))])


def test_a_row_with_too_few_or_too_many_cells_carries_its_problem(tmp_path: Path) -> None:
    first, second, third = opened(tmp_path, "a,b,c\n1,2\n1,2,3,4\n1,2,3\n").rows()
    assert first == Row(2, ("1", "2"), "too few cells: 2 where the headings have 3")
    assert second == Row(3, ("1", "2", "3", "4"), "too many cells: 4 where the headings have 3")
    assert third.problem is None


def test_an_empty_cell_too_many_is_a_problem_too_since_the_row_may_have_shifted(tmp_path: Path) -> None:
    (row,) = opened(tmp_path, "a,b\n1,2,\n").rows()
    assert row.problem == "too many cells: 3 where the headings have 2"


def test_empty_columns_at_the_end_are_dropped(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "a,b,,\n1,2,,\n")
    assert (sheet.columns, list(sheet.rows())) == (("a", "b"), [Row(2, ("1", "2"))])


def test_a_cell_in_a_column_without_heading_at_the_end_spoils_its_row(tmp_path: Path) -> None:
    (row,) = opened(tmp_path, "a,b,,\n1,2,,x\n").rows()
    assert row == Row(2, ("1", "2", "", "x"), "column 4 holds something but has no heading")


def test_a_cell_that_goes_on_after_its_closing_quote_spoils_its_row_only(tmp_path: Path) -> None:
    first, second = opened(tmp_path, 'a,b\n"the ""old"" "town" x",2\n3,4\n', ReaderOptions(delimiter=",")).rows()
    assert first.number == 2
    assert first.problem == "a quoted cell goes on after its closing quote; quotes inside it must be doubled"
    assert second == Row(3, ("3", "4"))


def test_quotes_that_leave_the_next_row_in_doubt_refuse_the_file_and_name_the_lines(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, 'a,b\n1,2\n3,"x\n5,6\n7,"y"\n', ReaderOptions(delimiter=","))
    assert refusal.value.where == "list.csv, lines 3 to 5"


def test_a_quote_never_closed_is_a_cut_file_and_names_the_line_where_it_opens(tmp_path: Path) -> None:
    with pytest.raises(TruncatedFile) as refusal:
        opened(tmp_path, 'a,b\n1,2\n"p\nq",3\n4,"five\n6,7\n8,9\n', ReaderOptions(delimiter=","))
    assert refusal.value.where == "list.csv, line 5"


def test_a_quote_never_closed_is_told_from_a_long_cell_even_past_the_limit_of_a_cell(tmp_path: Path) -> None:
    options = ReaderOptions(delimiter=",", limits=Limits(cell_chars=100))
    with pytest.raises(TruncatedFile) as refusal:
        opened(tmp_path, 'a,b\n1,"two\n' + "3,4\n" * 100, options)
    assert refusal.value.where == "list.csv, line 2"


def test_a_cell_of_ten_megabytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostileFile) as refusal:
        opened(tmp_path, "a,b\n1,2\n3," + "x" * 10_000_000 + "\n")
    assert refusal.value.expected == "at most 1000000 characters"
    assert refusal.value.where == "list.csv, row 3, lines 3 to 3"


def test_a_line_longer_than_memory_can_bear_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostileFile, match="A line is longer"):
        opened(tmp_path, "a,b\n" + "x" * 5_000 + "\n", ReaderOptions(limits=Limits(line_chars=4_000)))


def test_a_row_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostileFile, match="more columns"):
        opened(tmp_path, "a,b\n" + "," * 20 + "x\n", ReaderOptions(limits=Limits(n_columns=20), delimiter=","))


def test_a_file_of_headings_alone_has_no_rows(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "a,b\n")
    assert (sheet.columns, sheet.n_rows, list(sheet.rows())) == (("a", "b"), 0, [])


@pytest.mark.parametrize("text", ["\n\n", "\ufeff", ",,,\n", "   \n"])
def test_a_file_without_headings_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, text)
    assert "headings" in refusal.value.message


def test_a_second_row_of_headings_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, "a,b\n", ReaderOptions(header_rows=2))
    assert refusal.value.expected == "2 rows of headings"


def test_two_columns_of_one_name_are_refused_and_both_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, "name,place,name\nx,y,z\n")
    assert "'name'" in refusal.value.message
    assert refusal.value.found == "columns 1 and 3"


def test_a_sheet_cannot_be_named_in_a_text_file(tmp_path: Path) -> None:
    with pytest.raises(WrongMapping, match="'sheet'"):
        opened(tmp_path, "a,b\n1,2\n", ReaderOptions(sheet="List"))


def test_the_process_keeps_its_own_limit_on_cells(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    list(opened(tmp_path, "a,b\n1,2\n").rows())
    assert csv.field_size_limit() == before
