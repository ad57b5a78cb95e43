"""Who refused to be counted: left out of every figure, and counted under it, never named.

A refusal is known from the point of the ledger at which it was recorded. A figure as known by an earlier point counts
whoever had not refused by then, so what was issued can be counted again to the digit.
"""

from __future__ import annotations

from typing import Final

from dalil.figures.ports import FigureArchive
from dalil.figures.session import Session
from dalil.values.digests import digest_of

REFUSED: Final = "refused"
"""The reason by which a run says how many it leaves out."""


def refusing(archive: FigureArchive, session: Session, *, known_by: int) -> str | None:
    """Return a relation ``(identity)`` of the records left out; None where nobody refused.

    These are the records whose person refused, and those of whom only accounts tell whose giver refused.
    """
    if not archive.anybody_refused():
        return None
    from dalil.ledger.store import reading
    from dalil.protection.consent import AGGREGATE, refused

    with reading(archive.engine) as connection:
        found = refused(connection, AGGREGATE, known_by=known_by)
    if not found.records and not found.accounts:
        return None
    records = ", ".join(f"({each})" for each in sorted(found.records)) or "(NULL)"
    accounts = ", ".join(map(str, sorted(found.accounts))) or "NULL"
    told = session.identified(
        f"""(SELECT id AS mention, id >> 12 AS entry FROM {session.known("subjects")}
             UNION SELECT subject, entry FROM {session.known("statements")})""",
        ["mention"],
    )
    introduced = session.identified(
        f"(SELECT id AS mention FROM {session.known('subjects')} WHERE id >> 12 IN ({accounts}))", ["mention"]
    )
    query = f"""
        SELECT identity FROM (VALUES {records}) r(identity) WHERE identity IS NOT NULL
        UNION
        SELECT t.mention FROM ({told}) t SEMI JOIN ({introduced}) c ON c.mention = t.mention
        GROUP BY t.mention HAVING bool_and(t.entry IN ({accounts}))"""
    if not found.accounts:
        query = f"SELECT identity FROM (VALUES {records}) r(identity)"
    name = digest_of([sorted(found.records), sorted(found.accounts)])[:16]
    return session.keep(f"refusing {name}", lambda: query)
