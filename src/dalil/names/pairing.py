"""Which unit of one name answers to which of the other, in order: given to given, family to family, fathers between.

Names come with two to five parts and lists leave out the middle ones; a family name may be missing, or be written
first. The pairing with the best evidence is taken. Work is bounded: a name has at most eight units here.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dalil.names.similarity import likeness
from dalil.names.units import Unit

NO_MATCH: Final = 0.35
"""Likeness below which a father's name is taken as missing from the longer name rather than as respelt."""
_LOW: Final = 0.5


class Pairing(NamedTuple):
    """Units side by side.

    Attributes
    ----------
    pairs : tuple of (int, int)
        Places in the first and in the second name, ascending in both; the first pair is the given names.
    family : bool
        The last units of both stand side by side.
    turned : bool
        The second name was read with its last unit first.
    """

    pairs: tuple[tuple[int, int], ...]
    family: bool
    turned: bool = False


_STRAIGHT: Final = tuple(tuple((at, at) for at in range(count)) for count in range(9))


def pair_units(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> Pairing:
    """Pair two names that are not empty."""
    n, m = len(a), len(b)
    if n == m:
        return Pairing(_STRAIGHT[n], n > 1)
    if n > m:
        found = _pair_shorter(b, a)
        return Pairing(tuple((y, x) for x, y in found.pairs), found.family)
    return _pair_shorter(a, b)


def _pair_shorter(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> Pairing:
    """Pair a name with a longer one."""
    n, m = len(a), len(b)
    if n == 1:
        return Pairing(((0, 0),), family=False)
    if n == 2:
        ends = likeness(a[1], b[-1])
        if ends < _LOW and likeness(a[1], b[1]) > max(_LOW, ends):
            return Pairing(((0, 0), (1, 1)), family=False)
        return Pairing(((0, 0), (1, m - 1)), family=True)
    middle, total = _best_in_order(a[1:-1], b[1:-1])
    ends = likeness(a[-1], b[-1])
    if ends < _LOW:
        without, other = _best_in_order(a[1:], b[1:])
        if other > total + ends + _LOW:
            return Pairing(((0, 0), *((x + 1, y + 1) for x, y in without)), without[-1][1] + 2 == m)
    return Pairing(((0, 0), *((x + 1, y + 1) for x, y in middle), (n - 1, m - 1)), family=True)


def _best_in_order(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> tuple[list[tuple[int, int]], float]:
    """Pair every unit of the shorter row with one of the longer, in order, for the greatest sum of likeness."""
    n, m = len(a), len(b)
    if n == 1:
        values = [likeness(a[0], other) for other in b]
        greatest = max(values)
        return [(0, values.index(greatest))], greatest
    spare = m - n
    # best[i][k]: the first i of the shorter, with k of the longer passed over
    best = [[0.0] * (spare + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for k in range(spare + 1):
            here = best[i - 1][k] + likeness(a[i - 1], b[i - 1 + k])
            best[i][k] = max(here, best[i][k - 1]) if k else here
    pairs, k = [], spare
    for i in range(n, 0, -1):
        while k and best[i][k] == best[i][k - 1]:
            k -= 1
        pairs.append((i - 1, i - 1 + k))
    return pairs[::-1], best[n][spare]
