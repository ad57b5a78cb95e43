"""Several figures side by side: counts that are shown together and never added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dalil.errors import WrongDefinition
from dalil.figures.runs import Cell, FigureRun
from dalil.values.digests import digest_of_lines
from dalil.values.ids import parse_subject

TOGETHER: Final = "together"


def side_by_side(blank: FigureRun, runs: Mapping[str, FigureRun]) -> FigureRun:
    """Return ``blank`` with each run as a cell, and each run's cells as a dimension of its name."""
    cells: list[Cell] = []
    for name, run in runs.items():
        if not isinstance(run.value, int):
            raise WrongDefinition(
                "Only counts stand side by side.",
                expected="counted figures",
                found=name,
                where=f"figure {blank.name}",
            )
        cells.append(Cell(dimension=TOGETHER, cell=name, value=run.value, unknown=sum(run.unknowns.values())))
        cells += [replace(cell, dimension=name) for cell in run.cells]

    def members(dimension: str | None, cell: str | None) -> list[str]:
        if dimension is None:
            return sorted({member for run in runs.values() for member in run.members}, key=parse_subject)
        if dimension == TOGETHER:
            return runs[str(cell)].members
        return runs[dimension].read_members(*_dimension_of(runs[dimension], cell))

    found = members(None, None)
    return replace(
        blank,
        cells=tuple(cells),
        inputs={run.name: run.run_id for run in runs.values()},
        n_members=len(found),
        n_synthetic=sum(run.n_synthetic for run in runs.values()),
        members_digest=digest_of_lines(found),
        read_members=members,
    )


def _dimension_of(run: FigureRun, cell: str | None) -> tuple[str, str]:
    """Return the dimension and name of a cell that stands side by side with others under its figure's name."""
    found = next(each for each in run.cells if each.cell == cell)
    return found.dimension, found.cell
