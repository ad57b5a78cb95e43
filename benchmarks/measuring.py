"""One line a measurement: name, value, aim, whether it was met, baseline, ratio; and all of them again at the end."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

TOLD: Final[list[str]] = []
"""Every line with an aim that this process has printed."""


_QUICK: Final[list[bool]] = []


def be_quick() -> None:
    """Measure with smaller inputs from now on: for seeing that everything runs."""
    _QUICK.append(True)


def sized(n: int) -> int:
    """Return how many of something to measure with: ``n``, or a tenth of it when that is to be quick."""
    return n // 10 if _QUICK else n


def tell(
    name: str, value: str, *, aim: str = "", baseline: str = "", ratio: float | None = None, met: bool | None = None
) -> None:
    """Print one measurement. ``met`` tells whether the aim was; leave it out where only a reader can judge."""
    parts = [f"{name}: {value}"]
    if aim:
        verdict = "" if met is None else " (met)" if met else " (NOT met)"
        parts.append(f"aim {aim}{verdict}")
        TOLD.append(" | ".join(parts))
    if baseline:
        parts.append(f"baseline {baseline}")
    if ratio is not None:
        parts.append(f"ratio {ratio:.2f}")
    print(" | ".join(parts), flush=True)


class Elapsed:
    """Seconds between the two ends of a ``with`` block: by the clock, and of processors, children's included.

    On a machine that others use, the clock tells of them too; processor seconds tell less of them.
    """

    seconds = 0.0
    processor_seconds = 0.0


@contextmanager
def elapsed() -> Iterator[Elapsed]:
    """Measure a block of code."""
    measured = Elapsed()
    started, used = time.perf_counter(), _processors()
    try:
        yield measured
    finally:
        measured.seconds = time.perf_counter() - started
        measured.processor_seconds = _processors() - used


def _processors() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
