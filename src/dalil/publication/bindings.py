"""What a report needs to know of a figure, and how one binding in the prose becomes words on the page.

A report never holds a number that is a figure: it holds a binding such as ``{F10|hedge=at_least}``. The binding is
resolved against a :class:`PublishedFigure`, which is the figures room's run seen from the page. A hedge that the number
does not bear ("nearly 20,000" for 20,847) is refused here, before anything is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from dalil.errors import TemplateWrong, UnknownFigure
from dalil.publication.prose import FigureBinding
from dalil.publication.wording import Wording
from dalil.values.canonical import JsonObject, JsonValue
from dalil.vocabulary import Vocabulary, count_bounds

IN_MONTHS: Final = frozenset({"month", "duration"})
"""Units whose spans are whole months, said in years and months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A whole number known only to lie between two ends, both included; None where nothing bounds it."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A part of a whole; both are kept, because a percentage alone cannot be checked."""

    part: int
    whole: int


Value: TypeAlias = int | Span | Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPoint:
    """One bar of a chart: a value of a dimension, its label in each language, and the count."""

    key: str
    label: Mapping[str, str]
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigure:
    """One figure run, as a page sees it.

    Parameters
    ----------
    name : str
        Name of the figure in prose and annex, such as ``F10``.
    run_id : str
        Identifies the run in the ledger.
    figure_class : str
        Code in the vocabulary's scheme ``figure_classes``, or ``derived``.
    unit : str
        Code in the vocabulary's scheme ``units``.
    title, definition : mapping of language to text
        A few words for tables; the full sentence for the annex.
    value : int, Span, Ratio or None
        None only where a source gave a word and no number ("thousands").
    hedge : str, optional
        A quoted number's own hedge, as its source put it (scheme ``hedges``).
    quoted_from : str, optional
        Key of the source a quoted number comes from.
    cells : mapping of cell name to value
        Parts of the figure along its dimensions, such as ``women``.
    series : mapping of dimension to points
        The same figure along a dimension worth drawing, in the order of drawing.
    as_of, window : date; first and last day (either may be open)
        The day in the world the figure speaks of, and the days its events may lie in.
    known_by : int
        Size of the ledger the run read.
    method, floor, age_reference, denominator : str, optional
        Method version; inclusion floor (a grade); the day ages are reckoned on (``arrest``, ``as_of`` or ``arrest and
        as_of``); name of the denominator's figure.
    n_members, n_synthetic : int, optional
        Records counted, and how many of them are invented.
    members_digest, definition_digest : str, optional
        SHA-256 of the sorted member ids and of the definition.
    unknowns, exclusions : mapping of code to count
        Members a dimension says nothing about; records left out, by reason.
    record : JSON object
        The run's own record, embedded in the document as it is.
    """

    name: str
    run_id: str
    figure_class: str
    unit: str
    title: Mapping[str, str]
    definition: Mapping[str, str]
    value: Value | None
    hedge: str | None = None
    quoted_from: str | None = None
    cells: Mapping[str, Value] = field(default_factory=dict)
    series: Mapping[str, tuple[SeriesPoint, ...]] = field(default_factory=dict)
    as_of: date | None = None
    window: tuple[date | None, date | None] = (None, None)
    known_by: int
    method: str | None = None
    floor: str | None = None
    age_reference: str | None = None
    denominator: str | None = None
    n_members: int | None = None
    n_synthetic: int | None = None
    members_digest: str | None = None
    definition_digest: str | None = None
    unknowns: Mapping[str, int] = field(default_factory=dict)
    exclusions: Mapping[str, int] = field(default_factory=dict)
    record: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundFigure:
    """A binding resolved: the words to print and what they stand for.

    ``before`` and ``after`` are words around the number (a hedge, the thing counted); ``number`` is the number itself,
    which is kept in one piece and in its own direction. ``value`` is None for a cell that was not counted.
    """

    figure: str
    cell: str | None
    run_id: str
    value: Value | None
    before: str
    number: str
    after: str
    hedge: str | None
    rounded_to: int | None

    @property
    def rendering(self) -> str:
        """The words as a reader meets them."""
        return " ".join(part for part in (self.before, self.number, self.after) if part)


def value_json(value: Value | None) -> JsonValue:
    """Return a value as JSON: a number, or an object of whole numbers."""
    match value:
        case None | int():
            return value
        case Span():
            return {"low": value.low, "high": value.high}
        case Ratio():
            return {"part": value.part, "whole": value.whole}


def find_figure(figures: Mapping[str, PublishedFigure], name: str, where: str) -> PublishedFigure:
    """Return the figure a binding names.

    Raises
    ------
    UnknownFigure
        No run of that name was handed to the report.
    """
    if name not in figures:
        raise UnknownFigure(
            "The prose asks for a figure that was not run.",
            expected="one of " + ", ".join(sorted(figures)),
            found=name,
            where=where,
            todo="Run the figure, or correct its name in the prose.",
        )
    return figures[name]


def resolve(
    binding: FigureBinding,
    figures: Mapping[str, PublishedFigure],
    *,
    wording: Wording,
    vocabulary: Vocabulary,
    where: str,
) -> BoundFigure:
    """Turn a binding into the words that are printed.

    Raises
    ------
    UnknownFigure
        The figure, or the cell, is not there (a cell marked ``?`` may be absent).
    TemplateWrong
        The hedge is not true of the number, or the form asked for does not fit the value.
    """
    figure = find_figure(figures, binding.figure, where)
    value = _pick(figure, binding, where)
    hedge = binding.hedge or (figure.hedge if binding.cell is None else None)
    if value is None and not (hedge and binding.cell is None):
        absent = wording.words["not_counted"]
        return BoundFigure(
            figure=figure.name,
            cell=binding.cell,
            run_id=figure.run_id,
            value=None,
            before="",
            number=absent,
            after="",
            hedge=None,
            rounded_to=None,
        )
    shown = _rounded(value, binding, where) if isinstance(value, int) else value
    if binding.hedge and isinstance(value, int | None):  # a quoted hedge is its source's own affair
        printed = shown if isinstance(shown, int) else None
        _check_hedge(vocabulary, binding.hedge, actual=value, shown=printed, where=where)
    before = vocabulary.label("hedges", hedge, wording.language) if hedge else ""
    stands_alone = value is None or binding.form == "hedge"
    number = "" if stands_alone else _number(shown, binding, figure, wording, where)
    after = wording.noun(binding.noun, shown, where) if binding.noun else ""
    if binding.noun and wording.swallows_number(shown):
        number = ""
    if not number:  # "thousands", or a counted noun in the Arabic dual, is the number
        before, number, after = "", " ".join(part for part in (before, after) if part), ""
    return BoundFigure(
        figure=figure.name,
        cell=binding.cell,
        run_id=figure.run_id,
        value=value,
        before=before,
        number=number,
        after=after,
        hedge=hedge,
        rounded_to=binding.rounded_to,
    )


def _pick(figure: PublishedFigure, binding: FigureBinding, where: str) -> Value | None:
    if binding.cell is None:
        return figure.value
    if isinstance(figure.value, Ratio) and binding.cell in {"part", "whole"}:
        return figure.value.part if binding.cell == "part" else figure.value.whole
    if binding.cell not in figure.cells and not binding.optional:
        raise UnknownFigure(
            "The prose asks for a cell that the figure does not have.",
            expected="one of " + (", ".join(sorted(figure.cells)) or "none: the figure has no cells"),
            found=f"{figure.name}.{binding.cell}",
            where=where,
            todo="Add the dimension to the figure's definition, or correct the name in the prose.",
        )
    return figure.cells.get(binding.cell)


def _rounded(value: int, binding: FigureBinding, where: str) -> int:
    step = binding.rounded_to
    if step is None:
        return value
    if step < 1:
        raise TemplateWrong("A number is rounded to nothing.", expected="1 or more", found=str(step), where=where)
    match binding.hedge:
        case "nearly" | "fewer_than" | "at_most":
            return -(-value // step) * step
        case "at_least" | "more_than":
            return value // step * step
        case _:
            return (value + step // 2) // step * step


def _check_hedge(vocabulary: Vocabulary, hedge: str, *, actual: int | None, shown: int | None, where: str) -> None:
    """Refuse a hedge that is not true of the number it goes with."""
    low, high = count_bounds(vocabulary, hedge, shown)
    if actual is None:
        return
    if (low is not None and actual < low) or (high is not None and actual > high):
        bounds = f"{'any' if low is None else low} to {'any' if high is None else high}"
        raise TemplateWrong(
            "A hedge says something that is not true of the figure.",
            expected=f"a value in {bounds}, which is what '{hedge}' means beside {shown}",
            found=str(actual),
            where=where,
            todo="Choose another hedge or another rounding.",
        )


def _number(value: Value | None, binding: FigureBinding, figure: PublishedFigure, wording: Wording, where: str) -> str:
    match value, binding.form:
        case int(), None:
            return wording.number(value)
        case int(), "duration":
            return wording.duration(value, value)
        case Span(low=low, high=high), None if figure.unit not in IN_MONTHS:
            return wording.between(low, high)
        case Span(low=low, high=high), None | "duration":
            return wording.duration(low, high)
        case Ratio(part=part, whole=whole), None | "percent" if whole > 0:
            return wording.percent(part, whole, decimals=binding.decimals)
    raise TemplateWrong(
        "A figure cannot be printed in the form the prose asks for.",
        expected="percent for a ratio over a positive whole, duration for months, no form for a count",
        found=f"{binding.form or 'no form'} for {type(value).__name__}",
        where=where,
    )
