"""Places of records as codes that are nearly the same in both scripts: for blocking by place, and to compare.

A text that the vocabulary knows becomes its code (SY04 for حمص and Homs alike); any other is read like a name, less
the words that only say what kind of place it is. What neither sees, the pairs themselves teach (see `learning_words`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.errors import UnknownTerm
from dalil.linkage.features import Features
from dalil.names.name_words import words
from dalil.names.similarity import likeness
from dalil.names.units import Unit, read_units
from dalil.vocabulary import Vocabulary, load_vocabulary

_KINDS: Final = frozenset(
    words(
        "ناحيه منطقه محافظه مدينه قريه بلده مركز مخيم حي ريف "
        "nahiyat nahiya nahiyah nahia nahyt nahyah mantiqat mantiqa muhafazat governorate district subdistrict city "
        "town village markaz mrkz of the hayy rif countryside rural sub merkez province"
    )
)
"""Words of a place that say what it is and not which: folded, in either script."""
_MOST_WORDS: Final = 3


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
    else:
        try:
            code = vocabulary.resolve("places", text)
        except UnknownTerm:
            code = ""
    words = tuple(unit for unit in read_units(text) if unit.form not in _KINDS)[:_MOST_WORDS]
    return PlaceText(code, words or read_units(text)[:1])


def place_likeness(a: PlaceText, b: PlaceText) -> float:
    """Return how likely two texts mean one place, 0 to 1; a code of which the other is a part says one half or more."""
    if a.code and b.code:
        if a.code == b.code:
            return 1.0
        if a.code.startswith(b.code) or b.code.startswith(a.code):
            return 0.7
        if any(character.isdigit() for character in a.code + b.code):
            return 0.0
    shorter, longer = sorted((a.words, b.words), key=len)
    if not shorter:
        return 0.0
    best = [max(likeness(word, other) for other in longer) for word in shorter]
    # Abu al-Duhur and Duhur may be one; Tall Abyad and Tall Rifat share a word that half of all places have.
    matched = sum(value * (1 + len(word.coarse)) for value, word in zip(best, shorter, strict=True))
    total = sum(1 + len(word.coarse) for word in longer)
    return min(1.0, matched / total + (0.15 if min(best) > 0.5 else 0.0))
