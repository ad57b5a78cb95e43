"""How long the ledger was on a day."""

from __future__ import annotations

from datetime import date, timedelta

from dalil.ledger.log import Ledger


def size_on(ledger: Ledger, day: int) -> int:
    """Return how many entries the ledger had at the end of a day (UTC; days since 1970-01-01)."""
    until = (date(1970, 1, 1) + timedelta(days=day + 1)).isoformat()
    low, high = 0, ledger.size
    while low < high:  # instants never go back, so the first entry of a later day can be searched for by halves
        middle = (low + high) // 2
        if ledger.entry(middle).header.recorded_at < until:
            low = middle + 1
        else:
            high = middle
    return low
