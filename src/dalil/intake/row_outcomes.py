"""What becomes of one row: an account ready for the ledger, or every reason why there is none."""

from __future__ import annotations

from typing import NamedTuple

from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.plain_text import shape_of


class CellProblem(NamedTuple):
    """Why one cell refuses its row.

    ``found`` repeats the cell: it is for the person whose file it is. Logs take :meth:`told`, which does not.
    """

    row: int
    column: str
    expected: str
    found: str
    todo: str

    def told(self) -> str:
        """Return the problem without a word of the record: row, column, and the shape of what was found."""
        where = f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        return f"{where}: expected {self.expected}, found {shape_of(self.found)}"


class AcceptedRow(NamedTuple):
    """A row that became an account.

    Attributes
    ----------
    key : str
        What tells the row from others: its key cells, or its digest.
    digest : str
        SHA-256, in hexadecimal, of the cells that the mapping reads; see :meth:`RowCompiler.digest_of`.
    subjects, statements : list
        As an account's body has them. Rows share parts of them: read them, never change them.
    columns : list of tuple of str
        For each statement, the columns it comes from; none for what the mapping says of every row.
    warnings : tuple of str
        What somebody should look at, in terms of columns and codes; the row is taken all the same.
    """

    number: int
    key: str
    digest: str
    subjects: list[JsonValue]
    statements: list[JsonObject]
    columns: list[tuple[str, ...]]
    warnings: tuple[str, ...]


class RefusedRow(NamedTuple):
    """A row that cannot be taken, with all that is wrong with it at once."""

    number: int
    problems: tuple[CellProblem, ...]
