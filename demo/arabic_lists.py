"""The lists in Arabic: A, a documentation network's; C, a crowd-sourced one's; E, of those whom other parties took."""

from __future__ import annotations

import random
from typing import Final

from demo.days import age_on, iso
from demo.geography import governorates
from demo.naming import by_rank, name_parts
from demo.people import DISAPPEARED, AgeKnown, Episode, Person
from demo.scribes import birth_precision, last_known, spelling
from demo.telling import Moment, Told
from demo.wording import MODES_ARABIC, PARTIES_ARABIC, REASONS_ARABIC, RELATIONS, STATUS_ARABIC
from demo.written_dates import arabic_slashes, arabic_words

COLUMNS_A: Final = (
    *("الرقم", "الاسم الكامل", "اسم الأم", "الجنس", "تاريخ الميلاد", "تاريخ الاعتقال", "المحافظة", "المنطقة"),
    *(
        "سبب الاعتقال",
        "صلة القرابة",
        "الحالة",
        "تاريخ الحالة",
        "انقطاع الأخبار والإنكار",
        "تاريخ الإفراج",
        "طريقة الإفراج",
    ),
)
COLUMNS_C: Final = (
    *("المعرف", "الاسم", "تاريخ الاعتقال", "الفئة", "المحافظة", "المنطقة", "الخلفية", "الحالة", "تاريخ الإفراج"),
)
COLUMNS_E: Final = (
    *("م", "الاسم والكنية", "اسم الأب", "الجنس", "المواليد", "تاريخ الخطف", "المحافظة", "الجهة", "المصير"),
    *("آخر خبر", "تاريخ المصير"),
)

NO_DATE: Final = "0000-00-00"
"""What list C writes where there is no date."""
ADULT_AT: Final = 18
_SEX: Final = {"male": "ذكر", "female": "أنثى"}
_CLASSES: Final = {
    ("male", True): "ذكر طفل",
    ("female", True): "أنثى طفلة",
    ("male", False): "ذكر بالغ",
    ("female", False): "أنثى بالغة",
}
_UNNAMED_WOMEN, _UNNAMED_MEN = 0.12, 0.003
"""Shares of rows of list C that tell of an unnamed relative. No source."""


class ListA:
    """UTF-8, four-part names in one column, dates in Arabic-Indic digits, one date of silence and denial."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._spelling, self._places = rng, spelling(), governorates()

    def row(self, key: str, person: Person, episode: Episode, told: Told) -> list[str]:
        """Return the cells of one row."""
        rng = self._rng
        spell = self._spelling.arabic(rng)
        birth = birth_precision(person, episode, rng, to_the_day=0.15)
        known = last_known(told)
        on = told.ended_on if told.ended else told.noted_on
        free = told.ended == "released"
        return [
            key,
            f"{spell(person.given)} {spell(person.father)} {spell(person.grandfather)} {spell(person.family)}",
            spell(person.mother),
            _SEX[person.sex],
            "" if birth is None else arabic_slashes(person.born, birth),
            _slashes(told.arrest),
            self._places[episode.governorate].arabic,
            episode.area,
            REASONS_ARABIC[episode.reason][int(rng.random() * 3)],
            RELATIONS[episode.relation].arabic if episode.relation else "",
            STATUS_ARABIC[known],
            "" if free else _slashes(on),
            _slashes(told.silent),
            _slashes(on) if free else "",
            MODES_ARABIC[told.mode] if free and told.mode else "",
        ]


class ListC:
    """Windows-1256, tabs, age class and sex in one code, 0000-00-00 for no date, relatives without a name."""

    def __init__(self, rng: random.Random) -> None:
        parts = name_parts()
        self._rng, self._spelling, self._places = rng, spelling(), governorates()
        self._male, self._family = by_rank(parts.male), by_rank(parts.family)

    def row(self, key: str, person: Person, episode: Episode, told: Told) -> list[str]:
        """Return the cells of one row."""
        # This list says that someone disappeared, not since when; so only of those of whom nobody heard again.
        gone = told.silent is not None and episode.fate in DISAPPEARED
        free = told.ended == "released" and told.ended_on is not None
        return [
            key,
            self._name(person, told),
            NO_DATE if told.arrest is None else iso(*told.arrest),
            _class_of(person, told),
            self._places[episode.governorate].arabic,
            episode.area,
            RELATIONS[episode.relation].arabic if episode.relation else "",
            "اختفاء قسري" if gone else "مفرج عنه" if free else "اعتقال",
            iso(*told.ended_on) if free and told.ended_on else NO_DATE,
        ]

    def _name(self, person: Person, told: Told) -> str:
        rng = self._rng
        spell = self._spelling.arabic(rng)
        if rng.random() < (_UNNAMED_WOMEN if person.sex == "female" else _UNNAMED_MEN):
            if _class_of(person, told) == _CLASSES["female", False]:
                return f"زوجة {self._male.draw(rng)} {self._family.draw(rng)}"
            return f"أحد أفراد عائلة {spell(person.family)}"
        return f"{spell(person.given)} {spell(person.father)} {spell(person.family)}"


class ListE:
    """A spreadsheet of those whom other parties hold or disappeared; month names of the Levant."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._spelling, self._places = rng, spelling(), governorates()

    def row(self, key: str, person: Person, episode: Episode, told: Told) -> list[str]:
        """Return the cells of one row."""
        rng = self._rng
        spell = self._spelling.arabic(rng)
        birth = birth_precision(person, episode, rng, to_the_day=0.05)
        words = PARTIES_ARABIC[episode.party]
        on = told.ended_on if told.ended else told.noted_on
        return [
            key,
            f"{spell(person.given)} {spell(person.family)}",
            spell(person.father),
            _SEX[person.sex],
            "" if birth is None else arabic_words(person.born, birth),
            _words(told.arrest),
            self._places[episode.governorate].arabic,
            words[int(rng.random() * len(words))],
            STATUS_ARABIC[last_known(told)],
            _words(told.silent),
            _words(on),
        ]


def _class_of(person: Person, told: Told) -> str:
    """Return the class at the arrest, as this list has it."""
    if person.age_known is AgeKnown.NONE:
        return _SEX[person.sex]
    return _CLASSES[person.sex, age_on(person.born, told.arrest_by) < ADULT_AT]


def _slashes(moment: Moment | None) -> str:
    return "" if moment is None else arabic_slashes(*moment)


def _words(moment: Moment | None) -> str:
    return "" if moment is None else arabic_words(*moment)
