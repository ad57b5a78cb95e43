"""Two persons compared by their names and those of their parents, where a list has columns for them.

A father's name in a column of its own is put where a full name has it. A mother's name is weighed beside: brothers and
sisters share it, so that agreeing says little and differing much.
"""

from __future__ import annotations

from math import exp, log
from typing import Final

from dalil.names.comparing import score_units
from dalil.names.pairing import NO_MATCH
from dalil.names.similarity import doubt
from dalil.names.units import Unit, units_of

SAME_MOTHER: Final = 1.0
"""What the same mother adds to the logarithm of odds, …"""
SAME_MOTHER_A_BIT: Final = 0.15
"""… and for each bit of her name's rarity."""
OTHER_MOTHER_A_NAT: Final = -0.6
"""What each nat of doubt takes away."""
_LEAST: Final = 1e-12


def with_father(name: tuple[Unit, ...], father: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Return a name with the father's given name after the person's own, unless it is there."""
    if not name or not father or any(doubt(father[0], part) < NO_MATCH for part in name[1:]):
        return name
    return (name[0], father[0], *name[1:])


def score_with_parents(
    a: str, b: str, *, fathers: tuple[str, str] = ("", ""), mothers: tuple[str, str] = ("", "")
) -> float:
    """Return how likely two names are of one person, given the names of their fathers and mothers; empty if unknown."""
    first = with_father(units_of(a), units_of(fathers[0]))
    second = with_father(units_of(b), units_of(fathers[1]))
    by_names = score_units(first, second)
    mother_a, mother_b = units_of(mothers[0]), units_of(mothers[1])
    if not by_names or not mother_a or not mother_b:
        return by_names
    apart = doubt(mother_a[0], mother_b[0])
    if len(mother_a) > 1 and len(mother_b) > 1:  # her own family's name, which the children do not bear
        apart = max(apart, min(doubt(mother_a[-1], mother_b[-1]), NO_MATCH))
    weight = OTHER_MOTHER_A_NAT * apart
    if apart < NO_MATCH:
        weight += SAME_MOTHER + SAME_MOTHER_A_BIT * min(mother_a[0].given_bits, mother_b[0].given_bits)
    odds = log(by_names / max(_LEAST, 1 - by_names)) + weight
    return 1 / (1 + exp(-odds)) if odds > -40 else 0.0
