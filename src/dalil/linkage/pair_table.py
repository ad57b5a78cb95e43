"""The scored pairs of a run as a table, for whoever wants to look closer or to use another clustering."""

from __future__ import annotations

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from dalil.linkage.plan import Linked
from dalil.linkage.weighing.comparing import COLUMNS

LEAST: float = 0.001
"""Probability below which a pair is not listed."""


def pair_table(linked: Linked) -> pa.Table:
    """Return id_a, id_b, probability, whether both are in one cluster, and every column of close comparing."""
    pairs, ids = linked.pairs, linked.features.ids
    chance = 1 / (1 + np.exp(-pairs.log_odds.astype(np.float64)))
    rows = np.flatnonzero(chance >= LEAST)
    names = pa.array(ids, pa.string())
    cluster = linked.clustered.cluster
    columns: dict[str, pa.Array] = {
        "id_a": names.take(pa.array(pairs.a[rows])),
        "id_b": names.take(pa.array(pairs.b[rows])),
        "probability": pa.array(np.round(chance[rows], 6)),
        "one_cluster": pa.array(cluster[pairs.a[rows]] == cluster[pairs.b[rows]]),
    }
    columns |= {name: pa.array(pairs.matrix[rows, at], from_pandas=True) for at, name in enumerate(COLUMNS)}
    return pa.table(columns)
