"""How well names are compared and found, beside baselines built in the same run.

Usage::

    python -m benchmarks.names [DATA] [--names N] [--seed S]          invented names, from parts
    python -m benchmarks.names --pairs PAIRS.csv                      a, b, same (1 or 0), kind if it has one
    python -m benchmarks.names --list NAMES.csv --queries QUERIES.csv id, name | query, id of the answer, direction

    python -m benchmarks.names DATA --half 1 --tables TABLES          what was learned from half 0, on half 1

Without DATA, parts and spellings are the demonstration's; DATA is the folder that `train_names` reads. N is how many
names the list for searching has (100,000 unless told). Pairs are scored one by one and all at once, and by the command
on a file, from its start to its end. Times are of processors, so that other work on the machine counts for little; they
are best compared with the baselines beside them.

With DATA and no half, pairs are judged three times: of all parts, with the tables and weights of the package; and of
each half of the parts, with weights fitted on the other half (`fit_names`), which is the more honest figure. Parts of
which DATA has no Latin spelling are spelt by rule in the first and are not in the halves.
"""

from __future__ import annotations

import argparse
import csv
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.fit_names import evidence_of, fit
from benchmarks.measuring import elapsed, tell
from benchmarks.names_baselines import Scorer, TrigramIndex, scorers
from benchmarks.names_data import Drawer, NameList, Pair, draw_list, draw_pairs, read_list, read_pairs
from benchmarks.names_quality import quality
from dalil.names import keys, score, score_many
from dalil.names.alignment import VERSION, use_costs
from dalil.names.units import forget
from dalil.search import build, find

N_PAIRS: Final = 36_000
MOST_TRIGRAM_QUERIES: Final = 60
"""Queries of each direction that the slow baseline answers."""
MOST_WRONG: Final = {"sibling": 0.05, "namesake": 0.005}
"""Of siblings and of namesakes, the share that may be accepted at the best F1."""
MICROSECONDS: Final = 20.0


def measure_pairs(name: str, scorer: Scorer, pairs: list[Pair]) -> None:
    """Print what the scores of a baseline are worth, and how long one takes."""
    started = time.process_time()
    scores = [scorer(pair.a, pair.b) for pair in pairs]
    micros = 1e6 * (time.process_time() - started) / len(pairs)
    tell(f"pairs, {name}", f"{quality(pairs, scores)}; {micros:.1f} µs a pair")


def judge(name: str, pairs: Sequence[Pair], scores: Sequence[float]) -> None:
    """Print what scores are worth, aim by aim."""
    found = quality(pairs, scores)
    for what, value, least in (
        ("average precision", found.precision, 0.99),
        ("best F1", found.best, 0.97),
        ("recall at 99 % precision", found.recall, 0.85),
    ):
        tell(f"pairs, {name}, {what}", f"{value:.4f}", aim=f"≥ {least}", met=value >= least)
    for kind, share in found.wrong.items():
        most = next((most for begins, most in MOST_WRONG.items() if kind.startswith(begins)), None)
        aim = "" if most is None else f"≤ {100 * most:g} %"
        tell(
            f"pairs, {name}, {kind} accepted from {found.threshold:.2f}",
            f"{100 * share:.2f} %",
            aim=aim,
            met=None if most is None else share <= most,
        )


def measure_all_pairs(pairs: list[Pair]) -> None:
    """Print the measurements of dalil and of each baseline on the same pairs."""
    texts = [(pair.a, pair.b) for pair in pairs]
    forget()
    started = time.process_time()
    scores = score_many(texts)
    micros = 1e6 * (time.process_time() - started) / len(pairs)
    judge("package", pairs, scores)
    forget()
    started = time.process_time()
    alone = [score(a, b) for a, b in texts]
    slower = 1e6 * (time.process_time() - started) / len(pairs)
    assert alone == scores, "many pairs at once are scored as one by one"
    tell(
        "pairs, time of one in bulk",
        f"{micros:.1f} µs",
        aim=f"≤ {MICROSECONDS:g} µs",
        met=micros <= MICROSECONDS,
        baseline=f"one by one {slower:.1f} µs",
        ratio=micros / slower,
    )
    measure_command(texts)
    for name, scorer in scorers():
        if scorer is None:
            tell(f"pairs, {name}", "not installed: pip install 'dalil[bench,dev]'")
        else:
            measure_pairs(name, scorer, pairs)


def measure_command(texts: list[tuple[str, str]]) -> None:
    """Print what ``dalil names score`` takes a pair, with its start, its modules compiled as when installed."""
    with tempfile.TemporaryDirectory() as name:
        pairs, out = Path(name) / "pairs.csv", Path(name) / "out.csv"
        compiled = {**os.environ, "PYTHONPYCACHEPREFIX": name, "PYTHONDONTWRITEBYTECODE": ""}
        with pairs.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("a", "b"), *texts])
        command = [sys.executable, "-m", "dalil", "names", "score", str(pairs), "--columns", "a,b", "--out", str(out)]
        subprocess.run(command, check=True, env=compiled)
        with elapsed() as used:
            subprocess.run(command, check=True, env=compiled)
    micros = 1e6 * used.processor_seconds / len(texts)
    value = f"{micros:.1f} µs a pair of {len(texts):,}"
    tell("pairs, the command, start included", value, aim=f"≤ {MICROSECONDS:g} µs", met=micros <= MICROSECONDS)


def measure_halves(data: Path, seed: int) -> None:
    """Print how weights fitted on one half of the parts do on pairs of the other half."""
    drawn = {half: list(draw_pairs(Drawer(data, seed=seed, half=half), N_PAIRS)) for half in (0, 1)}
    known = {half: evidence_of(pairs) for half, pairs in drawn.items()}
    for mine, theirs in ((0, 1), (1, 0)):
        weights, start = fit(*known[mine])
        rows, _ = known[theirs]
        judge(f"weights of half {mine}, names of half {theirs}", drawn[theirs], (rows @ weights + start).tolist())


def measure_keys(names: Sequence[str]) -> None:
    """Print how many names a second get their keys."""
    forget()
    started = time.process_time()
    for name in names:
        keys(name)
    rate = len(names) / (time.process_time() - started)
    tell("keys", f"{rate:,.0f} names a second", aim="≥ 60,000", met=rate >= 60_000)


def measure_search(drawn: NameList) -> None:
    """Print recall and times, by direction of script, of dalil and of a trigram index on the same list."""
    started = time.process_time()
    index = build(drawn.names)
    seconds = time.process_time() - started
    tell(
        f"search, index of {len(drawn.names):,} names",
        f"{seconds:.1f} s, {index.n_bytes() / 1e6:.0f} MB",
        aim="≤ 60 s, 200 MB",
        met=seconds <= 60 and index.n_bytes() <= 200e6,
    )
    gc.collect()
    _measure_answers(
        "dalil", lambda text: [hit.place for hit in find(index, text)], drawn, most=len(drawn.queries), aims=True
    )
    started = time.process_time()
    trigrams = TrigramIndex(drawn.names)
    seconds = time.process_time() - started
    tell(f"search, FTS5 trigrams of {len(drawn.names):,} names", f"{seconds:.1f} s")
    how = "ICU text" if trigrams.uses_icu else "romanised text, for want of PyICU"
    _measure_answers(f"FTS5 trigrams on {how}", trigrams.find, drawn, most=MOST_TRIGRAM_QUERIES)


def _measure_answers(
    name: str, answer: Callable[[str], list[int]], drawn: NameList, *, most: int, aims: bool = False
) -> None:
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
    everything = [each for found in right.values() for each in found]
    for direction, found in (*right.items(), ("all", everything)):
        first, ten = (sum(each[at] for each in found) / len(found) for at in (0, 1))
        wanted = (0.85, 0.97) if direction == "all" else (0.0, 0.95)
        tell(
            f"search, {name}, {direction}",
            f"recall@1 {first:.3f}, @10 {ten:.3f}",
            aim=(f"≥ {wanted[0]}, {wanted[1]}" if wanted[0] else f"@10 ≥ {wanted[1]}") if aims else "",
            met=first >= wanted[0] and ten >= wanted[1] if aims else None,
        )
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    value = f"p50 {p50:.2f} ms, p95 {p95:.2f} ms"
    tell(
        f"search, {name}, a query",
        value,
        aim="≤ 3, 15 ms" if aims else "",
        met=p50 <= 3 and p95 <= 15 if aims else None,
    )


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
    if asked.data and asked.half is None:
        measure_halves(asked.data, asked.seed)
    drawn = draw_list(Drawer(asked.data, seed=asked.seed + 1, half=asked.half), asked.names, asked.queries_each)
    measure_keys(drawn.names)
    measure_search(drawn)


if __name__ == "__main__":
    main()
