"""The nonparametric latent-class estimator: chains until they agree, ladders of chains where they do not.

Sixteen chains start far apart. If they agree (R-hat at most 1.01), their draws are the answer. If they do not, the distribution has
several modes or ridges, and four ladders of tempered chains take their place. If those do not agree either, the result says so; what
may then be printed is decided by whoever asks, from :attr:`LcmDraws.converged` and :attr:`LcmDraws.modes`.

Draws depend on the table, the settings and the seed alone: not on the number of threads, on the machine, or on whether numba is there.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dalil.errors import BadInput
from dalil.estimation.convergence import Convergence, convergence
from dalil.estimation.lcm_compiling import COMPILED
from dalil.estimation.lcm_model import Floats, Ints
from dalil.estimation.lcm_random import streams
from dalil.estimation.lcm_tempering import better_shares, first_shares, swap_rates, thinned
from dalil.estimation.lcm_walkers import Walkers, advance, start_walkers
from dalil.estimation.modes import Mode, find_modes


@dataclass(frozen=True, slots=True, kw_only=True)
class LcmSettings:
    """What the estimator is asked to do. Everything but ``threads`` belongs in a receipt."""

    n_classes: int | None = None
    """Classes K; None for min(2^J − 1, 15), where J is the number of lists."""
    alpha_shape: float = 0.25
    alpha_rate: float = 0.25
    """α ~ Gamma(shape, rate)."""
    n0_max: int | None = None
    """The most unrecorded persons allowed. None: no limit, which is how a posterior should be read."""
    n_chains: int = 16
    n_ladders: int = 4
    burn: int = 2_000
    """Sweeps of each chain before the first draw."""
    first_sweeps: int = 4_000
    """Sweeps of each chain before its first check; each further round doubles them."""
    most_sweeps: int = 1_000_000
    """Sweeps of all plain chains together, after which they give way to ladders."""
    most_tempered_sweeps: int = 8_000_000
    """Sweeps of all rungs of all ladders together, after which the result is what it is."""
    n_slides: int = 4
    """Slides after each sweep (see :mod:`dalil.estimation.lcm_slides`)."""
    thin: int = 8
    """One draw is kept of so many sweeps."""
    most_r_hat: float = 1.01
    least_ess: float = 400.0
    threads: int | None = None
    """Chains run at once; None for as many as the machine has processors. Changes no digit."""


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
    """(n_chains, n_draws, J (J − 1) / 2): probability that a recorded person is on both lists of a pair, in lexical order."""
    convergence: Convergence
    """Of log N."""
    converged: bool
    plain_r_hat: float
    """R-hat of the chains from overdispersed starts, before any tempering."""
    n_classes: int
    all_classes_used: float
    """Share of draws in which every class held somebody; above a few hundredths, K is too small."""
    beyond_cap: float | None
    """Share of the unlimited posterior that lies beyond ``n0_max``; None without a limit."""
    modes: tuple[Mode, ...]
    """Modes of N, ascending."""
    ladder: Ladder | None
    """None if plain chains were enough."""
    n_sweeps: int
    """Of all chains and rungs, trial runs included."""
    seconds: float = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    begins: Ints
    members: Ints
    counts: Ints
    n_lists: int
    n_classes: int
    settings: LcmSettings


@dataclass(slots=True, kw_only=True)
class _Kept:
    """What one ladder has kept so far."""

    unrecorded: Ints
    occupied: Ints
    below: Floats
    depth: Floats
    overlap: Floats
    swaps: Floats
    trips: int


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
    problem = _problem(patterns, counts, settings)
    started = time.perf_counter()
    chains = streams(seed, settings.n_chains + settings.n_ladders + 1)
    plain = _run_plain(problem, chains[: settings.n_chains])
    verdict = _verdict(problem, plain[0])
    plain_r_hat = verdict.r_hat
    kept, n_sweeps, ladder = plain[0], plain[1], None
    if not _agreed(verdict, settings):
        kept, tempered_sweeps, ladder = _run_tempered(problem, chains[settings.n_chains :])
        n_sweeps += tempered_sweeps
        verdict = _verdict(problem, kept)
    n = int(problem.counts.sum())
    unrecorded = np.stack([part.unrecorded for part in kept])
    below = np.concatenate([part.below for part in kept])
    return LcmDraws(
        n=n,
        unrecorded=unrecorded,
        depth=np.stack([part.depth for part in kept]),
        overlap=np.stack([part.overlap for part in kept]),
        convergence=verdict,
        converged=_agreed(verdict, settings),
        plain_r_hat=plain_r_hat,
        n_classes=problem.n_classes,
        all_classes_used=float(np.mean(np.concatenate([part.occupied for part in kept]) == problem.n_classes)),
        # A draw under the limit stands for 1 / P(unrecorded <= limit) draws of the unlimited posterior.
        beyond_cap=None if settings.n0_max is None else float(1.0 - 1.0 / np.mean(np.exp(-below))),
        modes=find_modes(n + unrecorded, effective=verdict.bulk_ess),
        ladder=ladder,
        n_sweeps=n_sweeps,
        seconds=time.perf_counter() - started,
    )


def _problem(patterns: NDArray[np.integer], counts: NDArray[np.integer], settings: LcmSettings) -> _Problem:
    on = np.asarray(patterns, np.int64)
    of = np.asarray(counts, np.int64)
    if on.ndim != 2 or on.shape[1] < 2 or of.shape != on.shape[:1] or not of.size:
        raise BadInput(
            "The arrays are not a table of patterns and counts.",
            expected="patterns (M, J) with J of at least 2, counts (M,)",
            found=f"patterns {on.shape}, counts {of.shape}",
        )
    if (
        not np.isin(on, (0, 1)).all()
        or not on.any(axis=1).all()
        or len(np.unique(on, axis=0)) < len(on)
        or of.min() < 1
    ):
        raise BadInput(
            "The arrays are not a table of patterns and counts.",
            expected="patterns of 0 and 1, each once, none all 0, with counts of at least 1",
            found=f"{len(on)} patterns, {len(np.unique(on, axis=0))} of them distinct, the least count {of.min()}",
        )
    # The order of rows must not change a digit.
    order = np.lexsort(on.T[::-1])
    on, of = on[order], of[order]
    n_lists = on.shape[1]
    return _Problem(
        begins=np.concatenate([[0], np.cumsum(on.sum(axis=1))]).astype(np.int64),
        members=np.nonzero(on)[1].astype(np.int64),
        counts=of,
        n_lists=n_lists,
        n_classes=settings.n_classes or min(2**n_lists - 1, 15),
        settings=settings,
    )


def _run_plain(problem: _Problem, rngs: Ints) -> tuple[list[_Kept], int]:
    settings = problem.settings
    tables = problem.counts[None, :]
    walkers = [_start(problem, rng, 1) for rng in rngs]
    _move(problem, walkers, tables, n_sweeps=settings.burn)
    per_chain = settings.first_sweeps
    kept = _move(problem, walkers, tables, n_sweeps=per_chain)
    while True:
        used = len(walkers) * (settings.burn + per_chain)
        verdict = _verdict(problem, kept)
        # Far apart after so many sweeps, chains would need very many more: ladders are the shorter way.
        hopeless = verdict.r_hat > 1.1 or used + len(walkers) * per_chain > settings.most_sweeps
        if _agreed(verdict, settings) or hopeless:
            return kept, used
        kept = _joined(kept, _move(problem, walkers, tables, n_sweeps=per_chain))
        per_chain *= 2


def _run_tempered(problem: _Problem, rngs: Ints) -> tuple[list[_Kept], int, Ladder]:
    settings = problem.settings
    shares, used = _place_rungs(problem, rngs[-1])
    tables = thinned(problem.counts, shares)
    n_rungs = len(tables)
    walkers = [_start(problem, rng, n_rungs) for rng in rngs[:-1]]
    per_round = len(walkers) * n_rungs
    _move(problem, walkers, tables, n_sweeps=settings.burn)
    used += per_round * settings.burn
    rounds = settings.first_sweeps
    kept = _move(problem, walkers, tables, n_sweeps=rounds)
    used += per_round * rounds
    while not _agreed(_verdict(problem, kept), settings) and used + per_round * rounds <= settings.most_tempered_sweeps:
        kept = _joined(kept, _move(problem, walkers, tables, n_sweeps=rounds))
        used += per_round * rounds
        rounds *= 2
    swaps = np.sum([part.swaps for part in kept], axis=0)
    ladder = Ladder(
        totals=tuple(int(total) for total in tables.sum(axis=1)),
        swap_rates=tuple(float(rate) for rate in swap_rates(swaps)),
        round_trips=sum(part.trips for part in kept),
    )
    return kept, used, ladder


def _place_rungs(problem: _Problem, rng: Ints) -> tuple[Floats, int]:
    # Four trial runs, each placing the rungs of the next.
    shares = first_shares(int(problem.counts.sum()))
    used = 0
    for trial in range(4):
        tables = thinned(problem.counts, shares)
        walkers = [_start(problem, rng, len(tables))]
        _move(problem, walkers, tables, n_sweeps=400 * 2**trial)
        (kept,) = _move(problem, walkers, tables, n_sweeps=800 * 2**trial)
        used += len(tables) * 1200 * 2**trial
        shares = better_shares(shares, 1.0 - swap_rates(kept.swaps))
        rng = walkers[0].rng
    return shares, used


def _start(problem: _Problem, rng: Ints, n_rungs: int) -> Walkers:
    return start_walkers(rng, n_rungs=n_rungs, n_classes=problem.n_classes, n_lists=problem.n_lists)


def _move(problem: _Problem, ladders: list[Walkers], tables: Ints, *, n_sweeps: int) -> list[_Kept]:
    settings = problem.settings
    n_draws = max(n_sweeps // settings.thin, 1)
    n_pairs = problem.n_lists * (problem.n_lists - 1) // 2

    def move(walkers: Walkers) -> _Kept:
        kept = _Kept(
            unrecorded=np.empty(n_draws, np.int64),
            occupied=np.empty(n_draws, np.int64),
            below=np.empty(n_draws),
            depth=np.empty((n_draws, problem.n_lists)),
            overlap=np.empty((n_draws, n_pairs)),
            swaps=np.zeros((2, len(tables))),
            trips=0,
        )
        kept.trips = advance(
            walkers.rng,
            walkers.nu,
            walkers.tails,
            walkers.rates,
            walkers.alpha,
            walkers.place,
            walkers.heading,
            walkers.turn,
            problem.begins,
            problem.members,
            tables,
            settings.alpha_shape,
            settings.alpha_rate,
            settings.n0_max or 0,
            settings.n_slides,
            settings.thin,
            kept.unrecorded,
            kept.occupied,
            kept.below,
            kept.depth,
            kept.overlap,
            kept.swaps,
        )
        return kept

    if not COMPILED or len(ladders) == 1:
        return [move(walkers) for walkers in ladders]
    with ThreadPoolExecutor(max_workers=settings.threads or os.cpu_count()) as pool:
        return list(pool.map(move, ladders))


def _joined(earlier: list[_Kept], later: list[_Kept]) -> list[_Kept]:
    return [
        _Kept(
            unrecorded=np.concatenate([a.unrecorded, b.unrecorded]),
            occupied=np.concatenate([a.occupied, b.occupied]),
            below=np.concatenate([a.below, b.below]),
            depth=np.concatenate([a.depth, b.depth]),
            overlap=np.concatenate([a.overlap, b.overlap]),
            swaps=a.swaps + b.swaps,
            trips=a.trips + b.trips,
        )
        for a, b in zip(earlier, later, strict=True)
    ]


def _verdict(problem: _Problem, kept: list[_Kept]) -> Convergence:
    total = int(problem.counts.sum())
    return convergence(np.log(total + np.stack([part.unrecorded for part in kept])))


def _agreed(verdict: Convergence, settings: LcmSettings) -> bool:
    enough = min(verdict.bulk_ess, verdict.tail_ess) >= settings.least_ess
    return bool(verdict.r_hat <= settings.most_r_hat and enough)
