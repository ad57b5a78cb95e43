"""``dalil names``: how likely two names are of one person, one pair or a file of them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Final

import click

from dalil.cli.printing import json_option, print_json, print_table
from dalil.cli.reading import csv_rows, places_of, tell_of
from dalil.cli.writing import check_writable, written_whole
from dalil.names import SYSTEMS, compare, parse, romanise, score_many, score_with_parents
from dalil.values.collector import collector_resting

ROWS_AT_ONCE: Final = 50_000
"""Rows of a file that are held in memory."""
_THREADS: Final = "OPENBLAS_NUM_THREADS"
Columns = tuple[int, int]
"""Places of two columns in a row."""


@click.group()
def names() -> None:
    """Compare personal names across scripts and spellings."""


@names.command("compare")
@click.argument("first")
@click.argument("second")
@json_option
def compare_names(first: str, second: str, as_json: bool) -> None:
    """Say how likely FIRST and SECOND are one person's names, and why."""
    result = compare(first, second)
    if as_json:
        print_json(asdict(result))
        return
    click.echo(f"{result.score:.3f}")
    click.echo(result.english)
    click.echo(result.arabic)


@names.command("parse")
@click.argument("text")
@json_option
def parse_name(text: str, as_json: bool) -> None:
    """Show the parts of the name TEXT."""
    parsed = parse(text)
    rows = [(part.role.value, part.original, part.form) for part in parsed.parts]
    if as_json:
        keys = ("role", "original", "form", "by_letter")
        print_json([dict(zip(keys, (*row, parsed.by_letter), strict=True)) for row in rows])
        return
    print_table(("role", "written", "compared as"), rows)
    if parsed.by_letter:
        click.echo("a script other than Arabic and Latin: read letter by letter")


@names.command("romanise")
@click.argument("text")
@click.option("--system", type=click.Choice(list(SYSTEMS)), default="plain", show_default=True, help="Which letters.")
def romanise_name(text: str, system: str) -> None:
    """Write the Arabic name TEXT in Latin letters, for display."""
    click.echo(romanise(text, system=system))


@names.command("score")
@click.argument("pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--columns", required=True, metavar="A,B", help="The two columns that hold the names.")
@click.option("--father", metavar="A,B", help="Two columns that hold the names of their fathers.")
@click.option("--mother", metavar="A,B", help="Two columns that hold the names of their mothers.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV file to write.")
def score_pairs(pairs: Path, columns: str, father: str | None, mother: str | None, out: Path) -> None:
    """Add a column `score` to the CSV file PAIRS."""
    check_writable([out], reads=[pairs])
    n_other = 0
    with (
        csv_rows(pairs) as reader,
        written_whole(out) as (beside,),
        beside.open("w", encoding="utf-8", newline="") as file,
        collector_resting(),
        _one_thread(),
    ):
        header = next(reader, [])
        both = _two_of(header, columns, "--columns")
        fathers = _two_of(header, father, "--father") if father else None
        mothers = _two_of(header, mother, "--mother") if mother else None
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*header, "score"])
        while lot := list(islice(reader, ROWS_AT_ONCE)):
            rows = [row if len(row) == len(header) else _as_long(row, header) for row in lot if row]
            n_other += sum([len(row) != len(header) for row in lot if row])
            for row, value in zip(rows, _scores(rows, both, fathers, mothers), strict=True):
                row.append(f"{value:.6f}")
            writer.writerows(rows)
    tell_of(n_other, "with more or fewer cells than the first line: cut or filled up")


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep NumPy, if it is loaded now, from starting threads: no matrix is multiplied, and they wait for one busily."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before


def _scores(rows: list[list[str]], names: Columns, fathers: Columns | None, mothers: Columns | None) -> list[float]:
    """Return the score of each row."""
    if not fathers and not mothers:
        return score_many([(row[names[0]], row[names[1]]) for row in rows])
    return [
        score_with_parents(*_cells(row, names), fathers=_cells(row, fathers), mothers=_cells(row, mothers))
        for row in rows
    ]


def _as_long(row: list[str], header: list[str]) -> list[str]:
    """Return a row with as many cells as the first line."""
    return [*row, *[""] * len(header)][: len(header)]


def _cells(row: list[str], columns: Columns | None) -> tuple[str, str]:
    return (row[columns[0]], row[columns[1]]) if columns else ("", "")


def _two_of(header: list[str], columns: str, option: str) -> Columns:
    """Return the places of the two columns an option names, or refuse."""
    first, _, second = (column.strip() for column in columns.partition(","))
    if not first or not second:
        raise click.BadParameter("Name two columns of the first line, with a comma between.", param_hint=f"'{option}'")
    return places_of(header, first, second, where=option)
