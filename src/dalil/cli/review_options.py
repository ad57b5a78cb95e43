"""What the commands of review share: in whose name, why, and on what state of the record somebody decides."""

from __future__ import annotations

from dataclasses import replace

import click

from dalil.archive import Archive
from dalil.protection import Actor
from dalil.protection.access import at_the_desk

by_option = click.option("--by", metavar="KEY", help="Decide with this actor's key instead of the desk's.")
note_option = click.option("--note", default="", help="Why; it is recorded.")
reason_option = click.option("--reason", default="", help="Why; it is recorded.")
version_option = click.option("--version", type=int, help="The version as you saw it; absent: as it is now.")


def actor_for(archive: Archive, by: str | None) -> Actor:
    """Return whoever runs a command: the desk's actor, or, by ``--by``, another whose key is in the archive."""
    desk = at_the_desk(archive.configuration.actor_key)
    return desk if by is None else replace(desk, key_id=by, name=by)
