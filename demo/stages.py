"""Tells each stage of the demonstration and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Result = TypeVar("Result")


class Stages:
    """Tells each stage and how long it took."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self._started = time.perf_counter()

    def run(self, name: str, deed: Callable[[Callable[[str], None]], Result]) -> Result:
        """Run one stage; leave a line that says how long it took. On a screen, a moving line tells of its progress."""
        began = time.perf_counter()
        if self.console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            with Progress(*columns, console=self.console, transient=True) as progress:
                task = progress.add_task(name)
                result = deed(lambda text: progress.update(task, description=f"{name}: {text}"))
        else:
            result = deed(lambda text: None)
        self.tell(f"{time.perf_counter() - began:7.1f} s  {name}")
        return result

    def note(self, text: str) -> None:
        """Tell what a stage found."""
        self.tell(f"           {text}")

    def tell(self, line: str) -> None:
        """Print a line."""
        self.console.print(line, highlight=False, soft_wrap=True)

    def finish(self) -> None:
        """Tell how long all of it took."""
        self.tell(f"{time.perf_counter() - self._started:7.1f} s  in all")
