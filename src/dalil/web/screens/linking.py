"""Linking: have the model look for who is the same person, over the whole archive, and take a run back as a whole."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dalil.errors import WrongValue
from dalil.protection import Action
from dalil.protection.access import check_may, unknown
from dalil.web import jobs
from dalil.web.gate import WRITE, DeskRequest, new_token, once, screen
from dalil.web.long_work import linkage_of
from dalil.web.models import Job

KIND: Final = "link"
MOST_REASON: Final = 500
MOST_RUNS: Final = 20
COUNTS: Final = ("n_records", "n_persons", "n_judgements", "n_new", "n_undone")


@jobs.job_kind(KIND)
def link(running: jobs.Running) -> dict[str, Any]:
    """Link the archive, or try it; what is recorded is signed by whoever asked for it."""
    check_may(running.actor, Action.LINK)  # the account may have been limited since this was queued
    wanted = {"dry_run": bool(running.wanted.get("dry_run")), "key": running.actor.key_id}
    outcome: dict[str, Any] = running.in_own_process(KIND, wanted)
    return outcome


@screen(Action.LINK)
def linking(request: DeskRequest) -> HttpResponse:
    """Show the runs, which of them stands, and what is being worked out."""
    from dalil.linkage.persons.leaning import told_leans

    desk = request.desk
    linkage = desk.archive.linkage
    runs, standing = linkage.runs(), set(linkage.standing())
    own = list(request.account.jobs.filter(kind=KIND)[:6])
    under_way = Job.objects.filter(kind=KIND, state__in=(Job.State.WAITING, Job.State.RUNNING)).exists()
    context = {
        "runs": [
            {
                "run": run,
                "stands": run in standing,
                "n_records": said["n_records"],
                "n_persons": said["n_persons"],
                "n_labels": said["n_labels"],
                "known_by": said["known_by"],
                "leans": told_leans(said.get("leans", ())),
            }
            for run, said in sorted(runs.items(), reverse=True)[:MOST_RUNS]
        ],
        "since": desk.archive.ledger.size - max((said["known_by"] for said in runs.values()), default=0),
        "jobs": [
            {
                "job": each,
                "dry_run": bool(each.wanted.get("dry_run")),
                "counts": [(name, each.outcome[name]) for name in COUNTS if name in each.outcome],
            }
            for each in own
        ],
        "under_way": under_way,
        "token": new_token(),
        "section": "linking",
    }
    return render(request, "linking/linking.html", context)


@screen(Action.LINK, WRITE)
def start_linking(request: DeskRequest) -> HttpResponse:
    """Begin to link in the background; one run at a time."""
    dry_run = request.POST.get("how") != "record"

    def begin() -> str:
        going_on = Job.objects.filter(kind=KIND, state__in=(Job.State.WAITING, Job.State.RUNNING)).first()
        if going_on is not None:
            messages.info(request, _("A linkage run is being worked out already."))
            return reverse("linking")
        return reverse("job", args=[jobs.start(request.account, KIND, dry_run=dry_run).pk])

    return once(request, begin)


@screen(Action.LINK, WRITE)
def withdraw_run(request: DeskRequest, entry: int) -> HttpResponse:
    """Withdraw a run: nothing it joined stays joined, but what people joined."""
    desk, reason = request.desk, request.POST.get("reason", "").strip()[:MOST_REASON]
    linkage = linkage_of(desk.archive, desk.actor.key_id)
    if entry not in linkage.standing():
        raise unknown()
    if not reason:
        raise WrongValue("A withdrawal needs a reason.", expected="why this run no longer stands", where="reason")

    def deed() -> str:
        said_by = linkage.withdraw(entry, reason=reason)
        desk.archive.checkpoint()
        messages.success(request, f"{_('Recorded as entry')} {said_by}.")
        return reverse("linking")

    return once(request, deed)
