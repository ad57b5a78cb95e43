"""One line a measurement: name, value, aim, baseline, ratio."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


def tell(name: str, value: str, *, aim: str = "", baseline: str = "", ratio: float | None = None) -> None:
    """Print one measurement."""
    parts = [f"{name}: {value}"]
    if aim:
        parts.append(f"aim {aim}")
    if baseline:
        parts.append(f"baseline {baseline}")
    if ratio is not None:
        parts.append(f"ratio {ratio:.2f}")
    print(" | ".join(parts), flush=True)


class Elapsed:
    """Seconds between the two ends of a ``with`` block."""

    seconds = 0.0


@contextmanager
def elapsed() -> Iterator[Elapsed]:
    """Measure a block of code by the wall clock."""
    measured = Elapsed()
    started = time.perf_counter()
    try:
        yield measured
    finally:
        measured.seconds = time.perf_counter() - started
