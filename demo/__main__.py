"""``python -m demo``: from nothing to the report, regenerated figure by figure.

Draws the invented population, builds the archive through the ordinary doors, joins the lists, counts figures F01 to
F25, sets the report in both languages, and holds every counted figure against what the original printed and what the
generator knows. Joined by the generator's keys, every figure must be exact. Joined by linkage, reviewed as the queue
asks, the difference is printed, before and after review, beside the error that linkage states. Exits with 1 if a figure
is not what it must be.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dalil.archive import Archive
from dalil.figures.runs import FigureRun
from dalil.intake.loading import LoadReceipt
from dalil.linkage.archive_evaluation import ArchiveEvaluation, ArchiveEvaluator
from dalil.protection.access import at_the_desk
from dalil.review.permissions import Deed
from demo import linking
from demo.building import REPORT, grade_and_place, join_by_keys, make_archive, take_documents, take_lists
from demo.comparing import (
    figure_errors,
    figures_json,
    inexact_figures,
    print_comparison,
    print_linkage,
    stated_figures,
    wrong_figures,
)
from demo.conflicts import print_conflicts
from demo.estimating import estimate_is_right, estimate_unrecorded, print_estimate
from demo.lists import DEFAULT_SEED, generate
from demo.truth import Truth

HERE: Final = Path(__file__).parent
FIGURES: Final = tuple(f"F{number:02}" for number in range(1, 26))
WIDTH: Final = 150
Result = TypeVar("Result")


class Stages:
    """Tells each stage of the demonstration and how long it took."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self._started = time.perf_counter()

    def run(self, name: str, deed: Callable[[Callable[[str], None]], Result]) -> Result:
        """Run one stage with a moving line of progress; leave a line that says how long it took."""
        began = time.perf_counter()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(name)
            result = deed(lambda text: progress.update(task, description=f"{name}: {text}"))
        self.console.print(f"{time.perf_counter() - began:7.1f} s  {name}", highlight=False)
        return result

    def finish(self) -> None:
        """Tell how long all of it took."""
        self.console.print(f"{time.perf_counter() - self._started:7.1f} s  in all", highlight=False)


def build(out: Path, *, scale: float, seed: int, stages: Stages) -> tuple[Archive, Truth]:
    """Build the archive in ``out / "archive"`` from the lists in ``out / "lists"``."""
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
        stages.console.print(f"           {key}: {outcome}", highlight=False)
    stages.run("grade what a reviewer graded", lambda _: grade_and_place(archive, lists))
    return archive, truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What was counted before review, and what linkage says of its own error after it."""

    before: dict[str, FigureRun]
    evaluator: ArchiveEvaluator


def join(archive: Archive, lists: Path, stages: Stages, *, scale: float) -> Joined:
    """Find out who is who: linkage, a review of what the queue asks, linkage again with its answers, and review."""
    truth = linking.read_truth(archive, lists)

    def tell(when: str) -> None:
        for what, known in (("persons", truth.persons), ("detentions", truth.episodes)):
            stages.console.print(f"           {when}, {what}: {linking.quality(archive, known)}", highlight=False)

    stages.run("link the lists", lambda progress: linking.link(archive, progress))
    tell("linked")
    before = stages.run("count the figures before any review", lambda _: archive.figures.run_many(FIGURES))
    first, second = linking.reviewers(archive)
    for number, n_at_full_size in enumerate(linking.ROUNDS, 1):
        n_asked = max(linking.FEWEST, round(n_at_full_size * scale))
        if number > 1:
            stages.run("link again, with what the answers teach", lambda progress: linking.link(archive, progress))
            tell("linked again")
        text = f"review, round {number}: answer what the queue asks"
        n_answered = stages.run(text, lambda _, n=n_asked: linking.review(archive, truth, first, n=n))  # type: ignore[misc]
        stages.console.print(f"           {n_answered:,} questions answered", highlight=False)
        tell("reviewed")
    n_again = linking.review(archive, truth, second, n=linking.SECOND_LOOKS, deed=Deed.LOOK_AGAIN)
    agreed = archive.review.agreement(at_the_desk(archive.configuration.actor_key))
    if agreed.share is not None:
        kappa = "not defined" if agreed.kappa is None else f"{agreed.kappa:.2f}"
        told = f"{n_again} second looks: {agreed.share:.1%} agreed, kappa {kappa}"
        stages.console.print(f"           {told}", highlight=False)
    return Joined(before=before, evaluator=archive.linkage.evaluator())


def main() -> None:
    """Run the demonstration."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--scale", type=float, default=1.0, help="size of the invented population (1 is the report's)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--out", type=Path, default=HERE / "out")
    ways = "who is who: by the generator's keys, or found by linkage and review"
    parser.add_argument("--joined-by", choices=("keys", "linkage"), default="keys", help=ways)
    options = parser.parse_args()
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    stages = Stages()
    archive, truth = build(out, scale=options.scale, seed=options.seed, stages=stages)
    joined: Joined | None = None
    (out / "linkage.json").unlink(missing_ok=True)
    if options.joined_by == "linkage":
        joined = join(archive, out / "lists", stages, scale=options.scale)
    else:
        stages.run("join the lists by their generator's keys", lambda _: join_by_keys(archive, out / "lists"))
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
    measured: ArchiveEvaluation | None = None
    if joined is not None:
        evaluator = joined.evaluator
        measured = stages.run("measure how well the lists are linked", lambda _: evaluator.evaluate())
    estimated = stages.run("estimate whom no list tells of", lambda _: estimate_unrecorded(archive, measured))
    verified = stages.run("verify the ledger", lambda _: archive.verify())
    # Written to a file or a log, the tables keep the width they were laid out for.
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    print_conflicts(archive, console)
    print_comparison(runs, truth, console)
    print_estimate(estimated, out / "lists", console)
    if joined is not None and measured is not None:
        errors = figure_errors(archive, joined.evaluator, runs)
        said = measured.as_json() | {"figures": stated_figures(joined.before, runs, errors, truth)}
        (out / "linkage.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print_linkage(joined.before, runs, errors, truth, measured, console)
        wrong = wrong_figures(runs, errors, truth)
    else:
        wrong = inexact_figures(runs, truth)
    if not estimate_is_right(estimated, out / "lists"):
        wrong.append(f"{estimated.run.name}: the truth is not in the interval")
    stages.finish()
    console.print(
        f"\nThe ledger holds: {verified.size:,} entries, {verified.n_batches:,} signed batches,"
        f" root {verified.root.hex()}\n"
        f"Everyone in the lists is invented; clock, keys, ids and salts of this archive are seeded.\n"
        f"{out / 'report-en.pdf'} · {out / 'report-ar.pdf'} · {out / 'figures.json'} · {out / 'archive'}",
        highlight=False,
    )
    archive.close()
    if wrong:
        console.print("\n".join(f"[bold red]{line}[/]" for line in wrong))
        sys.exit(1)


if __name__ == "__main__":
    main()
