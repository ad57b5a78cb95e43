"""Chao's lower bound (1987): how many there are at least, from how many are on one list and on two."""

from __future__ import annotations

import numpy as np

from dalil.estimation.distribution import LogNormal
from dalil.estimation.table import Table


def lower_bound(table: Table) -> LogNormal:
    """Return the bias-corrected bound with its log-normal interval.

    Notes
    -----
    With f1 persons on exactly one of J lists and f2 on exactly two, the bound is n + (J - 1)/J f1(f1 - 1)/(2(f2 + 1)).
    It holds if persons differ in how visible they are and being on one list keeps nobody off another.
    """
    once, twice = (float(count) for count in _depths(table)[1:3])
    factor = (table.n_lists - 1) / table.n_lists
    unseen = factor * once * (once - 1) / (2 * (twice + 1))
    variance = (
        factor * once * (once - 1) / (2 * (twice + 1))
        + factor**2 * once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
        + factor**2 * once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
    )
    if unseen <= 0:
        return LogNormal(n=table.n, centre=-np.inf, spread=0.0)
    return LogNormal(n=table.n, centre=float(np.log(unseen)), spread=float(np.sqrt(np.log1p(variance / unseen**2))))


def _depths(table: Table) -> np.ndarray:
    """Return how many persons are on exactly 0, 1, 2, … lists; at least three numbers."""
    return np.bincount(table.patterns.sum(axis=1), weights=table.counts, minlength=3)
