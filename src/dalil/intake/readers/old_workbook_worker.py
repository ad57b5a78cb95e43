"""The process of its own in which an XLS workbook is read, so that a hostile one can exhaust nothing but this process.

It is started by `old_workbook` and speaks lines of JSON: the sheets; then, asked for one of them by its place, what is
known of it; then its rows. A refusal is a single line `{"problem": …}`. A library that gives up in any other way ends
the process, which the other side takes for a refusal too.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from dalil.intake.readers.cell_texts import elapsed_text, moment_text, number_text, truth_text

# A workbook at the limits of the format takes a few seconds.
MOST_CPU_SECONDS = 120


def main() -> None:
    """Read the workbook named on the command line, within the memory named after it."""
    path, memory_bytes = sys.argv[1], int(sys.argv[2])
    _limit(memory_bytes)
    try:
        _read(path)
    except calamine.PasswordError:
        _say({"problem": "password"})
    except (calamine.CalamineError, OSError, ValueError):
        _say({"problem": "unreadable"})


def _read(path: str) -> None:
    with calamine.CalamineWorkbook.from_path(path) as book:
        _say(
            [
                (found.name, place, found.visible == calamine.SheetVisibleEnum.Visible)
                for place, found in enumerate(book.sheets_metadata)
                if found.typ == calamine.SheetTypeEnum.WorkSheet
            ]
        )
        chosen = sys.stdin.readline()
        if not chosen:
            return
        sheet = book.get_sheet_by_index(int(chosen))
        _say({"merges": sheet.merged_cell_ranges or []})
        # The library gives the empty rows above the first cell, but not the empty columns before it.
        left = [""] * (sheet.start[1] if sheet.start else 0)
        for number, values in enumerate(sheet.iter_rows(), 1):
            cells = left + [cell_text(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                _say((number, cells), at_once=False)
    sys.stdout.flush()


def _say(what: object, *, at_once: bool = True) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    if at_once:
        sys.stdout.flush()


def _limit(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the process is still one of its own
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cell_text(value: object) -> str:
    """Write a typed cell as text, in the forms of `cell_texts`."""
    match value:
        case str():
            return value
        case bool():
            return truth_text(true=value)
        case int() | float():
            return number_text(repr(value))
        case datetime():
            return moment_text(value)
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="milliseconds").removesuffix(".000")
        case timedelta():
            return elapsed_text(value)
        case _:
            return ""


if __name__ == "__main__":
    main()
