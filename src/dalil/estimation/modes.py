"""Whether a distribution of N has several modes, and what each weighs.

A posterior with two modes has no middle worth printing: its median may be a number that nothing supports.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import signal

LEAST_WEIGHT: Final = 0.05
"""A mode below this is left to the tail of its neighbour."""
DEEP: Final = 0.75
"""A valley parts two modes if its density is at most this share of the lower peak. Ours: at 0.9, one mode in a few
hundred draws splits."""
GRID: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One mode of a distribution of N."""

    centre: float
    """Median of the draws that belong to it, in persons."""
    low: float
    high: float
    """Its own 95 % interval."""
    weight: float
    """Share of all draws."""
    least_weight: float
    most_weight: float
    """The smallest and the largest share in any chain: far apart, the weight itself is not known."""


def find_modes(draws: NDArray[np.number], *, effective: float) -> tuple[Mode, ...]:
    """Part draws of N at the deep valleys of their density, on the scale of log N.

    Parameters
    ----------
    draws : ndarray
        (n_chains, n_draws), persons, at least 1.
    effective : float
        Effective sample size of the draws: the fewer, the smoother the density.

    Returns
    -------
    tuple[Mode, ...]
        In ascending order; one for a distribution with one mode.
    """
    logs = np.log(np.asarray(draws, np.float64))
    borders = _valleys(logs.ravel(), max(float(effective), 10.0))
    while True:
        which = np.digitize(logs, borders)
        weights = np.array([np.mean(which == i) for i in range(len(borders) + 1)])
        if not borders or float(weights.min()) >= LEAST_WEIGHT:
            break
        least = int(weights.argmin())
        borders = [border for i, border in enumerate(borders) if i != min(max(least - 1, 0), len(borders) - 1)]
    return tuple(_mode(np.asarray(draws, np.float64), which == i) for i in range(len(borders) + 1))


def _mode(draws: NDArray[np.float64], mine: NDArray[np.bool_]) -> Mode:
    low, centre, high = np.quantile(draws[mine], [0.025, 0.5, 0.975])
    by_chain = np.mean(mine, axis=1)
    return Mode(
        centre=float(centre),
        low=float(low),
        high=float(high),
        weight=float(np.mean(mine)),
        least_weight=float(by_chain.min()),
        most_weight=float(by_chain.max()),
    )


def _valleys(logs: NDArray[np.float64], effective: float) -> list[float]:
    low, high = np.quantile(logs, [0.001, 0.999])
    quarter, three_quarters = np.quantile(logs, [0.25, 0.75])
    # Silverman's rule with the effective number of draws; the quartiles, not the spread, which two modes would inflate.
    scale = float(three_quarters - quarter) / 1.349
    if scale <= 0.0 or high <= low:
        return []
    width = 0.9 * scale * effective**-0.2
    grid = np.linspace(low - 2 * width, high + 2 * width, GRID)
    counts, _ = np.histogram(logs, bins=GRID, range=(float(grid[0]), float(grid[-1])))
    steps = (np.arange(GRID) - GRID // 2) * (grid[1] - grid[0])
    density = np.convolve(counts, np.exp(-0.5 * (steps / width) ** 2), mode="same")
    return [float(grid[i]) for i in _deep_valleys(density)]


def _deep_valleys(density: NDArray[np.float64]) -> list[int]:
    peaks, found = signal.find_peaks(density, prominence=0.0)
    peaks = peaks[found["prominences"] >= (1.0 - DEEP) * density[peaks]]
    return [int(left + np.argmin(density[left:right])) for left, right in itertools.pairwise(peaks)]


def modes_json(modes: Sequence[Mode]) -> list[dict[str, Any]]:
    """Return modes in whole persons and weights to three decimals."""
    return [
        {
            "centre": round(mode.centre),
            "interval": [round(mode.low), round(mode.high)],
            "weight": round(mode.weight, 3),
            "weight_by_chain": [round(mode.least_weight, 3), round(mode.most_weight, 3)],
        }
        for mode in modes
    ]
