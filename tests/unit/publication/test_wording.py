"""Numbers, percentages, durations, dates and counted nouns, worked out by hand in both languages."""

from __future__ import annotations

import pytest

from dalil.errors import TemplateWrong
from dalil.publication.chrome import load_chrome
from dalil.publication.wording import Wording
from dalil.values.plurals import plural_category

ARABIC_CHILD = {"one": "طفل واحد", "two": "طفلان", "few": "أطفال", "many": "طفلاً", "other": "طفل"}


def wording(language: str, digits: str = "latn") -> Wording:
    chrome = load_chrome(language)
    nouns = {"child": ARABIC_CHILD if language == "ar" else {"one": "child", "other": "children"}}
    return Wording(language=language, digits=digits, words=chrome.words, months=chrome.months, nouns=nouns)


def test_a_number_is_grouped_in_threes() -> None:
    assert wording("en").number(20_847) == "20,847"
    assert wording("ar").number(1_500_000) == "1,500,000"
    assert wording("en").number(364) == "364"


def test_arabic_indic_digits_take_their_own_separators() -> None:
    assert wording("ar", "arab").number(20_847) == "٢٠٬٨٤٧"
    assert wording("ar", "arab").percent(1, 8, decimals=1) == "١٢٫٥٪"


def test_a_percentage_is_rounded_half_up_from_its_two_parts() -> None:
    # 20,847 / 130,294 = 0.1600 000 (20,847 * 10,000 / 130,294 = 1,599.99…)
    assert wording("en").percent(20_847, 130_294) == "16%"
    assert wording("en").percent(20_847, 130_294, decimals=2) == "16.00%"
    assert wording("en").percent(1, 8) == "13%"  # 12.5 goes up
    assert wording("en").percent(1, 200, decimals=1) == "0.5%"


def test_a_duration_known_to_the_month_is_said_in_years_and_months() -> None:
    # 92 months = 7 years 8 months; 93 months = 7 years 9 months
    assert wording("en").duration(92, 93).replace("\u2060", "") == "7 years and 8–9 months"
    assert wording("ar").duration(92, 93) == "7 سنوات و8 إلى 9 أشهر"
    assert wording("en").duration(24, 24) == "2 years"
    assert wording("ar").duration(24, 24) == "سنتان"
    assert wording("en").duration(13, 13) == "1 year and 1 month"
    assert wording("en").duration(5, 5) == "5 months"


def test_a_duration_whose_ends_lie_in_different_years_names_both() -> None:
    # 95 months = 7 years 11 months; 97 months = 8 years 1 month
    assert wording("en").duration(95, 97) == "between 7 years and 11 months and 8 years and 1 month"


@pytest.mark.parametrize(
    ("edtf", "english", "arabic"),
    [
        ("2018-04-07", "7 April 2018", "7 نيسان/أبريل 2018"),
        ("2013-08", "August 2013", "آب/أغسطس 2013"),
        ("2019", "2019", "2019"),
    ],
)
def test_a_date_is_written_at_its_own_precision(edtf: str, english: str, arabic: str) -> None:
    assert wording("en").date(edtf, "here") == english
    assert wording("ar").date(edtf, "here") == arabic


@pytest.mark.parametrize("edtf", ["2018-02-30", "spring", "2018/2019", "2018~"])
def test_a_date_that_is_no_plain_date_is_refused_with_its_place(edtf: str) -> None:
    with pytest.raises(TemplateWrong) as caught:
        wording("en").date(edtf, "father.film")
    assert caught.value.where == "father.film"


@pytest.mark.parametrize(
    ("value", "category"),
    [
        (0, "zero"),
        (1, "one"),
        (2, "two"),
        (3, "few"),
        (10, "few"),
        (11, "many"),
        (99, "many"),
        (100, "other"),
        (102, "other"),
        (103, "few"),
        (147, "many"),
        (20_847, "many"),
        (102_000, "other"),
    ],
)
def test_an_arabic_number_has_the_plural_class_the_grammar_gives_it(value: int, category: str) -> None:
    assert plural_category("ar", value) == category


def test_a_noun_agrees_with_its_number() -> None:
    assert wording("en").noun("child", 1, "here") == "child"
    assert wording("en").noun("child", 13, "here") == "children"
    assert wording("ar").noun("child", 13, "here") == "طفلاً"
    assert wording("ar").noun("child", 7, "here") == "أطفال"
    assert wording("ar").noun("child", 2, "here") == "طفلان"


def test_in_arabic_one_and_two_are_said_by_the_noun_alone() -> None:
    assert wording("ar").swallows_number(2)
    assert not wording("ar").swallows_number(3)
    assert not wording("en").swallows_number(1)


def test_an_unknown_noun_is_refused() -> None:
    with pytest.raises(TemplateWrong, match="counted noun"):
        wording("en").noun("cat", 3, "here")
