"""Reading statements with their sources, and what subjects are called: dossiers and accounts are made of this."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, null, select, union_all

from dalil.intake.register import accounts, sources
from dalil.ledger.entries import read_header
from dalil.ledger.log import bodies
from dalil.ledger.tables import entries
from dalil.records.statement_view import StatementView
from dalil.records.tables import known_by as known
from dalil.records.tables import memberships, statements, subjects
from dalil.values.ids import ORDER_BITS, order_of, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

CHUNK: Final = 900
MOST_BODIES: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source as it stands beside a statement."""

    id: int
    key: str
    kind: str
    title: str
    publisher: str | None
    synthetic: bool
    published_lo: int | None
    published_hi: int | None


def parts_of(view: StatementView) -> dict[str, Any]:
    """Return the parts of a statement's value; none where it is a scalar."""
    return view.value if isinstance(view.value, dict) else {}


def statement_rows(connection: Connection, which: ColumnElement[bool], size: int | None) -> Sequence[Any]:
    """Return the rows of ``statements`` that fit, each with its kind of subject, its account and its source."""
    return connection.execute(
        select(
            statements,
            subjects.c.kind,
            accounts.c.source,
            accounts.c.language,
            sources.c.key,
            sources.c.synthetic,
            sources.c.kind.label("source_kind"),
            sources.c.title,
            sources.c.publisher,
            sources.c.published_lo,
            sources.c.published_hi,
        )
        .join(accounts, accounts.c.id == statements.c.entry)
        .join(sources, sources.c.id == accounts.c.source)
        .join(subjects, subjects.c.id == statements.c.subject)
        .where(which, known(statements, size))
        .order_by(statements.c.id)
    ).all()


def read_source(row: Any) -> SourceLine:
    """Return the source of a row of :func:`statement_rows`."""
    return SourceLine(
        id=row.source,
        key=row.key,
        kind=row.source_kind,
        title=row.title,
        publisher=row.publisher,
        synthetic=row.synthetic,
        published_lo=row.published_lo,
        published_hi=row.published_hi,
    )


def accounts_of(connection: Connection, rows: Iterable[Any]) -> dict[int, tuple[dict[str, Any], str]]:
    """Return what accounts say and when they were recorded; erased ones are absent."""
    positions = sorted({row.entry for row in rows})
    found: dict[int, tuple[dict[str, Any], str]] = {}
    for start in range(0, len(positions), CHUNK):
        chunk = positions[start : start + CHUNK]
        query = select(entries.c.position, entries.c.header, entries.c.body).where(entries.c.position.in_(chunk))
        for position, header, body in connection.execute(query):
            if body is not None:
                found[position] = (json.loads(body), read_header(header, position).recorded_at)
    return found


def read_bodies(connection: Connection, positions: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what further accounts say, up to a limit."""
    return bodies(connection, positions[:MOST_BODIES]) if positions else {}


def named_in(views: Iterable[StatementView], vocabulary: Vocabulary) -> set[int]:
    """Return the subjects that statements name in their values, and their speakers."""
    found: set[int] = set()
    for view in views:
        parts = vocabulary.predicates[view.predicate].parts
        if isinstance(view.value, dict):
            found |= {v for p, v in view.value.items() if p in parts and parts[p].base == "subject"}
        found |= {view.speaker} if view.speaker is not None else set()
    return found


def join(connection: Connection, mentions: set[int], size: int | None) -> tuple[dict[int, int], set[int]]:
    """Return the identity of each mention, and all these identities."""
    if not mentions:
        return {}, set()
    query = select(memberships.c.subject, memberships.c.identity).where(
        memberships.c.subject.in_(sorted(mentions)), known(memberships, size)
    )
    joined = {row.subject: row.identity for row in connection.execute(query)}
    return {mention: joined.get(mention, mention) for mention in mentions}, set(joined.values())


def name_rows(connection: Connection, mentions: Sequence[int], size: int | None) -> dict[int, int]:
    """Return the standing names of subjects: statement id to mention."""
    if not mentions:
        return {}
    query = select(statements.c.id, statements.c.subject).where(
        statements.c.subject.in_(mentions),
        statements.c.predicate == "name",
        statements.c.polarity.is_(None),
        known(statements, size),
    )
    return {row.id: row.subject for row in connection.execute(query.order_by(statements.c.id))}


def names_and_bodies(
    connection: Connection, mentions: Sequence[int], entries_: Collection[int], size: int | None
) -> tuple[dict[int, int], dict[int, dict[str, Any]]]:
    """Return the standing names of subjects, statement id to mention, with the accounts that say them and further ones.

    One query; of either kind of account up to a limit.
    """
    if not mentions and not entries_:
        return {}, {}
    named = (
        select(statements.c.id, statements.c.subject, statements.c.entry)
        .where(
            statements.c.subject.in_(mentions),
            statements.c.predicate == "name",
            statements.c.polarity.is_(None),
            known(statements, size),
        )
        .order_by(statements.c.id)
        .limit(MOST_BODIES)
        .subquery()
    )
    further = sorted(entries_)[:MOST_BODIES]
    query = union_all(
        select(named.c.id.label("id"), named.c.subject.label("subject"), entries.c.position, entries.c.body).join(
            entries, entries.c.position == named.c.entry
        ),
        select(null(), null(), entries.c.position, entries.c.body).where(entries.c.position.in_(further)),
    )
    names: dict[int, int] = {}
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(query):
        if row.id is not None:
            names[row.id] = row.subject
        if row.body is not None and row.position not in found:
            found[row.position] = json.loads(row.body)
    return dict(sorted(names.items())), found


def kinds_of(
    said: Mapping[int, Mapping[str, Any]], named: Iterable[int], identities: Mapping[int, int]
) -> dict[int, str]:
    """Return the kind of every subject that an account at hand introduces."""
    kinds: dict[int, str] = {}
    wanted = {*named, *identities, *identities.values()}
    for entry, body in said.items():
        for order, (_, kind, *existing) in enumerate(body["subjects"]):
            mention = parse_subject(existing[0]) if existing else entry << ORDER_BITS | order
            if mention in wanted:
                kinds[mention] = kind
                kinds.setdefault(identities.get(mention, mention), kind)
    return kinds


def label_subjects(
    views: Iterable[StatementView],
    names: Mapping[int, int],
    said: Mapping[int, Mapping[str, Any]],
    identities: Mapping[int, int],
) -> dict[int, tuple[str, ...]]:
    """Return what subjects are called, by mention and by identity; names said in confidence are left out."""
    labels: dict[int, list[str]] = {}

    def add(mention: int, text: str) -> None:
        for each in {mention, identities.get(mention, mention)}:
            if text not in labels.setdefault(each, []):
                labels[each].append(text)

    for view in views:
        if view.predicate == "name" and view.is_free and view.sensitivity is None:
            add(view.subject, str(parts_of(view)["text"]))
    for identifier, mention in names.items():
        body = said.get(identifier >> ORDER_BITS)
        statement: Mapping[str, Any] = body["statements"][order_of(identifier)] if body else {"sensitivity": "erased"}
        if "sensitivity" not in statement:
            add(mention, str(statement["value"]["text"]))
    return {each: tuple(texts) for each, texts in labels.items()}
