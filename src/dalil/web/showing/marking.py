"""Text in pieces, some of them marked: what of a name answers to a query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dalil.web.showing.statements import plain


class Stretch(Protocol):
    """A stretch of a text, from ``start`` up to but not including ``stop``."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def stop(self) -> int:
        """The one after the last."""


def marked(text: str, stretches: Sequence[Stretch]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is marked; direction marks are shown, not obeyed."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for stretch in sorted(stretches, key=lambda each: each.start):
        if stretch.start > at:
            pieces.append((plain(text[at : stretch.start]), False))
        if stretch.stop > max(at, stretch.start):
            pieces.append((plain(text[max(at, stretch.start) : stretch.stop]), True))
        at = max(at, stretch.stop)
    if at < len(text):
        pieces.append((plain(text[at:]), False))
    return pieces
