"""Search: one field for every script, facets beside it, searches kept under a name. An id leads straight there."""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dalil.errors import BadInput, WrongValue
from dalil.protection import Action
from dalil.search.found import FacilitiesFound, PeopleFound, PersonHit, SubjectHit
from dalil.values.ids import parse_subject
from dalil.web.desk import Desk
from dalil.web.gate import WRITE, DeskRequest, screen
from dalil.web.models import SavedSearch
from dalil.web.showing.dates import day_of, written_bounds
from dalil.web.showing.marking import marked
from dalil.web.showing.statements import record_link
from dalil.web.showing.words import Words

MOST_QUERY: Final = 200
MOST_SAVED: Final = 50
MOST_HITS: Final = 25
FILTERS: Final = ("sex", "place", "status", "act", "source")
KINDS: Final = ("people", "facilities")
_ID: Final = re.compile(r"\d{1,15}\.\d{1,4}")
_SCHEMES: Final = {"sex": "sexes", "place": "places", "status": "statuses", "act": "acts"}


@screen(Action.SEE_RECORDS)
def search(request: DeskRequest) -> HttpResponse:
    """Find persons or facilities by name, or open a record by its id."""
    desk = request.desk
    q = request.GET.get("q", "").strip()[:MOST_QUERY]
    if _ID.fullmatch(q):
        try:
            return redirect(record_link(parse_subject(q)))
        except WrongValue:
            pass
    words = Words(desk.vocabulary, get_language() or "en")
    kind = request.GET.get("kind") if request.GET.get("kind") in KINDS else "people"
    asked = {name: request.GET[name][:120] for name in FILTERS if request.GET.get(name)}
    context: dict[str, Any] = {
        "q": q,
        "kind": kind,
        "saved": () if q else request.account.searches.all(),
        "query": request.GET.urlencode(),
        "age": request.GET.get("age", "")[:3],
        "dates": request.GET.get("dates", "")[:60],
        "as_of": request.GET.get("as_of", ""),
        "sexes": _terms(words, "sexes"),
        "chosen": [
            (name, _value_label(words, name, value), _query(request, without=name)) for name, value in asked.items()
        ],
        "asked": asked,
        "section": "search",
    }
    if q:
        try:
            context |= _found(desk, request, q, kind, asked, words)
        except BadInput as error:
            context["error"] = error
    return render(request, "search/search.html", context)


def _found(
    desk: Desk, request: DeskRequest, q: str, kind: str | None, asked: dict[str, str], words: Words
) -> dict[str, Any]:
    if kind == "facilities":
        facilities: FacilitiesFound = desk.archive.search.facilities(q, limit=MOST_HITS, actor=desk.actor)
        return {
            "facilities": [_facility(hit, words) for hit in facilities.hits],
            "ms": round(facilities.seconds * 1000),
        }
    age = request.GET.get("age", "")
    found: PeopleFound = desk.people(
        q,
        sex=asked.get("sex"),
        place=asked.get("place"),
        status=asked.get("status"),
        act=asked.get("act"),
        source=asked.get("source"),
        age=int(age) if age.isascii() and age.isdecimal() and len(age) < 4 else None,
        dates=request.GET.get("dates", "").strip()[:60] or None,
        as_of=day_of(request.GET.get("as_of")),
        limit=MOST_HITS,
        facets=True,
    )
    return {
        "hits": [_person(hit, words) for hit in found.hits],
        "complete": found.complete,
        "ms": round(found.seconds * 1000),
        "facets": _facets(found, request, words),
    }


def _person(hit: PersonHit, words: Words) -> dict[str, Any]:
    arabic = words.language == "ar"
    return {
        "id": hit.id,
        "link": record_link(hit.person),
        "score": round(hit.score * 100),
        "names": [
            {"pieces": marked(each.text, each.matches), "lang": each.language or "", "source": each.source_key}
            for each in _distinct(hit)
        ],
        "synthetic": hit.synthetic,
        "reasons": [each.arabic if arabic else each.english for each in hit.reasons],
        "sexes": [words.term("sexes", code) for code in hit.sexes],
        "births": [written_bounds(lo, hi) for lo, hi in hit.births][:2],
        "places": [words.term("places", code) for code in hit.places][:3],
        "statuses": [(words.term("statuses", each.status), each.certain) for each in hit.episodes],
        "n_mentions": hit.n_mentions,
    }


def _distinct(hit: PersonHit) -> list[Any]:
    seen: dict[str, Any] = {}
    for each in hit.spellings:
        seen.setdefault(each.text, each)
    return list(seen.values())[:4]


def _facility(hit: SubjectHit, words: Words) -> dict[str, Any]:
    return {
        "id": hit.id,
        "link": record_link(hit.subject),
        "names": [
            {"pieces": marked(each.text, each.matches), "lang": each.language or ""} for each in hit.spellings[:4]
        ],
        "synthetic": all(each.synthetic for each in hit.spellings),
        "kinds": [words.term("facility_kinds", code) for code in hit.kinds],
        "places": [words.term("places", code) for code in hit.places],
    }


def _facets(found: PeopleFound, request: DeskRequest, words: Words) -> list[dict[str, Any]]:
    labels = {"sex": _("Sex"), "place": _("Governorate"), "status": _("Status"), "source": _("Source")}
    return [
        {
            "label": labels.get(name, name),
            "values": [
                (_value_label(words, name, value), n, _query(request, **{name: value}))
                for value, n in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:8]
            ],
        }
        for name, counts in found.facets.items()
        if counts and not request.GET.get(name)
    ]


def _value_label(words: Words, name: str, value: str) -> str:
    return words.term(_SCHEMES[name], value) if name in _SCHEMES else value


def _query(request: DeskRequest, *, without: str = "", **more: str) -> str:
    said = {name: str(value) for name, value in request.GET.items() if name != without and value}
    return urlencode(said | more)


def _terms(words: Words, scheme: str) -> list[tuple[str, str]]:
    return [(code, words.term(scheme, code)) for code in words.vocabulary.schemes[scheme].terms]


@screen(Action.SEE_RECORDS, WRITE)
def save(request: DeskRequest) -> HttpResponse:
    """Keep a search under a name."""
    title, query = request.POST.get("title", "").strip()[:80], request.POST.get("query", "")[:600]
    if title and query and request.account.searches.count() < MOST_SAVED:
        SavedSearch.objects.create(account=request.account, title=title, query=query)
        messages.success(request, _("The search was kept."))
    return HttpResponseRedirect(f"{reverse('search')}?{query}")


@screen(Action.SEE_RECORDS, WRITE)
def forget(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a kept search go."""
    if not SavedSearch.objects.filter(account=request.account, pk=pk).delete()[0]:
        raise Http404
    return HttpResponseRedirect(reverse("search"))
