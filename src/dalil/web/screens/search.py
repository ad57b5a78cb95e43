"""Search: one field for every script; an id or a source's key leads straight there."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dalil.errors import WrongValue
from dalil.protection import Action
from dalil.values.ids import parse_subject
from dalil.web.gate import WRITE, DeskRequest, screen
from dalil.web.models import SavedSearch
from dalil.web.showing.statements import record_link

MOST_QUERY: Final = 200
MOST_SAVED: Final = 50


@screen(Action.SEE_RECORDS)
def search(request: DeskRequest) -> HttpResponse:
    """Find persons by name, or open a record by its id."""
    q = request.GET.get("q", "").strip()[:MOST_QUERY]
    if "." in q and q.replace(".", "", 1).isdecimal():
        try:
            return redirect(record_link(parse_subject(q)))
        except WrongValue:
            pass
    return render(request, "search/search.html", {"q": q, "saved": request.account.searches.all()})


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
