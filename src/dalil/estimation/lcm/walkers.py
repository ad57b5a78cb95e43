"""Walkers: the kernel that moves one ladder of walkers along, and the arrays it moves.

A ladder is one walker per table: the table itself first, then tables thinned to fewer and fewer persons, down to none.
With one rung it is a plain chain. After each round of sweeps, neighbours on the ladder may change places; even and odd
pairs take turns (Okabe et al. 2001; non-reversible, Syed et al. 2022), which carries states from the prior at the
bottom to the table at the top.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dalil.estimation.lcm.arithmetic import exp, log
from dalil.estimation.lcm.compiling import compiled, compiled_and_kept, source_digest
from dalil.estimation.lcm.model import LEAST_RATE, Floats, Ints, fill_class, log_share_below
from dalil.estimation.lcm.random import Rng, log_gamma_number, normal, uniform
from dalil.estimation.lcm.slides import slide, trade
from dalil.estimation.lcm.sweep import sweep


@dataclass(frozen=True, slots=True, kw_only=True)
class Walkers:
    """The state of one ladder of T walkers; arrays are changed in place as it moves."""

    rng: Rng  # (6,)
    nu: Floats  # (T, K)
    tails: Floats  # (T, K)
    rates: Floats  # (T, K, J)
    alpha: Floats  # (T,)
    place: Ints  # (T,): which walker stands on each rung
    heading: Ints  # (T,): 1 once a walker has been at the bottom, 0 once at the top again
    turn: Ints  # (1,): rounds so far


def start_walkers(rng: Rng, *, n_rungs: int, n_classes: int, n_lists: int) -> Walkers:
    """Put walkers at random, overdispersed places: each with its own general level of rates, between rarely and nearly
    always seen."""
    walkers = Walkers(
        rng=rng.copy(),
        nu=np.empty((n_rungs, n_classes)),
        tails=np.empty((n_rungs, n_classes)),
        rates=np.empty((n_rungs, n_classes, n_lists)),
        alpha=np.full(n_rungs, 0.5),
        place=np.arange(n_rungs, dtype=np.int64),
        heading=np.zeros(n_rungs, np.int64),
        turn=np.zeros(1, np.int64),
    )
    for rung in range(n_rungs):
        level = -4.0 + 5.0 * uniform(walkers.rng)
        for k in range(n_classes):
            walkers.nu[rung, k] = exp(log_gamma_number(walkers.rng, 1.0))
            for j in range(n_lists):
                odds = exp(level + 1.5 * normal(walkers.rng))
                walkers.rates[rung, k, j] = min(max(odds / (1.0 + odds), LEAST_RATE), 1.0 - LEAST_RATE)
        tail = 0.0
        total = 0.0
        for k in range(n_classes):
            total += walkers.nu[rung, k]
        for k in range(n_classes - 1, -1, -1):
            walkers.nu[rung, k] /= total
            tail += walkers.nu[rung, k]
            walkers.tails[rung, k] = log(tail) if k > 0 else 0.0
    return walkers


@compiled
def tell_state(nu: Floats, rates: Floats, seen: Floats, depth: Floats, overlap: Floats, ways: Floats) -> None:
    """Fill ``depth`` (J,) and ``overlap`` (J(J−1)/2,).

    ``depth[d]`` is the probability that a recorded person is on exactly d + 1 lists, ``overlap`` that they are on both
    lists of a pair, pairs in the order (0, 1), (0, 2), …, (1, 2), …; ``ways`` (J + 1,) is scratch.
    """
    n_classes, n_lists = rates.shape
    depth[:] = 0.0
    overlap[:] = 0.0
    share_seen = 0.0
    for k in range(n_classes):
        if nu[k] < 1e-300:
            continue
        share_seen += nu[k] * seen[k]
        ways[:] = 0.0
        ways[0] = 1.0
        for j in range(n_lists):
            for d in range(j + 1, 0, -1):
                ways[d] = ways[d] * (1.0 - rates[k, j]) + ways[d - 1] * rates[k, j]
            ways[0] *= 1.0 - rates[k, j]
        for d in range(n_lists):
            depth[d] += nu[k] * ways[d + 1]
        pair = 0
        for i in range(n_lists):
            for j in range(i + 1, n_lists):
                overlap[pair] += nu[k] * rates[k, i] * rates[k, j]
                pair += 1
    for d in range(n_lists):
        depth[d] /= share_seen
    for pair in range(overlap.shape[0]):
        overlap[pair] /= share_seen


def _make_advance(source: int) -> Callable[..., int]:
    def advance(
        rng: Rng,
        nu: Floats,
        tails: Floats,
        rates: Floats,
        alpha: Floats,
        place: Ints,
        heading: Ints,
        turn: Ints,
        begins: Ints,
        members: Ints,
        tables: Ints,
        shape: float,
        rate: float,
        cap: int,
        n_slides: int,
        thin: int,
        unrecorded: Ints,
        occupied: Ints,
        depth: Floats,
        overlap: Floats,
        swaps: Floats,
    ) -> int:
        if source < 0:  # never: it makes kept machine code depend on every kernel's source
            return -1
        n_rungs, n_classes, n_lists = rates.shape
        n_patterns = tables.shape[1]
        cells = np.empty((n_rungs, n_classes, n_patterns))
        seen = np.empty((n_rungs, n_classes))
        missed = np.empty((n_rungs, n_classes))
        odds = np.empty(n_lists)
        sizes = np.empty(n_classes, np.int64)
        ones = np.empty((n_classes, n_lists), np.int64)
        drawn = np.empty(n_classes, np.int64)
        weights = np.empty(n_classes)
        ways = np.empty(n_lists + 1)
        logs = np.empty((n_rungs, n_patterns))
        seen_new, missed_new, tails_new = np.empty(1), np.empty(1), np.empty(n_classes)
        spare = (
            np.empty((1, n_lists)),
            np.empty((1, n_patterns)),
            seen_new,
            missed_new,
            tails_new,
            np.empty(n_patterns),
        )
        totals = np.empty(n_rungs, np.int64)
        for t in range(n_rungs):
            totals[t] = 0
            for m in range(n_patterns):
                totals[t] += tables[t, m]
            for k in range(n_classes):
                fill_class(k, rates[t], begins, members, cells[t], seen[t], missed[t], odds)
        trips = 0
        for kept in range(unrecorded.shape[0]):
            for _ in range(thin):
                for t in range(n_rungs):
                    w = place[t]
                    limit = cap if t == 0 else 0
                    new_alpha, n_unrecorded = sweep(
                        rng, begins, members, tables[t], totals[t], nu[w], tails[w], rates[w], alpha[w], cells[w],
                        seen[w], missed[w], odds, sizes, ones, drawn, weights, shape, rate, limit,
                    )  # fmt: skip
                    alpha[w] = new_alpha
                    if t == 0:
                        unrecorded[kept] = n_unrecorded
                        n_occupied = 0
                        for k in range(n_classes):
                            n_occupied += 1 if sizes[k] > 0 else 0
                        occupied[kept] = n_occupied
                    if totals[t] > 0:
                        for _ in range(n_slides):
                            slide(
                                rng, begins, members, tables[t], totals[t], nu[w], tails[w], rates[w], alpha[w],
                                cells[w], seen[w], missed[w], odds, spare, limit,
                            )  # fmt: skip
                        for _ in range(n_slides // 2):
                            trade(
                                rng, tables[t], totals[t], nu[w], tails[w], alpha[w], cells[w], seen[w], missed[w],
                                spare, limit,
                            )  # fmt: skip
                if n_rungs > 1:
                    trips += exchange(
                        rng, nu, cells, seen, missed, tables, totals, place, heading, turn, cap, logs, swaps
                    )
                turn[0] += 1
            w = place[0]
            tell_state(nu[w], rates[w], seen[w], depth[kept], overlap[kept], ways)
        return trips

    return compiled_and_kept(advance)


@compiled
def exchange(
    rng: Rng,
    nu: Floats,
    cells: Floats,
    seen: Floats,
    missed: Floats,
    tables: Ints,
    totals: Ints,
    place: Ints,
    heading: Ints,
    turn: Ints,
    cap: int,
    logs: Floats,
    swaps: Floats,
) -> int:
    """Let neighbours on the ladder change places; return 1 if a walker has come up from the bottom to the top.

    ``swaps`` (2, T) counts proposals and acceptances between rung t and t + 1; ``logs`` (T, M) is scratch for log
    p(pattern | recorded).
    """
    n_rungs, n_patterns = tables.shape
    n_classes = nu.shape[1]
    for w in range(n_rungs):
        share_seen = 0.0
        for k in range(n_classes):
            share_seen += nu[w, k] * seen[w, k]
        for m in range(n_patterns):
            p = 0.0
            for k in range(n_classes):
                p += nu[w, k] * cells[w, k, m]
            logs[w, m] = log(max(p / share_seen, 1e-300))
    for t in range(turn[0] % 2, n_rungs - 1, 2):
        upper = place[t]
        lower = place[t + 1]
        gain = 0.0
        for m in range(n_patterns):
            gain += (tables[t, m] - tables[t + 1, m]) * (logs[lower, m] - logs[upper, m])
        if t == 0 and cap > 0:
            gain += _log_below(nu[lower], seen[lower], missed[lower], totals[0], cap)
            gain -= _log_below(nu[upper], seen[upper], missed[upper], totals[0], cap)
        swaps[0, t] += 1.0
        if log(uniform(rng)) < gain:
            swaps[1, t] += 1.0
            place[t] = lower
            place[t + 1] = upper
    heading[place[n_rungs - 1]] = 1
    if heading[place[0]] == 1:
        heading[place[0]] = 0
        return 1
    return 0


@compiled
def _log_below(nu: Floats, seen: Floats, missed: Floats, n: int, cap: int) -> float:
    share_seen = 0.0
    share_missed = 0.0
    for k in range(nu.shape[0]):
        share_seen += nu[k] * seen[k]
        share_missed += nu[k] * missed[k]
    return log_share_below(n, share_seen, share_missed, cap)


advance: Final[Callable[..., Any]] = _make_advance(source_digest())
