"""Estimates from the demonstration's lists how many nobody recorded, and holds it against what the generator knows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from dalil.archive import Archive
from dalil.figures.runs import FigureRun, Span
from demo.unrecorded import ESTIMATED, read_unrecorded

HERE: Final = Path(__file__).parent


def estimate_unrecorded(archive: Archive) -> FigureRun:
    """Put the definitions of the estimate into the archive and run it."""
    for definition in sorted((HERE / "estimates").glob("*.yaml")):
        shutil.copy(definition, archive.path / "hand" / "figures" / definition.name)
    return archive.figures.run(ESTIMATED)


def estimate_is_right(run: FigureRun, lists: Path) -> bool:
    """Tell whether the truth lies in the interval; a refusal is right as long as it prints no number."""
    estimate: Any = run.details["estimate"]
    if estimate["N"] is None:
        return run.value is None and estimate["verdict"] == "refused"
    truth = int(estimate["n"]) + read_unrecorded(lists)
    return (
        isinstance(run.value, Span)
        and run.value.low is not None
        and run.value.high is not None
        and (run.value.low <= truth <= run.value.high)
    )


def print_estimate(run: FigureRun, lists: Path, console: Console) -> None:
    """Print what was recorded, what is estimated, and what is true."""
    estimate: Any = run.details["estimate"]
    recorded, hidden = int(estimate["n"]), read_unrecorded(lists)
    console.print(f"\n[bold]{run.name}[/] {run.title['en']}", highlight=False)
    console.print(f"  recorded on the lists      {recorded:>9,}", highlight=False)
    if estimate["N"] is None:
        console.print("  estimated                  no number: " + ", ".join(estimate["reasons"]), highlight=False)
    else:
        low, high = estimate["N"]["interval"]
        console.print(
            f"  estimated in all           {estimate['N']['median']:>9,}  (95 %: {low:,} to {high:,})", highlight=False
        )
        console.print(f"  verdict                    {estimate['verdict']:>9}", highlight=False)
        for reason in run.details["reasons"]:  # type: ignore[union-attr]  # written by the run
            console.print(f"    {reason['en']}", highlight=False)  # type: ignore[index,call-overload]
    console.print(
        f"  in truth                   {recorded + hidden:>9,}  ({hidden:,} of them on no list)", highlight=False
    )
    said = "as it should be" if estimate_is_right(run, lists) else "[bold red]the truth is not in the interval[/]"
    console.print(f"  {said}", highlight=False)
