"""Which accounts of one person tell of one detention."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from dalil.linkage.archives.arrests import Arrest, group, may_be_one, party_heads
from dalil.vocabulary import load_vocabulary

STATE, ISIS = "syria.state", "syria.isis"


def arrest(episode: int, lo: int, hi: int | None = None, **more: Any) -> Arrest:
    """Return an account: days of arrest; source 1 unless said otherwise."""
    return Arrest(episode=episode, person=1, **{"source": 1, "lo": lo, "hi": lo if hi is None else hi, **more})


@pytest.mark.parametrize(
    ("other", "may"),
    [
        (arrest(2, 100), True),  # the same day
        (arrest(2, 90, 120), True),  # a month that holds the day
        (arrest(2, 131), True),  # sources a month apart
        (arrest(2, 132), False),  # and a day more
        (arrest(2, 100, party=ISIS), False),
        (arrest(2, 100, party=None), True),
        (Arrest(episode=2, person=1, source=1), True),  # an account without a date
        (arrest(2, 90, over=99), False),  # over before this one began
    ],
)
def test_accounts_that_may_tell_of_one_detention(other: Arrest, may: bool) -> None:
    this = arrest(1, 100, party=STATE)
    assert may_be_one(this, other) is may
    assert may_be_one(other, this) is may


def test_accounts_are_grouped_by_detention_whatever_their_order() -> None:
    accounts = [arrest(1, 100), arrest(2, 95, 125, source=2), arrest(3, 900, source=2), arrest(4, 880, 910, source=3)]
    for order in permutations(accounts):
        assert {frozenset(each.episode for each in told) for told in group(order)} == {
            frozenset({1, 2}),
            frozenset({3, 4}),
        }


def test_an_account_that_fits_two_detentions_goes_where_its_list_does_not_tell_yet() -> None:
    accounts = [arrest(1, 100, source=1), arrest(2, 300, source=2), arrest(3, 1, 365, source=1)]
    assert [sorted(each.episode for each in told) for told in group(accounts)] == [[1], [2, 3]]


def test_services_are_on_the_side_of_their_state_and_general_terms_on_none() -> None:
    heads = party_heads(load_vocabulary(("core", "syria")))
    assert heads["syria.state.military_intelligence"] == heads["syria.state"] == "syria.state"
    assert heads["syria.sna"] == heads["syria.opposition"] == "syria.opposition"
    assert "state" not in heads
