"""Estimates from the demonstration's lists how many nobody recorded, and holds it against what the generator knows.

As if everyone were joined rightly and, where linkage did the joining, over the other ways in which it may be done, as
the figure itself has it, and with the error rates that review measured. The truth must lie in the figure's interval.
"""

from __future__ import annotations

import shutil
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from dalil.archive import Archive
from dalil.estimation import Estimate, Settings, estimate, pool
from dalil.estimation.linkage_error import tables_under_linkage_error
from dalil.figures.runs import FigureRun, Span
from dalil.linkage.archives.evaluation import ArchiveEvaluation
from demo.unrecorded import ESTIMATED, read_unrecorded

HERE: Final = Path(__file__).parent
LISTS: Final = ("list-a", "list-b", "list-c", "list-d")
SEED: Final = 20210521
N_DRAWS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """The figure's run; where linkage did the joining, the pool over tables under the error rates measured."""

    run: FigureRun
    pooled: Estimate | None


def estimate_unrecorded(archive: Archive, measuring: Future[ArchiveEvaluation] | None) -> Estimated:
    """Put the definitions of the estimate into the archive, run it, and carry errors of linkage through.

    How well the lists are linked may still be being measured; it is waited for when it is needed.
    """
    for definition in sorted((HERE / "estimates").glob("*.yaml")):
        shutil.copy(definition, archive.path / "hand" / "figures" / definition.name)
    run = archive.figures.run(ESTIMATED)
    if measuring is None:
        return Estimated(run=run, pooled=None)
    table = archive.figures.lists(f"{ESTIMATED}-documented", lists=LISTS).table
    alone = Settings(second_opinions=False)
    pairs = measuring.result().measured.pairs
    rates = {name: (pairs[name].low, pairs[name].value, pairs[name].high) for name in ("precision", "recall")}
    tables = tables_under_linkage_error(
        table, precision=rates["precision"], recall=rates["recall"], n_draws=N_DRAWS, seed=SEED
    )
    pooled = pool([estimate(each, "dga", seed=SEED, settings=alone) for each in tables])
    return Estimated(run=run, pooled=pooled)


def estimate_is_right(estimated: Estimated, lists: Path, *, n_widths: int = 0) -> bool:
    """Tell whether the truth lies in the figure's interval; a refusal is right as long as it prints no number.

    An interval of 95 % misses by chance: with `n_widths` the truth may lie so many times its width outside.
    """
    value = estimated.run.value
    if value is None:
        return True
    assert isinstance(value, Span)
    truth = sum(read_unrecorded(lists))
    margin = 0 if value.low is None or value.high is None else n_widths * (value.high - value.low)
    return (value.low is None or value.low - margin <= truth) and (value.high is None or truth <= value.high + margin)


def print_estimate(estimated: Estimated, lists: Path, console: Console) -> None:
    """Print what was recorded, what is estimated, and what is true."""
    run, pooled = estimated.run, estimated.pooled
    plain: Any = run.details["estimate"]
    recorded, hidden = read_unrecorded(lists)

    def tell(what: str, number: str, more: str = "") -> None:
        console.print(f"  {what:<38}{number:>9}  {more}", highlight=False)

    console.print(f"\n[bold]{run.name}[/] {run.title['en']}", highlight=False)
    tell("recorded on the lists, as they are joined", f"{plain['n']:,}")
    linked = plain["details"].get("as_joined")
    answers = [("estimated, over ways of joining" if linked else "estimated", plain["N"], plain["reasons"])]
    if linked:
        answers.insert(0, ("estimated, if every join is right", linked, []))
    if pooled is not None:
        reasons = [reason.check for reason in pooled.reasons if reason.check != "second_opinions_asked"]
        answers.append(("estimated, with measured error rates", pooled.as_json()["N"], reasons))
    for what, size, reasons in answers:
        if size is None:
            tell(what, "no number", ", ".join(reasons))
        else:
            low, high = ("no bound" if end is None else f"{end:,}" for end in size["interval"])
            middle = "several" if size["median"] is None else f"{size['median']:,}"
            tell(what, middle, "; ".join([f"(95 %: {low} to {high})", ", ".join(reasons)]).rstrip("; "))
    tell("in truth", f"{recorded + hidden:,}", f"({recorded:,} recorded, {hidden:,} on no list)")
    said = "as it should be" if estimate_is_right(estimated, lists) else "[bold red]the truth is not in the interval[/]"
    console.print(f"  {said}", highlight=False)
