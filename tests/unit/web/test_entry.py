"""Entering what a source says: dates as people write them, nobody new in silence, nothing lost, nothing done twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dalil.archive import Archive

Clients = Callable[..., Any]


def form(desk: Any, **more: str) -> dict[str, str]:
    said = {
        "source": str(desk.entries["open_list"]),
        "name": "Samir Invented",
        "arrested": "spring 2013",
        "place": "Hama",
        "party": "syria.state",
        "event_1": "released",
        "on_1": "about 2015",
        "testimony": "an invented testimony",
        "token": "t" * 43,
    }
    return said | more


def size(desk: Any) -> int:
    with Archive(desk.path) as archive:
        return archive.ledger.size


def test_checking_shows_how_dates_are_understood_and_records_nothing(client_of: Clients, desk: Any) -> None:
    before = size(desk)
    answer = client_of("documenter").post("/enter/detention/", form(desk, step="check"))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "understood as" in body
    assert "between 1 March 2013 and 31 May 2013" in body or "2013-21" in body
    assert "Is this somebody known?" in body
    assert desk.subjects["samir"] in body  # a person of this name is suggested
    assert size(desk) == before


def test_submitting_without_saying_who_it_is_records_nothing(client_of: Clients, desk: Any) -> None:
    before = size(desk)
    answer = client_of("documenter").post("/enter/detention/", form(desk, step="submit"))
    assert answer.status_code == 400
    assert size(desk) == before
    assert 'value="spring 2013"' in answer.content.decode()


def test_a_new_person_said_on_purpose_is_recorded_under_the_accounts_own_key(client_of: Clients, desk: Any) -> None:
    from dalil.web.models import Account

    answer = client_of("documenter").post("/enter/detention/", form(desk, step="submit", who="new"))
    assert answer.status_code == 302
    with Archive(desk.path) as archive:
        entry = archive.ledger.entry(archive.ledger.size - 1)
        assert answer.headers["Location"] == f"/records/{entry.position}.0/"
        assert entry.header.actor == Account.objects.get(username="documenter").key_id
        said = {each["predicate"]: each for each in entry.body["statements"]} if entry.body else {}
        assert said["name"]["value"] == {"text": "Samir Invented", "script": "Latn"}
        events = (
            [each for each in entry.body["statements"] if each["predicate"] == "episode_event"] if entry.body else []
        )
        assert [each["value"]["event"] for each in events] == ["arrested", "released"]
        assert [each["original"] for each in events] == ["spring 2013", "about 2015"]
        archive.verify()


def test_a_known_person_gains_a_detention_and_no_one_new_appears(client_of: Clients, desk: Any) -> None:
    with Archive(desk.path) as archive:
        persons = archive.records.identities("person")
    answer = client_of("officer").post("/enter/detention/", form(desk, step="submit", who=desk.subjects["samir"]))
    assert answer.headers["Location"] == f"/records/{desk.subjects['samir']}/"
    with Archive(desk.path) as archive:
        assert archive.records.identities("person") == persons
    body = client_of("officer").get(f"/records/{desk.subjects['samir']}/?as_of=2020-01-01").content.decode()
    assert body.count('class="status s-') == 2
    assert "an invented testimony" in body


def test_nobody_can_be_tied_to_a_record_that_is_not_for_the_one_who_types(client_of: Clients, desk: Any) -> None:
    before = size(desk)
    answer = client_of("documenter").post("/enter/detention/", form(desk, step="submit", who=desk.subjects["hidden"]))
    assert answer.status_code == 404
    hidden_source = form(desk, step="submit", who="new", source=str(desk.entries["closed_list"]))
    assert client_of("documenter").post("/enter/detention/", hidden_source).status_code == 400
    assert client_of("documenter").get(f"/records/{desk.subjects['hidden_episode']}/update/").status_code == 404
    assert size(desk) == before


def test_a_form_sent_twice_is_done_once(client_of: Clients, desk: Any) -> None:
    client = client_of("documenter")
    said = form(desk, step="submit", who="new")
    first, second = (client.post("/enter/detention/", said) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    with Archive(desk.path) as archive:
        assert archive.ledger.size == int(first.headers["Location"].split("/")[2].split(".")[0]) + 1


def test_a_session_that_ended_hands_back_what_was_typed(client_of: Clients, desk: Any) -> None:
    before = size(desk)
    answer = client_of().post("/enter/detention/", form(desk, step="submit", who="new"))
    body = answer.content.decode()
    assert answer.status_code == 401
    assert "an invented testimony" in body
    assert 'action="/enter/detention/"' in body
    assert size(desk) == before


def test_a_form_from_before_signing_in_again_is_handed_back_but_not_one_from_elsewhere(
    client_of: Clients, desk: Any
) -> None:
    client = client_of("documenter", checks=True)
    said = form(desk, step="submit", who="new", csrfmiddlewaretoken="old")
    own = client.post("/enter/detention/", said, headers={"origin": "http://127.0.0.1"})
    assert own.status_code == 409
    assert "an invented testimony" in own.content.decode()
    foreign = client.post("/enter/detention/", said, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert "an invented testimony" not in foreign.content.decode()


def test_a_draft_is_kept_for_its_writer_only_and_leaves_the_ledger_alone(client_of: Clients, desk: Any) -> None:
    before = size(desk)
    client = client_of("documenter")
    kept = client.post("/enter/detention/", form(desk, step="keep", name="Half a name"))
    address = kept.headers["Location"]
    assert 'value="Half a name"' in client.get(address).content.decode()
    assert client_of("officer").get(address).status_code == 404
    (file,) = (desk.path / "drafts").rglob("*.json")
    assert file.stat().st_mode & 0o077 == 0
    assert size(desk) == before
    name = address.split("draft=")[1]
    client.post("/enter/detention/", form(desk, step="submit", who="new", draft=name))
    assert not list((desk.path / "drafts").rglob("*.json"))


def test_an_update_moves_the_status_and_leaves_what_was_known_before(client_of: Clients, desk: Any) -> None:
    before = size(desk)
    episode = desk.subjects["samir_episode"]
    said = {"source": str(desk.entries["open_list"]), "event": "released", "on": "2 May 2019", "step": "submit"}
    answer = client_of("documenter").post(f"/records/{episode}/update/", said)
    assert answer.status_code == 302
    now = client_of("documenter").get(f"/records/{episode}/?as_of=2020-01-01").content.decode()
    then = client_of("documenter").get(f"/records/{episode}/?as_of=2020-01-01&known_by={before}").content.decode()
    assert "s-released" in now
    assert "s-released" not in then


def test_a_source_is_recorded_once_under_its_key(client_of: Clients, desk: Any) -> None:
    said = {"title": "A new list", "key": "list-3", "kind": "partner_list", "step": "submit"}
    answer = client_of("officer").post("/enter/source/", said)
    assert answer.status_code == 302
    assert "A new list" in client_of("officer").get(answer.headers["Location"]).content.decode()
    assert client_of("officer").post("/enter/source/", said).status_code == 400


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "'; DROP TABLE entries; --",
        "=cmd|' /C calc'!A0",
    ],
)
def test_script_in_every_field_stays_text(client_of: Clients, desk: Any, hostile: str) -> None:
    client = client_of("documenter")
    everywhere = dict.fromkeys(form(desk), hostile) | {"source": str(desk.entries["open_list"]), "step": "check"}
    body = client.post("/enter/detention/", everywhere).content.decode()
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    said = form(desk, step="submit", who="new", name=hostile, testimony=hostile, because_of=hostile)
    page = client.post("/enter/detention/", said, follow=True)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert "<img src=x" not in page.content.decode()
    assert "{{ 7*7 }}" in page.content.decode() or "7*7" not in hostile


def test_direction_marks_in_a_name_are_shown_and_not_obeyed(client_of: Clients, desk: Any) -> None:
    said = form(desk, step="submit", who="new", name="Samir \u202etnevnI")
    page = client_of("documenter").post("/enter/detention/", said, follow=True).content.decode()
    assert "[U+202E]" in page
    assert "\u202e" not in page


def test_three_hundred_pages_are_taken_and_more_than_a_form_may_hold_is_refused(client_of: Clients, desk: Any) -> None:
    client = client_of("documenter")
    pages = "صفحة من شهادة مختلقة طويلة. " * 30_000  # about 840,000 letters
    answer = client.post("/enter/detention/", form(desk, step="submit", who="new", testimony=pages))
    assert answer.status_code == 302
    too_much = client.post("/enter/detention/", form(desk, step="submit", who="new", testimony="x" * (5 << 20)))
    assert too_much.status_code == 400
    assert "too large" in too_much.content.decode()


def test_a_date_that_no_calendar_has_is_named_and_everything_else_kept(client_of: Clients, desk: Any) -> None:
    answer = client_of("documenter").post(
        "/enter/detention/", form(desk, step="submit", who="new", arrested="31/02/2013")
    )
    body = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="p-arrested"' in body
    assert "an invented testimony" in body


@pytest.mark.parametrize(("language", "said"), [("en", "invisible marks"), ("ar", "علامات غير مرئية")])
def test_marks_that_nobody_sees_in_a_name_are_told_while_it_is_typed(
    client_of: Clients, desk: Any, language: str, said: str
) -> None:
    client = client_of("documenter", language=language)
    page = client.post("/enter/detention/", form(desk, name="Rana \u202egnp.exe", step="check")).content.decode()
    assert said in page
    assert "Rana [U+202E]gnp.exe</bdi>" in page
    page = client.post("/enter/detention/", form(desk, name="Rana Invented", step="check")).content.decode()
    assert said not in page
