"""How large a file, and what is inside it, may be before dalil refuses to unfold it.

The limits are far above any honest list and far below what would exhaust a laptop. Every reader streams, so most of
them bound time rather than memory; those that bound memory are `cell_chars`, `line_chars`, `text_table_bytes` and the
two for old workbooks.
"""

from __future__ import annotations

from dataclasses import dataclass

from dalil.errors import HostileFile

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes past which a file is refused as hostile.

    Parameters
    ----------
    file_bytes : int
        The file as it lies on disk.
    old_workbook_bytes, old_workbook_memory_bytes : int
        An `.xls` file, and the memory of the process that reads it; the format ends at 65,536 rows of 256 columns.
    unpacked_bytes : int
        All members of a zipped workbook together. A million rows of fifteen columns unpack to about 0.7 GiB.
    member_ratio : int
        Unpacked bytes for one packed byte, in members above `ratio_floor_bytes`. Workbooks reach 5 to 20, repetitive
        ones 100; deflate cannot exceed 1,032.
    ratio_floor_bytes : int
        Smaller members may have any ratio: they harm nobody.
    n_members : int
        Files inside a zipped workbook.
    text_table_bytes : int
        The table of shared strings of an XLSX workbook, unpacked; it is held in memory.
    n_rows, n_columns : int
        Of a workbook sheet: what the largest spreadsheet programs hold. `n_columns` binds text files too.
    n_repeated_cells : int
        Cells of an ODS sheet that exist only because another says "and so many times more".
    cell_chars : int
        One cell. A spreadsheet program stops at 32,767; a whole testimony in a cell of a text file is longer.
    line_chars : int
        One line of a text file.
    """

    file_bytes: int = 4096 * MIB
    old_workbook_bytes: int = 256 * MIB
    old_workbook_memory_bytes: int = 2048 * MIB
    unpacked_bytes: int = 4096 * MIB
    member_ratio: int = 300
    ratio_floor_bytes: int = 32 * MIB
    n_members: int = 10_000
    text_table_bytes: int = 512 * MIB
    n_rows: int = 1_048_576
    n_columns: int = 16_384
    n_repeated_cells: int = 20_000_000
    cell_chars: int = 1_000_000
    line_chars: int = 16_000_000


def check_width(n_columns: int, *, where: str, limits: Limits) -> None:
    """Refuse a sheet wider than any program makes."""
    if n_columns > limits.n_columns:
        raise HostileFile(
            "The sheet has more columns than a spreadsheet program can hold.",
            expected=f"at most {limits.n_columns} columns",
            found=f"{n_columns}",
            where=where,
            todo="check that the file is a table, and that its delimiter is the right one",
        )


def check_height(number: int, *, where: str, limits: Limits) -> None:
    """Refuse a workbook sheet longer than any program makes."""
    if number > limits.n_rows:
        raise HostileFile(
            "The sheet has more rows than a spreadsheet program can hold.",
            expected=f"at most {limits.n_rows} rows",
            found=f"row {number}",
            where=where,
            todo="ask whoever sent it for a plain CSV file",
        )


def check_cell(n_chars: int, *, where: str, limits: Limits) -> None:
    """Refuse a cell that would hold a book."""
    if n_chars > limits.cell_chars:
        raise HostileFile(
            "A cell is longer than any honest one.",
            expected=f"at most {limits.cell_chars} characters",
            found=f"{n_chars} or more",
            where=where,
            todo="check the quotes around that cell; keep long documents as evidence files and refer to them here",
        )
