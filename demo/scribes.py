"""What the writers of all lists share: chance, spellings, and how they come to say an age or a date."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from demo.days import Precision
from demo.naming import name_parts
from demo.people import AgeKnown, Episode, Person
from demo.sheets import Cell
from demo.spelling import Spelling
from demo.telling import Told


class Scribe(Protocol):
    """Writes the rows of one list."""

    def row(self, key: str, person: Person, episode: Episode, told: Told) -> Sequence[Cell]:
        """Return the cells of one row."""


@cache
def spelling() -> Spelling:
    """Return the spellings of all parts of names."""
    return Spelling(name_parts())


def birth_precision(person: Person, episode: Episode, rng: random.Random, *, to_the_day: float) -> Precision | None:
    """Return how precisely a list gives a birth; None: not at all.

    Of persons arrested over kinship whose age is known, every list with a column for it gives the year at least, since
    a count may hang on it; of others one in ten is left out.
    """
    if person.age_known is not AgeKnown.FULL:
        return None
    if person.exact:
        return Precision.DAY
    if not episode.is_kin and rng.random() < 0.1:
        return None
    return Precision.DAY if rng.random() < to_the_day else Precision.YEAR


def last_known(told: Told) -> str:
    """Return the last thing a row knows: an event, "silent", or "" for no more than the arrest."""
    return told.ended or told.noted or ("silent" if told.silent else "")
