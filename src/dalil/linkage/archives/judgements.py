"""What a run found, as judgements: one for each person told of more than once, and only where it is not judged so yet.

A judgement names its links one by one, the strongest first, and along the same links the detentions of its mentions and
what was done to them. A run compares what it found with what the runs before it left standing: what is the same
stands, what is not is undone, and only what is new is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, func, select

from dalil.linkage.archives.arrests import chunks, of_entries
from dalil.linkage.archives.told import Deeds, Told
from dalil.linkage.persons.evidence import Cluster, spanning
from dalil.records.joining import SAME
from dalil.records.tables import judgements as judgement_rows
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.ids import format_subject, parse_subject

Link: TypeAlias = tuple[int, int]
Joined: TypeAlias = frozenset[frozenset[int]]
"""What a judgement joins: sets of mentions, however they were linked."""

UNDONE_AT_ONCE: Final = 2_000
"""Judgements that one entry undoes."""
CERTAIN: Final = 1_000
"""Score, in thousandths, of a mention and its echoes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The judgement of one person: what it joins, its body without the run, and how many detentions are told twice."""

    joins: Joined
    body: JsonObject
    n_detentions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a run changes: judgements to write, and entries of earlier runs to undo; ``n_kept`` stand as they are."""

    new: tuple[JsonObject, ...]
    undone: tuple[int, ...]
    n_kept: int

    def bodies(self, run: int) -> Iterator[JsonObject]:
        """Yield the judgements of the run: first what no longer holds."""
        for start in range(0, len(self.undone), UNDONE_AT_ONCE):
            entries: list[JsonValue] = [*self.undone[start : start + UNDONE_AT_ONCE]]
            yield {"verdict": SAME, "basis": "model", "run": run, "sets": [], "undoes": entries}
        for body in self.new:
            yield {**body, "run": run}


def judgements_of(
    clusters: Iterable[Cluster],
    mentions: npt.NDArray[np.int64],
    told: Deeds,
    echoes: Mapping[int, Sequence[int]],
) -> Iterator[Found]:
    """Yield the judgement of each cluster of several mentions, and of each mention that is repeated and in none.

    Parameters
    ----------
    told : Deeds
        What accounts tell of mentions: joined, where their persons are, if it may be one.
    echoes : mapping of mention to mentions
        Those that only repeat it: they go with it, linked to it before all others.
    """
    waiting = dict(echoes)
    for cluster in clusters:
        links = [(int(mentions[a]), int(mentions[b])) for a, b in cluster.links]
        members = [int(mentions[row]) for row in cluster.rows]
        repeated = [(member, echo) for member in members for echo in waiting.pop(member, ())]
        why: JsonObject = {**cluster.why, "echoes": len(repeated)} if repeated else {**cluster.why}
        members += [echo for _, echo in repeated]
        yield _found(members, [*repeated, *links], score=cluster.score, why=why, deeds=told)
    for origin, of_it in sorted(waiting.items()):
        links = [(origin, echo) for echo in of_it]
        yield _found([origin, *of_it], links, score=CERTAIN, why={"echoes": len(of_it)}, deeds=told)


def _found(
    members: Sequence[int],
    links: Sequence[Link],
    *,
    score: int,
    why: JsonObject,
    deeds: Deeds,
) -> Found:
    episodes = deeds.episodes_of(members)
    several: list[tuple[str, Sequence[Told]]] = [("episode", one) for one in episodes]
    several += [("act", one) for one in deeds.acts_of(members)]
    sets = _sets("person", links)
    for kind, one in several:
        sets += _sets(kind, _told_links(one, links))
    together = (frozenset(each.subject for each in one) for _, one in several)
    return Found(
        joins=frozenset((frozenset(members), *together)),
        body={"verdict": SAME, "basis": "model", "score": score, "why": why, "sets": sets},
        n_detentions=len(episodes),
    )


def _sets(kind: str, links: Iterable[Link]) -> list[JsonValue]:
    """Return links as sets of a judgement; neighbours begin differently, so that each is heard by itself."""
    sets: list[JsonValue] = []
    first = -1
    for a, b in links:
        if a == first:
            a, b = b, a
        first = a
        sets.append([kind, [format_subject(a), format_subject(b)]])
    return sets


def _told_links(told: Sequence[Told], links: Sequence[Link]) -> tuple[Link, ...]:
    """Return the links of accounts of one detention or act, along those of the persons they are told of."""
    own: dict[int, int] = {}
    within: list[Link] = []
    for each in sorted(told, key=lambda each: each.subject):
        if each.person in own:  # one mention, two accounts: theirs whatever becomes of the person
            within.append((own[each.person], each.subject))
        own.setdefault(each.person, each.subject)
    sides = {person: {person} for link in links for person in link}
    along: list[Link] = []
    for a, b in links:
        ends = []
        for end in (a, b):
            tells = own.get(end) or min((own[side] for side in sides[end] if side in own), default=None)
            if tells is not None:
                ends.append(tells)
        if len(ends) == 2:
            along.append((ends[0], ends[1]))
        together = sides[a] | sides[b]
        for side in together:
            sides[side] = together
    return spanning(sorted(each.subject for each in told), [*within, *along])


def changes_of(found: Sequence[Found], standing: Mapping[Joined, int]) -> Changes:
    """Compare what was found with the entries of earlier runs that stand, by what they join."""
    kept = {each.joins for each in found if each.joins in standing}
    return Changes(
        new=tuple(each.body for each in found if each.joins not in kept),
        undone=tuple(sorted(entry for joins, entry in standing.items() if joins not in kept)),
        n_kept=len(kept),
    )


def standing_joins(connection: Connection, of: Sequence[int] | None = None) -> dict[Joined, int]:
    """Return the judgements of models that stand, by what they join; those of some mentions only, if given."""
    rows = judgement_rows
    query = select(rows.c.entry, rows.c.a, rows.c.b).where(
        rows.c.run.is_not(None), rows.c.until.is_(None), rows.c.verdict == SAME
    )
    edges_found = (
        connection.execute(query.order_by(rows.c.id)).all() if of is None else _edges_at(connection, query, of)
    )
    found: dict[Joined, int] = {}
    for entry, edges in groupby(edges_found, itemgetter(0)):
        joined: dict[int, set[int]] = {}
        for _, a, b in edges:
            one, other = joined.setdefault(a, {a}), joined.setdefault(b, {b})
            if one is not other:
                one |= other
                for moved in other:
                    joined[moved] = one
        found[frozenset(frozenset(each) for each in joined.values())] = entry
    return found


def _edges_at(connection: Connection, query: Select[Any], mentions: Sequence[int]) -> list[Any]:
    """Return the edges of every judgement that has one at any of some mentions."""
    rows, positions = judgement_rows, set[int]()
    for wanted in chunks(sorted(mentions)):
        assert wanted is not None
        for end in (rows.c.a, rows.c.b):
            at = select(rows.c.entry).where(end.in_(wanted), rows.c.run.is_not(None), rows.c.until.is_(None))
            positions |= set(connection.execute(at).scalars())
    found: list[Any] = []
    for entries in chunks(sorted(positions)):
        assert entries is not None
        found += connection.execute(
            query.where(of_entries(rows, entries))
        ).all()  # in no order, or all rows would be read in theirs
    return sorted(found, key=itemgetter(0))


def n_standing(connection: Connection) -> int:
    """Return how many judgements of models stand."""
    rows = judgement_rows
    query = select(func.count(rows.c.entry.distinct())).where(
        rows.c.run.is_not(None), rows.c.until.is_(None), rows.c.verdict == SAME
    )
    return int(connection.execute(query).scalar_one())


def runs_standing(connection: Connection) -> set[int]:
    """Return the runs of whose judgements any stands."""
    rows = judgement_rows
    query = select(rows.c.run).where(rows.c.run.is_not(None), rows.c.until.is_(None)).distinct()
    return set(connection.execute(query).scalars())


def mentions_of(sets: Sequence[Sequence[object]]) -> list[str]:
    """Return the persons a judgement joins, from its sets, the oldest first."""
    persons = {str(each) for kind, named in sets if kind == "person" for each in named}  # type: ignore[attr-defined]
    return sorted(persons, key=parse_subject)
