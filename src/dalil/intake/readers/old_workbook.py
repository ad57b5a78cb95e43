"""XLS workbooks (Excel 97 to 2003), read by calamine in a process of its own.

The format is old, binary and bounded (65,536 rows), so a ready-made reader is right for it. It has two weaknesses. A
damaged or hostile workbook can make it ask for more memory than there is, which ends the process it runs in: hence one
that has nothing else to lose. And it reads cells in error as empty: the receipt says so.
"""

from __future__ import annotations

import json
import mmap
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dalil.errors import HostileFile, UnreadableFile
from dalil.intake.readers.encodings import open_bytes
from dalil.intake.readers.headings import Merge
from dalil.intake.readers.limits import MIB, check_cell, check_height, check_width
from dalil.intake.readers.packages import password_protected
from dalil.intake.readers.sheets import ReaderOptions, Stamp
from dalil.intake.readers.workbook_sheets import SheetName, choose_sheet

COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
# A stream of this name holds a whole encrypted .xlsx ([MS-OFFCRYPTO] 2.3.4.4).
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# The worker looks for modules where this process does, and nowhere else.
START = (
    "import sys; sys.path[:] = sys.argv.pop(1).split(chr(10)); "
    "from dalil.intake.readers.old_workbook_worker import main; main()"
)

Record = tuple[int, list[str]]


class OldSheet:
    """One sheet of an XLS workbook."""

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path, self._limits = path, options.limits
        self._check_size()
        if _holds(path, ENCRYPTED_PACKAGE):
            raise password_protected(path)
        with self._reading() as worker:
            listed = [SheetName(name, str(place), visible) for name, place, visible in worker.listen()]
            if not listed:
                raise _no_workbook(path)
            chosen, notes = choose_sheet(listed, options, path)
            self.name, self._place = chosen.name, chosen.part
            worker.ask(self._place)
            self.merges = tuple(
                Merge(top=top + 1, left=left + 1, bottom=bottom + 1, right=right + 1)
                for (top, left), (bottom, right) in worker.listen()["merges"]
            )
        self.notes = (*notes, "in this old format (.xls) a cell in error (#REF! and the like) reads as empty")

    def records(self) -> Iterator[Record]:
        """Yield each row that holds something: its number, and its cells up to the last that holds something."""
        with self._reading() as worker:
            worker.listen()
            worker.ask(self._place)
            worker.listen()
            for number, cells in worker.rest():
                where = f"{self._path.name}, sheet {self.name!r}, row {number}"
                check_height(number, where=where, limits=self._limits)
                check_width(len(cells), where=where, limits=self._limits)
                check_cell(max(map(len, cells)), where=where, limits=self._limits)
                yield number, cells

    def _check_size(self) -> None:
        n_bytes = Stamp.of(self._path).n_bytes
        if n_bytes > self._limits.old_workbook_bytes:
            raise HostileFile(
                "The .xls workbook is larger than that format can be.",
                expected=f"at most {self._limits.old_workbook_bytes // MIB} MiB",
                found=f"{n_bytes // MIB} MiB",
                where=self._path.name,
                todo="save it as .xlsx or CSV",
            )

    @contextmanager
    def _reading(self) -> Iterator[_Worker]:
        command = [sys.executable, "-I", "-c", START, "\n".join(sys.path)]
        command += [str(self._path), str(self._limits.old_workbook_memory_bytes)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii"
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                yield _Worker(self._path, process, process.stdin, process.stdout)
            finally:
                process.kill()


@dataclass(frozen=True, slots=True)
class _Worker:
    """The other process, and what may be said to it."""

    path: Path
    process: subprocess.Popen[str]
    questions: IO[str]
    answers: IO[str]

    def ask(self, question: str) -> None:
        try:
            self.questions.write(question + "\n")
            self.questions.flush()
        except OSError:
            raise _no_workbook(self.path) from None

    def listen(self) -> Any:
        line = self.answers.readline()
        if not line.endswith("\n"):
            raise _no_workbook(self.path)
        answer = json.loads(line)
        if isinstance(answer, dict) and "problem" in answer:
            raise password_protected(self.path) if answer["problem"] == "password" else _no_workbook(self.path)
        return answer

    def rest(self) -> Iterator[Record]:
        """Yield the rows to the end; a worker that did not end well has not given all of them."""
        for line in self.answers:
            number, cells = json.loads(line)
            yield number, cells
        if self.process.wait() != 0:
            raise _no_workbook(self.path)


def _holds(path: Path, wanted: bytes) -> bool:
    with open_bytes(path) as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as view:
        return view.find(wanted) >= 0


def _no_workbook(path: Path) -> UnreadableFile:
    return UnreadableFile(
        "The file is no Excel workbook that can be read.",
        expected="an .xls workbook (Excel 97 to 2003)",
        found="another kind of Office file, or a damaged one",
        where=path.name,
        todo="open it in a spreadsheet program and save it as .xlsx",
    )
