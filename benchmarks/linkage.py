"""Lists linked by dalil and, in the same run, by Splink with its stock comparison of raw names; truth known.

Usage: ``python -m benchmarks linkage``, or ``python -m benchmarks.linkage [--persons N] [--shape deaths|registers]
[--full] [--three-million] [--data DATA] [--lists FOLDER] [--without-splink]``. Lists are generated (see
`linkage_lists`) unless FOLDER holds records.csv, truth.csv and mapping.yaml. ``--full`` is the size of Syria: 191,369
persons; ``--three-million`` is ten times that, linked once without answers. A hundredth of the records is then added
to the others, as a new list. Aims in seconds and megabytes are those of the full sizes.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.linkage_lists import SYRIA_PERSONS, write
from benchmarks.measuring import tell
from dalil.linkage.measuring import Quality, measure, read_two_columns

_DALIL: Final = (sys.executable, "-m", "dalil", "linkage")
_ASKED: Final = 1000
_THRESHOLD: Final = 0.95


def run(*arguments: str) -> tuple[dict[str, Any], float]:
    """Run a command of dalil's in a process of its own; return what it printed, and seconds of the wall clock."""
    started = time.perf_counter()
    done = subprocess.run([*_DALIL, *arguments, "--json"], check=True, capture_output=True, text=True)
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed, time.perf_counter() - started


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


WITHOUT_ANSWERS: Final = {"deaths": Aims(0.80, 0.94), "registers": Aims(0.93, 0.96)}
WITH_ANSWERS: Final = {"deaths": Aims(0.94, 0.98, 0.01), "registers": Aims(0.97, 0.985, 0.01)}
RECALL: Final = {"deaths": 0.97, "registers": 0.985}
LINK_SECONDS, LINK_MEGABYTES, ADD_SECONDS = 75, 3000, 20
MANY_SECONDS, MANY_MEGABYTES = 1200, 16_000


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
    recall = report["blocking_recall"]["cross_script"]
    if recall is not None:
        told_recall = f"{recall:.4f} by its own estimate"
        tell("blocking recall, cross-script", told_recall, aim=str(RECALL[shape]), met=recall >= RECALL[shape])


def cost(seconds: float, report: dict[str, Any], most_seconds: int, most_megabytes: int) -> None:
    """Print seconds and memory beside their aims."""
    tell("wall clock", f"{seconds:.0f} s", aim=f"{most_seconds} s", met=seconds <= most_seconds)
    megabytes = report["peak_memory_mb"]
    tell("peak memory", f"{megabytes} MB", aim=f"{most_megabytes} MB", met=megabytes <= most_megabytes)


def adding(folder: Path, truth: dict[str, str]) -> None:
    """Link all but a hundredth of the records, add the rest as a new list, and measure all together."""
    from dalil.linkage.keeping import load

    with (folder / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for name, chosen in (("old.csv", lambda at: at % 100), ("new.csv", lambda at: not at % 100)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            kept = [rows[0], *(row for at, row in enumerate(rows[1:]) if chosen(at))]
            csv.writer(file, lineterminator="\n").writerows(kept)
    mapping, kept_in = ("--mapping", str(folder / "mapping.yaml")), folder / "kept"
    run("files", str(folder / "old.csv"), *mapping, "--out", str(folder / "old-out.csv"), "--keep", str(kept_in))
    added = ("--to", str(kept_in), "--out", str(folder / "new-out.csv"))
    report, seconds = run("add", str(folder / "new.csv"), *mapping, *added)
    what = f"{report['new_records']} records added to {report['records'] - report['new_records']}"
    tell(what, f"{seconds:.0f} s", aim=f"{ADD_SECONDS} s", met=seconds <= ADD_SECONDS)
    existing = load(kept_in)
    ids = existing.features.ids
    quality = measure([ids[at] for at in existing.cluster.tolist()], [truth[each] for each in ids])
    tell("after adding", f"pair F1 {quality.f1:.4f}, B-cubed {quality.cubed_f1:.4f}")


def three_million(data: Path | None) -> None:
    """Link ten times Syria once."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        count, _ = write(folder, persons=10 * SYRIA_PERSONS, shape="deaths", seed=9, data=data)
        lists, mapping = str(folder / "records.csv"), str(folder / "mapping.yaml")
        report, seconds = run("files", lists, "--mapping", mapping, "--out", str(folder / "clusters.csv"))
        tell("lists", f"{count} records")
        cost(seconds, report, MANY_SECONDS, MANY_MEGABYTES)


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


def with_splink(folder: Path, truth: dict[str, str]) -> None:
    """Link with Splink's stock comparisons of raw fields, its own training and its connected components."""
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.csv as pacsv  # type: ignore[import-untyped]
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    started = time.perf_counter()
    table = pacsv.read_csv(folder / "records.csv")
    for name in table.column_names:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.string()))
    names = [str(each) for each in table["name"].to_pylist()]
    table = table.append_column("first", pa.array([each.split()[0] for each in names]))
    table = table.append_column("last", pa.array([each.split()[-1] for each in names]))
    comparisons: list[Any] = [cl.NameComparison("name"), cl.ExactMatch("sex"), cl.ExactMatch("age")]
    rules: list[Any] = [block_on("first", "last"), block_on("first", "age", "sex")]
    if "date_of_death" in table.column_names:
        comparisons += [cl.ExactMatch("date_of_death"), cl.ExactMatch("place"), cl.ExactMatch("governorate")]
        rules += [block_on("first", "date_of_death"), block_on("last", "date_of_death")]
    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="rec_id", comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )  # fmt: skip
    linker = Linker(api.register(table), settings, log_level=None)
    sure = block_on("name", "date_of_death") if "date_of_death" in table.column_names else block_on("name", "age")
    linker.training.estimate_probability_two_random_records_match([sure], recall=0.2)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("last", "age"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first", "sex"))
    scored = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=_THRESHOLD
    )
    found = clusters.as_record_list()
    seconds = time.perf_counter() - started
    quality = measure([str(row["cluster_id"]) for row in found], [truth[str(row["rec_id"])] for row in found])
    line("Splink, stock, no answers", quality, seconds, "", None)


def main() -> None:
    """Generate lists, link them both ways, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkage", description=__doc__)
    parser.add_argument("--persons", type=int, default=12_000)
    parser.add_argument("--shape", choices=("deaths", "registers"), default="deaths")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--lists", type=Path)
    parser.add_argument("--without-splink", action="store_true")
    parser.add_argument("--three-million", action="store_true")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if told.lists is not None:
            for name in ("records.csv", "truth.csv", "mapping.yaml"):
                (folder / name).write_bytes((told.lists / name).read_bytes())
        else:
            persons = SYRIA_PERSONS if told.full else told.persons
            write(folder, persons=persons, shape=told.shape, seed=told.seed, data=told.data)
        truth = read_two_columns(folder / "truth.csv")
        tell("lists", f"{len(truth)} records of {len(set(truth.values()))} persons, {told.shape}")
        with_dalil(folder, truth, told.shape)
        if not told.without_splink:
            with_splink(folder, truth)
        adding(folder, truth)
    if told.three_million:
        three_million(told.data)


if __name__ == "__main__":
    main()
