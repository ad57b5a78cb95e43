"""``ledger verify`` against bare hashing of the same bytes."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from pathlib import Path

from benchmarks.invented_list import make_archive, write_list
from benchmarks.measuring import elapsed, tell

N_ROWS = 200_000


def main() -> None:
    """Verify a ledger of 200,000 accounts: commitments, tree, tiles, signatures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet = folder / "list.csv"
        write_list(sheet, N_ROWS)
        archive, mapping = make_archive(folder)
        archive.intake.sheet(sheet, mapping)
        archive.checkpoint()
        archive.verify()
        with elapsed() as checked:
            verified = archive.verify()
        archive.close()
        connection = sqlite3.connect(folder / "archive" / "archive.db")
        rows = connection.execute("SELECT header, salt, body FROM entries ORDER BY position").fetchall()
        connection.close()
        with elapsed() as bare:
            for header, salt, body in rows:
                hashlib.sha256(header)
                hashlib.sha256(salt)
                hashlib.sha256(body)
        rate, plain = verified.size / checked.seconds, len(rows) / bare.seconds
        tell(
            f"ledger verify, {verified.size:,} entries, {verified.n_body_bytes / verified.size:,.0f} bytes a body",
            f"{rate:,.0f} entries/s",
            aim="≥ 100,000 entries/s",
            baseline=f"bare SHA-256 of the same bytes in memory {plain:,.0f} entries/s",
            ratio=rate / plain,
        )


if __name__ == "__main__":
    main()
