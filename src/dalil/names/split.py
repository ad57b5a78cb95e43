"""A full name, cut into given, father's, grandfather's and family name in the order its list writes them.

Compounds stay together (عبد الرحمن, أبو زيد, صلاح الدين, Abd al-Karim). Nothing is respelt: each part is a stretch of
the clean text, less the بن or bin that only says that a father's name follows. A text that holds more than a name, such
as digits, brackets or a slash, is not split at all. Time grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from dalil.errors import WrongMapping
from dalil.names.name_words import (
    COMPOUND_WORDS,
    PATRONYMICS,
    PREFIXES,
    PREFIXES_BEFORE_ARTICLE,
    SON_OR_FAMILY,
    SUFFIXES,
    keys_of,
)
from dalil.values.plain_text import clean_text

PARTS: Final = ("given", "father", "grandfather", "family")
FULL_ORDER: Final = PARTS
"""How Arabic lists write a name that is given in full."""

_NOT_IN_A_NAME: Final = re.compile(r"""[\d()\[\]{}<>/\\|;:؛،"“”«»?؟!*#@&+=_%$~^…]""")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameParts:
    """The parts of a full name; None where the name has no such part."""

    given: str | None = None
    father: str | None = None
    grandfather: str | None = None
    family: str | None = None

    def present(self) -> dict[str, str]:
        """Return the parts there are, by name, as a `name` statement carries them."""
        return {part: text for part in PARTS if (text := getattr(self, part)) is not None}


def split_name(text: str, order: Sequence[str] = FULL_ORDER) -> NameParts | None:
    """Split a full name into parts; None if the text is empty or holds more than a name.

    Parameters
    ----------
    text : str
        One person's name, in Arabic or Latin letters.
    order : sequence of {"given", "father", "grandfather", "family"}
        The order in which this list writes the parts.

    Notes
    -----
    With fewer names than parts, the grandfather goes without first, then the father, then the family: two names are
    given and family. With more, the family takes the rest. A name with one comma has its family before the comma.

    Raises
    ------
    WrongMapping
        The order names something else, or one part twice.
    """
    layout = _checked(tuple(order))
    cleaned = clean_text(text)
    if not cleaned or _NOT_IN_A_NAME.search(cleaned):
        return None
    if "," in cleaned:
        return _split_at_comma(cleaned, layout)
    units = _units(cleaned)
    if units is None:
        return None
    return NameParts(**_assign(units, layout))


@lru_cache(maxsize=64)
def _checked(order: tuple[str, ...]) -> tuple[str, ...]:
    if not order or len(set(order)) < len(order) or not set(order) <= set(PARTS):
        raise WrongMapping(
            "This is not an order of the parts of a name.",
            expected="some of given, father, grandfather and family, each once",
            found=", ".join(order)[:80] or "an empty list",
            where="split",
            todo="Correct the list under split in the mapping.",
        )
    return order


class _Units(NamedTuple):
    """The names of a text, simple or compound; before each, the word that makes it a father's name, or ""."""

    names: list[str]
    patronymics: list[str]

    def written(self, start: int, stop: int | None = None) -> list[str]:
        """Return a stretch of names with their بن or bin."""
        pairs = zip(self.patronymics[start:stop], self.names[start:stop], strict=True)
        return [f"{patronymic} {name}" if patronymic else name for patronymic, name in pairs]


def _units(cleaned: str) -> _Units | None:
    """Cut clean text into names; None if one of its words is only punctuation."""
    words, keys = cleaned.split(" "), keys_of(cleaned)
    if len(words) != len(keys) or "" in keys:
        return None
    if COMPOUND_WORDS.isdisjoint(keys):
        return _Units(words, [])
    units = _Units([], [])
    position, end = 0, len(words)
    while position < end:
        patronymic = ""
        if units.names and _is_patronymic(keys, position):
            patronymic = words[position]
            position += 1
        start = position
        while position + 1 < end and _joins_next(keys, position):
            position += 1
        position += 1
        name = " ".join(words[start:position])
        if units.names and not patronymic and "".join(keys[start:position]) in SUFFIXES:
            units.names[-1] += " " + name
        else:
            units.names.append(name)
            units.patronymics.append(patronymic)
    return units


def _is_patronymic(keys: list[str], position: int) -> bool:
    following = len(keys) - position - 1
    if keys[position] in PATRONYMICS:
        return following > 0
    return keys[position] == SON_OR_FAMILY and following > 1 and not _ends_the_name(keys, position + 1)


def _ends_the_name(keys: list[str], position: int) -> bool:
    """Say whether one compound name fills the rest: the عبد الله of ابن عبد الله."""
    while position + 1 < len(keys) and _joins_next(keys, position):
        position += 1
    return position + 1 == len(keys) or (position + 2 == len(keys) and keys[-1] in SUFFIXES)


def _joins_next(keys: list[str], position: int) -> bool:
    key = keys[position]
    if key in PREFIXES or key == SON_OR_FAMILY or key in PATRONYMICS:
        return True
    return key in PREFIXES_BEFORE_ARTICLE and keys[position + 1].startswith(("al", "el"))


# --- which name is which part -----------------------------------------------------------------------------------------
def _assign(units: _Units, order: tuple[str, ...]) -> dict[str, str]:
    if any(units.patronymics):
        if "father" in order[1:]:
            return _assign_by_patronymics(units, order)
        return _assign_by_position(units.written(0), order)
    return _assign_by_position(units.names, order)


def _assign_by_position(names: list[str], order: tuple[str, ...]) -> dict[str, str]:
    parts, taker = _parts_for(order, len(names))
    surplus = len(names) - len(parts)
    if surplus:
        names = [*names[:taker], " ".join(names[taker : taker + surplus + 1]), *names[taker + surplus + 1 :]]
    return dict(zip(parts, names, strict=True))


@lru_cache(maxsize=1024)
def _parts_for(order: tuple[str, ...], count: int) -> tuple[tuple[str, ...], int]:
    """Return the parts that so many names fill, and the place of the one that takes the rest; see `split_name`."""
    parts = list(order)
    for part in ("grandfather", "father", "family", "given"):
        if len(parts) > count and part in parts:
            parts.remove(part)
    return tuple(parts), parts.index("family") if "family" in parts else len(parts) - 1


def _assign_by_patronymics(units: _Units, order: tuple[str, ...]) -> dict[str, str]:
    """Assign names of which some are marked as a father's: محمد بن أحمد بن علي الخطيب."""
    count = len(units.names)
    first = next(at for at in range(count) if units.patronymics[at])
    last = next((at for at in range(first, count) if not units.patronymics[at]), count)
    at_father = order.index("father")
    leading, trailing = order[:at_father], tuple(p for p in order[at_father + 1 :] if p != "grandfather")
    parts = _assign_by_position(units.names[:first], tuple(p for p in leading if p != "grandfather") or leading)
    if trailing:
        parts |= _assign_by_position(units.written(last), trailing)
    else:
        last = count
    # The chain of fathers: the first is the father, the next the grandfather, who takes what remains of it.
    at_elder = first
    if "grandfather" in order and last - first > 1:
        parts["father"] = units.names[first]
        at_elder = first + 1
    elder = "father" if at_elder == first else "grandfather"
    parts[elder] = " ".join([units.names[at_elder], *units.written(at_elder + 1, last)])
    return parts


def _split_at_comma(cleaned: str, order: tuple[str, ...]) -> NameParts | None:
    family, _, others = (side.strip() for side in cleaned.partition(","))
    remaining = tuple(part for part in order if part != "family")
    if "," in others or not family or not others or "family" not in order or not remaining:
        return None
    units = _units(others)
    return None if units is None else NameParts(family=family, **_assign(units, remaining))
