"""When something is wrong: what, where, what to do, in the reader's language; and what was typed is handed back."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dalil.errors import BadInput, DalilError, LedgerBusy, NotPermitted, ReviewNeeded, StoreFull, UnknownSubject
from dalil.web.showing.fields import labels_of_fields
from dalil.web.showing.refusals import kind_of_trouble, sentence
from dalil.web.uploads import NAME

UNSEEN: Final = frozenset({"token", "version", "step", "draft", "episode", "source", "after", "selection", "who"})
"""Fields that a form does not show, or as numbers that say nothing to a reader: sent again as they were."""
NEVER_HELD: Final = ("/account/",)
"""Addresses whose forms hold passwords: these are never handed back."""
_STATUS: Final[tuple[tuple[type[DalilError], int], ...]] = (
    (UnknownSubject, 404),
    (NotPermitted, 403),
    (LedgerBusy, 503),
    (StoreFull, 507),
    (ReviewNeeded, 409),
    (BadInput, 400),
)


def trouble(request: HttpRequest, error: DalilError) -> HttpResponse:
    """Return the page for an error of dalil's own."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    if isinstance(error, UnknownSubject):
        return not_found(request)
    headings = {
        403: _("Not for this account"),
        503: _("Someone else is writing"),
        507: _("The disk is full"),
        409: _("A person must decide first"),
        400: _("This cannot be taken as it is"),
    }
    return render(
        request,
        "troubles/error.html",
        {
            "heading": headings.get(status, _("The archive needs its keeper")),
            "error": error,
            "said": kind_of_trouble(type(error).__name__),
            "message": sentence(error.message),
            "expected": sentence(error.expected),
            "todo": sentence(error.todo),
            "where": "" if NAME.fullmatch(error.where) else error.where,  # an upload's own name tells nobody anything
            "status": status,
        },
        status=status,
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the one answer for what does not exist and for what is not for this reader."""
    return render(request, "troubles/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Return the page for an error of ours."""
    return render(request, "troubles/broken.html", status=500)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for a request that cannot be read, or is too large."""
    return render(request, "troubles/bad_request.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for too many tries, and for what Django itself refuses."""
    return render(request, "troubles/forbidden.html", status=403)


def wrong_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return what a form from before signing in again leads to: the form, to be sent once more.

    Only where the browser says that the form came from here; what another site sent is refused and forgotten.
    """
    origin = request.headers.get("Origin", "")
    if urlsplit(origin).netloc == request.get_host():
        return hold(request, signed_out=False)
    return forbidden(request)


def hold(request: HttpRequest, *, signed_out: bool, asks_again: bool = False) -> HttpResponse:
    """Hand back what was typed, so that signing in again loses nothing. Nothing of it is stored here."""
    if request.path_info.startswith(NEVER_HELD) or request.FILES:
        return forbidden(request)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
        if isinstance(value, str)
    ]
    labels = labels_of_fields()
    context = {
        "fields": [(name, labels.get(name, name), value) for name, value in fields if value and name not in UNSEEN],
        "unseen": [(name, value) for name, value in fields if not value or name in UNSEEN],
        "signed_out": signed_out,
        "asks_again": asks_again,
        "address": request.get_full_path(),
    }
    return render(request, "troubles/held.html", context, status=401 if signed_out else 409)
