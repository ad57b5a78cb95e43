"""Running chains and ladders in rounds, until they agree or have had their share of sweeps."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalil.errors import BadInput
from dalil.estimation.convergence import Convergence, convergence
from dalil.estimation.lcm.compiling import COMPILED
from dalil.estimation.lcm.model import Floats, Ints
from dalil.estimation.lcm.settings import LcmSettings
from dalil.estimation.lcm.tempering import better_shares, first_shares, swap_rates, thinned
from dalil.estimation.lcm.walkers import Walkers, advance, start_walkers


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A table as the kernels want it: pattern m has the lists ``members[begins[m]:begins[m + 1]]``."""

    begins: Ints
    members: Ints
    counts: Ints
    n_lists: int
    n_classes: int
    settings: LcmSettings


@dataclass(slots=True, kw_only=True)
class Kept:
    """What one ladder has kept so far."""

    unrecorded: Ints
    occupied: Ints
    depth: Floats
    overlap: Floats
    swaps: Floats
    trips: int


def read_problem(patterns: NDArray[np.integer], counts: NDArray[np.integer], settings: LcmSettings) -> Problem:
    """Check the arrays and put the patterns in order, so that the order of rows changes no digit."""
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
    return Problem(
        begins=np.concatenate([[0], np.cumsum(on.sum(axis=1))]).astype(np.int64),
        members=np.nonzero(on)[1].astype(np.int64),
        counts=of,
        n_lists=n_lists,
        n_classes=settings.n_classes or min(2**n_lists - 1, 15),
        settings=settings,
    )


def run_plain(problem: Problem, rngs: Ints) -> tuple[list[Kept], int]:
    """Run one chain per generator; return their draws and the sweeps made. They may not agree."""
    settings = problem.settings
    tables = problem.counts[None, :]
    walkers = [_start(problem, rng, 1) for rng in rngs]
    _move(problem, walkers, tables, n_sweeps=settings.burn)
    per_chain = settings.first_sweeps
    kept = _move(problem, walkers, tables, n_sweeps=per_chain)
    while True:
        used = len(walkers) * (settings.burn + per_chain)
        verdict = judge(problem, kept)
        # Far apart after so many sweeps, chains would need very many more: ladders are the shorter way.
        hopeless = verdict.r_hat > 1.2 or used + len(walkers) * per_chain > settings.most_sweeps
        if agreed(verdict, settings) or hopeless:
            return kept, used
        kept = _joined(kept, _move(problem, walkers, tables, n_sweeps=per_chain))
        per_chain *= 2


def run_tempered(problem: Problem, rngs: Ints) -> tuple[list[Kept], Ints, int]:
    """Run one ladder per generator but the last, which places the rungs; return draws, tables of the rungs, and
    sweeps."""
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
    while not agreed(judge(problem, kept), settings):
        more = min(rounds, (settings.most_tempered_sweeps - used) // per_round)
        if more < settings.first_sweeps:
            break
        kept = _joined(kept, _move(problem, walkers, tables, n_sweeps=more))
        used += per_round * more
        rounds *= 2
    return kept, tables, used


def _place_rungs(problem: Problem, rng: Ints) -> tuple[Floats, int]:
    # Four trial runs, each placing the rungs of the next.
    shares = first_shares(int(problem.counts.sum()))
    used = 0
    for trial in range(4):
        trial_sweeps = problem.settings.trial_sweeps * 2**trial
        tables = thinned(problem.counts, shares)
        walkers = [_start(problem, rng, len(tables))]
        _move(problem, walkers, tables, n_sweeps=trial_sweeps // 2)
        (kept,) = _move(problem, walkers, tables, n_sweeps=trial_sweeps)
        used += len(tables) * (trial_sweeps // 2 + trial_sweeps)
        shares = better_shares(shares, 1.0 - swap_rates(kept.swaps))
        rng = walkers[0].rng
    return shares, used


def _start(problem: Problem, rng: Ints, n_rungs: int) -> Walkers:
    return start_walkers(rng, n_rungs=n_rungs, n_classes=problem.n_classes, n_lists=problem.n_lists)


def _move(problem: Problem, ladders: list[Walkers], tables: Ints, *, n_sweeps: int) -> list[Kept]:
    settings = problem.settings
    n_draws = max(n_sweeps // settings.thin, 4)  # fewer cannot be judged
    n_pairs = problem.n_lists * (problem.n_lists - 1) // 2

    def move(walkers: Walkers) -> Kept:
        kept = Kept(
            unrecorded=np.empty(n_draws, np.int64),
            occupied=np.empty(n_draws, np.int64),
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
            kept.depth,
            kept.overlap,
            kept.swaps,
        )
        return kept

    if not COMPILED or len(ladders) == 1:
        return [move(walkers) for walkers in ladders]
    with ThreadPoolExecutor(max_workers=settings.threads or os.cpu_count()) as pool:
        return list(pool.map(move, ladders))


def _joined(earlier: list[Kept], later: list[Kept]) -> list[Kept]:
    return [
        Kept(
            unrecorded=np.concatenate([a.unrecorded, b.unrecorded]),
            occupied=np.concatenate([a.occupied, b.occupied]),
            depth=np.concatenate([a.depth, b.depth]),
            overlap=np.concatenate([a.overlap, b.overlap]),
            swaps=a.swaps + b.swaps,
            trips=a.trips + b.trips,
        )
        for a, b in zip(earlier, later, strict=True)
    ]


def judge(problem: Problem, kept: list[Kept]) -> Convergence:
    """Measure the convergence of log N."""
    total = int(problem.counts.sum())
    return convergence(np.log(total + np.stack([part.unrecorded for part in kept])))


def agreed(verdict: Convergence, settings: LcmSettings) -> bool:
    """Answer whether chains agree and are long enough."""
    enough = min(verdict.bulk_ess, verdict.tail_ess) >= settings.least_ess
    return bool(verdict.r_hat <= settings.most_r_hat and enough)
