"""What if all lists together depend on each other: N as a function of the one thing no list can show.

Any table is explained perfectly by any N. What identifies N is one assumption about the highest-order interaction, here
a factor ξ on how many are on no list: 1 says there is none (Aleshin-Guendel, Sadinle & Wakefield 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, polygamma, psi

from dalil.estimation.overlap import is_refused
from dalil.estimation.table import Table

Floats = NDArray[np.float64]

FACTORS: Final = (0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 4.0)
PRIOR: Final = 0.5
"""Dirichlet parameter of each pattern (Jeffreys)."""
MOST_LISTS: Final = 12
WIDEST: Final = 20.0
"""Times the median that an upper end may be for the curve to say anything. Ours."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SensitivityCurve:
    """N for each factor ξ: ``factors``, ``median``, ``low`` and ``high`` (95 %), each of shape (n_factors,)."""

    factors: Floats
    median: Floats
    low: Floats
    high: Floats

    @property
    def says_something(self) -> bool:
        """Whether it narrows anything down: where most combinations of lists hold nobody, it does not."""
        return bool((self.high <= WIDEST * self.median).all())


def sensitivity(table: Table, *, factors: Sequence[float] = FACTORS, prior: float = PRIOR) -> SensitivityCurve:
    """Return N under no interaction of the highest order, times each factor.

    Of a table with strata it is the sum over them, one factor for all: if lists miss the same people, they do so in
    every stratum. Strata that would be refused, and persons in none, are counted as recorded and no one beside them.

    Notes
    -----
    Under a Dirichlet posterior the chance of being on no list, over that of being on any, is ξ times the product of the
    odd patterns' probabilities over that of the even ones. Its logarithm is a sum of independent log-gamma variables,
    whose mean and variance are known; the sum is taken for normal, and how many remain unseen given the chance adds the
    variance of a negative binomial. Over strata, distances from the median to either end are added as squares.
    """
    chosen = np.asarray(factors, np.float64)
    if not (table.strata or table.n_unplaced):
        return _whole(table.occupied(), chosen, prior)
    usable = [part for part in table.strata if not is_refused(part)]
    curves = [_whole(part.occupied(), chosen, prior) for part in usable]
    counted = float(table.n - sum(part.n for part in usable))
    median = np.sum([curve.median for curve in curves], axis=0) + counted + np.zeros(len(chosen))
    below = np.sqrt(np.sum([(curve.median - curve.low) ** 2 for curve in curves], axis=0))
    above = np.sqrt(np.sum([(curve.high - curve.median) ** 2 for curve in curves], axis=0))
    return SensitivityCurve(factors=chosen, median=median, low=median - below, high=median + above)


def _whole(table: Table, factors: Floats, prior: float) -> SensitivityCurve:
    cells = np.arange(1, 1 << table.n_lists)
    counts = np.zeros(len(cells))
    counts[table.cells - 1] = table.counts
    shape = counts + prior
    odd = np.array([int(mask).bit_count() % 2 == 1 for mask in cells])
    sign = np.where(odd, 1.0, -1.0)
    # Probabilities are gammas over their sum; one more odd pattern than even leaves one such sum below the line.
    centre = float((sign * psi(shape)).sum() - psi(shape.sum()))
    variance = float(polygamma(1, shape).sum() - polygamma(1, shape.sum()))
    unseen = table.n * np.exp(centre) * factors
    spread = np.sqrt(max(variance, 0.0) + (1 + unseen / table.n) / np.maximum(unseen, 1e-300))
    wide = float(ndtri(0.975)) * spread
    return SensitivityCurve(
        factors=factors,
        median=table.n + unseen,
        low=table.n + unseen * np.exp(-wide),
        high=table.n + unseen * np.exp(wide),
    )
