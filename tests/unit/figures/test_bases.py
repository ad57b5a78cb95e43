"""Counting what is not a detention: appearances and their speakers, events, acts, single statements."""

from __future__ import annotations

from typing import Any, Final

import pytest

from dalil.errors import WrongDefinition
from dalil.figures import FigureRun
from dalil.ledger.kinds import Kind
from unit.figures.small import AS_OF, Small

COERCED: Final[list[dict[str, Any]]] = [{"speech": {"is": ["coerced"]}}]
GONE: Final = ("no_information 2014-06-01", "denied 2014-06-01")


def appears(small: Small, person: int, on: str | None, **said: Any) -> int:
    value = {"speaker": "p1", "speech": "coerced", **({"on": on} if on else {}), **said}
    return small.account({"p1": f"person {person}.0", "ap1": "appearance"}, ("ap1", "appearance", value))


def appearances(small: Small, **fields: Any) -> FigureRun:
    common = {"base": "appearances", "unit": "appearance", "as_of": AS_OF, "where": COERCED}
    small.define("appearances", **{**common, **fields})
    return small.figures.run("appearances")


def test_appearances_and_their_speakers_are_two_units(small: Small) -> None:
    person = small.held("2013-08-07")
    first, second = appears(small, person, "2014-01-01"), appears(small, person, "2014-02-01")
    appears(small, small.held("2013-08-07"), "2014-01-01", speech="free")
    assert appearances(small).members == [f"{first}.1", f"{second}.1"]
    assert appearances(small, unit="person").members == [f"{person}.0"]


def test_one_appearance_told_by_two_sources_is_one(small: Small) -> None:
    person = small.held("2013-08-07")
    first, second = appears(small, person, "2014-01"), appears(small, person, "2014-01-05")
    small.record(Kind.JUDGEMENT, verdict="same", sets=[["appearance", [f"{first}.1", f"{second}.1"]]], basis="human")
    run = appearances(small, where=[{"on": {"from": "2014-01-05", "to": "2014-01-05"}}])
    assert (run.value, run.unknowns) == (1, {})


@pytest.mark.parametrize(
    ("on", "events", "expected"),
    [
        ("2014-01-01", GONE, "in"),  # silence and denial after it
        ("2014-06-01", GONE, "out"),  # the disappearance began on the very day
        ("2015-01-01", GONE, "out"),
        ("2014", GONE, "unknown"),
        ("2014-01-01", ("released 2014-02-01",), "out"),
        ("2014-01-01", (*GONE, "body_returned 2016-01-01"), "in"),  # who died had disappeared
        ("2014-01-01", (*GONE, "located 2015-01-01"), "out"),
        ("2014-01-01", ("no_information 2014-06-01", "denied"), "unknown"),
    ],
)
def test_who_disappeared_after_appearing(small: Small, on: str, events: tuple[str, ...], expected: str) -> None:
    appears(small, small.held("2013-08-07", *events), on)
    where = [*COERCED, {"disappeared_after_appearance": True}]
    run = appearances(small, unit="person", method="snhr-20d", where=where)
    found = "in" if run.value else "unknown" if run.unknowns else "out"
    assert found == expected


def test_the_first_appearance_decides(small: Small) -> None:
    person = small.held("2013-08-07", *GONE)
    appears(small, person, "2015-01-01"), appears(small, person, "2014-01-01")
    where = [*COERCED, {"disappeared_after_appearance": True}]
    assert appearances(small, unit="person", method="snhr-20d", where=where).value == 1


@pytest.mark.parametrize(
    ("kind", "on", "grade", "expected"),
    [
        ("lif.tor", "2015-01-01", "G3", 1),
        ("lif.cus", "2015-01-01", "G3", 0),  # death in custody is wider than death under torture
        ("lif.tor", "2022-01-01", "G3", 0),
        ("lif.tor", "2015-01-01", "G2", 0),
        ("lif.tor", "2015-01-01", None, 0),
    ],
)
def test_a_death_counts_by_kind_day_and_grade(
    small: Small, kind: str, on: str, grade: str | None, expected: int
) -> None:
    person = small.held("2013-08-07")
    appears(small, person, "2014-01-01")
    act = {"kind": kind, "victim": "p1", "on": on}
    death = small.account({"p1": f"person {person}.0", "a1": "act"}, ("a1", "act", act))
    if grade:
        small.record(Kind.DECISION, decision="grade", subject=f"{death}.1", grade=grade, reason="invented")
    where = [*COERCED, {"died": {"within": ["lif.tor"], "grade": "G3"}}]
    assert appearances(small, unit="person", where=where).value == expected


def test_a_death_of_any_grade_counts_where_no_grade_is_asked_for(small: Small) -> None:
    person = small.held("2013-08-07")
    appears(small, person, "2014-01-01")
    small.account({"p1": f"person {person}.0", "a1": "act"}, ("a1", "act", {"kind": "lif.tor", "victim": "p1"}))
    run = appearances(small, unit="person", where=[*COERCED, {"died": {"within": ["lif"]}}])
    assert (run.value, run.unknowns) == (0, {"died": 1})  # nobody says when


# --- events and acts ------------------------------------------------------------------------------------------------
def strike(small: Small, target: str, on: str | None, party: str, means: str = "air.barrel_bomb") -> int:
    value = {"kind": "air_strike", "target": "f1", "means": means, **({"on": on} if on else {})}
    return small.account(
        {"e1": "event", "f1": "facility"},
        ("f1", "name", {"text": target}),
        ("e1", "event", value),
        ("e1", "attribution", {"party": party}),
    )


def test_strikes_on_one_facility_by_party_and_year(small: Small) -> None:
    strikes = [
        strike(small, "Invented Hospital", "2014-02-01", "syria.state"),
        strike(small, "Invented Hospital", "2016-02-01", "syria.russia"),
        strike(small, "Invented Hospital", None, "syria.russia"),
    ]
    strike(small, "Another Hospital", "2014-02-01", "syria.state")
    sets = [["facility", [f"{entry}.1" for entry in strikes]]]
    small.record(Kind.JUDGEMENT, verdict="same", sets=sets, basis="human")
    small.define(
        "strikes",
        base="events",
        unit="attack",
        as_of=AS_OF,
        where=[
            {"target": {"kind": "facility", "name": "Invented Hospital"}},
            {"means": {"within": ["air"]}},
            {"on": {"to": "2018"}},
        ],
        dimensions={"party": {"by": "party", "overlap": True}, "year": {"by": "year"}},
    )
    run = small.figures.run("strikes")
    assert (run.value, run.unknowns, run.exclusions) == (2, {"on": 1}, {"target": 1})
    assert {(cell.dimension, cell.cell): cell.value for cell in run.cells} == {
        ("party", "syria.russia"): 1,
        ("party", "syria.state"): 1,
        ("year", "2014"): 1,
        ("year", "2016"): 1,
    }
    assert run.members_of("year", "2016") == [f"{strikes[1]}.0"]


def test_a_name_that_several_subjects_bear_is_refused(small: Small) -> None:
    strike(small, "Invented Hospital", "2014-02-01", "syria.state")
    strike(small, "Invented Hospital", "2014-02-01", "syria.state")
    where = [{"target": {"kind": "facility", "name": "Invented Hospital"}}]
    small.define("strikes", base="events", unit="attack", as_of=AS_OF, where=where)
    with pytest.raises(WrongDefinition) as caught:
        small.figures.run("strikes")
    assert caught.value.found == "2 subjects"


def test_pointing_at_subjects_works_inside_other_conditions(small: Small) -> None:
    first = strike(small, "Invented Hospital", "2014-02-01", "syria.state")
    strike(small, "Another Hospital", "2014-02-01", "syria.state")
    here = {"target": {"kind": "facility", "name": "Invented Hospital"}}
    there = {"target": {"kind": "facility", "name": "Another Hospital", "if_unknown": "counted"}}
    where = [
        {"any": [here, {"not": {"party": {"within": ["state"]}}}]},
        {"not": {"all": [there, {"on": {"to": "2018"}}]}},
    ]
    small.define("strikes", base="events", unit="attack", as_of=AS_OF, where=where)
    assert small.figures.run("strikes").members == [f"{first}.0"]


def test_two_figures_that_point_at_one_subject_find_it_once(small: Small) -> None:
    first = strike(small, "Invented Hospital", "2014-02-01", "syria.state")
    here = {"target": {"kind": "facility", "name": "Invented Hospital"}}
    common = {"base": "events", "unit": "attack", "as_of": AS_OF}
    small.define("strikes", where=[{"on": {"to": "2018"}}], dimensions={"where": {"cells": {"here": here}}}, **common)
    small.define("others", where=[here], **{**common, "except": "strikes"})
    assert small.figures.run("strikes").members_of("where", "here") == [f"{first}.0"]
    assert small.figures.run("others").exclusions == {"counted_in_strikes": 1}


def test_acts_count_by_what_was_done_and_to_whom(small: Small) -> None:
    person = small.held("2013-08-07", sex="female")
    for kind in ("int.tor", "lib.arr"):
        small.account({"p1": f"person {person}.0", "a1": "act"}, ("a1", "act", {"kind": kind, "victim": "p1"}))
    small.define(
        "torture",
        base="acts",
        unit="person",
        as_of=AS_OF,
        where=[{"kind": {"within": ["int.tor"]}}, {"sex": {"is": ["female"]}}],
    )
    assert small.figures.run("torture").members == [f"{person}.0"]


# --- single statements ----------------------------------------------------------------------------------------------
def deal(small: Small, *sides: tuple[str, str, dict[str, Any]]) -> int:
    said = [("x1", "deal_side", {"party": party, "gives": gives, "count": count}) for party, gives, count in sides]
    return small.account({"x1": "deal"}, *said)


def test_the_items_of_a_deal_add_up_by_what_is_given(small: Small) -> None:
    number = deal(
        small,
        ("syria.state", "civilian", {"n": 3}),
        ("syria.sna", "state_force_member", {"n": 5}),
        ("syria.sna", "body", {"n": 1}),
    )
    small.define(
        "deal",
        base="rows:deal_side",
        sum="count",
        unit="deal_item",
        as_of=AS_OF,
        where=[{"party": {"within": ["state", "non_state"]}}],
        dimensions={"gives": {"by": "gives"}, "side": {"cells": {"state": {"party": {"within": ["syria.state"]}}}}},
    )
    run = small.figures.run("deal")
    assert (run.value, run.members) == (9, [f"{number}.0"])
    assert {cell.cell: cell.value for cell in run.cells} == {
        "body": 1,
        "civilian": 3,
        "state_force_member": 5,
        "state": 3,
    }


def test_an_amount_known_only_in_words_is_not_added(small: Small) -> None:
    deal(small, ("syria.state", "civilian", {"n": 3}), ("syria.sna", "body", {"min": 3, "hedge": "several"}))
    where = [{"party": {"within": ["state", "non_state"]}}]
    small.define("deal", base="rows:deal_side", sum="count", unit="deal_item", as_of=AS_OF, where=where)
    run = small.figures.run("deal")
    assert (run.value, run.unknowns) == (3, {"amount": 1})


def test_what_stands_for_several_that_nobody_lists_is_unknown(small: Small) -> None:
    film = small.account({"w1": "work"}, ("w1", "name", {"text": "Invented Film"}))
    for more in ({"outcome": "nominated"}, {"outcome": "won", "count": {"min": 3, "hedge": "several"}}):
        small.account({"w1": f"work {film}.0", "aw1": "award"}, ("aw1", "award", {"recipient": "w1", **more}))
    small.define(
        "awards",
        base="subjects:award",
        unit="award",
        as_of=AS_OF,
        where=[{"recipient": {"kind": "work", "name": "Invented Film"}}, {"enumerated": True}],
        dimensions={"outcome": {"by": "outcome"}},
    )
    run = small.figures.run("awards")
    assert (run.value, run.unknowns) == (1, {"enumerated": 1})
    assert [(cell.cell, cell.value) for cell in run.cells] == [("nominated", 1)]


def test_dates_that_are_not_called_on_have_no_other_time_to_fall_back_on(small: Small) -> None:
    said = {"recipient": "w1", "outcome": "won"}
    for more, when in (({"announced": "2020-01"}, {}), ({}, {"when": "2020-01"})):
        small.account({"w1": "work", "aw1": "award"}, ("aw1", "award", {**said, **more}, when))
    where = [{"announced": {"from": "2020", "to": "2020"}}]
    by_year = {"year": {"by": "year_of_announced"}}
    small.define("awards", base="subjects:award", unit="award", as_of=AS_OF, where=where, dimensions=by_year)
    run = small.figures.run("awards")
    assert (run.value, run.unknowns, [cell.cell for cell in run.cells]) == (1, {"announced": 1}, ["2020"])


def test_statements_are_counted_by_the_kind_they_are_about_and_by_their_source(small: Small) -> None:
    small.source("report", synthetic=False)
    cites = {"instrument": "i1"}
    for source in ("report", "list"):
        small.account(
            {"r1": "recommendation", "k1": "conclusion", "i1": "instrument"},
            ("r1", "cites_instrument", cites),
            ("k1", "cites_instrument", cites),
            source=source,
        )
    small.define(
        "cited",
        base="rows:cites_instrument",
        count="instrument",
        unit="resolution",
        as_of=AS_OF,
        where=[{"source": {"is": ["report"]}}, {"said_of": {"is": ["recommendation"]}}],
    )
    run = small.figures.run("cited")
    assert run.value == 1
    assert run.members[0].endswith(".2")
