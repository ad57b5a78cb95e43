"""Asking the records: statements by what they say, subjects with everything said of them, as known at any time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, and_, func, or_, select, union_all

from dalil.errors import UnknownSubject
from dalil.intake.register import accounts, sources
from dalil.ledger.log import bodies
from dalil.ledger.store import reading
from dalil.records import tables as derived_tables
from dalil.records.conflicts import Conflict, find_conflicts
from dalil.records.detention import status_of
from dalil.records.statement_view import StatementView, view_of
from dalil.records.status import Status
from dalil.records.tables import known_by as known
from dalil.values.ids import MAX_ORDER, format_subject
from dalil.vocabulary.vocabulary import Vocabulary

CHUNK: Final = 500
_statements, _subjects, _memberships = derived_tables.statements, derived_tables.subjects, derived_tables.memberships


def _is_of_kind(kind: str) -> ColumnElement[bool]:
    """Return the condition that a statement's subject is of a kind: asked of each, as a kind may have most subjects."""
    of_kind = _subjects.alias()
    asked = select(of_kind.c.id).where(of_kind.c.id == _statements.c.subject, of_kind.c.kind == kind)
    return asked.correlate(_statements).exists()


class Records:
    """Read access to what the statements add up to."""

    def __init__(self, engine: Engine, vocabulary: Vocabulary) -> None:
        self._engine, self._vocabulary = engine, vocabulary
        self._tables = derived_tables.derived(vocabulary)

    # --- statements -------------------------------------------------------------------------------------------------
    def find(
        self,
        *,
        kind: str | None = None,
        name: str | None = None,
        predicate: str | None = None,
        value: object = None,
        when: str | None = None,
        polarity: str | None = None,
        speech: str | None = None,
        source: str | None = None,
        locator: str | None = None,
        subject: int | None = None,
        known_by: int | None = None,
    ) -> list[StatementView]:
        """Return the statements that fit every condition given, in the order of the ledger.

        Parameters
        ----------
        name
            Only about subjects joined with one that bears exactly this name.
        value
            The scalar said, or parts the value must contain; a subject part is an id, ``{"name": …}`` or
            ``{"kind": …}``.
        known_by
            Ledger size; None means now.
        """
        with reading(self._engine) as connection:
            query = select(_statements.c.id).where(known(_statements, known_by))
            if kind is not None:
                query = query.where(_is_of_kind(kind))
            if predicate is not None:
                query = query.where(_statements.c.predicate == predicate)
            if isinstance(value, str | int):
                query = query.where(_statements.c.value == str(value))
            if polarity is not None:
                silent = _statements.c.polarity.is_(None) if polarity == "asserts" else _statements.c.id < 0
                query = query.where(or_(_statements.c.polarity == polarity, silent))
            if speech is not None:
                query = query.where(_statements.c.speech == speech)
            if source is not None:
                of_source = select(sources.c.id).where(sources.c.key == source)
                query = query.where(
                    _statements.c.entry.in_(select(accounts.c.id).where(accounts.c.source.in_(of_source)))
                )
            if name is not None:
                query = query.where(_statements.c.subject.in_(sorted(self._bearers(connection, name, known_by))))
            if subject is not None:
                mentions = self._mentions(connection, subject, known_by)
                query = query.where(_statements.c.subject.in_(sorted(mentions)))
            if isinstance(value, Mapping) and predicate is not None:
                query = query.where(self._may_contain(connection, predicate, value, known_by))
            views = self._views(connection, query, known_by)
            return [
                view
                for view in views
                if (when is None or view.when == when)
                and (locator is None or view.locator == locator)
                and (not isinstance(value, Mapping) or self._contains(connection, view, value, known_by))
            ]

    def _may_contain(
        self, connection: Connection, predicate: str, wanted: Mapping[str, Any], known_by: int | None
    ) -> ColumnElement[bool]:
        """Return what SQL can tell of a value's parts, so that only bodies worth reading are read.

        The typed table of a predicate holds its free assertions; the few others are left to be read.
        """
        chosen = self._vocabulary.predicates[predicate]
        if chosen.table is None:
            return _statements.c.id == _statements.c.id
        table = self._tables[chosen.table]
        said: list[ColumnElement[bool]] = []
        for part, expected in wanted.items():
            base = chosen.parts[part].base if part in chosen.parts and part != "subject" else None
            match expected:
                case {"name": str(name)} if base == "subject":
                    said.append(table.c[part].in_(sorted(self._bearers(connection, name, known_by))))
                case str() if base in ("term", "text", "url") and part in table.c:
                    said.append(table.c[part] == expected)
                case _:
                    pass
        if not said:
            return _statements.c.id == _statements.c.id
        others = derived_tables.unfree(predicate)
        return _statements.c.id.in_(union_all(select(table.c.id).where(*said), others))

    def statements(self, ids: Sequence[int], *, known_by: int | None = None) -> list[StatementView]:
        """Return statements by id."""
        with reading(self._engine) as connection:
            query = select(_statements.c.id).where(_statements.c.id.in_(ids))
            return self._views(connection, query, known_by)

    def _views(self, connection: Connection, query: Select[Any], known_by: int | None) -> list[StatementView]:
        rows = connection.execute(
            select(
                _statements,
                _subjects.c.kind,
                accounts.c.source,
                accounts.c.language,
                sources.c.key,
                sources.c.synthetic,
            )
            .join(accounts, accounts.c.id == _statements.c.entry)
            .join(sources, sources.c.id == accounts.c.source)
            .join(_subjects, _subjects.c.id == _statements.c.subject)
            .where(_statements.c.id.in_(query))
            .order_by(_statements.c.id)
        ).all()
        said = bodies(connection, sorted({row.entry for row in rows}))
        identity = self._identities(connection, {row.subject for row in rows}, known_by)
        return [
            view_of(row, said[row.entry], identity.get(row.subject, row.subject), self._vocabulary)
            for row in rows
            if row.entry in said
        ]

    def _contains(
        self, connection: Connection, view: StatementView, wanted: Mapping[str, Any], known_by: int | None
    ) -> bool:
        if not isinstance(view.value, dict):
            return False
        for part, expected in wanted.items():
            if part not in view.value:
                return False
            found = view.value[part]
            match expected:
                case {"name": str(name)}:
                    if found not in self._bearers(connection, name, known_by):
                        return False
                case {"kind": str(kind)}:
                    row = connection.execute(select(_subjects.c.kind).where(_subjects.c.id == found)).scalar()
                    if row != kind:
                        return False
                case _:
                    if found != expected:
                        return False
        return True

    # --- subjects and identities ------------------------------------------------------------------------------------
    def identity(self, subject: int, *, known_by: int | None = None) -> int:
        """Return the id of the person (event, place …) that a mention belonged to, as known by a ledger size.

        Raises
        ------
        UnknownSubject
            No account introduced this subject.
        """
        with reading(self._engine) as connection:
            if connection.execute(select(_subjects.c.id).where(_subjects.c.id == subject)).first() is None:
                raise UnknownSubject(
                    "No account introduced this subject.",
                    expected="an id such as 18233.0",
                    found=format_subject(subject),
                    todo="`dalil records show` takes ids as printed by `dalil figures run --members`.",
                )
            return self._identities(connection, {subject}, known_by).get(subject, subject)

    def mentions(self, subject: int, *, known_by: int | None = None) -> list[int]:
        """Return every mention joined with ``subject``, itself included, oldest first."""
        with reading(self._engine) as connection:
            return sorted(self._mentions(connection, subject, known_by))

    def related(self, subject: int, *, known_by: int | None = None) -> list[int]:
        """Return what else the accounts that mention a subject say of it: its episodes, acts, appearances, kin.

        Identities, in the order of the ledger; only those of whom a statement names the subject.
        """
        with reading(self._engine) as connection:
            mentions = self._mentions(connection, subject, known_by)
            found: set[int] = set()
            for start in {mention & ~(MAX_ORDER - 1) for mention in mentions}:  # ids of one account lie together
                inside = (_statements.c.id >= start) & (_statements.c.id < start + MAX_ORDER)
                query = select(_statements.c.subject).where(inside, known(_statements, known_by))
                found.update(connection.execute(query.where(_statements.c.object.in_(sorted(mentions)))).scalars())
            joined = self._identities(connection, found, known_by)
            return sorted({joined.get(mention, mention) for mention in found} - mentions)

    def identities(self, kind: str, *, known_by: int | None = None) -> list[int]:
        """Return the id of every person (event, place …) of a kind."""
        with reading(self._engine) as connection:
            query = select(_subjects.c.id).where(_subjects.c.kind == kind, known(_subjects, known_by))
            rows = select(_memberships.c.subject, _memberships.c.identity).where(known(_memberships, known_by))
            joined = {row.subject: row.identity for row in connection.execute(rows)}
            return sorted({joined.get(mention, mention) for (mention,) in connection.execute(query)})

    def rows(self, table: str, *, subject: int | None = None, known_by: int | None = None) -> Iterator[Any]:
        """Yield the rows of a derived table, as known by a ledger size; of one subject's mentions, if given."""
        chosen: Table = self._tables[table]
        with reading(self._engine) as connection:
            query = select(chosen).where(known(chosen, known_by))
            if subject is not None:
                mentions = sorted(self._mentions(connection, subject, known_by))
                ids = select(_statements.c.id).where(_statements.c.subject.in_(mentions))
                query = query.where(chosen.c.id.in_(ids))
            yield from connection.execute(query.order_by(*chosen.primary_key.columns)).all()

    def columns(self, table: str, *names: str, kind: str | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield some columns of a derived table, in order, as known now; of subjects, of one kind where it is given."""
        chosen: Table = self._tables[table]
        query = select(*(chosen.c[name] for name in names)).where(known(chosen, None))
        if kind is not None:
            query = query.where(chosen.c.kind == kind)
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(*chosen.primary_key.columns)).all()
        yield from map(tuple, found)

    def conflicts(self, subject: int, *, known_by: int | None = None) -> list[Conflict]:
        """Return where free assertions about a subject cannot all be true."""
        found = self.find(subject=subject, known_by=known_by)
        parts = {
            said for view in found if isinstance(view.value, dict) for said in view.value.values() if type(said) is int
        }
        with reading(self._engine) as connection:
            joined = self._identities(connection, parts, known_by)
        return find_conflicts(found, self._vocabulary, lambda mention: joined.get(mention, mention))

    def status(self, episode: int, *, as_of: int, method: str, known_by: int | None = None) -> Status:
        """Return the status of a detention at the end of a day, as known by a ledger size, under a method.

        Parameters
        ----------
        episode : int
            Any of the episode's mentions.
        as_of : int
            Days since 1970-01-01.
        method : str
            Code of a method of the vocabulary, such as ``snhr-20d``.
        """
        with reading(self._engine) as connection:
            mentions = sorted(self._mentions(connection, episode, known_by))
            return status_of(
                connection,
                self._tables,
                self._vocabulary,
                mentions,
                as_of=as_of,
                known_by=known_by,
                method=method,
            )

    def _mentions(self, connection: Connection, subject: int, known_by: int | None) -> set[int]:
        identity = self._identities(connection, {subject}, known_by).get(subject, subject)
        joined = select(_memberships.c.subject).where(
            _memberships.c.identity == identity, known(_memberships, known_by)
        )
        return {identity, *(mention for (mention,) in connection.execute(joined))}

    def _bearers(self, connection: Connection, name: str, known_by: int | None) -> set[int]:
        names = self._tables["names"]
        last = connection.execute(select(func.max(names.c.id))).scalar() or 0
        blocks = range((last >> derived_tables.BLOCK_BITS) + 1)
        query = select(names.c.subject).where(
            derived_tables.BLOCK.in_(blocks), names.c.text == name, known(names, known_by)
        )
        bearers: set[int] = set()
        for (mention,) in connection.execute(query):
            bearers |= self._mentions(connection, mention, known_by)
        return bearers

    def _identities(self, connection: Connection, mentions: Iterable[int], known_by: int | None) -> dict[int, int]:
        found: dict[int, int] = {}
        wanted = sorted(mentions)
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            query = select(_memberships.c.subject, _memberships.c.identity).where(
                and_(_memberships.c.subject.in_(chunk), known(_memberships, known_by))
            )
            found.update({row.subject: row.identity for row in connection.execute(query)})
        return found
