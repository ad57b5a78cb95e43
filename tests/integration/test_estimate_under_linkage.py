"""What a linkage run is unsure of reaches the estimate that rests on it: by person, case and stratum, and in print."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from demo import linking
from demo.building import make_archive, take_lists
from demo.estimating import HERE, LISTS
from demo.lists import generate
from demo.unrecorded import ESTIMATED, read_unrecorded

from dalil.archive import Archive
from dalil.cli import cli
from dalil.errors import DerivedStale
from dalil.figures import Span

SCALE = 0.02
CASES = f"{ESTIMATED}-documented"


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("estimated")
    generate(folder / "lists", seed=linking.SEED, scale=SCALE)
    with make_archive(folder / "archive") as archive:
        take_lists(archive, folder / "lists", lambda key, receipt: None)
        for definition in sorted((HERE / "estimates").glob("*.yaml")):
            shutil.copy(definition, archive.path / "hand" / "figures" / definition.name)
        archive.linkage.run(seed=1)
    return folder


def test_the_estimate_is_averaged_over_the_ways_of_joining_and_holds_the_truth(linked: Path) -> None:
    with Archive(linked / "archive") as archive:
        run = archive.figures.run(ESTIMATED)
        again = archive.figures.run(ESTIMATED)
        (standing,) = archive.linkage.standing()
    details: Any = run.details
    assert details["linkage"]["run"] == standing
    assert details["linkage"]["draws"] == 20
    joined = details["estimate"]["details"]["as_joined"]["interval"]
    assert isinstance(run.value, Span)
    low, high = run.value.low, run.value.high
    assert low is not None
    assert high is not None
    assert high - low > joined[1] - joined[0]  # what linkage does not know stands in the interval
    assert low <= sum(read_unrecorded(linked / "lists")) <= high
    assert run.run_id == again.run_id  # the same draws, and the same digits
    for language, said in (("en", "If every join of records is right"), ("ar", "إن صح كل ربط بين السجلات")):
        assert said in json.dumps(details["annex"][language], ensure_ascii=False)


@pytest.mark.parametrize("figure", [CASES, None], ids=["cases", "persons"])
def test_draws_move_members_between_patterns_and_lose_none(linked: Path, figure: str | None) -> None:
    with Archive(linked / "archive") as archive:
        put = archive.figures.lists(figure, lists=LISTS, strata=["sex"], linkage_draws=6, seed=4)
    assert put.doubt is not None
    mentions = int(put.table.list_sizes().sum())
    for table in put.doubt.tables:
        assert table.lists == put.table.lists
        assert [part.label for part in table.strata] == [part.label for part in put.table.strata]
        # Whoever is parted counts twice, whoever is joined once: about as many persons, on about as many lists.
        assert table.n == pytest.approx(put.table.n, rel=0.05)
        assert int(table.list_sizes().sum()) == pytest.approx(mentions, rel=0.02)
    assert len({table.digest for table in put.doubt.tables}) > 1
    middle = np.mean([table.n_on_several for table in put.doubt.tables])
    assert middle == pytest.approx(put.table.n_on_several, rel=0.05)


def test_the_command_says_both_intervals_and_can_take_every_join_for_right(linked: Path) -> None:
    def asked(*more: str) -> Any:
        arguments = ["estimation", "run", str(linked / "archive"), "--of", CASES, "--method", "dga", *more]
        done = CliRunner().invoke(cli, [*arguments, "--lists", ",".join(LISTS)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    plain = json.loads(asked("--strata", "sex", "--json"))
    assert (plain["method"], plain["linkage"]["draws"], len(plain["parts"])) == ("pool", 20, 20)
    assert {part["stratum"] for part in plain["details"]["strata"]} == {"sex=female", "sex=male"}
    right = json.loads(asked("--linkage-draws", "0", "--json"))
    assert right["method"] == "dga"
    assert "linkage" not in right
    said = asked()
    assert "If every join of records is right" in said
    assert "No data can show" in said


def test_without_what_the_run_compared_there_is_no_estimate_rather_than_one_too_sure(
    linked: Path, tmp_path: Path
) -> None:
    shutil.copytree(linked / "archive", tmp_path / "archive")
    for folder in (tmp_path / "archive" / "derived").glob("linkage-*"):
        shutil.rmtree(folder)
    with Archive(tmp_path / "archive") as archive, pytest.raises(DerivedStale, match="pairs of a linkage run"):
        archive.figures.run(ESTIMATED)
