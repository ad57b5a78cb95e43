"""How likely it is that a merge of two groups is right, given the mean log-odds between them: assumed, or learned.

A mean over pairs, some of them never compared, understates that two groups are one person: the more so, the more
records persons have. Without answers a curve is assumed that held on lists whose truth was known. Answers about pairs
are answers about the merges that put their records together, or that were refused; from these the curve is learned,
held near the assumed one by how much it differed from lists to lists, and what is not known of it is drawn with the
partitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.clustering import Clustered

Longs = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

FEWEST: Final = 40
"""Answers about merges below which the assumed curve stands."""
_LOW: Final = -2.0
"""Below this mean nearly all is refused, and likelihood falls faster."""
_FADES: Final = 0.4
"""There it is as unlikely on all lists, however much means understate elsewhere."""
_SLOPE, _STEEPER = 1.0, 0.1
_OFFSET, _BY_SHARE, _AT_SHARE = 1.5, 7.0, 0.8
_LEAST_OFFSET, _MOST_OFFSET = 0.9, 3.3
"""What the mean understates, by merges for each true pair (the fewer, the more records a person has): fitted to merges
on fourteen sets of generated lists, of two shapes and of habits drawn by seed."""
_SPREAD: Final = np.array([0.7, 0.2, 0.12])
"""Standard deviations of offset, slope and what is added below `_LOW`, from lists to lists."""
_ALONE: Final = 0.85
"""That of the offset where no answers tell of the slope."""
_STRATA: Final = np.array([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
_MOST_WEIGHT: Final = 2.0
_NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Sureness:
    """A curve: log-odds that a merge is right, by the mean log-odds between its sides.

    Attributes
    ----------
    weight : (3,) float64
        Of what fades below `_LOW`, of the mean, and of what it lies below `_LOW`.
    spread : (3, 3) float64
        Covariance of what is not known of the weights.
    n_answers : int
        Answers it was learned from.
    """

    weight: Doubles
    spread: Doubles
    n_answers: int = 0

    def log_odds(self, mean: Doubles) -> Doubles:
        """Return log-odds for means, without the lean."""
        found: Doubles = columns_of(mean) @ self.weight
        return found

    def moved(self, by: float) -> Sureness:
        """Return the curve with so much added everywhere."""
        return Sureness(self.weight + np.array([by, *[0.0] * (len(self.weight) - 1)]), self.spread, self.n_answers)

    def drawn(self, rng: np.random.Generator) -> Sureness:
        """Return the curve as it may be as well."""
        return Sureness(rng.multivariate_normal(self.weight, self.spread), self.spread, self.n_answers)


def assumed(merges_a_pair: float) -> Sureness:
    """Return the curve without answers, for lists on which each true pair makes so many merges."""
    offset = np.clip(_OFFSET + _BY_SHARE * (_AT_SHARE - merges_a_pair), _LEAST_OFFSET, _MOST_OFFSET)
    return Sureness(np.array([offset, _SLOPE, _STEEPER]), np.diag([_ALONE**2, 0.0, 0.0]))


def learned(before: Sureness, mean: Doubles, answered: Longs, same: npt.NDArray[np.bool_]) -> Sureness:
    """Return the curve that answers make of an assumed one.

    Parameters
    ----------
    mean : (n_merges,) float64
        Mean log-odds of all merges, without the lean.
    answered : (n_answers,) int64
        Merges that answers are about.
    same : (n_answers,) bool
        Whether they are right.
    """
    if len(answered) < FEWEST or same.all() or not same.any():
        return before
    x, said = columns_of(mean[answered]), before.log_odds(mean[answered])
    weight = _weights(mean, answered)
    hold = np.diag(1 / _SPREAD**2)
    change = np.zeros(x.shape[1])
    curve = hold
    for _ in range(30):  # Newton's method; a concave likelihood with a ridge needs fewer
        chance = 1 / (1 + np.exp(-(said + x @ change)))
        curve = (x * (weight * chance * (1 - chance))[:, None]).T @ x + hold
        step = np.linalg.solve(curve, x.T @ (weight * (same - chance)) - hold @ change)
        change += step
        if np.abs(step).max() < 1e-9:
            break
    return Sureness(before.weight + change, np.linalg.inv(curve).astype(np.float64), len(answered))


def merges_of(clustered: Clustered, a: Longs, b: Longs) -> Longs:
    """Return, for each pair of records, the merge that put them together, or was refused between them; -1 for none."""
    merges, n = clustered.merges, len(clustered.cluster)
    into, when = np.arange(n), np.full(n, _NEVER)
    made = np.flatnonzero(merges.made)
    into[merges.b[made]], when[merges.b[made]] = merges.a[made], made
    found = np.full(len(a), -1, np.int64)
    x, y = a.copy(), b.copy()
    rows = np.flatnonzero(clustered.cluster[a] == clustered.cluster[b])
    while len(rows := rows[x[rows] != y[rows]]):  # whichever side was merged first goes up to what it was merged into
        mine, other = when[x[rows]], when[y[rows]]
        found[rows] = np.minimum(mine, other)
        x[rows], y[rows] = (
            np.where(mine <= other, into[x[rows]], x[rows]),
            np.where(mine <= other, y[rows], into[y[rows]]),
        )
    refused = np.flatnonzero(~merges.made)
    codes = np.minimum(merges.a[refused], merges.b[refused]) * n + np.maximum(merges.a[refused], merges.b[refused])
    order = np.argsort(codes)
    apart = np.flatnonzero(clustered.cluster[a] != clustered.cluster[b])
    if len(refused) and len(apart):
        one, other = clustered.cluster[a[apart]], clustered.cluster[b[apart]]
        wanted = np.minimum(one, other) * n + np.maximum(one, other)
        at = order[np.minimum(np.searchsorted(codes, wanted, sorter=order), len(refused) - 1)]
        found[apart] = np.where(codes[at] == wanted, refused[at], -1)
    return found


def columns_of(mean: Doubles) -> Doubles:
    """Return what a curve weighs, (n, 3), for means without the lean."""
    below = np.minimum(0.0, mean - _LOW)
    return np.stack([1 + _FADES * below, mean, below], axis=1)


def _weights(mean: Doubles, answered: Longs) -> Doubles:
    """Return weights of answers, mean 1: the root of how many merges of its stratum each stands for."""
    stratum = np.searchsorted(_STRATA, mean[answered])
    of_all = np.bincount(np.searchsorted(_STRATA, mean), minlength=len(_STRATA) + 1)
    weight = np.sqrt(of_all[stratum] / np.bincount(stratum, minlength=len(_STRATA) + 1)[stratum])
    weight = np.clip(weight / np.median(weight), 1 / _MOST_WEIGHT, _MOST_WEIGHT)
    found: Doubles = weight / weight.mean()
    return found
