"""CSV files that commands read: refused in words where they are something else."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from dalil.errors import UnreadableFile, WrongMapping

MOST_CHARACTERS: Final = 10_000_000
"""Characters of one cell that are read."""
_OTHERS: Final = {";": "semicolons", "\t": "tabs"}


@contextmanager
def csv_rows(path: Path) -> Iterator[Iterator[list[str]]]:
    """Give the rows of a CSV file in UTF-8, with or without a mark at its start.

    Raises
    ------
    UnreadableFile
        Bytes that are not UTF-8, or a cell without end.
    """
    before = csv.field_size_limit(MOST_CHARACTERS)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield csv.reader(file)
    except (UnicodeDecodeError, csv.Error) as error:
        endless = isinstance(error, csv.Error)
        raise UnreadableFile(
            "This file cannot be read as CSV.",
            expected="CSV in UTF-8",
            found=f"a cell of more than {MOST_CHARACTERS:,} characters" if endless else "bytes that are not UTF-8",
            where=path.name,
            todo="Look for a quotation mark that is not closed." if endless else "Save it again as CSV in UTF-8.",
        ) from error
    finally:
        csv.field_size_limit(before)


def places_of(header: list[str], first: str, second: str, *, where: str) -> tuple[int, int]:
    """Return the places of two columns of a file by its first line.

    Raises
    ------
    WrongMapping
        It does not name both of them, each once.
    """
    for column in (first, second):
        if header.count(column) != 1:
            other = next((sign for sign in _OTHERS if len(header) == 1 and sign in header[0]), None)
            raise WrongMapping(
                "The file has no such column." if column not in header else "Two columns of the file have one name.",
                expected=f"a first line with {first} and {second}, each once, separated by commas",
                found=", ".join(header)[:80] or "an empty first line",
                where=where,
                todo=f"Save the file with commas instead of {_OTHERS[other]}." if other else "Rename the columns.",
            )
    return header.index(first), header.index(second)


def tell_of(n_rows: int, what: str) -> None:
    """Say on the error stream of how many rows something is so, if of any."""
    if n_rows:
        click.echo(f"{n_rows:,} row{'s' if n_rows > 1 else ''} {what}", err=True)
