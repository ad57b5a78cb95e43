"""Comparing what places and facilities are called: word by word, in any order, in any script.

Words that only say what kind of thing it is (hospital, مستشفى, governorate) count little, and count as the same in both
languages where the vocabulary says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dalil.names import Unfinished, parse, score_unfinished, units_of
from dalil.names.explaining import NEAR
from dalil.names.similarity import likeness
from dalil.names.units import Unit, unit
from dalil.search.found import Match
from dalil.vocabulary.vocabulary import Vocabulary

KIND_WORD: Final = 0.25
"""What a word that only says the kind of thing counts beside a word of its own."""
EMPTY_WORD: Final = 0.1
_EMPTY: Final = frozenset(["the", "of", "and", "a", "in", "de", "la"])
UNASKED: Final = 0.25
"""The most that words of a name that nobody asked for take from its score."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The words that name kinds of things, with the kinds each may name."""

    words: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, vocabulary: Vocabulary, *schemes: str) -> Kinds:
        """Read the single words among labels and aliases of some schemes."""
        words: dict[str, set[str]] = {}
        for scheme in schemes:
            for term in vocabulary.scheme(scheme).terms.values():
                for text in (*term.labels.values(), *term.aliases):
                    units = units_of(text)
                    if len(units) == 1:
                        words.setdefault(units[0].form, set()).add(term.code)
        return cls({form: frozenset(codes) for form, codes in words.items()})

    def weight(self, word: Unit) -> float:
        """Return what a word counts."""
        return EMPTY_WORD if word.form in _EMPTY else KIND_WORD if word.form in self.words else 1.0

    def likeness(self, a: Unit, b: Unit) -> float:
        """Return how likely two words mean the same."""
        if self.words.get(a.form, frozenset()) & self.words.get(b.form, frozenset()):
            return 1.0
        return likeness(a, b)


def answers_in_words(asked: Unfinished, words: tuple[Unit, ...], kinds: Kinds) -> float:
    """Return how well a name answers to a query, from 0 to 1, whatever the order of the words."""
    if not words:
        return 0.0
    got = wanted = 0.0
    met: set[Unit] = set()
    for each in asked.complete:
        weight = kinds.weight(each)
        best, other = max(((kinds.likeness(each, word), at) for at, word in enumerate(words)), key=lambda b: b[0])
        wanted += weight
        if best >= NEAR:
            got += weight * best
            met.add(words[other])
    if asked.last:
        values = [(score_unfinished(Unfinished((), asked.last), (word,)), at) for at, word in enumerate(words)]
        best, other = max(values, key=lambda b: b[0])
        wanted += 1.0
        if best >= NEAR:
            got += best
            met.add(words[other])
    if not got:
        return 0.0
    unasked = sum(kinds.weight(word) for word in words if word not in met)
    return got / wanted * (1 - UNASKED * unasked / sum(map(kinds.weight, words)))


def matches_in_words(asked: Unfinished, text: str, kinds: Kinds) -> tuple[Match, ...]:
    """Return what of a name answers to the words of a query, in the order of the text."""
    found = []
    for part in parse(text).names:
        own = unit(part.form, part.script)
        best = max((kinds.likeness(each, own) for each in asked.complete), default=0.0)
        typed = score_unfinished(Unfinished((), asked.last), (own,)) if asked.last else 0.0
        if max(best, typed) >= NEAR and part.span[0] < part.span[1]:
            start, stop = part.span
            found.append(Match(start=start, stop=stop, likeness=max(best, typed), beginning=typed > best))
    return tuple(sorted(found, key=lambda match: match.start))
