"""Messages between a process and the one it started, through a pipe: each with its length before it.

They are pickled: only for pipes whose other end is our own process.
"""

from __future__ import annotations

import pickle
import struct
from typing import IO, Any, Final

_LENGTH: Final = struct.Struct(">Q")


def send(pipe: IO[bytes], message: object) -> None:
    """Write a message, and see that it leaves."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Return the next message; None where the pipe has ended, be it within a message: who wrote it died."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    data = pipe.read(length)
    return pickle.loads(data) if len(data) == length else None
