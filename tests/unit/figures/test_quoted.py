"""Figures that others give, ages and lengths of time."""

from __future__ import annotations

from typing import Any, Final

import pytest

from dalil.errors import WrongDefinition
from dalil.figures import Duration, FigureRun, Span
from dalil.ledger.kinds import Kind
from unit.figures.small import Small

DERIVED: Final = {"class": "derived"}


# --- numbers that others give -----------------------------------------------------------------------------------------
def siege(small: Small) -> tuple[int, int]:
    """Record two sources that number the besieged differently, joined; return both entries."""
    entries = []
    for key, count in (("page", {"min": 1500, "hedge": "more_than"}), ("atlas", {"n": 400, "hedge": "about"})):
        small.source(key, synthetic=False)
        value = {"of_what": "besieged_population", "count": count, "population": "words that stay in the archive"}
        entries.append(
            small.account({"g1": "group"}, ("g1", "name", {"text": key}), ("g1", "count", value), source=key)
        )
    small.record(Kind.JUDGEMENT, verdict="same", sets=[["group", [f"{e}.0" for e in entries]]], basis="human")
    return entries[0], entries[1]


def quoted(small: Small, **fields: Any) -> FigureRun:
    about = {"kind": "group", "name": "page"}
    recipe = {"about": about, "of_what": "besieged_population", **fields}
    small.define("siege", unit="besieged_population", quoted=recipe, **{"class": "quoted"})
    return small.figures.run("siege")


def test_a_quoted_number_stands_with_every_other_that_was_given(small: Small) -> None:
    page, atlas = siege(small)
    run = quoted(small, source="page")
    assert (run.value, run.hedge, run.quoted_from) == (1500, "more_than", "page")
    assert [(each["source"], each["preferred"]) for each in run.details["given"]] == [("page", False), ("atlas", False)]  # type: ignore[index,call-overload,union-attr]
    assert "words that stay" not in run.canonical().decode()
    small.record(
        Kind.DECISION, decision="prefer", subject=f"{page}.0", predicate="count", statement=f"{atlas}.1", reason="x"
    )
    small.record(Kind.DECISION, decision="grade", subject=f"{page}.0", grade="G1", flag="contested", reason="x")
    run = quoted(small, source="page")
    assert [(each["source"], each["preferred"]) for each in run.details["given"]] == [("page", False), ("atlas", True)]  # type: ignore[index,call-overload,union-attr]
    assert run.details["flag"] == "contested"
    assert run.value == 1500
    assert quoted(small).value == 400  # no source named: the preferred one


def test_a_quotation_that_no_source_gives_is_refused(small: Small) -> None:
    siege(small)
    with pytest.raises(WrongDefinition) as caught:
        quoted(small, source="gazette")
    assert caught.value.found == "2 others"


@pytest.mark.parametrize(
    ("count", "value", "hedge"),
    [
        ({"n": 12}, 12, None),
        ({"min": 12}, 12, "at_least"),
        ({"max": 12}, 12, "at_most"),
        ({"min": 12, "max": 12}, 12, None),
        ({"min": 2000, "max": 19999, "hedge": "thousands"}, None, "thousands"),
        ({"hedge": "many"}, None, "many"),
    ],
)
def test_a_count_is_quoted_as_a_number_and_a_hedge(
    small: Small, count: dict[str, Any], value: int | None, hedge: str | None
) -> None:
    said = {"of_what": "besieged_population", "count": count}
    small.account({"g1": "group"}, ("g1", "name", {"text": "page"}), ("g1", "count", said))
    run = quoted(small)
    assert (run.value, run.hedge, run.n_synthetic) == (value, hedge, 1)


# --- ages and lengths of time -----------------------------------------------------------------------------------------
def aged(small: Small, at: str, *said: tuple[Any, ...]) -> FigureRun:
    small.account({"p1": "person"}, ("p1", "name", {"text": "Invented Person"}), *said)
    recipe = {"person": {"kind": "person", "name": "Invented Person"}, "at": at}
    small.define("age", unit="year", age_of=recipe, **DERIVED)
    return small.figures.run("age")


def test_an_age_said_of_an_undated_page_is_taken_if_the_birth_allows_it(small: Small) -> None:
    run = aged(small, "2020/..", ("p1", "age", {"years": 33, "at": "2020/.."}), ("p1", "birth", "1986/.."))
    assert run.value == 33
    assert run.details["birth"] == "1986-01-02/.."  # 33 on the first of January 2020 at the earliest


def test_an_age_that_the_birth_does_not_allow_is_not_taken(small: Small) -> None:
    run = aged(small, "2020", ("p1", "age", {"years": 33, "at": "2020"}), ("p1", "birth", "1950"))
    assert run.value == Span(low=None, high=None)
    assert run.details["births_agree"] is False


def test_nothing_said_of_a_birth_leaves_any_age_possible(small: Small) -> None:
    assert aged(small, "2020").value == Span(low=0, high=None)


def test_an_age_is_worked_out_from_a_birth_within_bounds(small: Small) -> None:
    assert aged(small, "2020-05", ("p1", "birth", "1986-05")).value == Span(low=33, high=34)


def test_how_long_an_event_lasted_by_all_accounts_and_by_the_preferred_one(small: Small) -> None:
    entries = []
    for on in ("2012/2018", "2013-04-07/2018-04-14", "2013"):
        said = ("e1", "event", {"kind": "siege", "on": on})
        years = ("e1", "count", {"of_what": "year", "count": {"n": 6}})
        entries.append(small.account({"e1": "event"}, ("e1", "name", {"text": "the invented siege"}), said, years))
    small.record(Kind.JUDGEMENT, verdict="same", sets=[["event", [f"{e}.0" for e in entries]]], basis="human")
    recipe = {"event": {"kind": "event", "name": "the invented siege"}, "kind": "siege"}
    small.define("siege", unit="duration", length_of=recipe, **DERIVED)
    # 2012/2018 may be 31 December 2012 to 1 January 2018, or 1 January 2012 to 31 December 2018.
    assert small.figures.run("siege").value == Duration(least=(5, 0, 1), most=(6, 11, 30))
    small.record(
        Kind.DECISION,
        decision="prefer",
        subject=f"{entries[0]}.0",
        predicate="event",
        statement=f"{entries[1]}.1",
        reason="x",
    )
    run = small.figures.run("siege")
    assert run.value == Duration(least=(5, 0, 7), most=(5, 0, 7))
    assert isinstance(run.details["by_dates"], list)
    assert [each["preferred"] for each in run.details["by_dates"]] == [False, True]  # type: ignore[index,call-overload]
    assert len(run.details["said"]) == 3  # type: ignore[arg-type]


def test_an_event_that_nobody_dates_has_no_length(small: Small) -> None:
    said = ("e1", "event", {"kind": "siege"})
    small.account({"e1": "event"}, ("e1", "name", {"text": "the invented siege"}), said)
    recipe = {"event": {"kind": "event", "name": "the invented siege"}, "kind": "siege"}
    small.define("siege", unit="duration", length_of=recipe, **DERIVED)
    assert small.figures.run("siege").value is None


def held_for(small: Small, *rows: int) -> FigureRun:
    small.account({"p1": f"person {rows[0]}.0"}, ("p1", "name", {"text": "Invented Person"}))
    said = {"person": {"name": "Invented Person"}}
    recipe = {"kind": "episode", "predicate": "detainee", "said": said}
    small.define("held for", unit="duration", held_for=recipe, **DERIVED)
    return small.figures.run("held for")


def test_how_long_someone_was_held_from_a_month_to_a_day(small: Small) -> None:
    run = held_for(small, small.held("2013-08", "released 2021-05-12"))
    assert run.value == Duration(least=(7, 8, 12), most=(7, 9, 11))
    assert isinstance(run.value, Duration)
    assert run.value.months == Span(low=92, high=93)
    assert run.details == {"arrested": "2013-08", "ended": "2021-05-12", "dates_agree": True}


def test_dates_that_contradict_each_other_give_the_whole_span(small: Small) -> None:
    first, second = small.held("2013-08-01", "released 2014-01-01"), small.held("2013-09-01", "released 2014-01-01")
    small.join(first, second)
    run = held_for(small, first)
    assert run.value == Duration(least=(0, 4, 0), most=(0, 5, 0))
    assert run.details["dates_agree"] is False


def test_an_episode_without_a_dated_end_has_no_length(small: Small) -> None:
    with pytest.raises(WrongDefinition) as caught:
        held_for(small, small.held("2013-08"))
    assert caught.value.found == "1 dated arrests, 0 dated ends"


def test_an_episode_that_ends_before_it_begins_has_no_length(small: Small) -> None:
    with pytest.raises(WrongDefinition) as caught:
        held_for(small, small.held("2013-08", "released 2012"))
    assert "ends before it begins" in caught.value.message
