"""What one row of a list tells of an episode: which facts, and how precisely.

The rules that keep the truth exact, whatever a row leaves out or blurs:

* A date is told as its day, its month or its year. All that a row may do is be coarser, or (in a few rows that repeat
  what another list tells) name another day of the same month for the arrest: a conflict of sources, in rows where no
  count hangs on it.
* How coarse a date may be is bounded by its neighbours (`Blur`): what ended a detention is never told so that it may
  lie before the day on which someone was last seen, nor on both sides of the day of the report.
* Of the rows about one episode, the first (`full`) tells how it stands. Others may be older: they do not know of the
  release, or of the silence. An older row never says anything that the later event does not overtake.
* Nothing is told before it happened: every list knows only what was known when it was published.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from demo.days import AS_OF, Precision, coarsest_before, day, ymd
from demo.people import Episode, Fate, Person

Moment: TypeAlias = tuple[int, Precision]

_DAY, _MONTH, _YEAR = Precision.DAY, Precision.MONTH, Precision.YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How a list writes: shares of dates given to the day and to the month, of rows without the arrest; its date."""

    to_the_day: float
    to_the_month: float
    no_arrest: float
    published: int


HABITS: Final = {
    "a": Habit(to_the_day=0.80, to_the_month=0.14, no_arrest=0.0, published=day("2021-05-20")),
    "b": Habit(to_the_day=0.45, to_the_month=0.38, no_arrest=0.03, published=day("2021-05-20")),
    "c": Habit(to_the_day=0.92, to_the_month=0.08, no_arrest=0.0, published=day("2021-05-20")),
    "d": Habit(to_the_day=0.68, to_the_month=0.22, no_arrest=0.02, published=day("2021-07-15")),
    "e": Habit(to_the_day=0.50, to_the_month=0.32, no_arrest=0.0, published=day("2021-05-10")),
}


class Told(NamedTuple):
    """What a row tells: moments with their precision, None where it is silent.

    `arrest_by` is the day at which the row reckons an age: the arrest, as this row has it.
    """

    arrest: Moment | None
    arrest_by: int
    silent: Moment | None
    noted: str | None
    noted_on: Moment | None
    ended: str | None
    ended_on: Moment | None
    mode: str | None


class Blur(NamedTuple):
    """The coarsest precision at which any list may tell each moment of an episode."""

    arrest: Precision
    silent: Precision
    noted: Precision
    ended: Precision


def blur_of(episode: Episode) -> Blur:
    """Work out how coarsely the moments of an episode may be told."""
    if episode.exact:
        return Blur(_DAY, _DAY, _DAY, _DAY)
    arrested, silent, noted, ended = episode.arrested, episode.silent_since, episode.noted_on, episode.ended_on
    arrest = _own(arrested)
    silence, note, end = _own(silent), _own(noted), _own(ended)
    if noted is not None:
        limit = coarsest_before(arrested, noted)
        arrest, note = min(arrest, limit), min(note, limit)
        if silent is not None:
            limit = coarsest_before(silent, noted)
            silence, note = min(silence, limit), min(note, limit)
    if ended is not None and episode.ended_told is None:
        for before in (arrested, silent, noted):
            if before is not None:
                end = min(end, coarsest_before(before, ended))
        arrest = min(arrest, coarsest_before(arrested, ended))
        if silent is not None:
            silence = min(silence, coarsest_before(silent, ended))
        if noted is not None:
            note = min(note, coarsest_before(noted, ended))
    return Blur(arrest, silence, note, end if episode.ended_told is None else episode.ended_told)


def _own(moment: int | None) -> Precision:
    """Bound a moment by the edges of what is counted: March 2011, and the day of the report."""
    if moment is None:
        return _YEAR
    year, month, _ = ymd(moment)
    if year == 2011:
        return _DAY if month == 3 else _MONTH
    if year == 2021:
        return _MONTH if moment < _EDGE else _DAY
    return _YEAR


_EDGE: Final = day("2021-04-01")
"""From here a month could reach past the day of the report, or too near it for twenty days to have passed."""


def tell(episode: Episode, blur: Blur, habit: Habit, rng: random.Random, *, full: bool) -> Told:
    """Return what a row of a list tells; with `full`, everything the list can."""

    def moment(on: int, coarsest: Precision) -> Moment:
        draw = rng.random()
        wanted = _DAY if draw < habit.to_the_day else _MONTH if draw < habit.to_the_day + habit.to_the_month else _YEAR
        return on, min(wanted, coarsest)

    arrested, arrest = episode.arrested, None
    if full or rng.random() >= habit.no_arrest:
        arrest = moment(arrested, blur.arrest)
        # Not where the other day could fall after the last news of the person: an event before the arrest cannot stand.
        apart = episode.silent_since is None or coarsest_before(arrested, episode.silent_since) > _DAY
        if not full and apart and arrest[1] == _DAY and blur.arrest > _DAY and rng.random() < _CONFLICTS:
            arrested = _another_day(arrested, rng)
            arrest = arrested, _DAY
    stale = not full and rng.random() < _OLDER
    knows_end = episode.ended_on is not None and not stale and episode.ended_on <= habit.published
    knows_end = knows_end and (episode.ended_told is None or habit.published > AS_OF)
    knows_note = episode.noted is not None and not stale
    # An older row that leaves out the silence tells less; one that leaves out the finding says what was true before it.
    knows_silence = episode.silent_since is not None and not (stale and episode.fate is Fate.DISAPPEARED)
    ended_on = None
    if knows_end and episode.ended_on is not None:
        told = episode.ended_told
        ended_on = moment(episode.ended_on, blur.ended) if told is None else (episode.ended_on, told)
    return Told(
        arrest=arrest,
        arrest_by=arrested,
        silent=moment(episode.silent_since, blur.silent) if knows_silence and episode.silent_since else None,
        noted=episode.noted if knows_note else None,
        noted_on=moment(episode.noted_on, blur.noted) if knows_note and episode.noted_on else None,
        ended=episode.ended if knows_end else None,
        ended_on=ended_on,
        mode=episode.mode if knows_end else None,
    )


_CONFLICTS: Final = 0.02
_OLDER: Final = 0.18
"""Shares of rows that repeat another list's: with another day of arrest; older than the latest event. No source."""


def _another_day(on: int, rng: random.Random) -> int:
    """Return another day of the same month."""
    year, month, number = ymd(on)
    other = 1 + int(rng.random() * 27)
    return day(f"{year}-{month:02}-{other + (other >= number):02}")


# --- which lists tell of an episode -----------------------------------------------------------------------------------
_SHARES: Final = {"a": 0.550, "b": 0.205, "c": 0.305, "d": 0.148}
_SHARES_OTHERS: Final = {"e": 0.780, "d": 0.300}


def lists_of(person: Person, episode: Episode, rng: random.Random, missed: list[Episode] | None = None) -> str:
    """Draw the lists that tell of an episode, the one that tells all of it first.

    A draw that falls on no list at all stands for someone like this person of whom nobody told; ``missed`` gathers one
    such episode a draw. Lists are drawn again until one of them can tell everything.
    """
    shares = _SHARES_OTHERS if "e" in episode.lists else _SHARES
    allowed = [(letter, share) for letter, share in shares.items() if letter in episode.lists]
    able = _able(episode)
    while True:
        found = "".join(letter for letter, share in allowed if rng.random() < share)
        first = next((letter for letter in able if letter in found), "")
        if first:
            break
        if len(allowed) == 1:
            first = found = allowed[0][0]
            break
        if missed is not None and not found:
            missed.append(episode)
    if person.needs_class_list and "c" not in found:
        found += "c"
    return first + found.replace(first, "")


def _able(episode: Episode) -> str:
    """Return the lists that can tell everything that matters about an episode, best first."""
    if episode.ended_on is not None and (episode.ended_on > AS_OF or episode.ended_told is not None):
        return "d"  # the only one published after the day of the report
    if episode.is_kin or episode.fate is Fate.NOTICE:
        return "ade"
    if episode.fate in {Fate.SENTENCE_OVER, Fate.ESCAPED, Fate.DIED}:
        return "abde"
    return "abdce"
