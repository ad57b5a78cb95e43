"""Reviewing records: steps from submitted to verified, grades, and undoing either; signed decisions all of them.

A record is a person, an event, a detention: a subject with all that is joined to it. Its state says who has looked at
it, its grade how well it is established; figures ask for grades and for nothing else. Two people are needed to verify,
by whatever policy an archive judges pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, Engine, select

from dalil.errors import ReviewRefused, WrongValue
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger, bodies
from dalil.ledger.store import reading
from dalil.protection import Action, Actor
from dalil.protection.access import check_may, may, unknown
from dalil.protection.opening import seen_by, visible
from dalil.records.decisions import UNDOABLE, chunks, subjects_of, touched
from dalil.records.judged import identities_of
from dalil.records.marks import STATE, mentions_of
from dalil.records.tables import derived, marks
from dalil.review.judgeable import stale
from dalil.review.permissions import Deed, check_may_review
from dalil.review.record_states import DEED_OF, RecordState, Step, after, check_another
from dalil.review.standing import (
    Decision,
    Decisions,
    Reviewed,
    Standing,
    Stands,
    read_standing,
    read_stands,
    record_version,
    signed_by,
)
from dalil.values.canonical import JsonObject
from dalil.values.ids import format_subject
from dalil.vocabulary.vocabulary import Vocabulary

REASON_LENGTH: Final = 2_000


class RecordReview:
    """Steps and grades of records, under the permissions of review. Obtain it as ``archive.review.records``."""

    def __init__(
        self, *, ledger: Ledger, engine: Engine, vocabulary: Vocabulary, signer: Callable[[str], Signer]
    ) -> None:
        self._ledger, self._engine, self._signer = ledger, engine, signer
        self._vocabulary, self._tables = vocabulary, derived(vocabulary)

    # --- reading ----------------------------------------------------------------------------------------------------
    def standing(self, subject: int, by: Actor, *, known_by: int | None = None) -> Standing:
        """Return where a record stands, now or as it was known, and what this actor may do with it.

        Raises
        ------
        UnknownSubject
            There is no such record, or it is not for this actor.
        """
        return self.reviewed(subject, by, known_by=known_by).standing

    def reviewed(self, subject: int, by: Actor, *, known_by: int | None = None) -> Reviewed:
        """Return the same with every step and grade there ever was, the oldest first; as :meth:`standing`."""
        with reading(self._engine) as connection:
            identity, mentions = seen_by(connection, by, subject)
            # Of the past, the mentions it had then.
            then = mentions if known_by is None else mentions_of(connection, {identity}, known_by=known_by)[identity]
            decisions = Decisions(connection, {identity: mentions | then})
            found = self._standing(connection, identity, by, mentions=then, decisions=decisions, known_by=known_by)
        return Reviewed(standing=found, history=tuple(decisions.history(identity)), mentions=frozenset(mentions))

    def standings(self, wanted: list[int], by: Actor) -> dict[int, Stands]:
        """Return where many records stand, by the subject asked about; those not for this actor are absent."""
        with reading(self._engine) as connection:
            who = identities_of(connection, wanted)
            seen = visible(connection, by, set(who.values()))
            found = read_stands(connection, mentions_of(connection, seen))
        return {subject: found[identity] for subject, identity in who.items() if identity in seen}

    def waiting(self, state: RecordState, by: Actor, *, limit: int = 50) -> list[int]:
        """Return records that a step has brought into a state, the longest there first, as this actor may see them.

        Records that nobody has taken a step with are submitted, and too many to list: only those returned or reopened
        and submitted again are found under that state.
        """
        with reading(self._engine) as connection:
            query = select(marks.c.subject).where(
                marks.c.mark == STATE, marks.c.value == state.value, marks.c.until.is_(None)
            )
            found = connection.execute(query.order_by(marks.c.id)).scalars().all()
            seen: list[int] = []
            for chunk in chunks(found):
                who = identities_of(connection, chunk)
                here = visible(connection, by, set(who.values()))
                stands = read_stands(connection, mentions_of(connection, here))
                ordered = dict.fromkeys(who[mention] for mention in chunk)
                seen += [x for x in ordered if x in here and stands[x].state is state and x not in seen]
                if len(seen) >= limit:
                    break
        return seen[:limit]

    def history(self, subject: int, by: Actor) -> list[Decision]:
        """Return every state and grade a record ever had, the oldest first, with who decided it; undoing included."""
        return list(self.reviewed(subject, by).history)

    # --- deciding ---------------------------------------------------------------------------------------------------
    def take(
        self,
        subject: int,
        step: Step,
        *,
        reason: str = "",
        grade: str | None = None,
        flag: str | None = None,
        by: Actor,
        expected_version: int | None,
    ) -> Standing:
        """Take a step with a record, and grade it in the same breath if ``grade`` is given.

        Parameters
        ----------
        grade, flag : str or None
            G0 to G4, and ``contested`` or ``discounted``.
        expected_version : int or None
            The version of the standing as it was shown; None takes the step from whatever it is now.

        Raises
        ------
        NotPermitted
            The step, or grading, is not this actor's to do.
        WrongValue
            The step leads nowhere from the record's state.
        ReviewRefused
            Whoever reviewed a record cannot verify it.
        ReviewStale
            Something was said, judged or decided of the record since it was shown. Nothing was recorded.
        UnknownSubject, UnknownTerm
            No such record for this actor; no such grade or flag.
        """
        check_may_review(by, DEED_OF[step])
        with reading(self._engine) as connection:
            identity, mentions = seen_by(connection, by, subject)
            found = self._standing(connection, identity, by, mentions=mentions)
        state = after(found.stands.state, step)
        check_another(step, actor=by.key_id, reviewed_by=found.stands.reviewed_by)
        bodies_ = [step_body(step, state, [identity], reason)]
        if grade is not None:
            bodies_.append(self.grade_body([identity], grade, flag, reason, by))
        return self._record(bodies_, found, by, expected_version)

    def grade(
        self,
        subject: int,
        grade: str,
        *,
        flag: str | None = None,
        reason: str = "",
        by: Actor,
        expected_version: int | None,
    ) -> Standing:
        """Grade a record without taking a step; as :meth:`take`."""
        with reading(self._engine) as connection:
            identity, mentions = seen_by(connection, by, subject)
            found = self._standing(connection, identity, by, mentions=mentions)
        return self._record([self.grade_body([identity], grade, flag, reason, by)], found, by, expected_version)

    def _record(self, bodies_: list[JsonObject], found: Standing, by: Actor, expected_version: int | None) -> Standing:
        if expected_version is not None and found.version != expected_version:
            raise stale(format_subject(found.subject))

        def unchanged(within: Connection) -> None:
            mentions = sorted(mentions_of(within, {found.subject})[found.subject])
            if record_version(within, mentions) != found.version:
                raise stale(format_subject(found.subject))

        drafts = [Draft(Kind.DECISION, body) for body in bodies_]
        self._ledger.append(drafts, by=self._signer(by.key_id), provided=unchanged)
        with reading(self._engine) as connection:
            mentions = mentions_of(connection, {found.subject})[found.subject]
            return self._standing(connection, found.subject, by, mentions=mentions)

    def grade_body(self, about: list[int], grade: str, flag: str | None, reason: str, by: Actor) -> JsonObject:
        """Return the decision that grades records; refuses what is no grade, and who may not grade."""
        check_may(by, Action.DECIDE)
        check_reason(reason)
        body: JsonObject = {
            "decision": "grade",
            "grade": self._vocabulary.term("grades", grade).code,
            "reason": reason or "not given",
            **named(about),
        }
        if flag is not None:
            body["flag"] = self._vocabulary.term("grade_flags", flag).code
        return body

    def check_term(self, scheme: str, code: str) -> None:
        """Refuse a word that the vocabulary does not have."""
        self._vocabulary.term(scheme, code)

    # --- taking back ------------------------------------------------------------------------------------------------
    def undo(self, *undone: int, reason: str = "", by: Actor) -> int:
        """Undo decisions, of one record or of many: what stood before them stands again, but for what came after.

        Returns
        -------
        int
            Position of the entry that undoes them.

        Raises
        ------
        ReviewRefused
            One of them is no decision that can be undone, or nothing of it stands any more.
        NotPermitted
            They are someone else's, and undoing those is not this actor's to do.
        UnknownSubject
            One of them is about a record that is not for this actor.
        """
        check_reason(reason)
        with reading(self._engine) as connection:
            said = bodies(connection, undone)
            signed = signed_by(connection, set(undone))
            for entry in undone:
                body = said.get(entry, {})
                if body.get("decision") not in UNDOABLE or not self._may_be_undone(connection, entry, body):
                    raise ReviewRefused(
                        "There is nothing here to undo.",
                        expected="a grade, preferred value, mark or step that still stands",
                        found="a decision replaced or undone since" if body.get("decision") in UNDOABLE else "another",
                        where=f"entry {entry}",
                        todo="Look at the record as it is now, and decide anew.",
                    )
                check_may_undo(by, body, own=signed[entry][0] == by.key_id)
                about = set(identities_of(connection, subjects_of(body)).values())
                if not about <= visible(connection, by, about):
                    raise unknown()

        def still_stand(within: Connection) -> None:
            if not all(self._may_be_undone(within, entry, said[entry]) for entry in undone):
                raise stale(f"entry {undone[0]}")

        body_: JsonObject = {"decision": "undo", "undoes": [*undone], "reason": reason or "not given"}
        return self._ledger.append(
            [Draft(Kind.DECISION, body_)], by=self._signer(by.key_id), provided=still_stand
        ).first

    @staticmethod
    def _may_be_undone(connection: Connection, entry: int, body: JsonObject) -> bool:
        changed, standing = touched(connection, {entry})
        # Taking a mark back writes no row: what it closed is what undoing it restores.
        return changed > 0 if body["decision"] == "unmark" else standing > 0

    # --- within -----------------------------------------------------------------------------------------------------
    def _standing(
        self,
        connection: Connection,
        identity: int,
        by: Actor,
        *,
        mentions: set[int],
        decisions: Decisions | None = None,
        known_by: int | None = None,
    ) -> Standing:
        return read_standing(
            connection,
            self._tables,
            identity,
            by,
            mentions=mentions,
            decisions=decisions or Decisions(connection, {identity: mentions}),
            may_grade=may(by, Action.DECIDE),
            known_by=known_by,
        )


def step_body(step: Step, state: RecordState, about: list[int], reason: str) -> JsonObject:
    """Return the decision that takes a step with records."""
    check_reason(reason)
    return {
        "decision": "step",
        "step": step.value,
        "state": state.value,
        "reason": reason or "not given",
        **named(about),
    }


def named(about: list[int]) -> JsonObject:
    """Return how a decision names what it is about."""
    if len(about) == 1:
        return {"subject": format_subject(about[0])}
    return {"subjects": [format_subject(each) for each in about]}


def check_may_undo(by: Actor, body: JsonObject, *, own: bool) -> None:
    """Refuse to undo a decision that this actor could not have taken, or, unless an editor, somebody else's."""
    match body["decision"]:
        case "step":
            check_may_review(by, DEED_OF[Step(str(body["step"]))])
        case "mark" | "unmark":
            check_may(by, Action.MARK)
        case _:
            check_may(by, Action.DECIDE)
    if not own:
        check_may_review(by, Deed.UNDO_OTHERS)


def check_reason(reason: str) -> None:
    """Refuse a reason that is too long."""
    if len(reason) > REASON_LENGTH:
        expected = f"at most {REASON_LENGTH} characters"
        raise WrongValue("The reason is too long.", expected=expected, found=str(len(reason)), where="reason")
