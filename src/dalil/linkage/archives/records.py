"""What an archive's accounts say of persons, as records to be linked: one mention, one record.

Linked are persons told of by rows of lists, by name and by something besides: a father, a mother, a birth, an arrest.
Who is not named, but told of as somebody's wife or as one of a family, is left out: no other list tells whose wife she
is, and the place and day of an arrest, which whole families share, would join her with her sister. Who is named in
documents and testimonies is joined by people. Invented persons are never linked to real ones, so the two make tables of
their own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, Table, select

from dalil.linkage.archives.changes import Came
from dalil.linkage.archives.echoes import echoes_in, lists_copied
from dalil.linkage.record_table import RecordTable
from dalil.records.tables import known_by
from dalil.values.ids import format_subject, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

COUNTRIES: Final = 1
"""Levels of a place that say nothing, because everyone is there."""
LEVELS: Final = 3
"""Levels of place below the country that are compared."""
FEWEST: Final = 2
"""Records that make a table: one has nobody to be linked with."""
BY_HAND: Final = "file-"
"""How loads of files written by hand begin (``intake.door``)."""


@dataclass(slots=True)
class _Told:
    """What one account says of one person."""

    source: str
    synthetic: bool
    name: str | None = None
    father: str | None = None
    mother: str | None = None
    kunya: str | None = None
    sex: str | None = None
    birth: tuple[int | None, int | None] = (None, None)
    event: tuple[int | None, int | None] = (None, None)
    place: str | None = None

    @property
    def can_be_linked(self) -> bool:
        """Whether there is a name, and something besides."""
        besides = (self.father, self.mother, self.birth[0], self.event[0])
        return self.name is not None and any(each is not None for each in besides)


@dataclass(slots=True)
class ArchiveRecords:
    """Records of an archive, of real or of invented persons.

    Attributes
    ----------
    table : RecordTable or None
        None where there are fewer than two.
    left : (n_left,) int64
        Mentions in lists that tell too little to be linked: most of them have no name, but are somebody's wife or son.
    mentions : (n_records,) int64
        In the order of the table.
    copies : mapping of list to lists
        Those it copies, by the lineage it declares.
    """

    table: RecordTable | None = None
    left: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    mentions: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    copies: Mapping[str, Collection[str]] = field(default_factory=dict)

    @property
    def n_left(self) -> int:
        """How many mentions tell too little to be linked."""
        return len(self.left)


def read_records(
    connection: Connection,
    tables: Mapping[str, Table],
    vocabulary: Vocabulary,
    only: Came | None = None,
    *,
    n_levels: Mapping[bool, int] = MappingProxyType({}),
) -> Mapping[bool, ArchiveRecords]:
    """Return the records of real (False) and of invented (True) persons, as known now.

    Parameters
    ----------
    only : Came, optional
        Read no more than what came since; then even a single record makes a table.
    n_levels : mapping of world to int
        Levels of place that a table has at least.
    """
    asked = _Asking(connection, only)
    told = _persons(asked, tables)
    _say_names(asked, tables, told)
    _say_scalars(asked, tables, told)
    _say_arrests(asked, tables, told)
    levels, copies = levels_of(vocabulary), copies_now(connection, tables)
    fewest = FEWEST if only is None else 1
    made = {
        synthetic: _records(
            {m: t for m, t in told.items() if t.synthetic is synthetic}, levels, fewest, n_levels.get(synthetic, 0)
        )
        for synthetic in (False, True)
    }
    return {synthetic: replace(each, copies=copies) for synthetic, each in made.items()}


def without_echoes(records: ArchiveRecords, *, judged: Collection[int]) -> tuple[ArchiveRecords, dict[int, list[int]]]:
    """Return the records without those that only repeat another, and for each that is repeated its echoes.

    Parameters
    ----------
    judged : collection of int
        Mentions of which people have said who they are: these are left as they are.
    """
    if records.table is None:
        return records, {}
    found = echoes_in(records.table, records.copies, judged={format_subject(mention) for mention in judged})
    if not found:
        return records, {}
    echoing: dict[int, list[int]] = {}
    for echo, origin in sorted(found.items()):
        echoing.setdefault(parse_subject(origin), []).append(parse_subject(echo))
    stays = np.array([name not in found for name in records.table.ids])
    table = RecordTable(columns=records.table.columns.filter(stays))
    return replace(records, table=table, mentions=records.mentions[stays]), echoing


def copies_now(connection: Connection, tables: Mapping[str, Table]) -> Mapping[str, Collection[str]]:
    """Return the lists that each list copies, as their lineage declares now."""
    sources = tables["sources"]
    rows = connection.execute(select(sources.c.id, sources.c.key, sources.c.body).where(known_by(sources, None))).all()
    keys = {row.id: row.key for row in rows}
    lineage = {row.key: json.loads(row.body).get("lineage", []) for row in rows}
    return lists_copied({key: [keys[each] for each in copied if each in keys] for key, copied in lineage.items()})


class _Asking:
    """Asks a table for all its rows, or for those of accounts that came, in the order of the ledger."""

    def __init__(self, connection: Connection, only: Came | None) -> None:
        self._connection, self._only = connection, only

    def rows(self, query: Select[Any], table: Table) -> Iterator[Any]:
        """Yield the rows of a query on a table whose ids begin with the account."""
        if self._only is None:
            yield from self._connection.execute(query.order_by(table.c.id))
            return
        numbered = query.add_columns(table.c.id.label("_place"))
        found = [
            row for asked in self._only.conditions(table) for row in self._connection.execute(numbered.where(asked))
        ]
        yield from (tuple(row)[:-1] for row in sorted({row[-1]: row for row in found}.values(), key=itemgetter(-1)))


def _persons(asked: _Asking, tables: Mapping[str, Table]) -> dict[int, _Told]:
    found = asked.rows(mentions_in_lists(tables, "key", "synthetic"), tables["subjects"])
    return {mention: _Told(key, bool(synthetic)) for mention, key, synthetic in found}


def mentions_in_lists(tables: Mapping[str, Table], *of_source: str) -> Select[Any]:
    """Return the query for the mentions of persons in rows of lists, with some columns of their sources."""
    subjects, accounts, sources = tables["subjects"], tables["accounts"], tables["sources"]
    return (
        select(subjects.c.id, *(sources.c[name] for name in of_source))
        .join(accounts, accounts.c.id == subjects.c.entry)
        .join(sources, sources.c.id == accounts.c.source)
        .where(
            subjects.c.kind == "person",
            known_by(subjects, None),
            accounts.c.load.is_not(None),
            accounts.c.load.not_like(f"{BY_HAND}%"),
        )
    )


def _of(asked: _Asking, query: Select[Any], table: Table, told: Mapping[int, _Told]) -> Iterator[tuple[_Told, Any]]:
    for row in asked.rows(query, table):
        found = told.get(row[0])
        if found is not None:
            yield found, row


def _say_names(asked: _Asking, tables: Mapping[str, Table], told: Mapping[int, _Told]) -> None:
    names = tables["names"]
    columns = (names.c.subject, names.c.text, names.c.father, names.c.mother, names.c.kunya)
    for person, (_, text, father, mother, kunya) in _of(
        asked, select(*columns).where(known_by(names, None)), names, told
    ):
        if person.name is None:
            person.name = text
        person.father = person.father or father
        person.mother = person.mother or mother
        person.kunya = person.kunya or kunya


def _say_scalars(asked: _Asking, tables: Mapping[str, Table], told: Mapping[int, _Told]) -> None:
    said = tables["statements"]
    query = select(said.c.subject, said.c.predicate, said.c.value, said.c.lo, said.c.hi).where(
        said.c.predicate.in_(("sex", "birth", "age")),
        said.c.polarity.is_(None),
        said.c.role.is_(None),
        known_by(said, None),
    )
    for person, (_, predicate, value, lo, hi) in _of(asked, query, said, told):
        if predicate == "sex":
            person.sex = value if value in ("male", "female") else person.sex
        elif lo is not None and hi is not None and (person.birth[0] is None or predicate == "birth"):
            person.birth = (lo, hi)


def _say_arrests(asked: _Asking, tables: Mapping[str, Table], told: Mapping[int, _Told]) -> None:
    """Tell of each person's first arrest in the account: rows tell of one; of which only the place may be known."""
    episodes, events, residences = tables["episodes"], tables["episode_events"], tables["residences"]
    whose = dict(asked.rows(select(episodes.c.subject, episodes.c.person).where(known_by(episodes, None)), episodes))
    arrests = select(events.c.subject, events.c.on_lo, events.c.on_hi, events.c.place).where(
        events.c.event == "arrested", known_by(events, None)
    )
    for episode, lo, hi, place in asked.rows(arrests, events):
        person = told.get(whose.get(episode, -1))
        if person is not None:
            if person.event[0] is None and lo is not None and hi is not None:
                person.event = (lo, hi)
            person.place = person.place or place
    homes = select(residences.c.subject, residences.c.place).where(known_by(residences, None))
    for person, (_, place) in _of(asked, homes, residences, told):
        person.place = person.place or place


def levels_of(vocabulary: Vocabulary) -> Mapping[str, tuple[str, ...]]:
    """Return each place's path from below its country to itself."""
    terms = vocabulary.schemes["places"].terms
    paths: dict[str, tuple[str, ...]] = {}
    for code in terms:
        path, at = [code], terms[code].parent
        while at is not None:
            path.append(at)
            at = terms[at].parent
        paths[code] = tuple(reversed(path))[COUNTRIES : COUNTRIES + LEVELS]
    return paths


def _records(
    told: Mapping[int, _Told], levels: Mapping[str, tuple[str, ...]], fewest: int, n_levels: int
) -> ArchiveRecords:
    usable = {format_subject(mention): each for mention, each in told.items() if each.can_be_linked}
    left = np.array([mention for mention, each in told.items() if not each.can_be_linked], np.int64)
    if len(usable) < fewest:
        return ArchiveRecords(left=left)
    rows = list(usable.values())
    columns: dict[str, Any] = {
        "id": list(usable),
        "list": [each.source for each in rows],
        **{name: [getattr(each, name) for each in rows] for name in ("name", "father", "mother", "kunya", "sex")},
        **{f"birth_{end}": [each.birth[at] for each in rows] for at, end in enumerate(("lo", "hi"))},
        **{f"event_{end}": [each.event[at] for each in rows] for at, end in enumerate(("lo", "hi"))},
    }
    paths = [levels.get(each.place or "", ()) for each in rows]
    for level in range(max(n_levels, *map(len, paths), 0)):
        columns[f"place_{level}"] = [path[level] if level < len(path) else None for path in paths]
    table = RecordTable.of(columns)
    by_id = {format_subject(mention): mention for mention in told}
    return ArchiveRecords(table=table, left=left, mentions=np.array([by_id[name] for name in table.ids], np.int64))
