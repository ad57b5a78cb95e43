"""The alignment model: how far one row of sounds is from another, in nats, from the frozen table of costs.

The table was learned from public transliteration pairs (see its head, and `benchmarks/train_names.py`); nothing here
learns. Time is the product of two bounded lengths.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from dalil.names.sounds import N_ARABIC, SOUNDS

VERSION: Final = "alignment-3"
EXCHANGED: Final = 360
"""Hundredths of a nat that two neighbouring sounds cost in the other order: as much as a letter lost."""
_TABLES: Final = Path(__file__).parent / "tables"


class Costs(NamedTuple):
    """The alignment table, in nats."""

    pair: list[list[float]]
    """Cost of one sound standing for another, by the numbers of both."""
    alone_across: list[float]
    """Cost of a sound that the other script does not write."""
    alone_inside: list[float]
    """Cost of a sound that another spelling of the same script leaves out."""


@lru_cache(maxsize=1)
def costs() -> Costs:
    """Return the table of the package, read once."""
    return read_costs(_TABLES / f"{VERSION}.tsv")


class Hundredths(NamedTuple):
    """The alignment table in hundredths of a nat: sums of them do not depend on their order."""

    pair: list[list[int]]
    alone_across: list[int]
    alone_inside: list[int]


@lru_cache(maxsize=1)
def hundredths() -> Hundredths:
    """Return `costs` in whole hundredths, as they are written in the table."""
    table = costs()
    whole = ([round(100 * cost) for cost in row] for row in (table.alone_across, table.alone_inside))
    return Hundredths([[round(100 * cost) for cost in row] for row in table.pair], *whole)


def read_costs(path: Path) -> Costs:
    """Read a table of costs."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert tuple(row[0] for row in rows) == SOUNDS
    numbers = [[int(cell) / 100 for cell in row[1:]] for row in rows]
    return Costs([row[2:] for row in numbers], [row[0] for row in numbers], [row[1] for row in numbers])


def use_costs(path: Path) -> None:
    """Take the costs from another table in this process: to measure what was learned from a half of the data."""
    other = read_costs(path)
    table = costs()
    for mine, theirs in zip(table, other, strict=True):
        mine[:] = theirs  # type: ignore[index]  # lists of numbers or of lists, alike on both sides
    hundredths.cache_clear()


def distance(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Return the cost of the best alignment of two rows of sounds: 0 for the same or the most usual, symmetric."""
    if a == b:
        return 0.0
    table = hundredths()
    if not a or not b:
        return sum([table.alone_inside[sound] for sound in a or b]) / 100
    if len(a) > len(b):
        a, b = b, a
    alone = table.alone_inside if (a[0] < N_ARABIC) == (b[0] < N_ARABIC) else table.alone_across
    pair = table.pair
    alone_b = [alone[sound] for sound in b]
    above = list(accumulate(alone_b, initial=0))
    for sound in a:
        row, skip = pair[sound], alone[sound]
        corner = above[0]
        left = corner + skip
        here = [left]
        for other, cost, up in zip(b, alone_b, above[1:], strict=True):
            left += cost
            best = corner + row[other]
            if best < left:
                left = best
            if up + skip < left:
                left = up + skip
            here.append(left)
            corner = up
        above = here
    return above[-1] / 100


def distance_exchanged(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Return `distance` where two neighbouring sounds of either row may also have been typed in the other order."""
    if not a or not b:
        return distance(a, b)
    table = hundredths()
    alone = table.alone_inside if (a[0] < N_ARABIC) == (b[0] < N_ARABIC) else table.alone_across
    pair = table.pair
    alone_b = [alone[sound] for sound in b]
    above = list(accumulate(alone_b, initial=0))
    before, last_row = above, pair[a[0]]
    for i, sound in enumerate(a):
        row, skip = pair[sound], alone[sound]
        corner = above[0]
        left = corner + skip
        here = [left]
        for position, other in enumerate(b):
            up = above[position + 1]
            best = corner + row[other]
            if up + skip < best:
                best = up + skip
            if i and position:
                crossed = before[position - 1] + last_row[other] + row[b[position - 1]] + EXCHANGED
                if crossed < best:
                    best = crossed
            left += alone_b[position]
            if left < best:
                best = left
            here.append(best)
            left, corner = best, up
        before, above, last_row = above, here, row
    return above[-1] / 100


def distance_to_beginning(beginning: tuple[int, ...], whole: tuple[int, ...]) -> float:
    """Return the least cost of aligning a row of sounds with any beginning of another."""
    table = costs()
    if not beginning or not whole:
        return 0.0 if not beginning else sum(table.alone_inside[sound] for sound in beginning)
    alone = table.alone_inside if (beginning[0] < N_ARABIC) == (whole[0] < N_ARABIC) else table.alone_across
    above = [0.0]
    for other in whole:
        above.append(above[-1] + alone[other])
    for sound in beginning:
        here = [above[0] + alone[sound]]
        for at, other in enumerate(whole):
            passed = min(above[at + 1] + alone[sound], here[at] + alone[other])
            here.append(min(above[at] + table.pair[sound][other], passed))
        above = here
    return min(above)
