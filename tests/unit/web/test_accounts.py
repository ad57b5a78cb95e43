"""Accounts: refused after wrong passwords, at the end of their time, and once shut; their keys sign what they do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dalil.archive import Archive
from dalil.errors import WrongValue
from dalil.protection import Role

Clients = Callable[..., Any]
PASSPHRASE = "an-invented-passphrase"


@pytest.fixture
def account(desk: Any) -> Any:
    """Return an account with a password, and the one that shuts others."""
    from dalil.web.accounts import set_password
    from dalil.web.models import Account

    found = Account.objects.get(username="editor")
    set_password(found, PASSPHRASE)
    return found


def sign_in(client: Any, password: str) -> Any:
    return client.post("/account/login/", {"login": "editor", "password": password})


def test_signing_in_with_the_password(client_of: Clients, account: Any) -> None:
    client = client_of()
    assert sign_in(client, PASSPHRASE).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_five_wrong_passwords_lock_the_account_even_against_the_right_one(client_of: Clients, account: Any) -> None:
    client = client_of()
    for _ in range(5):
        assert sign_in(client, "wrong").status_code == 200
    assert sign_in(client, PASSPHRASE).status_code != 302
    assert client.get("/").status_code == 302
    # From another browser too: the lock is on the account.
    assert sign_in(client_of(), PASSPHRASE).status_code != 302


def test_an_unknown_name_and_a_wrong_password_answer_alike(client_of: Clients, account: Any) -> None:
    import re

    wrong = sign_in(client_of(), "wrong").content.decode()
    unknown = client_of().post("/account/login/", {"login": "nobody", "password": "wrong"}).content.decode()
    errors = [re.findall(r'class="message error"[^>]*>([^<]*)<', body) for body in (wrong, unknown)]
    assert errors[0] == errors[1] != []


def test_shutting_an_account_ends_its_sessions_at_once_and_keeps_it(client_of: Clients, account: Any) -> None:
    from dalil.web.accounts import deactivate
    from dalil.web.models import Account

    client = client_of()
    sign_in(client, PASSPHRASE)
    deactivate(account)
    assert client.get("/").status_code == 302
    assert sign_in(client_of(), PASSPHRASE).headers.get("Location", "") != "/"
    assert Account.objects.get(pk=account.pk).key_id == account.key_id


def test_an_account_past_its_time_is_signed_out(client_of: Clients, account: Any) -> None:
    from django.utils import timezone

    client = client_of("editor")
    assert client.get("/").status_code == 200
    account.expires_at = timezone.now() - timedelta(minutes=1)
    account.save()
    assert client.get("/").status_code == 302


def test_a_role_taken_away_is_gone_with_the_next_request(client_of: Clients, account: Any) -> None:
    client = client_of("editor")
    assert client.get("/review/").status_code == 200
    account.role = Role.DOCUMENTER.value
    account.save()
    assert client.get("/review/").status_code == 403


def test_signing_out_everywhere_else_leaves_this_session(client_of: Clients, account: Any) -> None:
    here, there = client_of(), client_of()
    sign_in(here, PASSPHRASE)
    sign_in(there, PASSPHRASE)
    assert here.post("/account/sign-out-elsewhere/").status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_nobody_can_sign_up(client_of: Clients) -> None:
    for address in (
        "/account/signup/",
        "/accounts/signup/",
        "/account/2fa/webauthn/signup/",
        "/account/password/reset/",
    ):
        assert client_of().get(address).status_code == 404


def test_passwords_are_kept_under_argon2_and_nowhere_as_they_are(account: Any) -> None:
    assert account.password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("username", "password"),
    [("editor", PASSPHRASE), ("", PASSPHRASE), ("a b", PASSPHRASE), ("x" * 65, PASSPHRASE), ("someone", "password")],
)
def test_a_name_taken_or_malformed_or_a_weak_password_makes_no_account(desk: Any, username: str, password: str) -> None:
    from dalil.web.accounts import create_account
    from dalil.web.models import Account

    before = Account.objects.count()
    with Archive(desk.path) as archive:
        size = archive.ledger.size
        with pytest.raises(WrongValue):
            create_account(archive, username=username, role=Role.EDITOR, password=password)
        assert archive.ledger.size == size
    assert Account.objects.count() == before


def test_the_ledger_learns_a_key_and_never_whose(desk: Any) -> None:
    from dalil.web.models import Account

    with Archive(desk.path) as archive:
        keys = [entry.body for entry in archive.ledger.entries() if entry.header.kind.value == "key"]
    labels = [key["label"] for key in keys if key]
    assert not [name for name in Account.objects.values_list("username", flat=True) if name in " ".join(labels)]
    assert len({key["public"] for key in keys if key}) == len(keys) == Account.objects.count() + 2


def test_what_is_secret_is_readable_by_its_owner_only(desk: Any) -> None:
    secret = desk.path / "web" / "secret.key"
    assert secret.stat().st_mode & 0o077 == 0
    assert len(secret.read_text(encoding="ascii")) > 60


def test_the_cookies_of_a_session_are_out_of_reach_of_script(client_of: Clients, account: Any) -> None:
    client = client_of()
    sign_in(client, PASSPHRASE)
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
