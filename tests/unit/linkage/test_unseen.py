"""What blocking misses is estimated from pairs looked for another way, and the interval holds the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dalil.linkage.archives.unseen import ASKED, FEWEST, Overlooked, asked_of, unseen_draws

N_RECORDS, N_PAIRS, N_SEEN, N_DRAWS = 20_000, 30_000, 10_000.0, 100
SHARE = 0.05
N_SIMULATED = 40


def simulated(number: int, *, off: float, slips: float) -> tuple[Overlooked, dict[tuple[int, int], bool], int]:
    """Return a sample of pairs never compared, what people said of those asked about, and how many of all are true.

    Likelihoods of such pairs are off by `off`; one mention in twenty is drawn, and a pair is met from both its ends.
    """
    rng = np.random.default_rng(number)
    ends = rng.permuted(np.arange(N_RECORDS))[rng.integers(0, N_RECORDS, (N_PAIRS, 2))]
    log_odds = np.minimum(rng.normal(-8, 2, N_PAIRS), 2).astype(np.float32)
    true = rng.random(N_PAIRS) < 1 / (1 + np.exp(-(log_odds + off)))
    drawn = rng.random(N_RECORDS) < SHARE
    n_drawn = drawn[ends].sum(axis=1).astype(np.int8)
    met = np.flatnonzero((n_drawn > 0) & (ends[:, 0] != ends[:, 1]))
    a, b = np.sort(ends[met], axis=1).T
    sample = Overlooked(
        n_sampled=int(drawn.sum()),
        n_records=N_RECORDS,
        a=a,
        b=b,
        log_odds=log_odds[met],
        ends=n_drawn[met],
        joined=np.zeros(len(met), np.bool_),
    )
    asked = np.flatnonzero(asked_of(sample, rng.random(len(met))))
    slipped = rng.random(len(met)) < slips
    said = {(int(a[at]), int(b[at])): bool(true[met[at]] ^ slipped[at]) for at in asked.tolist()}
    return sample, said, int(true.sum())


@pytest.mark.parametrize(("off", "slips"), [(-2.0, 0.01), (0.5, 0.01), (-4.0, 0.0)])
def test_the_interval_holds_how_many_were_never_compared_as_often_as_it_says(off: float, slips: float) -> None:
    held = 0
    for number in range(N_SIMULATED):
        sample, said, n_true = simulated(number, off=off, slips=slips)
        found = unseen_draws(sample, said, np.full(N_DRAWS, N_SEEN), slip=0.01, rng=np.random.default_rng(1))
        assert found is not None
        low, high = np.quantile(found[0] * N_SEEN, (0.025, 0.975))
        # Beside what is estimated stand up to ten pairs in ten thousand that neither way finds: here there are none.
        held += low - 10 <= n_true <= high
    # At 95 %, 35 of 40 or fewer come once in forty times.
    assert held >= 35


def test_about_as_many_are_asked_about_as_were_wanted_and_the_likelier_more_often() -> None:
    sample, _, _ = simulated(1, off=-2.0, slips=0.0)
    rng = np.random.default_rng(2)
    chosen = np.array([asked_of(sample, rng.random(len(sample.a))) for _ in range(50)])
    assert 0.9 * ASKED < chosen.sum(axis=1).mean() < 1.1 * ASKED
    likely = sample.log_odds > np.quantile(sample.log_odds, 0.99)
    assert chosen[:, likely].mean() > 20 * chosen[:, ~likely].mean()


def test_too_few_answers_conclude_nothing() -> None:
    sample, said, _ = simulated(3, off=-2.0, slips=0.0)
    few = dict([*said.items()][: FEWEST - 1])
    assert unseen_draws(sample, few, np.full(9, N_SEEN), slip=0.01, rng=np.random.default_rng(1)) is None


def test_pairs_that_are_joined_over_others_are_neither_asked_about_nor_missed() -> None:
    sample, said, _ = simulated(4, off=0.5, slips=0.0)
    all_joined = replace(sample, joined=np.ones(len(sample.a), np.bool_))
    assert not asked_of(all_joined, np.zeros(len(sample.a))).any()
    found = unseen_draws(all_joined, said, np.full(N_DRAWS, N_SEEN), slip=0.01, rng=np.random.default_rng(1))
    assert found is not None
    assert found[0].max() < 0.02
    assert found[1] == len(said)
