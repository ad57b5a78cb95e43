"""Which unit of one name answers to which of the other, in order: given to given, family to family, fathers between.

Names come with two to five parts and lists leave out the middle ones; a family name may be missing. The pairing with
the least doubt is taken. Work is bounded: a name has at most eight units here.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dalil.names.similarity import doubt
from dalil.names.units import Unit

NO_MATCH: Final = 4.5
"""Doubt from which a part is taken as another name rather than as respelt."""
FATHER_LOST: Final = 6.0
"""Doubt by which a father's name must fit worse than a grandfather's to be taken for left out."""


class Pairing(NamedTuple):
    """Units side by side.

    Attributes
    ----------
    pairs : tuple of (int, int)
        Places in the first and in the second name, ascending in both; the first pair is the given names.
    family : bool
        The last units of both stand side by side.
    """

    pairs: tuple[tuple[int, int], ...]
    family: bool


_STRAIGHT: Final = tuple(tuple((at, at) for at in range(count)) for count in range(9))


def pair_units(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> Pairing:
    """Pair two names that are not empty."""
    n, m = len(a), len(b)
    if n == m:
        return Pairing(_STRAIGHT[n], n > 1)
    if n > m:
        found = _pair_shorter(b, a)
        return Pairing(tuple([(y, x) for x, y in found.pairs]), found.family)
    return _pair_shorter(a, b)


def _pair_shorter(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> Pairing:
    """Pair a name with a longer one."""
    n, m = len(a), len(b)
    if n == 1:
        return Pairing(((0, 0),), family=False)
    ends = doubt(a[-1], b[-1])
    if n == 2:
        if ends > NO_MATCH and doubt(a[1], b[1]) < min(NO_MATCH, ends):
            return Pairing(((0, 0), (1, 1)), family=False)
        return Pairing(((0, 0), (1, m - 1)), family=True)
    if n == 3 and m == 4:
        return _pair_three(a, b, ends)
    if n == 3:
        greatest, total = 1, doubt(a[1], b[1])
        least = total - FATHER_LOST
        for at in range(2, m - 1) if least > 0 else ():
            other = doubt(a[1], b[at])
            if other < least:
                greatest, total, least = at, other, other
        middle = [(0, greatest - 1)]
    else:
        middle, total = _best_in_order(a[1:-1], b[1:-1])
    if ends > NO_MATCH:
        without, other = _best_in_order(a[1:], b[1:])
        if other < total + ends - NO_MATCH:
            return Pairing(((0, 0), *[(x + 1, y + 1) for x, y in without]), without[-1][1] + 2 == m)
    return Pairing(((0, 0), *[(x + 1, y + 1) for x, y in middle], (n - 1, m - 1)), family=True)


_MOVED: Final = Pairing(((0, 0), (1, 2), (2, 3)), family=True)
_NOT_MOVED: Final = Pairing(((0, 0), (1, 1), (2, 3)), family=True)
_WITHOUT_FAMILY: Final = Pairing(((0, 0), (1, 1), (2, 2)), family=False)


def _pair_three(a: tuple[Unit, ...], b: tuple[Unit, ...], ends: float) -> Pairing:
    """Pair a name of three units with one of four, the most frequent pair of lists, as the general rule would."""
    near = doubt(a[1], b[1])
    if ends <= NO_MATCH and near <= FATHER_LOST:
        return _NOT_MOVED
    far = doubt(a[1], b[2])
    moved = far < near - FATHER_LOST
    if ends > NO_MATCH:
        straight = near + doubt(a[2], b[2])
        spread = min(far, near) + ends
        if min(spread, straight) < (far if moved else near) + ends - NO_MATCH:
            if straight <= spread:
                return _WITHOUT_FAMILY
            moved = far < near
    return _MOVED if moved else _NOT_MOVED


def _best_in_order(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> tuple[list[tuple[int, int]], float]:
    """Pair every unit of the shorter row with one of the longer, in order, for the least sum of doubts."""
    n, m = len(a), len(b)
    spare = m - n
    # best[i][k]: the first i of the shorter, with k of the longer passed over
    best = [[0.0] * (spare + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for k in range(spare + 1):
            here = best[i - 1][k] + doubt(a[i - 1], b[i - 1 + k])
            best[i][k] = min(here, best[i][k - 1]) if k else here
    pairs, k = [], spare
    for i in range(n, 0, -1):
        while k and best[i][k] == best[i][k - 1]:
            k -= 1
        pairs.append((i - 1, i - 1 + k))
    return pairs[::-1], best[n][spare]
