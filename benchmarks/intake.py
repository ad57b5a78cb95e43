"""Sheet rows a second, ledger and derived rows included; and whether a row costs the same at the end as at first."""

from __future__ import annotations

import csv
import json
import sqlite3
import tempfile
import time
from pathlib import Path

from benchmarks.invented_list import make_archive, write_list
from benchmarks.measuring import elapsed, tell
from dalil.intake.loading import LoadReceipt

N_ROWS = 200_000


def bare_insert(sheet: Path, folder: Path) -> float:
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
    return N_ROWS / bare.seconds


def main() -> None:
    """Load 200,000 rows; print the rate, the rate of the last fifth over the first, and the bare insert beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet = folder / "list.csv"
        write_list(sheet, N_ROWS)
        archive, mapping = make_archive(folder)
        marks: list[tuple[int, float]] = []

        def on_batch(receipt: LoadReceipt) -> None:
            marks.append((receipt.n_rows, time.perf_counter()))

        with elapsed() as load:
            receipt = archive.intake.sheet(sheet, mapping, on_batch=on_batch)
        assert receipt.n_new == N_ROWS, receipt.as_json()
        rate = N_ROWS / load.seconds
        bare = bare_insert(sheet, folder)
        tell(
            "intake of 200,000 rows",
            f"{rate:,.0f} rows/s",
            aim="≥ 5,000 rows/s",
            baseline=f"bare JSON insert {bare:,.0f} rows/s",
            ratio=rate / bare,
        )
        fifth = len(marks) // 5
        first = (marks[fifth][0] - marks[0][0]) / (marks[fifth][1] - marks[0][1])
        last = (marks[-1][0] - marks[-1 - fifth][0]) / (marks[-1][1] - marks[-1 - fifth][1])
        tell(
            "per-row cost, last fifth over first fifth",
            f"{first / last:.2f}",
            aim="flat (about 1)",
            baseline=f"first fifth {first:,.0f} rows/s, last {last:,.0f} rows/s",
        )
        with elapsed() as again:
            second = archive.intake.sheet(sheet, mapping)
        assert (second.n_new, second.n_unchanged) == (0, N_ROWS), second.as_json()
        tell("the same file again (adds nothing)", f"{N_ROWS / again.seconds:,.0f} rows/s")
        archive.close()


if __name__ == "__main__":
    main()
