"""A day and the month it lies in are found together, whichever list is the more precise."""

from __future__ import annotations

import numpy as np
import pytest

from dalil.linkage.features import NO_DAY
from dalil.linkage.pairing.keying import _months

OCTOBER_2013 = (15979, 16009)  # days since 1970: 43 years of 365 days, 11 leap days, 273 days of 2013 before October


@pytest.mark.parametrize("day", [15979, 15994, 16001, 16009])
def test_every_day_of_a_month_has_the_month_of_whoever_tells_the_month_only(day: int) -> None:
    month, _ = _months(np.array([OCTOBER_2013, (day, day)]))
    assert month[0] == month[1]


def test_two_days_about_the_end_of_a_month_meet_in_the_shifted_month() -> None:
    month, shifted = _months(np.array([(16008, 16008), (16012, 16012)]))  # 30 October, 3 November
    assert month[0] != month[1]
    assert shifted[0] == shifted[1]


def test_a_year_and_nothing_have_no_month() -> None:
    month, shifted = _months(np.array([(15706, 16070), (NO_DAY, NO_DAY)]))
    assert month.tolist() == shifted.tolist() == [-1, -1]


def test_days_before_1970_have_months_too() -> None:
    month, _ = _months(np.array([(-10, -10), (-40, -40)]))  # 22 December and 22 November 1969
    assert month[0] == month[1] + 1
    assert month.min() >= 0
