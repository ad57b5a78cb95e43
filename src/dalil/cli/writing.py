"""Files that commands write for people: whole or not at all, never over what the command reads, refused beforehand."""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dalil.errors import DalilError, StoreFull, WrongValue


def check_writable(outs: Iterable[Path | None], *, reads: Iterable[Path | None] = ()) -> None:
    """Refuse, before any work, files that could not be written or would be written over what is read.

    Raises
    ------
    WrongValue
        A folder that is not there or takes no files, a file given twice, or one that the command reads.
    """
    read, written = {each.resolve() for each in reads if each is not None}, set[Path]()
    for out in outs:
        if out is None:
            continue
        if out.resolve() in read:
            raise _refused(out, "a file of its own for what is written", "one that this command reads")
        if out.resolve() in written:
            raise _refused(out, "a file of its own for each thing that is written", "one file for two")
        if not out.parent.is_dir():
            raise _refused(out, "a file in a folder that exists", "no such folder")
        if not os.access(out.parent, os.W_OK | os.X_OK):
            raise _refused(out, "a folder that may be written to", "one that may not")
        if out.exists() and not out.is_file():
            raise _refused(out, "a file", "something else that has this name")
        written.add(out.resolve())


def _refused(out: Path, expected: str, found: str) -> WrongValue:
    return WrongValue(
        "This file cannot be written.", expected=expected, found=found, where=str(out), todo="Give another file."
    )


@contextmanager
def written_whole(*outs: Path) -> Iterator[tuple[Path, ...]]:
    """Give files beside `outs` to write to; they take the places of `outs` when all of them are written.

    A failure leaves what was there before; a kill may leave files that end in ``.part``, which nothing reads.

    Raises
    ------
    StoreFull
        The disk is full.
    WrongValue
        They cannot be written for another reason.
    """
    beside = tuple(out.resolve().with_name(out.name + ".part") for out in outs)
    try:
        with told_if_not_written(outs[0]):
            yield beside
            for part, out in zip(beside, outs, strict=True):
                part.replace(out.resolve())
    finally:
        for part in beside:
            part.unlink(missing_ok=True)


@contextmanager
def told_if_not_written(where: Path) -> Iterator[None]:
    """Say in our words why something could not be written.

    Raises
    ------
    StoreFull
        The disk is full.
    WrongValue
        It cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        raise _not_written(where, error) from error


def _not_written(out: Path, error: OSError) -> DalilError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull(
            "The disk is full: nothing was written.",
            where=str(out),
            todo="Make room, or give a file elsewhere, and run the command again.",
        )
    return _refused(out, "a file that may be written", error.strerror or "what was written is not all there")


def write_rows(out: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file in UTF-8, with ``\\n`` at the end of each line."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
