"""What a sheet mapping is once it has been read and checked: columns, what each says, and what is said of every row.

All are values. ``mapping.py`` makes them from YAML; ``rows.py`` turns them into a function over rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from dalil.intake.readers.sheets import ReaderOptions
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.dates import ANY_HABIT, DateHabit
from dalil.vocabulary import PartType

StatementKey: TypeAlias = tuple[str, str, str | None]
"""Subject, predicate and group: everything said under one key becomes one statement."""

MOST_SPLIT: Final = 200
"""Pieces that one cell may fall into under ``many``; a longer list is another mistake."""


class Change(StrEnum):
    """What a changed cell of a known row does to the statement it made before."""

    REPLACE = "replace"
    ADD = "add"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The place of one value: a part of a statement, or its only value where ``part`` is None."""

    subject: str
    predicate: str
    part: str | None = None
    group: str | None = None

    @property
    def statement(self) -> StatementKey:
        """The statement the value belongs to."""
        return self.subject, self.predicate, self.group

    def __str__(self) -> str:
        group = f", group {self.group}" if self.group else ""
        return f"{self.predicate}{'.' + self.part if self.part else ''} of {self.subject}{group}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateColumn:
    """A column that says when something else in its row held."""

    column: str
    habit: DateHabit = ANY_HABIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How something is said: the fields that stand beside a statement's value."""

    fields: Mapping[str, JsonValue] = field(default_factory=dict)
    when: DateColumn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something the mapping itself says: of every row, or of a row whose cell holds a certain text.

    Attributes
    ----------
    parts : mapping
        By part; a predicate with a single value has it under None. A Slot stands for what the row says there.
    joined : tuple of str
        For a name: the parts, in order, that are put together as its text.
    alone : bool
        It is a whole statement by itself, and takes no parts from columns.
    """

    subject: str
    predicate: str
    parts: Mapping[str | None, JsonValue | Slot]
    group: str | None = None
    manner: Manner = field(default_factory=Manner)
    joined: tuple[str, ...] = ()
    alone: bool = False
    path: str = ""

    @property
    def statement(self) -> StatementKey:
        """The statement this belongs to, unless it stands alone."""
        return self.subject, self.predicate, self.group


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTexts:
    """How the texts of one column are read, whatever they are turned into.

    Attributes
    ----------
    empty : frozenset of str
        Texts that say nothing, like an empty cell.
    many : str or None
        What separates several values in one cell.
    required : bool
        An empty cell refuses the row.
    """

    empty: frozenset[str] = frozenset()
    many: str | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One thing that a column's cells are turned into.

    Attributes
    ----------
    values : mapping
        What certain texts mean; None: they say nothing.
    default : JsonValue
        What an empty cell says; None: nothing.
    strip : tuple of str
        Texts taken off either end of a cell before it is read ("34 years").
    split : tuple of str
        For the text of a name: the parts its words stand for, in the order this source writes them.
    relative : str or None
        For the text of a name: the subject that stands for X where the cell says "wife of X".
    script : str or None
        The script that names of this column should be in; one in another script is taken, with a warning.
    language : str or None
        Of the texts of this column, where it is not that of the mapping.
    """

    column: str
    slot: Slot
    type: PartType
    texts: CellTexts
    manner: Manner
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    default: JsonValue = None
    strip: tuple[str, ...] = ()
    dates: DateHabit = ANY_HABIT
    split: tuple[str, ...] = ()
    relative: str | None = None
    script: str | None = None
    language: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emit:
    """A column whose texts stand for whole statements."""

    column: str
    texts: CellTexts
    cases: Mapping[str, tuple[Said, ...]]
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """A column of the sheet and everything it is used for; ``optional`` columns may be missing from a sheet."""

    name: str
    optional: bool
    uses: tuple[Use | Emit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectPlan:
    """A subject of each row's account; an optional one is left out of rows whose cells do not speak of it."""

    kind: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMapping:
    """A mapping, whole and checked.

    Attributes
    ----------
    source : JsonObject
        Body of the source entry.
    copies : tuple of str
        Keys of the sources this one copies; the load turns them into its lineage.
    key : tuple of str
        Columns that tell one row from another; empty: a row is known by its digest.
    columns : tuple of ColumnPlan
        In the order of the mapping, which is the order of the statements.
    only_read : frozenset of str
        Columns that are read for a key or a date and say nothing by themselves.
    ignored : frozenset of str
        Columns that the mapping names in order to leave them out.
    digest : str
        SHA-256, in hexadecimal, of what the mapping says; recorded with each load.
    """

    source: JsonObject
    copies: tuple[str, ...]
    reader: ReaderOptions
    key: tuple[str, ...]
    subjects: Mapping[str, SubjectPlan]
    language: str
    columns: tuple[ColumnPlan, ...]
    only_read: frozenset[str]
    ignored: frozenset[str]
    constants: tuple[Said, ...]
    on_change: Mapping[str, Change]
    digest: str

    def replaces(self, predicate: str) -> bool:
        """Say whether a changed cell closes the statement of this predicate that it made before."""
        return self.on_change.get(predicate, self.on_change.get("default", Change.REPLACE)) is Change.REPLACE


def said_by(plan: ColumnPlan) -> Iterator[Said]:
    """Yield everything that the cells of a column may make the mapping say."""
    for use in plan.uses:
        if isinstance(use, Emit):
            for case in use.cases.values():
                yield from case
