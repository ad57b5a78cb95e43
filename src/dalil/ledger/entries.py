"""Entries: header, body, salt and the commitment that binds them (format ``dalil/entry/v1``).

A header is public and holds nothing about anyone: kind, random id, actor's key id, instant, commitment. A body is what
was said. The commitment is ``SHA-256("dalil/commit/v1" ‖ salt ‖ SHA-256(body))`` with a fresh 32-byte salt, so that a
guess at a body cannot be tested against its header once body and salt are erased.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dalil.errors import LedgerDamaged
from dalil.ledger.kinds import Kind

COMMIT_TAG: Final = b"dalil/commit/v1"
SALT_BYTES: Final = 32
ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry someone wants recorded: its kind and its body (canonical JSON types only).

    ``encoded`` is the body's canonical bytes where the caller has them already, else empty.
    """

    kind: Kind
    body: Mapping[str, Any]
    encoded: bytes = b""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as the ledger holds it, its body parsed; ``body`` is None once erased."""

    position: int
    kind: Kind
    body: Mapping[str, Any] | None
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The parsed header of an entry."""

    actor: str
    commitment: str
    id: str
    kind: Kind
    recorded_at: str


# The grammar is the canonical form: sorted keys, no spaces, no character that JSON escapes. What matches is canonical.
HEADER_PATTERN: Final = re.compile(
    rb'\{"actor":"([0-9a-f]{16})","commitment":"([0-9a-f]{64})","id":"([0-9a-f]{32})","kind":"([a-z]{3,12})",'
    rb'"recorded_at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)","v":1\}'
)
_KINDS: Final = frozenset(kind.value for kind in Kind)


def write_header(*, actor: str, commitment: str, entry_id: str, kind: str, recorded_at: str) -> bytes:
    """Return the canonical bytes of a header; every argument has the form :data:`HEADER_PATTERN` asks for."""
    return (
        f'{{"actor":"{actor}","commitment":"{commitment}","id":"{entry_id}","kind":"{kind}",'
        f'"recorded_at":"{recorded_at}","v":1}}'
    ).encode("ascii")


def read_header(header: bytes, position: int) -> Header:
    """Parse a header.

    Raises
    ------
    LedgerDamaged
        Not a version 1 header in canonical form, or of an unknown kind.
    """
    match = HEADER_PATTERN.fullmatch(header)
    if match is None or match[4].decode() not in _KINDS:
        raise unreadable_header(position, "an unknown kind" if match else "other bytes")
    actor, commitment, entry_id, kind, recorded_at = (group.decode() for group in match.groups())
    return Header(actor=actor, commitment=commitment, id=entry_id, kind=Kind(kind), recorded_at=recorded_at)


def unreadable_header(position: int, found: str) -> LedgerDamaged:
    """Return the error for a header that is not one of version 1."""
    return LedgerDamaged(
        "An entry has a header that this version cannot read.",
        expected="a version 1 header of a known kind, in canonical form",
        found=found,
        where=f"entry {position}",
        todo="Do not write to this archive; compare it with a copy, or update dalil if a newer one wrote it.",
    )


def commit(salt: bytes, body: bytes) -> str:
    """Return the hex commitment to ``body`` under ``salt``."""
    return hashlib.sha256(COMMIT_TAG + salt + hashlib.sha256(body).digest()).hexdigest()
