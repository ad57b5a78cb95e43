"""Checking a whole ledger: every commitment, the tree, every tile, every signature, every checkpoint.

The check reads only what is stored and trusts none of it: it computes the tree anew from the headers and holds what it
finds against what was signed. It stops at the first entry that is wrong and says what is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, select

from dalil.errors import LedgerDamaged
from dalil.ledger.alike import leaves_alike
from dalil.ledger.entries import HEADER_PATTERN, SALT_BYTES, commit, read_header, unreadable_header
from dalil.ledger.keys import key_id, verify_signature
from dalil.ledger.kinds import Kind
from dalil.ledger.log import batch_message
from dalil.ledger.notes import Checkpoint, read_checkpoint
from dalil.ledger.tables import batches, checkpoints, keys, tiles
from dalil.ledger.tree import HASH_BYTES, TILE_WIDTH, Frontier, leaf_hash

SCAN_ROWS: Final = 256
"""Entries looked at together: few enough to stay in the processor's cache."""

Fetch: TypeAlias = Callable[[int], Sequence[Any]]
"""Gives the next entries, at most so many, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked, and found good."""

    size: int
    root: bytes
    n_batches: int
    n_checkpoints: int
    n_erased: int
    n_body_bytes: int


def verify_ledger(connection: Connection, *, origin: str, trusted: str | None = None) -> Verification:
    """Check everything the log claims about itself, and that it contains ``trusted`` if given.

    Parameters
    ----------
    origin : str
        The log's name, as its signatures must carry it.
    trusted : str, optional
        The note of a checkpoint from elsewhere (a publication, a partner, the file beside the database): the log must
        be at least as long and have the same root there.

    Raises
    ------
    LedgerDamaged
        Names the first entry, batch, tile or checkpoint that is wrong, and what is wrong with it.
    """
    check = _Check(connection, origin, trusted)
    check.run()
    return check.result()


def _damaged(message: str, *, where: str, expected: str = "", found: str = "") -> LedgerDamaged:
    todo = "Do not write to this archive. Restore the damaged part from a copy whose verification succeeds."
    return LedgerDamaged(message, expected=expected, found=found, where=where, todo=todo)


class _Check:
    def __init__(self, connection: Connection, origin: str, trusted: str | None) -> None:
        self._connection, self._origin = connection, origin
        self._levels: dict[int, bytearray] = {}
        self._frontier = Frontier(self._emit)
        self._keys: dict[str, tuple[str, bytes]] = {}
        self._log_key = b""
        self._missing: set[int] = set()
        self._roots_wanted: dict[int, list[tuple[bytes, str]]] = {}
        self._n_batches = self._n_checkpoints = self._n_bytes = self._n_erased = 0
        self._trusted_note = trusted
        self._trusted: Checkpoint | None = None

    def _emit(self, level: int, node: bytes) -> None:
        self._levels.setdefault(level, bytearray()).extend(node)

    def run(self) -> None:
        """Walk batches and entries together, in order; then tiles, checkpoints and what is left over."""
        for checkpoint in self._connection.execute(select(checkpoints).order_by(checkpoints.c.size)):
            self._roots_wanted.setdefault(checkpoint.size, []).append((b"", checkpoint.note))
        # The driver's own cursor: at a hundred thousand rows a second, wrapping each row costs as much as hashing it.
        with closing(self._connection.connection.cursor()) as cursor:
            cursor.execute("SELECT position, kind, header, salt, body FROM entries ORDER BY position")
            self._walk(cursor.fetchmany)
        self._tiles()

    def _walk(self, fetch: Fetch) -> None:
        last_at = ""
        for batch in self._connection.execute(select(batches).order_by(batches.c.size)).all():
            if batch.first != self._frontier.size or batch.size <= batch.first:
                raise _damaged(
                    "A signed batch is missing or out of order.",
                    expected=f"a batch beginning at entry {self._frontier.size}",
                    found=f"one of entries {batch.first} to {batch.size - 1}",
                    where=f"entry {self._frontier.size}",
                )
            last_at = self._entries_of(batch, fetch, last_at)
            self._seal(batch)
            for _, note in self._roots_wanted.pop(batch.size, []):
                self._checkpoint(note, batch.size)
            self._hold_trusted()
        self._leftovers(fetch)

    def _entries_of(self, batch: Any, fetch: Fetch, last_at: str) -> str:
        # Row by row only where something is out of the ordinary: that way is slower and names what it finds.
        at = last_at.encode()
        for first in range(batch.first, batch.size, SCAN_ROWS):
            rows = fetch(min(SCAN_ROWS, batch.size - first))
            alike = leaves_alike(rows, first=first, actor=batch.actor, not_before=at)
            if alike is None or len(rows) < min(SCAN_ROWS, batch.size - first):
                leaves, at = self._one_by_one(batch, first, rows, at)
            else:
                leaves, at = alike.leaves, alike.at
                self._n_bytes += alike.n_body_bytes
            self._levels.setdefault(0, bytearray()).extend(b"".join(leaves))
            self._frontier.extend(leaves)
        return at.decode()

    def _one_by_one(self, batch: Any, first: int, rows: Sequence[Any], at: bytes) -> tuple[list[bytes], bytes]:
        actor = batch.actor.encode()
        leaves: list[bytes] = []
        for expected in range(first, min(first + SCAN_ROWS, batch.size)):
            row = rows[expected - first] if expected - first < len(rows) else None
            if row is None or row[0] != expected:
                raise _damaged(
                    "The ledger is cut short." if row is None else "An entry is missing.",
                    expected=f"entry {expected}, which is part of a signed batch",
                    found="the end" if row is None else f"entry {row[0]}",
                    where=f"entry {expected}",
                )
            position, kind, header, salt, body = row
            if (
                type(header) is not bytes
                or type(kind) is not str
                or (body is not None and not type(body) is type(salt) is bytes)
            ):
                raise _damaged("The parts of an entry are not stored as bytes.", where=f"entry {position}")
            match = HEADER_PATTERN.fullmatch(header)
            if match is None:
                raise unreadable_header(position, "other bytes")
            signer, commitment, _, said_kind, said_at = match.groups()
            if body is None:
                self._missing.add(position)
            else:
                self._n_bytes += len(body)
                digest = commit(salt, body)
                if digest.encode() != commitment or len(salt) != SALT_BYTES:
                    raise _damaged(
                        "The body of an entry does not match its commitment.",
                        expected=f"commitment {commitment.decode()}",
                        found=digest,
                        where=f"entry {position}",
                    )
            if signer != actor or said_kind != kind.encode() or said_at < at:
                raise _damaged(
                    "An entry does not belong where it stands.",
                    expected=f"actor {batch.actor}, kind {kind}, an instant not before {at.decode()}",
                    found=f"actor {signer.decode()}, kind {said_kind.decode()}, {said_at.decode()}",
                    where=f"entry {position}",
                )
            at = said_at
            leaves.append(leaf_hash(header))
            if kind != "account":
                self._rarer(position, kind, header, body)
        return leaves, at

    def _rarer(self, position: int, kind: str, header: bytes, body: bytes | None) -> None:
        read_header(header, position)  # refuses an unknown kind
        if body is None:
            return
        if kind == Kind.KEY:
            said = json.loads(body)
            public = bytes.fromhex(said["public"])
            self._keys[key_id(public)] = (said["role"], public)
            if said["role"] == "log" and not self._log_key:
                self._log_key = public
        elif kind == Kind.ERASURE:
            erased = set(json.loads(body)["entries"])
            self._n_erased += len(erased & self._missing)
            self._missing -= erased

    def _seal(self, batch: Any) -> None:
        where = f"batch of entries {batch.first} to {batch.size - 1}"
        root = self._frontier.root()
        if batch.root != root:
            raise _damaged(
                "The headers of a batch are not those that were signed.",
                expected=f"root {batch.root.hex()}",
                found=f"root {root.hex()}",
                where=where,
            )
        role, public = self._keys.get(batch.actor, ("", b""))
        message = batch_message(
            origin=self._origin, actor=batch.actor, first=batch.first, size=batch.size, root=batch.root
        )
        if role != "actor" or not verify_signature(public, batch.signature, message):
            raise _damaged(
                "The signature of a batch does not hold.",
                expected=f"a signature by actor {batch.actor}, whose key entered the ledger before",
                found="none that verifies" if role else "no such key in the ledger",
                where=where,
            )
        self._n_batches += 1

    def _checkpoint(self, note: str, size: int) -> None:
        read = read_checkpoint(note, self._log_key, where=f"checkpoint of size {size}")
        if read.root != self._frontier.root() or read.size != size or read.origin != self._origin:
            raise _damaged(
                "A checkpoint contradicts the log.",
                expected=f"root {read.root.hex()} at size {read.size}",
                found=f"root {self._frontier.root().hex()} at size {size}",
                where=f"checkpoint of size {size}",
            )
        self._n_checkpoints += 1

    def _hold_trusted(self) -> None:
        if self._trusted_note is not None and self._log_key:
            self._trusted = read_checkpoint(self._trusted_note, self._log_key, where="the checkpoint given")
            self._trusted_note = None
        trusted = self._trusted
        if trusted is None or trusted.size != self._frontier.size:
            return
        if trusted.root != self._frontier.root():
            raise _damaged(
                "The log is not the one the checkpoint was made of.",
                expected=f"root {trusted.root.hex()}",
                found=f"root {self._frontier.root().hex()}",
                where=f"the first {trusted.size} entries",
            )
        self._trusted = None

    def _leftovers(self, fetch: Fetch) -> None:
        size = self._frontier.size
        for extra in fetch(1):
            raise _damaged("An entry belongs to no signed batch.", where=f"entry {extra[0]}")
        if self._roots_wanted:
            raise _damaged(
                "A checkpoint names a size at which no batch ended.",
                where=f"checkpoint of size {min(self._roots_wanted)}",
            )
        if self._missing:
            raise _damaged(
                "The body of an entry is gone, and no erasure says so.",
                expected="a body, or an erasure entry that names this one",
                found="neither",
                where=f"entry {min(self._missing)}",
            )
        if self._trusted is not None:
            raise _damaged(
                "The ledger is cut short.",
                expected=f"at least the {self._trusted.size} entries of the checkpoint, ending a batch there",
                found=f"{size} entries",
                where=f"entry {min(size, self._trusted.size)}",
            )

    def _tiles(self) -> None:
        width = TILE_WIDTH * HASH_BYTES
        seen: dict[int, int] = {}
        for level, number, stored in self._connection.execute(select(tiles).order_by(tiles.c.level, tiles.c.number)):
            hashes = bytes(stored)
            wanted = bytes(self._levels.get(level, b"")[number * width : (number + 1) * width])
            if hashes != wanted or not wanted:
                first = next((i for i in range(0, width, HASH_BYTES) if hashes[i : i + 32] != wanted[i : i + 32]), 0)
                position = (number * TILE_WIDTH + first // HASH_BYTES) << (8 * level)
                raise _damaged(
                    "A stored tile of the tree is not what its entries hash to.",
                    where=f"entry {position}, level {level}",
                )
            seen[level] = seen.get(level, 0) + len(hashes)
        for level, data in self._levels.items():
            if seen.get(level, 0) != len(data):
                raise _damaged("A tile of the tree is missing.", where=f"level {level}")
        stored = {row.key_id: (row.role, row.public) for row in self._connection.execute(select(keys))}
        if stored != self._keys:
            raise _damaged("The table of keys is not what the key entries say.", where="table keys")

    def result(self) -> Verification:
        """Return what was checked."""
        return Verification(
            size=self._frontier.size,
            root=self._frontier.root(),
            n_batches=self._n_batches,
            n_checkpoints=self._n_checkpoints,
            n_erased=self._n_erased,
            n_body_bytes=self._n_bytes,
        )
