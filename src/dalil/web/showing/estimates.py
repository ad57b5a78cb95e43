"""An estimate drawn as SVG on the server: where the number may lie, how lists overlap, what each list and method adds.

Takes the plain numbers of :func:`dalil.estimation.plots.plots`; asks nobody anything. Whatever is estimated is hatched
or dashed, whatever is documented is solid, on every drawing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 720
NARROW: Final = 350
"""Width on a telephone, where names stand above their lines."""
SIDE: Final = 14
LABEL: Final = 190
ROW: Final = 30
NARROW_ROW: Final = 44
TALL: Final = 150
EDGE: Final = 50
N_TICKS: Final = 5
STEPS: Final = (1, 2, 5)
MOST_PATTERNS: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where numbers lie on a drawing, and the round numbers to print below it."""

    ticks: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """A histogram of how many there may be, by the logarithm; ``band`` is the 95 % interval, ``lines`` stand on it."""

    width: int
    height: int
    bars: tuple[tuple[float, float, float, float], ...]
    band: tuple[float, float]
    lines: tuple[tuple[str, float, int], ...]
    anchors: tuple[str, ...]
    axis: Axis

    @property
    def narrow(self) -> bool:
        """Whether it is drawn for a telephone."""
        return self.width == NARROW

    @property
    def marks(self) -> tuple[tuple[str, float, int, str], ...]:
        """The lines, each with the side on which its word grows."""
        return tuple((*line, anchor) for line, anchor in zip(self.lines, self.anchors, strict=True))

    @property
    def band_width(self) -> float:
        """How wide the band is."""
        return round(self.band[1] - self.band[0], 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One answer: from where to where, its middle if it has one; None where there is no answer."""

    label: str
    y: int
    low: int | None
    middle: int | None
    high: int | None
    x_low: float = 0.0
    x_high: float = 0.0
    x_middle: float | None = None
    truth: int | None = None
    x_truth: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Answers below each other on one axis.

    ``label_x`` is where their names stand and ``anchor`` the side on which these grow; ``label_down`` and ``line_down``
    say how far below a row's top name and line are.
    """

    width: int
    height: int
    label_x: float
    anchor: str
    label_down: int
    line_down: int
    rows: tuple[Range, ...]
    axis: Axis
    line_x: float | None = None

    @property
    def narrow(self) -> bool:
        """Whether it is drawn for a telephone."""
        return self.width == NARROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How many persons each two lists share, shaded by share of the smaller; and who is on which lists together."""

    lists: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    patterns: tuple[tuple[tuple[bool, ...], int, int], ...]
    n_more: int
    several: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """N against how much likelier those on no list were to be missed: a line in a band."""

    width: int
    height: int
    band: str
    line: str
    points: tuple[tuple[float, float, str, int], ...]
    ticks: tuple[tuple[float, int], ...]

    @property
    def narrow(self) -> bool:
        """Whether it is drawn for a telephone."""
        return self.width == NARROW


def round_ticks(low: float, high: float, *, by_log: bool = False) -> list[int]:
    """Return up to about six round numbers between two, whole ones only."""
    if by_log:
        first, last = math.floor(math.log10(max(low, 1))), math.ceil(math.log10(max(high, 2)))
        found = [step * 10**power for power in range(first, last + 1) for step in STEPS]
        inside = [each for each in found if low <= each <= high]
        if len(inside) > 2:
            return inside[:: max(1, math.ceil(len(inside) / (N_TICKS + 1)))]
    span = max(high - low, 1)
    rough = span / N_TICKS
    size = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = next((size * each for each in (1, 2, 5, 10) if size * each >= rough), size * 10)
    start = math.ceil(low / step) * step
    return [round(start + n * step) for n in range(int((high - start) // step) + 1)]


def _apart(ticks: Sequence[tuple[float, int]]) -> tuple[tuple[float, int], ...]:
    """Return numbers below an axis without those that would touch the one before."""
    kept: list[tuple[float, int]] = []
    for x, value in ticks:
        if not kept or abs(x - kept[-1][0]) >= 9 * len(f"{value:,}"):
            kept.append((x, value))
    return tuple(kept)


def draw_posterior(said: Mapping[str, Any] | None, *, rtl: bool, width: int = WIDTH) -> Posterior | None:
    """Return the histogram of an estimate; None where it was refused."""
    if said is None:
        return None
    edges, shares = [float(each) for each in said["edges"]], said["shares"]
    marks = [each for each in (said["n"], said["floor"], said["headline"]) if each]
    low, high = min(edges[0], *marks), max(edges[-1], *marks)
    span = math.log(high / low) or 1.0

    def x_of(value: float) -> float:
        x = SIDE + math.log(max(value, low) / low) / span * (width - 2 * SIDE)
        return round(width - x if rtl else x, 1)

    most = max(shares) or 1.0
    bars = []
    for first, last, share in zip(edges, edges[1:], shares, strict=False):
        start, end = sorted((x_of(first), x_of(last)))
        height = round(TALL * share / most, 1)
        bars.append((start, round(20 + TALL - height, 1), round(max(end - start, 0.6), 1), height))
    band = sorted((x_of(said["interval"][0]), x_of(said["interval"][1])))
    lines = [(name, x_of(said[name]), said[name]) for name in ("n", "floor", "headline") if said[name]]
    return Posterior(
        width=width,
        height=TALL + 48,
        bars=tuple(bars),
        band=(band[0], band[1]),
        lines=tuple(lines),
        # Words at an edge grow inwards.
        anchors=tuple("start" if x < EDGE else "end" if x > width - EDGE else "middle" for _, x, _ in lines),
        axis=Axis(ticks=_apart([(x_of(each), each) for each in round_ticks(low, high, by_log=True)])),
    )


def draw_ranges(
    said: Sequence[tuple[str, Sequence[int | None] | None, int | None]],
    *,
    rtl: bool,
    line: int | None = None,
    width: int = WIDTH,
) -> Ranges | None:
    """Return answers below each other.

    Parameters
    ----------
    said : sequence of (label, [low, middle, high] or None, known truth or None)
    line : int, optional
        A number to draw through all of them: what is documented.
    """
    if not said:
        return None
    numbers = [each for _, span, truth in said for each in (*(span or ()), truth) if each is not None]
    numbers += [line] if line is not None else []
    least, most = min(numbers, default=0), max(numbers, default=1)
    room = max(most - least, 1)
    low, high = max(0.0, least - 0.05 * room), most + 0.08 * room

    narrow = width == NARROW
    start = SIDE if narrow else LABEL

    def x_of(value: float) -> float:
        x = start + (value - low) / (high - low) * (width - start - SIDE)
        return round(width - x if rtl else x, 1)

    rows = []
    for number, (label, span, truth) in enumerate(said):
        y = 10 + number * (NARROW_ROW if narrow else ROW)
        x_truth = None if truth is None else x_of(truth)
        if span is None or span[0] is None or span[2] is None:
            rows.append(Range(label=label, y=y, low=None, middle=None, high=None, truth=truth, x_truth=x_truth))
            continue
        ends = sorted((x_of(span[0]), x_of(span[2])))
        rows.append(
            Range(
                label=label,
                y=y,
                low=span[0],
                middle=span[1],
                high=span[2],
                x_low=ends[0],
                x_high=ends[1],
                x_middle=None if span[1] is None else x_of(span[1]),
                truth=truth,
                x_truth=x_truth,
            )
        )
    label_at = SIDE if narrow else LABEL - 12
    return Ranges(
        width=width,
        height=len(rows) * (NARROW_ROW if narrow else ROW) + 36,
        label_x=width - label_at if rtl else label_at,
        anchor="start" if narrow != rtl else "end",  # above their line names begin with it; beside it they end there
        label_down=10 if narrow else 12,
        line_down=24 if narrow else 8,
        rows=tuple(rows),
        axis=Axis(ticks=_apart([(x_of(each), each) for each in round_ticks(low, high)])),
        line_x=None if line is None else x_of(line),
    )


def draw_overlap(said: Mapping[str, Any]) -> Overlap:
    """Return how lists overlap, as a table to be shaded (0 to 6) and the commonest ways to be on several of them."""
    sizes, shared = said["sizes"], said["shared"]
    on = [at for at, size in enumerate(sizes) if size]  # a list that holds nobody says nothing
    lists = [said["lists"][at] for at in on]
    rows = []
    for row in on:
        name, cells = said["lists"][row], []
        for column in on:
            least = max(1, min(sizes[row], sizes[column]))
            shade = 0 if row == column else round(6 * shared[row][column] / least)
            cells.append((shared[row][column], shade))
        rows.append((name, tuple(cells)))
    patterns = said["patterns"]
    most = max((each["count"] for each in patterns), default=1)
    return Overlap(
        lists=tuple(lists),
        rows=tuple(rows),
        patterns=tuple(
            (tuple(name in each["lists"] for name in lists), each["count"], round(100 * each["count"] / most))
            for each in patterns[:MOST_PATTERNS]
        ),
        n_more=max(0, len(patterns) - MOST_PATTERNS),
        several=said["several"],
        n=said["n"],
    )


def draw_sensitivity(said: Mapping[str, Any] | None, *, rtl: bool, width: int = WIDTH) -> Curve | None:
    """Return the curve of N by how the lists together depend on each other; None where it says nothing."""
    if said is None or len(said["factors"]) < 2:
        return None
    factors = [math.log(each) for each in said["factors"]]
    top = max(said["high"]) or 1

    def x_of(value: float) -> float:
        x = 70 + (value - factors[0]) / (factors[-1] - factors[0]) * (width - 70 - SIDE)
        return round(width - x if rtl else x, 1)

    def y_of(value: float) -> float:
        return round(12 + TALL * (1 - value / top), 1)

    xs = [x_of(each) for each in factors]
    upper = [f"{x:g},{y_of(value):g}" for x, value in zip(xs, said["high"], strict=True)]
    lower = [f"{x:g},{y_of(value):g}" for x, value in zip(xs, said["low"], strict=True)]
    middle = [f"{x:g},{y_of(value):g}" for x, value in zip(xs, said["median"], strict=True)]
    return Curve(
        width=width,
        height=TALL + 46,
        band=" ".join([*upper, *reversed(lower)]),
        line=" ".join(middle),
        points=tuple(
            (x, y_of(value), f"{factor:g}", value)
            for x, value, factor in zip(xs, said["median"], said["factors"], strict=True)
        ),
        ticks=tuple((y_of(each), each) for each in round_ticks(0, top) if each),
    )
