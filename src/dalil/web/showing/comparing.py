"""Two runs of one figure, compared: what changed in each cell, and which members came, went, or became one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dalil.figures.runs import FigureRun
from dalil.protection.opening import visible_mentions
from dalil.records.headlines import read_headlines
from dalil.records.marks import identities_of
from dalil.values.ids import format_subject, parse_subject
from dalil.web.desk import Desk
from dalil.web.showing.charts import cell_label
from dalil.web.showing.statements import plain, record_link
from dalil.web.showing.words import Words

MOST_SHOWN: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What lies between two runs.

    ``by_record`` and ``by_day`` are the two parts of the difference: what the ledger learnt between the two points, on
    the first day; and what the other day changes, as known at the second point.
    """

    n_added: int
    n_removed: int
    n_merged: int
    difference: int | None
    cells: tuple[dict[str, Any], ...]
    added: tuple[dict[str, Any], ...]
    removed: tuple[dict[str, Any], ...]
    same_definition: bool
    by_record: int | None
    by_day: int | None


def compare_runs(
    desk: Desk, before: FigureRun, between: FigureRun, now: FigureRun, *, words: Words, open_members: bool
) -> Change:
    """Return what changed from one run to the other, and why: ``between`` has the first's day and the last's point.

    A member that went because it was judged the same as another that is still counted is *merged*, not removed.
    """
    runs = (before, between, now)
    # As they are written: of a hundred thousand members only those that came or went are read as numbers.
    members = {run.run_id: frozenset(desk.members(run)) for run in {each.run_id: each for each in runs}.values()}
    old, halfway, new = (members[run.run_id] for run in runs)
    gone, came = (sorted(map(parse_subject, each)) for each in (old - new, new - old))
    with desk.reading() as connection:
        became = identities_of(connection, gone, known_by=now.known_by)
        merged = {each for each in gone if each in became and format_subject(became[each]) in new}
        removed = [each for each in gone if each not in merged]
        shown: dict[str, tuple[dict[str, Any], ...]] = {"added": (), "removed": ()}
        if open_members:
            listed = {"added": came[:MOST_SHOWN], "removed": removed[:MOST_SHOWN]}
            seen = visible_mentions(connection, desk.actor, [each for ids in listed.values() for each in ids])
            lines = read_headlines(connection, seen, mentions=seen)
            for name, ids in listed.items():
                shown[name] = tuple(
                    {
                        "id": format_subject(each),
                        "link": record_link(each),
                        "names": [plain(text) for text in lines[each].names],
                        "synthetic": lines[each].synthetic,
                        "by_record": (format_subject(each) in halfway) is (name == "added"),
                    }
                    for each in ids
                    if each in lines
                )
    counts = [run.value for run in runs if isinstance(run.value, int)]
    all_count = len(counts) == 3
    return Change(
        n_added=len(came),
        n_removed=len(removed),
        n_merged=len(merged),
        difference=counts[2] - counts[0] if all_count else None,
        by_record=counts[1] - counts[0] if all_count else None,
        by_day=counts[2] - counts[1] if all_count else None,
        cells=_cells(before, now, words),
        added=shown["added"],
        removed=shown["removed"],
        same_definition=before.definition_digest == now.definition_digest,
    )


def _cells(before: FigureRun, now: FigureRun, words: Words) -> tuple[dict[str, Any], ...]:
    old = {(cell.dimension, cell.cell): cell.value for cell in before.cells}
    new = {(cell.dimension, cell.cell): cell.value for cell in now.cells}
    return tuple(
        {
            "dimension": cell_label(dimension, words),
            "cell": cell_label(cell, words),
            "before": old.get((dimension, cell), 0),
            "now": new.get((dimension, cell), 0),
            "difference": new.get((dimension, cell), 0) - old.get((dimension, cell), 0),
        }
        for dimension, cell in dict.fromkeys((*old, *new))
        if old.get((dimension, cell), 0) != new.get((dimension, cell), 0)
    )
