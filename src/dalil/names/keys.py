"""Cross-script keys of a name: what two spellings of one name share, to look names up by.

Coarse and fine consonant classes are nearly the same for both scripts; the number of a group of attested equivalents
bridges what sound does not; keys less one letter find what a slip of the pen hides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dalil.names.sounds import coarse_of
from dalil.names.units import Unit, units_of

SHORTEST_WITH_NEIGHBOURS: Final = 3
"""Letters of a coarse key from which it still says something with one letter less."""


@dataclass(frozen=True, slots=True)
class PartKeys:
    """Keys of one part of a name.

    Attributes
    ----------
    coarse, fine : str
        Consonant classes; empty for a name of vowels.
    same_as : int
        Group of attested equivalents, 0 for none.
    neighbours : tuple of str
        The coarse key less each of its letters, if asked for and long enough.
    """

    coarse: str
    fine: str
    same_as: int
    neighbours: tuple[str, ...] = ()


_KEYS: Final[dict[Unit, PartKeys]] = {}
_MOST_REMEMBERED: Final = 400_000


def keys(text: str, *, with_neighbours: bool = False) -> tuple[PartKeys, ...]:
    """Return the keys of each part of a name, in order."""
    if with_neighbours:
        return tuple(PartKeys(u.coarse, u.key, u.same_as, neighbours(u.coarse)) for u in units_of(text))
    return tuple([_KEYS.get(unit) or _remembered(unit) for unit in units_of(text)])


def _remembered(unit: Unit) -> PartKeys:
    if len(_KEYS) >= _MOST_REMEMBERED:
        _KEYS.clear()
    found = _KEYS[unit] = PartKeys(unit.coarse, unit.key, unit.same_as)
    return found


def neighbours(coarse: str) -> tuple[str, ...]:
    """Return a coarse key less one letter, for each of its letters; none for short keys."""
    if len(coarse) < SHORTEST_WITH_NEIGHBOURS:
        return ()
    return tuple(sorted({coarse_of(coarse[:at] + coarse[at + 1 :]) for at in range(len(coarse))}))
