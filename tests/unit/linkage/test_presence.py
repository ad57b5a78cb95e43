"""Who may come into a count by a join that is missing: those on the list that nearly everybody counted is on."""

from __future__ import annotations

import numpy as np

from dalil.linkage.archives.presence import chance_of, may_enter

# Persons 1 to 4 are on the air (list 50) and held (list 60); 5 and 6 are on the air only; 7 is held only.
MENTIONS = np.array([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 7])
LISTS = np.array([50, 50, 50, 50, 50, 50, 60, 60, 60, 60, 60])
WHO = np.array([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 7])


def test_who_is_on_a_list_that_decides_and_not_counted_may_enter() -> None:
    entering, chance = may_enter(MENTIONS, LISTS, WHO, np.isin(WHO, [1, 2, 3]))
    # Both lists tell of all three counted; of the four who are on both, three are counted.
    assert entering.tolist() == [4, 5, 6, 7, 14]
    assert chance.tolist() == [0.75] * 5
    assert chance_of(np.array([1, 5, 99]), entering, chance).tolist() == [0, 0.75, 0]


def test_nobody_enters_where_no_list_decides() -> None:
    entering, chance = may_enter(MENTIONS, LISTS, WHO, np.isin(WHO, [5, 7]))
    assert (entering.tolist(), chance.tolist()) == ([], [])
    assert chance_of(np.array([1]), entering, chance).tolist() == [0]
