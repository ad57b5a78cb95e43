"""How likely two units are spellings of one name: a number in [0, 1] that falls with the cost of their alignment.

Symmetric, 1 for equal forms, remembered per pair of units. Pairs whose consonants have little in common are not aligned
at all. The curve was fitted on public spellings against the nearest other names (`benchmarks/names.py --fit`).
"""

from __future__ import annotations

import math
from typing import Final

from dalil.names.alignment import distance
from dalil.names.units import Unit

MIDPOINT: Final = 0.62
"""Nats a sound at which a pair is as likely the same name as another near one."""
STEEPNESS: Final = 7.0
"""How fast likelihood falls around the midpoint, per nat a sound."""
EQUIVALENT: Final = 0.97
"""Likelihood that attested equivalents (Mehmet, محمد) mean the same name."""
DISTINCT: Final = 0.001
"""Likelihood of names that are near in sound and known to be two: Muhammad and Mahmud, Samar and Samir."""
OTHER: Final = 0.0
"""Likelihood given to units that share too few consonants to be aligned."""
_TOP: Final = 1 + math.exp(-STEEPNESS * MIDPOINT)
_MOST_DIFFERENT: Final = 2
"""Consonant classes that may be on one side only."""
_MOST_REMEMBERED: Final = 20_000
"""Pairs remembered for one unit."""


def likeness(a: Unit, b: Unit) -> float:
    """Return how likely two units are one name."""
    if a is b:
        return 1.0
    known = a.likeness.get(b)
    if known is None:
        known = OTHER if (a.mask ^ b.mask).bit_count() > _MOST_DIFFERENT else _aligned(a, b)
        if len(a.likeness) >= _MOST_REMEMBERED:
            a.likeness.clear()
        a.likeness[b] = b.likeness[a] = known
    return known


def _aligned(a: Unit, b: Unit) -> float:
    value = likeness_of_cost(cost_a_sound(a, b))
    if a.same_as and b.same_as:
        return max(value, EQUIVALENT) if a.same_as == b.same_as else min(value, DISTINCT)
    return value


def likeness_of_cost(nats_a_sound: float) -> float:
    """Return how likely spellings at a distance are of one name: 1 at none."""
    return _TOP / (1 + math.exp(STEEPNESS * (nats_a_sound - MIDPOINT)))


def cost_a_sound(a: Unit, b: Unit) -> float:
    """Return the cost of the best alignment by the mean length of both, in nats; length counts less than in full."""
    length = (len(a.sounds) + len(b.sounds)) / 2
    if not length:
        return 9.0
    cost = distance(a.sounds, b.sounds)
    if cost > 0.5:
        if a.other_sounds:
            cost = min(cost, distance(a.other_sounds, b.sounds))
        if b.other_sounds:
            cost = min(cost, distance(a.sounds, b.other_sounds))
    return cost / (0.5 + 0.5 * length)
