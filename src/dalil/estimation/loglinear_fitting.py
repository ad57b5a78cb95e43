"""Fits of Poisson log-linear models, many at once: extended maximum likelihood by Newton's method.

Interactions of lists that share nobody are minus infinity (Fienberg & Rinaldo 2012): their cells leave the table and
their parameters the fit, though they still count as parameters. What is left either has a finite maximum, to which
Newton's steps shrink, or has none, and then the steps never shrink. A fit whose steps do not shrink is handed to a
linear program (:mod:`dalil.estimation.existence`), which decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalil.estimation.existence import maximum_exists
from dalil.estimation.hierarchy import within

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Masks = NDArray[np.int64]

STEPS: Final = 40
CLOSE: Final = 1e-8
"""Largest step, on the log scale, at which a fit has arrived."""
LARGEST: Final = 40.0
"""Bound on logarithms of fitted counts while a fit is under way."""
BLOCK: Final = 2_000_000
"""Values of designs held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """What zeros leave of a model.

    Attributes
    ----------
    alive : (n_cells,) bool
        Cells that stay.
    design : (n_alive, n_kept) float or None
        The constant comes first; None if the parameters that stay are not identified.
    """

    alive: Flags
    design: Floats | None


def reduced(cells: Masks, masks: Masks, empty: Flags) -> Reduced:
    """Take the parameters whose margin is zero, and their cells, out of a model; tell whether the rest is identified.

    Parameters
    ----------
    cells, masks : (n_cells,) and (n_parameters,)
        As bit masks; the constant is mask 0.
    empty : (n_parameters,) bool
        Whose margins are zero.
    """
    inside = within(cells, masks)
    alive: Flags = np.logical_not(inside[:, empty].any(axis=1))
    kept = inside[alive].any(axis=0)
    design = inside[alive][:, kept].astype(np.float64)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return Reduced(alive=alive, design=None)
    return Reduced(alive=alive, design=design)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """Fits of one model to several tables, or of several models to one; each array of shape (n_fits,).

    ``likelihood`` leaves out what does not depend on the model; ``arrived`` says that the maximum was found.
    """

    unseen: Floats
    likelihood: Floats
    arrived: Flags


def fit_many(design: Floats, tables: Floats) -> Fits:
    """Fit one model to several tables.

    Parameters
    ----------
    design : (n_cells, n_parameters)
        Of full rank.
    tables : (n_tables, n_cells)
        Counts.

    Notes
    -----
    The tables are alike (resamples of one), so steps first use the information at their mean, inverted once; only
    where those do not arrive is it worked out for each table.
    """
    typical, settled = newton(design, tables.mean(axis=0)[None], STEPS)
    if len(tables) == 1:
        return _fits(design, tables, typical, settled)
    information = np.einsum("ca,c,cb->ab", design, np.exp(design @ typical[0]), design)
    beta = np.repeat(typical, len(tables), axis=0)
    arrived = np.zeros(len(tables), np.bool_)
    if settled[0]:
        inverse = np.linalg.inv(information)
        for _ in range(STEPS):
            step = (tables - np.exp(np.clip(beta @ design.T, -LARGEST, LARGEST))) @ design @ inverse
            size = np.abs(step).max(axis=1)
            beta += np.where(size > 1.0, 1.0 / np.maximum(size, 1.0), 1.0)[:, None] * step
            if (size < CLOSE).all():
                break
        arrived = size < CLOSE
    late = np.flatnonzero(~arrived)
    if len(late):
        beta[late], arrived[late] = newton(design, tables[late], STEPS)
    return _fits(design, tables, beta, arrived)


def newton(design: Floats, tables: Floats, n_steps: int) -> tuple[Floats, Flags]:
    """Fit by Newton's method.

    Parameters
    ----------
    design : (n_cells, n_parameters), or (n_tables, n_cells, n_parameters) where each table has its own

    Returns
    -------
    (n_tables, n_parameters), (n_tables,)
        Parameters, and which tables' steps shrank to nothing.
    """
    start = tables + 0.5
    beta = _weighted_step(design, start, start * np.log(start))
    arrived = np.zeros(len(tables), np.bool_)
    active = np.arange(len(tables))
    for _ in range(n_steps):
        own = design if design.ndim == 2 else design[active]
        fitted = np.exp(np.clip(_along(own, beta[active]), -LARGEST, LARGEST))
        step = _weighted_step(own, fitted, tables[active] - fitted)
        size = np.abs(step).max(axis=1)
        beta[active] += np.where(size > 5.0, 5.0 / np.maximum(size, 1.0), 1.0)[:, None] * step
        arrived[active] = size < CLOSE
        active = active[size >= CLOSE]
        if not len(active):
            break
    return beta, arrived


def _along(design: Floats, beta: Floats) -> Floats:
    found: Floats = beta @ design.T if design.ndim == 2 else np.matmul(design, beta[:, :, None])[:, :, 0]
    return found


def _weighted_step(design: Floats, weights: Floats, residuals: Floats) -> Floats:
    turned = np.swapaxes(design, -1, -2)
    information = np.matmul(turned * weights[:, None, :], design)
    # A trifle on the diagonal keeps a fit that runs away solvable; it slows a step and moves no maximum.
    information += 1e-12 * np.eye(design.shape[-1]) * (1 + weights.sum(axis=1))[:, None, None]
    found: Floats = np.linalg.solve(information, np.matmul(turned, residuals[:, :, None]))[:, :, 0]
    return found


def _fits(design: Floats, tables: Floats, beta: Floats, arrived: Flags) -> Fits:
    log_fitted = np.clip(_along(design, beta), -LARGEST, LARGEST)
    likelihood = (tables * log_fitted).sum(axis=1) - np.exp(log_fitted).sum(axis=1)
    return Fits(unseen=np.exp(np.clip(beta[:, 0], -LARGEST, LARGEST)), likelihood=likelihood, arrived=arrived)


def fit_model(cells: Masks, masks: Masks, tables: Floats, *, inside: Flags | None = None) -> Fits:
    """Fit one model to several tables, each with its own zeros.

    Parameters
    ----------
    cells, masks : (n_cells,) and (n_parameters,)
        As bit masks.
    tables : (n_tables, n_cells)
    inside : (n_cells, n_parameters) bool, optional
        :func:`~dalil.estimation.hierarchy.within` of both, where it is at hand.

    Notes
    -----
    Where the steps did not shrink, ``arrived`` is false and ``likelihood`` a lower bound.
    """
    inside = within(cells, masks) if inside is None else inside
    empty = tables @ inside.astype(np.float64) == 0
    empty[:, 0] = False
    patterns, group = np.unique(empty, axis=0, return_inverse=True)
    unseen, likelihood = np.full(len(tables), np.nan), np.full(len(tables), -np.inf)
    arrived = np.zeros(len(tables), np.bool_)
    for number, pattern in enumerate(patterns):
        rows = np.flatnonzero(group.ravel() == number)
        left = reduced(cells, masks, pattern)
        if left.design is None:
            continue
        fits = fit_many(left.design, tables[rows][:, left.alive])
        unseen[rows], likelihood[rows], arrived[rows] = fits.unseen, fits.likelihood, fits.arrived
    return Fits(unseen=unseen, likelihood=likelihood, arrived=arrived)


def fit_models(cells: Masks, models: Sequence[Masks], table: Floats) -> Fits:
    """Fit several models to one table, (n_cells,): those that zeros leave of one shape at a time."""
    unseen, likelihood = np.full(len(models), np.nan), np.full(len(models), -np.inf)
    arrived = np.zeros(len(models), np.bool_)
    alike: dict[tuple[int, int], list[tuple[int, Flags, Floats]]] = {}
    every = within(cells, np.arange(len(cells) + 1, dtype=np.int64))
    empty = table @ every.astype(np.float64) == 0
    for place, masks in enumerate(models):
        inside = every[:, masks]
        alive: Flags = np.logical_not(inside[:, empty[masks]].any(axis=1))
        kept = inside[alive]
        design: Floats = kept[:, kept.any(axis=0)].astype(np.float64)
        alike.setdefault(design.shape, []).append((place, alive, design))
    for shape, members in alike.items():
        step = max(1, BLOCK // (shape[0] * shape[1]))
        for start in range(0, len(members), step):
            some = members[start : start + step]
            designs = np.stack([design for _, _, design in some])
            identified = np.flatnonzero(np.linalg.matrix_rank(designs) == shape[1])
            if not len(identified):
                continue
            places = [some[each][0] for each in identified]
            counts = np.stack([table[some[each][1]] for each in identified])
            designs = designs[identified]
            fits = _fits(designs, counts, *newton(designs, counts, STEPS))
            unseen[places], likelihood[places], arrived[places] = fits.unseen, fits.likelihood, fits.arrived
    return Fits(unseen=unseen, likelihood=likelihood, arrived=arrived)


def exists(cells: Masks, masks: Masks, table: Floats) -> bool:
    """Tell by linear programming whether a model has an extended maximum for a table, (n_cells,)."""
    inside = within(cells, masks)
    empty = table @ inside.astype(np.float64) == 0
    empty[0] = False
    left = reduced(cells, masks, empty)
    return left.design is not None and maximum_exists(left.design, table[left.alive])
