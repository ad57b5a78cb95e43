"""What can be worked out beside the rest, in a process of its own: it reads the archive, and writes nothing into it.

Copying the tables that figures are counted from while the lists are being linked; measuring how well they are linked,
and stating the error of each figure, while figures are counted and estimated.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Final

from dalil.archive import Archive
from dalil.linkage.archives.evaluation import ArchiveEvaluation, ArchiveEvaluator
from dalil.linkage.archives.sampled_evaluation import Range
from dalil.review.stakes import Mentions

STANDS_BACK: Final = 10
"""How far what nobody waits for yet stands back (``nice``): linkage and the report keep their cores."""


class Measuring:
    """Reads one archive in a process of its own; what is asked for is done one after the other.

    It ends with the block it opens. ``stands_back`` lets it have what time the others leave.
    """

    def __init__(self, archive: Path, *, stands_back: bool = False) -> None:
        self._archive = archive
        self._process = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_begin, initargs=(STANDS_BACK if stands_back else 0,)
        )

    def __enter__(self) -> Measuring:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.shutdown(cancel_futures=True)

    def tables(self) -> Future[None]:
        """Copy the tables that figures are counted from."""
        return self._process.submit(_copy_tables, self._archive)

    def evaluation(self) -> Future[ArchiveEvaluation]:
        """Measure how well the lists are linked as they now are."""
        return self._process.submit(_evaluate, self._archive)

    def errors(self, counted: Mapping[str, tuple[Mentions, int]]) -> Future[dict[str, Range]]:
        """State by how many persons linkage may be off in figures, from whose mentions each counts and how many."""
        return self._process.submit(_state_errors, self._archive, dict(counted))


def _begin(niceness: int) -> None:
    os.nice(niceness)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when whoever asks is gone, however that came about: nobody would ask any more."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _copy_tables(archive: Path) -> None:
    with Archive(archive) as opened:
        opened.figures.refresh()


@cache
def _evaluator(archive: Path) -> ArchiveEvaluator:
    return Archive(archive).linkage.evaluator()


def _evaluate(archive: Path) -> ArchiveEvaluation:
    return _evaluator(archive).evaluate()


def _state_errors(archive: Path, counted: Mapping[str, tuple[Mentions, int]]) -> dict[str, Range]:
    return {row: _evaluator(archive).error_of(mentions, n) for row, (mentions, n) in counted.items()}
