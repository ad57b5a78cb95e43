"""Peak memory of taking in a file of a million rows."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.invented_list import make_archive, write_list
from benchmarks.measuring import elapsed, sized, tell

N_ROWS = 1_000_000


def load(folder: Path) -> None:
    """Load the list in ``folder``, in this process, and print its peak memory in KiB."""
    from dalil.archive import Archive

    with Archive(folder / "archive") as archive:
        receipt = archive.intake.sheet(folder / "list.csv", folder / "mapping.yaml")
    assert receipt.n_new == receipt.n_rows, receipt.as_json()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main() -> None:
    """Write a million rows, load them in a process of its own, and read off how much memory that took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        n_rows = sized(N_ROWS)
        write_list(folder / "list.csv", n_rows)
        archive, _ = make_archive(folder)
        archive.close()
        with elapsed() as took:
            command = [sys.executable, "-m", "benchmarks.memory", name]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
        peak = int(done.stdout) / 1024
        n_bytes = (folder / "list.csv").stat().st_size / 1e6
        tell(
            f"intake of {n_rows:,} rows ({n_bytes:,.0f} MB)",
            f"peak {peak:,.0f} MiB, {n_rows / took.seconds:,.0f} rows/s",
            aim="< 1,024 MiB",
            met=peak < 1024,
            baseline="the limit of 1 GiB",
            ratio=peak / 1024,
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        load(Path(sys.argv[1]))
    else:
        main()
