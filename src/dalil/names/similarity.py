"""How likely two units are spellings of one name, as a doubt in nats: 0 for none, more for less likely.

Symmetric, 0 for equal forms, remembered per pair of units. Pairs whose consonants have little in common are not aligned
at all. The numbers were fitted on spellings of one name against near ones of other names (see `docs/explanation`).
"""

from __future__ import annotations

import math
from typing import Final

from dalil.names.alignment import distance, distance_exchanged
from dalil.names.units import Unit

CERTAIN: Final = 4.5
"""Logarithm of odds from which a spelling leaves no doubt."""
MOST: Final = 9.0
"""Doubt of names that have nothing to do with each other."""
BASE: Final = {(True, True): 1.7, (False, False): 2.0, (True, False): 3.8, (False, True): 3.8}
"""Logarithm of odds at no cost, by whether each side is in Arabic script: inside one script, near names are many."""
PER_NAT: Final = 0.8
FIRST_NAT: Final = 1.2
"""What the first nat says beyond that: most spellings of one name have none."""
PER_BIT: Final = 0.42
"""What a bit of rarity says for one name: a form nobody bears is a slip of the pen, a frequent one is another name."""
OTHER_CONSONANTS: Final = 1.6
"""What other consonants say against it, …"""
APART: Final = (0.0, 0.0, 1.6, 2.9)
"""… and how many classes of them only one side has."""
EQUIVALENT: Final = 4
"""What it says for one name that both are attested spellings of it (Mehmet, محمد), …"""
DISTINCT: Final = -8.5
"""… and that they are those of two, Muhammad and Mahmud, Samar and Samir, …"""
DISTINCT_PER_BIT: Final = 0.6
"""… less, for each bit of the more frequent one's rarity, where only vowels may be guessed wrongly (Majd for ماجد)."""
VOWELS_GUESSED: Final = 1.0
"""Nats up to which all letters of one are read in the other."""
CUT_SHORT: Final = 2.5
"""Doubt added where one spelling has only half of a compound: Abd for Abd al-Rahman, Zaid for Abu Zaid."""
HALF_FITS: Final = 2.0
"""Most doubt at which what is left fits a half: not Ibrahim for Abd al-Rahim."""
OTHER_HEAD: Final = 2.0
"""Doubt added to that of all letters where only one spelling is a compound, or both are with other heads."""
ONLY_WORDS: Final = ("umm", "wife")
"""Heads of compounds that are words in each language, not sounds."""
CLOSENESS: Final = 0.03
"""Doubt added per nat, so that among names without a doubt the nearest spelling comes first."""
MOST_DIFFERENT: Final = 3
"""Consonant classes that may be on one side only."""
FREQUENT: Final = 9.0
"""Bits of rarity up to which a name is so frequent that it is seldom a slip of the pen for another."""
TRY_OTHERWISE: Final = 0.5
"""Nats from which other readings of a spelling are tried."""
MOST_APART_EXCHANGED: Final = 1
"""Consonant classes that may be on one side only where two sounds were exchanged."""
TRY_EXCHANGED: Final = 3.6
"""Nats above which two spellings with nearly the same consonants are tried with two sounds exchanged."""
_MOST_REMEMBERED: Final = 20_000
"""Pairs remembered for one unit."""
_TOP: Final = 1 + math.exp(-CERTAIN)


def doubt(a: Unit, b: Unit) -> float:
    """Return how doubtful it is that two units are one name, from 0 to `MOST`."""
    if a is b:
        return 0.0
    known = a.doubts.get(b)
    if known is None:
        if a.head is not b.head and (a.rest or b.rest):
            known = _cut_short(a, b)
        elif a.rest and b.rest and a.head in ONLY_WORDS:
            known = doubt(a.rest, b.rest)
        else:
            known = _aligned(a, b) if may_be_one(a, b) else MOST
        remember(a, b, known)
    return known


def remember(a: Unit, b: Unit, known: float) -> None:
    """Keep the doubt of two units for the next time it is asked for."""
    if len(a.doubts) >= _MOST_REMEMBERED:
        a.doubts.clear()
    a.doubts[b] = b.doubts[a] = known


def likeness(a: Unit, b: Unit) -> float:
    """Return how likely two units are one name, from 0 to 1: `doubt` as a probability."""
    return _TOP / (1 + math.exp(doubt(a, b) - CERTAIN))


def may_be_one(a: Unit, b: Unit) -> bool:
    """Say whether two units have enough consonants in common to be worth aligning; frequent names need more."""
    apart = (a.mask ^ b.mask).bit_count()
    return apart < MOST_DIFFERENT or (apart == MOST_DIFFERENT and (a.rarity > FREQUENT or b.rarity > FREQUENT))


def _aligned(a: Unit, b: Unit) -> float:
    nats = nats_apart(a, b)
    apart = (a.mask ^ b.mask).bit_count()
    odds = BASE[a.arabic, b.arabic] - PER_NAT * nats - FIRST_NAT * min(nats, 1.0) + PER_BIT * max(a.rarity, b.rarity)
    if a.coarse != b.coarse:
        odds -= OTHER_CONSONANTS
    odds -= APART[apart]
    if a.groups and b.groups:
        if not set(a.groups).isdisjoint(b.groups):
            odds += EQUIVALENT
        else:
            odds += DISTINCT + (DISTINCT_PER_BIT * min(a.bits, b.bits) if nats <= VOWELS_GUESSED else 0.0)
    return min(MOST, max(0.0, CERTAIN - odds) + CLOSENESS * (nats + (a.arabic is not b.arabic)))


def _cut_short(a: Unit, b: Unit) -> float:
    """Return the doubt between a compound and what may be a half of it; a wife is not her husband."""
    if "wife" in (a.head, b.head):
        return MOST
    value = min(MOST, _aligned(a, b) + OTHER_HEAD) if may_be_one(a, b) else MOST
    for whole, half in ((a, b), (b, a)):
        if whole.rest is not None and half.rest is None:
            other = 0.0 if half.alone == whole.head else doubt(whole.rest, half)
            value = min(value, other + CUT_SHORT if other <= HALF_FITS else MOST)
    return value


def nats_apart(a: Unit, b: Unit) -> float:
    """Return `cost`, or what it is with two neighbouring sounds exchanged, if that is less."""
    nats = cost(a, b)
    if nats > TRY_EXCHANGED and (a.mask ^ b.mask).bit_count() <= MOST_APART_EXCHANGED:
        nats = min(nats, distance_exchanged(a.sounds, b.sounds))
    return nats


def cost(a: Unit, b: Unit) -> float:
    """Return the cost of the best alignment of the sounds of two units, in any reading of each, in nats."""
    nats = distance(a.sounds, b.sounds)
    if nats > TRY_OTHERWISE:
        if a.other_sounds:
            nats = min(nats, distance(a.other_sounds, b.sounds))
        if b.other_sounds:
            nats = min(nats, distance(a.sounds, b.other_sounds))
    return nats
