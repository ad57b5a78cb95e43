"""The demonstration, small: its figures are what its generator knows, and the same run twice gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dalil
from dalil.archive import Archive
from dalil.values.ids import parse_subject

ROOT = Path(__file__).parents[2]
SCALE = "0.01"


def run(out: Path) -> str:
    command = [sys.executable, "-m", "demo", "--scale", SCALE, "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]  # 1, if a figure is not what it must be
    return done.stdout


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "out"
    (out.parent / "printed.txt").write_text(run(out), encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def figures(demonstration: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads((demonstration / "figures.json").read_text(encoding="utf-8"))
    return {row["row"]: row for row in rows}


def test_every_row_of_the_acceptance_table_has_a_figure(figures: dict[str, dict[str, Any]]) -> None:
    assert list(figures) == [f"F{number:02}" for number in range(1, 26)]
    for row in figures.values():
        assert {"row", "printed", "value", "class", "unit", "as_of", "run"} <= set(row)
        assert row["class"] in ("C", "D", "Q")


def test_joined_by_the_generators_keys_every_figure_is_exact(
    demonstration: Path, figures: dict[str, dict[str, Any]]
) -> None:
    truth = json.loads((demonstration / "lists" / "truth.json").read_text(encoding="utf-8"))["figures"]
    for row in ("F04", "F07", "F08", "F09", "F10", "F11", "F12", "F13", "F15", "F16", "F17", "F19", "F20"):
        assert figures[row]["value"] == truth[row]["value"]
    share = 100 * truth["F10"]["value"] / truth["F14"]["value"]
    assert figures["F14"]["value"] == pytest.approx(share, abs=0.005)


def test_joined_by_linkage_figures_are_right_within_the_error_stated_for_them(demonstration: Path) -> None:
    truth = json.loads((demonstration / "lists" / "truth.json").read_text(encoding="utf-8"))["figures"]
    stated = json.loads((demonstration / "linked" / "linkage.json").read_text(encoding="utf-8"))["figures"]
    for row, known in truth.items():
        assert stated[row]["known"] == known["value"]
        assert stated[row]["low"] <= known["value"] <= stated[row]["high"]
        assert stated[row]["high"] - stated[row]["low"] <= 2 + 0.08 * known["value"]  # what is stated says something
    for row in ("F04", "F07"):  # strikes and appearances: no person is joined or parted in them
        assert truth[row]["value"] == stated[row]["low"] == stated[row]["reviewed"] == stated[row]["high"]


FILES = (
    *("figures.json", "report-en.pdf", "report-ar.pdf", "archive/checkpoint.txt"),
    *("linked/figures.json", "linked/linkage.json", "linked/annex.md", "linked/archive/checkpoint.txt"),
)


def digests(out: Path) -> dict[str, str]:
    return {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES}


def test_review_was_asked_and_answered_and_what_was_counted_before_it_stays_known(demonstration: Path) -> None:
    stated = json.loads((demonstration / "linked" / "linkage.json").read_text(encoding="utf-8"))
    assert stated["judged_pairs"] > 0
    assert stated["audited_pairs"] > 0
    with dalil.open(demonstration / "linked" / "archive") as archive:
        runs = archive.linkage.runs()
        assert len(runs) == 2
        assert archive.linkage.standing() == [max(runs)]
        before = runs[max(runs)]["known_by"]
        assert archive.figures.run("F10", known_by=before).known_by == before


def test_the_real_facts_are_worked_out_from_what_the_documents_say(figures: dict[str, dict[str, Any]]) -> None:
    # 2013-08 to 2021-05-12: from 31 August it is 7 years, 8 months and 11 or 12 days; from 1 August 7 years, 9 months.
    assert figures["F24"]["value"]["least"][:2] == [7, 8]
    assert figures["F24"]["value"]["most"][:2] == [7, 9]
    assert figures["F01"]["value"] == 33
    assert (figures["F03"]["value"], figures["F03"]["hedge"]) == (1_500_000, "more_than")
    assert (figures["F05"]["value"], figures["F05"]["hedge"]) == (None, "thousands")
    assert figures["F25"]["cells"]["together.conclusions"] == 6
    assert figures["F25"]["cells"]["together.resolutions"] == 3
    assert figures["F25"]["cells"]["recommendations.un.security_council"] == 4


def test_a_figure_opens_to_persons_statements_and_sources(demonstration: Path) -> None:
    with dalil.open(demonstration / "archive") as archive:
        run = archive.figures.run("F10")
        assert isinstance(run.value, int)
        assert len(run.members) == run.value == run.n_members
        said = archive.records.find(subject=parse_subject(run.members[0]))
        assert {"name", "sex"} & {view.predicate for view in said}
        assert all(view.synthetic for view in said)


def test_invented_and_real_persons_are_never_one(demonstration: Path) -> None:
    with dalil.open(demonstration / "linked" / "archive") as archive:
        synthetic: dict[int, set[bool]] = {}
        for view in archive.records.find(kind="person", predicate="name"):
            synthetic.setdefault(view.identity, set()).add(view.synthetic)
        assert all(len(kinds) == 1 for kinds in synthetic.values())
        assert {False} in synthetic.values()


def test_what_was_known_before_the_lists_came_stays_known(demonstration: Path) -> None:
    with dalil.open(demonstration / "archive") as archive:
        first_list = archive.intake.loads()
        before = min(load["since"] for load in first_list if load["key"] == "list-a")
        assert archive.figures.run("F15", known_by=before).value == 3  # the family of the exchange deal


def test_the_same_demonstration_twice_gives_the_same_bytes(demonstration: Path, tmp_path: Path) -> None:
    run(tmp_path / "out")

    assert digests(tmp_path / "out") == digests(demonstration)


def test_every_conflict_and_figure_is_shown(demonstration: Path) -> None:
    printed = (demonstration.parent / "printed.txt").read_text(encoding="utf-8")
    for number in range(1, 27):
        assert f"X{number:02}" in printed
    assert "why they differ" in printed
    assert "invented" in printed


def test_the_archive_verifies_and_rebuilds_to_the_same_figures(demonstration: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(demonstration / "archive", tmp_path / "archive")
    with Archive(tmp_path / "archive") as archive:
        archive.verify()
        before = archive.figures.run("F19")
        archive.rebuild()
        shutil.rmtree(tmp_path / "archive" / "derived")
        (tmp_path / "archive" / "derived").mkdir()
    with Archive(tmp_path / "archive") as archive:
        assert archive.figures.run("F19").run_id == before.run_id
