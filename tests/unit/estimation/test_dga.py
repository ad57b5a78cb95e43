"""Averaging over decomposable graphs: all of them, exactly, and as far as the posterior reaches."""

from __future__ import annotations

from itertools import combinations, permutations
from math import exp, lgamma, log

import numpy as np
import pytest

from dalil.errors import WrongTable
from dalil.estimation.decomposable import N_GRAPHS, cliques, decomposable_graphs
from dalil.estimation.dga import average, graph_words
from dalil.estimation.distribution import Exact
from dalil.estimation.table import Table
from unit.estimation import published as p


def posterior(table: Table) -> Exact:
    found = average(table)
    return Exact(support=found.support, mass=found.mass)


@pytest.mark.parametrize("n_lists", [2, 3, 4, 5, 6])
def test_there_are_as_many_graphs_as_are_known(n_lists: int) -> None:
    matrix = decomposable_graphs(n_lists)
    assert len(matrix) == N_GRAPHS[n_lists]
    assert len(np.unique(matrix, axis=0)) == len(matrix)
    # Cliques less separators cover each list once.
    masks = np.arange(1 << n_lists)
    assert all((matrix @ ((masks >> place) & 1) == 1).all() for place in range(n_lists))


def test_the_graphs_of_four_lists_are_those_without_a_ring_of_four() -> None:
    # By hand: a graph on four vertices is decomposable unless it is one of the three rings 1-2-3-4, 1-2-4-3, 1-3-2-4.
    edges = list(combinations(range(4), 2))
    rings = {
        frozenset(frozenset(edge) for edge in zip(order, order[1:] + order[:1], strict=True))
        for order in permutations(range(4))
    }
    assert len(rings) == 3
    assert len(decomposable_graphs(4)) == 2 ** len(edges) - len(rings)


def test_spina_bifida_has_the_published_posterior() -> None:
    # Madigan & York 1997: median 731, most probable 728, with the saturated graph among the rest.
    found = posterior(p.SPINA_BIFIDA)
    assert round(found.estimate) == 731
    density = found.mass / np.diff(np.concatenate([[625.5], (found.support[1:] + found.support[:-1]) / 2, [1e12]]))
    assert found.support[density.argmax()] == pytest.approx(728, abs=1)


@pytest.mark.parametrize(
    ("table", "quantiles", "tolerance"),
    [
        # As the R package dga has them; its grid of the Netherlands reaches further than any user would ask.
        (p.UK, (10_387, 22_990, 33_510), 2),
        (p.NETHERLANDS, (41_680, 50_460, 210_299), 40),
        (p.KOSOVO, (9_827, 12_595, 16_544), 1),
    ],
    ids=["uk", "netherlands", "kosovo"],
)
def test_published_tables_have_their_quantiles(table: Table, quantiles: tuple[int, ...], tolerance: float) -> None:
    found = posterior(table).quantiles([0.025, 0.5, 0.975])
    assert found == pytest.approx(quantiles, abs=tolerance)


def beta(size: float, on: int, big: int) -> float:
    """Return the logarithm of a list's chance to hold ``on`` of ``big`` persons, any chance being as likely."""
    return lgamma(on + size) + lgamma(big - on + size) - 2 * lgamma(size)


def test_every_number_up_to_a_bound_gives_the_same_as_the_chosen_nodes() -> None:
    # Two lists, worked out the slow way: independence, and everything joined; each number of unseen to 200,000.
    table = p.plain("ab", {"10": 30, "01": 20, "11": 15})
    n, delta, logs = 65, 0.25, []
    for unseen in range(200_000):
        big = n + unseen
        common = lgamma(big + 1) - lgamma(unseen + 1) - log(big) - lgamma(big + 1)
        apart = beta(0.5, 45, n + unseen) + beta(0.5, 35, n + unseen) - lgamma(big + 1)
        joined = sum(lgamma(x + delta) - lgamma(delta) for x in (30, 20, 15, unseen))
        logs.append((common + apart, common + joined))
    top = max(map(max, logs))
    mass = np.array([exp(a - top) + exp(b - top) for a, b in logs])
    below = np.cumsum(mass) / mass.sum()
    levels = [0.05, 0.25, 0.5, 0.75, 0.9]
    slow = n + np.searchsorted(below, levels)
    assert posterior(table).quantiles(levels) == pytest.approx(slow, rel=0.01)


def test_nothing_is_cut_off_at_a_bound() -> None:
    for table in (p.NETHERLANDS, p.KOREA, p.APART):
        assert average(table).last_mass < 1e-6


def test_four_million_persons_cost_what_four_thousand_do_and_no_peak_is_missed() -> None:
    # A million times the persons of a table of independent lists: a peak a thousandth as wide, at a million times n.
    small = p.plain("abc", {"100": 48, "010": 24, "001": 16, "110": 12, "101": 8, "011": 4, "111": 2})
    large = Table.from_patterns(small.patterns, small.counts * 40_000, lists=small.lists)
    first, second = average(small), average(large)
    assert len(second.support) < 8_000
    # Independent with chances 1/3, 1/5, 1/7 the unseen are 96 beside the 114 seen.
    found = Exact(support=second.support, mass=second.mass).estimate
    assert found / (210 * 40_000) == pytest.approx(1, abs=0.002)
    assert len(first.graphs) >= len(second.graphs)


def test_seven_lists_are_not_too_many_and_eight_are() -> None:
    eight = p.plain("abcdefgh", {"11000000": 3, "00111111": 3})
    with pytest.raises(WrongTable, match="few lists"):
        average(eight)


def test_a_graph_is_written_as_its_cliques() -> None:
    matrix = decomposable_graphs(3)
    words = {graph_words(row, ("A", "B", "C")) for row in matrix}
    assert words == {
        "A, B, C",
        "A·B, C",
        "A·C, B",
        "A, B·C",
        "A·B, A·C",
        "A·B, B·C",
        "A·C, B·C",
        "A·B·C",
    }
    assert sorted(cliques(matrix[-1])) == [0b111]
