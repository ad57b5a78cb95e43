"""What an archive's linkage run asks people: merges in doubt, pairs drawn at random, and pairs it did not compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dalil.linkage.archives.candidates import Candidates
from dalil.linkage.archives.overlooked import Found, sampled
from dalil.linkage.archives.unseen import EXPECTED, Overlooked, asked_of, nothing_overlooked
from dalil.linkage.features import Features
from dalil.linkage.persons.evidence import Asked, Ends, candidates_of
from dalil.linkage.weighing.calibrating import lot
from dalil.linkage.weighing.crowding import uncrowded
from dalil.linkage.weighing.model import Model

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

LEAST = -10.0
"""Log-odds below which a pair that was overlooked is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What to ask.

    Attributes
    ----------
    candidates : Candidates
        All of it; the run has no number yet.
    drawn : tuple of pairs
        Those drawn at random within strata, from which likelihoods are calibrated.
    overlooked : tuple of pairs
        Those that were never compared.
    """

    candidates: Candidates
    drawn: tuple[Ends, ...]
    overlooked: tuple[Ends, ...]


def questions_of(rows: Mapping[Ends, Asked], sample: Overlooked) -> Questions:
    """Return questions about merges and drawn pairs, and beside them those about pairs that were overlooked."""
    ends = [*zip(sample.a.tolist(), sample.b.tolist(), strict=True)]
    lots = np.array([lot(*pair) for pair in ends])
    wanted = asked_of(sample, lots)
    chance = 1 / (1 + np.exp(-(sample.log_odds.astype(np.float64) + EXPECTED)))
    asked: dict[Ends, Asked] = {}
    for at in np.flatnonzero(wanted).tolist():
        if ends[at] not in rows:  # asked in no order, as those are that measure
            asked[ends[at]] = (float(chance[at]), bool(sample.joined[at]), lot(*ends[at], number=2))
    return Questions(
        candidates=candidates_of({**rows, **asked}),
        drawn=tuple(sorted(pair for pair, (_, _, teaches) in rows.items() if teaches > 0)),
        overlooked=tuple(sorted(ends[at] for at in np.flatnonzero(wanted).tolist())),
    )


def overlooked_in(
    found: Found,
    model: Model,
    features: Features,
    a: Longs,
    b: Longs,
    alone: Floats,
    *,
    cluster: Longs,
    same: Longs,
    mentions: Longs,
    share: float,
) -> Overlooked:
    """Return what was found another way, as mentions, with likelihoods in the light of all pairs.

    Parameters
    ----------
    a, b, alone : (n_pairs,)
        Pairs compared, by row, and what the model says of each alone.
    same : (n_same, 2) int64
        Rows that people judged the same.
    share : float
        Of mentions drawn.
    """
    n = len(features)
    odds = model.log_odds(found.matrix, model.first(found.matrix))
    every = np.concatenate([alone, odds])
    log_odds = uncrowded(np.r_[a, found.a], np.r_[b, found.b], every, features.list_of, len(features.lists))[len(a) :]
    # What people joined themselves would be missed but for them.
    told = np.isin(found.a * n + found.b, np.sort(same, axis=1) @ np.array([n, 1]))
    in_sample = sampled(mentions, share)
    kept = log_odds >= LEAST
    x, y = mentions[found.a[kept]], mentions[found.b[kept]]
    return Overlooked(
        n_sampled=int(in_sample.sum()),
        n_records=n,
        a=np.minimum(x, y),
        b=np.maximum(x, y),
        log_odds=log_odds[kept],
        ends=(in_sample[found.a].astype(np.int8) + in_sample[found.b])[kept],
        joined=((cluster[found.a] == cluster[found.b]) & ~told)[kept],
    )


def together_overlooked(samples: Sequence[Overlooked]) -> Overlooked:
    """Return several samples, drawn by one share, as one."""
    if not samples:
        return nothing_overlooked()
    columns = ("a", "b", "log_odds", "ends", "joined")
    found: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in samples]) for name in columns}
    return Overlooked(
        n_sampled=sum(each.n_sampled for each in samples), n_records=sum(each.n_records for each in samples), **found
    )
