"""How well names are compared and found, beside baselines built in the same run.

Usage::

    python -m benchmarks.names [DATA] [--names N] [--seed S]          invented names, from parts
    python -m benchmarks.names --pairs PAIRS.csv                      a, b, same (1 or 0), kind if it has one
    python -m benchmarks.names --list NAMES.csv --queries QUERIES.csv id, name | query, id of the answer, direction

    python -m benchmarks.names DATA --half 1 --tables TABLES          what was learned from half 0, on half 1

Without DATA, parts and spellings are the demonstration's; DATA is the folder that `train_names` reads. N is how many
names the list for searching has (100,000 unless told). Times are of one processor, so that other work on the machine
counts for little; they are best compared with the baselines beside them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.measuring import tell
from benchmarks.names_baselines import Scorer, TrigramIndex, scorers
from benchmarks.names_data import Drawer, NameList, Pair, draw_list, draw_pairs, read_list, read_pairs
from dalil.names import keys, score
from dalil.names.alignment import VERSION, use_costs
from dalil.names.units import forget
from dalil.search import build, find

N_PAIRS: Final = 12_000
MOST_TRIGRAM_QUERIES: Final = 60
"""Queries of each direction that the slow baseline answers."""
PAIRS_AIM: Final = "AP 0.99, F1 0.97, R at P99 0.85, siblings 5 %, namesakes 0.5 %, 20 µs"


def measure_pairs(name: str, scorer: Scorer, pairs: list[Pair]) -> None:
    """Print average precision, best F1, recall at 99 % precision and wrong acceptances of a scorer."""
    forget()
    started = time.process_time()
    scores = [scorer(pair.a, pair.b) for pair in pairs]
    micros = 1e6 * (time.process_time() - started) / len(pairs)
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
        f"AP {precisions / n_true:.4f}, best F1 {best:.4f} (from {threshold:.2f}), R at P99 {recall:.3f}, "
        f"{micros:.1f} µs a pair; wrongly accepted: {', '.join(wrong)}",
        aim=PAIRS_AIM,
    )


def measure_all_pairs(pairs: list[Pair]) -> None:
    """Print the measurements of dalil and of each baseline on the same pairs."""
    measure_pairs("dalil", score, pairs)
    for name, scorer in scorers():
        if scorer is None:
            tell(f"pairs, {name}", "not installed: pip install 'dalil[bench,dev]'")
        else:
            measure_pairs(name, scorer, pairs)


def measure_keys(names: Sequence[str]) -> None:
    """Print how many names a second get their keys."""
    forget()
    started = time.process_time()
    for name in names:
        keys(name)
    tell("keys", f"{len(names) / (time.process_time() - started):,.0f} names a second", aim="60,000")


def measure_search(drawn: NameList) -> None:
    """Print recall and times, by direction of script, of dalil and of a trigram index on the same list."""
    started = time.process_time()
    index = build(drawn.names)
    seconds = time.process_time() - started
    tell(
        f"search, index of {len(drawn.names):,} names",
        f"{seconds:.1f} s, {index.n_bytes() / 1e6:.0f} MB",
        aim="60 s, 200 MB",
    )
    _measure_answers("dalil", lambda text: [hit.place for hit in find(index, text)], drawn, most=len(drawn.queries))
    started = time.process_time()
    trigrams = TrigramIndex(drawn.names)
    seconds = time.process_time() - started
    tell(f"search, FTS5 trigrams of {len(drawn.names):,} names", f"{seconds:.1f} s")
    how = "ICU text" if trigrams.uses_icu else "romanised text, for want of PyICU"
    _measure_answers(f"FTS5 trigrams on {how}", trigrams.find, drawn, most=MOST_TRIGRAM_QUERIES)


def _measure_answers(name: str, answer: Callable[[str], list[int]], drawn: NameList, *, most: int) -> None:
    times: list[float] = []
    right: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for query in drawn.queries:
        of_direction = right[query.direction]
        if len(of_direction) >= most:
            continue
        started = time.process_time()
        places = answer(query.text)
        times.append(1e3 * (time.process_time() - started))
        hits = [place in query.answers for place in places]
        of_direction.append((any(hits[:1]), any(hits)))
    for direction, found in right.items():
        first, ten = (sum(each[at] for each in found) / len(found) for at in (0, 1))
        tell(f"search, {name}, {direction}", f"recall@1 {first:.3f}, @10 {ten:.3f}", aim="0.85, 0.95")
    everything = [each for found in right.values() for each in found]
    first, ten = (sum(each[at] for each in everything) / len(everything) for at in (0, 1))
    tell(f"search, {name}, all", f"recall@1 {first:.3f}, @10 {ten:.3f}", aim="0.85, 0.97")
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    tell(f"search, {name}, a query", f"p50 {statistics.median(times):.2f} ms, p95 {p95:.2f} ms", aim="3, 15")


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names", description="Measure names and search.")
    parser.add_argument("data", nargs="?", type=Path, help="folder of name parts")
    parser.add_argument("--names", type=int, default=100_000, help="length of the list to search")
    parser.add_argument("--queries-each", type=int, default=250, help="queries in each direction of script")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", type=int, choices=(0, 1), help="draw names of this half of the parts only")
    parser.add_argument("--tables", type=Path, help="folder of tables learned from the other half")
    parser.add_argument("--pairs", type=Path, help="CSV of your own pairs")
    parser.add_argument("--list", type=Path, help="CSV of your own names")
    parser.add_argument("--queries", type=Path, help="CSV of your own queries")
    return parser.parse_args(arguments)


def main() -> None:
    """Measure files of one's own, or pairs and a list of invented names."""
    asked = _asked(sys.argv[1:] if Path(sys.argv[0]).stem == "names" else [])
    if asked.tables:
        use_costs(asked.tables / f"{VERSION}.tsv")
    if asked.pairs:
        measure_all_pairs(read_pairs(asked.pairs))
    if asked.list and asked.queries:
        measure_search(read_list(asked.list, asked.queries))
    if asked.pairs or asked.list:
        return
    measure_all_pairs(list(draw_pairs(Drawer(asked.data, seed=asked.seed, half=asked.half), N_PAIRS)))
    drawn = draw_list(Drawer(asked.data, seed=asked.seed + 1, half=asked.half), asked.names, asked.queries_each)
    measure_keys(drawn.names)
    measure_search(drawn)


if __name__ == "__main__":
    main()
