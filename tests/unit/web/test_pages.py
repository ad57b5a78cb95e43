"""Pages: in both languages, without script or style of their own, in a bounded number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from benchmarks.asked import counted

Clients = Callable[..., Any]
MOST_QUERIES = 12
PAGES = ("/", "/search/", "/figures/", "/estimates/", "/integrity/", "/integrity/deeds/", "/review/", "/account/")


def addresses(desk: Any) -> list[str]:
    records = [f"/records/{desk.subjects[name]}/" for name in ("samir", "samir_episode", "speaker", "claim", "rana")]
    return [*PAGES, *records, f"/entries/{desk.entries['samir']}/", f"/sources/{desk.entries['open_list']}/"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_opens_in_both_languages(client_of: Clients, desk: Any, language: str) -> None:
    client = client_of("editor", language=language)
    for address in addresses(desk):
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = answer.content.decode()
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in body


def test_no_page_has_script_or_style_of_its_own(client_of: Clients, desk: Any) -> None:
    client = client_of("editor")
    for address in [*addresses(desk), "/account/login/"]:
        body = client.get(address).content.decode()
        assert not re.search(r"\sstyle\s*=", body), address
        assert not re.search(r"<style", body), address
        assert not re.search(r"\son\w+\s*=", body), address
        for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", body, re.DOTALL):
            assert "src=" in attributes or 'type="application/json"' in attributes, address
            assert not content.strip() or 'type="application/json"' in attributes, address
        assert "//" not in "\n".join(re.findall(r'(?:src|href)="([^"]*)"', body)), address


def test_every_answer_carries_the_policies(client_of: Clients, desk: Any) -> None:
    for address in ("/", "/account/login/", "/records/99999.0/", "/nowhere/"):
        headers = client_of("editor").get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in headers["Cache-Control"]


def test_a_page_asks_no_more_than_twelve_queries(client_of: Clients, desk: Any) -> None:
    client = client_of("editor")
    too_many = {}
    for address in addresses(desk):
        client.get(address)  # what is read once in a process is read now
        with counted() as asked:
            client.get(address)
        if len(asked) > MOST_QUERIES:
            too_many[address] = len(asked)
    assert not too_many


def test_what_was_made_up_says_so(client_of: Clients, desk: Any) -> None:
    client = client_of("editor")
    for address in addresses(desk)[len(PAGES) :]:
        assert "INVENTED" in client.get(address).content.decode(), address


def test_a_coerced_statement_stands_beside_its_rebuttal_and_is_labelled(client_of: Clients, desk: Any) -> None:
    body = client_of("editor").get(f"/records/{desk.subjects['speaker']}/").content.decode()
    assert "Said under coercion" in body
    coerced, rebuttal = body.index("an invented claim"), body.index("an invented answer")
    assert coerced < rebuttal
    assert "Rebutted by" in body[coerced:rebuttal]


def test_the_page_says_what_was_known_then(client_of: Clients, desk: Any) -> None:
    from dalil.archive import Archive
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind

    episode = desk.subjects["samir_episode"]
    with Archive(desk.path) as archive:
        before = archive.ledger.size
        body = {
            "source": desk.entries["open_list"],
            "language": "en",
            "subjects": [["d1", "episode", episode]],
            "statements": [
                {"subject": "d1", "predicate": "episode_event", "value": {"event": "released", "on": "2019-05-02"}}
            ],
        }
        archive.ledger.append([Draft(Kind.ACCOUNT, body)], by=archive.actor())
    client = client_of("editor")
    now = client.get(f"/records/{desk.subjects['samir']}/?as_of=2021-01-01").content.decode()
    then = client.get(f"/records/{desk.subjects['samir']}/?as_of=2021-01-01&known_by={before}").content.decode()
    earlier = client.get(f"/records/{desk.subjects['samir']}/?as_of=2018-01-01").content.decode()
    assert "s-released" in now
    assert "s-released" not in then
    assert "as it was known then" in then
    assert "s-released" not in earlier
    assert "2 May 2019" not in then


@pytest.mark.parametrize("query", ["as_of=nonsense", "known_by=-5", "known_by=99999999", "as_of=9999-99-99&known_by=x"])
def test_times_that_cannot_be_read_are_not_taken(client_of: Clients, desk: Any, query: str) -> None:
    assert client_of("editor").get(f"/records/{desk.subjects['samir']}/?{query}").status_code == 200


def test_a_joined_mention_leads_to_its_person(client_of: Clients, desk: Any) -> None:
    from dalil.archive import Archive
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind

    pair = [desk.subjects["samir"], desk.subjects["rana"]]
    with Archive(desk.path) as archive:
        body = {"verdict": "same", "sets": [["person", pair]], "basis": "human"}
        archive.ledger.append([Draft(Kind.JUDGEMENT, body)], by=archive.actor())
    answer = client_of("insider").get(f"/records/{pair[1]}/?as_of=2020-01-01")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/records/{pair[0]}/?as_of=2020-01-01"


def test_language_and_colours_are_remembered_and_lead_back_here_only(client_of: Clients) -> None:
    client = client_of("editor")
    answer = client.post("/language/", {"language": "ar", "next": "/figures/"})
    assert answer.headers["Location"] == "/figures/"
    assert 'dir="rtl"' in client.get("/figures/").content.decode()
    assert client.post("/theme/", {"theme": "dark", "next": "https://evil.example/"}).headers["Location"] == "/"
    assert 'data-theme="dark"' in client.get("/figures/").content.decode()
    client.post("/theme/", {"theme": '"><script>', "next": "/"})
    assert 'data-theme="dark"' in client.get("/figures/").content.decode()


PINS = {
    "/search/?q=Invented": 10,
    "/search/?q=Samir+Invented&sex=male": 12,
    "/search/?q=Samir+Invented&status=released": 12,
    "/records/{samir}/?known_by=8": 12,
    "/linking/": 8,
    "/review/{samir}~{rana}/": 12,
    "/records/{samir}/standing/": 7,
    "/records/{samir}/consent/": 10,
    "/figures/HELD/": 4,
    "/figures/HELD/?as_of=2015-01-01": 4,
    "/figures/HELD/members/": 6,
    "/figures/HELD/compare/?then_as_of=2011-04-01": 9,
    "/estimates/": 5,
    "/loads/": 8,
    "/enter/": 2,
    "/enter/detention/": 4,
}
"""The most queries of pages that read more than one record, or none; no number grows with what is found."""


def test_no_page_asks_more_queries_than_it_did(client_of: Clients, desk: Any, held: str) -> None:
    clients = {role: client_of(role) for role in ("insider", "officer")}
    more = {}
    for pattern, most in PINS.items():
        client = clients["officer" if pattern.startswith(("/loads", "/enter", "/linking")) else "insider"]
        address = pattern.format(**desk.subjects)
        assert client.get(address).status_code == 200, address
        with counted() as asked:
            client.get(address)
        if len(asked) > most:
            more[address] = len(asked)
    assert not more
    assert max(PINS.values()) <= MOST_QUERIES


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_handle_of_the_ledger_has_as_many_stops_as_were_worked_out(desk: Any, language: str) -> None:
    from django.template.loader import render_to_string
    from django.utils import translation

    from dalil.web.showing.times import Times

    times = Times(as_of=18768, known_by=None, size=40, recorded_at="2021-05-21T00:00:00Z", stops=(2, 10, 40))
    with translation.override(language):
        page = render_to_string("desk/times.html", {"times": times, "form_address": "/"})
    assert 'min="0" max="2" value="2"' in page  # numbers as browsers read them, whatever the language
    assert "40" in page[page.index('class="on-paper"') :]  # a printed page says as known by when
