"""Every test vector printed in docs/reference/formats/dates.md holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil import errors
from dalil.values.dates import DateHabit, iso_day, parse_canonical, parse_date

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "formats" / "dates.md"
HABIT = DateHabit(order="dmy")


def _rows(n_columns: int) -> list[list[str]]:
    """Return the rows of the tables of test vectors that have so many columns, without their headings."""
    vectors = PAGE.read_text(encoding="utf-8").partition("## Test vectors")[2]
    rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in vectors.splitlines()]
    return [row for row in rows if len(row) == n_columns and row[0] != "text" and not row[0].startswith("---")]


READ, REFUSED = _rows(5), _rows(3)


def _day(day: int | None) -> str:
    return ".." if day is None else iso_day(day)


def test_the_page_has_its_tables() -> None:
    assert len(READ) > 60
    assert len(REFUSED) > 15


@pytest.mark.parametrize(("text", "edtf", "first", "last", "precision"), READ)
def test_a_vector_is_read_as_printed(text: str, edtf: str, first: str, last: str, precision: str) -> None:
    found = parse_date(text, habit=HABIT)
    assert found is not None
    assert (found.edtf, _day(found.lo), _day(found.hi), found.precision) == (edtf, first, last, precision)
    assert found.original == (None if text == edtf else text)
    assert parse_canonical(found.edtf) == found


@pytest.mark.parametrize(("text", "error", "because"), REFUSED)
def test_a_vector_is_refused_as_printed(text: str, error: str, because: str) -> None:
    with pytest.raises(errors.BadInput) as caught:
        parse_date(text, habit=HABIT)
    assert type(caught.value).__name__ == error, because
