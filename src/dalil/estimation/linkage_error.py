"""Tables as they may be where only the error rates of linkage are known, not other ways of joining every mention.

A missed join hides an overlap and makes two persons of one; a false join invents an overlap. Both move N by several
times what they move a count. Estimate from each table that may be, and pool (Sadinle 2018).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from scipy.special import expit, logit, ndtri

from dalil.estimation.table import Table

Rates = tuple[float, float, float]
"""Low end of a 95 % interval, estimate, high end; shares of pairs."""
EDGE = 1e-6


def tables_under_linkage_error(
    table: Table, *, precision: Rates, recall: Rates, n_draws: int = 40, seed: int = 0
) -> list[Table]:
    """Draw tables that may be true, given the one that linkage made.

    Parameters
    ----------
    table : Table
        With strata, rates are the same in all of them, and each is drawn by itself.
    precision, recall : (low, estimate, high)
        Share of joined pairs that are one person; share of pairs that are one person and were joined.

    Returns
    -------
    list of Table
        ``n_draws`` tables; rates are drawn once a table, since one model made all its errors.

    Notes
    -----
    The share of persons on several lists who are wrongly so is taken to be that of pairs. A false join is undone by
    taking one list, drawn, from the person; a missed one is made between persons who are on one of the lists, and on
    the others. Persons of different strata are not joined.
    """
    rng = np.random.default_rng(seed)
    return [_drawn(table, _rate(precision, rng), _rate(recall, rng), rng) for _ in range(n_draws)]


def _drawn(table: Table, precision: float, recall: float, rng: np.random.Generator) -> Table:
    if not (table.strata or table.n_unplaced):
        return _one(table, precision, recall, rng)
    parts = tuple(_one(part, precision, recall, rng) for part in table.strata)
    placed = Counter[int]()
    for part in table.strata:
        placed.update(dict(zip(part.cells.tolist(), part.counts.tolist(), strict=True)))
    rest = Counter(dict(zip(table.cells.tolist(), table.counts.tolist(), strict=True))) - placed
    together = Counter[int](rest)  # whoever is in no stratum stays as recorded: nothing is estimated from them
    for part in parts:
        together.update(dict(zip(part.cells.tolist(), part.counts.tolist(), strict=True)))
    return replace(_table(table, together), strata=parts, n_unplaced=table.n_unplaced)


def _rate(rates: Rates, rng: np.random.Generator) -> float:
    low, middle, high = (float(logit(np.clip(rate, EDGE, 1 - EDGE))) for rate in rates)
    # Intervals of rates near one lean: each side has its own width.
    score = float(rng.standard_normal())
    width = (high - middle) if score > 0 else (middle - low)
    return float(expit(middle + score * width / float(ndtri(0.975))))


def _one(table: Table, precision: float, recall: float, rng: np.random.Generator) -> Table:
    counts = Counter(dict(zip(table.cells.tolist(), table.counts.tolist(), strict=True)))
    several = [mask for mask in sorted(counts) if mask & (mask - 1)]
    for mask in several:
        false = int(rng.binomial(counts[mask], 1 - precision))
        right = counts[mask] - false
        missed = int(rng.poisson(right * (1 - recall) / max(recall, EDGE)))
        lists = [1 << place for place in range(table.n_lists) if mask >> place & 1]
        for one, apart in zip(lists, rng.multinomial(false, [1 / len(lists)] * len(lists)).tolist(), strict=True):
            counts[mask] -= apart
            counts[one] += apart
            counts[mask & ~one] += apart
        for one, joined in zip(lists, rng.multinomial(missed, [1 / len(lists)] * len(lists)).tolist(), strict=True):
            possible = min(joined, counts[one], counts[mask & ~one]) if one != mask & ~one else 0
            counts[mask] += possible
            counts[one] -= possible
            counts[mask & ~one] -= possible
    return _table(table, counts)


def _table(table: Table, counts: Counter[int]) -> Table:
    masks = sorted(mask for mask, count in counts.items() if count > 0)
    patterns = [[mask >> place & 1 for place in range(table.n_lists)] for mask in masks]
    return Table.from_patterns(patterns, [counts[mask] for mask in masks], lists=table.lists, stratum=table.stratum)
