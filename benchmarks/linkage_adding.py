"""Large sizes: a new list against a million persons, and three million records at once."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.linkage_lists import SYRIA_PERSONS, write
from benchmarks.measuring import tell
from dalil.linkage.measuring import measure, read_two_columns
from dalil.linkage.pairing.keeping import load

_DALIL: Final = (sys.executable, "-m", "dalil", "linkage")
ADD_SECONDS: Final = 20
N_NEW: Final = 10_000
MILLION: Final = 1_000_000
MANY_SECONDS, MANY_MEGABYTES = 1200, 16_000


def run(*arguments: str) -> tuple[dict[str, Any], float]:
    """Run a command of dalil's in a process of its own; return what it printed, and seconds of the wall clock."""
    started = time.perf_counter()
    done = subprocess.run([*_DALIL, *arguments, "--json"], check=True, capture_output=True, text=True)
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed, time.perf_counter() - started


def add_hundredth(folder: Path, truth: dict[str, str]) -> None:
    """Link all but a hundredth of the records, add the rest as a new list, and measure all together."""
    adding(folder, truth, len(truth) // 100)


def adding(folder: Path, truth: dict[str, str], n_new: int) -> None:
    """Link all but some records, spread evenly over all lists, add these as a new list, and measure all together."""
    step = max(1, len(truth) // max(1, n_new))
    with (
        (folder / "records.csv").open(encoding="utf-8", newline="") as file,
        (folder / "old.csv").open("w", encoding="utf-8", newline="") as old,
        (folder / "new.csv").open("w", encoding="utf-8", newline="") as new,
    ):
        rows, n_taken = csv.reader(file), 0
        header = next(rows)
        writers = [csv.writer(each, lineterminator="\n") for each in (old, new)]
        for writer in writers:
            writer.writerow(header)
        for number, row in enumerate(rows):
            taken = number % step == 0 and n_taken < n_new
            n_taken += taken
            writers[taken].writerow(row)
    mapping, kept_in = ("--mapping", str(folder / "mapping.yaml")), folder / "kept"
    run("files", str(folder / "old.csv"), *mapping, "--out", str(folder / "old-out.csv"), "--keep", str(kept_in))
    added = ("--to", str(kept_in), "--out", str(folder / "new-out.csv"))
    report, seconds = run("add", str(folder / "new.csv"), *mapping, *added)
    what = f"{report['new_records']} records added to {report['records'] - report['new_records']}"
    tell(
        f"{what}, wall clock",
        f"{seconds:.1f} s {report['seconds']}",
        aim=f"{ADD_SECONDS} s",
        met=seconds <= ADD_SECONDS,
    )
    existing = load(kept_in)
    ids = existing.features.ids
    quality = measure([ids[at] for at in existing.cluster.tolist()], [truth[each] for each in ids])
    tell("after adding", f"pair F1 {quality.f1:.4f}, B-cubed {quality.cubed_f1:.4f}")


def million(data: Path | None) -> None:
    """Link the lists of a million persons, and add ten thousand records."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        count, persons = write(folder, persons=MILLION, shape="deaths", seed=8, data=data)
        tell("lists", f"{count} records of {persons} persons")
        adding(folder, read_two_columns(folder / "truth.csv"), N_NEW)


def three_million(data: Path | None) -> None:
    """Link ten times Syria once."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        count, persons = write(folder, persons=10 * SYRIA_PERSONS, shape="deaths", seed=9, data=data)
        tell("lists", f"{count} records of {persons} persons")
        lists, mapping = str(folder / "records.csv"), str(folder / "mapping.yaml")
        report, seconds = run("files", lists, "--mapping", mapping, "--out", str(folder / "clusters.csv"))
        tell("wall clock", f"{seconds:.0f} s {report['seconds']}", aim=f"{MANY_SECONDS} s", met=seconds <= MANY_SECONDS)
        megabytes = report["peak_memory_mb"]
        tell("peak memory", f"{megabytes} MB", aim=f"{MANY_MEGABYTES} MB", met=megabytes <= MANY_MEGABYTES)
