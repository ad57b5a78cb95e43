"""The commands on files: the same bytes whatever the order, and nothing written of what is refused."""

from __future__ import annotations

import csv
import errno
import json
import random
from pathlib import Path
from typing import Any

import pytest

from dalil.cli import main
from dalil.cli.writing import written_whole
from dalil.errors import StoreFull


@pytest.fixture
def halves(lists: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The lists in two files: every other row in each."""
    with (lists / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return tuple(write(tmp_path / f"{name}.csv", [rows[0], *rows[1 + at :: 2]]) for at, name in enumerate("ab"))  # type: ignore[return-value]


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def shuffled(path: Path, out: Path) -> Path:
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    random.Random(7).shuffle(rows)
    return write(out, [head, *rows])


def run(*arguments: object, fails: int = 0) -> None:
    try:
        main(["linkage", *map(str, arguments)])
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == fails


def test_rows_and_files_in_another_order_give_the_same_bytes(
    halves: tuple[Path, Path], lists: Path, tmp_path: Path
) -> None:
    mapping = ("--mapping", lists / "mapping.yaml")
    one, other = halves
    run("files", one, other, *mapping, "--out", tmp_path / "1.csv", "--pairs", tmp_path / "1.parquet")
    again = (shuffled(other, tmp_path / "x.csv"), shuffled(one, tmp_path / "y.csv"))
    run("files", *again, *mapping, "--out", tmp_path / "2.csv", "--pairs", tmp_path / "2.parquet")
    for kind in ("csv", "parquet"):
        assert (tmp_path / f"1.{kind}").read_bytes() == (tmp_path / f"2.{kind}").read_bytes()


def test_what_is_refused_leaves_no_file_and_what_is_there_as_it_was(
    halves: tuple[Path, Path], lists: Path, tmp_path: Path
) -> None:
    """One list given twice; answers that contradict each other; a file that is none."""
    mapping = ("--mapping", lists / "mapping.yaml")
    one, other = halves
    out = tmp_path / "out.csv"
    out.write_text("as it was")
    twice = tmp_path / "twice.csv"
    twice.write_bytes(one.read_bytes())
    run("files", one, twice, *mapping, "--out", out, fails=10)
    ids = [line.split(",")[0] for line in one.read_text(encoding="utf-8").splitlines()[1:4]]
    labels = write(
        tmp_path / "labels.csv",
        [
            ["id_a", "id_b", "label"],
            *[[ids[0], ids[1], "same"], [ids[1], ids[2], "same"], [ids[0], ids[2], "different"]],
        ],
    )
    run("files", one, other, *mapping, "--out", out, "--labels", labels, fails=20)
    (tmp_path / "none.parquet").write_bytes(b"PAR1 and nothing more PAR1")
    run("files", tmp_path / "none.parquet", *mapping, "--out", out, fails=10)
    assert out.read_text() == "as it was"
    assert not list(tmp_path.glob("*.part"))


def test_what_a_reader_must_know_is_said_with_the_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two names in two thousand rows: a thousand share each, and nothing narrows that down."""
    names = ("سامر علي", "رنا خالد")
    rows = [[f"r{at:04d}", "ab"[at // 1000], names[at % 2]] for at in range(2000)]
    made = write(tmp_path / "list.csv", [["id", "list", "name"], *rows])
    (tmp_path / "mapping.yaml").write_text("id: id\nlist: list\nname: name\n", encoding="utf-8")
    told = (made, "--mapping", tmp_path / "mapping.yaml", "--out", tmp_path / "out.csv")
    run("files", *told)
    assert "None of 2000 records was compared" in capsys.readouterr().err
    run("files", *told, "--json")
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert report["clusters"] == 2000
    assert "None of 2000 records" in report["warnings"][0]


def test_many_records_that_nothing_tells_apart_are_not_passed_over_in_silence(
    halves: tuple[Path, Path], lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list of which three hundred rows more are one row, again and again."""
    with halves[0].open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    more = write(tmp_path / "more.csv", [head, *rows, *[[f"again-{at}", *rows[0][1:]] for at in range(300)]])
    told = (more, "--mapping", lists / "mapping.yaml", "--out", tmp_path / "out.csv")
    run("files", *told)
    assert "301 records share their whole name with 100 or more others" in capsys.readouterr().err


def test_nothing_is_written_over_what_is_read_or_to_where_nothing_can_be(
    halves: tuple[Path, Path], lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused before anything is linked: the list itself, its mapping, one file for two things, no folder."""
    mapping, (one, _) = lists / "mapping.yaml", halves
    before = one.read_bytes(), mapping.read_bytes()
    told = (one, "--mapping", mapping, "--out")
    run("files", *told, one, fails=10)
    run("ask", *told, mapping, fails=10)
    assert "one that this command reads" in capsys.readouterr().err
    run("files", *told, tmp_path / "x", "--pairs", tmp_path / "y" / ".." / "x", fails=10)
    assert "one file for two" in capsys.readouterr().err
    run("files", *told, tmp_path / "none" / "x", fails=10)
    assert "no such folder" in capsys.readouterr().err
    assert (one.read_bytes(), mapping.read_bytes()) == before
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "b.csv"}


def test_where_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("as it was")

    def write_both() -> None:
        with written_whole(tmp_path / "first", tmp_path / "second") as (first, second):
            first.write_text("new")
            second.write_text("new too")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StoreFull, match="nothing was written"):
        write_both()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("first", "as it was")]


def test_a_list_with_fewer_columns_can_be_added(
    halves: tuple[Path, Path], lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only ids, lists and names of the second half."""
    one, other = halves
    mapping = ("--mapping", lists / "mapping.yaml")
    run("files", one, *mapping, "--out", tmp_path / "out.csv", "--keep", tmp_path / "kept")
    with other.open(encoding="utf-8", newline="") as file:
        fewer = write(tmp_path / "fewer.csv", [row[:3] for row in csv.reader(file)])
    capsys.readouterr()
    run("add", fewer, *mapping, "--to", tmp_path / "kept", "--out", tmp_path / "new.csv")
    assert "count as missing: father" in capsys.readouterr().err
    n_rows = len(fewer.read_text(encoding="utf-8").splitlines())
    assert len((tmp_path / "new.csv").read_text(encoding="utf-8").splitlines()) == n_rows


def test_clusters_are_measured_against_a_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One cluster of a, b, c where a and b are one person; d is nobody the truth knows."""
    clusters = write(tmp_path / "clusters.csv", [["id", "cluster"], *[[each, "1"] for each in "abc"], ["d", "d"]])
    truth = write(tmp_path / "truth.csv", [["id", "person"], ["a", "P"], ["b", "P"], ["c", "Q"]])
    lists = write(tmp_path / "lists.csv", [["id", "list"], ["a", "X"], ["b", "X"], ["c", "Y"]])
    run("measure", clusters, "--truth", truth, "--groups", lists, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["records"], found["records_in_one_file_only"]) == (3, 1)
    assert (found["precision"], found["recall"]) == (0.3333, 1.0)
    assert found["worst_clusters"] == [{"cluster": "1", "records": 3, "persons": 2, "wrong_pairs": 2}]
    assert found["groups"]["X Y"] == {"true_pairs": 0, "precision": 0.0, "recall": 1.0}
    run("measure", clusters, "--truth", truth, "--groups", lists)
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["1", "3", "2", "2"] in printed
    assert ["X", "Y", "0", "0.0", "1.0"] in printed
    other = write(tmp_path / "other.csv", [["id", "person"], ["z", "P"]])
    run("measure", clusters, "--truth", other, fails=10)
    assert "None of the records is in both files" in capsys.readouterr().err
    many = write(tmp_path / "many.csv", [["id", "group"], *[[f"r{at}", f"g{at}"] for at in range(60)]])
    run("measure", many, "--truth", many, "--groups", many, fails=10)
    assert "too many groups" in capsys.readouterr().err
