"""How well an archive is linked, as measures with intervals, and what that means for counts of persons.

Every measure is worked out in draws of how often pairs of each kind are really one person (`calibrating`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.archives.candidates import Compared
from dalil.linkage.weighing.calibrating import DRAWS, IS_JOINED, N_ALL, SEED, Calibrated
from dalil.linkage.weighing.learning import STRATA, stratum_of

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CUBED_DRAWS: Final = 60
HARDLY_ONE: Final = 0.5
"""True pairs expected in a group, below which the share that was found says nothing."""


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
    unseen : Range
        Share of true pairs that were never compared.
    n_looked_at, n_sampled : int
        Judged pairs that this rests on, of so many mentions; 0 where it is assumed.
    strata : list of dict
        From what log-odds on, whether joined by the run; how many pairs, how many judged, how many the same.
    by_group : mapping of group to dict
        Precision and recall within each group of pairs that was asked for, such as pairs of two lists; None where no
        pair is joined, and where hardly one is expected to be true.
    """

    n_audited: int
    pairs: Mapping[str, Range]
    cubed: Mapping[str, Range]
    missed_joins: Range
    false_joins: Range
    unseen: Range
    n_looked_at: int
    n_sampled: int
    strata: list[dict[str, Any]]
    by_group: Mapping[str, dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "audited_pairs": self.n_audited,
            "pairs": {name: each.as_json() for name, each in self.pairs.items()},
            "b_cubed": {name: each.as_json() for name, each in self.cubed.items()},
            "missed_joins": self.missed_joins.as_json(),
            "false_joins": self.false_joins.as_json(),
            "never_compared": {
                **self.unseen.as_json(),
                "judged_pairs": self.n_looked_at,
                "sampled_mentions": self.n_sampled,
            },
            "strata": self.strata,
            "groups": dict(self.by_group),
        }


def evaluate(calibrated: Calibrated, *, groups: Mapping[str, Flags]) -> Evaluation:
    """Estimate how well persons are put together.

    Parameters
    ----------
    groups : mapping of group to (n_pairs,) bool
        Pairs for which to report apart.
    """
    cell, rates, unseen = calibrated.cell, calibrated.rates, calibrated.unseen
    compared, joined = calibrated.state.compared, calibrated.state.compared.joined
    n_pairs = np.bincount(cell, minlength=N_ALL)
    true, false, missed = _counts(n_pairs, rates, unseen)
    by_group = {}
    for name, inside in groups.items():
        found = _counts(np.bincount(cell[inside], minlength=N_ALL), rates, unseen)
        measures, n_joined = _measures(*found), int((inside & joined).sum())
        tells = {"precision": n_joined > 0, "recall": bool(np.median(found[0] + found[2]) >= HARDLY_ONE)}
        by_group[name] = {"pairs_joined": n_joined} | {
            each: _range(measures[each]).as_json() if told else None for each, told in tells.items()
        }
    return Evaluation(
        n_audited=len(calibrated.audits),
        pairs={name: _range(values) for name, values in _measures(true, false, missed).items()},
        cubed={name: _range(values) for name, values in _cubed(compared, cell, rates[:CUBED_DRAWS]).items()},
        missed_joins=_range(missed),
        false_joins=_range(false),
        unseen=_range(unseen / (1 + unseen)),
        n_looked_at=calibrated.n_looked_at,
        n_sampled=calibrated.state.overlooked.n_sampled if calibrated.n_looked_at else 0,
        strata=_strata(calibrated),
        by_group=by_group,
    )


def persons_error(
    calibrated: Calibrated,
    sizes: Ints,
    *,
    inside: Flags,
    touching: Flags,
    entering: Reals,
    n_unlinked: int,
    n_counted: int,
    n_persons: int,
) -> Range:
    """Estimate by how many persons a count of some of them is too low; too high, where it is negative.

    Parameters
    ----------
    sizes : (2, n_pairs) int64
        Mentions of the persons either side belongs to now.
    inside, touching : (n_pairs,) bool
        Pairs of which both mentions, and of which exactly one, is of a person counted.
    entering : (n_pairs,) float64
        How likely a pair of nobody counted, if joined, brings somebody into the count: one of both is on a list that
        nearly everybody counted is on (`presence.may_enter`).
    n_unlinked : int
        Persons counted who are told of in a list but tell too little to be linked.
    n_counted, n_persons : int
        Persons counted, and all that there are.

    Notes
    -----
    A missed join between persons of s and t mentions is s·t missed pairs, and a mention falsely in a person of k is
    k - 1 false ones, so each pair weighs the inverse of that.

    - Of two counted persons who are one, one is too many. Of one who is the same as somebody not counted, the count is
      one too high, or right.
    - Of a counted person who is two, the second is missing from the count, or does not belong in it.
    - Whoever is counted only if two lists tell of one person (someone put on the air, and a detention) is missing where
      that join is: the pairs ``entering``.
    - Beyond these, one may be missing or one too many as often as persons in general are touched by an error.
    - Of those who tell too little to be linked, between none and all are counted under another name too.
    """
    joined, weight = calibrated.state.compared.joined, _weights(calibrated, sizes)
    rng = np.random.default_rng(SEED + 1)

    def errors(share: Flags | Reals) -> tuple[Reals, Reals]:
        """Return persons falsely joined, and joins missed, in each draw."""
        n_pairs = np.bincount(calibrated.cell, weight * share, minlength=N_ALL)
        _, false, missed = _counts(n_pairs, calibrated.rates, calibrated.unseen)
        return false, missed

    false, missed = errors(inside)
    _, missed_beside = errors(touching)
    _, missed_entering = errors(entering)
    false_anywhere, missed_anywhere = errors(np.ones(len(joined), np.bool_))
    elsewhere = n_counted * (false_anywhere + missed_anywhere) / max(n_persons, 1)
    # Counts vary about what is expected: two errors where one and a half were expected is nothing to wonder at.
    drawn = (
        rng.random(DRAWS) * rng.poisson(false) - rng.poisson(missed) - rng.random(DRAWS) * rng.poisson(missed_beside)
    )
    drawn += rng.poisson(missed_entering) - rng.random(DRAWS) * n_unlinked
    drawn += (2 * rng.random(DRAWS) - 1) * rng.poisson(elsewhere)
    return _range(drawn)


def persons_range(calibrated: Calibrated, sizes: Ints, n_persons: int) -> Range:
    """Estimate how many persons there are, where so many are found."""
    n_pairs = np.bincount(calibrated.cell, _weights(calibrated, sizes), minlength=N_ALL)
    _, false, missed = _counts(n_pairs, calibrated.rates, calibrated.unseen)
    rng = np.random.default_rng(SEED + 2)
    return _range((n_persons + rng.poisson(false) - rng.poisson(missed)).astype(np.float64))


def _weights(calibrated: Calibrated, sizes: Ints) -> Reals:
    """Return how many persons each pair stands for, if it is joined falsely or missed."""
    false, missed = 1 / np.maximum(sizes[0] - 1, 1), 1 / (sizes[0] * sizes[1])
    found: Reals = np.where(calibrated.state.compared.joined, false, missed)
    return found


def _counts(n_pairs: Ints | Reals, rates: Reals, unseen: Reals | float) -> tuple[Reals, Reals, Reals]:
    """Return pairs rightly joined, falsely joined and missed, in each draw; missed are ``unseen`` for each seen."""
    joined, beside = np.flatnonzero(IS_JOINED & (n_pairs > 0)), np.flatnonzero(~IS_JOINED & (n_pairs > 0))
    true: Reals = rates[:, joined] @ n_pairs[joined]
    false: Reals = n_pairs[joined].sum() - true
    apart: Reals = rates[:, beside] @ n_pairs[beside]
    return true, false, apart + (true + apart) * unseen


def _strata(calibrated: Calibrated) -> list[dict[str, Any]]:
    edges = [None, *STRATA.tolist()]
    state, audits = calibrated.state, calibrated.audits
    cell = 2 * stratum_of(state.compared.log_odds) + state.by_run
    asked = 2 * stratum_of(audits.log_odds.astype(np.float32)) + audits.joined
    told = (cell, asked, asked[audits.same])
    n_pairs, n_asked, n_same = (np.bincount(each, minlength=2 * len(edges)) for each in told)
    return [
        {
            "from": edges[at // 2],
            "joined": bool(at % 2),
            "pairs": int(n),
            "judged": int(n_asked[at]),
            "same": int(n_same[at]),
        }
        for at, n in enumerate(n_pairs)
        if n
    ]


def _measures(true: Reals, false: Reals, missed: Reals) -> dict[str, Reals]:
    precision = true / np.maximum(true + false, 1e-9)
    recall = true / np.maximum(true + missed, 1e-9)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return {"precision": precision, "recall": recall, "f1": f1}


def _cubed(compared: Compared, cell: Ints, rates: Reals) -> dict[str, Reals]:
    mentions, ends = np.unique(np.r_[compared.a, compared.b], return_inverse=True)
    n = len(mentions)
    if not n:  # nothing was like anything else
        return dict.fromkeys(("precision", "recall", "f1"), np.ones(len(rates)))
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
    return Range(value=float(np.median(values)), low=float(low), high=float(high))
