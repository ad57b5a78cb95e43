"""Puts the statements of a row together from what its cells say.

Each :class:`StatementPlan` of a mapping becomes a step over the readings of one row. A statement that hangs on one cell
is made when that cell is first read, and shared by every row that has it; only what joins several cells is made anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dalil.intake.cells import EMPTY, Parts, Reading
from dalil.intake.mapping_model import DateColumn, Emit, Said, Slot
from dalil.intake.mapping_statements import StatementPlan
from dalil.intake.row_work import Layout, Missing, Taker, Work, columns_of
from dalil.intake.unnamed_persons import UnnamedPerson
from dalil.names.relatives import unnamed_relative
from dalil.names.scripts import COMMON, script_of
from dalil.values.canonical import JsonObject, JsonValue
from dalil.vocabulary import Predicate

VALUE: Final = "value"
"""How the originals of a joined statement call the value of a predicate without parts."""


class Saying:
    """Makes statements of one shape: what never changes from row to row is ready."""

    def __init__(
        self,
        predicate: Predicate,
        *,
        subject: str,
        fixed: Mapping[str | None, JsonValue | Slot],
        fields: Mapping[str, JsonValue],
        when: DateColumn | None,
        layout: Layout,
        joined: tuple[str, ...] = (),
    ) -> None:
        self.joined = joined
        self.base: JsonObject = {"subject": subject, "predicate": predicate.code, **fields}
        self.fixed: Parts = {part: value for part, value in fixed.items() if not isinstance(value, Slot)}
        self.takers = [(part, layout.taker(value)) for part, value in fixed.items() if isinstance(value, Slot)]
        self.when = None if when is None else layout.position(when)
        self.required = (None,) if predicate.value is not None else tuple(sorted(predicate.required_parts))
        self.bits = layout.bits(predicate, subject, self.fixed, fields.get("speaker"))

    @property
    def always_same(self) -> bool:
        """Whether nothing it adds depends on the row."""
        return not self.takers and self.when is None

    def takes(self, part: str) -> bool:
        """Say whether it takes this part from elsewhere in the row."""
        return any(part == (taken or VALUE) for taken, _ in self.takers)

    def complete(self, parts: Parts, readings: list[Reading]) -> str | None:
        """Add what constants and ``same_as`` give; return the name of a part that is still missing."""
        for part, take in self.takers:
            value = take(readings)
            if value is not None:
                parts[part] = value
        parts.update(self.fixed)
        if self.joined:
            _join(parts, self.joined)
        for name in self.required:
            if name not in parts:
                return name or VALUE
        if not parts:
            return next((part for part, _ in self.takers if part), VALUE)
        return None

    def say(self, work: Work, parts: Parts, originals: list[str], columns: tuple[str, ...]) -> None:
        """Add the statement with these parts, which are complete."""
        statement: JsonObject = {**self.base, "value": parts.get(None, parts)}  # type: ignore[arg-type]
        if self.when is not None:
            reading = work.readings[self.when]
            if reading.value is not None:
                statement["when"] = reading.value
                if reading.original is not None:
                    originals = [*originals, f"when: {reading.original}"]
        if originals:
            statement["original"] = originals[0] if len(originals) == 1 else "\n".join(originals)
        work.statements.append(statement)
        work.columns.append(columns)
        work.speaks_of |= self.bits


def _join(parts: Parts, order: tuple[str, ...]) -> None:
    """Put parts of a name together as its text, unless what comes out is none: no letters, or "wife of X"."""
    text = " ".join(str(parts[name]) for name in order if name in parts)
    if not text or unnamed_relative(text) is not None:
        return
    script = script_of(text)
    if script != COMMON:
        parts["text"], parts["script"] = text, script


class JoinedStatement:
    """Makes the statement of a plan from one or several cells."""

    def __init__(self, plan: StatementPlan, layout: Layout, *, fields: Mapping[str, JsonValue]) -> None:
        self._plan = plan
        self._saying = Saying(
            plan.predicate,
            subject=plan.key[0],
            fixed=plan.fixed,
            fields=fields,
            when=plan.when,
            layout=layout,
            joined=plan.joined,
        )
        several = len(plan.uses) + len(plan.emits) + (plan.when is not None) > 1
        self._cells: list[tuple[int, str | None, str]] = []
        self._many: tuple[int, str | None, str] | None = None
        for part, use in plan.uses.items():
            cell = (layout.position(use), part, f"{part or VALUE}: " if several else "")
            if use.texts.many:
                self._many = cell
            else:
                self._cells.append(cell)
        self._emits = [_Contribution(emit, plan, layout, labelled=several) for emit in plan.emits]
        self._unnamed = UnnamedPerson(plan, layout) if None not in plan.uses and plan.key[1] == "name" else None
        self.columns = columns_of(plan)

    def __call__(self, work: Work) -> None:
        readings = work.readings
        parts: Parts = {}
        originals: list[str] = []
        for position, part, label in self._cells:
            reading = readings[position]
            if reading is EMPTY:
                continue
            if reading.problems:
                return
            if reading.unnamed is not None and self._unnamed is not None:
                self._unnamed(work, reading, originals=self._cells)
                return
            if reading.parts is None:
                parts[part] = reading.value
            else:
                parts.update(reading.parts)
            if reading.original is not None:
                originals.append(label + reading.original)
        for contribution in self._emits:
            if not contribution(readings, parts, originals, work):
                return
        if self._many is None:
            if parts:
                self._finish(work, parts, originals)
            return
        self._say_each(work, parts, originals, self._many)

    def _say_each(self, work: Work, parts: Parts, originals: list[str], many: tuple[int, str | None, str]) -> None:
        position, part, label = many
        reading = work.readings[position]
        if reading.problems:
            return
        for piece in reading.pieces:
            if piece.unnamed is not None and self._unnamed is not None:
                self._unnamed(work, piece, originals=())
                continue
            own: Parts = {**parts, **(piece.parts if piece.parts is not None else {part: piece.value})}
            written = [] if piece.original is None else [label + piece.original]
            self._finish(work, own, originals + written)
        if not reading.pieces and parts:
            self._finish(work, parts, originals)

    def _finish(self, work: Work, parts: Parts, originals: list[str]) -> None:
        missing = self._saying.complete(parts, work.readings)
        if missing is None:
            self._saying.say(work, parts, originals, self.columns)
            return
        source = self._plan.uses.get(missing) or self._plan.emitted.get(missing)
        column = source.column if source is not None else self.columns[0]
        expected = f"{self._plan.told(missing)}, since the row says other parts of it"
        work.missing.append(Missing(column, expected, self._saying.takes(missing)))


class _Contribution:
    """What the texts of an emitting column give to a statement that other columns share."""

    def __init__(self, emit: Emit, plan: StatementPlan, layout: Layout, *, labelled: bool) -> None:
        self._position = layout.position(emit)
        self._cases: dict[str, tuple[Parts, list[tuple[str | None, Taker]], int]] = {}
        first = next(part for part, source in plan.emitted.items() if source is emit)
        self._label = f"{first or VALUE}: " if labelled else ""
        for text, case in emit.cases.items():
            parts: Parts = {}
            takers: list[tuple[str | None, Taker]] = []
            for said in case:
                if said.alone or said.statement != plan.key:
                    continue
                parts.update({part: value for part, value in said.parts.items() if not isinstance(value, Slot)})
                takers += [(p, layout.taker(value)) for p, value in said.parts.items() if isinstance(value, Slot)]
            if parts or takers:
                bits = layout.bits(plan.predicate, plan.key[0], parts, None)
                self._cases[text] = (parts, takers, bits)

    def __call__(self, readings: list[Reading], parts: Parts, originals: list[str], work: Work) -> bool:
        """Add the parts this row's text gives; say whether the cell could be read."""
        reading = readings[self._position]
        if reading.problems:
            return False
        case = self._cases.get(str(reading.value)) if reading is not EMPTY else None
        if case is not None:
            given, takers, bits = case
            parts.update(given)
            for part, take in takers:
                value = take(readings)
                if value is not None:
                    parts[part] = value
            work.speaks_of |= bits
            if reading.original is not None:
                originals.append(self._label + reading.original)
        return True


class EmittedStatements:
    """Makes the whole statements that the texts of a column stand for."""

    def __init__(self, emit: Emit, layout: Layout, predicates: Mapping[str, Predicate]) -> None:
        self._position = layout.position(emit)
        self._columns = (emit.column,)
        self._cases = {
            text: [saying_of(said, layout, predicates) for said in case if said.alone]
            for text, case in emit.cases.items()
        }

    @property
    def always_same(self) -> bool:
        """Whether one text makes the same statements in every row."""
        return all(saying.always_same for case in self._cases.values() for saying in case)

    def __call__(self, work: Work) -> None:
        reading = work.readings[self._position]
        for piece in reading.pieces:
            for saying in self._cases[str(piece.value)]:
                parts: Parts = {}
                missing = saying.complete(parts, work.readings)
                if missing is None:
                    saying.say(work, parts, [] if piece.original is None else [piece.original], self._columns)
                else:
                    expected = (
                        f"{saying.base['predicate']}.{missing} elsewhere in the row, since this cell says the rest"
                    )
                    work.missing.append(Missing(self._columns[0], expected, taken=True))


class ConstantStatement:
    """Makes what is said of every row, unless it is about an optional subject that the row does not speak of."""

    def __init__(self, saying: Saying, *, columns: tuple[str, ...], optional: int) -> None:
        self._saying, self._columns = saying, columns
        self._needs = saying.bits & optional
        self._ready: JsonObject | None = None
        if saying.always_same:
            work, parts = Work([]), Parts()
            saying.complete(parts, [])
            saying.say(work, parts, [], columns)
            self._ready = work.statements[0]

    def __call__(self, work: Work) -> None:
        if work.speaks_of & self._needs != self._needs:
            return
        if self._ready is not None:
            work.statements.append(self._ready)
            work.columns.append(self._columns)
            work.speaks_of |= self._saying.bits
            return
        parts: Parts = {}
        if self._saying.complete(parts, work.readings) is None:
            self._saying.say(work, parts, [], self._columns)


def saying_of(said: Said, layout: Layout, predicates: Mapping[str, Predicate]) -> Saying:
    """Return what makes a statement that the mapping says as a whole."""
    return Saying(
        predicates[said.predicate],
        subject=said.subject,
        fixed=said.parts,
        fields=said.manner.fields,
        when=said.manner.when,
        layout=layout,
    )
