"""Ways round the check that a peer's public penetration test found in a desk like this one, tried here by class.

Each class was "a second path to the same data skipped the check". Which test tries which is told in
``docs/reference/desk-security.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from dalil.archive import Archive
from dalil.cli import web
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.records.marks import mark_body

Clients = Callable[..., Any]
WRITING = (
    ("records/{}/standing/decide/", {"step": "review", "version": "0", "reason": "x"}),
    ("records/{}/standing/undo/1/", {"reason": "x"}),
    ("records/{}/consent/record/", {"giver": "self", "given": "2020", "how": "written", "answer_un_body": "yes"}),
    ("review/{}~4.0/decide/", {"verdict": "same", "version": "0"}),
    ("review/4.0~{}/decide/", {"verdict": "not", "version": "0"}),
)
"""What changes a record by its id, and what is sent there."""


def size_of(desk: Any) -> int:
    with Archive(desk.path) as archive:
        return archive.ledger.size


def told(answer: Any) -> str:
    """Return what an answer says, but for what every answer has of its own."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|value="/[^"]*"', "", answer.content.decode())
    return re.sub(r"\d+\.\d+", "", text)


@pytest.mark.parametrize(("route", "said"), WRITING)
def test_no_deed_reaches_a_record_that_reading_does_not(
    client_of: Clients, desk: Any, route: str, said: dict[str, str]
) -> None:
    client, before = client_of("editor"), size_of(desk)
    hidden = client.post("/" + route.format(desk.subjects["hidden"]), said)
    absent = client.post("/" + route.format("99999.0"), said)
    assert hidden.status_code == absent.status_code == 404
    assert told(hidden) == told(absent)
    assert size_of(desk) == before


def test_an_update_cannot_be_told_of_a_detention_that_is_hidden(client_of: Clients, desk: Any) -> None:
    client, before = client_of("documenter"), size_of(desk)
    said = {"source": str(desk.entries["open_list"]), "event": "released", "on": "2019", "step": "submit"}
    answers = [client.post(f"/records/{each}/update/", said) for each in (desk.subjects["hidden_episode"], "99999.1")]
    assert [each.status_code for each in answers] == [404, 404]
    assert told(answers[0]) == told(answers[1])
    assert size_of(desk) == before


def test_the_source_of_what_is_entered_is_one_of_those_offered(client_of: Clients, desk: Any) -> None:
    client, before = client_of("documenter"), size_of(desk)
    said = {"name": "Nobody Invented", "arrested": "2013", "who": "new", "step": "submit"}
    for source in (desk.entries["closed_list"], 99999, "x"):
        answer = client.post("/enter/detention/", said | {"source": str(source)})
        assert answer.status_code == 400, source
        assert "Closed list" not in answer.content.decode()
    assert size_of(desk) == before


def test_what_was_kept_while_it_was_open_is_shut_when_it_is_not(client_of: Clients, desk: Any) -> None:
    # A draft, a saved search and the question of a change, all made while the record could be seen.
    client, samir = client_of("documenter"), desk.subjects["samir"]
    fields = {"name": "Samir Invented", "arrested": "2015", "who": samir, "source": str(desk.entries["open_list"])}
    kept = client.post("/enter/detention/", fields | {"step": "keep"}).headers["Location"]
    with Archive(desk.path) as archive:
        closing = mark_body("group", "closed", source=desk.entries["open_list"], reason="a test")
        archive.ledger.append([Draft(Kind.DECISION, closing)], by=archive.actor())
    before = size_of(desk)
    assert "Samir Invented 1" not in client.get(kept).content.decode()
    assert client.post("/enter/detention/", fields | {"step": "submit"}).status_code in (400, 404)
    editor = client_of("editor")
    change = {"selection": f"of=source&position={desk.entries['open_list']}", "change": "tag", "tag": "x"}
    assert editor.post("/bulk/", change | {"step": "preview"}).status_code == 404
    assert editor.get("/search/?q=Samir+Invented").content.decode().count('class="hit"') == 0
    assert size_of(desk) == before


def test_a_new_desk_has_no_account_and_only_a_demonstration_has_demo_accounts(tmp_path: Path, desk: Any) -> None:
    from dalil.web.models import Account

    names = set(Account.objects.values_list("username", flat=True))
    assert not names & {"admin", "root", "dalil"}
    path = tmp_path / "real"
    Archive.create(path, name="real").close()
    with pytest.raises(click.UsageError, match="demonstration"):
        web._print_demonstration_accounts(path)


@pytest.mark.parametrize("host", ["localhost.evil.example", "evil-localhost", "127.0.0.1.evil.example", "evil.example"])
def test_a_host_that_ends_or_begins_like_ours_is_not_ours(client_of: Clients, host: str) -> None:
    assert client_of("editor").get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_address_leads_away_from_here(client_of: Clients, where: str) -> None:
    client = client_of("editor")
    for route, said in (("/language/", {"language": "ar"}), ("/theme/", {"theme": "dark"})):
        assert client.post(route, said | {"next": where}).headers["Location"] == "/"


@pytest.mark.parametrize("role", ["documenter", "officer", "reviewer", "custodian"])
def test_who_the_other_accounts_are_is_the_keepers_to_know(client_of: Clients, desk: Any, role: str) -> None:
    from dalil.web.models import Account

    Account.objects.filter(username="editor").update(username="somebody-else")
    pages = ["/", "/search/?q=Samir", f"/records/{desk.subjects['samir']}/", "/integrity/", "/account/"]
    pages.append(f"/records/{desk.subjects['samir']}/standing/")
    body = " ".join(client_of(role).get(each).content.decode() for each in pages)
    assert "somebody-else" not in body
    assert "insider" not in body


def test_what_another_account_asked_for_cannot_be_stopped_or_begun_again(client_of: Clients, desk: Any) -> None:
    from dalil.web import jobs
    from dalil.web.models import Account, Job

    theirs = jobs.start(Account.objects.get(username="editor"), "verify")
    client = client_of("custodian")
    for deed in ("cancel", "retry"):
        assert client.post(f"/jobs/{theirs.pk}/{deed}/").status_code == 404
    assert client.get(f"/jobs/{theirs.pk}/").status_code == 404
    assert Job.objects.count() == 1
    assert not Job.objects.get(pk=theirs.pk).cancel


def test_a_page_is_no_page_of_anothers_site(client_of: Clients, desk: Any) -> None:
    client = client_of("officer", checks=True)
    before = size_of(desk)
    for route, said in (("consent/record/", WRITING[2][1]), ("update/", {"event": "released"})):
        answer = client.post(f"/records/{desk.subjects['samir_episode']}/{route}", said)
        assert answer.status_code == 403, route
    assert size_of(desk) == before
