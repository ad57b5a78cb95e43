"""How numbers, percentages, durations, dates and counted nouns are written in each language.

Digits are a choice of the template: ``latn`` (20,847) or ``arab`` (٢٠٬٨٤٧). Nouns agree with their number by the CLDR
plural classes: English has two, Arabic six, and in Arabic one and two are said by the noun alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dalil.errors import DalilError, TemplateWrong
from dalil.values.dates import parse_edtf
from dalil.values.plurals import plural_category

DIGITS: Final = ("latn", "arab")
_TO_ARABIC_INDIC: Final = str.maketrans("0123456789,.%", "٠١٢٣٤٥٦٧٨٩٬٫٪")
MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language's way of writing; ``words`` are the publication room's own words, ``nouns`` the prose file's."""

    language: str
    digits: str = "latn"
    words: Mapping[str, str]
    months: tuple[str, ...]
    nouns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def number(self, value: int) -> str:
        """Write a whole number with groups of three: 20,847 or ٢٠٬٨٤٧."""
        return self._in_digits(f"{value:,}")

    def plain(self, value: int) -> str:
        """Write a whole number without groups: a year, a page."""
        return self._in_digits(str(value))

    def between(self, low: int | None, high: int | None) -> str:
        """Write both ends of a range; either may be open."""
        if low is None or high is None:
            return self._open(*(None if end is None else self.number(end) for end in (low, high)))
        return (
            self.number(low)
            if low == high
            else self.words["range"].format(low=self.number(low), high=self.number(high))
        )

    def _open(self, low: str | None, high: str | None) -> str:
        """Write a range with an open end."""
        if low is not None:
            return self.words["or_more"].format(low=low)
        return self.words["up_to"].format(high=high) if high is not None else self.words["not_known"]

    def percent(self, part: int, whole: int, *, decimals: int = 0) -> str:
        """Write ``part`` of ``whole`` as a percentage, halves rounded up."""
        scale = 100 * 10**decimals
        hundredths = (2 * part * scale + whole) // (2 * whole)
        units, rest = divmod(hundredths, 10**decimals)
        return self._in_digits(f"{units:,}" + (f".{rest:0{decimals}d}" if decimals else "") + "%")

    def duration(self, low: int | None, high: int | None) -> str:
        """Write a number of months, known or between two ends, in years and months; either end may be open."""
        if low is None or high is None:
            return self._open(*(None if end is None else self.duration(end, end) for end in (low, high)))
        low_years, low_months = divmod(low, MONTHS_A_YEAR)
        high_years, high_months = divmod(high, MONTHS_A_YEAR)
        if low_years != high_years:
            return self.words["between"].format(low=self.duration(low, low), high=self.duration(high, high))
        months = low_months if low_months == high_months else None
        if months == 0:
            return self._counted("year", low_years)
        said = (
            self._counted("month", months)
            if months is not None
            else self.words["months_between"].format(
                low=self.number(low_months), high=self.number(high_months), noun=self._form("month", high_months)
            )
        )
        return said if low_years == 0 else self.words["and"].format(first=self._counted("year", low_years), second=said)

    def date(self, edtf: str, where: str) -> str:
        """Write a calendar date at its own precision: a day, a month or a year."""
        try:
            parse_edtf(edtf)
        except DalilError as error:
            raise TemplateWrong(
                "A date in the prose cannot be read.", expected="EDTF: 2018-04-07, 2013-08 or 2013", where=where
            ) from error
        match edtf.split("-"):
            case [year, month, day] if edtf.replace("-", "").isdecimal():
                shape, values = "date_day", (year, month, day)
            case [year, month] if edtf.replace("-", "").isdecimal():
                shape, values = "date_month", (year, month, "1")
            case [year] if year.isdecimal():
                return self.plain(int(year))
            case _:
                raise TemplateWrong(
                    "A date in the prose is not a plain one.",
                    expected="2018-04-07, 2013-08 or 2013",
                    found=edtf,
                    where=where,
                )
        return self.words[shape].format(
            day=self.plain(int(values[2])), month=self.months[int(values[1]) - 1], year=self.plain(int(values[0]))
        )

    def noun(self, name: str, value: object, where: str) -> str:
        """Return the form of a counted noun that goes with ``value``."""
        if name not in self.nouns:
            raise TemplateWrong(
                "A counted noun is not in the prose file.",
                expected="one of " + (", ".join(sorted(self.nouns)) or "none"),
                found=name,
                where=where,
            )
        category = plural_category(self.language, value) if isinstance(value, int) else "other"
        forms = self.nouns[name]
        return forms.get(category, forms["other"])

    def swallows_number(self, value: object) -> bool:
        """Say whether the noun alone says how many (Arabic: one and two)."""
        return self.language == "ar" and isinstance(value, int) and value in (1, 2)

    def _counted(self, unit: str, value: int) -> str:
        form = self._form(unit, value)
        return form if self.swallows_number(value) else f"{self.number(value)} {form}"

    def _form(self, unit: str, value: int) -> str:
        category = plural_category(self.language, value)
        return self.words.get(f"{unit}_{category}", self.words[f"{unit}_other"])

    def _in_digits(self, text: str) -> str:
        return text.translate(_TO_ARABIC_INDIC) if self.digits == "arab" else text
