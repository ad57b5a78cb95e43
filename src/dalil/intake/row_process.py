"""Compiles the rows of a large sheet in a process of its own, so that reading and recording each have a core.

The child opens the same sheet and the same mapping, checks by their digests that they are the same, and sends back what
it made of the rows, chunk by chunk, through a pipe. It holds no lock and writes nothing: if either process dies, the
other notices at the next chunk, and the archive is as the last acknowledged batch left it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final, TypeAlias

from dalil.errors import Bug, DalilError, UnreadableFile
from dalil.intake.mapping import load_mapping
from dalil.intake.readers import Row, Sheet, open_sheet
from dalil.intake.rows import AcceptedRow, CellProblem, RefusedRow, RowCompiler, compile_rows
from dalil.values.canonical import JsonObject, canonical_bytes
from dalil.values.collector import collector_resting
from dalil.values.framed import receive, send
from dalil.vocabulary import load_vocabulary

Compiled: TypeAlias = "tuple[int, Sequence[str], AcceptedRow | RefusedRow, bytes]"
"""A row's number, its cells, what became of it, and the canonical bytes of its account (none if it was refused)."""

LEAST_BYTES: Final = 1_500_000
"""Sheets smaller than this are compiled where they are recorded: starting a process takes half a second."""
UNPACKED: Final = {"xlsx": 6, "ods": 6}
"""How many bytes a packed one may stand for; those of invented lists do for six to twelve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the child is to compile, and the digests by which it knows that it has the right files."""

    path: Path
    mapping: Path
    packs: tuple[str, ...]
    overlay: Path | None
    sheet_digest: str
    mapping_digest: str
    n_columns: int
    chunk_rows: int


def is_large(sheet: Sheet) -> bool:
    """Tell whether a sheet is worth a process of its own."""
    return sheet.n_bytes * UNPACKED.get(sheet.format, 1) >= LEAST_BYTES


def account_of(row: AcceptedRow, *, source: int, language: str, load: str) -> JsonObject:
    """Return the body of the account that a row seen for the first time becomes."""
    return {
        "source": source,
        "language": language,
        "subjects": row.subjects,
        "statements": [*row.statements],
        "row": {"load": load, "key": row.key, "number": row.number, "digest": row.digest},
    }


def compile_chunk(
    rows: Sequence[Row], compiler: RowCompiler, n_columns: int, encode: Callable[[AcceptedRow], bytes]
) -> list[Compiled]:
    """Compile rows; a row that the reader could not make sense of is refused with the reader's reason."""
    account = compiler.account
    compiled: list[Compiled] = []
    for row in rows:
        if row.problem:
            problem = CellProblem(row.number, "", "one cell a column", row.problem, "Correct the row.")
            compiled.append((row.number, row.cells, RefusedRow(row.number, (problem,)), b""))
        else:
            cells = row.cells[:n_columns]
            outcome = account(row.number, cells)
            encoded = encode(outcome) if isinstance(outcome, AcceptedRow) else b""
            compiled.append((row.number, cells, outcome, encoded))
    return compiled


class RowProcess:
    """The child process. It opens the sheet at once, while its parent looks whether the sheet can be taken at all.

    It ends with the block it opens.
    """

    def __init__(self, job: Job) -> None:
        command = [sys.executable, "-m", __name__]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._said, self._heard = self._child.stdin, self._child.stdout
        with suppress(BrokenPipeError):  # it died: whoever asks for chunks finds out
            send(self._said, job)

    def __enter__(self) -> RowProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._child.kill()
        self._heard.close()
        with suppress(BrokenPipeError):
            self._said.close()
        self._child.wait()

    def chunks(self, *, source: int, load: str) -> Iterator[list[Compiled]]:
        """Yield the compiled chunks of the sheet in order, as rows of a source and a load.

        Raises
        ------
        DalilError
            Whatever the child met in the file.
        Bug
            The child died.
        """
        with suppress(BrokenPipeError):  # it met something, and has said so
            send(self._said, (source, load))
        while (message := receive(self._heard)) is not None:
            if isinstance(message, DalilError):
                raise message
            yield message
        if self._child.wait() != 0:
            raise Bug("The process that compiles rows died.", found=f"exit {self._child.returncode}", where="intake")


def _work(job: Job, asked: IO[bytes], pipe: IO[bytes]) -> None:
    vocabulary = load_vocabulary(job.packs, job.overlay)
    mapping = load_mapping(job.mapping, vocabulary)
    sheet = open_sheet(job.path, mapping.reader)
    if (sheet.digest, mapping.digest) != (job.sheet_digest, job.mapping_digest):
        raise UnreadableFile(
            "The file or its mapping changed while it was being read.",
            expected="the same bytes from beginning to end",
            where=job.path.name,
            todo="Let whoever writes it finish, and run the command again.",
        )
    compiler = compile_rows(mapping, sheet.columns[: job.n_columns], vocabulary)
    begun = receive(asked)
    if begun is None:  # the sheet cannot be taken, and its parent has gone
        return
    source, load = begun

    def encode(row: AcceptedRow) -> bytes:
        return canonical_bytes(account_of(row, source=source, language=mapping.language, load=load))

    # A chunk leaves while the next is being compiled: its parent takes it when it is done with the one before.
    with ThreadPoolExecutor(1) as beside:
        leaving: Future[None] | None = None
        for chunk in sheet.chunks(job.chunk_rows):
            compiled = compile_chunk(chunk, compiler, job.n_columns, encode)
            if leaving is not None:
                leaving.result()
            leaving = beside.submit(send, pipe, compiled)
        if leaving is not None:
            leaving.result()


def main() -> None:
    """Be the child: read a job from standard input, write chunks to standard output."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library might print goes to standard error, not among the chunks
    job: Job = receive(sys.stdin.buffer)
    try:
        with collector_resting():
            _work(job, sys.stdin.buffer, pipe)
    except DalilError as error:
        send(pipe, error)
    except BrokenPipeError:
        sys.exit(1)


if __name__ == "__main__":
    main()
