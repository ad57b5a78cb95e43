"""The table everything is estimated from: how many persons are on exactly which lists.

A table holds patterns (which lists a person is on) and how many persons have each, never persons. Patterns are unique,
none is all zero (those persons are what is to be estimated) and they stand in one order, so two tables of the same
persons are equal and have one digest, whatever order the rows came in. Cost grows with patterns, not with persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dalil.errors import WrongTable
from dalil.estimation.table_cells import (
    Counts,
    Patterns,
    check_names,
    pack,
    read_columns,
    read_label,
    whole_numbers,
    zero_one,
)
from dalil.estimation.table_files import read_file
from dalil.values.canonical import JsonObject
from dalil.values.digests import digest_of

Stratum: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Persons by the lists they are on.

    Attributes
    ----------
    lists : tuple of str
        Names of the lists, in the order of the columns of ``patterns``.
    patterns : (n_patterns, n_lists) int8
        0 or 1; unique rows, none all zero, in ascending order of the rows read as binary numbers, first list lowest.
    counts : (n_patterns,) int64
        Persons with each pattern, all above zero.
    stratum : tuple of (name, value)
        What these persons have in common; empty for a whole table.
    strata : tuple of Table
        The parts this table was declared to consist of; empty where none was declared.
    n_unplaced : int
        Persons of this table who are in none of its strata because their label is missing.
    merged : mapping of a list's name to the names it was put together from
    """

    lists: tuple[str, ...]
    patterns: Patterns
    counts: Counts
    stratum: Stratum = ()
    strata: tuple[Table, ...] = ()
    n_unplaced: int = 0
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    # --- making one ---------------------------------------------------------------------------------------------------
    @classmethod
    def from_patterns(
        cls, patterns: ArrayLike, counts: ArrayLike, *, lists: Sequence[str] = (), stratum: Stratum = ()
    ) -> Table:
        """Make a table from patterns and how many persons have each.

        Parameters
        ----------
        patterns : (n_rows, n_lists) of 0 and 1
            A pattern may come twice; an all-zero row may only count nobody.
        counts : (n_rows,) of whole numbers
        lists : sequence of str, optional
            Names; by default L1, L2, ….

        Raises
        ------
        WrongTable
            Not 0 and 1, a negative or broken count, names that do not fit, or nobody at all.
        """
        cells, weights = np.asarray(patterns), np.asarray(counts)
        if cells.ndim != 2 or weights.shape != cells.shape[:1]:
            raise WrongTable(
                "Patterns and counts do not fit together.",
                expected="one row of 0 and 1 and one count a pattern",
                found=f"shapes {cells.shape} and {weights.shape}",
            )
        names = tuple(lists) or tuple(f"L{number}" for number in range(1, cells.shape[1] + 1))
        check_names(names, cells.shape[1])
        packed = pack(zero_one(cells, "patterns"))
        made = _gathered(names, packed, whole_numbers(weights), stratum=stratum)
        return _not_empty(made)

    @classmethod
    def of_nobody(cls, lists: Sequence[str]) -> Table:
        """Return the table of lists that hold nobody; estimates from it are refused."""
        return _gathered(tuple(lists), np.empty(0, np.int64), np.empty(0, np.int64))

    @classmethod
    def from_records(
        cls,
        records: Mapping[str, Any] | Iterable[Mapping[str, Any]],
        *,
        lists: Sequence[str],
        stratum: Sequence[str] = (),
        counts: str | None = None,
    ) -> Table:
        """Make a table from one record a person (or a group of persons), saying which lists each is on.

        Parameters
        ----------
        records : columns by name, a data frame, or an iterable of rows
        lists : sequence of str
            Columns of 0 and 1 (or true and false).
        stratum : sequence of str
            Columns whose values, together, name the stratum. A person with a value missing (None, NaN or empty) is in
            no stratum: the table counts such persons and estimates nothing from them.
        counts : str, optional
            A column saying how many persons a record stands for; by default one.

        Raises
        ------
        WrongTable
            A column is missing or holds something else, or there is nobody.
        """
        names = tuple(lists)
        check_names(names, len(names))
        wanted = [*names, *stratum, *([counts] if counts else [])]
        columns = read_columns(records, wanted)
        cells = np.stack([zero_one(columns[name], f"column {name}") for name in names], axis=1)
        weights = whole_numbers(columns[counts]) if counts else np.ones(len(cells), np.int64)
        packed = pack(cells)
        whole = _not_empty(_gathered(names, packed, weights))
        if not stratum:
            return whole
        labels = [[read_label(value) for value in columns[name].tolist()] for name in stratum]
        return _split(whole, packed, weights, tuple(stratum), list(zip(*labels, strict=True)))

    @classmethod
    def from_csv(
        cls, path: str | Path, *, lists: Sequence[str] = (), stratum: Sequence[str] = (), count: str = "count"
    ) -> Table:
        """Read a table from a CSV file: list columns of 0 and 1, perhaps columns of strata, and ``count``.

        By default every column that is neither a stratum nor the count is a list. Lines starting with # are skipped.

        Raises
        ------
        WrongTable
            The file is not such a table; says in which row.
        """
        columns = read_file(Path(path))
        if count not in columns:
            raise WrongTable(
                "The table has no column of counts.",
                expected=f"a column {count}",
                found=", ".join(columns),
                where=str(path),
                todo="Add how many persons have each pattern of lists.",
            )
        names = tuple(lists) or tuple(name for name in columns if name != count and name not in stratum)
        return cls.from_records(columns, lists=names, stratum=stratum, counts=count)

    @classmethod
    def from_linkage(
        cls,
        draws: ArrayLike,
        *,
        list_of: ArrayLike,
        lists: Sequence[str],
        stratum: Mapping[str, Sequence[Any]] | None = None,
    ) -> list[Table]:
        """Make one table for each way in which mentions may be joined into persons.

        For :func:`dalil.estimation.replicates.estimate_over`: what linkage does not know stands in the interval.

        Parameters
        ----------
        draws : (n_draws, n_mentions) int
            Each row a partition: mentions with one label are one person.
        list_of : (n_mentions,) int
            Index into ``lists`` of the list each mention is on.
        stratum : mapping of a name to (n_mentions,) values, optional
            A person is in the stratum of the first mention that has all values.

        Returns
        -------
        list of Table, in the order of ``draws``
        """
        names = tuple(lists)
        check_names(names, len(names))
        partitions, place = np.atleast_2d(np.asarray(draws)), np.asarray(list_of, np.int64)
        if partitions.shape[1:] != place.shape:
            raise WrongTable(
                "Partitions and mentions do not fit together.",
                expected="one label a mention in every draw, and one list a mention",
                found=f"shapes {partitions.shape} and {place.shape}",
            )
        if place.size == 0 or place.min() < 0 or place.max() >= len(names):
            raise WrongTable("A mention is on no list that was named.", expected=f"0 to {len(names) - 1}")
        labels = None
        if stratum:
            values = [[read_label(value) for value in column] for column in stratum.values()]
            labels = list(zip(*values, strict=True))
        return [_from_partition(names, partition, place, tuple(stratum or ()), labels) for partition in partitions]

    # --- asking it ----------------------------------------------------------------------------------------------------
    @property
    def n(self) -> int:
        """Persons on at least one list."""
        return int(self.counts.sum())

    @property
    def n_lists(self) -> int:
        """Lists, also those without records."""
        return len(self.lists)

    @property
    def label(self) -> str:
        """The stratum as people read it: ``sex=female, year=2013``; empty for a whole table."""
        return ", ".join(f"{name}={value}" for name, value in self.stratum)

    @property
    def cells(self) -> Counts:
        """The patterns as bit masks, first list lowest; shape (n_patterns,)."""
        return pack(self.patterns)

    @property
    def n_on_several(self) -> int:
        """Persons on two lists or more."""
        return int(self.counts[self.patterns.sum(axis=1) > 1].sum())

    def list_sizes(self) -> Counts:
        """Return how many persons are on each list; shape (n_lists,)."""
        sizes: Counts = self.counts @ self.patterns.astype(np.int64)
        return sizes

    def overlaps(self) -> Counts:
        """Return how many persons each two lists share, sizes on the diagonal; shape (n_lists, n_lists)."""
        wide = self.patterns.astype(np.int64)
        shared: Counts = wide.T @ (wide * self.counts[:, None])
        return shared

    def as_json(self) -> JsonObject:
        """Return the table as it is hashed and recorded."""
        return {
            "lists": list(self.lists),
            "stratum": [list(pair) for pair in self.stratum],
            "patterns": ["".join(map(str, row)) for row in self.patterns.tolist()],
            "counts": [int(count) for count in self.counts],
            "merged": {name: list(parts) for name, parts in self.merged.items()},
            "unplaced": self.n_unplaced,
            "strata": [part.as_json() for part in self.strata],
        }

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of what the table holds."""
        return digest_of(self.as_json())

    # --- smaller tables -----------------------------------------------------------------------------------------------
    def only(self, lists: Sequence[str]) -> Table:
        """Return the table of the persons on at least one of these lists, as these lists alone see them."""
        unknown = [name for name in lists if name not in self.lists]
        if unknown:
            raise WrongTable(
                "The table has no such list.", expected=", ".join(self.lists), found=", ".join(unknown), where="lists"
            )
        columns = [self.lists.index(name) for name in lists]
        packed = pack(self.patterns[:, columns])
        seen = packed > 0
        made = _gathered(tuple(lists), packed[seen], self.counts[seen], stratum=self.stratum)
        parts = tuple(part.only(lists) for part in self.strata)
        merged = {name: parts_of for name, parts_of in self.merged.items() if name in lists}
        return replace(made, strata=parts, n_unplaced=self.n_unplaced, merged=merged)

    def without(self, name: str) -> Table:
        """Return the table as it would be had this list never been made."""
        return self.only([each for each in self.lists if each != name])

    def occupied(self) -> Table:
        """Return the table without the lists that hold nobody."""
        sizes = self.list_sizes()
        return self.only([name for name, size in zip(self.lists, sizes, strict=True) if size])

    def among(self, name: str) -> Table:
        """Return the persons on list ``name`` as the other lists see them: a population whose size is known.

        Its :attr:`n` is how many of them some other list has; lists that have none of them are left out.
        """
        column = self.lists.index(name)
        on = self.patterns[:, column] == 1
        others = [place for place in range(self.n_lists) if place != column]
        packed = pack(self.patterns[on][:, others])
        seen = packed > 0
        names = tuple(self.lists[place] for place in others)
        return _gathered(names, packed[seen], self.counts[on][seen], stratum=self.stratum).occupied()

    def merged_to(self, n_lists: int) -> Table:
        """Put the smallest lists together until ``n_lists`` are left; ``merged`` says which became what."""
        table = self
        while table.n_lists > n_lists:
            sizes = table.list_sizes()
            first, second = sorted(np.argsort(sizes, kind="stable")[:2].tolist())
            table = _merge(table, first, second)
        return table


def _not_empty(table: Table) -> Table:
    if table.n == 0:
        raise WrongTable(
            "The table holds nobody.",
            expected="persons on at least one list",
            found="none",
            todo="Check that the lists were read; an empty list says nothing about how many there are.",
        )
    return table


def _gathered(names: tuple[str, ...], packed: Counts, weights: Counts, *, stratum: Stratum = ()) -> Table:
    """Add up equal patterns; ``packed`` and ``weights`` have shape (n_rows,)."""
    nowhere = int(weights[packed == 0].sum())
    if nowhere:
        raise WrongTable(
            "The table counts persons who are on no list.",
            expected="only persons on at least one list: how many are on none is what is estimated",
            found=f"{nowhere:,} of them",
            todo="Leave them out, or name the list that has them.",
        )
    used = weights > 0
    kept, inverse = np.unique(packed[used], return_inverse=True)
    counts = np.zeros(len(kept), np.int64)
    np.add.at(counts, inverse, weights[used])
    patterns = ((kept[:, None] >> np.arange(len(names), dtype=np.int64)) & 1).astype(np.int8)
    patterns.setflags(write=False)
    counts.setflags(write=False)
    return Table(lists=names, patterns=patterns, counts=counts, stratum=stratum)


def _split(
    whole: Table,
    packed: Counts,
    weights: Counts,
    names: tuple[str, ...],
    labels: Sequence[tuple[str | None, ...]],
) -> Table:
    """Split a table into strata; ``labels`` has one tuple a row of ``packed``."""
    rows: dict[tuple[str, ...], list[int]] = {}
    unplaced: list[int] = []
    for row, values in enumerate(labels):
        if None in values:
            unplaced.append(row)
        else:
            rows.setdefault(tuple(str(value) for value in values), []).append(row)
    parts = tuple(
        _gathered(whole.lists, packed[rows[key]], weights[rows[key]], stratum=tuple(zip(names, key, strict=True)))
        for key in sorted(rows)
    )
    return replace(whole, strata=parts, n_unplaced=int(weights[unplaced].sum()), merged={})


def _from_partition(
    names: tuple[str, ...],
    partition: NDArray[Any],
    place: Counts,
    stratum: tuple[str, ...],
    labels: Sequence[tuple[str | None, ...]] | None,
) -> Table:
    _, person = np.unique(partition, return_inverse=True)
    packed = np.zeros(int(person.max()) + 1, np.int64)
    np.bitwise_or.at(packed, person, np.int64(1) << place)
    weights = np.ones(len(packed), np.int64)
    whole = _gathered(names, packed, weights)
    if labels is None:
        return whole
    missing: tuple[str | None, ...] = (None,) * len(stratum)
    chosen = [missing] * len(packed)
    for mention in range(len(person) - 1, -1, -1):  # backwards, so that the first mention with all values stands
        if None not in labels[mention]:
            chosen[person[mention]] = labels[mention]
    return _split(whole, packed, weights, stratum, chosen)


def _merge(table: Table, first: int, second: int) -> Table:
    """Put two lists together: a person is on the new one who was on either."""
    kept = [place for place in range(table.n_lists) if place != second]
    cells = table.patterns.copy()
    cells[:, first] |= cells[:, second]
    old = (table.lists[first], table.lists[second])
    name = "+".join(old)
    names = tuple(name if place == first else table.lists[place] for place in kept)
    made = _gathered(names, pack(cells[:, kept]), table.counts, stratum=table.stratum)
    parts = tuple(part for each in old for part in table.merged.get(each, (each,)))
    merged = {each: of for each, of in table.merged.items() if each not in old} | {name: parts}
    strata = tuple(_merge(part, first, second) for part in table.strata)
    return replace(made, strata=strata, n_unplaced=table.n_unplaced, merged=merged)
