"""Whose a detention or an act is: a record that names a person need not be of something that happened to them.

A detention because of whom somebody else was taken, an act that a relative suffered: their records name this person,
and stand on the page. But *released* above a name, or a bar on the line of a life, says that it was this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dalil.records.dossier import Dossier
from dalil.records.statement_view import StatementView

_SUFFERED_BY: Final[Mapping[str, tuple[str, str]]] = {
    "episode": ("detainee", "person"),
    "act": ("act", "victim"),
}
"""By kind of record: the predicate and the part that say to whom it happened."""


def happened_to(kind: str, told: Sequence[StatementView], dossier: Dossier) -> list[int]:
    """Return the persons, by identity, to whom a detention or an act happened, as free assertions have it."""
    predicate, part = _SUFFERED_BY.get(kind, ("", ""))
    found: dict[int, None] = {}
    for view in told:
        if view.predicate == predicate and view.is_free and isinstance(view.value, dict) and part in view.value:
            found[dossier.identities.get(view.value[part], view.value[part])] = None
    return list(found)


def is_own(identity: int, told: Sequence[StatementView], dossier: Dossier) -> bool:
    """Return whether a related record is of what happened to the person of the page; on other pages all are."""
    if dossier.kind != "person":
        return True
    kind = dossier.kinds.get(identity) or (told[0].kind if told else "")
    if kind == "person":
        return False
    return kind not in _SUFFERED_BY or dossier.identity in happened_to(kind, told, dossier)


def sex_of(identity: int, dossier: Dossier) -> str | None:
    """Return the sex that every free assertion gives a person; None where none does, or they differ."""
    told = dossier.about if identity == dossier.identity else dossier.related.get(identity, ())
    sexes = {str(view.value) for view in told if view.predicate == "sex" and view.is_free}
    return sexes.pop() if len(sexes) == 1 else None


def own_views(dossier: Dossier) -> Iterator[StatementView]:
    """Yield what is said of the record itself, and of what happened to it."""
    yield from dossier.about
    for identity, told in dossier.related.items():
        if is_own(identity, told, dossier):
            yield from told
