"""Ages and lengths of time, worked out from what sources say of one person, event or episode.

Dates are known within bounds, so what follows from them is too: at least so long, at most so long. What a source says
outright ("33 years old", "six years") stands beside what its dates give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

from dalil.errors import DalilError, WrongDefinition
from dalil.figures.definitions import AgeOf, LengthOf
from dalil.figures.ports import Finder, Said
from dalil.figures.runs import Duration, Span, Value, value_json
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.dates import FuzzyDate, YearsMonthsDays, age_bounds, birth_from_age, duration_bounds, parse_edtf
from dalil.values.ids import format_subject

UNITS_OF_TIME = ("year", "month", "day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A length of time or an age, with how it was reached."""

    value: Value | None
    details: JsonObject
    synthetic: bool = False
    statements: tuple[int, ...] = field(default=())


# --- ages -----------------------------------------------------------------------------------------------------------
def age_on_date(recipe: AgeOf, person: int, finder: Finder, *, known_by: int) -> Length:
    """Return how old a person was on a date: as a source says of that very date, within what is known of the birth."""
    at = parse_edtf(recipe.at)
    ages = _said(finder, person, "age", known_by)
    births = [parse_edtf(view.value) for view in _said(finder, person, "birth", known_by)]
    births += [_birth(view) for view in ages if view.value.get("at")]
    said = sorted({int(view.value["years"]) for view in ages if view.value.get("at") == recipe.at})
    born, agree = _together(births)
    low, high = age_bounds(born, at) if agree else (None, None)
    value: Value | None = Span(low=low, high=high)
    if agree and len(said) == 1 and (low is None or low <= said[0]) and (high is None or said[0] <= high):
        value = said[0]
    return Length(
        value=value,
        details={
            "said": [*said],
            "from_birth": value_json(Span(low=low, high=high)),
            "birth": born.edtf if agree else None,
            "births_agree": agree,
        },
        statements=tuple(view.id for view in ages),
    )


def _birth(view: Said) -> FuzzyDate:
    low, high = birth_from_age(int(view.value["years"]), parse_edtf(view.value["at"]))
    return FuzzyDate.of_bounds(low, high)


# --- events ---------------------------------------------------------------------------------------------------------
def length_of_event(
    recipe: LengthOf, event: int, finder: Finder, preferred: frozenset[int], *, known_by: int
) -> Length:
    """Return how long an event lasted: by the preferred account, else between the least and the most of all."""
    given: list[tuple[Said, Duration]] = []
    for view in _said(finder, event, "event", known_by):
        start, slash, end = str(view.value.get("on", "")).partition("/")
        if view.value.get("kind") == recipe.kind and slash and start not in ("", "..") and end not in ("", ".."):
            least, most = duration_bounds(parse_edtf(start), parse_edtf(end))
            given.append((view, Duration(least=least or (0, 0, 0), most=most)))
    chosen = [length for view, length in given if view.id in preferred] or [length for _, length in given]
    counts = _said(finder, event, "count", known_by)
    said = [view for view in counts if view.value.get("of_what") in UNITS_OF_TIME]
    return Length(
        value=_hull(chosen),
        details={
            "by_dates": [_given(view, value_json(length), view.id in preferred) for view, length in given],
            "said": [
                _given(view, {"unit": view.value["of_what"], **view.value["count"]}, view.id in preferred)
                for view in said
            ],
        },
        statements=tuple(view.id for view, _ in given),
    )


def _hull(lengths: Sequence[Duration]) -> Duration | None:
    if not lengths:
        return None
    ends: list[YearsMonthsDays] = [length.most for length in lengths if length.most is not None]
    most = max(ends) if len(ends) == len(lengths) else None
    return Duration(least=min(length.least for length in lengths), most=most)


def _given(view: Said, value: JsonValue, is_preferred: bool) -> JsonObject:
    return {"statement": format_subject(view.id), "source": view.source_key, "value": value, "preferred": is_preferred}


# --- episodes -------------------------------------------------------------------------------------------------------
def held_for(
    episode: int, finder: Finder, *, known_by: int, begins: frozenset[str], closes: frozenset[str], figure: str
) -> Length:
    """Return how long a person was held, from the arrest to the end of the episode.

    Raises
    ------
    WrongDefinition
        The episode has no dated arrest, or no dated end.
    """
    views = [view for view in _said(finder, episode, "episode_event", known_by) if view.value.get("on")]
    start = [parse_edtf(view.value["on"]) for view in views if view.value["event"] in begins]
    end = [parse_edtf(view.value["on"]) for view in views if view.value["event"] in closes]
    if not start or not end:
        raise WrongDefinition(
            "A figure asks how long an episode lasted that has no dated beginning or no dated end.",
            expected="a dated arrest and a dated release, or another end",
            found=f"{len(start)} dated arrests, {len(end)} dated ends",
            where=f"figure {figure}",
        )
    (arrested, arrests_agree), (ended, ends_agree) = _together(start), _together(end)
    try:
        least, most = duration_bounds(arrested, ended)
    except DalilError as error:
        raise WrongDefinition(
            "An episode ends before it begins.", expected="an arrest before its end", where=f"figure {figure}"
        ) from error
    return Length(
        value=Duration(least=least or (0, 0, 0), most=most),
        details={"arrested": arrested.edtf, "ended": ended.edtf, "dates_agree": arrests_agree and ends_agree},
        statements=tuple(view.id for view in views),
    )


def _together(dates: Sequence[FuzzyDate]) -> tuple[FuzzyDate, bool]:
    """Return where dates meet, and whether they do; else the span they cover."""
    if not dates:
        return FuzzyDate.of_bounds(None, None), True
    met = reduce(lambda met, date: None if met is None else met.intersect(date), dates[1:], _optional(dates[0]))
    if met is not None:
        return met, True
    lows, highs = [date.lo for date in dates], [date.hi for date in dates]
    low = None if None in lows else min(low for low in lows if low is not None)
    high = None if None in highs else max(high for high in highs if high is not None)
    return FuzzyDate.of_bounds(low, high), False


def _optional(date: FuzzyDate) -> FuzzyDate | None:
    return date


def _said(finder: Finder, subject: int, predicate: str, known_by: int) -> list[Said]:
    return [view for view in finder.find(subject=subject, predicate=predicate, known_by=known_by) if view.is_free]
