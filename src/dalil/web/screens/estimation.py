"""Estimates: how many nobody recorded, or why that cannot be said. Worked out in the background, never beside a count.

An estimate and what is documented are told apart on every line of these pages: they are never added, and a refused
estimate shows its reasons and no number.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from sqlalchemy import select

from dalil.errors import WrongValue
from dalil.intake.register import sources
from dalil.protection import Action, may
from dalil.protection.opening import visible_sources
from dalil.web import jobs
from dalil.web.desk import Desk
from dalil.web.gate import WRITE, DeskRequest, new_token, once, screen
from dalil.web.models import Job
from dalil.web.settings import WEB_FOLDER
from dalil.web.showing.estimates import (
    NARROW,
    WIDTH,
    draw_overlap,
    draw_posterior,
    draw_ranges,
    draw_sensitivity,
)

KIND: Final = "estimate"
FOLDER: Final = "estimates"
MOST_REACH: Final = 1_200
MOST_LISTS: Final = 200
METHODS: Final = ("lcm", "dga", "loglinear", "chao")
METHOD_LABELS: Final[dict[str, Any]] = {
    "lcm": gettext_lazy("Latent classes"),
    "dga": gettext_lazy("Decomposable graphs"),
    "loglinear": gettext_lazy("Log-linear models"),
    "chao": gettext_lazy("Chao's lower bound"),
    "total": gettext_lazy("Sum of parts"),
    "pool": gettext_lazy("Several estimates together"),
}
VERDICTS: Final[dict[str, tuple[Any, Any]]] = {
    "publishable": (gettext_lazy("May be published"), gettext_lazy("No check failed.")),
    "caution": (
        gettext_lazy("Only with caution"),
        gettext_lazy("The number may be shown with its interval and the reasons below, never alone."),
    ),
    "refused": (gettext_lazy("No number"), gettext_lazy("The records do not bear an estimate. The reasons are below.")),
}
"""What each verdict is called, and what follows from it."""


def _path(desk: Desk, pk: int) -> Path:
    return desk.archive.path / WEB_FOLDER / FOLDER / f"{pk}.json"


@jobs.job_kind(KIND)
def work_out(running: jobs.Running) -> dict[str, Any]:
    """Put the persons of a figure on lists and estimate how many are on none; the result is kept beside the desk."""
    wanted = running.wanted
    if wanted["method"] not in METHODS:
        raise WrongValue("There is no such method.", expected=", ".join(METHODS), where="method")
    result = running.in_own_process("estimate", wanted)
    outcome = {"verdict": result.pop("verdict"), "n": result.pop("n")}
    place = _path(running.desk, running.job.pk)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    draft = place.with_suffix(".new")
    draft.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    draft.chmod(0o600)
    draft.replace(place)
    return outcome


@screen(Action.SEE_FIGURES)
def estimates(request: DeskRequest) -> HttpResponse:
    """Ask for an estimate, and list what was asked before."""
    desk = request.desk
    language = get_language() or "en"
    titles = []
    for name in desk.figure_names():
        definition = desk.definition(name)
        if definition.unit in ("person", "episode") and definition.figure_class.startswith("documented"):
            titles.append((name, str(definition.title.get(language) or definition.title.get("en") or name)))
    context = {
        "figures": titles,
        "lists": _lists(desk),
        "methods": [(method, METHOD_LABELS[method]) for method in METHODS],
        "asked": [_asked(each) for each in Job.objects.filter(kind=KIND)[:30]],
        "token": new_token(),
        "section": "estimates",
    }
    return render(request, "estimation/list.html", context)


def _lists(desk: Desk) -> list[tuple[str, str]]:
    """Return the sources that may be chosen as lists: those this reader may see."""
    if not may(desk.actor, Action.SEE_RECORDS):
        return []
    with desk.reading() as connection:
        query = select(sources.c.id, sources.c.key, sources.c.title).where(sources.c.until.is_(None))
        rows = connection.execute(query.order_by(sources.c.id).limit(MOST_LISTS)).all()
        seen = visible_sources(connection, desk.actor, [row.id for row in rows])
    return [(row.key, row.title) for row in rows if row.id in seen]


def _asked(job: Job) -> dict[str, Any]:
    verdict = job.outcome.get("verdict", "") if job.state == Job.State.DONE else ""
    return {
        "pk": job.pk,
        "figure": job.wanted.get("figure", ""),
        "method": METHOD_LABELS.get(job.wanted.get("method", ""), ""),
        "state": job.state,
        "state_label": job.get_state_display(),  # type: ignore[attr-defined]  # Django makes it
        "verdict": verdict,
        "verdict_label": VERDICTS[verdict][0] if verdict in VERDICTS else "",
        "at": job.created_at,
    }


@screen(Action.SEE_FIGURES, WRITE)
def ask(request: DeskRequest) -> HttpResponse:
    """Have an estimate worked out in the background."""
    said = request.POST
    figure, method = said.get("figure", ""), said.get("method", "lcm")
    if (figure and figure not in request.desk.figure_names()) or method not in METHODS:
        raise WrongValue("There is no such figure or method.", expected="one of those listed", where="figure")

    lists = [each for each in said.getlist("lists") if each in dict(_lists(request.desk))]

    def begin() -> str:
        reach = said.get("reach", "").strip()[:MOST_REACH]
        job = jobs.start(request.account, KIND, figure=figure, method=method, lists=lists, reach=reach, seed=0)
        return reverse("estimate", args=[job.pk])

    return once(request, begin)


@screen(Action.SEE_FIGURES)
def estimate(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one estimate: its verdict first, then where the number may lie, then what it rests on."""
    job = Job.objects.filter(pk=pk, kind=KIND).first()
    if job is None:
        raise Http404
    if request.htmx:  # the page that waits asks; when it is over, it loads itself anew
        return HttpResponse(headers={"HX-Refresh": "true"}) if job.is_over else HttpResponse(status=204)
    if job.state != Job.State.DONE:
        return render(request, "estimation/waiting.html", {"job": job, "section": "estimates"})
    place = _path(request.desk, pk)
    if not place.exists():
        raise Http404
    said = json.loads(place.read_text(encoding="utf-8"))
    return render(request, "estimation/estimate.html", _context(request.desk, said) | {"pk": pk})


def _context(desk: Desk, said: dict[str, Any]) -> dict[str, Any]:
    language, rtl = get_language() or "en", get_language_bidi()
    found, drawn = said["estimate"], said["plots"]

    def text(of: dict[str, str]) -> str:
        return of.get(language) or of.get("en") or next(iter(of.values()), "")

    size, verdict = found.get("N"), found["verdict"]
    methods = [(str(METHOD_LABELS.get(name, name)), each) for name, each in drawn["answers"].items()]
    name = said["figure"]
    definition = desk.definition(name) if name in desk.figure_names() else None
    title = "" if definition is None else str(definition.title.get(language) or definition.title.get("en") or name)
    return {
        "name": name,
        "title": title or _("Everyone who was ever detained"),
        "size": said["size"],
        "n": found["n"],
        "outside": said["outside"],
        "verdict": verdict,
        "verdict_label": VERDICTS[verdict][0],
        "verdict_means": VERDICTS[verdict][1],
        "interval": size and size["interval"],
        "number": size and size["estimate"],
        "floor": None if found.get("floor") is None else round(found["floor"]),
        "method": METHOD_LABELS.get(found["method"], found["method"]),
        "reasons": [(each["demands"], each.get(language) or each["en"]) for each in found["reasons"]],
        "assumption": text(found["assumption"]),
        "caveat": text(drawn["caveat"]),
        "reach": text(drawn["reach"]),
        "receipt": found["receipt"].get("digest", ""),
        "modes": [
            {**each, "percent": f"{100 * each['weight']:.0f} %"}
            for each in (drawn["modes"] if drawn["no_single_number"] or len(drawn["modes"]) > 1 else [])
        ],
        "overlap": draw_overlap(drawn["overlap"]),
        "strata": drawn["strata"],
        "section": "estimates",
        **_drawings(found, drawn, methods, rtl=rtl),
    }


def _drawings(
    found: dict[str, Any], drawn: dict[str, Any], methods: list[tuple[str, Any]], *, rtl: bool
) -> dict[str, Any]:
    """Return each drawing by name, and again under ``<name>_narrow`` as a telephone shows it."""
    without = [
        *([(_("all lists"), _whole(drawn["whole"]), None)] if drawn["whole"] else []),
        *((each, span, None) for each, span in drawn["without"].items()),
    ]
    agreement = [(label, _whole(each), None) for label, each in methods]
    known = [(each, said["estimate"], said["size"]) for each, said in drawn["known_sizes"].items()]
    made: dict[str, Any] = {}
    for suffix, width in (("", WIDTH), ("_narrow", NARROW)):
        made |= {
            f"posterior{suffix}": draw_posterior(drawn["posterior"], rtl=rtl, width=width),
            f"without{suffix}": draw_ranges(without, rtl=rtl, line=found["n"], width=width),
            f"agreement{suffix}": draw_ranges(agreement, rtl=rtl, line=found["n"], width=width),
            f"known{suffix}": draw_ranges(known, rtl=rtl, width=width),
            f"sensitivity{suffix}": draw_sensitivity(drawn["sensitivity"], rtl=rtl, width=width),
        }
    return made


def _whole(said: dict[str, Any] | None) -> list[int | None] | None:
    """Return an answer as low, middle, high; None where there is none."""
    if said is None or not said.get("interval"):
        return None
    low, high = said["interval"]
    return [low, said.get("number"), high]
