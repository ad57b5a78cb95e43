"""Dates as people write them, beyond the vectors of docs/reference/formats/dates.md."""

from __future__ import annotations

import time

import pytest

from dalil.errors import AmbiguousDate, BadInput, ImpossibleDate, UnreadableDate, WrongMapping
from dalil.values.dates import Calendar, DateHabit, parse_date

DMY = DateHabit(order="dmy")
MDY = DateHabit(order="mdy")
YMD = DateHabit(order="ymd")
NO_ORDER = DateHabit()


def read(text: str, habit: DateHabit = DMY) -> str:
    found = parse_date(text, habit=habit)
    assert found is not None, "read as no date"
    return found.edtf


# --- order ------------------------------------------------------------------------------------------------------------
def test_day_and_month_follow_the_habit_of_the_file() -> None:
    assert read("07/04/2018", DMY) == "2018-04-07"
    assert read("07/04/2018", MDY) == "2018-07-04"


@pytest.mark.parametrize("habit", [NO_ORDER, YMD])
def test_without_an_order_a_date_that_two_orders_fit_is_ambiguous(habit: DateHabit) -> None:
    with pytest.raises(AmbiguousDate, match="two ways"):
        parse_date("07/04/2018", habit=habit)


def test_without_an_order_a_date_that_only_one_order_fits_is_read() -> None:
    assert read("21/8/2013", NO_ORDER) == read("8/21/2013", NO_ORDER) == "2013-08-21"
    assert read("8/8/2013", NO_ORDER) == "2013-08-08"


def test_a_month_above_12_is_impossible_and_the_other_order_is_not_tried() -> None:
    with pytest.raises(ImpossibleDate, match="no month 21"):
        parse_date("8/21/2013", habit=DMY)
    with pytest.raises(ImpossibleDate, match="no month 13"):
        parse_date("13/13/2013", habit=DMY)
    with pytest.raises(ImpossibleDate, match="Neither part"):
        parse_date("14/13/2013", habit=NO_ORDER)
    with pytest.raises(ImpossibleDate, match="no month 21"):
        parse_date("21/2013", habit=DMY)


def test_a_year_in_front_is_year_month_day_whatever_the_order() -> None:
    assert [read("2013/8/21", habit) for habit in (DMY, MDY, YMD, NO_ORDER)] == ["2013-08-21"] * 4


def test_separators_must_be_of_one_kind_and_spaces_around_them_do_not_matter() -> None:
    assert read("7 . 4 . 2018") == "2018-04-07"
    with pytest.raises(UnreadableDate):
        parse_date("7/4.2018", habit=DMY)


@pytest.mark.parametrize("text", ["7/4/201", "2013/8/2013", "20/2013/1", "2012.2018", "123/4/5"])
def test_groups_of_other_lengths_are_unreadable(text: str) -> None:
    with pytest.raises(BadInput):
        parse_date(text, habit=DMY)


def test_eight_digits_are_cut_by_the_order_and_refused_without_one() -> None:
    assert read("20130821", YMD) == "2013-08-21"
    assert read("21082013", DMY) == "2013-08-21"
    with pytest.raises(ImpossibleDate):
        parse_date("20130821", habit=DMY)
    with pytest.raises(UnreadableDate):
        parse_date("20130821", habit=NO_ORDER)


def test_two_digit_years_need_a_pivot() -> None:
    pivot = DateHabit(order="dmy", pivot=30)
    assert read("7/4/18", pivot) == "2018-04-07"
    assert read("7/4/30", pivot) == "2030-04-07"
    assert read("7/4/31", pivot) == "1931-04-07"
    assert read("7 April 18", pivot) == "2018-04-07"
    assert read("18/4/7", DateHabit(order="ymd", pivot=30)) == "2018-04-07"
    for text in ("7/4/18", "7 April 18"):
        with pytest.raises(AmbiguousDate, match="two digits"):
            parse_date(text, habit=DMY)
    with pytest.raises(AmbiguousDate, match="two ways"):
        parse_date("7/4/18", habit=DateHabit(pivot=30))


def test_an_edtf_column_takes_edtf_only() -> None:
    edtf = DateHabit(order="edtf")
    assert read("2012-21", edtf) == "2012-21"
    assert read("٢٠١٢-٢١", edtf) == "2012-21"
    for text in ("7/4/2018", "August 2013"):
        with pytest.raises(UnreadableDate):
            parse_date(text, habit=edtf)
    with pytest.raises(AmbiguousDate, match="Hijri"):
        parse_date("[1442,1443]", habit=edtf)
    assert read("[1342,1343]", DateHabit(order="edtf", calendar=Calendar.GREGORIAN)) == "[1342,1343]"


@pytest.mark.parametrize("text", ["2012-13", "2012/13", "2012-21~", "2012-24/2013", "2012-99"])
def test_two_digits_above_12_after_a_year_are_ambiguous(text: str) -> None:
    with pytest.raises(AmbiguousDate, match="end year or a season"):
        parse_date(text, habit=DMY)


def test_a_habit_that_does_not_exist_is_refused() -> None:
    with pytest.raises(WrongMapping):
        DateHabit(order="dym")  # type: ignore[arg-type]
    with pytest.raises(WrongMapping):
        DateHabit(pivot=130)
    with pytest.raises(WrongMapping):
        DateHabit(calendar="julian")  # type: ignore[arg-type]
    with pytest.raises(WrongMapping):
        DateHabit(order="edtf", calendar=Calendar.HIJRI)


# --- no date ----------------------------------------------------------------------------------------------------------
def test_only_listed_texts_and_blanks_mean_no_date() -> None:
    habit = DateHabit(order="dmy", empty=frozenset({"0000-00-00", "غير معروف", "N/A", "1900-01-01"}))
    for text in ("0000-00-00", "٠٠٠٠-٠٠-٠٠", " غيرِ معروف ", "n/a", "1900-01-01", "", " \u00a0\u200f"):
        assert parse_date(text, habit=habit) is None
    for text in ("unknown", "-", "00/00/0000"):
        with pytest.raises(UnreadableDate, match=r"dates\.empty") as caught:
            parse_date(text, habit=habit)
        assert "dates.empty" in caught.value.todo


def test_zero_parts_are_parts_that_are_not_known() -> None:
    assert read("2013-00-00") == read("00/00/2013") == read("00/2013") == "2013"
    assert read("2013-08-00") == read("00/08/2013") == "2013-08"
    assert read("2013-00-15") == "2013-XX-15"
    with pytest.raises(AmbiguousDate):
        parse_date("00/08/2013", habit=NO_ORDER)
    with pytest.raises(ImpossibleDate, match="no day 0"):
        parse_date("0 August 2013", habit=DMY)


# --- words ------------------------------------------------------------------------------------------------------------
LEVANT = "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول"
ELSEWHERE = "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
ENGLISH = "January|Feb.|MARCH|apr|May|June|Jul|August|Sept.|October|nov|December"


@pytest.mark.parametrize("names", [LEVANT, ELSEWHERE, ENGLISH])
def test_every_month_has_its_names(names: str) -> None:
    assert [read(f"{name} 2013") for name in names.split("|")] == [f"2013-{month:02}" for month in range(1, 13)]


@pytest.mark.parametrize(
    "text",
    [
        "21 August 2013",
        "August 21, 2013",
        "the 21st of August 2013",
        "21. Aug. 2013",
        "21-Aug-2013",
        "(21 August 2013)",
        "21 آب 2013",
        "٢١ آب/أغسطس ٢٠١٣",
        "21 آب من عام 2013",
        "بتاريخ 21 اب 2013",
        "يوم الأربعاء 21 آب 2013",
        "آب 21 2013",
        "Wed, 21 Aug 2013",
        "2013 آب 21",
        "21 آب (أغسطس) 2013",
        "في 21-آب-2013",
        "21\xa0August\u200f 2013",
        "date: 21/8/2013",
    ],
)
def test_one_day_is_read_in_many_dresses(text: str) -> None:
    assert read(text) == "2013-08-21"


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("مطلع عام 2013", "2013-01~/2013-03~"),
        ("بداية 2013", "2013-01~/2013-03~"),
        ("منتصف 2013", "2013-05~/2013-08~"),
        ("late 2013", "2013-10~/2013-12~"),
        ("beginning of August 2013", "2013-08-01~/2013-08-10~"),
        ("mid-August 2013", "2013-08-11~/2013-08-20~"),
        ("second half of February 2013", "2013-02-16/2013-02-28"),
        ("Q3 2013", "2013-35"),
        ("الربع الأخير من 2013", "2013-36"),
        ("early 2012 to late 2013", "2012-01~/2013-12~"),
        ("early to mid 2013", "2013-01~/2013-08~"),
        ("since early 2012", "2012-01~/.."),
        ("until August 2013", "../2013-08"),
        ("حتى 7/4/2018", "../2018-04-07"),
        ("from 2012", "2012/.."),
        ("before about 2014", "[..2013~]"),
        ("before March 2013", "[..2013-02]"),
        ("before 1/3/2012", "[..2012-02-29]"),
        ("before spring 2013", "[..2013-02-28]"),
        ("بعد عام 2013", "[2014..]"),
        ("perhaps about 2013", "2013%"),
        ("about perhaps 2013", "2013%"),
        ("about end of 2012", "2012-10~/2012-12~"),
        ("~2013", "~2013"),
        ("2013 (?)", "2013?"),
        ("7/4/2018?", "2018-04-07?"),
        ("2013/8/21?", "2013-08-21?"),
        ("بين عامي 2012 و2018", "2012/2018"),
        ("بين آذار وأيار 2013", "2013-03/2013-05"),
        ("Dec 2012-Jan 2013", "2012-12/2013-01"),
        ("7/4/2018 - 9/4/2018", "2018-04-07/2018-04-09"),
        ("2013-08-21 / 2013-08-25", "2013-08-21/2013-08-25"),
        ("from 12 to 15 August 2013", "2013-08-12/2013-08-15"),
        ("الصيف 2013", "2013-22"),
    ],
)
def test_hedges_and_ranges_mean_what_the_page_says(text: str, edtf: str) -> None:
    assert read(text) == edtf


@pytest.mark.parametrize(
    "text",
    [
        "2012 or 2013",
        "August",
        "in",
        "-",
        "before",
        "2013 to",
        "to 2013",
        "between 2012",
        "2012 and 2013",
        "summer",
        "Q3",
        "21 - Aug 2013",
        "March-April",
        "late 1990s",
        "before after 2014",
        "before 0001",
        "after 9999",
        "since before 2013",
        "winter 2012-2014",
        "spring 2012-2013",
        "one day in August 2013",
        "August September 2013",
        "2013 2014",
        "Friday 2013",
        "end of spring 2013",
        "الموافق 2013",
        "2013 الموافق 2013",
        "2013 08 21",
        "early early 2013",
        "1995s",
        "first half",
        "x" * 121,
        "1" * 100000,
        "from 2012 to 2013 to 2014",
        "1442 هـ 2021 م",
        "²⁰¹³",
    ],
)
def test_what_would_have_to_be_guessed_is_refused(text: str) -> None:
    with pytest.raises((UnreadableDate, AmbiguousDate)):
        parse_date(text, habit=DMY)


def test_a_weekday_that_was_not_is_impossible() -> None:
    with pytest.raises(ImpossibleDate, match="not that day of the week") as caught:
        parse_date("Tuesday 12 May 2021", habit=DMY)
    assert caught.value.expected == "Wednesday"


# --- times ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "2013-08-21 00:00:00",
        "2013-08-21T00:00:00.000Z",
        "2013-08-21T14:30",
        "21/08/2013 2:30 pm",
        "2013-08-21T00:30:00+03:00",
        "21 August 2013 14:30:05",
    ],
)
def test_a_local_time_of_day_is_dropped_and_kept_in_the_original(text: str) -> None:
    found = parse_date(text, habit=DMY)
    assert found is not None
    assert (found.edtf, found.original) == ("2013-08-21", text)


def test_a_time_in_utc_is_ambiguous_and_a_time_that_is_none_unreadable() -> None:
    with pytest.raises(AmbiguousDate, match="UTC"):
        parse_date("2013-08-20T21:00:00Z", habit=DMY)
    with pytest.raises(UnreadableDate):
        parse_date("2013-08-20 25:00", habit=DMY)


# --- Hijri ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["1442", "1442-09", "1442-09-30", "30/9/1442", "summer 1442", "before 1442", "1440s", "1442~", "since May 1442"],
)
def test_an_unmarked_year_that_looks_hijri_is_ambiguous(text: str) -> None:
    with pytest.raises(AmbiguousDate, match="Hijri"):
        parse_date(text, habit=DMY)


@pytest.mark.parametrize(
    "text",
    ["30 رمضان 1442", "30/9/1442 هـ", "١٤٤٢/٩/٣٠هـ", "30 Ramadan 1442 AH", "AH 1442-09-30", "30 رمضان 1442 هجرية"],
)
def test_a_marked_hijri_day_is_its_gregorian_day_about(text: str) -> None:
    # 30 Ramadan 1442, by the Umm al-Qura calendar, was 12 May 2021, the eve of Eid al-Fitr on 13 May.
    assert read(text) == "2021-05-12~"


def test_a_hijri_month_year_and_range_are_intervals_of_days() -> None:
    assert read("رمضان 1442 هـ") == "2021-04-13~/2021-05-12~"
    assert read("1442 هـ") == "2020-08-20~/2021-08-08~"
    assert read("1442-1443 هـ") == "2020-08-20~/2022-07-29~"
    assert read("من رمضان إلى شوال 1442") == "2021-04-13~/2021-06-10~"


def test_a_hijri_column_needs_no_mark_and_refuses_gregorian_looking_years() -> None:
    hijri = DateHabit(order="dmy", calendar=Calendar.HIJRI)
    assert read("30/9/1442", hijri) == read("1442-09-30", hijri) == "2021-05-12~"
    assert read("12/5/2021 م", hijri) == "2021-05-12"
    for text in ("2021-05-12", "2021", "رمضان 2021"):
        with pytest.raises(AmbiguousDate, match="looks Gregorian"):
            parse_date(text, habit=hijri)


def test_a_gregorian_column_takes_medieval_years() -> None:
    gregorian = DateHabit(calendar=Calendar.GREGORIAN)
    assert read("1348", gregorian) == read("AD 1348") == read("1348 م") == "1348"
    assert read("1348~", gregorian) == "1348~"


@pytest.mark.parametrize("text", ["30/10/1442 هـ", "1/13/1442 هـ", "15/0/1442 هـ"])
def test_a_day_the_hijri_calendar_lacks_is_impossible(text: str) -> None:
    # Shawwal 1442 had 29 days.
    with pytest.raises((ImpossibleDate, UnreadableDate)):
        parse_date(text, habit=DMY)


@pytest.mark.parametrize("text", ["1342 هـ", "end of 1442 هـ", "1440s هـ", "هـ", "صيف 1442 هـ"])
def test_hijri_dates_without_tables_or_agreed_meaning_are_unreadable(text: str) -> None:
    with pytest.raises(UnreadableDate):
        parse_date(text, habit=DMY)


def test_a_day_given_in_both_calendars_is_the_gregorian_one_if_they_agree() -> None:
    assert read("30 رمضان 1442 هـ الموافق 12 أيار 2021 م") == "2021-05-12"
    assert read("12/5/2021 الموافق 29 رمضان 1442") == "2021-05-12"
    with pytest.raises(AmbiguousDate, match="not the same day"):
        parse_date("30 رمضان 1442 الموافق 12 حزيران 2021", habit=DMY)


# --- speed and hostile text -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["1" * 10_000_000, "a" * 10_000_000, "-" * 120, "1/" * 60, "و" * 120, "about " * 20, "[1" * 60, "[2012," * 19],
)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    start = time.process_time()
    with pytest.raises(BadInput):
        parse_date(text, habit=DMY)
    assert time.process_time() - start < 0.5
