"""What is believed about N after an estimate: draws, exact masses, a bootstrap or a formula, all asked in one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

Floats = NDArray[np.float64]


def widths(support: Floats) -> Floats:
    """Return how many whole numbers each node of ``support`` stands for; shape (n_nodes,), ascending."""
    edges = np.concatenate([support[:1] - 0.5, (support[1:] + support[:-1]) / 2, support[-1:] + 0.5])
    found: Floats = np.diff(edges)
    return found


class Distribution(Protocol):
    """The size N of a population, in persons, as a distribution."""

    @property
    def estimate(self) -> float:
        """The one number an estimator gives: the median, but for a fitted model its own value."""

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return the quantiles of N at ``levels``; shape (n_levels,)."""

    def sample(self, n_draws: int, rng: np.random.Generator) -> Floats:
        """Return ``n_draws`` values of N in random order."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """Draws of N, all of one weight; ``values`` has shape (n_draws,)."""

    values: Floats

    @property
    def estimate(self) -> float:
        """The median."""
        return float(self.quantiles([0.5])[0])

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return the quantiles of N at ``levels``; shape (n_levels,)."""
        found: Floats = np.quantile(self.values, levels)
        return found

    def sample(self, n_draws: int, rng: np.random.Generator) -> Floats:
        """Return ``n_draws`` of the draws, each as often as the others give or take one, in random order."""
        whole, rest = divmod(n_draws, len(self.values))
        chosen = np.concatenate([np.tile(self.values, whole), rng.choice(self.values, rest, replace=False)])
        rng.shuffle(chosen)
        return chosen


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exact:
    """A distribution known at nodes: ``support`` (n_nodes,) ascending values of N, ``mass`` (n_nodes,) summing to one.

    Support is of whole numbers; a node stands for those around it, half-way to its neighbours (see :func:`widths`).
    """

    support: Floats
    mass: Floats

    @property
    def estimate(self) -> float:
        """The median."""
        return float(self.quantiles([0.5])[0])

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return the quantiles of N at ``levels``; shape (n_levels,)."""
        # At a node: all below it and half its own, by trapezoids, which does not lean to the side of the wider gap.
        density = self.mass / widths(self.support)
        between = (density[1:] + density[:-1]) / 2 * np.diff(self.support)
        below = density[0] / 2 + np.concatenate([[0.0], np.cumsum(between)])
        found: Floats = np.interp(np.asarray(levels, np.float64), below, self.support)
        return found

    def sample(self, n_draws: int, rng: np.random.Generator) -> Floats:
        """Return ``n_draws`` values, one from each of as many slices of equal mass, in random order."""
        drawn = self.quantiles(((np.arange(n_draws) + rng.random(n_draws)) / n_draws).tolist())
        rng.shuffle(drawn)
        return drawn


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bootstrapped:
    """A fitted value with bias-corrected and accelerated quantiles of its bootstrap (Efron 1987).

    Attributes
    ----------
    estimate : float
        N of the fitted model.
    replicates : (n_replicates,) float
        N in each replicate, ascending.
    bias, acceleration : float
        z0 and a of the method.
    """

    estimate: float
    replicates: Floats
    bias: float
    acceleration: float

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return the corrected quantiles of N at ``levels``; shape (n_levels,)."""
        shifted = self.bias + ndtri(np.asarray(levels, np.float64))
        corrected = ndtr(self.bias + shifted / np.maximum(1.0 - self.acceleration * shifted, 1e-9))
        found: Floats = np.quantile(self.replicates, corrected)
        return found

    def sample(self, n_draws: int, rng: np.random.Generator) -> Floats:
        """Return ``n_draws`` values whose quantiles are the corrected ones, in random order."""
        drawn = self.quantiles(((np.arange(n_draws) + 0.5) / n_draws).tolist())
        rng.shuffle(drawn)
        return drawn


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogNormal:
    """N = n + n0 where log n0 is normal around ``centre`` with standard deviation ``spread``."""

    n: int
    centre: float
    spread: float

    @property
    def estimate(self) -> float:
        """The median."""
        return self.n + float(np.exp(self.centre))

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return the quantiles of N at ``levels``; shape (n_levels,)."""
        found: Floats = self.n + np.exp(self.centre + self.spread * ndtri(np.asarray(levels, np.float64)))
        return found

    def sample(self, n_draws: int, rng: np.random.Generator) -> Floats:
        """Return ``n_draws`` independent values."""
        drawn: Floats = self.n + np.exp(self.centre + self.spread * rng.standard_normal(n_draws))
        return drawn


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogStudent:
    """N = n + n0 where log n0 has a t distribution: what pooling on logarithms gives.

    Attributes
    ----------
    n : float
        Persons recorded.
    mean : float
        Mean of n0, which is the estimate.
    centre, spread, freedom : float
        Of the t distribution of log n0.
    """

    n: float
    mean: float
    centre: float
    spread: float
    freedom: float

    @property
    def estimate(self) -> float:
        """Persons recorded and the mean of those who are not."""
        return self.n + self.mean

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return the quantiles of N at ``levels``; shape (n_levels,)."""
        found: Floats = self.n + np.exp(self.centre + self.spread * stdtrit(self.freedom, np.asarray(levels)))
        return found

    def sample(self, n_draws: int, rng: np.random.Generator) -> Floats:
        """Return ``n_draws`` independent values."""
        return self.quantiles(rng.random(n_draws).tolist())
