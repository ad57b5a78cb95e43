"""Digests: SHA-256, nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from dalil.values.canonical import canonical_bytes


def sha256(data: bytes) -> bytes:
    """Return the 32-byte SHA-256 digest of ``data``."""
    return hashlib.sha256(data).digest()


def digest_of(value: object) -> str:
    """Return the hex SHA-256 of a value's canonical bytes."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def digest_of_lines(lines: Iterable[str]) -> str:
    """Return the hex SHA-256 over ``lines``, each ended by a newline; the order is the caller's."""
    state = hashlib.sha256()
    for line in lines:
        state.update(line.encode())
        state.update(b"\n")
    return state.hexdigest()
