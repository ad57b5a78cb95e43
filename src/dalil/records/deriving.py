"""From entries to derived rows: the same function whether an entry has just been recorded or is replayed.

``rebuild`` drops every derived table and replays the ledger through :class:`DerivedRows`; a test compares the result
with what grew entry by entry. So nothing here may depend on how entries are grouped into batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Table, select, update

from dalil.errors import Bug
from dalil.intake import register
from dalil.ledger.entries import Recorded
from dalil.ledger.kinds import Kind
from dalil.ledger.tables import NO_INT, NO_TEXT, insert_rows
from dalil.records import tables as derived_tables
from dalil.records.consents import derive_consent, erase_consents
from dalil.records.decisions import decide
from dalil.records.identity import Identities
from dalil.values.dates import birth_from_age, parse_canonical
from dalil.values.ids import ORDER_BITS, parse_subject
from dalil.vocabulary.model import Predicate
from dalil.vocabulary.vocabulary import Vocabulary

Row: TypeAlias = tuple[Any, ...]
Locals: TypeAlias = dict[str, int]

COERCED: Final = "coerced"
CLAIM_TO_REBUT: Final = "claim_to_rebut"

_subjects, _statements = derived_tables.subjects, derived_tables.statements


def is_free_assertion(statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement counts for its own content: asserted, not coerced, not quoted to be rebutted."""
    return (
        statement.get("polarity", "asserts") == "asserts"
        and statement.get("speech") != COERCED
        and statement.get("role") != CLAIM_TO_REBUT
    )


def bounds_of(edtf: str | None) -> tuple[int | None, int | None]:
    """Return the day numbers a canonical EDTF text spans; open on both sides where there is none."""
    if edtf is None:
        return None, None
    date = parse_canonical(edtf)
    return date.lo, date.hi


@lru_cache(maxsize=65_536)
def _stored_bounds(edtf: str | None) -> tuple[int, int]:
    lo, hi = bounds_of(edtf)
    return NO_INT if lo is None else lo, NO_INT if hi is None else hi


class _Typed:
    """How the statements of one predicate become rows."""

    def __init__(self, predicate: Predicate) -> None:
        self.predicate = predicate
        self.table = None if predicate.table is None else derived_tables.typed_table(predicate)
        order = [] if predicate.table is None else derived_tables.part_order(predicate)
        unfolding = ("subject", "date", "count")
        self._plain = tuple(name for name in order if predicate.parts[name].base not in unfolding)
        self._absent = tuple(NO_INT if predicate.parts[name].base == "int" else NO_TEXT for name in self._plain)
        self._unfold = [(name, _UNFOLD[predicate.parts[name].base]) for name in order if name not in self._plain]
        self.object_parts = [name for name, part in predicate.parts.items() if part.base == "subject"]
        self.is_date = predicate.value is not None and predicate.value.base == "date"
        self.rows: list[Row] = []

    def row(self, identifier: int, subject: int, value: Mapping[str, Any], when: tuple[Any, Any], known: Locals) -> Row:
        get = value.get
        cells: list[Any] = []
        for name, unfold in self._unfold:
            cells += unfold(get(name), known)
        plain = map(get, self._plain, self._absent)
        return (identifier, subject, *plain, *cells, *when, identifier >> ORDER_BITS, NO_INT)


def _unfold_date(said: Any, _: Locals) -> tuple[Any, ...]:
    return _stored_bounds(said)


def _unfold_count(said: Any, _: Locals) -> tuple[Any, ...]:
    said = said or {}
    exact = said.get("n")
    return said.get("min", exact), said.get("max", exact), said.get("hedge")


def _unfold_subject(said: Any, known: Locals) -> tuple[Any, ...]:
    return (NO_INT if said is None else resolve(said, known),)


_UNFOLD: Final = {"date": _unfold_date, "count": _unfold_count, "subject": _unfold_subject}


def resolve(reference: str, known: Locals) -> int:
    """Return the subject a body refers to: a local id of its account, or ``<entry>.<n>``."""
    found = known.get(reference)
    return parse_subject(reference) if found is None else found


class DerivedRows:
    """Writes the derived rows of entries."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._typed = {code: _Typed(predicate) for code, predicate in vocabulary.predicates.items()}
        self.tables = derived_tables.derived(vocabulary)

    def create(self, connection: Connection) -> None:
        """Make every derived table."""
        for metadata in (register.metadata, derived_tables.metadata):
            metadata.create_all(connection)

    def drop(self, connection: Connection) -> None:
        """Drop every derived table; the ledger has all that is needed to make them again."""
        for metadata in (register.metadata, derived_tables.metadata):
            metadata.drop_all(connection)

    def derive(self, connection: Connection, recorded: Sequence[Recorded]) -> None:
        """Write the derived rows of ``recorded``, in the caller's transaction."""
        register.derive(connection, recorded)
        identities = Identities(connection)
        identities.preload(_judged(recorded))
        subject_rows: list[Row] = []
        statement_rows: list[Row] = []

        def flush() -> None:
            insert_rows(connection, _subjects, subject_rows)
            insert_rows(connection, _statements, statement_rows)
            subject_rows.clear()
            statement_rows.clear()
            for typed in self._typed.values():
                if typed.rows and typed.table is not None:
                    insert_rows(connection, typed.table, typed.rows)
                    typed.rows.clear()

        for entry in recorded:
            if entry.body is None:  # erased: its statements are gone, and that is what a rebuild must give
                continue
            match entry.kind:
                case Kind.ACCOUNT:
                    self._account(entry.position, entry.body, subject_rows, statement_rows)
                    if entry.body.get("closes"):
                        flush()
                        self._close_statements(connection, entry.position, entry.body["closes"])
                case Kind.JUDGEMENT:
                    identities.judge(entry.position, entry.body)
                case Kind.DECISION if entry.body.get("run") is not None:
                    identities.withdraw_run(entry.position, entry.body["run"])
                case Kind.DECISION:
                    flush()
                    self._decide(connection, entry.position, entry.body)
                case Kind.CONSENT:
                    derive_consent(connection, entry.position, entry.body)
                case Kind.ERASURE:
                    flush()
                    self._erase(connection, entry.body["entries"])
                case _:
                    pass
        flush()
        identities.write()

    def _account(
        self, position: int, body: Mapping[str, Any], subject_rows: list[Row], statement_rows: list[Row]
    ) -> None:
        known: Locals = {}
        for order, subject in enumerate(body["subjects"]):
            if len(subject) == 3:
                known[subject[0]] = parse_subject(subject[2])
            else:
                identifier = known[subject[0]] = position << ORDER_BITS | order
                subject_rows.append((identifier, subject[1], position, position, NO_INT))
        first = position << ORDER_BITS
        for order, statement in enumerate(body["statements"]):
            predicate = statement["predicate"]
            typed = self._typed.get(predicate)
            if typed is None:
                raise Bug("An account was recorded with an unknown predicate.", where=f"entry {position}")
            identifier = first | order
            said = statement["value"]
            subject_ = resolve(statement["subject"], known)
            when = _stored_bounds(statement.get("when"))
            value, object_ = NO_TEXT, NO_INT
            lo, hi = when
            if typed.table is None:
                value = str(said)
                if typed.is_date:
                    lo, hi = _stored_bounds(said)
            else:
                for name in typed.object_parts:
                    if name in said:
                        object_ = resolve(said[name], known)
                        break
                if is_free_assertion(statement):
                    typed.rows.append(typed.row(identifier, subject_, said, when, known))
                if predicate == "age":
                    lo, hi = _birth_bounds(said["years"], said.get("at"))
            statement_rows.append(
                (
                    identifier,
                    position,
                    subject_,
                    predicate,
                    value,
                    object_,
                    lo,
                    hi,
                    statement.get("polarity", NO_TEXT),
                    statement.get("speech", NO_TEXT),
                    statement.get("role", NO_TEXT),
                    position,
                    NO_INT,
                )
            )

    def _close_statements(self, connection: Connection, position: int, closes: Sequence[str]) -> None:
        ids = [parse_subject(text) for text in closes]
        predicates = connection.execute(
            select(_statements.c.id, _statements.c.predicate).where(_statements.c.id.in_(ids))
        ).all()
        for identifier, predicate in predicates:
            for table in (_statements, self._typed[predicate].table):
                if table is not None:
                    closed = (table.c.id == identifier) & table.c.until.is_(None)
                    connection.execute(update(table).where(closed).values(until=position))

    def _decide(self, connection: Connection, position: int, body: Mapping[str, Any]) -> None:
        match body["decision"]:
            case "withdraw":
                for start, last in register.entries_of_load(connection, body["load"]):
                    self._each_statement_table(connection, start, last, _closer(position))
            case "reject":
                self._close_statements(connection, position, [body["statement"]])
            case _:
                decide(connection, position, body)

    def _erase(self, connection: Connection, positions: Sequence[int]) -> None:
        for position in positions:
            self._each_statement_table(connection, position, position, _deleter)
        erase_consents(connection, positions)

    def _each_statement_table(
        self, connection: Connection, start: int, last: int, deed: Callable[[Connection, Table, int, int], None]
    ) -> None:
        low, high = start << ORDER_BITS, (last + 1) << ORDER_BITS
        for table in (_subjects, _statements, *(t.table for t in self._typed.values() if t.table is not None)):
            deed(connection, table, low, high)


def _judged(recorded: Sequence[Recorded]) -> Iterator[int]:
    for entry in recorded:
        if entry.kind is Kind.JUDGEMENT and entry.body is not None:
            for _, references in entry.body["sets"]:
                yield from map(parse_subject, references)


def _closer(position: int) -> Callable[[Connection, Table, int, int], None]:
    def close(connection: Connection, table: Table, low: int, high: int) -> None:
        inside = (table.c.id >= low) & (table.c.id < high) & table.c.until.is_(None)
        connection.execute(update(table).where(inside).values(until=position))

    return close


def _deleter(connection: Connection, table: Table, low: int, high: int) -> None:
    connection.execute(table.delete().where((table.c.id >= low) & (table.c.id < high)))


@lru_cache(maxsize=65_536)
def _birth_bounds(years: int, at: str | None) -> tuple[int, int]:
    """Return the days of birth an age implies; none without the day at which the person had it."""
    if at is None:
        return NO_INT, NO_INT
    lo, hi = birth_from_age(years, parse_canonical(at))
    return NO_INT if lo is None else lo, NO_INT if hi is None else hi
