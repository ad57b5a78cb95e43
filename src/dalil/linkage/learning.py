"""What reviewers' answers teach: a second forest beside the start model, and a calibration.

A thousand answers are too few to learn from alone and too good to only shift a threshold. So the second forest learns
from both: the answers, in full, and a sample of unasked pairs for which the start model's own view stands, at little
weight. Answers were asked more densely where the start model was in doubt; the calibration undoes that, stratum by
stratum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.comparing import AT, COLUMNS
from dalil.linkage.model import Model
from dalil.linkage.trees import Forest

Floats = npt.NDArray[np.float32]

FEWEST: Final = 40
"""Answers, of either kind together, below which nothing is learned; they constrain clusters all the same."""
STRATA: Final = np.array([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
"""Bounds of strata, in log-odds of the start model; `asking` spreads its questions over them."""
_UNASKED: Final = 6_000
_WEIGHT_OF_UNASKED: Final = 0.4
"""Weight of all unasked pairs together, as a share of the number of answers."""
_LEARNED: Final = tuple(name for name in COLUMNS if name != "n_bits")
_NAMES: Final = (*_LEARNED, "first")
_FOLDS: Final = 4
_RIDGE: Final = 5.0


def learn(
    model: Model,
    matrix: Floats,
    first: Floats,
    answered: npt.NDArray[np.int64],
    same: npt.NDArray[np.bool_],
    *,
    seed: int,
) -> Model:
    """Return the model that answers make of this one.

    Parameters
    ----------
    matrix, first
        Columns and the start model's log-odds of all pairs compared closely.
    answered : (n_answers,) int64
        Rows of the pairs that were answered.
    same : (n_answers,) bool
        The answers.
    """
    if len(answered) < FEWEST or same.all() or not same.any():
        return model
    rng = np.random.default_rng(seed)
    unasked = np.sort(rng.choice(len(first), min(_UNASKED, len(first)), replace=False))
    unasked = unasked[~np.isin(unasked, answered)]
    lesson = _Lesson(
        columns=_columns(matrix, first),
        chance=1 / (1 + np.exp(-first.astype(np.float64))),
        answered=answered,
        same=same,
        weights=_weights(first, answered),
        unasked=unasked,
        seed=seed,
    )
    every = np.ones(len(answered), np.bool_)
    forest = lesson.learn(every)
    # Calibration: by what forests that had not seen an answer said of it.
    said = np.zeros(len(answered))
    fold = rng.permutation(len(answered)) % _FOLDS
    for number in range(_FOLDS):
        seen = fold != number
        said[~seen] = lesson.learn(seen).log_odds(lesson.columns[answered[~seen]])
    slope, offset = _calibration(said, same, lesson.weights)
    return Model(
        name=f"{model.name}+answers",
        start=model.start,
        answers=forest,
        slope=slope,
        offset=offset,
        n_answers=len(answered),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lesson:
    """Answered and unasked pairs to learn from."""

    columns: Floats
    chance: npt.NDArray[np.float64]
    answered: npt.NDArray[np.int64]
    same: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float64]
    unasked: npt.NDArray[np.int64]
    seed: int

    def learn(self, seen: npt.NDArray[np.bool_]) -> Forest:
        """Return the forest learned from these of the answers and from the unasked pairs."""
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        rows = np.r_[self.answered[seen], self.unasked, self.unasked]
        kinds = np.r_[self.same[seen], np.ones(len(self.unasked), np.bool_), np.zeros(len(self.unasked), np.bool_)]
        each = _WEIGHT_OF_UNASKED * seen.sum() / max(1, len(self.unasked))
        chance = self.chance[self.unasked]
        weights = np.r_[self.weights[seen], each * chance, each * (1 - chance)]
        table = self.columns[rows]
        # A column that says nothing here is left out; the library cannot sort it into bins.
        usable = [at for at in range(table.shape[1]) if len(np.unique(table[~np.isnan(table[:, at]), at])) > 1]
        fitted = HistGradientBoostingClassifier(
            max_iter=60,
            learning_rate=0.1,
            max_leaf_nodes=8,
            min_samples_leaf=10,
            l2_regularization=5.0,
            early_stopping=False,
            random_state=self.seed,
            monotonic_cst=[int(_NAMES[at] == "first") for at in usable],
        )
        with threadpool_limits(1):  # threads that share a busy processor with others wait for each other
            fitted.fit(table[:, usable], kinds, weights)
        return Forest.of_classifier(fitted, tuple(_NAMES[at] for at in usable)).over(_NAMES)


def _columns(matrix: Floats, first: Floats) -> Floats:
    return np.concatenate([matrix[:, [AT[name] for name in _LEARNED]], first[:, None]], axis=1)


def stratum_of(first: Floats) -> npt.NDArray[np.int64]:
    """Return the stratum of each log-odds."""
    return np.searchsorted(STRATA, first)


def _weights(first: Floats, answered: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return weights of answers, mean 1: the root of how many pairs of its stratum each stands for.

    The whole of it would let the few answers far from doubt drown the others.
    """
    stratum = stratum_of(first[answered])
    of_all = np.bincount(stratum_of(first), minlength=len(STRATA) + 1)
    asked = np.bincount(stratum, minlength=len(STRATA) + 1)
    weights = np.sqrt(of_all[stratum] / asked[stratum])
    found: npt.NDArray[np.float64] = np.clip(weights / np.median(weights), 0.3, 4.0)
    return found / found.mean()


def _calibration(
    said: npt.NDArray[np.float64], same: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]
) -> tuple[float, float]:
    """Return the slope and offset that make log-odds honest, held near 1 and 0 by a ridge."""
    slope, offset = 1.0, 0.0
    for _ in range(25):  # Newton's method on a concave likelihood; 25 steps are many
        chance = 1 / (1 + np.exp(-(offset + slope * said)))
        miss = weights * (same - chance)
        spread = weights * chance * (1 - chance)
        gradient = np.array([(miss * said).sum() - _RIDGE * (slope - 1), miss.sum() - _RIDGE * offset])
        cross = (spread * said).sum()
        curve = np.array([[(spread * said**2).sum() + _RIDGE, cross], [cross, spread.sum() + _RIDGE]])
        step = np.linalg.solve(curve, gradient)
        slope, offset = slope + float(step[0]), offset + float(step[1])
    return float(np.clip(slope, 0.5, 1.5)), float(np.clip(offset, -1.0, 1.0))
