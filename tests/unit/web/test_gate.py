"""Every address is behind the gate, and opens for exactly the roles that the policy names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dalil.protection import Role
from dalil.protection.roles import ALLOWED, Action

EXAMPLES = {
    "subject": "3.0",
    "position": 2,
    "entry": 2,
    "name": "F01",
    "pk": 1,
    "key": "3.0~4.0",
    "form": "detention",
    "load": "x",
    "upload": "u" * 43,
    "code": "R1",
    "language": "en",
}
"""A value for each thing an address may hold; none of them need exist."""


@pytest.fixture
def routes(desk_template: Any) -> list[Any]:
    from dalil.web.urls import screens

    return list(screens)


def _address(route: Any) -> str:
    from django.urls import reverse

    return reverse(route.name, kwargs={name: EXAMPLES[name] for name in route.pattern.converters})


def test_every_screen_names_its_action_or_is_public(routes: list[Any]) -> None:
    from dalil.web.urls import PUBLIC

    bare = {route.name for route in routes if not isinstance(getattr(route.callback, "action", None), Action)}
    assert bare == PUBLIC & {route.name for route in routes}


def test_of_what_allauth_brings_only_signing_in_and_keys_can_be_reached(desk_template: Any) -> None:
    from dalil.web.urls import signing_in

    def names(patterns: Any, prefix: str = "") -> Iterator[str]:
        for each in patterns:
            path = prefix + str(each.pattern)
            if hasattr(each, "url_patterns"):
                yield from names(each.url_patterns, path)
            else:
                yield each.name

    found = set(names(signing_in))
    assert not found & {"account_signup", "account_reset_password", "account_email", "mfa_signup_webauthn"}
    assert all(name.startswith(("account_", "mfa_", "usersessions_")) for name in found)


def test_the_truth_table_of_every_route_and_role(routes: list[Any], client_of: Callable[..., Any]) -> None:
    clients = {role: client_of(role.value) for role in Role}
    wrong = []
    for route in routes:
        view = route.callback
        if not hasattr(view, "action"):
            continue
        for role, client in clients.items():
            method = "post" if view.methods == ("POST",) else "get"
            status = getattr(client, method)(_address(route)).status_code
            expected = status not in (401, 403, 405, 500) if view.action in ALLOWED[role] else status == 403
            wrong += [] if expected else [(route.name, role.value, status)]
    assert not wrong


def test_nobody_signed_out_gets_past_the_gate(routes: list[Any], client_of: Callable[..., Any]) -> None:
    client = client_of()
    wrong = []
    for route in routes:
        view = route.callback
        for method in getattr(view, "methods", ()):
            answer = getattr(client, method.lower())(_address(route))
            sent_to_sign_in = answer.headers.get("Location", "").startswith("/account/login/")
            handed_back = method == "POST" and answer.status_code == 401
            wrong += [] if sent_to_sign_in or handed_back else [(route.name, method, answer.status_code)]
    assert not wrong


def test_a_screen_refuses_methods_it_was_not_made_for(routes: list[Any], client_of: Callable[..., Any]) -> None:
    client = client_of("editor")
    assert client.post("/integrity/").status_code == 405
    assert client.get("/integrity/verify/").status_code == 405


def test_keeping_accounts_asks_again_who_it_is(client_of: Callable[..., Any], desk: Any) -> None:
    from dalil.web.accounts import set_password
    from dalil.web.models import Account

    set_password(Account.objects.get(username="keeper"), "an-invented-passphrase")
    client = client_of("keeper")
    answer = client.get("/accounts/new/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert client.post("/accounts/1/change/", {"deed": "deactivate"}).status_code == 302
    assert Account.objects.get(pk=1).is_active
    again = client.post(answer.headers["Location"], {"password": "an-invented-passphrase"})
    assert again.headers["Location"] == "/accounts/new/"
    assert client.get("/accounts/new/").status_code == 200
