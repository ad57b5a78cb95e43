"""The records to be linked, as columns: what every part of this room starts from.

A `RecordTable` is in the order of its ids and knows its lists by name, so that the order in which rows or files came
in cannot change what is found. Files make one (`reading`), and so can whoever holds an archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]

from dalil.errors import WrongLists

NAMES: Final = ("name", "father", "mother", "kunya")
DATES: Final = ("birth_lo", "birth_hi", "event_lo", "event_hi")
MOST_RECORDS: Final = 1 << 24
"""Records that one run links: a pair of row numbers fits one 64-bit word with room to spare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTable:
    """Records as columns, sorted by id.

    Attributes
    ----------
    columns : pyarrow.Table
        `id`, `list` (text); `name`, `father`, `mother`, `kunya` (text or null); `sex` ("male", "female" or null);
        `age` (whole years, float, or null); `birth_lo`, `birth_hi`, `event_lo`, `event_hi` (day numbers, int32 or
        null); `place_0` … coarse to fine (text or null); `extra_0` … (text or null).
    """

    columns: pa.Table

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> RecordTable:
        """Return the table of these columns; those that are absent are empty.

        Raises
        ------
        WrongLists
            No records, an id that is missing or occurs twice, or too many records.
        """
        ids = _text(columns["id"])
        n = len(ids)
        if not 0 < n < MOST_RECORDS:
            raise WrongLists(
                "There is nothing to link, or too much for one run.",
                expected=f"1 to {MOST_RECORDS - 1} records",
                found=str(n),
                todo="Check the files.",
            )
        order = _order(ids)
        made: dict[str, Any] = {"id": ids, "list": _text(columns["list"])}
        made |= {key: _text(columns[key]) if key in columns else pa.nulls(n, pa.string()) for key in (*NAMES, "sex")}
        made["age"] = _typed(columns.get("age"), n, pa.float32())
        made |= {key: _typed(columns.get(key), n, pa.int32()) for key in DATES}
        for prefix in ("place_", "extra_"):
            for key in sorted((key for key in columns if key.startswith(prefix)), key=lambda key: int(key[6:])):
                made[key] = _text(columns[key])
        return cls(columns=pa.table(made).take(order).combine_chunks())

    def __len__(self) -> int:
        return int(self.columns.num_rows)

    @property
    def ids(self) -> list[str]:
        """Ids, ascending."""
        found: list[str] = self.columns["id"].to_pylist()
        return found

    @property
    def n_places(self) -> int:
        """Levels of place, coarse to fine."""
        return sum(name.startswith("place_") for name in self.columns.column_names)

    @property
    def n_extras(self) -> int:
        """Columns of identifiers."""
        return sum(name.startswith("extra_") for name in self.columns.column_names)


def _text(values: Any) -> pa.ChunkedArray:
    array = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([pa.array(values, pa.string())])
    return array.cast(pa.string())


def _typed(values: Any, n: int, kind: pa.DataType) -> Any:
    if values is None:
        return pa.nulls(n, kind)
    return values.cast(kind) if isinstance(values, pa.ChunkedArray | pa.Array) else pa.array(values, kind)


def _order(ids: pa.ChunkedArray) -> pa.Array:
    """Return the order of ids; each must be there once."""
    missing = ids.null_count + int(pc.sum(pc.equal(pc.utf8_trim_whitespace(ids), "")).as_py() or 0)
    n_distinct = pc.count_distinct(ids).as_py()
    if missing or n_distinct < len(ids):
        counts = pc.value_counts(ids.combine_chunks())
        twice = sorted(counts.field("values").filter(pc.greater(counts.field("counts"), 1)).drop_null().to_pylist())
        first = f", the first {twice[0]!r}"[:60] if twice else ""
        raise WrongLists(
            "Every record needs an id of its own.",
            expected="ids that are there and occur once, over all files together",
            found=f"{missing} records without an id, {len(twice)} ids that occur more than once{first}",
            where="id",
            todo="Make the ids distinct, for instance by putting the list's name before them; link a list once only.",
        )
    return pc.sort_indices(ids)
