"""R-hat and effective sample sizes, against chains whose values are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from dalil.estimation.convergence import (
    bulk_ess,
    convergence,
    ess,
    r_hat,
    rank_normal,
    split,
    tail_ess,
)


def _autoregressive(rho: float, *, n_chains: int, n_draws: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    draws = np.empty((n_chains, n_draws))
    draws[:, 0] = rng.standard_normal(n_chains)
    for i in range(1, n_draws):
        draws[:, i] = rho * draws[:, i - 1] + np.sqrt(1 - rho**2) * rng.standard_normal(n_chains)
    return draws


def test_chains_are_split_in_halves_and_a_middle_draw_left_out() -> None:
    assert split(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]])).tolist() == [[1.0, 2.0], [4.0, 5.0]]


def test_scores_are_normal_quantiles_of_ranks() -> None:
    # Ranks 1, 3.5, 3.5, 2 of four: Φ⁻¹((r − 3/8) / 4.25).
    expected = stats.norm.ppf((np.array([[1.0, 3.5], [3.5, 2.0]]) - 0.375) / 4.25)
    assert rank_normal(np.array([[0.1, 9.0], [9.0, 0.2]])) == pytest.approx(expected)


def test_r_hat_of_small_chains_is_what_the_formula_gives_by_hand() -> None:
    # Four half-chains of 2: scores of ranks 1..8 are ±0.15, ±0.47, ±0.85, ±1.43.
    draws = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    z = stats.norm.ppf((np.arange(1, 9) - 0.375) / 8.25)
    halves = z.reshape(4, 2)
    within = np.mean((halves[:, 0] - halves[:, 1]) ** 2 / 2)
    between = np.var(halves.mean(axis=1), ddof=1)
    assert r_hat(draws) == pytest.approx(np.sqrt(0.5 + between / within))


def test_chains_that_agree_have_r_hat_near_one_and_all_their_draws() -> None:
    draws = np.random.default_rng(2).standard_normal((4, 2_000))
    found = convergence(draws)
    assert found.r_hat < 1.005
    assert found.bulk_ess == pytest.approx(8_000, rel=0.15)
    assert found.tail_ess == pytest.approx(8_000, rel=0.2)


def test_a_chain_elsewhere_shows_in_r_hat() -> None:
    draws = np.random.default_rng(3).standard_normal((4, 1_000))
    draws[0] += 2.0
    assert r_hat(draws) > 1.2


def test_a_chain_of_another_width_shows_in_the_folded_r_hat() -> None:
    draws = np.random.default_rng(4).standard_normal((4, 1_000))
    draws[0] *= 4.0
    assert abs(np.mean(draws[0])) < 0.3
    assert r_hat(draws) > 1.1


def test_infinite_means_do_no_harm() -> None:
    draws = np.random.default_rng(5).standard_cauchy((4, 1_000))
    assert r_hat(draws) < 1.01
    assert bulk_ess(draws) > 2_500


@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_the_size_of_autoregressive_chains_is_the_theoretical_one(rho: float) -> None:
    # ESS / draws = (1 − ρ) / (1 + ρ): a third, and 1/19.
    draws = _autoregressive(rho, n_chains=4, n_draws=20_000)
    assert ess(draws) == pytest.approx(80_000 * (1 - rho) / (1 + rho), rel=0.12)
    assert bulk_ess(draws) == pytest.approx(ess(draws), rel=0.1)
    assert 0 < tail_ess(draws) < 80_000


def test_chains_that_stand_still_agree_only_at_one_place() -> None:
    same = convergence(np.full((4, 100), 7))
    assert (same.r_hat, same.bulk_ess) == (1.0, 400.0)
    apart = convergence(np.repeat([[3], [4]], 100, axis=1))
    assert apart.r_hat == float("inf")
    assert apart.bulk_ess <= 4
