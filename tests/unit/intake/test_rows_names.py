"""Names in a row, and persons whom a row does not name."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Any

import pytest

from dalil.errors import WrongMapping
from dalil.intake.checking import check_account
from dalil.intake.mapping import parse_mapping
from dalil.intake.rows import AcceptedRow, RefusedRow, RowCompiler, compile_rows
from dalil.vocabulary import Vocabulary, load_vocabulary

VOCABULARY: Vocabulary = load_vocabulary()

SOURCE = {"key": "list", "kind": "synthetic", "synthetic": True, "form": "list", "title": "قائمة", "language": "ar"}
NAME: dict[str, Any] = {"subject": "p1", "predicate": "name", "part": "text"}
SPLIT = {**NAME, "split": ["given", "father", "family"]}


def compiled(columns: MappingOf[str, object], **top: object) -> RowCompiler:
    data = {"format": "dalil-mapping/1", "source": SOURCE, "subjects": {"p1": "person"}, "columns": columns, **top}
    return compile_rows(parse_mapping(data, VOCABULARY), list(columns), VOCABULARY)


def accepted(rows: RowCompiler, *cells: str) -> AcceptedRow:
    row = rows.account(2, cells)
    assert isinstance(row, AcceptedRow), row
    body = {"source": 0, "language": "ar", "subjects": row.subjects, "statements": row.statements}
    check_account(body, VOCABULARY)
    return row


def test_a_name_is_kept_as_written_with_its_parts_beside_it() -> None:
    assert accepted(compiled({"x": SPLIT}), "عبد الرحمن محمد الخطيب").statements == [
        {
            "subject": "p1",
            "predicate": "name",
            "value": {
                "text": "عبد الرحمن محمد الخطيب",
                "given": "عبد الرحمن",
                "father": "محمد",
                "family": "الخطيب",
                "script": "Arab",
            },
        }
    ]


def test_a_name_in_another_script_than_its_column_says_is_taken_with_a_warning() -> None:
    row = accepted(compiled({"الاسم": {**NAME, "script": "Arab"}}), "Layla")
    assert row.statements[0]["value"] == {"text": "Layla", "script": "Latn"}
    assert row.warnings == ("الاسم: a name is not in the script Arab",)


def test_a_name_says_its_language_where_the_column_does() -> None:
    assert accepted(compiled({"x": {**NAME, "language": "en"}}), "Layla").statements[0]["value"] == {
        "text": "Layla",
        "script": "Latn",
        "language": "en",
    }


def test_a_text_that_holds_more_than_a_name_is_not_split_and_this_is_told() -> None:
    row = accepted(compiled({"x": SPLIT}), "ليلى محمد (أم خالد)")
    assert row.statements[0]["value"] == {"text": "ليلى محمد (أم خالد)", "script": "Arab"}
    assert row.warnings == ("x: a name holds more than a name and was not split into parts",)


def test_parts_of_a_name_may_come_from_columns_of_their_own() -> None:
    columns = {"x": NAME, "m": {"subject": "p1", "predicate": "name", "part": "mother"}}
    assert accepted(compiled(columns), "ليلى", "هدى").statements[0]["value"] == {
        "text": "ليلى",
        "script": "Arab",
        "mother": "هدى",
    }


def test_the_wife_of_somebody_is_an_unnamed_person_who_is_his_wife() -> None:
    row = accepted(compiled({"x": SPLIT}), "زوجة سالم الحمصي")
    assert row.subjects == [["p1", "person"], ["p1_relative", "person"]]
    assert row.statements == [
        {"subject": "p1", "predicate": "unnamed", "value": "زوجة سالم الحمصي"},
        {"subject": "p1", "predicate": "kin", "value": {"relation": "wife", "of": "p1_relative"}},
        {
            "subject": "p1_relative",
            "predicate": "name",
            "value": {"text": "سالم الحمصي", "given": "سالم", "family": "الحمصي", "script": "Arab"},
        },
    ]


def test_the_mapping_may_say_which_subject_the_named_relative_is() -> None:
    subjects = {"p1": "person", "p2": {"kind": "person", "optional": True}}
    rows = compiled({"x": {**NAME, "relative": "p2"}}, subjects=subjects)
    assert accepted(rows, "ابن سالم").subjects == [["p1", "person"], ["p2", "person"]]
    assert accepted(rows, "سالم").subjects == [["p1", "person"]]


@pytest.mark.parametrize(
    "cell", ["أحد أفراد عائلة الحمصي", "مجهول الهوية", "unidentified man", "One of the Homsi family"]
)
def test_somebody_of_a_family_or_unknown_is_an_unnamed_person_and_nothing_more(cell: str) -> None:
    row = accepted(compiled({"x": SPLIT}), cell)
    assert row.statements == [{"subject": "p1", "predicate": "unnamed", "value": cell}]
    assert row.subjects == [["p1", "person"]]


def test_several_persons_do_not_fit_one_row() -> None:
    row = compiled({"x": SPLIT}).account(2, ["أبناء سالم الحمصي"])
    assert isinstance(row, RefusedRow)
    assert row.problems[0].expected == "one person a row"


def test_what_else_a_row_says_of_a_name_that_is_not_there_becomes_a_note() -> None:
    columns = {"x": NAME, "اسم الأم": {"subject": "p1", "predicate": "name", "part": "mother"}}
    row = accepted(compiled(columns), "زوجة سالم", "هدى")
    assert row.statements[-1] == {"subject": "p1", "predicate": "note", "value": "اسم الأم: هدى"}


def test_a_name_without_letters_is_none() -> None:
    row = compiled({"x": NAME}).account(2, ["123"])
    assert isinstance(row, RefusedRow)
    assert row.problems[0].expected == "a name, which has letters"


def test_a_facility_may_be_called_by_a_number_or_as_if_it_were_a_relative() -> None:
    rows = compiled({"x": {"subject": "f1", "predicate": "name", "part": "text"}}, subjects={"f1": "facility"})
    assert accepted(rows, "215").statements[0]["value"] == {"text": "215", "script": "Zyyy"}
    assert accepted(rows, "بيت سالم").statements[0]["predicate"] == "name"


def test_other_names_in_one_cell_are_names_of_their_own() -> None:
    columns = {"x": {**NAME, "many": "/"}}
    constants = [{"subject": "p1", "predicate": "name", "part": "kind", "value": "spelling"}]
    row = accepted(compiled(columns, constants=constants), "Layla / Leila / زوجة سالم")
    assert [statement["predicate"] for statement in row.statements] == ["name", "name", "unnamed", "kin", "name"]
    assert row.statements[1]["value"] == {"text": "Leila", "script": "Latn", "kind": "spelling"}


def test_how_an_unnamed_person_is_spoken_of_stays_with_every_statement() -> None:
    row = accepted(compiled({"x": {**NAME, "sensitivity": "restricted"}}), "زوجة سالم")
    assert {statement["sensitivity"] for statement in row.statements} == {"restricted"}


PARTED = {
    part: {"subject": "p1", "predicate": "name", "part": part} for part in ("given", "father", "family", "mother")
}
JOINED: dict[str, Any] = {"subject": "p1", "predicate": "name", "part": "text", "joined": ["given", "father", "family"]}


def test_a_name_in_several_columns_is_put_together_in_their_order() -> None:
    rows = compiled(PARTED, constants=[JOINED])
    assert accepted(rows, " رنا ", "", "الشامي", "سلمى").statements == [
        {
            "subject": "p1",
            "predicate": "name",
            "value": {"given": "رنا", "family": "الشامي", "mother": "سلمى", "text": "رنا الشامي", "script": "Arab"},
        }
    ]


@pytest.mark.parametrize("given", ["", "123", "wife of Samir"])
def test_a_row_whose_name_cannot_be_put_together_is_refused(given: str) -> None:
    row = compiled(PARTED, constants=[JOINED]).account(2, [given, "", "", "Salma"])
    assert isinstance(row, RefusedRow)
    assert "name.text of p1" in row.problems[0].expected


@pytest.mark.parametrize(
    ("columns", "constant"),
    [
        ({**PARTED, "x": NAME}, JOINED),  # the text is given twice
        ({"given": PARTED["given"]}, JOINED),  # two of its parts come from nowhere
        (PARTED, {**JOINED, "joined": ["given"]}),
        (PARTED, {**JOINED, "joined": ["given", "given"]}),
        (PARTED, {**JOINED, "joined": ["given", "mother"]}),
        (PARTED, {**JOINED, "value": "Rana"}),
        (PARTED, {**JOINED, "part": "family"}),
    ],
)
def test_a_name_is_put_together_from_columns_of_its_own_parts_only(columns: Any, constant: Any) -> None:
    with pytest.raises(WrongMapping):
        compiled(columns, constants=[constant])
