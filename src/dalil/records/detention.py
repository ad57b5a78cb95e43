"""The events of one detention, gathered from every account of it, and the status they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, select

from dalil.intake.register import accounts, sources
from dalil.records.status import EpisodeEvent, Status, fold_status
from dalil.records.status_rules import rules_for
from dalil.records.tables import known_by as known
from dalil.records.tables import statements
from dalil.values.ids import entry_of
from dalil.vocabulary.vocabulary import Vocabulary


def read_events(
    connection: Connection, tables: Mapping[str, Table], mentions: Sequence[int], known_by: int | None
) -> list[EpisodeEvent]:
    """Return the events that free assertions tell of an episode, its joined ``mentions`` together."""
    events = tables["episode_events"]
    ids = select(statements.c.id).where(statements.c.subject.in_(mentions))
    rows = connection.execute(select(events).where(events.c.id.in_(ids), known(events, known_by))).all()
    published = _published(connection, {entry_of(row.id) for row in rows})
    return [
        EpisodeEvent(
            id=row.id,
            event=row.event,
            lo=row.on_lo if row.on_lo is not None or row.on_hi is not None else row.when_lo,
            hi=row.on_hi if row.on_lo is not None or row.on_hi is not None else row.when_hi,
            published=published.get(entry_of(row.id)),
            placed=row.place is not None or row.at is not None,
        )
        for row in rows
    ]


def _published(connection: Connection, entries: set[int]) -> dict[int, int | None]:
    query = (
        select(accounts.c.id, sources.c.published_hi)
        .join(sources, sources.c.id == accounts.c.source)
        .where(accounts.c.id.in_(sorted(entries)))
    )
    return {row.id: row.published_hi for row in connection.execute(query)}


def status_of(
    connection: Connection,
    tables: Mapping[str, Table],
    vocabulary: Vocabulary,
    mentions: Sequence[int],
    *,
    as_of: int,
    known_by: int | None,
    method: str,
) -> Status:
    """Fold the events of an episode under a method; the only way anyone learns a status."""
    chosen = vocabulary.methods[method]
    holders = tables["holders"]
    ids = select(statements.c.id).where(statements.c.subject.in_(mentions))
    held_by = {
        row.party
        for row in connection.execute(select(holders.c.party).where(holders.c.id.in_(ids), known(holders, known_by)))
    }
    fitting = {code for party in chosen.parties for code in vocabulary.within("parties", party)}
    fits = True if not chosen.parties else (bool(held_by & fitting) if held_by else None)
    events = read_events(connection, tables, mentions, known_by)
    return fold_status(events, as_of=as_of, rules=rules_for(vocabulary, chosen), holder_fits=fits)
