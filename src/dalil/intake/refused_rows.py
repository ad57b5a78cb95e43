"""The file of refused rows: the rows as they were, with the reason per cell, to be corrected and sent again.

It is for the person whose file it is, so it repeats their cells; nothing else that dalil writes does.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from dalil.intake.row_outcomes import CellProblem

ROW_COLUMN: Final = "dalil: row"
PROBLEMS_COLUMN: Final = "dalil: problems"


class RefusedRows:
    """Writes refused rows to a CSV file, made when the first one comes."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path, self._columns = path, columns
        self._file: Any = None
        self._writer: Any = None

    def add(self, number: int, cells: Sequence[str], problems: Sequence[CellProblem]) -> None:
        """Write one row with its number and all that is wrong with it."""
        if self._writer is None:
            # It repeats rows about people: nobody else on this machine reads it, wherever it is put.
            self.path.unlink(missing_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow([*self._columns, ROW_COLUMN, PROBLEMS_COLUMN])
        told = "; ".join(f"{p.column or 'row'}: expected {p.expected}, found {p.found}. {p.todo}" for p in problems)
        width = len(self._columns)
        self._writer.writerow([*[*cells, *[""] * (width - len(cells))][:width], number, told])

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()
