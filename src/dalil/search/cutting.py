"""Other ways to cut a query into words: a space too many, too few or in the wrong place.

*Ab dal-Rahman* and *Abus ada* are Abd al-Rahman and Abu Sada; *Mohamadkhaled* is two names in one word. A word is
opened only where both halves are names of the list, the frequent ones first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from dalil.names.folding import fold_word
from dalil.names.units import Unit, units_of
from dalil.names.words import opened
from dalil.search.index import NameIndex

MOST_WORDS: Final = 8
"""Words of a query up to which it is cut otherwise."""
LEAST_LETTERS: Final = 3
"""Letters of a name that may be half of a word."""
MOST_OPENED: Final = 2
"""Ways in which one word is opened."""


def otherwise(index: NameIndex, query: str) -> Iterator[tuple[Unit, ...]]:
    """Yield the units of a query with two of its words as one, and with one of its words as two."""
    words = query[: 40 * MOST_WORDS].replace("-", " ").split()
    if len(words) > MOST_WORDS:
        return
    read = {units_of(query)}
    for at, word in enumerate(words):
        for cut in (*_joined(words, at), *(_halves(index, word))):
            gone = 2 if len(cut) == 1 else 1
            units = units_of(" ".join([*words[:at], *cut, *words[at + gone :]]))
            if units and units not in read:
                read.add(units)
                yield units


def _joined(words: list[str], at: int) -> list[tuple[str, ...]]:
    """Return the word at a place and the next one as one, if there is a next one."""
    return [(first + second,) for first, second in pairwise(words[at : at + 2])]


def _halves(index: NameIndex, word: str) -> list[tuple[str, ...]]:
    """Return the ways in which a word is two names of the list, those whose rarer half is most frequent first."""
    found = []
    for at in range(LEAST_LETTERS, min(len(word), 40) - LEAST_LETTERS + 1):
        halves = word[:at], word[at:]
        frequent = min(_n_names(index, half) for half in halves)
        if frequent:
            found.append((frequent, halves))
    return [halves for _, halves in sorted(found, reverse=True)[:MOST_OPENED]]


def _n_names(index: NameIndex, word: str) -> int:
    """Return how many names of the list have a part of this very form, 0 if none."""
    script, folded = fold_word(word)
    number = index.forms.get(opened(folded, script)) if len(folded) >= LEAST_LETTERS else None
    return 0 if number is None else int(index.unit_counts[number])
