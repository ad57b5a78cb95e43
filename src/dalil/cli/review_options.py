"""What the commands of review share: in whose name, why, and on what state of the record somebody decides."""

from __future__ import annotations

from dataclasses import replace

import click

from dalil.archive import Archive
from dalil.errors import WrongValue
from dalil.protection import Actor
from dalil.protection.access import at_the_desk

by_option = click.option("--by", metavar="KEY", help="Decide with this actor's key instead of the desk's.")
note_option = click.option("--note", default="", help="Why; it is recorded.")
reason_option = click.option("--reason", default="", help="Why; it is recorded.")
version_option = click.option("--version", type=int, help="The version as you saw it; absent: as it is now.")


def actor_for(archive: Archive, by: str | None) -> Actor:
    """Return whoever runs a command: the desk's actor, or, by ``--by``, another whose key is in the archive.

    Raises
    ------
    WrongValue
        The key of no actor, such as the one that signs checkpoints.
    """
    desk = at_the_desk(archive.configuration.actor_key)
    if by is not None and by not in archive.ledger.actor_keys():
        raise WrongValue(
            "This is no actor's key.",
            expected="the key of somebody who reviews",
            found="another key, or none",
            where="--by",
            todo="`dalil review introduce` makes one.",
        )
    return desk if by is None else replace(desk, key_id=by, name=by)
