"""A command that is killed again and again, each time a little later, until it has run to its end."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Sequence

FIRST_SECONDS, LATER = 0.2, 1.35
"""When it is killed first, and how much later each time: a fast machine is not done before the third."""


def killed_until_it_ends(command: Sequence[str], look: Callable[[], bool]) -> int:
    """Return how often a command was killed. ``look`` looks at what each left, and says whether all was done.

    A process may die after its batch was on the disk and before it could say so.
    """
    ended, n_killed, seconds = False, 0, FIRST_SECONDS
    while not ended:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            ended = process.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            n_killed += process.wait() == -signal.SIGKILL
            seconds *= LATER
        ended |= look()
    return n_killed
