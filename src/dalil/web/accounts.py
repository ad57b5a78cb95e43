"""Accounts: made by the keeper, each with a ledger key of its own; signing in; who is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from dalil.archive import Archive
from dalil.errors import WrongValue
from dalil.protection import Role
from dalil.protection.access import GENERAL
from dalil.protection.roles import CLEARANCE, LEVELS
from dalil.web.models import Account


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in who is active and within their time; asked again on every request."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Tell whether an account may sign in now."""
        return isinstance(user, Account) and user.may_sign_in(timezone.now())

    def get_user(self, user_id: Any) -> Account | None:
        """Return the account of a session, or none once it is deactivated or past its time."""
        found = Account.objects.filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; nothing is sent anywhere."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Refuse: accounts are made by the keeper."""
        return False

    def send_mail(self, *_: Any, **__: Any) -> None:
        """Send nothing: the desk knows no address, and a mail would tell a provider who works here."""

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """Send nothing."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names the desk to authenticators."""

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """Send nothing."""


def create_account(
    archive: Archive,
    *,
    username: str,
    role: Role,
    password: str | None,
    groups: Iterable[str] = (GENERAL,),
    clearance: str | None = None,
    expires_at: datetime | None = None,
) -> Account:
    """Make an account with a ledger key of its own.

    The key enters the ledger first: a crash after that leaves a key that nobody holds a password for.

    Raises
    ------
    WrongValue
        The name is taken or malformed, the password too weak, or the sensitivity none of ours.
    """
    username = username.strip().lower()
    if not username or not username.replace("-", "").replace(".", "").isalnum() or len(username) > 64:
        raise WrongValue(
            "An account needs another name.", expected="1 to 64 letters, digits, hyphens and points", where="username"
        )
    if Account.objects.filter(username=username).exists():
        raise WrongValue("There is an account of this name.", expected="a name not yet taken", where="username")
    level = clearance or CLEARANCE[role]
    if level not in LEVELS:
        raise WrongValue("No such sensitivity.", expected=", ".join(LEVELS), where="clearance")
    account = Account(username=username, role=role.value, groups=sorted(set(groups)), clearance=level)
    account.expires_at = expires_at
    if password is None:
        account.set_unusable_password()
    else:
        _check_password(password, account)
        account.set_password(password)
    signer = archive.introduce_actor(f"desk account {Account.objects.count() + 1}")
    account.key_id = signer.key_id
    account.save()
    return account


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise WrongValue(
            "The password is too weak.", expected="12 characters or more, not a common one", where="password"
        ) from error


def set_password(account: Account, password: str) -> None:
    """Give an account a new password, and sign it out everywhere."""
    _check_password(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    sign_out_everywhere(account)


def deactivate(account: Account) -> None:
    """Shut an account and end its sessions. It is never deleted, nor is anything it did."""
    with transaction.atomic():
        account.is_active = False
        account.deactivated_at = timezone.now()
        account.save(update_fields=["is_active", "deactivated_at"])
        sign_out_everywhere(account)


def reactivate(account: Account) -> None:
    """Open an account again."""
    account.is_active, account.deactivated_at = True, None
    account.save(update_fields=["is_active", "deactivated_at"])


def sign_out_everywhere(account: Account, *, but: str | None = None) -> int:
    """End every session of an account, but for one; return how many."""
    from allauth.usersessions.models import UserSession

    found = UserSession.objects.filter(user=account)
    if but is not None:
        found = found.exclude(session_key=but)
    keys = list(found.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    found.delete()
    return len(keys)
