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
    grades : mapping of identity to (grade, flag)
        The last given to any of its mentions.
    preferred : frozenset of int
        Statements preferred over others.
    """

    marks: Marks
    grades: Mapping[int, tuple[str, str | None]]
    preferred: frozenset[int]


def read_marks(
    connection: Connection, mentions: Mapping[int, Collection[int]], *, known_by: int | None = None
) -> Marks:
    """Return the marks of each identity by kind: those on any of its ``mentions``, and on any source of one.

    One query for every 2,000 mentions.
    """
    return _read(connection, mentions, (), known_by).marks


def read_decided(
    connection: Connection,
    mentions: Mapping[int, Collection[int]],
    *,
    graded: Collection[int],
    known_by: int | None = None,
) -> Decided:
    """Return the marks of each identity, and the grades and preferred values of ``graded`` mentions.

    One query for every 2,000 mentions.
    """
    return _read(connection, mentions, graded, known_by)


def _read(
    connection: Connection, mentions: Mapping[int, Collection[int]], graded: Collection[int], known_by: int | None
) -> Decided:
    owners: dict[int, set[int]] = {}
    by_entry: dict[int, set[int]] = {}
    for identity, each in mentions.items():
        for mention in each:
            owners.setdefault(mention, set()).add(identity)
            by_entry.setdefault(mention >> ORDER_BITS, set()).add(identity)
    found: dict[int, dict[str, set[str]]] = {}
    given: list[Any] = []
    preferred: set[int] = set()
    wanted = sorted(owners)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        decided = [each for each in chunk if each in graded]
        for row in connection.execute(_asked(chunk, decided, known_by)):
            match row.what:
                case "grade":
                    given.append(row)
                case "preference":
                    preferred.add(row.id)
                case _:
                    for identity in (by_entry if row.what == "source" else owners)[row.about]:
                        found.setdefault(identity, {}).setdefault(row.name, set()).add(row.value)
    last_given = {
        identity: (str(row.name), row.value)
        for row in sorted(given, key=lambda row: int(row.id))
        for identity in owners[row.about]
    }
    return Decided(
        marks={identity: {mark: frozenset(v) for mark, v in said.items()} for identity, said in found.items()},
        grades=last_given,
        preferred=frozenset(preferred),
    )


def _asked(mentions: Sequence[int], decided: Sequence[int], known_by: int | None) -> CompoundSelect[Any]:
    entries = sorted({mention >> ORDER_BITS for mention in mentions})
    parts = [
        select(
            literal("subject").label("what"),
            marks.c.id.label("id"),
            marks.c.subject.label("about"),
            marks.c.mark.label("name"),
            marks.c.value.label("value"),
        ).where(marks.c.subject.in_(mentions), known(marks, known_by)),
        select(literal("source"), marks.c.id, accounts.c.id, marks.c.mark, marks.c.value)
        .join(marks, marks.c.source == accounts.c.source)
        .where(accounts.c.id.in_(entries), known(marks, known_by)),
    ]
    if decided:
        parts += [
            select(literal("grade"), grades.c.id, grades.c.subject, grades.c.grade, grades.c.flag).where(
                grades.c.subject.in_(decided), known(grades, known_by)
            ),
            select(literal("preference"), preferences.c.statement, preferences.c.subject, null(), null()).where(
                preferences.c.subject.in_(decided), known(preferences, known_by)
            ),
        ]
    return union_all(*parts)


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


def identities_marked(connection: Connection, mark: str, value: str) -> list[int]:
    """Return the subjects that bear a mark themselves, as they were marked; marks on sources are not looked through."""
    query = select(marks.c.subject).where(marks.c.mark == mark, marks.c.value == value, marks.c.until.is_(None))
    return sorted(subject for subject in connection.execute(query).scalars() if subject is not None)
