"""Where statements about one subject disagree, and where they only differ in precision.

2018 and 7 April 2018 agree: one is more precise. 2013 and the end of 2012 do not. Both are kept for ever; which one is
preferred is a decision, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dalil.records.deriving import bounds_of
from dalil.records.statement_view import StatementView
from dalil.vocabulary.vocabulary import Vocabulary

SINGLE_VALUED: Final = frozenset(
    {
        "sex",
        "birth",
        "founded",
        "released",
        "concluded",
        "party",
        "group_kind",
        "facility_kind",
        "place_kind",
        "displaced",
    }
)
"""Predicates of which a subject can truly have one value only. A person may have many names, roles and homes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Statements of one predicate about one subject that cannot all be true, and the part in which they differ."""

    identity: int
    predicate: str
    part: str
    statements: tuple[int, ...]


def find_conflicts(
    statements: Sequence[StatementView],
    vocabulary: Vocabulary,
    identity_of: Callable[[int], int],
) -> list[Conflict]:
    """Return the conflicts among statements about one identity. Denied and coerced statements conflict with nothing.

    ``identity_of`` gives the identity of a mention, so that two accounts of a role at one hospital are compared
    although each mentions the hospital for itself.
    """
    groups: dict[tuple[Any, ...], list[StatementView]] = {}
    for view in statements:
        if view.is_free:
            groups.setdefault(_group(view, vocabulary, identity_of), []).append(view)
    found: list[Conflict] = []
    for (identity, predicate, *_), group in groups.items():
        for part in _parts_compared(group):
            clash = _clashing([(view, _side(view, part)) for view in group], vocabulary)
            if clash:
                found.append(Conflict(identity=identity, predicate=predicate, part=part, statements=tuple(clash)))
    return found


def _group(view: StatementView, vocabulary: Vocabulary, identity_of: Callable[[int], int]) -> tuple[Any, ...]:
    """Statements are compared when they say the same thing but for its dates and counts."""
    predicate = vocabulary.predicates[view.predicate]
    if not isinstance(view.value, dict):
        return (view.identity, view.predicate, None if view.predicate in SINGLE_VALUED else str(view.value))
    same = tuple(
        sorted(
            (part, str(identity_of(said)) if predicate.parts[part].base == "subject" else str(said))
            for part, said in view.value.items()
            if part in predicate.parts and predicate.parts[part].base in ("term", "subject")
        )
    )
    return (view.identity, view.predicate, same)


def _parts_compared(group: Sequence[StatementView]) -> list[str]:
    parts = {"when"} if any(view.when is not None for view in group) else set()
    for view in group:
        if isinstance(view.value, dict):
            parts |= {part for part, said in view.value.items() if _is_comparable(part, said)}
        elif view.predicate in SINGLE_VALUED:
            parts.add("value")
    return sorted(parts)


def _is_comparable(part: str, said: object) -> bool:
    return isinstance(said, Mapping) or part in (
        "on",
        "at_date",
        "announced",
        "conferred",
        "issued",
        "adopted",
        "as_of",
    )


def _side(view: StatementView, part: str) -> object:
    if part == "when":
        return None if view.when is None else ("dates", view.when)
    if part == "value":
        dated = view.predicate in ("birth", "founded", "released", "concluded")
        return ("dates", view.value) if dated else ("term", view.value)
    said = view.value.get(part) if isinstance(view.value, dict) else None
    if said is None:
        return None
    return ("count", said) if isinstance(said, Mapping) else ("dates", said)


def _clashing(sides: Sequence[tuple[StatementView, object]], vocabulary: Vocabulary) -> list[int]:
    given = [(view, side) for view, side in sides if side is not None]
    clash: set[int] = set()
    for index, (view, side) in enumerate(given):
        for other, other_side in given[index + 1 :]:
            if not _compatible(side, other_side):
                clash |= {view.id, other.id}
    return sorted(clash)


def _compatible(a: Any, b: Any) -> bool:
    match a[0], a[1], b[1]:
        case "dates", str(first), str(second):
            return dates_compatible(first, second)
        case "count", first, second:
            return _overlap(_count_bounds(first), _count_bounds(second))
        case _, first, second:
            return bool(first == second)


def dates_compatible(first: str, second: str) -> bool:
    """Tell whether two EDTF texts can both be true of one thing: each end of one may be the same end of the other."""
    ends_a, ends_b = first.split("/"), second.split("/")
    if len(ends_a) == len(ends_b) == 2:
        return all(_overlap(_end(a), _end(b)) for a, b in zip(ends_a, ends_b, strict=True))
    return _overlap(bounds_of(first), bounds_of(second))


def _end(text: str) -> tuple[int | None, int | None]:
    return (None, None) if text in ("", "..") else bounds_of(text)


def _count_bounds(said: Mapping[str, Any]) -> tuple[int | None, int | None]:
    exact = said.get("n")
    return said.get("min", exact), said.get("max", exact)


def _overlap(a: tuple[int | None, int | None], b: tuple[int | None, int | None]) -> bool:
    def before(high: int | None, low: int | None) -> bool:
        return high is not None and low is not None and high < low

    return not before(a[1], b[0]) and not before(b[1], a[0])
