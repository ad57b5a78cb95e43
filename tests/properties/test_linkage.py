"""Laws of clustering: answers are never broken, order does not matter, nothing is lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dalil.linkage.persons.clustering import cluster

N = 9


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[tuple[int, int, float]], list[tuple[int, int]], list[int]]:
    every = [(a, b) for a in range(N) for b in range(a + 1, N)]
    pairs = draw(st.lists(st.sampled_from(every), min_size=1, max_size=20, unique=True))
    scored = [(a, b, draw(st.floats(-7, 7, width=32))) for a, b in pairs]
    different = draw(st.lists(st.sampled_from(every), max_size=4, unique=True))
    return scored, different, draw(st.lists(st.integers(0, 2), min_size=N, max_size=N))


def solve(scored: list[tuple[int, int, float]], different: list[tuple[int, int]], lists: list[int]) -> np.ndarray:
    a, b, odds = (np.array(each) for each in zip(*scored, strict=True))
    told = np.array(different, np.int64).reshape(-1, 2)
    return cluster(N, a, b, odds.astype(np.float32), np.array(lists, np.int16), different=told).cluster


@given(problems())
@settings(max_examples=60, deadline=None)
def test_no_cluster_holds_two_records_that_were_judged_different(
    problem: tuple[list[tuple[int, int, float]], list[tuple[int, int]], list[int]],
) -> None:
    scored, different, lists = problem
    found = solve(scored, different, lists)
    assert all(found[a] != found[b] for a, b in different)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_the_order_of_pairs_does_not_matter_and_each_record_is_in_one_cluster(
    problem: tuple[list[tuple[int, int, float]], list[tuple[int, int]], list[int]],
) -> None:
    scored, different, lists = problem
    found = solve(scored, different, lists)
    shuffled = sorted(scored, key=lambda pair: (pair[2], pair[1]))
    assert np.array_equal(solve(shuffled, different[::-1], lists), found)
    assert (found <= np.arange(N)).all()
    assert np.array_equal(found[found], found)


@given(problems(), st.lists(st.sampled_from([(a, b) for a in range(N) for b in range(a + 1, N)]), max_size=3))
@settings(max_examples=60, deadline=None)
def test_one_answer_more_breaks_no_constraint(
    problem: tuple[list[tuple[int, int, float]], list[tuple[int, int]], list[int]], same: list[tuple[int, int]]
) -> None:
    scored, different, lists = problem
    together = list(range(N))
    for x, y in same:
        together = [together[x] if each == together[y] else each for each in together]
    different = [(x, y) for x, y in different if together[x] != together[y]]  # what contradicts is refused before
    a, b, odds = (np.array(each) for each in zip(*scored, strict=True))
    found = cluster(
        N,
        a,
        b,
        odds.astype(np.float32),
        np.array(lists, np.int16),
        same=np.array(same, np.int64).reshape(-1, 2),
        different=np.array(different, np.int64).reshape(-1, 2),
    ).cluster
    assert all(found[x] == found[y] for x, y in same)
    assert all(found[x] != found[y] for x, y in different)
