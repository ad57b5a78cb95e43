"""Sheet rows a second, ledger and derived rows included; and whether a row costs the same at the end as at first."""

from __future__ import annotations

import csv
import json
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

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
    """Print what a row costs in the last fifth over what it costs in the first, by the clock and by the processor."""
    fifth = len(marks) // 5

    def cost(first: int, last: int, column: int) -> float:
        return (marks[last][column] - marks[first][column]) / (marks[last][0] - marks[first][0]) * 1e6

    clock, processor = (cost(-1 - fifth, -1, column) / cost(0, fifth, column) for column in (1, 2))
    tell(
        "cost of a row, last fifth over first fifth",
        f"{clock:.2f} by the clock, {processor:.2f} by the recording process's processor time",
        aim="flat: about 1",
        met=clock <= 1.1,
        baseline=f"first fifth {cost(0, fifth, 1):,.0f} µs a row, last {cost(-1 - fifth, -1, 1):,.0f}",
    )


if __name__ == "__main__":
    main()
