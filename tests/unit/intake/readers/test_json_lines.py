"""JSON lines: keys as columns, and what no cell can hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil.errors import HostileFile, TruncatedFile, UnreadableFile, WrongMapping
from dalil.intake.readers import Limits, ReaderOptions, Row, Sheet, open_sheet


def opened(folder: Path, text: str, options: ReaderOptions | None = None, *, name: str = "list.jsonl") -> Sheet:
    path = folder / name
    path.write_bytes(text.encode())
    return open_sheet(path, options)


def test_the_first_object_names_the_columns_in_its_order(tmp_path: Path) -> None:
    sheet = opened(tmp_path, '{"b": "x", "a": "y"}\n{"a": "1", "b": "2"}\n')
    assert (sheet.format, sheet.columns, sheet.n_rows) == ("jsonl", ("b", "a"), 2)
    assert list(sheet.rows()) == [Row(1, ("x", "y")), Row(2, ("2", "1"))]


def test_values_are_kept_as_they_are_written(tmp_path: Path) -> None:
    line = '{"a": 34, "b": 1.50, "c": 12345678901234567890, "d": true, "e": null, "f": "\\u0633 ", "g": 1E5}'
    assert next(opened(tmp_path, line).rows()).cells == ("34", "1.50", "12345678901234567890", "true", "", "س ", "1E5")


def test_a_key_left_out_is_an_empty_cell(tmp_path: Path) -> None:
    sheet = opened(tmp_path, '{"a": "1", "b": "2"}\n{"b": "3"}\n')
    assert list(sheet.rows())[1] == Row(2, ("", "3"))


def test_lines_are_numbered_as_in_the_file_and_empty_ones_left_out(tmp_path: Path) -> None:
    sheet = opened(tmp_path, '\n{"a": "1"}\n\n{"a": null}\n{"a": "2"}\n')
    assert list(sheet.rows()) == [Row(2, ("1",)), Row(5, ("2",))]


def test_a_key_that_the_first_object_lacks_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, '{"a": "1"}\n{"a": "2", "place": "3"}\n')
    assert (refusal.value.found, refusal.value.where) == ("key 'place'", "list.jsonl, line 2")


@pytest.mark.parametrize("line", ['{"a": "1", "a": "2"}', '{"b": "0", "a": "0"}\n{"a": "1", "a": "2"}'])
def test_a_key_given_twice_in_one_object_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, line)
    assert (refusal.value.expected, refusal.value.found) == ("each key once", "key 'a'")


@pytest.mark.parametrize("value", ["[]", "{}", '["x"]', '{"b": 1}'])
def test_a_nested_value_is_refused_with_line_and_key(tmp_path: Path, value: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, f'{{"a": 1}}\n{{"a": {value}}}\n')
    assert refusal.value.where == "list.jsonl, line 2, key 'a'"


@pytest.mark.parametrize("line", ["{a: 1}", "[]", '"x"', "12", '{"a": NaN}', "[" * 100_000])
def test_a_line_that_is_no_object_spoils_its_row_only(tmp_path: Path, line: str) -> None:
    first, second, third = opened(tmp_path, f'{{"a": "1"}}\n{line}\n{{"a": "2"}}\n').rows()
    assert (first.problem, third) == (None, Row(3, ("2",)))
    assert second.problem is not None
    assert second.problem.startswith("the line is not a JSON object")


@pytest.mark.parametrize("escape", ["\\ud800", "\\u0000", "x\\uDFFFy"])
def test_half_a_character_or_a_nul_spoils_its_row_only(tmp_path: Path, escape: str) -> None:
    first, second = opened(tmp_path, f'{{"a": "1"}}\n{{"a": "{escape}"}}\n').rows()
    assert (first.problem, second.problem) == (None, "a value holds a NUL or half of a surrogate pair")


def test_a_whole_surrogate_pair_is_one_character(tmp_path: Path) -> None:
    assert next(opened(tmp_path, '{"a": "\\ud83d\\ude00"}').rows()).cells == ("\U0001f600",)


def test_a_last_line_that_stops_in_its_object_is_a_cut_file(tmp_path: Path) -> None:
    with pytest.raises(TruncatedFile) as refusal:
        opened(tmp_path, '{"a": "1"}\n{"a": "2')
    assert refusal.value.where == "list.jsonl, line 2"


def test_a_json_document_is_told_from_json_lines(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, '[\n{"a": "1"}\n]\n', name="list.json")
    assert "JSON document" in refusal.value.found


def test_objects_are_recognised_under_a_name_that_says_nothing(tmp_path: Path) -> None:
    assert opened(tmp_path, '{"a": "1", "b": "2"}\n', name="export").format == "jsonl"


def test_a_value_longer_than_any_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostileFile) as refusal:
        opened(tmp_path, '{"a": "1"}\n{"a": "' + "x" * 101 + '"}\n', ReaderOptions(limits=Limits(cell_chars=100)))
    assert refusal.value.where == "list.jsonl, line 2"


def test_options_that_mean_nothing_for_json_lines_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongMapping, match="'header_rows'"):
        opened(tmp_path, '{"a": "1"}\n', ReaderOptions(header_rows=2))


@pytest.mark.parametrize("text", ["{}\n", "\n \n", '{"": 1}\n', '{"\\ud800": 1}\n', "no\n"])
def test_a_file_that_does_not_begin_with_named_values_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFile):
        opened(tmp_path, text)
