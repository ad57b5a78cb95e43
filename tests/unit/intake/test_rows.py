"""What the cells of a row become: statements, or every reason why not."""

from __future__ import annotations

from typing import Any

import pytest

from dalil.intake.rows import RefusedRow
from unit.intake.row_cases import ARREST, NAME, RELEASE, accepted, compiled, one, refused


# --- one cell ---------------------------------------------------------------------------------------------------------
def test_a_code_is_taken_as_it_stands_and_a_label_with_what_was_written() -> None:
    sex = {"subject": "p1", "predicate": "sex"}
    assert one(sex, "male") == {"subject": "p1", "predicate": "sex", "value": "male"}
    assert one(sex, "أنثى") == {"subject": "p1", "predicate": "sex", "value": "female", "original": "أنثى"}


def test_a_text_the_mapping_gives_a_meaning_wins_over_the_vocabulary() -> None:
    sex = {"subject": "p1", "predicate": "sex", "values": {"M": "female", "م": "male", "؟": None}}
    assert one(sex, "M")["value"] == "female"
    assert one(sex, " م ")["value"] == "male"
    assert isinstance(compiled({"x": sex}).account(2, ["؟"]), RefusedRow)  # it says nothing, and so does the row


def test_a_text_of_values_is_found_in_other_spellings() -> None:
    sex = {"subject": "p1", "predicate": "sex", "values": {"أنثى بالغة": "female"}}
    assert one(sex, "انثي بالغه")["value"] == "female"


@pytest.mark.parametrize(
    ("cell", "value", "original"),
    [
        ("2013-08-21", "2013-08-21", None),
        ("21/8/2013", "2013-08-21", "21/8/2013"),
        ("٢١/٨/٢٠١٣", "2013-08-21", "٢١/٨/٢٠١٣"),
        ("آب 2013", "2013-08", "آب 2013"),
    ],
)
def test_a_date_keeps_what_was_written_beside_what_it_means(cell: str, value: str, original: str | None) -> None:
    statement = one({"subject": "p1", "predicate": "birth"}, cell, dates={"order": "dmy"})
    assert (statement["value"], statement.get("original")) == (value, original)


def test_a_column_has_date_habits_of_its_own() -> None:
    birth = {"subject": "p1", "predicate": "birth", "dates": {"order": "mdy"}}
    assert one(birth, "8/7/2013", dates={"order": "dmy"})["value"] == "2013-08-07"


@pytest.mark.parametrize(
    ("cell", "years", "original"), [("34", 34, None), ("٣٤", 34, "٣٤"), ("34.0", 34, "34.0"), ("0", 0, None)]
)
def test_a_number_is_read_in_any_digits(cell: str, years: int, original: str | None) -> None:
    statement = one({"subject": "p1", "predicate": "age", "part": "years"}, cell)
    assert (statement["value"], statement.get("original")) == ({"years": years}, original)


@pytest.mark.parametrize("cell", ["34 سنة", "121", "-1", "34.5", "3e1", "about 30", "1" * 30])
def test_an_age_that_is_none_is_refused(cell: str) -> None:
    problem = refused(compiled({"x": {"subject": "p1", "predicate": "age", "part": "years"}}), cell).problems[0]
    assert problem.expected == "a whole number from 0 to 120"
    assert (problem.row, problem.column, problem.found) == (2, "x", cell)


def test_words_around_a_number_are_taken_off_where_the_mapping_names_them() -> None:
    age = {"subject": "p1", "predicate": "age", "part": "years", "strip": ["years", "سنة", "عمره"]}
    assert one(age, "34 Years") == {"subject": "p1", "predicate": "age", "value": {"years": 34}, "original": "34 Years"}
    assert one(age, "عمره ٣٤ سنة")["value"] == {"years": 34}


@pytest.mark.parametrize(
    ("cell", "count"),
    [("12", {"n": 12}), ("١٠ - ١٢", {"min": 10, "max": 12}), ("several", {"min": 3, "hedge": "several"})],
)
def test_a_count_is_a_number_a_range_or_what_the_mapping_says_a_word_is(cell: str, count: object) -> None:
    columns = {
        "subject": "e1",
        "predicate": "count",
        "part": "count",
        "values": {"several": {"min": 3, "hedge": "several"}},
    }
    constants = [{"subject": "e1", "predicate": "count", "part": "of_what", "value": "person"}]
    statement = one(columns, cell, subjects={"e1": "event"}, constants=constants)
    assert statement["value"] == {"of_what": "person", "count": count}


@pytest.mark.parametrize("cell", ["12-10", "many", "-3"])
def test_a_count_that_is_none_is_refused(cell: str) -> None:
    columns = {"x": {"subject": "e1", "predicate": "count", "part": "count"}}
    constants = [{"subject": "e1", "predicate": "count", "part": "of_what", "value": "person"}]
    refused(compiled(columns, subjects={"e1": "event"}, constants=constants), cell)


def test_a_cell_may_name_a_subject_the_archive_has() -> None:
    columns = {"x": {"subject": "p1", "predicate": "kin", "part": "of"}}
    constants = [{"subject": "p1", "predicate": "kin", "part": "relation", "value": "sister"}]
    assert one(columns["x"], "812.0", constants=constants)["value"] == {"relation": "sister", "of": "812.0"}
    refused(compiled(columns, constants=constants), "812")


def test_invisible_signs_leave_the_value_and_stay_in_the_original() -> None:
    statement = one({"subject": "p1", "predicate": "note"}, "\u202bكتب\u00a0هذا\u202c")
    assert statement["value"] == "كتب هذا"
    assert statement["original"] == "\u202bكتب\u00a0هذا\u202c"


def test_letters_are_composed_in_the_value_and_in_the_original() -> None:
    statement = one({"subject": "p1", "predicate": "note"}, "e\u0301\n x")
    assert (statement["value"], statement["original"]) == ("é x", "é\n x")


def test_a_key_that_is_no_text_refuses_the_row() -> None:
    rows = compiled({"x": NAME}, key=["no"], sheet=["x", "no"])
    for key in ("\ud800", "1\0"):
        assert [problem.column for problem in refused(rows, "ليلى", key).problems] == ["no"]
        assert rows.key_of(["ليلى", key]) is None


@pytest.mark.parametrize("cell", ["#REF!", "\ud800", "#N/A", "a\0b"])
def test_what_is_no_text_refuses_the_row(cell: str) -> None:
    problem = refused(compiled({"x": {"subject": "p1", "predicate": "note"}}), cell).problems[0]
    assert problem.column == "x"


def test_texts_listed_as_empty_say_nothing() -> None:
    columns = {"x": NAME, "y": {"subject": "p1", "predicate": "birth", "empty": ["n/a"]}}
    rows = compiled(columns, empty=["-"], dates={"empty": ["0000-00-00"]})
    for cell in ("", "  ", "-", "N/A", "0000-00-00", "\u200f"):
        assert [s["predicate"] for s in accepted(rows, "ليلى", cell).statements] == ["name"]


def test_an_empty_cell_says_its_default_and_keeps_no_original() -> None:
    columns = {"x": NAME, "y": {"subject": "p1", "predicate": "sex", "default": "unknown"}}
    assert accepted(compiled(columns), "ليلى", "").statements[1] == {
        "subject": "p1",
        "predicate": "sex",
        "value": "unknown",
    }


def test_an_empty_cell_of_a_required_column_refuses_the_row() -> None:
    columns = {"x": {**NAME, "required": True}, "y": {"subject": "p1", "predicate": "note"}}
    assert refused(compiled(columns), "", "n").problems[0].column == "x"


def test_a_cell_with_several_values_makes_several_statements() -> None:
    columns = {"x": {"subject": "d1", "predicate": "reason", "part": "reason", "many": ";"}}
    constants = [{"subject": "d1", "predicate": "reason", "part": "basis", "value": "stated"}]
    row = accepted(compiled(columns, subjects={"d1": "episode"}, constants=constants), "kinship; protest ;")
    assert [(s["value"], s.get("original")) for s in row.statements] == [
        ({"reason": "kinship", "basis": "stated"}, None),
        ({"reason": "protest", "basis": "stated"}, None),
    ]


def test_every_value_of_a_cell_that_is_wrong_is_told() -> None:
    rows = compiled(
        {"x": {"subject": "d1", "predicate": "reason", "part": "reason", "many": ";"}}, subjects={"d1": "episode"}
    )
    assert [problem.found for problem in refused(rows, "kinship;qqq;zzz").problems] == ["qqq", "zzz"]
    assert "200" in refused(rows, ";".join(["kinship"] * 201)).problems[0].expected


def test_fields_beside_the_value_are_said_with_it() -> None:
    note = {"subject": "p1", "predicate": "note", "speech": "coerced", "reliability": "C", "sensitivity": "restricted"}
    assert one(note, "x") == {**note, "value": "x"}


def test_a_text_in_another_language_than_the_list_says_so() -> None:
    assert one({"subject": "p1", "predicate": "note", "language": "en"}, "x")["language"] == "en"
    assert "language" not in one({"subject": "p1", "predicate": "note", "language": "ar"}, "x")


# --- several cells ----------------------------------------------------------------------------------------------------
def test_columns_and_constants_of_one_group_make_one_statement() -> None:
    columns = {"on": {**ARREST, "part": "on"}, "place": {**ARREST, "part": "place"}}
    constants = [{**ARREST, "part": "event", "value": "arrested"}]
    assert one(columns, "2013-08", "SY04", subjects={"d1": "episode"}, constants=constants) == {
        "subject": "d1",
        "predicate": "episode_event",
        "value": {"event": "arrested", "on": "2013-08", "place": "SY04"},
    }


def test_originals_of_several_cells_are_told_apart_by_their_parts() -> None:
    columns = {"on": {**ARREST, "part": "on"}, "place": {**ARREST, "part": "place"}}
    top: Any = {"subjects": {"d1": "episode"}, "constants": [{**ARREST, "part": "event", "value": "arrested"}]}
    assert one(columns, "آب 2013", "حمص", **top)["original"] == "on: آب 2013\nplace: حمص"
    assert one(columns, "2013-08", "حمص", **top)["original"] == "place: حمص"


def test_constants_alone_make_no_statement_that_cells_should_have_made() -> None:
    columns = {"x": NAME, "on": {**ARREST, "part": "on"}}
    constants = [{**ARREST, "part": "event", "value": "arrested"}]
    row = accepted(compiled(columns, subjects={"p1": "person", "d1": "episode"}, constants=constants), "ليلى", "")
    assert [s["predicate"] for s in row.statements] == ["name"]
    assert row.subjects == [["p1", "person"]]


def test_what_is_said_of_every_row_is_said_and_shared_between_rows() -> None:
    constants = [{"subject": "d1", "predicate": "detainee", "value": {"person": "p1"}}]
    rows = compiled({"x": NAME}, subjects={"p1": "person", "d1": "episode"}, constants=constants)
    first, second = accepted(rows, "ليلى"), accepted(rows, "سلمى")
    assert first.subjects == [["p1", "person"], ["d1", "episode"]]
    assert first.statements[1] is second.statements[1]
    assert first.columns == [("x",), ()]


def test_an_optional_subject_is_left_out_with_what_the_mapping_says_of_it() -> None:
    columns = {"x": NAME, "y": {"subject": "p2", "predicate": "name", "part": "text"}}
    subjects = {"p1": "person", "p2": {"kind": "person", "optional": True}}
    constants = [{"subject": "p1", "predicate": "kin", "value": {"relation": "son", "of": "p2"}}]
    rows = compiled(columns, subjects=subjects, constants=constants)
    assert [s["predicate"] for s in accepted(rows, "سالم", "").statements] == ["name"]
    assert accepted(rows, "سالم", "").subjects == [["p1", "person"]]
    assert [s["predicate"] for s in accepted(rows, "سالم", "هدى").statements] == ["name", "name", "kin"]
    assert accepted(rows, "سالم", "هدى").subjects == [["p1", "person"], ["p2", "person"]]


def test_a_value_is_taken_from_another_statement_of_the_row() -> None:
    columns = {"on": {**ARREST, "part": "on"}, "age": {"subject": "p1", "predicate": "age", "part": "years"}}
    constants = [
        {**ARREST, "part": "event", "value": "arrested"},
        {"subject": "p1", "predicate": "age", "part": "at", "same_as": {**ARREST, "part": "on"}},
    ]
    rows = compiled(columns, subjects={"p1": "person", "d1": "episode"}, constants=constants)
    assert accepted(rows, "آب 2013", "34").statements[1]["value"] == {"years": 34, "at": "2013-08"}
    assert accepted(rows, "", "34").statements[0]["value"] == {"years": 34}
    assert [s["predicate"] for s in accepted(rows, "2013", "").statements] == ["episode_event"]


def test_a_statement_that_lacks_what_it_must_have_refuses_the_row_and_loses_nothing() -> None:
    columns = {
        "relation": {"subject": "p1", "predicate": "kin", "part": "relation"},
        "of": {"subject": "p1", "predicate": "kin", "part": "of"},
    }
    problem = refused(compiled(columns), "sister", "").problems[0]
    assert problem.column == "of"
    assert problem.expected.startswith("kin.of of p1")


def test_a_statement_is_said_of_the_day_that_another_column_gives() -> None:
    columns = {"x": {"subject": "p1", "predicate": "victim_role", "when": {"column": "day", "dates": {"order": "dmy"}}}}
    rows = compiled(columns, sheet=["x", "day"])
    statement = accepted(rows, "medic", "7/4/2018").statements[0]
    assert (statement["when"], statement["original"]) == ("2018-04-07", "when: 7/4/2018")
    assert "when" not in accepted(rows, "medic", "").statements[0]
    assert [problem.column for problem in refused(rows, "medic", "31/2/2018").problems] == ["day"]


def test_a_statement_may_hold_at_a_fixed_time() -> None:
    assert one({"subject": "p1", "predicate": "victim_role", "when": "2013/2018"}, "medic")["when"] == "2013/2018"


# --- texts that stand for statements ----------------------------------------------------------------------------------
STATUS = {
    "emit": {
        "مختفٍ": [
            {"subject": "d1", "predicate": "episode_event", "value": {"event": "no_information"}},
            {"subject": "d1", "predicate": "episode_event", "value": {"event": "denied"}},
        ],
        "محتجز": [],
        "مفرج عنه": [{**RELEASE, "part": "event", "value": "released"}],
    }
}


def test_a_text_may_stand_for_whole_statements() -> None:
    rows = compiled({"x": NAME, "y": STATUS}, subjects={"p1": "person", "d1": "episode"})
    row = accepted(rows, "ليلى", "مختفٍ")
    assert [(s["value"], s["original"]) for s in row.statements[1:]] == [
        ({"event": "no_information"}, "مختفٍ"),
        ({"event": "denied"}, "مختفٍ"),
    ]
    assert row.columns[1:] == [("y",), ("y",)]
    assert len(accepted(rows, "ليلى", "محتجز").statements) == 1
    assert len(accepted(rows, "ليلى", "").statements) == 1


def test_a_text_that_stands_for_nothing_known_refuses_the_row() -> None:
    problem = refused(
        compiled({"x": NAME, "y": STATUS}, subjects={"p1": "person", "d1": "episode"}), "ليلى", "حر"
    ).problems[0]
    assert (problem.column, problem.found) == ("y", "حر")


def test_a_text_may_give_a_part_of_a_statement_that_columns_complete() -> None:
    columns = {"y": STATUS, "on": {**RELEASE, "part": "on"}}
    rows = compiled(columns, subjects={"d1": "episode"})
    row = accepted(rows, "مفرج عنه", "2021-05-12")
    assert row.statements == [
        {
            "subject": "d1",
            "predicate": "episode_event",
            "value": {"event": "released", "on": "2021-05-12"},
            "original": "event: مفرج عنه",
        }
    ]
    assert refused(rows, "محتجز", "2021-05-12").problems[0].column == "y"  # released, and of what status?


def test_one_code_may_hold_sex_and_age_class_at_the_day_of_another_column() -> None:
    columns = {
        "on": {**ARREST, "part": "on"},
        "y": {
            "emit": {
                "Adult Male": [
                    {"subject": "p1", "predicate": "sex", "value": "male"},
                    {
                        "subject": "p1",
                        "predicate": "age_class",
                        "value": {"class": "adult", "at": {"same_as": {**ARREST, "part": "on"}}},
                    },
                ]
            }
        },
    }
    constants = [{**ARREST, "part": "event", "value": "arrested"}]
    rows = compiled(columns, subjects={"p1": "person", "d1": "episode"}, constants=constants)
    assert [s["value"] for s in accepted(rows, "2013-08", "adult male").statements[1:]] == [
        "male",
        {"class": "adult", "at": "2013-08"},
    ]
    assert accepted(rows, "", "Adult Male").statements[1]["value"] == {"class": "adult"}


def test_a_text_may_give_a_part_that_is_taken_from_elsewhere_in_the_row() -> None:
    given = {**RELEASE, "value": {"event": "released", "on": {"same_as": {"subject": "p1", "predicate": "birth"}}}}
    columns = {
        "born": {"subject": "p1", "predicate": "birth"},
        "y": {"emit": {"at birth": [given], "held": []}},
        "place": {**RELEASE, "part": "place"},
    }
    rows = compiled(columns, subjects={"p1": "person", "d1": "episode"})
    assert accepted(rows, "1990", "at birth", "SY04").statements[1]["value"] == {
        "event": "released",
        "on": "1990",
        "place": "SY04",
    }
    assert accepted(rows, "", "at birth", "").statements[0]["value"] == {"event": "released"}


def test_a_text_that_needs_a_value_the_row_does_not_give_refuses_the_row() -> None:
    kin = {"relation": "son", "of": {"same_as": {"subject": "p1", "predicate": "kin", "group": "named", "part": "of"}}}
    columns = {
        "x": NAME,
        "of": {"subject": "p1", "predicate": "kin", "group": "named", "part": "of"},
        "y": {"emit": {"son": [{"subject": "p1", "predicate": "kin", "value": kin}]}},
    }
    constants = [{"subject": "p1", "predicate": "kin", "group": "named", "part": "relation", "value": "relative"}]
    rows = compiled(columns, constants=constants)
    assert accepted(rows, "سالم", "12.0", "son").statements[2]["value"] == {"relation": "son", "of": "12.0"}
    assert [p.column for p in refused(rows, "سالم", "", "son").problems] == ["y"]
    assert [p.column for p in refused(rows, "سالم", "12", "son").problems] == ["of"]  # the reason, once


def test_what_is_said_of_every_row_may_take_a_value_or_a_day_from_it() -> None:
    columns = {"x": NAME, "on": {**ARREST, "part": "on"}}
    constants = [
        {**ARREST, "part": "event", "value": "arrested"},
        {
            "subject": "p1",
            "predicate": "age_class",
            "value": {"class": "adult", "at": {"same_as": {**ARREST, "part": "on"}}},
        },
        {"subject": "p1", "predicate": "displaced", "value": "no", "when": {"column": "day"}},
        {"subject": "p1", "predicate": "birth", "same_as": {**ARREST, "part": "on"}},
        {"subject": "d1", "predicate": "note", "value": "x"},
    ]
    rows = compiled(columns, sheet=["x", "on", "day"], subjects={"p1": "person", "d1": "episode"}, constants=constants)
    row = accepted(rows, "ليلى", "2013", "2014")
    assert [(s["predicate"], s["value"], s.get("when")) for s in row.statements[2:]] == [
        ("age_class", {"class": "adult", "at": "2013"}, None),
        ("displaced", "no", "2014"),
        ("birth", "2013", None),
        ("note", "x", None),
    ]
    row = accepted(rows, "ليلى", "", "")
    assert [(s["predicate"], s["value"]) for s in row.statements[1:]] == [
        ("age_class", {"class": "adult"}),
        ("displaced", "no"),
        ("note", "x"),
    ]


def test_a_value_may_be_taken_from_a_constant() -> None:
    columns = {"age": {"subject": "p1", "predicate": "age", "part": "years"}}
    constants = [
        {**ARREST, "value": {"event": "arrested", "on": "2013"}},
        {"subject": "p1", "predicate": "age", "part": "at", "same_as": {**ARREST, "part": "on"}},
    ]
    rows = compiled(columns, subjects={"p1": "person", "d1": "episode"}, constants=constants)
    assert accepted(rows, "34").statements[0]["value"] == {"years": 34, "at": "2013"}
