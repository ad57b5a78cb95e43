"""What stands in a list: names, kind and whether it is invented, for many subjects at once, in five queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from dalil.intake.register import accounts, sources
from dalil.records.marks import mentions_of
from dalil.records.said_rows import name_rows, read_bodies
from dalil.records.tables import subjects
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
    connection: Connection, identities: Collection[int], *, known_by: int | None = None
) -> Mapping[int, Headline]:
    """Return a line for each identity that exists; up to 400 of them."""
    mentions = mentions_of(connection, identities, known_by=known_by)
    everyone = sorted({mention for each in mentions.values() for mention in each})
    query = select(subjects.c.id, subjects.c.kind).where(subjects.c.id.in_(everyone))
    kinds = {row.id: row.kind for row in connection.execute(query)}
    names = name_rows(connection, everyone, known_by)
    bodies = read_bodies(connection, sorted({each >> ORDER_BITS for each in names}))
    entries = sorted({mention >> ORDER_BITS for mention in everyone})
    invented = set(
        connection.execute(
            select(accounts.c.id)
            .join(sources, sources.c.id == accounts.c.source)
            .where(accounts.c.id.in_(entries), sources.c.synthetic)
        ).scalars()
    )
    texts: dict[int, list[str]] = {}
    for identifier, mention in names.items():
        body = bodies.get(identifier >> ORDER_BITS)
        if body is not None and "sensitivity" not in (statement := body["statements"][order_of(identifier)]):
            texts.setdefault(mention, []).append(str(statement["value"]["text"]))
    found = {}
    for identity, joined in mentions.items():
        if identity in kinds:
            said = [text for mention in sorted(joined) for text in texts.get(mention, [])]
            found[identity] = Headline(
                identity=identity,
                kind=kinds[identity],
                names=tuple(dict.fromkeys(said)),
                n_mentions=len(joined),
                synthetic=any(mention >> ORDER_BITS in invented for mention in joined),
            )
    return found
