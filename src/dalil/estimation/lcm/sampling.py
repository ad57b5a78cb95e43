"""The nonparametric latent-class estimator: chains until they agree, ladders of chains where they do not.

Sixteen chains start far apart. If they agree (R-hat at most 1.01), their draws are the answer. If they do not, the
distribution has several modes or ridges, and four ladders of tempered chains take their place. If those do not agree
either, the result says so; what may then be printed is decided by whoever asks, from :attr:`LcmDraws.converged` and
:attr:`LcmDraws.modes`.

Draws depend on the table, the settings and the seed alone: not on the number of threads, on the machine, or on whether
numba is there.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from dalil.estimation.convergence import Convergence
from dalil.estimation.lcm.model import Ints
from dalil.estimation.lcm.random import streams
from dalil.estimation.lcm.running import Kept, agreed, judge, read_problem, run_plain, run_tempered
from dalil.estimation.lcm.settings import LcmSettings
from dalil.estimation.lcm.tempering import swap_rates
from dalil.estimation.modes import Mode, find_modes

__all__ = ["Ladder", "LcmDraws", "LcmSettings", "sample"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """How tempering went."""

    totals: tuple[int, ...]
    """Persons in the table of each rung, from the table itself down to none."""
    swap_rates: tuple[float, ...]
    """Share of exchanges accepted between each rung and the next."""
    round_trips: int
    """Times a walker came up from the prior to the table, over all ladders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LcmDraws:
    """Draws from the posterior, and what they say about themselves."""

    n: int
    """Persons recorded."""
    unrecorded: NDArray[np.int64]
    """(n_chains, n_draws): persons on no list."""
    depth: NDArray[np.float64]
    """(n_chains, n_draws, J): probability that a recorded person is on exactly 1, 2, …, J lists."""
    overlap: NDArray[np.float64]
    """(n_chains, n_draws, J (J − 1) / 2): probability that a recorded person is on both lists of a pair, in lexical
    order."""
    convergence: Convergence
    """Of log N."""
    converged: bool
    plain_r_hat: float
    """R-hat of the chains from overdispersed starts, before any tempering."""
    n_classes: int
    all_classes_used: float
    """Share of draws in which every class held somebody; above a few hundredths, K is too small."""
    beyond_cap: float | None
    """Share of the unlimited posterior that lies beyond ``n0_max``: drawn by itself, since draws below a limit know
    little of what lies beyond it. None without a limit."""
    modes: tuple[Mode, ...]
    """Modes of N, ascending."""
    ladder: Ladder | None
    """None if plain chains were enough."""
    n_sweeps: int
    """Of all chains and rungs, trial runs included."""
    seconds: float = field(compare=False)


def sample(
    patterns: NDArray[np.integer], counts: NDArray[np.integer], *, settings: LcmSettings | None = None, seed: int
) -> LcmDraws:
    """Draw the number of unrecorded persons from its posterior.

    Parameters
    ----------
    patterns : ndarray
        (M, J), 0 or 1: which lists hold the persons of a pattern. No row of zeros, no row twice, J ≥ 2.
    counts : ndarray
        (M,): persons with each pattern, at least one.
    settings : LcmSettings, optional
    seed : int
        Not negative.

    Returns
    -------
    LcmDraws

    Raises
    ------
    BadInput
        The arrays are not a table as described.
    """
    settings = settings or LcmSettings()
    beyond = None
    if settings.n0_max is not None:
        free = sample(patterns, counts, settings=replace(settings, n0_max=None), seed=seed)
        beyond = float(np.mean(free.unrecorded > settings.n0_max))
    problem = read_problem(patterns, counts, settings)
    started = time.perf_counter()
    chains = streams(seed, settings.n_chains + settings.n_ladders + 1)
    plain = run_plain(problem, chains[: settings.n_chains])
    verdict = judge(problem, plain[0])
    plain_r_hat = verdict.r_hat
    kept, n_sweeps = plain
    ladder = None
    if not agreed(verdict, settings):
        kept, tables, more_sweeps = run_tempered(problem, chains[settings.n_chains :])
        n_sweeps += more_sweeps
        verdict = judge(problem, kept)
        ladder = _ladder(tables, kept)
    n = int(problem.counts.sum())
    unrecorded = np.stack([part.unrecorded for part in kept])
    return LcmDraws(
        n=n,
        unrecorded=unrecorded,
        depth=np.stack([part.depth for part in kept]),
        overlap=np.stack([part.overlap for part in kept]),
        convergence=verdict,
        converged=agreed(verdict, settings),
        plain_r_hat=plain_r_hat,
        n_classes=problem.n_classes,
        all_classes_used=float(np.mean(np.concatenate([part.occupied for part in kept]) == problem.n_classes)),
        beyond_cap=beyond,
        modes=find_modes(n + unrecorded, effective=verdict.bulk_ess),
        ladder=ladder,
        n_sweeps=n_sweeps,
        seconds=time.perf_counter() - started,
    )


def _ladder(tables: Ints, kept: list[Kept]) -> Ladder:
    swaps = np.sum([part.swaps for part in kept], axis=0)
    return Ladder(
        totals=tuple(int(total) for total in tables.sum(axis=1)),
        swap_rates=tuple(float(rate) for rate in swap_rates(swaps)),
        round_trips=sum(part.trips for part in kept),
    )
