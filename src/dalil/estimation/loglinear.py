"""Log-linear models: every hierarchical one is fitted, one is chosen, and the bootstrap chooses anew each time.

Identified by there being no interaction of all lists together. A model is admissible if its extended maximum exists and
is unique; in the table and in each resample alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from dalil.errors import WrongTable
from dalil.estimation.distribution import Bootstrapped
from dalil.estimation.hierarchy import Terms, hierarchical_models, parameters
from dalil.estimation.loglinear_fitting import exists, fit_model, fit_models
from dalil.estimation.table import Table

Floats = NDArray[np.float64]

MOST_LISTS: Final = 5
"""Six lists have 32,768 models with interactions of two lists alone, and several million hierarchical ones."""
CLOSE_SCORES: Final = 2.0
"""Models within so much BIC of the best fit about as well (Raftery 1995)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLinearSettings:
    """How models are searched.

    Attributes
    ----------
    max_order : int or None
        Lists in the largest interaction; by default one less than there are.
    criterion : ``bic`` or ``aic``
        BIC counts persons seen.
    n_replicates : int
        Resamples of the bootstrap.
    n_candidates : int
        The best models of the table, among which each resample chooses.
    """

    max_order: int | None = None
    criterion: Literal["bic", "aic"] = "bic"
    n_replicates: int = 1_000
    n_candidates: int = 120


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """Every model of a table, best first, those that are inadmissible left out.

    Attributes
    ----------
    models : tuple of Terms
    sizes : (n_models,) float
        N under each.
    scores : (n_models,) float
        BIC or AIC, over the best.
    n_models : int
        How many were tried.
    """

    models: tuple[Terms, ...]
    sizes: Floats
    scores: Floats
    n_models: int
    max_order: int

    @property
    def n_inadmissible(self) -> int:
        """Models without a unique maximum."""
        return self.n_models - len(self.models)


def search(table: Table, settings: LogLinearSettings) -> Search:
    """Fit every hierarchical model.

    Raises
    ------
    WrongTable
        Too many lists to try all models, or an order that has no meaning.
    """
    max_order = settings.max_order or table.n_lists - 1
    if not 2 <= table.n_lists <= MOST_LISTS or not 1 <= max_order < table.n_lists:
        raise WrongTable(
            "The models of this table cannot all be tried.",
            expected=f"2 to {MOST_LISTS} lists, and interactions of fewer lists than there are",
            found=f"{table.n_lists} lists, order {max_order}",
            todo="Put the smallest lists together (`merged_to`), or use the method dga or lcm.",
        )
    cells, counts = _cells(table)
    tried = hierarchical_models(table.n_lists, max_order)
    masks = [parameters(terms, table.n_lists) for terms in tried]
    fits = fit_models(cells, masks, counts)
    lengths = np.array([len(each) for each in masks])
    scores = np.where(fits.arrived, -2 * fits.likelihood + lengths * _price(settings, table.n), np.inf)
    order = [int(place) for place in np.argsort(scores, kind="stable") if np.isfinite(scores[place])]
    if not order:
        return Search(models=(), sizes=np.empty(0), scores=np.empty(0), n_models=len(tried), max_order=max_order)
    return Search(
        models=tuple(tried[place] for place in order),
        sizes=table.n + fits.unseen[order],
        scores=scores[order] - scores[order[0]],
        n_models=len(tried),
        max_order=max_order,
    )


def bootstrap(table: Table, found: Search, settings: LogLinearSettings, *, seed: int) -> Bootstrapped:
    """Resample the persons seen, choose a model each time; correct for bias and skewness (BCa, Efron 1987).

    The jackknife leaves out one person of each pattern in turn, and chooses anew too.
    """
    cells, counts = _cells(table)
    rng = np.random.default_rng(seed)
    resampled = rng.multinomial(table.n, counts / table.n, size=settings.n_replicates).astype(np.float64)
    seen = np.flatnonzero(counts)
    left_out = np.repeat(counts[None], len(seen), axis=0)
    left_out[np.arange(len(seen)), seen] -= 1
    sizes = _chosen(cells, np.concatenate([resampled, left_out]), table, found, settings)
    replicates, jackknife = sizes[: settings.n_replicates], sizes[settings.n_replicates :]
    replicates = np.sort(replicates[np.isfinite(replicates)])
    estimate = float(found.sizes[0])
    below = (replicates < estimate).mean() + (replicates == estimate).mean() / 2
    usable = np.isfinite(jackknife)
    weights = counts[seen][usable]
    drift = np.average(jackknife[usable], weights=weights) - jackknife[usable]
    spread = (weights * drift**2).sum() ** 1.5
    half = 0.5 / max(len(replicates), 1)
    return Bootstrapped(
        estimate=estimate,
        replicates=replicates,
        bias=float(ndtri(np.clip(below, half, 1 - half))),
        acceleration=float((weights * drift**3).sum() / (6 * spread)) if spread else 0.0,
    )


def _chosen(
    cells: NDArray[np.int64], tables: Floats, table: Table, found: Search, settings: LogLinearSettings
) -> Floats:
    """Return N under the best admissible candidate for each of ``tables`` (n_tables, n_cells); NaN where none is."""
    candidates = found.models[: settings.n_candidates]
    masks = [parameters(terms, table.n_lists) for terms in candidates]
    unseen, scores = np.empty((len(candidates), len(tables))), np.empty((len(candidates), len(tables)))
    sure = np.empty((len(candidates), len(tables)), np.bool_)
    for place, each in enumerate(masks):
        fits = fit_model(cells, each, tables)
        unseen[place], sure[place] = fits.unseen, fits.arrived
        scores[place] = -2 * fits.likelihood + len(each) * _price(settings, table.n)
    n_seen = tables.sum(axis=1)
    best = scores.argmin(axis=0)
    known: dict[tuple[int, bytes], bool] = {}
    for number in np.flatnonzero(~sure[best, np.arange(len(tables))]):
        # Such a fit has no finite maximum or is slow to find it. Which of both depends on where the table is empty.
        while np.isfinite(scores[best[number], number]) and not sure[best[number], number]:
            place = int(best[number])
            key = (place, (tables[number] > 0).tobytes())
            if key not in known:
                known[key] = exists(cells, masks[place], tables[number])
            if known[key]:
                break
            scores[place, number] = np.inf
            best[number] = scores[:, number].argmin()
    columns = np.arange(len(tables))
    sizes: Floats = np.where(np.isfinite(scores[best, columns]), n_seen + unseen[best, columns], np.nan)
    return sizes


def _cells(table: Table) -> tuple[NDArray[np.int64], Floats]:
    """Return all patterns but the unseen one, as bit masks, and their counts; both (2 ** n_lists - 1,)."""
    cells = np.arange(1, 1 << table.n_lists, dtype=np.int64)
    counts = np.zeros(len(cells))
    counts[table.cells - 1] = table.counts
    return cells, counts


def _price(settings: LogLinearSettings, n: int) -> float:
    return float(np.log(n)) if settings.criterion == "bic" else 2.0
