"""The events of an episode, brought to dates that can stand side by side.

A source cannot tell what happened after it was published; several dates for one arrest are brought together; an event
that would lie before the arrest is marked. Nothing is dropped and nothing is corrected: what cannot be true as dated is
flagged, and never counts as certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from dalil.records.status_rules import DIED, Role, StatusRules

FIRST: Final = -(1 << 39)
"""Stands for no lower bound: long before every day number, and still later than ``NEVER``."""
LAST: Final = 1 << 39
NEVER: Final = -(1 << 40)
"""The day of an event that did not happen, where the latest of several is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeEvent:
    """One event as one source tells it.

    Attributes
    ----------
    id : int
        The statement.
    event : str
        Code of scheme ``episode_events``.
    lo, hi : int or None
        First and last day it may have happened: of ``on`` if the source gives it, else of the statement's ``when``.
    published : int or None
        The last day on which the source can have been published.
    placed
        Whether the source says where.
    """

    id: int
    event: str
    lo: int | None = None
    hi: int | None = None
    published: int | None = None
    placed: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """Something in the order or the dates of events that a person should look at; ``events`` are statement ids."""

    code: str
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """An event with its role and whole bounds.

    ``sure`` once it must have happened by the day asked about; ``ahead`` where its source was published before it.
    """

    id: int
    event: str
    role: Role
    lo: int
    hi: int
    placed: bool
    ahead: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrest:
    """When the episode began.

    ``latest`` is the latest first day among the dates given for it: an event wholly before that cannot stand as dated.
    """

    lo: int = FIRST
    hi: int = LAST
    latest: int = FIRST
    contradicted: bool = False


def date_events(
    events: Sequence[EpisodeEvent], *, as_of: int, rules: StatusRules
) -> tuple[Arrest, list[Dated], tuple[Flag, ...]]:
    """Return the arrest, every other event that may have happened by ``as_of``, and what is wrong with their dates."""
    dated = [_narrowed(event, rules) for event in sorted(events, key=lambda event: event.id)]
    arrests = [event for event in dated if event.role.begins]
    arrest = _arrest(arrests)
    others = [_judged(event, arrest, as_of) for event in dated if not event.role.begins and event.lo <= as_of]
    # Whatever happened to someone held happened after the arrest, so the arrest was by then.
    held_by = min([arrest.hi, *(event.hi for event in others if event.sure)])
    return replace(arrest, hi=held_by), others, _flags(arrest, arrests, others)


def _narrowed(event: EpisodeEvent, rules: StatusRules) -> Dated:
    lo = FIRST if event.lo is None else event.lo
    hi = LAST if event.hi is None else event.hi
    published = LAST if event.published is None else event.published
    return Dated(
        id=event.id,
        event=event.event,
        role=rules.role(event.event, placed=event.placed),
        lo=lo,
        hi=hi if published < lo else min(hi, published),
        placed=event.placed,
        ahead=published < lo,
    )


def _arrest(arrests: Sequence[Dated]) -> Arrest:
    if not arrests:
        return Arrest()
    latest, earliest_end = max(a.lo for a in arrests), min(a.hi for a in arrests)
    if latest <= earliest_end:
        return Arrest(lo=latest, hi=earliest_end, latest=latest)
    # A date so vague that it agrees with every side of the disagreement has no part in it.
    sides = [a for a in arrests if not (a.lo <= earliest_end and latest <= a.hi)]
    return Arrest(lo=min(a.lo for a in sides), hi=max(a.hi for a in sides), latest=latest, contradicted=True)


def _judged(event: Dated, arrest: Arrest, as_of: int) -> Dated:
    return replace(event, sure=event.hi <= as_of and event.hi >= arrest.latest)


_REMAINS: Final = frozenset({"body_returned", "remains_identified", "death_notice"})
"""May well come after a death."""


def _flags(arrest: Arrest, arrests: Sequence[Dated], others: Sequence[Dated]) -> tuple[Flag, ...]:
    flags = [Flag("two_arrests", tuple(a.id for a in arrests))] if arrest.contradicted else []
    flags += [Flag("dated_after_publication", (event.id,)) for event in (*arrests, *others) if event.ahead]
    flags += [Flag("before_arrest", (event.id,)) for event in others if event.hi < arrest.latest]
    closing = [event for event in others if event.sure and event.role.closes]
    if len({event.role.closes for event in closing}) > 1:
        flags.append(Flag("closed_twice", tuple(event.id for event in closing)))
    died_by = min((event.hi for event in closing if event.role.closes == DIED), default=LAST)
    flags += [Flag("after_death", (e.id,)) for e in others if e.lo > died_by and e.event not in _REMAINS]
    return tuple(sorted(flags, key=lambda flag: (flag.code, flag.events)))
