"""How lists write of persons: the habits of two shapes of lists, and others drawn from a seed.

What links lists must not hang on the habits it was tried on. `drawn` gives other lists: another number of them, other
scripts and spellings, other fields left out, other slips, and some habits that the shapes do not have: days of reports
instead of deaths, days and ages rounded, titles before names, families first, places of birth.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How one list writes."""

    name: str
    script: str
    share: float
    parts: tuple[float, float, float]
    """Chances of 4, 3 and 2 name parts."""
    father_column: float = 0.0
    mother: float = 0.03
    kunya: float = 0.02
    kunya_for_name: float = 0.0
    slips: float = 0.02
    age: float = 0.5
    whole_date: float = 0.95
    place: float = 0.85
    twice: float = 0.02
    revised: float = 0.0
    """Chance that a father's, grandfather's or family name is another one: corrected since, or taken from elsewhere."""
    comma: float = 0.0
    title: float = 0.0
    """Chance of a word before the name that is none of it."""
    family_first: float = 0.0
    late: float = 0.0
    """Chance that the day is that of a report, up to nine days later."""
    first_of_month: float = 0.0
    """Chance that of a day only the month was known, and is written as its first."""
    round_age: float = 0.0
    """Chance of an age rounded to fives."""
    elsewhere: float = 0.0
    """Chance of another place: of birth, or of the grave."""
    no_sex: float = 0.03
    untold: float = 0.02
    """Chance that a list of deaths leaves out the day; as much, the place; half of either, both."""


DEATHS: Final = (
    Habit(name="L1", script="ar", share=0.31, parts=(0.8, 0.15, 0.05), age=0.55, place=0.92, twice=0.04),
    Habit(name="L2", script="ar", share=0.335, parts=(0.1, 0.3, 0.6), father_column=0.5, mother=0.4, age=0.44),
    Habit(name="L3", script="en", share=0.205, parts=(0.12, 0.6, 0.28), age=0.5, slips=0.03, comma=0.03),
    Habit(name="L4", script="ar", share=0.28, parts=(0.1, 0.45, 0.45), kunya_for_name=0.1, slips=0.05, age=0.3,
          whole_date=0.87, place=0.65, father_column=0.08),
    Habit(name="L5", script="mixed", share=0.085, parts=(0.15, 0.4, 0.45), age=0.4, slips=0.05, place=0.75, comma=0.05),
)  # fmt: skip
REGISTERS: Final = (
    Habit(
        name="G1", script="rule", share=0.4, parts=(0.9, 0.07, 0.03), age=0.98, twice=0.002, slips=0.01, revised=0.02
    ),
    Habit(
        name="G2", script="ar", share=0.58, parts=(0.93, 0.05, 0.02), age=0.98, twice=0.002, slips=0.04, revised=0.02
    ),
    Habit(
        name="G3", script="form", share=0.7, parts=(0.9, 0.07, 0.03), age=0.98, twice=0.002, slips=0.01, revised=0.02
    ),
    Habit(
        name="G4", script="ar", share=0.88, parts=(0.95, 0.04, 0.01), age=0.98, twice=0.002, slips=0.04, revised=0.01
    ),
)


def drawn(seed: int, shape: str) -> tuple[Habit, ...]:
    """Return the habits of three to six lists, by seed."""
    rng = random.Random(f"habits {shape} {seed}")
    scripts = ["ar", rng.choice(("en", "fr", "mixed"))]
    scripts += [rng.choice(("ar", "ar", "en", "fr", "rule", "mixed")) for _ in range(rng.randint(1, 4))]
    if shape == "registers":
        return tuple(_register(rng, f"H{at}", script, at / len(scripts)) for at, script in enumerate(scripts, 1))
    return tuple(_list_of_deaths(rng, f"H{at}", script) for at, script in enumerate(scripts, 1))


def _list_of_deaths(rng: random.Random, name: str, script: str) -> Habit:
    four, two = rng.uniform(0.05, 0.85), rng.uniform(0.05, 0.95)
    return Habit(
        name=name, script=script, share=rng.uniform(0.08, 0.45), parts=(four, (1 - four) * (1 - two), (1 - four) * two),
        father_column=_some(rng, 0.4, 0.6), mother=_some(rng, 0.3, 0.5), kunya=_some(rng, 0.3, 0.1),
        kunya_for_name=_some(rng, 0.3, 0.08), slips=rng.uniform(0.01, 0.06), age=rng.uniform(0.1, 0.8),
        whole_date=rng.uniform(0.75, 0.98), place=rng.uniform(0.4, 0.95), twice=rng.uniform(0.0, 0.05),
        revised=_some(rng, 0.3, 0.03), comma=0.0 if script == "ar" else _some(rng, 0.3, 0.3),
        title=_some(rng, 0.3, 0.3), family_first=_some(rng, 0.2, 0.15), late=_some(rng, 0.3, 0.3),
        first_of_month=_some(rng, 0.3, 0.1), round_age=_some(rng, 0.4, 0.5), elsewhere=_some(rng, 0.3, 0.2),
        no_sex=rng.choice((0.0, 0.03, 0.3)),
    )  # fmt: skip


def _register(rng: random.Random, name: str, script: str, share: float) -> Habit:
    four = rng.uniform(0.6, 0.95)
    return Habit(
        name=name, script=script, share=min(0.95, share * rng.uniform(0.8, 1.1)),
        parts=(four, (1 - four) * 0.7, (1 - four) * 0.3), twice=rng.choice((0.0, 0.002, 0.01)),
        slips=rng.uniform(0.005, 0.05), age=rng.uniform(0.85, 0.99), revised=rng.uniform(0.0, 0.05),
        title=_some(rng, 0.2, 0.2), round_age=_some(rng, 0.3, 0.1), no_sex=rng.choice((0.0, 0.03)),
    )  # fmt: skip


def _some(rng: random.Random, chance: float, most: float) -> float:
    """Return nothing, or with a chance up to so much."""
    return rng.uniform(0.1, 1.0) * most if rng.random() < chance else 0.0
