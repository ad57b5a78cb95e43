"""Simulation-based calibration of the latent-class sampler: ``python -m benchmarks calibration [--tables=1000]``.

A state is drawn from the prior and a table from the state; the sampler is given the table. If it draws from the
posterior, the rank of the true number among its draws is uniform (Talts, Betancourt, Simpson, Vehtari & Gelman 2018).
The prior 1/N cannot be drawn from, so the recorded are fixed at n: given n and the state, their patterns are
multinomial and the unrecorded negative binomial, which is the same posterior.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from benchmarks.measuring import elapsed, tell
from dalil.estimation.lcm.model import Ints
from dalil.estimation.lcm.random import streams
from dalil.estimation.lcm.tempering import thinned
from dalil.estimation.lcm.walkers import Walkers, advance, start_walkers

ALPHA_SHAPE = 0.25
ALPHA_RATE = 0.25
N_DRAWS = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A state drawn from the prior, and what it made."""

    counts: Ints  # (2^J − 1,), zeros among them
    unrecorded: int
    first_weight: float


def all_patterns(n_lists: int) -> NDArray[np.int64]:
    """Return every pattern but the empty one: (2^J − 1, J)."""
    return np.array([[(code >> j) & 1 for j in range(n_lists)] for code in range(1, 2**n_lists)], np.int64)


def draw_truth(rng: np.random.Generator, *, n: int, n_classes: int, n_lists: int) -> Truth:
    """Draw a state from the prior by NumPy's own generators, and a table of ``n`` recorded persons from it."""
    alpha = max(rng.gamma(ALPHA_SHAPE) / ALPHA_RATE, 1e-10)
    sticks = np.append(rng.beta(1.0, alpha, n_classes - 1), 1.0)
    nu = sticks * np.concatenate([[1.0], np.cumprod(1.0 - sticks[:-1])])
    rates = rng.random((n_classes, n_lists))
    patterns = all_patterns(n_lists)
    within = np.prod(np.where(patterns[None] == 1, rates[:, None], 1.0 - rates[:, None]), axis=2)
    cells = nu @ within
    return Truth(
        counts=rng.multinomial(n, cells / cells.sum()).astype(np.int64),
        unrecorded=int(rng.negative_binomial(n, min(float(cells.sum()), 1.0))),
        first_weight=float(nu[0]),
    )


def posterior(walkers: Walkers, tables: Ints, *, n_lists: int, n_draws: int, thin: int, n_slides: int) -> Ints:
    """Move walkers along and return the unrecorded of each draw: (n_draws,)."""
    patterns = all_patterns(n_lists)
    unrecorded = np.empty(n_draws, np.int64)
    advance(
        walkers.rng,
        walkers.nu,
        walkers.tails,
        walkers.rates,
        walkers.alpha,
        walkers.place,
        walkers.heading,
        walkers.turn,
        np.concatenate([[0], np.cumsum(patterns.sum(axis=1))]).astype(np.int64),
        np.nonzero(patterns)[1].astype(np.int64),
        tables,
        ALPHA_SHAPE,
        ALPHA_RATE,
        0,
        n_slides,
        thin,
        unrecorded,
        np.empty(n_draws, np.int64),
        np.empty((n_draws, n_lists)),
        np.empty((n_draws, n_lists * (n_lists - 1) // 2)),
        np.zeros((2, len(tables))),
    )
    return unrecorded


def ranks(*, n_tables: int, seed: int, tempered: bool, n: int = 40, n_classes: int = 3, n_lists: int = 3) -> Ints:
    """Return the rank of each true number of unrecorded among N_DRAWS draws; ties are broken at random."""
    rng = np.random.default_rng(seed)
    shares = np.array([1.0, 0.5, 0.25, 0.1, 0.03, 0.0]) if tempered else np.array([1.0])
    found = np.empty(n_tables, np.int64)
    for i, stream in enumerate(streams(seed, n_tables)):
        truth = draw_truth(rng, n=n, n_classes=n_classes, n_lists=n_lists)
        tables = thinned(truth.counts, shares)
        walkers = start_walkers(stream, n_rungs=len(tables), n_classes=n_classes, n_lists=n_lists)
        posterior(walkers, tables, n_lists=n_lists, n_draws=1, thin=300, n_slides=8)
        draws = posterior(walkers, tables, n_lists=n_lists, n_draws=N_DRAWS, thin=12, n_slides=8)
        ties = int(np.sum(draws == truth.unrecorded))
        found[i] = np.sum(draws < truth.unrecorded) + rng.integers(0, ties + 1)
    return found


def uniformity(found: Ints, *, n_bins: int = 8) -> float:
    """Return the p-value of the χ² test that ranks 0..N_DRAWS are uniform."""
    counts = np.bincount(found * n_bins // (N_DRAWS + 1), minlength=n_bins)
    return float(stats.chisquare(counts).pvalue)


def main() -> None:
    """Print ranks in eighths, plain and tempered."""
    n_tables = next((int(word[9:]) for word in sys.argv if word.startswith("--tables=")), 1000)
    for tempered in (False, True):
        with elapsed() as time:
            found = ranks(n_tables=n_tables, seed=11, tempered=tempered)
        eighths = np.bincount(found * 8 // (N_DRAWS + 1), minlength=8)
        tell(
            f"calibration, {'ladder' if tempered else 'plain'}, {n_tables} tables",
            f"p {uniformity(found):.3f}; ranks in eighths {eighths.tolist()}; {time.seconds:.1f} s",
            aim=f"{n_tables / 8:.0f} each",
        )


if __name__ == "__main__":
    main()
