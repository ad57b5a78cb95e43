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


class _Kept(dict[int, str | None]):
    """What is left of each character once a text is decomposed; worked out when it is met first."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        if character.isdecimal():
            left: str | None = str(unicodedata.decimal(character))
        elif unicodedata.category(character) in {"Cf", "Mn", "Me", "Cc"}:
            # Controls that separate words (tab, newline) are spacing; the rest, bidi marks included, are invisible.
            left = " " if character.isspace() else None
        else:
            left = character.translate(_TABLE) or None
        self[code] = left
        return left


_KEPT: Final = _Kept()


def fold(text: str) -> str:
    """Return the folded form of a label, alias or cell.

    Case, Arabic marks and letter variants (alef, hamza, ya, ta marbuta), Latin accents, bidirectional controls,
    apostrophes, hyphens and spacing make no difference.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_TABLE).casefold())
    return " ".join(decomposed.translate(_KEPT).split())
