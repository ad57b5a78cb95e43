"""A comparison of two names that a clerk can read: part by part, in English and in Arabic, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from dalil.names.comparing import VERSION, read_together, score_units
from dalil.names.parsing import NamePart, ParsedName, Role, parse
from dalil.names.similarity import cost, likeness
from dalil.names.units import MOST_UNITS, Unit, unit

SAME: Final = 0.9
"""Likeness from which two spellings are called the same name."""
SAME_NATS: Final = 0.6
"""Cost of an alignment up to which two spellings are shown as the same name."""
NEAR: Final = 0.35
"""Likeness from which they are called near."""

_TURNING: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Overrides, embeddings and isolates of the direction of writing."""
_ROLES: Final = {
    Role.GIVEN: ("given name", "الاسم"),
    Role.FATHER: ("father's name", "اسم الأب"),
    Role.GRANDFATHER: ("grandfather's name", "اسم الجد"),
    Role.FAMILY: ("family", "العائلة"),
    Role.KUNYA: ("by-name", "الكنية"),
    Role.WIFE_OF: ("wife of", "زوجة"),
    Role.UNKNOWN: ("part", "جزء من الاسم"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCompared:
    """Two parts side by side, or one that only one name has (the other is None).

    Attributes
    ----------
    first, second : str or None
        The words of each, as written.
    first_span, second_span : (int, int) or None
        Where they stand in the two texts: first character, and the one after the last.
    """

    role: str
    first: str | None
    second: str | None
    likeness: float | None
    english: str
    arabic: str
    first_span: tuple[int, int] | None
    second_span: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How likely two names are of one person, and why.

    Attributes
    ----------
    score : float
        From 0 to 1.
    parts : tuple of PartCompared
        In the order of a full name.
    english, arabic : str
        The reasons in one line.
    model : str
        Version of the weights.
    """

    score: float
    parts: tuple[PartCompared, ...]
    english: str
    arabic: str
    model: str = VERSION


def compare(first: str, second: str) -> Comparison:
    """Compare two personal names in any scripts.

    Parameters
    ----------
    first, second : str
        Full names; parts may be missing.

    Notes
    -----
    The score is by the names alone. It is symmetric, 1 for the same name, and low for two children of one father.
    """
    read = parse(first), parse(second)
    a, b = (_compared_of(each) for each in read)
    units_a, units_b = (tuple(unit(part.form, part.script) for part in names) for names in (a, b))
    score = score_units(units_a, units_b)
    if not a or not b:
        return Comparison(score=0.0, parts=(), english="one of the two is not a name", arabic="أحد النصين ليس اسماً")
    (units_a, units_b, from_a, from_b), pairing = read_together(units_a, units_b)
    a, b = _grouped(a, from_a), _grouped(b, from_b)
    parts = [_compared((a[x], b[y]), units_a[x], units_b[y]) for x, y in pairing.pairs]
    for side, names in enumerate((a, b)):
        paired = {pair[side] for pair in pairing.pairs}
        parts += [_alone(part, side) for at, part in enumerate(names) if at not in paired]
    english, arabic = [part.english for part in parts], [part.arabic for part in parts]
    if _may_be_siblings(parts):
        english.append("same relatives, other given name: may be brothers or sisters")
        arabic.append("الأهل أنفسهم والاسم مختلف: قد يكونان أخوين")
    if min(len(a), len(b)) == 1 < max(len(a), len(b)):
        english.append("one of the two is a single name, which many may bear")
        arabic.append("أحدهما اسم مفرد قد يحمله كثيرون")
    if any(each.by_letter for each in read):
        english.append("a script other than Arabic and Latin is read letter by letter")
        arabic.append("ما كُتب بغير العربية واللاتينية يُقرأ حرفاً حرفاً")
    return Comparison(score=score, parts=tuple(parts), english="; ".join(english), arabic="؛ ".join(arabic))


def _grouped(parts: tuple[NamePart, ...], groups: tuple[tuple[int, ...], ...]) -> tuple[NamePart, ...]:
    """Return the parts as they were read together: some joined, some in another order."""
    return tuple(
        replace(
            parts[group[0]],
            original=" ".join(parts[at].original for at in group),
            span=(parts[group[0]].span[0], max(parts[at].span[1] for at in group)),
        )
        for group in groups
    )


def _compared_of(read: ParsedName) -> tuple[NamePart, ...]:
    names = read.names
    return names if len(names) <= MOST_UNITS else (*names[: MOST_UNITS - 1], names[-1])


def _compared(parts: tuple[NamePart, NamePart], unit_a: Unit, unit_b: Unit) -> PartCompared:
    a, b = parts
    p = likeness(unit_a, unit_b)
    role = a.role if a.role is not Role.UNKNOWN else b.role
    english, arabic = _ROLES.get(role, _ROLES[Role.UNKNOWN])
    sign, detail = "=", ("", "")
    if p < NEAR:
        sign = "≠"
    elif not (unit_a.same_as and unit_a.same_as == unit_b.same_as) and cost(unit_a, unit_b) > SAME_NATS:
        same_consonants = unit_a.coarse == unit_b.coarse
        sign = "≈"
        detail = (", vowels differ", "، تختلف الحركات") if same_consonants else (", letters differ", "، تختلف حروف")
    return PartCompared(
        role=role.value,
        first=a.original,
        second=b.original,
        likeness=p,
        english=f"{english}: {shown(a)} {sign} {shown(b)}{detail[0]}",
        arabic=f"{arabic}: {shown(a)} {sign} {shown(b)}{detail[1]}",
        first_span=a.span,
        second_span=b.span,
    )


def _alone(part: NamePart, side: int) -> PartCompared:
    english, arabic = _ROLES.get(part.role, _ROLES[Role.UNKNOWN])
    return PartCompared(
        role=part.role.value,
        first=None if side else part.original,
        second=part.original if side else None,
        likeness=None,
        english=f"{english}: {shown(part)}, only in the {'second' if side else 'first'}",
        arabic=f"{arabic}: {shown(part)}، في {'الثاني' if side else 'الأول'} فقط",
        first_span=None if side else part.span,
        second_span=part.span if side else None,
    )


def shown(part: NamePart) -> str:
    """Return the words of a part without what would turn the rest of the line round."""
    return part.original.translate(_TURNING)


def _may_be_siblings(parts: list[PartCompared]) -> bool:
    paired = [part.likeness for part in parts if part.likeness is not None]
    return len(paired) > 2 and paired[0] < NEAR and min(paired[1:]) >= SAME
