"""Every decomposable graph on a few lists: the ways in which lists may depend on each other.

A decomposable graph is one in which every ring of four lists or more has a chord. For those, the likelihood of a table
falls apart into that of its cliques over that of their separators, so that all of them together are one matrix of whole
numbers: rows are graphs, columns are sets of lists.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

N_GRAPHS: Final = {1: 1, 2: 2, 3: 8, 4: 61, 5: 822, 6: 18_154, 7: 617_675}
"""Labelled chordal graphs (OEIS A058862): the enumeration must find as many."""
MAX_LISTS: Final = max(N_GRAPHS)


@cache
def decomposable_graphs(n_lists: int) -> NDArray[np.int8]:
    """Return the matrix of all decomposable graphs.

    Returns
    -------
    (n_graphs, 2 ** n_lists) int8
        How often each set of lists (a bit mask) is a clique, less how often it is a separator, in a perfect order of
        the graph's vertices.

    Notes
    -----
    Maximum cardinality search (Tarjan & Yannakakis 1984) over all graphs at once: lists are taken by how many
    neighbours were taken before; a graph is decomposable if each list's earlier neighbours are all joined.
    """
    pairs = list(combinations(range(n_lists), 2))
    edges = np.arange(1 << len(pairs), dtype=np.int64)
    near = np.zeros((n_lists, len(edges)), np.uint8)
    for bit, (first, second) in enumerate(pairs):
        joined = ((edges >> bit) & 1).astype(np.uint8)
        near[first] |= joined << second
        near[second] |= joined << first
    taken = np.zeros(len(edges), np.uint8)
    ranks = np.zeros((n_lists, len(edges)), np.int8)
    steps: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]] = []
    for _ in range(n_lists):
        best = ranks.argmax(axis=0)
        own = (1 << best).astype(np.uint8)
        earlier = np.take_along_axis(near, best[None], axis=0)[0] & taken
        good = _all_joined(earlier, near)
        steps = [(before[good], after[good]) for before, after in steps]
        best, own, earlier, taken = best[good], own[good], earlier[good], taken[good]
        near, ranks = near[:, good], ranks[:, good]
        steps.append((earlier, own))
        taken = taken | own
        for each in range(n_lists):
            ranks[each] += (near[each] & own != 0).astype(np.int8)
        np.put_along_axis(ranks, best[None], np.int8(-100), axis=0)
    matrix = np.zeros((len(taken), 1 << n_lists), np.int8)
    rows = np.arange(len(taken))
    for earlier, own in steps:
        matrix[rows, earlier | own] += 1
        matrix[rows, earlier] -= 1
    matrix[:, 0] = 0
    matrix.setflags(write=False)
    return matrix


@cache
def sparse_graphs(n_lists: int) -> csr_array:
    """Return :func:`decomposable_graphs` as a sparse matrix of float64."""
    return csr_array(decomposable_graphs(n_lists)).astype(np.float64)


def _all_joined(members: NDArray[np.uint8], near: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell for each graph whether the lists in ``members`` (n_graphs,) are joined with one another."""
    good = np.ones(len(members), np.bool_)
    for each, neighbours in enumerate(near):
        inside = (members >> each) & 1 == 1
        good &= ~inside | (members & ~np.uint8(1 << each) & ~neighbours == 0)
    return good


def cliques(row: NDArray[np.int8]) -> list[int]:
    """Return the cliques of a graph, as bit masks, from its row of the matrix."""
    positive = np.flatnonzero(row > 0).tolist()
    return [mask for mask in positive if not any(mask != other and mask & other == mask for other in positive)]
