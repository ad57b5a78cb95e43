"""Sheet rows a second, ledger and derived rows included; and whether a row costs the same at the end as at first."""

from __future__ import annotations

import csv
import json
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median

from benchmarks.invented_list import make_archive, write_list
from benchmarks.measuring import elapsed, sized, tell
from dalil.intake.loading import LoadReceipt

N_ROWS = 200_000


def bare_insert(sheet: Path, folder: Path, n_rows: int) -> float:
    """Return the rows a second of the least that could be called an import: each row as JSON into one table."""
    with elapsed() as bare, sqlite3.connect(folder / "bare.db") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, body TEXT)")
        with sheet.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            columns = next(reader)
            batch: list[tuple[int, str]] = []
            for number, cells in enumerate(reader):
                batch.append((number, json.dumps(dict(zip(columns, cells, strict=True)), ensure_ascii=False)))
                if len(batch) == 2_000:
                    connection.executemany("INSERT INTO rows VALUES (?, ?)", batch)
                    connection.commit()
                    batch.clear()
    return n_rows / bare.seconds


def main() -> None:
    """Load 200,000 rows; print the rate, the cost of the last fifth over the first, and the bare insert beside it."""
    n_rows = sized(N_ROWS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet = folder / "list.csv"
        write_list(sheet, n_rows)
        archive, mapping = make_archive(folder)
        marks: list[tuple[int, float, float]] = []

        def on_batch(receipt: LoadReceipt) -> None:
            marks.append((receipt.n_rows, time.perf_counter(), time.process_time()))

        with elapsed() as load:
            receipt = archive.intake.sheet(sheet, mapping, on_batch=on_batch)
        assert receipt.n_new == n_rows, receipt.as_json()
        rate = n_rows / load.seconds
        bare = bare_insert(sheet, folder, n_rows)
        tell(
            f"intake of {n_rows:,} rows",
            f"{rate:,.0f} rows/s",
            aim="≥ 5,000 rows/s",
            met=rate >= 5_000,
            baseline=f"bare JSON insert {bare:,.0f} rows/s",
            ratio=rate / bare,
        )
        tell_flatness(marks)
        with elapsed() as again:
            second = archive.intake.sheet(sheet, mapping)
        assert (second.n_new, second.n_unchanged) == (0, n_rows), second.as_json()
        tell("the same file again (adds nothing)", f"{n_rows / again.seconds:,.0f} rows/s")
        archive.close()


def tell_flatness(marks: Sequence[tuple[int, float, float]]) -> None:
    """Print what a row costs in the last fifth over what it costs in the first.

    Judged by the median batch, by the clock: a disk that others use stalls a few batches anywhere in a run. The mean,
    and the recording process's processor time, are printed beside it. Two runs here differ by a tenth or more.
    """
    batches = [(late, early) for early, late in pairwise(marks) if late[0] > early[0]]
    fifth = len(batches) // 5

    def costs(column: int, part: slice) -> list[float]:
        return [(late[column] - early[column]) / (late[0] - early[0]) * 1e6 for late, early in batches[part]]

    first, last = slice(0, fifth), slice(-fifth, None)
    of_median = median(costs(1, last)) / median(costs(1, first))
    of_mean, of_processor = (fmean(costs(column, last)) / fmean(costs(column, first)) for column in (1, 2))
    tell(
        "cost of a row, last fifth over first fifth",
        f"{of_median:.2f} the median batch, {of_mean:.2f} the mean, {of_processor:.2f} of processor time",
        aim="flat: at most 1.2",
        met=of_median <= 1.2,
        baseline=f"first fifth {median(costs(1, first)):,.0f} µs a row, last {median(costs(1, last)):,.0f}",
    )


if __name__ == "__main__":
    main()
