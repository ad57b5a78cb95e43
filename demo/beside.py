"""Runs a part of the demonstration in a process of its own, beside the others: there are two cores at least.

What it says on its error stream is told as it comes; what it prints is kept in a file, to be shown in its turn.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO


class Beside:
    """A process that runs while the block it opens does; it ends with the block, and is ended if the block fails."""

    def __init__(
        self, module: str, arguments: Sequence[str], *, printed: Path, tell: Callable[[str], None], name: str
    ) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self._printed, self._tell, self._name = printed, tell, name
        self.failed = False

    def __enter__(self) -> Beside:
        with self._printed.open("w", encoding="utf-8") as printed:
            self._process = subprocess.Popen(self._command, stdout=printed, stderr=subprocess.PIPE, encoding="utf-8")
        assert self._process.stderr is not None
        self._teller = Thread(target=self._pass_on, args=(self._process.stderr,))
        self._teller.start()
        return self

    def _pass_on(self, said: IO[str]) -> None:
        for line in said:
            self._tell(f"{self._name} |{line.rstrip()}")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self._process.terminate()
        self.failed = self._process.wait() != 0
        self._teller.join()
