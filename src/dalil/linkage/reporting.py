"""What a run says of itself: sizes, thresholds, how many persons and within what bounds, recall of blocking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from dalil.linkage.plan import Linked

_SURE: Final = 3.0
"""Log-odds from which a pair counts as found when recall is estimated."""
_DRAWS: Final = 400


def describe(linked: Linked, counted: dict[str, Any]) -> dict[str, Any]:
    """Return the report of a run."""
    sizes = np.bincount(linked.clustered.cluster, minlength=1)
    sizes = sizes[sizes > 0]
    persons = persons_drawn(linked, _DRAWS)
    low, high = np.quantile(persons, (0.025, 0.975))
    features = linked.features
    return {
        "records": len(features),
        "lists": len(features.lists),
        **counted,
        "blocking_recall": blocking_recall(linked),
        "model": linked.model.version,
        "answers": 0 if linked.labels is None else linked.labels.n_decided,
        "threshold": {"log_odds": -linked.settings.lean, "probability": round(float(1 / (1 + np.exp(linked.settings.lean))), 3)},
        "clusters": len(sizes),
        "largest_cluster": int(sizes.max()),
        "persons": {"estimate": round(float(np.mean(persons))), "low": int(np.floor(low)), "high": int(np.ceil(high))},
        "nameless_records": int(((features.parts < 0).all(axis=1) & (features.kunya < 0)).sum()),
    }


def persons_drawn(linked: Linked, n_draws: int) -> npt.NDArray[np.int64]:
    """Return numbers of persons, each of one way the uncertain merges may be decided.

    Every merge is decided anew with its own probability; and since all of them hang on one model, a common error of
    calibration is drawn with them: wide without answers, narrower the more there are.
    """
    merges = linked.clustered.merges
    rng = np.random.default_rng(linked.seed + 1)
    n_answers = linked.model.n_answers
    common = 0.6 / np.sqrt(1 + n_answers / 60)
    odds = merges.score.astype(np.float64) - linked.settings.lean
    fixed = np.abs(merges.score) > 100
    found = np.empty(n_draws, np.int64)
    for draw in range(n_draws):
        chance = 1 / (1 + np.exp(-(odds + rng.normal(0, common) + linked.settings.lean)))
        made = np.where(fixed, merges.made, rng.random(len(odds)) < chance)
        found[draw] = len(linked.features) - int(made.sum())
    return found


def blocking_recall(linked: Linked) -> dict[str, float | None]:
    """Estimate what share of true pairs the rules found, from how the rules overlap (Chao 1987, a lower bound of misses).

    Rules that found a sure pair alone, and rules that found one in twos, say how many were found by none.
    """
    pairs = linked.pairs
    sure = pairs.log_odds > _SURE
    cross = linked.features.script[pairs.a] != linked.features.script[pairs.b]
    return {
        "all": _chao(pairs.rules[sure]),
        "cross_script": _chao(pairs.rules[sure & cross]),
    }


def _chao(rules: npt.NDArray[np.int32]) -> float | None:
    times = np.bitwise_count(rules)
    once, twice = int((times == 1).sum()), int((times == 2).sum())
    if len(rules) < 50 or not twice:
        return None
    missed = once * once / (2 * twice)
    return round(len(rules) / (len(rules) + missed), 4)
