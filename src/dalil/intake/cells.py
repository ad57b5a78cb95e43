"""Reads one cell of a sheet: what it says, in canonical form, beside what was written.

A cell is taken as it stands or refused; nothing is guessed and nothing repaired. What a cell holds under one use of its
column is a :class:`Reading`; how texts become values of each type is in ``cell_values.py``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias, cast

from dalil.errors import BadInput, WrongValue
from dalil.intake.mapping_model import MOST_SPLIT, CellTexts
from dalil.intake.readers.sheets import CELL_ERRORS
from dalil.names.relatives import UnnamedRelative
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.dates import FuzzyDate
from dalil.values.plain_text import clean_text

Parts: TypeAlias = dict[str | None, JsonValue]
"""A value in the making: by part, or under None for a predicate with a single value."""


def value_of(parts: Parts) -> JsonValue:
    """Return the value that parts add up to: an object, or the single value."""
    return cast("JsonValue", parts.get(None, parts))


class Problem(NamedTuple):
    """Why a cell cannot be taken. ``found`` repeats the cell: it is for the person whose file it is."""

    expected: str
    found: str
    todo: str


def unfit(expected: str, todo: str = "Correct the cell at its source.") -> WrongValue:
    """Return the error that a cell cannot be taken; it becomes a :class:`Problem` of its row."""
    return WrongValue("A cell cannot be taken.", expected=expected, todo=todo)


class Reading:
    """What a cell says under one use of its column.

    Attributes
    ----------
    value : JsonValue
        In canonical form.
    original : str or None
        What was written, where it differs from the value.
    date : FuzzyDate or None
        The value as a date, where it is one.
    parts : dict or None
        For the text of a name: all parts read from it.
    unnamed : UnnamedRelative or None
        The cell says who someone is to somebody else, and gives no name.
    pieces : tuple of Reading
        The values of a cell that holds several; itself alone otherwise.
    problems : tuple of Problem
        Why the cell cannot be taken; then nothing else holds.
    warning : str
        Something to look at; the cell is taken all the same. Holds no words of the cell.
    made : list of JsonObject
        Statements that the cell makes by itself; every row with this cell shares them, so they are only ever read.
    speaks_of : int
        The subjects those statements name, one bit each.
    flagged : bool
        It has problems, or a warning.
    """

    __slots__ = (
        "date",
        "flagged",
        "made",
        "original",
        "parts",
        "pieces",
        "problems",
        "speaks_of",
        "unnamed",
        "value",
        "warning",
    )

    def __init__(
        self,
        value: JsonValue = None,
        original: str | None = None,
        *,
        date: FuzzyDate | None = None,
        parts: Parts | None = None,
        unnamed: UnnamedRelative | None = None,
        warning: str = "",
    ) -> None:
        self.value, self.original, self.date, self.parts = value, original, date, parts
        self.unnamed, self.warning = unnamed, warning
        self.pieces: tuple[Reading, ...] = (self,)
        self.problems: tuple[Problem, ...] = ()
        self.made: list[JsonObject] = []
        self.speaks_of = 0
        self.flagged = False


EMPTY: Final = Reading()
"""A cell that says nothing."""
EMPTY.pieces = ()

ReadOne: TypeAlias = Callable[[str, str], Reading]
"""Reads a text, given as it was written and cleaned; raises BadInput. EMPTY: it says nothing."""


def cell_text(cell: str) -> str:
    """Return what was written in a cell: NFC, as everything the ledger holds, without white space around it."""
    return (cell if cell.isascii() else unicodedata.normalize("NFC", cell)).strip()


def cell_reader(texts: CellTexts, read_one: ReadOne, *, default: JsonValue = None) -> Callable[[str], Reading]:
    """Return the function from a cell to what it says, with what holds for every type: empty cells, several values."""
    empty = frozenset(text.casefold() for text in texts.empty)
    nothing = EMPTY if default is None else Reading(default)
    if texts.required:
        nothing = _refused([Problem("a value in this column", "an empty cell", "Fill the cell, or leave the row out.")])

    def one(text: str) -> Reading:
        cleaned = clean_text(text)
        if not cleaned or cleaned.casefold() in empty:
            return EMPTY
        try:
            if cleaned in CELL_ERRORS:
                raise unfit("a value; a formula has failed here", "Repair the formula in the spreadsheet.")
            if "\0" in text:  # no database but SQLite keeps it
                raise unfit("text without the null character", "Save the file again as text.")
            text.encode()
            return read_one(text, cleaned)
        except BadInput as error:
            return _refused([Problem(error.expected or error.message, text, error.todo)])
        except UnicodeEncodeError:
            return _refused([Problem("whole characters", "half of a surrogate pair", "Save the file again as UTF-8.")])

    def read(cell: str) -> Reading:
        reading = one(cell_text(cell)) if texts.many is None else _several(cell_text(cell), texts.many, one)
        return nothing if reading is EMPTY else reading

    return read


def _several(text: str, separator: str, read_one: Callable[[str], Reading]) -> Reading:
    pieces = [piece for part in text.split(separator) if (piece := read_one(part.strip())) is not EMPTY]
    problems = [problem for piece in pieces for problem in piece.problems]
    if len(pieces) > MOST_SPLIT:
        problems = [Problem(f"at most {MOST_SPLIT} values in one cell", text, "Check `many` in the mapping.")]
    if problems:
        return _refused(problems)
    if not pieces:
        return EMPTY
    reading = Reading(original=text)
    reading.pieces = tuple(pieces)
    reading.warning = next((piece.warning for piece in pieces if piece.warning), "")
    return reading


def _refused(problems: list[Problem]) -> Reading:
    reading = Reading()
    reading.pieces, reading.problems = (), tuple(problems)
    return reading
