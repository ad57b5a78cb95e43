"""Lets the cycle collector rest where much is made and no cycles are."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """Keep the cycle collector from walking the heap; around a block, or as a decorator.

    A row of a sheet makes some two hundred short-lived containers and no cycles; the collector would look at all of
    them, and at the vocabulary and the caches again and again, for a third of the time. Where hundreds of thousands of
    records are read and all live on, it takes as much. What makes no cycles is freed all the same, at once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
