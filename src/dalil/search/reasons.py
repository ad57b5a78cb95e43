"""Why a name was found, part by part, in words a clerk can read in English and in Arabic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dalil.names import NamePart, Role, Unfinished, score_unfinished
from dalil.names.explaining import NEAR, SAME, shown
from dalil.names.similarity import likeness
from dalil.names.units import unit
from dalil.search.found import Reason
from dalil.search.ranking import read_text
from dalil.vocabulary.vocabulary import Vocabulary

_ROLES: Final = {
    "given": ("given name", "الاسم"),
    "father": ("father's name", "اسم الأب"),
    "grandfather": ("grandfather's name", "اسم الجد"),
    "family": ("family", "العائلة"),
    "mother": ("mother's name", "اسم الأم"),
    "kunya": ("by-name", "الكنية"),
    "unknown": ("part of the name", "جزء من الاسم"),
}
_BESIDE: Final = ("father", "grandfather", "mother", "kunya")
MOST_REASONS: Final = 8


def reasons_of(asked: Unfinished, query: str, value: Mapping[str, str]) -> tuple[Reason, ...]:
    """Return what answers to each part of a query in a name and in the parts told apart from it."""
    parts = _parts(value)
    reasons = []
    wanted = read_text(query).names
    if asked.last:
        wanted = wanted[: len(asked.complete)]
    for part in wanted[:MOST_REASONS]:
        own = unit(part.form, part.script)
        scored = [(likeness(own, unit(other.form, other.script)), -at) for at, (_, other) in enumerate(parts)]
        best, at = max(scored, default=(0.0, 0))
        if best < NEAR:
            reasons.append(
                Reason(
                    english=f"{shown(part)}: not in this name",
                    arabic=f"{shown(part)}: ليس في هذا الاسم",
                    likeness=best,
                )
            )
        else:
            role, other = parts[-at]
            reasons.append(_agreeing(role, part, other, best))
    if asked.last:
        reasons += _begun(asked, query, parts)
    return tuple(reasons)


def _parts(value: Mapping[str, str]) -> list[tuple[str, NamePart]]:
    """Return the parts of a name with what each is: as the statement tells them apart, or by custom."""
    found = []
    for part in read_text(value["text"]).names:
        role = part.role.value if part.role.value in _ROLES else Role.UNKNOWN.value
        told = next((name for name in _ROLES if value.get(name) == part.original), role)
        found.append((told, part))
    in_text = {part.form for _, part in found}
    for name in _BESIDE:
        if value.get(name):
            found += [(name, part) for part in read_text(value[name]).names[:1] if part.form not in in_text]
    return found


def _agreeing(role: str, part: NamePart, other: NamePart, value: float) -> Reason:
    english, arabic = _ROLES[role]
    sign, detail = "=", ("", "")
    if value < SAME:
        same = unit(part.form, part.script).coarse == unit(other.form, other.script).coarse
        detail = (", vowels differ", "، تختلف الحركات") if same else (", letters differ", "، تختلف حروف")
        sign = "≈"
    said = f"{shown(part)} {sign} {shown(other)}"
    return Reason(english=f"{english}: {said}{detail[0]}", arabic=f"{arabic}: {said}{detail[1]}", likeness=value)


def _begun(asked: Unfinished, query: str, parts: list[tuple[str, NamePart]]) -> list[Reason]:
    typed = query.split()[-1]
    scored = [
        (score_unfinished(Unfinished((), asked.last), (unit(part.form, part.script),)), -at)
        for at, (_, part) in enumerate(parts)
    ]
    best, at = max(scored, default=(0.0, 0))
    if best < NEAR:
        return []
    role, part = parts[-at]
    english, arabic = _ROLES[role]
    return [
        Reason(
            english=f"{english}: {shown(part)} begins with {typed}",
            arabic=f"{arabic}: {shown(part)} يبدأ بـ {typed}",
            likeness=best,
        )
    ]


def kin_reason(vocabulary: Vocabulary, relation: str, other: str) -> Reason:
    """Return the reason for someone found through a relative's name."""
    english = vocabulary.label("kin", relation, "en")
    arabic = vocabulary.label("kin", relation, "ar")
    return Reason(english=f"{english} of {other}", arabic=f"صلة القرابة: {arabic} لـ {other}")
