"""How lists misspell, abbreviate and transcribe names: Arabic habits of typing, four habits of Latin letters.

Noise touches names only. It never changes who is meant to anyone who knows the key, and no date, age or place.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from demo.naming import NameParts

Speller: TypeAlias = Callable[[str], str]
"""Gives a part of a name the way one row writes it."""

SLOPPY: Final = 0.3
"""Share of rows whose typist leaves out hamzas, dots and spaces. No source: lists differ widely."""

_HAMZAS: Final = str.maketrans("أإآؤئ", "ااا" + "وي")
_TURKISH: Final = (
    *(("ʿAbd al-", "Abdul"), ("ʿAbd Allāh", "Abdullah"), (" al-Dīn", "eddin"), ("al-", "el-")),
    *(("sh", "ş"), ("Sh", "Ş"), ("kh", "h"), ("Kh", "H"), ("gh", "g"), ("Gh", "G"), ("th", "s"), ("Th", "S")),
    *(("dh", "z"), ("Dh", "Z"), ("j", "c"), ("J", "C"), ("ā", "a"), ("ī", "i"), ("ū", "u"), ("Ā", "A"), ("Ī", "İ")),
    *(("ḥ", "h"), ("Ḥ", "H"), ("ṣ", "s"), ("Ṣ", "S"), ("ḍ", "d"), ("Ḍ", "D"), ("ṭ", "t"), ("Ṭ", "T"), ("ẓ", "z")),
    *(("q", "k"), ("Q", "K"), ("w", "v"), ("W", "V"), ("ʿ", ""), ("ʾ", ""), ("ay", "ey"), ("Ū", "U")),
)


def turkish(academic: str) -> str:
    """Return the spelling of Turkish habit for an academic one."""
    for old, new in _TURKISH:
        academic = academic.replace(old, new)
    return academic


def arabic_variants(part: str) -> tuple[str, ...]:
    """Return the ways a hurried typist writes an Arabic part; the part itself if there are none."""
    bare = part.translate(_HAMZAS)
    found = {
        bare,
        bare[:-1] + "ه" if bare.endswith("ة") else bare,
        bare[:-1] + "ي" if bare.endswith("ى") else bare,
        bare[:-1] + "ى" if bare.endswith("ي") else bare,
        bare.replace("عبد ", "عبد") if bare.startswith("عبد ") else bare,
        bare.replace(" الدين", "الدين"),
    }
    return tuple(sorted(found - {part})) or (part,)


class Spelling:
    """Every spelling of every part, worked out once."""

    def __init__(self, parts: NameParts) -> None:
        everything = [*parts.given, *parts.family]
        self._variants = {part: arabic_variants(part) for part in everything}
        self.given = {habit: _table(parts.given, forms, articles=("",)) for habit, forms in _FORMS.items()}
        self.family = {habit: _table(parts.family, forms, articles=_ARTICLES[habit]) for habit, forms in _FORMS.items()}

    def arabic(self, rng: random.Random) -> Speller:
        """Return the way one row writes Arabic parts: as they should be, or as a hurried typist does."""
        if rng.random() >= SLOPPY:
            return _as_it_is
        variants, choice = self._variants, int(rng.random() * 6)

        def hurried(part: str) -> str:
            found = variants[part]
            return found[choice % len(found)]

        return hurried

    def latin(self, habit: str, rng: random.Random) -> tuple[Speller, Speller]:
        """Return the way one row writes given names and family names in Latin letters."""
        given, family, choice = self.given[habit], self.family[habit], int(rng.random() * 12)

        def of_given(part: str) -> str:
            found = given[part]
            return found[choice % len(found)]

        def of_family(part: str) -> str:
            found = family[part]
            return found[choice % len(found)]

        return of_given, of_family


def _as_it_is(part: str) -> str:
    return part


_FORMS: Final[Mapping[str, Callable[[tuple[str, ...]], tuple[str, ...]]]] = {
    "academic": lambda forms: forms[:1],
    "turkish": lambda forms: (turkish(forms[0]),),
    "english": lambda forms: (*(forms[1:2] * 3), *forms[1:]),
    "french": lambda forms: (*(forms[2:3] * 2), *forms[1:]),
}
"""Spellings each habit draws from, the usual one more than once."""
_ARTICLES: Final = {
    "academic": ("al-",),
    "turkish": ("el-", "El "),
    "english": ("Al-", "Al ", "al-", ""),
    "french": ("El ", "Al "),
}


def _table(
    parts: Mapping[str, tuple[str, ...]],
    forms: Callable[[tuple[str, ...]], tuple[str, ...]],
    *,
    articles: tuple[str, ...],
) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for part, spellings in parts.items():
        before = articles if part.startswith("ال") else ("",)
        table[part] = tuple(article + form for form in forms(spellings) for article in before)
    return table
