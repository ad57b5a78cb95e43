"""What was judged, read back: the verdicts that stand or once stood, by whom, and which contradict each other."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, or_, select

from dalil.ledger.entries import read_header
from dalil.ledger.tables import entries
from dalil.records.identity import PROPOSED
from dalil.records.joining import AUTOMATIC, SAME, Authority, authority_of
from dalil.records.tables import judgements, memberships, subjects
from dalil.records.tables import known_by as known
from dalil.values.ids import order_of

CHUNK: Final = 400
FOLLOWS: Final = ("episode", "act")
"""The kinds of subject that judgements on persons carry with them."""
RESTATED: Final = "restated"
"""Basis of a judgement that gives an earlier one, of a person, again, since what had undone that is undone."""
# A shared key judges by the hundred thousand too; none of its verdicts is read here, and none is parsed.
_BY_PEOPLE: Final = judgements.c.run.is_(None) & func.coalesce(judgements.c.basis, "").not_in(AUTOMATIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One verdict on two mentions: an edge of a judgement, with who signed it and when.

    ``leads`` tells what a judgement is about from what follows with it: detentions of persons who are one, and what was
    done to them. ``first_given`` is the entry in which it was given first, if ``entry`` only gives it again, and
    ``actor`` is who gave it then, at ``first_given_at``.
    """

    entry: int
    first_given: int
    leads: bool
    a: int
    b: int
    verdict: str
    basis: str
    proposed: bool
    run: int | None
    actor: str
    recorded_at: str
    first_given_at: str
    until: int | None

    @property
    def by_a_person(self) -> bool:
        """Whether someone judged this, rather than a rule or a model."""
        return authority_of(self.basis) is Authority.HUMAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two mentions that people said are the same, and that stay apart because people also said they are not.

    ``against`` are the verdicts "not" and "relative" between the two persons as they now stand.
    """

    joins: Verdict
    against: tuple[Verdict, ...]


def verdicts_of_people(connection: Connection, *, known_by: int | None = None) -> list[Verdict]:
    """Return every verdict by a person that stands, in the order of the ledger."""
    return list(_verdicts(connection, _BY_PEOPLE & known(judgements, known_by)))


def verdicts_ever(connection: Connection) -> list[Verdict]:
    """Return every verdict a person ever gave, standing or undone, in the order of the ledger."""
    return list(_verdicts(connection, _BY_PEOPLE))


def verdicts_at(connection: Connection, mentions: Collection[int]) -> list[Verdict]:
    """Return every verdict, standing or undone, of people or not, at any of some mentions; in the ledger's order."""
    found: dict[tuple[int, int, int], Verdict] = {}
    ids = sorted(mentions)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for each in _verdicts(connection, or_(judgements.c.a.in_(chunk), judgements.c.b.in_(chunk))):
            found[each.entry, each.a, each.b] = each
    return [found[key] for key in sorted(found)]


def verdicts_of_entry(connection: Connection, entry: int) -> list[Verdict]:
    """Return the verdicts of one judgement entry, standing or undone."""
    return list(_verdicts(connection, judgements.c.entry == entry))


def _verdicts(connection: Connection, wanted: ColumnElement[bool]) -> Iterator[Verdict]:
    query = (
        select(judgements, entries.c.header, subjects.c.kind)
        .join(entries, entries.c.position == judgements.c.entry)
        .join(subjects, subjects.c.id == judgements.c.a)
        .where(wanted)
        .order_by(judgements.c.id)
    )
    first: dict[int, str] = {}
    for row in connection.execute(query):
        if order_of(row.id) == 0:
            first[row.entry] = row.kind
        leads = row.kind == first.get(row.entry, row.kind if row.kind not in FOLLOWS else None)
        origin = _origin(connection, row.entry) if row.basis == RESTATED else (row.entry, row.header)
        yield _verdict(row, origin, leads=leads)


def _origin(connection: Connection, entry: int) -> tuple[int, bytes]:
    """Return the entry whose judgement this one gives again, and its header; itself, if that judged anything else.

    A verdict counts as that of the key that signed it first, so what is given again must be that to the letter.
    """
    read = select(entries.c.header, entries.c.body)
    header, body = connection.execute(read.where(entries.c.position == entry)).one()
    again: dict[str, Any] = {} if body is None else json.loads(body)
    first = connection.execute(read.where(entries.c.position == again.get("restates"))).one_or_none()
    said: dict[str, Any] = {} if first is None or first.body is None else json.loads(first.body)
    same = all(again.get(name) == said.get(name) for name in ("verdict", "sets", "proposed"))
    if first is None or not same or authority_of(said.get("basis")) is not Authority.HUMAN:
        return entry, header
    return int(again["restates"]), first.header


def _verdict(row: Any, origin: tuple[int, bytes], *, leads: bool) -> Verdict:
    header = read_header(row.header, row.entry)
    given = header if origin[0] == row.entry else read_header(origin[1], origin[0])
    return Verdict(
        entry=row.entry,
        first_given=origin[0],
        leads=leads,
        a=row.a,
        b=row.b,
        verdict=row.verdict,
        basis=row.basis or "human",
        proposed=row.force == PROPOSED,
        run=row.run,
        actor=given.actor,
        recorded_at=header.recorded_at,
        first_given_at=given.recorded_at,
        until=row.until,
    )


def contradictions(connection: Connection, verdicts: Sequence[Verdict]) -> list[Contradiction]:
    """Return the joins that people's other verdicts do not let happen.

    Parameters
    ----------
    verdicts : sequence of Verdict
        Those of people that stand now (:func:`verdicts_of_people`).
    """
    joins = [each for each in verdicts if each.verdict == SAME and not each.proposed and each.leads]
    who = identities_of(connection, {end for each in verdicts for end in (each.a, each.b)})
    apart: dict[frozenset[int], list[Verdict]] = {}
    for each in verdicts:
        if each.verdict not in (SAME, "unsure") and not each.proposed:
            apart.setdefault(frozenset((who[each.a], who[each.b])), []).append(each)
    return [
        Contradiction(joins=each, against=tuple(apart.get(frozenset((who[each.a], who[each.b])), ())))
        for each in joins
        if who[each.a] != who[each.b]
    ]


def kinds_of(connection: Connection, mentions: Collection[int]) -> dict[int, str]:
    """Return the kind of each mention that there is."""
    found: dict[int, str] = {}
    ids = sorted(mentions)
    for start in range(0, len(ids), CHUNK):
        query = select(subjects.c.id, subjects.c.kind).where(subjects.c.id.in_(ids[start : start + CHUNK]))
        found.update({row.id: row.kind for row in connection.execute(query)})
    return found


def identities_of(connection: Connection, mentions: Collection[int]) -> dict[int, int]:
    """Return the identity each mention now has, itself where it joined nobody."""
    found = {mention: mention for mention in mentions}
    ids = sorted(found)
    for start in range(0, len(ids), CHUNK):
        query = select(memberships.c.subject, memberships.c.identity).where(
            memberships.c.subject.in_(ids[start : start + CHUNK]), memberships.c.until.is_(None)
        )
        found.update({row.subject: row.identity for row in connection.execute(query)})
    return found


def mentions_joined(connection: Connection, identities: Collection[int]) -> dict[int, set[int]]:
    """Return every mention of each identity, itself included."""
    found = {identity: {identity} for identity in identities}
    ids = sorted(found)
    for start in range(0, len(ids), CHUNK):
        query = select(memberships.c.subject, memberships.c.identity).where(
            memberships.c.identity.in_(ids[start : start + CHUNK]), memberships.c.until.is_(None)
        )
        for row in connection.execute(query):
            found[row.identity].add(row.subject)
    return found
