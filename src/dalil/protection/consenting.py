"""Consent at the desk: what was answered about a record or an account, as somebody may see it, and recording more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from dalil.intake.consent_forms import record_consent
from dalil.ledger.entries import read_header
from dalil.ledger.keys import Signer
from dalil.ledger.log import Ledger, bodies
from dalil.ledger.tables import entries
from dalil.protection.access import Actor, check_may
from dalil.protection.consent import SCHEME, Standing, by_purpose
from dalil.protection.roles import Action
from dalil.records.consents import Answer, read_answers
from dalil.vocabulary.vocabulary import Vocabulary

MOST_SHOWN: Final = 200
"""Consent entries that a page lists; later ones first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One consent entry as a page shows it.

    Attributes
    ----------
    subject : int or None
        The mention it was given about; None for an account.
    answers : mapping of use to answer
    replaced : int or None
        The entry that replaced it.
    actor, recorded_at : str
        Whose key signed it, and when.
    """

    entry: int
    subject: int | None
    giver: str
    relation: str
    by: int | None
    given: str
    until: str
    how: str
    terms: str
    reason: str
    answers: Mapping[str, str]
    replaced: int | None
    actor: str
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """Everything answered about a record or an account: for each use what it comes to, and the entries behind it."""

    standing: Mapping[str, Standing]
    given: tuple[Given, ...]


def read_consents(
    connection: Connection,
    vocabulary: Vocabulary,
    *,
    subjects: tuple[int, ...] = (),
    account: int | None = None,
    day: int,
    known_by: int | None = None,
) -> Consents:
    """Return what was answered about the mentions of a record, or about an account, as of a day and known by a point.

    Whoever asks has opened the record or the account before: consent is part of it.
    """
    about = () if account is None else (account,)
    every = read_answers(connection, subjects, accounts=about, known_by=known_by, replaced=True)
    stands = [each for each in every if each.until is None or (known_by is not None and each.until >= known_by)]
    return Consents(
        standing=by_purpose(stands, vocabulary.schemes[SCHEME].terms, day),
        given=_given(connection, every, known_by),
    )


def _given(connection: Connection, answers: list[Answer], known_by: int | None) -> tuple[Given, ...]:
    by_entry: dict[int, list[Answer]] = {}
    for each in answers:
        by_entry.setdefault(each.entry, []).append(each)
    wanted = sorted(by_entry, reverse=True)[:MOST_SHOWN]
    if not wanted:
        return ()
    told = bodies(connection, wanted)
    query = select(entries.c.position, entries.c.header).where(entries.c.position.in_(wanted))
    signed = {position: read_header(header, position) for position, header in connection.execute(query)}
    found = []
    for entry in wanted:
        body, first = told[entry], by_entry[entry][0]
        replaced = first.until if first.until is not None and (known_by is None or first.until < known_by) else None
        found.append(
            Given(
                entry=entry,
                subject=first.subject,
                giver=first.giver,
                relation=body.get("relation", ""),
                by=first.by,
                given=body["given"],
                until=body.get("until", ""),
                how=body["how"],
                terms=body.get("terms", ""),
                reason=body.get("reason", ""),
                answers={each.purpose: each.answer for each in by_entry[entry]},
                replaced=replaced,
                actor=signed[entry].actor,
                recorded_at=signed[entry].recorded_at,
            )
        )
    return tuple(found)


def consent_given(ledger: Ledger, body: Mapping[str, Any], *, actor: Actor, signer: Signer) -> int:
    """Record a consent under the key of whoever took it down; return its position.

    Raises
    ------
    NotPermitted
        Recording consents is not this actor's work.
    WrongValue, UnknownSubject
        As :func:`dalil.intake.consent_forms.record_consent`.
    """
    check_may(actor, Action.CONSENT)
    return record_consent(ledger, body, by=signer)
