"""One account of the ledger, read as a page shows it: what one source said, in one place, at one time."""

from __future__ import annotations

from sqlalchemy import Connection

from dalil.errors import UnknownSubject
from dalil.records.dossier import Dossier
from dalil.records.marks import mentions_of, read_marks
from dalil.records.said_rows import (
    accounts_of,
    join,
    kinds_of,
    label_subjects,
    name_rows,
    named_in,
    read_bodies,
    read_source,
    statement_rows,
)
from dalil.records.statement_view import StatementView, view_of
from dalil.records.tables import statements
from dalil.values.ids import MAX_ORDER, ORDER_BITS, format_subject
from dalil.vocabulary.vocabulary import Vocabulary


def read_account(
    connection: Connection, vocabulary: Vocabulary, position: int
) -> tuple[Dossier, dict[int, tuple[StatementView, ...]]]:
    """Return an account, and what it says of each of its subjects that still stands, in eight queries.

    The account is returned as a dossier without an identity of its own: names, kinds, marks and sources of what it
    speaks of.

    Raises
    ------
    UnknownSubject
        There is no account at this position, it was erased, or nothing of it stands.
    """
    first = position << ORDER_BITS
    rows = statement_rows(connection, statements.c.id.between(first, first + MAX_ORDER - 1), None)
    said = accounts_of(connection, rows)
    if position not in said:
        raise UnknownSubject(
            "There is no such account.", expected="the position of an account entry", found=format_subject(first)
        )
    body, recorded_at = said[position]
    views = [view_of(row, body, row.subject, vocabulary) for row in rows]
    named = named_in(views, vocabulary) | {view.subject for view in views}
    identities, others = join(connection, named, None)
    everyone = named | others
    names = name_rows(connection, sorted(everyone), None)
    more = read_bodies(connection, sorted({each >> ORDER_BITS for each in (*everyone, *names)} - {position}))
    bodies = {position: body} | more
    told: dict[int, list[StatementView]] = {}
    for view in views:
        told.setdefault(view.subject, []).append(view)
    joined = mentions_of(connection, set(identities.values()))
    dossier = Dossier(
        asked=first,
        identity=-1,
        kind="account",
        mentions=tuple(sorted(told)),
        about=tuple(views),
        related={},
        identities=identities,
        kinds=kinds_of(bodies, everyone, identities),
        labels=label_subjects(views, names, bodies, identities),
        sources={row.source: read_source(row) for row in rows},
        marks=read_marks(connection, joined),
        grades={},
        preferred=frozenset(),
        known_by=None,
        recorded={position: recorded_at},
    )
    return dossier, {subject: tuple(each) for subject, each in told.items()}
