"""What came into an archive since it was linked: new mentions, and those of which something else is said now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, Table, TextClause, select, union

from dalil.ledger.kinds import Kind
from dalil.ledger.tables import entries
from dalil.linkage.archives.arrests import CHUNK, chunks, of_entries
from dalil.values.ids import ORDER_BITS, entry_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came since a ledger had a size.

    Attributes
    ----------
    bound : int
        Ids from here on are new.
    changed : (n_changed,) int64
        Older mentions of persons of which something is said or no longer said since, themselves, of their detentions
        or of what was done to them.
    accounts : tuple of int
        Older accounts that tell of these, ascending.
    """

    bound: int
    changed: npt.NDArray[np.int64]
    accounts: tuple[int, ...]

    def conditions(self, table: Table) -> Iterator[ColumnElement[bool] | TextClause]:
        """Yield conditions that together find the rows of these accounts, for one query each."""
        yield table.c.id >= self.bound
        for start in range(0, len(self.accounts), CHUNK):
            yield of_entries(table, self.accounts[start : start + CHUNK])


def came_since(connection: Connection, tables: Mapping[str, Table], size: int) -> Came | None:
    """Return what came since the ledger had this size; None if something was erased since, and all must be read."""
    if connection.execute(
        select(entries.c.position).where(entries.c.position >= size, entries.c.kind == Kind.ERASURE.value).limit(1)
    ).first():
        return None
    bound = size << ORDER_BITS
    said, subjects = tables["statements"], tables["subjects"]
    touched = union(
        select(said.c.subject).where(said.c.id >= bound, said.c.subject < bound),
        select(said.c.subject).where(said.c.until >= size, said.c.subject < bound),
        select(subjects.c.id).where(subjects.c.until >= size, subjects.c.id < bound),
    )
    found = sorted(connection.execute(touched).scalars())
    persons = _persons_of(connection, tables, found)
    accounts = {entry_of(person) for person in persons}
    for wanted in chunks(_what_is_told_of(connection, tables, persons)):
        assert wanted is not None
        accounts |= {
            entry_of(each) for each in connection.execute(select(said.c.id).where(said.c.subject.in_(wanted))).scalars()
        }
    return Came(
        bound=bound,
        changed=np.array(persons, np.int64),
        accounts=tuple(sorted(each for each in accounts if each < size)),
    )


def _persons_of(connection: Connection, tables: Mapping[str, Table], found: list[int]) -> list[int]:
    """Return persons among subjects, and those of whose detention or act one is."""
    subjects, persons = tables["subjects"], set[int]()
    told = (("episode", tables["episodes"], "person"), ("act", tables["acts"], "victim"))
    for wanted in chunks(found):
        assert wanted is not None
        kinds = select(subjects.c.id, subjects.c.kind).where(subjects.c.id.in_(wanted))
        kind_of: dict[int, str] = {row.id: row.kind for row in connection.execute(kinds)}
        persons |= {each for each, kind in kind_of.items() if kind == "person"}
        for name, table, whose in told:
            if name not in kind_of.values():
                continue
            statements = tables["statements"]
            ids = select(statements.c.id).where(
                statements.c.subject.in_([each for each, kind in kind_of.items() if kind == name])
            )
            of = select(table.c[whose]).where(table.c.id.in_(ids), table.c[whose].is_not(None))
            persons |= set(connection.execute(of).scalars())
    return sorted(persons)


def _what_is_told_of(connection: Connection, tables: Mapping[str, Table], persons: list[int]) -> list[int]:
    """Return persons, and their detentions."""
    episodes, found = tables["episodes"], set(persons)
    for wanted in chunks(persons):
        assert wanted is not None
        found |= set(connection.execute(select(episodes.c.subject).where(episodes.c.person.in_(wanted))).scalars())
    return sorted(found)
