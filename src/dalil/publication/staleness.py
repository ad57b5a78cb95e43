"""What has gone out, and what of it no longer holds: issued runs against the same figures counted now.

A publication is never changed. It is stale when one of its figures, counted again, gives something else; whether to
issue it anew, and what to tell those who read it, is for people to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dalil.figures.runs import FigureRun
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger

COMPARED: Final = ("definition", "value", "cells", "members")
"""What makes a run another one. That the ledger has grown, by itself, does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One issue of a report.

    Attributes
    ----------
    entry : int
        Position in the ledger; ``issued_at`` is when it was recorded, ``issued_by`` the key that signed it.
    size : int
        Ledger size of the checkpoint at which its figures were counted.
    files : mapping
        SHA-256 of the document in each language.
    runs : mapping
        Record of the run of each figure in it.
    """

    entry: int
    code: str
    size: int
    issued_at: str
    issued_by: str
    files: Mapping[str, str]
    runs: Mapping[str, Mapping[str, Any]]


def publications(ledger: Ledger) -> list[Publication]:
    """Return every issue of every report, the newest first."""
    records: dict[str, Mapping[str, Any]] = {}
    found: list[Publication] = []
    for entry in ledger.entries(kind=Kind.ISSUE):
        body: Any = entry.body or {}
        if body.get("issued") == "run":
            records[str(body["run"])] = body["record"]
        elif body.get("issued") == "publication":
            found.append(
                Publication(
                    entry=entry.position,
                    code=str(body["code"]),
                    size=int(body["checkpoint"]["size"]),
                    issued_at=entry.header.recorded_at,
                    issued_by=entry.header.actor,
                    files=dict(body["files"]),
                    runs={name: records.get(run, {}) for name, run in body["runs"].items()},
                )
            )
    return found[::-1]


def changed_in(record: Mapping[str, Any], now: FigureRun) -> tuple[str, ...]:
    """Return what of an issued run is otherwise now; empty if it still holds."""
    counted = now.record()
    return tuple(name for name in COMPARED if record.get(name) != counted.get(name))
