"""Dates: the door to everything dalil knows about them.

``parse_edtf`` reads EDTF, ``parse_date`` what people write, ``parse_canonical`` what dalil wrote itself. All three give
a `FuzzyDate`: an interval of days with both its ends, a precision, canonical EDTF, and the original text. Bounds are
day numbers: days since 1970-01-01. Conventions and test vectors: docs/reference/formats/dates.md.
"""

from __future__ import annotations

from dalil.values.ages import (
    YearsMonthsDays,
    age_bounds,
    age_on,
    birth_from_age,
    duration_bounds,
    time_between,
)
from dalil.values.days import calendar_day, day_number, iso_day
from dalil.values.edtf_reading import parse_canonical, parse_edtf
from dalil.values.fuzzy_date import FuzzyDate, Precision
from dalil.values.hijri import from_hijri
from dalil.values.numeric_dates import Calendar, DateHabit
from dalil.values.written_dates import ANY_HABIT, parse_date

__all__ = [
    "ANY_HABIT",
    "Calendar",
    "DateHabit",
    "FuzzyDate",
    "Precision",
    "YearsMonthsDays",
    "age_bounds",
    "age_on",
    "birth_from_age",
    "calendar_day",
    "day_number",
    "duration_bounds",
    "from_hijri",
    "iso_day",
    "parse_canonical",
    "parse_date",
    "parse_edtf",
    "time_between",
]
