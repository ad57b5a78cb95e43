"""What a run says of itself: sizes, thresholds, how many persons and within what bounds, recall of blocking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dalil.linkage.pairing.recall import estimated_recall
from dalil.linkage.weighing.crowding import uncrowded

if TYPE_CHECKING:
    from dalil.linkage.plan import Linked

_DRAWS: Final = 400
_MANY: Final = 100
"""Records of which some should be alike."""
_SHARE_CROWDED: Final = 0.005
"""Of all records, those nobody is compared with for having the name of many, above which a reader is told."""


def describe(linked: Linked, counted: dict[str, Any]) -> dict[str, Any]:
    """Return the report of a run."""
    sizes = np.bincount(linked.clustered.cluster)
    sizes = sizes[sizes > 0]
    persons = linked.drawing().persons(_DRAWS)
    low, high = np.quantile(persons, (0.025, 0.975))
    features = linked.features
    return {
        "records": len(features),
        "lists": len(features.lists),
        **counted,
        "blocking_recall": {"all": linked.recall, "cross_script": _cross_recall(linked)},
        "model": linked.model.version,
        "answers": 0 if linked.labels is None else linked.labels.n_decided,
        "threshold": {
            "log_odds": round(-linked.lean, 3),
            "probability": round(float(1 / (1 + np.exp(linked.lean))), 3),
        },
        "clusters": len(sizes),
        "largest_cluster": int(sizes.max()),
        "persons": {
            "estimate": round(float(np.median(persons))),
            "low": int(np.floor(low)),
            "high": int(np.ceil(high)),
            "level": 0.95,
        },
        "nameless_records": int(((features.parts < 0).all(axis=1) & (features.kunya < 0)).sum()),
        "warnings": _warnings(linked, sizes.max(), counted["candidate_pairs"]),
    }


def _cross_recall(linked: Linked) -> float | None:
    pairs, script = linked.pairs, linked.features.script
    cross = script[pairs.a] != script[pairs.b]
    odds = pairs.log_odds
    if linked.model.answers is not None:  # as for all pairs: as the start model sees them
        odds = uncrowded(pairs.a, pairs.b, pairs.first, linked.features.list_of, len(linked.features.lists))
    chance = 1 / (1 + np.exp(-odds[cross].astype(np.float64)))
    return estimated_recall(pairs.rules[cross], linked.rules, chance, pairs.matrix[cross])


def _warnings(linked: Linked, largest: int, n_candidates: int) -> list[str]:
    """Return what a reader must know before using the result."""
    found = []
    n_lists = len(linked.features.lists)
    if largest > max(12, 4 * n_lists):
        found.append(f"The largest cluster has {largest} records on {n_lists} lists: look at it before counting.")
    if not n_candidates and len(linked.features) > _MANY:
        found.append(f"None of {len(linked.features)} records was compared: no two share a key, or too many do.")
    crowded = _alone_in_crowds(linked)
    if n_candidates and crowded > max(_MANY, _SHARE_CROWDED * len(linked.features)):
        found.append(
            f"{crowded} records share their whole name with {_MANY} or more others and were compared with nobody: each"
            " counts as a person of its own. Give what tells them apart, such as dates or places, or look at them."
        )
    nameless = (linked.features.parts < 0).all(axis=1).mean()
    if nameless > 0.05:
        found.append(f"{100 * nameless:.0f} % of records have no name that can be read: they are joined to nothing.")
    return found


def _alone_in_crowds(linked: Linked) -> int:
    """Return how many records have the whole name of very many others and were compared closely with nobody."""
    pairs, parts = linked.pairs, linked.features.parts.astype(np.int64)
    mixed = parts @ (2 * np.arange(1, parts.shape[1] + 1, dtype=np.int64) * 0x9E3779B97F4A7 + 1)  # one number a name
    _, name, n_alike = np.unique(mixed, return_inverse=True, return_counts=True)
    alone = (parts >= 0).any(axis=1) & (n_alike[name] > _MANY)
    alone[pairs.a] = alone[pairs.b] = False
    return int(alone.sum())
