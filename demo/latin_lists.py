"""The lists in Latin letters: B, a workbook of English and French spellings; D, a partner's, academic or Turkish."""

from __future__ import annotations

import random
from typing import Final

from demo.days import Precision, age_on, iso
from demo.geography import governorates
from demo.people import AgeKnown, Episode, Person
from demo.scribes import birth_precision, last_known, spelling
from demo.sheets import Cell, DateCell
from demo.telling import Moment, Told
from demo.wording import (
    PARTIES_ENGLISH,
    REASONS_ENGLISH,
    RELATIONS,
    SERVICES_ENGLISH,
    STATE_ENGLISH,
    STATUS_ENGLISH,
)
from demo.written_dates import edtf, english_words

COLUMNS_B: Final = (
    *(
        "No.",
        "Full name",
        "Given",
        "Father",
        "Family",
        "Sex",
        "Age",
        "Date",
        "Governorate",
        "Holder",
        "Outcome",
        "Date",
    ),
)
UPPER_B: Final = ("", "Person", "", "", "", "", "", "Arrest", "", "", "Last known", "")
MERGED_B: Final = ("A1:L1", "B2:G2", "H2:J2", "K2:L2")
COLUMNS_D: Final = (
    *("ref", "name", "father", "sex", "born", "arrested", "governorate", "holder", "reason", "because_of"),
    *("silent_since", "denied_on", "noted", "noted_on", "ended", "ended_on", "release_mode"),
)


class ListB:
    """Ages at arrest, dates as text or as date cells and often no more than a month or a year, holders by any name."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._spelling, self._places = rng, spelling(), governorates()

    def row(self, key: str, person: Person, episode: Episode, told: Told) -> list[Cell]:
        """Return the cells of one row."""
        rng = self._rng
        given, family = self._spelling.latin("english" if rng.random() < 0.6 else "french", rng)
        names = given(person.given), given(person.father), family(person.family)
        place = self._places[episode.governorate].english
        known = last_known(told)
        on = told.ended_on if told.ended else told.noted_on if told.noted else told.silent
        return [
            key,
            f"{names[0]} {names[2]}" if rng.random() < 0.5 else " ".join(names),
            *names,
            ("F" if person.sex == "female" else "M") if rng.random() < 0.7 else person.sex,
            self._age(person, episode, told),
            self._date(told.arrest),
            place[int(rng.random() * len(place))],
            SERVICES_ENGLISH[episode.service] if episode.service else STATE_ENGLISH[int(rng.random() * 4)],
            STATUS_ENGLISH[known][int(rng.random() * 3)],
            self._date(on),
        ]

    def _age(self, person: Person, episode: Episode, told: Told) -> Cell:
        """Return the age at the arrest; without the date of arrest nobody would know when it was."""
        if told.arrest is None or person.age_known is not AgeKnown.FULL:
            return ""
        if not episode.is_kin and self._rng.random() < 0.1:
            return ""
        return age_on(person.born, told.arrest_by)

    def _date(self, moment: Moment | None) -> Cell:
        if moment is None:
            return ""
        if moment[1] == Precision.DAY:
            habit = self._rng.random()
            if habit < 0.5:
                return DateCell(moment[0])
            if habit < 0.75:
                return iso(*moment)
        return english_words(*moment)


class ListD:
    """One object a line, dates in EDTF; published after the day of the report, so it alone knows what came then."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._spelling, self._places = rng, spelling(), governorates()

    def row(self, key: str, person: Person, episode: Episode, told: Told) -> list[str]:
        """Return the cells of one row."""
        rng = self._rng
        given, family = self._spelling.latin("academic" if rng.random() < 0.7 else "turkish", rng)
        birth = birth_precision(person, episode, rng, to_the_day=0.3)
        return [
            key,
            f"{given(person.given)} {family(person.family)}",
            given(person.father),
            person.sex,
            "" if birth is None else iso(person.born, birth),
            self._date(told.arrest),
            self._places[episode.governorate].academic,
            SERVICES_ENGLISH[episode.service] if episode.service else PARTIES_ENGLISH[episode.party],
            REASONS_ENGLISH[episode.reason],
            RELATIONS[episode.relation].english if episode.relation else "",
            self._date(told.silent),
            self._date(told.silent),
            (told.noted or "").replace("_", " "),
            self._date(told.noted_on),
            (told.ended or "").replace("_", " "),
            self._date(told.ended_on),
            (told.mode or "").replace("_", " ") if told.ended == "released" else "",
        ]

    def _date(self, moment: Moment | None) -> str:
        return "" if moment is None else edtf(*moment, habit=int(self._rng.random() * 3))
