"""How well an archive is linked, estimated from pairs drawn at random and judged by people, with intervals.

The pairs a run compared fall into cells, by how likely the model found them and by whether the run joined them. In each
cell some pairs were drawn at random, and people judged them without the score; what share of them is the same person
stands for the cell. A quarter of the drawn pairs, chosen by a digest of their ids, is kept from the model and serves
here only: a model is not measured by the answers it learned from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.candidates import Compared
from dalil.linkage.learning import STRATA, stratum_of

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

AUDITED_PERCENT: Final = 25
"""Of drawn pairs, those kept from the model. A choice: enough to measure, few enough to leave it lessons."""
PRIOR: Final = 2.0
"""Answers that the model's own calibration is worth in each cell: it speaks where nobody was asked."""
DRAWS: Final = 400
CUBED_DRAWS: Final = 60
N_CELLS: Final = 2 * (len(STRATA) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Return it as JSON values, to four digits."""
        return {name: round(getattr(self, name), 4) for name in ("value", "low", "high")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was measured.

    Attributes
    ----------
    n_audited : int
        Judged pairs it rests on.
    pairs : mapping of measure to Range
        Precision, recall and F1 over pairs of mentions.
    cubed : mapping of measure to Range
        The same over mentions (B-cubed): each mention counts once, however large its cluster.
    missed_joins, false_joins : Range
        Pairs of mentions that are one person and are apart, and the other way round.
    cells : list of dict
        For each cell: pairs, judged, the same.
    by_group : mapping of group to dict
        Precision and recall within each group of pairs that was asked for, such as pairs of two lists.
    """

    n_audited: int
    pairs: Mapping[str, Range]
    cubed: Mapping[str, Range]
    missed_joins: Range
    false_joins: Range
    cells: list[dict[str, Any]]
    by_group: Mapping[str, dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "audited_pairs": self.n_audited,
            "pairs": {name: each.as_json() for name, each in self.pairs.items()},
            "b_cubed": {name: each.as_json() for name, each in self.cubed.items()},
            "missed_joins": self.missed_joins.as_json(),
            "false_joins": self.false_joins.as_json(),
            "cells": self.cells,
            "groups": dict(self.by_group),
        }


def is_audited(a: int, b: int) -> bool:
    """Tell whether a drawn pair measures, rather than teaches."""
    drawn = hashlib.sha256(f"audit {min(a, b)} {max(a, b)}".encode()).digest()
    return int.from_bytes(drawn[:4], "big") % 100 < AUDITED_PERCENT


def evaluate(
    compared: Compared,
    audited: Sequence[tuple[int, int, bool]],
    *,
    blocking_recall: float,
    groups: Mapping[str, npt.NDArray[np.bool_]],
    seed: int = 0,
) -> Evaluation:
    """Estimate how well a run linked.

    Parameters
    ----------
    compared : Compared
        Every pair the run compared closely.
    audited : sequence of (a, b, same)
        Drawn pairs that people judged and the model never saw.
    blocking_recall : float
        Share of true pairs that were compared at all.
    groups : mapping of group to (n_pairs,) bool
        Pairs for which to report apart.
    """
    rng = np.random.default_rng(seed)
    cell = 2 * stratum_of(compared.log_odds) + compared.joined
    n_pairs = np.bincount(cell, minlength=N_CELLS)
    asked, same = _judged(compared, audited, cell)
    chance = 1 / (1 + np.exp(-compared.log_odds.astype(np.float64)))
    expected = np.bincount(cell, chance, minlength=N_CELLS) / np.maximum(n_pairs, 1)
    expected = np.clip(expected, 0.001, 0.999)
    rates = rng.beta(same + PRIOR * expected, asked - same + PRIOR * (1 - expected), size=(DRAWS, N_CELLS))
    joined = (np.arange(N_CELLS) % 2).astype(bool)
    true, false, missed = _counts(n_pairs, rates, joined, blocking_recall)
    by_group = {}
    for name, inside in groups.items():
        found = _counts(np.bincount(cell[inside], minlength=N_CELLS), rates, joined, blocking_recall)
        measures = _measures(*found)
        by_group[name] = {"pairs_joined": int((inside & compared.joined).sum())} | {
            each: _range(measures[each]).as_json() for each in ("precision", "recall")
        }
    return Evaluation(
        n_audited=int(asked.sum()),
        pairs={name: _range(values) for name, values in _measures(true, false, missed).items()},
        cubed={name: _range(values) for name, values in _cubed(compared, cell, rates[:CUBED_DRAWS]).items()},
        missed_joins=_range(missed),
        false_joins=_range(false),
        cells=[
            {
                "cell": int(at),
                "joined": bool(joined[at]),
                "pairs": int(n),
                "judged": int(asked[at]),
                "same": int(same[at]),
            }
            for at, n in enumerate(n_pairs)
            if n
        ],
        by_group=by_group,
    )


def _judged(compared: Compared, audited: Sequence[tuple[int, int, bool]], cell: Ints) -> tuple[Ints, Ints]:
    """Return how many pairs of each cell were judged, and how many of them to be the same."""
    at = {pair: n for n, pair in enumerate(zip(compared.a.tolist(), compared.b.tolist(), strict=True))}
    asked, same = np.zeros(N_CELLS, np.int64), np.zeros(N_CELLS, np.int64)
    for a, b, is_same in audited:
        found = at.get((min(a, b), max(a, b)))
        if found is not None:
            asked[cell[found]] += 1
            same[cell[found]] += is_same
    return asked, same


def _counts(n_pairs: Ints, rates: Reals, joined: npt.NDArray[np.bool_], recall: float) -> tuple[Reals, Reals, Reals]:
    """Return pairs rightly joined, falsely joined and missed, in each draw."""
    true = (rates[:, joined] * n_pairs[joined]).sum(axis=1)
    false = ((1 - rates[:, joined]) * n_pairs[joined]).sum(axis=1)
    apart = (rates[:, ~joined] * n_pairs[~joined]).sum(axis=1)
    return true, false, apart + (true + apart) * (1 / recall - 1)


def _measures(true: Reals, false: Reals, missed: Reals) -> dict[str, Reals]:
    precision = true / np.maximum(true + false, 1e-9)
    recall = true / np.maximum(true + missed, 1e-9)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return {"precision": precision, "recall": recall, "f1": f1}


def _cubed(compared: Compared, cell: Ints, rates: Reals) -> dict[str, Reals]:
    mentions, ends = np.unique(np.r_[compared.a, compared.b], return_inverse=True)
    n = len(mentions)
    both_joined = np.r_[compared.joined, compared.joined].astype(np.float64)
    n_with = 1 + np.bincount(ends, both_joined, minlength=n)
    precision, recall = np.empty(len(rates)), np.empty(len(rates))
    for draw, rate in enumerate(rates):
        chance = np.tile(rate[cell], 2)
        rightly = 1 + np.bincount(ends, chance * both_joined, minlength=n)
        truly = 1 + np.bincount(ends, chance, minlength=n)
        precision[draw], recall[draw] = (rightly / n_with).mean(), (rightly / truly).mean()
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


def _range(values: Reals) -> Range:
    low, high = np.quantile(values, (0.025, 0.975))
    return Range(value=float(values.mean()), low=float(low), high=float(high))
