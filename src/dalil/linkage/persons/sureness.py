"""How likely it is that a merge of two groups is right, given the mean log-odds between them: assumed, or learned.

A mean over pairs, some of them never compared, understates that two groups are one person: the more so, the more
records persons have. Far below nothing it hardly says more: what is right there is what was written otherwise, on all
lists alike. So the curve is given by its values at a few means, with straight lines between. Without answers a curve is
assumed that held on lists whose truth was known. Answers about the strongest pair of a merge are answers about the
merge; from these the curve is learned, held near the assumed one by how much curves differed from lists to lists, and
what is not known of it is drawn with the partitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.persons.clustering import Clustered

Longs = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

FEWEST: Final = 40
"""Answers about merges below which the assumed curve stands."""
MEANS: Final = np.array([-6.5, -4.5, -3.5, -2.5, 0.0, 2.5, 5.5])
"""Mean log-odds, without the lean, at which the curve is given; beyond the ends it is level."""
_AT_SHARE: Final = 0.75
_CURVE: Final = np.array([-6.5, -4.2, -1.8, -0.35, 2.05, 3.9, 7.6])
"""Log-odds that a merge is right, at these means, where each true pair makes so many merges."""
_BY_SHARE: Final = np.array([-1.8, -2.2, -5.3, -6.6, -3.6, -4.5, -8.0])
"""What a merge more for each true pair adds: the fewer merges, the more records a person has, and the more a mean
understates. Both were fitted to merges on lists of nineteen habits drawn by seed, and of two generators' own; the
curve was raised by up to 0.15 for the start model of now, by what it lacked on average on twenty-one such sets."""
_LEAST_SHARE, _MOST_SHARE = 0.44, 0.95
_BY_SIZE: Final = np.array([-0.1, -0.1, -0.25, -0.19, -0.18, 0.0, 0.0])
_RECORDS: Final = 45_000
_HALVED, _DOUBLED = -1.0, 4.0
"""What twice as many records than these take away, at most so many times: there are more namesakes. From two sets of
lists of 191,369 persons beside those of 25,000, all of one generator."""
_SPREAD: Final = np.array([0.8, 0.45, 0.35, 0.4, 0.35, 0.3, 0.7])
_NEXT: Final = 0.4
"""Standard deviations of these values from lists to lists, a little more than was seen between invented ones, and the
correlation of one with the next."""
_UNTAUGHT: Final = 2.0
"""Without answers, variances are taken so many times: real lists may differ more than invented ones do."""
_MOVES: Final = np.array([0.2, 0.4, 0.8, 1.0, 1.0, 1.0, 1.0])
"""How far each value goes where the curve is moved as a whole."""
_MOST_WEIGHT: Final = 2.0
_FAR: Final = 30.0
_NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Sureness:
    """A curve: log-odds that a merge is right, by the mean log-odds between its sides.

    Attributes
    ----------
    weight : (len(MEANS),) float64
        The curve's values at `MEANS`.
    spread : (len(MEANS), len(MEANS)) float64
        Covariance of what is not known of them.
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
        """Return the curve moved as a whole, less where it is much the same on all lists."""
        return Sureness(self.weight + by * _MOVES, self.spread, self.n_answers)

    def surer(self, times: float) -> Sureness:
        """Return the curve with so many times as much known of it."""
        return Sureness(self.weight, self.spread / times, self.n_answers)

    def stated(self) -> Sureness:
        """Return the curve with what may be stated of it: less, if it was learned from no answers."""
        return self if self.n_answers else self.surer(1 / _UNTAUGHT)

    def drawn(self, rng: np.random.Generator) -> Sureness:
        """Return the curve as it may be as well."""
        return Sureness(rng.multivariate_normal(self.weight, self.spread), self.spread, self.n_answers)


def assumed(merges_a_pair: float, n_records: int = _RECORDS) -> Sureness:
    """Return the curve without answers, for lists of so many records on which each true pair makes so many merges."""
    weight = _CURVE + _BY_SHARE * (np.clip(merges_a_pair, _LEAST_SHARE, _MOST_SHARE) - _AT_SHARE)
    weight = weight + _BY_SIZE * np.clip(np.log2(max(1, n_records) / _RECORDS), _HALVED, _DOUBLED)
    apart = np.abs(np.subtract.outer(np.arange(len(MEANS)), np.arange(len(MEANS))))
    return Sureness(weight, np.outer(_SPREAD, _SPREAD) * _NEXT**apart)


def learned(before: Sureness, mean: Doubles, kind: Longs, answered: Longs, same: npt.NDArray[np.bool_]) -> Sureness:
    """Return the curve that answers make of an assumed one.

    Parameters
    ----------
    mean : (n_merges,) float64
        Mean log-odds of all merges, without the lean.
    kind : (n_merges,) int64
        Kinds of merges, of which some are asked about more often than others.
    answered : (n_answers,) int64
        Merges that answers are about.
    same : (n_answers,) bool
        Whether they are right.
    """
    if len(answered) < FEWEST or same.all() or not same.any():
        return before
    x, weight = columns_of(mean[answered]), _weights(mean, kind, answered)
    hold = np.linalg.inv(before.spread)
    found = before.weight.copy()
    curve = hold
    for _ in range(50):  # Newton's method; a concave likelihood with a normal prior needs fewer
        chance = 1 / (1 + np.exp(-np.clip(x @ found, -_FAR, _FAR)))
        curve = (x * (weight * chance * (1 - chance))[:, None]).T @ x + hold
        step = np.linalg.solve(curve, x.T @ (weight * (same - chance)) - hold @ (found - before.weight))
        found += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-9:
            break
    return Sureness(found, np.linalg.inv(curve).astype(np.float64), len(answered))


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


def strongest(of: Longs, log_odds: npt.NDArray[np.float32]) -> Longs:
    """Return the rows of the pairs that are the strongest of their merge, by merge; of equal ones, the first."""
    rows = np.flatnonzero(of >= 0)
    order = rows[np.lexsort((rows, -log_odds[rows], of[rows]))]
    return order[np.r_[True, of[order][1:] != of[order][:-1]]] if len(order) else order


def columns_of(mean: Doubles) -> Doubles:
    """Return what each of the curve's values counts for at means without the lean, (n, len(MEANS))."""
    within = np.clip(mean, MEANS[0], MEANS[-1])
    before = np.clip(np.searchsorted(MEANS, within, side="right") - 1, 0, len(MEANS) - 2)
    share = (within - MEANS[before]) / (MEANS[before + 1] - MEANS[before])
    found, rows = np.zeros((len(mean), len(MEANS))), np.arange(len(mean))
    found[rows, before], found[rows, before + 1] = 1 - share, share
    return found


def _weights(mean: Doubles, kind: Longs, answered: Longs) -> Doubles:
    """Return weights of answers: more of a kind that was asked about less often than others of about the same mean."""
    stratum = np.searchsorted(MEANS, mean)
    n_kinds = int(kind.max(initial=0)) + 1
    cell = stratum * n_kinds + kind
    n_cells = n_kinds * (len(MEANS) + 1)

    def asked_of(of: Longs, most: int) -> Doubles:
        there, asked = np.bincount(of, minlength=most), np.bincount(of[answered], minlength=most)
        return there[of[answered]] / asked[of[answered]]

    weight = asked_of(cell, n_cells) / asked_of(stratum, len(MEANS) + 1)
    return np.clip(weight, 1 / _MOST_WEIGHT, _MOST_WEIGHT)
