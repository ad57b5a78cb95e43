"""The status of a detention on a day: what its dated, possibly contradictory events add up to.

A status is never typed in. It is folded from the events of an episode under a method, and folded anew for every day
asked about. Dates are intervals, so an event may have happened by a day, or must have, or cannot have. The answer is
exact about that: ``certain`` only where every way of placing the events within their dates gives the same status,
otherwise every status they could give is among the ``alternatives``.

The rules, in order (``docs/explanation/status.md`` tells them with examples):

1. A source cannot tell what happened after it was published, so publication bounds its events from above.
2. The arrest is where all the dates given for it meet, else the span of those that disagree, flagged.
3. An event dated before the arrest cannot stand as dated: it is flagged, kept, and never certain.
4. Before the arrest the person is not yet held.
5. A closing event closes. Two ways of closing contradict each other: both are alternatives.
6. Of those still held: the site was opened and they were not found; else disappeared, by the method; else whatever
   the events show most of: sentence ended, sentenced, tried, charged, located, acknowledged, incommunicado, detained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dalil.records.status_dating import FIRST, LAST, Arrest, Dated, EpisodeEvent, Flag, date_events
from dalil.records.status_fold import Extremes
from dalil.records.status_rules import (
    BIT,
    CLOSED,
    DIED,
    DISAPPEARED,
    FATE_UNKNOWN,
    NOT_YET_HELD,
    RANKED,
    STATUSES,
    StatusRules,
)

__all__ = ["Bounds", "EpisodeEvent", "Fate", "Flag", "Status", "Whereabouts", "fold_status"]


class Fate(StrEnum):
    """What became of the person, as far as the events tell."""

    UNKNOWN = "unknown"
    IN_CUSTODY = "in_custody"
    DEATH_NOTIFIED = "death_notified"
    RELEASED = "released"
    ESCAPED = "escaped"
    DEAD = "dead"


class Whereabouts(StrEnum):
    """Where the person, or the body, is known to be."""

    UNKNOWN = "unknown"
    PLACE_KNOWN = "place_known"
    FREE = "free"
    BODY_RETURNED = "body_returned"
    REMAINS_IDENTIFIED = "remains_identified"


@dataclass(frozen=True, slots=True)
class Bounds:
    """First and last day something may have happened, both included; None where nothing bounds it."""

    lo: int | None
    hi: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The status of an episode on a day.

    Attributes
    ----------
    code : str
        Of scheme ``statuses``. Where it is not certain: what the events that have certainly happened give, or
        ``reported`` where not even the arrest is certain.
    certain : bool
        Whether no placing of the events within their dates gives another status.
    alternatives : tuple of str
        Every status they may give, in the order of ``STATUSES``; one only, if certain.
    since : Bounds or None
        When this status began; None unless certain.
    disappeared : Bounds or None
        When the disappearance began that has not ended by information, if there certainly was one by this day. Closing
        an episode does not undo it: who died in custody after disappearing had disappeared.
    may_have_disappeared : bool
        Whether some placing of the events makes a disappearance.
    place : int or None
        The statement that says where the person is held, if that is known.
    """

    code: str
    certain: bool
    alternatives: tuple[str, ...]
    since: Bounds | None = None
    disappeared: Bounds | None = None
    may_have_disappeared: bool = False
    fate: Fate = Fate.UNKNOWN
    whereabouts: Whereabouts = Whereabouts.UNKNOWN
    place: int | None = None
    flags: tuple[Flag, ...] = ()

    @property
    def mask(self) -> int:
        """The alternatives as a set of bits, in the order of ``STATUSES``."""
        return sum(BIT[code] for code in self.alternatives)


def fold_status(
    events: Sequence[EpisodeEvent], *, as_of: int, rules: StatusRules, holder_fits: bool | None = True
) -> Status:
    """Return the status of an episode at the end of a day.

    Parameters
    ----------
    events : sequence of EpisodeEvent
        Every event that any source tells of the episode; their order does not matter.
    as_of : int
        The day, as a day number.
    rules : StatusRules
        The method, from ``status_rules.rules_for``.
    holder_fits : bool or None
        Whether the holder is within the method's parties; None if nobody says who holds. Methods that name no parties
        take True.
    """
    arrest, others, flags = date_events(events, as_of=as_of, rules=rules)
    if arrest.lo > as_of:
        return Status(code=NOT_YET_HELD, certain=True, alternatives=(NOT_YET_HELD,), flags=flags)
    extremes = Extremes(others, arrest, as_of, rules, holder_fits)
    found = extremes.alternatives()
    code, certain = extremes.settled(), len(found) == 1
    disappeared = _bounds(*extremes.disappearance_bounds()) if extremes.has_disappeared() else None
    place = _place(others) if certain and code in RANKED else None
    return Status(
        code=code,
        certain=certain,
        alternatives=tuple(status for status in STATUSES if status in found),
        since=(disappeared if code == DISAPPEARED else _since(code, arrest, others)) if certain else None,
        disappeared=disappeared,
        may_have_disappeared=extremes.may_have_disappeared(),
        fate=_fate(found, others),
        whereabouts=_whereabouts(found, others, place),
        place=place,
        flags=flags,
    )


def _since(code: str, arrest: Arrest, others: Sequence[Dated]) -> Bounds:
    sure = [event for event in others if event.sure]
    if code in CLOSED:
        found = [event for event in sure if event.role.closes == code]
    elif code == FATE_UNKNOWN:
        found = [event for event in sure if event.role.opens]
    elif code in RANKED[1:]:
        found = [event for event in sure if event.role.rank == RANKED.index(code)]
    else:
        return _bounds(arrest.lo, arrest.hi)
    lo, hi = max(event.lo for event in found), min(event.hi for event in found)
    return _bounds(lo, hi) if lo <= hi else _bounds(min(e.lo for e in found), max(e.hi for e in found))


# --- fate and whereabouts: outputs of their own ---------------------------------------------------------------------
_LOCATED: Final = RANKED.index("located")
_FATES: Final = {
    NOT_YET_HELD: Fate.UNKNOWN,
    DISAPPEARED: Fate.UNKNOWN,
    FATE_UNKNOWN: Fate.UNKNOWN,
    "released": Fate.RELEASED,
    "escaped": Fate.ESCAPED,
    DIED: Fate.DEAD,
}


def _fate(alternatives: set[str], others: Sequence[Dated]) -> Fate:
    fates = {_FATES.get(code, Fate.IN_CUSTODY) for code in alternatives}
    if any(event.sure and event.role.notifies for event in others) and fates <= {Fate.UNKNOWN, Fate.IN_CUSTODY}:
        return Fate.DEATH_NOTIFIED
    return fates.pop() if len(fates) == 1 else Fate.UNKNOWN


def _whereabouts(alternatives: set[str], others: Sequence[Dated], place: int | None) -> Whereabouts:
    if alternatives <= {"released", "escaped"}:
        return Whereabouts.FREE
    if alternatives == {DIED}:
        told = {event.event for event in others if event.sure}
        for found in (Whereabouts.REMAINS_IDENTIFIED, Whereabouts.BODY_RETURNED):
            if found in told:
                return found
    return Whereabouts.UNKNOWN if place is None else Whereabouts.PLACE_KNOWN


def _place(others: Sequence[Dated]) -> int | None:
    known = [event for event in others if event.sure and event.role.rank == _LOCATED]
    if not known:
        return None
    last = max(known, key=lambda event: (event.hi, event.lo, event.id))
    moved = any(e.event == "transferred" and not e.placed and e.hi > last.lo for e in others)
    return None if moved else last.id


def _bounds(lo: int, hi: int) -> Bounds:
    return Bounds(None if lo <= FIRST else lo, None if hi >= LAST else hi)
