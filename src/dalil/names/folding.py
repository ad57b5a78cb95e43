"""Words as they are compared: one form for the spellings that Arabic and Latin writing habits let vary.

Folding is for comparing only and loses information on purpose: `parse` keeps every word as it was written beside it.
Arabic: presentation forms, vowel signs, tatweel and invisible characters go; one alef, one ya; hamza by its seat;
final ta marbuta as ha. Latin: lower case without accents; academic and Turkish letters as digraphs; Arabizi digits too.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from dalil.names.name_words import words
from dalil.names.other_scripts import OTHER_LETTERS

ARABIC: Final = "Arab"
LATIN: Final = "Latn"
LONGEST_WORD: Final = 64
"""Letters of a word that are read; no name is as long, hostile text is."""

_ARABIC_LETTERS: Final = {chr(code): chr(code) for code in (*range(0x0627, 0x063B), *range(0x0641, 0x064B))} | dict(
    zip("أإآٱىؤئةےیکگپچژڤۆۇۈێەھہۀ", "اااايويهييككبججفوووي" + "هههه", strict=True)
)
_LATIN_LETTERS: Final = {
    **{chr(code): chr(code) for code in range(ord("a"), ord("z") + 1)},
    **dict(zip("şščžǧġıøłđðßæœþƶ", words("sh sh ch j j gh i o l d dh ss a o th z"), strict=True)),
    **dict(zip("çğḫẖṯḏ", words("ch gh kh kh th dh"), strict=True)),
}
_ARABIZI: Final = {"2": "", "3": "a", "5": "kh", "6": "t", "7": "h", "8": "q", "9": "s"}
"""Digits as they are written in Syria and its neighbours; in the Maghreb 9 is qaf."""
_ARABIZI_MARKED: Final = {"3": "gh", "6": "z", "7": "kh", "9": "d"}
"""Those with a stroke after them, for the letter with a dot more."""
_MARKED: Final = re.compile("([3679])['’]")
_ARABIZI_WORD: Final = re.compile(r"[a-z235-9'’]*[a-z][a-z235-9'’]*")
_PLAIN_ARABIC: Final = re.compile("[ابتثجحخدذرزسشصضطظعغفقكلمنهوي]+")


def fold_word(word: str) -> tuple[str, str]:
    """Return the script a word is compared in ("Arab", "Latn", or "" if nothing is left of it) and its folded form."""
    if word.isascii():
        if word.isalpha():
            return LATIN, word[:LONGEST_WORD].lower()
    elif _PLAIN_ARABIC.fullmatch(word):
        return ARABIC, word[:LONGEST_WORD]
    # NFKC would compose again what the tables know decomposed; letters with marks of their own are looked up first.
    lowered = unicodedata.normalize("NFKC", word[: 4 * LONGEST_WORD]).lower()[: 4 * LONGEST_WORD]
    digits = _ARABIZI if _ARABIZI_WORD.fullmatch(lowered) else {}
    if digits and not lowered.isalpha():
        lowered = _MARKED.sub(lambda match: _ARABIZI_MARKED[match[1]], lowered)
    arabic: list[str] = []
    latin: list[str] = []
    for character in lowered:
        if character in _ARABIC_LETTERS:
            arabic.append(_ARABIC_LETTERS[character])
            continue
        letter = _latin_letter(character, digits)
        if letter:
            latin.append(letter)
    if len(arabic) > len(latin):
        return ARABIC, "".join(arabic)[:LONGEST_WORD]
    return (LATIN, "".join(latin)[:LONGEST_WORD]) if latin else ("", "")


def _latin_letter(character: str, digits: dict[str, str]) -> str:
    for table in (_LATIN_LETTERS, digits, OTHER_LETTERS):
        if character in table:
            return table[character]
    base = unicodedata.normalize("NFKD", character)[0]
    return _LATIN_LETTERS.get(base) or OTHER_LETTERS.get(base, "")
