"""What a row says about a person whom it does not name.

"Wife of X" is not a name. It becomes an unnamed person who is the wife of somebody, and that somebody's name; nobody in
the archive is ever called "wife of X".
"""

from __future__ import annotations

from collections.abc import Iterable

from dalil.intake.cell_values import name_parts
from dalil.intake.cells import EMPTY, Reading, value_of
from dalil.intake.mapping_model import Use
from dalil.intake.mapping_statements import StatementPlan
from dalil.intake.row_work import Layout, Work, columns_of
from dalil.values.canonical import JsonObject


class UnnamedPerson:
    """Makes the statements about a person whom a row does not name: who they are to whom, never a name."""

    def __init__(self, plan: StatementPlan, layout: Layout) -> None:
        self._use = plan.uses.get("text")
        self._columns = columns_of(plan)
        self._labels = {part: use.column for part, use in plan.uses.items()}
        self._subject, self._fields = plan.key[0], plan.fields
        self._relative = stand_in(self._use) if self._use is not None else ""
        self._bits = layout.bits(plan.predicate, self._subject, {}, None)
        self._relative_bits = layout.bits(plan.predicate, self._relative, {}, None)

    def __call__(self, work: Work, reading: Reading, *, originals: Iterable[tuple[int, str | None, str]]) -> None:
        said = reading.unnamed
        assert said is not None
        assert self._use is not None
        unnamed: JsonObject = {"subject": self._subject, "predicate": "unnamed", "value": reading.value, **self._fields}
        if reading.original is not None:
            unnamed["original"] = reading.original
        made = [unnamed]
        work.speaks_of |= self._bits
        if said.relation is not None and said.whom is not None and not said.of_family:
            parts, _ = name_parts(said.whom, self._use)
            kin: JsonObject = {"relation": said.relation, "of": self._relative}
            made.append({"subject": self._subject, "predicate": "kin", "value": kin, **self._fields})
            made.append({"subject": self._relative, "predicate": "name", "value": value_of(parts), **self._fields})
            work.speaks_of |= self._relative_bits
        for position, part, _ in originals:
            other = work.readings[position]
            if other is not EMPTY and other.unnamed is None and not other.problems:
                # A name cannot be made of its other parts alone, and they must not be lost.
                note = f"{self._labels[part]}: {other.original if other.original is not None else other.value}"
                made.append({"subject": self._subject, "predicate": "note", "value": note, **self._fields})
        work.statements += made
        work.columns += [self._columns] * len(made)


def stand_in(use: Use) -> str:
    """Return the local id of the relative whom a cell names in place of the person: "wife of X"."""
    return use.relative or f"{use.slot.subject[:23]}_relative"
