"""The sampler's arithmetic and random numbers, against the C library's, scipy's and published states."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from dalil.estimation.lcm import arithmetic, model, random
from dalil.estimation.lcm.compiling import compiled

N_DRAWS = 40_000


def test_logarithms_and_exponentials_are_those_of_the_c_library_to_the_last_bits() -> None:
    for x in np.exp(np.linspace(-300.0, 300.0, 2_001)):
        assert arithmetic.log(float(x)) == pytest.approx(math.log(x), rel=1e-15, abs=1e-16)
    for x in np.linspace(-700.0, 700.0, 2_001):
        assert arithmetic.exp(float(x)) == pytest.approx(math.exp(x), rel=1e-15)
    assert arithmetic.exp(-800.0) == 0.0


def test_one_less_an_exponential_keeps_its_digits_near_zero() -> None:
    for x in -np.exp(np.linspace(-40.0, 5.0, 500)):
        assert arithmetic.one_less_exp(float(x)) == pytest.approx(-math.expm1(x), rel=1e-15)


def test_log_gamma_is_that_of_the_c_library() -> None:
    for x in np.exp(np.linspace(-20.0, 30.0, 2_001)):
        assert arithmetic.log_gamma(float(x)) == pytest.approx(math.lgamma(x), rel=4e-15, abs=3e-14)
    assert random.log_factorial(5.0) == pytest.approx(math.log(120.0), rel=1e-15)
    assert random.log_factorial(200.0) == pytest.approx(math.lgamma(201.0), rel=1e-15)


def test_the_generator_gives_the_published_first_number() -> None:
    # L'Ecuyer's RngStreams from its standard seed of six 12345: the first uniform is 0.127011122046577.
    rng = np.full(6, 12345, np.int64)
    assert random.uniform(rng) == pytest.approx(0.127011122046577, abs=1e-15)


def test_the_second_stream_is_two_to_the_127_steps_on() -> None:
    # RngStreams, its package example: the second stream from the same seed begins at these six words.
    one = [12345, 12345, 12345]
    matrix = [[0, 1, 0], [0, 0, 1], [random.FIRST - 810728, 1403580, 0]]
    jump = random._power_of_two(matrix, 127, random.FIRST)
    jumped = [sum(a * b for a, b in zip(row, one, strict=True)) % random.FIRST for row in jump]
    assert jumped == [3692455944, 1366884236, 2968912127]


def test_streams_differ_and_repeat() -> None:
    states = random.streams(5, 3)
    assert len(np.unique(states, axis=0)) == 3
    assert np.array_equal(states, random.streams(5, 3))
    assert not np.array_equal(states, random.streams(6, 3))


@compiled
def _many_gamma(rng: random.Rng, shape: float, out: model.Floats) -> None:
    for i in range(out.shape[0]):
        out[i] = random.log_gamma_number(rng, shape)


@compiled
def _many_beta(rng: random.Rng, a: float, b: float, out: model.Floats) -> None:
    for i in range(out.shape[0]):
        out[i] = random.beta(rng, a, b)


@compiled
def _many_normal(rng: random.Rng, out: model.Floats) -> None:
    for i in range(out.shape[0]):
        out[i] = random.normal(rng)


@compiled
def _many_poisson(rng: random.Rng, mean: float, out: model.Ints) -> None:
    for i in range(out.shape[0]):
        out[i] = random.poisson(rng, mean)


@compiled
def _many_binomial(rng: random.Rng, n: int, p: float, out: model.Ints) -> None:
    for i in range(out.shape[0]):
        out[i] = random.binomial(rng, n, p)


@compiled
def _many_spread(rng: random.Rng, n: int, weights: model.Floats, out: model.Ints) -> None:
    for i in range(out.shape[0]):
        random.spread(rng, n, weights, out[i])


def _fits(draws: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> bool:
    return bool(stats.kstest(draws, cdf).pvalue > 1e-3)


def test_continuous_draws_follow_their_distributions() -> None:
    rng = random.streams(1, 1)[0]
    out = np.empty(N_DRAWS)
    _many_normal(rng, out)
    assert _fits(out, stats.norm.cdf)
    for shape in (0.05, 0.7, 1.0, 3.5, 4_000.0):
        _many_gamma(rng, shape, out)
        assert _fits(np.exp(out), stats.gamma(shape).cdf), f"shape {shape}"
    for a, b in ((1.0, 1.0), (1.0, 30.0), (2.0, 5.0), (40.0, 1.0)):
        _many_beta(rng, a, b, out)
        assert _fits(out, stats.beta(a, b).cdf), f"beta {a}, {b}"


def _counts_fit(draws: np.ndarray, of: object) -> bool:
    pmf, ppf = of.pmf, of.ppf  # type: ignore[attr-defined]
    edges = np.unique(ppf(np.linspace(0.02, 0.98, 30)).astype(int))
    cells = [np.sum(draws <= edges[0])] + [np.sum((draws > a) & (draws <= b)) for a, b in itertools.pairwise(edges)]
    cells.append(np.sum(draws > edges[-1]))
    cdf = np.array([pmf(np.arange(edge + 1)).sum() for edge in edges])
    expected = np.diff(np.concatenate([[0.0], cdf, [1.0]])) * len(draws)
    return bool(stats.chisquare(cells, expected).pvalue > 1e-3)


def test_whole_numbers_drawn_follow_their_distributions() -> None:
    rng = random.streams(2, 1)[0]
    out = np.empty(N_DRAWS, np.int64)
    for mean in (0.3, 9.9, 10.1, 250.0, 20_000.0):
        _many_poisson(rng, mean, out)
        assert _counts_fit(out, stats.poisson(mean)), f"mean {mean}"
    for n, p in ((5, 0.3), (40, 0.9), (100, 0.05), (10_000, 1e-4), (300, 0.2), (50_000, 0.6)):
        _many_binomial(rng, n, p, out)
        assert _counts_fit(out, stats.binom(n, p)), f"n {n}, p {p}"


def test_a_spread_keeps_everybody_and_follows_the_weights() -> None:
    rng = random.streams(3, 1)[0]
    weights = np.array([5.0, 0.0, 3.0, 1.5, 0.5])
    out = np.empty((8_000, 5), np.int64)
    for n in (1, 3, 60):
        _many_spread(rng, n, weights, out)
        assert np.all(out.sum(axis=1) == n)
        expected = 8_000 * n * weights[weights > 0] / 10.0
        totals = out.sum(axis=0)
        assert totals[1] == 0
        assert stats.chisquare(totals[weights > 0], expected).pvalue > 1e-3


def test_sticks_are_those_of_the_prior_when_nobody_is_in_a_class() -> None:
    # V ~ Beta(1, 2): the first weight has mean 1/3, the second 2/3 · 1/3.
    rng = random.streams(4, 1)[0]
    nu, tails, sizes = np.empty(6), np.empty(6), np.zeros(6, np.int64)
    drawn = []
    for _ in range(4_000):
        model.draw_sticks(rng, sizes, 2.0, nu, tails)
        assert nu.sum() == pytest.approx(1.0)
        assert np.exp(tails) == pytest.approx(np.cumsum(nu[::-1])[::-1])
        drawn.append(nu.copy())
    assert np.mean(drawn, axis=0)[:2] == pytest.approx([1 / 3, 2 / 9], abs=0.015)


def test_the_prior_of_sticks_is_the_product_of_their_betas() -> None:
    # nu = (.5, .3, .15, .05): V = .5, .6, .75; density of each (1 - V)^(α-1), divided by the length left, R = 1, .5,
    # .2.
    nu = np.array([0.5, 0.3, 0.15, 0.05])
    tails = np.log(np.cumsum(nu[::-1])[::-1])
    by_hand = sum(0.7 * math.log(1 - v) - math.log(r) for v, r in ((0.5, 1.0), (0.6, 0.5), (0.75, 0.2)))
    assert model.log_sticks_prior(tails, 1.7) == pytest.approx(by_hand)


def test_a_class_that_is_hardly_ever_seen_keeps_its_digits() -> None:
    # Rates of 1e-12 on three lists: seen with probability 3e-12, which 1 − 0.999999999997 would give to 4 digits only.
    rates = np.full((1, 3), 1e-12)
    seen, missed = np.empty(1), np.empty(1)
    begins, members = np.array([0, 1, 3]), np.array([0, 0, 2])
    cells = np.empty((1, 2))
    model.fill_class(0, rates, begins, members, cells, seen, missed, np.empty(3))
    assert seen[0] == pytest.approx(3e-12, rel=1e-11)
    assert cells[0] == pytest.approx([1e-12, 1e-24], rel=1e-11)


def test_the_share_below_a_limit_is_that_of_the_negative_binomial() -> None:
    for n, seen, cap in (
        (10, 0.3, 5),
        (10, 0.3, 40),
        (186, 0.2, 900),
        (186, 0.9, 30),
        (4_400, 0.4, 6_500),
        (5, 0.001, 50),
    ):
        expected = stats.nbinom.logcdf(cap, n, seen)
        assert model.log_share_below(n, seen, 1.0 - seen, cap) == pytest.approx(expected, rel=1e-9, abs=1e-12)
