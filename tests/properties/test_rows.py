"""Laws of rows: what is accepted is always a whole account, and only what the mapping reads makes a difference."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dalil.errors import BadInput
from dalil.intake.checking import check_account
from dalil.intake.mapping import parse_mapping
from dalil.intake.rows import AcceptedRow, RefusedRow, compile_rows
from dalil.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()

ARREST = {"subject": "d1", "predicate": "episode_event", "group": "arrest"}
RELEASE = {"subject": "d1", "predicate": "episode_event", "group": "release"}

MAPPING: dict[str, Any] = {
    "format": "dalil-mapping/1",
    "source": {"key": "list", "kind": "synthetic", "synthetic": True, "title": "قائمة", "language": "ar"},
    "key": ["no"],
    "subjects": {
        "p1": "person",
        "d1": "episode",
        "p2": {"kind": "person", "optional": True},
        "e1": {"kind": "event", "optional": True},
    },
    "dates": {"order": "dmy", "empty": ["0000-00-00"]},
    "empty": ["-"],
    "columns": {
        "name": {"subject": "p1", "predicate": "name", "part": "text", "split": ["given", "father", "family"]},
        "mother": {"subject": "p1", "predicate": "name", "part": "mother"},
        "aliases": {
            "subject": "p1",
            "predicate": "name",
            "group": "alias",
            "part": "text",
            "many": "/",
            "relative": "p2",
        },
        "relative": {"subject": "p2", "predicate": "name", "part": "text", "script": "Arab"},
        "sex": {"subject": "p1", "predicate": "sex", "values": {"ذكر": "male", "؟": None}, "default": "unknown"},
        "birth": {"subject": "p1", "predicate": "birth"},
        "age": {"subject": "p1", "predicate": "age", "part": "years", "strip": ["years"]},
        "arrest": {**ARREST, "part": "on"},
        "place": {**ARREST, "part": "place"},
        "reasons": {"subject": "d1", "predicate": "reason", "part": "reason", "many": ";", "when": {"column": "day"}},
        "status": {
            "emit": {
                "gone": [{"subject": "d1", "predicate": "episode_event", "value": {"event": "no_information"}}],
                "free": [{**RELEASE, "part": "event", "value": "released"}],
                "adult": [
                    {
                        "subject": "p1",
                        "predicate": "age_class",
                        "value": {"class": "adult", "at": {"same_as": {**ARREST, "part": "on"}}},
                    }
                ],
                "held": [],
            }
        },
        "release": {**RELEASE, "part": "on"},
        "killed": {"subject": "e1", "predicate": "count", "part": "count"},
        "kin": {"subject": "p1", "predicate": "kin", "part": "of"},
        "note": {"subject": "p1", "predicate": "note", "sensitivity": "restricted", "language": "en"},
        "left out": "ignore",
    },
    "constants": [
        {"subject": "d1", "predicate": "detainee", "value": {"person": "p1"}},
        {**ARREST, "part": "event", "value": "arrested"},
        {"subject": "p1", "predicate": "age", "part": "at", "same_as": {**ARREST, "part": "on"}},
        {"subject": "p1", "predicate": "kin", "group": "fixed", "value": {"relation": "son", "of": "p2"}},
        {"subject": "p1", "predicate": "kin", "part": "relation", "value": "brother"},
        {"subject": "e1", "predicate": "count", "part": "of_what", "value": "person"},
        {"subject": "p1", "predicate": "birth", "group": "guess", "same_as": {**ARREST, "part": "on"}},
        {"subject": "p1", "predicate": "residence", "value": {"place": {"same_as": {**ARREST, "part": "place"}}}},
    ],
}
COLUMNS = ["no", *MAPPING["columns"], "day"]
PARSED = parse_mapping(MAPPING, VOCABULARY)
ROWS = compile_rows(PARSED, COLUMNS, VOCABULARY)

GOOD: dict[str, list[str]] = {
    "no": ["1", "٢"],
    "name": ["ليلى محمد الخطيب", "زوجة سالم", "مجهول", "Layla (Umm X)"],
    "mother": ["هدى"],
    "aliases": ["Layla / Leila", "زوجة سالم / ليلى"],
    "relative": ["سالم", "Salem", "ابن سالم"],
    "sex": ["ذكر", "female", "؟", "أنثى"],
    "birth": ["1990", "٣/٤/١٩٩٠", "0000-00-00"],
    "age": ["34", "34 years", "٣٤"],
    "arrest": ["2013-08-21", "آب 2013", "end of 2012"],
    "place": ["SY04", "حمص", "ريف دمشق"],
    "reasons": ["kinship", "kinship;protest", "قرابة ; "],
    "status": ["gone", "free", "adult", "held"],
    "release": ["2021-05-12", "1/1/2012"],
    "killed": ["12", "10-12"],
    "kin": ["812.0"],
    "note": ["نص", "\u202bنص\u202c", "a\nb"],
    "left out": ["x"],
    "day": ["2013", "7/4/2018"],
}
BAD = ["31/2/1990", "5/13/2013", "qqq;kinship", "200", "nowhere", "lost", "many", "812", "أبناء سالم", "#REF!"]
SIGNS = st.sampled_from([*"؟-٠١٢319./;:|#!() \n\t\u200f\u202b\u0301\u064b\ufeffaZéيىةأ𐀀\x00\x1f\ud800"])
a_wild_cell = st.one_of(st.sampled_from(BAD), st.text(max_size=12), st.text(SIGNS, max_size=8))


@st.composite
def rows_of_cells(draw: st.DrawFn) -> dict[str, str]:
    """Draw a row that makes sense, and spoil up to three of its cells."""
    row = {column: draw(st.sampled_from(["", *GOOD[column]])) for column in COLUMNS}
    row["no"] = row["no"] or "1"
    if row["release"] and row["status"] != "free":
        row["release"] = ""
    for column in draw(st.lists(st.sampled_from(COLUMNS), max_size=3, unique=True)):
        row[column] = draw(a_wild_cell)
    return row


a_row = rows_of_cells()


def laid_out(cells: dict[str, str], order: Sequence[str] = COLUMNS) -> list[str]:
    """Return the cells of a row in the order of the sheet's columns."""
    return [cells[column] for column in order]


def taken(row: AcceptedRow | RefusedRow) -> tuple[Any, ...]:
    """Return all of an outcome that does not depend on how the sheet is laid out."""
    if isinstance(row, RefusedRow):
        return (frozenset(row.problems),)
    return row.key, row.digest, row.subjects, row.statements, row.columns, row.warnings


@given(a_row)
def test_a_row_is_a_whole_account_or_is_refused_with_a_reason(cells: dict[str, str]) -> None:
    row = ROWS.account(7, laid_out(cells))
    if isinstance(row, RefusedRow):
        assert row.problems
        assert all(problem.row == 7 and problem.expected and problem.todo for problem in row.problems)
        assert all(problem.column in {*COLUMNS, ""} for problem in row.problems)
        assert all(problem.told() for problem in row.problems)
        return
    check_account(
        {
            "source": 0,
            "language": PARSED.language,
            "subjects": row.subjects,
            "statements": row.statements,
            "row": {"load": "x", "key": row.key, "number": row.number, "digest": row.digest},
        },
        VOCABULARY,
    )
    assert len(row.columns) == len(row.statements)
    assert ROWS.key_of(laid_out(cells)) == row.key


@given(a_row, st.permutations(COLUMNS))
def test_the_order_of_the_columns_makes_no_difference(cells: dict[str, str], order: list[str]) -> None:
    other = compile_rows(PARSED, order, VOCABULARY)
    assert taken(other.account(7, laid_out(cells, order))) == taken(ROWS.account(7, laid_out(cells)))


@given(a_row, st.text(max_size=5))
def test_what_stands_in_an_ignored_column_makes_no_difference(cells: dict[str, str], text: str) -> None:
    changed = {**cells, "left out": text}
    assert taken(ROWS.account(7, laid_out(changed))) == taken(ROWS.account(7, laid_out(cells)))


@given(a_row)
def test_what_is_remembered_of_earlier_rows_makes_no_difference(cells: dict[str, str]) -> None:
    fresh = compile_rows(PARSED, COLUMNS, VOCABULARY)
    assert taken(fresh.account(7, laid_out(cells))) == taken(ROWS.account(7, laid_out(cells)))


@given(a_row, a_row)
def test_rows_with_one_digest_say_the_same(one: dict[str, str], other: dict[str, str]) -> None:
    mixed = {column: f" {text} " if len(other[column]) % 2 else text for column, text in one.items()}
    first, second = ROWS.account(7, laid_out(one)), ROWS.account(7, laid_out(mixed))
    if isinstance(first, AcceptedRow):
        assert taken(second) == taken(first)  # white space around a cell says nothing


paths = st.lists(st.integers(0, 30), min_size=1, max_size=6)
junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(["p1", "d1", "name", "text", "ignore", "kin", "same_as", "2013", "", " "]),
    st.text(max_size=4),
    st.just([]),
    st.just({}),
    st.just({"same_as": {"subject": "p1", "predicate": "sex"}}),
)


def spoilt(data: Any, steps: list[int], value: object) -> None:
    """Put ``value`` somewhere inside ``data``: the steps choose where."""
    while isinstance(data, dict | list) and data:
        keys = list(data) if isinstance(data, dict) else list(range(len(data)))
        key = keys[steps[0] % len(keys)]
        steps = steps[1:]
        if not steps or not isinstance(data[key], dict | list) or not data[key]:
            data[key] = value
            return
        data = data[key]


@given(paths, junk, a_row)
def test_a_spoilt_mapping_is_refused_or_works(steps: list[int], value: object, cells: dict[str, str]) -> None:
    data = copy.deepcopy(MAPPING)
    spoilt(data, steps, value)
    try:
        rows = compile_rows(parse_mapping(data, VOCABULARY), COLUMNS, VOCABULARY)
    except BadInput:
        return
    row = rows.account(7, laid_out(cells))
    if isinstance(row, AcceptedRow):
        check_account(
            {"source": 0, "language": "ar", "subjects": row.subjects, "statements": row.statements}, VOCABULARY
        )
