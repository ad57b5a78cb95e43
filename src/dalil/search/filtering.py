"""Filters over persons found by name, and how many of them bear each value.

A filter asks what may be so: an age may be that of someone born within a span, a date that of an event within one.
Who is said to have no sex, age or place passes no filter for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dalil.search.gathering import About, SourceSaid
from dalil.values.ages import age_on
from dalil.values.dates import parse_date
from dalil.vocabulary.vocabulary import Vocabulary

GOVERNORATE: Final = "governorate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What else must be so of a person.

    Attributes
    ----------
    sex : str or None
        Code.
    ages : (int, int) or None
        Least and greatest age in full years, on the day asked about.
    places, acts, statuses : frozenset of str or None
        Codes, everything below them included.
    dates : (int or None, int or None) or None
        First and last day of a span, in days since 1970-01-01, that an event or act may lie in.
    source : str or None
        Key of a source that names the person.
    """

    sex: str | None = None
    ages: tuple[int, int] | None = None
    places: frozenset[str] | None = None
    dates: tuple[int | None, int | None] | None = None
    acts: frozenset[str] | None = None
    statuses: frozenset[str] | None = None
    source: str | None = None

    def any(self) -> bool:
        """Tell whether there is a filter at all."""
        asked = (self.sex, self.ages, self.places, self.dates, self.acts, self.statuses, self.source)
        return any(each is not None for each in asked)


def read_filters(
    vocabulary: Vocabulary,
    *,
    sex: str | None = None,
    age: int | tuple[int, int] | None = None,
    place: str | None = None,
    dates: str | None = None,
    act: str | None = None,
    status: str | None = None,
    source: str | None = None,
) -> Filters:
    """Read filters as people give them: terms by code, label or alias, dates as people write them.

    Raises
    ------
    UnknownTerm, UnreadableDate, ImpossibleDate
        A filter that means nothing is not passed over.
    """

    def below(scheme: str, text: str | None) -> frozenset[str] | None:
        return None if text is None else vocabulary.within(scheme, vocabulary.resolve(scheme, text))

    span = None
    if dates is not None:
        date = parse_date(dates)
        span = (None, None) if date is None else (date.lo, date.hi)
    return Filters(
        sex=None if sex is None else vocabulary.resolve("sexes", sex),
        ages=(age, age) if isinstance(age, int) else age,
        places=below("places", place),
        dates=span,
        acts=below("acts", act),
        statuses=below("statuses", status),
        source=source,
    )


def passes(
    about: About,
    filters: Filters,
    *,
    as_of: int,
    sources: Mapping[int, SourceSaid],
    statuses: Callable[[], Collection[str]],
) -> bool:
    """Tell whether what is said of a person fits every filter; the dearest question comes last."""
    return (
        (filters.sex is None or filters.sex in about.sexes)
        and (filters.places is None or bool(filters.places & about.places))
        and (filters.source is None or any(sources[e].key == filters.source for e in about.entries if e in sources))
        and (filters.acts is None or any(act.kind in filters.acts for act in about.acts))
        and (filters.ages is None or any(_may_be_of_age(birth, filters.ages, as_of) for birth in about.births))
        and (filters.dates is None or _may_fall(about, filters.dates))
        and (filters.statuses is None or bool(filters.statuses.intersection(statuses())))
    )


def _may_be_of_age(birth: tuple[int | None, int | None], ages: tuple[int, int], as_of: int) -> bool:
    lo, hi = birth
    if lo is not None and lo > as_of:
        return False
    youngest = 0 if hi is None or hi >= as_of else age_on(hi, as_of)
    oldest = None if lo is None else age_on(lo, as_of)
    return youngest <= ages[1] and (oldest is None or oldest >= ages[0])


def _may_fall(about: About, dates: tuple[int | None, int | None]) -> bool:
    spans = [(event.lo, event.hi) for detention in about.detentions for event in detention.events]
    spans += [(act.on_lo, act.on_hi) for act in about.acts]
    first, last = dates
    return any(
        (lo is not None or hi is not None)
        and (lo is None or last is None or lo <= last)
        and (hi is None or first is None or hi >= first)
        for lo, hi in spans
    )


def count_facets(
    persons: Iterable[tuple[About, Collection[str], Collection[str]]], vocabulary: Vocabulary
) -> dict[str, dict[str, int]]:
    """Return how many persons bear each value; a person may bear several, and none.

    Parameters
    ----------
    persons
        What is said of each, the codes of its statuses, and the keys of its sources.
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("sex", "place", "status", "source")}
    for about, statuses, sources in persons:
        counts["sex"].update(set(about.sexes))
        counts["place"].update({governorate(vocabulary, place) for place in about.places})
        counts["status"].update(set(statuses))
        counts["source"].update(set(sources))
    return {name: dict(sorted(each.items(), key=lambda item: (-item[1], item[0]))) for name, each in counts.items()}


def governorate(vocabulary: Vocabulary, place: str) -> str:
    """Return the governorate a place lies in; the place itself if it lies in none."""
    terms = vocabulary.scheme("places").terms
    if place not in terms:
        return place
    for code in (place, *vocabulary.ancestors("places", place)):
        if terms[code].property("kind") == GOVERNORATE:
            return code
    return place
