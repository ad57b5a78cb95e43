"""Checking entries that are as they should be, many at once.

The entries of a batch were written together: one actor, one instant, mostly one kind. Their headers then differ in
random id and commitment only, so a header can be written anew from the body and held against the one stored, in one
comparison. What does not come out so is not judged here: :mod:`dalil.ledger.verification` looks at it entry by entry
and says what is wrong.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dalil.ledger.entries import COMMIT_TAG, HEADER_PATTERN, SALT_BYTES
from dalil.ledger.kinds import Kind

COMMON: Final = frozenset({Kind.ACCOUNT.value, Kind.JUDGEMENT.value})
"""Kinds that the check of a ledger asks nothing more of than of every entry."""

_HEX: Final = re.compile(rb"[0-9a-f]*")
_BETWEEN: Final = b'","id":"'


@dataclass(frozen=True, slots=True)
class Alike:
    """Entries found good: the hashes of their headers, their instant, and how long their bodies are together."""

    leaves: list[bytes]
    at: bytes
    n_body_bytes: int


def leaves_alike(rows: Sequence[Any], *, first: int, actor: str, not_before: bytes) -> Alike | None:
    """Check entries of one batch, if they are alike and all is well; None if that cannot be said in haste.

    Parameters
    ----------
    rows : sequence
        Position, kind, header, salt and body of each, as stored.
    first : int
        The position the first should have; the others follow.
    not_before : bytes
        The instant of the entry before.
    """
    try:
        return _alike(rows, first=first, actor=actor, not_before=not_before)
    except TypeError:  # a part that is missing, or stored as something else than bytes
        return None


def _alike(rows: Sequence[Any], *, first: int, actor: str, not_before: bytes) -> Alike | None:
    match = HEADER_PATTERN.fullmatch(rows[0][2]) if rows else None
    if match is None:
        return None
    signer, _, _, said_kind, at = match.groups()
    kind = said_kind.decode()
    positions, kinds, headers, salts, bodies = zip(*rows, strict=True)
    if (
        signer != actor.encode()
        or at < not_before
        or kind not in COMMON
        or set(kinds) != {kind}
        or set(map(len, salts)) != {SALT_BYTES}
        or positions != tuple(range(first, first + len(rows)))
    ):
        return None
    # The hot loop: everything in it is paid for every entry of the ledger.
    sha256, before, after = hashlib.sha256, match.string[: match.start(2)], match.string[match.end(3) :]
    begin, end = match.span(3)
    ids: list[bytes] = []
    leaves: list[bytes] = []
    for header, salt, body in zip(headers, salts, bodies, strict=True):
        ids.append(header[begin:end])
        commitment = sha256(COMMIT_TAG + salt + sha256(body).digest()).hexdigest().encode()
        if header != before + commitment + _BETWEEN + ids[-1] + after:
            return None
        leaves.append(sha256(b"\x00" + header).digest())
    if _HEX.fullmatch(b"".join(ids)) is None:
        return None
    return Alike(leaves, at, sum(map(len, bodies)))
