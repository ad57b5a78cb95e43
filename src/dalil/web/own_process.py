"""Long work in a process of its own: it can be stopped at once, and what it read is gone from memory when it ends.

The parent is the worker; the child knows nothing of Django or of accounts, only the archive's path, the key to sign by
and what is wanted. It tells through a pipe how far it is, and ends when its parent does: a worker that was killed
leaves nobody behind who would still record something.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from dalil.errors import Bug, DalilError
from dalil.values.framed import receive, send

Tell: TypeAlias = Callable[[int, int], None]
"""Takes how much is done, and of how much."""

LOOK_SECONDS: Final = 0.5
"""How often the parent looks whether the work was stopped."""


def in_own_process(name: str, archive: Path, wanted: dict[str, Any], *, tell: Tell, check: Callable[[], None]) -> Any:
    """Do a piece of :data:`dalil.web.long_work.WORK` in a process of its own, and return what came of it.

    Parameters
    ----------
    tell : callable
        Told how far the work is.
    check : callable
        Called twice a second; when it raises, the child is ended, and nothing it had not recorded is recorded.

    Raises
    ------
    DalilError
        Whatever the child met.
    Bug
        The child died.
    """
    child = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        send(child.stdin, (name, archive, wanted))  # stays open: its end is the parent's
        while True:
            if not select.select([child.stdout], [], [], LOOK_SECONDS)[0]:
                check()
                continue
            message = receive(child.stdout)
            if message is None:
                raise Bug("The process that worked died.", found=f"exit {child.wait()}", where=name)
            kind, said = message
            if kind == "far":
                check()
                tell(*said)
            elif kind == "error":
                raise said
            else:
                return said
    finally:
        child.kill()
        child.stdin.close()
        child.stdout.close()
        child.wait()


def _end_with(parent: IO[bytes]) -> None:
    """Wait for the end of the parent, and end at once: a transaction that is open is rolled back."""
    parent.read(1)
    os._exit(1)


def main() -> None:
    """Be the child: read what is wanted from standard input, and write what comes of it to standard output."""
    from dalil.web.long_work import WORK

    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library might print goes to standard error, not among the messages
    name, archive, wanted = receive(sys.stdin.buffer)
    threading.Thread(target=_end_with, args=(sys.stdin.buffer,), daemon=True).start()
    try:
        message: tuple[str, Any] = ("done", WORK[name](archive, wanted, lambda *far: send(pipe, ("far", far))))
    except DalilError as error:
        message = ("error", error)
    send(pipe, message)
    os._exit(0)  # the thread that waits for the parent holds standard input


if __name__ == "__main__":
    main()
