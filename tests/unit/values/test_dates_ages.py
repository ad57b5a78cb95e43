"""Ages and durations between dates that are not exact."""

from __future__ import annotations

import pytest

from dalil.errors import ImpossibleDate, WrongValue
from dalil.values.dates import age_bounds, birth_from_age, duration_bounds, iso_day, parse_edtf


def ages(birth: str, on: str) -> tuple[int | None, int | None]:
    return age_bounds(parse_edtf(birth), parse_edtf(on))


def births(years: int, on: str) -> tuple[str | None, ...]:
    return tuple(None if day is None else iso_day(day) for day in birth_from_age(years, parse_edtf(on)))


def test_an_age_between_two_days_is_one_number() -> None:
    assert ages("1988-05-21", "2021-05-20") == (32, 32)
    assert ages("1988-05-21", "2021-05-21") == (33, 33)


def test_an_age_from_a_year_of_birth_is_one_of_two() -> None:
    assert ages("1988", "2021-05-21") == (32, 33)
    assert ages("1988", "2021-12-31") == (33, 33)
    assert ages("1988", "2021") == (32, 33)


def test_an_open_bound_leaves_an_age_open() -> None:
    assert ages("[..1950]", "2021-05-21") == (70, None)
    assert ages("1950/..", "2021-05-21") == (0, 71)
    assert ages("1950", "2020/..") == (69, None)


def test_someone_born_on_29_february_is_older_on_1_march_of_other_years() -> None:
    assert ages("2004-02-29", "2021-02-28") == (16, 16)
    assert ages("2004-02-29", "2021-03-01") == (17, 17)
    assert ages("2004-02-29", "2020-02-29") == (16, 16)


def test_no_age_is_below_nought_and_none_is_before_birth() -> None:
    assert ages("2013", "2013-05-01") == (0, 0)
    with pytest.raises(ImpossibleDate, match="before the birth"):
        ages("2014", "2013-05-01")


def test_an_age_on_a_day_bounds_the_birth_to_a_year() -> None:
    assert births(33, "2021-05-21") == ("1987-05-22", "1988-05-21")
    assert births(0, "2021-05-21") == ("2020-05-22", "2021-05-21")


def test_an_age_on_29_february_or_the_day_before_is_exact() -> None:
    # Born 2003-02-28: 17 on 2020-02-29; there was no 29 February 2003. Born 2002-03-01: still 17.
    assert births(17, "2020-02-29") == ("2002-03-01", "2003-02-28")
    # Born 2004-02-29: 16 on 2021-02-28, since the birthday is 1 March 2021.
    assert births(16, "2021-02-28") == ("2004-02-29", "2005-02-28")
    assert births(17, "2021-02-28") == ("2003-03-01", "2004-02-28")


def test_an_age_at_an_uncertain_date_bounds_the_birth_by_both_its_ends() -> None:
    # 34 at some time of 2013: born 1978-01-02 (34 on 2013-01-01) to 1979-12-31 (34 on 2013-12-31).
    assert births(34, "2013") == ("1978-01-02", "1979-12-31")
    assert births(34, "2013/..") == ("1978-01-02", None)


@pytest.mark.parametrize("years", [-1, 2021, 5000])
def test_what_is_no_age_is_refused(years: int) -> None:
    with pytest.raises(WrongValue):
        births(years, "2021-05-21")


def test_a_detention_from_a_month_to_a_day_has_two_bounds() -> None:
    # From 31 August 2013: 7 years 8 months end on 30 April 2021 (April has 30 days), and 12 days remain.
    # From 1 August 2013: 7 years 9 months end on 1 May 2021, and 11 days remain.
    shortest, longest = duration_bounds(parse_edtf("2013-08"), parse_edtf("2021-05-12"))
    assert (shortest, longest) == ((7, 8, 12), (7, 9, 11))


def test_a_siege_between_years_has_wide_bounds() -> None:
    assert duration_bounds(parse_edtf("2012"), parse_edtf("2018")) == ((5, 0, 1), (6, 11, 30))


def test_durations_that_overlap_may_be_nought_and_open_ones_have_no_most() -> None:
    assert duration_bounds(parse_edtf("2013"), parse_edtf("2013-05")) == ((0, 0, 0), (0, 4, 30))
    assert duration_bounds(parse_edtf("2013-08-01"), parse_edtf("2013-08-21/..")) == ((0, 0, 20), None)
    with pytest.raises(ImpossibleDate, match="ends before it begins"):
        duration_bounds(parse_edtf("2014"), parse_edtf("2013"))


def test_a_month_from_the_last_day_of_a_longer_month_ends_on_the_last_day() -> None:
    assert duration_bounds(parse_edtf("2013-01-31"), parse_edtf("2013-02-28"))[0] == (0, 1, 0)
    assert duration_bounds(parse_edtf("2012-02-29"), parse_edtf("2013-02-28"))[0] == (1, 0, 0)
