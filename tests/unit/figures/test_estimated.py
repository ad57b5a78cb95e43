"""Estimated figures: lists by origin, strata by dimension, a receipt in the record, and no mixing with counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from benchmarks.published_tables import NETHERLANDS
from click.testing import CliRunner

from dalil.cli import cli
from dalil.errors import WrongDefinition
from dalil.figures import Span
from unit.figures.small import Small

PATTERNS: Final = {"a": 20, "b": 12, "c": 10, "ab": 8, "ac": 6, "bc": 5, "abc": 2}
"""63 persons; 21 of them on several lists."""


def fill(small: Small, patterns: dict[str, int] = PATTERNS) -> None:
    """Record persons on lists, every third of each kind a woman, one joined mention a list."""
    for letters, count in patterns.items():
        for number in range(count):
            sex = "female" if number % 3 == 0 else "male"
            mentions = [small.held(sex=sex, source=f"list-{letter}") for letter in letters]
            if len(mentions) > 1:
                small.join(*mentions)
    small.define_held(dimensions={"sex": {"by": "sex"}})


def define_estimate(small: Small, **recipe: Any) -> None:
    made = {"of": "held", "method": "dga", "seed": 3, "lists": ["list-a", "list-b", "list-c"], **recipe}
    small.define("unseen", **{"class": "estimated", "estimate": made})


def test_an_estimate_is_an_interval_with_its_receipt_and_no_members(small: Small) -> None:
    fill(small)
    define_estimate(small)
    run, counted = small.figures.run("unseen"), small.figures.run("held")
    assert isinstance(run.value, Span)
    assert run.value.low is not None
    assert run.value.low >= 63
    assert run.figure_class == "estimated"
    assert (run.n_members, run.members, run.inputs) == (0, [], {"held": counted.run_id})
    receipt: Any = run.details["estimate"]
    assert (receipt["n"], receipt["lists"], receipt["seed"]) == (63, ["list-a", "list-b", "list-c"], 3)
    assert "versions" not in receipt  # they differ from machine to machine, and a run does not
    assert json.loads(run.canonical()) == run.record()
    assert small.figures.run("unseen").run_id == run.run_id


def test_a_refused_estimate_is_a_figure_without_a_number_and_with_the_reason_in_words(small: Small) -> None:
    fill(small, {"a": 20, "b": 12, "c": 10, "ab": 3})
    define_estimate(small)
    run = small.figures.run("unseen")
    assert run.value is None
    reasons: Any = run.details["reasons"]
    assert any("share nobody" in reason["en"] for reason in reasons)


HOPELESS: Final = {
    "two-lists": ({"a": 30, "b": 20, "ab": 15}, "At least 3 are needed", "يلزم 3 على الأقل"),
    "thin": ({"a": 20, "b": 12, "c": 10, "ab": 3, "bc": 2}, "says next to nothing", "لم يكد تداخل القوائم يدل"),
    "identical": ({"ab": 12, "abc": 6, "c": 10}, "exactly the same people", "الأشخاص أنفسهم تماماً"),
    "apart": ({"a": 20, "b": 12, "c": 10, "ab": 12}, "share nobody", "لا يشترك بينها أحد"),
    "inside": ({"ab": 8, "abc": 6, "b": 12, "bc": 6, "c": 20}, "may have been made from it", "قد تكون مأخوذة منها"),
    "complete": ({"c": 12, "ac": 8, "bc": 6, "abc": 2}, "show nobody it missed", "لا تُظهر القوائم الأخرى أحداً فاتها"),
}
"""Patterns of three lists, and what is said in English and Arabic."""


@pytest.mark.parametrize("why", list(HOPELESS))
def test_lists_that_cannot_say_anything_are_refused_in_every_path(small: Small, tmp_path: Path, why: str) -> None:
    patterns, english, arabic = HOPELESS[why]
    fill(small, patterns)
    small.source("list-c")  # where nobody is on it, it is a list all the same
    define_estimate(small)
    run = small.figures.run("unseen")
    assert run.value is None
    details: Any = run.details
    assert any(english in reason["en"] and arabic in reason["ar"] for reason in details["reasons"])
    assert details["caveat"]["ar"].startswith("لا تستطيع أي بيانات")
    asked = ("run", str(small.archive.path), "--of", "held", "--lists", "list-a,list-b,list-c", "--method", "dga")
    from_archive = json.loads(command(*asked, "--json"))
    rows = [f"{int('a' in key)},{int('b' in key)},{int('c' in key)},{count}" for key, count in patterns.items()]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(["list-a,list-b,list-c,count", *rows]) + "\n", encoding="utf-8")
    from_table = json.loads(command("run", str(table), "--method", "dga", "--json"))
    for plain in (from_archive, from_table):
        assert (plain["N"], plain["verdict"], plain["floor"], plain["details"]) == (None, "refused", None, {})
    said = command("run", str(table), "--method", "dga")
    assert "no number" in said
    assert english in said
    assert "No data can show" in said
    assert arabic in command("run", str(table), "--method", "dga", "--annex", "ar")
    assert json.loads(command("assess", str(table), "--methods", "dga", "--json"))["verdict"] == "refused"


def test_nobody_on_any_of_the_lists_and_nobody_in_any_part_are_refused_too(small: Small) -> None:
    for letter in "abc":
        small.source(f"list-{letter}")
    small.held(source="letter")
    small.define_held(dimensions={"sex": {"by": "sex"}})
    define_estimate(small)
    run = small.figures.run("unseen")
    details: Any = run.details
    assert (run.value, details["outside"]) == (None, 1)
    assert "Nobody is recorded here" in details["reasons"][0]["en"]
    for _ in range(12):
        small.join(*(small.held(source=f"list-{letter}") for letter in "abc"))
    define_estimate(small, strata=["sex"])  # nobody's sex is known
    parted: Any = small.figures.run("unseen").details
    assert "known of nobody which part" in parted["reasons"][0]["en"]


def test_two_answers_are_two_in_every_command(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    header = ",".join([*NETHERLANDS.lists, "count"])
    rows = [",".join([*pattern, str(count)]) for pattern, count in NETHERLANDS.counts_by_pattern.items()]
    table.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    plain = json.loads(command("run", str(table), "--method", "dga", "--json"))
    assert (plain["N"]["estimate"], plain["N"]["median"], len(plain["N"]["modes"])) == (None, None, 2)
    assert plain["receipt"]["N"]["estimate"] is None
    said = command("run", str(table), "--method", "dga")
    assert said.count("one answer: about") == 2
    assert "Estimated in all: 41,682 – 210,298, 95 % interval" in said
    assert said.count("47,9") >= 1
    told = command("assess", str(table), "--methods", "dga,chao")
    assert "More than one answer fits the records" in told
    annex = command("run", str(table), "--method", "dga", "--annex", "en")
    assert "The records do not give one number" in annex
    assert "Estimated in all, recorded or not:" not in annex


def test_what_is_stated_of_reach_is_asked_for_and_printed(small: Small) -> None:
    fill(small)
    define_estimate(small)
    unstated: Any = small.figures.run("unseen").details
    assert any("Nobody has stated" in reason["en"] for reason in unstated["reasons"])
    define_estimate(small, reach={"en": "Every camp was visited.", "ar": "زِير كل مخيم."})
    stated: Any = small.figures.run("unseen").details
    assert not any("Nobody has stated" in reason["en"] for reason in stated["reasons"])
    assert "Every camp was visited." in json.dumps(stated["annex"]["en"])
    assert stated["estimate"]["reach"] == {"en": "Every camp was visited.", "ar": "زِير كل مخيم."}
    said = command(
        "run", str(small.archive.path), "--of", "held", "--method", "dga", "--reach", "Every camp was visited."
    )
    assert "Stated of it: Every camp was visited." in said


def test_strata_are_dimensions_of_the_figure(small: Small) -> None:
    fill(small)
    small.held(sex=None, source="list-a")
    put = small.figures.lists("held", lists=["list-a", "list-b", "list-c"], strata=["sex"])
    # A third of each kind, rounded up, are women: 7 + 4 + 4 + 3 + 2 + 2 + 1.
    assert {part.label: part.n for part in put.table.strata} == {"sex=female": 23, "sex=male": 40}
    assert (put.table.n, put.table.n_unplaced) == (64, 1)
    define_estimate(small, strata=["age"])
    with pytest.raises(WrongDefinition, match="dimension of the figure"):
        small.figures.run("unseen")


def test_copies_of_one_origin_are_one_list(small: Small) -> None:
    origin = small.source("list-a")
    small.source("copy", lineage=[origin])
    fill(small)
    first = small.held(source="list-b")
    small.join(first, small.held(source="copy"))
    put = small.figures.lists("held", lists=["list-a", "list-b", "list-c"])
    assert put.copies["list-a"] == ("list-a", "copy")
    patterns = dict(zip(map(tuple, put.table.patterns.tolist()), put.table.counts.tolist(), strict=True))
    assert patterns[1, 1, 0] == 8 + 1
    with pytest.raises(WrongDefinition) as caught:
        small.figures.lists("held", lists=["list-a", "copy"])
    assert "one origin" in caught.value.found
    with pytest.raises(WrongDefinition, match="cannot stand beside"):
        small.figures.lists("held", lists=["list-a", "list-x"])


def test_members_on_none_of_the_lists_are_counted_apart(small: Small) -> None:
    fill(small)
    small.held(source="letter")
    put = small.figures.lists("held", lists=["list-a", "list-b", "list-c"])
    assert (put.table.n, put.n_outside) == (63, 1)
    # Without names every origin is a list here: no sheet was ever taken in.
    assert small.figures.lists("held").table.lists == ("list-a", "list-b", "list-c", "letter")


def test_everyone_detained_can_be_put_on_lists_without_a_definition(small: Small) -> None:
    fill(small)
    small.held(arrested=None, reason=None, party=None, source="list-c")
    put = small.figures.lists(strata=["sex"])
    assert (put.table.n, put.table.n_unplaced) == (64, 1)


def test_what_was_known_earlier_gives_the_lists_as_they_were(small: Small) -> None:
    fill(small, {"a": 3, "b": 2})
    size = small.archive.ledger.size
    fill(small, {"ab": 2})
    assert small.figures.lists("held", known_by=size).table.n == 5
    assert small.figures.lists("held").table.n == 7


def test_only_documented_figures_are_estimated_from_and_classes_stay_apart(small: Small) -> None:
    fill(small)
    define_estimate(small)
    small.define("again", **{"class": "estimated", "estimate": {"of": "unseen", "method": "dga", "seed": 1}})
    with pytest.raises(WrongDefinition, match="with members"):
        small.figures.run("again")
    small.define("share", unit="ratio", ratio={"part": "held", "whole": "unseen"}, **{"class": "derived"})
    with pytest.raises(WrongDefinition, match="different class"):
        small.figures.run("share")
    small.define("sum", union=["held", "unseen"], **{"class": "derived"})
    with pytest.raises(WrongDefinition, match="different class"):
        small.figures.run("sum")
    small.define("claimed", **{"class": "documented_named", "estimate": {"of": "held", "method": "dga", "seed": 1}})
    with pytest.raises(WrongDefinition, match="class does not fit"):
        small.figures.run("claimed")
    small.define("cases", unit="case", **{"class": "estimated", "estimate": {"of": "held", "method": "dga", "seed": 1}})
    with pytest.raises(WrongDefinition, match="what its figure counts"):
        small.figures.run("cases")


# --- the command line -------------------------------------------------------------------------------------------------
def command(*arguments: str) -> Any:
    done = CliRunner().invoke(cli, ["estimation", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_estimates_from_an_archive_and_from_a_table_alike(small: Small, tmp_path: Path) -> None:
    fill(small)
    archive = str(small.archive.path)
    asked = ("--method", "dga", "--seed", "3", "--json")
    lists = ("--lists", "list-a,list-b,list-c")
    from_archive = json.loads(command("run", archive, "--of", "held", *lists, *asked))
    rows = [f"{int('a' in key)},{int('b' in key)},{int('c' in key)},{count}" for key, count in PATTERNS.items()]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(["list-a,list-b,list-c,count", *rows]) + "\n", encoding="utf-8")
    from_table = json.loads(command("run", str(table), *asked))
    assert from_archive["receipt"]["digest"] == from_table["receipt"]["digest"]
    assert from_archive["lists"] == {"list-a": ["list-a"], "list-b": ["list-b"], "list-c": ["list-c"]}
    assert {"n", "N", "verdict", "reasons", "diagnostics", "receipt"} <= set(from_table)
    assert set(from_table["N"]) >= {"estimate", "median", "interval"}
    parts = json.loads(command("run", archive, "--of", "held", *lists, "--strata", "sex", *asked))
    assert [part["stratum"] for part in parts["parts"]] == ["sex=female", "sex=male"]
    said = command("run", str(table), "--method", "dga", "--seed", "3")
    assert "Verdict:" in said
    assert from_table["receipt"]["digest"] in said


def test_a_refusal_prints_no_number_and_why(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b,count\n1,0,30\n0,1,20\n1,1,15\n", encoding="utf-8")
    plain = json.loads(command("run", str(table), "--method", "dga", "--json"))
    assert plain["N"] is None
    assert plain["verdict"] == "refused"
    said = command("run", str(table), "--method", "dga")
    assert "no number" in said
    assert "At least 3 are needed" in said
    for language, word in (("en", "Why no number"), ("ar", "لماذا لا عدد")):
        assert word in command("run", str(table), "--method", "dga", "--annex", language)


def test_an_assessment_has_every_method_without_every_list_and_within_it(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    rows = ["1,0,0,0,403", "0,1,0,0,545", "0,0,1,0,621", "0,0,0,1,205", "1,1,0,0,33", "1,0,1,0,20", "1,0,0,1,6"]
    rows += ["0,1,1,0,35", "0,1,0,1,10", "0,0,1,1,11", "1,1,1,0,3", "1,1,0,1,1", "0,1,1,1,3"]
    table.write_text("\n".join(["w,x,y,z,count", *rows]) + "\n", encoding="utf-8")
    found = json.loads(command("assess", str(table), "--methods", "dga,loglinear,chao", "--json"))
    assert len(found["rows"]) == 3 * (1 + 4 + 4)
    known = [row for row in found["rows"] if row["among"] == "w"]
    assert {row["truth"] for row in known} == {466}
    said = command("assess", str(table), "--methods", "dga,chao")
    assert "without w" in said
    assert "on w: 466" in said
