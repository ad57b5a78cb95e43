"""Draws who was made to speak on the air, when, and which of them died under torture.

Speakers are persons of the population. Whoever decides F08 has every date of theirs told to the day, and only by lists
that date the silence and the denial; so it is certain on which side of the first appearance the disappearance begins.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from demo.days import AS_OF, day
from demo.naming import Lottery
from demo.people import AgeKnown, Appearance, Episode, Fate, Person, TorturedToDeath
from demo.targets import Sizes

_FIRST_AIR: Final = day("2011-04-10")
_LAST_AIR: Final = AS_OF - 6
_DAYS_TO_DISAPPEAR: Final = 20
"""Method snhr-20d: disappeared from the twentieth day held, with no information and denial."""

_CARRIERS: Final = Lottery(
    ["state", "pro_state", "hezbollah_linked", "iran_linked", "russia_linked"], [55, 27, 7, 6, 5]
)
_CONTENTS: Final = {
    "detainee": Lottery(["confession", "denial", "accusation"], [60, 20, 20]),
    "relative_of_activist": Lottery(["disavowal", "denial", "accusation"], [50, 25, 25]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The appearances, the deaths, and the persons as the lists must tell of them, by key."""

    appearances: tuple[Appearance, ...]
    deaths: tuple[TorturedToDeath, ...]
    sharpened: dict[str, Person]


@dataclass(frozen=True, slots=True)
class _Part:
    """One speaker: who, as what, and the first appearance."""

    person: Person
    basis: str
    on: int


class _Pool:
    """Persons who may be chosen, each once: held once, by the state, and of known age."""

    def __init__(self, persons: Iterable[Person], rng: random.Random) -> None:
        self._by_fate: dict[Fate, list[Person]] = {fate: [] for fate in Fate}
        for person in persons:
            if len(person.episodes) == 1 and person.age_known is AgeKnown.FULL:
                episode = person.episodes[0]
                if episode.party == "syria.state" and episode.arrested <= AS_OF and not episode.is_released_after:
                    self._by_fate[episode.fate].append(person)
        for found in self._by_fate.values():
            rng.shuffle(found)

    def take(self, n: int, fate: Fate, fits: Callable[[Episode], bool]) -> list[Person]:
        """Take the next `n` persons of a fate who fit; fewer only if there are no more."""
        taken: list[Person] = []
        left: list[Person] = []
        for person in self._by_fate[fate]:
            (taken if len(taken) < n and fits(person.episodes[0]) else left).append(person)
        self._by_fate[fate] = left
        return taken


def draw_cast(persons: Iterable[Person], never_held: Sequence[Person], wanted: Sizes, rng: random.Random) -> Cast:
    """Choose the speakers and draw their appearances and deaths."""
    pool = _Pool(persons, rng)
    n_died = wanted.speakers_confirmed_dead * 4 // 11
    confirmed = pool.take(wanted.speakers_confirmed_dead - n_died, Fate.NOTICE, _disappears_late)
    confirmed += pool.take(n_died, Fate.DIED, _disappears_late)
    unconfirmed = pool.take(wanted.speakers_notice_only, Fate.NOTICE, _disappears_late)
    n_rest = wanted.speakers_disappeared - len(confirmed) - len(unconfirmed)
    relatives = pool.take(n_rest // 3, Fate.DISAPPEARED, _is_kin_with_time_before)
    detainees = pool.take(n_rest - len(relatives), Fate.DISAPPEARED, _disappears_late)
    before = pool.take(wanted.speakers_disappeared_before, Fate.DISAPPEARED, _disappears_early)
    others = pool.take(wanted.speakers_held, Fate.HELD, _is_held_openly)
    others += pool.take(wanted.speakers_released, Fate.RELEASED, _is_released_openly)
    elsewhere = pool.take(wanted.deaths_elsewhere, Fate.NOTICE, lambda _: True)

    decided = [*confirmed, *unconfirmed, *detainees, *relatives, *before, *others]
    sharpened = {person.key: _sharpened(person) for person in decided}

    def cast(chosen: list[Person], basis: str, window: Callable[[Episode], tuple[int, int]]) -> list[_Part]:
        return [_Part(sharpened[person.key], basis, _between(*window(person.episodes[0]), rng)) for person in chosen]

    parts = cast([*confirmed, *unconfirmed, *detainees], "detainee", _before_silence)
    parts += cast(relatives, "relative_of_activist", _before_arrest)
    parts += cast(before, "detainee", lambda e: (_gone_by(e) + 10, _LAST_AIR))
    parts += cast(others, "detainee", _while_held)
    parts += [_Part(p, "relative_of_activist", _between(_FIRST_AIR, _LAST_AIR, rng)) for p in never_held]
    return Cast(
        appearances=_appearances(parts, wanted, rng),
        deaths=(
            *(_death(sharpened[p.key], "G3", rng) for p in confirmed),
            *(_death(sharpened[p.key], None, rng) for p in unconfirmed),
            *(_death(p, "G3" if n % 3 else None, rng) for n, p in enumerate(elsewhere)),
        ),
        sharpened=sharpened,
    )


def _sharpened(person: Person) -> Person:
    """Return the person with every date told to the day, by lists that date silence and denial."""
    return replace(person, episodes=tuple(replace(episode, exact=True, lists="ad") for episode in person.episodes))


# --- who fits ---------------------------------------------------------------------------------------------------------
def _silent(episode: Episode) -> int:
    return AS_OF if episode.silent_since is None else episode.silent_since


def _gone_by(episode: Episode) -> int:
    """Return the day on which someone is disappeared under the method."""
    return max(episode.arrested + _DAYS_TO_DISAPPEAR, _silent(episode))


def _disappears_late(episode: Episode) -> bool:
    """Say whether there was time for an appearance between the arrest and the silence."""
    return _silent(episode) - max(episode.arrested, _FIRST_AIR) > _DAYS_TO_DISAPPEAR + 5


def _disappears_early(episode: Episode) -> bool:
    return _gone_by(episode) + 60 < _LAST_AIR


def _is_kin_with_time_before(episode: Episode) -> bool:
    return episode.is_kin and episode.arrested > _FIRST_AIR + 60


def _is_held_openly(episode: Episode) -> bool:
    return episode.silent_since is None and episode.arrested < _LAST_AIR - 60


def _is_released_openly(episode: Episode) -> bool:
    _, hi = _while_held(episode)
    return episode.silent_since is None and hi - max(episode.arrested, _FIRST_AIR) > 20


# --- when -------------------------------------------------------------------------------------------------------------
def _before_silence(episode: Episode) -> tuple[int, int]:
    return episode.arrested + 3, _silent(episode) - 3


def _before_arrest(episode: Episode) -> tuple[int, int]:
    return episode.arrested - 200, episode.arrested - 3


def _while_held(episode: Episode) -> tuple[int, int]:
    end = _LAST_AIR if episode.ended_on is None else episode.ended_on - 3
    return episode.arrested + 3, min(end, episode.arrested + 300)


def _between(lo: int, hi: int, rng: random.Random) -> int:
    lo, hi = max(lo, _FIRST_AIR), min(hi, _LAST_AIR)
    return lo + int(rng.random() * (hi - lo))


# --- what -------------------------------------------------------------------------------------------------------------
def _appearances(parts: list[_Part], wanted: Sizes, rng: random.Random) -> tuple[Appearance, ...]:
    """Return a first appearance for each speaker, and further ones of a few."""
    shown = [_appearance(part, part.on, rng) for part in parts]
    again = [part for part in parts if part.on < _LAST_AIR - 200]
    rng.shuffle(again)
    again = again[: wanted.speakers_again]
    for n in range(wanted.appearances_again if again else 0):
        part = again[n % len(again)]
        shown.append(_appearance(part, part.on + 7 + int(rng.random() * 190), rng))
    shown.sort(key=lambda appearance: (appearance.on, appearance.person.key))
    return tuple(replace(appearance, key=f"B{number:04}") for number, appearance in enumerate(shown, 1))


def _appearance(part: _Part, on: int, rng: random.Random) -> Appearance:
    return Appearance(
        key="",
        person=part.person,
        basis=part.basis,
        carrier=_CARRIERS.draw(rng),
        content=_CONTENTS[part.basis].draw(rng),
        on=on,
    )


def _death(person: Person, grade: str | None, rng: random.Random) -> TorturedToDeath:
    """Return a death some time between the silence and the day it became known."""
    episode = person.episodes[0]
    by_notice = episode.fate is Fate.NOTICE
    known = episode.noted_on if by_notice else episode.ended_on
    if known is None:
        raise ValueError(f"expected a notice or a body for {person.key}")
    on = _silent(episode) + 5 + int(rng.random() * (known - _silent(episode) - 6))
    return TorturedToDeath(person=person, on=on, known=episode.noted or "body_returned", known_on=known, grade=grade)
