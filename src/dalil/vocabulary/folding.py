"""Folding: the form in which two spellings of a term's name count as the same.

Only for finding a term by its label. Names of persons are another matter and have their own room (``names``).
"""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTERS: Final[dict[str, str | None]] = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىئی", "ي"),
    "ؤ": "و",
    "ة": "ه",
    "ک": "ك",
    "ء": None,
    "ـ": None,  # tatweel only stretches the line
    "ı": "i",
    "ł": "l",
    "đ": "d",
    "ø": "o",
    **dict.fromkeys("'’‘ʼʿʾ`´\"“”«».،,;؛()[]", None),
    **dict.fromkeys("-‐‑‒–—_/", " "),
}
_TABLE: Final = str.maketrans(_LETTERS)


def fold(text: str) -> str:
    """Return the folded form of a label, alias or cell.

    Case, Arabic marks and letter variants (alef, hamza, ya, ta marbuta), Latin accents, bidirectional controls,
    apostrophes, hyphens and spacing make no difference.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_TABLE).casefold())
    kept: list[str] = []
    for character in decomposed:
        if character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
            continue
        category = unicodedata.category(character)
        if category in {"Cf", "Mn", "Me", "Cc"}:
            # Controls that separate words (tab, newline) are spacing; the rest, bidi marks included, are invisible.
            kept.append(" " if character.isspace() else "")
        else:
            kept.append(character)
    return " ".join("".join(kept).translate(_TABLE).split())
