"""The first page, and the two choices everyone has: language and colours."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_POST
from sqlalchemy import func, select

from dalil.intake.register import loads, sources
from dalil.protection import Action, may
from dalil.protection.opening import visible_sources
from dalil.records.marks import STATE
from dalil.records.tables import marks
from dalil.review.record_states import RecordState
from dalil.web.gate import DeskRequest, screen
from dalil.web.settings import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE
from dalil.web.showing.dates import written_bounds
from dalil.web.showing.times import read_times
from dalil.web.showing.words import Words

A_YEAR = 365 * 24 * 3600
WAITING_FOR: Final[dict[str, tuple[Action, Any]]] = {
    RecordState.RETURNED: (Action.RECORD, gettext_lazy("records were returned and wait to be completed")),
    RecordState.SUBMITTED: (Action.DECIDE, gettext_lazy("records were submitted again and wait for review")),
    RecordState.REVIEWED: (Action.DECIDE, gettext_lazy("records were reviewed and wait for a second person")),
}
"""What waits, by the state records are in, and for whom."""
WHAT_FOR: Final[dict[str, Any]] = {
    "search": gettext_lazy("Find a person by any spelling, in any script, or by what happened to them."),
    "entries": gettext_lazy("Write down what a source says: a detention, a testimony, a release."),
    "loads": gettext_lazy("Bring a sheet, say once what its columns mean, see each row before it is taken."),
    "review": gettext_lazy("Two records side by side: one person, or two?"),
    "linking": gettext_lazy("Look for who is the same person, over the whole archive; take a run back."),
    "figures": gettext_lazy("How many, on any day, as known at any point; down to each record."),
    "estimates": gettext_lazy("How many nobody recorded, or why that cannot be said."),
    "reports": gettext_lazy("What was printed, and which of its numbers have changed since."),
    "exports": gettext_lazy("Take records out as a file."),
    "bulk": gettext_lazy("Grade, tag or assign many records at once."),
    "integrity": gettext_lazy("Whether the record is whole, and who did what."),
    "accounts": gettext_lazy("Who works here, and what each may see."),
}
"""What each screen is for, for someone who is here for the first time."""


@screen(Action.USE_DESK)
def home(request: DeskRequest) -> HttpResponse:
    """Show what there is, and what runs."""
    desk = request.desk
    words = Words(desk.vocabulary, get_language() or "en")
    own_jobs = list(request.account.jobs.all()[:6])
    shown = []
    with desk.reading() as connection:
        (n_loads,) = connection.execute(
            select(func.count(loads.c.load.distinct())).where(loads.c.until.is_(None), loads.c.event == "loaded")
        ).one()
        rows = connection.execute(select(sources).where(sources.c.until.is_(None)).order_by(sources.c.id)).all()
        if may(desk.actor, Action.SEE_RECORDS):
            seen = visible_sources(connection, desk.actor, [row.id for row in rows])
            shown = [
                {
                    "id": row.id,
                    "title": row.title,
                    "synthetic": row.synthetic,
                    "kind_label": words.term("source_kinds", row.kind),
                    "published": written_bounds(row.published_lo, row.published_hi),
                }
                for row in rows
                if row.id in seen
            ]
        standing = marks.c.mark == STATE
        counted = select(marks.c.value, func.count()).where(standing, marks.c.until.is_(None)).group_by(marks.c.value)
        waits: dict[str, int] = {row[0]: row[1] for row in connection.execute(counted)}
    context = {
        "waiting": [
            (waits[state], said)
            for state, (action, said) in WAITING_FOR.items()
            if waits.get(state) and may(desk.actor, action)
        ],
        "failed": [job for job in own_jobs if job.state == job.State.FAILED],
        "what_for": WHAT_FOR,
        "times": read_times(request, desk.archive),
        "n_sources": len(rows),
        "n_loads": n_loads,
        "sources": shown[:60],
        "jobs": own_jobs,
        "searches": request.account.searches.all(),
    }
    return render(request, "desk/home.html", context)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if safe else "/")


def _remember(response: HttpResponse, name: str, value: str, request: HttpRequest) -> None:
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language someone reads, on their own machine."""
    response = _back(request)
    wanted = request.POST.get("language")
    if wanted in dict(LANGUAGES):
        _remember(response, LANGUAGE_COOKIE, str(wanted), request)
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark colours, on their own machine."""
    response = _back(request)
    wanted = request.POST.get("theme")
    if wanted in ("light", "dark"):
        _remember(response, THEME_COOKIE, str(wanted), request)
    return response
