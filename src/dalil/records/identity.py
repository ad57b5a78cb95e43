"""Which mentions are the same: judgements, and the identities they add up to.

A judgement "same" draws edges between mentions; an identity is a connected set of mentions and bears the id of its
oldest. A later judgement may undo an earlier one by naming it: its edges are closed and what they held together is
worked out again. Every change of a mention's identity is a row with ``since`` and ``until``, so that a merge and a
split are both visible at their own times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, select, update

from dalil.ledger.tables import NO_INT, NO_TEXT, insert_rows
from dalil.records.tables import judgements, memberships
from dalil.values.ids import ORDER_BITS, entry_of, parse_subject

CHUNK: Final = 500
"""Ids asked for in one query; well under the smallest limit on bound values."""


@dataclass(slots=True)
class _Membership:
    subject: int
    identity: int
    since: int
    stored: bool
    until: int | None = None


@dataclass(slots=True)
class _Edge:
    id: int
    a: int
    b: int
    verdict: str
    basis: str | None
    since: int
    stored: bool
    until: int | None = None


class Identities:
    """Applies judgements in order, and writes what changed at the end; one object per batch of entries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._begin()

    def _begin(self) -> None:
        self._open: dict[int, _Membership] = {}  # subject -> its open membership
        self._members: dict[int, set[int]] = {}  # identity -> mentions, itself included
        self._loaded: set[int] = set()
        self._changed: list[_Membership] = []
        self._edges: dict[int, _Edge] = {}

    def judge(self, position: int, body: Mapping[str, Any]) -> None:
        """Apply one judgement entry."""
        for undone in body.get("undoes", ()):
            self._undo(position, undone)
        order = 0
        for _, references in body["sets"]:
            mentions = [parse_subject(reference) for reference in references]
            for other in mentions[1:]:
                edge_id = position << ORDER_BITS | order
                self._edges[edge_id] = _Edge(
                    edge_id, mentions[0], other, body["verdict"], body.get("basis"), position, stored=False
                )
                order += 1
            if body["verdict"] == "same":
                self._join(position, mentions)

    def _identity(self, mention: int) -> int:
        membership = self._open.get(mention)
        return mention if membership is None else membership.identity

    def _join(self, position: int, mentions: Sequence[int]) -> None:
        self._load(mentions)
        identities = {self._identity(mention) for mention in mentions}
        if len(identities) == 1:
            return
        members = set().union(*(self._members.get(identity, {identity}) for identity in identities))
        self._settle(position, members)

    def _settle(self, position: int, members: set[int]) -> None:
        """Give all ``members`` the identity of their oldest."""
        oldest = min(members)
        for member in sorted(members):
            if self._identity(member) != oldest:
                self._move(position, member, oldest)
            self._members.pop(member, None)
        self._members[oldest] = members

    def _move(self, position: int, member: int, identity: int) -> None:
        current = self._open.pop(member, None)
        if current is not None:
            if current.since == position:  # moved twice by one entry: the first move never was
                self._changed.remove(current)
            else:
                current.until = position
                if current.stored:
                    self._changed.append(current)
        if member != identity:
            moved = _Membership(member, identity, position, stored=False)
            self._open[member] = moved
            self._changed.append(moved)

    def _undo(self, position: int, entry: int) -> None:
        """Close the edges of an earlier judgement and work out anew what they held together."""
        self._load_edges(entry)
        undone = [e for e in self._edges.values() if e.id >> ORDER_BITS == entry and e.until is None]
        touched = {end for edge in undone for end in (edge.a, edge.b)}
        self._load(sorted(touched))
        for edge in undone:
            edge.until = position
        for identity in {self._identity(mention) for mention in touched}:
            members = self._members.get(identity, {identity})
            for part in _components(members, self._same_edges(members)):
                self._settle(position, part)

    def _same_edges(self, members: set[int]) -> list[tuple[int, int]]:
        for row in _rows(self._connection, judgements, judgements.c.a, sorted(members)):
            self._remember_edge(row)
        return [
            (e.a, e.b)
            for e in self._edges.values()
            if e.verdict == "same" and e.until is None and e.a in members and e.b in members
        ]

    def _load_edges(self, entry: int) -> None:
        low, high = entry << ORDER_BITS, (entry + 1) << ORDER_BITS
        query = select(judgements).where(judgements.c.id >= low, judgements.c.id < high)
        for row in self._connection.execute(query):
            self._remember_edge(row)

    def _remember_edge(self, row: Any) -> None:
        if row.until is None and row.id not in self._edges:
            self._edges[row.id] = _Edge(row.id, row.a, row.b, row.verdict, row.basis, row.since, stored=True)

    def preload(self, mentions: Iterable[int]) -> None:
        """Read the memberships of many mentions at once, ahead of :meth:`judge`."""
        self._load(sorted(set(mentions)))

    def _load(self, mentions: Sequence[int]) -> None:
        wanted = [mention for mention in mentions if mention not in self._loaded]
        if not wanted:
            return
        identities: set[int] = set(wanted)
        for row in _rows(self._connection, memberships, memberships.c.subject, wanted):
            if row.until is None:
                identities.add(row.identity)
        for row in _rows(self._connection, memberships, memberships.c.identity, sorted(identities)):
            if row.until is None and row.subject not in self._open and row.subject not in self._loaded:
                self._open[row.subject] = _Membership(row.subject, row.identity, row.since, stored=True)
                self._members.setdefault(row.identity, {row.identity}).add(row.subject)
                self._loaded.add(row.subject)
        self._loaded.update(wanted)
        self._loaded.update(identities)

    def write(self) -> None:
        """Write every change since the last write, and begin anew."""
        for moved in self._changed:
            if moved.stored:
                same = (memberships.c.subject == moved.subject) & (memberships.c.since == moved.since)
                self._connection.execute(update(memberships).where(same).values(until=moved.until))
        insert_rows(
            self._connection,
            memberships,
            [
                (m.subject, m.identity, m.since, NO_INT if m.until is None else m.until)
                for m in self._changed
                if not m.stored
            ],
        )
        for edge in self._edges.values():
            if edge.stored and edge.until is not None:
                self._connection.execute(update(judgements).where(judgements.c.id == edge.id).values(until=edge.until))
        insert_rows(
            self._connection,
            judgements,
            [
                (
                    e.id,
                    entry_of(e.id),
                    e.a,
                    e.b,
                    e.verdict,
                    e.basis or NO_TEXT,
                    e.since,
                    NO_INT if e.until is None else e.until,
                )
                for e in self._edges.values()
                if not e.stored
            ],
        )
        self._begin()


def _rows(connection: Connection, table: Table, column: Any, ids: Sequence[int]) -> Iterable[Any]:
    for start in range(0, len(ids), CHUNK):
        yield from connection.execute(select(table).where(column.in_(ids[start : start + CHUNK]))).all()


def _components(members: set[int], edges: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Return the connected sets of ``members`` under ``edges``."""
    part = {member: {member} for member in members}
    for a, b in edges:
        if part[a] is not part[b]:
            small, large = sorted((part[a], part[b]), key=len)
            large |= small
            for member in small:
                part[member] = large
    seen: dict[int, set[int]] = {id(each): each for each in part.values()}
    return list(seen.values())
