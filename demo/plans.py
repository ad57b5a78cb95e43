"""Whom to draw: one plan a person, in the numbers the targets ask for and in no particular order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from demo.people import AgeKnown, Fate
from demo.targets import Sizes


class Band(StrEnum):
    """Sex and age as a count needs them; "then" is at the arrest, "now" on the day of the report."""

    CHILD_STILL = "under 18 then and now"
    CHILD_GROWN = "under 18 then, not now"
    WOMAN = "a woman, 18 to about 60 then"
    MAN = "a man, 18 to about 60 then"
    OLD_WOMAN = "a woman, over 70 then and now"
    OLD_MAN_THEN = "a man, over 70 then and now"
    OLD_MAN_SINCE = "a man, over 70 now, not then"
    ANY = "of either sex and any age"


class History(StrEnum):
    """Whether the person has a second episode, and how it stands to the first."""

    NONE = "one episode"
    RELEASED_BEFORE = "arrested and released before"
    OPEN_BEFORE = "disappeared before, and nobody recorded a release"
    ARRESTED_LATER = "arrested again after the day of the report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one person is to be."""

    holder: str
    kin: bool
    fate: Fate
    band: Band
    age_known: AgeKnown = AgeKnown.FULL
    history: History = History.NONE
    found_again: bool = False
    released_after: bool = False
    after_the_day: bool = False


_STATE: Final = "state"


def plans(sizes: Sizes, rng: random.Random) -> list[Plan]:
    """Return a plan for every person, shuffled within each population so that brothers differ in their fates."""
    return [
        *_held(sizes, rng, kin=True),
        *_held(sizes, rng, kin=False),
        *_kin_released(sizes, rng),
        *_others_of_state(sizes),
        *_other_parties(sizes, rng),
    ]


def _held(sizes: Sizes, rng: random.Random, *, kin: bool) -> list[Plan]:
    """Plan F10 (`kin`) or the rest of F14."""
    n = sizes.kin_held if kin else sizes.held - sizes.kin_held
    n_gone = sizes.kin_disappeared if kin else sizes.state_disappeared - sizes.kin_disappeared
    n_over = sizes.kin_sentence_over if kin else sizes.sentence_over - sizes.kin_sentence_over
    n_notices = round(sizes.notices * n_gone / sizes.state_disappeared)
    fates = [Fate.NOTICE] * n_notices + [Fate.DISAPPEARED] * (n_gone - n_notices) + [Fate.SENTENCE_OVER] * n_over
    fates += [Fate.HELD] * (n - len(fates))
    rng.shuffle(fates)
    bands = _kin_held_bands(sizes) if kin else [Band.ANY] * n
    made = [
        Plan(holder=_STATE, kin=kin, fate=f, band=b)
        for f, b in zip(fates, _with_plain_fates(bands, fates), strict=True)
    ]
    if kin:
        _mark(made, sizes.kin_held_ageless, _is_plain_man, age_known=AgeKnown.NONE)
        _mark(made, sizes.kin_held_adult_only, _is_plain_man, age_known=AgeKnown.ADULT)
        _mark(made, sizes.kin_rearrested, _is_plain_man, history=History.RELEASED_BEFORE)
    else:
        _mark(made, sizes.rearrested, lambda p: p.fate in _PLAIN, history=History.RELEASED_BEFORE)
        _mark(made, sizes.both_open, lambda p: p.fate is Fate.DISAPPEARED, history=History.OPEN_BEFORE)
        _mark(made, sizes.found_again, lambda p: p.fate is Fate.HELD, found_again=True)
    share = sizes.released_after * n // sizes.held
    _mark(made, max(1, share), lambda p: p.fate in _PLAIN and p.band in {Band.MAN, Band.ANY}, released_after=True)
    rng.shuffle(made)
    return made


_PLAIN: Final = (Fate.DISAPPEARED, Fate.HELD)


def _kin_held_bands(sizes: Sizes) -> list[Band]:
    n_old_men = sizes.kin_held_old - sizes.kin_held_old_women
    # One child in three has not grown up by the day of the report (X17); half of the old men were not over 70 when
    # they were arrested (X18): so the age reference of a figure makes a visible difference.
    bands = [Band.CHILD_STILL if n % 3 == 2 else Band.CHILD_GROWN for n in range(sizes.kin_held_children)]
    bands += [Band.OLD_WOMAN] * sizes.kin_held_old_women
    bands += [Band.WOMAN] * (sizes.kin_held_women - sizes.kin_held_old_women)
    bands += [Band.OLD_MAN_SINCE if n % 2 else Band.OLD_MAN_THEN for n in range(n_old_men)]
    return bands + [Band.MAN] * (sizes.kin_held - len(bands))


def _with_plain_fates(bands: list[Band], fates: list[Fate]) -> list[Band]:
    """Return the bands in such an order that only men and unselected persons have a sentence over or a death notice."""
    special = [band for band in bands if band not in {Band.MAN, Band.ANY}]
    rest = bands[len(special) :]
    return [(special if special and fate in _PLAIN else rest).pop() for fate in fates]


def _kin_released(sizes: Sizes, rng: random.Random) -> list[Plan]:
    """Plan F15."""
    n_children, n_women, n_old = sizes.kin_released_children, sizes.kin_released_women, sizes.kin_released_old
    bands = [Band.CHILD_STILL if n % 6 == 5 else Band.CHILD_GROWN for n in range(n_children)]
    bands += [Band.WOMAN] * n_women + [Band.OLD_MAN_SINCE] * (n_old // 2) + [Band.OLD_MAN_THEN] * (n_old - n_old // 2)
    bands += [Band.MAN] * (sizes.kin_released - len(bands))
    made = [Plan(holder=_STATE, kin=True, fate=Fate.RELEASED, band=band) for band in bands]
    _mark(made, sizes.kin_released_ageless, _is_plain_man, age_known=AgeKnown.NONE)
    _mark(made, sizes.kin_released_adult_only, _is_plain_man, age_known=AgeKnown.ADULT)
    _mark(made, sizes.released_twice, _is_plain_man, history=History.RELEASED_BEFORE)
    _mark(made, sizes.released_then_later, _is_plain_man, history=History.ARRESTED_LATER)
    rng.shuffle(made)
    return made


def _others_of_state(sizes: Sizes) -> list[Plan]:
    """Plan those whom the state held and who are in no figure."""

    def some(n: int, fate: Fate, *, kin: bool = False, after: bool = False) -> list[Plan]:
        band = Band.MAN if kin else Band.ANY
        return [Plan(holder=_STATE, kin=kin, fate=fate, band=band, after_the_day=after)] * n

    return [
        *some(sizes.released, Fate.RELEASED),
        *some(sizes.escaped, Fate.ESCAPED),
        *some(sizes.died, Fate.DIED),
        *some(sizes.unsure, Fate.UNSURE),
        *some(sizes.kin_unsure, Fate.UNSURE, kin=True),
        *some(sizes.later, Fate.HELD, after=True),
        *some(sizes.kin_later, Fate.HELD, kin=True, after=True),
    ]


def _other_parties(sizes: Sizes, rng: random.Random) -> list[Plan]:
    """Plan those whom other parties disappeared, and some who got away from them."""
    numbers = {"isis": sizes.isis, "hts": sizes.hts, "opposition": sizes.opposition, "sdf": sizes.sdf}
    made = [
        Plan(holder=holder, kin=False, fate=Fate.DISAPPEARED, band=Band.ANY)
        for holder, n in numbers.items()
        for _ in range(n)
    ]
    holders = list(numbers)
    for n in range(sizes.others_ended):
        fate = Fate.ESCAPED if n % 3 == 0 else Fate.RELEASED
        made.append(Plan(holder=holders[n % len(holders)], kin=False, fate=fate, band=Band.ANY))
    rng.shuffle(made)
    return made


def _is_plain_man(plan: Plan) -> bool:
    return plan.band is Band.MAN and plan.fate in {*_PLAIN, Fate.RELEASED}


def _mark(made: list[Plan], n: int, fits: Callable[[Plan], bool], **changes: object) -> None:
    """Change the first `n` plans that fit and were not changed before."""
    for place, plan in enumerate(made):
        if n == 0:
            return
        untouched = plan.age_known is AgeKnown.FULL and plan.history is History.NONE and not plan.found_again
        if untouched and fits(plan):
            made[place] = replace(plan, **changes)  # type: ignore[arg-type]  # mypy cannot see field names in **
            n -= 1
