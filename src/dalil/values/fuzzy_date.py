"""A date as sources give it: an interval of days with a precision, in EDTF, with the source's own words beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from dalil.errors import ImpossibleDate
from dalil.values import days


class Precision(StrEnum):
    """The finest calendar unit a date tells for certain."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    """A season, quarter, four-month or half-year period of one year."""
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    INTERVAL = "interval"
    """Bounds that are no single calendar unit: an EDTF interval or set."""
    UNKNOWN = "unknown"
    """No bound at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzyDate:
    """A date with both its ends.

    Attributes
    ----------
    edtf : str
        Canonical EDTF text; reading it again gives an equal date.
    lo, hi : int or None
        First and last day the date may mean, as day numbers (days since 1970-01-01), both included.
        None: unbounded or unknown on that side.
    precision : Precision
        The finest calendar unit that is told for certain.
    original : str or None
        What the source wrote, when it differs from `edtf`. Not part of equality.
    """

    edtf: str
    lo: int | None
    hi: int | None
    precision: Precision
    original: str | None = field(default=None, compare=False)

    @classmethod
    def of_day(cls, day: int) -> Self:
        """Return the date that is exactly one day."""
        return cls(edtf=days.iso_day(day), lo=day, hi=day, precision=Precision.DAY)

    @classmethod
    def of_bounds(cls, lo: int | None, hi: int | None) -> Self:
        """Return the date with these bounds, as a day, month or year where they are one, else as an interval of days.

        Raises
        ------
        ImpossibleDate
            The first day is after the last.
        """
        if lo is None or hi is None:
            if lo is None and hi is None:
                return cls(edtf="XXXX", lo=None, hi=None, precision=Precision.UNKNOWN)
            return cls(edtf=f"{_end(lo)}/{_end(hi)}", lo=lo, hi=hi, precision=Precision.INTERVAL)
        if lo > hi:
            raise ImpossibleDate("A date cannot end before it begins.", found=f"{lo - hi} days the wrong way round")
        if lo == hi:
            return cls.of_day(lo)
        first = days.calendar_day(lo)
        if first.day == 1 and (lo, hi) == days.month_bounds(first.year, first.month):
            return cls(edtf=first.isoformat()[:7], lo=lo, hi=hi, precision=Precision.MONTH)
        if (lo, hi) == days.year_bounds(first.year):
            return cls(edtf=first.isoformat()[:4], lo=lo, hi=hi, precision=Precision.YEAR)
        return cls(edtf=f"{_end(lo)}/{_end(hi)}", lo=lo, hi=hi, precision=Precision.INTERVAL)

    @property
    def approximate(self) -> bool:
        """Whether the source said "about" of any part of it (EDTF ``~`` or ``%``)."""
        return "~" in self.edtf or "%" in self.edtf

    @property
    def uncertain(self) -> bool:
        """Whether the source doubted any part of it (EDTF ``?`` or ``%``)."""
        return "?" in self.edtf or "%" in self.edtf

    def contains(self, other: FuzzyDate | int) -> bool:
        """Say whether every day the other (a date or a day number) may mean is a day this date may mean."""
        lo, hi = (other, other) if isinstance(other, int) else (other.lo, other.hi)
        starts = self.lo is None or (lo is not None and self.lo <= lo)
        return starts and (self.hi is None or (hi is not None and hi <= self.hi))

    def compatible_with(self, other: FuzzyDate) -> bool:
        """Say whether both can be true of one day: 2018 and 2018-04-07 are, 2018 and 2019-04 are not."""
        before = self.hi is not None and other.lo is not None and self.hi < other.lo
        after = self.lo is not None and other.hi is not None and other.hi < self.lo
        return not (before or after)

    def intersect(self, other: FuzzyDate) -> FuzzyDate | None:
        """Return the days both may mean, or None if there are none; one of the two itself wherever it is the answer."""
        lo = self.lo if other.lo is None else other.lo if self.lo is None else max(self.lo, other.lo)
        hi = self.hi if other.hi is None else other.hi if self.hi is None else min(self.hi, other.hi)
        if lo is not None and hi is not None and lo > hi:
            return None
        for date in (self, other):
            if (date.lo, date.hi) == (lo, hi):
                return date
        return FuzzyDate.of_bounds(lo, hi)

    def is_certain_by(self, day: int) -> bool:
        """Say whether, by the end of this day, every day the date may mean has come."""
        return self.hi is not None and self.hi <= day

    def is_possible_by(self, day: int) -> bool:
        """Say whether, by the end of this day, some day the date may mean has come."""
        return self.lo is None or self.lo <= day


def _end(day: int | None) -> str:
    return ".." if day is None else days.iso_day(day)
