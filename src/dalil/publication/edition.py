"""What one edition of a report was made with, besides its template and its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dalil.ledger.notes import Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The ledger it reads, the code that made it, and when.

    ``made_at`` is an aware instant and part of the bytes: the same edition set twice is the same file.
    """

    checkpoint: Checkpoint
    made_at: datetime
    code_version: str
