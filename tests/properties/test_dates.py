"""Laws of dates: what holds for every date, and agreement with the `edtf` library, an independent reader."""

from __future__ import annotations

import contextlib
import datetime
import io
from itertools import pairwise
from typing import Any, Final

import edtf
import pytest
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dalil.errors import BadInput, ImpossibleDate
from dalil.values.ages import age_on, time_between
from dalil.values.dates import (
    DateHabit,
    FuzzyDate,
    Precision,
    age_bounds,
    birth_from_age,
    day_number,
    duration_bounds,
    from_hijri,
    iso_day,
    parse_canonical,
    parse_date,
    parse_edtf,
)
from dalil.values.days import calendar_day, month_length, months_later
from dalil.values.edtf_bounds import read_edtf
from dalil.values.edtf_reading import parse_plain

FIRST, LAST = day_number(1501, 1, 1), day_number(2400, 12, 31)
DMY: Final = DateHabit(order="dmy")

day_numbers = st.integers(FIRST, LAST)
years = st.integers(1501, 2400).map(lambda n: f"{n:04}")
two_digits = st.integers(0, 99).map(lambda n: f"{n:02}")
months = st.integers(1, 12).map(lambda n: f"{n:02}")
marks = st.sampled_from(["", "", "", "?", "~", "%"])
plain = st.one_of(
    years,
    st.builds("{}-{}".format, years, months),
    day_numbers.map(iso_day),
)
qualified = st.builds("{}{}".format, plain, marks)
unspecified = st.one_of(
    st.builds("{}X".format, st.integers(151, 239)),
    st.builds("{}XX".format, st.integers(16, 23)),
    st.builds("{}-XX".format, years),
    st.builds("{}-XX-XX".format, years),
    st.builds("{}-{}-XX".format, years, months),
)
seasons = st.builds("{}-{}".format, years, st.sampled_from([21, 22, 23, 33, 34, 35, 36, 37, 38, 39, 40, 41]))
points = st.one_of(qualified, unspecified, seasons)
ends = st.one_of(st.sampled_from(["", ".."]), points)
intervals = st.builds("{}/{}".format, ends, ends)
set_items = st.one_of(plain, st.builds("{}..{}".format, plain, plain), st.builds("{}..".format, plain))
sets = st.builds("{}{}{}".format, st.just("["), st.lists(set_items, min_size=2, max_size=4).map(",".join), st.just("]"))
anything_in_edtf = st.one_of(points, intervals, sets)


def read(text: str) -> FuzzyDate:
    """Read EDTF, or drop the example if it is a date that cannot be."""
    try:
        return parse_edtf(text)
    except BadInput:
        assume(False)
        raise


def by_the_library(text: str) -> Any:
    """Return what the library makes of a text, or None; it prints some of what it refuses."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            return edtf.parse_edtf(text)
        except (EDTFParseException, TypeError, AttributeError, ValueError):
            return None


def library_day(bound: Any) -> int | None:
    """Return a bound of the library's as a day number; it writes "none" as an infinite number."""
    if isinstance(bound, float):
        return None
    year, month, day = tuple(bound)[:3]
    return day_number(year, month, day)


# --- agreement with the library ---------------------------------------------------------------------------------------
@given(
    st.one_of(
        plain, st.builds("{}-{}".format, years, two_digits), st.builds("{}-{}-{}".format, years, two_digits, two_digits)
    )
)
@example("2013-02-29")
@example("2012-02-29")
@example("2100-02-29")
@example("2013-04-31")
@example("2013-12")
def test_plain_forms_agree_with_the_library(text: str) -> None:
    ours, theirs = parse_plain(text), by_the_library(text)
    if text.endswith("-02-29") and ours is None:
        return  # the library takes 29 February of any year
    if theirs is None or type(theirs).__name__ != "Date":
        assert ours is None
        return
    assert ours is not None
    assert ours.lo == library_day(theirs.lower_strict())
    assert ours.hi == library_day(theirs.upper_strict())


@given(plain)
def test_the_fast_path_and_the_full_reader_agree(text: str) -> None:
    fast, full = parse_plain(text), read_edtf(text)
    assert fast is not None
    assert (fast.lo, fast.hi, fast.precision) == full


@given(st.one_of(qualified, unspecified, seasons, st.builds("{}/{}".format, qualified, qualified)))
def test_bounds_of_what_both_can_read_agree_with_the_library(text: str) -> None:
    ours, theirs = read(text), by_the_library(text)
    assume(theirs is not None)
    assert ours.lo == library_day(theirs.lower_strict())
    assert ours.hi == library_day(theirs.upper_strict())


@given(st.text("0123456789X-/.,?~%[]{}", max_size=12))
def test_nothing_is_taken_for_edtf_that_the_library_knows_to_be_none(text: str) -> None:
    try:
        parse_canonical(text)
    except BadInput:
        return
    known_differences = "X" in text or "/" in text or "-" in text or ".." in text
    assert by_the_library(text) is not None or known_differences


# --- canonical text and bounds ----------------------------------------------------------------------------------------
@given(anything_in_edtf)
def test_reading_canonical_text_again_gives_an_equal_date(text: str) -> None:
    found = read(text)
    assert parse_canonical(found.edtf) == found
    assert parse_edtf(f" \u200f{text} ") == found


@given(anything_in_edtf)
def test_bounds_are_in_order_and_unknown_means_none(text: str) -> None:
    found = read(text)
    if found.lo is not None and found.hi is not None:
        assert found.lo <= found.hi
    assert (found.precision is Precision.UNKNOWN) == (found.lo is None and found.hi is None)


@given(st.integers(day_number(1600, 1, 1), LAST))
def test_a_more_precise_date_lies_inside_a_less_precise_one(day: int) -> None:
    text = iso_day(day)
    forms = [
        text,
        f"{text[:9]}X",
        f"{text[:8]}XX",
        text[:7],
        f"{text[:5]}XX",
        text[:4],
        f"{text[:3]}X",
        f"{text[:2]}XX",
        "XXXX",
    ]
    dates = [parse_edtf(form) for form in forms]
    for finer, coarser in pairwise(dates):
        assert coarser.contains(finer)
        assert coarser.compatible_with(finer)
        assert coarser.contains(day)


@given(anything_in_edtf, anything_in_edtf)
def test_what_two_dates_share_is_in_both_and_exists_just_when_they_are_compatible(one: str, other: str) -> None:
    first, second = read(one), read(other)
    shared = first.intersect(second)
    assert (shared is not None) == first.compatible_with(second) == second.compatible_with(first)
    if shared is not None:
        assert first.contains(shared)
        assert second.contains(shared)
        assert parse_canonical(shared.edtf) == shared


@given(st.integers(FIRST, LAST), st.integers(0, 800))
def test_bounds_can_be_written_and_read(lo: int, length: int) -> None:
    found = FuzzyDate.of_bounds(lo, lo + length)
    assert parse_edtf(found.edtf) == found
    assert (found.lo, found.hi) == (lo, lo + length)


# --- what people write ------------------------------------------------------------------------------------------------
LEVANT: Final = [
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
    *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
]
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@given(day_numbers, st.sampled_from("/.-"))
def test_a_day_reads_the_same_in_every_dress(day: int, separator: str) -> None:
    date = calendar_day(day)
    year = f"{date.year:04}"
    dresses = [
        separator.join((str(date.day), str(date.month), year)),
        separator.join((f"{date.day:02}", f"{date.month:02}", year)).translate(ARABIC_DIGITS),
        separator.join((year, str(date.month), str(date.day))),
        f"{date.day} {LEVANT[date.month - 1]} {year}",
        f"\u200f{date.day}\u00a0{LEVANT[date.month - 1]} {year}".translate(ARABIC_DIGITS),
        f"{iso_day(day)} 00:00:00",
    ]
    for dress in dresses:
        found = parse_date(dress, habit=DMY)
        assert found == FuzzyDate.of_day(day)
        assert found is not None
        assert found.original == (None if dress == iso_day(day) else dress)


@given(plain)
def test_before_and_after_leave_no_day_out_and_share_none_with_the_date(text: str) -> None:
    at = parse_edtf(text)
    before, after = parse_date(f"before {text}", habit=DMY), parse_date(f"after {text}", habit=DMY)
    assert before is not None
    assert after is not None
    assert (before.lo, before.hi) == (None, None if at.lo is None else at.lo - 1)
    assert (after.lo, after.hi) == (None if at.hi is None else at.hi + 1, None)


@given(st.text(max_size=60))
@example("٣" * 40)
@example("1/1/1 هـ")
@example("00/00/00")
@example("31/9/9999 هـ")
def test_any_text_is_a_date_or_an_error_for_the_person_with_the_file(text: str) -> None:
    for habit in (DMY, DateHabit(), DateHabit(order="edtf"), DateHabit(order="ymd", pivot=50, calendar="hijri")):  # type: ignore[arg-type]
        try:
            found = parse_date(text, habit=habit)
        except BadInput:
            continue
        assert found is None or parse_canonical(found.edtf) == found


@given(st.text(st.characters(categories=["L"], exclude_characters="aX"), min_size=12, max_size=40))
def test_an_error_never_repeats_the_words_of_a_record(words: str) -> None:
    for text in (words, f"{words} 2013", f"2013 {words}", f"before {words}"):
        with pytest.raises(BadInput) as caught:
            parse_date(text, habit=DMY)
        assert words not in str(caught.value)


KNOWN_WORDS: Final = [
    *(
        "before",
        "after",
        "about",
        "perhaps",
        "since",
        "until",
        "between",
        "from",
        "to",
        "and",
        "of",
        "-",
        "/",
        "?",
        "~",
    ),
    *(
        "early",
        "mid",
        "late",
        "first",
        "half",
        "Q1",
        "spring",
        "Friday",
        "August",
        "May",
        "شباط",
        "آب",
        "رمضان",
        "هـ",
        "م",
    ),
    *("الموافق", "2013", "2014", "7", "21", "1442", "7/4/2018", "2012-2018", "1990s"),
]


@given(st.lists(st.sampled_from(KNOWN_WORDS), min_size=1, max_size=7).map(" ".join))
def test_any_run_of_known_words_is_a_date_or_is_refused(text: str) -> None:
    try:
        found = parse_date(text, habit=DMY)
    except BadInput:
        return
    assert found is not None
    assert parse_canonical(found.edtf) == found


# --- ages and durations -----------------------------------------------------------------------------------------------
@given(day_numbers, st.integers(0, 45_000))
@example(day_number(2004, 2, 29), day_number(2021, 2, 28) - day_number(2004, 2, 29))
@example(day_number(2004, 2, 29), day_number(2020, 2, 29) - day_number(2004, 2, 29))
def test_the_births_of_an_age_are_exactly_those_that_give_it(birth: int, lived: int) -> None:
    on = birth + lived
    age = age_on(birth, on)
    lo, hi = birth_from_age(age, FuzzyDate.of_day(on))
    assert lo is not None
    assert hi is not None
    assert lo <= birth <= hi
    assert age_on(lo, on) == age_on(hi, on) == age
    assert age_on(lo - 1, on) == age + 1
    assert hi == on or age_on(hi + 1, on) == age - 1


@given(day_numbers, st.integers(0, 2_000), st.integers(0, 2_000), st.integers(0, 2_000), st.data())
def test_age_bounds_hold_for_every_pair_of_days(
    birth: int, spread: int, gap: int, later: int, data: st.DataObject
) -> None:
    births = FuzzyDate.of_bounds(birth, birth + spread)
    ons = FuzzyDate.of_bounds(birth + gap, birth + gap + later)
    least, most = age_bounds(births, ons)
    born = data.draw(st.integers(birth, birth + spread))
    on = data.draw(st.integers(birth + gap, birth + gap + later))
    assert least is not None
    assert most is not None
    if born <= on:
        assert least <= age_on(born, on) <= most


@given(day_numbers, st.integers(0, 20_000))
def test_a_duration_added_to_its_start_gives_its_end(start: int, length: int) -> None:
    years_, months_, days_ = time_between(start, start + length)
    assert months_later(start, 12 * years_ + months_) + days_ == start + length
    assert 0 <= months_ < 12
    assert 0 <= days_ < 31


@given(day_numbers, st.integers(0, 800), st.integers(0, 800), st.integers(0, 800))
def test_the_least_duration_is_not_more_than_the_most(start: int, spread: int, gap: int, later: int) -> None:
    least, most = duration_bounds(
        FuzzyDate.of_bounds(start, start + spread), FuzzyDate.of_bounds(start + gap, start + gap + later)
    )
    assert least is not None
    assert most is not None
    assert least <= most


# --- Hijri ------------------------------------------------------------------------------------------------------------
# Years whose printed almanacs had months of 28 or 31 days, all before 1365 AH (1946): the tables keep them so.
ODD_YEARS: Final = frozenset({1343, 1345, 1348, 1349, 1364})


@given(st.integers(1343, 1499), st.integers(1, 12))
def test_hijri_months_follow_each_other_without_a_gap(year: int, month: int) -> None:
    this = from_hijri(year, month)
    following = from_hijri(year, month + 1) if month < 12 else from_hijri(year + 1, 1)
    whole = from_hijri(year)
    assert this.lo is not None
    assert this.hi is not None
    assert following.lo == this.hi + 1
    assert this.hi - this.lo + 1 in (29, 30) or year in ODD_YEARS
    assert whole.contains(this)
    try:
        assert from_hijri(year, month, 30).lo in (this.hi, this.hi - 1)
    except ImpossibleDate:
        assert this.hi - this.lo + 1 < 30


@given(st.integers(1, 9999), st.integers(1, 12))
def test_months_have_the_length_the_calendar_gives(year: int, month: int) -> None:
    following = datetime.date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None
    length = 31 if following is None else (following - datetime.date(year, month, 1)).days
    assert month_length(year, month) == length
