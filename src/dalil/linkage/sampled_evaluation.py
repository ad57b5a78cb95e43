"""How well an archive is linked, estimated from pairs drawn at random and judged by people, with intervals.

The run's own likelihoods are calibrated anew: how often is a pair of this likelihood, joined or not, really one person?
The answer comes from pairs drawn at random within strata and judged by people without the score. A model is not
measured by the answers it learned from: a quarter of them, chosen by a digest of their ids, is kept from every model,
and what people answered after the run was made is new to it too. People slip now and then; where a million pairs are
all but certain, one slip must not stand for thousands, so slips are part of what is fitted.

Pairs that were never compared are a stratum of their own, of which nobody can be asked. What the overlap of the rules
says of it is a lower bound, so it is taken to lie anywhere up to twice that, and never to be nothing (`UNSEEN`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from dalil.linkage.candidates import Compared
from dalil.linkage.learning import STRATA, stratum_of

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

AUDITED_PERCENT: Final = 25
"""Of drawn pairs, those kept from the model. A choice: enough to measure, few enough to leave it lessons."""
SLIP: Final = 0.01
"""Share of verdicts that are wrong though the case is clear: assumed; `dalil review agreement` shows what it is."""
N_STRATA: Final = len(STRATA) + 1
PRIOR: Final = np.array([0.7, 0.25, 1.5, 0.2, 0.4, 1.0, 0.7, *[0.5] * (2 * N_STRATA)])
"""How far off the model may be before anyone was asked, one standard deviation each: all its log-odds too high or low,
stretched or squeezed; what being joined adds, at doubt and by log-odds; how much of the start model's opinion it should
have kept; and pairs of one list, and of two scripts, better or worse than others. These three are there because
pairs are drawn by them: more of those of which the start model was in doubt, and more of rare kinds. Beyond that each
stratum, joined and apart, may lie off the line."""
EXPECTED: Final = np.array([0.0, 0.0, 1.5, *[0.0] * (4 + 2 * N_STRATA)])
"""What is expected before anyone was asked: the model is right of pairs apart, and clusters know more than pairs do."""
UNSEEN: Final = 0.006
"""Share of true pairs taken to be never compared, at least. On invented lists whose truth was known it was 4 to 7 in a
thousand where the overlap of rules showed at most one."""
DRAWS: Final = 400
SEED: Final = 20210521
"""Of the draws: the same answers give the same intervals."""
CUBED_DRAWS: Final = 60
LOWEST: Final = -15.0
PER_UNIT: Final = 2.0
N_BINS: Final = 60
"""Log-odds are taken together in steps of a half, from -15 to 15."""
N_FIRST: Final = 12
PER_FIRST: Final = 0.4
"""The start model's, in steps of two and a half."""
N_KINDS: Final = 4
N_CELLS: Final = 2 * N_BINS * N_FIRST * N_KINDS
N_ALL: Final = N_CELLS + 2
"""Two more cells for pairs that people have settled: apart, and joined."""
IS_JOINED: Final = (np.arange(N_ALL) % 2).astype(bool)


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
    strata : list of dict
        From what log-odds on, whether joined by the run; how many pairs, how many judged, how many the same.
    by_group : mapping of group to dict
        Precision and recall within each group of pairs that was asked for, such as pairs of two lists.
    """

    n_audited: int
    pairs: Mapping[str, Range]
    cubed: Mapping[str, Range]
    missed_joins: Range
    false_joins: Range
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
            "strata": self.strata,
            "groups": dict(self.by_group),
        }


def is_audited(a: int, b: int) -> bool:
    """Tell whether a drawn pair measures, rather than teaches."""
    return _digest(a, b, 0) % 100 < AUDITED_PERCENT


def lot(a: int, b: int) -> float:
    """Return a lot that falls to a pair, from 0 to 1."""
    return _digest(a, b, 4) / 2**32


def _digest(a: int, b: int, start: int) -> int:
    drawn = hashlib.sha256(f"audit {min(a, b)} {max(a, b)}".encode()).digest()
    return int.from_bytes(drawn[start : start + 4], "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is to be measured.

    Attributes
    ----------
    compared : Compared
        Every pair the run compared; ``joined`` as things stand now.
    by_run : (n_pairs,) bool
        Whether the run itself joined them: by this, and not by what people made of it, audited pairs speak for others.
    kind : (n_pairs,) int64
        Whether of one list, and of two scripts (`kind_of`).
    judged : (n_pairs,) bool
        Whether people have settled a pair: it is taken to be as it stands, but for slips.
    audited : sequence of (a, b, same)
        Drawn pairs that people judged and the model never saw.
    blocking_recall : float
        Share of true pairs that were compared at all, by the overlap of rules.
    """

    compared: Compared
    by_run: Flags
    kind: Ints
    judged: Flags
    audited: Sequence[tuple[int, int, bool]]
    blocking_recall: float

    def cells(self) -> Ints:
        """Return the cell of each pair: its likelihood, the start model's, and whether it is joined now."""
        joined = self.compared.joined
        log_odds = np.clip(np.floor((self.compared.log_odds - LOWEST) * PER_UNIT), 0, N_BINS - 1).astype(np.int64)
        first = np.clip(np.floor((self.compared.first - LOWEST) * PER_FIRST), 0, N_FIRST - 1).astype(np.int64)
        cell = 2 * (N_KINDS * (N_FIRST * log_odds + first) + self.kind) + joined
        return np.where(self.judged, N_CELLS + joined, cell)

    def audits(self) -> tuple[Reals, Reals, Flags, Ints, Flags]:
        """Return of audited pairs that were compared: log-odds, start model's, joined by the run, kind, the truth."""
        pairs = zip(self.compared.a.tolist(), self.compared.b.tolist(), strict=True)
        wanted = {(min(a, b), max(a, b)): same for a, b, same in self.audited}
        rows = {pair: at for at, pair in enumerate(pairs) if pair in wanted}
        at = np.array(list(rows.values()), np.int64)
        same = np.array([wanted[pair] for pair in rows], np.bool_)
        log_odds, first = (each[at].astype(np.float64) for each in (self.compared.log_odds, self.compared.first))
        return log_odds, first, self.by_run[at], self.kind[at], same

    def rates(self, seed: int) -> Reals:
        """Return draws of the share of each cell's pairs that are one person; (draws, cells)."""
        centre, spread = calibrate(*self.audits())
        drawn = np.random.default_rng(seed).multivariate_normal(centre, spread, DRAWS)
        rest, joined = np.divmod(np.arange(N_CELLS), 2)
        rest, kind = np.divmod(rest, N_KINDS)
        at, first = np.divmod(rest, N_FIRST)
        middle, first_middle = LOWEST + (at + 0.5) / PER_UNIT, LOWEST + (first + 0.5) / PER_FIRST
        odds = drawn @ _terms(middle, first_middle, joined == 1, kind).T + middle
        settled = np.full((DRAWS, 1), SLIP)  # people slip; what they settled stands, rightly or not
        return np.concatenate([1 / (1 + np.exp(-odds)), settled, 1 - settled], axis=1)

    def unseen(self, seed: int) -> Reals:
        """Return draws of how many true pairs were never compared, for each that was; (draws,)."""
        least = max(1 - self.blocking_recall, UNSEEN)
        share = 2 * least * np.random.default_rng(seed + 7).random(DRAWS)
        return share / (1 - share)


def kind_of(*, same_list: Flags, two_scripts: Flags) -> Ints:
    """Return the kind of pairs, as questions are spread over them."""
    return (same_list + 2 * two_scripts).astype(np.int64)


def _terms(log_odds: Reals, first: Reals, joined: Flags, kind: Ints) -> Reals:
    """Return what each way of being off adds to the log-odds of pairs; (n_pairs, len(PRIOR))."""
    one = np.ones(len(log_odds))
    ways = np.stack([one, log_odds, joined, joined * log_odds, first - log_odds, kind % 2, kind // 2], axis=1)
    stratum = 2 * stratum_of(log_odds.astype(np.float32)) + joined
    return np.concatenate([ways, np.eye(2 * N_STRATA)[stratum]], axis=1)


def calibrate(log_odds: Reals, first: Reals, joined: Flags, kind: Ints, same: Flags) -> tuple[Reals, Reals]:
    """Fit how the model's log-odds are off, in each of the ways that ``PRIOR`` names; with their covariance.

    A verdict is wrong with probability ``SLIP``; the priors are normal (``EXPECTED``, ``PRIOR``). The covariance is
    that of the normal distribution that fits the posterior at its top (Laplace, by the expected information).
    """
    terms = _terms(log_odds, first, joined, kind)

    def chances(off: Reals) -> tuple[Reals, Reals]:
        """Return the chance that each verdict is "same", and how it moves with the log-odds."""
        alone = 1 / (1 + np.exp(-(log_odds + terms @ off)))
        slope: Reals = (1 - 2 * SLIP) * alone * (1 - alone)
        return SLIP + (1 - 2 * SLIP) * alone, slope

    def cost(off: Reals) -> tuple[float, Reals]:
        chance, slope = chances(off)
        value = (((off - EXPECTED) / PRIOR) ** 2 / 2).sum() - np.log(np.where(same, chance, 1 - chance)).sum()
        pull = terms.T @ ((same - chance) * slope / (chance * (1 - chance)))
        return float(value), (off - EXPECTED) / PRIOR**2 - pull

    found: Reals = minimize(cost, EXPECTED, jac=True, method="BFGS").x
    chance, slope = chances(found)
    information = np.diag(PRIOR**-2.0) + (terms.T * (slope**2 / (chance * (1 - chance)))) @ terms
    spread: Reals = np.linalg.inv(information).astype(np.float64)
    return found, spread


def evaluate(state: State, *, groups: Mapping[str, Flags]) -> Evaluation:
    """Estimate how well persons are put together.

    Parameters
    ----------
    groups : mapping of group to (n_pairs,) bool
        Pairs for which to report apart.
    """
    cell, joined, rates = state.cells(), state.compared.joined, state.rates(SEED)
    n_pairs = np.bincount(cell, minlength=N_ALL)
    unseen = state.unseen(SEED)
    true, false, missed = _counts(n_pairs, rates, unseen)
    by_group = {}
    for name, inside in groups.items():
        found = _counts(np.bincount(cell[inside], minlength=N_ALL), rates, unseen)
        measures = _measures(*found)
        ranges = {each: _range(measures[each]).as_json() for each in ("precision", "recall")}
        by_group[name] = {"pairs_joined": int((inside & joined).sum()), **ranges}
    return Evaluation(
        n_audited=len(state.audits()[0]),
        pairs={name: _range(values) for name, values in _measures(true, false, missed).items()},
        cubed={name: _range(values) for name, values in _cubed(state.compared, cell, rates[:CUBED_DRAWS]).items()},
        missed_joins=_range(missed),
        false_joins=_range(false),
        strata=_strata(state),
        by_group=by_group,
    )


def persons_error(
    state: State,
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
    joined, rates, cell = state.compared.joined, state.rates(SEED), state.cells()
    weight = np.where(joined, 1 / np.maximum(sizes[0] - 1, 1), 1 / (sizes[0] * sizes[1]))
    rng = np.random.default_rng(SEED + 1)

    unseen = state.unseen(SEED)

    def errors(share: Flags | Reals) -> tuple[Reals, Reals]:
        """Return persons falsely joined, and joins missed, in each draw."""
        _, false, missed = _counts(np.bincount(cell, weight * share, minlength=N_ALL), rates, unseen)
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


def persons_range(state: State, sizes: Ints, n_persons: int) -> Range:
    """Estimate how many persons there are, where so many are found."""
    joined, rates, cell = state.compared.joined, state.rates(SEED), state.cells()
    weight = np.where(joined, 1 / np.maximum(sizes[0] - 1, 1), 1 / (sizes[0] * sizes[1]))
    _, false, missed = _counts(np.bincount(cell, weight, minlength=N_ALL), rates, state.unseen(SEED))
    rng = np.random.default_rng(SEED + 2)
    return _range((n_persons + rng.poisson(false) - rng.poisson(missed)).astype(np.float64))


def _counts(n_pairs: Ints | Reals, rates: Reals, unseen: Reals | float) -> tuple[Reals, Reals, Reals]:
    """Return pairs rightly joined, falsely joined and missed, in each draw; missed are ``unseen`` for each seen."""
    true = (rates[:, IS_JOINED] * n_pairs[IS_JOINED]).sum(axis=1)
    false = ((1 - rates[:, IS_JOINED]) * n_pairs[IS_JOINED]).sum(axis=1)
    apart = (rates[:, ~IS_JOINED] * n_pairs[~IS_JOINED]).sum(axis=1)
    return true, false, apart + (true + apart) * unseen


def _strata(state: State) -> list[dict[str, Any]]:
    edges = [None, *STRATA.tolist()]
    cell = 2 * stratum_of(state.compared.log_odds) + state.by_run
    log_odds, _, joined, _, same = state.audits()
    asked = 2 * stratum_of(log_odds.astype(np.float32)) + joined
    n_pairs, n_asked, n_same = (np.bincount(each, minlength=2 * len(edges)) for each in (cell, asked, asked[same]))
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
