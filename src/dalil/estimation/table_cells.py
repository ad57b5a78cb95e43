"""Reads what a caller has into the cells of a table: names, 0 and 1, whole counts; refuses the rest by its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dalil.errors import WrongTable

Patterns: TypeAlias = NDArray[np.int8]
Counts: TypeAlias = NDArray[np.int64]

MAX_LISTS: Final = 60
"""A pattern is packed into one 64-bit number while a table is made."""
MOST_PERSONS: Final = 10_000_000_000
"""More than live: such a count is a slip, and arithmetic on it would lose digits."""


def check_names(names: tuple[str, ...], n_columns: int) -> None:
    """Raise :class:`WrongTable` unless every column has one name and no name comes twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice or len(names) != n_columns or len(names) > MAX_LISTS:
        raise WrongTable(
            "The lists of a table cannot be named so.",
            expected=f"1 to {MAX_LISTS} names, one a column, each once",
            found=f"twice: {', '.join(twice)}" if twice else f"{len(names)} names for {n_columns} columns",
            where="lists",
        )


def zero_one(values: NDArray[Any], where: str) -> Patterns:
    """Return cells as 0 and 1, whatever type says so."""
    try:
        numbers = np.asarray(values).astype(np.float64)
    except (TypeError, ValueError):
        numbers = np.full(np.shape(values), np.nan)
    wrong = np.argwhere((numbers != 0) & (numbers != 1))
    if len(wrong):
        raise WrongTable(
            "A person is on a list or not.",
            expected="0 or 1",
            found="something else",
            where=f"{where}, record {int(wrong[0][0]) + 1}",
        )
    return numbers.astype(np.int8)


def whole_numbers(values: NDArray[Any]) -> Counts:
    """Return counts of persons as int64."""
    try:
        numbers = np.asarray(values).astype(np.float64)
    except (TypeError, ValueError):
        numbers = np.full(np.shape(values), np.nan)
    wrong = np.argwhere(~((numbers >= 0) & (numbers == np.floor(numbers)) & (numbers <= MOST_PERSONS)))
    if len(wrong):
        raise WrongTable(
            "A count of persons cannot be used.",
            expected=f"a whole number, 0 to {MOST_PERSONS:,}",
            found="a negative number" if numbers.flat[int(wrong[0][0])] < 0 else "something else",
            where=f"counts, record {int(wrong[0][0]) + 1}",
        )
    if numbers.sum() > MOST_PERSONS:
        raise WrongTable(
            "A table holds more persons than there are.",
            expected=f"{MOST_PERSONS:,} at most",
            found=f"{numbers.sum():,.0f}",
            where="counts",
        )
    return numbers.astype(np.int64)


def pack(cells: Patterns) -> Counts:
    """Return each row as one bit mask, first column lowest; shape (n_rows,)."""
    masks: Counts = cells.astype(np.int64) @ (np.int64(1) << np.arange(cells.shape[1], dtype=np.int64))
    return masks


def read_columns(
    records: Mapping[str, Any] | Iterable[Mapping[str, Any]], wanted: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """Return the wanted columns of a data frame, of columns by name or of rows."""
    if not isinstance(records, Mapping) and not hasattr(records, "columns"):
        rows = list(records)
        found: Any = {name: [row.get(name) for row in rows] for name in wanted if all(name in row for row in rows)}
    else:
        found = records
    missing = [name for name in wanted if name not in found]
    if missing:
        raise WrongTable(
            "The records lack a column.", expected=", ".join(wanted), found=f"no {', '.join(missing)}", where="records"
        )
    return {name: np.asarray(found[name], dtype=object) for name in wanted}


def read_label(value: Any) -> str | None:
    """Return a stratum's value as text; None where it is missing."""
    if value is None or value == "" or value != value:
        return None
    return str(value)
