"""``dalil ledger``: what was recorded, when, by which key, and whether it still holds."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import click

from dalil.cli.printing import json_option, open_archive, print_json, print_table
from dalil.ledger.kinds import Kind
from dalil.values.ids import format_subject


@click.group()
def ledger() -> None:
    """Look into the signed log, and verify it."""


@ledger.command()
@json_option
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Show the size, root and checkpoint of the log."""
    from dalil.ledger.notes import verifier_key

    archive = open_archive(context)
    log = archive.ledger
    size = log.size
    checkpoint = archive.path / "checkpoint.txt"
    said = {
        "name": archive.configuration.name,
        "origin": log.origin,
        "size": size,
        "root": log.root(size).hex(),
        "last_recorded_at": log.entry(size - 1).header.recorded_at,
        "verifier_key": verifier_key(log.origin, log.public_key("log")),
        "checkpoint": checkpoint.read_text(encoding="utf-8") if checkpoint.exists() else None,
    }
    if as_json:
        print_json(said)
        return
    for name, value in said.items():
        click.echo(f"{name.replace('_', ' ')}: {value}")


@ledger.command()
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Only entries of this kind.")
@click.option("--last", "n_last", default=20, show_default=True, help="How many, counted from the end.")
@json_option
@click.pass_context
def log(context: click.Context, kind: str | None, n_last: int, as_json: bool) -> None:
    """List entries: position, instant, kind, actor's key, size. Never what they say."""
    archive = open_archive(context)
    size = archive.ledger.size
    start = 0 if kind else max(0, size - n_last)
    found = list(archive.ledger.entries(start, kind=Kind(kind) if kind else None))[-n_last:]
    rows = [
        {
            "position": entry.position,
            "recorded_at": entry.header.recorded_at,
            "kind": entry.header.kind.value,
            "actor": entry.header.actor,
            "id": entry.header.id,
            "n_bytes": None if entry.body_bytes is None else len(entry.body_bytes),
        }
        for entry in found
    ]
    if as_json:
        print_json(rows)
        return
    columns = ("position", "recorded_at", "kind", "actor", "n_bytes")
    print_table(columns, [[row[column] if row[column] is not None else "erased" for column in columns] for row in rows])
    kinds = Counter(row["kind"] for row in rows)
    click.echo(f"{len(rows)} of {size:,} entries: " + ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())))


@ledger.command()
@click.argument("position", type=int)
@json_option
@click.pass_context
def show(context: click.Context, position: int, as_json: bool) -> None:
    """Show one entry whole: its header, and what it says."""
    entry = open_archive(context).ledger.entry(position)
    said = {"position": position, "header": entry.header_bytes.decode(), "body": entry.body}
    if as_json:
        print_json(said)
        return
    click.echo(f"entry {position}: {entry.header.kind.value}, recorded {entry.header.recorded_at}")
    click.echo(f"id {entry.header.id}, actor {entry.header.actor}")
    click.echo(f"commitment {entry.header.commitment}")
    if entry.body is None:
        click.echo("The body was erased; the header stays.")
        return
    print_json(entry.body)
    if entry.header.kind is Kind.ACCOUNT:
        for order, statement in enumerate(entry.body["statements"]):
            identifier = format_subject(position << 12 | order)
            click.echo(f"  statement {identifier}: {statement['subject']} {statement['predicate']}")


@ledger.command()
@click.option(
    "--checkpoint", "against", type=click.Path(path_type=Path, exists=True), help="A checkpoint to hold it to."
)
@json_option
@click.pass_context
def verify(context: click.Context, against: Path | None, as_json: bool) -> None:
    """Check every commitment, the tree, every signature and every checkpoint."""
    archive = open_archive(context)
    started = time.perf_counter()
    verified = archive.verify(against=against)
    seconds = time.perf_counter() - started
    said = {
        "holds": True,
        "size": verified.size,
        "root": verified.root.hex(),
        "n_batches": verified.n_batches,
        "n_checkpoints": verified.n_checkpoints,
        "n_erased": verified.n_erased,
    }
    if as_json:
        print_json(said)
        return
    click.echo(
        f"The ledger holds: {verified.size:,} entries, {verified.n_batches:,} signed batches, "
        f"{verified.n_checkpoints} checkpoints, {verified.n_erased} erased."
    )
    click.echo(f"root {verified.root.hex()}")
    click.echo(f"{verified.size / seconds:,.0f} entries a second", err=True)


@ledger.command()
@click.pass_context
def checkpoint(context: click.Context) -> None:
    """Sign the log as it now is, and print the note."""
    click.echo(open_archive(context).checkpoint().note, nl=False)
