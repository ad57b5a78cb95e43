"""What a row tells of an episode: less than happened, never more, and never so coarsely that the order is lost."""

from __future__ import annotations

import random
from dataclasses import replace

from demo.days import AS_OF, Precision, age_on, coarsest_before, day, iso, years_before
from demo.people import Episode, Fate
from demo.telling import HABITS, Blur, blur_of, tell
from demo.written_dates import arabic_slashes, arabic_words, edtf, english_words

DAY, MONTH, YEAR = Precision.DAY, Precision.MONTH, Precision.YEAR

RELEASED = Episode(
    key="E1",
    party="syria.state",
    service=None,
    governorate="SY04",
    area="تلبيسة",
    reason="kinship",
    relation="brother_activist",
    fate=Fate.RELEASED,
    arrested=day("2013-08-14"),
    silent_since=day("2013-08-30"),
    noted=None,
    noted_on=None,
    ended="released",
    ended_on=day("2014-02-03"),
    mode="amnesty",
    ended_told=None,
    exact=False,
    lists="abcd",
)


def test_a_date_may_be_as_coarse_as_its_neighbours_allow() -> None:
    # 2013-08-14 and 2014-02-03 lie in different years; silence may be told within its year too.
    assert blur_of(RELEASED) == Blur(arrest=YEAR, silent=YEAR, noted=YEAR, ended=YEAR)
    # Released in November of the year of the arrest: both to the month at the coarsest, and so the silence.
    same_year = replace(RELEASED, ended_on=day("2013-11-02"))
    assert blur_of(same_year) == Blur(arrest=MONTH, silent=MONTH, noted=YEAR, ended=MONTH)
    # Released in the month of the silence: both to the day, the arrest in that month as well.
    same_month = replace(RELEASED, ended_on=day("2013-08-31"))
    assert blur_of(same_month) == Blur(arrest=DAY, silent=DAY, noted=YEAR, ended=DAY)


def test_at_the_edges_of_what_is_counted_dates_are_told_finely() -> None:
    march = replace(RELEASED, arrested=day("2011-03-20"))  # "since March 2011" (F10)
    april = replace(RELEASED, ended_on=day("2021-04-12"))  # so near the day of the report a month says too little

    assert blur_of(march).arrest == DAY
    assert blur_of(april).ended == DAY
    assert blur_of(replace(RELEASED, exact=True)) == Blur(DAY, DAY, DAY, DAY)


def test_no_list_tells_what_came_after_it_was_published() -> None:
    late = replace(RELEASED, fate=Fate.DISAPPEARED, ended_on=AS_OF + 20)
    blur = blur_of(late)

    assert tell(late, blur, HABITS["a"], random.Random(1), full=True).ended is None
    assert tell(late, blur, HABITS["d"], random.Random(1), full=True).ended == "released"


def test_an_unsure_release_is_told_only_as_coarsely_as_it_is_meant_to_be() -> None:
    unsure = replace(RELEASED, fate=Fate.UNSURE, silent_since=None, ended_on=day("2021-05-12"), ended_told=MONTH)

    for seed in range(20):
        told = tell(unsure, blur_of(unsure), HABITS["d"], random.Random(seed), full=True)
        assert told.ended_on == (day("2021-05-12"), MONTH)
        assert tell(unsure, blur_of(unsure), HABITS["a"], random.Random(seed), full=False).ended is None


def test_a_full_row_tells_everything_and_older_rows_leave_the_end_out() -> None:
    blur = blur_of(RELEASED)
    full = [tell(RELEASED, blur, HABITS["a"], random.Random(seed), full=True) for seed in range(50)]
    others = [tell(RELEASED, blur, HABITS["b"], random.Random(seed), full=False) for seed in range(50)]

    assert all((told.ended, told.mode) == ("released", "amnesty") for told in full)
    assert {told.ended for told in others} == {"released", None}


def test_dates_are_written_in_each_lists_habit() -> None:
    on = day("2013-08-21")

    assert [arabic_slashes(on, p) for p in (DAY, MONTH, YEAR)] == ["٢١/٠٨/٢٠١٣", "٠٨/٢٠١٣", "٢٠١٣"]
    assert [arabic_words(on, p) for p in (DAY, MONTH, YEAR)] == ["٢١ آب ٢٠١٣", "آب ٢٠١٣", "٢٠١٣"]
    assert [english_words(on, p) for p in (DAY, MONTH, YEAR)] == ["21 Aug 2013", "Aug 2013", "2013"]
    assert [edtf(on, MONTH, habit) for habit in range(3)] == ["2013-08", "2013-08-XX", "2013-08-01/2013-08-28"]
    assert edtf(day("2013-08-30"), MONTH, 2) == "2013-08"  # four weeks would leave the day out
    assert iso(on, YEAR) == "2013"


def test_ages_and_precisions_follow_the_calendar() -> None:
    assert age_on(day("2003-05-22"), AS_OF) == 17
    assert age_on(day("2003-05-21"), AS_OF) == 18
    assert years_before(day("2012-02-29"), 1) == day("2011-02-28")
    assert coarsest_before(day("2013-08-01"), day("2013-08-02")) == DAY
    assert coarsest_before(day("2013-08-31"), day("2013-09-01")) == MONTH
    assert coarsest_before(day("2013-12-31"), day("2014-01-01")) == YEAR
