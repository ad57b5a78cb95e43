"""Figures and the report over the demonstration archive, as ``make demo`` leaves it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import elapsed, tell
from dalil.archive import Archive, __version__
from dalil.publication.edition import Edition
from dalil.publication.from_runs import published
from dalil.publication.report import render_report
from dalil.publication.template import load_template

ARCHIVE = Path("demo/out/archive")


def main() -> None:
    """Time one figure in a process of its own, all figures together, and both languages of the report."""
    if not ARCHIVE.exists():
        print("no demonstration archive: run `make demo` first, then this again")
        return
    with Archive(ARCHIVE) as archive:
        archive.figures.run("F10")  # makes the columnar snapshot, if this size of the ledger has none yet
    command = [sys.executable, "-m", "dalil", "-A", str(ARCHIVE), "figures", "run"]
    bare = min(_seconds([*command[:3], "--version"]) for _ in range(3))
    for name in ("F10", "F14", "F19"):
        cold = min(_seconds([*command, name]) for _ in range(3))
        tell(
            f"figure {name}, cold, in a process of its own",
            f"{cold:.2f} s, best of three",
            aim="≤ 1 s",
            met=cold <= 1,
            baseline=f"`dalil --version` {bare:.2f} s",
            ratio=cold / bare,
        )
    with Archive(ARCHIVE) as archive:
        measure_report(archive)


def measure_report(archive: Archive) -> None:
    """Count every figure of the report in one session, then set it in each language."""
    archive.vocabulary.digest()
    with elapsed() as counted:
        runs = archive.figures.run_many(f"F{number:02}" for number in range(1, 26))
    tell("25 figures counted together", f"{counted.seconds:.2f} s")
    template = load_template(ARCHIVE / "hand" / "reports" / "R210517")
    figures = {name: published(run, archive.vocabulary) for name, run in runs.items()}
    made_at = datetime(2021, 5, 21, tzinfo=UTC)
    edition = Edition(checkpoint=archive.checkpoint(), made_at=made_at, code_version=__version__)
    for language in ("en", "ar"):
        with elapsed() as set_:
            render_report(template, figures, language=language, edition=edition, vocabulary=archive.vocabulary)
        whole = counted.seconds + set_.seconds
        tell(
            f"report R210517 ({language}), counted and set",
            f"{whole:.2f} s, of them {set_.seconds:.2f} s to set",
            aim="≤ 3 s",
            met=whole <= 3,
        )


def _seconds(command: list[str]) -> float:
    with elapsed() as took:
        subprocess.run(command, check=True, capture_output=True)
    return took.seconds


if __name__ == "__main__":
    main()
