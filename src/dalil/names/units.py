"""The units of a name, ready to be compared: each simple or compound name once, with its sounds, keys and rarity.

`units_of` is the way in for everything that compares or looks up; it remembers words and units, within bounds.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, TypeGuard

from dalil.names.equivalents import equivalents, leading_form
from dalil.names.folding import ARABIC
from dalil.names.grouping import SEPARATORS, Read, Word, group, read_words
from dalil.names.sounds import coarse_of, key_of, other_sounds_of, sounds_of
from dalil.names.words import JOINT, Does

MOST_UNITS: Final = 8
"""Units of a name that are compared: the first ones, and the last."""
_MOST_REMEMBERED: Final = 400_000
_LONGEST_REMEMBERED: Final = 100
"""Characters from which a word is read in full each time it is met: it is no name's."""
_RAREST: Final = 14.0
"""Bits of surprise of a name that the public list behind the frequencies does not have."""
_FREQUENCIES: Final = Path(__file__).parent / "tables" / "frequencies-2.tsv"
_HEADS: Final = {"abd": "abd", "عبد": "abd", "abu": "abu", "ابو": "abu"}
_HEADS_ALONE: Final = {"abd": "abd", "عبد": "abd", "abed": "abd", "abid": "abd", "abdel": "abd", "abdul": "abd"}
_SHORTEST_COMPOUND: Final = 5
"""Letters that a form has more than if it begins with Abd or Abu and is a compound: not Abdo."""


_UNKNOWN: Final = (_RAREST, _RAREST)


class _OfKey(NamedTuple):
    """What all units of one fine key have in common; see `Unit`."""

    coarse: str
    mask: int
    given_bits: float
    family_bits: float
    bits: float
    rarity: float


class _OfKeys(dict[str, _OfKey]):
    """What units of a fine key have in common: five times as many are spelt as keys are met."""

    def __missing__(self, key: str) -> _OfKey:
        coarse = coarse_of(key)
        mask = 0
        for letter in coarse:
            mask |= 1 << (ord(letter) & 31)
        table = frequencies()
        given_bits, family_bits = table.get(coarse, _UNKNOWN)
        rarity = min(table.get("=" + key, _UNKNOWN))
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = self[key] = _OfKey(coarse, mask, given_bits, family_bits, min(given_bits, family_bits), rarity)
        return found


_OF_KEYS: Final = _OfKeys()


class Unit:
    """One simple or compound name, interned: equal forms are one object.

    Attributes
    ----------
    form, script : str
        The folded, joined spelling and the script it is compared in.
    key, coarse : str
        Consonant keys, nearly the same for both scripts; the coarse one is that of the group of equivalents, if any.
    given_bits, family_bits : float
        How surprising the name is as a given and as a family name, in bits.
    bits : float
        The less of the two.
    rarity : float
        The less of the two, by the fine key: how surprising this very spelling of consonants is.
    head : str
        "abd", "abu", "umm" or "wife" of a compound that begins so; empty otherwise.
    rest : Unit or None
        The name after it.
    alone : str
        The same as `head` of what is nothing but a head: Abdel, cut short.
    same_as : int
        Number of the group of attested equivalents (Mehmet, محمد), or 0.
    groups : tuple of int
        The same, and of a form that may be either of two names, both.
    """

    __slots__ = (
        *("alone", "arabic", "bits", "coarse", "doubts", "family_bits", "form", "given_bits", "groups", "head", "key"),
        *("_other_sounds", "_sounds", "mask", "rarity", "rest", "same_as", "script"),
    )

    def __init__(self, form: str, script: str) -> None:
        self.form = form
        self.script = script
        self.arabic = script == ARABIC
        self.doubts: dict[Unit, float] = {}
        self.head = ""
        self.rest: Unit | None = None
        self._sounds: tuple[int, ...] | None = None
        self._other_sounds: tuple[int, ...] | None = None
        if JOINT in form:
            head, _, rest = form.partition(JOINT)
            form = head + rest
            self.head, self.rest = "umm" if head else "wife", _UNITS[rest, script]
        elif len(form) > _SHORTEST_COMPOUND and form[:3] in _HEADS:
            self.head, self.rest = _HEADS[form[:3]], _UNITS[form[3:], script]
        self.alone = _HEADS_ALONE.get(form, "")
        self.key = key = key_of(form, script)
        self.same_as, self.groups = equivalents(form)
        known = _OF_KEYS[key_of(leading_form(self.same_as), ARABIC) if self.same_as else key]
        self.coarse, self.mask, self.given_bits, self.family_bits, self.bits, self.rarity = known
        if self.same_as:  # Mehmet is no slip of a rare name's
            self.rarity = min(_OF_KEYS[key].rarity, self.bits)

    @property
    def sounds(self) -> tuple[int, ...]:
        """What the alignment model compares."""
        if self._sounds is None:
            self._sounds = sounds_of(self.form.replace(JOINT, ""), self.script)
        return self._sounds

    @property
    def other_sounds(self) -> tuple[int, ...]:
        """Another reading, if the spelling has one: Fathi with t and h. Empty otherwise."""
        if self._other_sounds is None:
            self._other_sounds = other_sounds_of(self.form.replace(JOINT, ""), self.script)
        return self._other_sounds

    def read_sounds(self) -> None:
        """Work the sounds out now, where many will be compared in a hurry."""
        self._sounds, self._other_sounds = self.sounds, self.other_sounds

    def __repr__(self) -> str:
        return f"Unit({self.form!r})"


@lru_cache(maxsize=1)
def frequencies() -> dict[str, tuple[float, float]]:
    """Return, by coarse key and by fine key after "=", the bits of surprise as a given and as a family name."""
    table = {}
    for line in _FREQUENCIES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            key, given, family = line.split("\t")
            table[key] = (float(given), float(family))
    return table


class _Units(dict[tuple[str, str], Unit]):
    def __missing__(self, form: tuple[str, str]) -> Unit:
        if len(self) >= _MOST_REMEMBERED:
            forget()
        unit = self[form] = Unit(*form)
        return unit


_UNITS: Final = _Units()
_PLAIN: Final[dict[str, Unit | None]] = {}
_SEVERAL: Final[dict[tuple[str, ...], Unit | None]] = {}
_ARTICLES: Final = frozenset((Does.BE_ARTICLE, Does.BE_SUN_ARTICLE))
_JOINS: Final = _ARTICLES | {Does.JOIN_ABD, Does.JOIN_ABU, Does.JOIN_UMM, Does.JOIN_DHU, Does.MAY_JOIN, Does.MAY_BE_ABD}
_AL_NAJJAR: Final = [Does.BE_ARTICLE, Does.STAND]
_ABDALLAH: Final = [Does.JOIN_ABD, Does.END_ALLAH]
_SALAH_AL_DIN: Final = [Does.STAND, Does.END_DIN]
_HYPHENED: Final = (
    *((f" {word} ", f" {word}-") for word in ("Abu", "Abd", "Al", "ابو", "أبو", "عبد")),
    (" الدين ", "-الدين "),
)
"""Frequent words that make one unit with a neighbour, apart and in the spelling under which both are remembered."""
_MOST_JOINED: Final = 3
"""Words that are one unit, as Abd al Rahman."""
_NAMES: Final[dict[str, tuple[Unit, ...]]] = {}


def forget() -> None:
    """Drop all that is remembered; what is compared does not change."""
    _UNITS.clear()
    _PLAIN.clear()
    _SEVERAL.clear()
    _NAMES.clear()


def unit(form: str, script: str) -> Unit:
    """Return the unit of a folded and joined form."""
    return _UNITS[form, script]


def units_of(text: str) -> tuple[Unit, ...]:
    """Return the units of a name in the order given, father, …, family; empty if it has no letters we read."""
    found = _NAMES.get(text)
    if found is not None:
        return found
    found = read_units(text)
    if len(_NAMES) >= _MOST_REMEMBERED:
        _NAMES.clear()
    if len(text) < 200:
        _NAMES[text] = found
    return found


def read_units(text: str) -> tuple[Unit, ...]:
    """Return `units_of` without remembering the name: for reading a long list once."""
    plain = [*map(_PLAIN.get, text.split())]
    return _bounded(plain) if _all_known(plain) else _read_word_by_word(text)


def _all_known(units: list[Unit | None]) -> TypeGuard[list[Unit]]:
    return None not in units


def _read_word_by_word(text: str) -> tuple[Unit, ...]:
    if "," in text or "،" in text:
        return read_in_full(text)
    words = hyphened(text).split()
    known = [*map(_PLAIN.get, words)]
    if _all_known(known):
        return _bounded(known)
    units: list[Unit] = []
    before: tuple[str, ...] = ()
    for word in words:
        if before:  # Abu, Abd or an article: one unit with this word, or with the next
            several = (*before, word)
            joined = _SEVERAL.get(several)
            if joined is None:
                joined = None if several in _SEVERAL else _learn_several(several)
                if joined is None:
                    if len(several) == _MOST_JOINED or "-" in word or Word.of(word).does not in _ARTICLES:
                        return read_in_full(text)
                    before = several
                    continue
            units.append(joined)
            before = ()
            continue
        plain = _PLAIN.get(word)
        if plain is None:
            plain = None if word in _PLAIN else _learn(word)
            if plain is None:
                before = (word,)
                continue
        units.append(plain)
    return read_in_full(text) if before else _bounded(units)


def hyphened(text: str) -> str:
    """Return a text with frequent words that make one unit with a neighbour tied to it; it is read as before."""
    text = f" {text} "
    for apart, together in _HYPHENED:
        text = text.replace(apart, together)
    return text


def plain_unit(word: str) -> Unit | None:
    """Return the unit of a word without spaces that is one unit wherever it stands, or None."""
    return _PLAIN[word] if word in _PLAIN else _learn(word)


def read_in_full(text: str) -> tuple[Unit, ...]:
    """Return `units_of` by reading the words together, as all can be."""
    return _bounded([_UNITS[piece.form, piece.script] for piece in group(read_words(text)) if piece.reads is Read.NAME])


def _learn(word: str) -> Unit | None:
    """Remember the unit of a word that is one by itself wherever it stands, or that it is none."""
    if len(word) >= _LONGEST_REMEMBERED:
        return None
    if len(_PLAIN) >= _MOST_REMEMBERED:
        _PLAIN.clear()
    plain: Unit | None
    if "," in word or "،" in word:  # what stands before it is read last
        plain = None
    elif "-" in word:  # Al-Najjar
        plain = _learn_several((word,))
    else:
        known = Word.of(word)
        plain = _UNITS[known.opened, known.script] if known.stands else None
    _PLAIN[word] = plain
    return plain


def _learn_several(several: tuple[str, ...]) -> Unit | None:
    """Remember the one unit that some words are wherever they stand, or that they are none."""
    if len(_SEVERAL) >= _MOST_REMEMBERED:
        _SEVERAL.clear()
    words = " ".join(several).replace("-", " ").split()
    # A word that brackets or points cut in two is not one word; `read_words` cuts it.
    found = None if SEPARATORS.search("".join(words)) else _one_unit([*map(Word.of, words)])
    if sum(map(len, several)) < 100:
        _SEVERAL[several] = found
    return found


def _one_unit(words: list[Word]) -> Unit | None:
    """Return the one unit that some words are wherever they stand, or None."""
    does = [word.does for word in words]
    if does == _AL_NAJJAR and words[1].stands:  # what `group` would find, and by far the most
        return _UNITS[words[1].opened, words[1].script]
    begins = words and words[-1].stands and all(each in _JOINS for each in does[:-1])
    if begins or does == _ABDALLAH or (does == _SALAH_AL_DIN and words[0].stands):
        pieces = group(words)
        if len(pieces) == 1 and pieces[0].stop == len(words):
            return _UNITS[pieces[0].form, pieces[0].script]
    return None


def _bounded(units: list[Unit]) -> tuple[Unit, ...]:
    if len(units) > MOST_UNITS:
        return (*units[: MOST_UNITS - 1], units[-1])
    return tuple(units)
