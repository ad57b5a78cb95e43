"""How far a record has come: from a draft on someone's desk to verified by two people. Pure functions, no storage.

A draft is not in the ledger at all; what someone submits is. From there on every step is a signed decision, with a
reason, and a later one may take it back. The grade of a record (G0 to G4) says how well it is established; its state
says who has looked at it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from dalil.errors import ReviewRefused, WrongValue
from dalil.review.permissions import Deed


class RecordState(StrEnum):
    """How far a record has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REVIEWED = "reviewed"
    VERIFIED = "verified"
    REJECTED = "rejected"


class Step(StrEnum):
    """What brings a record from one state to another."""

    SUBMIT = "submit"
    RETURN = "return"
    REVIEW = "review"
    VERIFY = "verify"
    REJECT = "reject"
    REOPEN = "reopen"


STEPS: Final[Mapping[tuple[RecordState, Step], RecordState]] = {
    (RecordState.DRAFT, Step.SUBMIT): RecordState.SUBMITTED,
    (RecordState.RETURNED, Step.SUBMIT): RecordState.SUBMITTED,
    (RecordState.SUBMITTED, Step.RETURN): RecordState.RETURNED,
    (RecordState.REVIEWED, Step.RETURN): RecordState.RETURNED,
    (RecordState.SUBMITTED, Step.REVIEW): RecordState.REVIEWED,
    (RecordState.SUBMITTED, Step.REJECT): RecordState.REJECTED,
    (RecordState.REVIEWED, Step.REJECT): RecordState.REJECTED,
    (RecordState.REVIEWED, Step.VERIFY): RecordState.VERIFIED,
    (RecordState.VERIFIED, Step.REOPEN): RecordState.SUBMITTED,
    (RecordState.REJECTED, Step.REOPEN): RecordState.SUBMITTED,
}
"""Every step there is. What is not here is refused."""

DEED_OF: Final[Mapping[Step, Deed]] = {
    Step.SUBMIT: Deed.SUBMIT,
    Step.RETURN: Deed.CHECK,
    Step.REVIEW: Deed.CHECK,
    Step.REJECT: Deed.CHECK,
    Step.VERIFY: Deed.VERIFY,
    Step.REOPEN: Deed.VERIFY,
}
"""What someone must be allowed to do to take a step."""


def after(state: RecordState, step: Step) -> RecordState:
    """Return the state after a step.

    Raises
    ------
    WrongValue
        The step does not lead anywhere from this state.
    """
    found = STEPS.get((state, step))
    if found is None:
        raise WrongValue(
            "A record in this state cannot take this step.",
            expected=", ".join(each.value for from_, each in STEPS if from_ is state) or "no step at all",
            found=f"{step.value}, from {state.value}",
            where="step",
        )
    return found


def may_take(step: Step, *, actor: str, reviewed_by: Collection[str]) -> bool:
    """Tell whether an actor may take a step with a record others have looked at: nobody verifies their own review."""
    return step is not Step.VERIFY or actor not in reviewed_by


def check_another(step: Step, *, actor: str, reviewed_by: Collection[str]) -> None:
    """Refuse that one person both reviews and verifies a record.

    Raises
    ------
    ReviewRefused
        This key has signed a review of the record since it was last submitted.
    """
    if not may_take(step, actor=actor, reviewed_by=reviewed_by):
        raise ReviewRefused(
            "Whoever reviewed a record cannot verify it.",
            expected="another person",
            found="a key that signed the review",
            where="step",
            todo="Leave it to someone who has not reviewed it.",
        )
