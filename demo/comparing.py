"""What the report printed beside what the archive counts, and whether that is what the generator knows."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from dalil.archive import Archive
from dalil.cli.figures import value_text
from dalil.figures.runs import FigureRun, Ratio, value_json
from dalil.intake.plain_yaml import read_plain_yaml
from dalil.linkage.archives.evaluation import ArchiveEvaluation
from dalil.linkage.archives.sampled_evaluation import Range
from dalil.review.stakes import Mentions, stakes_of
from demo.truth import Truth

ROWS: Final[dict[str, Any]] = dict(read_plain_yaml(Path(__file__).parent / "comparison.yaml").content)
FIGURES: Final = tuple(f"F{number:02}" for number in range(1, 26))
SHOWN_CELLS: Final = 6
WIDTH: Final = 150
"""Columns of the tables where there is no screen to fit."""


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


def inexact_figures(runs: dict[str, FigureRun], truth: Truth) -> list[str]:
    """Return the figures that are not to the unit what the generator knows: values and unknowns."""
    wrong: list[str] = []
    for row, expected in truth.figures.items():
        if counted(runs[row]) != expected.value:
            wrong.append(f"{row}: counted {counted(runs[row])}, the generator knows {expected.value}")
        # Persons held for a reason nobody gives are unknown too; the generator counts only those whose status is.
        unknown = sum(count for reason, count in runs[row].unknowns.items() if reason != "reason")
        if row != "F14" and unknown != expected.unknown:
            wrong.append(f"{row}: {unknown} unknown, the generator knows {expected.unknown}")
    return wrong


def counted_in(archive: Archive, runs: dict[str, FigureRun]) -> dict[str, tuple[Mentions, int]]:
    """Return the mentions of whomever a figure counts, and how many those are, of figures of persons and detentions."""
    wholes = {row: list(run.inputs)[-1] for row, run in runs.items() if isinstance(run.value, Ratio)}
    stakes = stakes_of(archive.figures, archive.ledger, archive.records, also=wholes.values(), counted=runs)
    found = {row: stakes.get(wholes.get(row, row)) for row in runs}
    return {row: (stake.members, counted(runs[row])) for row, stake in found.items() if stake is not None}


def print_linkage(
    before: dict[str, FigureRun],
    after: dict[str, FigureRun],
    errors: dict[str, Range | None],
    truth: Truth,
    measured: ArchiveEvaluation,
    console: Console,
) -> None:
    """Print what linking and reviewing did to the figures, beside the truth and the error stated for them."""
    found = measured.measured
    console.print(
        f"\nWho is who: {measured.n_persons:,} persons found, {measured.persons.low:,.0f} to"
        f" {measured.persons.high:,.0f} at 95 %; pairs joined rightly {found.pairs['precision'].value:.2%}"
        f" ({found.pairs['precision'].low:.2%} to {found.pairs['precision'].high:.2%}), pairs found"
        f" {found.pairs['recall'].value:.2%} ({found.pairs['recall'].low:.2%} to {found.pairs['recall'].high:.2%}),"
        f" by {found.n_audited} audited pairs the model never saw\n",
        highlight=False,
    )
    table = Table(title="Figures that rest on who is who", title_justify="left", box=None, pad_edge=False)
    for column in ("row", "the generator knows", "linked", "reviewed", "linkage error, 95 %", "off by"):
        table.add_column(column, justify="left" if column == "row" else "right")
    for row, known in truth.figures.items():
        low, high = bounds(after[row], errors[row])
        numbers = (known.value, counted(before[row]), counted(after[row]))
        stated = "exact" if errors[row] is None else f"{low:,} to {high:,}"
        table.add_row(row, *(f"{each:,}" for each in numbers), stated, f"{numbers[2] - known.value:+,}")
    console.print(table)
    for line in outside(after, errors, truth):
        console.print(f"Outside what was stated, as one figure in twenty may be: {line}")


def stated_figures(
    before: dict[str, FigureRun], after: dict[str, FigureRun], errors: dict[str, Range | None], truth: Truth
) -> dict[str, dict[str, int]]:
    """Return the same as data."""
    found = {}
    for row, known in truth.figures.items():
        low, high = bounds(after[row], errors[row])
        numbers = {"known": known.value, "linked": counted(before[row]), "reviewed": counted(after[row])}
        found[row] = {**numbers, "low": low, "high": high}
    return found


def counted(run: FigureRun) -> int:
    """Return a figure's number; of a share, the whole."""
    value = run.value.whole if isinstance(run.value, Ratio) else run.value
    assert isinstance(value, int)
    return value


def outside(runs: dict[str, FigureRun], errors: dict[str, Range | None], truth: Truth) -> list[str]:
    """Return the figures whose truth is not within the bounds stated for them: of figures of persons, one in twenty."""
    return _beyond(runs, errors, truth, n_widths=0)


def wrong_figures(runs: dict[str, FigureRun], errors: dict[str, Range | None], truth: Truth) -> list[str]:
    """Return the figures that are so far from what the generator knows that chance does not explain it.

    These are further outside the stated bounds than the bounds are wide. Linkage does not touch figures of other things
    than persons: these must be exact.
    """
    return _beyond(runs, errors, truth, n_widths=1)


def _beyond(runs: dict[str, FigureRun], errors: dict[str, Range | None], truth: Truth, *, n_widths: int) -> list[str]:
    found: list[str] = []
    for row, expected in truth.figures.items():
        low, high = bounds(runs[row], errors[row])
        margin = n_widths * (high - low)
        if not low - margin <= expected.value <= high + margin:
            said = f"counted {counted(runs[row])}, stated {low} to {high}"
            found.append(f"{row}: {said}, the generator knows {expected.value}")
    return found


def bounds(run: FigureRun, error: Range | None) -> tuple[int, int]:
    """Return the bounds stated for a figure, in whole persons."""
    found = counted(run)
    return (found, found) if error is None else (math.floor(found + error.low), math.ceil(found + error.high))
