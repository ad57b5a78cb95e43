"""Which statements the rows of a mapping make: what columns and constants add up to, by subject, predicate and group.

Here a mapping is judged as a whole. A part that two columns give, a part that must be given and never is, a ``same_as``
that points nowhere: each would lose something or fail on every row, so each is refused before a row is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dalil.errors import WrongMapping
from dalil.intake.mapping_model import (
    ColumnPlan,
    DateColumn,
    Emit,
    Manner,
    Said,
    Slot,
    StatementKey,
    Use,
    said_by,
)
from dalil.values.canonical import JsonValue
from dalil.vocabulary import Predicate, Vocabulary


@dataclass(slots=True, kw_only=True)
class StatementPlan:
    """One statement of a row, and where each of its parts comes from.

    Attributes
    ----------
    uses : dict
        By part, the column it is read from.
    fixed : dict
        By part, what a constant gives; a Slot stands for what the row says there.
    emits : list of Emit
        Columns some of whose texts give parts of this statement.
    emitted : dict
        By part, the columns among ``emits`` that may give it.
    joined : tuple of str
        For a name without a column for its text: the parts that are put together as its text.
    """

    key: StatementKey
    predicate: Predicate
    uses: dict[str | None, Use] = field(default_factory=dict)
    fixed: dict[str | None, JsonValue | Slot] = field(default_factory=dict)
    emits: list[Emit] = field(default_factory=list)
    emitted: dict[str | None, Emit] = field(default_factory=dict)
    joined: tuple[str, ...] = ()
    fields: dict[str, JsonValue] = field(default_factory=dict)
    when: DateColumn | None = None
    path: str = ""

    @property
    def slots(self) -> dict[str | None, Slot]:
        """The parts that take what the row says elsewhere."""
        return {part: value for part, value in self.fixed.items() if isinstance(value, Slot)}

    @property
    def many(self) -> Use | None:
        """The column whose cells may make several of this statement."""
        return next((use for use in self.uses.values() if use.texts.many), None)

    def told(self, part: str | None) -> str:
        """Name a part for an error."""
        subject, predicate, group = self.key
        return str(Slot(subject=subject, predicate=predicate, part=part, group=group))


def plan_statements(
    columns: Iterable[ColumnPlan], constants: Iterable[Said], vocabulary: Vocabulary
) -> list[StatementPlan]:
    """Return the statements that columns and constants add up to, in the order in which the mapping comes to them.

    Raises
    ------
    WrongMapping
        Something is given twice, or what must be given never is.
    """
    plans: dict[StatementKey, StatementPlan] = {}

    def plan_of(key: StatementKey, path: str) -> StatementPlan:
        if key not in plans:
            plans[key] = StatementPlan(key=key, predicate=vocabulary.predicates[key[1]], path=path)
        return plans[key]

    for column in columns:
        for use in column.uses:
            if isinstance(use, Use):
                _add_use(plan_of(use.slot.statement, use.path), use)
                continue
            for case in use.cases.values():
                _check_case(case)
                for said in case:
                    if not said.alone:
                        _add_emitted(plan_of(said.statement, said.path), use, said)
    for said in constants:
        _add_constant(plan_of(said.statement, said.path), said)
    for plan in plans.values():
        _check_joined(plan)
        _check_complete(plan)
        for part, slot in plan.slots.items():
            _check_same_as(plan, part, slot, plans)
    return list(plans.values())


def check_emitted_slots(columns: Iterable[ColumnPlan], plans: Iterable[StatementPlan]) -> None:
    """Refuse a statement in ``emit`` that takes a value from where there is none."""
    by_key = {plan.key: plan for plan in plans}
    for said in (said for column in columns for said in said_by(column)):
        for value in said.parts.values():
            if isinstance(value, Slot):
                source_of(value, by_key, said.path)


def source_of(slot: Slot, plans: dict[StatementKey, StatementPlan], path: str) -> Use | JsonValue:
    """Return the column, or the constant, from which ``same_as`` takes its value.

    Raises
    ------
    WrongMapping
        Nothing gives that value, or not just one.
    """
    plan = plans.get(slot.statement)
    if plan is not None and slot.part in plan.uses:
        use = plan.uses[slot.part]
        if use.texts.many:
            raise _wrong("`same_as` points at a cell with several values.", "a column without `many`", path)
        return use
    value = plan.fixed.get(slot.part) if plan is not None else None
    if value is None or isinstance(value, Slot):
        raise _wrong("`same_as` points where nothing is given.", f"a column or constant that gives {slot}", path)
    return value


def _add_use(plan: StatementPlan, use: Use) -> None:
    for part in (use.slot.part, *use.split):
        _check_free(plan, part, use.path)
    if use.texts.many and plan.many is not None:
        raise _wrong("Two columns of one statement may hold several values.", "`many` in one of them", use.path)
    plan.uses[use.slot.part] = use
    _add_manner(plan, use.manner, use.path)


def _add_emitted(plan: StatementPlan, emit: Emit, said: Said) -> None:
    for part in said.parts:
        if plan.emitted.get(part) is not emit:
            _check_free(plan, part, said.path)
            plan.emitted[part] = emit
    if emit not in plan.emits:
        plan.emits.append(emit)
    _add_manner(plan, said.manner, said.path)


def _add_constant(plan: StatementPlan, said: Said) -> None:
    for part, value in said.parts.items():
        _check_free(plan, part, said.path)
        plan.fixed[part] = value
    if said.joined:
        _check_free(plan, "text", said.path)
        plan.joined = said.joined
    _add_manner(plan, said.manner, said.path)


def _check_case(case: Iterable[Said]) -> None:
    given: set[tuple[StatementKey, str | None]] = set()
    for said in case:
        for part in said.parts:
            if not said.alone and (said.statement, part) in given:
                raise _wrong("One text gives a part twice.", "each part once", said.path)
            given.add((said.statement, part))


def _check_free(plan: StatementPlan, part: str | None, path: str) -> None:
    split = {name for use in plan.uses.values() for name in use.split}
    joined = plan.joined and part == "text"
    if joined or part in plan.uses or part in plan.fixed or part in plan.emitted or part in split:
        raise _wrong(
            "A part is given twice.",
            f"{plan.told(part)} from one column or constant",
            path,
            todo="If these are two statements, give one of them a `group` of its own.",
        )


def _add_manner(plan: StatementPlan, manner: Manner, path: str) -> None:
    for name, value in manner.fields.items():
        if plan.fields.setdefault(name, value) != value or (name == "when" and plan.when is not None):
            raise _wrong(f"`{name}` is given twice and differently for one statement.", "one value", path)
    if manner.when is not None:
        if "when" in plan.fields or plan.when not in (None, manner.when):
            raise _wrong("`when` is given twice and differently for one statement.", "one value", path)
        plan.when = manner.when


def _check_joined(plan: StatementPlan) -> None:
    for part in plan.joined:
        if part not in plan.uses or plan.uses[part].texts.many:
            raise _wrong(
                "A part that is joined to the text of a name comes from no column of its own.",
                f"a column for {plan.told(part)}, without `many`",
                plan.path,
            )


def _check_complete(plan: StatementPlan) -> None:
    given = {*plan.uses, *plan.fixed, *plan.emitted, *(("text",) if plan.joined else ())}
    missing = sorted(plan.predicate.required_parts.difference(part for part in given if part))
    if missing:
        raise _wrong(
            f"No column or constant gives a part that `{plan.predicate.code}` must have.",
            plan.told(missing[0]),
            plan.path,
            todo="Add a column, or a constant such as `- {subject: …, predicate: …, part: …, value: …}`.",
        )


def _check_same_as(plan: StatementPlan, part: str | None, slot: Slot, plans: dict[StatementKey, StatementPlan]) -> None:
    if slot.statement == plan.key and slot.part == part:
        raise _wrong("`same_as` points at itself.", "another part or statement", plan.path)
    source_of(slot, plans, plan.path)


def _wrong(message: str, expected: str, path: str, *, todo: str = "") -> WrongMapping:
    return WrongMapping(message, expected=expected, where=path, todo=todo)
