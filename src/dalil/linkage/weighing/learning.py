"""What reviewers' answers teach: whether to correct the start model, and how much, is chosen by answers not yet seen.

Answers are asked more densely where the start model is in doubt; each counts by how many pairs it stands for, but by
the root of it, or the few answers far from doubt would drown the others.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.weighing.comparing import AT, COLUMNS
from dalil.linkage.weighing.correction import Correction, fit
from dalil.linkage.weighing.model import Model

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

FEWEST: Final = 40
"""Answers below which nothing is learned; they constrain clusters all the same."""
STRATA: Final = np.array([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
"""Bounds of strata, in log-odds; `asking` spreads its questions over them."""
_RIDGES: Final = (3.0, 10.0, 30.0, 100.0, 1000.0)
_FOLDS: Final = 5
_WORTH: Final = 0.1
"""By how much of the loss a correction must better answers it has not seen, beside one that only makes the start model
more or less sure. On invented lists of a dozen habits that the start model had not met it was a tenth at most, and
links came out a little better or a little worse; where ages and sexes were made to tell nothing, it was the half."""
_LEARNED: Final = (*(name for name in COLUMNS if name not in ("n_bits",)), "first")


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
    columns = np.concatenate([matrix[answered][:, [AT[name] for name in _LEARNED[:-1]]], first[answered, None]], axis=1)
    said = first[answered].astype(np.float64)
    weights = weights_of(first, answered)
    fold = np.random.default_rng(seed).permutation(len(answered)) % _FOLDS

    def loss(names: tuple[str, ...], of: Floats, ridge: float) -> float:
        found = 0.0
        for number in range(_FOLDS):
            seen = fold != number
            learned = fit(names, of[seen], said[seen], same[seen], weights[seen], ridge)
            odds = said[~seen] + learned.log_odds(of[~seen])
            found += float((weights[~seen] * np.logaddexp(0, np.where(same[~seen], -odds, odds))).sum())
        return found

    losses = [loss(_LEARNED, columns, ridge) for ridge in _RIDGES]
    # Answers were chosen by what is in doubt: that the start model is too sure of these says nothing.
    stretched = loss(_LEARNED[-1:], columns[:, -1:], _RIDGES[0])
    if min(losses) > (1 - _WORTH) * stretched:
        return model
    best: Correction = fit(_LEARNED, columns, said, same, weights, _RIDGES[int(np.argmin(losses))])
    return Model(name=f"{model.name}+answers", start=model.start, answers=best, n_answers=len(answered))


def stratum_of(log_odds: Floats) -> npt.NDArray[np.int64]:
    """Return the stratum of each log-odds."""
    return np.searchsorted(STRATA, log_odds).astype(np.int64)


def weights_of(first: Floats, answered: npt.NDArray[np.int64]) -> Doubles:
    """Return weights of answers, mean 1: the root of how many pairs of its stratum each stands for."""
    stratum = stratum_of(first[answered])
    of_all = np.bincount(stratum_of(first), minlength=len(STRATA) + 1)
    asked = np.bincount(stratum, minlength=len(STRATA) + 1)
    weights = np.sqrt(of_all[stratum] / asked[stratum])
    found: Doubles = np.clip(weights / np.median(weights), 0.3, 4.0)
    found /= found.mean()
    return found
