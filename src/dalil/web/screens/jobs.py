"""Work in the background, watched: how far, how it ended, stop it, try again."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from dalil.protection import Action
from dalil.web import jobs
from dalil.web.gate import WRITE, DeskRequest, screen
from dalil.web.models import Job


def _own(request: DeskRequest, pk: int) -> Job:
    """Return a job of this account; another's is not there."""
    found = Job.objects.filter(pk=pk, account=request.account).first()
    if found is None:
        raise Http404
    return found


@screen(Action.USE_DESK)
def job(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a job; the page asks again while it runs."""
    found = _own(request, pk)
    if request.htmx and found.is_over:
        return HttpResponse(headers={"HX-Refresh": "true"})  # the page that watched it says what came of it
    template = "jobs/progress.html" if request.htmx else "jobs/job.html"
    return render(request, template, {"job": found, "outcome": sorted(found.outcome.items())})


@screen(Action.USE_DESK, WRITE)
def cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Stop a job."""
    jobs.cancel(_own(request, pk))
    return HttpResponseRedirect(reverse("job", args=[pk]))


@screen(Action.USE_DESK, WRITE)
def retry(request: DeskRequest, pk: int) -> HttpResponse:
    """Queue the same work again."""
    found = _own(request, pk)
    made = jobs.retry(found) if found.is_over else found
    return HttpResponseRedirect(reverse("job", args=[made.pk]))
