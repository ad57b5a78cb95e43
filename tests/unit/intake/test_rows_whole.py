"""A row as a whole: its key, its digest, its columns, and all that is wrong with it."""

from __future__ import annotations

import hashlib
import json

import pytest

from dalil.errors import WrongMapping
from unit.intake.row_cases import ARREST, NAME, RELEASE, accepted, compiled, refused


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    columns = {
        "x": NAME,
        "sex": {"subject": "p1", "predicate": "sex"},
        "birth": {"subject": "p1", "predicate": "birth"},
        "age": {"subject": "p1", "predicate": "age", "part": "years"},
    }
    row = refused(compiled(columns, key=["no"], sheet=[*columns, "no"]), "ليلى", "qq", "31/2/1990", "200", "")
    assert [problem.column for problem in row.problems] == ["no", "sex", "birth", "age"]
    assert all(problem.todo for problem in row.problems)


def test_an_impossible_date_refuses_the_row_with_its_cell() -> None:
    problem = refused(compiled({"x": {"subject": "p1", "predicate": "birth"}}), "2013-02-31").problems[0]
    assert (problem.column, problem.found, problem.expected) == ("x", "2013-02-31", "a day from 1 to 28")


def test_the_log_form_of_a_problem_repeats_no_word_of_the_row() -> None:
    problem = refused(compiled({"x": {"subject": "p1", "predicate": "sex"}}), "سلمى 12").problems[0]
    assert "سلمى" not in problem.told()
    assert problem.told().endswith("found aaaa 99")
    assert "row 2, column x" in problem.told()


def test_a_row_that_says_nothing_is_refused() -> None:
    rows = compiled({"x": NAME}, constants=[{"subject": "p1", "predicate": "displaced", "value": "no"}])
    assert refused(rows, " ").problems[0].column == ""


def test_a_release_dated_before_the_arrest_is_taken_with_a_warning() -> None:
    columns = {"a": {**ARREST, "part": "on"}, "b": {**RELEASE, "part": "on"}}
    constants = [{**ARREST, "part": "event", "value": "arrested"}, {**RELEASE, "part": "event", "value": "released"}]
    rows = compiled(columns, subjects={"d1": "episode"}, constants=constants)
    assert accepted(rows, "2013-08", "2013-07-31").warnings == ("`released` is dated before `arrested`",)
    assert accepted(rows, "2013-08", "2013-08").warnings == ()  # they may be in order
    assert accepted(rows, "2013", "2013-01-01").warnings == ()
    assert accepted(rows, "", "2013-01-01").warnings == ()


def test_the_key_of_a_row_is_its_key_cell_or_a_list_of_them_or_its_digest() -> None:
    assert accepted(compiled({"x": NAME}, key=["no"], sheet=["x", "no"]), "ليلى", " 12\u200f ").key == "12"
    assert accepted(compiled({"x": NAME}, key=["no"], sheet=["x", "no"]), "ليلى", "١٢").key == "12"
    two = compiled({"x": NAME}, key=["a", "b"], sheet=["x", "a", "b"])
    assert accepted(two, "ليلى", "1", "2").key == '["1","2"]'
    assert two.key_of(["ليلى", "1", ""]) is None
    none = compiled({"x": NAME})
    row = accepted(none, "ليلى")
    assert row.key == row.digest
    assert none.key_of(["ليلى"]) is None


def test_the_digest_of_a_row_is_that_of_its_cells_by_column_name() -> None:
    rows = compiled({"b": NAME, "a": {"subject": "p1", "predicate": "note"}})
    expected = hashlib.sha256(
        b'["a","b"]\n' + json.dumps(["n", "ليلى"], ensure_ascii=False, separators=(",", ":")).encode()
    )
    assert accepted(rows, " ليلى ", "n").digest == expected.hexdigest()


def test_a_column_that_some_sheets_lack_makes_no_difference_to_rows_without_it() -> None:
    columns = {"x": NAME, "y": {"subject": "p1", "predicate": "note", "optional": True}}
    with_it, without = compiled(columns), compiled(columns, sheet=["x"])
    assert accepted(with_it, "ليلى", "") == accepted(without, "ليلى")


def test_a_default_holds_for_a_column_the_sheet_does_not_have() -> None:
    columns = {"x": NAME, "y": {"subject": "p1", "predicate": "sex", "default": "unknown", "optional": True}}
    assert accepted(compiled(columns, sheet=["x"]), "ليلى").statements[1]["value"] == "unknown"


def test_columns_that_are_not_mapped_and_mapped_ones_that_are_not_there_are_named_at_once() -> None:
    with pytest.raises(WrongMapping) as refusal:
        compiled({"name": NAME, "notes": "ignore"}, key=["no"], sheet=["nam", "notes", "other"])
    assert "not in the mapping: nam; not in the mapping: other" in refusal.value.found
    assert "not in the sheet: name (perhaps nam?)" in refusal.value.found
    assert "not in the sheet: no" in refusal.value.found


def test_a_column_is_found_in_spite_of_invisible_signs_and_spacing() -> None:
    accepted(compiled({"اسم الأم": {**NAME, "part": "text"}}, sheet=["\u200fاسم  الأم "]), "ليلى")


def test_two_columns_with_one_name_cannot_be_told_apart() -> None:
    with pytest.raises(WrongMapping, match="one name"):
        compiled({"x": NAME}, sheet=["x", "x "])


def test_rows_that_were_handed_back_may_come_with_the_columns_that_were_added() -> None:
    rows = compiled({"x": NAME}, sheet=["x", "dalil: row", "dalil: problems"])
    assert accepted(rows, "ليلى", "17", "y: expected a date").digest == accepted(compiled({"x": NAME}), "ليلى").digest
    assert rows.ignored == ("dalil: row", "dalil: problems")


def test_columns_that_are_ignored_are_named_for_the_receipt() -> None:
    assert compiled({"x": NAME, "y": "ignore", "z": "ignore"}, sheet=["y", "x"]).ignored == ("y",)


def test_a_row_makes_no_more_statements_than_an_account_may_hold() -> None:
    columns = {
        f"x{number}": {"subject": "d1", "predicate": "reason", "part": "reason", "group": f"g{number}", "many": ";"}
        for number in range(21)
    }
    cells = [";".join(["kinship"] * 200)] * 21  # 4200 statements; an account holds 4096
    assert "4096" in refused(compiled(columns, subjects={"d1": "episode"}), *cells).problems[0].expected


def test_more_different_cells_than_are_remembered_change_nothing() -> None:
    rows = compiled({"x": {"subject": "p1", "predicate": "note"}})
    for number in range(20_010):
        rows.account(number, [f"n{number}"])
    assert accepted(rows, "n0").statements == [{"subject": "p1", "predicate": "note", "value": "n0"}]
