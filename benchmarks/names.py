"""How well names are compared and found, on pairs and lists made from name parts.

Usage: ``python -m benchmarks.names DATA [NAMES]``. DATA is the folder described in `train_names`; NAMES is how many
names the list for searching has (100,000 unless told). ``python -m benchmarks.names --pairs PAIRS.csv`` measures a file
of your own with the columns a, b, same (1 or 0) and, if you like, kind. With rapidfuzz and PyICU installed, they are
measured beside.
"""

from __future__ import annotations

import csv
import importlib
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.measuring import tell
from dalil.names import score
from dalil.search import build, find

ALEFS: Final = str.maketrans("أإآىة", "ااايه")
TYPING: Final = {True: "ابتثجحخدرسشعفقكلمنهوي", False: "abcdefghijklmnoprstuwyz"}


class Pair(NamedTuple):
    """Two names, whether they are one person's, and what kind of pair it is."""

    a: str
    b: str
    same: bool
    kind: str


class Drawer:
    """Draws invented persons from frequencies of single parts, and spells the parts in Latin letters."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.forms: dict[str, list[tuple[str, float]]] = defaultdict(list)
        with (folder / "latin_forms.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self.forms[row["ar"]].append((row["latin"], float(row["weight"])))
        self.parts = [self._read(folder / f"freq_{name}.csv") for name in ("given_m", "given_f", "father", "family")]

    def _read(self, path: Path) -> tuple[list[str], list[float]]:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(row["name"], float(row["count"])) for row in csv.DictReader(file) if row["name"] in self.forms]
        return [name for name, _ in rows], [count for _, count in rows]

    def part(self, which: int) -> str:
        """Return a given (0, 1), father's (2) or family name (3)."""
        names, counts = self.parts[which]
        return self.random.choices(names, counts)[0]

    def person(self) -> list[str]:
        """Return given, father's, grandfather's and family name."""
        return [self.part(self.random.random() > 0.6), self.part(2), self.part(2), self.part(3)]

    def latin(self, parts: list[str]) -> str:
        """Return attested spellings of the parts, the frequent ones more often."""
        written = []
        for part in parts:
            forms = self.forms[part]
            most = max(weight for _, weight in forms)
            usual = [(form, weight) for form, weight in forms if weight >= 0.02 * most]
            written.append(self.random.choices([form for form, _ in usual], [weight for _, weight in usual])[0])
        return " ".join(written).title()

    def short(self, parts: list[str]) -> list[str]:
        """Leave the grandfather out of some names."""
        return parts if self.random.random() < 0.7 else [parts[0], parts[1], parts[3]]

    def slip(self, word: str) -> str:
        """Return a word with one letter lost, changed or swapped."""
        if len(word) < 4:
            return word
        at, kind = self.random.randrange(1, len(word) - 1), self.random.random()
        if kind < 0.35:
            return word[:at] + word[at + 1 :]
        if kind < 0.7:
            return word[:at] + self.random.choice(TYPING[word[0] > "\u0600"]) + word[at + 1 :]
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def folded(text: str) -> str:
    """Return Arabic without the most frequent differences of spelling."""
    return text.translate(ALEFS)


def pairs_of(drawer: Drawer, n: int) -> Iterator[Pair]:
    """Yield cross-script pairs, a third of them true; the others brothers or sisters, namesakes, strangers."""
    for number in range(n):
        person = drawer.person()
        other, kind = list(person), ("same", "same", "sibling", "father", "family", "stranger")[number % 6]
        if kind == "sibling":
            other[0] = drawer.part(0)
        if kind in ("father", "stranger"):
            other[1], other[2] = drawer.part(2), drawer.part(2)
        if kind == "family":
            other[3] = drawer.part(3)
        if kind == "stranger":
            other[0] = drawer.part(0)
        changed = {"sibling": 0, "father": 1, "family": 3, "stranger": 0}.get(kind)
        if changed is not None and folded(person[changed]) == folded(other[changed]):
            continue
        yield Pair(" ".join(drawer.short(person)), drawer.latin(drawer.short(other)), kind == "same", kind)


def read_pairs(path: Path) -> list[Pair]:
    """Read a file of pairs."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Pair(row["a"], row["b"], row["same"] in ("1", "true", "True"), row.get("kind") or "pair")
            for row in csv.DictReader(file)
        ]


def measure(name: str, scorer: Callable[[str, str], float], pairs: list[Pair]) -> None:
    """Print average precision, best F1, recall at 99 % precision and wrong acceptances of a scorer."""
    scorer(pairs[0].a, pairs[0].b)
    started = time.perf_counter()
    scores = [scorer(pair.a, pair.b) for pair in pairs]
    micros = 1e6 * (time.perf_counter() - started) / len(pairs)
    n_true, found, precisions = sum(pair.same for pair in pairs), 0, 0.0
    best, threshold, recall = 0.0, 1.0, 0.0
    for rank, (value, pair) in enumerate(sorted(zip(scores, pairs, strict=True), key=lambda each: -each[0]), 1):
        found += pair.same
        precisions += found / rank if pair.same else 0.0
        if 2 * found / (rank + n_true) > best:
            best, threshold = 2 * found / (rank + n_true), value
        if found / rank >= 0.99:
            recall = found / n_true
    wrong = []
    for kind in sorted({pair.kind for pair in pairs if not pair.same}):
        taken = [value >= threshold for value, pair in zip(scores, pairs, strict=True) if pair.kind == kind]
        wrong.append(f"{kind} {100 * sum(taken) / len(taken):.1f} %")
    tell(
        f"pairs, {name}",
        f"AP {precisions / n_true:.4f}, best F1 {best:.4f}, recall at P99 {recall:.3f}, {micros:.1f} µs a pair; "
        f"wrongly accepted: {', '.join(wrong)}",
        aim="AP 0.99, F1 0.97, R 0.85, siblings 5 %, namesakes 0.5 %, 20 µs",
    )


def baselines() -> Iterator[tuple[str, Callable[[str, str], float]]]:
    """Yield Jaro-Winkler on raw and on ICU text, where the libraries are installed."""
    try:
        fuzz: Any = importlib.import_module("rapidfuzz.distance.JaroWinkler")
    except ImportError:
        return
    yield "Jaro-Winkler", lambda a, b: float(fuzz.normalized_similarity(a.lower(), b.lower()))
    try:
        icu: Any = importlib.import_module("icu")
    except ImportError:
        return
    latin = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower").transliterate
    yield "ICU and Jaro-Winkler", lambda a, b: float(fuzz.normalized_similarity(latin(a), latin(b)))


def measure_search(drawer: Drawer, n_names: int, n_queries: int = 250) -> None:
    """Print recall and times of queries without the grandfather, in four directions of script, two with a slip."""
    persons = [drawer.person() for _ in range(n_names)]
    in_latin = [drawer.random.random() < 0.3 for _ in persons]
    names = [drawer.latin(p) if latin else " ".join(p) for p, latin in zip(persons, in_latin, strict=True)]
    started = time.perf_counter()
    index = build(names)
    seconds = time.perf_counter() - started
    tell(f"search, index of {n_names} names", f"{seconds:.1f} s, {index.n_bytes() / 1e6:.0f} MB", aim="60 s, 200 MB")
    times = []
    for direction in ("LA", "AL", "AA", "LL"):
        first = ten = asked = 0
        while asked < n_queries:
            place = drawer.random.randrange(n_names)
            if in_latin[place] != (direction[1] == "L"):
                continue
            parts = [persons[place][at] for at in (0, 1, 3)]
            words = (
                [drawer.latin([part]) for part in parts] if direction[0] == "L" else [folded(part) for part in parts]
            )
            if direction in ("AA", "LL"):
                at = drawer.random.randrange(3)
                words[at] = drawer.slip(words[at])
            started = time.perf_counter()
            hits = [hit.place for hit in find(index, " ".join(words))]
            times.append(1e3 * (time.perf_counter() - started))
            # Another person with the same three names is as good an answer: nothing in the query tells them apart.
            right = [[persons[hit][at] for at in (0, 1, 3)] == parts for hit in hits]
            first, ten, asked = first + any(right[:1]), ten + any(right), asked + 1
        tell(f"search, {direction}", f"recall@1 {first / asked:.3f}, @10 {ten / asked:.3f}", aim="0.85, 0.95")
    times.sort()
    tell(
        "search, a query",
        f"p50 {times[len(times) // 2]:.2f} ms, p95 {times[len(times) * 95 // 100]:.2f} ms",
        aim="3, 15",
    )


def main() -> None:
    """Measure a file of pairs, or pairs and a list drawn from DATA."""
    if len(sys.argv) == 3 and sys.argv[1] == "--pairs":
        pairs = read_pairs(Path(sys.argv[2]))
    elif len(sys.argv) in (2, 3) and Path(sys.argv[1]).is_dir():
        pairs = list(pairs_of(Drawer(Path(sys.argv[1]), seed=1), 12_000))
    else:
        sys.exit("usage: python -m benchmarks.names DATA [NAMES] | --pairs PAIRS.csv")
    for name, scorer in (("dalil", score), *baselines()):
        measure(name, scorer, pairs)
    if sys.argv[1] != "--pairs":
        measure_search(Drawer(Path(sys.argv[1]), seed=2), int(sys.argv[2]) if len(sys.argv) == 3 else 100_000)


if __name__ == "__main__":
    main()
