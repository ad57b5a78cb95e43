"""The command line: ``dalil <room> <verb>``, one module a room. Parse, call one function, print.

Results go to stdout (``--json`` for machines), progress to stderr; the exit code says who must act (see ``errors.py``).
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

import click

from dalil.errors import DalilError

ROOMS: Final = {
    "init": "dalil.cli.archive:init",
    "rebuild": "dalil.cli.archive:rebuild",
    "ledger": "dalil.cli.ledger:ledger",
    "intake": "dalil.cli.intake:intake",
    "records": "dalil.cli.records:records",
    "review": "dalil.cli.review:review",
    "figures": "dalil.cli.figures:figures",
    "estimation": "dalil.cli.estimation:estimation",
    "publication": "dalil.cli.publication:publication",
    "names": "dalil.cli.names:names",
    "search": "dalil.cli.search:search",
    "linkage": "dalil.cli.linkage:linkage",
    "vocabulary": "dalil.cli.vocabulary:vocabulary",
    "serve": "dalil.cli.web:serve",
    "worker": "dalil.cli.web:worker",
    "web": "dalil.cli.web:web",
}


class Rooms(click.Group):
    """Imports a room's commands when they are asked for: a figure should not wait for the report's typesetter."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all rooms, in the order evidence passes through them."""
        return list(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one room's command."""
        if cmd_name not in ROOMS:
            return None
        module, name = ROOMS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dalil")
@click.option(
    "--archive",
    "-A",
    "archive_path",
    envvar="DALIL_ARCHIVE",
    default=".",
    show_default=True,
    help="Folder of the archive (or set DALIL_ARCHIVE).",
)
@click.pass_context
def cli(context: click.Context, archive_path: str) -> None:
    """Keep, count and publish the record of human-rights violations, so that anyone can check it."""
    context.obj = archive_path


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the exit code says who must act: 2 usage, 10 file, 20 reviewer, 30 keeper, 40 us."""
    try:
        cli.main(arguments, standalone_mode=False, prog_name="dalil")
    except DalilError as error:
        click.echo(f"dalil: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("dalil: stopped. What was acknowledged is kept; run the command again to go on.", err=True)
        sys.exit(130)
