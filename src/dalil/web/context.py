"""What every template knows: who is here, which screens are theirs, language, direction, theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from dalil.protection import Action, may
from dalil.web.desk import archive
from dalil.web.models import Account
from dalil.web.settings import LANGUAGES, THEME_COOKIE

THEMES: Final = ("light", "dark")

MENU: Final[tuple[tuple[str, Any, Action], ...]] = (
    ("search", _("Search"), Action.SEE_RECORDS),
    ("entries", _("Enter"), Action.RECORD),
    ("loads", _("Sheets"), Action.TAKE_IN),
    ("review", _("Review"), Action.REVIEW),
    ("linking", _("Linking"), Action.LINK),
    ("figures", _("Figures"), Action.SEE_FIGURES),
    ("estimates", _("Estimates"), Action.SEE_FIGURES),
    ("reports", _("Reports"), Action.SEE_REPORTS),
    ("integrity", _("Integrity"), Action.SEE_PROCESS),
    ("accounts", _("Accounts"), Action.KEEP_ACCOUNTS),
)
"""Screens in the menu: route, label, and the action that shows it."""


def desk(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of every page needs."""
    user = getattr(request, "user", None)
    actor = user.as_actor(timezone.now()) if isinstance(user, Account) else None
    language = get_language() or "en"
    theme = request.COOKIES.get(THEME_COOKIE, "")
    configuration = archive().configuration
    may_: Callable[[Action], bool] = lambda action: actor is not None and may(actor, action)  # noqa: E731
    return {
        "actor": actor,
        "account": user if isinstance(user, Account) else None,
        "menu": [(reverse(name), label, name) for name, label, action in MENU if may_(action)],
        "may": {action.value: may_(action) for action in Action},
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "other_languages": [(code, name) for code, name in LANGUAGES if code != language],
        "theme": theme if theme in THEMES else "",
        "archive_name": configuration.name,
        "demonstration": configuration.demonstration,
        "here": request.resolver_match.url_name if request.resolver_match else "",
        "address": request.get_full_path() if request.method == "GET" else reverse("home"),
    }
