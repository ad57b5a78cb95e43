"""Other ways to cut a query into words: a space too many, too few or in the wrong place.

*Ab dal-Rahman* and *Abus ada* are Abd al-Rahman and Abu Sada; *Mohamadkhaled* is two names in one word. A word is
opened only where both halves are names of the list, or of the archive, the frequent ones first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, TypeAlias

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
POOR: Final = 0.5
"""Best score below which a query is also read with its words cut otherwise."""
OTHERWISE: Final = 0.95
"""What a score then counts, beside that of the query as it stands."""
MOST_READINGS: Final = 8
"""Such readings of a query."""


Frequency: TypeAlias = Callable[[str], float]
"""How frequent a folded form is as a name of those that are searched; 0 if it is none."""


def otherwise(query: str, frequency: Frequency) -> Iterator[tuple[str, tuple[Unit, ...]]]:
    """Yield a query, and its units, with two of its words as one, and with one of its words as two."""
    words = _words(query)
    read = {units_of(query)}
    for at, word in enumerate(words):
        for cut in (*_joined(words, at), *_halves(word, frequency)):
            gone = 2 if len(cut) == 1 else 1
            text = " ".join([*words[:at], *cut, *words[at + gone :]])
            units = units_of(text)
            if units and units not in read:
                read.add(units)
                yield text, units


def forms_of_halves(query: str) -> set[str]:
    """Return the folded forms whose frequency `otherwise` asks for."""
    return {_form(half) for word in _words(query) for halves in _cuts(word) for half in halves} - {""}


def in_index(index: NameIndex) -> Frequency:
    """Return how many names of an index have a part of a form."""

    def n_names(form: str) -> float:
        number = index.forms.get(form)
        return 0 if number is None else int(index.unit_counts[number])

    return n_names


def _words(query: str) -> list[str]:
    words = query[: 40 * MOST_WORDS].replace("-", " ").split()
    return words if len(words) <= MOST_WORDS else []


def _joined(words: list[str], at: int) -> list[tuple[str, ...]]:
    """Return the word at a place and the next one as one, if there is a next one."""
    return [(first + second,) for first, second in pairwise(words[at : at + 2])]


def _halves(word: str, frequency: Frequency) -> list[tuple[str, ...]]:
    """Return the ways in which a word is two names that are borne, those whose rarer half is most frequent first."""
    found = []
    for halves in _cuts(word):
        frequent = min(frequency(form) if (form := _form(half)) else 0 for half in halves)
        if frequent:
            found.append((frequent, halves))
    return [halves for _, halves in sorted(found, reverse=True)[:MOST_OPENED]]


def _cuts(word: str) -> list[tuple[str, str]]:
    return [(word[:at], word[at:]) for at in range(LEAST_LETTERS, min(len(word), 40) - LEAST_LETTERS + 1)]


def _form(word: str) -> str:
    """Return the form a word has as a name of its own; empty if it is too short for one."""
    script, folded = fold_word(word)
    return opened(folded, script) if len(folded) >= LEAST_LETTERS else ""
