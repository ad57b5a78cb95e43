"""Two thousand records changed at once, beside the same records changed one by one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import select

from benchmarks.invented_list import make_archive, write_list
from benchmarks.measuring import elapsed, sized, tell
from dalil.ledger.store import reading
from dalil.protection.access import at_the_desk
from dalil.records.tables import subjects
from dalil.review.bulk import BulkChange, Change

N_RECORDS = 2_000
N_ROWS = 20_000
"""Rows of the list that the records are part of."""
N_SINGLE = 100
"""Records changed one by one; the rest is worked out from them."""
AIM_SECONDS = 2.0
"""The closest peer takes 141 s for 2,000 records on a machine like ours."""


def main() -> None:
    """Preview, grade, tag and undo 2,000 of 20,000 records."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet = folder / "list.csv"
        write_list(sheet, sized(N_ROWS))
        archive, mapping = make_archive(folder)
        archive.intake.sheet(sheet, mapping)
        bulk, records = archive.review.bulk, archive.review.records
        by = at_the_desk(archive.actor().key_id)
        n_records, n_single = sized(N_RECORDS), sized(N_SINGLE)
        with reading(archive.engine) as connection:
            query = select(subjects.c.id).where(subjects.c.kind == "person").limit(n_records)
            wanted = list(connection.execute(query).scalars())
        for change in (BulkChange(change=Change.GRADE, value="G2"), BulkChange(change=Change.TAG, value="to check")):
            with elapsed() as single:
                for subject in wanted[:n_single]:
                    one = bulk.preview([subject], change, by=by)
                    undone = bulk.apply([subject], change, by=by, token=one.token)
                    records.undo(*undone.entries, by=by)
            with elapsed() as together:
                shown = bulk.preview(wanted, change, by=by)
                made = bulk.apply(wanted, change, by=by, token=shown.token)
            with elapsed() as undoing:
                records.undo(*made.entries, by=by)
            each = single.seconds / n_single * n_records
            tell(
                f"{change.change.value}, {made.n_changed:,} records previewed and changed",
                f"{together.seconds:.2f} s, {len(made.entries)} entries; undone in {undoing.seconds:.2f} s",
                aim=f"≤ {AIM_SECONDS:.0f} s",
                met=together.seconds <= AIM_SECONDS,
                baseline=f"one by one {each:.1f} s, worked out from {n_single}",
                ratio=each / together.seconds,
            )
        archive.close()


if __name__ == "__main__":
    main()
