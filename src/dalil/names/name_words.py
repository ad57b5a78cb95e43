"""The words that hold a compound name together, in Arabic and in its Latin spellings, and the keys to look them up by.

Keys are folded: lower case, no vowel signs, tatweel, apostrophes or hyphens, one form of alef, base letters for
accented ones. They serve for looking up only; names keep their own spelling.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final


def words(text: str) -> list[str]:
    """Return the words of a table row written as one line."""
    return text.split()


_MOST_CHARACTERS: Final = 20_000


class _KeyTable(dict[int, str | None]):
    """Translation to keys that learns each character the first time it is met."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        folded = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
        self[code] = folded or None
        return self[code]


_SAME_FOR_ALL: Final[dict[int, str | None]] = {
    **dict.fromkeys(map(ord, "'’‘ʼʿʾ`´-‐‑ـ")),
    ord("ى"): "ي",
    ord("ی"): "ي",
    ord("ک"): "ك",
    ord("ٱ"): "ا",
    ord("ı"): "i",
}
_KEYS: Final = _KeyTable(_SAME_FOR_ALL)
_ASCII_KEYS: Final = str.maketrans("", "", "'`-")


_NOT_PLAIN_ARABIC: Final = re.compile("[^ \u0621-\u063a\u0641-\u064a]")
_PLAIN_KEYS: Final = tuple(zip("أإآؤئى", "اااويي", strict=True))


def keys_of(text: str) -> list[str]:
    """Return the key of every word of clean text: as many as there are words, empty where nothing is left."""
    if text.isascii():
        return text.lower().translate(_ASCII_KEYS).split(" ")
    if not _NOT_PLAIN_ARABIC.search(text):  # nearly every Arabic name; four times as fast as a table
        for letter, key in _PLAIN_KEYS:
            text = text.replace(letter, key)
        return text.split(" ")
    if len(_KEYS) > _MOST_CHARACTERS:
        _KEYS.clear()
        _KEYS.update(_SAME_FOR_ALL)
    return text.lower().translate(_KEYS).split(" ")


_ARTICLES: Final = words("al el ul il ad ed ud az ez uz as es us ash esh ush an en un at et ut ar er ur")

PREFIXES: Final = frozenset(
    (
        *words("عبد ابو ابي ابا ام ال ذو ذي بو بني رب"),  # آل has the key ال
        *words("abd abdul abdal abdel abdil abdol abdoul abdur abdar abder abdus abdas abdes abdun abdan abden"),
        *words("abu abou abo aboo abi ebu umm ummu um oum om aal bani banu ben bou ould dhu dhul zul"),
        *_ARTICLES,
    )
)
"""Words that belong to the one after them."""

PREFIXES_BEFORE_ARTICLE: Final = frozenset({"abed", "abid"})
"""Given names of their own, but part of a compound before al- or el-: Abed al-Karim."""

SUFFIXES: Final = frozenset(
    (
        *words("الدين الله الاسلام الرحمن العابدين الهدي الزهراء الزهرا الدولة الدوله"),
        *(article + ending for article in ("al", "el", "ul") for ending in ("din", "deen", "dine", "dien")),
        *words("addin eddin uddin addeen eddeen uddeen eddine uddine din deen"),
        *words("allah ullah alislam elislam ulislam alabidin elabidin alabidine elabidine abidin abidine"),
        *words("alrahman elrahman urrahman arrahman errahman alzahra alzahraa azzahra elzahra ezzahra"),
    )
)
"""Words that belong to the one before them, articles joined on: Salah al-Din, Nasr Allah."""

PATRONYMICS: Final = frozenset(words("بن بنت bin ibn bint binti b b."))
"""Words between names that say: the next name is the father's."""

SON_OR_FAMILY: Final = "ابن"
"""Before a name that is followed by others, as بن; before the last one, part of it: ابن سينا."""

COMPOUND_WORDS: Final = PREFIXES | PREFIXES_BEFORE_ARTICLE | SUFFIXES | PATRONYMICS | {SON_OR_FAMILY}
"""A text with none of these has one name a word."""
