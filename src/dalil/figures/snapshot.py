"""Columnar copies of the derived tables, made once for each size of the ledger and read by every count.

A snapshot is a folder of Parquet files, one a table, under the archive's ``derived/``. It can be deleted at any time
and is made again. It is written beside its place and moved there whole, so a crash leaves nothing that looks like one;
older ones are deleted, so nothing erased from the archive lives on in them.

Beside the tables stand a few aids: joins that every figure would repeat (``_events``, ``_scalars``, ``_mentions``).
They keep ``since`` and ``until``, so that what was known when stays a filter.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import duckdb

from dalil.errors import StoreFull
from dalil.figures.attributes import ages_said, sexes, synthetic, told
from dalil.figures.episode_facts import combined_relations, facts, lasting_facts
from dalil.figures.episode_relations import arrests, dated_events, episodes, fold_episodes, fold_events
from dalil.figures.session import Session, Snapshot, connect, quoted, quoted_list
from dalil.figures.status_sql import settled, statuses
from dalil.records.status_rules import rules_for
from dalil.values.canonical import canonical_bytes

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
    from sqlalchemy import Connection, Engine, Table

    from dalil.vocabulary.vocabulary import Vocabulary

FORMAT: Final = "dalil-snapshot/3"
FETCHED_ROWS: Final = 4_000
"""Rows taken from the database at a time; more are slower to collect than they save."""
GROUP_ROWS: Final = 120_000
"""Rows a Parquet row group holds, and so what is in memory at once: about 30 MB of statements."""

OF_JUDGEMENTS: Final = frozenset({"judgements", "memberships"})
"""The tables that a judgement changes."""

NO_DAY_BEFORE: Final = -(1 << 39)
NO_DAY_AFTER: Final = 1 << 39
"""Stand for missing bounds in the aids, as in ``records.status_dating``."""


def snapshot_at(folder: Path, *, size: int, vocabulary_digest: str) -> Snapshot:
    """Return the snapshot at a ledger size, whether or not it has been made.

    What is worked out in it depends on the vocabulary, so a changed vocabulary has snapshots of its own.
    """
    form = hashlib.sha256(canonical_bytes([FORMAT, vocabulary_digest])).hexdigest()
    return Snapshot(folder / f"snapshot-{size}-{form[:12]}", size)


def make_snapshot(
    folder: Path,
    *,
    engine: Engine,
    tables: Mapping[str, Table],
    vocabulary: Vocabulary,
    vocabulary_digest: str,
    days: Collection[tuple[str, int]] = (),
) -> Snapshot:
    """Return the snapshot of the derived tables as they now are, made if it is not there.

    Parameters
    ----------
    days : collection of (method, day number)
        Methods and days for which to work out statuses ahead; for other days of these methods, what does not depend
        on the day.

    Raises
    ------
    StoreFull
        The disk would not take it; what was begun is deleted.
    """
    from dalil.ledger.log import derived_size
    from dalil.ledger.store import reading

    with reading(engine) as connection:
        size = derived_size(connection)
        snapshot = snapshot_at(folder, size=size, vocabulary_digest=vocabulary_digest)
        with _one_at_a_time(folder):
            if not snapshot.folder.is_dir():
                _make(connection, tables, vocabulary, snapshot, days)
    return snapshot


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until nobody else makes a snapshot: whoever came second finds it made, and nobody deletes another's draft.

    The lock is the process's: a crash lets go of it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened = os.open(folder, os.O_RDONLY)  # the folder is the lock: nothing is left behind in it
    except OSError as error:
        raise _no_room(folder, error) from error
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _no_room(folder: Path, error: Exception) -> StoreFull:
    return StoreFull(
        "A snapshot for counting could not be written.",
        found=getattr(error, "strerror", None) or type(error).__name__,
        where=str(folder),
        todo="Make room in the archive's derived/ folder and run the command again; the archive is unharmed.",
    )


def _make(
    connection: Connection,
    tables: Mapping[str, Table],
    vocabulary: Vocabulary,
    snapshot: Snapshot,
    days: Collection[tuple[str, int]],
) -> None:
    place = snapshot.folder
    place.parent.mkdir(parents=True, exist_ok=True)
    making = Snapshot(place.with_name(f".{place.name}.{uuid4().hex}.making"), snapshot.size)
    making.worked_out("").parent.mkdir(parents=True)
    try:
        before = _like_it(connection, snapshot)
        with _uncollected(), ThreadPoolExecutor(1) as beside:
            for name, table in sorted(tables.items()):
                if before is None or name in OF_JUDGEMENTS or not _linked(before.table(name), making.table(name)):
                    _write_table(connection, table, making.table(name), beside)
        _write_aids(making, vocabulary, before)
        _work_out(making, vocabulary, days)
        _keep_points(connection, snapshot, making)
        with suppress(OSError):  # another process was faster: its snapshot is the same
            making.folder.replace(place)
    except (OSError, duckdb.IOException) as error:
        raise _no_room(place.parent, error) from error
    finally:
        shutil.rmtree(making.folder, ignore_errors=True)
    _delete_others(place)


def _like_it(connection: Connection, snapshot: Snapshot) -> Snapshot | None:
    """Return an earlier snapshot since which people and models have only judged: all but two of its tables are as now.

    A verdict changes a figure at once; three million rows need not be copied again for it.
    """
    from dalil.ledger.kinds import WITHOUT_ROWS, Kind

    before = _before(snapshot)
    if before is None or not _kinds_since(connection, before, snapshot) <= {Kind.JUDGEMENT.value, *WITHOUT_ROWS}:
        return None
    return before


def _before(snapshot: Snapshot) -> Snapshot | None:
    """Return the newest earlier snapshot of the same form that is there."""
    form = snapshot.folder.name.rpartition("-")[2]
    found = (each.name.split("-") for each in snapshot.folder.parent.glob(f"snapshot-*-{form}"))
    since = max((int(size) for _, size, _ in found if size.isdigit() and int(size) < snapshot.size), default=None)
    return None if since is None else Snapshot(snapshot.folder.with_name(f"snapshot-{since}-{form}"), since)


def _kinds_since(connection: Connection, before: Snapshot, after: Snapshot) -> set[str]:
    from sqlalchemy import select

    from dalil.ledger.tables import entries

    between = entries.c.position >= before.size, entries.c.position < after.size
    return set(connection.execute(select(entries.c.kind).where(*between).distinct()).scalars())


def _keep_points(connection: Connection, snapshot: Snapshot, making: Snapshot) -> None:
    """Keep what was worked out as known by earlier points: it is the same for ever, unless something was erased."""
    from dalil.ledger.kinds import Kind

    before = _before(snapshot)
    if before is None or not before.points() or Kind.ERASURE.value in _kinds_since(connection, before, snapshot):
        return
    for point in before.points():
        there, here = (each.worked_out("", point).parent for each in (before, making))
        here.mkdir()
        if not all(_linked(file, here / file.name) for file in there.iterdir()):
            shutil.rmtree(here)  # worked out again when it is asked for


def _linked(there: Path, here: Path) -> bool:
    """Give a file that is never changed another name; False where it is gone, or the disk has no such names."""
    try:
        os.link(there, here)
    except OSError:
        return False
    return True


def _delete_others(path: Path) -> None:
    for other in path.parent.glob("snapshot-*"):
        if other != path:
            shutil.rmtree(other, ignore_errors=True)
    for abandoned in path.parent.glob(".snapshot-*.making"):
        shutil.rmtree(abandoned, ignore_errors=True)


# --- tables ---------------------------------------------------------------------------------------------------------
def _write_table(connection: Connection, table: Table, file: Path, beside: ThreadPoolExecutor) -> None:
    """Write one table; rows are fetched while those before them are written ``beside``."""
    import pyarrow as pa
    import pyarrow.parquet as pq  # type: ignore[import-untyped]
    from sqlalchemy import BigInteger, Boolean

    def arrow_type(kind: object) -> pa.DataType:
        return pa.int64() if isinstance(kind, BigInteger) else pa.bool_() if isinstance(kind, Boolean) else pa.string()

    schema = pa.schema([(column.name, arrow_type(column.type)) for column in table.columns])
    cursor = _driver_cursor(connection, table)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        written: Future[None] | None = None
        for batches in _groups(_batches(cursor, schema)):
            if written is not None:
                written.result()
            group = pa.Table.from_batches(batches, schema)
            written = beside.submit(writer.write_table, group, row_group_size=GROUP_ROWS)
        if written is not None:
            written.result()
    cursor.close()


def _driver_cursor(connection: Connection, table: Table) -> Any:
    """Return a cursor of the driver over all rows of a table, in the connection's own transaction.

    Wrapping three million rows would cost more than everything else here. SQLite hands rows over one by one; other
    databases do so through a cursor that bears a name.
    """
    from sqlalchemy import select

    driver = connection.connection
    cursor = driver.cursor() if connection.dialect.name == "sqlite" else driver.cursor(f"snapshot_{table.name}")
    cursor.execute(str(select(table).compile(dialect=connection.dialect)))
    return cursor


def _batches(cursor: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    while rows := cursor.fetchmany(FETCHED_ROWS):
        columns = zip(*rows, strict=True)
        arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _groups(batches: Iterator[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    while group := list(islice(batches, GROUP_ROWS // FETCHED_ROWS)):
        yield group


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    if kind == pa.bool_():  # SQLite has no truth values, only 0 and 1
        values = tuple(None if value is None else bool(value) for value in values)
    return pa.array(values, type=kind)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the cycle collector still: it would look at every fetched row again and again, and rows make no cycles."""
    restart = gc.enable if gc.isenabled() else gc.disable
    gc.disable()
    try:
        yield
    finally:
        restart()


# --- aids -----------------------------------------------------------------------------------------------------------
def _write_aids(snapshot: Snapshot, vocabulary: Vocabulary, before: Snapshot | None) -> None:
    """Write the aids; none of them looks at a judgement, so those ``before`` judgements alone came are as good."""
    scalars = [
        code
        for code, predicate in vocabulary.predicates.items()
        if code == "age" or (predicate.value is not None and predicate.value.base in ("term", "date"))
    ]
    con = connect()

    def read(name: str) -> str:
        return f"read_parquet({quoted(str(snapshot.table(name)))})"

    told = f"""
        SELECT a.id AS entry, a.since, a.until, s.id AS source, s.synthetic, s.published_hi
        FROM {read("accounts")} a JOIN {read("sources")} s ON s.id = a.source"""
    lo = "CASE WHEN on_lo IS NULL AND on_hi IS NULL THEN when_lo ELSE on_lo END"
    hi = "CASE WHEN on_lo IS NULL AND on_hi IS NULL THEN when_hi ELSE on_hi END"
    aids = {
        # Every event of an episode, its dates bounded by its source's publication, which is where a source stops.
        "_events": f"""
            SELECT e.id, e.subject, e.event, e.place, e.on_lo, e.on_hi, e.since, e.until,
                   coalesce({lo}, {NO_DAY_BEFORE}) AS lo,
                   CASE WHEN t.published_hi < coalesce({lo}, {NO_DAY_BEFORE}) THEN coalesce({hi}, {NO_DAY_AFTER})
                        ELSE least(coalesce({hi}, {NO_DAY_AFTER}), coalesce(t.published_hi, {NO_DAY_AFTER})) END AS hi,
                   e.place IS NOT NULL OR e.at IS NOT NULL AS placed
            FROM {read("episode_events")} e LEFT JOIN ({told}) t ON t.entry = e.id >> 12""",
        # Single values that stand in no table of their own, asserted freely.
        "_scalars": f"""
            SELECT id, subject, predicate, value, lo, hi, since, until FROM {read("statements")}
            WHERE predicate IN ({quoted_list(scalars)}) AND coalesce(polarity, 'asserts') = 'asserts'
              AND coalesce(speech, '') <> 'coerced' AND coalesce(role, '') <> 'claim_to_rebut'
            ORDER BY predicate, id""",
        # Which source speaks of which mention, and whether it is invented.
        "_mentions": f"""
            SELECT m.id AS mention, m.kind, t.source, t.synthetic, m.since, m.until
            FROM {read("subjects")} m JOIN ({told}) t ON t.entry = m.entry
            UNION ALL
            SELECT s.subject, m.kind, t.source, t.synthetic, min(s.since), max(s.until)
            FROM {read("statements")} s JOIN {read("subjects")} m ON m.id = s.subject
            JOIN ({told}) t ON t.entry = s.entry
            WHERE s.entry <> m.entry AND s.until IS NULL GROUP BY ALL
            ORDER BY mention""",  # so that looking a few up reads little
    }
    for name, query in aids.items():
        if before is not None and _linked(before.table(name), snapshot.table(name)):
            continue
        con.execute(f"COPY ({query}) TO {quoted(str(snapshot.table(name)))} (FORMAT parquet, COMPRESSION zstd)")
    con.close()


def _work_out(snapshot: Snapshot, vocabulary: Vocabulary, days: Collection[tuple[str, int]]) -> None:
    """Put into the snapshot what every session that knows all of it would work out first."""
    session = Session(snapshot, known_by=snapshot.size, vocabulary=vocabulary)
    _store_all(session, vocabulary, days)
    session.close()


def work_out_point(
    snapshot: Snapshot, point: int, *, vocabulary: Vocabulary, days: Collection[tuple[str, int]] = ()
) -> None:
    """Put into a snapshot what a session that knows it as it was at an earlier point would work out first.

    Raises
    ------
    StoreFull
        The disk would not take it; what was begun is deleted.
    """
    place = snapshot.worked_out("", point).parent
    making = Snapshot(snapshot.folder.with_name(f".{snapshot.folder.name}.{uuid4().hex}.making"), snapshot.size)
    try:
        with _one_at_a_time(snapshot.folder.parent):
            if place.is_dir() or not snapshot.folder.is_dir():
                return
            making.worked_out("", point).parent.mkdir(parents=True)
            session = Session(snapshot, known_by=point, vocabulary=vocabulary, stored_in=making)
            _store_all(session, vocabulary, days)
            session.close()
            making.worked_out("", point).parent.replace(place)
    except (OSError, duckdb.IOException) as error:
        raise _no_room(snapshot.folder.parent, error) from error
    finally:
        shutil.rmtree(making.folder, ignore_errors=True)


def _store_all(session: Session, vocabulary: Vocabulary, days: Collection[tuple[str, int]]) -> None:
    session.store(session.identities())
    for code in ("detainee", "held_by", "reason", "age", "age_class"):
        session.store(session.typed(code))
    for code in ("birth", "age"):
        session.store(session.scalars(code))
    for relation in (episodes, dated_events, sexes, synthetic, told):
        session.store(relation(session))
    for code in sorted({method for method, _ in days}):
        rules = rules_for(vocabulary, vocabulary.methods[code])
        for by_method in (arrests, fold_events, fold_episodes, settled, ages_said, lasting_facts):
            session.store(by_method(session, rules))
        for day in sorted(day for method, day in days if method == code):
            for by_day in (statuses(session, as_of=day, rules=rules), facts(session, rules, as_of=day)):
                session.store(by_day)
        for combined in combined_relations(session, rules):
            session.store(combined)
