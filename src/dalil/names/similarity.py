"""How likely two units are spellings of one name, as a doubt in nats: 0 for none, more for less likely.

Symmetric, 0 for equal forms, remembered per pair of units. Pairs whose consonants have little in common are not aligned
at all. The numbers were fitted on spellings of one name against near ones of other names (see `docs/explanation`).
"""

from __future__ import annotations

import math
from typing import Final

from dalil.names.alignment import distance
from dalil.names.units import Unit

CERTAIN: Final = 4.5
"""Logarithm of odds from which a spelling leaves no doubt."""
MOST: Final = 9.0
"""Doubt of names that have nothing to do with each other."""
BASE: Final = {(True, True): 0.3, (False, False): 1.1, (True, False): 3.2, (False, True): 3.2}
"""Logarithm of odds at no cost, by whether each side is in Arabic script: inside one script, near names are many."""
PER_NAT: Final = 1.1
FIRST_NAT: Final = 0.3
"""What the first nat says beyond that: most spellings of one name have none."""
PER_BIT: Final = 0.5
"""What a bit of rarity says for one name: a form nobody bears is a slip of the pen, a frequent one is another name."""
OTHER_CONSONANTS: Final = 1.6
"""What other consonants say against it."""
EQUIVALENT: Final = 0.5
"""Most doubt between attested equivalents (Mehmet, محمد)."""
DISTINCT: Final = 8.0
"""Least doubt between names that are near in sound and known to be two: Muhammad and Mahmud, Samar and Samir."""
CUT_SHORT: Final = 2.5
"""Doubt added where one spelling has only half of a compound: Abd for Abd al-Rahman, Zaid for Abu Zaid."""
ONLY_WORDS: Final = ("umm", "wife")
"""Heads of compounds that are words in each language, not sounds."""
CLOSENESS: Final = 0.03
"""Doubt added per nat, so that among names without a doubt the nearest spelling comes first."""
MOST_DIFFERENT: Final = 2
"""Consonant classes that may be on one side only."""
FREQUENT: Final = 9.0
"""Bits of rarity up to which a name is so frequent that it is seldom a slip of the pen for another."""
TRY_OTHERWISE: Final = 0.5
"""Nats from which other readings of a spelling are tried."""
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
    nats = cost(a, b)
    odds = BASE[a.arabic, b.arabic] - PER_NAT * nats - FIRST_NAT * min(nats, 1.0) + PER_BIT * max(a.rarity, b.rarity)
    if a.coarse != b.coarse:
        odds -= OTHER_CONSONANTS
    value = min(MOST, max(0.0, CERTAIN - odds) + CLOSENESS * (nats + (a.arabic is not b.arabic)))
    if a.same_as and b.same_as:
        return min(value, EQUIVALENT + CLOSENESS * nats) if a.same_as == b.same_as else max(value, DISTINCT)
    return value


def _cut_short(a: Unit, b: Unit) -> float:
    """Return the doubt between a compound and what may be a half of it; a wife is not her husband."""
    if "wife" in (a.head, b.head):
        return MOST
    value = _aligned(a, b) if may_be_one(a, b) else MOST
    for whole, half in ((a, b), (b, a)):
        if whole.rest is not None and half.rest is None:
            other = 0.0 if half.alone == whole.head else doubt(whole.rest, half)
            value = min(value, other + CUT_SHORT)
    return value


def cost(a: Unit, b: Unit) -> float:
    """Return the cost of the best alignment of the sounds of two units, in any reading of each, in nats."""
    nats = distance(a.sounds, b.sounds)
    if nats > TRY_OTHERWISE:
        if a.other_sounds:
            nats = min(nats, distance(a.other_sounds, b.sounds))
        if b.other_sounds:
            nats = min(nats, distance(a.sounds, b.other_sounds))
    return nats
