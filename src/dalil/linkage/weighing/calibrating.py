"""How often a pair of mentions of this likelihood, joined or not, is really one person: calibrated by judged pairs.

The answer comes from pairs drawn at random within strata and judged by people without the score. A model is not
measured by the answers it learned from: a quarter of them, chosen by a digest of their ids, is kept from every model,
and what people answered after the run was made is new to it too. People slip now and then; where a million pairs are
all but certain, one slip must not stand for thousands, so slips are part of what is fitted.

Pairs that were never compared are a stratum of their own. Of a sample of mentions they are looked for another way, and
people are asked about the likeliest (`unseen`). Until enough of these are answered, what the overlap of the rules says
is taken for a lower bound: it lies anywhere up to twice that, and is never taken to be nothing (`UNSEEN`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from dalil.linkage.archives.candidates import Compared
from dalil.linkage.archives.unseen import Overlooked, nothing_overlooked, unseen_draws
from dalil.linkage.weighing.learning import STRATA, stratum_of

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

AUDITED_PERCENT: Final = 25
"""Of drawn pairs, those kept from the model. A choice: enough to measure, few enough to leave it lessons."""
SLIP: Final = 0.01
"""Share of verdicts that are wrong though the case is clear: assumed; `dalil review agreement` shows what it is."""
N_STRATA: Final = len(STRATA) + 1
FAR: Final = 4.0
"""Log-odds beyond which the model is taken to be off by no more than there: hardly any pair is asked about beyond."""
WAYS: Final = (
    ("all log-odds", -1.5, 1.0),
    ("stretched", 0.2, 0.25),
    ("joined", 3.0, 1.0),
    ("joined, stretched", 0.0, 0.2),
    ("less likely to the start model", 0.0, 0.4),
    ("more likely to the start model, in doubt", 0.0, 0.4),
    ("one list", 0.0, 1.0),
    ("two scripts", 0.0, 0.7),
    ("joined, one list", 0.0, 1.0),
    ("joined, two scripts", 0.0, 0.7),
)
"""Ways in which the model may be off, each with what is expected before anyone was asked and its standard deviation.
Clusters know more than pairs do: being apart takes from a pair's log-odds, being joined adds, and more where there is
no doubt; so it was on five invented archives whose truth was known. The start model's opinion, and whether a pair is of
one list or of two scripts, are there because pairs are drawn by them: more of those of which the start model was in
doubt, and more of rare kinds; and two rows of one list that are alike are namesakes more often than two of two lists.
A pair that the model only now doubts is less likely than others that it doubts; beyond doubt, nothing follows."""
OFF_LINE: Final = 0.5
"""Standard deviation of each stratum, joined and apart, off the line that these ways make."""
EXPECTED: Final = np.array([*(way[1] for way in WAYS), *[0.0] * (2 * N_STRATA)])
PRIOR: Final = np.array([*(way[2] for way in WAYS), *[OFF_LINE] * (2 * N_STRATA)])
UNSEEN: Final = 0.006
"""Share of true pairs taken to be never compared, at least. On invented lists whose truth was known it was 4 to 7 in a
thousand where the overlap of rules showed at most one."""
DRAWS: Final = 400
SEED: Final = 20210521
"""Of the draws: the same answers give the same intervals."""
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


def is_audited(a: int, b: int) -> bool:
    """Tell whether a drawn pair measures, rather than teaches."""
    return _digest(a, b, 0) % 100 < AUDITED_PERCENT


def lot(a: int, b: int, *, number: int = 1) -> float:
    """Return the lot of some number that falls to a pair, from 0 to 1; each number's is drawn by itself."""
    return _digest(a, b, 4 * number) / 2**32


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
    overlooked : Overlooked
        Pairs of a sample of mentions that were never compared.
    looked_at : mapping of (a, b) to bool
        Whether they are one person, of those that people were asked about and judged.
    """

    compared: Compared
    by_run: Flags
    kind: Ints
    judged: Flags
    audited: Sequence[tuple[int, int, bool]]
    blocking_recall: float
    overlooked: Overlooked = field(default_factory=nothing_overlooked)
    looked_at: Mapping[tuple[int, int], bool] = field(default_factory=dict)


def kind_of(*, same_list: Flags, two_scripts: Flags) -> Ints:
    """Return the kind of pairs, as questions are spread over them."""
    return (same_list + 2 * two_scripts).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audits:
    """Audited pairs that were compared: what the run said of them, and what people did. All are (n_audits,).

    Attributes
    ----------
    log_odds, first : float64
    joined : bool
        By the run.
    kind : int64
    same : bool
        What people said.
    """

    log_odds: Reals
    first: Reals
    joined: Flags
    kind: Ints
    same: Flags

    def __len__(self) -> int:
        return len(self.same)


class Calibrated:
    """A state and what the audited pairs say of it.

    Attributes
    ----------
    state : State
    audits : Audits
    cell : (n_pairs,) int64
        Pairs alike in likelihood, the start model's, kind, and whether they are joined now.
    rates : (DRAWS, N_ALL) float64
        Draws of the share of each cell's pairs that are one person; 0 of cells without pairs.
    unseen : (DRAWS,) float64
        Draws of how many true pairs were never compared, for each that was.
    n_looked_at : int
        Judged pairs that this rests on; 0 where there are too few, and it is assumed.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.audits = _audits(state)
        self.cell = _cells(state)
        self.rates = _rates(self.audits, np.unique(self.cell))
        n_seen = self.rates @ np.bincount(self.cell, minlength=N_ALL)
        rng = np.random.default_rng(SEED + 7)
        told = unseen_draws(state.overlooked, state.looked_at, n_seen, slip=SLIP, rng=rng)
        share = 2 * max(1 - state.blocking_recall, UNSEEN) * rng.random(DRAWS)
        assumed: Reals = share / (1 - share)
        self.unseen, self.n_looked_at = (assumed, 0) if told is None else told


def _audits(state: State) -> Audits:
    compared, wanted = state.compared, {(min(a, b), max(a, b)): same for a, b, same in state.audited}
    ends = np.array(sorted({end for pair in wanted for end in pair}), np.int64)
    near = np.flatnonzero(np.isin(compared.a, ends) & np.isin(compared.b, ends))
    pairs = zip(near.tolist(), compared.a[near].tolist(), compared.b[near].tolist(), strict=True)
    rows = {pair: row for row, a, b in pairs if (pair := (min(a, b), max(a, b))) in wanted}
    at = np.array(list(rows.values()), np.int64)
    return Audits(
        log_odds=compared.log_odds[at].astype(np.float64),
        first=compared.first[at].astype(np.float64),
        joined=state.by_run[at],
        kind=state.kind[at],
        same=np.array([wanted[pair] for pair in rows], np.bool_),
    )


def _cells(state: State) -> Ints:
    joined = state.compared.joined
    log_odds = np.clip(np.floor((state.compared.log_odds - LOWEST) * PER_UNIT), 0, N_BINS - 1).astype(np.int64)
    first = np.clip(np.floor((state.compared.first - LOWEST) * PER_FIRST), 0, N_FIRST - 1).astype(np.int64)
    cell = 2 * (N_KINDS * (N_FIRST * log_odds + first) + state.kind) + joined
    return np.where(state.judged, N_CELLS + joined, cell)


def _rates(audits: Audits, used: Ints) -> Reals:
    """Return draws of the rates of all cells; of those that no pair is in, 0."""
    centre, spread = calibrate(audits)
    drawn = np.random.default_rng(SEED).multivariate_normal(centre, spread, DRAWS)
    found = np.zeros((DRAWS, N_ALL))
    cell = used[used < N_CELLS]
    rest, joined = np.divmod(cell, 2)
    rest, kind = np.divmod(rest, N_KINDS)
    at, first = np.divmod(rest, N_FIRST)
    middle, first_middle = LOWEST + (at + 0.5) / PER_UNIT, LOWEST + (first + 0.5) / PER_FIRST
    odds = drawn @ _terms(middle, first_middle, joined == 1, kind).T + middle
    found[:, cell] = 1 / (1 + np.exp(-odds))
    # People slip; what they settled stands, rightly or not.
    found[:, N_CELLS], found[:, N_CELLS + 1] = SLIP, 1 - SLIP
    return found


def _terms(log_odds: Reals, first: Reals, joined: Flags, kind: Ints) -> Reals:
    """Return what each way of being off adds to the log-odds of pairs; (n_pairs, len(PRIOR))."""
    near, opinion = np.clip(log_odds, -FAR, FAR), np.clip(first - log_odds, -FAR, FAR)
    one_list, two_scripts, doubt = kind % 2, kind // 2, 1 - np.abs(near) / FAR
    ways = [np.ones(len(near)), near, joined, joined * near]
    ways += [np.minimum(opinion, 0), np.maximum(opinion, 0) * doubt]
    ways += [one_list, two_scripts, joined * one_list, joined * two_scripts]
    stratum = 2 * stratum_of(log_odds.astype(np.float32)) + joined
    return np.concatenate([np.stack(ways, axis=1), np.eye(2 * N_STRATA)[stratum]], axis=1)


def calibrate(audits: Audits) -> tuple[Reals, Reals]:
    """Fit how the model's log-odds are off, in each of its ``WAYS`` and strata; return it with its covariance.

    A verdict is wrong with probability ``SLIP``; the priors are normal (``EXPECTED``, ``PRIOR``). The covariance is
    that of the normal distribution that fits the posterior at its top (Laplace, by the expected information).
    """
    log_odds, same = audits.log_odds, audits.same
    terms = _terms(log_odds, audits.first, audits.joined, audits.kind)

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
