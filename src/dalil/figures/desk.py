"""Makes runs: each recipe of a definition, and the figures it is made of.

Numbers of different classes, units or days are never brought together: that is refused here, whatever is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dalil.errors import WrongDefinition, WrongValue
from dalil.figures import definitions as d
from dalil.figures.clauses import Meaning
from dalil.figures.counting import count_figure, count_members, member_ids, summarised
from dalil.figures.estimating import ListsOfFigure, ListsWanted, estimated_run, lists_of_figure
from dalil.figures.lengths import Length, age_on_date, held_for, length_of_event
from dalil.figures.ports import FigureArchive
from dalil.figures.quoted import preferred_statements, quote
from dalil.figures.reading import find_definition
from dalil.figures.refusals import refusing
from dalil.figures.renderings import check_rendering, rendering_json
from dalil.figures.runs import Cell, FigureRun, Ratio, Value
from dalil.figures.selecting import find_subject, selectors_of
from dalil.figures.session import Session
from dalil.figures.side_by_side import TOGETHER, side_by_side
from dalil.figures.stated import age_reference_of, window_of
from dalil.records.status_rules import StatusRules, rules_for
from dalil.values.canonical import JsonObject
from dalil.values.dates import parse_edtf
from dalil.values.ids import parse_subject


def one_day(text: str, *, where: str) -> int:
    """Return the number of a day.

    Raises
    ------
    WrongValue
        The text is a date of more than one day.
    """
    date = parse_edtf(text)
    if date.lo is None or date.lo != date.hi:
        raise WrongValue(
            "A figure is counted on one day.", expected="a day, such as 2021-05-21", found=text, where=where
        )
    return date.lo


@dataclass(frozen=True, slots=True)
class _Result:
    """A run, and the query for its members where it has any."""

    run: FigureRun
    members: str | None = None


class Desk:
    """Runs one figure and those it is made of, once each."""

    def __init__(
        self, archive: FigureArchive, session: Session, *, as_of: str | None, known_by: int, vocabulary_digest: str
    ) -> None:
        self.archive, self.session, self.as_of, self.known_by = archive, session, as_of, known_by
        self.vocabulary, self.vocabulary_digest = archive.vocabulary, vocabulary_digest
        self._results: dict[str, _Result] = {}
        self._subjects: dict[str, int] = {}

    def run(self, name: str) -> FigureRun:
        """Count a figure, and first whatever it is made of."""
        return self._result(name, ()).run

    def _result(self, name: str, above: tuple[str, ...]) -> _Result:
        if name in above:
            raise WrongDefinition(
                "A figure is made of itself.",
                expected="figures that do not lead back",
                found=" → ".join((*above, name)),
            )
        if name not in self._results:
            self._results[name] = self._made(self._definition(name), (*above, name))
        return self._results[name]

    def _made(self, definition: d.Definition, above: tuple[str, ...]) -> _Result:
        match definition.recipe:
            case d.Counted() as recipe:
                result = self._counted(definition, recipe, above)
            case d.CellOf() as recipe:
                result = self._cell_of(definition, recipe, above)
            case d.Quoted() as recipe:
                result = self._quoted(definition, recipe)
            case d.RatioOf() as recipe:
                result = self._ratio(definition, recipe, above)
            case d.UnionOf() as recipe:
                result = self._union(definition, recipe, above)
            case d.Together() as recipe:
                result = self._together(definition, recipe, above)
            case d.EstimateOf() as recipe:
                result = self._estimated(definition, recipe, above)
            case d.RenderingsOf() as recipe:
                result = self._renderings(definition, recipe, above)
            case d.AgeOf() | d.LengthOf() | d.HeldFor() as recipe:  # pragma: no branch  # mypy: no recipe is left
                result = _Result(self._length(definition, recipe))
        if definition.denominator is None:
            return result
        stated = self._denominator(definition, definition.denominator)
        return replace(result, run=replace(result.run, denominator=stated))

    def _denominator(self, definition: d.Definition, name: str) -> JsonObject:
        """Return what a figure is a part of: its definition's digest and its value."""
        whole = self._definition(name)
        as_of = self._day(whole)
        if not isinstance(whole.recipe, d.Counted) or whole.recipe.except_ or whole.recipe.total or as_of is None:
            raise WrongDefinition(
                "A denominator is a plain count.",
                expected="a figure that counts records, leaving out no other figure's",
                found=name,
                where=f"figure {definition.name} (denominator)",
            )
        self._check_alike(definition, [self._blank(definition, None), self._blank(whole, None)])
        value = count_members(whole, whole.recipe, self.session, self._meaning(whole, as_of))
        return {"figure": name, "definition": whole.digest, "value": value}

    def _definition(self, name: str) -> d.Definition:
        return find_definition(self.archive.definitions_folder, name, self.vocabulary)

    def _day(self, definition: d.Definition) -> str | None:
        return self.as_of or definition.as_of

    def _blank(self, definition: d.Definition, value: Value | None) -> FigureRun:
        printed, rule = definition.printed, definition.suppression
        return FigureRun(
            name=definition.name,
            unit=definition.unit,
            figure_class=definition.figure_class,
            value=value,
            as_of=self._day(definition),
            known_by=self.known_by,
            ledger_root=self.archive.ledger_root(self.known_by),
            definition_digest=definition.digest,
            vocabulary_digest=self.vocabulary_digest,
            code_version=self.archive.code_version,
            title=definition.title,
            text=definition.text,
            method=definition.method,
            floor=definition.floor,
            printed=None if printed is None else {"text": printed.text, "value": printed.value, "hedge": printed.hedge},
            suppression=None if rule is None else {"below": rule.below, "exempt": rule.exempt},
        )

    # --- counted ----------------------------------------------------------------------------------------------------
    def _counted(self, definition: d.Definition, recipe: d.Counted, above: tuple[str, ...]) -> _Result:
        as_of = self._day(definition)
        assert as_of is not None  # the reader asks it of every figure that counts
        meaning = self._meaning(definition, as_of)
        excepted = {name: self._members_of(name, definition, above) for name in recipe.except_}
        count = count_figure(definition, recipe, self.session, meaning, excepted)
        run = replace(
            self._blank(definition, count.value),
            cells=count.cells,
            overlapping=tuple(dimension.name for dimension in recipe.dimensions if dimension.overlap),
            unknowns=count.unknowns,
            exclusions=count.exclusions,
            n_members=count.n_members,
            n_synthetic=count.n_synthetic,
            members_digest=count.members_digest,
            window=window_of(recipe, as_of),
            age_reference=age_reference_of(recipe),
            inputs={name: self._results[name].run.run_id for name in recipe.except_},
            read_members=count.members,
        )
        return _Result(run, count.members_query())

    def _meaning(self, definition: d.Definition, as_of: str) -> Meaning:
        day = one_day(as_of, where=f"figure {definition.name}")
        found, known_by = self._found(definition), self.known_by
        refused = refusing(self.archive, self.session, known_by=known_by)
        return Meaning(as_of=day, rules=self._rules(definition), found=found, refusing=refused)

    def _rules(self, definition: d.Definition) -> StatusRules | None:
        method = definition.method
        return None if method is None else rules_for(self.vocabulary, self.vocabulary.methods[method])

    def _found(self, definition: d.Definition) -> Mapping[str, int]:
        known_by, found = self.session.known_by, {}
        for selector in selectors_of(definition):
            if selector.key not in self._subjects:
                self._subjects[selector.key] = find_subject(
                    selector, self.archive.records, known_by=known_by, figure=definition.name
                )
            found[selector.key] = self._subjects[selector.key]
        return found

    def _members_of(self, name: str, definition: d.Definition, above: tuple[str, ...]) -> str:
        result = self._result(name, above)
        if result.members is None or result.run.unit != definition.unit:
            raise WrongDefinition(
                "A figure leaves out the members of one that counts something else.",
                expected=f"a figure that counts in the unit {definition.unit}",
                found=f"{name}, in the unit {result.run.unit}",
                where=f"figure {definition.name} (except)",
            )
        return result.members

    def _cell_of(self, definition: d.Definition, recipe: d.CellOf, above: tuple[str, ...]) -> _Result:
        whole = self._result(recipe.figure, above).run
        found = [cell for cell in whole.cells if (cell.dimension, cell.cell) == (recipe.dimension, recipe.cell)]
        if not found:
            raise WrongDefinition(
                "A figure is a cell that its figure does not have.",
                expected=", ".join(f"{cell.dimension}.{cell.cell}" for cell in whole.cells) or "a figure with cells",
                found=f"{recipe.dimension}.{recipe.cell}",
                where=f"figure {definition.name} (cell_of)",
            )
        self._check_alike(definition, [whole], same_class=True)
        members = whole.members_of(recipe.dimension, recipe.cell)
        summary = summarised(self.session, _values(members))
        run = replace(
            self._blank(definition, found[0].value),
            as_of=whole.as_of,
            method=whole.method,
            floor=whole.floor,
            window=whole.window,
            age_reference=self._age_reference(recipe),
            unknowns={recipe.cell: found[0].unknown} if found[0].unknown else {},
            n_members=summary.n_members,
            n_synthetic=summary.n_synthetic,
            members_digest=summary.digest,
            inputs={whole.name: whole.run_id},
            read_members=lambda dimension, cell: members if dimension is None else [],
        )
        return _Result(run, _values(members))

    def _age_reference(self, cell: d.CellOf) -> str | None:
        recipe = self._definition(cell.figure).recipe
        return age_reference_of(recipe, cell) if isinstance(recipe, d.Counted) else None

    # --- worked out from others -------------------------------------------------------------------------------------
    def _check_alike(self, definition: d.Definition, runs: list[FigureRun], *, same_class: bool = False) -> None:
        """Refuse to bring together numbers of different classes, units or days."""
        first = runs[0]
        wrong = {
            "class": len({run.figure_class for run in runs}) > 1
            or (same_class and definition.figure_class != first.figure_class),
            "unit": len({run.unit for run in runs}) > 1 or (same_class and definition.unit != first.unit),
            "day": len({run.as_of for run in runs}) > 1,
        }
        for what, is_wrong in wrong.items():
            if is_wrong:
                raise WrongDefinition(
                    f"A figure brings together numbers of different {what}.",
                    expected=f"one {what}; documented, estimated, surveyed and quoted numbers are never added together",
                    found=", ".join(f"{run.name}: {run.figure_class}, {run.unit}, {run.as_of}" for run in runs),
                    where=f"figure {definition.name}",
                )

    def _ratio(self, definition: d.Definition, recipe: d.RatioOf, above: tuple[str, ...]) -> _Result:
        part, whole = (self._result(name, above).run for name in (recipe.part, recipe.whole))
        self._check_alike(definition, [part, whole])
        if not isinstance(part.value, int) or not isinstance(whole.value, int):
            raise WrongDefinition(
                "A ratio needs two whole numbers.", expected="two counts", where=f"figure {definition.name} (ratio)"
            )
        run = replace(
            self._blank(definition, Ratio(part=part.value, whole=whole.value)),
            as_of=part.as_of,
            inputs={run.name: run.run_id for run in (part, whole)},
            n_members=part.n_members,
            n_synthetic=part.n_synthetic,
            members_digest=part.members_digest,
            read_members=part.read_members,
        )
        return _Result(run)

    def _union(self, definition: d.Definition, recipe: d.UnionOf, above: tuple[str, ...]) -> _Result:
        results = [self._result(name, above) for name in recipe.figures]
        self._check_alike(definition, [result.run for result in results])
        queries = [result.members for result in results if result.members is not None]
        if len(queries) < len(results):
            raise WrongDefinition(
                "Only figures with members can be united.",
                expected="counted figures",
                where=f"figure {definition.name}",
            )
        query = " UNION ".join(f"SELECT member FROM ({query})" for query in queries)
        summary = summarised(self.session, query)
        value = summary.n_members
        runs = [result.run for result in results]
        run = replace(
            self._blank(definition, value),
            as_of=runs[0].as_of,
            cells=tuple(Cell(dimension=TOGETHER, cell=run.name, value=run.n_members) for run in runs),
            overlapping=(TOGETHER,) if value < sum(run.n_members for run in runs) else (),
            n_members=value,
            n_synthetic=summary.n_synthetic,
            members_digest=summary.digest,
            inputs={run.name: run.run_id for run in runs},
            read_members=lambda dimension, cell: member_ids(self.session, query) if dimension is None else [],
        )
        return _Result(run, query)

    def _together(self, definition: d.Definition, recipe: d.Together, above: tuple[str, ...]) -> _Result:
        runs = {name: self._result(figure, above).run for name, figure in recipe.figures.items()}
        return _Result(side_by_side(self._blank(definition, None), runs))

    # --- estimated --------------------------------------------------------------------------------------------------
    def _estimated(self, definition: d.Definition, recipe: d.EstimateOf, above: tuple[str, ...]) -> _Result:
        run, members = self._for_lists(recipe.figure, above)
        if run.unit != definition.unit:
            raise WrongDefinition(
                "An estimate is of what its figure counts.",
                expected=f"the unit {run.unit}",
                found=definition.unit,
                where=f"figure {definition.name} (estimate)",
            )
        return _Result(estimated_run(self.archive, self._blank(definition, None), run, members, recipe, self.session))

    def _for_lists(self, name: str, above: tuple[str, ...] = ()) -> tuple[FigureRun, str]:
        result = self._result(name, above)
        if result.members is None:
            raise WrongDefinition("Only a figure with members can be put on lists.", found=name)
        return result.run, result.members

    def lists(self, figure: str | d.Definition, wanted: ListsWanted) -> ListsOfFigure:
        """Put a figure's members on the archive's lists; the figure's definition may be one that has no file."""
        if isinstance(figure, d.Definition):
            self._results[figure.name] = self._made(figure, (figure.name,))
            figure = figure.name
        run, members = self._for_lists(figure)
        return lists_of_figure(self.archive, self.session, run, members, wanted)

    def _renderings(self, definition: d.Definition, recipe: d.RenderingsOf, above: tuple[str, ...]) -> _Result:
        counted = self._result(recipe.figure, above).run
        if not isinstance(counted.value, int):
            raise WrongDefinition(
                "Only a count can be checked against words.",
                expected="a counted figure",
                where=f"figure {definition.name}",
            )
        checked = [
            rendering_json(rendering, check_rendering(rendering, counted.value, self.vocabulary))
            for rendering in recipe.renderings
        ]
        run = replace(
            self._blank(definition, counted.value),
            as_of=counted.as_of,
            details={"renderings": [*checked]},
            inputs={counted.name: counted.run_id},
            n_synthetic=counted.n_synthetic,
            read_members=counted.read_members,
        )
        return _Result(run)

    # --- said by sources --------------------------------------------------------------------------------------------
    def _quoted(self, definition: d.Definition, recipe: d.Quoted) -> _Result:
        subject = self._found(definition)[recipe.about.key]
        found = quote(recipe, subject, self.archive.records, self.session, figure=definition.name)
        run = replace(
            self._blank(definition, found.value),
            hedge=found.hedge,
            quoted_from=found.source,
            details=found.details,
            n_synthetic=int(found.synthetic),
        )
        return _Result(run)

    def _length(self, definition: d.Definition, recipe: d.AgeOf | d.LengthOf | d.HeldFor) -> FigureRun:
        (subject,) = self._found(definition).values()
        finder, known_by = self.archive.records, self.session.known_by
        found: Length
        match recipe:
            case d.AgeOf():
                found = age_on_date(recipe, subject, finder, known_by=known_by)
            case d.LengthOf():
                found = length_of_event(recipe, subject, finder, preferred_statements(self.session), known_by=known_by)
            case d.HeldFor():  # pragma: no branch  # mypy: no recipe is left
                deprivation = self.vocabulary.term("method_elements", "deprivation").properties
                found = held_for(
                    subject,
                    finder,
                    known_by=known_by,
                    begins=frozenset(deprivation["shown_by"]),
                    closes=frozenset(deprivation["ended_by"]),
                    figure=definition.name,
                )
        return replace(self._blank(definition, found.value), details=found.details)


def _values(members: list[str]) -> str:
    """Return a query for ``member`` over ids as they are written."""
    if not members:
        return "SELECT NULL::BIGINT AS member WHERE false"
    numbers = ", ".join(f"({parse_subject(member)})" for member in members)
    return f"SELECT member FROM (VALUES {numbers}) v(member)"
