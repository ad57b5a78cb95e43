"""The latent-class sampler as the textbook has it: nothing integrated out, no slides, no ladders; a second answer.

Data augmentation of Manrique-Vallier (2016), written from the paper alone and sharing no code with the room it checks:
labels for every pattern and for the unrecorded, then λ, ν and α given labels. Slow to mix and plain to read. R's
LCMCR is this algorithm, with every chain started at the lists' margins.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@njit(cache=False)
def textbook_chain(
    patterns: Ints, counts: Ints, n_classes: int, n0_max: int, n_sweeps: int, thin: int, seed: int
) -> Ints:
    """Return draws of the unrecorded, (n_sweeps // thin,), from one chain begun at random.

    Parameters
    ----------
    n0_max : int
        The most unrecorded persons allowed; 0 for no limit.
    """
    np.random.seed(seed)
    n_patterns, n_lists = patterns.shape
    n = counts.sum()
    kept = np.empty(n_sweeps // thin, np.int64)
    rates = np.random.beta(1.0, 3.0, (n_classes, n_lists))
    nu = np.full(n_classes, 1.0 / n_classes)
    alpha = 1.0
    n0 = n
    chances = np.empty(n_classes)
    for sweep in range(n_sweeps):
        sizes = np.zeros(n_classes, np.int64)
        on = np.zeros((n_classes, n_lists), np.int64)
        for m in range(n_patterns + 1):
            left = counts[m] if m < n_patterns else n0
            for k in range(n_classes):
                p = nu[k]
                for j in range(n_lists):
                    p *= rates[k, j] if m < n_patterns and patterns[m, j] == 1 else 1.0 - rates[k, j]
                chances[k] = p
            rest = chances.sum()
            for k in range(n_classes):
                if left == 0:
                    break
                if k == n_classes - 1:
                    drawn = left
                else:
                    drawn = np.random.binomial(left, min(max(chances[k] / rest, 0.0), 1.0)) if rest > 0.0 else 0
                rest -= chances[k]
                left -= drawn
                sizes[k] += drawn
                for j in range(n_lists):
                    if m < n_patterns and patterns[m, j] == 1:
                        on[k, j] += drawn
        for k in range(n_classes):
            for j in range(n_lists):
                rates[k, j] = np.random.beta(1.0 + on[k, j], 1.0 + sizes[k] - on[k, j])
        log_rest = 0.0
        later = sizes.sum()
        for k in range(n_classes - 1):
            later -= sizes[k]
            stick = min(max(np.random.beta(1.0 + sizes[k], alpha + later), 1e-12), 1.0 - 1e-12)
            nu[k] = np.exp(log_rest) * stick
            log_rest += np.log1p(-stick)
        nu[n_classes - 1] = np.exp(log_rest)
        alpha = max(np.random.gamma(0.25 + n_classes - 1, 1.0 / (0.25 - log_rest)), 1e-10)
        unseen = 0.0
        for k in range(n_classes):
            p = nu[k]
            for j in range(n_lists):
                p *= 1.0 - rates[k, j]
            unseen += p
        # n0 | n is negative binomial under 1/N: Poisson with a gamma mean.
        while True:
            n0 = np.random.poisson(np.random.gamma(n, unseen / (1.0 - unseen)))
            if n0_max == 0 or n0 <= n0_max:
                break
        if (sweep + 1) % thin == 0:
            kept[(sweep + 1) // thin - 1] = n0
    return kept
