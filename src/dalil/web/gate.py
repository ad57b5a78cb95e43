"""The one way into a screen: signed in, allowed by the policy, and with a desk in hand.

Every route names the action it is. A route without one does not exist: a test walks the addresses and asks each.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, Protocol

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from dalil.protection import Action, check_may
from dalil.web.desk import Desk, archive
from dalil.web.models import Account, Submission
from dalil.web.screens.troubles import NEVER_HELD, hold

READ: Final = ("GET", "HEAD")
WRITE: Final = ("POST",)
FORM: Final = ("GET", "HEAD", "POST")


NEVER_ASKED_AGAIN: Final = ("/account/", "/accounts/")
"""Addresses whose forms may hold a password: who must show again who they are fills them in anew."""


class DeskRequest(HttpRequest):
    """A request of someone signed in, with their desk."""

    desk: Desk
    account: Account
    htmx: HtmxDetails


class Screen(Protocol):
    """A view behind the gate, and the action it is."""

    action: Action
    methods: tuple[str, ...]

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request."""


def screen(
    action: Action, methods: tuple[str, ...] = READ, *, reauthenticate: bool = False
) -> Callable[[Callable[..., HttpResponseBase]], Screen]:
    """Make a view a screen: for those who may do ``action``, by these methods.

    Parameters
    ----------
    reauthenticate : bool
        Whether people show again who they are, if they last did more than five minutes ago.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Screen:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            user = request.user
            if not isinstance(user, Account):
                return _signed_out(request)
            actor = user.as_actor(timezone.now())
            check_may(actor, action)
            if reauthenticate and not did_recently_reauthenticate(request):
                if request.method == "POST" and not request.path_info.startswith(NEVER_ASKED_AGAIN):
                    return hold(request, signed_out=False, asks_again=True)
                query = urlencode({"next": request.get_full_path() if request.method == "GET" else reverse("home")})
                return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{query}")
            request.desk = Desk(actor=actor, archive=archive())  # type: ignore[attr-defined]
            request.account = user  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.action = action  # type: ignore[attr-defined]
        guarded.methods = methods  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _signed_out(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST" and not request.path_info.startswith(NEVER_HELD):
        return hold(request, signed_out=True)  # what was typed is handed back, not thrown away
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response.headers["HX-Redirect"] = reverse("account_login")
        return response
    return redirect_to_login(request.get_full_path())


def new_token() -> str:
    """Return a number to hand out with a form."""
    return secrets.token_urlsafe(32)


def once(request: DeskRequest, do: Callable[[], str]) -> HttpResponseRedirect:
    """Do what a form asks, once: sent again, it leads to what came of it the first time.

    ``do`` returns the address to go to. A crash between the deed and its address leaves a token without one: the form
    sent again is then not done again, and the reader is told to look.
    """
    token = str(request.POST.get("token", ""))[:43] or new_token()
    try:
        with transaction.atomic():
            submission = Submission.objects.create(account=request.account, token=token)
    except IntegrityError:
        earlier = Submission.objects.get(account=request.account, token=token)
        messages.info(request, _("This form had been sent already; it was done once."))
        return HttpResponseRedirect(earlier.location or reverse("home"))
    try:
        location = do()
    except BaseException:
        submission.delete()  # nothing was done: the form may be corrected and sent again
        raise
    submission.location = location
    submission.save(update_fields=["location"])
    return HttpResponseRedirect(location)
