"""Whether a model could have made the table: overlaps drawn anew from its posterior, beside those that were seen.

An estimate of the unrecorded rests on overlaps. A model whose own draws do not give overlaps like the table's is
answering about another population.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictiveCheck:
    """One overlap: what was seen, and where the model expects it."""

    lists: tuple[int, ...]
    """The two lists of a pair; empty for all persons on two lists or more."""
    observed: int
    low: int
    high: int
    """The model's 95 % band, in persons."""
    share_at_least: float
    """Share of the model's draws at or above what was seen, ties counted half; near 0 or 1, the model does not fit."""

    @property
    def inside(self) -> bool:
        """Whether what was seen lies in the band."""
        return self.low <= self.observed <= self.high


def predictive_checks(
    patterns: NDArray[np.integer],
    counts: NDArray[np.integer],
    *,
    depth: NDArray[np.float64],
    overlap: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[PredictiveCheck, ...]:
    """Compare the overlaps of a table with those its model predicts for as many recorded persons.

    Parameters
    ----------
    patterns : ndarray
        (M, J), 0 or 1.
    counts : ndarray
        (M,), persons.
    depth : ndarray
        (..., J): for each draw, the probability that a recorded person is on exactly 1, 2, …, J lists.
    overlap : ndarray
        (..., J (J − 1) / 2): for each draw, the probability that a recorded person is on both lists of a pair.
    rng : Generator

    Returns
    -------
    tuple[PredictiveCheck, ...]
        All persons on two lists or more first, then each pair of lists in lexical order.
    """
    on = np.asarray(patterns) > 0
    n_lists = on.shape[1]
    n = int(np.sum(counts))
    several = 1.0 - depth.reshape(-1, n_lists)[:, 0]
    checks = [_check((), int(counts[on.sum(axis=1) > 1].sum()), rng.binomial(n, np.clip(several, 0.0, 1.0)))]
    pairs = [(i, j) for i in range(n_lists) for j in range(i + 1, n_lists)]
    for pair, shares in zip(pairs, overlap.reshape(-1, len(pairs)).T, strict=True):
        observed = int(counts[on[:, pair[0]] & on[:, pair[1]]].sum())
        checks.append(_check(pair, observed, rng.binomial(n, np.clip(shares, 0.0, 1.0))))
    return tuple(checks)


def _check(lists: tuple[int, ...], observed: int, drawn: NDArray[np.int64]) -> PredictiveCheck:
    low, high = np.quantile(drawn, [0.025, 0.975], method="inverted_cdf")
    above = float(np.mean(drawn > observed) + 0.5 * np.mean(drawn == observed))
    return PredictiveCheck(lists=lists, observed=observed, low=int(low), high=int(high), share_at_least=above)
