"""The derived tables: what the statements add up to, one row a statement, never edited but only closed.

A predicate with parts has a table of its own, made here from the vocabulary: a date part becomes two columns of day
numbers, a count part two bounds and a hedge. Every row carries ``since``, the ledger position that made it, and
``until``, the one that closed it, so that what was known by any size of the ledger is a filter. The typed tables hold
free assertions only: what was denied, coerced or quoted to be rebutted stands in ``statements`` and nowhere else.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    literal_column,
    or_,
    select,
)

from dalil.intake.register import accounts, loads, sources
from dalil.ledger.tables import KEY
from dalil.values.ids import ORDER_BITS
from dalil.vocabulary.model import Predicate
from dalil.vocabulary.vocabulary import Vocabulary

metadata: Final = MetaData()

_ASKED_BY: Final = {"episodes": "person", "acts": "victim", "kin": "of"}
"""Columns by which typed tables are looked up, besides the id."""

BLOCK_BITS: Final = 14 + ORDER_BITS
"""Bits of an id below those that number its block: 16,384 entries."""
BLOCK: Final[ColumnElement[int]] = literal_column(f"(id >> {BLOCK_BITS})")
"""Names are looked up by block and text. By text alone, a batch of two thousand would write on as many pages of the
index as it has names, ever more as the archive grows; within a block they are few."""


def _big(name: str, *, nullable: bool = True) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


subjects: Final = Table(
    "subjects",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    _big("entry", nullable=False),
    _big("since", nullable=False),
    _big("until"),
)

statements: Final = Table(
    "statements",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    _big("entry", nullable=False),
    _big("subject", nullable=False),
    Column("predicate", Text, nullable=False),
    Column("value", Text),
    _big("object"),
    _big("lo"),
    _big("hi"),
    Column("polarity", Text),
    Column("speech", Text),
    Column("role", Text),
    _big("since", nullable=False),
    _big("until"),
)
Index("statements_by_subject", statements.c.subject)


def _is_unfree(table: FromClause) -> ColumnElement[bool]:
    return or_(table.c.polarity.is_not(None), table.c.speech.is_not(None), table.c.role.is_not(None))


# What was denied, coerced or quoted stands in no typed table, and is rare.
Index(
    "statements_unfree",
    statements.c.predicate,
    sqlite_where=_is_unfree(statements),
    postgresql_where=_is_unfree(statements),
)

# Searching for persons of one sex asks it of thousands; as an index this is read without the statements themselves.
SAYS_SEX: Final[ColumnElement[bool]] = statements.c.predicate == literal_column("'sex'")
Index(
    "statements_of_sex",
    statements.c.subject,
    statements.c.value,
    statements.c.since,
    statements.c.until,
    statements.c.predicate,  # SQLite asks for it though every row says the same
    sqlite_where=SAYS_SEX,
    postgresql_where=SAYS_SEX,
)

# A mention is its own identity until it joins another; only then has it a row here.
memberships: Final = Table(
    "memberships",
    metadata,
    Column("subject", BigInteger, primary_key=True, autoincrement=False),
    _big("identity", nullable=False),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    _big("until"),
)
Index("memberships_by_identity", memberships.c.identity)

judgements: Final = Table(
    "judgements",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    _big("entry", nullable=False),
    _big("a", nullable=False),
    _big("b", nullable=False),
    Column("verdict", Text, nullable=False),
    Column("basis", Text),
    Column("force", Text),  # "proposed": waits for a second person; absent: in force
    _big("run"),  # the definition entry of the linkage run it comes from
    _big("since", nullable=False),
    _big("until"),
)
Index("judgements_by_a", judgements.c.a)
Index("judgements_by_b", judgements.c.b)
# Models judge by the hundred thousand; what people judged is read whole, and often.
Index(
    "judgements_of_people",
    judgements.c.entry,
    sqlite_where=judgements.c.run.is_(None),
    postgresql_where=judgements.c.run.is_(None),
)
Index(
    "judgements_by_run",
    judgements.c.run,
    sqlite_where=judgements.c.run.is_not(None),
    postgresql_where=judgements.c.run.is_not(None),
)

grades: Final = Table(
    "grades",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    _big("subject"),
    _big("source"),
    Column("grade", Text, nullable=False),
    Column("flag", Text),
    _big("since", nullable=False),
    _big("until"),
)

Index("grades_by_subject", grades.c.subject)

preferences: Final = Table(
    "preferences",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    _big("subject", nullable=False),
    Column("predicate", Text, nullable=False),
    _big("statement", nullable=False),
    Column("reason", Text),
    _big("since", nullable=False),
    _big("until"),
)

# Case groups, sensitivities, tags and assignees that people put on records or on all that a source says.
marks: Final = Table(
    "marks",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    _big("subject"),
    _big("source"),
    Column("mark", Text, nullable=False),
    Column("value", Text, nullable=False),
    _big("since", nullable=False),
    _big("until"),
)
Index("marks_by_subject", marks.c.subject)
Index("marks_by_value", marks.c.mark, marks.c.value)
Index(
    "marks_by_source",
    marks.c.source,
    sqlite_where=marks.c.source.is_not(None),
    postgresql_where=marks.c.source.is_not(None),
)

# What was answered about a use of what a person, or whoever gave an account, has told: one row an answer. It is not
# copied for counting, so not among those that :func:`derived` returns; ``records.consents`` writes and reads it.
consents: Final = Table(
    "consents",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    _big("subject"),
    _big("account"),
    Column("purpose", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("giver", Text, nullable=False),
    _big("by"),  # the person who answered, where the archive knows them
    _big("given_lo"),
    _big("given_hi"),
    _big("until_lo"),
    _big("since", nullable=False),
    _big("until"),
)
Index("consents_by_subject", consents.c.subject)
Index("consents_by_account", consents.c.account)


def derived(vocabulary: Vocabulary) -> dict[str, Table]:
    """Return the derived tables that figures read, by name: fixed ones, the register's, one a predicate with parts."""
    fixed = (subjects, statements, memberships, judgements, grades, preferences, marks, accounts, loads, sources)
    tables = {table.name: table for table in fixed}
    for predicate in vocabulary.predicates.values():
        if predicate.table is not None:
            tables[predicate.table] = typed_table(predicate)
    return tables


def typed_table(predicate: Predicate) -> Table:
    """Return the table of a predicate with parts: id, subject, its parts, valid time, since, until."""
    assert predicate.table is not None
    if predicate.table in metadata.tables:
        return metadata.tables[predicate.table]
    columns: list[Column[Any]] = [
        Column("id", KEY, primary_key=True, autoincrement=False),
        _big("subject", nullable=False),
    ]
    for name in part_order(predicate):
        # `subject` is already the column of what the statement is about.
        column = f"{predicate.code}_subject" if name == "subject" else name
        match predicate.parts[name].base:
            case "date":
                columns += [_big(f"{column}_lo"), _big(f"{column}_hi")]
            case "count":
                columns += [_big(f"{column}_min"), _big(f"{column}_max"), Column(f"{column}_hedge", Text)]
            case "int" | "subject":
                columns.append(_big(column))
            case _:
                columns.append(Column(column, Text))
    columns += [_big("when_lo"), _big("when_hi"), _big("since", nullable=False), _big("until")]
    # No index by subject: `statements` has one, and the ids are the same.
    table = Table(predicate.table, metadata, *columns)
    if predicate.table in _ASKED_BY:  # the other way round: whose detention, whose kin
        column = _ASKED_BY[predicate.table]
        Index(f"{predicate.table}_by_{column}", table.c[column])
    if predicate.table == "names":
        Index("names_by_text", BLOCK, table.c.text)
    return table


def part_order(predicate: Predicate) -> list[str]:
    """Return the parts of a predicate in the order of its table's columns: plain ones first, then those that unfold."""
    unfold = ("subject", "date", "count")
    return sorted(predicate.parts, key=lambda name: predicate.parts[name].base in unfold)


def unfree(predicate: str) -> Select[tuple[int]]:
    """Return a query for the ids of a predicate's statements that may stand in no typed table."""
    said = statements.alias()
    return select(said.c.id).where(said.c.predicate == predicate, _is_unfree(said))


def known_by(table: FromClause, size: int | ColumnElement[int] | None) -> ColumnElement[bool]:
    """Return the condition for what was known when the ledger had ``size`` entries; None means now."""
    if size is None:
        return table.c.until.is_(None)
    return and_(table.c.since < size, or_(table.c.until.is_(None), table.c.until >= size))
