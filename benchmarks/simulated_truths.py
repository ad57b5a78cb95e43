"""Populations whose size we chose: families of truths, so that no method is judged by its own assumptions
alone."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

N_LISTS: Final = 4
N_PERSONS: Final = 1_000
LEAST_SEEN: Final = 0.15
"""Populations of which lists see less are drawn anew: no method could answer, and all refuse."""

Cells = NDArray[np.float64]
PATTERNS: Final = np.array([[(code >> j) & 1 for j in range(N_LISTS)] for code in range(2**N_LISTS)], np.int64)


def free_groups(rng: np.random.Generator) -> Cells:
    """Two to four groups, each seen by each list at a rate of its own: (16,) probabilities of patterns, the empty one
    first."""
    n_groups = int(rng.integers(2, 5))
    return _mixture(rng.dirichlet(np.full(n_groups, 2.0)), rng.beta(1.5, 4.0, (n_groups, N_LISTS)))


def ranked_groups(rng: np.random.Generator) -> Cells:
    """Two to four groups, of which every list sees the same ones less: nothing in a table tells how many are hardly
    seen."""
    n_groups = int(rng.integers(2, 5))
    weights = rng.dirichlet(np.full(n_groups, 2.0))
    return _mixture(weights, _sigmoid(rng.normal(-1.2, 0.6, (1, N_LISTS)) + rng.normal(0.0, 1.0, (n_groups, 1))))


def _mixture(weights: Cells, rates: Cells) -> Cells:
    within = np.prod(np.where(PATTERNS[None] == 1, rates[:, None], 1.0 - rates[:, None]), axis=2)
    return np.asarray(weights @ within, np.float64)


def log_linear(rng: np.random.Generator) -> Cells:
    """Main effects, each pair of lists with interaction by a coin, each triple of such pairs by a rarer one."""
    logs = PATTERNS @ rng.normal(-1.2, 0.6, N_LISTS)
    pairs = {(i, j) for i in range(N_LISTS) for j in range(i + 1, N_LISTS) if rng.random() < 0.4}
    for i, j in sorted(pairs):
        logs = logs + rng.normal(0.4, 0.7) * PATTERNS[:, i] * PATTERNS[:, j]
    for i, j, k in ((0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)):
        if {(i, j), (i, k), (j, k)} <= pairs and rng.random() < 0.5:
            logs = logs + rng.normal(0.0, 0.5) * PATTERNS[:, i] * PATTERNS[:, j] * PATTERNS[:, k]
    cells = np.exp(logs - logs.max())
    return np.asarray(cells / cells.sum(), np.float64)


def decomposable_graph(rng: np.random.Generator) -> Cells:
    """Lists in a random order, each depending on none, one, or two that depend on one another: a decomposable graph."""
    order = rng.permutation(N_LISTS)
    cells = np.ones(len(PATTERNS))
    parents: dict[int, tuple[int, ...]] = {}
    for place, name in enumerate(order):
        before = [int(other) for other in order[:place]]
        chosen: tuple[int, ...] = ()
        if before and rng.random() < 0.6:
            one = int(rng.choice(before))
            two = parents[one][:1] if parents[one] and rng.random() < 0.4 else ()
            chosen = (one, *two)
        parents[int(name)] = chosen
        logits = rng.normal(-1.2, 0.6) + sum(rng.normal(0.4, 0.8) * PATTERNS[:, other] for other in chosen)
        if len(chosen) == 2:
            logits = logits + rng.normal(0.0, 0.5) * PATTERNS[:, chosen[0]] * PATTERNS[:, chosen[1]]
        rate = _sigmoid(np.broadcast_to(logits, len(PATTERNS)))
        cells = cells * np.where(PATTERNS[:, name] == 1, rate, 1.0 - rate)
    return cells


FAMILIES: Final = {
    "latent class, free": free_groups,
    "latent class, ranked": ranked_groups,
    "log-linear": log_linear,
    "decomposable graph": decomposable_graph,
}


def simulated_table(family: str, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw a truth of a family and its N_PERSONS; return the patterns seen (M, N_LISTS) and their counts (M,)."""
    while True:
        cells = FAMILIES[family](rng)
        if 1.0 - cells[0] >= LEAST_SEEN:
            break
    counts = rng.multinomial(N_PERSONS, cells)
    kept = (counts > 0) & PATTERNS.any(axis=1)
    return PATTERNS[kept], counts[kept].astype(np.int64)


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-x)), np.float64)
