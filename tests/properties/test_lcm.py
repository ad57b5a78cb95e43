"""Laws of convergence measures, modes and ladders."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dalil.estimation.convergence import convergence
from dalil.estimation.lcm.tempering import better_shares, first_shares, thinned
from dalil.estimation.modes import find_modes

CHAINS = arrays.arrays(np.int64, st.tuples(st.integers(2, 4), st.integers(8, 40)), elements=st.integers(1, 10**6))


@given(CHAINS)
def test_the_scale_of_draws_is_nothing(draws: np.ndarray) -> None:
    tripled = convergence(3.0 * draws + 1.0)
    assert tripled.r_hat == pytest.approx(convergence(draws).r_hat)
    assert tripled.bulk_ess == pytest.approx(convergence(draws).bulk_ess)


@given(CHAINS)
def test_the_order_of_chains_is_nothing(draws: np.ndarray) -> None:
    assert convergence(draws[::-1]).r_hat == pytest.approx(convergence(draws).r_hat)


@given(CHAINS)
def test_modes_share_out_all_draws(draws: np.ndarray) -> None:
    modes = find_modes(draws, effective=draws.size)
    assert sum(mode.weight for mode in modes) == pytest.approx(1.0)
    assert [mode.centre for mode in modes] == sorted(mode.centre for mode in modes)
    for mode in modes:
        assert mode.low <= mode.centre <= mode.high
        assert mode.least_weight <= mode.weight <= mode.most_weight


@given(
    st.lists(st.integers(1, 10**6), min_size=3, max_size=20),
    st.lists(st.floats(0.0, 1.0), min_size=15, max_size=15),
)
def test_each_rung_holds_at_most_the_one_above_and_the_last_nobody(counts: list[int], refused: list[float]) -> None:
    table = np.array(counts, np.int64)
    shares = first_shares(int(table.sum()))
    for _ in range(2):
        tables = thinned(table, shares)
        assert np.array_equal(tables[0], table)
        assert not tables[-1].any()
        assert np.all(np.diff(tables, axis=0) <= 0)
        assert shares[0] == 1.0
        assert np.all(np.diff(shares) < 0)
        shares = better_shares(shares, np.resize(np.array(refused), len(shares) - 1))
