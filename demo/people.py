"""The invented persons and what happened to them: the truth that the lists then tell in parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from demo.days import AS_OF, Precision


class Fate(StrEnum):
    """How an episode stands at its end, or on the day of the report when it has no end."""

    DISAPPEARED = "disappeared"
    NOTICE = "disappeared, with a notice of death"
    HELD = "held"
    SENTENCE_OVER = "held, sentence over"
    RELEASED = "released"
    ESCAPED = "escaped"
    DIED = "died, body returned"
    UNSURE = "released, nobody can tell whether before the day of the report"


DISAPPEARED = (Fate.DISAPPEARED, Fate.NOTICE)
HELD_AND_KNOWN = (Fate.HELD, Fate.SENTENCE_OVER)
ENDED = (Fate.RELEASED, Fate.ESCAPED, Fate.DIED)


class AgeKnown(StrEnum):
    """What any list knows of a person's age."""

    FULL = "birth or age"
    ADULT = "adult, no more"
    NONE = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One detention: who held the person, when, why, and what became of it.

    Attributes
    ----------
    reason : str
        A code of the vocabulary; `kinship` makes it count in F10 and F15.
    relation : str or None
        For kinship: key into :data:`demo.wording.RELATIONS`.
    silent_since : int or None
        The day news of the person ceased and the holder denied knowing of them.
    noted, noted_on : str or None, int or None
        One more event on the way: where they were seen, tried, sentenced, that a death notice came.
    ended, ended_on : str or None, int or None
        The event that ended it, if any.
    ended_told : Precision or None
        When set, no list says the end more precisely: on purpose nobody can tell on which side of the day it lies.
    exact : bool
        Every list that gives a date of this episode gives the day, since some count hangs on it.
    lists : str
        Letters of the lists that may tell of it; others would not have known, or would blur what a count hangs on.
    """

    key: str
    party: str
    service: str | None
    governorate: str
    area: str
    reason: str
    relation: str | None
    fate: Fate
    arrested: int
    silent_since: int | None
    noted: str | None
    noted_on: int | None
    ended: str | None
    ended_on: int | None
    mode: str | None
    ended_told: Precision | None
    exact: bool
    lists: str

    @property
    def is_kin(self) -> bool:
        """Whether the person was held because of a relative."""
        return self.reason == "kinship"

    @property
    def is_open(self) -> bool:
        """Whether the person is held or disappeared on the day of the report, for certain."""
        return (
            self.arrested <= AS_OF and self.fate is not Fate.UNSURE and (self.ended_on is None or self.ended_on > AS_OF)
        )

    @property
    def is_released_after(self) -> bool:
        """Whether the person came free after the day of the report."""
        return self.ended_told is None and self.ended_on is not None and self.ended_on > AS_OF

    @property
    def is_disappeared(self) -> bool:
        """Whether the person is disappeared on the day of the report."""
        return self.is_open and self.fate in DISAPPEARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented person."""

    key: str
    sex: str
    born: int
    given: str
    father: str
    grandfather: str
    family: str
    mother: str
    age_known: AgeKnown
    episodes: tuple[Episode, ...]

    @property
    def needs_class_list(self) -> bool:
        """Whether list C must tell of the person: it alone says "adult" and no more."""
        return self.age_known is AgeKnown.ADULT

    @property
    def exact(self) -> bool:
        """Whether lists that tell this person's birth tell the day, since some count hangs on it."""
        return any(episode.exact for episode in self.episodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """One coerced appearance on the air."""

    key: str
    person: Person
    basis: str
    carrier: str
    content: str
    on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TorturedToDeath:
    """One death under torture, how and when it became known (an episode event), and the grade a reviewer gives it."""

    person: Person
    on: int
    known: str
    known_on: int
    grade: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One invented air strike on the hospital called the Cave."""

    key: str
    on: int
    means: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Everything that was drawn."""

    persons: tuple[Person, ...]
    appearances: tuple[Appearance, ...]
    deaths: tuple[TorturedToDeath, ...]
    strikes: tuple[Strike, ...]
