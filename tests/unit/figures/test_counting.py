"""What a count counts, worked out by hand on archives of a few persons."""

from __future__ import annotations

from typing import Any, Final

import pytest

from dalil.figures import FigureRun
from dalil.ledger.kinds import Kind
from dalil.values.digests import digest_of_lines
from unit.figures.small import Small

GONE: Final = ("no_information 2014-01-01", "denied 2014-01-01")


def held(small: Small, *, as_of: str | None = None, known_by: int | None = None, **fields: Any) -> FigureRun:
    small.define_held(**fields)
    return small.figures.run("held", as_of=as_of, known_by=known_by)


# --- who counts -----------------------------------------------------------------------------------------------------
def test_a_person_counts_whose_episode_meets_every_condition(small: Small) -> None:
    first = small.held("2013-08-07")
    gone = small.held("2014-01-02", *GONE)
    small.held("2013-08-07", "released 2014-01-01")
    small.held("2013-08-07", party="syria.isis")
    small.held("2013-08-07", reason="protest")
    small.held("2010-08-07")
    run = held(small)
    assert run.value == 2
    assert run.members == [f"{first}.0", f"{gone}.0"]
    assert run.exclusions == {"arrested": 1, "party": 1, "reason": 1, "status": 1}
    assert run.unknowns == {}


def test_mentions_of_one_person_count_once_under_the_oldest(small: Small) -> None:
    first, second = small.held("2013-08-07"), small.held("2013-08")
    small.join(first, second)
    run = held(small)
    assert (run.value, run.members) == (1, [f"{first}.0"])


def test_what_one_source_leaves_out_another_may_say(small: Small) -> None:
    first, second = small.held("2013-08-07", reason=None), small.held(None, party=None)
    assert held(small).value == 0
    small.join(first, second)
    assert held(small).value == 1


def test_two_episodes_of_one_person_are_one_person_and_two_cases(small: Small) -> None:
    first, second = small.held("2013-08-07", *GONE), small.held("2015-08-07")
    small.join(first, second, episodes=False)
    assert held(small).value == 1
    run = held(small, unit="episode")
    assert (run.value, run.members) == (2, [f"{first}.1", f"{second}.1"])


def test_a_term_below_the_one_asked_for_is_within_it(small: Small) -> None:
    small.held(party="syria.state.military_intelligence")
    assert held(small).value == 1


def test_denied_coerced_and_quoted_statements_do_not_count(small: Small) -> None:
    for spoilt in ({"polarity": "denies"}, {"speech": "coerced"}, {"role": "claim_to_rebut"}):
        small.account(
            {"p1": "person", "d1": "episode"},
            ("d1", "detainee", {"person": "p1"}),
            ("d1", "held_by", {"party": "syria.state"}),
            ("d1", "reason", {"reason": "kinship"}, spoilt),
            ("d1", "episode_event", {"event": "arrested", "on": "2013-08-07"}),
        )
    run = held(small)
    assert (run.value, run.unknowns) == (0, {"reason": 3})


# --- what nobody can tell -------------------------------------------------------------------------------------------
def test_a_release_that_may_be_before_or_after_the_day_makes_the_person_unknown(small: Small) -> None:
    small.held("2013-08-07", "released 2021-05")
    run = held(small)
    assert (run.value, run.unknowns, run.exclusions) == (0, {"status": 1}, {})


def test_a_window_asks_for_certainty_at_both_ends(small: Small) -> None:
    small.held("2011-03")  # all of March 2011 is in the window
    small.held("2011")  # January may be meant
    small.held("2011-02-28")
    run = held(small)
    assert (run.value, run.unknowns, run.exclusions) == (1, {"arrested": 1}, {"arrested": 1})


def test_an_undated_arrest_is_bounded_by_publication_and_open_to_the_past(small: Small) -> None:
    small.source("dated", published="2021-05-20")
    small.held(None, source="dated")
    assert held(small).unknowns == {"arrested": 1}
    no_window = [{"status": {"within": ["detained"]}}]
    assert held(small, where=no_window).value == 1


def test_a_definition_can_leave_out_what_is_not_said(small: Small) -> None:
    small.held(reason=None)
    small.held(reason="unknown")
    small.held(reason="protest")
    reason = {"reason": {"within": ["kinship"], "if_unknown": "left_out"}}
    run = held(small, where=[reason])
    assert (run.value, run.unknowns, run.exclusions) == (0, {}, {"reason": 1, "reason_not_said": 2})


def test_a_definition_can_count_what_is_not_said(small: Small) -> None:
    small.held(reason=None)
    small.held(reason="protest")
    run = held(small, where=[{"reason": {"within": ["kinship"], "if_unknown": "counted"}}])
    assert (run.value, run.exclusions) == (1, {"reason": 1})


def test_a_code_that_says_unknown_counts_when_it_is_asked_for(small: Small) -> None:
    small.held(reason="unknown")
    assert held(small, where=[{"reason": {"is": ["unknown"]}}]).value == 1


# --- not, any, all --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "expected"),
    [("syria.state", "in"), ("syria.isis", "out"), ("unidentified", "unknown"), (None, "unknown")],
)
def test_not_turns_true_and_false_round_and_leaves_unknown(small: Small, said: str | None, expected: str) -> None:
    small.held(party=said)
    run = held(small, where=[{"not": {"party": {"within": ["syria.isis"]}}}])
    found = "in" if run.value else "unknown" if run.unknowns else "out"
    assert found == expected


def test_any_is_met_by_one_true_condition_whatever_the_other(small: Small) -> None:
    small.held(party=None, reason="kinship")
    small.held(party=None, reason="protest")
    either = {"any": [{"party": {"within": ["syria.state"]}}, {"reason": {"within": ["kinship"]}}], "as": "either"}
    run = held(small, where=[either])
    assert (run.value, run.unknowns) == (1, {"either": 1})


# --- ages -----------------------------------------------------------------------------------------------------------
def child(at: str = "arrest") -> dict[str, Any]:
    return {"cells": {"child": {"age": {"under": 18, "at": at}}, "old": {"age": {"over": 70, "at": at}}}}


def ages(small: Small, at: str = "arrest") -> list[tuple[int, int]]:
    run = held(small, dimensions={"age": child(at)})
    return [(run.cell(cell).value, run.cell(cell).unknown) for cell in ("child", "old")]


@pytest.mark.parametrize(
    ("arrested", "birth", "expected"),
    [
        ("2013-08-07", "1995-08-08", (1, 0)),  # eighteen the day after
        ("2013-08-07", "1995-08-07", (0, 0)),  # eighteen on the day
        ("2013-08-07", "1995", (0, 1)),
        ("2013-08-07", "1994", (0, 0)),
        ("2013-08", "1995-08-15", (0, 1)),
        ("2013", "1996", (1, 0)),  # at most 17 on the last day of 2013
    ],
)
def test_age_at_arrest_is_reckoned_between_the_bounds_of_both_dates(
    small: Small, arrested: str, birth: str, expected: tuple[int, int]
) -> None:
    small.held(arrested, birth=birth)
    assert ages(small)[0] == expected


def test_an_age_said_of_a_vaguely_dated_arrest_is_the_age_at_that_arrest(small: Small) -> None:
    small.held("2013", age=17)  # worked out from a birth in 1995 or 1996 it would be 16 to 18
    assert ages(small)[0] == (1, 0)


def test_an_age_said_of_another_day_bounds_the_birth_only(small: Small) -> None:
    person = small.held("2013")
    small.account({"p1": f"person {person}.0"}, ("p1", "age", {"years": 17, "at": "2012"}))
    assert ages(small)[0] == (0, 1)


def test_over_seventy_is_the_seventy_first_birthday_passed(small: Small) -> None:
    small.held("2013-08-07", birth="1950-05-21")  # 71 on the day
    small.held("2013-08-07", birth="1950-05-22")  # 70
    assert ages(small, at="as_of")[1] == (1, 0)
    assert ages(small, at="arrest")[1] == (0, 0)


def test_births_that_contradict_each_other_leave_the_age_unknown(small: Small) -> None:
    first, second = small.held(birth="1980"), small.held(birth="2001")
    small.join(first, second)
    assert ages(small) == [(0, 1), (0, 1)]


def test_births_of_different_precision_agree(small: Small) -> None:
    first, second = small.held(birth="1995"), small.held(birth="1995-12-01")
    small.join(first, second)
    assert ages(small)[0] == (1, 0)


def test_an_age_class_said_at_the_arrest_decides(small: Small) -> None:
    for code in ("child", "adult", "elderly", "unknown"):
        small.account(
            {"p1": "person", "d1": "episode"},
            ("d1", "detainee", {"person": "p1"}),
            ("d1", "held_by", {"party": "syria.state"}),
            ("d1", "reason", {"reason": "kinship"}),
            ("d1", "episode_event", {"event": "arrested", "on": "2013"}),
            ("p1", "age_class", {"class": code, "at": "2013"}),
        )
    assert ages(small) == [(1, 1), (0, 3)]  # an adult may be over 70, and so may one of 60 and more


# --- cells ----------------------------------------------------------------------------------------------------------
def test_sexes_that_contradict_each_other_are_unknown(small: Small) -> None:
    first, second = small.held(sex="female"), small.held(sex="male")
    small.join(first, second)
    small.held(sex="female")
    run = held(small, dimensions={"sex": {"by": "sex"}})
    assert [(cell.cell, cell.value) for cell in run.cells] == [("female", 1), ("unknown", 1)]


def test_overlapping_cells_may_add_up_to_more_than_the_figure(small: Small) -> None:
    old = small.held("2013-08-07", sex="female", birth="1930")
    run = held(
        small,
        dimensions={
            "who": {
                "overlap": True,
                "cells": {"women": {"sex": {"is": ["female"]}}, "old": {"age": {"over": 70, "at": "as_of"}}},
            }
        },
    )
    assert (run.value, run.cell("women").value, run.cell("old").value) == (1, 1, 1)
    assert run.overlapping == ("who",)
    assert run.members_of("who", "old") == run.members_of("who", "women") == [f"{old}.0"]
    assert run.members_of("who", "nobody") == []


def test_a_split_by_year_needs_one_year(small: Small) -> None:
    small.held("2013-08")
    small.held("2013/2014")
    run = held(small, dimensions={"year": {"by": "year_of_arrest"}})
    assert [(cell.cell, cell.value) for cell in run.cells] == [("2013", 1), ("unknown", 1)]


def test_a_split_by_governorate_gathers_the_places_in_it(small: Small) -> None:
    small.held(place="SY030200")
    small.held(place="SY03")
    small.held()
    run = held(small, dimensions={"governorate": {"by": "governorate"}})
    assert [(cell.cell, cell.value) for cell in run.cells] == [("SY03", 2), ("unknown", 1)]


def test_a_split_can_gather_terms_under_those_above_them(small: Small) -> None:
    small.held(party="syria.state.army")
    small.held(party="syria.isis")
    run = held(
        small, where=[{"arrested": {"to": "as_of"}}], dimensions={"party": {"by": "party", "under": ["syria.state"]}}
    )
    assert [(cell.cell, cell.value) for cell in run.cells] == [("syria.isis", 1), ("syria.state", 1)]


def test_small_cells_are_marked_unless_the_definition_gives_a_reason(small: Small) -> None:
    small.held(sex="female")
    split = {"sex": {"by": "sex"}}
    assert held(small, dimensions=split, suppression={"below": 5}).cell("female").small
    exempt = {"below": 5, "exempt": "a national total"}
    assert not held(small, dimensions=split, suppression=exempt).cell("female").small


# --- the two times --------------------------------------------------------------------------------------------------
def test_the_day_decides_the_status(small: Small) -> None:
    small.held("2013-08-07", "released 2014-01-01")
    assert [held(small, as_of=day).value for day in ("2013-08-06", "2013-08-07", "2013-12-31", "2014-01-01")] == [
        0,
        1,
        1,
        0,
    ]


def test_what_was_known_then_is_counted_as_it_was_known(small: Small) -> None:
    first = small.held("2013-08-07")
    small.define_held()
    size_1 = small.archive.ledger.size
    second = small.held("2013-08-07")
    size_2 = small.archive.ledger.size
    small.join(first, second)
    size_3 = small.archive.ledger.size
    small.record(Kind.DECISION, decision="reject", statement=f"{first}.0", reason="invented")
    runs = [small.figures.run("held", known_by=size) for size in (size_1 - 1, size_1, size_2, size_3, size_3 + 1)]
    assert [run.value for run in runs] == [0, 1, 2, 1, 1]
    assert runs[3].members == runs[1].members == [f"{first}.0"]


def test_figures_left_out_of_another_are_named(small: Small) -> None:
    still, again = small.held("2013-08-07"), small.held("2012-01-01", "released 2012-06-01")
    small.join(still, again, episodes=False)
    small.held("2012-01-01", "released 2012-06-01")
    small.define_held()
    status = [{"status": {"is": ["released"]}}]
    small.define_held("free", where=status, **{"except": ["held"]})
    run = small.figures.run("free")
    assert (run.value, run.exclusions) == (1, {"counted_in_held": 1})
    assert run.inputs == {"held": small.figures.run("held").run_id}


# --- decisions ------------------------------------------------------------------------------------------------------
def test_a_preferred_statement_stands_for_those_it_competes_with(small: Small) -> None:
    first, second = small.held("2013-08-07", sex="male"), small.held("2013-09-30", sex="female", source="other")
    small.join(first, second)
    split = {"sex": {"by": "sex"}, "year": {"by": "year_of_arrest"}}
    assert [cell.cell for cell in held(small, dimensions=split).cells] == ["unknown", "2013"]
    small.record(
        Kind.DECISION, decision="prefer", subject=f"{first}.0", predicate="sex", statement=f"{second}.4", reason="seen"
    )
    assert [cell.cell for cell in held(small, dimensions=split).cells] == ["female", "2013"]


def test_a_preferred_arrest_leaves_other_events_alone(small: Small) -> None:
    first, second = small.held("2013-08-07", "released 2014-01-01"), small.held("2015-08-07", source="other")
    small.join(first, second)
    assert held(small).unknowns == {"status": 1}  # an arrest after the release leaves the release in doubt
    small.record(
        Kind.DECISION,
        decision="prefer",
        subject=f"{second}.1",
        predicate="episode_event",
        statement=f"{first}.1",
        reason="seen",
    )
    assert held(small).exclusions == {"status": 1}


def test_a_floor_leaves_out_what_is_graded_below_it(small: Small) -> None:
    small.source("good"), small.source("bad")
    first, second = small.held(source="good"), small.held(source="bad")
    third = small.held(source="good")
    small.record(Kind.DECISION, decision="grade", source=small.source("good"), grade="G3", reason="invented")
    small.record(Kind.DECISION, decision="grade", subject=f"{second}.1", grade="G2", reason="invented")
    small.record(
        Kind.DECISION, decision="grade", subject=f"{third}.1", grade="G4", flag="discounted", reason="invented"
    )
    run = held(small, floor="G3")
    assert (run.members, run.exclusions) == ([f"{first}.0"], {"grade": 2})
    assert held(small, floor="G1").value == 2
    assert held(small).value == 3


# --- the run --------------------------------------------------------------------------------------------------------
def test_members_resting_only_on_invented_sources_are_told(small: Small) -> None:
    small.source("report", synthetic=False)
    first, second = small.held(), small.held()
    small.held(source="report")
    small.account({"p1": f"person {second}.0"}, ("p1", "sex", "female"), source="report")
    run = held(small)
    assert (run.value, run.n_synthetic) == (3, 1)
    assert first < second


def test_the_same_inputs_give_the_same_bytes(small: Small) -> None:
    small.held(sex="male", birth="1990")
    small.held("2013-08-07", *GONE)
    split = {"sex": {"by": "sex"}, "year": {"by": "year_of_arrest"}, "age": child()}
    first = held(small, dimensions=split)
    small.figures.close()
    again = small.figures.run("held")
    assert first.canonical() == again.canonical()
    assert first.run_id == again.run_id
    assert again.members_digest == digest_of_lines(again.members)


def test_a_figure_of_nobody_is_nought(small: Small) -> None:
    run = held(small, dimensions={"sex": {"by": "sex"}, "age": child()})
    assert (run.value, run.members, run.members_digest) == (0, [], digest_of_lines(()))
    assert [(cell.cell, cell.value) for cell in run.cells] == [("child", 0), ("old", 0)]
