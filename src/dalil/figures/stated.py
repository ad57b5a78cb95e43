"""What a run states of its definition, for readers who will not open it: the window, and the day ages count from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dalil.figures import conditions as c
from dalil.figures.definitions import CellOf, Cells, Counted
from dalil.values.dates import iso_day


def window_of(recipe: Counted, as_of: str) -> tuple[str | None, str | None]:
    """Return the first and the last day of the first clause about dates, as ISO dates; None where open."""
    for clause in recipe.where:
        condition = clause.condition.of if isinstance(clause.condition, c.Presumed) else clause.condition
        if isinstance(condition, c.Between):
            return _iso(condition.first, as_of), _iso(condition.last, as_of)
    return None, None


def _iso(day: c.Day, as_of: str) -> str | None:
    return None if day is None else as_of if isinstance(day, str) else iso_day(day)


def age_reference_of(recipe: Counted, cell: CellOf | None = None) -> str | None:
    """Return the day on which a figure, or one cell of it, reckons ages: ``arrest``, ``as_of``, or both.

    None where no age is asked for.
    """
    asked: list[c.Condition] = [] if cell else [clause.condition for clause in recipe.where]
    for dimension in recipe.dimensions:
        if isinstance(dimension, Cells):
            chosen = (cell is None) or dimension.name == cell.dimension
            asked += [each for name, each in dimension.cells.items() if chosen and (cell is None or name == cell.cell)]
    return " and ".join(sorted(set(_references(asked)))) or None


def _references(conditions: Iterable[c.Condition]) -> Iterator[str]:
    for condition in conditions:
        match condition:
            case c.Age(at=at):
                yield at
            case c.Every(of=parts) | c.Some(of=parts):
                yield from _references(parts)
            case c.Not(of=part) | c.Presumed(of=part):
                yield from _references([part])
            case _:
                pass
