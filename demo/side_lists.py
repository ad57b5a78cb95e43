"""The short lists: coerced appearances, strikes on the Cave, deaths under torture."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from demo.days import Precision, iso, year_of
from demo.geography import governorates
from demo.people import AgeKnown, Appearance, Person, Strike, TorturedToDeath
from demo.scribes import spelling
from demo.sheets import write_delimited
from demo.wording import CARRIERS_ARABIC, CONTENTS_ARABIC, MEANS_ENGLISH, SPEAKERS_ARABIC
from demo.written_dates import arabic_slashes

COLUMNS_BROADCASTS: Final = (
    *("الرقم", "المتحدث", "اسم الأم", "المواليد", "المحافظة", "صفة المتحدث", "وسيلة البث", "تاريخ البث", "المضمون"),
)
COLUMNS_STRIKES: Final = ("id", "date", "facility", "weapon", "aircraft of")
COLUMNS_DEATHS: Final = (
    *("id", "name", "father", "mother", "born", "governorate", "died on", "how it became known", "known on"),
)
THE_CAVE: Final = "the Cave"
THE_CAVE_KEY: Final = "the-cave"
"""Key of the one real facility in these lists; a judgement joins it with the documents' facility (P03, R25)."""
_AIRCRAFT: Final = {"syria.state": "Assad forces", "syria.russia": "Russian warplanes"}
_KNOWN: Final = {"death_notice": "death notice", "body_returned": "body returned"}


class Key(NamedTuple):
    """A row of ``keys.csv``: who and what a row of a list is about, and the grade a reviewer gives what it says."""

    list: str
    row_key: str
    person_key: str = ""
    episode_key: str = ""
    facility_key: str = ""
    grade: str = ""


def write_broadcasts(path: Path, appearances: Sequence[Appearance], *, seed: int) -> list[Key]:
    """Write who was put on the air, when and by what kind of outlet; return the rows' keys."""
    rng = random.Random(f"dalil demonstration, broadcasts, {seed}")
    rows: list[list[str]] = []
    for appearance in appearances:
        spell, person = spelling().arabic(rng), appearance.person
        name = f"{spell(person.given)} {spell(person.father)} {spell(person.family)}"
        rows.append(
            [
                appearance.key,
                name,
                spell(person.mother),
                _birth_year(person),
                governorates()[person.episodes[0].governorate].arabic if person.episodes else "",
                SPEAKERS_ARABIC[appearance.basis],
                CARRIERS_ARABIC[appearance.carrier],
                arabic_slashes(appearance.on, Precision.DAY),
                CONTENTS_ARABIC[appearance.content],
            ]
        )
    write_delimited(path, COLUMNS_BROADCASTS, rows, encoding="utf-16-le")
    return [Key("broadcasts", appearance.key, appearance.person.key) for appearance in appearances]


def write_strikes(path: Path, strikes: Sequence[Strike]) -> list[Key]:
    """Write the strikes on the Cave; return the rows' keys."""
    rows = [[s.key, iso(s.on), THE_CAVE, MEANS_ENGLISH[s.means], _AIRCRAFT[s.party]] for s in strikes]
    write_delimited(path, COLUMNS_STRIKES, rows, encoding="utf-8")
    return [Key("strikes", strike.key, facility_key=THE_CAVE_KEY) for strike in strikes]


def write_deaths(path: Path, deaths: Sequence[TorturedToDeath], *, seed: int) -> list[Key]:
    """Write the deaths under torture; return the rows' keys with the grade each is to be given."""
    rng = random.Random(f"dalil demonstration, deaths, {seed}")
    rows: list[list[str]] = []
    keys: list[Key] = []
    for number, death in enumerate(deaths, 1):
        given, family = spelling().latin("english", rng)
        person, key = death.person, f"T{number:03}"
        name = [f"{given(person.given)} {family(person.family)}", given(person.father), given(person.mother)]
        home = [_birth_year(person), governorates()[person.episodes[0].governorate].english[0]]
        rows.append([key, *name, *home, iso(death.on), _KNOWN[death.known], iso(death.known_on)])
        keys.append(Key("deaths", key, person.key, person.episodes[0].key, grade=death.grade or ""))
    write_delimited(path, COLUMNS_DEATHS, rows, encoding="utf-8-sig", delimiter=";")
    return keys


def _birth_year(person: Person) -> str:
    """Return the year of birth, as people put on the air and registers of the dead give it, if any list may tell it."""
    return str(year_of(person.born)) if person.age_known is AgeKnown.FULL else ""
