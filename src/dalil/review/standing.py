"""Where a record stands in review: who has looked at it, how well established it is found, what may be done next.

Read from the rows that decisions have left, at any size of the ledger. What stands on any mention of a record stands on
the record; of several, the last decided.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, func, literal, null, select, union, union_all

from dalil.ledger.entries import read_header
from dalil.ledger.tables import entries
from dalil.protection import Actor
from dalil.records.decisions import chunks
from dalil.records.marks import STATE
from dalil.records.tables import grades, marks, memberships, preferences, statements
from dalil.review.pairs import version_of_mentions
from dalil.review.permissions import may_review
from dalil.review.record_states import DEED_OF, STEPS, RecordState, Step, may_take

UNGRADED: Final = "G0"
"""The grade of a record that nobody has graded: received and not assessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision as it stands on a record: its entry, whose key signed it, when, and which entry ended it, if any."""

    entry: int
    value: str
    flag: str | None = None
    actor: str = ""
    recorded_at: str = ""
    until: int | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Where a record stands, everything that was ever decided of it, and its mentions."""

    standing: Standing
    history: tuple[Decision, ...]
    mentions: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A state or a grade that a decision gave to a mention, whether or not it still stands."""

    id: int
    is_state: bool
    value: str
    flag: str | None
    since: int
    until: int | None


class Decisions:
    """Every state and grade that decisions ever gave some records, read once: where they stand, how they came there.

    Two queries for every 400 of their ``mentions``, of which one only if anything was decided.
    """

    def __init__(self, connection: Connection, mentions: Mapping[int, Collection[int]]) -> None:
        owner = {mention: identity for identity, each in mentions.items() for mention in each}
        self._given: dict[int, list[_Given]] = {identity: [] for identity in mentions}
        for chunk in chunks(sorted(owner)):
            states = select(
                marks.c.id, literal(1).label("is_state"), marks.c.subject, marks.c.value, null().label("flag")
            )
            given = select(grades.c.id, literal(0), grades.c.subject, grades.c.grade, grades.c.flag)
            query = union_all(
                states.add_columns(marks.c.since, marks.c.until).where(
                    marks.c.subject.in_(chunk), marks.c.mark == STATE
                ),
                given.add_columns(grades.c.since, grades.c.until).where(grades.c.subject.in_(chunk)),
            )
            for row in connection.execute(query):
                self._given[owner[row.subject]].append(
                    _Given(
                        id=row.id,
                        is_state=bool(row.is_state),
                        value=row.value,
                        flag=row.flag,
                        since=row.since,
                        until=row.until,
                    )
                )
        self._signed = signed_by(connection, {each.since for found in self._given.values() for each in found})

    def stands(self, identity: int, *, known_by: int | None = None) -> Stands:
        """Return where a record stands, now or as it was known."""
        known_then = [each for each in self._given[identity] if known_by is None or each.since < known_by]
        rows = sorted(known_then, key=lambda each: each.id)
        # Every state that was known by then, closed or not: who reviewed a record is not forgotten when it goes on.
        states = [each for each in rows if each.is_state]
        open_ = [each for each in rows if each.until is None or (known_by is not None and each.until >= known_by)]
        state = next((each for each in reversed(open_) if each.is_state), None)
        graded = next((each for each in reversed(open_) if not each.is_state), None)
        afresh = max((each.since for each in states if each.value == RecordState.SUBMITTED), default=-1)
        reviewed = [each for each in states if each.value == RecordState.REVIEWED and each.since > afresh]
        return Stands(
            state=RecordState(state.value) if state else RecordState.SUBMITTED,
            state_by=self._decision(state) if state else None,
            grade_by=self._decision(graded) if graded else None,
            reviewed_by=frozenset(self._signed[each.since][0] for each in reviewed),
        )

    def history(self, identity: int) -> list[Decision]:
        """Return every state and grade a record ever had, the oldest first."""
        found = {(each.since, each.value, each.flag): self._decision(each) for each in self._given[identity]}
        return [found[key] for key in sorted(found, key=lambda each: (each[0], each[1]))]

    def _decision(self, given: _Given) -> Decision:
        actor, recorded_at = self._signed[given.since]
        return Decision(
            entry=given.since,
            value=given.value,
            flag=given.flag,
            actor=actor,
            recorded_at=recorded_at,
            until=given.until,
        )


def read_stands(
    connection: Connection, mentions: Mapping[int, Collection[int]], *, known_by: int | None = None
) -> dict[int, Stands]:
    """Return where records stand, by identity."""
    decisions = Decisions(connection, mentions)
    return {identity: decisions.stands(identity, known_by=known_by) for identity in mentions}


def signed_by(connection: Connection, positions: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return whose key signed each of some entries, and when it was recorded."""
    found: dict[int, tuple[str, str]] = {}
    for chunk in chunks(sorted(positions)):
        query = select(entries.c.position, entries.c.header).where(entries.c.position.in_(chunk))
        for position, header in connection.execute(query):
            read = read_header(header, position)
            found[position] = (read.actor, read.recorded_at)
    return found


def read_standing(
    connection: Connection,
    tables: Mapping[str, Table],
    identity: int,
    by: Actor,
    *,
    mentions: Collection[int],
    decisions: Decisions,
    may_grade: bool,
    known_by: int | None = None,
) -> Standing:
    """Return where one record stands, and what an actor may do with it; in its past, nothing may be done."""
    stands = decisions.stands(identity, known_by=known_by)
    told = sorted(mentions)
    return Standing(
        subject=identity,
        stands=stands,
        changed_since=stands.state_by is not None
        and _last_said(connection, tables, told, known_by) > stands.state_by.entry,
        steps=() if known_by is not None else steps_for(stands, by),
        may_grade=may_grade and known_by is None,
        version=record_version(connection, told),
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
    episodes, acts = tables["episodes"], tables["acts"]
    latest = -1
    for chunk in chunks(mentions):
        theirs = union(
            select(episodes.c.subject).where(episodes.c.person.in_(chunk)),
            select(acts.c.subject).where(acts.c.victim.in_(chunk)),
        )
        asked = [
            (statements, statements.c.subject.in_(chunk)),
            (statements, statements.c.subject.in_(select(theirs.subquery().c.subject))),
            (memberships, memberships.c.subject.in_(chunk)),
        ]
        ends = [
            select(func.max(table.c.since), func.max(table.c.until)).where(
                which, *([table.c.since < known_by] if known_by is not None else [])
            )
            for table, which in asked
        ]
        for row in connection.execute(union_all(*ends)):
            latest = max([latest, *(at for at in row if at is not None and (known_by is None or at < known_by))])
    return latest
