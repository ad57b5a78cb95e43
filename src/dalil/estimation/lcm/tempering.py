"""Ladders of thinned tables, and where their rungs stand.

Each rung holds the table with every count multiplied by a share and rounded down to a whole number, so that Gibbs stays
exact on it. The last rung holds nobody: there the prior itself is drawn. Rungs are placed so that neighbours change
places equally often (equal increments of the communication barrier; Syed, Bouchard-Côté, Deligiannidis & Doucet 2022,
JRSS B 84:321-350).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalil.estimation.lcm.model import Floats, Ints

GOLDEN: Final = 0.6180339887498949
FIRST_RUNGS: Final = 16
FEWEST_RUNGS: Final = 6
MOST_RUNGS: Final = 60


def first_shares(n: int) -> Floats:
    """Return shares to begin with: (FIRST_RUNGS,), geometric from 1 to about one person, then 0."""
    return np.append(np.exp(np.linspace(0.0, np.log(min(0.3, 1.0 / n)), FIRST_RUNGS - 1)), 0.0)


def thinned(counts: Ints, shares: Floats) -> Ints:
    """Return one table per share: (T, M), int64, each at most the one before it.

    Rounding has an offset of its own for each pattern, so that patterns with one person do not all leave at the same
    rung.
    """
    offsets = (np.arange(1, len(counts) + 1) * GOLDEN) % 1.0
    tables = np.floor(shares[:, None] * counts[None, :] + offsets[None, :]).astype(np.int64)
    tables[0] = counts
    tables[shares == 0.0] = 0
    return np.ascontiguousarray(np.minimum.accumulate(np.minimum(tables, counts[None, :]), axis=0))


def better_shares(shares: Floats, refused: Floats) -> Floats:
    """Return shares at equal increments of the barrier, and as many rungs as it asks for.

    Parameters
    ----------
    shares : ndarray
        (T,), from 1 down to 0.
    refused : ndarray
        (T − 1,): the share of exchanges refused between each rung and the next.

    Returns
    -------
    ndarray
        (T',): twice the barrier and two, within bounds.
    """
    barrier = np.concatenate([[0.0], np.cumsum(np.clip(refused, 0.01, 1.0))])
    n_rungs = int(np.clip(2.0 * barrier[-1] + 2.0, FEWEST_RUNGS, MOST_RUNGS))
    at = np.linspace(0.0, barrier[-1], n_rungs)
    # Interpolate in the logarithm; the last share, 0, stands in as a tenth of the smallest positive one.
    logs = np.log(np.where(shares > 0.0, shares, shares[-2] / 10.0))
    placed = np.exp(np.interp(at, barrier, logs))
    placed[0], placed[-1] = 1.0, 0.0
    return np.asarray(placed, np.float64)


def swap_rates(swaps: NDArray[np.float64]) -> Floats:
    """Return the share of exchanges accepted between each rung and the next, (T − 1,); 0 where none was proposed."""
    return np.asarray(swaps[1, :-1] / np.maximum(swaps[0, :-1], 1.0), np.float64)
