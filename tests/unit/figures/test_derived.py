"""Figures made of figures, and the door they are asked for at."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from dalil.errors import UnknownFigure, WrongDefinition, WrongValue
from dalil.figures import Ratio
from dalil.values.digests import digest_of_lines
from unit.figures.small import AS_OF, Small

DERIVED: Final = {"class": "derived"}


def two_figures(small: Small) -> None:
    """Define ``held`` (2 persons), ``free`` (1) and ``all`` (3); one person is in both ``held`` and ``free``."""
    still, again = small.held("2013-08-07", sex="male"), small.held("2012-01-01", "released 2012-06-01", sex="male")
    small.join(still, again, episodes=False)
    small.held("2013-08-07", sex="female")
    small.held("2012-01-01", reason="protest")
    small.define_held(dimensions={"sex": {"by": "sex"}})
    small.define_held("free", where=[{"status": {"is": ["released"]}}])
    small.define_held("all", where=[{"arrested": {"to": "as_of"}}])


# --- parts, ratios, unions ------------------------------------------------------------------------------------------
def test_a_cell_can_be_a_figure_of_its_own(small: Small) -> None:
    two_figures(small)
    small.define("women", cell_of={"figure": "held", "dimension": "sex", "cell": "female"})
    run, whole = small.figures.run("women"), small.figures.run("held")
    assert (run.value, run.members) == (1, whole.members_of("sex", "female"))
    assert (run.as_of, run.method, run.inputs) == (AS_OF, "snhr-20d", {"held": whole.run_id})
    assert run.n_synthetic == 1
    assert run.members_of("sex", "female") == []


def test_a_cell_that_is_not_there_is_refused(small: Small) -> None:
    two_figures(small)
    small.define("women", cell_of={"figure": "held", "dimension": "sex", "cell": "women"})
    with pytest.raises(WrongDefinition) as caught:
        small.figures.run("women")
    assert caught.value.expected == "sex.female, sex.male"


def test_a_ratio_keeps_both_its_numbers(small: Small) -> None:
    two_figures(small)
    small.define("share", unit="ratio", ratio={"part": "held", "whole": "all"}, **DERIVED)
    run = small.figures.run("share")
    assert run.value == Ratio(part=2, whole=3)
    assert isinstance(run.value, Ratio)
    assert run.value.percent == "66.67"
    assert set(run.inputs) == {"held", "all"}


@pytest.mark.parametrize(("part", "whole", "percent"), [(1, 3, "33.33"), (2, 3, "66.67"), (1, 8, "12.50"), (0, 0, "-")])
def test_percentages_are_rounded_half_up(part: int, whole: int, percent: str) -> None:
    assert Ratio(part=part, whole=whole).percent == percent


def test_a_union_counts_everyone_once(small: Small) -> None:
    two_figures(small)
    small.define("ever", union=["held", "free"], **DERIVED)
    run = small.figures.run("ever")
    assert run.value == 2  # 2 + 1, and one of them is in both
    assert [(cell.cell, cell.value) for cell in run.cells] == [("held", 2), ("free", 1)]
    assert run.overlapping == ("together",)
    assert run.members == small.figures.run("held").members


def test_a_denominator_is_recorded_with_its_value(small: Small) -> None:
    two_figures(small)
    small.define_held(denominator="all")
    whole = small.figures.definition("all")
    assert small.figures.run("held").denominator == {"figure": "all", "definition": whole.digest, "value": 3}


def test_counts_can_stand_side_by_side_without_being_added(small: Small) -> None:
    two_figures(small)
    small.define("both", together={"still held": "held", "free again": "free"}, **DERIVED)
    run = small.figures.run("both")
    assert run.value is None
    assert [(cell.dimension, cell.cell, cell.value) for cell in run.cells] == [
        ("together", "still held", 2),
        ("still held", "female", 1),
        ("still held", "male", 1),
        ("together", "free again", 1),
    ]


def test_counts_side_by_side_open_to_the_members_of_each(small: Small) -> None:
    two_figures(small)
    small.define("both", together={"still held": "held", "free again": "free"}, **DERIVED)
    run, held, free = (small.figures.run(name) for name in ("both", "held", "free"))
    assert run.members == held.members  # who is free again is also held: each once
    assert run.members_of("together", "free again") == free.members
    assert run.members_of("still held", "female") == held.members_of("sex", "female")
    assert (run.n_members, run.members_digest) == (2, digest_of_lines(run.members))


def test_members_are_sorted_by_their_place_in_the_ledger_not_as_text(small: Small) -> None:
    entries = [small.held("2013-08-07") for _ in range(12)]
    small.define_held()
    small.define("both", together={"one": "held", "other": "held"}, **DERIVED)
    assert small.figures.run("both").members == [f"{entry}.0" for entry in entries]


def test_a_cell_of_nobody_is_a_figure_of_nobody(small: Small) -> None:
    two_figures(small)
    small.define_held(dimensions={"sex": {"cells": {"unsaid": {"sex": {"is": ["unknown"]}}}}})
    small.define("unsaid", cell_of={"figure": "held", "dimension": "sex", "cell": "unsaid"})
    run = small.figures.run("unsaid")
    assert (run.value, run.members, run.n_synthetic) == (0, [], 0)


@pytest.mark.parametrize(
    ("fields", "different"),
    [
        ({"class": "documented_unnamed"}, "class"),
        ({"class": "estimated"}, "class"),
        ({"unit": "episode"}, "unit"),
        ({"as_of": "2021-05-20"}, "day"),
    ],
)
@pytest.mark.parametrize("recipe", ["union", "ratio", "denominator"])
def test_numbers_of_different_classes_units_or_days_are_never_brought_together(
    small: Small, recipe: str, fields: dict[str, Any], different: str
) -> None:
    two_figures(small)
    small.define_held("other", **fields)
    match recipe:
        case "union":
            small.define("made", union=["held", "other"], **DERIVED)
        case "ratio":
            small.define("made", unit="ratio", ratio={"part": "held", "whole": "other"}, **DERIVED)
        case _:
            small.define_held("made", denominator="other")
    with pytest.raises(WrongDefinition) as caught:
        small.figures.run("made")
    assert f"different {different}" in caught.value.message


def test_a_figure_made_of_itself_is_refused(small: Small) -> None:
    small.define("a", union=["b"], **DERIVED)
    small.define("b", union=["a"], **DERIVED)
    with pytest.raises(WrongDefinition) as caught:
        small.figures.run("a")
    assert caught.value.found == "a → b → a"


@pytest.mark.parametrize(
    "fields",
    [
        {"union": ["share", "share"]},
        {"ratio": {"part": "share", "whole": "share"}},
        {"together": {"x": "share"}},
        {"renderings": {"of": "share", "as": [{"value": 3, "place": "title"}]}},
    ],
)
def test_only_counts_can_be_put_together(small: Small, fields: dict[str, Any]) -> None:
    two_figures(small)
    small.define("share", unit="ratio", ratio={"part": "held", "whole": "all"}, **DERIVED)
    small.define("made", unit="ratio", **fields, **DERIVED)
    with pytest.raises(WrongDefinition):
        small.figures.run("made")


def test_only_the_members_of_a_figure_in_the_same_unit_can_be_left_out(small: Small) -> None:
    two_figures(small)
    small.define_held("cases", unit="episode")
    small.define_held("left", **{"except": ["cases"]})
    with pytest.raises(WrongDefinition) as caught:
        small.figures.run("left")
    assert "counts something else" in caught.value.message


def test_a_denominator_that_is_no_plain_count_is_refused(small: Small) -> None:
    two_figures(small)
    small.define("ever", union=["held", "free"], **DERIVED)
    small.define_held("made", denominator="ever")
    with pytest.raises(WrongDefinition) as caught:
        small.figures.run("made")
    assert "plain count" in caught.value.message


# --- how a number is worded -----------------------------------------------------------------------------------------
def test_every_wording_is_checked_against_the_number(small: Small) -> None:
    for _ in range(12):
        small.held("2013-08-07")
    small.define_held()
    wordings: list[tuple[int, str | None, str]] = [
        (12, "at_least", "holds"),
        (12, None, "holds"),
        (10, "at_least", "holds"),
        (13, "at_least", "above_the_documented"),
        (20, "nearly", "holds"),  # from 10 to 19
        (10, "nearly", "below_the_documented"),  # at most 9
        (10, None, "rounded_without_a_hedge"),
        (10, "about", "holds"),
        (30, None, "above_the_documented"),
        (13, None, "above_the_documented"),
        (11, None, "below_the_documented"),
    ]
    said = [{"value": value, "place": "title", **({"hedge": hedge} if hedge else {})} for value, hedge, _ in wordings]
    small.define("words", renderings={"of": "held", "as": said}, **DERIVED)
    run = small.figures.run("words")
    assert run.value == 12
    assert isinstance(run.details["renderings"], list)
    assert [each["verdict"] for each in run.details["renderings"]] == [verdict for *_, verdict in wordings]  # type: ignore[index,call-overload]
    assert run.members == small.figures.run("held").members


# --- the door -------------------------------------------------------------------------------------------------------
def test_a_size_the_ledger_never_had_is_refused(small: Small) -> None:
    small.define_held()
    for size in (-1, small.archive.ledger.size + 1):
        with pytest.raises(WrongValue) as caught:
            small.figures.run("held", known_by=size)
        assert caught.value.where == "known_by"


def test_a_day_can_be_given_as_a_date(small: Small) -> None:
    small.held("2013-08-07")
    small.define_held()
    assert small.figures.run("held", as_of=date(2013, 8, 6)).value == 0
    assert small.figures.run("held", as_of=date(2013, 8, 7)).value == 1


def test_several_figures_at_one_point_are_those_run_one_by_one(small: Small) -> None:
    two_figures(small)
    runs = small.figures.run_many(["held", "free"])
    assert {name: run.run_id for name, run in runs.items()} == {
        name: small.figures.run(name).run_id for name in ("held", "free")
    }


def test_a_day_that_is_more_than_a_day_is_refused(small: Small) -> None:
    small.define_held()
    with pytest.raises(WrongValue) as caught:
        small.figures.run("held", as_of="2021-05")
    assert caught.value.where == "as_of"


def test_a_figure_that_is_not_defined_is_refused(small: Small) -> None:
    small.define_held()
    assert small.figures.names() == ["held"]
    with pytest.raises(UnknownFigure):
        small.figures.run("hold")


def test_the_caller_can_ask_for_another_day_of_everything_a_figure_is_made_of(small: Small) -> None:
    two_figures(small)
    small.define("share", unit="ratio", ratio={"part": "held", "whole": "all"}, **DERIVED)
    assert small.figures.run("share", as_of="2012-01-01").value == Ratio(part=1, whole=2)
