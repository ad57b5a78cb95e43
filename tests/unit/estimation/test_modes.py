"""Modes are parted where there is a valley, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from dalil.estimation.modes import find_modes


def test_one_hump_is_one_mode_with_everything_in_it() -> None:
    draws = np.exp(np.random.default_rng(1).normal(8.0, 0.2, (4, 2_000)))
    (mode,) = find_modes(draws, effective=500)
    assert mode.weight == 1.0
    assert mode.centre == pytest.approx(np.median(draws))


def test_a_long_tail_is_no_mode() -> None:
    draws = 1_000 + np.exp(np.random.default_rng(2).normal(5.0, 1.2, (4, 2_000)))
    assert len(find_modes(draws, effective=400)) == 1


@pytest.mark.parametrize("seed", range(12))
def test_few_draws_of_one_hump_stay_one(seed: int) -> None:
    draws = np.exp(np.random.default_rng(seed).normal(8.0, 0.3, (4, 100)))
    assert len(find_modes(draws, effective=400)) == 1


def test_two_humps_have_their_places_and_weights() -> None:
    rng = np.random.default_rng(3)
    high = rng.random((4, 2_000)) < 0.2
    draws = np.where(high, rng.normal(137_000, 9_000, high.shape), rng.normal(48_000, 3_000, high.shape))
    low_mode, high_mode = find_modes(draws, effective=800)
    assert low_mode.centre == pytest.approx(48_000, rel=0.01)
    assert high_mode.centre == pytest.approx(137_000, rel=0.01)
    assert high_mode.weight == pytest.approx(0.2, abs=0.02)


def test_chains_that_never_cross_show_in_the_weights_by_chain() -> None:
    rng = np.random.default_rng(4)
    draws = np.stack([rng.normal(centre, 20.0, 500) for centre in (1_000, 1_000, 1_000, 2_000)])
    low_mode, high_mode = find_modes(draws, effective=8)
    assert (low_mode.least_weight, low_mode.most_weight, high_mode.weight) == (0.0, 1.0, 0.25)


def test_a_hump_of_one_in_fifty_is_left_to_its_neighbour() -> None:
    rng = np.random.default_rng(5)
    draws = np.where(rng.random((4, 2_000)) < 0.02, 5_000.0, 1_000.0) * np.exp(rng.normal(0.0, 0.05, (4, 2_000)))
    assert len(find_modes(draws, effective=2_000)) == 1


def test_draws_that_are_all_equal_are_one_mode() -> None:
    (mode,) = find_modes(np.full((2, 50), 12), effective=100)
    assert (mode.low, mode.centre, mode.high) == (12.0, 12.0, 12.0)
