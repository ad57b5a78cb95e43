"""Pairs of large blocks are left out where their days cannot be one; those of small blocks never."""

from __future__ import annotations

import numpy as np

from dalil.linkage import RecordTable
from dalil.linkage.features import features_of
from dalil.linkage.pairing.blocking import block
from dalil.linkage.pairing.days import Days, exchanged
from dalil.linkage.pairing.keying import tokens_of
from dalil.linkage.pairing.placing import read_places


def table(*days: tuple[int | None, int | None]) -> RecordTable:
    n = len(days)
    columns = {"id": [f"r{at:03d}" for at in range(n)], "list": ["a"] * n, "name": ["محمد أحمد"] * n}
    return RecordTable.of(columns | {"event_lo": [low for low, _ in days], "event_hi": [high for _, high in days]})


def test_day_and_month_are_exchanged_where_both_can_be() -> None:
    """4 March 2013 (15768) and 3 April 2013 (15798); 25 March has no month 25."""
    assert exchanged(np.array([15768, 15798])).tolist() == [15798, 15768]
    assert exchanged(np.array([15789]))[0] < -1_000_000


def test_days_may_be_one_if_near_untold_within_what_is_told_or_exchanged() -> None:
    """Beside day 15768, 4 March 2013: 45 days on, 46, a month 45 days off, a month 46 off, none, and 3 April's year."""
    days = Days(
        features_of(
            table(
                (15768, 15768), (15813, 15813), (15814, 15814), (15813, 15843), (15814, 15844), (None, None),
                (16002, 16002), (15983, 15983),
            )
        )
    )  # fmt: skip
    first = np.zeros(7, np.int64)
    assert days.may_be_one(first, np.arange(1, 8)).tolist() == [True, False, True, False, True, False, False]
    # 5 October 2013 (15983) and 10 May 2013 (15835), 148 days before.
    both = Days(features_of(table((15983, 15983), (15835, 15835))))
    assert both.may_be_one(np.array([0, 1]), np.array([1, 0])).tolist() == [True, True]


def test_of_a_large_block_pairs_of_far_days_are_left_out_and_of_a_small_one_none() -> None:
    """Thirty of one name, each a hundred days after the one before, and then two more of the last one's day."""

    def pairs(n: int) -> set[tuple[int, int]]:
        days = [100 * at for at in range(n - 2)]
        features = features_of(table(*((day, day) for day in [*days, days[-1], days[-1]])))
        places = read_places(features)
        blocking = block(features, places, tokens_of(features, places), pairs_a_record=135.0)
        return {divmod(code, n) for code in blocking.pairs(0, n)[0].tolist()}

    assert pairs(32) == {(29, 30), (29, 31), (30, 31)}
    assert len(pairs(12)) == 66
