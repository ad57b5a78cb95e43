"""Other ways to read two names side by side: words cut in the wrong place, and parts in another order.

Lists are typed in haste: Mahmouda Lwan for Mahmoud Alwan, Abus Hawish for Abu Shawish; and some write the family before
the father, or before everything. Tried only where the names have much in common and do not fit as they stand. Given and
father's name are never exchanged: they would make a son his father.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from dalil.names.pairing import NO_MATCH, Pairing
from dalil.names.similarity import FREQUENT, doubt
from dalil.names.units import Unit, unit
from dalil.names.words import JOINT

Groups = tuple[tuple[int, ...], ...]

WELL: Final = 3.0
"""Most doubt at which units read otherwise are taken to fit."""
WELL_FOR_NAMES: Final = 1.0
"""Most doubt at which two units that are both names people bear, by themselves, are taken for one: Mohamadkhaled."""
MOST_DIFFERENT: Final = 1
"""Consonant classes that joined units may have on one side only."""
MOST_LONGER: Final = 2
"""Consonants by which joined units and the one they answer to may differ in number."""
MOST_MISSING: Final = 1
"""Consonant classes of the shorter name that the longer one may lack."""


class Repair(NamedTuple):
    """Two names read otherwise: their units, and which of the units as written each stands for."""

    a: tuple[Unit, ...]
    b: tuple[Unit, ...]
    from_a: Groups
    from_b: Groups


def repairs(a: tuple[Unit, ...], b: tuple[Unit, ...], pairing: Pairing) -> list[Repair]:
    """Return other readings that look promising; none if the names have too little in common."""
    bad = [(x, y) for x, y in pairing.pairs if doubt(a[x], b[y]) > NO_MATCH]
    n, m = len(a), len(b)
    if not bad or (len(bad) < 2 and n == m) or not _have_much_in_common(a, b):
        return []
    if n > m:
        turned = _repairs_of_shorter(b, a, [(y, x) for x, y in bad], {y: x for x, y in pairing.pairs})
        return [Repair(second, first, from_b, from_a) for first, second, from_a, from_b in turned]
    return _repairs_of_shorter(a, b, bad, dict(pairing.pairs))


def _repairs_of_shorter(
    a: tuple[Unit, ...], b: tuple[Unit, ...], bad: list[tuple[int, int]], paired: dict[int, int]
) -> list[Repair]:
    """Return other readings of a name and of one as long or longer, some pairs of which are bad."""
    found = []
    wanted = [a[x] for x, _ in bad]
    free = {y for _, y in bad}
    if len(b) > len(a):
        free.update(set(range(len(b))).difference(paired.values()))
    for units, groups in _joined(b, free, wanted):
        found.append(Repair(a, units, _each(a), groups))
    if len(a) == len(b):
        for units, groups in _joined(a, {x for x, _ in bad}, [b[y] for _, y in bad]):
            found.append(Repair(units, b, groups, _each(b)))
        for (at, _), (after, _) in pairwise(bad):
            if after == at + 1:
                found += _both_joined(a, b, at)
    if len(bad) > 1 or (len(b) > len(a) and bad[0][0] > 0):
        for units, groups in _reordered(a, b, {x for x, _ in bad}):
            found.append(Repair(units, b, groups, _each(b)))
        if len(a) == len(b):  # the same pairs, but another of them is that of the given names
            for units, groups in _reordered(b, a, {y for _, y in bad}):
                found.append(Repair(a, units, _each(a), groups))
    return found


def joined_unit(first: Unit, second: Unit) -> Unit | None:
    """Return two units as one; None for units of two scripts."""
    if first.script != second.script:
        return None
    return unit((first.form + second.form).replace(JOINT, ""), first.script)


def _both_joined(a: tuple[Unit, ...], b: tuple[Unit, ...], at: int) -> list[Repair]:
    """Return the reading of two names each with the same neighbours as one, if that fits: a space moved."""
    if any(a[x].same_as and b[x].same_as and a[x].same_as != b[x].same_as for x in (at, at + 1)):
        return []  # Muhammad Mahmud and Mahmud Muhammad are cut where they should be
    apart = (a[at].mask | a[at + 1].mask) ^ (b[at].mask | b[at + 1].mask)
    one = _join(a, at) if apart.bit_count() <= MOST_DIFFERENT else None
    other = _join(b, at) if one else None
    if one and other and doubt(one[0][at], other[0][at]) < WELL:
        return [Repair(one[0], other[0], one[1], other[1])]
    return []


def _have_much_in_common(a: tuple[Unit, ...], b: tuple[Unit, ...]) -> bool:
    mask_a = mask_b = 0
    for each in a:
        mask_a |= each.mask
    for each in b:
        mask_b |= each.mask
    if len(a) == len(b):
        return max((mask_a & ~mask_b).bit_count(), (mask_b & ~mask_a).bit_count()) <= MOST_MISSING
    if len(a) > len(b):
        mask_a, mask_b = mask_b, mask_a
    return (mask_a & ~mask_b).bit_count() <= MOST_MISSING


def _each(units: tuple[Unit, ...]) -> Groups:
    return tuple((at,) for at in range(len(units)))


def _join(units: tuple[Unit, ...], at: int) -> tuple[tuple[Unit, ...], Groups] | None:
    """Return a name with two neighbouring units as one."""
    joined = joined_unit(units[at], units[at + 1])
    if joined is None:
        return None
    plain = _each(units)
    return (*units[:at], joined, *units[at + 2 :]), (*plain[:at], (at, at + 1), *plain[at + 2 :])


def _may_be_both(first: Unit, second: Unit, other: Unit) -> bool:
    """Say whether two units as one may be another: about as long, with about the same consonants."""
    return (
        abs(len(first.key) + len(second.key) - len(other.key)) <= MOST_LONGER
        and ((first.mask | second.mask) ^ other.mask).bit_count() <= MOST_DIFFERENT
    )


def _joined(units: tuple[Unit, ...], free: set[int], wanted: list[Unit]) -> Iterator[tuple[tuple[Unit, ...], Groups]]:
    """Yield a name with two of its units as one, where that fits a unit of the other name."""
    for at in range(len(units) - 1):
        if at in free or at + 1 in free:
            likely = [other for other in wanted if _may_be_both(units[at], units[at + 1], other)]
            found = _join(units, at) if likely else None
            names = max(units[at].rarity, units[at + 1].rarity) <= FREQUENT
            if found and any(doubt(found[0][at], other) < (WELL_FOR_NAMES if names else WELL) for other in likely):
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
    at = last - 1  # father and grandfather are not exchanged either
    if at and at in bad and (last in bad or len(units) < len(other)) and doubt(units[at], other[-1]) < WELL:
        yield (*units[:at], units[last], units[at]), (*plain[:at], plain[last], plain[at])
