"""Figures: pick one, set both times, see it broken down, open it down to its members, compare two runs of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from dalil.errors import UnknownFigure
from dalil.figures.definitions import Definition
from dalil.figures.runs import FigureRun
from dalil.protection import Action, may
from dalil.protection.access import unknown
from dalil.protection.opening import visible_mentions
from dalil.records.headlines import read_headlines
from dalil.values.ids import format_subject, parse_subject
from dalil.web import jobs
from dalil.web.desk import ESTIMATED, Desk
from dalil.web.estimated_runs import job_for, kept_run, kept_sizes, key_of
from dalil.web.gate import DeskRequest, screen
from dalil.web.models import Job
from dalil.web.showing.charts import NARROW, cell_label, draw_charts
from dalil.web.showing.comparing import compare_runs
from dalil.web.showing.dates import day_of
from dalil.web.showing.reasons import reason_text
from dalil.web.showing.statements import plain, record_link
from dalil.web.showing.times import Times, read_times
from dalil.web.showing.values import unit_text, value_text
from dalil.web.showing.words import Words

A_PAGE: Final = 40
DERIVED: Final = "derived"
"""The class of what is worked out from other figures; the vocabulary has those of what is counted."""


def _words(desk: Desk) -> Words:
    return Words(desk.vocabulary, get_language() or "en")


def _in(texts: Any, words: Words) -> str:
    return str(texts.get(words.language) or texts.get("en") or "")


def _class(words: Words, code: str) -> str:
    return _("worked out from others") if code == DERIVED else words.term("figure_classes", code)


@screen(Action.SEE_FIGURES)
def figures(request: DeskRequest) -> HttpResponse:
    """List every figure defined."""
    desk = request.desk
    words = _words(desk)
    shown = []
    for name in desk.figure_names():
        definition = desk.definition(name)
        shown.append(
            {
                "name": name,
                "title": _in(definition.title, words) or name,
                "class": _class(words, definition.figure_class),
                "class_code": definition.figure_class,
                "unit": words.term("units", definition.unit),
                "as_of": definition.as_of,
            }
        )
    return render(request, "figures/list.html", {"figures": shown})


def _asked(request: DeskRequest, name: str) -> tuple[Definition, Times]:
    desk = request.desk
    if name not in desk.figure_names():
        raise unknown()
    try:
        definition = desk.definition(name)
    except UnknownFigure:
        raise unknown() from None
    return definition, read_times(request, desk.archive, default_day=day_of(definition.as_of))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that is not there yet, and the job that works it out; None if too much is waiting for this account."""

    job: Job | None


def _run(request: DeskRequest, definition: Definition, times: Times, *, asked_day: bool) -> FigureRun | Waiting:
    """Return a run; of an estimated figure, one that was worked out before, or what works it out."""
    desk, name = request.desk, definition.name
    as_of = times.day if definition.as_of is not None or asked_day else None
    if definition.figure_class != ESTIMATED:
        return desk.run(name, as_of=as_of, known_by=times.known_by)
    size = desk.point() if times.known_by is None else times.known_by
    key = key_of(desk, name, as_of)
    found = kept_run(desk, definition, key, size)
    if found is not None:
        return found
    job = job_for(request.account, key, name, as_of=as_of, known_by=size)
    if times.known_by is None:  # the newest there is, which the page says is behind
        for earlier in kept_sizes(desk, key):
            if earlier < size and (found := kept_run(desk, definition, key, earlier)) is not None:
                return found
    return Waiting(job)


def _waits(request: DeskRequest) -> bool:
    """Tell whether a page that waits for a run is asking whether it is there."""
    return "X-Waits" in request.headers


def _wait(request: DeskRequest, definition: Definition, waiting: Waiting) -> HttpResponse:
    """Show how far a run is; the page that waits asks again, and loads itself anew when it is there."""
    job = waiting.job
    if _waits(request):
        return HttpResponse(headers={"HX-Refresh": "true"}) if job is None or job.is_over else HttpResponse(status=204)
    words = _words(request.desk)
    context = {
        "name": definition.name,
        "title": _in(definition.title, words) or definition.name,
        "class": _class(words, definition.figure_class),
        "class_code": definition.figure_class,
        "job": job,
        "is_own": job is not None and job.account_id == request.account.pk,  # type: ignore[attr-defined]
        "section": "figures",
    }
    return render(request, "figures/waiting.html", context)


@screen(Action.SEE_FIGURES)
def figure(request: DeskRequest, name: str) -> HttpResponse:
    """Show a run: its value, how it was counted, each dimension as drawing and table."""
    desk = request.desk
    words = _words(desk)
    definition, times = _asked(request, name)
    run = _run(request, definition, times, asked_day="as_of" in request.GET)
    if isinstance(run, Waiting):
        return _wait(request, definition, run)
    if _waits(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    behind = times.size - run.known_by if times.known_by is None else 0
    if behind and not Job.objects.filter(kind="snapshot", state__in=(Job.State.WAITING, Job.State.RUNNING)).exists():
        jobs.start(request.account, "snapshot")
    rtl = get_language_bidi()
    charts = draw_charts(run.cells, run.overlapping, words, rtl=rtl)
    narrow = draw_charts(run.cells, run.overlapping, words, rtl=rtl, layout=NARROW)
    context = {
        "name": name,
        "title": _in(definition.title, words) or name,
        "text": _in(definition.text, words),
        "run": run,
        "value": value_text(run.value, words),
        "unit": unit_text(run.unit, run.value, words),
        "class": _class(words, run.figure_class),
        "hedge": words.term("hedges", run.hedge) if run.hedge else "",
        "charts": list(zip(charts, narrow, strict=True)),
        "behind": behind,
        "times": times,
        "form_address": reverse("figure", args=[name]),
        "unknowns": [(reason_text(reason), n) for reason, n in run.unknowns.items()],
        "exclusions": [(reason_text(reason), n) for reason, n in run.exclusions.items()],
        "denominator": run.denominator,
        "members_open": may(desk.actor, Action.OPEN_MEMBERS) and run.n_members > 0,
        "section": "figures",
    }
    return render(request, "figures/figure.html", context)


@screen(Action.OPEN_MEMBERS)
def members(request: DeskRequest, name: str) -> HttpResponse:
    """List the records under a figure or one of its cells; those this reader may not see are counted, not named."""
    desk = request.desk
    words = _words(desk)
    definition, times = _asked(request, name)
    run = _run(request, definition, times, asked_day="as_of" in request.GET)
    if isinstance(run, Waiting):
        return _wait(request, definition, run)
    if _waits(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    dimension, cell = request.GET.get("dimension"), request.GET.get("cell")
    if cell is not None and not any((c.dimension, c.cell) == (dimension, cell) for c in run.cells):
        raise unknown()
    ids = desk.members(run, dimension, cell)
    page = Paginator(ids, A_PAGE).get_page(request.GET.get("page"))
    here = [parse_subject(each) for each in page.object_list]
    with desk.reading() as connection:
        seen = visible_mentions(connection, desk.actor, here)
        then = seen if times.known_by is None else None
        lines = read_headlines(connection, seen, known_by=times.known_by, mentions=then)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "name": name,
        "title": _in(definition.title, words) or name,
        "cell": cell_label(cell, words) if cell else "",
        "as_of": run.as_of,
        "lines": [
            {
                "id": format_subject(each),
                "link": record_link(each),
                "kind": words.kind(lines[each].kind),
                "names": [plain(text) for text in lines[each].names],
                "n_mentions": lines[each].n_mentions,
                "synthetic": lines[each].synthetic,
            }
            for each in here
            if each in lines
        ],
        "n_hidden": len(here) - len(lines),
        "n_members": len(ids),
        "page": page,
        "page_query": f"{query.urlencode()}&" if query else "",
        "times": times,
        "digest": run.members_digest,
        "selection": query.urlencode(),
        "section": "figures",
    }
    return render(request, "figures/members.html", context)


@screen(Action.SEE_FIGURES)
def compare(request: DeskRequest, name: str) -> HttpResponse:
    """Put two runs of one figure side by side, and say which members came, went, or became one."""
    desk = request.desk
    words = _words(desk)
    definition, times = _asked(request, name)
    before = read_times(request, desk.archive, default_day=times.as_of, prefix="then_")
    between = replace(before, known_by=times.known_by)
    found = [_run(request, definition, each, asked_day=True) for each in (before, between, times)]
    if (waiting := next((each for each in found if isinstance(each, Waiting)), None)) is not None:
        return _wait(request, definition, waiting)
    if _waits(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    runs = [each for each in found if isinstance(each, FigureRun)]
    open_members = may(desk.actor, Action.OPEN_MEMBERS)
    context = {
        "name": name,
        "title": _in(definition.title, words) or name,
        "before": {
            "times": before,
            "run": runs[0],
            "value": value_text(runs[0].value, words),
            "unit": unit_text(runs[0].unit, runs[0].value, words),
        },
        "now": {
            "times": times,
            "run": runs[2],
            "value": value_text(runs[2].value, words),
            "unit": unit_text(runs[2].unit, runs[2].value, words),
        },
        "change": compare_runs(desk, *runs, words=words, open_members=open_members),
        "section": "figures",
    }
    return render(request, "figures/compare.html", context)
