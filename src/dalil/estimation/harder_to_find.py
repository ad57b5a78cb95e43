"""What if some people are harder to find for every list: the number under one common dependence between all lists.

Where lists miss the same people, every pair of lists depends on each other the same way, and a table can be explained
by one such dependence (Darroch, Fienberg, Glonek & Junker 1993; International Working Group 1995). That number is no
estimate: it is the sign that can be had from a table. It catches some of the tables in which lists miss the same
people, and far from all.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from dalil.estimation.loglinear_fitting import fit_many
from dalil.estimation.table import Table

MOST_LISTS: Final = 12


def size_if_all_depend_alike(table: Table) -> float | None:
    """Return N under main effects and one interaction that all pairs of lists share; None where it has no maximum."""
    if not 3 <= table.n_lists <= MOST_LISTS:
        return None
    cells = np.arange(1, 1 << table.n_lists)
    counts = np.zeros(len(cells))
    counts[table.cells - 1] = table.counts
    on = (cells[:, None] >> np.arange(table.n_lists)) & 1
    depth = on.sum(axis=1)
    design = np.column_stack([np.ones(len(cells)), on, depth * (depth - 1) / 2])
    fitted = fit_many(design, counts[None])
    return table.n + float(fitted.unseen[0]) if fitted.arrived[0] else None
