"""``python -m demo.linked``: the same lists once more, joined by linkage and a scripted review instead of by keys.

Takes an archive with the lists in it and nobody joined, links it, answers what the queue asks, links again with the
answers, answers on, and counts the report's figures before any review and after it. Beside each it states the error
that linkage states of itself, and what the generator knows. Exits with 1 if a figure is so far outside of what was
stated that chance does not explain it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from dalil.archive import Archive
from dalil.figures.runs import FigureRun
from dalil.linkage.archives.annex import annex_page
from dalil.protection.access import at_the_desk
from dalil.review.permissions import Deed
from dalil.values.clock import SeededEntropy, SteppingClock
from demo import linking
from demo.comparing import FIGURES, WIDTH, counted_in, figures_json, print_linkage, stated_figures, wrong_figures
from demo.estimating import estimate_is_right, estimate_unrecorded, print_estimate
from demo.measuring import Measuring
from demo.stages import Stages
from demo.truth import Truth, read_truth

LINKED_AT: Final = datetime(2021, 5, 21, 12, 0, tzinfo=UTC)
"""When this archive's clock starts: the noon after its lists came in."""


def open_unjoined(path: Path) -> Archive:
    """Open the archive; its keys, ids and salts are seeded otherwise than those of the archive it is a copy of."""
    return Archive(path, clock=SteppingClock(LINKED_AT), entropy=SeededEntropy("dalil demonstration, linked"))


def join(archive: Archive, lists: Path, stages: Stages, *, scale: float) -> dict[str, FigureRun]:
    """Find out who is who by linkage, a review of what the queue asks, linkage again with its answers, and review.

    Return the figures as counted before any review.
    """
    truth = linking.read_truth(archive, lists)

    def tell(when: str) -> None:
        found = linking.quality(archive, truth.persons, truth.episodes)
        for what, each in zip(("persons", "detentions"), found, strict=True):
            stages.note(f"{when}, {what}: {each}")

    def link(name: str) -> None:
        stages.run(name, lambda progress: linking.link(archive, progress))

    with Measuring(archive.path, stands_back=True) as beside:
        copying = beside.tables()
        link("link the lists")
        copying.result()
    tell("linked")
    first, second = linking.reviewers(archive)
    before = stages.run("count the figures before any review", lambda _: archive.figures.run_many(FIGURES))
    for number, n_at_full_size in enumerate(linking.ROUNDS, 1):
        n_asked = max(linking.FEWEST, round(n_at_full_size * scale))
        if number > 1:
            link("link again, with what the answers teach")
            tell("linked again")

        def review(_: Callable[[str], None], n: int = n_asked) -> int:
            return linking.review(archive, truth, first, n=n)

        n_answered = stages.run(f"review, round {number}: answer what the queue asks", review)
        stages.note(f"{n_answered:,} questions answered")
        tell("reviewed")
    n_again = linking.review(archive, truth, second, n=linking.SECOND_LOOKS, deed=Deed.LOOK_AGAIN)
    agreed = archive.review.agreement(at_the_desk(archive.configuration.actor_key))
    if agreed.share is not None:
        kappa = "not defined" if agreed.kappa is None else f"{agreed.kappa:.2f}"
        stages.note(f"{n_again} second looks: {agreed.share:.1%} agreed, kappa {kappa}")
    return before


def report(
    archive: Archive, lists: Path, out: Path, before: dict[str, FigureRun], truth: Truth, stages: Stages
) -> list[str]:
    """Count after review, measure beside that, estimate, and print it all beside the truth; return what is wrong."""
    with Measuring(archive.path) as beside:
        measuring = beside.evaluation()
        after = stages.run("count the figures after review", lambda _: archive.figures.run_many(FIGURES))
        stating = beside.errors(stages.run("find whom each figure counts", lambda _: counted_in(archive, after)))
        estimated = stages.run("estimate whom no list tells of", lambda _: estimate_unrecorded(archive, measuring))
        measured = measuring.result()
        found = stages.run("wait for what each figure's error is stated to be", lambda _: stating.result())
    errors = {row: found.get(row) for row in after}
    said = measured.as_json() | {"figures": stated_figures(before, after, errors, truth)}
    for name, content in (("linkage.json", said), ("figures.json", figures_json(after))):
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=name == "figures.json")
        (out / name).write_text(f"{text}\n", encoding="utf-8")
    (out / "annex.md").write_text(annex_page(measured, archive.linkage.runs()[measured.run]), encoding="utf-8")
    console = Console(width=WIDTH)
    print_linkage(before, after, errors, truth, measured, console)
    print_estimate(estimated, lists, console)
    wrong = wrong_figures(after, errors, truth)
    if not estimate_is_right(estimated, lists, n_widths=1):
        wrong.append(f"{estimated.run.name}: the truth is far from the interval")
    for line in wrong:
        console.print(f"[bold red]{line}[/]")
    return wrong


def main() -> None:
    """Link the archive and compare."""
    parser = argparse.ArgumentParser(prog="python -m demo.linked", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--lists", type=Path, required=True, help="the lists the archive was built from")
    parser.add_argument("--out", type=Path, required=True, help="the folder that holds the archive, as `archive`")
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    stages = Stages()
    with open_unjoined(options.out / "archive") as archive:
        before = join(archive, options.lists, stages, scale=options.scale)
        truth = read_truth(options.lists / "truth.json")
        wrong = report(archive, options.lists, options.out, before, truth, stages)
        stages.run("verify the ledger", lambda _: archive.verify())
    stages.finish()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
