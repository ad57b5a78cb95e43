"""A folded word as a row of sounds, and as consonant keys that are the same in both scripts.

A sound is an Arabic letter (weak letters told apart by where they stand) or a Latin letter group: ``kh``, ``ou``,
``ss`` as ``s``. The alignment model has a cost for each pair of sounds; the keys put sounds into classes.
"""

from __future__ import annotations

import re
from typing import Final

from dalil.names.folding import ARABIC
from dalil.names.name_words import words

MOST_SOUNDS: Final = 20
"""Sounds of a part that are compared: the cost of a pair is bounded."""

_VOWELS: Final = tuple(words("a aa e ee i ii o oo ou u uu"))
_DIGRAPHS: Final = tuple(words("tsch dsch sch tch kh sh gh th dh ch ph zh ck dj"))
_CONSONANTS: Final = tuple("bcdfghjklmnpqrstvwxyz")
_FINAL_H: Final = "$h"
_FIRST_VOWELS: Final = tuple("^" + vowel for vowel in words("a e i o u aa ee ou"))
_LAST_VOWELS: Final = tuple("$" + vowel for vowel in words("a e i o u ee ou oo"))
_ARABIC: Final = (*"ابتثجحخدذرزسشصضطظعغفقكلمنهوي", *words("^ا ^ع ^اي ^او ^عي ^عو ^عا $ا $ه $ي $و $ع"))

SOUNDS: Final = (*_ARABIC, *_CONSONANTS, *_DIGRAPHS, *_VOWELS, _FINAL_H, *_FIRST_VOWELS, *_LAST_VOWELS)
"""Every sound, in the order of the alignment table."""
N_ARABIC: Final = len(_ARABIC)
NUMBER: Final = {sound: number for number, sound in enumerate(SOUNDS)}

_TWICE: Final = re.compile(r"(kh|sh|gh|th|dh|ch)\1")
_BY_LENGTH: Final = sorted(_VOWELS, key=len, reverse=True)
_MAY_BE_TWO: Final = re.compile(r"(?<=[a-z])([tdskg])h(?=[a-z])")
_GLIDE: Final = re.compile("iy+(?=[aeiou])")
_READ: Final = tuple(each for each in _DIGRAPHS if each != "zh")
"""Digraphs that are read as one sound. The table has a row for zh, which Arabic names have as two: Mazhar, Azhari."""
_GROUPS: Final = re.compile("|".join((*_READ, *_BY_LENGTH[:6], "[a-z]")))
_DOUBLED: Final = re.compile(r"([b-df-hj-np-tv-z])\1")
_GROUPS_DOUBLED: Final = re.compile("|".join((*_READ, *(each + "+" for each in _CONSONANTS), *_BY_LENGTH)))
_WEAK_AT_THE_END: Final = frozenset("اهيوع")


def sounds_of(folded: str, script: str) -> tuple[int, ...]:
    """Return the numbers of the sounds of a folded word."""
    numbers = _arabic_sounds(folded) if script == ARABIC else _latin_sounds(folded)
    return tuple(numbers[:MOST_SOUNDS])


def unfinished_sounds_of(folded: str, script: str) -> tuple[int, ...]:
    """Return `sounds_of` for the beginning of a word: what stands last is not taken for an ending."""
    sounds = sounds_of(folded, script)
    if sounds and SOUNDS[sounds[-1]].startswith("$") and SOUNDS[sounds[-1]][1:] in NUMBER:
        return (*sounds[:-1], NUMBER[SOUNDS[sounds[-1]][1:]])
    return sounds


def other_sounds_of(folded: str, script: str) -> tuple[int, ...]:
    """Return the sounds of a second reading; empty if the spelling has one reading only.

    Latin: th, dh, sh, kh, gh as two letters (Fathi, Adham). Arabic: a first alef or ayn and the weak letter after it
    as one vowel (Isa, Oweid).
    """
    if script == ARABIC:
        first = "^" + folded[:2]
        if len(folded) > 2 and first in NUMBER:
            return (NUMBER[first], *sounds_of(folded, script)[2:])
        return ()
    if "h" not in folded or not _MAY_BE_TWO.search(folded):
        return ()
    return sounds_of(_MAY_BE_TWO.sub(r"\1|h", folded), script)


def _arabic_sounds(folded: str) -> list[int]:
    sounds = [*map(NUMBER.__getitem__, folded)]
    if len(sounds) > 1:
        if folded[0] in "اع":
            sounds[0] = NUMBER["^" + folded[0]]
        if folded[-1] in _WEAK_AT_THE_END:
            sounds[-1] = NUMBER["$" + folded[-1]]
    return sounds


class _OfGroup(dict[str, int]):
    """Number of the sound of a group of Latin letters; a doubled consonant is one."""

    def __missing__(self, group: str) -> int:
        return NUMBER[group] if group in NUMBER else NUMBER[group[0]]


def _as_first(group: str) -> int:
    """Return the sound of a vowel that stands first: alef, hamza or ayn, never a short vowel."""
    return NUMBER["^" + (group if "^" + group in NUMBER else group[0])]


def _as_last(group: str) -> int:
    """Return the sound of a vowel that stands last: no short vowel is heard at the end of a name."""
    return NUMBER["$" + (group if "$" + group in NUMBER else group[-1])]


_OF_GROUP: Final = _OfGroup(NUMBER)
_FIRST: Final = {vowel: _as_first(vowel) for vowel in _VOWELS}
_LAST: Final = {vowel: _as_last(vowel) for vowel in _VOWELS}


def _latin_sounds(folded: str) -> list[int]:
    if "h" in folded:
        folded = _TWICE.sub(r"\1", folded)
    if "iy" in folded:
        folded = _GLIDE.sub("i", folded)
    groups = (_GROUPS_DOUBLED if _DOUBLED.search(folded) else _GROUPS).findall(folded)
    sounds = [*map(_OF_GROUP.__getitem__, groups)]
    if len(sounds) > 1:
        first, last = groups[0], groups[-1]
        if last == "h" and folded[-2] in "aeiou":
            sounds[-1] = NUMBER[_FINAL_H]
        if first in _FIRST:
            sounds[0] = _FIRST[first]
        if last == "aa":  # ـاء, ـعة, ـاع: the second a stands for something
            sounds[-1:] = [NUMBER["a"], NUMBER["$a"]]
        elif last in _LAST:
            sounds[-1] = _LAST[last]
    return sounds


# --- keys -------------------------------------------------------------------------------------------------------------
_FINE_ARABIC: Final = str.maketrans("بتطثجحخهدضذزظرسصشغقكفلمن", "bttTjhHhddzzzrssSGkkflmn", "اويع")
_FINAL_H_ARABIC: Final = ("ه", "ح")
_FINAL_H_LATIN: Final = re.compile(r"(?<=[aeiouy])h$")
_SOFT_G: Final = re.compile("dj|g(?=[eiy])")
_GROUP_LETTERS: Final = {
    "tsch": "S",
    "dsch": "j",
    "sch": "S",
    "tch": "S",
    "sh": "S",
    "ck": "k",
    "dh": "z",
    "kh": "H",
    "gh": "G",
    "th": "T",
    "ch": "S",
    "ph": "f",
}
_GROUPED: Final = re.compile("|".join(_GROUP_LETTERS))
_ONE_LETTER: Final = str.maketrans("pqgcxv", "bkGkHf", "aeiouyw")
_COARSER: Final = str.maketrans("TGHSz", "tkhsd")
_REPEATED: Final = re.compile(r"(.)\1+")


def key_of(folded: str, script: str) -> str:
    """Return the fine consonant key of a folded word, nearly the same for both scripts; may be empty.

    One letter a class: H is خ and kh, S is ش and sh, T is ث and th, G is غ and gh or g, z is ذ ز ظ and dh.
    """
    if script == ARABIC:
        key = (folded[:-1] if folded[-1:] in _FINAL_H_ARABIC else folded).translate(_FINE_ARABIC)
    else:
        key = folded
        if key[-1:] == "h":
            key = _FINAL_H_LATIN.sub("", key)
        if "g" in key or "dj" in key:
            key = _SOFT_G.sub("j", key)
        if "h" in key or "ck" in key:
            key = _GROUPED.sub(_letter_of_group, key)
        key = key.translate(_ONE_LETTER)
    return _once(key)


def _letter_of_group(match: re.Match[str]) -> str:
    return _GROUP_LETTERS[match[0]]


def _once(key: str) -> str:
    """Return a key with each run of a letter as one."""
    last = ""
    for letter in key:
        if letter == last:
            return _REPEATED.sub(r"\1", key)
        last = letter
    return key


_OTHER_READINGS: Final = (
    *(("g", "j"), ("v", "w"), (_MAY_BE_TWO, r"\1|h")),
    *((re.compile("(?<!^)c(?=[eiy])"), "s"), (re.compile("(?<=[a-z]{3}[ae])t$"), "")),
)
"""Spellings that may be read in another way, and the other way."""


def coarse_keys(folded: str, script: str) -> tuple[str, ...]:
    """Return the coarse key of a word and those of other readings.

    Latin: g as ج, v as و, th as two letters, c before e or i as س, a final t as ta marbuta (Hayat, Cevdet).
    """
    keys = [coarse_of(key_of(folded, script))]
    if script != ARABIC:
        for old, new in _OTHER_READINGS:
            other = folded.replace(old, new) if isinstance(old, str) else old.sub(new, folded)
            if other != folded and not (old == "g" and "gh" in folded):
                keys.append(coarse_of(key_of(other, script).replace("|", "")))
    return tuple(dict.fromkeys(keys))


def coarse_of(key: str) -> str:
    """Return the coarse key: what languages and habits of romanising confuse, in one class."""
    return _once(key.translate(_COARSER))
