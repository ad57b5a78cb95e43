"""How far clustering leans towards joining: such that as many clusters come out as there are persons by the estimate.

Clustering by mean is slow to join, and some true pairs are never compared; without a lean, persons would be counted too
many. The first lean is tried without regard to reviewers' answers, so that these can say how likely merges are right;
then leans are tried as the answers bind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import Features
from dalil.linkage.labels import Labels
from dalil.linkage.pairing.recall import persons_missed
from dalil.linkage.persons.clustering import Clustered, Merges, cluster, repeating_in
from dalil.linkage.persons.drawing import Drawing
from dalil.linkage.persons.sureness import FEWEST, Sureness, assumed, learned, merges_of, strongest

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

FIRST: Final = 1.75
"""The lean tried first, in log-odds: about what was best for pairs on lists whose truth was known."""
LEAST, MOST = 0.75, 7.0
LEANS: Final = (0.75, 1.25, 1.75, 2.0, 2.25, 2.5, 2.75, 3.25, 4.0, 5.0, 6.5)
"""Of these, one is near enough to put a run together again whose entry does not say by which it leaned."""
MILLION: Final = 1_000_000
_FURTHEST: Final = 1.5
_STEPS: Final = 64
"""How far one step goes at most, and how many leans there are to one."""
_TRIALS: Final = 4
_MOST_MOVED, _HALVINGS = 4.0, 14
_WITHIN: Final = 0.9
_TAUGHT, _UNTAUGHT = (0.002, 0.005), (0.012, 0.012)
"""Shares of persons by which clusters may be too few and too many, with answers and without: a lean further from the
first joins pairs worse, and less is known of persons without answers. Too few is worse than too many: a person joined
with another is no longer counted, and nobody sees it. A step goes so far within such a share."""


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
    found = trial.clustered(FIRST)
    sureness, missed = trial.learned(found, FIRST, recall)
    persons = trial.expected(found, FIRST, sureness, missed)
    if before is not None:
        asked = _Trial(features, a, b, before, labels)
        first = asked.clustered(FIRST)
        persons = asked.expected(first, FIRST, *asked.learned(first, FIRST, recall))
    leaning = FIRST
    if only is not None:
        leaning, found = only, trial.clustered(only, bound=True)
    else:
        near = _TAUGHT if sureness.n_answers else _UNTAUGHT
        if labels is not None and labels.n_decided:
            found = trial.clustered(FIRST, bound=True)
        leaning, found = searched(lambda by: trial.clustered(by, bound=True), found, persons, near)
    return Leaned(found, leaning, trial.centred(found, leaning, sureness, missed, persons), missed)


def first_merges(
    features: Features, a: Longs, b: Longs, log_odds: Floats, labels: Labels | None, recall: float | None
) -> tuple[Merges, Longs, Sureness]:
    """Return the merges by which persons are estimated, which one each pair is about, and how likely they are right.

    Means of merges are with `FIRST`, the lean tried first. Questions about merges are chosen among these, so that those
    answered stand for the others.
    """
    trial = _Trial(features, a, b, log_odds, labels)
    found = trial.clustered(FIRST)
    return found.merges, merges_of(found, a, b), trial.learned(found, FIRST, recall)[0]


def searched(
    clustered: Callable[[float], Clustered], found: Clustered, persons: float, near: tuple[float, float]
) -> tuple[float, Clustered]:
    """Return the lean nearest `FIRST` that makes about as many clusters as there are persons, and the clusters.

    What merges were refused by says how many more a further lean makes, nearly; so few leans are tried.

    Parameters
    ----------
    clustered : callable
        Clusters by a lean.
    found : Clustered
        Clusters by `FIRST`.
    near : (float, float)
        Shares of persons by which clusters may be too few, and too many.
    """
    excess = _n_clusters(found) / persons - 1
    leaning, best, least = FIRST, (FIRST, found), abs(excess)
    tried = {FIRST}
    while abs(excess) > near[excess > 0] and len(tried) <= _TRIALS:
        leaning += _step(found.merges, excess, round((abs(excess) - _WITHIN * near[excess > 0]) * persons))
        leaning = min(max(leaning, LEAST), MOST)
        if leaning in tried:
            break
        tried.add(leaning)
        found = clustered(leaning)
        excess = _n_clusters(found) / persons - 1
        if abs(excess) < least:
            best, least = (leaning, found), abs(excess)
    return best


def _step(merges: Merges, excess: float, wanted: int) -> float:
    """Return how much further to lean for so many merges more, or less."""
    score = np.sort(-merges.score[~merges.made] if excess > 0 else merges.score[merges.made])
    by = float(score[min(wanted, len(score) - 1)]) if len(score) else _FURTHEST
    by = min(max(1, int(np.ceil(_STEPS * by))) / _STEPS, _FURTHEST)
    return by if excess > 0 else -by


def in_millionths(number: float) -> int:
    """Return a lean, or a share, as the entry of a run holds it."""
    return round(MILLION * number)


def told_leans(millionths: Sequence[int]) -> str:
    """Return by what clustering leaned, in log-odds, as the entry of a run says; those of earlier versions do not."""
    return ", ".join(f"{lean / MILLION:.2f}" for lean in dict.fromkeys(millionths))


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
        sureness = assumed(share, len(self._features))
        if self._labels is not None:
            mean = merges.score.astype(np.float64) - lean
            sureness = learned(sureness, mean, *self._answered(clustered))
        return sureness.stated(), persons_missed(n_true, recall, share)

    def _answered(self, clustered: Clustered) -> tuple[Longs, Longs, npt.NDArray[np.bool_]]:
        """Return the kind of each merge, which merges answers are about, and whether these are right.

        A merge was asked about by its strongest pair. Where fewer such pairs were answered than teach anything, as
        where others chose the questions, an answer about any pair of a merge is taken.
        """
        assert self._labels is not None
        of, list_of, script = merges_of(clustered, self._a, self._b), self._features.list_of, self._features.script
        stands = strongest(of, self._log_odds)
        a, b = self._a[stands], self._b[stands]
        kind = np.zeros(len(clustered.merges.a), np.int64)
        kind[of[stands]] = (list_of[a] == list_of[b]) + 2 * (script[a] != script[b])
        answers = np.concatenate([self._labels.same, self._labels.different])
        same = np.arange(len(answers)) < len(self._labels.same)
        its = merges_of(clustered, answers[:, 0], answers[:, 1])
        n = len(self._features)
        asked = (its >= 0) & np.isin(answers[:, 0] * n + answers[:, 1], a * n + b)
        told = asked if asked.sum() >= FEWEST else its >= 0
        return kind, its[told], same[told]

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
