"""``dalil init`` and ``dalil rebuild``: the archive as a whole."""

from __future__ import annotations

from pathlib import Path

import click

from dalil.archive import Archive
from dalil.cli.printing import dry_run_option, json_option, open_archive, print_json


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="The archive's name, as people will read it.")
@click.option(
    "--origin", help="Name of the log in every signature; a domain you own, such as example.org/log. For ever."
)
@click.option("--pack", "packs", multiple=True, default=("core", "syria"), show_default=True, help="Vocabulary packs.")
@click.option("--method", default="snhr-20d", show_default=True, help="Method by which a detention is a disappearance.")
@dry_run_option
@json_option
def init(
    path: Path, name: str, origin: str | None, packs: tuple[str, ...], method: str, dry_run: bool, as_json: bool
) -> None:
    """Make a new archive in the folder PATH."""
    if dry_run:
        click.echo(f"An archive would be made in {path}.")
        return
    with Archive.create(path, name=name, origin=origin, packs=packs, method=method) as archive:
        note = archive.checkpoint().note
        made = {"path": str(path), "origin": archive.configuration.origin, "checkpoint": note}
    if as_json:
        print_json(made)
        return
    click.echo(f"An archive is in {path}. Its keys are in {path / 'keys'}: back them up apart from the rest.")
    click.echo(note)


@click.command()
@click.pass_context
def rebuild(context: click.Context) -> None:
    """Make every derived table again from the ledger."""
    from rich.console import Console
    from rich.progress import Progress

    archive = open_archive(context)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("entries", total=None)
        size = archive.rebuild(lambda done, total: progress.update(task, completed=done, total=total))
    click.echo(f"Derived tables made again from {size:,} entries.")
