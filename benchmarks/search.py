"""How fast, and how well, persons of an archive are found by name.

Usage: ``python -m benchmarks search [ARCHIVE]``. ARCHIVE is a built archive, such as the demonstration's; without one,
an archive of invented rows is made. Queries are names drawn from the archive with a fixed seed: as written, with one
slip of the pen, in the other script, given and family name only; and beginnings of names: of any length, and as long
as it takes to leave at most ten names that begin so. Of a shorter beginning, and of a given and family name that more
than ten persons have, nobody could show the right person among ten. The baseline is SQLite's FTS5 with trigrams over
the same names, asked the same queries in the same run.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.invented_list import make_archive, write_list
from benchmarks.measuring import elapsed, sized, tell
from dalil.archive import Archive
from dalil.names import romanise, script_of

N_ROWS: Final = 100_000
N_QUERIES: Final = 80
SEED: Final = 20210521
AIM_MS: Final = 30.0
LETTERS: Final = {"Arab": "ابتثجحخدرسشعفقكلمنهوي", "Latn": "abcdefghijklmnoprstuwyz"}
FEW: Final = 10
"""Names, or persons, that a page has room for."""
BEST_OF: Final = 3
"""Times a query is asked; the baseline, which is slower by far, is asked once."""

Query = tuple[str, int]
"""A text, and the id of the person it was made from."""


def names_of(archive: Archive) -> list[tuple[int, int, str, str | None, str | None]]:
    """Return the standing names of persons: statement, identity, text, given and family name."""
    with sqlite3.connect(f"file:{archive.path / 'archive.db'}?mode=ro", uri=True) as connection:
        return connection.execute(
            """SELECT n.id, coalesce(m.identity, n.subject), n.text, n.given, n.family FROM names n
            JOIN subjects s ON s.id = n.subject AND s.kind = 'person'
            LEFT JOIN memberships m ON m.subject = n.subject AND m.until IS NULL
            WHERE n.until IS NULL ORDER BY n.id"""
        ).fetchall()


def slip(text: str, chance: random.Random) -> str:
    """Return a text with one letter left out, put in or replaced."""
    at = chance.randrange(1, max(2, len(text)))
    letter = chance.choice(LETTERS["Arab" if script_of(text) == "Arab" else "Latn"])
    return chance.choice(
        (text[:at] + text[at + 1 :], text[:at] + letter + text[at:], text[:at] + letter + text[at + 1 :])
    )


def beginning(text: str, texts: Sequence[str]) -> str:
    """Return the shortest beginning of a text, of two letters or more, that few of the sorted ``texts`` share."""
    for end in range(2, len(text)):
        typed = text[:end]
        if bisect_right(texts, typed + "\U0010ffff") - bisect_left(texts, typed) <= FEW:
            return typed
    return text


def queries(archive: Archive) -> dict[str, list[Query]]:
    """Return queries by kind."""
    chance = random.Random(SEED)
    names = names_of(archive)
    texts = sorted({text for _, _, text, *_ in names})
    alike = Counter((given, family) for *_, given, family in names)
    drawn = chance.sample(names, sized(N_QUERIES))
    arabic = [row for row in drawn if script_of(row[2]) == "Arab"]
    return {
        "as written": [(text, person) for _, person, text, *_ in drawn],
        "one slip": [(slip(text, chance), person) for _, person, text, *_ in drawn],
        "romanised": [(romanise(text), person) for _, person, text, *_ in arabic],
        "given and family": [
            (f"{given} {family}", person) for _, person, _, given, family in drawn if given and family
        ],
        "given and family of few": [
            (f"{given} {family}", person)
            for _, person, _, given, family in drawn
            if given and family and alike[given, family] <= FEW
        ],
        "while typed, any length": [(text[: chance.randrange(2, len(text))], person) for _, person, text, *_ in drawn],
        "while typed, until few are left": [(beginning(text, texts), person) for _, person, text, *_ in drawn],
    }


def measure(
    ask: Callable[[str], Sequence[int]], asked: Sequence[Query], best_of: int = BEST_OF
) -> tuple[list[float], int]:
    """Return the best time of each query in milliseconds, and how many found the person among the first ten.

    Processor time: a query waits for nothing else, and other programs of this machine do not count.
    """
    times, n_found = [], 0
    for text, person in asked:
        best = float("inf")
        for _ in range(best_of):
            started = time.process_time()
            found = ask(text)
            best = min(best, time.process_time() - started)
        times.append(best * 1e3)
        n_found += person in found[:10]
    return times, n_found


class Trigrams:
    """The baseline: FTS5 with the trigram tokenizer, ranked by BM25."""

    def __init__(self, names: Sequence[tuple[int, int, str, str | None, str | None]]) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute("CREATE VIRTUAL TABLE t USING fts5(text, person UNINDEXED, tokenize='trigram')")
        rows = ((text, person) for _, person, text, *_ in names)
        self._connection.executemany("INSERT INTO t VALUES (?, ?)", rows)

    def ask(self, text: str) -> list[int]:
        """Return the persons whose names share trigrams with a text, best first."""
        grams = {text[at : at + 3] for at in range(len(text) - 2)}
        if not grams:
            return []
        wanted = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in sorted(grams))
        rows = self._connection.execute("SELECT person FROM t WHERE t MATCH ? ORDER BY rank LIMIT 20", (wanted,))
        return [person for (person,) in rows]


def percentile(times: Sequence[float], share: float) -> float:
    """Return the time that a share of the queries stays within."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def made(folder: Path) -> Archive:
    """Return an archive of invented rows."""
    sheet = folder / "list.csv"
    write_list(sheet, sized(N_ROWS))
    archive, mapping = make_archive(folder)
    archive.intake.sheet(sheet, mapping)
    return archive


def main() -> None:
    """Print times and findings by kind of query, beside the baseline's."""
    with tempfile.TemporaryDirectory() as name:
        given = [Path(each) for each in sys.argv[1:] if (Path(each) / "dalil.toml").exists()]
        archive = Archive(given[0]) if given else made(Path(name))
        names = names_of(archive)
        with elapsed() as building:
            baseline = Trigrams(names)
        print(f"{len(names):,} names of persons; baseline's index built in {building.seconds:.1f} s", flush=True)
        archive.search.people("warm up")
        for kind, asked in queries(archive).items():
            typed = kind.startswith("while typed")
            if not asked:
                continue
            times, n_found = measure(
                lambda text: [hit.person for hit in archive.search.people(text, prefix=typed).hits],  # noqa: B023
                asked,
            )
            theirs, n_theirs = measure(baseline.ask, asked, best_of=1)
            p95 = percentile(times, 0.95)
            tell(
                f"people, {kind}",
                f"p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms, in the first ten {n_found / len(asked):.2f}",
                aim=f"p95 ≤ {AIM_MS:.0f} ms",
                met=p95 <= AIM_MS,
                baseline=f"FTS5 trigram p50 {statistics.median(theirs):.1f} ms, p95 {percentile(theirs, 0.95):.1f} ms, "
                f"in the first ten {n_theirs / len(asked):.2f}",
                ratio=p95 / percentile(theirs, 0.95),
            )
        archive.close()


if __name__ == "__main__":
    main()
