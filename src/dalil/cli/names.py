"""``dalil names``: how likely two names are of one person, one pair or a file of them."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path

import click

from dalil.cli.printing import json_option, print_json, print_table
from dalil.errors import UnreadableFile, WrongMapping
from dalil.names import SYSTEMS, compare, parse, romanise, score, score_with_parents


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
        print_json([dict(zip(("role", "original", "form"), row, strict=True)) for row in rows])
        return
    print_table(("role", "written", "compared as"), rows)


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
    try:
        with pairs.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            header = list(reader.fieldnames or ())
            first, second = _two_of(header, columns, "--columns")
            fathers = _two_of(header, father, "--father") if father else None
            mothers = _two_of(header, mother, "--mother") if mother else None
            with out.open("w", encoding="utf-8", newline="") as to:
                writer = csv.DictWriter(to, [*header, "score"], lineterminator="\n", extrasaction="ignore")
                writer.writeheader()
                for row in reader:
                    a, b = row[first] or "", row[second] or ""
                    if fathers or mothers:
                        value = score_with_parents(a, b, fathers=_cells(row, fathers), mothers=_cells(row, mothers))
                    else:
                        value = score(a, b)
                    row["score"] = f"{value:.6f}"
                    writer.writerow(row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(
            "This file cannot be read as CSV.", expected="CSV in UTF-8", found=type(error).__name__, where=pairs.name
        ) from error


def _cells(row: dict[str, str], columns: tuple[str, str] | None) -> tuple[str, str]:
    return (row[columns[0]] or "", row[columns[1]] or "") if columns else ("", "")


def _two_of(header: list[str], columns: str, option: str) -> tuple[str, str]:
    """Return the two columns an option names, or refuse."""
    first, _, second = (column.strip() for column in columns.partition(","))
    for column in (first, second):
        if column not in header:
            raise WrongMapping(
                "The file has no such column.",
                expected="two columns of the file, separated by a comma",
                found=column[:80] or "nothing",
                where=option,
                todo="Name two columns of the first line.",
            )
    return first, second
