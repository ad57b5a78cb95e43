"""Consent as rows: what was answered about each use of what is recorded, by whom, from when until when.

A consent entry holds answers of one person about one record, or about one account (what a witness told, whoever it is
about). Each answer is a row. No row is edited: an entry made in error is replaced by another, which closes its rows, so
what was known before stays known. What the rows mean for a use on a day is decided in ``protection.consent``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, inspect, or_, select, update

from dalil.ledger.tables import insert_rows
from dalil.records.tables import consents
from dalil.records.tables import known_by as known
from dalil.values.dates import parse_canonical
from dalil.values.ids import ORDER_BITS, parse_subject, subject_id

CHUNK: Final = 2_000
_FOUND: Final = "dalil.consents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer about one use.

    Attributes
    ----------
    entry : int
        The consent entry it stands in.
    subject, account : int or None
        What it is about: a record, or all that one account says.
    purpose, answer, giver : str
        Codes of ``consent_purposes``, ``consent_answers`` and ``consent_givers``.
    by : int or None
        The person who answered, where the archive knows them; None also where it was the person themself.
    given_lo, given_hi : int
        The days between which it was given (days since 1970-01-01).
    until_lo : int or None
        The first day on which it may have ended; None if no end was said.
    until : int or None
        The ledger position of the entry that replaced this one's, if any has.
    """

    entry: int
    subject: int | None
    account: int | None
    purpose: str
    answer: str
    giver: str
    by: int | None
    given_lo: int
    given_hi: int
    until_lo: int | None
    until: int | None = None


def derive_consent(connection: Connection, position: int, body: Mapping[str, Any]) -> None:
    """Write the rows of a consent entry, and close those of the entries it replaces."""
    consents.create(connection, checkfirst=True)  # an archive made before consent could be recorded has no such table
    if replaced := body.get("replaces"):
        same = consents.c.since.in_(replaced) & consents.c.until.is_(None)
        connection.execute(update(consents).where(same).values(until=position))
    given = parse_canonical(body["given"])
    until = parse_canonical(body["until"]).lo if "until" in body else None
    subject = parse_subject(body["subject"]) if "subject" in body else None
    by = parse_subject(body["by"]) if "by" in body else None
    about = (subject, body.get("account"))
    rows = [
        (subject_id(position, n), *about, purpose, answer, body["giver"], by, given.lo, given.hi, until, position, None)
        for n, (purpose, answer) in enumerate(sorted(body["answers"].items()))
    ]
    insert_rows(connection, consents, rows)


def erase_consents(connection: Connection, positions: Sequence[int]) -> None:
    """Forget the rows of erased entries; what they had replaced stands again, as the ledger now reads."""
    if _has_table(connection):
        connection.execute(consents.delete().where(consents.c.since.in_(positions)))
        connection.execute(update(consents).where(consents.c.until.in_(positions)).values(until=None))


def read_answers(
    connection: Connection,
    subjects: Collection[int],
    *,
    accounts: Collection[int] = (),
    known_by: int | None = None,
    replaced: bool = False,
) -> list[Answer]:
    """Return the answers about some mentions and some accounts, in the order of the ledger.

    One query for every 2,000 of them.

    Parameters
    ----------
    subjects : collection of int
        Mentions, not identities: whoever answers for a person does so about one record of them.
    replaced : bool
        Whether to return answers that a later entry has replaced too.
    """
    if not _has_table(connection):
        return []
    found: list[Any] = []
    for column, wanted in ((consents.c.subject, sorted(subjects)), (consents.c.account, sorted(accounts))):
        for start in range(0, len(wanted), CHUNK):
            found += _rows(connection, column.in_(wanted[start : start + CHUNK]), known_by, replaced=replaced)
    return [_answer(row) for row in sorted(found, key=lambda row: int(row.id))]


def read_answers_of(
    connection: Connection, subjects: Collection[int], account: Collection[int], *, known_by: int | None = None
) -> list[Answer]:
    """Return the standing answers about a few mentions and accounts together, in one query."""
    if not _has_table(connection):
        return []
    about = or_(consents.c.subject.in_(sorted(subjects)), consents.c.account.in_(sorted(account)))
    return [_answer(row) for row in sorted(_rows(connection, about, known_by), key=lambda row: int(row.id))]


def read_answers_about(connection: Connection, purpose: str, *, known_by: int | None = None) -> list[Answer]:
    """Return the standing answers about one use, of all that was ever answered about; one query."""
    if not _has_table(connection):
        return []
    rows = _rows(connection, consents.c.purpose == purpose, known_by)
    return [_answer(row) for row in sorted(rows, key=lambda row: int(row.id))]


def any_consent(connection: Connection) -> bool:
    """Tell whether any answer stands in the archive."""
    if not _has_table(connection):
        return False
    return connection.execute(select(consents.c.id).where(consents.c.until.is_(None)).limit(1)).first() is not None


def _rows(
    connection: Connection, about: ColumnElement[bool], known_by: int | None, *, replaced: bool = False
) -> Sequence[Any]:
    query = select(consents).where(about)
    if replaced:
        query = query.where(consents.c.since < known_by) if known_by is not None else query
    else:
        query = query.where(known(consents, known_by))
    return connection.execute(query).all()


def _answer(row: Any) -> Answer:
    return Answer(
        entry=int(row.id) >> ORDER_BITS,
        subject=row.subject,
        account=row.account,
        purpose=row.purpose,
        answer=row.answer,
        giver=row.giver,
        by=row.by,
        given_lo=row.given_lo,
        given_hi=row.given_hi,
        until_lo=row.until_lo,
        until=row.until,
    )


def _has_table(connection: Connection) -> bool:
    """Tell whether the archive has the table; asked until it has. Where it has none, nothing was ever answered."""
    if not connection.info.get(_FOUND):
        connection.info[_FOUND] = inspect(connection).has_table(consents.name)
    return bool(connection.info[_FOUND])
