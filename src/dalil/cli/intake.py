"""``dalil intake``: sources become statements."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dalil.cli.printing import dry_run_option, json_option, open_archive, print_json, print_table, today

if TYPE_CHECKING:
    from dalil.archive import Archive
    from dalil.intake.door import FileReceipt
    from dalil.intake.loading import LoadReceipt, RowResult

SHOWN_ROWS = 20


@click.group()
def intake() -> None:
    """Take in sheets, account files, judgements and decisions; withdraw loads."""


@intake.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--mapping",
    "-m",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The mapping from columns to statements.",
)
@click.option("--refused", type=click.Path(path_type=Path), help="Where to put refused rows [FILE.refused.csv].")
@click.option("--outcomes", is_flag=True, help="With --dry-run: print the outcome of every row, not of the first 20.")
@click.option("--acknowledge", is_flag=True, help="Print `recorded <ledger size>` once each batch is on the disk.")
@dry_run_option
@json_option
@click.pass_context
def sheet(
    context: click.Context,
    file: Path,
    mapping: Path,
    refused: Path | None,
    outcomes: bool,
    acknowledge: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in a sheet (CSV, TSV, XLSX, XLS, ODS, JSON lines) through a mapping."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    archive = open_archive(context)
    results: list[RowResult] = []
    console = Console(stderr=True)
    text = TextColumn("{task.description}")
    with Progress(SpinnerColumn(), text, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task("reading")

        def on_batch(receipt: LoadReceipt) -> None:
            progress.update(task, description=f"{receipt.n_rows:,} rows, {receipt.n_refused:,} refused")
            if acknowledge and not dry_run:
                click.echo(f"recorded {receipt.ledger_size}")

        def on_row(result: RowResult) -> None:
            if outcomes or len(results) < SHOWN_ROWS:
                results.append(result)

        receipt = archive.intake.sheet(
            file,
            mapping,
            dry_run=dry_run,
            refused_to=None if dry_run else refused or file.with_name(f"{file.name}.refused.csv"),
            on_batch=on_batch,
            on_row=on_row if dry_run else None,
        )
    if not dry_run:
        archive.checkpoint()
    if as_json:
        print_json(receipt.as_json())
        return
    if dry_run:
        rows = [
            (r.number, r.outcome, "; ".join([f"{p.column}: {p.expected}" for p in r.problems] + list(r.warnings)))
            for r in results
        ]
        print_table(("row", "outcome", "why"), rows)
    _print_load(receipt)


def _print_load(receipt: LoadReceipt) -> None:
    verb = "would be" if receipt.dry_run else "were"
    click.echo(
        f"{receipt.n_rows:,} rows: {receipt.n_new:,} {verb} new, {receipt.n_changed:,} changed, "
        f"{receipt.n_unchanged:,} unchanged, {receipt.n_repeated:,} repeated, {receipt.n_refused:,} refused; "
        f"{receipt.n_warned:,} flagged and kept."
    )
    for column, n_problems in sorted(receipt.problems_by_column.items(), key=lambda item: -item[1]):
        click.echo(f"  {n_problems:,} cells of column “{column}” could not be taken")
    if receipt.refused_file:
        click.echo(f"Refused rows, with their reasons: {receipt.refused_file}")
    if receipt.ignored_columns:
        click.echo(f"Ignored by the mapping: {', '.join(receipt.ignored_columns)}")
    for note in receipt.notes:
        click.echo(f"Note: {note}")
    click.echo(f"load {receipt.load} · file sha256 {receipt.file_digest} · ledger size {receipt.ledger_size:,}")


def _of_files(name: str, take: Callable[[Archive, Path, bool], list[FileReceipt]], *, doc: str) -> None:
    """Add a command that takes in a hand-written file, or every one of a folder, and prints the receipts.

    The log is signed once all are recorded.
    """

    @intake.command(name, help=doc)
    @click.argument("path", type=click.Path(path_type=Path, exists=True))
    @dry_run_option
    @json_option
    @click.pass_context
    def command(context: click.Context, path: Path, dry_run: bool, as_json: bool) -> None:
        archive = open_archive(context)
        receipts = take(archive, path, dry_run)
        if not dry_run:
            archive.checkpoint()
        if as_json:
            print_json([receipt.as_json() for receipt in receipts])
            return
        columns = ("file", "outcome", "entries", "statements", "first entry")
        print_table(columns, [(r.file, r.outcome, r.n_entries, r.n_statements, r.first_entry) for r in receipts])


_of_files(
    "account",
    lambda archive, path, dry_run: archive.intake.accounts(path, dry_run=dry_run),
    doc="Take in an account file, or every one of a folder: a testimony, a report, a broadcast.",
)
_of_files(
    "judge",
    lambda archive, path, dry_run: archive.intake.judgements(path, dry_run=dry_run),
    doc="Take in a judgement file, or every one of a folder: who is the same, who is not.",
)
_of_files(
    "decide",
    lambda archive, path, dry_run: archive.intake.decisions(path, dry_run=dry_run),
    doc="Take in a decision file, or every one of a folder: preferred values, grades, rejections.",
)
_of_files(
    "consent",
    lambda archive, path, dry_run: archive.intake.consents(path, today=today(), dry_run=dry_run),
    doc="Take in a file of consents, or every one of a folder: who agreed to which uses, on which terms, until when.",
)


@intake.command()
@json_option
@click.pass_context
def loads(context: click.Context, as_json: bool) -> None:
    """List loads, and whether they stand."""
    found = open_archive(context).intake.loads()
    if as_json:
        print_json(found)
        return
    rows = [(x["load"], x["key"], x["event"], x["since"], "withdrawn" if x["until"] else "stands") for x in found]
    print_table(("load", "source", "event", "entry", ""), rows)


@intake.command()
@click.argument("load")
@click.option("--reason", required=True, help="Why; it is recorded.")
@dry_run_option
@click.pass_context
def withdraw(context: click.Context, load: str, reason: str, dry_run: bool) -> None:
    """Withdraw a LOAD as a whole. It stays in the ledger, and in what was known before."""
    archive = open_archive(context)
    if dry_run:
        click.echo(f"{archive.intake.standing(load):,} accounts would be withdrawn.")
        return
    n_accounts = archive.intake.withdraw(load, reason=reason)
    archive.checkpoint()
    click.echo(f"{n_accounts:,} accounts no longer stand.")
