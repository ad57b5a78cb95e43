"""Compiles a mapping for one sheet: how each cell is read, and the steps that make statements of the readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from dalil.intake.cell_values import date_reader, emit_reader, use_reader
from dalil.intake.cells import EMPTY, Reading
from dalil.intake.mapping_model import DateColumn, Emit, SheetMapping, Use, said_by
from dalil.intake.mapping_statements import StatementPlan, plan_statements, source_of
from dalil.intake.order_of_events import OrderOfEvents
from dalil.intake.row_statements import ConstantStatement, EmittedStatements, JoinedStatement, Saying
from dalil.intake.row_work import Layout, Step, Work, columns_of
from dalil.intake.unnamed_persons import stand_in
from dalil.vocabulary import Vocabulary

MOST_REMEMBERED: Final = 20_000
"""Cells remembered for a column of terms, dates or numbers: about fifty years of days, 15 MB at worst."""
MOST_TEXTS_REMEMBERED: Final = 2_000
"""Cells remembered for a column of names or other texts, which come again less often."""
LONGEST_REMEMBERED: Final = 100
"""Characters of the longest cell worth remembering; longer ones hardly ever come twice."""

NO_COLUMN: Final = -1
"""Stands for the place of a column that the sheet does not have."""


class Source(NamedTuple):
    """A column that the sheet has, under one use."""

    position: int
    place: int
    remembered: dict[str, Reading]
    read: Callable[[str], Reading]


@dataclass(slots=True, kw_only=True)
class Compiled:
    """What a row is put through.

    Attributes
    ----------
    blank : list of Reading
        The readings of a row before any cell is read: what columns say that the sheet does not have.
    columns : list of str
        The column of each reading.
    steps, constants : list of Step
        What the cells say, then what the mapping says of every row.
    subjects : list
        Local id, kind and bit of each subject, in order.
    """

    order: OrderOfEvents
    subjects: list[tuple[str, str, int]]
    blank: list[Reading] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    constants: list[Step] = field(default_factory=list)


def compile_steps(mapping: SheetMapping, places: Mapping[str, int], vocabulary: Vocabulary) -> Compiled:
    """Compile a mapping for a sheet that has its columns at ``places``."""
    plans = plan_statements(mapping.columns, mapping.constants, vocabulary)
    by_key = {plan.key: plan for plan in plans}
    subjects = _subjects(mapping)
    emitted = [said for column in mapping.columns for said in said_by(column)]
    compiled = Compiled(order=OrderOfEvents(plans, emitted, vocabulary), subjects=subjects)
    positions = _positions(mapping, plans)
    bits = {local_id: bit for local_id, _, bit in subjects}
    layout = Layout(positions, bits, lambda slot: source_of(slot, by_key, ""))
    finishers: dict[int, Step] = {}
    for plan in plans:
        if plan.uses or plan.emits:
            _add_joined(compiled, plan, layout, finishers, mapping)
    for emit in (use for column in mapping.columns for use in column.uses if isinstance(use, Emit)):
        _add_emitted(compiled, emit, layout, finishers, vocabulary)
    optional = sum(bits[local_id] for local_id, plan in mapping.subjects.items() if plan.optional)
    for plan in plans:
        if not plan.uses and not plan.emits:
            saying = Saying(
                plan.predicate, subject=plan.key[0], fixed=plan.fixed, fields=plan.fields, when=plan.when, layout=layout
            )
            compiled.constants.append(ConstantStatement(saying, columns=columns_of(plan), optional=optional))
    _add_sources(compiled, mapping, places, vocabulary, positions, finishers)
    return compiled


def _subjects(mapping: SheetMapping) -> list[tuple[str, str, int]]:
    """Return the subjects of a mapping, and after them those who stand in for relatives it does not name."""
    kinds = {local_id: plan.kind for local_id, plan in mapping.subjects.items()}
    for column in mapping.columns:
        for use in column.uses:
            if isinstance(use, Use) and use.slot.predicate == "name" and kinds[use.slot.subject] == "person":
                kinds.setdefault(stand_in(use), "person")
    return [(local_id, kind, 1 << order) for order, (local_id, kind) in enumerate(kinds.items())]


def _positions(mapping: SheetMapping, plans: list[StatementPlan]) -> dict[object, int]:
    sources: dict[object, None] = {}
    for column in mapping.columns:
        for use in column.uses:
            sources[id(use)] = None
    for when in [plan.when for plan in plans] + [said.manner.when for c in mapping.columns for said in said_by(c)]:
        if when is not None:
            sources[when] = None
    return {source: position for position, source in enumerate(sources)}


def _add_joined(
    compiled: Compiled, plan: StatementPlan, layout: Layout, finishers: dict[int, Step], mapping: SheetMapping
) -> None:
    fields = dict(plan.fields)
    for use in plan.uses.values():
        if use.language not in (None, mapping.language) and plan.key[1] != "name" and use.type.base == "text":
            fields.setdefault("language", use.language)
    uses = list(plan.uses.values())
    if len(uses) > 1 or plan.emits or plan.slots or plan.when is not None:
        compiled.steps.append(JoinedStatement(plan, layout, fields=fields))
        return
    # All hangs on one cell: the statement is made when that cell is first read.
    position = layout.position(uses[0])
    finishers[position] = JoinedStatement(plan, layout.of_one(uses[0]), fields=fields)
    compiled.steps.append(_take_ready(position, columns_of(plan)))


def _add_emitted(
    compiled: Compiled, emit: Emit, layout: Layout, finishers: dict[int, Step], vocabulary: Vocabulary
) -> None:
    if not any(said.alone for case in emit.cases.values() for said in case):
        return
    step = EmittedStatements(emit, layout, vocabulary.predicates)
    if not step.always_same:
        compiled.steps.append(step)
        return
    position = layout.position(emit)
    finishers[position] = EmittedStatements(emit, layout.of_one(emit), vocabulary.predicates)
    compiled.steps.append(_take_ready(position, (emit.column,)))


def _take_ready(position: int, columns: tuple[str, ...]) -> Step:
    one = [columns]

    def take(work: Work) -> None:
        reading = work.readings[position]
        made = reading.made
        if made:
            work.statements += made
            work.columns += one * len(made)
            work.speaks_of |= reading.speaks_of

    return take


def _add_sources(
    compiled: Compiled,
    mapping: SheetMapping,
    places: Mapping[str, int],
    vocabulary: Vocabulary,
    positions: Mapping[object, int],
    finishers: Mapping[int, Step],
) -> None:
    readers: dict[int, tuple[str, Callable[[str], Reading], int]] = {}
    for column in mapping.columns:
        for use in column.uses:
            if isinstance(use, Emit):
                readers[positions[id(use)]] = column.name, emit_reader(use), MOST_REMEMBERED
                continue
            of_person = mapping.subjects[use.slot.subject].kind == "person"
            most = MOST_TEXTS_REMEMBERED if use.type.base in ("text", "url") else MOST_REMEMBERED
            readers[positions[id(use)]] = column.name, use_reader(use, vocabulary, of_person=of_person), most
    for source, position in positions.items():
        if isinstance(source, DateColumn):
            readers[position] = source.column, date_reader(source.habit), MOST_REMEMBERED
    for position in range(len(readers)):
        name, read, most = readers[position]
        remembered: dict[str, Reading] = {}
        finished = _finished(read, finishers.get(position), remembered, most)
        place = places.get(name, NO_COLUMN)
        compiled.columns.append(name)
        if place == NO_COLUMN:
            absent = finished("")
            compiled.blank.append(EMPTY if absent.problems else absent)
        else:
            compiled.blank.append(EMPTY)
            compiled.sources.append(Source(position, place, remembered, finished))


def _finished(
    read: Callable[[str], Reading], finish: Step | None, remembered: dict[str, Reading], most: int
) -> Callable[[str], Reading]:
    """Return a reader that also makes what hangs on the cell alone, and remembers it."""

    def finished(cell: str) -> Reading:
        reading = read(cell)
        if reading is not EMPTY:
            reading.flagged = bool(reading.problems or reading.warning)
            if finish is not None and not reading.made:
                work = Work([reading])
                finish(work)
                reading.made, reading.speaks_of = work.statements, work.speaks_of
        if len(cell) <= LONGEST_REMEMBERED:
            if len(remembered) >= most:
                remembered.clear()
            remembered[cell] = reading
        return reading

    return finished
