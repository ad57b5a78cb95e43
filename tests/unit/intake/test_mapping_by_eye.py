"""Mappings made of choices: what can be chosen can be taken, guesses say why, and what was written by hand is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dalil.intake.choosing import Choices, ColumnChoice, choices_from, compose_mapping, form_of, mapping_text
from dalil.intake.guessing import CELLS, HEADING, REMEMBERED, guess_columns, order_of
from dalil.intake.heading_words import by_heading, row_form_of
from dalil.intake.mapping import parse_mapping
from dalil.intake.meanings import FORMS, IGNORE, meanings_of
from dalil.intake.plain_yaml import parse_plain_yaml, read_plain_yaml
from dalil.intake.profiles import SheetProfile, profile_sheet
from dalil.intake.readers import open_sheet
from dalil.intake.rows import AcceptedRow, compile_rows
from dalil.vocabulary import Vocabulary, load_vocabulary

VOCABULARY: Vocabulary = load_vocabulary()
SOURCE = {"key": "list", "kind": "synthetic", "title": "Invented", "language": "en"}
SETTLED = {"held_by": "state", "act": "lif.exe", "by": "state", "event": "air_strike"}
MAPPINGS = sorted((Path(__file__).parents[3] / "demo" / "mappings").glob("*.yaml"))


def profile(tmp_path: Path, text: str) -> SheetProfile:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return profile_sheet(open_sheet(path))


def choices(row: str, meanings: list[str], **more: Any) -> Choices:
    columns = {f"c{number}": ColumnChoice(meaning=code) for number, code in enumerate(meanings)}
    return Choices(row=row, source=SOURCE, settled=SETTLED, columns=columns, **more)


@pytest.mark.parametrize("row", FORMS)
def test_whatever_can_be_chosen_makes_a_mapping_that_its_reader_takes(row: str) -> None:
    known = meanings_of(row, VOCABULARY)
    by_statement: dict[Any, list[str]] = {}
    for code, meaning in known.items():
        by_statement.setdefault(meaning.slot.statement, []).append(code)
    for codes in by_statement.values():
        codes = [code for code in codes if code != "p1.age_at_arrest.years"]
        name = {"person": "p1.name.text", "detention": "p1.name.text", "act": "p1.name.text"}.get(row, "e1.name.text")
        needed = {"detention": "d1.arrest.on", "act": "a1.act.on", "event": "e1.event.on"}.get(row)
        chosen = [*dict.fromkeys([name, *([needed] if needed else []), *codes])]
        parse_mapping(compose_mapping(choices(row, chosen), VOCABULARY), VOCABULARY)


def test_a_mapping_made_of_choices_is_the_same_read_from_its_file() -> None:
    data = compose_mapping(choices("detention", ["p1.name.given", "p1.name.family", "d1.arrest.on"]), VOCABULARY)
    read = parse_plain_yaml(mapping_text(data), name="made").content
    assert read == data
    assert parse_mapping(read, VOCABULARY).digest == parse_mapping(data, VOCABULARY).digest


def test_a_column_nobody_decided_about_is_left_out_so_that_it_is_refused_by_name() -> None:
    data = compose_mapping(choices("person", ["p1.name.text", "", IGNORE]), VOCABULARY)
    assert list(data["columns"]) == ["c0", "c2"]  # type: ignore[arg-type]


def test_the_age_at_the_arrest_is_told_with_its_day() -> None:
    made = choices("detention", ["p1.name.text", "d1.arrest.on", "p1.age_at_arrest.years"])
    mapping = parse_mapping(compose_mapping(made, VOCABULARY), VOCABULARY)
    row = compile_rows(mapping, ["c0", "c1", "c2"], VOCABULARY).account(2, ["Rana Invented", "2013-08", "34"])
    assert isinstance(row, AcceptedRow)
    said = {(each["predicate"]): each["value"] for each in row.statements}
    assert said["age"] == {"years": 34, "at": "2013-08"}
    assert said["held_by"] == {"party": "state"}


def test_choices_survive_being_kept() -> None:
    made = choices("detention", ["p1.name.text"], key=("c0",), empty=("-",), order="dmy", reader={"skip_rows": 1})
    assert Choices.from_json(made.as_json()) == made


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.stem)
def test_of_a_mapping_written_by_hand_its_plain_columns_are_found_again(path: Path) -> None:
    data = read_plain_yaml(path).content
    found = choices_from(data, VOCABULARY)
    known = meanings_of(form_of(data), VOCABULARY)
    assert all(each.meaning in known or each.meaning == IGNORE for each in found.values())
    if path.stem == "list-b":
        assert found["Person / Full name"].meaning == "p1.name.text"
        assert found["Arrest / Date"].meaning == "d1.arrest.on"


def test_every_meaning_that_a_heading_stands_for_exists() -> None:
    known = {code for row in FORMS for code in meanings_of(row, VOCABULARY)} | {"key", IGNORE}
    assert {code for codes in by_heading().values() for code in codes} <= known


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        (("No", "Date of arrest"), "detention"),
        (("م", "تاريخ الاعتقال"), "detention"),
        (("name", "died on"), "act"),
        (("date", "air strike"), "event"),
        (("name", "sex"), "person"),
    ],
)
def test_what_rows_are_about_is_told_by_headings(headings: tuple[str, ...], row: str) -> None:
    assert row_form_of(headings) == row


def test_guesses_come_from_mappings_headings_and_cells_in_this_order(tmp_path: Path) -> None:
    sheet = profile(tmp_path, "who,sex,x\n" + "Ali Invented,male,released\nOla Invented,female,charged\n" * 4)
    remembered = [("earlier", {"who": ColumnChoice(meaning="p1.name.text")})]
    found = guess_columns(sheet, "detention", VOCABULARY, remembered=remembered)
    assert {name: (each.choice.meaning, each.why) for name, each in found.items()} == {
        "who": ("p1.name.text", REMEMBERED),
        "sex": ("p1.sex", HEADING),
        "x": ("d1.known.event", CELLS),
    }
    assert found["who"].where == "earlier"


def test_two_columns_are_never_guessed_to_be_one_thing(tmp_path: Path) -> None:
    sheet = profile(tmp_path, "name,full name\nAli Invented,Ola Invented\n")
    found = guess_columns(sheet, "person", VOCABULARY)
    assert sorted(each.choice.meaning for each in found.values()) == ["", "p1.name.text"]


@pytest.mark.parametrize(
    ("samples", "order"),
    [
        (("21/08/2013", "07/08/2013"), "dmy"),  # the first tells of the second
        (("08/21/2013", "08/07/2013"), "mdy"),
        (("07/08/2013", "09/08/2013"), ""),  # nothing tells
        (("2013-08-21", "2013-08"), ""),  # nothing needs telling
        ((), ""),
    ],
)
def test_the_order_of_dates_is_guessed_only_where_the_dates_tell_it(samples: tuple[str, ...], order: str) -> None:
    assert order_of(samples) == order


def test_a_profile_keeps_the_few_texts_of_a_column_and_not_its_names(tmp_path: Path) -> None:
    names = "".join(f"Invented {number},{'yes' if number % 2 else 'no'}\n" for number in range(60))
    found = profile(tmp_path, "name,told\n" + names)
    assert found.columns[0].texts is None
    assert found.columns[1].texts == {"no": 30, "yes": 30}
    assert (found.n_rows, found.whole, len(found.first_rows)) == (60, True, 8)
    assert SheetProfile.from_json(found.as_json()) == found


def test_a_profile_of_a_long_sheet_looks_at_its_first_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name\n" + "Ali Invented\n" * 30, encoding="utf-8")
    found = profile_sheet(open_sheet(path), most_rows=10)
    assert (found.n_rows, found.whole) == (10, False)


def test_a_relative_is_a_person_of_their_own_in_rows_that_speak_of_them() -> None:
    made = choices("detention", ["p1.name.text", "spouse.name.text", "spouse.note", "d1.arrest.on"])
    mapping = parse_mapping(compose_mapping(made, VOCABULARY), VOCABULARY)
    rows = compile_rows(mapping, ["c0", "c1", "c2", "c3"], VOCABULARY)
    row = rows.account(2, ["Rana Invented", "Samir Invented", "+000 1", "2013"])
    assert isinstance(row, AcceptedRow)
    assert ["spouse", "person"] in row.subjects
    said = [(each["subject"], each["predicate"], each["value"]) for each in row.statements]
    assert ("spouse", "kin", {"relation": "spouse", "of": "p1"}) in said
    assert ("spouse", "note", "+000 1") in said
    alone = rows.account(3, ["Rana Invented", "", "", "2013"])
    assert isinstance(alone, AcceptedRow)
    assert not [each for each in alone.subjects if each[0] == "spouse"]  # type: ignore[index]


def test_a_mother_with_a_record_of_her_own_still_tells_people_of_one_name_apart() -> None:
    made = choices("person", ["p1.name.text", "mother.name.text", "mother.note"])
    mapping = parse_mapping(compose_mapping(made, VOCABULARY), VOCABULARY)
    row = compile_rows(mapping, ["c0", "c1", "c2"], VOCABULARY).account(2, ["رنا المختلقة", "هدى المختلقة", "000"])
    assert isinstance(row, AcceptedRow)
    names = {each["subject"]: each["value"] for each in row.statements if each["predicate"] == "name"}
    assert names["p1"]["mother"] == "هدى المختلقة"  # type: ignore[index,call-overload]
    assert names["mother"]["text"] == "هدى المختلقة"  # type: ignore[index,call-overload]


@pytest.mark.parametrize(("relation", "said"), [("wife", ["relative", "wife"]), ("", ["relative"])])
def test_a_relative_is_tied_to_the_person_whether_or_not_the_list_says_how(relation: str, said: list[str]) -> None:
    made = choices("person", ["p1.name.text", "relative.name.text", "relative.kin.relation"])
    mapping = parse_mapping(compose_mapping(made, VOCABULARY), VOCABULARY)
    row = compile_rows(mapping, ["c0", "c1", "c2"], VOCABULARY).account(2, ["Ali Invented", "Huda Invented", relation])
    assert isinstance(row, AcceptedRow)
    kin = [each["value"] for each in row.statements if each["predicate"] == "kin"]
    assert sorted(str(each["relation"]) for each in kin) == said  # type: ignore[index,call-overload]
    assert all(each["of"] == "p1" for each in kin)  # type: ignore[index,call-overload]


def test_a_relative_with_given_and_family_name_in_columns_of_their_own_has_a_whole_name() -> None:
    made = choices("person", ["p1.name.text", "father.name.given", "father.name.family"])
    mapping = parse_mapping(compose_mapping(made, VOCABULARY), VOCABULARY)
    row = compile_rows(mapping, ["c0", "c1", "c2"], VOCABULARY).account(2, ["Ali Invented", "Omar", "Invented"])
    assert isinstance(row, AcceptedRow)
    (name,) = [each for each in row.statements if (each["subject"], each["predicate"]) == ("father", "name")]
    assert name["value"]["text"] == "Omar Invented"  # type: ignore[index,call-overload]


def test_a_mapping_with_relatives_is_found_again_as_choices() -> None:
    chosen = ["p1.name.text", "mother.name.text", "mother.note", "relative.name.text", "relative.kin.relation"]
    data = compose_mapping(choices("detention", [*chosen, "d1.arrest.on"]), VOCABULARY)
    assert form_of(data) == "detention"
    assert [each.meaning for each in choices_from(data, VOCABULARY).values()] == [*chosen, "d1.arrest.on"]


def test_headings_that_name_relatives_are_guessed_and_the_persons_own_come_first(tmp_path: Path) -> None:
    sheet = profile(tmp_path, "الاسم,اسم الأم,الزوجة,هاتف الزوجة,صلة القرابة\nعلي المختلق,هدى,رنا المختلقة,000,زوجة\n")
    found = guess_columns(sheet, "detention", VOCABULARY)
    assert [each.choice.meaning for each in found.values()] == [
        "p1.name.text",
        "p1.name.mother",
        "spouse.name.text",
        "spouse.note",
        "relative.kin.relation",
    ]
