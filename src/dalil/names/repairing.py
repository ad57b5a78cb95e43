"""Other ways to read two names side by side: words cut in the wrong place, and parts in another order.

Lists are typed in haste: Mahmouda Lwan for Mahmoud Alwan, Abus Hawish for Abu Shawish; and some write the family before
the father, or before everything. Tried only where the names have much in common and do not fit as they stand. Given and
father's name are never exchanged: they would make a son his father.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from dalil.names.pairing import NO_MATCH, Pairing
from dalil.names.similarity import doubt
from dalil.names.units import Unit, unit
from dalil.names.words import JOINT

Groups = tuple[tuple[int, ...], ...]

WELL: Final = 3.0
"""Most doubt at which units read otherwise are taken to fit."""
_MOST_DIFFERENT: Final = 1
"""Consonant classes that joined units may have on one side only."""
_MOST_MISSING: Final = 1
"""Consonant classes of the shorter name that the longer one may lack."""


class Repair(NamedTuple):
    """Two names read otherwise: their units, and which of the units as written each stands for."""

    a: tuple[Unit, ...]
    b: tuple[Unit, ...]
    from_a: Groups
    from_b: Groups


def repairs(a: tuple[Unit, ...], b: tuple[Unit, ...], pairing: Pairing) -> Iterator[Repair]:
    """Yield other readings that look promising; none if the names have too little in common."""
    bad = [pair for pair in pairing.pairs if doubt(a[pair[0]], b[pair[1]]) > NO_MATCH]
    if not bad or (len(bad) < 2 and len(a) == len(b)) or not _have_much_in_common(a, b):
        return
    bad_a, bad_b = {x for x, _ in bad}, {y for _, y in bad}
    plain_a, plain_b = _each(a), _each(b)
    unpaired_a = bad_a | (set(range(len(a))) - {x for x, _ in pairing.pairs})
    unpaired_b = bad_b | (set(range(len(b))) - {y for _, y in pairing.pairs})
    if len(a) >= len(b):
        for units, groups in _joined(a, unpaired_a, [b[y] for y in bad_b]):
            yield Repair(units, b, groups, plain_b)
    if len(a) <= len(b):
        for units, groups in _joined(b, unpaired_b, [a[x] for x in bad_a]):
            yield Repair(a, units, plain_a, groups)
    if len(a) == len(b):
        for at in range(len(a) - 1):
            if at in bad_a and at + 1 in bad_a:
                mask = b[at].mask | b[at + 1].mask
                one = _join(a, at) if ((a[at].mask | a[at + 1].mask) ^ mask).bit_count() <= _MOST_DIFFERENT else None
                other = _join(b, at) if one else None
                if one and other and doubt(one[0][at], other[0][at]) < WELL:
                    yield Repair(one[0], other[0], one[1], other[1])
    if len(a) <= len(b):
        for units, groups in _reordered(a, b, bad_a):
            yield Repair(units, b, groups, plain_b)
    else:
        for units, groups in _reordered(b, a, bad_b):
            yield Repair(a, units, plain_a, groups)


def _have_much_in_common(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> bool:
    mask_a = mask_b = 0
    for each in a:
        mask_a |= each.mask
    for each in b:
        mask_b |= each.mask
    if len(a) > len(b):
        mask_a, mask_b = mask_b, mask_a
    return (mask_a & ~mask_b).bit_count() <= _MOST_MISSING


def _each(units: tuple[Unit, ...]) -> Groups:
    return tuple((at,) for at in range(len(units)))


def _join(units: tuple[Unit, ...], at: int) -> tuple[tuple[Unit, ...], Groups] | None:
    """Return a name with two neighbouring units as one."""
    first, second = units[at], units[at + 1]
    if first.script != second.script:
        return None
    joined = unit((first.form + second.form).replace(JOINT, ""), first.script)
    plain = _each(units)
    return (*units[:at], joined, *units[at + 2 :]), (*plain[:at], (at, at + 1), *plain[at + 2 :])


def _joined(units: tuple[Unit, ...], free: set[int], wanted: list[Unit]) -> Iterator[tuple[tuple[Unit, ...], Groups]]:
    """Yield a name with two of its units as one, where that fits a unit of the other name."""
    for at in range(len(units) - 1):
        if at in free or at + 1 in free:
            mask = units[at].mask | units[at + 1].mask
            likely = [other for other in wanted if (mask ^ other.mask).bit_count() <= _MOST_DIFFERENT]
            found = _join(units, at) if likely else None
            if found and any(doubt(found[0][at], other) < WELL for other in likely):
                yield found


def _reordered(
    units: tuple[Unit, ...], other: tuple[Unit, ...], bad: set[int]
) -> Iterator[tuple[tuple[Unit, ...], Groups]]:
    """Yield a name with its family first, or two neighbours after the given name exchanged, where that may fit."""
    plain = _each(units)
    last = len(units) - 1
    if last < 1:
        return
    if 0 in bad:
        if last not in bad:
            return
        if doubt(units[last], other[0]) < WELL:
            yield (units[last], *units[:last]), (plain[last], *plain[:last])
        if doubt(units[0], other[-1]) < WELL:
            yield (*units[1:], units[0]), (*plain[1:], plain[0])
        return
    for at in range(1, last):
        if at in bad and (at + 1 in bad or len(units) < len(other)):
            yield (
                (*units[:at], units[at + 1], units[at], *units[at + 2 :]),
                (*plain[:at], plain[at + 1], plain[at], *plain[at + 2 :]),
            )
