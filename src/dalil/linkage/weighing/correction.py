"""What reviewers' answers add to the start model: a linear correction of its log-odds, held near nothing by a ridge.

A thousand answers cannot teach a forest what a million invented pairs have; they can say that these lists trust ages
more, or repeat persons less, than those did. The correction says so column by column, and can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_FINE: Final = 1_000_000
_FAR: Final = 30.0
_MOST_STEPS, _NO_STEP = 100, 1e-9
_MOST: Final = 3.0
"""Deviations from the mean beyond which a column does not say more."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Log-odds to add.

    Attributes
    ----------
    columns : tuple of str
        Columns it looks at; missing is taken for the mean.
    centre, scale, weight : (n_columns,) float64
    always : float
        Log-odds added to every pair.
    """

    columns: tuple[str, ...]
    centre: Doubles
    scale: Doubles
    weight: Doubles
    always: float

    def log_odds(self, matrix: Floats) -> Floats:
        """Return what is to be added for each row of an (n, columns) matrix."""
        return (self.always + standard(matrix, self.centre, self.scale) @ self.weight).astype(np.float32)

    def to_json(self) -> dict[str, Any]:
        """Return the correction as text and whole numbers."""
        return {
            "columns": list(self.columns),
            **{name: np.rint(getattr(self, name) * _FINE).astype(np.int64).tolist() for name in _ARRAYS},
            "always": round(self.always * _FINE),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Correction:
        """Return the correction that `to_json` wrote."""
        centre, scale, weight = (np.array(data[name], np.float64) / _FINE for name in _ARRAYS)
        return cls(tuple(data["columns"]), centre, scale, weight, data["always"] / _FINE)


_ARRAYS: Final = ("centre", "scale", "weight")


def standard(matrix: Floats, centre: Doubles, scale: Doubles) -> Doubles:
    """Return columns in deviations from their means, missing and far ones bounded."""
    found = matrix.astype(np.float64)
    found -= centre
    found /= scale
    found[np.isnan(found)] = 0.0
    return np.clip(found, -_MOST, _MOST, out=found)


def fit(
    columns: tuple[str, ...],
    matrix: Floats,
    said: Doubles,
    same: npt.NDArray[np.bool_],
    weights: Doubles,
    ridge: float,
) -> Correction:
    """Return the correction under which the answers are most likely, less the ridge.

    Parameters
    ----------
    matrix : (n_answers, columns)
    said : (n_answers,)
        Log-odds of the start model.
    """
    known = np.where(np.isnan(matrix), np.nan, matrix.astype(np.float64))
    seen = (~np.isnan(known)).any(axis=0)
    centre = np.where(seen, np.nanmean(np.where(seen, known, 0.0), axis=0), 0.0)
    scale = np.where(seen, np.nanstd(np.where(seen, known, 0.0), axis=0), 0.0)
    scale = np.where(scale > 1e-3, scale, 1e9)
    # What is kept are whole millionths: the same before and after it is written down.
    centre, scale = np.rint(centre * _FINE) / _FINE, np.rint(scale * _FINE) / _FINE
    x = np.concatenate([np.ones((len(matrix), 1)), standard(matrix, centre, scale)], axis=1)
    hold = np.full(x.shape[1], ridge)
    hold[0] = ridge / 10
    beta = _top(x, said, same, weights, hold)
    beta = np.rint(beta * _FINE) / _FINE
    return Correction(columns, centre, scale, beta[1:], float(beta[0]))


def _top(x: Doubles, said: Doubles, same: npt.NDArray[np.bool_], weights: Doubles, hold: Doubles) -> Doubles:
    """Return the weights of columns at the top of the likelihood less the ridge."""
    sign = np.where(same, 1.0, -1.0)

    def cost(beta: Doubles) -> float:
        return float((weights * np.logaddexp(0, -sign * (said + x @ beta))).sum() + (hold * beta**2).sum() / 2)

    beta = np.zeros(x.shape[1])
    now = cost(beta)
    for _ in range(_MOST_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(said + x @ beta, -_FAR, _FAR)))
        gradient = x.T @ (weights * (same - chance)) - hold * beta
        curve = (x * (weights * chance * (1 - chance))[:, None]).T @ x + np.diag(hold)
        step = np.linalg.solve(curve, gradient)
        # Newton's method goes astray where answers are far from what was said: no step may make things worse.
        while (then := cost(beta + step)) > now and np.abs(step).max() > _NO_STEP:
            step /= 2
        if then > now or np.abs(step).max() <= _NO_STEP:
            break
        beta, now = beta + step, then
    return beta
