"""What two names say part by part, as plain numbers: for models that weigh names beside dates and places.

The fast way for millions of pairs: read each name once with `units_of`, then give the units to `compare_features`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dalil.names.comparing import read_together, score_units
from dalil.names.similarity import likeness
from dalil.names.units import Unit

ABSENT: Final = -1.0
"""Likeness where one of the names has no such part."""


class Features(NamedTuple):
    """Numbers about two names; a likeness is in [0, 1], or `ABSENT`.

    Attributes
    ----------
    score : float
        What `score` says.
    given, father, grandfather, family : float
        Likeness of the parts that stand side by side. Of the names between, the first pair is the father's.
    worst : float
        The least likeness of any pair.
    given_bits, family_bits : float
        How surprising it is that the names agree as far as they do: bits of the less rare one, times likeness.
    first_parts, second_parts, pairs : int
        Units of each name, and how many stand side by side.
    """

    score: float
    given: float
    father: float
    grandfather: float
    family: float
    worst: float
    given_bits: float
    family_bits: float
    first_parts: int
    second_parts: int
    pairs: int


NO_FEATURES: Final = Features(0.0, *(ABSENT,) * 5, 0.0, 0.0, 0, 0, 0)


def compare_features(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> Features:
    """Return the numbers of two names already read; `NO_FEATURES` if one is no name."""
    if not a or not b:
        return NO_FEATURES
    n_first, n_second = len(a), len(b)
    value = score_units(a, b)
    (a, b, _, _), pairing = read_together(a, b)
    likenesses = [likeness(a[x], b[y]) for x, y in pairing.pairs]
    first_x, first_y = pairing.pairs[0]
    given = likenesses[0]
    family, family_bits, stop = ABSENT, 0.0, len(likenesses)
    if pairing.family:
        stop -= 1
        family = likenesses[-1]
        family_bits = family * min(a[-1].family_bits, b[-1].family_bits)
    return Features(
        value,
        given,
        likenesses[1] if stop > 1 else ABSENT,
        likenesses[2] if stop > 2 else ABSENT,
        family,
        min(likenesses),
        given * min(a[first_x].given_bits, b[first_y].given_bits),
        family_bits,
        n_first,
        n_second,
        len(likenesses),
    )
