"""Lists linked by dalil and, in the same run, by Splink with its stock comparison of raw names; truth known.

Usage: ``python -m benchmarks linkage``, or ``python -m benchmarks.linkage`` with options. Lists are generated (see
`linkage_lists`), of the size of Syria with ``--full`` (191,369 persons), unless ``--lists FOLDER`` holds records.csv,
truth.csv and mapping.yaml. Other habits of writing than those of the shape are drawn from a seed with ``--habits S``,
and with ``--all-habits N`` from the seeds 1 to N, one after another, with a line for each. A hundredth of the records
is then added to the others, as a new list. ``--million`` links the lists of a million persons and adds 10,000 records;
``--three-million`` links ten times Syria once. Aims in seconds and megabytes are those of the full sizes.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.linkage_adding import add_hundredth, million, run, three_million
from benchmarks.linkage_lists import SYRIA_PERSONS, write
from benchmarks.linkage_recall import blocking_recall
from benchmarks.linkage_splink import with_splink
from benchmarks.measuring import TOLD, tell
from dalil.linkage.measuring import Quality, measure, read_two_columns

_ASKED: Final = 1000


def quality_of(clusters: Path, truth: dict[str, str]) -> Quality:
    """Measure a file of clusters."""
    of_record = read_two_columns(clusters)
    ids = sorted(of_record)
    return measure([of_record[each] for each in ids], [truth[each] for each in ids])


class Aims(NamedTuple):
    """What is aimed at for one shape of lists: at least, and for persons at most, in shares."""

    f1: float
    cubed_f1: float
    persons: float | None = None


WITH_PERSONS: Final = 0.01
WITHOUT_ANSWERS: Final = {"deaths": Aims(0.80, 0.94), "registers": Aims(0.93, 0.96)}
WITH_ANSWERS: Final = {"deaths": Aims(0.94, 0.98, WITH_PERSONS), "registers": Aims(0.97, 0.985, WITH_PERSONS)}
RECALL: Final = {"deaths": 0.97, "registers": 0.985}
MOST_CANDIDATES: Final = {"deaths": 30, "registers": 8}
"""Millions of pairs, at the full sizes."""
LINK_SECONDS, LINK_MEGABYTES = 75, 3000


def line(name: str, quality: Quality, seconds: float, more: str, aims: Aims | None) -> None:
    """Print one way of linking, and what of its aims was met."""
    tell(
        name,
        f"precision {quality.precision:.4f}, recall {quality.recall:.4f}, {quality.n_clusters} for {quality.n_persons} "
        f"persons, {seconds:.0f} s{more}",
    )
    told = (("pair F1", quality.f1, aims and aims.f1), ("B-cubed", quality.cubed_f1, aims and aims.cubed_f1))
    for what, value, aim in told:
        tell(f"{name}, {what}", f"{value:.4f}", aim=f"at least {aim}" if aim else "", met=value >= aim if aim else None)
    error, most = abs(quality.error_in_persons), aims and aims.persons
    met = error <= most if most else None
    tell(f"{name}, error in persons", f"{100 * error:.2f} %", aim=f"{100 * most:.0f} %" if most else "", met=met)
    largest = f"{quality.largest_cluster} for a true {quality.largest_person}"
    met = quality.largest_cluster <= quality.largest_person + 2 if aims else None
    tell(f"{name}, largest cluster", largest, aim="two more than the true one" if aims else "", met=met)


def with_dalil(folder: Path, truth: dict[str, str], shape: str) -> None:
    """Link without answers, ask, answer from the truth, link again."""
    lists, mapping = str(folder / "records.csv"), ("--mapping", str(folder / "mapping.yaml"))
    out = folder / "clusters.csv"
    report, seconds = run("files", lists, *mapping, "--out", str(out))
    line("dalil, no answers", quality_of(out, truth), seconds, told(report), WITHOUT_ANSWERS[shape])
    cost(seconds, report, LINK_SECONDS, LINK_MEGABYTES)
    asked = folder / "ask.csv"
    run("ask", lists, *mapping, "--n", str(_ASKED), "--out", str(asked))
    answer(asked, truth)
    report, seconds = run("files", lists, *mapping, "--out", str(out), "--labels", str(asked))
    line(f"dalil, {_ASKED} answers", quality_of(out, truth), seconds, told(report), WITH_ANSWERS[shape])
    persons, true = report["persons"], len(set(truth.values()))
    within = f"{persons['low']} to {persons['high']} for {true}"
    tell("stated interval of persons", within, aim="holds the truth", met=persons["low"] <= true <= persons["high"])
    recall_told(folder, report, shape)


def recall_told(folder: Path, report: dict[str, Any], shape: str) -> None:
    """Print how many of the true pairs were candidates, by the truth, and what the run said of itself."""
    recall = blocking_recall(folder)
    millions = report["candidate_pairs"] / 1e6
    most = MOST_CANDIDATES[shape]
    tell("candidate pairs", f"{millions:.1f} M", aim=f"{most} M", met=millions <= most)
    for kind, true in (("cross_script", recall.cross_script), ("all", recall.all)):
        own = report["blocking_recall"][kind]
        if true is None or own is None:
            continue
        ratio = (1 - own) / max(1e-6, 1 - true)
        tell(
            f"blocking recall, {kind.replace('_', '-')}",
            f"{true:.4f} by the truth, {own:.4f} by its own estimate (misses estimated to misses: {ratio:.2f})",
            aim=f"at least {RECALL[shape]}" if kind == "cross_script" else "",
            met=true >= RECALL[shape] if kind == "cross_script" else None,
        )


def cost(seconds: float, report: dict[str, Any], most_seconds: int, most_megabytes: int) -> None:
    """Print seconds and memory beside their aims."""
    tell("wall clock", f"{seconds:.0f} s", aim=f"{most_seconds} s", met=seconds <= most_seconds)
    megabytes = report["peak_memory_mb"]
    tell("peak memory", f"{megabytes} MB", aim=f"{most_megabytes} MB", met=megabytes <= most_megabytes)


def told(report: dict[str, Any]) -> str:
    """Return what a report says of candidates, memory and persons."""
    persons = report["persons"]
    return (
        f", {report['peak_memory_mb']} MB, {report['candidate_pairs'] / 1e6:.1f} M candidates, recall by estimate "
        f"{report['blocking_recall']['all']}, persons by estimate {persons['low']} to {persons['high']}"
    )


def answer(asked: Path, truth: dict[str, str]) -> None:
    """Put the true answer beside each question."""
    with asked.open(encoding="utf-8", newline="") as file:
        rows = [(row["id_a"], row["id_b"]) for row in csv.DictReader(file)]
    with asked.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("id_a", "id_b", "label"))
        writer.writerows((a, b, "same" if truth[a] == truth[b] else "different") for a, b in rows)


def other_habits(n: int, *, persons: int, shape: str, data: Path | None) -> None:
    """Link lists of habits drawn from the seeds 1 to n, with and without answers."""
    for seed in range(1, n + 1):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            write(folder, persons=persons, shape=shape, seed=1000 + seed, data=data, habits=seed)
            truth = read_two_columns(folder / "truth.csv")
            lists, mapping = str(folder / "records.csv"), ("--mapping", str(folder / "mapping.yaml"))
            out, asked = folder / "clusters.csv", folder / "ask.csv"
            run("ask", lists, *mapping, "--n", str(_ASKED), "--out", str(asked))
            answer(asked, truth)
            for name, labels in (("no answers", ()), (f"{_ASKED} answers", ("--labels", str(asked)))):
                report, _ = run("files", lists, *mapping, "--out", str(out), *labels)
                quality, said = quality_of(out, truth), report["persons"]
                met = said["low"] <= quality.n_persons <= said["high"]
                error = quality.error_in_persons
                if labels:
                    met = met and abs(error) <= WITH_PERSONS
                tell(
                    f"habits {seed}, {shape}, {name}",
                    f"pair F1 {quality.f1:.4f}, B-cubed {quality.cubed_f1:.4f}, persons {100 * error:+.2f} %, stated "
                    f"{said['low']} to {said['high']} for {quality.n_persons}",
                    aim="interval holds the truth" + (f", persons within {100 * WITH_PERSONS:.0f} %" if labels else ""),
                    met=met,
                )


def main() -> None:
    """Generate lists, link them both ways, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkage", description=__doc__)
    parser.add_argument("--persons", type=int, default=12_000, help="persons to invent")
    parser.add_argument("--shape", choices=("deaths", "registers"), default="deaths", help="which lists to invent")
    parser.add_argument("--full", action="store_true", help="as many persons as in Syria")
    parser.add_argument("--seed", type=int, default=5, help="of the invented persons")
    parser.add_argument("--habits", type=int, help="seed of other habits of writing")
    parser.add_argument("--all-habits", type=int, metavar="N", help="link lists of N other habits, and nothing else")
    parser.add_argument("--data", type=Path, help="folder with tables of names (see linkage_names)")
    parser.add_argument("--lists", type=Path, metavar="FOLDER", help="link these lists instead of invented ones")
    parser.add_argument("--without-splink", action="store_true", help="leave the baseline out")
    parser.add_argument("--without-adding", action="store_true", help="add no new list")
    parser.add_argument("--million", action="store_true", help="add 10,000 records to those of a million persons")
    parser.add_argument("--three-million", action="store_true", help="link three million records, and nothing else")
    told = parser.parse_args()
    if told.all_habits:
        other_habits(told.all_habits, persons=told.persons, shape=told.shape, data=told.data)
    elif told.million:
        million(told.data)
    elif told.three_million:
        three_million(told.data)
    else:
        one_set(told)


def one_set(told: argparse.Namespace) -> None:
    """Link one set of lists both ways, and add a list to it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if told.lists is not None:
            for name in ("records.csv", "truth.csv", "mapping.yaml"):
                (folder / name).write_bytes((told.lists / name).read_bytes())
        else:
            persons = SYRIA_PERSONS if told.full else told.persons
            write(folder, persons=persons, shape=told.shape, seed=told.seed, data=told.data, habits=told.habits)
        truth = read_two_columns(folder / "truth.csv")
        tell("lists", f"{len(truth)} records of {len(set(truth.values()))} persons, {told.shape}")
        with_dalil(folder, truth, told.shape)
        if not told.without_splink:
            quality, seconds = with_splink(folder, truth)
            line("Splink, stock, no answers", quality, seconds, "", None)
        if not told.without_adding:
            add_hundredth(folder, truth)


if __name__ == "__main__":
    main()
    print("\nAims:", *TOLD, sep="\n  ")
