"""One name for each column, out of one to three rows of headings."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dalil.errors import HostileFile, UnreadableFile
from dalil.intake.readers.headings import Headings, Merge, name_columns
from dalil.intake.readers.limits import Limits


def named(*rows: Sequence[str], merges: Sequence[Merge] | None = (), first_row: int = 1) -> Headings:
    return name_columns(rows, first_row=first_row, merges=merges, where="list.xlsx", limits=Limits())


def test_headings_lose_line_breaks_and_blanks_around_them() -> None:
    assert named([" date of\n arrest ", "الاسم\u00a0"]).columns == ("date of arrest", "الاسم")


def test_headings_are_composed_letters() -> None:
    assert named(["e\u0301tat"]).columns == ("\u00e9tat",)


def test_a_column_without_heading_is_named_by_its_place_and_reported() -> None:
    headings = named(["a", "", "c", ""])
    assert headings.columns == ("a", "column 2 (no heading)", "c")
    assert headings.notes == ("column 2 has no heading; the mapping can name it 'column 2 (no heading)'",)


def test_merged_headings_are_filled_and_rows_joined() -> None:
    # | No. | Arrest       | Notes |      "No." and "Notes" are merged downwards, "Arrest" across two columns.
    # |     | date | place |       |
    headings = named(
        ["No.", "Arrest", "", "Notes"],
        ["", "date", "place", ""],
        merges=[Merge(1, 1, 2, 1), Merge(1, 2, 1, 3), Merge(1, 4, 2, 4)],
    )
    assert headings.columns == ("No.", "Arrest / date", "Arrest / place", "Notes")
    assert headings.first_data_row == 3


def test_three_rows_of_headings_are_joined_from_above() -> None:
    headings = named(["Case", ""], ["Arrest", "Release"], ["date", "date"], merges=[Merge(1, 1, 1, 2)])
    assert headings.columns == ("Case / Arrest / date", "Case / Release / date")


def test_in_text_files_an_empty_upper_heading_continues_the_one_before_it() -> None:
    headings = named(["No.", "Arrest", "", "Notes"], ["", "date", "place", ""], merges=None)
    assert headings.columns == ("No.", "Arrest / date", "Arrest / place", "Notes")


def test_in_workbooks_an_empty_upper_heading_that_is_not_merged_stays_empty() -> None:
    assert named(["Arrest", "", ""], ["date", "place", "notes"]).columns == ("Arrest / date", "place", "notes")


def test_a_heading_merged_over_columns_in_a_single_row_names_the_first_and_places_the_others() -> None:
    headings = named(["a", "b"], merges=[Merge(1, 2, 1, 3)])
    assert headings.columns == ("a", "b", "column 3 (no heading)")


def test_merged_areas_elsewhere_do_not_matter() -> None:
    headings = named(["a", "b"], ["c", "d"], merges=[Merge(1, 1, 2, 9), Merge(9, 1, 9, 2)], first_row=3)
    assert headings.columns == ("a / c", "b / d")


def test_the_numbering_begins_where_the_headings_are() -> None:
    assert named(["a"], first_row=4).first_data_row == 5


def test_two_headings_that_differ_in_blanks_only_are_the_same() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        named(["name", "", " name"], first_row=2)
    assert (refusal.value.found, refusal.value.where) == ("columns 1 and 3", "list.xlsx, row 2")


def test_a_sheet_without_any_heading_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no headings"):
        named(["", " ", ""])


def test_more_headings_than_any_program_has_columns_are_refused() -> None:
    with pytest.raises(HostileFile, match="more columns"):
        named([f"c{n}" for n in range(16_385)])
