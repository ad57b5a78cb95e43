"""``ledger verify`` against bare hashing of the same bytes."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from pathlib import Path

from benchmarks.invented_list import make_archive, write_list
from benchmarks.measuring import Elapsed, elapsed, sized, tell

N_ROWS = 200_000


def main() -> None:
    """Verify a ledger of 200,000 accounts: commitments, tree, tiles, signatures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet = folder / "list.csv"
        write_list(sheet, sized(N_ROWS))
        archive, mapping = make_archive(folder)
        archive.intake.sheet(sheet, mapping)
        archive.checkpoint()
        runs: list[Elapsed] = []
        for _ in range(3):
            with elapsed() as checked:
                verified = archive.verify()
            runs.append(checked)
        archive.close()
        best = min(run.seconds for run in runs)
        connection = sqlite3.connect(folder / "archive" / "archive.db")
        rows = connection.execute("SELECT header, salt, body FROM entries ORDER BY position").fetchall()
        connection.close()
        with elapsed() as bare:
            for header, salt, body in rows:
                hashlib.sha256(header)
                hashlib.sha256(salt)
                hashlib.sha256(body)
        rate, plain = verified.size / best, len(rows) / bare.seconds
        tell(
            f"ledger verify, {verified.size:,} entries, {verified.n_body_bytes / verified.size:,.0f} bytes a body",
            f"{rate:,.0f} entries/s, best of three",
            aim="≥ 100,000 entries/s",
            met=rate >= 100_000,
            baseline=f"bare SHA-256 of the same bytes in memory {plain:,.0f} entries/s",
            ratio=rate / plain,
        )


if __name__ == "__main__":
    main()
