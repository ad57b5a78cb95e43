"""The lines of a text file, none of them longer than memory can bear."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TextIO

from dalil.errors import HostileFile
from dalil.intake.readers.limits import Limits


def bounded_lines(stream: TextIO, path: Path, limits: Limits, last: list[str] | None = None) -> Iterator[str]:
    """Yield lines with their ends; `last[0]` is the one yielded last, for whoever must judge it after an error."""
    longest = limits.line_chars
    kept = [""] if last is None else last
    for line in iter(partial(stream.readline, longest + 1), ""):
        if len(line) > longest:
            raise HostileFile(
                "A line is longer than any honest one.",
                expected=f"at most {longest} characters",
                found="more",
                where=f"{path.name}",
                todo="check that the file is a table with one row a line",
            )
        kept[0] = line
        yield line
