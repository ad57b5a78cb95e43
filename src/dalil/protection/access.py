"""The one decision: may this actor do this, and see this record?

Access is role × case group × sensitivity. A record belongs to the case groups it was put into, or to ``general`` if to
none; an actor sees it who is in one of them and is cleared for its sensitivity. A record one may not see answers
exactly as one that does not exist, so that nobody learns by asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dalil.errors import NotPermitted, UnknownSubject
from dalil.protection.roles import ALLOWED, LEVELS, Action, Role

GENERAL: Final = "general"
"""The case group of records that were put into none."""
EVERY_GROUP: Final = "*"
"""Membership in every case group, present and to come."""
UNMARKED: Final = "internal"
"""The sensitivity of a record on which nobody has put one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks.

    Attributes
    ----------
    name : str
        What the account is called on screens; never compared.
    key_id : str
        The ledger key that signs what this actor does.
    groups : frozenset of str
        Case groups; ``*`` for all of them.
    clearance : str
        The highest sensitivity this actor may see.
    active : bool
        Deactivated and expired accounts may do nothing.
    """

    name: str
    role: Role
    key_id: str
    groups: frozenset[str]
    clearance: str
    active: bool = True


def at_the_desk(key_id: str) -> Actor:
    """Return whoever runs commands on an archive: they hold its keys, so nothing in it is closed to them."""
    return Actor(name="desk", role=Role.EDITOR, key_id=key_id, groups=frozenset({EVERY_GROUP}), clearance=LEVELS[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFacts:
    """What access to a record depends on: the case groups it is in, and its sensitivity, if anyone marked them."""

    groups: frozenset[str] = frozenset()
    sensitivity: str = UNMARKED


def may(actor: Actor, action: Action) -> bool:
    """Tell whether this actor does this kind of work at all."""
    return actor.active and action in ALLOWED[actor.role]


def check_may(actor: Actor, action: Action) -> None:
    """Refuse work that is not this actor's.

    Raises
    ------
    NotPermitted
        The account's role does not include it, or the account is no longer active.
    """
    if not may(actor, action):
        raise NotPermitted(
            "This account may not do that.",
            expected="a role that includes " + action.value,
            found=actor.role.value if actor.active else "an account that is no longer active",
            todo="Ask the keeper of the archive, if this is your work.",
        )


def may_see(actor: Actor, facts: SubjectFacts) -> bool:
    """Tell whether this actor may see a record: a reader's role, one of its groups, and its sensitivity."""
    return (
        may(actor, Action.SEE_RECORDS)
        and (EVERY_GROUP in actor.groups or bool((facts.groups or {GENERAL}) & actor.groups))
        and is_cleared(actor, facts.sensitivity)
    )


def is_cleared(actor: Actor, sensitivity: str | None) -> bool:
    """Tell whether an actor may see something of a sensitivity. What is not one of ours is taken for the highest."""
    wanted = UNMARKED if sensitivity is None else sensitivity
    level = LEVELS.index(wanted) if wanted in LEVELS else len(LEVELS) - 1
    return level <= LEVELS.index(actor.clearance)


def check_may_see(actor: Actor, facts: SubjectFacts) -> None:
    """Refuse a record this actor may not see, in the words in which one that does not exist is refused.

    Raises
    ------
    UnknownSubject
        As for an id that no account introduced.
    """
    if not may_see(actor, facts):
        raise unknown()


def unknown() -> UnknownSubject:
    """Return the one answer for a record that is not there, and for one that is not for this actor."""
    return UnknownSubject("There is no such record.", todo="Check the address, or search.")


def highest(sensitivities: frozenset[str]) -> str:
    """Return the highest of several sensitivities: what is derived from records takes the highest of them."""
    known = [each for each in sensitivities if each in LEVELS]
    if len(known) < len(sensitivities):
        return LEVELS[-1]
    return max(known, key=LEVELS.index, default=UNMARKED)
