"""How many true pairs were never compared: by what people say of pairs that were looked for another way.

For a sample of mentions, the likeliest pairs that no rule had brought to be compared are known (`overlooked`), and of
some of them, drawn by their likelihood, people have said whether they are one person. Likelihoods of such pairs are off
by as much as these answers say: a pair that rules pass over is less often true than one as likely that they find.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

ASKED: Final = 60
"""Pairs asked about, about: each by lot, the more often, the likelier it is."""
FEWEST: Final = 20
"""Answers below which nothing is concluded from them."""
EXPECTED, SPREAD = -1.0, 3.0
"""By how much log-odds of such pairs are off before anyone has answered. Wide: of eighteen expected on an invented
archive none was true, and lists of other habits may differ."""
TOGETHER: Final = 2.0
"""How much more what a sample shows varies than if each pair came by itself: those of one person come together. A
choice; on simulated pairs that do come by themselves the interval without it held the truth nine times in ten."""
NO_PART: Final = 0.001
"""Share of true pairs, at most, taken to share no part of a name, which neither way finds. Assumed: nobody could tell
most of them to be one person."""
_GRID: Final = np.linspace(-10.0, 6.0, 321)
_MOST: Final = 14.0
"""Log-odds against, beyond which no pair counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlooked:
    """Pairs of mentions that were never compared, the likeliest of a sample of mentions.

    Attributes
    ----------
    n_sampled, n_records : int
        Mentions drawn, and all.
    a, b : (n_pairs,) int64
    log_odds : (n_pairs,) float32
        By the model.
    ends : (n_pairs,) int8
        How many of the two were drawn: one or both.
    joined : (n_pairs,) bool
        Whether they are in one cluster all the same, over others.
    """

    n_sampled: int
    n_records: int
    a: Longs
    b: Longs
    log_odds: npt.NDArray[np.float32]
    ends: npt.NDArray[np.int8]
    joined: npt.NDArray[np.bool_]


def nothing_overlooked() -> Overlooked:
    """Return an empty sample."""
    none = np.zeros(0, np.int64)
    return Overlooked(
        n_sampled=0, n_records=0, a=none, b=none, log_odds=np.zeros(0, np.float32), ends=np.zeros(0, np.int8),
        joined=np.zeros(0, np.bool_),
    )  # fmt: skip


def asked_of(sample: Overlooked, lots: Reals) -> npt.NDArray[np.bool_]:
    """Tell which pairs people are asked about: each by its lot, in proportion to how likely it is.

    Parameters
    ----------
    lots : (n_pairs,) float64
        From 0 to 1.
    """
    chance = np.where(sample.joined, 0.0, _chance(sample.log_odds + EXPECTED))
    low, high = 0.0, 1e9
    for _ in range(60):  # the factor by which as many are expected as are wanted
        factor = (low + high) / 2
        low, high = (low, factor) if np.minimum(1.0, factor * chance).sum() > ASKED else (factor, high)
    found: npt.NDArray[np.bool_] = lots < np.minimum(1.0, high * chance)
    return found


def unseen_draws(
    sample: Overlooked,
    said: Mapping[tuple[int, int], bool],
    n_seen: Reals,
    *,
    slip: float,
    rng: np.random.Generator,
) -> tuple[Reals, int] | None:
    """Return draws of how many true pairs were never compared, for each that was, and how many answers that rests on.

    None if these are too few.

    Parameters
    ----------
    said : mapping of pair to bool
        Whether the two are one person, of those that people were asked about and judged.
    n_seen : (n_draws,) float64
        Draws of how many true pairs were compared.
    slip : float
        Share of verdicts that are wrong.
    """
    pairs = zip(sample.a.tolist(), sample.b.tolist(), strict=True)
    answer = np.array([int(said.get(pair, -1)) for pair in pairs], np.int64)
    judged = answer >= 0
    if judged.sum() < FEWEST:
        return None
    log_odds, same = sample.log_odds.astype(np.float64), answer[judged] == 1
    alone = _chance(log_odds[judged] + _GRID[:, None])
    told = slip + (1 - 2 * slip) * alone
    fit = np.log(np.where(same, told, 1 - told)).sum(axis=1) - ((_GRID - EXPECTED) / SPREAD) ** 2 / 2
    weight = np.exp(fit - fit.max())
    off = rng.choice(_GRID, len(n_seen), p=weight / weight.sum())
    counts = ~sample.joined & (log_odds > -_MOST)
    chance = _chance(log_odds[counts] + off[:, None])
    # What people said is not what is so, but for slips.
    known, yes = judged[counts], answer[counts] == 1
    right = np.where(yes, chance * (1 - slip), chance * slip)
    wrong = np.where(yes, (1 - chance) * slip, (1 - chance) * (1 - slip))
    chance = np.where(known, right / (right + wrong), chance)
    hits = chance @ sample.ends[counts].astype(np.float64)
    # Each pair may be met from both its ends; that few were met by chance is drawn too.
    n_met = TOGETHER * rng.gamma((hits + 0.5) / TOGETHER)
    n_unseen = n_met * sample.n_records / (2 * sample.n_sampled)
    found: Reals = n_unseen / np.maximum(n_seen, 1.0) + NO_PART * rng.random(len(n_seen))
    return found, int(judged.sum())


def _chance(log_odds: npt.NDArray[np.floating]) -> Reals:
    found: Reals = 1 / (1 + np.exp(-np.clip(log_odds.astype(np.float64), -40.0, 40.0)))
    return found
