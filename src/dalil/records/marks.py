"""Marks that people put on records: the case group, the sensitivity, a tag, who looks after it.

A mark stands on a subject, or on a source and so on everything that source says. Groups and tags add up; of
sensitivities and assignees the last one stands. All of them are decisions in the ledger, so each can be taken back and
none is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import CompoundSelect, Connection, literal, null, select, union_all, update

from dalil.errors import WrongValue
from dalil.intake.register import accounts
from dalil.ledger.tables import insert_rows
from dalil.records.tables import grades, marks, memberships, preferences
from dalil.records.tables import known_by as known
from dalil.values.canonical import JsonObject
from dalil.values.ids import ORDER_BITS, format_subject, subject_id

GROUP: Final = "group"
SENSITIVITY: Final = "sensitivity"
TAG: Final = "tag"
ASSIGNEE: Final = "assignee"
MARKS: Final = (GROUP, SENSITIVITY, TAG, ASSIGNEE)
STATE: Final = "state"
"""How far review of a record has come: put by decisions that are steps (``review.record_states``), never as a mark."""
SINGLE: Final = frozenset({SENSITIVITY, ASSIGNEE, STATE})
"""Marks of which a record has one at most."""
MAX_VALUE: Final = 64
CHUNK: Final = 2_000


def mark_body(
    mark: str,
    value: str,
    *,
    subject: int | None = None,
    subjects: Sequence[int] = (),
    source: int | None = None,
    reason: str,
    undo: bool = False,
) -> JsonObject:
    """Return the body of the decision that puts a mark on a subject, many, or a source, or takes it back.

    Raises
    ------
    WrongValue
        Not a kind of mark, an empty or overlong value, or not exactly one of subject, subjects and source.
    """
    n_about = (subject is not None) + (source is not None) + bool(subjects)
    if mark not in MARKS or not 0 < len(value) <= MAX_VALUE or n_about != 1:
        raise WrongValue(
            "A mark cannot be put.",
            expected=f"one of {', '.join(MARKS)} with 1 to {MAX_VALUE} characters, on a subject or a source",
            found=f"{mark[:20]}, {len(value)} characters",
            where="mark",
        )
    about: JsonObject = {"source": source}
    if subject is not None:
        about = {"subject": format_subject(subject)}
    elif subjects:
        about = {"subjects": [format_subject(each) for each in subjects]}
    return {
        "decision": "unmark" if undo else "mark",
        "mark": mark,
        "value": value,
        "reason": reason or "not given",
        **about,
    }


def decide_mark(connection: Connection, position: int, body: Mapping[str, Any], subjects: Sequence[int]) -> None:
    """Write or close the rows of a decision of :func:`mark_body`; ``subjects`` are those it is about, if any."""
    undone = body["decision"] == "unmark"
    same = (marks.c.mark == body["mark"]) & marks.c.until.is_(None)
    if undone or body["mark"] not in SINGLE:
        same &= marks.c.value == body["value"]
    for start in range(0, len(subjects), CHUNK):
        about = marks.c.subject.in_(subjects[start : start + CHUNK])
        connection.execute(update(marks).where(about, same).values(until=position))
    if not subjects:
        connection.execute(update(marks).where(marks.c.source == body["source"], same).values(until=position))
    if not undone:
        rows = [
            (subject_id(position, n), subject, body.get("source"), body["mark"], body["value"], position, None)
            for n, subject in enumerate(subjects or [None])
        ]
        insert_rows(connection, marks, rows)


Marks: TypeAlias = dict[int, dict[str, frozenset[str]]]
"""The marks of each identity, by kind of mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What decisions have left on some identities.

    Attributes
    ----------
    mentions : mapping of identity to its mentions, itself included
    marks : mapping of identity to marks by kind
        Those on any of its mentions, and on any source of one.
    grades : mapping of identity to (grade, flag)
        The last given to any of its mentions; of those asked for only.
    preferred : frozenset of int
        Statements preferred over others, likewise.
    """

    mentions: Mapping[int, set[int]]
    marks: Marks
    grades: Mapping[int, tuple[str, str | None]]
    preferred: frozenset[int]


def read_decided(
    connection: Connection,
    identities: Collection[int],
    *,
    graded: Collection[int] = (),
    known_by: int | None = None,
) -> Decided:
    """Return the mentions and marks of identities, and the grades and preferred values of ``graded`` mentions.

    One query for every 2,000 identities.
    """
    mentions: dict[int, set[int]] = {identity: {identity} for identity in identities}
    said: list[Any] = []
    given: list[Any] = []
    preferred: set[int] = set()
    wanted = sorted(mentions)
    decided = sorted(graded)
    for start in range(0, max(len(wanted), len(decided)), CHUNK):
        chunks = (wanted[start : start + CHUNK], decided[start : start + CHUNK])
        for row in connection.execute(_asked(*chunks, known_by)):
            match row.what:
                case "mention":
                    mentions[row.owner].add(row.about)
                case "grade":
                    given.append(row)
                case "preference":
                    preferred.add(row.id)
                case _:
                    said.append(row)
    found: dict[int, dict[str, set[str]]] = {}
    introduced: dict[int, list[int]] = {}
    for identity in wanted:  # the account that introduced a mention is in the mention's id
        introduced.setdefault(identity >> ORDER_BITS, []).append(identity)
    for row in said:
        for owner in introduced[row.about] if row.what == "source" else (row.owner,):
            found.setdefault(owner, {}).setdefault(row.name, set()).add(row.value)
    by_mention = {mention: identity for identity, each in mentions.items() for mention in each}
    return Decided(
        mentions=mentions,
        marks={identity: {mark: frozenset(v) for mark, v in marks_.items()} for identity, marks_ in found.items()},
        grades={
            by_mention.get(row.about, row.about): (str(row.name), row.value)
            for row in sorted(given, key=lambda row: int(row.id))
        },
        preferred=frozenset(preferred),
    )


def _asked(identities: Sequence[int], graded: Sequence[int], known_by: int | None) -> CompoundSelect[Any]:
    """Return one query for it all: columns what, id, owner (the identity), about (its mention), name and value.

    Of marks on a source, ``about`` is the account through which they reach an identity, and ``owner`` is left open.
    """
    m, k = memberships.c, marks.c
    joined = m.identity.in_(identities) & known(memberships, known_by)
    entries = sorted({identity >> ORDER_BITS for identity in identities})
    parts = [
        select(
            literal("mention").label("what"),
            m.subject.label("id"),
            m.identity.label("owner"),
            m.subject.label("about"),
            null().label("name"),
            null().label("value"),
        ).where(joined),
        select(literal("mark"), k.id, k.subject, k.subject, k.mark, k.value).where(
            k.subject.in_(identities), known(marks, known_by)
        ),
        select(literal("mark"), k.id, m.identity, k.subject, k.mark, k.value)
        .select_from(memberships)
        .join(marks, k.subject == m.subject)
        .where(joined, known(marks, known_by)),
        select(literal("source"), k.id, null(), accounts.c.id, k.mark, k.value)
        .select_from(accounts)
        .join(marks, k.source == accounts.c.source)
        .where(accounts.c.id.in_(entries), known(marks, known_by)),
        select(literal("mark"), k.id, m.identity, m.subject, k.mark, k.value)
        .select_from(memberships)
        .join(accounts, accounts.c.id == m.subject.op(">>")(ORDER_BITS))
        .join(marks, k.source == accounts.c.source)
        .where(joined, known(marks, known_by)),
    ]
    if graded:
        g, p = grades.c, preferences.c
        parts += [
            select(literal("grade"), g.id, null(), g.subject, g.grade, g.flag).where(
                g.subject.in_(graded), known(grades, known_by)
            ),
            select(literal("preference"), p.statement, null(), p.subject, null(), null()).where(
                p.subject.in_(graded), known(preferences, known_by)
            ),
        ]
    return union_all(*parts)


def read_marks(
    connection: Connection, mentions: Mapping[int, Collection[int]], *, known_by: int | None = None
) -> Marks:
    """Return the marks of each identity by kind: those on any of its ``mentions``, and on any source of one.

    One query for every 2,000 mentions.
    """
    owners: dict[int, set[int]] = {}
    by_entry: dict[int, set[int]] = {}
    for identity, each in mentions.items():
        for mention in each:
            owners.setdefault(mention, set()).add(identity)
            by_entry.setdefault(mention >> ORDER_BITS, set()).add(identity)
    found: dict[int, dict[str, set[str]]] = {}
    wanted = sorted(owners)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        on_subjects = select(literal(0).label("source"), marks.c.subject.label("about"), marks.c.mark, marks.c.value)
        on_sources = select(literal(1), accounts.c.id, marks.c.mark, marks.c.value)
        entries = sorted({mention >> ORDER_BITS for mention in chunk})
        query = union_all(
            on_subjects.where(marks.c.subject.in_(chunk), known(marks, known_by)),
            on_sources.join(marks, marks.c.source == accounts.c.source).where(
                accounts.c.id.in_(entries), known(marks, known_by)
            ),
        )
        for source, about, mark, value in connection.execute(query):
            for identity in (by_entry if source else owners)[about]:
                found.setdefault(identity, {}).setdefault(mark, set()).add(value)
    return {identity: {mark: frozenset(v) for mark, v in said.items()} for identity, said in found.items()}


def mentions_of(
    connection: Connection, identities: Collection[int], *, known_by: int | None = None
) -> dict[int, set[int]]:
    """Return every mention of each identity, itself included. One query for every 2,000 of them."""
    found = {identity: {identity} for identity in identities}
    wanted = sorted(found)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        query = select(memberships.c.subject, memberships.c.identity).where(
            memberships.c.identity.in_(chunk), known(memberships, known_by)
        )
        for mention, identity in connection.execute(query):
            found[identity].add(mention)
    return found


def identities_of(connection: Connection, mentions: Collection[int], *, known_by: int | None = None) -> dict[int, int]:
    """Return the identity of each mention that had joined another by then; the others are their own."""
    found: dict[int, int] = {}
    wanted = sorted(mentions)
    for start in range(0, len(wanted), CHUNK):
        query = select(memberships.c.subject, memberships.c.identity).where(
            memberships.c.subject.in_(wanted[start : start + CHUNK]), known(memberships, known_by)
        )
        found.update({row.subject: row.identity for row in connection.execute(query)})
    return found
