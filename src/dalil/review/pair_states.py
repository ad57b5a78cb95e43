"""How far people are with a pair: four states, and what the next verdict on it becomes. Pure functions, no storage.

::

    open ──first of two──▶ proposed ──another agrees──▶ settled ──a second look differs──▶ disputed
      └────alone──────────────┼───────────────────────▶    ▲                                  │
                              └──another differs──▶ disputed ──someone else settles it────────┘
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PairState(StrEnum):
    """How far people are with a pair."""

    OPEN = "open"
    PROPOSED = "proposed"
    SETTLED = "settled"
    DISPUTED = "disputed"


VERDICTS: Final = ("same", "not", "relative", "unsure")


def gist(verdict: str) -> str:
    """Return what a verdict says about identity: two who are relatives are not the same."""
    return "not" if verdict == "relative" else verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One person's verdict on a pair that still stands: its entry, who gave it, and whether it is in force.

    ``first_given`` is the entry in which it was given first, where ``entry`` gives it again.
    """

    entry: int
    verdict: str
    actor: str
    proposed: bool
    first_given: int = -1

    @property
    def given(self) -> int:
        """Where in the ledger it was given first: what came after it was said with it in sight."""
        return self.entry if self.first_given < 0 else self.first_given


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a verdict becomes: in force or proposed, and what it undoes; or why it is refused."""

    proposed: bool = False
    undoes: tuple[int, ...] = ()
    confirms: tuple[int, ...] = ()
    refused: str = ""


def state_of(said: Sequence[Said]) -> PairState:
    """Return the state of a pair from all that people said of it and that still stands, in the order of the ledger."""
    final = [each for each in said if not each.proposed]
    if not final:
        gists = {gist(each.verdict) for each in said}
        return PairState.OPEN if not said else PairState.PROPOSED if len(gists) == 1 else PairState.DISPUTED
    later = [each for each in said if each.proposed and each.given > final[-1].given]
    gists = {gist(each.verdict) for each in (*final, *later)}
    return PairState.SETTLED if len(gists) == 1 else PairState.DISPUTED


def parties(said: Sequence[Said]) -> frozenset[str]:
    """Return the keys of everyone whose verdict on a pair stands."""
    return frozenset(each.actor for each in said)


def rule(said: Sequence[Said], *, verdict: str, actor: str, needs_two: bool) -> Ruling:
    """Return what a verdict becomes if this actor gives it now. Whether they may at all is for ``permissions``."""
    is_party = actor in parties(said)
    match state_of(said):
        case PairState.OPEN:
            return Ruling(proposed=needs_two)
        case PairState.PROPOSED if is_party:
            return Ruling(refused="a second person must confirm this; whoever proposed it cannot")
        case PairState.PROPOSED:
            agrees = gist(said[0].verdict) == gist(verdict)
            return Ruling(proposed=not agrees, confirms=tuple(each.entry for each in said) if agrees else ())
        case PairState.SETTLED if is_party:
            return Ruling(refused="you have decided this already; undo that first")
        case PairState.SETTLED:
            return Ruling(proposed=True)
        case PairState.DISPUTED if is_party:
            return Ruling(refused="people disagree on this; someone who has not judged it must settle it")
        case PairState.DISPUTED:
            return Ruling(undoes=tuple(each.entry for each in said if not each.proposed))
