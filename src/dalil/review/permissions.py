"""Who may do what in review: one table, read by code, by the desk and by the test that prints it whole.

The general roles are those of ``protection``; here is what each of them may do to a pair or a record under review.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from dalil.errors import NotPermitted
from dalil.protection import Actor, Role
from dalil.review.pair_states import PairState


class Deed(StrEnum):
    """What someone does in review."""

    SEE_QUEUE = "see_queue"
    JUDGE = "judge"
    CONFIRM = "confirm"
    LOOK_AGAIN = "look_again"
    SETTLE = "settle"
    SPLIT = "split"
    UNDO_OWN = "undo_own"
    UNDO_OTHERS = "undo_others"
    SEE_AUDIT = "see_audit"
    EXPORT_LABELS = "export_labels"
    SUBMIT = "submit"
    CHECK = "check"
    VERIFY = "verify"


_REVIEWER: Final = frozenset(
    {Deed.SEE_QUEUE, Deed.JUDGE, Deed.CONFIRM, Deed.LOOK_AGAIN, Deed.SPLIT, Deed.UNDO_OWN, Deed.CHECK}
)
_NOBODY: Final[frozenset[Deed]] = frozenset()

MAY: Final[Mapping[Role, frozenset[Deed]]] = {
    Role.DOCUMENTER: frozenset({Deed.SUBMIT}),
    Role.OFFICER: frozenset({Deed.SUBMIT}),
    Role.REVIEWER: _REVIEWER,
    Role.EDITOR: frozenset(Deed) - {Deed.SUBMIT},
    Role.CUSTODIAN: frozenset({Deed.SUBMIT}),
    Role.AUDITOR: frozenset({Deed.SEE_AUDIT}),
    Role.KEEPER: _NOBODY,
}
"""What each role may do in review. What is not here is refused."""

DEED_IN: Final[Mapping[PairState, Deed]] = {
    PairState.OPEN: Deed.JUDGE,
    PairState.PROPOSED: Deed.CONFIRM,
    PairState.SETTLED: Deed.LOOK_AGAIN,
    PairState.DISPUTED: Deed.SETTLE,
}
"""What giving a verdict is, in each state of a pair."""


def may_review(actor: Actor, deed: Deed) -> bool:
    """Tell whether an actor may do this in review."""
    return actor.active and deed in MAY[actor.role]


def check_may_review(actor: Actor, deed: Deed) -> None:
    """Refuse what is not this actor's to do.

    Raises
    ------
    NotPermitted
        The role does not include it, or the account is no longer active.
    """
    if not may_review(actor, deed):
        allowed = ", ".join(role.value for role in Role if deed in MAY[role])
        raise NotPermitted(
            "This account may not do that in review.",
            expected=f"for {deed.value}: {allowed}",
            found=actor.role.value if actor.active else "an account that is no longer active",
            todo="Ask someone whose work it is.",
        )
