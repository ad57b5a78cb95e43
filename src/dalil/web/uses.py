"""Which issued figures count a record, and which publications print them: what must be told of when a record changes.

A run that was issued keeps a digest of its members, not the members: who they are is counted again, at the same point
of the ledger, and kept under ``derived/`` for every process after. Of a large archive that is done beside the pages,
which say so until it is done.
"""

from __future__ import annotations

import re
import threading
import time
from array import array
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from dalil.errors import DalilError
from dalil.ledger.kinds import Kind
from dalil.protection import Actor
from dalil.values.ids import parse_subject
from dalil.web.desk import LARGE, Desk, archive

FOLDER: Final = "members"
"""Under an archive's ``derived/``: who is in each issued run, counted once. It can be deleted, and is made again."""
RUN: Final = re.compile(r"[0-9a-f]{1,128}")
"""What the id of a run looks like; no other name becomes one of a file."""
EVERY_SECONDS: Final = 60.0
"""How often, at most, a large archive is asked what else was issued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedFigure:
    """A run that was issued: its entry, its figure, the two times it was counted at, and what was printed."""

    entry: int
    run: str
    figure: str
    as_of: str | None
    size: int
    n_members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was printed: its entry, its code, and the runs it is bound to."""

    entry: int
    code: str
    recorded_at: str
    runs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An issued figure that counts a record, and the publications that print it."""

    figure: IssuedFigure
    publications: tuple[Publication, ...]


@dataclass(slots=True)
class _Issued:
    read_to: int = 0
    figures: dict[str, IssuedFigure] = field(default_factory=dict)
    publications: list[Publication] = field(default_factory=list)
    members: dict[str, frozenset[int]] = field(default_factory=dict)
    working: bool = False
    again_at: float = 0.0


_lock: Final = threading.Lock()
_issued: Final[dict[Path, _Issued]] = {}


def forget() -> None:
    """Let go of what was counted; for tests, and for the end of a process."""
    with _lock:
        _issued.clear()


def uses_of(desk: Desk, mentions: Collection[int], *, size: int) -> list[Use] | None:
    """Return the issued figures that count any of a record's mentions; None while that is still being worked out.

    Parameters
    ----------
    size : int
        The ledger's size now. Of a large archive what was issued within the last minute may be missing.
    """
    now = time.monotonic()
    with _lock:
        known = _issued.setdefault(desk.archive.path, _Issued())
        begin = known.read_to < size and not known.working and (size < LARGE or now >= known.again_at)
        if begin:
            known.working, known.again_at = True, now + EVERY_SECONDS
    if begin and size < LARGE:
        _work_out(desk, known, size)
    elif begin:
        threading.Thread(target=_beside, args=(desk.actor, known, size), name="uses", daemon=True).start()
    with _lock:
        if not known.read_to:
            return None
        return [
            Use(figure=each, publications=tuple(p for p in known.publications if run in p.runs))
            for run, each in known.figures.items()
            if not known.members.get(run, frozenset()).isdisjoint(mentions)
        ]


def prepare(actor: Actor) -> None:
    """Begin to work out what every issued figure counts, beside the pages; for a process that has just started."""
    here = archive()
    uses_of(Desk(actor=actor, archive=here), (), size=here.ledger.size)


def _beside(actor: Actor, known: _Issued, size: int) -> None:
    """Work it out in a thread of its own, with a handle of its own."""
    here = archive()

    def count(issued: IssuedFigure) -> list[str]:
        # By this handle's own counter: whoever opens a figure meanwhile does not wait for these.
        return here.figures.run(issued.figure, issued.as_of, issued.size).members

    try:
        _work_out(Desk(actor=actor, archive=here), known, size, count)
    finally:
        here.close()


def _work_out(desk: Desk, known: _Issued, size: int, count: Callable[[IssuedFigure], list[str]] | None = None) -> None:
    def count_here(issued: IssuedFigure) -> list[str]:
        return desk.members(desk.run(issued.figure, as_of=issued.as_of, known_by=issued.size))

    folder = desk.archive.path / "derived" / FOLDER
    try:
        for entry in list(desk.archive.ledger.entries(known.read_to, size, kind=Kind.ISSUE)):
            if entry.body is not None:
                _note(known, entry.position, entry.body, entry.header.recorded_at)
        for run, each in list(known.figures.items()):
            if run not in known.members:
                known.members[run] = _members(folder, each, count or count_here)
        known.read_to = size
    finally:
        known.working = False


def _note(known: _Issued, position: int, body: Mapping[str, Any], recorded_at: str) -> None:
    if body.get("issued") == "run":
        record = body["record"]
        known.figures[body["run"]] = IssuedFigure(
            entry=position,
            run=body["run"],
            figure=body["figure"],
            as_of=record["as_of"],
            size=record["ledger"]["size"],
            n_members=record["members"]["count"],
        )
    elif body.get("issued") == "publication":
        runs = frozenset(body.get("runs", {}).values())
        known.publications.append(
            Publication(entry=position, code=str(body.get("code", "")), recorded_at=recorded_at, runs=runs)
        )


def _members(folder: Path, issued: IssuedFigure, count: Callable[[IssuedFigure], list[str]]) -> frozenset[int]:
    if not issued.n_members:
        return frozenset()
    kept = folder / f"{issued.run}.ids" if RUN.fullmatch(issued.run) else None
    found = _kept(kept, issued.n_members) if kept is not None else None
    if found is None:
        try:
            found = array("q", sorted(parse_subject(each) for each in count(issued)))
        except DalilError:  # a definition that is gone: nothing can be said of who was counted
            return frozenset()
        if kept is not None:
            _keep(kept, found)
    return frozenset(found)


def _kept(path: Path, n_members: int) -> array[int] | None:
    """Return members counted by an earlier process; None if none did, or left other than what was issued."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    found: array[int] = array("q")
    if len(content) != n_members * found.itemsize:
        return None
    found.frombytes(content)
    return found


def _keep(path: Path, members: array[int]) -> None:
    """Keep members for the processes after this one. A run that was issued never has others."""
    making = path.with_name(f".{path.name}.{uuid4().hex}.making")
    # A crash before the last step leaves a hidden file that nobody reads; a full disk, a count made again next time.
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        making.write_bytes(members.tobytes())
        making.replace(path)
