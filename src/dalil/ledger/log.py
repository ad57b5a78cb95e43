"""Appending to the ledger and reading from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Engine, case, func, select, text, update

from dalil.errors import LedgerDamaged, UnknownSubject
from dalil.ledger.entries import (
    ID_BYTES,
    SALT_BYTES,
    Draft,
    Header,
    Recorded,
    commit,
    read_header,
    write_header,
)
from dalil.ledger.keys import Signer, key_id
from dalil.ledger.kinds import ERASABLE, WITHOUT_ROWS, Kind
from dalil.ledger.notes import Checkpoint, read_checkpoint, sign_checkpoint
from dalil.ledger.store import reading, writing
from dalil.ledger.tables import NOT_BY_THE_THOUSAND, batches, checkpoints, entries, insert_rows, keys, metadata, tiles
from dalil.ledger.tree import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, Frontier, complete_nodes, leaf_hash, tree_root
from dalil.values.canonical import canonical_bytes
from dalil.values.clock import Clock, Entropy, format_instant

Deriver: TypeAlias = Callable[[Connection, Sequence[Recorded]], None]
"""Writes the derived rows of newly recorded entries, within the same transaction."""

SCAN_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an append recorded: the positions ``first`` to ``size - 1``, and the root of the log after it."""

    first: int
    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, whole: its header parsed, its body parsed (None when erased), and the bytes of both."""

    position: int
    header: Header
    header_bytes: bytes
    body: dict[str, Any] | None
    body_bytes: bytes | None


def batch_message(*, origin: str, actor: str, first: int, size: int, root: bytes) -> bytes:
    """Return what an actor signs: which entries of which log, and the root of the log once they are in it."""
    return canonical_bytes(
        {"actor": actor, "first": first, "format": "dalil/batch/v1", "log": origin, "root": root.hex(), "size": size}
    )


class Ledger:
    """The signed log of one archive.

    Parameters
    ----------
    engine : Engine
        The archive's database.
    origin : str
        Name of the log, on every checkpoint and in every signature.
    clock, entropy : Clock, Entropy
        Where instants, ids and salts come from.
    derive : callable
        Called within the transaction of an append, before it commits.
    """

    def __init__(self, engine: Engine, *, origin: str, clock: Clock, entropy: Entropy, derive: Deriver) -> None:
        self._engine, self.origin = engine, origin
        self._clock, self._entropy, self._derive = clock, entropy, derive
        self._last_at = ""

    # --- writing ----------------------------------------------------------------------------------------------------
    def found(self, *, log_key: Signer, founder: Signer, label: str) -> Receipt:
        """Begin the log: its tables, and the entries that introduce the log's key and the founder's."""
        with writing(self._engine) as connection:
            metadata.create_all(connection)
        return self.append(
            [key_draft(log_key, role="log", label="log"), key_draft(founder, role="actor", label=label)], by=founder
        )

    def append(
        self, drafts: Sequence[Draft], *, by: Signer, provided: Callable[[Connection], None] = lambda _: None
    ) -> Receipt:
        """Record ``drafts`` as one batch, signed by an actor.

        ``provided`` is called first, in the same transaction: what it finds still holds when the batch is recorded,
        and whatever it raises leaves everything as it was.

        The batch, its place in the tree and its derived rows are one transaction. A failure or a crash at any point
        before the commit leaves the log as it was; after the commit the batch is there, whether or not the caller lived
        to hear of it.

        Raises
        ------
        LedgerBusy, StoreFull
            Nothing was recorded.
        LedgerDamaged
            What is on disk is not the log this archive signed; nothing was recorded.
        """
        with writing(self._engine) as connection:
            provided(connection)
            receipt, recorded = self._write(connection, drafts, by)
            self._derive(connection, recorded)
        return receipt

    def erase(self, positions: Sequence[int], *, by: Signer, authority: str, reason: str) -> Receipt:
        """Delete the bodies and salts of entries and record that, by whose authority and why; headers stay.

        Raises
        ------
        UnknownSubject
            A position the log does not have, or an entry that must stay readable.
        """
        body = {"entries": sorted(positions), "authority": authority, "reason": reason}
        with writing(self._engine) as connection:
            rows = connection.execute(
                select(entries.c.position, entries.c.kind).where(entries.c.position.in_(positions))
            )
            kinds = {row.position: row.kind for row in rows}
            for position in positions:
                if kinds.get(position) not in ERASABLE:
                    raise UnknownSubject(
                        "This entry cannot be erased.",
                        expected=f"an entry of kind {', '.join(sorted(ERASABLE))}",
                        found=kinds.get(position, "no such entry"),
                        where=f"entry {position}",
                    )
            # A crash before the commit leaves the bodies; after it they are gone and the erasure entry says so.
            connection.execute(update(entries).where(entries.c.position.in_(positions)).values(salt=None, body=None))
            receipt, recorded = self._write(connection, [Draft(Kind.ERASURE, body)], by)
            self._derive(connection, recorded)
        return receipt

    def _write(self, connection: Connection, drafts: Sequence[Draft], by: Signer) -> tuple[Receipt, list[Recorded]]:
        nodes, first = self._resume(connection)
        instant = max(format_instant(self._clock.now()), self._last_at)  # a clock set back never reorders the log
        random = self._entropy.take(len(drafts) * (ID_BYTES + SALT_BYTES))
        entry_rows: list[tuple[int, str, bytes, bytes, bytes]] = []
        recorded: list[Recorded] = []
        leaves: list[bytes] = []
        grown: dict[int, list[bytes]] = {0: leaves}
        frontier = Frontier.resume(first, nodes, lambda level, node: grown.setdefault(level, []).append(node))
        for number, draft in enumerate(drafts):
            start = number * (ID_BYTES + SALT_BYTES)
            salt = random[start + ID_BYTES : start + ID_BYTES + SALT_BYTES]
            body = draft.encoded or canonical_bytes(draft.body)
            header = write_header(
                actor=by.key_id,
                commitment=commit(salt, body),
                entry_id=random[start : start + ID_BYTES].hex(),
                kind=draft.kind,
                recorded_at=instant,
            )
            leaves.append(leaf_hash(header))
            entry_rows.append((first + number, draft.kind.value, header, salt, body))
            recorded.append(Recorded(first + number, draft.kind, draft.body, instant))
        frontier.extend(leaves)
        root = frontier.root()
        insert_rows(connection, entries, entry_rows)
        _extend_tiles(connection, first, grown)
        message = batch_message(origin=self.origin, actor=by.key_id, first=first, size=frontier.size, root=root)
        insert_rows(connection, batches, [(frontier.size, first, by.key_id, root, by.sign(message))])
        insert_rows(connection, keys, [_key_row(entry) for entry in recorded if entry.kind is Kind.KEY])
        return Receipt(first=first, size=frontier.size, root=root), recorded

    def _resume(self, connection: Connection) -> tuple[list[tuple[int, bytes]], int]:
        size = size_of(connection)
        nodes = complete_nodes(size, tile_reader(connection))
        last = connection.execute(
            select(batches.c.size, batches.c.root).order_by(batches.c.size.desc()).limit(1)
        ).first()
        frontier = Frontier.resume(size, nodes, lambda level, node: None)
        if (last.size if last else 0) != size or (last is not None and last.root != frontier.root()):
            raise LedgerDamaged(
                "The log on disk does not end where its last signed batch says.",
                expected=f"{last.size if last else 0} entries under the signed root",
                found=f"{size} entries",
                todo="Do not write to this archive. Run `dalil ledger verify` and compare it with a copy.",
            )
        if size:
            header = connection.execute(select(entries.c.header).where(entries.c.position == size - 1)).scalar_one()
            self._last_at = read_header(header, size - 1).recorded_at
        return nodes, size

    def checkpoint(self, log_key: Signer) -> Checkpoint:
        """Sign the log as it now is, keep the note, and return it."""
        with writing(self._engine) as connection:
            size = size_of(connection)
            kept = connection.execute(select(checkpoints.c.note).where(checkpoints.c.size == size)).scalar()
            if kept is not None:
                return read_checkpoint(kept, log_key.public, where=f"checkpoint of size {size}")
            made = sign_checkpoint(self.origin, size, tree_root(size, tile_reader(connection)), log_key)
            insert_rows(connection, checkpoints, [(size, made.note)])
        return made

    # --- reading ----------------------------------------------------------------------------------------------------
    @property
    def size(self) -> int:
        """How many entries the log has."""
        with reading(self._engine) as connection:
            return size_of(connection)

    def end(self, size: int | None = None) -> tuple[int, str]:
        """Return how many entries the log has, and when the last was recorded, in one query.

        Given a ``size``, the time is that of the last entry of so many, or of all where there are not so many.
        """
        newest = select(func.max(entries.c.position)).scalar_subquery()
        asked = newest if size is None else case((newest < size, newest), else_=size - 1)
        query = select(newest.label("newest"), entries.c.position, entries.c.header).where(entries.c.position == asked)
        with reading(self._engine) as connection:
            last = connection.execute(query).first()
        return (0, "") if last is None else (last.newest + 1, read_header(last.header, last.position).recorded_at)

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the log at ``size`` entries (now, by default)."""
        with reading(self._engine) as connection:
            return tree_root(size_of(connection) if size is None else size, tile_reader(connection))

    def entry(self, position: int) -> Entry:
        """Return one entry.

        Raises
        ------
        UnknownSubject
            The log has no entry at this position.
        """
        for found in self.entries(position, position + 1):
            return found
        raise UnknownSubject(
            "The ledger has no such entry.",
            expected=f"a position from 0 to {self.size - 1}",
            found=str(position),
            todo="`dalil ledger log` lists what there is.",
        )

    def entries(self, start: int = 0, stop: int | None = None, *, kind: Kind | None = None) -> Iterator[Entry]:
        """Yield entries in order, from ``start`` up to but not including ``stop``."""
        with reading(self._engine) as connection:
            yield from scan(connection, start, stop, kind=kind)

    def actor_keys(self) -> frozenset[str]:
        """Return the ids of the keys that were ever introduced as an actor's."""
        with reading(self._engine) as connection:
            return frozenset(connection.execute(select(keys.c.key_id).where(keys.c.role == "actor")).scalars())

    def public_key(self, role: str) -> bytes:
        """Return the raw public key that the log's first ``key`` entry of ``role`` introduced."""
        with reading(self._engine) as connection:
            found = connection.execute(
                select(keys.c.public).where(keys.c.role == role).order_by(keys.c.position).limit(1)
            ).scalar()
        if found is None:
            raise LedgerDamaged("The log names no key for this role.", expected="a key entry", found="none", where=role)
        return bytes(found)


def scan(
    connection: Connection, start: int = 0, stop: int | None = None, *, kind: Kind | None = None
) -> Iterator[Entry]:
    """Yield entries of an open transaction in order."""
    query = select(entries.c.position, entries.c.header, entries.c.body).where(entries.c.position >= start)
    if stop is not None:
        query = query.where(entries.c.position < stop)
    if kind is not None:
        query = query.where(entries.c.kind == kind.value)
        if kind not in (Kind.ACCOUNT, Kind.JUDGEMENT):
            query = query.where(text(NOT_BY_THE_THOUSAND))  # in these words the index of the other kinds is used
    result = connection.execution_options(yield_per=SCAN_ROWS).execute(query.order_by(entries.c.position))
    for position, header, body in result:
        yield Entry(
            position=position,
            header=read_header(header, position),
            header_bytes=header,
            body=None if body is None else json.loads(body),
            body_bytes=body,
        )


def bodies(connection: Connection, positions: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the parsed bodies of some entries; erased ones are absent."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(positions), 500):
        chunk = positions[start : start + 500]
        for position, body in connection.execute(
            select(entries.c.position, entries.c.body).where(entries.c.position.in_(chunk))
        ):
            if body is not None:
                found[position] = json.loads(body)
    return found


def tile_reader(connection: Connection) -> Callable[[int, int], bytes]:
    """Return a reader of stored tiles that remembers what it has read."""
    known: dict[tuple[int, int], bytes] = {}

    def read(level: int, number: int) -> bytes:
        if (level, number) not in known:
            found = connection.execute(
                select(tiles.c.hashes).where(tiles.c.level == level, tiles.c.number == number)
            ).scalar()
            known[level, number] = found or b""
        return known[level, number]

    return read


def key_draft(signer: Signer, *, role: str, label: str) -> Draft:
    """Return the entry that introduces a public key. ``label`` says what the key is for, never whose it is."""
    return Draft(
        Kind.KEY,
        {"action": "add", "algorithm": "Ed25519", "label": label, "public": signer.public.hex(), "role": role},
    )


def _key_row(entry: Recorded) -> tuple[int, str, str, str, bytes]:
    assert entry.body is not None  # a key body is never erased: erase() refuses
    public = bytes.fromhex(entry.body["public"])
    return entry.position, key_id(public), entry.body["role"], entry.body["action"], public


def size_of(connection: Connection) -> int:
    """Return how many entries the log has, as an open transaction sees it."""
    last = connection.execute(select(func.max(entries.c.position))).scalar()
    return 0 if last is None else int(last) + 1


def derived_size(connection: Connection) -> int:
    """Return the size of the log up to its last entry that derived rows may come from.

    Issuing a report adds entries, and leaves every derived row as it was: what was read before is still good.
    """
    last = connection.execute(
        select(entries.c.position)
        .where(entries.c.kind.not_in(WITHOUT_ROWS))
        .order_by(entries.c.position.desc())
        .limit(1)
    ).scalar()
    return 0 if last is None else int(last) + 1


def _extend_tiles(connection: Connection, old_size: int, grown: Mapping[int, list[bytes]]) -> None:
    """Add hashes to the right edge of each level: the last partial tile is replaced, full new ones are added."""
    fresh: list[tuple[int, int, bytes]] = []
    for level, nodes in grown.items():
        count = old_size >> (TILE_HEIGHT * level)
        number, filled = divmod(count, TILE_WIDTH)
        data = b"".join(nodes)
        if filled:
            where = (tiles.c.level == level, tiles.c.number == number)
            old = connection.execute(select(tiles.c.hashes).where(*where)).scalar_one()
            room = (TILE_WIDTH - filled) * HASH_BYTES
            connection.execute(update(tiles).where(*where).values(hashes=old + data[:room]))
            data, number = data[room:], number + 1
        width = TILE_WIDTH * HASH_BYTES
        fresh += [(level, number + i // width, data[i : i + width]) for i in range(0, len(data), width)]
    insert_rows(connection, tiles, fresh)
