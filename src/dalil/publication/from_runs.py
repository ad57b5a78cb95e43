"""Figure runs as a page sees them: the step from the figures room into this one.

Cells that their definition holds too small to publish, without giving a reason why they may be, stop here: they can
neither be bound nor drawn, and the record that is embedded goes without its cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

from dalil.figures.cells import UNKNOWN_CELL
from dalil.figures.runs import MONTHS, Cell, Duration, FigureRun
from dalil.figures.runs import Ratio as CountedRatio
from dalil.figures.runs import Span as CountedSpan
from dalil.figures.runs import Value as CountedValue
from dalil.publication.bindings import PublishedFigure, Ratio, SeriesPoint, Span, Value
from dalil.publication.chrome import LANGUAGES, load_chrome
from dalil.values.canonical import JsonObject
from dalil.vocabulary import Vocabulary

LABEL_SCHEMES: Final = ("places", "parties", "statuses", "sexes", "units")
"""Where the label of a cell is looked for, in this order; a code found nowhere is its own label."""


def published(run: FigureRun, vocabulary: Vocabulary) -> PublishedFigure:
    """Return a figure run as a report prints it."""
    exempt = run.suppression is None or run.suppression.get("exempt") is not None
    cells = [cell for cell in run.cells if exempt or not cell.small]
    denominator = run.denominator.get("figure") if run.denominator else None
    return PublishedFigure(
        name=run.name,
        run_id=run.run_id,
        figure_class=run.figure_class,
        unit=run.unit,
        title=run.title,
        definition=run.text,
        value=_value(run.value),
        hedge=run.hedge,
        quoted_from=run.quoted_from,
        cells=_cells(cells),
        series=_series(cells, vocabulary),
        as_of=date.fromisoformat(run.as_of) if run.as_of else None,
        window=(_day(run.window[0]), _day(run.window[1])),
        known_by=run.known_by,
        method=run.method,
        floor=run.floor,
        age_reference=run.age_reference,
        denominator=None if denominator is None else str(denominator),
        n_members=run.n_members or None,
        n_synthetic=run.n_synthetic if run.n_members else None,
        members_digest=run.members_digest if run.n_members else None,
        definition_digest=run.definition_digest,
        unknowns=run.unknowns,
        exclusions=run.exclusions,
        record=_record(run, n_withheld=len(run.cells) - len(cells)),
    )


def _value(value: CountedValue | None) -> Value | None:
    match value:
        case None | int():
            return value
        case CountedSpan():
            return Span(low=value.low, high=value.high)
        case Duration():
            least, most = value.least, value.most
            return Span(low=least[0] * MONTHS + least[1], high=None if most is None else most[0] * MONTHS + most[1])
        case CountedRatio():
            return Ratio(part=value.part, whole=value.whole)


def _cells(cells: list[Cell]) -> dict[str, Value]:
    """Return cells by ``<dimension>.<cell>``, and by ``<cell>`` alone where no two dimensions have one of that name."""
    times = Counter(cell.cell for cell in cells)
    named: dict[str, Value] = {f"{cell.dimension}.{cell.cell}": cell.value for cell in cells}
    named.update({cell.cell: cell.value for cell in cells if times[cell.cell] == 1})
    return named


def _series(cells: list[Cell], vocabulary: Vocabulary) -> dict[str, tuple[SeriesPoint, ...]]:
    series: dict[str, tuple[SeriesPoint, ...]] = {}
    for cell in cells:
        if cell.cell == UNKNOWN_CELL and cell.value == 0:
            continue  # a bar of nothing, about nobody
        point = SeriesPoint(key=cell.cell, label=_label(cell.cell, vocabulary), value=cell.value)
        series[cell.dimension] = (*series.get(cell.dimension, ()), point)
    return series


def _label(code: str, vocabulary: Vocabulary) -> Mapping[str, str]:
    for scheme in () if code == UNKNOWN_CELL else LABEL_SCHEMES:
        if code in vocabulary.scheme(scheme).terms:
            return {language: vocabulary.label(scheme, code, language) for language in LANGUAGES}
    return {language: load_chrome(language).code(code) for language in LANGUAGES}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _record(run: FigureRun, *, n_withheld: int) -> JsonObject:
    record = run.record()
    return {**record, "cells": [], "cells_withheld": n_withheld} if n_withheld else record
