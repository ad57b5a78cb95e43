"""What stands in a list: names, kind and whether it is invented, for many subjects at once, in two queries."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from dalil.intake.register import accounts, sources
from dalil.ledger.tables import entries
from dalil.records.marks import mentions_of
from dalil.records.tables import known_by as known
from dalil.records.tables import statements, subjects
from dalil.values.ids import ORDER_BITS, order_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One line about a subject: ``names`` in the order in which they were recorded."""

    identity: int
    kind: str
    names: tuple[str, ...]
    n_mentions: int
    synthetic: bool


def read_headlines(
    connection: Connection,
    identities: Collection[int],
    *,
    known_by: int | None = None,
    mentions: Mapping[int, Collection[int]] | None = None,
) -> Mapping[int, Headline]:
    """Return a line for each identity that exists; up to 400 of them.

    Parameters
    ----------
    mentions : mapping of identity to its mentions, optional
        Known by then, where the caller has them already: one query less.
    """
    if mentions is None:
        mentions = mentions_of(connection, identities, known_by=known_by)
    everyone = sorted({mention for each in mentions.values() for mention in each})
    kinds: dict[int, str] = {}
    invented: set[int] = set()
    texts: dict[int, list[str]] = {}
    bodies: dict[int, dict[str, Any]] = {}
    for row in connection.execute(_lines(everyone, known_by)):
        kinds[row.mention] = row.kind
        if row.synthetic:
            invented.add(row.mention)
        if row.body is None:  # erased, or no name is known
            continue
        entry = row.statement >> ORDER_BITS
        if entry not in bodies:
            bodies[entry] = json.loads(row.body)
        statement = bodies[entry]["statements"][order_of(row.statement)]
        if "sensitivity" not in statement:
            texts.setdefault(row.mention, []).append(str(statement["value"]["text"]))
    found = {}
    for identity, joined in mentions.items():
        if identity in kinds:
            said = [text for mention in sorted(joined) for text in texts.get(mention, [])]
            found[identity] = Headline(
                identity=identity,
                kind=kinds[identity],
                names=tuple(dict.fromkeys(said)),
                n_mentions=len(joined),
                synthetic=any(mention in invented for mention in joined),
            )
    return found


def _lines(mentions: Sequence[int], known_by: int | None) -> Select[Any]:
    """Return a query for the kind of each mention, whether its source is invented, and each of its names in its words.

    A mention without a name, or whose name was erased, has one row.
    """
    named = and_(
        statements.c.subject == subjects.c.id,
        statements.c.predicate == "name",
        statements.c.polarity.is_(None),
        known(statements, known_by),
    )
    return (
        select(
            subjects.c.id.label("mention"),
            subjects.c.kind,
            sources.c.synthetic,
            statements.c.id.label("statement"),
            entries.c.body,
        )
        .join(accounts, accounts.c.id == subjects.c.entry, isouter=True)
        .join(sources, sources.c.id == accounts.c.source, isouter=True)
        .join(statements, named, isouter=True)
        .join(entries, entries.c.position == statements.c.entry, isouter=True)
        .where(subjects.c.id.in_(mentions))
        .order_by(subjects.c.id, statements.c.id)
    )
