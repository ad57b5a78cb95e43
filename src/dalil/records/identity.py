"""Which mentions are the same: judgements as rows, and the identities they add up to.

A judgement "same" joins mentions; "not", "relative" and "unsure" keep them apart (:mod:`dalil.records.joining` says
which prevails). An identity is what is joined, and bears the id of its oldest mention. A later judgement may undo an
earlier one by naming it, and the withdrawal of a linkage run undoes all of its judgements: their edges are closed and
what they held together, or apart, is worked out again. Every change of a mention's identity is a row with ``since`` and
``until``, so that a merge and a split are both visible at their own times.

At every entry the identities are a function of the edges that stand then: so undoing restores what was before, and a
rebuild gives the same rows however entries were grouped into batches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, or_, select, update

from dalil.ledger.tables import NO_INT, NO_TEXT, insert_rows
from dalil.records.joining import SAME, Join, authority_of, bar_strength, partition
from dalil.records.tables import judgements, memberships
from dalil.values.ids import ORDER_BITS, entry_of, parse_subject

CHUNK: Final = 500
"""Ids asked for in one query; well under the smallest limit on bound values."""
RANGES: Final = 200
"""Ranges of ids asked for in one query."""
PROPOSED: Final = "proposed"
"""In the column ``force``: waits for a second person, and joins or parts nothing until then."""


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
    force: str | None
    run: int | None
    since: int
    stored: bool
    until: int | None = None

    @property
    def counts(self) -> bool:
        """Whether identities depend on it."""
        return self.until is None and self.force != PROPOSED

    def row(self) -> tuple[Any, ...]:
        basis, force = self.basis or NO_TEXT, self.force or NO_TEXT
        run, until = (NO_INT if number is None else number for number in (self.run, self.until))
        return (self.id, entry_of(self.id), self.a, self.b, self.verdict, basis, force, run, self.since, until)


def edges_of(position: int, body: Mapping[str, Any]) -> Iterator[tuple[int, int, int]]:
    """Yield id, ``a`` and ``b`` of the edges of a judgement.

    "Same" is a star around a set's first mention; every other verdict is about each pair of a set.
    """
    order = 0
    for _, references in body["sets"]:
        mentions = [parse_subject(reference) for reference in references]
        pairs = ((mentions[0], other) for other in mentions[1:]) if body["verdict"] == SAME else None
        for a, b in pairs or combinations(mentions, 2):
            yield position << ORDER_BITS | order, a, b
            order += 1


class Identities:
    """Applies judgements in order, and writes what changed at the end; one object per batch of entries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._begin()

    def _begin(self) -> None:
        self._open: dict[int, _Membership] = {}  # subject -> its open membership
        self._changed: list[_Membership] = []
        self._edges: dict[int, _Edge] = {}
        self._of_entry: dict[int, list[_Edge]] = {}
        self._at: dict[int, list[_Edge]] = {}  # mention -> the edges at it
        self._loaded: set[int] = set()

    # --- entries ------------------------------------------------------------------------------------------------------
    def judge(self, position: int, body: Mapping[str, Any]) -> None:
        """Apply one judgement entry."""
        undone = self._edges_of_entries(body.get("undoes", ()))
        force = PROPOSED if body.get("proposed") else None
        made = [
            _Edge(number, a, b, body["verdict"], body.get("basis"), force, body.get("run"), position, stored=False)
            for number, a, b in edges_of(position, body)
        ]
        self._change(position, undone, made)

    def withdraw_run(self, position: int, run: int) -> None:
        """Undo every judgement of a linkage run that still stands."""
        self.write()
        query = select(judgements).where(judgements.c.run == run, judgements.c.until.is_(None))
        edges = [self._remember(row) for row in self._connection.execute(query).all()]
        self._change(position, edges, [])

    def _change(self, position: int, undone: Sequence[_Edge], made: Sequence[_Edge]) -> None:
        """Close some edges, add others, and give everyone they concern the identity that follows."""
        concerned = {end for edge in (*undone, *made) for end in (edge.a, edge.b)}
        self._load(concerned)
        for edge in made:
            self._add(edge)
        members = self._connected(concerned)
        for edge in undone:
            edge.until = position
        for part in self._parts(members):
            oldest = min(part)
            for member in sorted(part):
                self._move(position, member, oldest)

    def _edges_of_entries(self, entries: Sequence[int]) -> list[_Edge]:
        for start in range(0, len(entries), RANGES):
            chunk = entries[start : start + RANGES]
            query = select(judgements).where(or_(*(_in_entry(judgements.c.id, entry) for entry in chunk)))
            for row in self._connection.execute(query).all():
                self._remember(row)
        return [edge for entry in entries for edge in self._of_entry.get(entry, ()) if edge.until is None]

    # --- who is who ---------------------------------------------------------------------------------------------------
    def _connected(self, mentions: Iterable[int]) -> set[int]:
        """Return everyone who may be joined with ``mentions``: all that joins lead to, kept apart or not."""
        found: set[int] = set()
        waiting = list(mentions)
        while waiting:
            mention = waiting.pop()
            if mention in found:
                continue
            found.add(mention)
            joins = (edge for edge in self._at.get(mention, ()) if edge.verdict == SAME and edge.counts)
            waiting += (edge.b if edge.a == mention else edge.a for edge in joins)
        return found

    def _parts(self, members: set[int]) -> list[set[int]]:
        joins: list[list[_Edge]] = []  # the edges of each set of a judgement: one after the other, from one mention
        bars: dict[int, dict[int, int]] = {}
        edges = {edge.id: edge for member in members for edge in self._at.get(member, ())}
        for _, edge in sorted(edges.items()):
            if not edge.counts:
                continue
            if edge.verdict == SAME:
                before = joins[-1][-1] if joins else None
                if before is not None and (before.since, before.a) == (edge.since, edge.a):
                    joins[-1].append(edge)
                else:
                    joins.append([edge])
            else:
                strength = bar_strength(edge.verdict, authority_of(edge.basis))
                for one, other in ((edge.a, edge.b), (edge.b, edge.a)):
                    at = bars.setdefault(one, {})
                    at[other] = max(strength, at.get(other, 0))
        return partition(members, [_join(edges) for edges in joins], bars)

    def _move(self, position: int, member: int, identity: int) -> None:
        current = self._open.get(member)
        if identity == (member if current is None else current.identity):
            return
        if current is not None:
            del self._open[member]
            current.until = position
            if current.stored:
                self._changed.append(current)
        if member != identity:
            moved = self._open[member] = _Membership(member, identity, position, stored=False)
            self._changed.append(moved)

    # --- rows ---------------------------------------------------------------------------------------------------------
    def preload(self, mentions: Iterable[int]) -> None:
        """Read what is known of many mentions at once, ahead of :meth:`judge`."""
        self._load(set(mentions))

    def _load(self, mentions: set[int]) -> None:
        """Read the edges at some mentions, at all that those join them with, and so on, and their memberships."""
        waiting = mentions - self._loaded
        while waiting:
            self._loaded |= waiting
            ids, reached = sorted(waiting), set[int]()
            for column in (judgements.c.a, judgements.c.b):
                for row in self._rows(judgements, column, ids):
                    edge = self._remember(row)
                    if edge.verdict == SAME:
                        reached |= {edge.a, edge.b}
            for row in self._rows(memberships, memberships.c.subject, ids):
                if row.subject not in self._open:
                    self._open[row.subject] = _Membership(row.subject, row.identity, row.since, stored=True)
            waiting = reached - self._loaded

    def _rows(self, table: Any, column: Any, ids: Sequence[int]) -> Iterator[Any]:
        for start in range(0, len(ids), CHUNK):
            chosen = select(table).where(column.in_(ids[start : start + CHUNK]), table.c.until.is_(None))
            yield from self._connection.execute(chosen).all()

    def _remember(self, row: Any) -> _Edge:
        known = self._edges.get(row.id)
        if known is None:
            known = _Edge(
                row.id,
                row.a,
                row.b,
                row.verdict,
                row.basis,
                row.force,
                row.run,
                row.since,
                stored=True,
                until=row.until,
            )
            self._add(known)
        return known

    def _add(self, edge: _Edge) -> None:
        self._edges[edge.id] = edge
        self._of_entry.setdefault(entry_of(edge.id), []).append(edge)
        self._at.setdefault(edge.a, []).append(edge)
        self._at.setdefault(edge.b, []).append(edge)

    def write(self) -> None:
        """Write every change since the last write, and begin anew."""
        closed = update(memberships).where(
            memberships.c.subject == bindparam("of"), memberships.c.since == bindparam("made")
        )
        self._execute(
            closed.values(until=bindparam("at")),
            [{"of": m.subject, "made": m.since, "at": m.until} for m in self._changed if m.stored],
        )
        fresh = [m for m in self._changed if not m.stored]
        insert_rows(
            self._connection,
            memberships,
            [(m.subject, m.identity, m.since, NO_INT if m.until is None else m.until) for m in fresh],
        )
        edges = self._edges.values()
        self._execute(
            update(judgements).where(judgements.c.id == bindparam("edge")).values(until=bindparam("at")),
            [{"edge": e.id, "at": e.until} for e in edges if e.stored and e.until is not None],
        )
        insert_rows(self._connection, judgements, [edge.row() for edge in edges if not edge.stored])
        self._begin()

    def _execute(self, statement: Any, values: list[dict[str, Any]]) -> None:
        if values:
            self._connection.execute(statement, values)


def _in_entry(column: Any, entry: int) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.between(entry << ORDER_BITS, (entry + 1 << ORDER_BITS) - 1)
    return found


def _join(edges: list[_Edge]) -> Join:
    """Return one set of a judgement from its edges, mentions in the order the judgement has them."""
    return Join(edges[0].id, (edges[0].a, *(edge.b for edge in edges)), authority_of(edges[0].basis))
