"""What can be seen of a sheet before anyone says what it means: its columns, first cells, and the texts of short ones.

A profile repeats cells. It is for the person whose sheet it is and lies beside their upload; nothing else keeps it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from dalil.intake.readers import Sheet
from dalil.intake.refused_rows import PROBLEMS_COLUMN, ROW_COLUMN
from dalil.values.plain_text import clean_text

MOST_ROWS: Final = 10_000
"""Rows looked at; in more, the texts of a short column have long been seen."""
MOST_TEXTS: Final = 30
"""Different texts of a column that people can be asked about one by one."""
LONGEST_TEXT: Final = 80
"""Characters of a text that may be one of a few; longer ones are prose."""
N_SAMPLES: Final = 40
"""Different cells kept of a column: enough to see how its dates are written."""
N_FIRST: Final = 8
LONGEST_SAMPLE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column.

    Attributes
    ----------
    samples : tuple of str
        Its first different cells, as they stand, cut where they are long.
    texts : mapping or None
        If it holds only a few different texts: each, cleaned, with how often it stands there, the most frequent first.
    n_filled, n_different : int
        Of the rows looked at; the second stops counting at one more than ``MOST_TEXTS``.
    """

    name: str
    samples: tuple[str, ...]
    texts: Mapping[str, int] | None
    n_filled: int
    n_different: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetProfile:
    """A sheet at first sight; ``n_rows`` counts those looked at, ``whole`` says whether that is all of them."""

    columns: tuple[ColumnProfile, ...]
    first_rows: tuple[tuple[int, tuple[str, ...]], ...]
    n_rows: int
    whole: bool
    format: str
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The headings."""
        return tuple(each.name for each in self.columns)

    def as_json(self) -> dict[str, Any]:
        """Return the profile as JSON values."""
        columns = [
            {
                "name": each.name,
                "samples": list(each.samples),
                "texts": None if each.texts is None else dict(each.texts),
                "n_filled": each.n_filled,
                "n_different": each.n_different,
            }
            for each in self.columns
        ]
        first = [[number, list(cells)] for number, cells in self.first_rows]
        rest = {"n_rows": self.n_rows, "whole": self.whole, "format": self.format, "notes": list(self.notes)}
        return {"columns": columns, "first_rows": first, **rest}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> SheetProfile:
        """Read what :meth:`as_json` returned."""
        columns = tuple(ColumnProfile(**{**each, "samples": tuple(each["samples"])}) for each in said["columns"])
        first = tuple((number, tuple(cells)) for number, cells in said["first_rows"])
        rest = {name: said[name] for name in ("n_rows", "whole", "format")}
        return cls(columns=columns, first_rows=first, notes=tuple(said["notes"]), **rest)


class _Column:
    """What gathers about one column while rows go by."""

    __slots__ = ("different", "n_filled", "samples", "texts")

    def __init__(self) -> None:
        self.samples: dict[str, None] = {}
        self.texts: Counter[str] | None = Counter()
        self.different: set[str] = set()
        self.n_filled = 0

    def see(self, cell: str) -> None:
        """Take one cell into account."""
        if not cell or cell.isspace():
            return
        self.n_filled += 1
        if len(self.samples) < N_SAMPLES:
            self.samples.setdefault(cell[:LONGEST_SAMPLE])
        if len(self.different) <= MOST_TEXTS:
            self.different.add(cell)
        if self.texts is None:
            return
        text = clean_text(cell)
        if len(text) > LONGEST_TEXT:
            self.texts = None
            return
        self.texts[text] += 1
        if len(self.texts) > MOST_TEXTS:
            self.texts = None


def profile_sheet(sheet: Sheet, *, most_rows: int = MOST_ROWS) -> SheetProfile:
    """Look at a sheet: all of it, or its first ``most_rows`` rows.

    Raises
    ------
    BadInput
        The file cannot be read; see :func:`dalil.intake.readers.open_sheet`.
    """
    told = sheet.columns[-2:] == (ROW_COLUMN, PROBLEMS_COLUMN)
    names = sheet.columns[:-2] if told else sheet.columns
    gathering = [_Column() for _ in names]
    first: list[tuple[int, tuple[str, ...]]] = []
    n_rows = 0
    rows = sheet.rows()
    for row in islice(rows, most_rows):
        n_rows += 1
        if row.problem:
            continue
        if len(first) < N_FIRST:
            first.append((row.number, row.cells[: len(names)]))
        for column, cell in zip(gathering, row.cells, strict=False):
            column.see(cell)
    whole = next(rows, None) is None
    rows.close()  # type: ignore[attr-defined]  # a generator: lets go of the file
    columns = tuple(_profile(name, column) for name, column in zip(names, gathering, strict=True))
    return SheetProfile(
        columns=columns, first_rows=tuple(first), n_rows=n_rows, whole=whole, format=sheet.format, notes=sheet.notes
    )


def _profile(name: str, column: _Column) -> ColumnProfile:
    """Few texts are worth asking about if they come again; a short list of names is none."""
    texts = column.texts
    few = texts is not None and len(texts) > 0 and (len(texts) <= 6 or len(texts) * 3 <= column.n_filled)
    return ColumnProfile(
        name=name,
        samples=tuple(column.samples),
        texts=dict(texts.most_common()) if few and texts is not None else None,
        n_filled=column.n_filled,
        n_different=len(column.different),
    )
