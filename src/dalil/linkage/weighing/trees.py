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

_ROWS: Final = 32_768
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
        trees = [tree.asked() for tree in self.trees]

        def evaluate(first: int) -> None:
            columns = np.ascontiguousarray(matrix[first : first + _ROWS].T)
            total = out[first : first + _ROWS]
            for tree in trees:
                total += tree.values_of(columns)

        if len(starts) < 2:
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
class Asked:
    """A tree as questions that are all asked of every row, whether the row comes by them in the tree or not.

    Where a row would go right, the leaves on the left are out; the first leaf that is still in is the row's
    (QuickScorer, Lucchese and others 2015). Trees have at most 31 leaves: a bit of a word for each.

    Attributes
    ----------
    questions : list of (column, threshold, whether missing goes left, bits of the leaves on the left)
    values : (n_leaves,) float32
        From left to right.
    """

    questions: list[tuple[int, np.float32, bool, np.int32]]
    values: Floats

    def values_of(self, columns: Floats) -> Floats:
        """Return the value of the leaf that each row falls into, for (columns, n)."""
        n = columns.shape[1]
        is_right, here, out = np.empty(n, np.bool_), np.empty(n, np.int32), np.zeros(n, np.int32)
        for column, threshold, missing_left, on_left in self.questions:
            if missing_left:
                np.greater(columns[column], threshold, out=is_right)
            else:
                np.logical_not(np.less_equal(columns[column], threshold, out=is_right), out=is_right)
            out |= np.multiply(is_right, on_left, out=here)
        found: Floats = self.values[np.bitwise_count(out & ~(out + np.int32(1)))]
        return found


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

    def asked(self) -> Asked:
        """Return the tree as questions."""
        questions: list[tuple[int, np.float32, bool, np.int32]] = []
        leaves: list[int] = []

        def walk(node: int) -> int:
            """Return the bits of the leaves below, leaves numbered from left to right."""
            left, right = int(self.left[node]), int(self.right[node])
            if left == node:
                leaves.append(node)
                return 1 << (len(leaves) - 1)
            on_left = walk(left)
            threshold = np.float32(self.threshold[node])
            questions.append((int(self.column[node]), threshold, bool(self.missing_left[node]), np.int32(on_left)))
            return on_left | walk(right)

        walk(0)
        return Asked(questions, self.value.astype(np.float32)[leaves])

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
