"""What a sheet mapping may say, and how a wrong one is told where it is wrong."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from dalil.errors import DalilError, UnreadableFile, WrongMapping
from dalil.intake.mapping import Mapping, load_mapping, parse_mapping
from dalil.intake.mapping_model import Emit, Slot, Use
from dalil.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


ARREST = {"subject": "d1", "predicate": "episode_event", "group": "arrest"}

GOOD: dict[str, Any] = {
    "format": "dalil-mapping/1",
    "source": {
        "key": "list-a",
        "kind": "synthetic",
        "synthetic": True,
        "form": "list",
        "title": "قائمة مختلقة",
        "language": "ar",
        "published": "2021-05-20",
    },
    "reader": {"sheet": "2013", "header_rows": 2, "skip_rows": 1},
    "key": ["رقم"],
    "subjects": {"p1": "person", "d1": "episode", "p2": {"kind": "person", "optional": True}},
    "dates": {"order": "dmy", "empty": ["0000-00-00"]},
    "columns": {
        "الاسم": {"subject": "p1", "predicate": "name", "part": "text", "split": ["given", "father", "family"]},
        "الجنس": {"subject": "p1", "predicate": "sex", "values": {"ذكر": "male", "أنثى": "female"}},
        "تاريخ الاعتقال": {**ARREST, "part": "on"},
        "العمر": {"subject": "p1", "predicate": "age", "part": "years"},
        "الحالة": {
            "emit": {
                "مختفٍ": [{"subject": "d1", "predicate": "episode_event", "value": {"event": "no_information"}}],
                "محتجز": [],
            }
        },
        "بسبب": {"subject": "p2", "predicate": "name", "part": "text"},
        "ملاحظات": "ignore",
    },
    "constants": [
        {"subject": "d1", "predicate": "detainee", "value": {"person": "p1"}},
        {**ARREST, "part": "event", "value": "arrested"},
        {"subject": "p1", "predicate": "age", "part": "at", "same_as": {**ARREST, "part": "on"}},
    ],
    "on_change": {"default": "replace", "episode_event": "add"},
}

GONE = object()


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the good mapping with the value at ``path`` (keys between slashes) changed, added or taken away."""
    data = copy.deepcopy(GOOD)
    place: Any = data
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        place = place[step]
    if value is GONE:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return data


def refusal(data: object, vocabulary: Vocabulary) -> WrongMapping:
    with pytest.raises(WrongMapping) as refused:
        parse_mapping(data, vocabulary)
    return refused.value


def columns(mapping: Mapping) -> dict[str, Use | Emit]:
    return {column.name: column.uses[0] for column in mapping.columns}


def test_a_mapping_is_read_as_it_is_written(vocabulary: Vocabulary) -> None:
    mapping = parse_mapping(GOOD, vocabulary)
    assert mapping.source["key"] == "list-a"
    assert mapping.language == "ar"  # the language of the source, since the mapping says no other
    assert mapping.key == ("رقم",)
    assert mapping.ignored == {"ملاحظات"}
    assert mapping.only_read == {"رقم"}
    assert (mapping.reader.sheet, mapping.reader.header_rows, mapping.reader.skip_rows) == ("2013", 2, 1)
    assert mapping.subjects["p2"].optional
    name, status = columns(mapping)["الاسم"], columns(mapping)["الحالة"]
    assert isinstance(name, Use)
    assert name.slot == Slot(subject="p1", predicate="name", part="text")
    assert name.split == ("given", "father", "family")
    assert isinstance(status, Emit)
    assert status.cases["مختفٍ"][0].alone
    assert status.cases["محتجز"] == ()


def test_a_changed_cell_replaces_what_it_said_unless_the_mapping_says_that_it_adds(vocabulary: Vocabulary) -> None:
    mapping = parse_mapping(GOOD, vocabulary)
    assert mapping.replaces("name")
    assert not mapping.replaces("episode_event")
    assert parse_mapping(changed("on_change", GONE), vocabulary).replaces("episode_event")


def test_the_digest_changes_with_whatever_the_mapping_says(vocabulary: Vocabulary) -> None:
    digest = parse_mapping(GOOD, vocabulary).digest
    assert parse_mapping(copy.deepcopy(GOOD), vocabulary).digest == digest
    assert parse_mapping(changed("columns/ملاحظات", [{**ARREST, "part": "place"}]), vocabulary).digest != digest
    assert parse_mapping(changed("source/title", "قائمة"), vocabulary).digest != digest


def test_a_file_is_read_with_the_lines_of_its_mistakes(vocabulary: Vocabulary, tmp_path: Path) -> None:
    file = tmp_path / "list-a.yaml"
    file.write_text(
        "format: dalil-mapping/1\n"
        "source: {key: list-a, kind: report, title: قائمة, language: ar}\n"
        "subjects: {p1: person}\n"
        "columns:\n"
        "  الجنس:\n"
        "    subject: p1\n"
        "    predicate: sex\n"
        "    values:\n"
        "      ذكر: mail\n",
        encoding="utf-8",
    )
    with pytest.raises(WrongMapping) as refused:
        load_mapping(file, vocabulary)
    assert refused.value.where == 'list-a.yaml:9: columns."الجنس".values.ذكر'
    file.write_text(file.read_text(encoding="utf-8").replace("mail", "male"), encoding="utf-8")
    assert load_mapping(file, vocabulary).source["synthetic"] is False
    with pytest.raises(UnreadableFile):
        load_mapping(tmp_path / "missing.yaml", vocabulary)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("format", "dalil-mapping/2", "format"),
        ("colums", {}, "colums"),
        ("source/key", GONE, "source.key"),
        ("source/key", "قائمة", "source.key"),
        ("source/kind", "lst", "source.kind"),
        ("source/language", "Arabic!", "source.language"),
        ("source/published", "2021-02-31", "source.published"),
        ("source/synthetic", False, "source.synthetic"),  # a synthetic source has to say so twice
        ("source/publishers", "x", "source.publishers"),
        ("reader/header_rows", 9, "reader"),
        ("reader/skip_rows", "two", "reader.skip_rows"),
        ("reader/sheets", "x", "reader.sheets"),
        ("key", ["رقم", "رقم"], "key"),
        ("key", ["ملاحظات"], "key"),
        ("subjects/p1", "persn", "subjects.p1"),
        ("subjects/P9", "person", "subjects.P9"),
        ("subjects/p9", "person", "subjects.p9"),  # nothing is said of it
        ("subjects/p2", {"kind": "person", "optinal": True}, "subjects.p2.optinal"),
        ("language", "ara bic", "language"),
        ("script", "Arabic", "script"),
        ("dates/order", "dym", "dates"),
        ("dates/pivot", "30", "dates.pivot"),
        ("columns", {"ملاحظات": "ignore"}, "constants[3]"),  # the first to miss what columns gave
        ("columns/الجنس", "ignored", 'columns."الجنس"'),
        ("columns/الجنس", [], 'columns."الجنس"'),
        ("columns/الجنس/subject", "p3", 'columns."الجنس".subject'),
        ("columns/الجنس/subject", "d1", 'columns."الجنس".subject'),
        ("columns/الجنس/predicate", "sexe", 'columns."الجنس".predicate'),
        ("columns/الجنس/part", "text", 'columns."الجنس".part'),
        ("columns/الجنس/valeus", {}, 'columns."الجنس".valeus'),
        ("columns/الجنس/values/ذكر", "mal", 'columns."الجنس".values.ذكر'),
        ("columns/الجنس/values/ذكر بالغ", "mal", 'columns."الجنس".values."ذكر بالغ"'),
        ("columns/الجنس/values/ ذكر ", "male", 'columns."الجنس".values." ذكر "'),  # the same text as ذكر
        ("columns/الجنس/default", "unknwn", 'columns."الجنس".default'),
        ("columns/الجنس/split", ["given"], 'columns."الجنس".split'),
        ("columns/الجنس/speech", "freely", 'columns."الجنس".speech'),
        ("columns/الجنس/reliability", "G", 'columns."الجنس".reliability'),
        ("columns/الجنس/credibility", 9, 'columns."الجنس".credibility'),
        ("columns/الجنس/when", "2013-13", 'columns."الجنس".when'),
        ("columns/الجنس/when", {"colum": "x"}, 'columns."الجنس".when.colum'),
        ("columns/الجنس/language", "a", 'columns."الجنس".language'),
        ("columns/الجنس/required", "yes", 'columns."الجنس".required'),
        ("columns/الاسم/part", GONE, 'columns."الاسم"'),
        ("columns/الاسم/part", "txt", 'columns."الاسم".part'),
        ("columns/الاسم/split", ["given", "given"], 'columns."الاسم".split'),
        ("columns/الاسم/split", ["name"], 'columns."الاسم".split'),
        ("columns/الاسم/relative", "d1", 'columns."الاسم".relative'),
        ("columns/الاسم/relative", "p1", 'columns."الاسم".relative'),
        ("columns/الاسم/script", "Arabic", 'columns."الاسم".script'),
        ("columns/تاريخ الاعتقال/dates", {"calendar": "lunar"}, 'columns."تاريخ الاعتقال".dates'),
        ("columns/الحالة/emit", {}, 'columns."الحالة".emit'),
        ("columns/الحالة/emit/محتجز", "detained", 'columns."الحالة".emit.محتجز'),
        ("columns/الحالة/emit/مختفٍ/0/value", {"event": "gone"}, 'columns."الحالة".emit.مختفٍ[1].value.event'),
        ("columns/الحالة/emit/مختفٍ/0/value", {"on": "2013"}, 'columns."الحالة".emit.مختفٍ[1]'),
        ("columns/الحالة/emit/مختفٍ/0/value", {}, 'columns."الحالة".emit.مختفٍ[1].value'),
        ("columns/الحالة/values", {}, 'columns."الحالة".values'),
        ("constants/0/value", {"person": "d1"}, "constants[1].value.person"),
        ("constants/0/value", {"persn": "p1"}, "constants[1].value.persn"),
        ("constants/1/value", "arested", "constants[2].value"),
        ("constants/1/value", GONE, "constants[2]"),
        ("constants/1/same_as", {**ARREST, "part": "event"}, "constants[2]"),
        ("constants/2/same_as", {**ARREST, "part": "place"}, "constants[3].same_as"),  # a place is no date
        ("constants/2/same_as", ARREST, "constants[3].same_as"),  # which part of it?
        ("constants/3", {"subject": "p1", "predicate": "birth", "value": "31/2/2013"}, "constants[4].value"),
        ("columns/الحالة/emit/محتجز ", [], 'columns."الحالة".emit."محتجز "'),
        ("columns/الحالة/many", 3, 'columns."الحالة".many'),
        ("columns/الحالة/empty", [["x"]], 'columns."الحالة".empty[1]'),
        ("subjects", {}, "subjects"),
        ("on_change/default", "keep", "on_change.default"),
        ("on_change/names", "add", "on_change.names"),
    ],
)
def test_a_mistake_is_refused_with_the_path_to_it(vocabulary: Vocabulary, path: str, value: object, where: str) -> None:
    refused = refusal(changed(path, value), vocabulary)
    assert refused.where.removeprefix("mapping: ") == where


def test_what_is_unknown_is_told_with_what_comes_near(vocabulary: Vocabulary) -> None:
    assert "columns" in refusal(changed("colums", {}), vocabulary).expected
    assert "sex" in refusal(changed("columns/الجنس/predicate", "sexe"), vocabulary).expected
    assert "text" in refusal(changed("columns/الاسم/part", "txt"), vocabulary).expected
    assert "person" in refusal(changed("subjects/p1", "persn"), vocabulary).expected
    assert "p1" in refusal(changed("columns/الجنس/subject", "p7"), vocabulary).expected


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("columns/عمره", {"subject": "p1", "predicate": "age", "part": "years"}),  # two columns
        ("constants/3", {"subject": "p1", "predicate": "age", "part": "years", "value": 3}),  # a column and a constant
        ("columns/الأب", {"subject": "p1", "predicate": "name", "part": "father"}),  # a column and a part of split
        ("constants/3", {"subject": "p1", "predicate": "sex", "value": "male"}),
        ("columns/الحالة/emit/محتجز", [{**ARREST, "part": "event", "value": "arrested"}]),
    ],
)
def test_a_part_given_twice_is_refused(vocabulary: Vocabulary, path: str, value: object) -> None:
    refused = refusal(changed(path, value), vocabulary)
    assert refused.message == "A part is given twice."
    assert "group" in refused.todo


def test_two_statements_of_one_predicate_stand_in_two_groups(vocabulary: Vocabulary) -> None:
    note = {"subject": "p1", "predicate": "note"}
    data = changed("columns/هامش", {**note, "group": "a"})
    data["columns"]["تعليق"] = {**note, "group": "b"}
    parse_mapping(data, vocabulary)


def test_a_part_that_must_be_given_and_never_is_is_refused(vocabulary: Vocabulary) -> None:
    refused = refusal(changed("columns/العمر", "ignore"), vocabulary)  # age.at alone is no age
    assert "`age` must have" in refused.message
    assert refused.expected == "age.years of p1"


def test_a_value_taken_from_where_nothing_is_given_is_refused(vocabulary: Vocabulary) -> None:
    refused = refusal(changed("columns/تاريخ الاعتقال", "ignore"), vocabulary)
    assert refused.message == "`same_as` points where nothing is given."
    assert refused.expected.endswith("episode_event.on of d1, group arrest")


def test_a_value_is_not_taken_from_a_cell_that_holds_several(vocabulary: Vocabulary) -> None:
    assert "several values" in refusal(changed("columns/تاريخ الاعتقال/many", ";"), vocabulary).message


def test_only_one_column_of_a_statement_may_hold_several_values(vocabulary: Vocabulary) -> None:
    data = changed("columns/السبب", {"subject": "d1", "predicate": "reason", "part": "reason", "many": ";"})
    data["columns"]["الأساس"] = {"subject": "d1", "predicate": "reason", "part": "basis", "many": ";"}
    assert "`many` in one of them" in refusal(data, vocabulary).expected


def test_one_statement_is_not_said_in_two_manners(vocabulary: Vocabulary) -> None:
    data = changed("columns/العمر/speech", "coerced")
    data["constants"][2]["speech"] = "free"
    assert "`speech` is given twice" in refusal(data, vocabulary).message


def test_one_statement_does_not_hold_at_two_times(vocabulary: Vocabulary) -> None:
    data = changed("columns/العمر/when", "2013")
    data["constants"][2]["when"] = {"column": "يوم"}
    assert "`when` is given twice" in refusal(data, vocabulary).message


def test_one_text_gives_each_part_once(vocabulary: Vocabulary) -> None:
    status = {"subject": "d1", "predicate": "episode_event", "group": "status", "part": "event", "value": "released"}
    refused = refusal(changed("columns/الحالة/emit/محتجز", [status, status]), vocabulary)
    assert refused.message == "One text gives a part twice."


def test_a_value_that_is_taken_from_itself_is_refused(vocabulary: Vocabulary) -> None:
    at = {"subject": "p1", "predicate": "age", "part": "at"}
    assert refusal(changed("constants/2/same_as", at), vocabulary).message == "`same_as` points at itself."


def test_several_texts_in_one_cell_cannot_give_parts_of_one_statement(vocabulary: Vocabulary) -> None:
    data = changed("columns/الحالة/emit/محتجز", [{**ARREST, "group": "status", "part": "event", "value": "located"}])
    data["columns"]["الحالة"]["many"] = ";"
    assert "whole statements" in refusal(data, vocabulary).message


def test_a_mapping_in_which_no_column_says_anything_is_refused(vocabulary: Vocabulary) -> None:
    data = {**GOOD, "subjects": {"p1": "person"}, "columns": {"x": "ignore"}, "constants": []}
    data["constants"] = [{"subject": "p1", "predicate": "sex", "value": "male"}]
    assert refusal(data, vocabulary).message == "No column says anything."


def test_a_column_that_is_consulted_for_a_date_cannot_be_ignored(vocabulary: Vocabulary) -> None:
    refused = refusal(changed("columns/الجنس/when", {"column": "ملاحظات"}), vocabulary)
    assert refused.where == 'mapping: columns."ملاحظات"'


def test_a_column_named_twice_in_two_spellings_of_white_space_is_refused(vocabulary: Vocabulary) -> None:
    refused = refusal(changed("columns/ الجنس\u200f", "ignore"), vocabulary)
    assert refused.message == "This column is named twice."


@pytest.mark.parametrize("data", [None, [], "text", 3, {"format": "dalil-mapping/1"}, {1: 2}])
def test_what_is_no_mapping_at_all_is_refused(vocabulary: Vocabulary, data: object) -> None:
    with pytest.raises(DalilError):
        parse_mapping(data, vocabulary)


def test_what_holds_anyway_adds_nothing_to_a_statement(vocabulary: Vocabulary) -> None:
    data = changed("columns/الجنس/polarity", "asserts")
    data["columns"]["الجنس"]["role"] = "evidence"
    use = columns(parse_mapping(data, vocabulary))["الجنس"]
    assert isinstance(use, Use)
    assert use.manner.fields == {}
