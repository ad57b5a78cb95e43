"""What names are measured against, built in the same run: other scorers of pairs, and a trigram index.

Jaro-Winkler needs rapidfuzz (extra `dev`); ICU needs PyICU (extra `bench`). What is not installed is said to be so.
"""

from __future__ import annotations

import importlib
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any, Final

from dalil.names import romanise

Scorer = Callable[[str, str], float]


def scorers() -> Iterator[tuple[str, Scorer | None]]:
    """Yield the name of each scorer, and the scorer, or None if its library is not installed."""
    fuzz = _module("rapidfuzz.distance.JaroWinkler")
    latin = to_latin()
    names = ("Jaro-Winkler, raw", "ICU and Jaro-Winkler", "consonant skeleton")
    if fuzz is None:
        yield from ((name, None) for name in names)
        return
    near: Scorer = fuzz.normalized_similarity
    yield names[0], lambda a, b: near(a.lower(), b.lower())
    yield names[1], None if latin is None else lambda a, b: near(latin(a), latin(b))
    yield names[2], lambda a, b: by_skeleton(a, b, near)


def to_latin() -> Callable[[str], str] | None:
    """Return ICU's transliteration to plain Latin letters, or None if PyICU is not installed."""
    icu = _module("icu")
    if icu is None:
        return None
    made: Callable[[str], str] = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower").transliterate
    return made


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


# --- a plain consonant skeleton: the yardstick for everything cleverer ------------------------------------------------
_CLASSES: Final = {
    **dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "bttjhhddrzsssdtdgfkklmnh", strict=True)),
    **dict(zip("bcdfghjklmnpqrstvxz", "bkdfghjklmnbkrstfkz", strict=True)),
}
_JOINED: Final = re.compile(r"\b(عبد|abd[aeu]?l?|ابو|أبو|abou?|abu)[ -]+", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"\b(?:ال|[ae]l[ -])")
_DIGRAPHS: Final = (("kh", "h"), ("sh", "s"), ("ch", "s"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("ou", "u"))


def skeletons(name: str) -> list[str]:
    """Return the consonants of each word, by class, articles and vowels left out."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    plain = _ARTICLE.sub("", _JOINED.sub(r"\1", plain))
    for digraph, one in _DIGRAPHS:
        plain = plain.replace(digraph, one)
    found = []
    for word in plain.replace("-", " ").split():
        classes = "".join(_CLASSES.get(letter, "") for letter in word)
        found.append(re.sub(r"(.)\1+", r"\1", classes).removesuffix("h") or classes)
    return found


def by_skeleton(a: str, b: str, near: Scorer) -> float:
    """Return the likeness of the best pairing in order of skeletons; the worst pair counts half."""
    shorter, longer = sorted((skeletons(a), skeletons(b)), key=len)
    if not shorter:
        return 0.0
    best = 0.0
    for places in combinations(range(min(len(longer), 8)), min(len(shorter), 8)):
        values = [near(shorter[at], longer[place]) for at, place in enumerate(places)]
        best = max(best, (sum(values) / len(values) + min(values)) / 2 - 0.02 * (places[0] > 0))
    return best


# --- a trigram index --------------------------------------------------------------------------------------------------
class TrigramIndex:
    """SQLite's FTS5 with trigrams, over names in Latin letters: ICU's, or our own where it is not installed."""

    def __init__(self, names: list[str]) -> None:
        icu = to_latin()
        self.uses_icu = icu is not None
        self.latin = icu or _romanised
        self.database = sqlite3.connect(":memory:")
        self.database.execute("CREATE VIRTUAL TABLE names USING fts5(name, tokenize='trigram', detail=none)")
        self.database.executemany(
            "INSERT INTO names (rowid, name) VALUES (?, ?)", ((at, self.latin(name)) for at, name in enumerate(names))
        )

    def find(self, query: str, top: int = 10) -> list[int]:
        """Return the places of the best answers."""
        text = self.latin(query)
        grams = sorted({text[at : at + 3] for at in range(len(text) - 2)})
        asked = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
        sql = "SELECT rowid FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?"
        return [place for (place,) in self.database.execute(sql, (asked, top))] if grams else []


def _romanised(text: str) -> str:
    return romanise(text).lower()
