"""EDTF: syntax that is taken and refused, the guard of the era, and where dalil differs from the `edtf` library."""

from __future__ import annotations

import datetime
import subprocess
import sys

import edtf
import pytest
from edtf.parser.edtf_exceptions import EDTFParseException

from dalil.errors import AmbiguousDate, ImpossibleDate, UnreadableDate
from dalil.values.dates import FuzzyDate, Precision, parse_canonical, parse_edtf


def day(text: str) -> int:
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def bounds(text: str) -> tuple[int | None, int | None]:
    found = parse_edtf(text)
    return found.lo, found.hi


def test_day_numbers_count_from_1970() -> None:
    assert bounds("1970-01-01") == (0, 0)
    assert bounds("1969-12-31") == (-1, -1)
    assert bounds("1971") == (365, 365 + 364)


def test_an_open_and_an_unknown_end_have_no_bound_but_keep_their_text() -> None:
    still, unknown = parse_edtf("2012/.."), parse_edtf("2012/")
    assert (still.lo, still.hi) == (unknown.lo, unknown.hi) == (day("2012-01-01"), None)
    assert still != unknown


def test_qualifiers_are_kept_and_do_not_widen() -> None:
    about = parse_edtf("2013~")
    assert (about.lo, about.hi) == bounds("2013")
    assert (about.approximate, about.uncertain) == (True, False)
    assert (parse_edtf("2013?").approximate, parse_edtf("2013?").uncertain) == (False, True)
    assert (parse_edtf("2013-~08").approximate, parse_edtf("2013%").uncertain) == (True, True)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2012-21", "2012-03-01", "2012-05-31"),
        ("2012-22", "2012-06-01", "2012-08-31"),
        ("2012-23", "2012-09-01", "2012-11-30"),
        ("2012-24", "2011-12-01", "2013-02-28"),
        ("2011-28", "2010-12-01", "2012-02-29"),
        ("2012-29", "2012-09-01", "2012-11-30"),
        ("2012-33", "2012-01-01", "2012-03-31"),
        ("2012-36", "2012-10-01", "2012-12-31"),
        ("2012-38", "2012-05-01", "2012-08-31"),
        ("2012-41", "2012-07-01", "2012-12-31"),
        ("201X-21", "2010-03-01", "2019-05-31"),
    ],
)
def test_seasons_and_parts_of_a_year_have_the_documented_months(text: str, first: str, last: str) -> None:
    assert bounds(text) == (day(first), day(last))


def test_winter_at_either_end_of_time_stays_within_it() -> None:
    assert bounds("0001-24")[0] == day("0001-01-01")
    assert bounds("9999-24")[1] == day("9999-12-31")


def test_spaces_around_marks_and_invisible_marks_are_left_out_of_canonical_text() -> None:
    found = parse_edtf(" \u200f[2012, 2014]\u200e ")
    assert found.edtf == "[2012,2014]"
    assert found.original == " \u200f[2012, 2014]\u200e "


def test_spaces_between_digits_are_not_closed_up() -> None:
    with pytest.raises(UnreadableDate):
        parse_edtf("20 13")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "X",
        "201",
        "20133",
        "2013-8",
        "13-08-21",
        "2013/08/21",
        "/",
        "..",
        "[..]",
        "[2012]",
        "{2012",
        "[2012}",
        "a" * 300,
        "Y12012",
        "-0044",
        "1950S2",
        "2013-08-21T10:00:00",
        "2012/2013/2014",
        "2012?~",
        "?2012?",
        "2012-~08%",
        "2013-W05",
        "٢٠١٣",
        "2012..2013",
        "0000",
        "0000-00-00",
        "2013-00",
        "2013-08-00",
        "[2012-00..]",
    ],
)
def test_what_is_not_edtf_or_has_zero_parts_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableDate):
        parse_edtf(text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2013-02-31", "day 31 in February"),
        ("2013-02-29", "day 29"),
        ("2013-13", "month 13"),
        ("2013-42", "month 42"),
        ("2012/2013-04-31", "day 31 in April"),
        ("2013-14-XX", "month 14"),
    ],
)
def test_an_impossible_date_names_the_part_that_is_wrong(text: str, part: str) -> None:
    with pytest.raises(ImpossibleDate, match=part):
        parse_edtf(text)


@pytest.mark.parametrize("text", ["2013-02-3X", "201X-02-30", "2013-21-05", "X013-02-30", "2013-5X"])
def test_digits_that_no_day_fits_are_impossible(text: str) -> None:
    with pytest.raises(ImpossibleDate):
        parse_edtf(text)


@pytest.mark.parametrize("text", ["2018/2012", "2012-08-21/2012-08-20", "2013-06/2013-05-31", "[2014..2013]"])
def test_an_interval_that_ends_before_it_begins_is_refused(text: str) -> None:
    with pytest.raises(ImpossibleDate, match="ends before it begins"):
        parse_edtf(text)


def test_an_interval_may_end_within_its_beginning() -> None:
    assert bounds("2013/2013-05") == (day("2013-01-01"), day("2013-05-31"))


@pytest.mark.parametrize(
    "text", ["1442", "1442-09", "1442-09-30", "1440/2013", "1500/2013", "[..1300]", "144X", "{1299,1442,2013}"]
)
def test_a_year_that_looks_hijri_is_refused_in_edtf_too(text: str) -> None:
    with pytest.raises(AmbiguousDate, match="Hijri"):
        parse_edtf(text)


def test_canonical_text_is_trusted_about_its_era() -> None:
    assert parse_canonical("1442").lo == day("1442-01-01")
    assert parse_edtf("1299").hi == day("1299-12-31")
    assert parse_edtf("1501").lo == day("1501-01-01")


def test_an_error_tells_the_shape_of_a_text_and_not_its_words() -> None:
    with pytest.raises(UnreadableDate) as caught:
        parse_edtf("secret name 12")
    assert "secret" not in str(caught.value)
    assert "aaaaaa aaaa 99" in str(caught.value)


# --- beside the edtf library ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["2012-21~", "[2012-21,2013]", "2012-0X", "2012-1X", "/..", "../"])
def test_forms_the_library_refuses_though_the_standard_has_them_are_taken(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises((EDTFParseException, TypeError, AttributeError)):
        edtf.parse_edtf(text)
    capsys.readouterr()  # the library prints some of what it cannot read
    assert parse_edtf(text).edtf == text
    assert capsys.readouterr() == ("", "")


def test_the_librarys_readings_that_would_be_wrong_here_are_not_ours() -> None:
    assert edtf.parse_edtf("2013-02-29") is not None
    with pytest.raises(ImpossibleDate):
        parse_edtf("2013-02-29")
    assert edtf.parse_edtf("2013/2012") is not None
    with pytest.raises(ImpossibleDate):
        parse_edtf("2013/2012")
    assert edtf.parse_edtf("2012/").upper_strict()[:3] == (2022, 1, 1)
    assert parse_edtf("2012/").hi is None


def test_reading_dates_does_not_import_the_library_or_the_hijri_tables() -> None:
    code = (
        "import sys; from dalil.values.dates import parse_date; parse_date('2013'); parse_date('[2012,2013]');"
        "sys.exit(bool({'edtf', 'pyparsing', 'hijridate'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- the value itself -------------------------------------------------------------------------------------------------
def test_more_and_less_precise_dates_are_compatible_and_the_precise_one_is_contained() -> None:
    year, one_day, other = parse_edtf("2018"), parse_edtf("2018-04-07"), parse_edtf("2019-04")
    assert year.compatible_with(one_day)
    assert one_day.compatible_with(year)
    assert year.contains(one_day)
    assert not one_day.contains(year)
    assert not year.compatible_with(other)
    assert not other.compatible_with(year)
    assert year.contains(day("2018-12-31"))
    assert not year.contains(day("2019-01-01"))


def test_an_open_end_is_compatible_with_everything_on_its_side() -> None:
    since = parse_edtf("2012/..")
    assert since.compatible_with(parse_edtf("2021"))
    assert since.compatible_with(parse_edtf("../2012"))
    assert not since.compatible_with(parse_edtf("../2011"))
    assert since.contains(parse_edtf("2013/.."))
    assert not parse_edtf("2012/2018").contains(since)
    assert parse_edtf("XXXX").contains(since)


def test_the_days_two_dates_share_are_one_of_them_or_a_new_interval() -> None:
    year, april = parse_edtf("2018"), parse_edtf("2018-04")
    assert year.intersect(april) is april
    assert april.intersect(year) is april
    assert parse_edtf("2011/2013").intersect(parse_edtf("2013/2015")) == parse_edtf("2013")
    assert parse_edtf("2012-11/..").intersect(parse_edtf("../2013-02-03")) == parse_edtf("2012-11-01/2013-02-03")
    assert year.intersect(parse_edtf("2019")) is None


@pytest.mark.parametrize("text", ["2013", "2012-02", "2012-02-29", "2012-02-01/2012-02-28", "2012-05-01/..", "XXXX"])
def test_bounds_are_written_as_the_unit_they_are(text: str) -> None:
    found = parse_edtf(text)
    assert FuzzyDate.of_bounds(found.lo, found.hi) == found


def test_bounds_the_wrong_way_round_are_no_date() -> None:
    with pytest.raises(ImpossibleDate):
        FuzzyDate.of_bounds(2, 1)


def test_a_date_is_certain_by_its_last_day_and_possible_by_its_first() -> None:
    march = parse_edtf("2011-03")
    assert not march.is_certain_by(day("2011-03-30"))
    assert march.is_certain_by(day("2011-03-31"))
    assert march.is_possible_by(day("2011-03-01"))
    assert not march.is_possible_by(day("2011-02-28"))
    assert not parse_edtf("2011/..").is_certain_by(day("2021-05-21"))
    assert parse_edtf("../2011").is_possible_by(day("1900-01-01"))


def test_what_the_source_wrote_is_no_part_of_equality() -> None:
    one = FuzzyDate(edtf="2013", lo=1, hi=2, precision=Precision.YEAR, original="٢٠١٣")
    assert one == FuzzyDate(edtf="2013", lo=1, hi=2, precision=Precision.YEAR)
