"""What a hedge says about a number."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dalil.errors import UnknownTerm, WrongValue
from dalil.vocabulary import Vocabulary, count_bounds, load_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.mark.parametrize(
    ("hedge", "n", "bounds"),
    [
        ("exactly", 5, (5, 5)),
        ("at_least", 20_847, (20_847, None)),
        ("at_most", 10, (0, 10)),
        ("more_than", 1_200, (1_201, None)),
        ("fewer_than", 100, (0, 99)),
        ("nearly", 102_000, (101_000, 101_999)),  # the last digit that is not zero stands for thousands
        ("nearly", 364, (363, 363)),  # … and here for ones
        ("nearly", 20_000, (10_000, 19_999)),
        ("about", 300, (250, 350)),
        ("about", 16, (15, 17)),
        ("nearly", 0, (0, 0)),
        ("one_or_more", None, (1, None)),
        ("hundreds", None, (200, 1_999)),
        ("thousands", None, (2_000, 19_999)),
        ("tens_of_thousands", None, (20_000, 199_999)),
        ("unknown_number", None, (0, None)),
    ],
)
def test_a_hedge_bounds_a_number(
    vocabulary: Vocabulary, hedge: str, n: int | None, bounds: tuple[int | None, int | None]
) -> None:
    assert count_bounds(vocabulary, hedge, n) == bounds


def test_nearly_is_never_below_its_own_lower_bound_nor_reaches_the_number(vocabulary: Vocabulary) -> None:
    for n in [1, 9, 10, 99, 100, 101, 364, 20_000, 21_000, 102_000, 1_500_000]:
        lower, upper = count_bounds(vocabulary, "nearly", n)
        assert lower is not None
        assert upper is not None
        assert 0 <= lower <= upper < n


def test_words_of_magnitude_leave_no_gap_and_do_not_overlap(vocabulary: Vocabulary) -> None:
    ladder = ["tens", "hundreds", "thousands", "tens_of_thousands", "hundreds_of_thousands", "millions"]
    bounds = [count_bounds(vocabulary, word) for word in ladder]
    for (_, upper), (lower, _) in pairwise(bounds):
        assert upper is not None
        assert upper + 1 == lower
    assert bounds[-1][1] is None


def test_a_hedge_that_needs_a_number_is_refused_without_one(vocabulary: Vocabulary) -> None:
    with pytest.raises(WrongValue, match="without its number"):
        count_bounds(vocabulary, "at_least")


def test_a_negative_count_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(WrongValue, match="negative"):
        count_bounds(vocabulary, "about", -1)


def test_an_unknown_hedge_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownTerm):
        count_bounds(vocabulary, "roughly", 3)
