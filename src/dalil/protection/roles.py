"""The roles people work in, and what each of them may do at all. The whole policy is one table, to be read as one.

A role says which kinds of work; which records that work may touch is decided by case groups and sensitivity
(``access.py``). Nobody has a role that does everything: whoever keeps accounts sees no person, whoever audits sees how
the work was done and never about whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What someone does here."""

    DOCUMENTER = "documenter"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    CUSTODIAN = "custodian"
    AUDITOR = "auditor"
    KEEPER = "keeper"


class Action(StrEnum):
    """A kind of work. Every screen and every form names one."""

    USE_DESK = "use_desk"
    """Sign in, see the first page, keep one's own account."""
    SEE_RECORDS = "see_records"
    """Search, and open persons, events, facilities, sources and what they said."""
    SEE_FIGURES = "see_figures"
    """Numbers and how they were counted, without who is under them."""
    OPEN_MEMBERS = "open_members"
    """The records under a number."""
    SEE_PROCESS = "see_process"
    """The ledger's head, checkpoints, verifications: how the record is kept."""
    SEE_DEEDS = "see_deeds"
    """What each account did, by entry and kind, never by content."""
    VERIFY = "verify"
    """Have the whole ledger checked."""
    RECORD = "record"
    """Enter what a source says."""
    CONSENT = "consent"
    """Record what somebody consented to, or that they withdrew it."""
    TAKE_IN = "take_in"
    """Take in sheets, and withdraw a load."""
    REVIEW = "review"
    """Judge who is the same person."""
    LINK = "link"
    """Have the model look for who is the same person, over the whole archive."""
    DECIDE = "decide"
    """Grade, prefer a value, reject a statement."""
    MARK = "mark"
    """Tag records, assign them, put them into case groups or mark them sensitive; many at once too."""
    SEE_REPORTS = "see_reports"
    """Read reports and what is stale in them."""
    ISSUE = "issue"
    """Issue a report."""
    EXPORT = "export"
    """Take records out as a file."""
    OPEN_GRAPHIC = "open_graphic"
    """Unblur graphic material."""
    KEEP_ACCOUNTS = "keep_accounts"
    """Make, limit and deactivate accounts."""


_EVERYONE: Final = frozenset({Action.USE_DESK, Action.SEE_FIGURES, Action.SEE_PROCESS})
_READERS: Final = _EVERYONE | {
    Action.SEE_RECORDS,
    Action.OPEN_MEMBERS,
    Action.SEE_REPORTS,
    Action.OPEN_GRAPHIC,
}

ALLOWED: Final[Mapping[Role, frozenset[Action]]] = {
    Role.DOCUMENTER: _READERS | {Action.RECORD, Action.CONSENT},
    Role.OFFICER: _READERS | {Action.RECORD, Action.CONSENT, Action.TAKE_IN, Action.LINK, Action.MARK, Action.EXPORT},
    Role.REVIEWER: _READERS | {Action.REVIEW, Action.DECIDE},
    Role.EDITOR: _READERS
    | {
        Action.REVIEW,
        Action.LINK,
        Action.DECIDE,
        Action.CONSENT,
        Action.MARK,
        Action.ISSUE,
        Action.EXPORT,
        Action.VERIFY,
        Action.SEE_DEEDS,
    },
    Role.CUSTODIAN: _READERS | {Action.RECORD, Action.CONSENT, Action.TAKE_IN, Action.VERIFY},
    Role.AUDITOR: _EVERYONE | {Action.SEE_DEEDS, Action.VERIFY, Action.SEE_REPORTS},
    Role.KEEPER: _EVERYONE | {Action.SEE_DEEDS, Action.VERIFY, Action.KEEP_ACCOUNTS},
}
"""What each role may do. What is not here is refused."""

LEVELS: Final = ("public", "partner", "internal", "restricted", "sealed")
"""Sensitivities, least first (scheme ``sensitivities``)."""

CLEARANCE: Final[Mapping[Role, str]] = {
    Role.DOCUMENTER: "internal",
    Role.OFFICER: "restricted",
    Role.REVIEWER: "restricted",
    Role.EDITOR: "restricted",
    Role.CUSTODIAN: "sealed",
    Role.AUDITOR: "public",
    Role.KEEPER: "public",
}
"""The highest sensitivity a new account of each role may see, unless it is given less or more."""
