"""Points of the ledger that people look back to, worked out ahead so that a figure can be redrawn at once.

They are where the ledger once stood: at what was issued, at checkpoints, at the ends of loads, and at ends of batches
between these. The handle of a page moves from one to the next; any other point may be written beside it, and takes a
second or two when it is first looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django_tasks import task
from sqlalchemy import Connection, func, select

from dalil.intake.register import loads
from dalil.ledger.kinds import Kind
from dalil.ledger.store import reading
from dalil.ledger.tables import batches, checkpoints
from dalil.web.desk import LARGE, archive

MOST_POINTS: Final = 16
"""Each takes some 20 MB of disk for an archive of 138,000 persons, and two seconds of a processor once."""
BETWEEN: Final = 8
"""Parts of the ledger at whose ends there is a point, where no other is near."""
APART: Final = 0.004
"""Share of the ledger within which two points are one."""


def points_wanted(connection: Connection, size: int, issued: Iterable[int]) -> list[int]:
    """Return the points of a ledger of ``size`` entries to work out, the newest first.

    Parameters
    ----------
    issued : iterable of int
        Points that issued figures were counted at.
    """
    ends = select(checkpoints.c.size).order_by(checkpoints.c.size.desc()).limit(MOST_POINTS)
    loaded = select(loads.c.since).where(loads.c.event == "loaded").order_by(loads.c.id.desc()).limit(4 * MOST_POINTS)
    found = [
        *sorted(set(issued), reverse=True),
        *connection.execute(ends).scalars(),
        *(position + 1 for position in connection.execute(loaded).scalars()),
    ]
    for part in range(BETWEEN - 1, 0, -1):
        end = select(func.max(batches.c.size)).where(batches.c.size <= size * part // BETWEEN)
        found.append(connection.execute(end).scalar() or 0)
    kept: list[int] = []
    for point in found:
        if 0 < point < size and all(abs(point - each) > APART * size for each in (*kept, size)):
            kept.append(point)
    return sorted(kept[:MOST_POINTS], reverse=True)


@task(priority=-50)
def work_out_points() -> None:
    """Work out one point of a large archive, and leave the next to another turn: what somebody waits for is first."""
    here = archive()
    size = here.figures.ready_size()
    if size is None or size < LARGE:
        return
    issued = [
        int(entry.body["record"]["ledger"]["size"])
        for entry in here.ledger.entries(kind=Kind.ISSUE)
        if entry.body is not None and entry.body.get("issued") == "run"
    ]
    with reading(here.engine) as connection:
        wanted = points_wanted(connection, size, issued)
    there = set(here.figures.points())
    missing = [point for point in wanted if point not in there]
    here.figures.work_out_points(missing[:1])
    if len(missing) > 1:
        work_out_points.enqueue()
