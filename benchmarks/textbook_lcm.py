"""The latent-class sampler as the textbook has it: nothing integrated out, no slides, no ladders; a second answer.

Data augmentation of Manrique-Vallier (2016), written from the paper alone and sharing no code with the room it checks:
labels for every pattern and for the unrecorded, then λ, ν and α given labels. Slow to mix and plain to read. R's
LCMCR is this algorithm, with every chain started at the lists' margins.

``python -m benchmarks.textbook_lcm [SWEEPS]`` prints what it says of New Orleans with a bound on shares and without
one, by four chains; two million sweeps each take three minutes a line.
"""

from __future__ import annotations

import sys
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks import published_tables as facts

Ints = NDArray[np.int64]
THIN: Final = 20
BOUND: Final = 1e-12
LEVELS: Final = (0.025, 0.25, 0.5, 0.75, 0.975)


@njit(cache=False)
def textbook_chain(
    patterns: Ints, counts: Ints, n_classes: int, n0_max: int, n_sweeps: int, thin: int, seed: int, log_floor: float
) -> Ints:
    """Return draws of the unrecorded, (n_sweeps // thin,), from one chain begun at random.

    Parameters
    ----------
    n0_max : int
        The most unrecorded persons allowed; 0 for no limit.
    log_floor : float
        The least logarithm of what a stick leaves over; minus infinity for none. Programs that keep shares rather than
        logarithms have one, log(1e-12) say, whether they mean it or not.
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
            # Beta(own, left over) from two gammas as logarithms: a share may lie nearer to 1 than a number can.
            left_over = alpha + later
            log_left = np.log(np.random.gamma(left_over + 1.0, 1.0)) + np.log(np.random.random()) / left_over
            log_own = np.log(np.random.gamma(1.0 + sizes[k], 1.0))
            most = max(log_left, log_own)
            total = most + np.log(np.exp(log_left - most) + np.exp(log_own - most))
            log_left = max(log_left - total, log_floor)
            nu[k] = -np.exp(log_rest) * np.expm1(log_left)
            log_rest += log_left
        nu[n_classes - 1] = np.exp(log_rest)
        alpha = max(np.random.gamma(0.25 + n_classes - 1, 1.0 / (0.25 - log_rest)), 1e-300)
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


def main() -> None:
    """Print five quantiles with a bound on the sticks' shares, and without one."""
    n_sweeps = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    table = facts.NEW_ORLEANS
    patterns, counts = np.asarray(table.patterns, np.int64), np.asarray(table.counts, np.int64)
    for what, log_floor in (("bounded", float(np.log(BOUND))), ("unbounded", -np.inf)):
        drawn = [textbook_chain(patterns, counts, 10, 0, n_sweeps, THIN, seed, log_floor) for seed in range(4)]
        settled = np.concatenate([each[len(each) // 10 :] for each in drawn]) + counts.sum()
        print(what, [round(each) for each in np.quantile(settled, LEVELS).tolist()], flush=True)


if __name__ == "__main__":
    main()
