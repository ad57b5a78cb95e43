"""Tables of overlaps in CSV files: one header row, one row a pattern, lines starting with # skipped."""

from __future__ import annotations

import csv
from pathlib import Path

from dalil.errors import UnreadableFile, WrongTable


def read_file(path: Path) -> dict[str, list[str]]:
    """Return the columns of a CSV file as text, by name.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is not UTF-8.
    WrongTable
        It has no header, a name comes twice, or a row has another number of cells; says which.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            "The table cannot be read.", expected="a CSV file in UTF-8", found=type(error).__name__, where=str(path)
        ) from None
    # Numbered as in the file, so that a complaint can be found there.
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    rows = list(zip((number for number, _ in lines), csv.reader(line for _, line in lines), strict=True))
    header = [name.strip() for name in rows[0][1]] if rows else []
    if not header or "" in header or len(set(header)) < len(header):
        raise WrongTable(
            "The table needs a name over every column, each once.",
            expected="a header such as A,B,C,count",
            found=", ".join(header) or "no header",
            where=str(path),
        )
    for number, row in rows[1:]:
        if len(row) != len(header):
            raise WrongTable(
                "A row has another number of cells than the header.",
                expected=f"{len(header)} cells",
                found=f"{len(row)}",
                where=f"{path}, line {number}",
            )
    return {name: [row[place].strip() for _, row in rows[1:]] for place, name in enumerate(header)}
