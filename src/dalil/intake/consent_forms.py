"""What somebody answered about uses of what is recorded, from fields people typed to the body of a consent entry.

Pure functions of fields, as those of ``entry_forms``. A consent says about which record or account it is, who answered,
in what relation, when, how it was taken down, on which terms, until when, and an answer for each use that was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, select

from dalil.errors import UnknownSubject, WrongValue
from dalil.intake.checking import check_language
from dalil.intake.entry_forms import Entered, Reading
from dalil.intake.register import accounts
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger, bodies
from dalil.ledger.tables import entries
from dalil.values.canonical import JsonObject
from dalil.values.ids import format_subject, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

PURPOSES: Final = "consent_purposes"
ANSWER: Final = "answer_"
"""Before the code of a use, the name of the field that holds its answer."""
SELF: Final = "self"
RELATED: Final = frozenset({"guardian", "next_of_kin"})
"""Givers who answer for somebody else."""
MOST_TERMS: Final = 4_000
"""Characters of the terms, or of a reason."""


class Way(StrEnum):
    """How an answer was taken down."""

    WRITTEN = "written"
    RECORDED = "recorded"
    SPOKEN = "spoken"
    MESSAGE = "message"
    PUBLIC = "public"


def consent_entered(
    said: Mapping[str, str],
    vocabulary: Vocabulary,
    *,
    subject: int | None = None,
    account: int | None = None,
    today: int,
) -> Entered:
    """Return the body of a consent entry about a record, or about all that one account says.

    Parameters
    ----------
    said : mapping
        ``giver``, ``given`` and ``how``; ``relation``, ``by``, ``until``, ``terms``, ``language``, ``reason``;
        ``replaces``, positions with spaces between them; ``answer_<use>`` for each use that was asked about.
    today : int
        Day number; nothing can have been given after it.
    """
    reading = Reading(said, vocabulary)
    giver = reading.term("giver", "consent_givers", required=True)
    body: dict[str, Any] = {"account": account} if subject is None else {"subject": format_subject(subject)}
    body |= {
        "giver": giver,
        "given": _given(reading, today),
        "how": _way(reading),
        "answers": _answers(reading),
    }
    body |= {
        name: found
        for name, found in (
            ("relation", _relation(reading, giver)),
            ("by", _by(reading, giver)),
            ("until", _until(reading)),
            ("terms", _words(reading, "terms")),
            ("language", _language(reading)),
            ("replaces", _replaces(reading)),
            ("reason", _words(reading, "reason")),
        )
        if found
    }
    if not body["answers"] and "replaces" not in body:
        reading.problems["answers"] = WrongValue(
            "No use has an answer.", expected="an answer for at least one use", where="answers"
        )
    if "replaces" in body and "reason" not in body and "reason" not in reading.problems:
        reading.problems["reason"] = WrongValue(
            "Say what was wrong with the entry that this replaces.", expected="a reason", where="reason"
        )
    return Entered(body=body, dates=reading.dates, problems=reading.problems)


def _given(reading: Reading, today: int) -> str | None:
    found = reading.date("given", required=True)
    if found is None:
        return None
    date = reading.dates["given"]
    if date.lo is None or date.hi is None:
        reading.problems["given"] = WrongValue(
            "A consent needs days between which it was given.", expected="a day, month or year", where="given"
        )
    elif date.lo > today:
        reading.problems["given"] = WrongValue(
            "This was not given yet.", expected="a day that is not in the future", where="given"
        )
    return found


def _until(reading: Reading) -> str | None:
    found = reading.date("until")
    if found is None:
        return None
    end, begin = reading.dates["until"], reading.dates.get("given")
    if end.lo is None:
        reading.problems["until"] = WrongValue(
            "A consent needs a day from which it may end.",
            expected="a day, month or year",
            where="until",
        )
    elif begin is not None and begin.hi is not None and end.lo <= begin.hi:
        reading.problems["until"] = WrongValue(
            "This consent would have ended before it was given.", expected="a day after it was given", where="until"
        )
    return found


def _way(reading: Reading) -> str | None:
    typed = reading.text("how", required=True)
    if typed and typed not in set(Way):
        reading.problems["how"] = WrongValue(
            "There is no such way of taking an answer down.", expected=", ".join(Way), where="how"
        )
    return typed or None


def _relation(reading: Reading, giver: str | None) -> str | None:
    relation = reading.term("relation", "kin")
    if relation and giver not in RELATED:
        reading.problems["relation"] = WrongValue(
            "Only a guardian or next of kin answers as a relative.", expected="no relation", where="relation"
        )
    return relation


def _by(reading: Reading, giver: str | None) -> str | None:
    typed = reading.text("by")
    if not typed:
        return None
    if giver == SELF:
        reading.problems["by"] = WrongValue(
            "Whoever answers for themself is the person this is about.", expected="nobody else", where="by"
        )
    try:
        return format_subject(parse_subject(typed))
    except UnknownSubject as error:
        reading.problems["by"] = WrongValue(error.message, expected=error.expected, where="by")
        return None


def _words(reading: Reading, name: str) -> str:
    found = reading.text(name)
    if len(found) > MOST_TERMS:
        reading.problems[name] = WrongValue(
            "This is too long.", expected=f"up to {MOST_TERMS:,} characters", where=name
        )
    return found


def _language(reading: Reading) -> str:
    found = reading.text("language")
    if found:
        try:
            check_language(found, "language")
        except WrongValue as error:
            reading.problems["language"] = error
    return found


def _answers(reading: Reading) -> JsonObject:
    found: JsonObject = {}
    for name in reading.said:
        if name.startswith(ANSWER) and reading.text(name):
            purpose = name.removeprefix(ANSWER)
            if purpose not in reading.vocabulary.schemes[PURPOSES].terms:
                reading.problems[name] = WrongValue(
                    "There is no such use.",
                    expected=", ".join(reading.vocabulary.schemes[PURPOSES].terms),
                    where="answers",
                )
                continue
            found[purpose] = reading.term(name, "consent_answers")
    return found


def _replaces(reading: Reading) -> list[int]:
    typed = reading.text("replaces").split()
    if not all(each.isascii() and each.isdecimal() and len(each) <= 15 for each in typed):
        reading.problems["replaces"] = WrongValue(
            "An entry is named by its position.", expected="positions of consent entries", where="replaces"
        )
        return []
    return sorted({int(each) for each in typed})


# --- recording ----------------------------------------------------------------------------------------------------
def record_consent(ledger: Ledger, body: Mapping[str, Any], *, by: Signer) -> int:
    """Record a consent; return its position.

    Raises
    ------
    WrongValue
        It replaces an entry that is no consent about the same; nothing was recorded.
    UnknownSubject
        It is about an account that is not there; nothing was recorded.
    """
    draft = Draft(Kind.CONSENT, body)
    return ledger.append([draft], by=by, provided=provided_consents([draft])).first


def provided_consents(drafts: Sequence[Draft]) -> Callable[[Connection], None]:
    """Return what must hold when consents are recorded: their accounts are there, and what they replace is theirs."""

    def check(connection: Connection) -> None:
        for draft in drafts:
            if draft.kind is Kind.CONSENT:
                _check_about(connection, draft.body)

    return check


def _check_about(connection: Connection, body: Mapping[str, Any]) -> None:
    if "account" in body:
        found = connection.execute(select(accounts.c.id).where(accounts.c.id == body["account"])).first()
        if found is None:
            raise UnknownSubject(
                "There is no such account.", expected="the position of an account", found=str(body["account"])
            )
    replaced = body.get("replaces", [])
    known = bodies(connection, replaced) if replaced else {}
    query = select(entries.c.position, entries.c.kind).where(entries.c.position.in_(replaced))
    kinds = {row.position: row.kind for row in connection.execute(query)} if replaced else {}
    for position in replaced:
        earlier = known.get(position)
        same = earlier is not None and all(earlier.get(name) == body.get(name) for name in ("subject", "account"))
        if kinds.get(position) != Kind.CONSENT.value or not same:
            raise WrongValue(
                "A consent replaces an entry that is none about the same.",
                expected="the position of a consent about the same record or account",
                found=f"entry {position}",
                where="replaces",
            )
