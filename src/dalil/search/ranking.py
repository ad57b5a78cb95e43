"""How well a name in the records answers to a query, and which of its letters do.

A query is compared with the whole name, as `dalil names compare` does; and, where it leaves out or passes over names
that the record has, with the names in their order. What is told apart from the name (a father's name, a mother's)
counts as part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from dalil.names import FULL_ORDER, ParsedName, Unfinished, parse, score_unfinished, units_of
from dalil.names.comparing import score_units
from dalil.names.explaining import NEAR, SAME
from dalil.names.similarity import likeness
from dalil.names.units import Unit, unit
from dalil.search.found import Match

ONE_NAME: Final = 0.8
"""The most that a query of one name scores by a name that has more."""
ELSEWHERE: Final = (1.0, 0.85, 0.97)
"""What one name asked for counts as the first, a middle and the last name of a person."""
IN_PART: Final = 0.6
"""The most that a finished query scores by some names of a person in their order, the given name passed over."""
NOT_THERE: Final = 0.2
"""The most that parts asked for and not in a name take from its score: whoever has them too comes first."""
MOTHER_TOO: Final = 0.5
"""How much of what a score lacks is made good where the query's one other name is the mother's."""
MOST_READ: Final = 2_000
"""Names shown whose parts are remembered."""
NO_UNITS: Final[tuple[Unit, ...]] = ()

Parts: TypeAlias = "tuple[str, str | None, str | None, str | None, str | None]"
"""What a name statement says that is compared: the text, a father's name, a grandfather's, a mother's, a kunya."""


@dataclass(frozen=True, slots=True)
class Read:
    """A name of the records, read: as written, with a father told apart put in, and the mother's."""

    whole: tuple[Unit, ...]
    fuller: tuple[Unit, ...]
    mother: tuple[Unit, ...]
    kunya: tuple[Unit, ...]


def parts_of(value: Mapping[str, str]) -> Parts:
    """Return the parts that are compared of the value of a name statement."""
    get = value.get
    return value["text"], get("father"), get("grandfather"), get("mother"), get("kunya")


def read_parts(parts: Parts) -> Read:
    """Read a name from the parts that are compared."""
    text, father, grandfather, mother, kunya = parts
    whole = fuller = units_of(text)
    if father and whole and len(whole) < len(FULL_ORDER):
        between = [unit for part in (father, grandfather) if part for unit in units_of(part)[:1]]
        between = [unit for unit in between if unit not in whole[1:]]
        if between:
            fuller = (whole[0], *between, *whole[1:])
    return Read(whole, fuller, units_of(mother)[:1] if mother else NO_UNITS, units_of(kunya)[:1] if kunya else NO_UNITS)


def answers(asked: Unfinished, name: Read) -> float:
    """Return how well a name answers to a query, from 0 to 1."""
    best = _answers(asked, name.fuller)
    if name.fuller is not name.whole:
        best = max(best, _answers(asked, name.whole))
    if name.mother:
        without = _without(asked, name.mother[0])
        if without is not None:
            rest = _answers(without, name.fuller)
            best = max(best, rest + MOTHER_TOO * (1 - rest)) if rest >= NEAR else best
    if name.kunya and best < IN_PART:
        best = max(best, IN_PART * _answers(asked, name.kunya))
    return best


def answers_in_part(asked: Unfinished, name: Read) -> bool:
    """Tell whether the person's own given name answers to any part of a query."""
    if not name.whole:
        return False
    own = name.whole[0]
    typed = score_unfinished(Unfinished((), asked.last), (own,)) if asked.last else 0.0
    return max((likeness(each, own) for each in asked.complete), default=typed) >= NEAR or typed >= NEAR


def _answers(asked: Unfinished, units: tuple[Unit, ...]) -> float:
    if not units:
        return 0.0
    if asked.last:
        return score_unfinished(asked, units)
    if len(asked.complete) == 1:
        return _answers_to_one(asked.complete[0], units)
    score = score_units(asked.complete, units)
    if score >= NEAR and score < 1:
        score *= 1 - NOT_THERE * _missing(asked.complete, units)
    if score > IN_PART or not all(any(likeness(each, other) >= NEAR for other in units) for each in asked.complete):
        return score  # by some of the names only if each part asked for is among them
    return max(score, IN_PART * score_unfinished(asked, units))


def _missing(asked: tuple[Unit, ...], units: tuple[Unit, ...]) -> float:
    """Return the share of the parts asked for that a name does not have, near ones in part."""
    return 1 - sum(max([likeness(each, other) for other in units]) for each in asked) / len(asked)


def _answers_to_one(one: Unit, units: tuple[Unit, ...]) -> float:
    last = len(units) - 1
    best = max(
        likeness(one, other) * ELSEWHERE[0 if not at else 2 if at == last else 1] for at, other in enumerate(units)
    )
    return best * ONE_NAME if last else best


def _without(asked: Unfinished, other: Unit) -> Unfinished | None:
    """Return a query less the name, after the first, that is the same as another; None if it has none."""
    complete = asked.complete
    for at in range(1, len(complete)):
        if likeness(complete[at], other) >= SAME:
            return Unfinished((*complete[:at], *complete[at + 1 :]), asked.last)
    return None


@lru_cache(maxsize=MOST_READ)
def read_text(text: str) -> ParsedName:
    """Return the parts of a name, read once for its reasons, its marks and all who bear it."""
    return parse(text)


def matches(asked: Unfinished, text: str) -> tuple[Match, ...]:
    """Return what of a text answers to the parts of a query, in the order of the text."""
    found = []
    for part in read_text(text).names:
        start, stop = part.span
        if stop <= start:
            continue
        own = unit(part.form, part.script)
        best = max((likeness(each, own) for each in asked.complete), default=0.0)
        beginning = False
        if asked.last:
            typed = score_unfinished(Unfinished((), asked.last), (own,))
            beginning = typed > best
            best = max(best, typed)
        if best >= NEAR:
            length = _typed_length(asked, part.form, part.script, stop - start) if beginning else stop - start
            found.append(Match(start=start, stop=start + length, likeness=best, beginning=beginning))
    return tuple(found)


def _typed_length(asked: Unfinished, form: str, script: str, length: int) -> int:
    """Return how many letters of a part were typed, if it is in the query's own letters; all of them otherwise."""
    for typed, written_in in asked.last:
        if written_in == script and len(form) == length and form.startswith(typed):
            return len(typed)
    return length
