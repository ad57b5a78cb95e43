"""Finds the one subject that a definition points at."""

from __future__ import annotations

from collections.abc import Iterable

from dalil.errors import WrongDefinition
from dalil.figures import conditions as c
from dalil.figures.definitions import AgeOf, Cells, Counted, Definition, HeldFor, LengthOf, Quoted
from dalil.figures.ports import Finder


def find_subject(selector: c.Selector, finder: Finder, *, known_by: int, figure: str) -> int:
    """Return the identity of the subject pointed at.

    Raises
    ------
    WrongDefinition
        Nothing was known that fits, or several subjects that were never judged to be the same.
    """
    found = finder.find(
        kind=selector.kind,
        name=selector.name,
        source=selector.source,
        predicate=selector.predicate,
        value=selector.said,
        locator=selector.locator,
        known_by=known_by,
    )
    identities = {view.identity for view in found}
    if len(identities) == 1:
        return identities.pop()
    raise WrongDefinition(
        "A figure points at one subject and does not find exactly one.",
        expected="one subject, as known by this size of the ledger",
        found=f"{len(identities)} subjects",
        where=f"figure {figure}",
        todo="Point more narrowly (kind, source, predicate, said), or judge which mentions are the same.",
    )


def selectors_of(definition: Definition) -> list[c.Selector]:
    """Return everything a definition points at."""
    match definition.recipe:
        case Quoted(about=about):
            return [about]
        case AgeOf(person=person):
            return [person]
        case LengthOf(event=event):
            return [event]
        case HeldFor(episode=episode):
            return [episode]
        case Counted(where=where, dimensions=dimensions):
            asked = [clause.condition for clause in where]
            for dimension in dimensions:
                asked += dimension.cells.values() if isinstance(dimension, Cells) else ()
            return list(_pointed_at(asked))
        case _:
            return []


def _pointed_at(conditions: Iterable[c.Condition]) -> Iterable[c.Selector]:
    for condition in conditions:
        match condition:
            case c.IsSubject(about=about):
                yield about
            case c.Every(of=parts) | c.Some(of=parts):
                yield from _pointed_at(parts)
            case c.Not(of=part) | c.Presumed(of=part):
                yield from _pointed_at([part])
            case _:
                pass
