"""Numbers that others give: one source's number, with every other that was given for the same, and by whom.

A quoted number is never counted, averaged or corrected. Which of several is preferred is a decision on the record; that
a figure quotes another one than the preferred is shown, not hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dalil.errors import WrongDefinition
from dalil.figures.definitions import Quoted
from dalil.figures.ports import Finder, Said
from dalil.figures.session import Session
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.ids import format_subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A number as a source puts it; ``value`` is None where there is a word only ("thousands")."""

    value: int | None
    hedge: str | None
    source: str
    synthetic: bool
    details: JsonObject


def quote(recipe: Quoted, subject: int, finder: Finder, session: Session, *, figure: str) -> Quotation:
    """Return the number that a figure quotes.

    Raises
    ------
    WrongDefinition
        The source gives no such number.
    """
    views = [
        view
        for view in finder.find(
            subject=subject, predicate="count", value={"of_what": recipe.of_what}, known_by=session.known_by
        )
        if view.is_free
    ]
    preferred = preferred_statements(session)
    chosen = _choose(recipe, views, preferred)
    if chosen is None:
        raise WrongDefinition(
            "A figure quotes a number that no source gives.",
            expected=f"a count of {recipe.of_what}" + (f" by {recipe.source}" if recipe.source else ""),
            found=f"{len(views)} others" if views else "none",
            where=f"figure {figure}",
            todo="Correct `quoted`, or take in the source.",
        )
    value, hedge = _number(chosen.value["count"])
    return Quotation(
        value=value,
        hedge=hedge,
        source=chosen.source_key,
        synthetic=chosen.synthetic,
        details={
            "subject": format_subject(subject),
            "quoted": format_subject(chosen.id),
            "flag": _flag(session, subject),
            "given": [_given(view, preferred) for view in views],
        },
    )


def preferred_statements(session: Session) -> frozenset[int]:
    """Return the statements that decisions prefer."""
    return frozenset(int(found) for (found,) in session.rows(f"SELECT statement FROM {session.known('preferences')}"))


def _choose(recipe: Quoted, views: Sequence[Said], preferred: frozenset[int]) -> Said | None:
    if recipe.source is not None:
        views = [view for view in views if view.source_key == recipe.source]
    return next((view for view in views if view.id in preferred), views[0] if views else None)


def _number(count: Mapping[str, Any]) -> tuple[int | None, str | None]:
    hedge = count.get("hedge")
    if "n" in count:
        return int(count["n"]), hedge
    low, high = count.get("min"), count.get("max")
    if low is not None and high is not None:
        return (int(low), hedge) if low == high else (None, hedge)
    if low is not None:
        return int(low), hedge or "at_least"
    return (None, hedge) if high is None else (int(high), hedge or "at_most")


def _given(view: Said, preferred: frozenset[int]) -> JsonObject:
    said: Mapping[str, JsonValue] = view.value
    return {
        "statement": format_subject(view.id),
        "source": view.source_key,
        "speaker": None if view.speaker is None else format_subject(view.speaker),
        "count": said["count"],
        "as_of": said.get("as_of"),
        "preferred": view.id in preferred,
    }


def _flag(session: Session, subject: int) -> str | None:
    decided = session.identified(session.known("grades"), ["subject"])
    rows = session.rows(f"SELECT arg_max(coalesce(flag, ''), id) FROM ({decided}) WHERE subject = {subject}")
    return rows[0][0] or None
