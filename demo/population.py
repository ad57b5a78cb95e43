"""Draws the population: who, of what family and age, and what was done to them.

A pure function of seed and scale. Every random number comes from one generator in a fixed order, so the same two
arguments give the same persons on every machine.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Final

from demo import fates
from demo.days import AS_OF, day, year_of, years_before, ymd
from demo.fates import Course
from demo.geography import HOLDERS, governorates, spread
from demo.naming import Lottery, by_rank, name_parts
from demo.people import AgeKnown, Episode, Fate, Person, Population
from demo.plans import Band, History, Plan, plans
from demo.speakers import draw_cast
from demo.strikes import draw_strikes
from demo.targets import sizes
from demo.wording import RELATIONS

_BORN_SINCE: Final = day("1954-01-01")
"""Of those arrested over kinship nobody is born from 1948 to 1953: on the day of the report nobody is near 70, so it is
the same whether "over 70" means 70 or 71 completed years, and whatever a list leaves open."""
_GROWN_BY: Final = years_before(AS_OF, 18)
"""Whoever was born by this day is no child on the day of the report."""
_GROWN_IN_2011: Final = day("1992-11-30")
_LAST_ARREST: Final = {Band.OLD_MAN_SINCE: day("2012-12-31"), Band.CHILD_GROWN: day("2018-12-31")}
_CHILD_MARGIN: Final = 3.2
_OLD_MARGIN: Final = 2.7
"""Years from 18, and from 70 and 71, within which every list gives days; two years of doubt about a birth and one about
an arrest then never reach the threshold."""
_NEAR_DAYS: Final = 7
_BROTHERS: Final = 0.24

_SERVICES: Final = Lottery(
    ["", "military_intelligence", "air_force_intelligence", "political_security", "general_intelligence", "army"],
    [40, 22, 16, 8, 8, 6],
)
_REASON_WEIGHTS: Final = {
    "protest": 24,
    "political_opinion": 12,
    "expression": 7,
    "relief_work": 5,
    "medical_work": 3,
    "media_work": 3,
    "armed_group_link.suspected": 10,
    "defection": 5,
    "conscription": 6,
    "travel": 3,
    "origin": 3,
    "association": 2,
    "none_given": 7,
    "unknown": 10,
}
_REASONS: Final = Lottery(list(_REASON_WEIGHTS), list(_REASON_WEIGHTS.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """What brothers who were arrested together share."""

    holder: str
    party: str
    father: str
    grandfather: str
    family: str
    mother: str
    governorate: str
    area: str
    arrested: int
    reason: str
    relation: str | None


def draw_population(*, seed: int, scale: float) -> Population:
    """Draw everything at a scale.

    Raises
    ------
    ValueError
        The scale is outside what the generator can draw.
    """
    wanted = sizes(scale)
    rng = random.Random(f"dalil demonstration, population, {seed}")
    drawer = _Drawer(rng)
    persons = [drawer.person(plan) for plan in plans(wanted, rng)]
    never_held = [drawer.never_held() for _ in range(wanted.speakers_never_held)]
    cast = draw_cast(persons, never_held, wanted, rng)
    return Population(
        persons=(*(cast.sharpened.get(person.key, person) for person in persons), *never_held),
        appearances=cast.appearances,
        deaths=cast.deaths,
        strikes=draw_strikes(rng),
    )


class _Drawer:
    """Draws persons one after the other; brothers follow each other."""

    def __init__(self, rng: random.Random) -> None:
        parts = name_parts()
        self._rng = rng
        self._male, self._female, self._family = by_rank(parts.male), by_rank(parts.female), by_rank(parts.family)
        self._spread = {holder: spread(holder) for holder in HOLDERS}
        self._areas = {code: place.areas for code, place in governorates().items()}
        self._relations = {band: _relations_of(band) for band in Band}
        self._last: _Home | None = None
        self._n_persons = self._n_episodes = 0

    def person(self, plan: Plan) -> Person:
        """Draw a person and what happened to them."""
        sex = self._sex(plan)
        home = self._home(plan, sex)
        born = self._born(plan, home.arrested)
        course = fates.draw_course(plan, home.arrested, self._rng)
        episode = self._episode(home, plan.fate, course, born=born, known=plan.age_known)
        earlier, later = self._history(plan, home, born=born)
        return self._made(sex, born, home, plan.age_known, (*earlier, episode, *later))

    def never_held(self) -> Person:
        """Draw a relative of an activist who was never held."""
        plan = Plan(holder="state", kin=False, fate=Fate.HELD, band=Band.MAN)
        home = self._new_home(plan)
        return self._made("male", self._born(plan, home.arrested), home, AgeKnown.NONE, ())

    def _made(self, sex: str, born: int, home: _Home, known: AgeKnown, episodes: tuple[Episode, ...]) -> Person:
        self._n_persons += 1
        return Person(
            key=f"P{self._n_persons:06}",
            sex=sex,
            born=born,
            given=(self._male if sex == "male" else self._female).draw(self._rng),
            father=home.father,
            grandfather=home.grandfather,
            family=home.family,
            mother=home.mother,
            age_known=known,
            episodes=episodes,
        )

    def _sex(self, plan: Plan) -> str:
        match plan.band:
            case Band.WOMAN | Band.OLD_WOMAN:
                return "female"
            case Band.CHILD_STILL | Band.CHILD_GROWN:
                return "female" if self._rng.random() < 0.2 else "male"
            case Band.ANY:
                return "female" if self._rng.random() < 0.045 else "male"
            case Band.MAN | Band.OLD_MAN_THEN | Band.OLD_MAN_SINCE:
                return "male"

    def _home(self, plan: Plan, sex: str) -> _Home:
        """Return a new family and arrest, or that of the person before: brothers are often taken together."""
        ordinary = sex == "male" and plan.band in {Band.MAN, Band.ANY} and plan.history is History.NONE
        last = self._last
        if ordinary and last is not None and self._rng.random() < _BROTHERS:
            same = last.holder == plan.holder and (last.reason == "kinship") == plan.kin
            if same and fates.may_be_arrested_on(plan, last.arrested):
                return last
        home = self._new_home(plan)
        self._last = home if ordinary and not plan.after_the_day else None
        return home

    def _new_home(self, plan: Plan) -> _Home:
        rng = self._rng
        governorate = self._spread[plan.holder].draw(rng)
        areas = self._areas[governorate]
        arrested = self._arrest(plan)
        return _Home(
            holder=plan.holder,
            party=_party(plan.holder, arrested, rng),
            father=self._male.draw(rng),
            grandfather=self._male.draw(rng),
            family=self._family.draw(rng),
            mother=self._female.draw(rng),
            governorate=governorate,
            area=areas[int(rng.random() * len(areas))],
            arrested=arrested,
            reason="kinship" if plan.kin else _REASONS.draw(rng),
            relation=self._relations[plan.band].draw(rng) if plan.kin else None,
        )

    def _arrest(self, plan: Plan) -> int:
        if plan.history in {History.RELEASED_BEFORE, History.OPEN_BEFORE}:
            return fates.draw_second_arrest(plan, self._rng)
        return fates.draw_arrest(plan, self._rng, last=_LAST_ARREST.get(plan.band))

    def _born(self, plan: Plan, arrested: int) -> int:
        """Draw a day of birth that puts the person in the planned band."""
        child = plan.band is Band.ANY and self._rng.random() < 0.03
        lo, hi = _birth_window(Band.CHILD_GROWN if child else plan.band, arrested, kin=plan.kin)
        if plan.history is not History.NONE:
            hi = min(hi, _GROWN_IN_2011)  # no child at the first arrest either
        young = plan.band in {Band.MAN, Band.WOMAN, Band.ANY} and not child
        shape = self._rng.betavariate(3.2, 1.7) if young else self._rng.random()
        born = lo + int(shape * max(1, hi - lo))
        while plan.kin and (_near_birthday(born, arrested) or _near_birthday(born, AS_OF)):
            born += 2 * _NEAR_DAYS + 1  # a birthday within days of a day that decides an age is asking for trouble
        return born

    def _episode(self, home: _Home, fate: Fate, course: Course, *, born: int, known: AgeKnown) -> Episode:
        self._n_episodes += 1
        return Episode(
            key=f"E{self._n_episodes:06}",
            party=home.party,
            service=(_SERVICES.draw(self._rng) or None) if home.holder == "state" else None,
            governorate=home.governorate,
            area=home.area,
            reason=home.reason,
            relation=home.relation,
            fate=fate,
            arrested=home.arrested,
            silent_since=course.silent_since,
            noted=course.noted,
            noted_on=course.noted_on,
            ended=course.ended,
            ended_on=course.ended_on,
            mode=course.mode,
            ended_told=course.ended_told,
            exact=_hangs_on_days(home, born, known),
            lists=_lists_for(home),
        )

    def _history(self, plan: Plan, home: _Home, *, born: int) -> tuple[tuple[Episode, ...], tuple[Episode, ...]]:
        """Draw the person's episode before, or after, the one planned."""
        rng = self._rng
        match plan.history:
            case History.NONE:
                return (), ()
            case History.RELEASED_BEFORE:
                before = self._home_before(home, kin=plan.kin and rng.random() < 0.6)
                release = fates.draw_release_before(before.arrested, rng, second=home.arrested)
                return (self._episode(before, Fate.RELEASED, release, born=born, known=plan.age_known),), ()
            case History.OPEN_BEFORE:
                before = self._home_before(home, kin=False)
                silence = fates.draw_silence(before.arrested, rng)
                return (self._episode(before, Fate.DISAPPEARED, silence, born=born, known=plan.age_known),), ()
            case History.ARRESTED_LATER:
                again = replace(home, arrested=fates.draw_arrest(replace(plan, after_the_day=True), rng))
                return (), (self._episode(again, Fate.HELD, Course(), born=born, known=plan.age_known),)

    def _home_before(self, home: _Home, *, kin: bool) -> _Home:
        """Return the same family at an arrest at least 200 days earlier."""
        room = home.arrested - 200 - fates.FIRST_ARREST
        arrested = fates.FIRST_ARREST + int(self._rng.random() * room)
        if kin:
            return replace(home, arrested=arrested)
        return replace(home, arrested=arrested, reason=_REASONS.draw(self._rng), relation=None)


def _relations_of(band: Band) -> Lottery:
    child = band in {Band.CHILD_STILL, Band.CHILD_GROWN}
    old = band in {Band.OLD_WOMAN, Band.OLD_MAN_THEN, Band.OLD_MAN_SINCE}
    age = "child" if child else "old" if old else "grown"
    sex = "any" if child else "female" if band in {Band.WOMAN, Band.OLD_WOMAN} else "male"
    fitting = {key: relation for key, relation in RELATIONS.items() if age in relation.ages and relation.fits(sex)}
    return Lottery(list(fitting), [relation.weight for relation in fitting.values()])


def _party(holder: str, arrested: int, rng: random.Random) -> str:
    if holder == "opposition" and year_of(arrested) >= 2018 and rng.random() < 0.75:
        return "syria.sna"  # founded at the end of 2017
    return f"syria.{holder}"


def _lists_for(home: _Home) -> str:
    """Return the lists that may tell of an episode, so that what they tell together settles its status and reason."""
    if home.holder != "state":
        return "de"  # the others are lists of the state's detainees
    if home.arrested > AS_OF:
        return "d"  # the only one published after the day of the report
    return "abcd"


def _birth_window(band: Band, arrested: int, *, kin: bool) -> tuple[int, int]:
    """Return the first and last day of birth that put someone in a band."""
    match band:
        case Band.CHILD_GROWN:
            return years_before(arrested, 18) + 30, min(years_before(arrested, 8), _GROWN_BY - 40) if kin else (
                years_before(arrested, 9)
            )
        case Band.CHILD_STILL:
            return max(years_before(arrested, 18), _GROWN_BY) + 30, years_before(arrested, 4) - 40
        case Band.OLD_WOMAN | Band.OLD_MAN_THEN:
            return day("1928-01-01"), day("1937-11-30")
        case Band.OLD_MAN_SINCE:
            return day("1943-01-10"), day("1947-11-01")
        case Band.MAN | Band.WOMAN:
            return max(_BORN_SINCE, years_before(arrested, 63)), years_before(arrested, 18) - 40
        case Band.ANY:
            return years_before(arrested, 78), years_before(arrested, 18) - 40


def _near_birthday(born: int, on: int) -> bool:
    """Say whether a birthday falls within days of a day, in whatever year."""
    (_, month, day_), (_, month_on, day_on) = ymd(born), ymd(on)
    apart = abs((month - month_on) * 30.5 + day_ - day_on)
    return min(apart, 366 - apart) <= _NEAR_DAYS


def _hangs_on_days(home: _Home, born: int, known: AgeKnown) -> bool:
    """Say whether an age group would be in doubt if some list did not tell the dates to the day.

    "Adult at the arrest" says of the birth only that it was 18 years before; if the arrest were told by its month, the
    person might have been 17 on some day of it.
    """
    if home.reason != "kinship" or known is AgeKnown.NONE:
        return False
    return known is AgeKnown.ADULT or _near_threshold(born, home.arrested)


def _near_threshold(born: int, arrested: int) -> bool:
    """Say whether an age group depends on dates that are told coarsely."""
    then, now = (arrested - born) / 365.25, (AS_OF - born) / 365.25
    return min(abs(then - 18), abs(now - 18)) < _CHILD_MARGIN or abs(then - 70.5) < _OLD_MARGIN
