"""How many of whom: the printed figures of the report, less the few real persons the archive also holds.

Reality plus invention is what the archive counts. The seed documents' own persons are taken in from account files; some
of them fall into figures, and the invented population is smaller by exactly these. Rows (F07, R53 …) are those of the
acceptance table; the project keeps them with the demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

PRINTED: Final = {
    "F07": 364,  # coerced appearances
    "F08": 300,  # speakers disappeared after their first appearance
    "F09": 11,  # of those confirmed dead under torture ("some" in the report; the number is ours)
    "F10": 20_847,  # held or disappeared by the state over kinship
    "F11": 13,  # of F10, children
    "F12": 27,  # of F10, women
    "F13": 137,  # of F10, over 70
    "F14": 130_294,  # held or disappeared by the state: the denominator of 16 % (R48; not printed, the number is ours)
    "F15": 7_929,  # released, arrested over kinship
    "F16": 147,  # of F15, children
    "F17": 180,  # of F15, women
    "F19": 101_964,  # disappeared, by any party ("nearly 102,000" in the report)
    "F20": 43_058,  # held by the state and not disappeared ("tens of thousands" in the report)
}
"""What the report prints, or, where it prints words only, the number this demonstration gives to the words."""

REAL: Final = {
    "F07": 3,  # R12: Ali Othman, Sara Khaled Al-Alaou, the father of R21
    "F15": 3,  # R53, R58: a mother and her two sons, released 2021-05-12
    "F17": 1,  # R53: the mother; the sons' ages are not known, so they are in no age group
}
"""Real persons (F15, F17) and appearances (F07) of the seed documents that fall into a figure. Rows not named: none.

R12's three speakers are in no figure but F07: which of them disappeared or died is ambiguous (X19), and the archive
leaves it so.
"""

REAL_UNKNOWN: Final = {
    "F16": 2,  # R53: the two sons, "young" when they were arrested
}
"""Real persons of whom the documents do not let anyone tell whether they fall into a figure."""

STRIKES_BY_STATE: Final = 14
STRIKES_BY_RUSSIA: Final = 9
"""Air strikes on the Cave for F04 ("more than 20"); the same at every scale."""


def invented(row: str) -> int:
    """Return how much of a printed figure the invented population must make up at scale 1."""
    return PRINTED[row] - REAL.get(row, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many persons (and appearances) to draw; the values here are those of scale 1.

    What is not in PRINTED is plausible and chosen freely.
    """

    # held or disappeared by the state on the day of the report
    held: int = invented("F14")
    kin_held: int = invented("F10")
    kin_held_children: int = invented("F11")
    kin_held_women: int = invented("F12")
    kin_held_old: int = invented("F13")
    kin_held_old_women: int = 6
    kin_disappeared: int = 14_300
    kin_sentence_over: int = 310
    state_disappeared: int = invented("F14") - invented("F20")
    sentence_over: int = 2_316
    notices: int = 1_020  # disappeared, and a notice of death came without a body
    found_again: int = 1_200  # disappeared once, located since
    released_after: int = 260  # held on the day, released in the weeks after it
    # released over kinship
    kin_released: int = invented("F15")
    kin_released_children: int = invented("F16")
    kin_released_women: int = invented("F17")
    kin_released_old: int = 60
    # others, in none of the figures
    released: int = 6_000
    escaped: int = 300
    died: int = 900  # body returned
    unsure: int = 34  # released in "2021" or "2021-05": before or after the day, nobody can tell
    kin_unsure: int = 6
    later: int = 216  # arrested after the day
    kin_later: int = 24
    # other parties; with state_disappeared they make F19
    isis: int = 8_412
    hts: int = 2_071
    opposition: int = 2_243
    sdf: int = invented("F19") - (invented("F14") - invented("F20")) - 8_412 - 2_071 - 2_243
    others_ended: int = 500
    # what lists do not know about age, among adult men arrested over kinship
    kin_held_ageless: int = 40
    kin_held_adult_only: int = 120
    kin_released_ageless: int = 20
    kin_released_adult_only: int = 60
    # persons with two episodes
    rearrested: int = 340
    kin_rearrested: int = 60
    both_open: int = 30
    released_twice: int = 40
    released_then_later: int = 5
    # speakers on the air
    speakers_disappeared: int = invented("F08")
    speakers_confirmed_dead: int = invented("F09")
    speakers_notice_only: int = 5
    speakers_held: int = 12
    speakers_released: int = 6
    speakers_disappeared_before: int = 4
    speakers_never_held: int = 16
    speakers_again: int = 20
    appearances_again: int = invented("F07") - (invented("F08") + 12 + 6 + 4 + 16)  # beyond one a speaker
    deaths_elsewhere: int = 44  # deaths under torture of persons who never spoke on the air


SMALLEST, LARGEST = 0.005, 4.0


def sizes(scale: float) -> Sizes:
    """Return the sizes at a scale: each multiplied and rounded, none below one.

    Raises
    ------
    ValueError
        The scale is outside what the generator can draw.
    """
    if not SMALLEST <= scale <= LARGEST:
        raise ValueError(f"expected a scale from {SMALLEST} to {LARGEST}, found {scale}")
    return Sizes(**{field.name: max(1, round(getattr(Sizes(), field.name) * scale)) for field in fields(Sizes)})
