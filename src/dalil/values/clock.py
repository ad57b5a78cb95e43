"""The clock and the source of randomness, both passed in as arguments.

Nothing that feeds a figure reads the time. The demonstration, and only the demonstration, uses the seeded pair, so that
two runs of it give the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, in UTC."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class Entropy(Protocol):
    """Gives unpredictable bytes."""

    def take(self, n_bytes: int) -> bytes:
        """Return ``n_bytes`` bytes that have not been given before."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class SystemEntropy:
    """The operating system's randomness."""

    def take(self, n_bytes: int) -> bytes:
        """Return bytes from the operating system."""
        return os.urandom(n_bytes)


class SteppingClock:
    """A clock for demonstrations and tests: starts at an instant and moves on by a fixed step at every reading."""

    def __init__(self, start: datetime, step: timedelta = timedelta(seconds=1)) -> None:
        self._next = start.astimezone(UTC)
        self._step = step

    def now(self) -> datetime:
        """Return the next instant of the sequence."""
        instant, self._next = self._next, self._next + self._step
        return instant


class SeededEntropy:
    """Bytes that follow from a seed (SHAKE-256 in counter mode): for the demonstration and tests only."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._counter = 0

    def take(self, n_bytes: int) -> bytes:
        """Return the next ``n_bytes`` of the stream."""
        self._counter += 1
        return hashlib.shake_256(self._seed + b"\x00" + self._counter.to_bytes(8, "big")).digest(n_bytes)


def format_instant(instant: datetime) -> str:
    """Write an instant as the ledger does: UTC, milliseconds, ``Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
