"""Whether chains of draws agree, and how much they are worth.

Rank-normalised split R-hat, bulk and tail effective sample size, and Monte Carlo standard errors, after Vehtari,
Gelman, Simpson, Carpenter & Bürkner (2021), "Rank-normalization, folding, and localization: an improved R-hat",
Bayesian Analysis 16:667-718. Everywhere draws are (n_chains, n_draws), float64 or int64.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Draws = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convergence:
    """What chains say about themselves."""

    r_hat: float
    """1 when they agree; above 1.01 they have not been shown to. Infinite if chains stand still at different places."""
    bulk_ess: float
    """Independent draws that would place the middle of the distribution as well."""
    tail_ess: float
    """The same for its 5 % and 95 % quantiles: the smaller of the two."""


def convergence(draws: NDArray[np.number]) -> Convergence:
    """Measure R-hat and effective sample sizes of one quantity.

    Parameters
    ----------
    draws : ndarray
        (n_chains, n_draws); at least 4 draws a chain.

    Returns
    -------
    Convergence
        Draws that are all equal count as agreed and independent.
    """
    values = np.asarray(draws, np.float64)
    return Convergence(r_hat=r_hat(values), bulk_ess=bulk_ess(values), tail_ess=tail_ess(values))


def r_hat(draws: Draws) -> float:
    """Return the larger of the rank-normalised split R-hat of draws and of their distances from the median."""
    halves = split(draws)
    folded = np.abs(halves - np.median(halves))
    return max(_plain_r_hat(rank_normal(halves)), _plain_r_hat(rank_normal(folded)))


def bulk_ess(draws: Draws) -> float:
    """Return the effective sample size of rank-normalised split chains."""
    return ess(rank_normal(split(draws)))


def tail_ess(draws: Draws) -> float:
    """Return the smaller effective sample size of the indicators of the 5 % and the 95 % quantile."""
    low, high = np.quantile(draws, [0.05, 0.95])
    halves = split(draws)
    return min(ess((halves <= low).astype(np.float64)), ess((halves <= high).astype(np.float64)))


def split(draws: Draws) -> Draws:
    """Return each chain as two: (2 n_chains, n_draws // 2). A middle draw of an odd number is left out."""
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, draws.shape[1] - half :]])


def rank_normal(draws: Draws) -> Draws:
    """Replace draws by normal scores of their ranks among all chains (Blom's offsets; ties share a rank)."""
    ranks = stats.rankdata(draws, method="average").reshape(draws.shape)
    return np.asarray(special.ndtri((ranks - 0.375) / (draws.size + 0.25)), np.float64)


def _plain_r_hat(chains: Draws) -> float:
    within = float(np.mean(np.var(chains, axis=1, ddof=1)))
    between = float(np.var(np.mean(chains, axis=1), ddof=1)) if len(chains) > 1 else 0.0
    if np.ptp(chains) == 0.0:
        return 1.0
    if np.ptp(chains, axis=1).max() == 0.0:
        return float("inf")
    n_draws = chains.shape[1]
    return float(np.sqrt((n_draws - 1) / n_draws + between / within))


def ess(chains: Draws) -> float:
    """Return the effective sample size of chains as they are (Geyer's initial monotone sequence over all chains)."""
    n_chains, n_draws = chains.shape
    within = float(np.mean(np.var(chains, axis=1, ddof=1)))
    between = float(np.var(np.mean(chains, axis=1), ddof=1)) if n_chains > 1 else 0.0
    total = within * (n_draws - 1) / n_draws + between
    if np.ptp(chains, axis=1).max() == 0.0:
        return float(chains.size) if np.ptp(chains) == 0.0 else 1.0
    covariances = np.mean(_autocovariances(chains), axis=0)
    correlations = 1.0 - (within - covariances * n_draws / (n_draws - 1)) / total
    correlations[0] = 1.0
    even = n_draws - n_draws % 2
    pairs = correlations[:even:2] + correlations[1:even:2]
    negative = np.flatnonzero(pairs < 0.0)
    kept = np.minimum.accumulate(pairs[: negative[0] if negative.size else pairs.size])
    time = max(2.0 * float(np.sum(kept)) - 1.0, 1.0 / np.log10(chains.size))
    return float(chains.size / time)


def _autocovariances(chains: Draws) -> Draws:
    n_draws = chains.shape[1]
    centred = chains - np.mean(chains, axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * n_draws, axis=1)
    return np.asarray(np.fft.irfft(np.abs(spectrum) ** 2, 2 * n_draws, axis=1)[:, :n_draws] / n_draws, np.float64)
