"""The review queue: two mentions side by side, why they might be one, one key for each verdict, and undo."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dalil.errors import ReviewRefused, ReviewStale
from dalil.protection import Action
from dalil.review.facts import Fact
from dalil.review.pairs import Pair, Side
from dalil.values.ids import format_subject
from dalil.web.gate import WRITE, DeskRequest, screen
from dalil.web.showing.dates import written
from dalil.web.showing.statements import plain, record_link
from dalil.web.showing.words import Words

MOST_PASSED: Final = 60
VERDICTS: Final = {
    "same": gettext_lazy("Same person"),
    "not": gettext_lazy("Not the same"),
    "relative": gettext_lazy("Relatives"),
    "unsure": gettext_lazy("Unsure"),
}
SCHEMES: Final = {"sex": "sexes", "place": "places", "holder": "parties", "ended": "episode_events"}


def _passed(request: DeskRequest) -> list[str]:
    return [each for each in request.GET.get("after", "").split(",") if each][-MOST_PASSED:]


@screen(Action.REVIEW)
def queue(request: DeskRequest) -> HttpResponse:
    """Show the pair to look at now."""
    desk, passed = request.desk, _passed(request)
    pair = desk.archive.review.next(desk.actor, after=passed)
    if pair is None:
        return render(request, "review/empty.html", {"passed": passed, "section": "review"})
    return render(request, "review/pair.html", _context(request, pair, passed))


@screen(Action.REVIEW)
def pair(request: DeskRequest, key: str) -> HttpResponse:
    """Show one pair, whether or not it waits."""
    found = request.desk.archive.review.pair(key, request.desk.actor)
    return render(request, "review/pair.html", _context(request, found, _passed(request)))


def _context(request: DeskRequest, found: Pair, passed: list[str]) -> dict[str, Any]:
    words = Words(request.desk.vocabulary, get_language() or "en")
    arabic = words.language == "ar"
    return {
        "pair": found,
        "sides": [_side(found.a), _side(found.b)],
        "fields": [
            {
                "label": each.label_arabic if arabic else each.label_english,
                "a": [_fact(fact, each.field, words) for fact in each.a],
                "b": [_fact(fact, each.field, words) for fact in each.b],
                "agreement": each.agreement.value,
                "why": each.arabic if arabic else each.english,
            }
            for each in found.fields
        ],
        "history": [(past, VERDICTS.get(past.verdict, past.verdict)) for past in found.history],
        "kind": words.kind(found.kind),
        "likelihood": None if found.probability is None else f"{100 * found.probability:.0f} %",
        "put_off": ",".join([*passed, found.key]),
        "after": ",".join(passed),
        "done": done if (done := request.GET.get("done", "")).isdecimal() and len(done) < 15 else "",
        "section": "review",
    }


def _fact(fact: Fact, field: str, words: Words) -> str:
    if fact.code is not None and field in SCHEMES:
        term = words.term(SCHEMES[field], fact.code)
        return f"{term} · {written(fact.on)}" if fact.on else term
    if fact.years is not None:
        return _("aged %(age)s: %(date)s") % {"age": words.counted("year", fact.years), "date": written(fact.on)}
    return written(fact.text) if fact.lo is not None or fact.hi is not None else plain(fact.text)


def _side(side: Side) -> dict[str, Any]:
    return {
        "id": format_subject(side.subject),
        "link": record_link(side.subject),
        "names": [plain(name) for name in side.names],
        "source": side.source,
        "joined_with": [format_subject(each) for each in side.joined_with],
    }


@screen(Action.REVIEW, WRITE)
def decide(request: DeskRequest, key: str) -> HttpResponse:
    """Record a verdict on the pair as it was shown; if it changed since, show it again instead."""
    desk, said = request.desk, request.POST
    after = {"after": said["after"]} if said.get("after") else {}
    version = said.get("version", "")
    try:
        decided = desk.archive.review.decide(
            key,
            said.get("verdict", ""),
            note=said.get("note", ""),
            by=desk.actor,
            expected_version=int(version) if version.lstrip("-").isdecimal() and len(version) < 20 else -2,
        )
    except ReviewStale:
        messages.warning(
            request, _("Something was said of these two since you opened them. Nothing was recorded: look again.")
        )
        return HttpResponseRedirect(reverse("review_pair", args=[key]))
    except ReviewRefused as error:
        messages.warning(request, error.message)
        return HttpResponseRedirect(f"{reverse('review')}?{urlencode(after)}")
    waits = _("It waits for a second person.") if decided.proposed else ""
    messages.success(request, f"{_('Recorded as entry')} {decided.entry}. {waits}", extra_tags=f"undo-{decided.entry}")
    return HttpResponseRedirect(f"{reverse('review')}?{urlencode(after | {'done': str(decided.entry)})}")


@screen(Action.REVIEW, WRITE)
def undo(request: DeskRequest, entry: int) -> HttpResponse:
    """Undo a judgement: another entry, which says so."""
    undone = request.desk.archive.review.undo(entry, by=request.desk.actor, note=request.POST.get("note", ""))
    messages.success(request, f"{_('Undone by entry')} {undone}.")
    return HttpResponseRedirect(reverse("review"))
