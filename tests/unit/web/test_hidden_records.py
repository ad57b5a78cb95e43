"""A record out of reach is not there, by every path that leads to it. Each test is a path somebody once forgot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dalil.values.ids import parse_subject

Clients = Callable[..., Any]
SECRETS = ("Hidden Invented", "Closed list")


def _says_nothing(answer: Any) -> bool:
    body = answer.content.decode()
    return not any(secret in body for secret in SECRETS)


def test_the_one_who_may_sees_it(client_of: Clients, desk: Any) -> None:
    answer = client_of("insider").get(f"/records/{desk.subjects['hidden']}/")
    assert answer.status_code == 200
    assert "Hidden Invented" in answer.content.decode()


def test_a_hidden_record_answers_like_one_that_does_not_exist(client_of: Clients, desk: Any) -> None:
    client = client_of("editor")
    hidden = client.get(f"/records/{desk.subjects['hidden']}/")
    absent = client.get("/records/99999.0/")
    assert hidden.status_code == absent.status_code == 404
    assert _without_token(hidden) == _without_token(absent)


def _without_token(answer: Any) -> str:
    import re

    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return re.sub(r'value="/[^"]*"', "", text)


@pytest.mark.parametrize("malformed", ["x", "1", "1.2.3", "-1.0", "1.99999", "9" * 30 + ".0", "%00.1", "1.0%2e"])
def test_an_id_that_is_none_answers_the_same(client_of: Clients, malformed: str) -> None:
    assert client_of("editor").get(f"/records/{malformed}/").status_code == 404


def test_its_detention_is_hidden_with_it(client_of: Clients, desk: Any) -> None:
    assert client_of("editor").get(f"/records/{desk.subjects['hidden_episode']}/").status_code == 404


def test_history_is_no_way_round(client_of: Clients, desk: Any) -> None:
    # The decision that closed the group is the last entry; before it the record was open to all.
    before = desk.entries["speaker"] + 1
    answer = client_of("editor").get(f"/records/{desk.subjects['hidden']}/?known_by={before}")
    assert answer.status_code == 404


def test_the_account_in_the_ledger_is_no_way_round(client_of: Clients, desk: Any) -> None:
    assert client_of("editor").get(f"/entries/{desk.entries['hidden']}/").status_code == 404
    assert client_of("insider").get(f"/entries/{desk.entries['hidden']}/").status_code == 200


def test_its_source_is_no_way_round(client_of: Clients, desk: Any) -> None:
    assert client_of("editor").get(f"/sources/{desk.entries['closed_list']}/").status_code == 404
    assert client_of("insider").get(f"/sources/{desk.entries['closed_list']}/").status_code == 200


def test_the_first_page_lists_no_source_that_is_hidden(client_of: Clients) -> None:
    assert _says_nothing(client_of("editor").get("/"))


def test_search_does_not_find_it(client_of: Clients) -> None:
    answer = client_of("editor").get("/search/?q=Hidden+Invented")
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Hidden Invented 2" not in body
    assert "Hidden Invented 2" in _text(client_of("insider").get("/search/?q=Hidden+Invented"))


def _text(answer: Any) -> str:
    import re

    return re.sub(r"</?mark>", "", answer.content.decode())


def test_search_by_id_leads_to_the_same_answer(client_of: Clients, desk: Any) -> None:
    answer = client_of("editor").get(f"/search/?q={desk.subjects['hidden']}", follow=True)
    assert answer.status_code == 404


def test_a_relative_does_not_give_it_away(client_of: Clients, desk: Any) -> None:
    answer = client_of("editor").get(f"/records/{desk.subjects['rana']}/")
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Rana Invented" in body
    assert _says_nothing(answer)
    assert desk.subjects["hidden"] not in body
    assert "sister" not in body
    assert "sister" in client_of("insider").get(f"/records/{desk.subjects['rana']}/").content.decode()


def test_the_account_of_the_relative_leaves_out_what_names_it(client_of: Clients, desk: Any) -> None:
    body = client_of("editor").get(f"/entries/{desk.entries['rana']}/").content.decode()
    assert "Rana Invented" in body
    assert "sister" not in body
    assert desk.subjects["hidden"] not in body


def test_a_statement_above_ones_clearance_is_left_out_of_a_record_one_may_see(client_of: Clients, desk: Any) -> None:
    assert "1990" not in client_of("editor").get(f"/records/{desk.subjects['rana']}/").content.decode()
    assert "1990" in client_of("insider").get(f"/records/{desk.subjects['rana']}/").content.decode()
    assert "1990" not in client_of("editor").get(f"/entries/{desk.entries['rana']}/").content.decode()


def test_a_pair_for_review_is_no_way_round(client_of: Clients, desk: Any) -> None:
    pair = f"{desk.subjects['samir']}~{desk.subjects['hidden']}"
    client = client_of("reviewer")
    assert client.get(f"/review/{pair}/").status_code == 404
    answer = client.post(f"/review/{pair}/decide/", {"verdict": "same", "version": "0"})
    assert answer.status_code == 404
    assert _says_nothing(answer)


def test_what_is_marked_sensitive_later_is_out_of_reach_in_its_past_too(client_of: Clients, desk: Any) -> None:
    from dalil.archive import Archive
    from dalil.records.marks import mark_body

    client = client_of("documenter")
    samir = desk.subjects["samir"]
    assert client.get(f"/records/{samir}/").status_code == 200
    with Archive(desk.path) as archive:
        archive.intake.decide([mark_body("sensitivity", "sealed", subject=parse_subject(samir), reason="a test")])
    assert client.get(f"/records/{samir}/").status_code == 404
    assert client.get(f"/records/{samir}/?known_by={desk.entries['speaker']}").status_code == 404


def test_anothers_job_is_not_there(client_of: Clients, desk: Any) -> None:
    from dalil.web.models import Account, Job

    job = Job.objects.create(account=Account.objects.get(username="editor"), kind="verify")
    assert client_of("editor").get(f"/jobs/{job.pk}/").status_code == 200
    assert client_of("auditor").get(f"/jobs/{job.pk}/").status_code == 404
    assert client_of("auditor").post(f"/jobs/{job.pk}/cancel/").status_code == 404


def test_anothers_saved_search_is_not_there(client_of: Clients, desk: Any) -> None:
    from dalil.web.models import Account, SavedSearch

    kept = SavedSearch.objects.create(account=Account.objects.get(username="editor"), title="mine", query="q=x")
    assert client_of("reviewer").post(f"/search/{kept.pk}/forget/").status_code == 404
    assert "mine" not in client_of("reviewer").get("/search/").content.decode()


def test_the_auditor_sees_deeds_and_no_person(client_of: Clients, desk: Any) -> None:
    client = client_of("auditor")
    deeds = client.get("/integrity/deeds/")
    assert deeds.status_code == 200
    assert "Invented" not in deeds.content.decode()
    assert client.get(f"/records/{desk.subjects['samir']}/").status_code == 403
