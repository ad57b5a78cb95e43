"""Figures and the report over the demonstration archive, as ``make demo`` leaves it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import elapsed, tell
from dalil.archive import Archive

ARCHIVE = Path("demo/out/archive")


def main() -> None:
    """Time one figure in a process of its own, and both languages of the report with the figures counted anew."""
    if not ARCHIVE.exists():
        print("no demonstration archive: run `make demo` first, then this again")
        return
    with Archive(ARCHIVE) as archive:
        archive.figures.run("F10")  # makes the columnar snapshot, if this size of the ledger has none yet
    command = [sys.executable, "-m", "dalil", "-A", str(ARCHIVE), "figures", "run"]
    with elapsed() as bare:
        subprocess.run([*command[:3], "--version"], check=True, capture_output=True)
    for name in ("F10", "F14", "F19"):
        with elapsed() as cold:
            subprocess.run([*command, name], check=True, capture_output=True)
        tell(
            f"figure {name}, cold, in a process of its own",
            f"{cold.seconds:.2f} s",
            aim="≤ 1 s",
            baseline=f"`dalil --version` {bare.seconds:.2f} s",
            ratio=cold.seconds / bare.seconds,
        )
    with Archive(ARCHIVE) as archive:
        archive.figures.run("F10")
        for language in ("en", "ar"):
            with elapsed() as set_:
                archive.issue_report("R210517", languages=[language], dry_run=True)
            tell(f"report R210517 ({language}), 25 figures counted and set", f"{set_.seconds:.2f} s", aim="≤ 3 s")


if __name__ == "__main__":
    main()
