"""Which linkage runs were withdrawn: by whose key, when and why."""

from __future__ import annotations

from dataclasses import dataclass

from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The decision that withdrew a run."""

    entry: int
    actor: str
    at: str
    reason: str


def withdrawals(ledger: Ledger) -> dict[int, Withdrawal]:
    """Return, for each run that was withdrawn, the decision that did it."""
    found: dict[int, Withdrawal] = {}
    for entry in ledger.entries(kind=Kind.DECISION):
        run = None if entry.body is None else entry.body.get("run")
        if entry.body is not None and isinstance(run, int):
            header = entry.header
            made = Withdrawal(
                entry=entry.position, actor=header.actor, at=header.recorded_at, reason=entry.body.get("reason", "")
            )
            found.setdefault(run, made)
    return found
