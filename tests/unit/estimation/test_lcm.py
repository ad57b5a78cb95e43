"""The estimator as a whole: the same digits everywhere, published posteriors, two modes seen, bad input refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.published_tables import NETHERLANDS, ROME, WESTERN
from scipy import special

from dalil.errors import BadInput
from dalil.estimation.lcm import LcmDraws, LcmSettings, sample

# Ball, Shin & Yang 2018: 123 women on lists b, c, d.
PATTERNS = np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]])
COUNTS = np.array([41, 5, 5, 54, 6, 12])

TINY = LcmSettings(
    n_classes=2,
    n_chains=2,
    n_ladders=2,
    burn=8,
    first_sweeps=8,
    thin=2,
    most_sweeps=1,
    trial_sweeps=1,
    most_tempered_sweeps=1,
)
LIMITED = replace(TINY, n0_max=200, most_r_hat=np.inf, least_ess=0.0)

SHORT = LcmSettings(n_chains=4, burn=300, first_sweeps=3_000, most_r_hat=1.05, most_tempered_sweeps=100_000)

WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
from numpy import array, inf
from dalil.estimation.lcm import LcmSettings, sample
from dalil.estimation.lcm.compiling import COMPILED
assert not COMPILED
for settings in {settings!r}:
    drawn = sample(array({patterns}), array({counts}), settings=settings, seed=3)
    print(drawn.unrecorded.tolist(), drawn.depth.sum().hex(), drawn.overlap.sum().hex(), drawn.beyond_cap)
"""


def _said(drawn: LcmDraws) -> str:
    numbers = (drawn.depth.sum().hex(), drawn.overlap.sum().hex(), drawn.beyond_cap)
    return f"{drawn.unrecorded.tolist()} {' '.join(str(number) for number in numbers)}\n"


def test_without_numba_the_digits_are_the_same() -> None:
    tempered = sample(PATTERNS, COUNTS, settings=TINY, seed=3)
    limited = sample(PATTERNS, COUNTS, settings=LIMITED, seed=3)
    assert (tempered.ladder is None, limited.ladder is None) == (False, True)
    code = WITHOUT_NUMBA.format(patterns=PATTERNS.tolist(), counts=COUNTS.tolist(), settings=[TINY, LIMITED])
    plain = subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True)
    assert plain.stdout == _said(tempered) + _said(limited)


def test_threads_and_the_order_of_rows_change_no_digit() -> None:
    drawn = sample(PATTERNS, COUNTS, settings=TINY, seed=3)
    order = np.array([3, 1, 5, 0, 2, 4])
    again = sample(PATTERNS[order], COUNTS[order], settings=replace(TINY, threads=1), seed=3)
    assert _said(again) == _said(drawn)
    assert _said(sample(PATTERNS, COUNTS, settings=TINY, seed=4)) != _said(drawn)


@pytest.mark.parametrize(
    ("table", "quartiles"),
    [(WESTERN, (1_619, 1_834, 2_112)), (ROME, (10_357, 10_945, 11_579))],
    ids=["Western US", "Rome"],
)
def test_published_posteriors_come_out(table: object, quartiles: tuple[int, ...]) -> None:
    # Quartiles of LCMCR, 4 chains of 100,000 sweeps, R-hat 1.001; its own error and ours are about 1 %.
    drawn = sample(table.patterns, table.counts, seed=7)  # type: ignore[attr-defined]
    assert drawn.converged
    assert np.quantile(drawn.n + drawn.unrecorded, [0.25, 0.5, 0.75]) == pytest.approx(quartiles, rel=0.025)
    assert len(drawn.modes) == 1
    assert drawn.depth.sum(axis=2) == pytest.approx(1.0)


def test_chains_that_start_far_apart_do_not_agree_on_the_netherlands() -> None:
    # Started at the list marginals, four chains of the usual program agree (R-hat 1.005) near 48,489 and never see the
    # rest.
    settings = replace(SHORT, n_chains=16, first_sweeps=1_000, most_r_hat=np.inf, least_ess=0.0)
    drawn = sample(NETHERLANDS.patterns, NETHERLANDS.counts, settings=settings, seed=2)
    assert drawn.convergence.r_hat > 1.2
    assert np.mean(drawn.n + drawn.unrecorded > 80_000) > 0.02
    assert np.mean(drawn.n + drawn.unrecorded < 60_000) > 0.2


def test_chains_that_do_not_agree_give_way_to_ladders() -> None:
    settings = replace(SHORT, least_ess=1e6, most_sweeps=1, trial_sweeps=20, most_tempered_sweeps=1)
    drawn = sample(PATTERNS, COUNTS, settings=settings, seed=2)
    assert not drawn.converged
    assert drawn.ladder is not None
    assert drawn.unrecorded.shape[0] == 4
    assert drawn.ladder.totals[0] == drawn.n == 123
    assert drawn.ladder.totals[-1] == 0
    assert list(drawn.ladder.totals) == sorted(drawn.ladder.totals, reverse=True)
    assert drawn.ladder.round_trips > 0
    assert min(drawn.ladder.swap_rates) > 0.05


def test_a_limit_is_kept_and_what_lies_beyond_it_is_said() -> None:
    free = sample(PATTERNS, COUNTS, settings=SHORT, seed=5)
    capped = sample(PATTERNS, COUNTS, settings=replace(SHORT, n0_max=40), seed=5)
    assert free.beyond_cap is None
    assert capped.unrecorded.max() <= 40
    assert capped.beyond_cap is not None
    assert capped.beyond_cap == pytest.approx(np.mean(free.unrecorded > 40), abs=0.04)
    assert capped.beyond_cap > 0.02
    # Under the limit, the distribution is the unlimited one given that it is under the limit.
    under = free.unrecorded[free.unrecorded <= 40]
    for share in (0.25, 0.5, 0.75):
        assert np.mean(capped.unrecorded <= np.quantile(under, share)) == pytest.approx(share, abs=0.06)


def test_what_lies_beyond_a_low_limit_is_not_made_little_of() -> None:
    # One class: p(N | table) ∝ (N − 1)! / (N − n)! · ∏ B(1 + x_j, 1 + N − x_j), of which 97 % lie beyond 20 unrecorded.
    patterns, counts = np.array([[1, 0], [0, 1], [1, 1]]), np.array([20, 15, 4])
    total = np.arange(100_000) + 39.0
    logs = special.gammaln(total) - special.gammaln(np.arange(100_000) + 1.0)
    for on_list in (24, 19):
        logs += special.betaln(1 + on_list, 1 + total - on_list)
    exact = np.exp(logs - logs.max())
    beyond = float(exact[21:].sum() / exact.sum())
    assert beyond > 0.95
    drawn = sample(patterns, counts, settings=LcmSettings(n_classes=1, n0_max=20, least_ess=1_000.0), seed=2)
    assert drawn.unrecorded.max() <= 20
    assert drawn.beyond_cap == pytest.approx(beyond, abs=0.02)


def test_too_few_classes_show_in_how_often_all_are_used() -> None:
    few = sample(PATTERNS, COUNTS, settings=replace(SHORT, n_classes=2), seed=6)
    many = sample(PATTERNS, COUNTS, settings=SHORT, seed=6)
    assert few.all_classes_used > 0.5
    assert many.all_classes_used < 0.2


@pytest.mark.parametrize(
    ("patterns", "counts"),
    [
        ([[1, 0], [0, 0]], [3, 2]),
        ([[1, 0], [1, 0]], [3, 2]),
        ([[1, 0], [0, 2]], [3, 2]),
        ([[1, 0], [0, 1]], [3, 0]),
        ([[1, 0], [0, 1]], [3]),
        ([[1], [1]], [3, 2]),
    ],
    ids=["nobody's pattern", "twice", "not 0 or 1", "nobody counted", "too few counts", "one list"],
)
def test_arrays_that_are_no_table_are_refused(patterns: list[list[int]], counts: list[int]) -> None:
    with pytest.raises(BadInput, match="not a table"):
        sample(np.array(patterns), np.array(counts), seed=1)
