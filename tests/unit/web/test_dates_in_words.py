"""Dates in the reader's words: nothing of EDTF is left on a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def reading_in(desk_template: Any) -> Iterator[Any]:
    from django.utils import translation

    before = translation.get_language()
    yield translation.activate
    translation.activate(before or "en")


@pytest.mark.parametrize(
    ("edtf", "english", "arabic"),
    [
        ("2013-08-21", "21 August 2013", "21 آب/أغسطس 2013"),
        ("2013", "2013", "2013"),
        ("2013~", "about 2013", "نحو 2013"),
        ("2012-10~/2012-12~", "from about October 2012 to about December 2012", None),
        ("2020/..", "since 2020", "منذ 2020"),
        ("[2012,2014]", "2012 or 2014", "2012 أو 2014"),
        ("{2012,2013,2014}", "2012, 2013 and 2014", "2012، 2013 و2014"),
        ("2012-21", "spring 2012", "ربيع 2012"),
        ("2012-28", "winter 2012", "شتاء 2012"),
        ("2013-33", "between 1 January 2013 and 31 March 2013", None),
        ("201X", "between 1 January 2010 and 31 December 2019", None),
        ("2013-04-1X", "between 10 April 2013 and 19 April 2013", None),
    ],
)
def test_a_date_is_said_in_words(reading_in: Any, edtf: str, english: str, arabic: str | None) -> None:
    from dalil.web.showing.dates import written

    reading_in("en")
    assert written(edtf) == english
    reading_in("ar")
    assert not {"[", "]", "/..", "X", "~"} & set(written(edtf))
    assert arabic is None or written(edtf) == arabic


def test_an_age_and_an_ending_are_compared_with_their_dates_in_words(reading_in: Any, desk: Any) -> None:
    from dalil.archive import Archive
    from dalil.review.facts import Fact
    from dalil.web.screens.review import _fact
    from dalil.web.showing.words import Words

    with Archive(desk.path) as archive:
        words = {language: Words(archive.vocabulary, language) for language in ("en", "ar")}
    age = Fact(text="33 (2020/..)", statement=1, lo=5845, hi=6210, years=33, on="2020/..")
    ended = Fact(text="released 2014-05", statement=2, code="released", on="2014-05")
    reading_in("en")
    assert _fact(age, "birth", words["en"]) == "aged 33 years: since 2020"
    assert _fact(ended, "ended", words["en"]) == "released · May 2014"
    reading_in("ar")
    assert _fact(age, "birth", words["ar"]) == "العمر 33 سنة: منذ 2020"
    assert _fact(ended, "ended", words["ar"]).endswith("أيار/مايو 2014")
