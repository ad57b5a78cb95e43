"""How far clustering leans towards joining: such that as many clusters come out as there are persons by the estimate.

Clustering by mean is slow to join, and some true pairs are never compared; without a lean, persons would be counted too
many. Leans are tried without regard to reviewers' answers, so that these can say how likely merges are right; then the
records are clustered once more, as the answers bind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.clustering import Clustered, cluster, repeating_in
from dalil.linkage.drawing import Drawing
from dalil.linkage.features import Features
from dalil.linkage.labels import Labels
from dalil.linkage.recall import persons_missed
from dalil.linkage.sureness import Sureness, assumed, learned, merges_of

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

LEANS: Final = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.75, 3.25, 4.0)
"""Leans tried, in log-odds: around those that were best for pairs on lists whose truth was known."""
_FIRST: Final = 4
_NEAR: Final = 0.005
"""Share of persons by which clusters may be too many or too few: a lean further from the first joins pairs worse."""


@dataclass(frozen=True, slots=True)
class Leaned:
    """Records clustered by a lean.

    Attributes
    ----------
    clustered : Clustered
    lean : float
    sureness : Sureness
    persons_missed : float
        Persons counted too many because no rule found a pair of theirs, estimated.
    """

    clustered: Clustered
    lean: float
    sureness: Sureness
    persons_missed: float


def lean(
    features: Features,
    a: Longs,
    b: Longs,
    log_odds: Floats,
    labels: Labels | None,
    recall: float | None,
    *,
    only: float | None = None,
) -> Leaned:
    """Cluster records by the lean that makes as many clusters as there are persons by the estimate, or by `only` one.

    Parameters
    ----------
    a, b, log_odds : (n_pairs,)
        Pairs of records, ascending.
    recall : float or None
        Estimated share of true pairs that are among them.
    """
    trial = _Trial(features, a, b, log_odds, labels, recall)
    if only is not None:
        return trial.bound(trial.at(only))
    at = _FIRST
    found = trial.at(LEANS[at])
    excess = trial.excess(found)
    step = 1 if excess > 0 else -1
    # Leaning further only joins more: go on until that is near enough, or as near as it gets.
    while abs(excess) > _NEAR and 0 <= at + step < len(LEANS):
        at += step
        other = trial.at(LEANS[at])
        its = trial.excess(other)
        if abs(its) >= abs(excess):
            break
        found, excess = other, its
        if its * step <= 0:
            break
    return trial.bound(found)


class _Trial:
    """Clusters the same pairs by one lean after another."""

    def __init__(
        self, features: Features, a: Longs, b: Longs, log_odds: Floats, labels: Labels | None, recall: float | None
    ) -> None:
        self._features, self._a, self._b, self._log_odds = features, a, b, log_odds
        self._labels, self._recall = labels, recall
        self._n_true = float((1 / (1 + np.exp(-log_odds.astype(np.float64)))).sum())
        self._repeating = repeating_in(a, b, log_odds, features.list_of)

    def at(self, lean: float) -> Leaned:
        """Cluster regardless of answers, and learn from these how likely merges are right."""
        clustered = self._clustered(lean, None)
        merges = clustered.merges
        share = float(merges.made.sum()) / max(1.0, self._n_true)
        sureness = assumed(share)
        if self._labels is not None:
            answers = np.concatenate([self._labels.same, self._labels.different])
            same = np.arange(len(answers)) < len(self._labels.same)
            of = merges_of(clustered, answers[:, 0], answers[:, 1])
            mean = merges.score.astype(np.float64) - lean
            sureness = learned(sureness, mean, of[of >= 0], same[of >= 0])
        return Leaned(clustered, lean, sureness, persons_missed(self._n_true, self._recall, share))

    def excess(self, leaned: Leaned) -> float:
        """Return how many more clusters there are than persons by the estimate, as a share of these."""
        n = len(self._features)
        drawing = Drawing(
            n,
            leaned.clustered.merges,
            lean=leaned.lean,
            n_answers=leaned.sureness.n_answers,
            n_missed=leaned.persons_missed,
            frozen=np.zeros(n, np.bool_),
            seed=0,
            sureness=leaned.sureness,
        )
        return (n - int(leaned.clustered.merges.made.sum())) / max(1.0, drawing.expected()) - 1

    def bound(self, leaned: Leaned) -> Leaned:
        """Return the same, but as answers bind it."""
        if self._labels is None or not self._labels.n_decided:
            return leaned
        return Leaned(self._clustered(leaned.lean, self._labels), leaned.lean, leaned.sureness, leaned.persons_missed)

    def _clustered(self, lean: float, labels: Labels | None) -> Clustered:
        return cluster(
            len(self._features),
            self._a,
            self._b,
            self._log_odds + np.float32(lean),
            self._features.list_of,
            same=labels.same if labels is not None else None,
            different=labels.different if labels is not None else None,
            repeating=self._repeating,
        )
