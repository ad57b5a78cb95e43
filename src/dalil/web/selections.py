"""Which records are meant when many are: those a search finds, the members of a figure or a cell, those of a source.

A selection is the query of an address. It is worked out anew by whoever uses it, as they may see records at that
moment: what is handed from page to page is the question, never its answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from sqlalchemy import select

from dalil.errors import UnknownFigure, WrongValue
from dalil.intake.register import accounts, sources
from dalil.protection import Action
from dalil.protection.access import check_may, unknown
from dalil.protection.opening import visible, visible_sources
from dalil.records.judged import identities_of
from dalil.records.tables import subjects
from dalil.values.ids import parse_subject
from dalil.web.desk import ESTIMATED, Desk
from dalil.web.showing.dates import day_of

MOST_RECORDS: Final = 20_000
MOST_FOUND: Final = 2_000
"""Persons that a search is asked for at once; where there may be more it says so."""
LEAST_ANSWER: Final = 0.5
"""The least score of whom a search selects: below it a name answers by chance; a list shows it, nothing changes it."""
MOST_SEARCHES: Final = 32
"""Answers kept in memory: a change is shown, and made, from the same one."""
MOST_QUERY: Final = 1_000
A_CHUNK: Final = 400
FILTERS: Final = ("sex", "place", "status", "act", "source")
_KEPT: Final = {
    "search": ("q", "age", "dates", "as_of", *FILTERS),
    "figure": ("name", "as_of", "known_by", "dimension", "cell"),
    "source": ("position", "kind"),
}

_lock: Final = threading.Lock()
_searches: Final[OrderedDict[Any, Selected]] = OrderedDict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A question to which records answer.

    Attributes
    ----------
    of : str
        search, figure or source.
    said : mapping
        Its parameters, as the page it came from has them.
    """

    of: str
    said: Mapping[str, str]

    @property
    def query(self) -> str:
        """The selection as the query of an address."""
        made = QueryDict(mutable=True)
        made.update({"of": self.of, **self.said})
        return made.urlencode()

    @property
    def page(self) -> str:
        """The address of the page it came from."""
        made = QueryDict(mutable=True)
        made.update({name: text for name, text in self.said.items() if name not in ("name", "position", "kind")})
        match self.of:
            case "figure":
                route = "figure_members"
                return f"{reverse(route, args=[self.said.get('name', '')])}?{made.urlencode()}"
            case "source":
                return reverse("source", args=[int(self.said["position"])])
            case _:
                return f"{reverse('search')}?{made.urlencode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What a selection holds: identities for this actor, in order, and how many are not for them."""

    records: tuple[int, ...]
    n_hidden: int = 0
    is_cut: bool = False


def read_selection(said: Mapping[str, Any]) -> Selection:
    """Read a selection from the query of an address.

    Raises
    ------
    WrongValue
        It selects nothing.
    """
    of = str(said.get("of", ""))
    if of not in _KEPT:
        raise WrongValue("Nothing is selected.", expected="a search, a figure or a source", where="of")
    kept = {name: str(said[name])[:200] for name in _KEPT[of] if said.get(name)}
    if of == "source" and not (kept.get("position", "").isascii() and kept.get("position", "").isdecimal()):
        raise unknown()
    return Selection(of=of, said=kept)


def parse_selection(query: str) -> Selection:
    """Read a selection that was handed on as text."""
    return read_selection(QueryDict(query[:MOST_QUERY]).dict())


def select_records(desk: Desk, selection: Selection) -> Selected:
    """Return the records of a selection, as this actor may see them now.

    Raises
    ------
    UnknownSubject
        A figure or source that is not there, or not for this actor.
    NotPermitted
        The actor may not open what the selection opens.
    """
    match selection.of:
        case "search":
            check_may(desk.actor, Action.SEE_RECORDS)
            return _searched(desk, selection.said)
        case "figure":
            check_may(desk.actor, Action.OPEN_MEMBERS)
            return _visible(desk, _members(desk, selection.said))
        case _:
            check_may(desk.actor, Action.SEE_RECORDS)
            return _visible(desk, _of_source(desk, selection.said))


def search_filters(said: Mapping[str, str]) -> dict[str, Any]:
    """Return the filters of a search from the parameters of its address."""
    age = said.get("age", "")
    return {
        **{name: said.get(name) or None for name in FILTERS},
        "age": int(age) if age.isascii() and age.isdecimal() and len(age) < 4 else None,
        "dates": said.get("dates", "").strip()[:60] or None,
        "as_of": day_of(said.get("as_of")),
    }


def _searched(desk: Desk, said: Mapping[str, str]) -> Selected:
    """Return whom a search finds, up to a number; the same answer from step to step while nothing changes."""
    q = said.get("q", "").strip()
    if not q:
        return Selected(records=())
    actor = desk.actor
    size, day = desk.archive.ledger.size, timezone.now().date()
    asked = (actor.role, actor.groups, actor.clearance, frozenset(said.items()))
    key = (desk.archive.path, size, day, asked)
    with _lock:
        if key in _searches:
            _searches.move_to_end(key)
            return _searches[key]
    found = desk.people(q, limit=MOST_FOUND, **search_filters(said))
    records = tuple(hit.person for hit in found.hits if hit.score >= LEAST_ANSWER)
    answer = Selected(records=records, is_cut=not found.complete)
    with _lock:
        _searches[key] = answer
        while len(_searches) > MOST_SEARCHES:
            _searches.popitem(last=False)
    return answer


def _members(desk: Desk, said: Mapping[str, str]) -> list[int]:
    name = said.get("name", "")
    if name not in desk.figure_names():
        raise unknown()
    try:
        definition = desk.definition(name)
    except UnknownFigure:
        raise unknown() from None
    if definition.figure_class == ESTIMATED:  # nobody stands behind an estimate
        return []
    known_by = said.get("known_by", "")
    size = int(known_by) if known_by.isascii() and known_by.isdecimal() and len(known_by) < 15 else None
    if size is not None:
        size = min(max(1, size), desk.archive.ledger.size)
    as_of = said.get("as_of") if day_of(said.get("as_of")) is not None else None
    run = desk.run(definition.name, as_of=as_of, known_by=size)
    dimension, cell = said.get("dimension"), said.get("cell")
    if cell and not any((each.dimension, each.cell) == (dimension, cell) for each in run.cells):
        raise unknown()
    return [parse_subject(each) for each in desk.members(run, dimension, cell or None)]


def _of_source(desk: Desk, said: Mapping[str, str]) -> list[int]:
    """Return the persons, or records of another kind, that a source's standing accounts introduced or spoke of."""
    position, kind = int(said["position"][:15]), said.get("kind", "person")
    with desk.reading() as connection:
        there = connection.execute(select(sources.c.id).where(sources.c.id == position)).first()
        if there is None or position not in visible_sources(connection, desk.actor, [position]):
            raise unknown()
        entries = select(accounts.c.id).where(accounts.c.source == position, accounts.c.until.is_(None))
        rows = connection.execute(
            select(subjects.c.id)
            .where(subjects.c.entry.in_(entries), subjects.c.kind == kind)
            .order_by(subjects.c.id)
            .limit(MOST_RECORDS + 1)
        ).scalars()
        mentions = list(rows)
        joined = identities_of(connection, mentions)
    return list(dict.fromkeys(joined.get(each, each) for each in mentions))


def _visible(desk: Desk, records: list[int]) -> Selected:
    """Leave out what is not for this actor. Too many are cut off, and that is told."""
    kept = records[:MOST_RECORDS]
    seen: set[int] = set()
    with desk.reading() as connection:
        for start in range(0, len(kept), A_CHUNK):
            seen |= visible(connection, desk.actor, kept[start : start + A_CHUNK])
    shown = tuple(each for each in kept if each in seen)
    return Selected(records=shown, n_hidden=len(kept) - len(shown), is_cut=len(records) > MOST_RECORDS)


def selection_title(selection: Selection) -> str:
    """Return what a selection is called on a page."""
    match selection.of:
        case "figure":
            cell = selection.said.get("cell")
            return f"{_('Members of the figure')} {selection.said.get('name', '')}{f' · {cell}' if cell else ''}"
        case "source":
            return f"{_('Records of the source')} {selection.said.get('position', '')}"
        case _:
            return f"{_('Found by searching')} {selection.said.get('q', '')}"
