"""Accounts: one's own, and for the keeper everyone's. Accounts are limited and shut, never deleted."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dalil.errors import WrongValue
from dalil.protection import Action, Role
from dalil.protection.access import EVERY_GROUP, GENERAL
from dalil.protection.roles import CLEARANCE, LEVELS
from dalil.web import accounts as deeds
from dalil.web.gate import FORM, READ, WRITE, DeskRequest, new_token, once, screen
from dalil.web.models import LEVEL_LABELS, ROLE_LABELS, Account
from dalil.web.showing.dates import day_of, iso

MOST_GROUPS: Final = 40


@screen(Action.USE_DESK)
def own_account(request: DeskRequest) -> HttpResponse:
    """Show one's own account: role, key, ways of signing in, sessions."""
    context = {
        "own": request.account,
        "groups": sorted(request.account.groups),
        "authenticators": Authenticator.objects.filter(user=request.account),
        "sessions": UserSession.objects.filter(user=request.account).order_by("-created_at"),
        "this_session": request.session.session_key,
    }
    return render(request, "accounts/own.html", context)


@screen(Action.USE_DESK, WRITE)
def sign_out_elsewhere(request: DeskRequest) -> HttpResponse:
    """End every other session of one's own."""
    n_ended = deeds.sign_out_everywhere(request.account, but=request.session.session_key)
    messages.success(request, _("Other sessions ended: %(n)s") % {"n": n_ended})
    return HttpResponseRedirect(reverse("own_account"))


@screen(Action.KEEP_ACCOUNTS, READ)
def accounts(request: DeskRequest) -> HttpResponse:
    """List every account."""
    return render(request, "accounts/list.html", {"accounts": Account.objects.order_by("username")})


@screen(Action.KEEP_ACCOUNTS, FORM, reauthenticate=True)
def new_account(request: DeskRequest) -> HttpResponse:
    """Make an account, with a key of its own in the ledger."""
    if request.method == "POST":
        try:
            return once(request, lambda: _create(request))
        except WrongValue as error:
            return _form(request, error=error, status=400)
    return _form(request)


def _create(request: DeskRequest) -> str:
    said = request.POST
    made = deeds.create_account(
        request.desk.archive,
        username=said.get("username", ""),
        role=_role(said.get("role", "")),
        password=said.get("password", ""),
        groups=_groups(said.get("groups", "")),
        clearance=said.get("clearance") or None,
        expires_at=_until(said.get("until", "")),
    )
    messages.success(request, _("The account was made. Hand its password over in person."))
    return reverse("account", args=[made.pk])


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise WrongValue("No such role.", expected=", ".join(Role), where="role") from None


def _groups(text: str) -> list[str]:
    found = [each.strip().lower() for each in text.replace("،", ",").split(",") if each.strip()]
    if not found or len(found) > MOST_GROUPS or any(len(each) > 64 for each in found):
        raise WrongValue("An account is in at least one case group.", expected="names, with commas", where="groups")
    return found


def _until(text: str) -> datetime | None:
    day = day_of(text)
    if text and day is None:
        raise WrongValue("This is no day.", expected="a day such as 2026-12-31", where="until")
    return None if day is None else datetime.combine(datetime.fromisoformat(iso(day)), time.max, tzinfo=UTC)


def _form(request: DeskRequest, *, error: WrongValue | None = None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "roles": [(role.value, label, CLEARANCE[role]) for role, label in ROLE_LABELS.items()],
        "levels": [(level, LEVEL_LABELS[level]) for level in LEVELS],
        "said": request.POST,
        "error": error,
        "token": new_token(),
        "general": GENERAL,
        "every": EVERY_GROUP,
    }
    return render(request, "accounts/new.html", context, status=status)


def _found(pk: int) -> Account:
    found = Account.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@screen(Action.KEEP_ACCOUNTS)
def account(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one account."""
    found = _found(pk)
    context = {"shown": found, "groups": sorted(found.groups), "section": "accounts", "today": timezone.now().date()}
    return render(request, "accounts/one.html", context)


@screen(Action.KEEP_ACCOUNTS, WRITE, reauthenticate=True)
def change_account(request: DeskRequest, pk: int) -> HttpResponse:
    """Shut an account, open it again, limit its time, or end its sessions."""
    found = _found(pk)
    match request.POST.get("deed"):
        case "deactivate" if found.pk != request.account.pk:
            deeds.deactivate(found)
            messages.success(request, _("The account is shut and signed out everywhere. What it did stays."))
        case "reactivate":
            deeds.reactivate(found)
            messages.success(request, _("The account is open again."))
        case "limit":
            found.expires_at = _until(request.POST.get("until", ""))
            found.save(update_fields=["expires_at"])
            messages.success(request, _("The account's time was set."))
        case "sign_out":
            n_ended = deeds.sign_out_everywhere(found)
            messages.success(request, _("Sessions ended: %(n)s") % {"n": n_ended})
        case _:
            messages.error(request, _("Nothing was changed."))
    return HttpResponseRedirect(reverse("account", args=[pk]))
