"""Places of records as codes that are nearly the same in both scripts: for blocking by place, and to compare.

A text that the vocabulary knows becomes its code (SY04 for حمص and Homs alike); any other is read like a name, less
the words that only say what kind of place it is. What neither sees, the pairs themselves teach (see `learning_words`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import Features
from dalil.linkage.weighing.likening import Likening
from dalil.names.name_words import words
from dalil.names.units import Unit, read_units
from dalil.vocabulary import Vocabulary, load_vocabulary
from dalil.vocabulary.folding import fold

_KINDS: Final = frozenset(
    words(
        "ناحيه منطقه محافظه مدينه قريه بلده مركز مخيم حي ريف "
        "nahiyat nahiya nahiyah nahia nahyt nahyah mantiqat mantiqa muhafazat governorate district subdistrict city "
        "town village markaz mrkz of the hayy rif countryside rural sub merkez province"
    )
)
"""Words of a place that say what it is and not which: folded, in either script."""
_MOST_WORDS: Final = 3
_PART_OF: Final = np.float32(0.7)
_EVERY_WORD: Final = np.float32(0.15)
"""Added where every word of the one is in the other."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PlaceText:
    """One text that stands for a place: its code if the vocabulary has one, and its telling words."""

    code: str
    words: tuple[Unit, ...]


@dataclass(slots=True)
class Places:
    """Places of all records.

    Attributes
    ----------
    texts : list of PlaceText
        Distinct texts, over all levels.
    of : (n, levels) int32
        Place of each record in `texts`, -1 for none.
    """

    texts: list[PlaceText]
    of: npt.NDArray[np.int32]


def read_places(features: Features) -> Places:
    """Read the places of records."""
    vocabulary = load_vocabulary(("core", "syria"))
    texts: list[PlaceText] = []
    known: dict[str, int] = {}
    of = np.full(features.places.shape, -1, np.int32)
    for level, written in enumerate(features.place_texts):
        places = np.full(len(written) + 1, -1, np.int32)
        for at, text in enumerate(written):
            if text not in known:
                known[text] = len(texts)
                texts.append(read_place(text, vocabulary))
            places[at] = known[text]
        of[:, level] = places[features.places[:, level]]
    return Places(texts, of)


def read_place(text: str, vocabulary: Vocabulary) -> PlaceText:
    """Read one text that stands for a place."""
    code = ""
    if any(character.isdigit() for character in text):
        code = text.strip().upper()
    else:  # a name that several places bear stands for none; `resolve` would search for what is near, at length
        codes = vocabulary.names("places").get(fold(text), ())
        code = codes[0] if len(codes) == 1 else ""
    words = tuple(unit for unit in read_units(text) if unit.form not in _KINDS)[:_MOST_WORDS]
    return PlaceText(code, words or read_units(text)[:1])


class PlaceLikening:
    """Knows the texts of places by number and compares pairs of them; each distinct pair is worked out once."""

    def __init__(self, texts: Sequence[PlaceText]) -> None:
        units = list(dict.fromkeys(word for text in texts for word in text.words))
        number = {unit: at for at, unit in enumerate(units)}
        self._n = max(1, len(texts))
        self._words = np.full((len(texts), _MOST_WORDS), -1, np.int32)
        self._weight = np.zeros((len(texts), _MOST_WORDS), np.float32)
        # What a code begins with, by length: one code is a part of another if it begins with it.
        beginnings: dict[str, int] = {}
        longest = max((len(text.code) for text in texts), default=0)
        self._begins = np.full((len(texts), longest + 1), -1, np.int32)
        self._length = np.array([len(text.code) for text in texts], np.int64)
        self._in_digits = np.array([any(letter.isdigit() for letter in text.code) for text in texts], np.bool_)
        for at, text in enumerate(texts):
            for place, word in enumerate(text.words):
                self._words[at, place] = number[word]
                self._weight[at, place] = 1 + len(word.coarse)
            for length in range(1, len(text.code) + 1):
                self._begins[at, length] = beginnings.setdefault(text.code[:length], len(beginnings))
        self._likening = Likening(units)

    def likeness(self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]) -> Floats:
        """Return how likely two texts mean one place, 0 to 1; where one is a part of the other, one half or more."""
        lower, upper = np.minimum(a, b).astype(np.int64), np.maximum(a, b)
        codes, back = np.unique(lower * self._n + upper, return_inverse=True)
        return self._distinct(codes // self._n, codes % self._n)[back]

    def _distinct(self, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Floats:
        found = self._by_words(a, b)
        length_a, length_b = self._length[a], self._length[b]
        coded = (length_a > 0) & (length_b > 0)
        shorter = np.minimum(length_a, length_b)
        begins = coded & (self._begins[a, shorter] == self._begins[b, shorter])
        found = np.where(coded & (self._in_digits[a] | self._in_digits[b]), np.float32(0), found)
        found = np.where(begins, np.where(length_a == length_b, np.float32(1), _PART_OF), found)
        return np.where(a == b, np.float32(1), found)

    def _by_words(self, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Floats:
        n_a, n_b = ((self._words[rows] >= 0).sum(axis=1) for rows in (a, b))
        a, b = np.where(n_a <= n_b, a, b), np.where(n_a <= n_b, b, a)  # the one of fewer words first
        matched, least = np.zeros(len(a), np.float32), np.ones(len(a), np.float32)
        for place in range(_MOST_WORDS):
            word = self._words[a, place]
            best = np.zeros(len(a), np.float32)
            for other in range(_MOST_WORDS):
                rows = np.flatnonzero((word >= 0) & (self._words[b, other] >= 0))
                if len(rows):
                    value = self._likening.likeness(word[rows], self._words[b[rows], other])
                    best[rows] = np.maximum(best[rows], value)
            # Abu al-Duhur and Duhur may be one; Tall Abyad and Tall Rifat share a word that half of all places have.
            matched += best * self._weight[a, place]
            least = np.where(word >= 0, np.minimum(least, best), least)
        total = np.maximum(self._weight[b].sum(axis=1), 1)
        alike = np.minimum(1, matched / total + np.where(least > 0.5, _EVERY_WORD, 0)).astype(np.float32)
        return np.where(np.minimum(n_a, n_b) > 0, alike, np.float32(0))
