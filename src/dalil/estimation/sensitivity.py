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

from dalil.estimation.table import Table

Floats = NDArray[np.float64]

FACTORS: Final = (0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 4.0)
PRIOR: Final = 0.5
"""Dirichlet parameter of each pattern (Jeffreys)."""
MOST_LISTS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SensitivityCurve:
    """N for each factor ξ: ``factors``, ``median``, ``low`` and ``high`` (95 %), each of shape (n_factors,)."""

    factors: Floats
    median: Floats
    low: Floats
    high: Floats


def sensitivity(table: Table, *, factors: Sequence[float] = FACTORS, prior: float = PRIOR) -> SensitivityCurve:
    """Return N under no interaction of the highest order, times each factor.

    Notes
    -----
    Under a Dirichlet posterior the chance of being on no list, over that of being on any, is ξ times the product of the
    odd patterns' probabilities over that of the even ones. Its logarithm is a sum of independent log-gamma variables,
    whose mean and variance are known; the sum is taken for normal, and how many remain unseen given the chance adds the
    variance of a negative binomial.
    """
    cells = np.arange(1, 1 << table.n_lists)
    counts = np.zeros(len(cells))
    counts[table.cells - 1] = table.counts
    shape = counts + prior
    odd = np.array([int(mask).bit_count() % 2 == 1 for mask in cells])
    sign = np.where(odd, 1.0, -1.0)
    # Probabilities are gammas over their sum; one more odd pattern than even leaves one such sum below the line.
    centre = float((sign * psi(shape)).sum() - psi(shape.sum()))
    variance = float(polygamma(1, shape).sum() - polygamma(1, shape.sum()))
    chosen = np.asarray(factors, np.float64)
    unseen = table.n * np.exp(centre) * chosen
    spread = np.sqrt(max(variance, 0.0) + (1 + unseen / table.n) / np.maximum(unseen, 1e-300))
    wide = float(ndtri(0.975)) * spread
    return SensitivityCurve(
        factors=chosen,
        median=table.n + unseen,
        low=table.n + unseen * np.exp(-wide),
        high=table.n + unseen * np.exp(wide),
    )
