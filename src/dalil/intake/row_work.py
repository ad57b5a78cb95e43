"""One row in the making, and what every step over it needs to know of the mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from dalil.intake.cells import Reading
from dalil.intake.mapping_model import DateColumn, Emit, Slot, Use
from dalil.intake.mapping_statements import StatementPlan
from dalil.values.canonical import JsonObject, JsonValue
from dalil.vocabulary import Predicate

Taker: TypeAlias = Callable[[list[Reading]], JsonValue]
"""Takes, from a row's readings, the value that ``same_as`` points at; None if there is none."""


class Missing(NamedTuple):
    """A row says something that lacks a part it must have; ``taken``: a part it takes from elsewhere in the row."""

    column: str
    expected: str
    taken: bool


class Work:
    """One row in the making: what its cells say, and the statements so far."""

    __slots__ = ("columns", "missing", "readings", "speaks_of", "statements")

    def __init__(self, readings: list[Reading]) -> None:
        self.readings = readings
        self.statements: list[JsonObject] = []
        self.columns: list[tuple[str, ...]] = []
        self.speaks_of = 0
        self.missing: list[Missing] = []


Step: TypeAlias = Callable[[Work], None]


class Layout:
    """What every step needs to know of the mapping.

    Parameters
    ----------
    positions : mapping
        By identity of a Use or an Emit, and by a DateColumn itself: where its reading stands among those of a row.
    bits : mapping
        Bit of each subject, by local id.
    source : function
        From a Slot to the Use it is read from, or to the value a constant gives.
    """

    def __init__(
        self, positions: Mapping[object, int], bits: Mapping[str, int], source: Callable[[Slot], Use | JsonValue]
    ) -> None:
        self._positions, self._bits, self._source = positions, bits, source

    def position(self, source: Use | Emit | DateColumn) -> int:
        """Return where the reading of a use, an emit or a date column stands."""
        return self._positions[source if isinstance(source, DateColumn) else id(source)]

    def of_one(self, source: Use | Emit) -> Layout:
        """Return the layout in which one source is all there is."""
        return Layout({id(source): 0}, self._bits, self._source)

    def bits(self, predicate: Predicate, subject: str, parts: Mapping[str | None, object], speaker: object) -> int:
        """Return the bits of the subjects that a statement names."""
        named = [value for part, value in parts.items() if part and predicate.parts[part].base == "subject"]
        bits = 0
        for value in (subject, speaker, *named):
            bits |= self._bits.get(value, 0) if isinstance(value, str) else 0
        return bits

    def taker(self, slot: Slot) -> Taker:
        """Return the function that takes the value of ``slot`` from a row."""
        source = self._source(slot)
        if not isinstance(source, Use):
            return lambda readings: source
        position = self.position(source)
        return lambda readings: readings[position].value


def columns_of(plan: StatementPlan) -> tuple[str, ...]:
    """Return the columns a statement comes from, each once."""
    columns = [use.column for use in plan.uses.values()] + [emit.column for emit in plan.emits]
    if plan.when is not None:
        columns.append(plan.when.column)
    return tuple(dict.fromkeys(columns))
