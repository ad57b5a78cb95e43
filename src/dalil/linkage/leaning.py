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
_MOST_MOVED, _HALVINGS = 4.0, 14
_NEAR: Final = 0.0075
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
    before: Floats | None = None,
    only: float | None = None,
) -> Leaned:
    """Cluster records by the lean that makes as many clusters as there are persons by the estimate, or by `only` one.

    Parameters
    ----------
    a, b, log_odds : (n_pairs,)
        Pairs of records, ascending.
    recall : float or None
        Estimated share of true pairs that are among them.
    before : (n_pairs,) float32, optional
        Log-odds before answers were learned from. Questions were chosen by these: among merges by later ones, those
        answered are not as the others are. Persons are estimated by merges by these, if they are given.
    """
    trial = _Trial(features, a, b, log_odds, labels)
    at = _FIRST
    found = trial.clustered(LEANS[at])
    sureness, missed = trial.learned(found, LEANS[at], recall)
    persons = trial.expected(found, LEANS[at], sureness, missed)
    if before is not None:
        asked = _Trial(features, a, b, before, labels)
        first = asked.clustered(LEANS[at])
        persons = asked.expected(first, LEANS[at], *asked.learned(first, LEANS[at], recall))
    excess = _n_clusters(found) / persons - 1
    leaning = LEANS[at]
    if only is not None:
        leaning, found, excess = only, trial.clustered(only), 0.0
    step = 1 if excess > 0 else -1
    # Leaning further only joins more: go on until that is near enough, or as near as it gets.
    while abs(excess) > _NEAR and 0 <= at + step < len(LEANS):
        at += step
        other = trial.clustered(LEANS[at])
        its = _n_clusters(other) / persons - 1
        if abs(its) <= abs(excess):
            found, excess, leaning = other, its, LEANS[at]
        if its * step <= 0:
            break
    if labels is not None and labels.n_decided:
        found = trial.clustered(leaning, bound=True)
    return Leaned(found, leaning, trial.centred(found, leaning, sureness, missed, persons), missed)


def held_apart(clustered: Clustered, labels: Labels | None) -> npt.NDArray[np.bool_]:
    """Say which records are in a cluster that an answer holds apart from another."""
    if labels is None or not len(labels.different):
        return np.zeros(len(clustered.cluster), np.bool_)
    return np.isin(clustered.cluster, clustered.cluster[labels.different.ravel()])


def _n_clusters(clustered: Clustered) -> int:
    return len(clustered.cluster) - int(clustered.merges.made.sum())


class _Trial:
    """Clusters the same pairs by one lean after another."""

    def __init__(self, features: Features, a: Longs, b: Longs, log_odds: Floats, labels: Labels | None) -> None:
        self._features, self._a, self._b, self._log_odds = features, a, b, log_odds
        self._labels = labels
        self._repeating = repeating_in(a, b, log_odds, features.list_of)

    def learned(self, clustered: Clustered, lean: float, recall: float | None) -> tuple[Sureness, float]:
        """Return how likely merges are right, as answers say if there are any, and how many persons were missed."""
        merges = clustered.merges
        n_true = float((1 / (1 + np.exp(-self._log_odds.astype(np.float64)))).sum())
        share = float(merges.made.sum()) / max(1.0, n_true)
        sureness = assumed(share)
        if self._labels is not None:
            answers = np.concatenate([self._labels.same, self._labels.different])
            same = np.arange(len(answers)) < len(self._labels.same)
            of = merges_of(clustered, answers[:, 0], answers[:, 1])
            mean = merges.score.astype(np.float64) - lean
            sureness = learned(sureness, mean, of[of >= 0], same[of >= 0])
        return sureness, persons_missed(n_true, recall, share)

    def expected(
        self, clustered: Clustered, lean: float, sureness: Sureness, missed: float, *, bound: bool = False
    ) -> float:
        """Return the expected number of persons, one at least; what answers settled is not in doubt where they bind."""
        labels = self._labels if bound else None
        frozen = held_apart(clustered, labels)
        drawing = Drawing(
            len(self._features),
            clustered.merges,
            lean=lean,
            n_answers=sureness.n_answers,
            n_missed=missed,
            frozen=frozen,
            seed=0,
            sureness=sureness,
        )
        return max(1.0, drawing.expected())

    def centred(self, clustered: Clustered, lean: float, sureness: Sureness, missed: float, persons: float) -> Sureness:
        """Return the curve, moved as a whole so that with these clusters so many persons are expected.

        It was learned by another lean, and pairs never compared do not lean: their part in a mean differs.
        """
        low, high = -_MOST_MOVED, _MOST_MOVED
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            too_many = self.expected(clustered, lean, sureness.moved(middle), missed, bound=True) > persons
            low, high = (middle, high) if too_many else (low, middle)
        return sureness.moved((low + high) / 2)

    def clustered(self, lean: float, *, bound: bool = False) -> Clustered:
        """Cluster by a lean, regardless of answers or bound by them."""
        labels = self._labels if bound else None
        return self._clustered(lean, labels)

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
