"""``python -m demo``: from nothing to the report, regenerated figure by figure.

Draws the invented population, builds the archive through the ordinary doors, joins the lists by their generator's keys,
counts figures F01 to F25, sets the report in both languages, and holds every counted figure against what the original
printed and what the generator knows: it must be exact. Beside that, in a process of its own, a copy of the archive in
which nobody is joined yet is linked and reviewed (``demo.linked``), and the same figures are printed as linkage alone
finds them, as review leaves them, and with the error stated for them. Exits with 1 if a figure is not what it must be.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rich.console import Console

from dalil.archive import Archive
from dalil.figures.runs import FigureRun
from dalil.intake.loading import LoadReceipt
from demo.beside import Beside
from demo.building import (
    REPORT,
    copy_unjoined,
    grade_and_place,
    join_by_keys,
    make_archive,
    take_documents,
    take_lists,
)
from demo.comparing import FIGURES, WIDTH, figures_json, inexact_figures, print_comparison
from demo.conflicts import print_conflicts
from demo.estimating import estimate_is_right, estimate_unrecorded, print_estimate
from demo.lists import DEFAULT_SEED, generate
from demo.stages import Stages
from demo.truth import Truth

HERE: Final = Path(__file__).parent


def build(out: Path, *, scale: float, seed: int, stages: Stages) -> tuple[Archive, Truth]:
    """Build the archive in ``out / "archive"`` from the lists in ``out / "lists"``; nobody is joined yet."""
    lists = out / "lists"
    truth = stages.run(
        "draw the invented population, write its lists", lambda _: generate(lists, seed=seed, scale=scale)
    )
    archive = stages.run("make the archive", lambda _: make_archive(out / "archive"))
    stages.run("take in what the documents say", lambda _: take_documents(archive))

    def take(tell: Callable[[str], None]) -> dict[str, LoadReceipt]:
        return take_lists(archive, lists, lambda key, receipt: tell(f"{key}, {receipt.n_rows:,} rows"))

    receipts = stages.run("take in the lists", take)
    for key, receipt in receipts.items():
        outcome = f"{receipt.n_rows:,} rows, {receipt.n_new:,} accounts, {receipt.n_refused:,} refused"
        stages.note(f"{key}: {outcome}")
    stages.run("grade what a reviewer graded", lambda _: grade_and_place(archive, lists))
    stages.run("copy the archive, to be linked", lambda _: copy_unjoined(archive, out / "linked" / "archive"))
    return archive, truth


def report(archive: Archive, out: Path, truth: Truth, stages: Stages, console: Console) -> list[str]:
    """Join by keys, count, set the report, estimate, verify, and print it all; return what is wrong."""
    lists = out / "lists"
    stages.run("join the lists by their generator's keys", lambda _: join_by_keys(archive, lists))
    issued = stages.run(
        "count the figures, set the report in English and Arabic",
        lambda _: archive.issue_report(REPORT, out=out / "report"),
    )
    for language, file in issued.files.items():
        (out / f"report-{language}.pdf").write_bytes(file.read_bytes())
    runs: dict[str, FigureRun] = {name: issued.runs[name] for name in FIGURES}
    (out / "figures.json").write_text(
        json.dumps(figures_json(runs), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    estimated = stages.run("estimate whom no list tells of", lambda _: estimate_unrecorded(archive, None))
    verified = stages.run("verify the ledger", lambda _: archive.verify())
    print_conflicts(archive, console)
    print_comparison(runs, truth, console)
    print_estimate(estimated, lists, console)
    console.print(
        f"\nThe ledger holds: {verified.size:,} entries, {verified.n_batches:,} signed batches,"
        f" root {verified.root.hex()}\n"
        "Everyone in the lists is invented; clock, keys, ids and salts of this archive are seeded.",
        highlight=False,
    )
    wrong = inexact_figures(runs, truth)
    if not estimate_is_right(estimated, lists):
        wrong.append(f"{estimated.run.name}: the truth is not in the interval")
    return wrong


def main() -> None:
    """Run the demonstration."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--scale", type=float, default=1.0, help="size of the invented population (1 is the report's)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--out", type=Path, default=HERE / "out")
    options = parser.parse_args()
    out: Path = options.out
    linked = out / "linked"
    linked.mkdir(parents=True, exist_ok=True)
    stages = Stages()
    # Written to a file or a log, the tables keep the width they were laid out for.
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    archive, truth = build(out, scale=options.scale, seed=options.seed, stages=stages)
    arguments = ("--lists", str(out / "lists"), "--out", str(linked), "--scale", str(options.scale))
    printed = linked / "figures.txt"
    with archive, Beside("demo.linked", arguments, printed=printed, tell=stages.tell, name="linkage") as beside:
        wrong = report(archive, out, truth, stages, console)
        stages.tell("           waiting for linkage to end")
    console.print(printed.read_text(encoding="utf-8"), highlight=False, markup=False)
    if beside.failed:
        wrong.append("linkage: a figure is further from the truth than chance explains, or the run failed")
    stages.finish()
    told = ("report-en.pdf", "report-ar.pdf", "figures.json", "archive", "linked/figures.txt", "linked/archive")
    console.print(" · ".join(str(out / each) for each in told), highlight=False)
    if wrong:
        console.print("\n".join(f"[bold red]{line}[/]" for line in wrong))
        sys.exit(1)


if __name__ == "__main__":
    main()
