"""``dalil search``: find persons by name."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import click

from dalil.errors import UnreadableFile, WrongMapping
from dalil.search import build, find


@click.group()
def search() -> None:
    """Find persons by name, in any script."""


@search.command("batch")
@click.argument("names", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("queries", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="Answers to each query.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV file to write.")
def batch(names: Path, queries: Path, top: int, out: Path) -> None:
    """Look each of QUERIES (CSV: qid,query) up in the list NAMES (CSV: id,name)."""
    ids: list[str] = []

    def texts() -> Iterator[str]:
        for row_id, name in _two_columns(names, "id", "name"):
            ids.append(row_id)
            yield name

    index = build(texts())
    click.echo(f"{len(index)} names indexed", err=True)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["qid", "rank", "id", "score"])
        for query_id, query in _two_columns(queries, "qid", "query"):
            for rank, hit in enumerate(find(index, query, top=top), 1):
                writer.writerow([query_id, rank, ids[hit.place], f"{hit.score:.6f}"])


def _two_columns(path: Path, first: str, second: str) -> Iterator[tuple[str, str]]:
    """Yield two columns of a CSV file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            if first not in header or second not in header:
                raise WrongMapping(
                    "The file does not have the columns it needs.",
                    expected=f"a first line with {first} and {second}",
                    found=", ".join(header)[:80] or "an empty file",
                    where=path.name,
                    todo="Rename the columns.",
                )
            at, to = header.index(first), header.index(second)
            for row in reader:
                if len(row) > max(at, to):
                    yield row[at], row[to]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(
            "This file cannot be read as CSV.", expected="CSV in UTF-8", found=type(error).__name__, where=path.name
        ) from error
