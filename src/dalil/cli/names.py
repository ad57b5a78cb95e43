"""``dalil names``: how likely two names are of one person, one pair or a file of them."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path

import click

from dalil.cli.printing import json_option, print_json, print_table
from dalil.errors import UnreadableFile, WrongMapping
from dalil.names import SYSTEMS, compare, parse, romanise, score


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
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV file to write.")
def score_pairs(pairs: Path, columns: str, out: Path) -> None:
    """Add a column `score` to the CSV file PAIRS."""
    first, _, second = (column.strip() for column in columns.partition(","))
    try:
        with pairs.open(encoding="utf-8-sig", newline="") as file, out.open("w", encoding="utf-8", newline="") as to:
            reader = csv.DictReader(file)
            header = list(reader.fieldnames or ())
            for column in (first, second):
                if column not in header:
                    raise WrongMapping(
                        "The file has no such column.",
                        expected="two columns of the file, separated by a comma",
                        found=column[:80] or "nothing",
                        where="--columns",
                        todo="Name two columns of the first line.",
                    )
            writer = csv.DictWriter(to, [*header, "score"], lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            for row in reader:
                row["score"] = f"{score(row[first] or '', row[second] or ''):.6f}"
                writer.writerow(row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(
            "This file cannot be read as CSV.", expected="CSV in UTF-8", found=type(error).__name__, where=pairs.name
        ) from error
