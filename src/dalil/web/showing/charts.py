"""Figures drawn as SVG on the server: bars, years, and a map of tiles on which every governorate is as large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dalil.figures.runs import Cell
from dalil.web.showing.words import Words

WIDTH: Final = 720
BAR: Final = 26
LABEL: Final = 210
TILE: Final = 92
MOST_BARS: Final = 40
SCHEMES: Final = (
    "statuses",
    "places",
    "parties",
    "sexes",
    "age_classes",
    "reasons",
    "carriers",
    "speaker_bases",
    "award_outcomes",
    "units",
    "means",
    "acts",
    "event_kinds",
    "party_groups",
)
TILES: Final[Mapping[str, tuple[int, int]]] = {
    "SY07": (1, 0),
    "SY02": (2, 0),
    "SY11": (3, 0),
    "SY08": (4, 0),
    "SY06": (0, 1),
    "SY05": (1, 1),
    "SY09": (4, 1),
    "SY10": (0, 2),
    "SY04": (2, 1),
    "SY03": (2, 2),
    "SY01": (1, 2),
    "SY14": (0, 3),
    "SY12": (1, 3),
    "SY13": (2, 3),
}
"""Column and row of each governorate, north above, west to the left whatever the direction of writing."""


CELLS: Final[Mapping[str, Any]] = {
    "age": _("age"),
    "age_and_sex": _("age and sex"),
    "age_class": _("age class"),
    "addressee": _("addressee"),
    "carrier": _("carrier"),
    "children": _("children"),
    "children_on_the_day": _("children on the day"),
    "gives": _("gives"),
    "governorate": _("governorate"),
    "men": _("men"),
    "outcome": _("outcome"),
    "over_70": _("over seventy"),
    "over_70_at_arrest": _("over seventy at arrest"),
    "party": _("party"),
    "sentence": _("sentence"),
    "sex": _("sex"),
    "side": _("side"),
    "speaker_basis": _("speaker is"),
    "state": pgettext_lazy("a party", "the state"),
    "syrian_state": _("the Syrian state"),
    "other_parties": _("other parties"),
    "sentence_expired_still_held": _("held beyond their sentence"),
    "status": _("status"),
    "together": _("side by side"),
    "unknown": _("unknown"),
    "women": _("women"),
    "year": _("year"),
    "year_of_arrest": _("year of arrest"),
}
"""Dimensions and cells that definitions name, and that are no terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How wide a drawing is, where bars begin, how tall a bar with its label is, and whether the label stands above."""

    width: int
    label: int
    row: int
    room: int
    above: bool


WIDE: Final = Layout(width=WIDTH, label=LABEL, row=BAR, room=90, above=False)
NARROW: Final = Layout(width=340, label=2, row=46, room=70, above=True)
"""For a telephone: labels above the bars, so that nothing has to be pushed aside to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One cell as a bar."""

    key: str
    label: str
    value: int
    unknown: int
    share: int
    y: int
    width: float
    x: float
    height: float
    label_x: float
    label_y: int
    value_x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One governorate: where its tile lies, and how dark it is, from 0 to 6."""

    key: str
    label: str
    value: int
    x: int
    y: int
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One dimension of a figure, drawn."""

    dimension: str
    label: str
    form: str
    overlap: bool
    bars: tuple[Bar, ...]
    tiles: tuple[Tile, ...]
    width: int
    height: int
    above: bool = False
    elsewhere: tuple[Bar, ...] = ()


def cell_label(key: str, words: Words) -> str:
    """Return what a cell is called: a term, a year, or a name a definition gives."""
    if key in CELLS:
        return str(CELLS[key])
    for scheme in SCHEMES:
        found = words.vocabulary.schemes.get(scheme)
        if found is not None and key in found.terms:
            return words.term(scheme, key)
    return key.replace("_", " ")


def draw_charts(
    cells: Sequence[Cell], overlapping: Sequence[str], words: Words, *, rtl: bool, layout: Layout = WIDE
) -> list[Chart]:
    """Return one drawing for each dimension."""
    dimensions: dict[str, list[Cell]] = {}
    for cell in cells:
        dimensions.setdefault(cell.dimension, []).append(cell)
    return [_chart(name, found, name in overlapping, words, rtl, layout) for name, found in dimensions.items()]


def _chart(name: str, cells: Sequence[Cell], overlap: bool, words: Words, rtl: bool, layout: Layout) -> Chart:
    on_map = [cell for cell in cells if cell.cell in TILES]
    years = len(cells) > 1 and all(cell.cell.isdecimal() or cell.cell == "unknown" for cell in cells)
    form = "map" if len(on_map) > len(cells) / 2 else "years" if years else "bars"
    drawn = sorted(cells, key=lambda cell: cell.cell) if form == "years" else list(cells)
    bars = _columns(drawn, words, rtl, layout) if form == "years" else _bars(drawn[:MOST_BARS], words, rtl, layout)
    return Chart(
        dimension=name,
        label=cell_label(name, words),
        form=form,
        overlap=overlap,
        bars=tuple(bars),
        tiles=tuple(_tiles(on_map, words)) if form == "map" else (),
        width=layout.width if form != "map" else 5 * TILE,
        height=220 if form == "years" else 4 * TILE if form == "map" else len(bars) * layout.row + 6,
        above=layout.above,
        elsewhere=tuple(bar for bar in bars if bar.key not in TILES) if form == "map" else (),
    )


def _bars(cells: Sequence[Cell], words: Words, rtl: bool, layout: Layout) -> list[Bar]:
    most = max((cell.value for cell in cells), default=0) or 1
    bars = []
    for number, cell in enumerate(cells):
        width = round((layout.width - layout.label - layout.room) * cell.value / most, 1)
        start = layout.label
        y = number * layout.row + (22 if layout.above else 4)
        beside = start if layout.above else start - 10
        bars.append(
            Bar(
                key=cell.cell,
                label=cell_label(cell.cell, words),
                value=cell.value,
                unknown=cell.unknown,
                share=round(100 * cell.value / most),
                y=y,
                width=width,
                x=layout.width - start - width if rtl else start,
                height=BAR - 8,
                label_x=layout.width - beside if rtl else beside,
                label_y=y - 6 if layout.above else y + 13,
                value_x=layout.width - start - width - 8 if rtl else start + width + 8,
            )
        )
    return bars


def _columns(cells: Sequence[Cell], words: Words, rtl: bool, layout: Layout) -> list[Bar]:
    most = max((cell.value for cell in cells), default=0) or 1
    step = (layout.width - 20) / max(1, len(cells))
    bars = []
    for number, cell in enumerate(cells):
        height = round(150 * cell.value / most, 1)
        x = 10 + (len(cells) - 1 - number if rtl else number) * step
        bars.append(
            Bar(
                key=cell.cell,
                label=cell_label(cell.cell, words),
                value=cell.value,
                unknown=cell.unknown,
                share=round(100 * cell.value / most),
                y=round(185 - height),
                width=round(min(step * 0.72, 64), 1),
                x=round(x + step * 0.14, 1),
                height=height,
                label_x=round(x + step * 0.14 + min(step * 0.72, 64) / 2, 1),
                label_y=204,
                value_x=round(x + step * 0.14 + min(step * 0.72, 64) / 2, 1),
            )
        )
    return bars


def _tiles(cells: Sequence[Cell], words: Words) -> list[Tile]:
    most = max((cell.value for cell in cells), default=0) or 1
    values = {cell.cell: cell.value for cell in cells}
    return [
        Tile(
            key=code,
            label=words.term("places", code),
            value=values.get(code, 0),
            x=column * TILE + 3,
            y=row * TILE + 3,
            shade=0 if not values.get(code) else max(1, min(6, round(6 * values[code] / most))),
        )
        for code, (column, row) in TILES.items()
    ]
