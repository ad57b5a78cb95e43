"""Typed cells as text."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dalil.intake.readers.cell_texts import (
    Shown,
    elapsed_text,
    moment_text,
    number_text,
    serial_text,
    shown_as,
    shown_by_number,
)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("34", "34"),
        ("34.0", "34"),
        ("-5", "-5"),
        ("-0", "0"),
        ("0.5", "0.5"),
        ("0.30000000000000004", "0.3"),
        ("963944123456", "963944123456"),
        ("1E+15", "1E+15"),
        ("1E+14", "100000000000000"),
        ("12345678901234567890", "12345678901234567890"),
        ("1.5E-07", "1.5E-07"),
        ("007", "007"),
        ("not a number", "not a number"),
    ],
)
def test_a_number_reads_as_the_general_format_shows_it(stored: str, text: str) -> None:
    assert number_text(stored) == text


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", Shown.NUMBER),
        ("0.00", Shown.NUMBER),
        ('#,##0 "days"', Shown.NUMBER),
        ("[Red]0;[Blue]-0", Shown.NUMBER),
        ("\\d0", Shown.NUMBER),
        ("_d0", Shown.NUMBER),
        ("0.00E+00", Shown.NUMBER),
        ("@", Shown.NUMBER),
        ("dd/mm/yyyy", Shown.DATE),
        ("[$-2010401]d/mm/yyyy;@", Shown.DATE),
        ("[$-1170000]B2dd/mm/yyyy", Shown.DATE),
        ("mmm-yy", Shown.DATE),
        ("m", Shown.DATE),
        ("yyyy\\-mm\\-dd\\ hh:mm", Shown.DATE),
        ("hh:mm:ss", Shown.TIME),
        ("h:mm AM/PM", Shown.TIME),
        ("mm:ss.0", Shown.TIME),
        ("[h]:mm:ss", Shown.ELAPSED),
        ("[mm]:ss", Shown.ELAPSED),
    ],
)
def test_a_number_format_is_judged_by_what_it_shows(code: str, shown: Shown) -> None:
    assert shown_as(code) is shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, Shown.NUMBER), (14, Shown.DATE), (22, Shown.DATE), (20, Shown.TIME), (46, Shown.ELAPSED), (49, Shown.NUMBER)],
)
def test_a_built_in_number_format_is_judged_by_its_number(number: int, shown: Shown) -> None:
    assert shown_by_number(number) is shown


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        # 41,493 days after 1899-12-30: 113 years of 365 days from 1900 and 28 leap days (1904 to 2012, 1900 counted as
        # Excel does makes 29) lead to 2013-01-01 as 41,275; 218 days on is 7 August.
        ("41493", "2013-08-07"),
        ("41493.0", "2013-08-07"),
        ("41493.5", "2013-08-07T12:00:00"),
        ("41493.54524305556", "2013-08-07T13:05:09"),
        ("41493.000005787", "2013-08-07T00:00:00.500"),
        ("41493.9999999999", "2013-08-08"),
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("60", "1900-02-29"),
        ("61", "1900-03-01"),
        ("0", "0000-00-00"),
        ("2958465", "9999-12-31"),
        ("2958466", "2958466"),
        ("-1", "-1"),
        ("inf", "INF"),
    ],
)
def test_a_serial_number_shown_as_a_date_is_that_date(stored: str, text: str) -> None:
    assert serial_text(stored, Shown.DATE, False) == text


def test_a_workbook_that_counts_from_1904_has_its_dates_from_there() -> None:
    # 41,493 - 1,462, the days between the two beginnings, is the same 7 August 2013.
    assert serial_text("40031", Shown.DATE, True) == "2013-08-07"
    assert serial_text("0", Shown.DATE, True) == "1904-01-01"
    assert serial_text("2958465", Shown.DATE, True) == "2958465"


def test_times_and_lengths_of_time() -> None:
    assert serial_text("0.5", Shown.TIME, False) == "12:00:00"
    assert serial_text("1.25", Shown.ELAPSED, False) == "30:00:00"
    assert serial_text("41493.5", Shown.TIME, False) == "2013-08-07T12:00:00"
    assert elapsed_text(timedelta(hours=-1, minutes=-30)) == "-01:30:00"


def test_a_moment_at_midnight_is_a_date() -> None:
    assert moment_text(datetime(2013, 8, 7)) == "2013-08-07"  # noqa: DTZ001 - spreadsheets know no time zones
    assert moment_text(datetime(2013, 8, 7, 13, 5, 9, 250_000)) == "2013-08-07T13:05:09.250"  # noqa: DTZ001
