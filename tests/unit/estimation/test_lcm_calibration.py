"""The sampler draws from the posterior: against an exact one, against simulated truths, and against its own prior."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.calibration import all_patterns, posterior, ranks, uniformity
from scipy import special, stats

from dalil.estimation.convergence import bulk_ess
from dalil.estimation.lcm import LcmSettings, sample
from dalil.estimation.lcm.random import streams
from dalil.estimation.lcm.walkers import start_walkers


def test_with_one_class_draws_follow_the_exact_posterior() -> None:
    # Independent lists: p(N | table) ∝ (N − 1)! / (N − n)! · ∏ B(1 + x_j, 1 + N − x_j).
    patterns = np.array([[1, 0], [0, 1], [1, 1]])
    counts = np.array([20, 15, 12])
    unrecorded = np.arange(3_000)
    total = unrecorded + 47.0
    logs = special.gammaln(total) - special.gammaln(unrecorded + 1.0)
    for on_list in (32, 27):
        logs += special.betaln(1 + on_list, 1 + total - on_list)
    exact = np.exp(logs - logs.max())
    exact /= exact.sum()
    drawn = sample(patterns, counts, settings=LcmSettings(n_classes=1, least_ess=4_000.0), seed=1)
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        expected = np.searchsorted(np.cumsum(exact), share)
        below = np.mean(drawn.unrecorded <= expected)
        assert below == pytest.approx(np.cumsum(exact)[expected], abs=0.025), f"quantile {share}"


@pytest.mark.parametrize("tempered", [False, True], ids=["plain", "ladder"])
def test_ranks_of_simulated_truths_are_uniform(tempered: bool) -> None:
    found = ranks(n_tables=200, seed=5, tempered=tempered)
    assert uniformity(found) > 1e-3, np.bincount(found // 8, minlength=8)


@pytest.mark.parametrize("n_slides", [0, 8], ids=["gibbs", "slides"])
def test_drawing_tables_and_states_in_turns_keeps_the_prior(n_slides: int) -> None:
    # Geweke (2004): state given table, table given state, over and over, leaves both at their joint distribution.
    n, n_classes, n_lists, n_turns = 6, 3, 2, 8_000
    rng = np.random.default_rng(3)
    patterns = all_patterns(n_lists)
    walkers = start_walkers(streams(9, 1)[0], n_rungs=1, n_classes=n_classes, n_lists=n_lists)
    tables = np.array([[2, 2, 2]])
    seen = np.empty((n_turns, 4))
    for turn in range(n_turns):
        posterior(walkers, tables, n_lists=n_lists, n_draws=1, thin=2, n_slides=n_slides)
        nu, rates = walkers.nu[0], walkers.rates[0]
        within = np.prod(np.where(patterns[None] == 1, rates[:, None], 1.0 - rates[:, None]), axis=2)
        cells = nu @ within
        tables = rng.multinomial(n, cells / cells.sum())[None].astype(np.int64)
        seen[turn] = [np.log(walkers.alpha[0]), nu[0], rates[0, 0], rates[2, 1]]
    # α ~ Gamma(0.25, rate 0.25), the first weight ~ Beta(1, α), rates uniform; means over α by quadrature.
    alphas = stats.gamma(0.25, scale=4.0).ppf((np.arange(20_000) + 0.5) / 20_000)
    expected = [np.mean(np.log(np.maximum(alphas, 1e-10))), np.mean(1 / (1 + alphas)), 0.5, 0.5]
    for i, name in enumerate(("log alpha", "first weight", "a rate", "another rate")):
        halves = seen[:, i].reshape(2, -1)
        error = np.std(seen[:, i]) / np.sqrt(bulk_ess(halves))
        assert abs(np.mean(seen[:, i]) - expected[i]) < 4.0 * error, f"{name}: {np.mean(seen[:, i])}, {error}"
        assert error < 0.2 if i == 0 else error < 0.02, f"{name}: the test sees too little, {error}"
    assert stats.kstest(seen[::40, 2], "uniform").pvalue > 1e-4
