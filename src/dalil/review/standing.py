"""Where a record stands in review: who has looked at it, how well established it is found, what may be done next.

Read from the rows that decisions have left, at any size of the ledger. What stands on any mention of a record stands on
the record; of several, the last decided.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, FromClause, Table, func, select

from dalil.ledger.entries import read_header
from dalil.ledger.tables import entries
from dalil.protection import Actor
from dalil.records.decisions import chunks
from dalil.records.marks import STATE, mentions_of
from dalil.records.tables import grades, marks, memberships, preferences, statements
from dalil.records.tables import known_by as known
from dalil.review.pairs import version_of_mentions
from dalil.review.permissions import may_review
from dalil.review.record_states import DEED_OF, STEPS, RecordState, Step, may_take

UNGRADED: Final = "G0"
"""The grade of a record that nobody has graded: received and not assessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision as it stands on a record: its entry, whose key signed it, and when."""

    entry: int
    value: str
    flag: str | None = None
    actor: str = ""
    recorded_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """What decisions have left on a record.

    Attributes
    ----------
    state : RecordState
        Submitted, where nobody has taken a step.
    state_by, grade_by : Decision or None
        The decisions that put state and grade; None where nobody has.
    reviewed_by : frozenset of str
        Keys of whoever reviewed it since it was last submitted: none of them may verify it.
    """

    state: RecordState = RecordState.SUBMITTED
    state_by: Decision | None = None
    grade_by: Decision | None = None
    reviewed_by: frozenset[str] = frozenset()

    @property
    def grade(self) -> str:
        """The grade, G0 where nobody has graded."""
        return UNGRADED if self.grade_by is None else self.grade_by.value

    @property
    def flag(self) -> str | None:
        """The flag beside the grade, ``contested`` or ``discounted``, if there is one."""
        return None if self.grade_by is None else self.grade_by.flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A record under review, for one actor.

    Attributes
    ----------
    subject : int
        The record's identity.
    changed_since : bool
        Whether anything was said of it, or joined with it, after the step that brought it into its state: what was
        reviewed or verified is then not all that is shown.
    steps : tuple of Step
        What this actor may do with it now.
    may_grade : bool
        Whether this actor may grade it.
    version : int
        What :meth:`RecordReview.take` must be given, so that nobody decides on what has changed since it was shown.
    """

    subject: int
    stands: Stands
    changed_since: bool
    steps: tuple[Step, ...]
    may_grade: bool
    version: int


@dataclass(slots=True)
class _Found:
    states: list[Any] = field(default_factory=list)
    grades: list[Any] = field(default_factory=list)


def read_stands(
    connection: Connection, mentions: Mapping[int, Collection[int]], *, known_by: int | None = None
) -> dict[int, Stands]:
    """Return where records stand, by identity; three queries for every 400 of their ``mentions``."""
    owner = {mention: identity for identity, each in mentions.items() for mention in each}
    found = {identity: _Found() for identity in mentions}
    for chunk in chunks(sorted(owner)):
        # Every row that was known by then, closed or not: who reviewed a record is not forgotten when it goes on.
        past = marks.c.since < known_by if known_by is not None else marks.c.since.is_not(None)
        query = select(marks).where(marks.c.subject.in_(chunk), marks.c.mark == STATE, past)
        for row in connection.execute(query.order_by(marks.c.id)):
            found[owner[row.subject]].states.append(row)
        given = select(grades).where(grades.c.subject.in_(chunk), known(grades, known_by)).order_by(grades.c.id)
        for row in connection.execute(given):
            found[owner[row.subject]].grades.append(row)
    signed = signed_by(connection, {row.since for each in found.values() for row in (*each.states, *each.grades)})
    return {identity: _stands(each, signed, known_by) for identity, each in found.items()}


def signed_by(connection: Connection, positions: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return whose key signed each of some entries, and when it was recorded."""
    found: dict[int, tuple[str, str]] = {}
    for chunk in chunks(sorted(positions)):
        query = select(entries.c.position, entries.c.header).where(entries.c.position.in_(chunk))
        for position, header in connection.execute(query):
            read = read_header(header, position)
            found[position] = (read.actor, read.recorded_at)
    return found


def _stands(found: _Found, signed: Mapping[int, tuple[str, str]], known_by: int | None) -> Stands:
    def decision(row: Any, value: str, flag: str | None = None) -> Decision:
        actor, recorded_at = signed[row.since]
        return Decision(entry=row.since, value=value, flag=flag, actor=actor, recorded_at=recorded_at)

    rows = sorted(found.states, key=lambda row: int(row.id))
    standing = [row for row in rows if row.until is None or (known_by is not None and row.until >= known_by)]
    afresh = max((row.since for row in rows if row.value == RecordState.SUBMITTED), default=-1)
    reviewed = {signed[row.since][0] for row in rows if row.value == RecordState.REVIEWED and row.since > afresh}
    graded = max(found.grades, key=lambda row: int(row.id), default=None)
    return Stands(
        state=RecordState(standing[-1].value) if standing else RecordState.SUBMITTED,
        state_by=decision(standing[-1], standing[-1].value) if standing else None,
        grade_by=None if graded is None else decision(graded, graded.grade, graded.flag),
        reviewed_by=frozenset(reviewed),
    )


def read_standing(
    connection: Connection,
    tables: Mapping[str, Table],
    identity: int,
    by: Actor,
    *,
    may_grade: bool,
    known_by: int | None = None,
) -> Standing:
    """Return where one record stands, and what an actor may do with it; in its past, nothing may be done."""
    mentions = mentions_of(connection, {identity}, known_by=known_by)
    stands = read_stands(connection, mentions, known_by=known_by)[identity]
    steps = () if known_by is not None else steps_for(stands, by)
    return Standing(
        subject=identity,
        stands=stands,
        changed_since=stands.state_by is not None
        and _last_said(connection, tables, sorted(mentions[identity]), known_by) > stands.state_by.entry,
        steps=steps,
        may_grade=may_grade and known_by is None,
        version=record_version(connection, sorted(mentions[identity])),
    )


def steps_for(stands: Stands, by: Actor) -> tuple[Step, ...]:
    """Return the steps an actor may take with a record that stands so."""
    return tuple(
        step
        for state, step in STEPS
        if state is stands.state
        and may_review(by, DEED_OF[step])
        and may_take(step, actor=by.key_id, reviewed_by=stands.reviewed_by)
    )


def record_version(connection: Connection, mentions: list[int]) -> int:
    """Return the ledger size at which anything was last said, judged or decided of a record's mentions."""
    return version_of_mentions(connection, mentions, marks, grades, preferences)


def _last_said(connection: Connection, tables: Mapping[str, Table], mentions: list[int], known_by: int | None) -> int:
    """Return the entry that last said anything of mentions, of detentions and acts of theirs, or joined any of them."""
    about = list(mentions)
    for table, whose in ((tables["episodes"], "person"), (tables["acts"], "victim")):
        for chunk in chunks(mentions):
            about += connection.execute(select(table.c.subject).where(table.c[whose].in_(chunk))).scalars()
    said = _latest(connection, statements, sorted(set(about)), known_by)
    return max(said, _latest(connection, memberships, mentions, known_by))


def _latest(connection: Connection, table: FromClause, mentions: list[int], known_by: int | None) -> int:
    latest = -1
    for chunk in chunks(mentions):
        query = select(func.max(table.c.since), func.max(table.c.until)).where(table.c.subject.in_(chunk))
        if known_by is not None:
            query = query.where(table.c.since < known_by)
        row = connection.execute(query).one()
        latest = max([latest, *(at for at in row if at is not None and (known_by is None or at < known_by))])
    return latest
