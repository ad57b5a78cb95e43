"""Finding places of the vocabulary by code, label or alias, in any script, with what was mistyped forgiven."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dalil.names import Unfinished, unfinished_keys, units_of
from dalil.names.keys import neighbours
from dalil.names.units import Unit
from dalil.search.found import Match, PlaceHit
from dalil.search.index import readings
from dalil.search.worded import Kinds, answers_in_words, matches_in_words
from dalil.vocabulary.model import Term
from dalil.vocabulary.vocabulary import Vocabulary

LEAST: Final = 0.35
"""Scores below this are no answer."""
MOST_CANDIDATES: Final = 2_000
SHORTEST_CODE: Final = 2


class Places:
    """The places of one vocabulary, filed by the keys of their names; made at the first question."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.kinds = Kinds.of(vocabulary, "place_kinds")
        self._terms = [term for term in vocabulary.scheme("places").terms.values() if not term.deprecated]
        self._names: list[tuple[Term, str, tuple[Unit, ...]]] = []
        self._by_key: dict[str, list[int]] = {}
        self._by_code: dict[str, list[Term]] = {}
        for term in self._terms:
            for code in {term.code, *(code for codes in term.crosswalk.values() for code in codes)}:
                self._by_code.setdefault(code.casefold(), []).append(term)
            for name in dict.fromkeys((*term.labels.values(), *term.aliases)):
                self._file(term, name)
        self._keys = sorted(self._by_key)

    def _file(self, term: Term, name: str) -> None:
        units = units_of(name)
        number = len(self._names)
        self._names.append((term, name, units))
        keys = {key for unit in units for key in readings(unit)}
        for filed in keys | {shorter for key in keys for shorter in neighbours(key)}:
            self._by_key.setdefault(filed, []).append(number)

    def find(self, text: str, asked: Unfinished, *, within: str | None, limit: int) -> list[PlaceHit]:
        """Return places by how well they answer; ``within`` keeps those below a place."""
        inside = None if within is None else self._vocabulary.within("places", within)
        best: dict[str, tuple[float, str]] = {}
        for score, term in self._coded(text.strip().casefold()):
            best[term.code] = (score, term.en)
        for number in () if best else self._candidates(asked):  # a code is not a name as well
            term, name, units = self._names[number]
            score = answers_in_words(asked, units, self.kinds)
            if score >= LEAST and score > best.get(term.code, (0.0, ""))[0]:
                best[term.code] = (score, name)
        kept = [code for code in best if inside is None or code in inside]
        kept.sort(key=lambda code: (-best[code][0], len(self._vocabulary.ancestors("places", code)), code))
        return [self._hit(code, *best[code], asked) for code in kept[:limit]]

    def _coded(self, text: str) -> Iterable[tuple[float, Term]]:
        """Yield places whose code is the text, or begins with it."""
        if len(text) >= SHORTEST_CODE and text.isascii():
            for code, terms in self._by_code.items():
                if code.startswith(text) and (code == text or any(letter.isdigit() for letter in text)):
                    yield from ((1.0 if code == text else 0.9, term) for term in terms)

    def _candidates(self, asked: Unfinished) -> list[int]:
        found: dict[int, None] = {}
        for each in asked.complete:
            for key in readings(each):
                for near in (key, *neighbours(key)):
                    found.update(dict.fromkeys(self._by_key.get(near, ())))
        for last in asked.last:
            for beginning in unfinished_keys(last):
                for key in self._keys:
                    if key.startswith(beginning):
                        found.update(dict.fromkeys(self._by_key[key]))
        return list(found)[:MOST_CANDIDATES]

    def _hit(self, code: str, score: float, name: str, asked: Unfinished) -> PlaceHit:
        term = self._vocabulary.term("places", code)
        found: tuple[Match, ...] = matches_in_words(asked, name, self.kinds)
        return PlaceHit(
            code=code,
            score=score,
            labels=dict(term.labels),
            kind=term.property("kind"),
            within=self._vocabulary.ancestors("places", code),
            matched=name,
            matches=found,
        )
