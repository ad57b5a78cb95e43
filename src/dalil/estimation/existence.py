"""Whether the likelihood of a log-linear model has a finite maximum (Haberman 1974; Fienberg & Rinaldo 2012)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

LEAST = 1e-9
"""A solution whose smallest cell is below this share of the table counts as having an empty cell."""


def maximum_exists(design: NDArray[np.float64], table: NDArray[np.float64]) -> bool:
    """Tell whether some table with every cell above zero has the same margins as this one.

    Parameters
    ----------
    design : (n_cells, n_parameters)
    table : (n_cells,)

    Notes
    -----
    The linear program makes the smallest cell as large as it can; the maximum exists if that is above zero.
    """
    n_cells, n_parameters = design.shape
    total = max(float(table.sum()), 1.0)
    margins = np.hstack([design.T, np.zeros((n_parameters, 1))])
    above = np.hstack([-np.eye(n_cells), np.ones((n_cells, 1))])
    solved = linprog(
        np.concatenate([np.zeros(n_cells), [-1.0]]),
        A_ub=above,
        b_ub=np.zeros(n_cells),
        A_eq=margins,
        b_eq=design.T @ table / total,
        bounds=[(0, None)] * (n_cells + 1),
        method="highs",
    )
    return solved.status == 0 and -float(solved.fun) > LEAST
