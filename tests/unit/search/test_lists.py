"""Lists and pairs of names in files: what cannot be read or written is refused in words, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dalil.cli.names import names as names_commands
from dalil.cli.search import search
from dalil.errors import DalilError, UnreadableFile, WrongMapping, WrongValue

NAMES = "id,name\n1,سليم نمور\n2,Amani Ballour\n"
QUERIES = "qid,query\nq1,Salim Nimour\n"


def _searched(tmp_path: Path, *, names: bytes = NAMES.encode(), queries: bytes = QUERIES.encode()) -> Result:
    (tmp_path / "names.csv").write_bytes(names)
    (tmp_path / "queries.csv").write_bytes(queries)
    files = [str(tmp_path / f"{name}.csv") for name in ("names", "queries", "hits")]
    return CliRunner().invoke(search, ["batch", *files[:2], "--out", files[2]])


def _scored(tmp_path: Path, pairs: bytes, *, columns: str = "a,b") -> Result:
    (tmp_path / "pairs.csv").write_bytes(pairs)
    options = ["--columns", columns, "--out", str(tmp_path / "out.csv")]
    return CliRunner().invoke(names_commands, ["score", str(tmp_path / "pairs.csv"), *options])


@pytest.mark.parametrize(
    ("pairs", "error", "said"),
    [
        ("a;b\nسليم;Salim\n".encode(), WrongMapping, "semicolons"),
        ("a\tb\nسليم\tSalim\n".encode(), WrongMapping, "tabs"),
        (b"", WrongMapping, "an empty first line"),
        (b"a,a,b\nx,y,z\n", WrongMapping, "one name"),
        ("a,b\nسليم,Salim\n".encode("cp1256"), UnreadableFile, "not UTF-8"),
        ("a,b\nسليم,Salim\n".encode("utf-16"), UnreadableFile, "not UTF-8"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(
    tmp_path: Path, pairs: bytes, error: type[DalilError], said: str
) -> None:
    result = _scored(tmp_path, pairs)
    assert isinstance(result.exception, error)
    assert said in str(result.exception)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["pairs.csv"]


@pytest.mark.parametrize("columns", ["a", ",b", "a,"])
def test_one_column_is_not_two(tmp_path: Path, columns: str) -> None:
    result = _scored(tmp_path, b"a,b\nx,y\n", columns=columns)
    assert result.exit_code == 2
    assert "two columns" in result.output


def test_a_mark_at_the_start_and_other_ends_of_lines_are_read(tmp_path: Path) -> None:
    result = _scored(tmp_path, "\ufeffa,b\r\nSalim,Salim\r\n".encode())
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out.csv").read_text("utf-8") == "a,b,score\nSalim,Salim,1.000000\n"


def test_a_cell_of_any_length_is_read(tmp_path: Path) -> None:
    result = _scored(tmp_path, ("a,b\n" + "م" * 200_000 + ",Salim\n").encode())
    assert result.exit_code == 0, result.output


def test_rows_of_another_length_are_told(tmp_path: Path) -> None:
    result = _scored(tmp_path, b"a,b\nSalim,Salim,9\nSalim\nSalim,Salim\n")
    assert result.stderr == "2 rows with more or fewer cells than the first line: cut or filled up\n"
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1:] == [
        "Salim,Salim,1.000000",
        "Salim,,0.000000",
        "Salim,Salim,1.000000",
    ]


def test_rows_without_a_query_are_told(tmp_path: Path) -> None:
    result = _searched(tmp_path, queries=QUERIES.encode() + b"q2\n\n")
    assert "1 row of queries.csv without qid or query: left out\n" in result.stderr


@pytest.mark.parametrize("out", ["nowhere/hits.csv", "names.csv", "queries.csv"])
def test_what_cannot_be_written_or_would_replace_what_is_read_is_refused(tmp_path: Path, out: str) -> None:
    assert _searched(tmp_path).exit_code == 0
    files = [str(tmp_path / name) for name in ("names.csv", "queries.csv", out)]
    result = CliRunner().invoke(search, ["batch", *files[:2], "--out", files[2]])
    assert isinstance(result.exception, WrongValue)
    assert (tmp_path / "names.csv").read_text("utf-8") == NAMES
    assert (tmp_path / "queries.csv").read_text("utf-8") == QUERIES


def test_pairs_are_not_scored_over_themselves(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("a,b\nSalim,Salim\n", "utf-8")
    result = CliRunner().invoke(names_commands, ["score", str(pairs), "--columns", "a,b", "--out", str(pairs)])
    assert isinstance(result.exception, WrongValue)
    assert pairs.read_text("utf-8") == "a,b\nSalim,Salim\n"


def test_answers_of_before_stay_where_queries_cannot_be_read(tmp_path: Path) -> None:
    assert _searched(tmp_path).exit_code == 0
    before = (tmp_path / "hits.csv").read_text("utf-8")
    assert isinstance(_searched(tmp_path, queries=QUERIES.encode() + b"q2,\xff\n").exception, UnreadableFile)
    assert (tmp_path / "hits.csv").read_text("utf-8") == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["hits.csv", "names.csv", "queries.csv"]
