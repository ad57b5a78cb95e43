"""Which accounts of what was done to a person tell of one act."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from dalil.linkage.archives.acts import Act, group, may_be_one
from dalil.values.ids import subject_id

TORTURE, BEATEN, TORTURED_TO_DEATH, EXECUTED = (
    ("int", "int.tor"),
    ("int",),
    ("lif", "lif.cus", "lif.tor"),
    ("lif", "lif.exe"),
)


def act(entry: int, path: tuple[str, ...], lo: int, n: int = 0, **more: Any) -> Act:
    """Return what an account, an entry of the ledger, tells of an act: of a day, unless said otherwise."""
    return Act(act=subject_id(entry, n), person=subject_id(entry, 9), path=path, **{"lo": lo, "hi": lo, **more})


@pytest.mark.parametrize(
    ("other", "may"),
    [
        (act(2, TORTURE, 100), True),
        (act(2, TORTURE, 131), True),  # sources a month apart
        (act(2, TORTURE, 132), False),
        (act(2, BEATEN, 100), True),  # named more generally
        (act(2, ("int", "int.sex"), 100), False),  # another act
        (act(2, TORTURED_TO_DEATH, 100), False),
        (act(2, TORTURE, 100, party="syria.isis"), False),
        (act(1, TORTURE, 100, n=1), False),  # one account tells of both: they are two
    ],
)
def test_accounts_that_may_tell_of_one_act(other: Act, may: bool) -> None:
    this = act(1, TORTURE, 100, party="syria.state")
    assert may_be_one(this, other) is may
    assert may_be_one(other, this) is may


def test_a_person_dies_once_whatever_sources_say_of_when_and_by_whom() -> None:
    told = [
        act(1, TORTURED_TO_DEATH, 100, party="syria.state"),
        act(2, EXECUTED, 900, party="syria.isis"),
        act(3, ("lif",), -(1 << 39), hi=1 << 39),
    ]
    for order in permutations(told):
        assert [len(each) for each in group(order)] == [3]


def test_acts_are_grouped_whatever_the_order_of_accounts() -> None:
    told = [act(1, TORTURE, 100), act(2, TORTURE, 110), act(1, TORTURE, 400, n=1), act(3, BEATEN, 405)]
    for order in permutations(told):
        assert {frozenset(each.lo for each in one) for one in group(order)} == {
            frozenset({100, 110}),
            frozenset({400, 405}),
        }
