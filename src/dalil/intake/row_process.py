"""Compiles the rows of a large sheet in a process of its own, so that reading and recording each have a core.

The child opens the same sheet and the same mapping, checks by their digests that they are the same, and sends back what
it made of the rows, chunk by chunk, through a pipe. It holds no lock and writes nothing: if either process dies, the
other notices at the next chunk, and the archive is as the last acknowledged batch left it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, TypeAlias

from dalil.errors import Bug, DalilError, UnreadableFile
from dalil.intake.collector import collector_resting
from dalil.intake.mapping import load_mapping
from dalil.intake.readers import Row, open_sheet
from dalil.intake.rows import AcceptedRow, CellProblem, RefusedRow, RowCompiler, compile_rows
from dalil.values.canonical import JsonObject, canonical_bytes
from dalil.values.framed import receive, send
from dalil.vocabulary import load_vocabulary

Compiled: TypeAlias = "tuple[int, Sequence[str], AcceptedRow | RefusedRow, bytes]"
"""A row's number, its cells, what became of it, and the canonical bytes of its account (none if it was refused)."""

LEAST_BYTES: Final = 1_500_000
"""Sheets smaller than this are compiled where they are recorded: starting a process takes half a second."""


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
    source: int
    load: str


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


def chunks_from_child(job: Job) -> Iterator[list[Compiled]]:
    """Yield the compiled chunks of a sheet in order, made by a child process.

    Raises
    ------
    DalilError
        Whatever the child met in the file.
    Bug
        The child died.
    """
    command = [sys.executable, "-m", __name__]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(pickle.dumps(job))
        child.stdin.close()
        while (message := receive(child.stdout)) is not None:
            if isinstance(message, DalilError):
                raise message
            yield message
        if child.wait() != 0:
            raise Bug("The process that compiles rows died.", found=f"exit {child.returncode}", where="intake")
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _work(job: Job, pipe: IO[bytes]) -> None:
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

    def encode(row: AcceptedRow) -> bytes:
        return canonical_bytes(account_of(row, source=job.source, language=mapping.language, load=job.load))

    for chunk in sheet.chunks(job.chunk_rows):
        send(pipe, compile_chunk(chunk, compiler, job.n_columns, encode))


def main() -> None:
    """Be the child: read a job from standard input, write chunks to standard output."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library might print goes to standard error, not among the chunks
    job: Job = pickle.loads(sys.stdin.buffer.read())
    try:
        with collector_resting():
            _work(job, pipe)
    except DalilError as error:
        send(pipe, error)
    except BrokenPipeError:
        sys.exit(1)


if __name__ == "__main__":
    main()
