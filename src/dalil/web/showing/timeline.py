"""A timeline drawn as SVG on the server: each event a bar as long as its date is uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dalil.records.deriving import bounds_of
from dalil.records.dossier import Dossier
from dalil.records.statement_view import StatementView
from dalil.web.showing.dates import iso, written_bounds
from dalil.web.showing.words import Words

WIDTH: Final = 720
LEFT: Final = 12
RIGHT: Final = 12
ROW: Final = 22
TOP: Final = 26
NARROW: Final = 340
TALL_ROW: Final = 40
"""On a telephone: a line of text, and its bar below."""
LEAST_BAR: Final = 5
MOST_EVENTS: Final = 60
DATED: Final = ("episode_event", "act", "event", "appearance", "birth", "broadcast", "testimony", "award", "concluded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One event on the line: where its bar begins and ends, in drawing units, and what it is."""

    x: float
    width: float
    y: float
    label: str
    label_x: float
    label_y: float
    anchor: str
    date: str
    entry: int
    coerced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything a template needs to draw the line."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    years: tuple[tuple[float, str], ...]
    as_of_x: float | None
    n_left_out: int
    narrow: bool = False


def draw_timeline(
    views: Sequence[StatementView], dossier: Dossier, words: Words, *, as_of: int, rtl: bool, narrow: bool = False
) -> Timeline:
    """Return the timeline of dated statements; time runs in the reading direction.

    ``narrow`` draws it for a telephone: what happened stands above its bar, at the edge of the page.
    """
    page, row = (NARROW, TALL_ROW) if narrow else (WIDTH, ROW)
    dated = sorted(
        (found for view in views if (found := _dated(view, words)) is not None), key=lambda each: (each[0], each[1])
    )
    merged: dict[tuple[int, int, str], tuple[int, int, str, int, bool]] = {}
    for lo, hi, label, entry, coerced in dated:
        merged.setdefault((lo, hi, label), (lo, hi, label, entry, coerced))
    shown = list(merged.values())[:MOST_EVENTS]
    if not shown:
        return Timeline(width=page, height=0, marks=(), years=(), as_of_x=None, n_left_out=0)
    first = min(min(each[0] for each in shown), as_of)
    last = max(max(each[1] for each in shown), as_of)
    pad = max(90, (last - first) // 20)
    first, last = first - pad, last + pad
    scale = (page - LEFT - RIGHT) / (last - first)

    def x_of(day: int) -> float:
        x = LEFT + (day - first) * scale
        return round(page - x if rtl else x, 1)

    marks = []
    for number, (lo, hi, label, entry, coerced) in enumerate(shown):
        start, end = sorted((x_of(lo), x_of(hi)))
        width = max(LEAST_BAR, round(end - start, 1))
        y = TOP + number * row + (row - ROW)
        right_side = (start + width) < page * 0.55
        beside = start + width + 6 if right_side else start - 6
        marks.append(
            Mark(
                x=start,
                width=width,
                y=y,
                label=label,
                label_x=(page - 2 if rtl else 2) if narrow else beside,
                label_y=y - 5 if narrow else y + 10,
                anchor="start" if narrow or right_side is not rtl else "end",
                date=written_bounds(lo, hi),
                entry=entry,
                coerced=coerced,
            )
        )
    first_year, last_year = int(iso(first)[:4] or 0), int(iso(last)[:4] or 0)
    step = max(1, (last_year - first_year) // (4 if narrow else 8))
    years = tuple(
        (x_of(_first_day(year)), str(year))
        for year in range(first_year + 1, last_year + 1)
        if (year - first_year) % step == 0
    )
    return Timeline(
        width=page,
        height=TOP + len(shown) * row + 8,
        narrow=narrow,
        marks=tuple(marks),
        years=years,
        as_of_x=x_of(as_of),
        n_left_out=len(merged) - len(shown),
    )


def _first_day(year: int) -> int:
    lo, _hi = bounds_of(f"{year:04}")
    assert lo is not None
    return lo


def _dated(view: StatementView, words: Words) -> tuple[int, int, str, int, bool] | None:
    if view.predicate not in DATED or view.polarity == "denies":
        return None
    value = view.value if isinstance(view.value, dict) else {}
    lo, hi = bounds_of(value.get("on")) if value.get("on") else (view.lo, view.hi)
    if lo is None or hi is None:
        return None
    match view.predicate:
        case "episode_event":
            label = words.term("episode_events", value["event"])
        case "act":
            label = words.term("acts", value["kind"])
        case "event":
            label = words.term("event_kinds", value["kind"])
        case _:
            label = words.predicate(view.predicate)
    return lo, hi, label, view.entry, view.speech == "coerced" or value.get("speech") == "coerced"
