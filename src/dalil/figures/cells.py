"""Cells: the members of a figure along its dimensions.

All cells of a run stand in one relation, ``(member, dimension, cell, inside, amount)``: ``inside`` is null where nobody
can tell. So the members of any cell are one query away, and counting all cells is one pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dalil.figures import attributes as a
from dalil.figures import conditions as c
from dalil.figures.clauses import Judge, Meaning
from dalil.figures.definitions import By, Cells, Counted, Definition, Dimension
from dalil.figures.reading_conditions import attributes_of
from dalil.figures.runs import Cell
from dalil.figures.session import Session, quoted, quoted_list
from dalil.figures.status_sql import statuses

UNKNOWN_CELL: Final = "unknown"
"""The cell of members that have no value along a dimension."""
_NONE: Final = """SELECT NULL::BIGINT AS member, '' AS dimension, '' AS cell, true AS inside, NULL::BIGINT AS amount
                  WHERE false"""


def cells_relation(counted: str) -> str:
    """Return the name of the relation with the cells of the members of a counted relation."""
    return f'{counted[:-1]} cells"'


def count_cells(
    session: Session, definition: Definition, recipe: Counted, meaning: Meaning, counted: str
) -> tuple[Cell, ...]:
    """Work out the cells of every dimension, in the definition's order."""
    parts = [_Dimension(session, recipe, meaning, counted, dimension).query() for dimension in recipe.dimensions]
    relation = session.keep(cells_relation(counted).strip('"'), lambda: " UNION ALL ".join([_NONE, *parts]))
    inside = "count(DISTINCT member) FILTER (inside)"
    if recipe.total is not None:
        inside = "coalesce(sum(amount) FILTER (inside), 0)"
    found: dict[tuple[str, str], tuple[int, int]] = {
        (dimension, cell): (int(value), int(unknown))
        for dimension, cell, value, unknown in session.rows(
            f"""SELECT dimension, cell, {inside}, count(DISTINCT member) FILTER (inside IS NULL)
                FROM {relation} GROUP BY ALL"""
        )
    }
    cells: list[Cell] = []
    for dimension in recipe.dimensions:
        for name in _names(dimension, found):
            value, unknown = found.get((dimension.name, name), (0, 0))
            small = _is_small(definition, value)
            cells.append(Cell(dimension=dimension.name, cell=name, value=value, unknown=unknown, small=small))
    return tuple(cells)


def _names(dimension: Dimension, found: Mapping[tuple[str, str], object]) -> Sequence[str]:
    if isinstance(dimension, Cells):
        return list(dimension.cells)
    names = sorted(cell for name, cell in found if name == dimension.name)
    return [name for name in names if name != UNKNOWN_CELL] + [name for name in names if name == UNKNOWN_CELL]


def _is_small(definition: Definition, value: int) -> bool:
    rule = definition.suppression
    return rule is not None and rule.exempt is None and 0 < value < rule.below


class _Dimension:
    """Writes the query for the cells of one dimension."""

    def __init__(self, session: Session, recipe: Counted, meaning: Meaning, counted: str, dimension: Dimension) -> None:
        self.session, self.recipe, self.meaning, self.counted = session, recipe, meaning, counted
        self.dimension = dimension
        # A sum is over records, and a record is in a cell; a count is over members, and any of their records is enough.
        self.amount = "amount" if recipe.total is not None else "NULL::BIGINT"
        self.per = "member, key, amount" if recipe.total is not None else "member"

    def query(self) -> str:
        if isinstance(self.dimension, Cells):
            return self._conditions(self.dimension.cells)
        return self._values(self.dimension)

    def _conditions(self, cells: Mapping[str, c.Condition]) -> str:
        judge = Judge(self.session, self.recipe.base, self.counted, self.meaning)
        judged = judge.judged({f"c{n}": condition for n, condition in enumerate(cells.values())})
        name = self.session.keep(f"{self.counted[1:-1]} {self.dimension.name}", lambda: judged)
        return " UNION ALL ".join(
            f"""SELECT member, {quoted(self.dimension.name)}, {quoted(cell)}, {_any(f"c{n}")}, {self.amount}
                FROM {name} GROUP BY {self.per}"""
            for n, cell in enumerate(cells)
        )

    def _values(self, dimension: By) -> str:
        values, on = self._split(dimension)
        known = f"""
            SELECT DISTINCT f.*, p.value FROM {self.counted} f JOIN ({values}) p ON p.{on} = f.{on}
            WHERE p.value IS NOT NULL"""
        name = self.session.keep(f"{self.counted[1:-1]} {dimension.name}", lambda: known)
        return f"""
            SELECT member, {quoted(dimension.name)}, value, true, {self.amount} FROM {name} GROUP BY {self.per}, value
            UNION ALL
            SELECT member, {quoted(dimension.name)}, {quoted(UNKNOWN_CELL)}, true, {self.amount} FROM {self.counted} f
            WHERE f.member NOT IN (SELECT member FROM {name}) GROUP BY {self.per}"""

    def _split(self, dimension: By) -> tuple[str, str]:
        """Return a query for the values of a dimension, and the column of the frame it is joined on."""
        base, rules = self.recipe.base, self.meaning.rules
        if dimension.attribute == "sex":
            return f"SELECT person, value FROM {a.sexes(self.session)}", "person"
        if dimension.gather == "year":
            return _years(a.date_bounds(self.session, base, dimension.attribute, rules)), "key"
        if dimension.attribute == "status" and rules is not None:
            relation = statuses(self.session, as_of=self.meaning.as_of, rules=rules)
            one = "CASE WHEN mask & (mask - 1) = 0 THEN code END"
            return f"SELECT episode AS key, {one} AS value FROM {relation}", "key"
        values = a.term_values(self.session, base, dimension.attribute, rules)
        known = f"SELECT key, value FROM ({values}) WHERE value NOT IN ({quoted_list(a.UNKNOWN_TERMS)})"
        if dimension.gather is not None:
            return self._gathered(known, dimension.gather), "key"
        scheme = attributes_of(base, self.session.vocabulary).terms[dimension.attribute]
        cases = "".join(
            f"WHEN value IN ({quoted_list(self.session.vocabulary.within(scheme, code))}) THEN {quoted(code)} "
            for code in dimension.under
        )
        return f"SELECT key, CASE {cases}WHEN true THEN value END AS value FROM ({known})", "key"

    def _gathered(self, values: str, kind: str) -> str:
        """Return places replaced by the place of one kind that they lie in, such as their governorate."""
        vocabulary = self.session.vocabulary
        pairs: list[str] = []
        for code in vocabulary.scheme("places").terms:
            for place in (code, *vocabulary.ancestors("places", code)):
                if vocabulary.term("places", place).property("kind") == kind:
                    pairs.append(f"({quoted(code)}, {quoted(place)})")
                    break
        known = f"(VALUES {', '.join(pairs)}) g(code, above)"
        return f"SELECT v.key, g.above AS value FROM ({values}) v JOIN {known} ON g.code = v.value"


def _years(bounds: str) -> str:
    """Return the year of each record whose dates leave only one."""

    def year(day: str) -> str:
        return f"CASE WHEN abs({day}) < {a.BOUNDED} THEN year(DATE '1970-01-01' + {day}::INTEGER) END"

    return f"""SELECT key, CASE WHEN {year("lo")} = {year("hi")} THEN ({year("lo")})::VARCHAR END AS value
               FROM ({bounds})"""


def _any(column: str) -> str:
    """Return SQL for whether any record of a member is in a cell; unknown where none is and one may be."""
    return f"CASE WHEN bool_or({column}) THEN true WHEN bool_or({column} IS NULL) THEN NULL ELSE false END"
