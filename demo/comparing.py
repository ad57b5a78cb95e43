"""What the report printed beside what the archive counts, and whether that is what the generator knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from dalil.cli.figures import value_text
from dalil.figures.runs import FigureRun, Ratio, value_json
from dalil.intake.plain_yaml import read_plain_yaml
from demo.truth import Truth

ROWS: Final[dict[str, Any]] = dict(read_plain_yaml(Path(__file__).parent / "comparison.yaml").content)
SHOWN_CELLS: Final = 6


def figures_json(runs: dict[str, FigureRun]) -> list[dict[str, Any]]:
    """Return the figures as data: what was printed, what was counted, by which run."""
    return [
        {
            "row": row,
            "printed": (run.printed or {}).get("text"),
            "value": _value(run),
            "hedge": run.hedge,
            "class": ROWS[row]["class"],
            "unit": run.unit,
            "as_of": run.as_of,
            "cells": {f"{cell.dimension}.{cell.cell}": cell.value for cell in run.cells},
            "unknowns": dict(run.unknowns),
            "members": run.n_members,
            "members_digest": run.members_digest,
            "synthetic": run.n_synthetic,
            "known_by": run.known_by,
            "run": run.run_id,
        }
        for row, run in runs.items()
    ]


def _value(run: FigureRun) -> Any:
    """A number where there is one: a ratio as its percentage; the cells where several numbers stand side by side."""
    if isinstance(run.value, Ratio):
        return float(run.value.percent)
    if run.value is None and run.cells:
        return {cell.cell: cell.value for cell in run.cells}
    return value_json(run.value)


def shown(run: FigureRun) -> str:
    """Return a figure as the table shows it."""
    along = ROWS[run.name].get("show")  # several numbers stand side by side: the sum would say less
    cells = [cell for cell in run.cells if along in (None, cell.dimension)]
    if cells and (along or run.value is None):
        return ", ".join(f"{cell.cell.replace('_', ' ')} {cell.value:,}" for cell in cells[:SHOWN_CELLS])
    if run.value is None:
        return (run.hedge or "no number").replace("_", " ")
    hedge = f"{run.hedge.replace('_', ' ')} " if run.hedge else ""
    return hedge + value_text(run.value)


def print_comparison(runs: dict[str, FigureRun], truth: Truth, console: Console) -> None:
    """Print the table: printed in the report, recomputed, definition, why they differ."""
    table = Table(title="Report R210517, figure by figure", title_justify="left", box=None, pad_edge=False)
    for column in ("row", "printed in the report", "recomputed", "definition", "why they differ"):
        table.add_column(column, overflow="fold")
    for row, run in runs.items():
        printed = str((run.printed or {}).get("text") or "not printed")
        why = str(ROWS[row].get("why", "the same to the unit"))
        if float(truth.scale) != 1 and row in truth.figures:
            why = "a population of another size"
        unknown = sum(run.unknowns.values())
        counted = shown(run) + (f" (+ {unknown:,} unknown)" if unknown else "")
        table.add_row(f"{row} {ROWS[row]['class']}", printed, counted, run.title.get("en", ""), why)
    console.print(table)


def wrong_figures(runs: dict[str, FigureRun], truth: Truth) -> list[str]:
    """Return what is not as the generator knows it: values, unknowns and cells of every figure of which it knows."""
    wrong: list[str] = []
    for row, expected in truth.figures.items():
        run = runs[row]
        counted = run.value.whole if isinstance(run.value, Ratio) else run.value
        if counted != expected.value:
            wrong.append(f"{row}: counted {counted}, the generator knows {expected.value}")
        # Persons held for a reason nobody gives are unknown too; the generator counts only those whose status is.
        unknown = sum(count for reason, count in run.unknowns.items() if reason != "reason")
        if row != "F14" and unknown != expected.unknown:
            wrong.append(f"{row}: {unknown} unknown, the generator knows {expected.unknown}")
    return wrong
