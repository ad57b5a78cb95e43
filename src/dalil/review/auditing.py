"""Looking back: who decided what, when and why, what confirmed it, and who took it back and why."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, select

from dalil.ledger.entries import Header, read_header
from dalil.ledger.tables import entries
from dalil.protection import Action, Actor, may
from dalil.protection.opening import seen_by, visible
from dalil.records.judged import Verdict, identities_of, verdicts_at

CHUNK: Final = 500
_Said: TypeAlias = dict[int, tuple[Header, dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What one entry of the ledger says was done: by whose key, when, and why, if they said; ``run`` if a model did."""

    entry: int
    actor: str
    at: str
    why: str | None
    run: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A verdict with its reason, the entry that confirmed it if it was proposed, and what undid it.

    ``likelihood`` is of the weakest link of what a model joined, from 0 to 1; None for what people and rules said.
    """

    verdict: Verdict
    why: str | None
    likelihood: float | None
    confirmed_by: int | None
    undone: Deed | None


def for_actor(connection: Connection, by: Actor, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return those of some verdicts both of whose persons this actor may see: others are none to them.

    Whoever sees no records at all and audits what was done sees all of them: ids and keys, and no reasons.
    """
    if not may(by, Action.SEE_RECORDS):
        return list(verdicts)
    who = identities_of(connection, {end for each in verdicts for end in (each.a, each.b)})
    seen = visible(connection, by, set(who.values()))
    return [each for each in verdicts if who[each.a] in seen and who[each.b] in seen]


def verdicts_of_person(connection: Connection, by: Actor, subject: int) -> list[Verdict]:
    """Return every verdict, of people, rules and models, ever given on two of the mentions that a person now has, or
    on one of them and somebody else.

    Raises
    ------
    UnknownSubject
        There is no such person, or not for this actor.
    """
    _, mentions = seen_by(connection, by, subject)
    return for_actor(connection, by, verdicts_at(connection, mentions))


def audited(connection: Connection, by: Actor, verdicts: Iterable[Verdict]) -> list[Audited]:
    """Return verdicts with what became of them, in the order given, and the reasons if this actor may see records."""
    found = list(verdicts)
    confirmed: dict[int, int] = {}
    said = _said(connection, {each.entry for each in found} | {each.until for each in found if each.until is not None})
    for each in found:
        if each.until is None:
            confirmed |= dict.fromkeys(said[each.entry][1].get("confirms", ()), each.entry)
    if not may(by, Action.SEE_RECORDS):  # reasons are words about somebody
        said = {entry: (header, {}) for entry, (header, _) in said.items()}
    return [
        Audited(
            verdict=each,
            why=_why(said, each.entry),
            likelihood=_likelihood(said[each.entry][1]),
            confirmed_by=confirmed.get(each.entry),
            undone=None if each.until is None else _deed(said, each.until),
        )
        for each in found
    ]


def _deed(said: _Said, entry: int) -> Deed:
    header, body = said[entry]
    run = body.get("run") if body.get("basis") == "model" else None
    return Deed(entry=entry, actor=header.actor, at=header.recorded_at, why=_why(said, entry), run=run)


def _likelihood(body: Mapping[str, Any]) -> float | None:
    score = body.get("score")
    return score / 1000 if isinstance(score, int) else None


def _why(said: _Said, entry: int) -> str | None:
    body = said[entry][1]
    return body.get("note") or body.get("reason")


def _said(connection: Connection, positions: Collection[int]) -> _Said:
    """Return the headers and bodies of entries; what is erased says nothing."""
    found: _Said = {}
    wanted = sorted(positions)
    for start in range(0, len(wanted), CHUNK):
        query = select(entries.c.position, entries.c.header, entries.c.body).where(
            entries.c.position.in_(wanted[start : start + CHUNK])
        )
        for position, header, body in connection.execute(query):
            found[position] = (read_header(header, position), {} if body is None else json.loads(body))
    return found
