"""A record: a person, an event, a facility, a detention … everything said of it, by whom, as of when, known by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, get_language_bidi

from dalil.errors import WrongValue
from dalil.protection import Action
from dalil.protection.access import unknown
from dalil.protection.consent import SCHEME, State, by_purpose
from dalil.records.consents import read_answers
from dalil.records.dossier import Dossier
from dalil.records.marks import SENSITIVITY, STATE
from dalil.records.statement_view import StatementView
from dalil.review.record_states import RecordState
from dalil.values.ids import format_subject, parse_subject
from dalil.web.desk import Desk
from dalil.web.gate import DeskRequest, screen
from dalil.web.screens.standing import state_label
from dalil.web.showing.consents import uses_shown
from dalil.web.showing.dates import written_bounds
from dalil.web.showing.kin import draw_kin
from dalil.web.showing.statements import Group, groups_of, name_of, plain, record_link, sources_of
from dalil.web.showing.timeline import draw_timeline
from dalil.web.showing.times import Times, read_times
from dalil.web.showing.whose import happened_to, is_own, own_views, sex_of
from dalil.web.showing.words import Words
from dalil.web.uses import Use, uses_of

ORDER: Final = ("name", "sex", "birth", "age", "age_class", "victim_role", "role", "residence", "kin")
MOST_PLACES: Final = 6
"""Pages and rows of one source that are listed beside a record."""
FIRST_RELATED: Final = ("episode", "act", "appearance", "claim", "event", "work", "testimony", "award")


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A record that names this one, with what is said of it and, if it is a detention, its status on the day."""

    id: str
    link: str
    kind: str
    kind_label: str
    name: str
    groups: tuple[Group, ...]
    status: Any = None
    own: bool = True
    whose: tuple[str, ...] = ()
    coerced: bool = False
    rebuttals: tuple[Group, ...] = ()


@screen(Action.SEE_RECORDS)
def record(request: DeskRequest, subject: str) -> HttpResponse:
    """Show a record by any of its ids."""
    desk = request.desk
    identifier = _identifier(subject)
    times = read_times(request, desk.archive)
    dossier = desk.dossier(identifier, known_by=times.known_by)
    if dossier.identity != identifier:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(record_link(dossier.identity) + query)
    words = Words(desk.vocabulary, get_language() or "en")
    context = _context(desk, dossier, words, times)
    return render(request, "record/record.html", context)


def _identifier(text: str) -> int:
    try:
        return parse_subject(text)
    except WrongValue:
        raise unknown() from None


def _context(desk: Desk, dossier: Dossier, words: Words, times: Times) -> dict[str, Any]:
    related, rtl = _related(desk, dossier, words, times), get_language_bidi()
    everything = [*dossier.about, *(view for told in dossier.related.values() for view in told)]
    own = list(own_views(dossier))
    grade = dossier.grades.get(dossier.identity)
    state = next(iter(dossier.marks.get(dossier.identity, {}).get(STATE, ())), RecordState.SUBMITTED.value)
    return {
        "dossier": dossier,
        "id": format_subject(dossier.identity),
        "mentions": [format_subject(each) for each in dossier.mentions],
        "kind": dossier.kind,
        "kind_label": words.kind(dossier.kind),
        "name": name_of(dossier, dossier.identity, words),
        "other_names": _other_names(dossier),
        "times": times,
        "groups": groups_of(dossier.about, dossier, words, order=ORDER),
        "related": related,
        "statuses": [each for each in related if each.status is not None and each.own and dossier.kind == "person"],
        "own_rebuttals": _rebuttals(dossier, _rebutting(dossier).get(dossier.identity, []), words),
        "own_coerced": _is_coerced(dossier.about),
        "own_status": _own_status(desk, dossier, words, times),
        "timeline": draw_timeline(own, dossier, words, as_of=times.as_of, rtl=rtl),
        "timeline_narrow": draw_timeline(own, dossier, words, as_of=times.as_of, rtl=rtl, narrow=True),
        "kin": draw_kin(dossier, words, rtl=rtl),
        "sources": sources_of(everything, dossier),
        "marks": _marks(dossier, words),
        "grade": words.term("grades", grade[0] if grade else "G0"),
        "grade_code": grade[0] if grade else "G0",
        "flag": words.term("grade_flags", grade[1]) if grade and grade[1] else "",
        "state": state,
        "state_label": state_label(state),
        "evidence": _evidence(everything, dossier, words),
        "because": _because(dossier, words),
        **_consent(desk, dossier, words, times),
        "uses": _uses(desk, dossier, times),
        "synthetic": any(view.synthetic for view in everything),
        "wholly_synthetic": all(view.synthetic for view in dossier.about),
        "n_statements": len(everything),
        "entries": sorted({view.entry for view in everything}, reverse=True)[:12],
        "method": words.method(desk.archive.configuration.method),
        "form_address": reverse("record", args=[format_subject(dossier.identity)]),
    }


def _consent(desk: Desk, dossier: Dossier, words: Words, times: Times) -> dict[str, Any]:
    """Return which uses of the record are allowed on the day, which were refused, and which nobody asked about."""
    with desk.reading() as connection:
        answers = read_answers(connection, dossier.mentions, known_by=times.known_by)
    uses = uses_shown(by_purpose(answers, desk.vocabulary.schemes[SCHEME].terms, times.as_of), words)
    return {
        "any_answer": bool(answers),
        "allowed": [each for each in uses if each.allowed],
        "refused": [each for each in uses if not each.allowed and each.state != State.ABSENT],
        "unasked": [each for each in uses if not each.allowed and each.state == State.ABSENT],
    }


def _marks(dossier: Dossier, words: Words) -> dict[str, list[str]]:
    found = {mark: sorted(values) for mark, values in dossier.marks.get(dossier.identity, {}).items() if mark != STATE}
    return found | {SENSITIVITY: [words.term("sensitivities", each) for each in found.get(SENSITIVITY, [])]}


def _evidence(views: Sequence[StatementView], dossier: Dossier, words: Words) -> list[dict[str, Any]]:
    """Return where each source can be looked up: its pages, rows and times, as its statements give them."""
    places: dict[int, dict[str, None]] = {}
    for view in views:
        if view.locator:
            places.setdefault(view.source, {})[plain(view.locator)] = None
    return [
        {
            "title": dossier.sources[source].title,
            "kind": words.term("source_kinds", dossier.sources[source].kind),
            "link": reverse("source", args=[source]),
            "synthetic": dossier.sources[source].synthetic,
            "places": list(found)[:MOST_PLACES],
            "n_more": max(0, len(found) - MOST_PLACES),
        }
        for source, found in sorted(places.items())
    ]


def _because(dossier: Dossier, words: Words) -> list[dict[str, Any]]:
    """Return whom this one is held because of, or who is held because of this one: what makes kinship countable."""
    if dossier.kind not in ("person", "episode"):
        return []
    found: dict[tuple[int, bool], dict[str, Any]] = {}
    for episode, told in ((dossier.identity, dossier.about), *dossier.related.items()):
        whose = happened_to("episode", told, dossier)
        for view in told:
            if view.predicate != "reason" or not view.is_free or not isinstance(view.value, dict):
                continue
            of = view.value.get("because_of")
            if of is None:
                continue
            identity = dossier.identities.get(of, of)
            towards = identity == dossier.identity
            if not towards and not is_own(episode, told, dossier):
                continue  # somebody else's detention, because of somebody else
            for other in (whose or [episode]) if towards else [identity]:
                found[other, towards] = {
                    "name": name_of(dossier, other, words),
                    "link": record_link(other),
                    "towards": towards,
                    "reason": words.term("reasons", str(view.value.get("reason", ""))),
                    "entry": view.entry,
                }
    return list(found.values())


def _uses(desk: Desk, dossier: Dossier, times: Times) -> list[dict[str, Any]] | None:
    """Return the issued figures that count this record, and where they were printed; None while being worked out."""
    found = uses_of(desk, dossier.mentions, size=times.size)
    if found is None:
        return None
    return [
        {
            "figure": use.figure.figure,
            "link": f"{reverse('figure', args=[use.figure.figure])}?{_at(use)}",
            "as_of": use.figure.as_of,
            "publications": [(each.code, each.entry, each.recorded_at) for each in use.publications],
        }
        for use in found
    ]


def _at(use: Use) -> str:
    said = {"as_of": use.figure.as_of} if use.figure.as_of else {}
    return urlencode(said | {"known_by": str(use.figure.size)})


def _other_names(dossier: Dossier) -> list[str]:
    return [plain(name) for name in dossier.labels.get(dossier.identity, ())[1:]]


def _related(desk: Desk, dossier: Dossier, words: Words, times: Times) -> list[Related]:
    found = []
    rebutting = _rebutting(dossier)
    beside = {each for claim in rebutting if claim in dossier.related for each in rebutting[claim]}
    for identity, told in dossier.related.items():
        if identity in beside and not _is_coerced(told):
            continue  # shown with what it rebuts
        kind = dossier.kinds.get(identity) or (told[0].kind if told else "")
        if not told:
            continue
        found.append(
            Related(
                id=format_subject(identity),
                link=record_link(identity),
                kind=kind,
                kind_label=words.kind(kind),
                name=name_of(dossier, identity, words) if dossier.labels.get(identity) else format_subject(identity),
                groups=tuple(groups_of(told, dossier, words)),
                status=_status(desk, dossier, identity, words, times) if kind == "episode" else None,
                own=is_own(identity, told, dossier),
                whose=_whose(kind, told, dossier, words),
                coerced=_is_coerced(told),
                rebuttals=_rebuttals(dossier, rebutting.get(identity, ()), words),
            )
        )
    rank = {kind: number for number, kind in enumerate(FIRST_RELATED)}
    return sorted(found, key=lambda each: (rank.get(each.kind, len(rank)), parse_subject(each.id)))


def _whose(kind: str, told: Sequence[StatementView], dossier: Dossier, words: Words) -> tuple[str, ...]:
    """Return the names of those to whom a related detention or act happened, other than the person of the page."""
    return tuple(name_of(dossier, each, words) for each in happened_to(kind, told, dossier) if each != dossier.identity)


def _rebutting(dossier: Dossier) -> dict[int, list[int]]:
    """Return the subjects that rebut each claim, both by identity."""
    found: dict[int, list[int]] = {}
    for identity, told in ((dossier.identity, dossier.about), *dossier.related.items()):
        for view in told:
            if view.predicate == "rebuts" and view.is_free and isinstance(view.value, dict):
                claim = dossier.identities.get(view.value["claim"], view.value["claim"])
                if identity not in found.setdefault(claim, []):
                    found[claim].append(identity)
    return found


def _rebuttals(dossier: Dossier, rebutting: Sequence[int], words: Words) -> tuple[Group, ...]:
    return tuple(group for each in rebutting for group in groups_of(dossier.related.get(each, ()), dossier, words))


def _is_coerced(told: Sequence[StatementView]) -> bool:
    return any(
        view.speech == "coerced" or (isinstance(view.value, dict) and view.value.get("speech") == "coerced")
        for view in told
    )


def _own_status(desk: Desk, dossier: Dossier, words: Words, times: Times) -> Any:
    return _status(desk, dossier, dossier.identity, words, times) if dossier.kind == "episode" else None


def _status(desk: Desk, dossier: Dossier, episode: int, words: Words, times: Times) -> dict[str, Any]:
    found = dossier.status(
        episode, as_of=times.as_of, method=desk.archive.configuration.method, vocabulary=desk.vocabulary
    )
    told = dossier.about if episode == dossier.identity else dossier.related[episode]
    sexes = {sex_of(each, dossier) for each in happened_to("episode", told, dossier)}
    sex = sexes.pop() if len(sexes) == 1 else None
    return {
        "code": found.code,
        "label": words.term("statuses", found.code, sex=sex),
        "certain": found.certain,
        "alternatives": [words.term("statuses", code, sex=sex) for code in found.alternatives],
        "since": None if found.since is None else written_bounds(found.since.lo, found.since.hi),
        "fate": found.fate.value,
        "whereabouts": found.whereabouts.value,
        "flags": [flag.code.replace("_", " ") for flag in found.flags],
    }
