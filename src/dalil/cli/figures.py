"""``dalil figures``: how many, as of which day, as known when; and who is under each number."""

from __future__ import annotations

from datetime import date, timedelta

import click

from dalil.archive import Archive
from dalil.cli.printing import (
    as_of_option,
    json_option,
    known_by_option,
    open_archive,
    print_json,
    print_table,
    read_day,
    read_point,
    waiting,
)
from dalil.figures.runs import Duration, FigureRun, Ratio, Span, Value


@click.group()
def figures() -> None:
    """Count figures, and open them down to their members."""


def _of(n: int, unit: str) -> str:
    return f"{n:,} {unit}" if n == 1 else f"{n:,} {unit}s"


def value_text(value: Value | None) -> str:
    """Return a figure's value as people read it."""
    match value:
        case None:
            return "no number"
        case int():
            return f"{value:,}"
        case Span():
            return f"{value.low if value.low is not None else '…'} to {value.high if value.high is not None else '…'}"
        case Duration():
            ends = [value.least] if value.most in (None, value.least) else [value.least, value.most]
            return " to ".join(f"{_of(end[0], 'year')} {_of(end[1], 'month')}" for end in ends if end is not None)
        case Ratio():
            return f"{value.percent} % ({value.part:,} of {value.whole:,})"


def _run(archive: Archive, name: str, as_of: str | None, known_by: str | None) -> FigureRun:
    day = read_day(as_of)
    text = None if day is None else (date(1970, 1, 1) + timedelta(days=day)).isoformat()
    with waiting("counting"):  # the first figure after new records copies them into columns, which takes seconds
        return archive.figures.run(name, as_of=text, known_by=read_point(archive, known_by))


@figures.command(name="list")
@json_option
@click.pass_context
def list_figures(context: click.Context, as_json: bool) -> None:
    """List the figures defined under hand/figures."""
    archive = open_archive(context)
    rows = []
    for name in archive.figures.names():
        definition = archive.figures.definition(name)
        rows.append((name, definition.figure_class, definition.unit, definition.title.get("en", "")))
    columns = ("name", "class", "unit", "title")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    print_table(columns, rows)


@figures.command()
@click.argument("name")
@as_of_option
@known_by_option
@json_option
@click.pass_context
def run(context: click.Context, name: str, as_of: str | None, known_by: str | None, as_json: bool) -> None:
    """Count the figure NAME: its value, its cells, what is unknown, what was left out."""
    archive = open_archive(context)
    found = _run(archive, name, as_of, known_by)
    if as_json:
        print_json(found.record() | {"run": found.run_id})
        return
    click.echo(f"{found.name} · {found.title.get('en', '')}")
    unit = archive.vocabulary.label("units", found.unit, "en", count=found.value if isinstance(found.value, int) else 2)
    click.echo(f"{value_text(found.value)} {unit} ({found.figure_class})")
    if found.as_of:
        click.echo(f"as of {found.as_of}, known by ledger size {found.known_by:,}")
    if found.cells:
        rows = [(c.dimension, c.cell, f"{c.value:,}", f"{c.unknown:,}" if c.unknown else "") for c in found.cells]
        print_table(("dimension", "cell", "value", "unknown"), rows)
    for label, counts in (("unknown", found.unknowns), ("left out", found.exclusions)):
        for reason, count in counts.items():
            click.echo(f"{label}: {count:,} {reason.replace('_', ' ')}")
    if found.n_members:
        click.echo(
            f"{found.n_members:,} members, {found.n_synthetic:,} of them invented · digest {found.members_digest}"
        )
    click.echo(f"run {found.run_id}")


@figures.command()
@click.argument("name")
@click.option("--cell", help="Only the members of this cell.")
@click.option("--dimension", help="The cell's dimension, where several have one of that name.")
@as_of_option
@known_by_option
@json_option
@click.pass_context
def members(
    context: click.Context,
    name: str,
    cell: str | None,
    dimension: str | None,
    as_of: str | None,
    known_by: str | None,
    as_json: bool,
) -> None:
    """List the ids under a figure or one of its cells; `dalil records show ID` opens each."""
    found = _run(open_archive(context), name, as_of, known_by)
    if cell is None:
        ids = found.members
    else:
        try:
            chosen = found.cell(cell, dimension)
        except KeyError:
            known = ", ".join(sorted({f"{c.dimension}.{c.cell}" for c in found.cells})) or "none"
            raise click.UsageError(f"{name} has no cell {cell}; it has {known}.") from None
        ids = found.members_of(chosen.dimension, chosen.cell)
    if as_json:
        print_json(ids)
        return
    for identifier in ids:
        click.echo(identifier)
