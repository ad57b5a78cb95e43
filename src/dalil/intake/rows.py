"""Rows become accounts: a mapping and the columns of a sheet are compiled into one fast function over rows.

Everything that can be decided before the first row is decided then: where each column stands, how its cells are read,
which statements they make. What is left for a row is to look its cells up and to put the pieces together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from dalil.errors import WrongMapping, WrongValue
from dalil.intake.cells import Reading, cell_text
from dalil.intake.checking import near
from dalil.intake.mapping_model import SheetMapping
from dalil.intake.row_compiling import compile_steps
from dalil.intake.row_outcomes import AcceptedRow, CellProblem, RefusedRow
from dalil.intake.row_work import Work
from dalil.values.canonical import JsonValue, canonical_bytes
from dalil.values.ids import MAX_ORDER
from dalil.values.plain_text import clean_text, plain_digits
from dalil.vocabulary import Vocabulary

OWN_COLUMNS: Final = "dalil: "
"""How the columns begin that dalil adds to the rows it hands back; a corrected file may come with them."""

__all__ = ["AcceptedRow", "CellProblem", "RefusedRow", "RowCompiler", "compile_rows"]


def compile_rows(mapping: SheetMapping, columns: Sequence[str], vocabulary: Vocabulary) -> RowCompiler:
    """Return the function over rows that a mapping is for a sheet with these columns.

    Raises
    ------
    WrongMapping
        A column of the sheet is neither mapped nor ignored, or a mapped one is not in the sheet; all are named at once.
    """
    return RowCompiler(mapping, _matched(mapping, columns), columns, vocabulary)


class RowCompiler:
    """Turns the rows of one sheet into accounts. Made by :func:`compile_rows`.

    Attributes
    ----------
    ignored : tuple of str
        Columns of the sheet that the mapping leaves out by name.
    """

    def __init__(
        self, mapping: SheetMapping, places: dict[str, int], columns: Sequence[str], vocabulary: Vocabulary
    ) -> None:
        self.ignored = tuple(column for column in columns if _is_ignored(clean_text(column), mapping))
        self._places = places
        self._key = tuple((name, places[name]) for name in mapping.key)
        read = sorted({*(column.name for column in mapping.columns), *mapping.only_read})
        self._digest_places = [places.get(name, -1) for name in read]
        self._digest_start = hashlib.sha256(canonical_bytes(read) + b"\n")
        compiled = compile_steps(mapping, places, vocabulary)
        self._blank, self._sources, self._columns = compiled.blank, compiled.sources, compiled.columns
        self._steps, self._constants = compiled.steps, compiled.constants
        self._order, self._subjects = compiled.order, compiled.subjects
        self._subjects_of: dict[int, list[JsonValue]] = {}

    def account(self, number: int, cells: Sequence[str]) -> AcceptedRow | RefusedRow:
        """Return the account that row ``number`` makes, or why it makes none.

        Parameters
        ----------
        number : int
            Of the row in its file, for messages and the receipt.
        cells : sequence of str
            As many as the sheet has columns.
        """
        readings = self._blank.copy()
        flagged = False
        for position, place, remembered, read in self._sources:
            cell = cells[place]
            reading = remembered.get(cell)
            if reading is None:
                reading = read(cell)
            readings[position] = reading
            if reading.flagged:
                flagged = True
        work = Work(readings)
        for step in self._steps:
            step(work)
        digest = self.digest_of(cells)
        key = digest if not self._key else self.key_of(cells)
        if key is None or digest is None or work.missing or not work.speaks_of or flagged:
            problems = self._problems(number, cells, work)
            if problems or key is None or digest is None:
                return RefusedRow(number, tuple(problems))
        for step in self._constants:
            step(work)
        if len(work.statements) > MAX_ORDER:
            too_many = CellProblem(
                number, "", f"at most {MAX_ORDER} statements", str(len(work.statements)), "Split the row."
            )
            return RefusedRow(number, (too_many,))
        warnings = self._order.warnings(work.statements) if self._order.applies else []
        if flagged:
            warnings += self._warnings(readings)
        subjects = self._subjects_of.get(work.speaks_of)
        if subjects is None:
            subjects = self._subjects_of[work.speaks_of] = [
                [local_id, kind] for local_id, kind, bit in self._subjects if work.speaks_of & bit
            ]
        return AcceptedRow(number, key, digest, subjects, work.statements, work.columns, tuple(warnings))

    def key_of(self, cells: Sequence[str]) -> str | None:
        """Return what tells a row from others by its key columns; None if there are none, or one is empty.

        One key cell is the key, with plain digits; several are a JSON list, so that no two rows share a key by chance.
        """
        found = [plain_digits(clean_text(cells[place])) for _, place in self._key]
        if not found or not all(found) or not all(map(_is_whole, found)):
            return None
        return found[0] if len(found) == 1 else canonical_bytes(found).decode()

    def digest_of(self, cells: Sequence[str]) -> str | None:
        """Return the SHA-256 of the cells the mapping reads; None if one of them is not whole Unicode text.

        It is taken over the names of those columns in sorted order as a canonical JSON list, a newline, and their cells
        in the same order as another: NFC, without white space around them, "" for a column the sheet does not have. So
        neither the order of the columns in the sheet nor those that are ignored make a difference.
        """
        texts = [cell_text(cells[place]) if place >= 0 else "" for place in self._digest_places]
        state = self._digest_start.copy()
        try:
            state.update(canonical_bytes(texts))
        except WrongValue:
            return None
        return state.hexdigest()

    def _problems(self, number: int, cells: Sequence[str], work: Work) -> list[CellProblem]:
        """Return everything that is wrong with a row, each thing once."""
        found: dict[CellProblem, None] = {}

        def add(column: str, expected: str, what: str, todo: str) -> None:
            found[CellProblem(number, column, expected, what, todo)] = None

        for name, place in self._key:
            if not clean_text(cells[place]):
                add(name, "a key", "an empty cell", "Give the row its key.")
            elif not _is_whole(cells[place]):
                add(name, "whole characters, none of them null", "others", "Save the file again as UTF-8.")
        for reading, column in zip(work.readings, self._columns, strict=True):
            for problem in reading.problems:
                add(column, *problem)
        unread = bool(found)
        for missing in work.missing:
            if not (unread and missing.taken):  # it may be missing only because its own cell cannot be read
                add(missing.column, missing.expected, "nothing", "Fill the cell, or empty the others.")
        if not found and not work.speaks_of:
            add("", "cells that say something", "nothing", "Leave the row out, or map more of it.")
        return list(found)

    def _warnings(self, readings: Sequence[Reading]) -> list[str]:
        found = zip(readings, self._columns, strict=True)
        return list(dict.fromkeys(f"{column}: {reading.warning}" for reading, column in found if reading.warning))


def _is_whole(text: str) -> bool:
    """Say whether UTF-8 and every database can carry a text: whole characters, none of them null."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _is_ignored(name: str, mapping: SheetMapping) -> bool:
    return name in mapping.ignored or name.startswith(OWN_COLUMNS)


def _matched(mapping: SheetMapping, columns: Sequence[str]) -> dict[str, int]:
    """Return the place of each column that the mapping reads; spacing and invisible signs make no difference."""
    places: dict[str, int] = {}
    for place, column in enumerate(columns):
        name = clean_text(column)
        if name in places:
            raise WrongMapping(
                "Two columns of the sheet have one name.",
                expected="columns that can be told apart",
                found=f"columns {places[name] + 1} and {place + 1}, {name}",
                todo="Rename one of them, or give the sheet's `header_rows`.",
            )
        places[name] = place
    needed = {column.name: not column.optional for column in mapping.columns} | dict.fromkeys(mapping.only_read, True)
    unknown = [name for name in places if name not in needed and not _is_ignored(name, mapping)]
    absent = [name for name, is_needed in needed.items() if is_needed and name not in places]
    if unknown or absent:
        hints = {name: near(name, unknown) for name in absent if unknown}
        raise WrongMapping(
            "The mapping and the sheet do not fit together.",
            expected="every column of the sheet mapped or ignored by name, and every mapped column in the sheet",
            found="; ".join(
                [f"not in the mapping: {name}" for name in unknown]
                + [f"not in the sheet: {name}" + (f" ({hints[name]}?)" if name in hints else "") for name in absent]
            ),
            where="columns",
            todo="Add `<column>: ignore` for what you leave out, and `optional: true` where some sheets lack a column.",
        )
    return {name: place for name, place in places.items() if name in needed}
