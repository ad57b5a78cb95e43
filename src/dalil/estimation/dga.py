"""Averaging over all decomposable graphs, exactly (Madigan & York 1997), for up to seven lists.

Under a hyper-Dirichlet prior the probability of the table given a graph and n0 unseen persons is the product over the
graph's cliques, divided by that over its separators, of Dirichlet-multinomial margins. Over all graphs that is one
product of matrices; sparse ones, since a graph has few cliques. The prior of N is 1/N without an upper bound: nodes of
n0 are placed where the mass is, first by bounding each graph's curve between nodes with its tangents, so that no narrow
peak falls between two of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.sparse import csr_array
from scipy.special import gammaln, psi

from dalil.errors import WrongTable
from dalil.estimation.decomposable import MAX_LISTS, cliques, sparse_graphs
from dalil.estimation.distribution import widths
from dalil.estimation.table import Table

Floats = NDArray[np.float64]

NODES_A_DECADE: Final = 8
FURTHEST: Final = 1e8
"""Nodes reach this many times the persons seen. Even where the saturated graph is sure, and its tail as heavy as
1/n0^1.9, less than one part in ten million lies beyond."""
DROPPED: Final = 14.0
"""Graphs whose curve stays this many e-folds, and the logarithm of how many graphs there are, under the highest point
are left out: all of them together less than one part in a million."""
SLACK: Final = 1.0
"""Added to the tangents' bound, in e-folds: curves are concave in log n0 but for a little near n0 = 0."""
N_LEVELS: Final = (60, 240, 500)
"""Nodes between which equal masses lie: in a first round, and at least and at most in a second."""
EFFORT: Final = 200_000
"""Graphs times nodes in the second round, where the limits above allow it."""
N_FINE: Final = 2_000
"""Nodes of the posterior that is handed on."""
BLOCK: Final = 4_000_000
"""Values held at once while graphs are weighed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GraphAverage:
    """The posterior of N, and of graphs.

    Attributes
    ----------
    support, mass : (n_nodes,) float
        Values of N, and how much of the posterior each node stands for.
    graphs : (n_kept, 2 ** n_lists) int8
        The graphs that matter, most probable first.
    weights : (n_kept,) float
        Their posterior probabilities.
    """

    support: Floats
    mass: Floats
    graphs: NDArray[np.int8]
    weights: Floats

    @property
    def last_mass(self) -> float:
        """How much of the posterior the last node holds: what a bound might have cut off."""
        return float(self.mass[-1])


def average(table: Table, *, delta: float | None = None) -> GraphAverage:
    """Average over all decomposable graphs of the table's lists, the saturated one among them.

    Parameters
    ----------
    table : Table
        Of two to seven lists.
    delta : float, optional
        Dirichlet parameter of each of the 2^J cells; by default 2^-J.

    Raises
    ------
    WrongTable
        More lists than the graphs can be counted for.
    """
    if not 2 <= table.n_lists <= MAX_LISTS:
        raise WrongTable(
            "Graphs are averaged over few lists only.",
            expected=f"2 to {MAX_LISTS} lists",
            found=f"{table.n_lists}",
            todo="Put the smallest lists together (`merged_to`), or use the method lcm.",
        )
    curves = _Curves(table, delta=2.0**-table.n_lists if delta is None else delta)
    graphs = sparse_graphs(table.n_lists)
    nodes, graphs = _located(curves, graphs)
    support = _placed(curves, graphs, nodes)
    return _weighed(curves, graphs, support)


class _Curves:
    """Log posterior curves over n0, one a graph, as products of a graph's row with the margins' terms."""

    def __init__(self, table: Table, *, delta: float) -> None:
        n_sets = 1 << table.n_lists
        sets = np.arange(n_sets)
        flat = sets[:, None] * n_sets + (table.cells[None, :] & sets[:, None])
        weights = np.broadcast_to(table.counts.astype(np.float64), flat.shape)
        margins = np.bincount(flat.ravel(), weights.ravel(), minlength=n_sets * n_sets).reshape(n_sets, n_sets)
        sizes = np.array([int(mask).bit_count() for mask in sets])
        prior = delta * 2.0 ** (table.n_lists - sizes)[:, None]
        self._whole = delta * n_sets
        self._fixed = (gammaln(margins + prior) - gammaln(prior))[:, 1:].sum(axis=1) - gammaln(prior[:, 0])
        self._unseen = margins[:, 0] + prior[:, 0]
        self.n = table.n

    def terms(self, n0: Floats) -> Floats:
        """Return each set's term; shape (n_sets, n_nodes)."""
        shared = gammaln(self._whole) - gammaln(self.n + n0 + self._whole)
        found: Floats = gammaln(n0[None, :] + self._unseen[:, None]) + self._fixed[:, None] + shared
        return found

    def slopes(self, n0: Floats) -> Floats:
        """Return the derivative of each set's term by n0; shape (n_sets, n_nodes)."""
        found: Floats = psi(n0[None, :] + self._unseen[:, None]) - psi(self.n + n0 + self._whole)
        return found

    def common(self, n0: Floats) -> Floats:
        """Return what all graphs share: which of N persons were seen, and the prior 1/N; shape (n_nodes,)."""
        found: Floats = gammaln(self.n + n0 + 1) - gammaln(n0 + 1) - np.log(self.n + n0)
        return found

    def common_slope(self, n0: Floats) -> Floats:
        """Return the derivative of :meth:`common`."""
        found: Floats = psi(self.n + n0 + 1) - psi(n0 + 1) - 1 / (self.n + n0)
        return found


def _located(curves: _Curves, graphs: csr_array) -> tuple[Floats, csr_array]:
    """Find nodes between which no curve rises unseen, and the graphs that matter."""
    furthest = np.log10(FURTHEST * max(curves.n, 100))
    nodes = np.unique(
        np.concatenate([np.arange(12.0), np.rint(np.logspace(1, furthest, int(NODES_A_DECADE * furthest)))])
    )
    depth = DROPPED + np.log(graphs.shape[0])
    for _ in range(60):
        highest, best, rising = _bounded(curves, graphs, nodes)
        keep = best > highest - depth
        graphs = graphs if keep.all() else graphs[keep]
        wide = np.flatnonzero((rising > highest - DROPPED) & (np.diff(nodes) > 1))
        if not len(wide):
            break
        ends = np.log(nodes + 0.5)
        steps = (np.arange(1, 4) / 4)[None, :] * np.diff(ends)[wide, None] + ends[wide, None]
        nodes = np.unique(np.concatenate([nodes, np.rint(np.exp(steps.ravel()) - 0.5)]))
    return nodes, graphs


def _bounded(curves: _Curves, graphs: csr_array, nodes: Floats) -> tuple[float, Floats, Floats]:
    """Bound every curve from above, as a density in log n0.

    Returns
    -------
    highest : float
        The highest value met at a node.
    best : (n_graphs,)
        A bound on each graph's curve.
    rising : (n_nodes - 1,)
        The highest bound between two nodes among curves that may rise there by more than an e-fold over both ends.
    """
    place = np.log(nodes + 0.5)
    terms, slopes = curves.terms(nodes), curves.slopes(nodes) * (nodes + 0.5)
    common, common_slope = curves.common(nodes) + place, curves.common_slope(nodes) * (nodes + 0.5) + 1
    gap = np.diff(place)
    highest, best, rising = -np.inf, np.empty(graphs.shape[0]), np.full(len(gap), -np.inf)
    step = max(1, BLOCK // len(nodes))
    for start in range(0, graphs.shape[0], step):
        rows = graphs[start : start + step]
        value, slope = rows @ terms + common, rows @ slopes + common_slope
        left, right, up, down = value[:, :-1], value[:, 1:], slope[:, :-1], slope[:, 1:]
        bend = up - down
        with np.errstate(divide="ignore", invalid="ignore"):
            along = np.clip((right - left - down * gap) / bend, 0.0, gap)
        ends = np.maximum(left, right)
        bound = np.where(bend > 0, np.maximum(left + up * along, ends), ends)
        highest = max(highest, float(value.max()))
        best[start : start + step] = bound.max(axis=1) + SLACK
        rises = np.where(bound > ends + 1.0, bound, -np.inf)
        rising = np.maximum(rising, rises.max(axis=0))
    return highest, best, rising


def _density(curves: _Curves, graphs: csr_array, nodes: Floats) -> tuple[Floats, Floats]:
    """Return each graph's mass and each node's, as whole numbers counted by trapezoids, over one common factor."""
    width = widths(nodes)
    terms, common = curves.terms(nodes), curves.common(nodes)
    by_graph, by_node, top = np.empty(graphs.shape[0]), np.zeros(len(nodes)), -np.inf
    step = max(1, BLOCK // len(nodes))
    for start in range(0, graphs.shape[0], step):
        value = graphs[start : start + step] @ terms + common
        higher = max(top, float((value + np.log(width)).max()))
        scale = np.exp(top - higher)
        by_node *= scale
        by_graph[:start] *= scale
        top = higher
        mass = np.exp(value - top) * width
        by_graph[start : start + step] = mass.sum(axis=1)
        by_node += mass.sum(axis=0)
    return by_graph, by_node


def _placed(curves: _Curves, graphs: csr_array, nodes: Floats) -> Floats:
    """Add nodes so that equal masses lie between them, and ever less in both tails."""
    finest = min(max(EFFORT // graphs.shape[0], N_LEVELS[1]), N_LEVELS[2])
    for n_levels in (N_LEVELS[0], finest):  # the first round's masses are rough
        _, mass = _density(curves, graphs, nodes)
        nodes = np.unique(np.concatenate([nodes, _levelled(nodes, mass, n_levels)]))
    return nodes


def _levelled(nodes: Floats, mass: Floats, n_levels: int) -> Floats:
    """Return whole numbers between which equal masses lie, and ever less in both tails."""
    width = widths(nodes)
    below = np.concatenate([[0.0], np.cumsum(mass / mass.sum())])
    tails = np.geomspace(1e-8, 1 / n_levels, n_levels // 8)
    levels = np.concatenate([tails, np.arange(1, n_levels) / n_levels, 1 - tails])
    edges = np.concatenate([[nodes[0] - 0.5], nodes[0] - 0.5 + np.cumsum(width)])
    inside: Floats = np.clip(np.rint(np.interp(levels, below, edges)), 0, nodes[-1])
    return inside


def _weighed(curves: _Curves, graphs: csr_array, nodes: Floats) -> GraphAverage:
    by_graph, by_node = _density(curves, graphs, nodes)
    order = np.argsort(-by_graph, kind="stable")
    # The sum over graphs is smooth between nodes, so that its quantiles need more nodes but no more graphs.
    place = np.log(nodes + 0.5)
    heights = PchipInterpolator(place, np.log(np.maximum(by_node / widths(nodes), 1e-300)))
    support = np.unique(np.concatenate([nodes, _levelled(nodes, by_node, N_FINE)]))
    mass = np.exp(heights(np.log(support + 0.5))) * widths(support)
    return GraphAverage(
        support=curves.n + support,
        mass=mass / mass.sum(),
        graphs=graphs[order].toarray().astype(np.int8),
        weights=by_graph[order] / by_graph.sum(),
    )


def graph_words(row: NDArray[np.int8], lists: Sequence[str]) -> str:
    """Write a graph as its cliques: ``A·B, C`` says that A and B may depend on each other and C on neither."""
    sets = sorted([place for place in range(len(lists)) if mask >> place & 1] for mask in cliques(row))
    return ", ".join("·".join(lists[place] for place in members) for members in sets)
