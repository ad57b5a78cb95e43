"""Every address is behind the gate, and opens for exactly the roles that the policy names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dalil.protection import Role
from dalil.protection.roles import ALLOWED, Action
from unit.web.route_table import LETTERS, METHODS, ROUTES

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


def _names_of_allauth() -> Iterator[str]:
    from dalil.web.urls import signing_in

    def names(patterns: Any) -> Iterator[str]:
        for each in patterns:
            if hasattr(each, "url_patterns"):
                yield from names(each.url_patterns)
            else:
                yield each.name

    yield from names(signing_in)


def test_of_what_allauth_brings_only_signing_in_and_keys_can_be_reached(desk_template: Any) -> None:
    found = set(_names_of_allauth())
    assert not found & {"account_signup", "account_reset_password", "account_email", "mfa_signup_webauthn"}
    assert all(name.startswith(("account_", "mfa_", "usersessions_")) for name in found)


TABLE = {
    name: (METHODS[how], roles, "again" in more) for name, how, roles, *more in map(str.split, ROUTES.split("\n")[1:-1])
}


def test_every_route_has_a_line_in_the_table_and_every_line_a_route(routes: list[Any]) -> None:
    from dalil.web.urls import PUBLIC

    assert {route.name for route in routes} - PUBLIC == set(TABLE)
    assert all(set(roles) <= {*LETTERS, "-"} and len(roles) == len(LETTERS) for _, roles, _ in TABLE.values())


def test_the_truth_table_of_every_route_role_and_method(routes: list[Any], client_of: Callable[..., Any]) -> None:
    from dalil.web.accounts import set_password
    from dalil.web.models import Account

    for role in ("officer", "editor", "keeper"):  # who has nothing to show cannot be asked for it
        set_password(Account.objects.get(username=role), "an-invented-passphrase")
    clients = {letter: client_of(role) for letter, role in LETTERS.items()}
    wrong = []
    for route in routes:
        if route.name not in TABLE:
            continue
        methods, roles, again = TABLE[route.name]
        for letter, client in clients.items():
            for method in ("GET", "POST"):
                if method not in methods and letter != "E":
                    continue  # refused before anyone is asked who they are: once is enough
                if route.name == "sign_out_elsewhere" and method == "POST" and letter in roles:
                    continue  # it would end the other sessions of this very test
                answer = getattr(client, method.lower())(_address(route))
                if method not in methods:
                    right = answer.status_code == 405
                elif letter not in roles:
                    right = answer.status_code == 403
                elif again:
                    asked = answer.headers.get("Location", "").startswith("/account/reauthenticate/")
                    right = asked or (method == "POST" and answer.status_code == 409)
                else:
                    right = answer.status_code not in (401, 403, 405, 500)
                wrong += [] if right else [(route.name, method, LETTERS[letter], answer.status_code)]
    assert not wrong


def test_the_policy_itself_says_what_the_table_says(routes: list[Any]) -> None:
    letters = {role: letter for letter, role in LETTERS.items()}
    for route in routes:
        if route.name in TABLE:
            allowed = "".join(letters[role.value] if route.callback.action in ALLOWED[role] else "-" for role in Role)
            assert (route.callback.methods, allowed) == TABLE[route.name][:2], route.name


def test_of_what_allauth_brings_each_page_is_for_whoever_is_signed_in_or_signing_in(
    desk_template: Any, client_of: Callable[..., Any]
) -> None:
    from django.urls import reverse

    open_to_all = {"account_login", "account_logout", "account_inactive", "mfa_authenticate", "mfa_login_webauthn"}
    own = {
        "account_reauthenticate",
        "account_change_password",
        "usersessions_list",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn",
    }
    by_key = {"mfa_remove_webauthn", "mfa_edit_webauthn"}
    assert set(_names_of_allauth()) == open_to_all | own | by_key
    client = client_of()
    for name in own | by_key:
        answer = client.get(reverse(name, kwargs={"pk": 1} if name in by_key else None))
        assert answer.headers.get("Location", "").startswith("/account/login/"), (name, answer.status_code)


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
