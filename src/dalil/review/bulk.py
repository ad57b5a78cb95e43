"""Many records at once: grade, tag, assign, put into a case group, take a step. Previewed, and undone in one deed.

What is decided of thousands is a few entries, recorded together or not at all. A preview says what would change and
what would not, and why; its token is asked back, so that nobody changes other records, or records in another state,
than were shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Engine, select

from dalil.errors import WrongValue
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger
from dalil.ledger.store import reading
from dalil.protection import Action, Actor
from dalil.protection.access import check_may
from dalil.protection.opening import visible
from dalil.records.decisions import MAX_SUBJECTS, chunks
from dalil.records.judged import identities_of
from dalil.records.marks import ASSIGNEE, GROUP, SENSITIVITY, SINGLE, TAG, mark_body, mentions_of
from dalil.records.tables import marks, subjects
from dalil.review.judgeable import stale
from dalil.review.permissions import check_may_review
from dalil.review.record_review import RecordReview, check_reason, step_body
from dalil.review.record_states import DEED_OF, STEPS, RecordState, Step, may_take
from dalil.review.standing import read_stands
from dalil.values.canonical import JsonObject
from dalil.values.digests import digest_of
from dalil.values.ids import format_subject

MAX_RECORDS: Final = 20_000
"""Records of one bulk change. More is a decision about a source, not about records."""


class Change(StrEnum):
    """What may be done to many records."""

    GRADE = "grade"
    TAG = "tag"
    UNTAG = "untag"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    GROUP = "group"
    UNGROUP = "ungroup"
    SENSITIVITY = "sensitivity"
    STEP = "step"


_MARK: Final = {
    Change.TAG: TAG,
    Change.UNTAG: TAG,
    Change.ASSIGN: ASSIGNEE,
    Change.UNASSIGN: ASSIGNEE,
    Change.GROUP: GROUP,
    Change.UNGROUP: GROUP,
    Change.SENSITIVITY: SENSITIVITY,
}
_TAKES_BACK: Final = frozenset({Change.UNTAG, Change.UNASSIGN, Change.UNGROUP})


class Skipped(StrEnum):
    """Why a record would stay as it is."""

    UNCHANGED = "unchanged"
    NOT_FROM_HERE = "not_from_here"
    OWN_REVIEW = "own_review"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """A change to many records: ``value`` is the grade, the tag, the assignee, the group, the sensitivity, the step."""

    change: Change
    value: str
    flag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPreview:
    """What a bulk change would do.

    Attributes
    ----------
    changes : tuple of (int, str)
        Each record that would change, and what it has now: its grade with its flag, its marks of this kind, its state.
    before : dict of str to int
        How many of those have what now.
    skipped : dict of Skipped to int
        How many records would stay as they are, by why. ``unknown`` are those that are not there, or not for this
        actor.
    token : str
        What :meth:`Bulk.apply` must be given.
    """

    changes: tuple[tuple[int, str], ...]
    before: dict[str, int]
    skipped: dict[Skipped, int]
    token: str

    @property
    def n_changes(self) -> int:
        """How many records would change."""
        return len(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDone:
    """What a bulk change did: ``entries`` are what :meth:`RecordReview.undo` takes to undo it."""

    entries: tuple[int, ...]
    n_changed: int
    skipped: dict[Skipped, int]


class Bulk:
    """Changes to many records. Obtain it as ``archive.review.bulk``."""

    def __init__(
        self, *, ledger: Ledger, engine: Engine, signer: Callable[[str], Signer], records: RecordReview
    ) -> None:
        self._ledger, self._engine, self._signer, self._records = ledger, engine, signer, records

    def preview(self, wanted: Collection[int], change: BulkChange, *, by: Actor) -> BulkPreview:
        """Return what a change would do to some subjects; those of one record count as one.

        Raises
        ------
        NotPermitted
            This change is not this actor's to make.
        WrongValue
            No such step, an empty or overlong value, or more than 20,000 records.
        UnknownTerm
            No such grade, flag or sensitivity.
        """
        self._check(change, by)
        if len(wanted) > MAX_RECORDS:
            raise WrongValue(
                "These are too many records for one change.",
                expected=f"at most {MAX_RECORDS:,}",
                found=f"{len(wanted):,}",
                where="records",
                todo="Narrow the search, or decide about the source as a whole.",
            )
        with reading(self._engine) as connection:
            return self._preview(connection, wanted, change, by)

    def apply(
        self, wanted: Collection[int], change: BulkChange, *, reason: str = "", by: Actor, token: str | None
    ) -> BulkDone:
        """Make a change that was previewed; all of it is recorded together, or nothing.

        Parameters
        ----------
        token : str or None
            Of the preview that was shown; None makes the change whatever it now is.

        Raises
        ------
        ReviewStale
            What would change is not what was shown. Nothing was recorded.
        NotPermitted, WrongValue, UnknownTerm
            As for :meth:`preview`.
        """
        check_reason(reason)
        found = self.preview(wanted, change, by=by)
        if token is not None and found.token != token:
            raise stale("preview")
        if not found.changes:
            return BulkDone(entries=(), n_changed=0, skipped=found.skipped)

        def unchanged(within: Connection) -> None:
            if self._preview(within, wanted, change, by).token != found.token:
                raise stale("preview")

        with reading(self._engine) as connection:
            named = _named(connection, change, found)
        drafts = [
            Draft(Kind.DECISION, self._body(change, about[start : start + MAX_SUBJECTS], value, reason, by))
            for value, about in named.items()
            for start in range(0, len(about), MAX_SUBJECTS)
        ]
        receipt = self._ledger.append(drafts, by=self._signer(by.key_id), provided=unchanged)
        entries = tuple(range(receipt.first, receipt.first + len(drafts)))
        return BulkDone(entries=entries, n_changed=found.n_changes, skipped=found.skipped)

    # --- within -----------------------------------------------------------------------------------------------------
    def _check(self, change: BulkChange, by: Actor) -> None:
        match change.change:
            case Change.GRADE:
                self._records.grade_body([0], change.value, change.flag, "", by)
            case Change.STEP:
                check_may_review(by, DEED_OF[_step(change)])
            case Change.SENSITIVITY:
                check_may(by, Action.MARK)
                self._records.check_term("sensitivities", change.value)
            case Change.UNASSIGN:
                check_may(by, Action.MARK)
            case _:
                check_may(by, Action.MARK)
                mark_body(_MARK[change.change], change.value, subject=0, reason="")

    def _preview(self, connection: Connection, wanted: Collection[int], change: BulkChange, by: Actor) -> BulkPreview:
        there: list[int] = []
        for chunk in chunks(sorted(set(wanted))):
            there += connection.execute(select(subjects.c.id).where(subjects.c.id.in_(chunk))).scalars()
        who = set(identities_of(connection, there).values())
        seen = visible(connection, by, who)
        skipped: Counter[Skipped] = Counter({Skipped.UNKNOWN: len(set(wanted)) - len(there) + len(who - seen)})
        mentions = mentions_of(connection, seen)
        if change.change in _MARK:
            changes = _marks_to_change(connection, mentions, change, skipped)
        else:
            changes = _decisions_to_change(connection, mentions, change, by, skipped)
        said = [format_subject(subject) + " " + now for subject, now in changes]
        return BulkPreview(
            changes=tuple(changes),
            before=dict(Counter(now for _, now in changes).most_common()),
            skipped={why: n for why, n in skipped.items() if n},
            token=digest_of([change.change.value, change.value, change.flag or "", said]),
        )

    def _body(self, change: BulkChange, about: list[int], value: str, reason: str, by: Actor) -> JsonObject:
        match change.change:
            case Change.GRADE:
                return self._records.grade_body(about, value, change.flag, reason, by)
            case Change.STEP:
                step = _step(change)
                return step_body(step, _leads_to(step), about, reason)
            case _:
                undo = change.change in _TAKES_BACK
                return mark_body(_MARK[change.change], value, subjects=about, reason=reason, undo=undo)


def _step(change: BulkChange) -> Step:
    if change.value not in list(Step):
        raise WrongValue(
            "This is no step.",
            expected=", ".join(step.value for step in Step),
            found=change.value[:20],
            where="step",
        )
    return Step(change.value)


def _leads_to(step: Step) -> RecordState:
    return next(state for (_, each), state in STEPS.items() if each is step)


def _decisions_to_change(
    connection: Connection,
    mentions: Mapping[int, Collection[int]],
    change: BulkChange,
    by: Actor,
    why: Counter[Skipped],
) -> list[tuple[int, str]]:
    """Return the records whose grade or state would change, with what it is now."""
    found: list[tuple[int, str]] = []
    for identity, stands in sorted(read_stands(connection, mentions).items()):
        if change.change is Change.GRADE:
            now = f"{stands.grade} {stands.flag or ''}".strip()
            if stands.grade_by is not None and (stands.grade, stands.flag) == (change.value, change.flag):
                why[Skipped.UNCHANGED] += 1
                continue
        else:
            step, now = _step(change), stands.state.value
            if (stands.state, step) not in STEPS:
                why[Skipped.UNCHANGED if stands.state is _leads_to(step) else Skipped.NOT_FROM_HERE] += 1
                continue
            if not may_take(step, actor=by.key_id, reviewed_by=stands.reviewed_by):
                why[Skipped.OWN_REVIEW] += 1
                continue
        found.append((identity, now))
    return found


def _borne(
    connection: Connection, mentions: Mapping[int, Collection[int]], mark: str
) -> dict[int, dict[int, set[str]]]:
    """Return the marks of one kind that stand on the mentions of records themselves: identity, mention, values."""
    owner = {mention: identity for identity, each in mentions.items() for mention in each}
    found: dict[int, dict[int, set[str]]] = {}
    for chunk in chunks(sorted(owner)):
        query = select(marks.c.subject, marks.c.value).where(
            marks.c.subject.in_(chunk), marks.c.mark == mark, marks.c.until.is_(None)
        )
        for mention, value in connection.execute(query):
            found.setdefault(owner[mention], {}).setdefault(mention, set()).add(value)
    return found


def _marks_to_change(
    connection: Connection, mentions: Mapping[int, Collection[int]], change: BulkChange, why: Counter[Skipped]
) -> list[tuple[int, str]]:
    """Return the records whose marks would change, with those of this kind that they have now."""
    borne = _borne(connection, mentions, _MARK[change.change])
    found: list[tuple[int, str]] = []
    for identity in sorted(mentions):
        values = set().union(*borne.get(identity, {}).values())
        if change.change is Change.UNASSIGN:
            stays = not values
        elif change.change in _TAKES_BACK:
            stays = change.value not in values
        else:
            single = _MARK[change.change] in SINGLE
            stays = values == {change.value} if single else change.value in values
        if stays:
            why[Skipped.UNCHANGED] += 1
        else:
            found.append((identity, ", ".join(sorted(values))))
    return found


def _named(connection: Connection, change: BulkChange, found: BulkPreview) -> dict[str, list[int]]:
    """Return the subjects that decisions must name, by the value: the mentions that bear a mark, where it must go."""
    identities = [subject for subject, _ in found.changes]
    if change.change not in _MARK:
        return {change.value: identities}
    mark = _MARK[change.change]
    borne = _borne(connection, mentions_of(connection, identities), mark)
    named: dict[str, list[int]] = {}
    for identity in identities:
        on = borne.get(identity, {})
        if change.change in _TAKES_BACK:
            for mention, values in on.items():
                for value in values if change.change is Change.UNASSIGN else values & {change.value}:
                    named.setdefault(value, []).append(mention)
        else:
            others = [mention for mention in on if mention != identity] if mark in SINGLE else []
            named.setdefault(change.value, []).extend([identity, *others])
    return {value: sorted(about) for value, about in sorted(named.items())}
