"""Parting a person (event, place …) into several: which judgements that takes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from sqlalchemy import Connection

from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.records.joining import SAME
from dalil.records.judged import Verdict, verdicts_at
from dalil.review.following import Following, sets_of
from dalil.review.undoing import SPLIT
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.ids import format_subject


def split_drafts(
    kind: str,
    parts: Sequence[Sequence[int]],
    note: str,
    crossing: Sequence[Verdict],
    across: Sequence[Following],
    *,
    joins_alone: bool,
) -> list[Draft]:
    """Return the judgements of a split: first what stays together, then what is not the same."""
    together: list[JsonValue] = [
        [kind, [format_subject(mention) for mention in sorted(part)]] for part in parts if len(part) > 1 and joins_alone
    ]
    first = [[min(part) for part in parts]]
    every = [sorted((a, b)) for one, other in combinations(parts, 2) for a in one for b in other]
    apart = sets_of([(kind, mentions) for mentions in (first if joins_alone else every)])
    apart += sets_of(across)
    said: JsonObject = {"basis": "human", **({"note": note} if note else {}), **({SPLIT: True} if together else {})}
    drafts = [Draft(Kind.JUDGEMENT, {**said, "verdict": SAME, "sets": together})] if together else []
    undone: JsonObject = {"undoes": [*sorted({each.entry for each in crossing})]} if crossing else {}
    return [*drafts, Draft(Kind.JUDGEMENT, {**said, "verdict": "not", "sets": apart, **undone})]


def crossing_joins(connection: Connection, parts: Sequence[Sequence[int]]) -> list[Verdict]:
    """Return the joins by people between mentions of different parts."""
    of = {mention: number for number, part in enumerate(parts) for mention in part}
    return [
        each
        for each in verdicts_at(connection, list(of))
        if each.until is None and each.by_a_person and each.verdict == SAME and of.get(each.a) != of.get(each.b)
    ]
