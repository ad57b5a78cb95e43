"""Draws what happened in one detention, and when.

Two rules keep the truth readable from the lists whatever precision they give dates in:

* the events of an episode are days apart, and how coarsely a list may tell a date is bounded by its neighbours
  (`demo.telling.Bounds`);
* nothing that decides a count happens in the days just before the report, except where a fate is unsure on purpose.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Final

from demo.days import AS_OF, Precision, day
from demo.naming import Lottery
from demo.people import Fate
from demo.plans import Plan

FIRST_ARREST: Final = day("2011-03-18")
_SECOND_ARREST: Final = day("2014-06-01")
_LAST_WITH_END: Final = day("2021-03-31")
_LAST_EVENT: Final = day("2021-04-20")
"""Nothing but a plain arrest is later than this and on or before the day of the report."""

_LIMITS: Final = {
    Fate.DISAPPEARED: _LAST_WITH_END,
    Fate.NOTICE: day("2018-12-31"),
    Fate.HELD: AS_OF - 3,
    Fate.SENTENCE_OVER: day("2018-06-30"),
    Fate.RELEASED: day("2021-03-01"),
    Fate.ESCAPED: day("2020-06-30"),
    Fate.DIED: day("2019-12-31"),
    Fate.UNSURE: day("2020-12-31"),
}
"""The last day of arrest that leaves room for the fate."""
_FOUND_AGAIN_LIMIT: Final = day("2019-12-31")

_YEARS: Final = [str(year) for year in range(2011, 2022)]
_ARRESTS_BY_YEAR: Final = {
    "state": Lottery(_YEARS, [95, 205, 195, 160, 95, 65, 55, 55, 45, 22, 8]),
    "isis": Lottery(_YEARS, [0, 0, 90, 330, 280, 180, 100, 15, 5, 0, 0]),
    "hts": Lottery(_YEARS, [0, 20, 80, 120, 110, 110, 150, 140, 130, 100, 40]),
    "opposition": Lottery(_YEARS, [5, 90, 130, 110, 80, 80, 90, 180, 120, 85, 30]),
    "sdf": Lottery(_YEARS, [0, 10, 60, 100, 130, 140, 160, 150, 130, 90, 30]),
}
_NOTED: Final = Lottery(
    ["located", "visited", "acknowledged", "charged", "tried", "sentenced"], [35, 20, 10, 10, 10, 15]
)
_STATE_MODES: Final = Lottery(
    ["amnesty", "sentence_served", "settlement", "ransom", "exchange", "bail", "charges_dropped", "unknown"],
    [35, 15, 12, 15, 3, 5, 3, 12],
)
_OTHER_MODES: Final = Lottery(["captor_lost_control", "ransom", "exchange", "unknown"], [50, 25, 10, 15])


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The dated events of an episode; fields as in :class:`demo.people.Episode`."""

    silent_since: int | None = None
    noted: str | None = None
    noted_on: int | None = None
    ended: str | None = None
    ended_on: int | None = None
    mode: str | None = None
    ended_told: Precision | None = None


_NOTHING: Final = Course()


def draw_arrest(plan: Plan, rng: random.Random, *, first: int = FIRST_ARREST, last: int | None = None) -> int:
    """Return a day of arrest that leaves room for the planned fate."""
    if plan.after_the_day:
        return day("2021-06-03") + int(rng.random() * 35)
    limit = _FOUND_AGAIN_LIMIT if plan.found_again else _LIMITS[plan.fate]
    last = limit if last is None else min(last, limit)
    while True:
        arrest = day(_ARRESTS_BY_YEAR[plan.holder].draw(rng) + "-01-01") + int(rng.random() * 365)
        if first <= arrest <= last:
            return arrest


def draw_second_arrest(plan: Plan, rng: random.Random) -> int:
    """Return a day of arrest before which another episode has room."""
    return draw_arrest(plan, rng, first=_SECOND_ARREST)


def may_be_arrested_on(plan: Plan, arrest: int) -> bool:
    """Say whether an arrest on this day leaves room for the planned fate."""
    return not plan.after_the_day and arrest <= (_FOUND_AGAIN_LIMIT if plan.found_again else _LIMITS[plan.fate])


def draw_course(plan: Plan, arrest: int, rng: random.Random) -> Course:
    """Draw what followed an arrest."""
    if plan.after_the_day:
        return _NOTHING
    match plan.fate:
        case Fate.DISAPPEARED:
            return replace(_released_after(plan, rng), silent_since=_silence(arrest, rng))
        case Fate.NOTICE:
            silent = _silence(arrest, rng, span=300)
            return Course(silent_since=silent, noted="death_notice", noted_on=_later(silent, 60, 1800, rng))
        case Fate.HELD:
            return _held(plan, arrest, rng)
        case Fate.SENTENCE_OVER:
            return Course(noted="sentence_expired", noted_on=_later(arrest, 500, 2600, rng))
        case Fate.RELEASED:
            return _released(plan, arrest, rng)
        case Fate.ESCAPED:
            return Course(ended="escaped", ended_on=_later(arrest, 10, 900, rng))
        case Fate.DIED:
            silent = _silence(arrest, rng, span=200)
            return Course(silent_since=silent, ended="body_returned", ended_on=_later(silent, 40, 900, rng))
        case Fate.UNSURE:
            told = Precision.YEAR if rng.random() < 0.5 else Precision.MONTH
            on = AS_OF - 15 + int(rng.random() * 25)
            return Course(ended="released", ended_on=on, mode=_STATE_MODES.draw(rng), ended_told=told)


def draw_release_before(arrest: int, rng: random.Random, *, second: int) -> Course:
    """Draw the release that ended an earlier episode, at least 60 days before the second arrest."""
    on = arrest + 10 + int(rng.random() * max(1, min(700, second - 60 - arrest - 10)))
    return Course(ended="released", ended_on=on, mode=_STATE_MODES.draw(rng))


def draw_silence(arrest: int, rng: random.Random) -> Course:
    """Draw the course of someone of whom nothing was heard again."""
    return Course(silent_since=_silence(arrest, rng))


def _held(plan: Plan, arrest: int, rng: random.Random) -> Course:
    course = _released_after(plan, rng)
    if plan.found_again:
        silent = _silence(arrest, rng, span=120)
        return replace(course, silent_since=silent, noted="located", noted_on=_later(silent, 70, 1500, rng))
    if arrest < _LAST_EVENT - 60 and rng.random() < 0.7:
        return replace(course, noted=_NOTED.draw(rng), noted_on=_later(arrest, 15, 1500, rng))
    return course


def _released_after(plan: Plan, rng: random.Random) -> Course:
    """Draw the release in the weeks after the day of the report, for those who are planned to have one."""
    if not plan.released_after:
        return _NOTHING
    on = AS_OF + 3 + int(rng.random() * 40)
    return Course(ended="released", ended_on=on, mode=_STATE_MODES.draw(rng))


def _released(plan: Plan, arrest: int, rng: random.Random) -> Course:
    on = _later(arrest, 5, 1500, rng)
    mode = (_STATE_MODES if plan.holder == "state" else _OTHER_MODES).draw(rng)
    silent = None
    if on - arrest > 120 and rng.random() < 0.35:
        silent = arrest + 1 + int(rng.random() * 40)
    return Course(silent_since=silent, ended="released", ended_on=on, mode=mode)


def _silence(arrest: int, rng: random.Random, *, span: int = 900) -> int:
    """Return the day news ceased: mostly within weeks of the arrest, sometimes long after."""
    reach = 45 if rng.random() < 0.8 else span
    return arrest + 1 + int(rng.random() * max(1, min(reach, _LAST_EVENT - arrest - 1)))


def _later(since: int, least: int, span: int, rng: random.Random) -> int:
    """Return a day at least so long after another, earlier ones likelier, none too near the day of the report."""
    room = max(1, min(span, _LAST_EVENT - since - least))
    return since + least + int(rng.random() ** 2 * room)
