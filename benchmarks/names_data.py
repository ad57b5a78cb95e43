"""Pairs of names, lists and queries to measure names with: drawn from parts, with a seed, or read from files."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.linkage_names import NamePool, Pool, arabic, slip, titled
from benchmarks.train_names import half_of

ALEFS: Final = str.maketrans("أإآىة", "ااايه")
DIRECTIONS: Final = ("LA", "AL", "AA", "LL")
"""Script of the query, then of the name in the list: Latin, Arabic."""


class Pair(NamedTuple):
    """Two names, whether they are one person's, and what kind of pair it is."""

    a: str
    b: str
    same: bool
    kind: str


class Query(NamedTuple):
    """A query, the ids of the right answers, and the scripts of query and name."""

    text: str
    answers: frozenset[int]
    direction: str


@dataclass(frozen=True, slots=True)
class NameList:
    """Names, by place, and queries for some of them."""

    names: list[str]
    queries: list[Query]


class Drawer:
    """Draws invented persons from frequencies of single parts, and spells the parts in Latin letters."""

    def __init__(self, folder: Path | None, seed: int, *, half: int | None = None) -> None:
        self.random = random.Random(seed)
        self.pool = NamePool(folder)
        if half is not None:  # names of which only that half of the parts is known
            for which in ("male", "female", "father", "family"):
                setattr(self.pool, which, self._half_of(getattr(self.pool, which), half))
        self.noise = 0.04
        """Share of words with a slip of the pen."""

    def _half_of(self, pool: Pool, half: int) -> Pool:
        before = (0.0, *pool.weights)
        counts = {each: after - last for each, after, last in zip(pool.options, pool.weights, before, strict=False)}
        return Pool.of({each: n for each, n in counts.items() if half_of(each) == half and each in self.pool.forms})

    def person(self) -> list[str]:
        """Return given, father's, grandfather's and family name."""
        given = self.pool.male if self.random.random() < 0.65 else self.pool.female
        return [each.draw(self.random) for each in (given, self.pool.father, self.pool.father, self.pool.family)]

    def latin(self, parts: list[str]) -> str:
        """Return spellings in use of the parts, by rule where none is known."""
        return titled([self.noisy(self.pool.attested(part, self.random)) for part in parts])

    def arabic(self, parts: list[str]) -> str:
        """Return the parts as a hurried typist writes them."""
        return " ".join(self.noisy(arabic(part, self.random)) for part in parts)

    def noisy(self, word: str) -> str:
        """Return a word, sometimes with a slip of the pen."""
        return slip(word, self.random) if self.random.random() < self.noise else word

    def short(self, parts: list[str]) -> list[str]:
        """Leave the grandfather out of some names."""
        return parts if self.random.random() < 0.7 else [parts[0], parts[1], parts[3]]


def one_name(a: str, b: str) -> bool:
    """Say whether two Arabic parts are one name but for spaces, articles and the seats of hamza."""
    return _bare(a) == _bare(b)


def _bare(part: str) -> str:
    return folded(part).replace(" ", "").removeprefix("ال").translate(_HAMZAS)


_HAMZAS: Final = {ord("ئ"): "ي", ord("ؤ"): "و", ord("ء"): None}


def folded(text: str) -> str:
    """Return Arabic without the most frequent differences of spelling."""
    return text.translate(ALEFS)


_CHANGED: Final = {
    "sibling": (0,),
    "namesake, other father": (1, 2),
    "namesake, other family": (3,),
    "stranger": (0, 1),
}


def draw_pairs(drawer: Drawer, n: int) -> Iterator[Pair]:
    """Yield cross-script pairs, a third of them true; the others brothers or sisters, namesakes, strangers."""
    for number in range(n):
        person = drawer.person()
        kind = ("same", "same", *_CHANGED)[number % 6]
        drawn = drawer.person()
        changed = _CHANGED.get(kind, ())
        other = [drawn[at] if at in changed else part for at, part in enumerate(person)]
        if changed and one_name(person[changed[0]], other[changed[0]]):
            continue
        yield Pair(drawer.arabic(drawer.short(person)), drawer.latin(drawer.short(other)), kind == "same", kind)


def draw_list(drawer: Drawer, n_names: int, n_queries: int) -> NameList:
    """Return invented names, and queries without the grandfather: so many in each direction, two with a slip more."""
    persons = [drawer.person() for _ in range(n_names)]
    in_latin = [drawer.random.random() < 0.3 for _ in persons]
    names = [drawer.latin(p) if latin else drawer.arabic(p) for p, latin in zip(persons, in_latin, strict=True)]
    # Another person with the same three names is as good an answer: nothing in the query tells them apart.
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, person in enumerate(persons):
        alike.setdefault(_asked_of(person), []).append(place)
    queries = []
    for direction in DIRECTIONS:
        left = n_queries
        while left:
            place = drawer.random.randrange(n_names)
            if in_latin[place] != (direction[1] == "L"):
                continue
            parts = [persons[place][at] for at in (0, 1, 3)]
            words = [drawer.latin([part]) if direction[0] == "L" else folded(part) for part in parts]
            if direction in ("AA", "LL"):
                at = drawer.random.randrange(3)
                words[at] = slip(words[at], drawer.random)
            queries.append(Query(" ".join(words), frozenset(alike[_asked_of(persons[place])]), direction))
            left -= 1
    return NameList(names, queries)


def _asked_of(person: list[str]) -> tuple[str, ...]:
    return tuple(folded(person[at]) for at in (0, 1, 3))


def read_pairs(path: Path) -> list[Pair]:
    """Read a CSV file of pairs: a, b, same (1 or 0) and, if it has one, kind."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Pair(row["a"], row["b"], row["same"] in ("1", "true", "True"), row.get("kind") or "pair")
            for row in csv.DictReader(file)
        ]


def read_list(names: Path, queries: Path) -> NameList:
    """Read CSV files of names (id, name) and of queries (query, id of the right answer, direction if any)."""
    places: dict[str, int] = {}
    texts: list[str] = []
    with names.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            places[row["id"]] = len(texts)
            texts.append(row["name"])
    with queries.open(encoding="utf-8-sig", newline="") as file:
        asked = [
            Query(row["query"], frozenset({places[row["id"]]}), row.get("direction") or "all")
            for row in csv.DictReader(file)
        ]
    return NameList(texts, asked)
