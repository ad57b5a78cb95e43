"""``dalil publication``: what goes out."""

from __future__ import annotations

from pathlib import Path

import click

from dalil.cli.printing import dry_run_option, json_option, open_archive, print_json, waiting


@click.group()
def publication() -> None:
    """Regenerate reports in which every figure is bound to a run."""


@publication.command()
@click.argument("code")
@click.option("--language", "languages", multiple=True, help="Only this language; may be given again.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the files [publications/CODE of the archive].")
@dry_run_option
@json_option
@click.pass_context
def report(
    context: click.Context, code: str, languages: tuple[str, ...], out: Path | None, dry_run: bool, as_json: bool
) -> None:
    """Run the figures of the report CODE (under hand/reports), set it, and record what was issued."""
    archive = open_archive(context)
    with waiting("counting and setting"):
        issued = archive.issue_report(code, languages=languages, out=out, dry_run=dry_run)
    said = {
        "code": issued.code,
        "files": {language: str(path) for language, path in issued.files.items()},
        "sha256": {language: rendered.pdf_digest for language, rendered in issued.reports.items()},
        "figures": {name: run.run_id for name, run in issued.runs.items()},
        "ledger_size": issued.ledger_size,
    }
    if as_json:
        print_json(said)
        return
    for language, path in issued.files.items():
        verb = "would be written to" if dry_run else "is in"
        click.echo(f"{issued.code} ({language}) {verb} {path}, sha256 {issued.reports[language].pdf_digest}")
    click.echo(f"{len(issued.runs)} figures · ledger size {issued.ledger_size:,}")
