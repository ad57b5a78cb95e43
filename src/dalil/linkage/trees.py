"""A boosted forest of small trees as plain numbers: written as canonical JSON, evaluated with numpy alone.

Learning is scikit-learn's; what was learned is kept here, so that a frozen model gives the same scores whatever version
of that library a later machine has.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_ROWS: Final = 16_384
"""Rows evaluated together: their columns fit into the processor's cache."""
_FINE: Final = 1_000_000
"""Thresholds and values are kept as whole millionths: canonical JSON has no fractions."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees over named columns.

    Attributes
    ----------
    columns : tuple of str
        Columns, in the order of the matrix that is evaluated.
    start : float
        Logarithm of odds before any tree.
    trees : tuple of Tree
        What is added.
    """

    columns: tuple[str, ...]
    start: float
    trees: tuple[Tree, ...]

    def log_odds(self, matrix: Floats) -> Floats:
        """Return the logarithm of odds of each row of an (n, columns) matrix; NaN is "missing"."""
        out = np.full(len(matrix), self.start, np.float32)
        starts = range(0, len(matrix), _ROWS)

        def evaluate(first: int) -> None:
            rows = np.ascontiguousarray(matrix[first : first + _ROWS])
            total = out[first : first + _ROWS]
            for tree in self.trees:
                total += tree.values_of(rows)

        if len(starts) < 4:
            for first in starts:
                evaluate(first)
        else:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(evaluate, starts))
        return out

    def over(self, columns: tuple[str, ...]) -> Forest:
        """Return the same forest for a matrix with these columns, which hold its own."""
        place = np.array([columns.index(name) for name in self.columns], np.int64)
        return Forest(columns, self.start, tuple(replace(tree, column=place[tree.column]) for tree in self.trees))

    def to_json(self) -> dict[str, Any]:
        """Return the forest as whole numbers, lists and text."""
        return {
            "columns": list(self.columns),
            "start": round(self.start * _FINE),
            "trees": [tree.to_json() for tree in self.trees],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Forest:
        """Return the forest that `to_json` wrote."""
        return cls(tuple(data["columns"]), data["start"] / _FINE, tuple(Tree.from_json(each) for each in data["trees"]))

    @classmethod
    def of_classifier(cls, fitted: Any, columns: tuple[str, ...]) -> Forest:
        """Return what a fitted HistGradientBoostingClassifier of two classes has learned."""
        trees = []
        for (predictor,) in fitted._predictors:
            nodes = predictor.nodes
            trees.append(
                Tree(
                    column=np.where(nodes["is_leaf"], 0, nodes["feature_idx"]).astype(np.int64),
                    threshold=_whole(np.where(nodes["is_leaf"], 0.0, np.clip(nodes["num_threshold"], -1e9, 1e9))),
                    missing_left=nodes["missing_go_to_left"].astype(np.bool_),
                    left=np.where(nodes["is_leaf"], np.arange(len(nodes)), nodes["left"]).astype(np.int64),
                    right=np.where(nodes["is_leaf"], np.arange(len(nodes)), nodes["right"]).astype(np.int64),
                    value=_whole(np.where(nodes["is_leaf"], nodes["value"], 0.0)),
                    depth=int(nodes["depth"].max()),
                )
            )
        return cls(columns, float(_whole(np.ravel(fitted._baseline_prediction))[0]), tuple(trees))


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree: arrays by node; a leaf leads to itself."""

    column: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    missing_left: npt.NDArray[np.bool_]
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    depth: int

    def values_of(self, rows: Floats) -> Floats:
        """Return the value of the leaf that each row falls into."""
        node = np.zeros(len(rows), np.int64)
        flat = rows.ravel()
        base = np.arange(len(rows)) * rows.shape[1]
        children = np.stack([self.right, self.left], axis=1).ravel()
        threshold, missing = self.threshold.astype(np.float32), self.missing_left
        for _ in range(self.depth):
            seen = flat[base + self.column[node]]
            goes_left = (seen <= threshold[node]) | (np.isnan(seen) & missing[node])
            node = children[2 * node + goes_left]
        return self.value.astype(np.float32)[node]

    def to_json(self) -> dict[str, Any]:
        """Return the tree as lists of whole numbers."""
        return {
            "column": self.column.tolist(),
            "threshold": np.rint(self.threshold * _FINE).astype(np.int64).tolist(),
            "missing_left": self.missing_left.astype(np.int64).tolist(),
            "left": self.left.tolist(),
            "right": self.right.tolist(),
            "value": np.rint(self.value * _FINE).astype(np.int64).tolist(),
            "depth": self.depth,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Tree:
        """Return the tree that `to_json` wrote."""
        return cls(
            column=np.array(data["column"], np.int64),
            threshold=np.array(data["threshold"], np.float64) / _FINE,
            missing_left=np.array(data["missing_left"], np.bool_),
            left=np.array(data["left"], np.int64),
            right=np.array(data["right"], np.int64),
            value=np.array(data["value"], np.float64) / _FINE,
            depth=int(data["depth"]),
        )


def _whole(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return numbers as they will be read back."""
    found: npt.NDArray[np.float64] = np.rint(np.asarray(values, np.float64) * _FINE) / _FINE
    return found
