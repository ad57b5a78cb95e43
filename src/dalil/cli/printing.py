"""How results are printed: JSON for machines, tables for people; and the options every room shares."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dalil.errors import UnreadableDate

if TYPE_CHECKING:
    from dalil.archive import Archive

Function = TypeVar("Function", bound=Callable[..., Any])
WIDTH = 160
"""Columns of a table that is printed where there is no screen."""

_YEARS = range(1900, 2100)
"""Numbers that people write for a year."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
as_of_option = click.option("--as-of", metavar="DAY", help="As of this day in the world, such as 2021-05-21.")
known_by_option = click.option(
    "--known-by",
    metavar="POINT",
    help="As known at this point: a ledger size (size:2021 if it may be a year), or a day on whose end to stand.",
)


def open_archive(context: click.Context) -> Archive:
    """Open the archive named by ``--archive`` and close it when the command ends."""
    from dalil.archive import Archive  # commands that need none do not wait for it

    return context.with_resource(Archive(Path(context.find_root().obj)))


def read_day(text: str | None, *, option: str = "--as-of") -> int | None:
    """Read ``--as-of``, or another option: one whole day.

    Raises
    ------
    UnreadableDate
        Not a day, or not precise to the day.
    """
    if text is None:
        return None
    from dalil.values.dates import parse_date  # commands that ask for no day do not wait for it

    found = parse_date(text)
    if found is None or found.lo is None or found.lo != found.hi:
        raise UnreadableDate(f"{option} needs one day.", expected="a day such as 2021-05-21", found=text[:40])
    return found.lo


def today() -> int:
    """Return the day it is where the command is run, as days since 1970-01-01."""
    return (datetime.now().astimezone().date() - date(1970, 1, 1)).days


def read_point(archive: Archive, text: str | None) -> int | None:
    """Read ``--known-by``: a ledger size, or a day, which means everything recorded by its end (UTC).

    Raises
    ------
    UnreadableDate
        Not a day, or a number that may be a size or a year.
    """
    if text is None:
        return None
    size = text.removeprefix("size:")
    if size.isascii() and size.isdigit():
        if size == text and int(text) in _YEARS:
            raise UnreadableDate(
                "--known-by may mean a year or a ledger size here.",
                expected=f"a day such as {text}-12-31, or size:{text}",
                found=text,
                todo="Say which.",
            )
        return min(int(size), archive.ledger.size)
    day = read_day(text, option="--known-by")
    assert day is not None
    return archive.size_on(day)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on a terminal that something is going on; elsewhere nothing, nor the cost of the library that shows it."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def print_json(value: object) -> None:
    """Print ``value`` as indented JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """Print a table; wide cells fold rather than vanish."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*["" if cell is None else str(cell) for cell in row])
    # A pipe or a file has no width of its own: there, cells are not folded to fit a screen nobody looks at.
    Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else WIDTH).print(table)
