"""The search index, kept up: the names of each batch of entries are filed in the transaction that records them.

The index is a function of the entries whose bodies are there, however they were grouped into batches; a rebuild gives
the same bytes. An erased name leaves: its postings, and its words where no other name has them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, LargeBinary, Table, cast, delete, inspect, select
from sqlalchemy.dialects import postgresql, sqlite

from dalil.errors import DerivedStale
from dalil.ledger.entries import Recorded
from dalil.ledger.kinds import Kind
from dalil.names.keys import neighbours
from dalil.names.units import Unit, read_units
from dalil.records.deriving import is_free_assertion
from dalil.records.tables import subjects
from dalil.search.index import readings
from dalil.search.postings import (
    FATHER,
    KUNYA,
    MOST_PLACES,
    MOTHER,
    block_of,
    place_code,
    posting,
    read_places,
    statement_of,
    write_places,
)
from dalil.search.tables import metadata, near, postings, words
from dalil.values.ids import ORDER_BITS, entry_of, parse_subject

CHUNK: Final = 500
MOST_REMEMBERED: Final = 100_000
"""Parts of names whose keys are remembered from one name to the next."""
NO_KEY: Final = "-"
"""The key of a name of vowels only, which has no consonant."""

_CODES: Final = tuple(tuple(place_code(at, count) for at in range(count)) for count in range(MOST_PLACES + 1))
_TOLD_APART: Final = (("father", FATHER), ("mother", MOTHER), ("kunya", KUNYA))

Lots: TypeAlias = dict[tuple[str, int], dict[str, list[int]]]
"""Postings to be filed: by kind and block, then by key."""


class SearchRows:
    """Writes the index; made and asked beside :class:`dalil.records.deriving.DerivedRows`.

    Parameters
    ----------
    names : Table
        The derived table of names.
    """

    def __init__(self, names: Table) -> None:
        self._names = names
        self._parts: dict[str, tuple[Unit, ...]] = {}
        self._filed: dict[Unit, tuple[str, ...]] = {}
        self._is_there = False

    def create(self, connection: Connection) -> None:
        """Make the tables of the index."""
        metadata.create_all(connection)

    def drop(self, connection: Connection) -> None:
        """Drop the tables of the index."""
        metadata.drop_all(connection)
        self._is_there = False

    def derive(self, connection: Connection, recorded: Sequence[Recorded]) -> None:
        """File the names of ``recorded``, in the caller's transaction.

        Raises
        ------
        DerivedStale
            The archive was made by a version without an index.
        """
        if not self._is_there:
            check_index(connection)
        lots: Lots = {}
        met: set[Unit] = set()
        for entry in recorded:
            if entry.body is None:
                continue
            if entry.kind is Kind.ACCOUNT:
                self._account(connection, entry.position, entry.body, lots, met)
            elif entry.kind is Kind.ERASURE:
                self._file(connection, lots, met)
                lots, met = {}, set()
                self._erase(connection, entry.body["entries"])
        self._file(connection, lots, met)
        self._is_there = True

    # --- filing -------------------------------------------------------------------------------------------------------
    def _account(
        self, connection: Connection, position: int, body: Mapping[str, Any], lots: Lots, met: set[Unit]
    ) -> None:
        kinds: dict[str, str] = {}
        filed = self._filed
        for order, statement in enumerate(body["statements"]):
            if statement["predicate"] != "name" or not is_free_assertion(statement):
                continue
            if not kinds:
                kinds = {subject[0]: subject[1] for subject in body["subjects"]}
            kind = kinds.get(statement["subject"]) or _kind_of(connection, statement["subject"])
            lot = lots.setdefault((kind, block_of(position)), defaultdict(list))
            base = posting(position << ORDER_BITS | order, 0)
            for place, unit in self._places(statement["value"]):
                for key in filed.get(unit) or self._keys_of(unit):
                    lot[key].append(base | place)
                met.add(unit)

    def _keys_of(self, unit: Unit) -> tuple[str, ...]:
        if len(self._filed) >= MOST_REMEMBERED:
            self._filed.clear()
        keys = self._filed[unit] = tuple(key or NO_KEY for key in readings(unit))
        return keys

    def _places(self, value: Mapping[str, Any]) -> Iterable[tuple[int, Unit]]:
        """Return the place code and the unit of each part of a name."""
        units = self._whole(value)
        found = list(zip(_CODES[len(units)], units, strict=True))
        for part, code in _TOLD_APART:
            text = value.get(part)
            if text:
                first = self._read(text)[:1]
                if first and first[0] not in units:
                    found.append((code, first[0]))
        return found

    def _whole(self, value: Mapping[str, Any]) -> tuple[Unit, ...]:
        """Return the units of a full name: put together from its parts where they are all of it, which is faster."""
        text = value["text"]
        given, family = value.get("given"), value.get("family")
        if given and family:
            father, grandfather = value.get("father", ""), value.get("grandfather", "")
            if len(text) <= len(given) + len(father) + len(grandfather) + len(family) + 3:
                read = self._read
                units = (*read(given), *(read(father) if father else ()))
                units = (*units, *(read(grandfather) if grandfather else ()), *read(family))
                return units if len(units) <= MOST_PLACES else (*units[: MOST_PLACES - 1], units[-1])
        return read_units(text)

    def _read(self, part: str) -> tuple[Unit, ...]:
        found = self._parts.get(part)
        if found is None:
            if len(self._parts) >= MOST_REMEMBERED:
                self._parts.clear()
            found = self._parts[part] = read_units(part)
        return found

    def _file(self, connection: Connection, lots: Lots, met: Iterable[Unit]) -> None:
        rows = [
            {"kind": kind, "block": block, "key": key, "places": write_places(packed)}
            for (kind, block), lot in lots.items()
            for key, packed in lot.items()
        ]
        if rows:
            connection.execute(_add_postings(connection.dialect.name), rows)
        _add_words(connection, met)

    # --- erasing ------------------------------------------------------------------------------------------------------
    def _erase(self, connection: Connection, entries: Sequence[int]) -> None:
        gone = set(entries)
        touched: set[str] = set()
        for block in {block_of(entry) for entry in gone}:
            rows = connection.execute(select(postings).where(postings.c.block == block)).all()
            for row in rows:
                packed = read_places(row.places)
                left = [each for each in packed if entry_of(statement_of(block, each)) not in gone]
                if len(left) < len(packed):
                    touched.add(row.key)
                    _replace(connection, row, left)
        self._forget_words(connection, touched)

    def _forget_words(self, connection: Connection, keys: set[str]) -> None:
        """Delete the words that no name has any more, among those of some keys."""
        for key in sorted(keys):
            forms = set(connection.execute(select(words.c.form).where(words.c.key == key)).scalars())
            rows = connection.execute(select(postings.c.block, postings.c.places).where(postings.c.key == key)).all()
            still = [statement_of(row.block, each) for row in rows for each in read_places(row.places)]
            for form in sorted(forms.difference(self._borne(connection, still, enough=forms))):
                connection.execute(delete(words).where(words.c.form == form))
            if not still:
                connection.execute(delete(near).where(near.c.key == key))

    def _borne(self, connection: Connection, statements: Sequence[int], *, enough: set[str]) -> set[str]:
        """Return the words of the names that some statements give; stops once all of ``enough`` are met."""
        found: set[str] = set()
        names = self._names.c
        waiting = list(dict.fromkeys(statements))
        while waiting and not enough <= found:
            chunk, waiting = waiting[:CHUNK], waiting[CHUNK:]
            parts = (names.text, names.given, names.father, names.grandfather, names.family, names.mother, names.kunya)
            for row in connection.execute(select(*parts).where(names.id.in_(chunk))):
                value = {column: said for column, said in row._asdict().items() if said}
                found.update(unit.form for _, unit in self._places(value))
        return found


def check_index(connection: Connection) -> None:
    """Raise DerivedStale if the archive has no search index."""
    if not inspect(connection).has_table(postings.name):
        raise DerivedStale(
            "This archive has no search index.",
            expected=f"a table {postings.name}",
            found="none: an earlier version made the derived tables",
            todo="Run `dalil rebuild`.",
        )


def _kind_of(connection: Connection, reference: str) -> str:
    """Return the kind of a subject that a statement names by its id and the account does not list."""
    query = select(subjects.c.kind).where(subjects.c.id == parse_subject(reference))
    return str(connection.execute(query).scalar_one())


def _add_postings(dialect: str) -> Any:
    insert: Callable[[Table], Any] = postgresql.insert if dialect == "postgresql" else sqlite.insert
    adding = insert(postings)
    # Joining two byte strings makes a text in SQLite, of the same bytes; the cast makes bytes of it again.
    longer = cast(postings.c.places.op("||")(adding.excluded.places), LargeBinary)
    return adding.on_conflict_do_update(index_elements=list(postings.primary_key), set_={"places": longer})


def _add_words(connection: Connection, met: Iterable[Unit]) -> None:
    forms = {unit.form: unit for unit in met}
    wanted = sorted(forms)
    for start in range(0, len(wanted), CHUNK):
        known = select(words.c.form).where(words.c.form.in_(wanted[start : start + CHUNK]))
        for form in connection.execute(known).scalars().all():
            del forms[form]
    if not forms:
        return
    keys = {key or NO_KEY for unit in forms.values() for key in readings(unit)}
    insert: Callable[[Table], Any] = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(
        insert(words).on_conflict_do_nothing(),
        [{"form": form, "key": unit.coarse or NO_KEY} for form, unit in forms.items()],
    )
    connection.execute(
        insert(near).on_conflict_do_nothing(),
        [{"less": less, "key": key} for key in sorted(keys) for less in dict.fromkeys((key, *neighbours(key)))],
    )


def _replace(connection: Connection, row: Any, left: Sequence[int]) -> None:
    here = (postings.c.kind == row.kind) & (postings.c.block == row.block) & (postings.c.key == row.key)
    if left:
        connection.execute(postings.update().where(here).values(places=write_places(left)))
    else:
        connection.execute(delete(postings).where(here))
