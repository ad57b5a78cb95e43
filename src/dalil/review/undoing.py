"""Taking back what people judged: what it had taken back itself is given again, so that what was before is restored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.ledger.log import bodies
from dalil.records.joining import SAME
from dalil.records.judged import RESTATED, verdicts_of_entry
from dalil.values.canonical import JsonObject

SPLIT: Final = "split"
"""In the bodies of the two judgements of a split: they follow each other, and are undone together."""


def undone_with(connection: Connection, entry: int) -> list[int]:
    """Return a judgement and, if it is half of a split, the other half that still stands; ascending."""
    said = bodies(connection, [entry - 1, entry, entry + 1])
    if SPLIT not in said.get(entry, ()):
        return [entry]
    beside = entry - 1 if said[entry]["verdict"] != SAME else entry + 1
    standing = beside in said and any(each.until is None for each in verdicts_of_entry(connection, beside))
    return sorted({entry, beside}) if standing and SPLIT in said[beside] else [entry]


def undo_drafts(connection: Connection, undone: Sequence[int], note: str) -> list[Draft]:
    """Return the judgements that undo others: first the undoing, then again what those had undone when they were made.

    They count as those of whoever gave them first: giving them again is no new verdict.
    """
    said = bodies(connection, undone)
    body: JsonObject = {
        "verdict": said[undone[-1]]["verdict"] if undone[-1] in said else SAME,  # erased; nothing is judged by it
        "sets": [],
        "basis": "human",
        "undoes": [*undone],
        **({"note": note} if note else {}),
    }
    before = {earlier: entry for entry in undone for earlier in said.get(entry, {}).get("undoes", ())}
    ended = [
        earlier
        for earlier, entry in sorted(before.items())
        if any(each.until == entry and each.by_a_person for each in verdicts_of_entry(connection, earlier))
    ]
    again = bodies(connection, ended)
    given = [_given_again(again[earlier], earlier) for earlier in ended if earlier in again]
    return [Draft(Kind.JUDGEMENT, each) for each in (body, *given)]


def _given_again(body: JsonObject, position: int) -> JsonObject:
    """Return a judgement as it was given first, whoever did, and in which entry."""
    kept = {name: value for name, value in body.items() if name != "undoes"}
    return {"restates": position, **kept, "basis": RESTATED}
