"""The kinds of entry. Unknown kinds are refused, never guessed."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What an entry is."""

    SOURCE = "source"
    EVIDENCE = "evidence"
    CUSTODY = "custody"
    ACCOUNT = "account"
    JUDGEMENT = "judgement"
    DECISION = "decision"
    CONSENT = "consent"
    DEFINITION = "definition"
    ISSUE = "issue"
    ERASURE = "erasure"
    KEY = "key"


WITHOUT_ROWS: Final = tuple(kind.value for kind in (Kind.ISSUE, Kind.DEFINITION, Kind.KEY, Kind.CONSENT, Kind.EVIDENCE))
"""Kinds from which no rows come that are copied for counting. Of consents, a count asks the database who refused."""

ERASABLE: Final = frozenset({Kind.ACCOUNT, Kind.EVIDENCE, Kind.CONSENT})
"""What holds words about persons. The rest is superseded by later entries, never erased."""
