"""Cells: the members of a figure along its dimensions.

Each dimension of a run keeps one relation with the members of its cells, so that the members of any cell are one query
away. In it a condition is true, false or null, and null is reported as unknown beside the cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dalil.figures import attributes as a
from dalil.figures import conditions as c
from dalil.figures.clauses import Judge, Meaning
from dalil.figures.definitions import By, Cells, Counted, Definition, Dimension
from dalil.figures.episode_facts import COLUMN, combinations
from dalil.figures.reading_conditions import attributes_of
from dalil.figures.runs import Cell
from dalil.figures.session import Session, quoted, quoted_list

UNKNOWN_CELL: Final = "unknown"
"""The cell of members that have no value along a dimension."""


def count_cells(
    session: Session, definition: Definition, recipe: Counted, meaning: Meaning, counted: str
) -> tuple[Cell, ...]:
    """Work out the cells of every dimension, in the definition's order."""
    cells: list[Cell] = []
    for dimension in recipe.dimensions:
        found = _Dimension(session, recipe, meaning, counted, dimension).count()
        for name in _names(dimension, found):
            value, unknown = found.get(name, (0, 0))
            small = _is_small(definition, value)
            cells.append(Cell(dimension=dimension.name, cell=name, value=value, unknown=unknown, small=small))
    return tuple(cells)


def members_of_cell(recipe: Counted, counted: str, dimension: str, cell: str) -> str:
    """Return a query for the members of a cell that was counted; of none if there is no such cell."""
    for found in recipe.dimensions:
        if found.name == dimension:
            relation = _relation(counted, found)
            if isinstance(found, By):
                return f"SELECT DISTINCT member FROM {relation} WHERE cell = {quoted(cell)}"
            if cell in found.cells:
                return f"SELECT DISTINCT member FROM {relation} WHERE c{list(found.cells).index(cell)}"
    return f"SELECT member FROM {counted} WHERE false"


def _relation(counted: str, dimension: Dimension) -> str:
    return f'"{counted[1:-1]} {dimension.name}"'


def _names(dimension: Dimension, found: Mapping[str, object]) -> Sequence[str]:
    if isinstance(dimension, Cells):
        return list(dimension.cells)
    names = sorted(found)
    return [name for name in names if name != UNKNOWN_CELL] + [name for name in names if name == UNKNOWN_CELL]


def _is_small(definition: Definition, value: int) -> bool:
    rule = definition.suppression
    return rule is not None and rule.exempt is None and 0 < value < rule.below


class _Dimension:
    """Counts the cells of one dimension; what is found of each member is kept under the dimension's name."""

    def __init__(self, session: Session, recipe: Counted, meaning: Meaning, counted: str, dimension: Dimension) -> None:
        self.session, self.recipe, self.meaning, self.counted = session, recipe, meaning, counted
        self.dimension = dimension
        # A sum is over records, and a record is in a cell; a count is over members, and any of their records is enough.
        self.per = "member, key, amount" if recipe.total is not None else "member"

    def count(self) -> dict[str, tuple[int, int]]:
        """Return the value of each cell, and how many members may or may not be in it."""
        if isinstance(self.dimension, Cells):
            return self._conditions(self.dimension.cells)
        return self._values(self.dimension)

    def _keep(self, query: str) -> str:
        return self.session.keep(_relation(self.counted, self.dimension).strip('"'), lambda: query)

    def _inside(self, condition: str) -> str:
        if self.recipe.total is not None:
            return f"coalesce(sum(amount) FILTER ({condition}), 0)"
        return f"count(*) FILTER ({condition})"

    def _conditions(self, cells: Mapping[str, c.Condition]) -> dict[str, tuple[int, int]]:
        judge = Judge(self.session, self.recipe.base, self.counted, self.meaning)
        judged = judge.judged({f"c{n}": condition for n, condition in enumerate(cells.values())})
        columns = ", ".join(f"{_any(f'c{n}')} AS c{n}" for n in range(len(cells)))
        relation = self._keep(f"SELECT {self.per}, {columns} FROM ({judged}) GROUP BY {self.per}")
        counts = ", ".join(f"{self._inside(f'c{n}')}, count(*) FILTER (c{n} IS NULL)" for n in range(len(cells)))
        row = self.session.row(f"SELECT {counts} FROM {relation}")
        return {cell: (int(row[2 * n]), int(row[2 * n + 1])) for n, cell in enumerate(cells)}

    def _values(self, dimension: By) -> dict[str, tuple[int, int]]:
        values, on = self._split(dimension)
        per = ", ".join(f"f.{column}" for column in self.per.split(", "))
        relation = self._keep(
            f"""
            WITH found AS (SELECT DISTINCT {per}, p.value FROM {self.counted} f
                           JOIN ({values}) p ON p.{on} = f.{on} WHERE p.value IS NOT NULL)
            SELECT {self.per}, value AS cell FROM found
            UNION ALL
            SELECT DISTINCT {per}, {quoted(UNKNOWN_CELL)} FROM {self.counted} f
            ANTI JOIN found ON found.member = f.member"""
        )
        rows = self.session.rows(f"SELECT cell, {self._inside('true')} FROM {relation} GROUP BY cell")
        return {str(cell): (int(value), 0) for cell, value in rows}

    def _split(self, dimension: By) -> tuple[str, str]:
        """Return a query for the values of a dimension, and the column of the frame it is joined on."""
        base, counted = self.recipe.base, self.counted
        if dimension.attribute == "sex":
            return f"SELECT person, value FROM {a.sexes(self.session)}", "person"
        on = "key"
        if base.kind == "episodes":
            if dimension.gather == "year":
                return _years(f"SELECT key, arrest_lo AS lo, arrest_hi AS hi FROM {counted}"), on
            if dimension.attribute == "status":
                one = "CASE WHEN mask & (mask - 1) = 0 THEN code END"
                return f"SELECT key, {one} AS value FROM {counted}", on
            on = COLUMN[dimension.attribute]
            codes = combinations(self.session, dimension.attribute, self.meaning.method())
            values = f"SELECT id AS {on}, value FROM ({codes})"
        elif dimension.gather == "year":
            return _years(a.date_bounds(self.session, base, dimension.attribute)), on
        else:
            values = a.term_values(self.session, base, dimension.attribute)
        known = f"SELECT {on}, value FROM ({values}) WHERE value NOT IN ({quoted_list(a.UNKNOWN_TERMS)})"
        if dimension.gather is not None:
            return self._gathered(known, dimension.gather, on), on
        scheme = attributes_of(base, self.session.vocabulary).terms[dimension.attribute]
        cases = "".join(
            f"WHEN value IN ({quoted_list(self.session.vocabulary.within(scheme, code))}) THEN {quoted(code)} "
            for code in dimension.under
        )
        return f"SELECT {on}, CASE {cases}WHEN true THEN value END AS value FROM ({known})", on

    def _gathered(self, values: str, kind: str, on: str) -> str:
        """Return places replaced by the place of one kind that they lie in, such as their governorate."""
        vocabulary = self.session.vocabulary
        pairs: list[str] = []
        for code in vocabulary.scheme("places").terms:
            for place in (code, *vocabulary.ancestors("places", code)):
                if vocabulary.term("places", place).property("kind") == kind:
                    pairs.append(f"({quoted(code)}, {quoted(place)})")
                    break
        known = f"(VALUES {', '.join(pairs)}) g(code, above)"
        return f"SELECT v.{on}, g.above AS value FROM ({values}) v JOIN {known} ON g.code = v.value"


def _years(bounds: str) -> str:
    """Return the year of each record whose dates leave only one."""

    def year(day: str) -> str:
        return f"CASE WHEN abs({day}) < {a.BOUNDED} THEN year(DATE '1970-01-01' + {day}::INTEGER) END"

    return f"""SELECT key, CASE WHEN {year("lo")} = {year("hi")} THEN ({year("lo")})::VARCHAR END AS value
               FROM ({bounds})"""


def _any(column: str) -> str:
    """Return SQL for whether any record of a member is in a cell; unknown where none is and one may be."""
    return f"CASE WHEN bool_or({column}) THEN true WHEN bool_or({column} IS NULL) THEN NULL ELSE false END"
