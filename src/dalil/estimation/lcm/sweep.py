"""One exact Gibbs sweep over a table, pattern by pattern.

Persons with the same pattern are exchangeable, so their classes are one multinomial draw: a sweep costs what the
patterns cost, not what the persons do. Order: unrecorded and classes given the state; rates given classes; two classes
change places; α given the classes; class weights given α and the classes. The sticks are integrated out of the third
and the fourth.
"""

from __future__ import annotations

from typing import Final

from dalil.estimation.lcm.arithmetic import exp, log
from dalil.estimation.lcm.compiling import compiled
from dalil.estimation.lcm.model import (
    LEAST_ALPHA,
    LEAST_RATE,
    Floats,
    Ints,
    draw_sticks,
    fill_class,
    log_alpha_density,
    log_sizes_term,
)
from dalil.estimation.lcm.random import Rng, beta, gamma, log_gamma_number, normal, poisson, spread, uniform

MOST_UNRECORDED: Final = 4e18
"""Whole numbers end soon after; no posterior that matters comes near."""


@compiled
def sweep(
    rng: Rng,
    begins: Ints,
    members: Ints,
    counts: Ints,
    n: int,
    nu: Floats,
    tails: Floats,
    rates: Floats,
    alpha: float,
    cells: Floats,
    seen: Floats,
    missed: Floats,
    odds: Floats,
    sizes: Ints,
    ones: Ints,
    drawn: Ints,
    weights: Floats,
    shape: float,
    rate: float,
    cap: int,
) -> tuple[float, int]:
    """Renew a walker's state in place; return its new α and the unrecorded drawn on the way.

    ``counts`` (M,) sum to ``n``; ``ones`` is (K, J), ``sizes`` and ``drawn`` (K,), ``weights`` (K,), all scratch.
    ``cap`` 0 is none. With ``n`` = 0 the state is drawn anew from the prior.
    """
    n_classes, n_lists = rates.shape
    unrecorded = 0
    if n > 0:
        unrecorded = draw_unrecorded(rng, n, nu, seen, missed, cap)
        draw_classes(rng, begins, members, counts, unrecorded, nu, cells, missed, sizes, ones, drawn, weights)
        change_places(rng, sizes, ones, alpha)
        alpha = draw_alpha(rng, sizes, alpha, shape, rate)
    else:
        sizes[:] = 0
        ones[:, :] = 0
        alpha = max(exp(log_gamma_number(rng, shape)) / rate, LEAST_ALPHA)
    for k in range(n_classes):
        for j in range(n_lists):
            value = beta(rng, 1.0 + ones[k, j], 1.0 + sizes[k] - ones[k, j])
            rates[k, j] = min(max(value, LEAST_RATE), 1.0 - LEAST_RATE)
        fill_class(k, rates, begins, members, cells, seen, missed, odds)
    draw_sticks(rng, sizes, alpha, nu, tails)
    return alpha, unrecorded


@compiled
def draw_unrecorded(rng: Rng, n: int, nu: Floats, seen: Floats, missed: Floats, cap: int) -> int:
    """Draw how many no list recorded, given the state: negative binomial, at most ``cap`` if there is one."""
    share_seen = 0.0
    share_missed = 0.0
    for k in range(nu.shape[0]):
        share_seen += nu[k] * seen[k]
        share_missed += nu[k] * missed[k]
    share_seen = max(share_seen, LEAST_RATE)
    for _ in range(20 if cap > 0 else 1):
        mean = gamma(rng, float(n)) * share_missed / share_seen
        unrecorded = poisson(rng, min(mean, MOST_UNRECORDED))
        if cap == 0 or unrecorded <= cap:
            return unrecorded
    return _below_cap(rng, n, share_missed, cap)


@compiled
def _below_cap(rng: Rng, n: int, share_missed: float, cap: int) -> int:
    # Rejection would take long: invert the distribution from the cap downwards, as far as it has mass.
    ratio = 1.0
    total = 0.0
    x = cap
    while x >= 0 and ratio > 1e-15 * total:
        total += ratio
        ratio *= x / ((n + x - 1.0) * share_missed) if x > 0 else 0.0
        x -= 1
    u = uniform(rng) * total
    ratio = 1.0
    x = cap
    u -= ratio
    while u > 0.0 and x > 0:
        ratio *= x / ((n + x - 1.0) * share_missed)
        x -= 1
        u -= ratio
    return x


@compiled
def draw_classes(
    rng: Rng,
    begins: Ints,
    members: Ints,
    counts: Ints,
    unrecorded: int,
    nu: Floats,
    cells: Floats,
    missed: Floats,
    sizes: Ints,
    ones: Ints,
    drawn: Ints,
    weights: Floats,
) -> None:
    """Draw ``sizes``, the persons in each class, and ``ones``, those of them on each list."""
    n_classes = nu.shape[0]
    ones[:, :] = 0
    for k in range(n_classes):
        weights[k] = nu[k] * missed[k]
    spread(rng, unrecorded, weights, sizes)
    for m in range(counts.shape[0]):
        if counts[m] == 0:
            continue
        for k in range(n_classes):
            weights[k] = nu[k] * cells[k, m]
        spread(rng, counts[m], weights, drawn)
        for k in range(n_classes):
            if drawn[k] > 0:
                sizes[k] += drawn[k]
                for i in range(begins[m], begins[m + 1]):
                    ones[k, members[i]] += drawn[k]


@compiled
def change_places(rng: Rng, sizes: Ints, ones: Ints, alpha: float) -> None:
    """Propose that classes change places in the order of the sticks; twice with a neighbour, twice with any.

    Rates are drawn afterwards from ``sizes`` and ``ones``, so these are all that must change.
    """
    n_classes = sizes.shape[0]
    for turn in range(4):
        i = int(uniform(rng) * (n_classes - 1))
        j = i + 1
        if turn % 2 == 1:
            j = int(uniform(rng) * n_classes)
            if j < i:
                i, j = j, i
        if sizes[i] == sizes[j]:
            continue
        gain = _order_term(sizes, alpha, i, j, sizes[j], sizes[i]) - _order_term(sizes, alpha, i, j, sizes[i], sizes[j])
        if log(uniform(rng)) < gain:
            sizes[i], sizes[j] = sizes[j], sizes[i]
            for m in range(ones.shape[1]):
                ones[i, m], ones[j, m] = ones[j, m], ones[i, m]


@compiled
def _order_term(sizes: Ints, alpha: float, i: int, j: int, size_i: int, size_j: int) -> float:
    last = sizes.shape[0] - 1
    later = 0
    for k in range(j + 1, last + 1):
        later += sizes[k]
    total = 0.0
    for k in range(j, i - 1, -1):
        size = size_i if k == i else (size_j if k == j else sizes[k])
        if k < last:
            total += log_sizes_term(size, later, alpha)
        later += size
    return total


@compiled
def draw_alpha(rng: Rng, sizes: Ints, alpha: float, shape: float, rate: float) -> float:
    """Renew α given the class sizes: a short and a long random step of its logarithm."""
    density = log_alpha_density(sizes, alpha, shape, rate)
    for turn in range(2):
        proposal = alpha * exp((0.8 if turn == 0 else 2.5) * normal(rng))
        if proposal < LEAST_ALPHA or proposal > 1e6:
            continue
        proposed = log_alpha_density(sizes, proposal, shape, rate)
        if log(uniform(rng)) < proposed - density:
            alpha = proposal
            density = proposed
    return alpha
