"""Reads the demonstration's files and dates for the recount, with nothing of the generator or of dalil."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import openpyxl  # type: ignore[import-untyped]  # there are no stubs in the lock file

Interval = tuple[int, int]
"""First and last day, as ordinals, both included."""
Row = dict[str, str]

MONTHS = {
    name: number
    for names in (
        "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
        "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول",
    )
    for number, name in enumerate(names.split("|"), 1)
}


# --- files ------------------------------------------------------------------------------------------------------------
def read_csv(path: Path, encoding: str, delimiter: str = ",") -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def read_xlsx(path: Path) -> Iterator[Row]:
    """Read the workbook: a title row, two rows of headings, then data."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    next(rows)
    upper, lower = next(rows), next(rows)
    names: list[str] = []
    group = ""
    for over, under in itertools.zip_longest(upper, lower):
        group = str(over) if over else group
        names.append(f"{group}/{under}" if group else str(under))
    for row in rows:
        cells = [cell.date().isoformat() if isinstance(cell, datetime.datetime) else cell for cell in row]
        yield {name: "" if cell is None else str(cell) for name, cell in zip(names, cells, strict=False)}
    book.close()


def read_ods(path: Path) -> Iterator[Row]:
    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    with zipfile.ZipFile(path) as package:
        content = ElementTree.fromstring(package.read("content.xml"))
    rows = [["".join(cell.itertext()) for cell in row] for row in content.iter(f"{table}table-row")]
    for row in rows[1:]:
        yield dict(zip(rows[0], row, strict=True))


# --- dates ------------------------------------------------------------------------------------------------------------
def _interval(year: int, month: int | None, day: int | None) -> Interval:
    if month is None:
        return datetime.date(year, 1, 1).toordinal(), datetime.date(year, 12, 31).toordinal()
    if day is None:
        after = datetime.date(year + month // 12, month % 12 + 1, 1).toordinal()
        return datetime.date(year, month, 1).toordinal(), after - 1
    only = datetime.date(year, month, day).toordinal()
    return only, only


def iso_date(text: str) -> Interval:
    if "/" in text:
        first, last = text.split("/")
        return iso_date(first)[0], iso_date(last)[1]
    parts = [int(part) for part in text.removesuffix("-XX").split("-")]
    return _interval(parts[0], parts[1] if len(parts) > 1 else None, parts[2] if len(parts) > 2 else None)


def slash_date(text: str) -> Interval:
    parts = [int(part) for part in reversed(text.split("/"))]  # int() reads Arabic-Indic digits
    return _interval(parts[0], parts[1] if len(parts) > 1 else None, parts[2] if len(parts) > 2 else None)


def english_date(text: str) -> Interval:
    return iso_date(text) if "-" in text else worded_date(text)


def worded_date(text: str) -> Interval:
    """Read "21 Aug 2013" and the like, and the same with the month names of the Levant."""
    *before, year = text.split()
    day = int(before.pop(0)) if before and before[0].isdecimal() else None
    return _interval(int(year), MONTHS[" ".join(before)] if before else None, day)


# --- ages -------------------------------------------------------------------------------------------------------------
def age_on(born: int, on: int) -> int:
    birth, then = datetime.date.fromordinal(born), datetime.date.fromordinal(on)
    return then.year - birth.year - ((then.month, then.day) < (birth.month, birth.day))


def years_before(on: int, years: int) -> int:
    day = datetime.date.fromordinal(on)
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day).toordinal()


def born_for_age(age: int, on: Interval) -> Interval:
    return years_before(on[0], age + 1) + 1, years_before(on[1], age)
