"""Which rows only repeat a row of a list that their own copies."""

from __future__ import annotations

from typing import Any

import pytest

from dalil.linkage.archives.echoes import echoes_in, lists_copied
from dalil.linkage.record_table import RecordTable

COPIES = {"copy": {"first"}, "third": {"copy", "first"}}
NADA: dict[str, Any] = {"name": "Nada Qasim", "father": "Salim", "mother": "Huda", "event_lo": 100, "event_hi": 100}


def rows(*told: tuple[str, str, dict[str, Any]]) -> RecordTable:
    """Return the table of these records: id, list, and what differs from Nada's row."""
    made = [{"id": name, "list": of, **NADA, **other} for name, of, other in told]
    return RecordTable.of({key: [row[key] for row in made] for key in made[0]} if made else {})


def test_a_row_that_says_what_the_row_it_copies_says_is_an_echo() -> None:
    assert echoes_in(rows(("a", "first", {}), ("b", "copy", {})), COPIES) == {"b": "a"}


@pytest.mark.parametrize(
    "other",
    [
        {"mother": None},  # it tells less
        {"name": "nada  QASIM"},  # and writes otherwise
        {"event_lo": None, "event_hi": None},
    ],
)
def test_an_echo_may_tell_less_and_spell_otherwise(other: dict[str, Any]) -> None:
    assert echoes_in(rows(("a", "first", {}), ("b", "copy", other)), COPIES) == {"b": "a"}


@pytest.mark.parametrize(
    "other",
    [
        {"mother": "Amal"},
        {"event_lo": 101, "event_hi": 101},
        {"event_lo": 90, "event_hi": 120},  # the same, perhaps, but not what the other row says
        {"name": "Nada Qassab"},
        {"father": None, "mother": None, "event_lo": None, "event_hi": None},  # a name alone
    ],
)
def test_a_row_that_says_otherwise_or_too_little_is_compared_like_any_other(other: dict[str, Any]) -> None:
    assert echoes_in(rows(("a", "first", {}), ("b", "copy", other)), COPIES) == {}


def test_where_two_rows_may_be_meant_none_is() -> None:
    namesake = {"mother": None}
    assert echoes_in(rows(("a", "first", {}), ("a2", "first", namesake), ("b", "copy", {})), COPIES) == {}
    assert echoes_in(rows(("a", "first", {}), ("b", "copy", {}), ("b2", "copy", namesake)), COPIES) == {}


def test_only_what_a_list_copies_is_echoed_and_nothing_that_people_judged() -> None:
    both = rows(("a", "first", {}), ("b", "copy", {}), ("c", "other", {}))
    assert echoes_in(both, COPIES) == {"b": "a"}
    assert echoes_in(both, {}) == {}
    assert echoes_in(both, COPIES, judged={"b"}) == {}


def test_an_echo_of_an_echo_goes_with_the_row_that_both_repeat() -> None:
    told = rows(("a", "first", {}), ("b", "copy", {"mother": None}), ("c", "third", {"mother": None}))
    for copies in (COPIES, {"copy": {"first"}, "third": {"copy"}}):
        assert echoes_in(told, copies) == {"b": "a", "c": "a"}


def test_lists_copied_through_others_are_copied_too_and_no_list_copies_itself() -> None:
    assert lists_copied({"c": ["b"], "b": ["a"], "a": []}) == {"c": {"a", "b"}, "b": {"a"}, "a": set()}
    assert lists_copied({"a": ["b"], "b": ["a"]}) == {"a": {"b"}, "b": {"a"}}
    two = rows(("x", "a", {}), ("y", "b", {}))
    assert echoes_in(two, lists_copied({"a": ["b"], "b": ["a"]})) == {}
