"""Which sheet of a workbook is meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from dalil.errors import WrongMapping
from dalil.intake.readers.sheets import ReaderOptions


class SheetName(NamedTuple):
    """A sheet as its workbook lists it, and the part of the package it is in (empty where there are no parts)."""

    name: str
    part: str
    visible: bool


def choose_sheet(sheets: Sequence[SheetName], options: ReaderOptions, path: Path) -> tuple[SheetName, tuple[str, ...]]:
    """Choose the sheet the mapping names, else the first visible one; and say so where there was a choice.

    Raises
    ------
    WrongMapping
        The workbook has no such sheet.
    """
    wanted = options.sheet
    if wanted is None:
        chosen = next((sheet for sheet in sheets if sheet.visible), sheets[0])
        others = [sheet for sheet in sheets if sheet is not chosen]
        note = f"sheet {chosen.name!r} was read; the workbook has {len(others)} more that were not"
        return chosen, (note,) if others else ()
    if isinstance(wanted, int):
        if wanted <= len(sheets):
            return sheets[wanted - 1], ()
    else:
        for sheet in sheets:
            if sheet.name == wanted:
                return sheet, ()
    raise WrongMapping(
        "The workbook has no such sheet.",
        expected="one of " + ", ".join(repr(sheet.name) for sheet in sheets),
        found=repr(wanted) if isinstance(wanted, str) else f"sheet number {wanted}",
        where=f"{path.name}; reader: sheet",
        todo="correct the mapping, or check that this is the right file",
    )
