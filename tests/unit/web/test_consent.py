"""Consent at the desk: shown, recorded, withdrawn, put right; on a record and on an account, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from dalil.archive import Archive
from dalil.ledger.kinds import Kind

Clients = Callable[..., Any]
SAID = {
    "giver": "self",
    "given": "spring 2020",
    "how": "written",
    "answer_publish_named": "yes",
    "answer_un_body": "yes",
}


def recorded(desk: Any) -> list[dict[str, Any]]:
    with Archive(desk.path) as archive:
        return [dict(each.body or {}) for each in archive.ledger.entries(kind=Kind.CONSENT)]


def address(desk: Any, name: str = "samir") -> str:
    return f"/records/{desk.subjects[name]}/consent/"


def use_of(body: str, use: str) -> str:
    found = re.search(rf'data-use="{use}".*?<td><span class="chip (good|warn)">', body, re.DOTALL)
    assert found is not None
    return found[1]


def test_a_consent_is_recorded_under_the_key_of_whoever_took_it_down(client_of: Clients, desk: Any) -> None:
    client = client_of("documenter")
    page = client.get(address(desk)).content.decode()
    assert (use_of(page, "publish_named"), use_of(page, "aggregate")) == ("warn", "good")
    answer = client.post(f"{address(desk)}record/", SAID | {"terms": "an invented term", "token": "t1"})
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == address(desk)
    (body,) = recorded(desk)
    assert body == {
        "subject": desk.subjects["samir"],
        "giver": "self",
        "given": "2020-21",  # spring, in EDTF
        "how": "written",
        "terms": "an invented term",
        "answers": {"publish_named": "yes", "un_body": "yes"},
    }
    page = client.get(address(desk)).content.decode()
    assert (use_of(page, "publish_named"), use_of(page, "un_body"), use_of(page, "journalist")) == (
        "good",
        "good",
        "warn",
    )
    assert "an invented term" in page
    assert use_of(client.get(f"{address(desk)}?as_of=2019-01-01").content.decode(), "un_body") == "warn"
    aside = client.get(f"/records/{desk.subjects['samir']}/").content.decode()
    aside = aside[aside.index('id="h-consent"') : aside.index('id="h-mentions"')]
    assert "publication with the name: yes" in aside
    assert "none recorded" not in aside


def test_a_form_sent_twice_is_one_consent(client_of: Clients, desk: Any) -> None:
    client = client_of("officer")
    for _ in range(2):
        assert client.post(f"{address(desk)}record/", SAID | {"token": "t1"}).status_code == 302
    assert len(recorded(desk)) == 1


def test_withdrawing_takes_one_form_and_what_was_known_before_stays(client_of: Clients, desk: Any) -> None:
    client = client_of("editor")
    client.post(f"{address(desk)}record/", SAID | {"token": "t1"})
    with Archive(desk.path) as archive:
        between = archive.ledger.size
    withdrawn = {"step": "withdraw", "withdrawn": ["publish_named", "un_body"], "giver": "self", "given": "2021-02-03"}
    answer = client.post(f"{address(desk)}record/", withdrawn | {"how": "message", "token": "t2"})
    assert answer.status_code == 302, answer.content.decode()
    assert recorded(desk)[1]["answers"] == {"publish_named": "withdrawn", "un_body": "withdrawn"}
    assert use_of(client.get(address(desk)).content.decode(), "un_body") == "warn"
    assert use_of(client.get(f"{address(desk)}?known_by={between}").content.decode(), "un_body") == "good"
    assert use_of(client.get(f"{address(desk)}?as_of=2020-12-01").content.decode(), "un_body") == "good"


def test_an_entry_made_in_error_is_put_right_with_a_reason(client_of: Clients, desk: Any) -> None:
    client = client_of("officer")
    client.post(f"{address(desk)}record/", SAID | {"token": "t1"})
    with Archive(desk.path) as archive:
        wrong = archive.ledger.size - 1
    right = SAID | {"answer_un_body": "no", "replaces": str(wrong)}
    assert client.post(f"{address(desk)}record/", right | {"token": "t2"}).status_code == 400
    assert client.post(f"{address(desk)}record/", right | {"token": "t2", "reason": "misread"}).status_code == 302
    page = client.get(address(desk)).content.decode()
    assert (use_of(page, "un_body"), use_of(page, "publish_named")) == ("warn", "good")
    assert f"replaced by entry {wrong + 1}" in " ".join(page.split())
    other = SAID | {"replaces": str(wrong + 1), "reason": "of another record", "token": "t3"}
    assert client.post(f"{address(desk, 'rana')}record/", other).status_code == 400
    assert len(recorded(desk)) == 2


def test_whoever_gave_an_account_consents_to_uses_of_it(client_of: Clients, desk: Any) -> None:
    client, position = client_of("officer"), desk.entries["samir"]
    assert f"/entries/{position}/consent/" in client.get(f"/entries/{position}/").content.decode()
    answer = client.post(f"/entries/{position}/consent/record/", SAID | {"token": "t1"})
    assert answer.headers["Location"] == f"/entries/{position}/consent/"
    assert recorded(desk)[0]["account"] == position
    assert use_of(client.get(f"/entries/{position}/consent/").content.decode(), "un_body") == "good"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(client_of: Clients, desk: Any, language: str) -> None:
    client = client_of("officer", language=language)
    wrong = SAID | {"given": "2031", "terms": "a term to keep"}
    answer = client.post(f"{address(desk)}record/", wrong)
    body = answer.content.decode()
    assert answer.status_code == 400
    assert "a term to keep" in body
    assert 'value="2031"' in body
    assert ("This was not given yet." if language == "en" else "لم تُعطَ هذه الموافقة بعد.") in body
    assert 'lang="en"' not in body[body.index('id="h-record"') :] or language == "en"
    assert not recorded(desk)


def test_a_date_is_shown_as_it_was_understood_before_it_is_recorded(client_of: Clients, desk: Any) -> None:
    answer = client_of("officer").post(f"{address(desk)}record/", SAID | {"step": "check"})
    assert answer.status_code == 200
    assert "understood as" in answer.content.decode()
    assert not recorded(desk)


def test_what_is_hidden_can_neither_be_asked_nor_answered_nor_named(client_of: Clients, desk: Any) -> None:
    client, hidden = client_of("officer"), desk.subjects["hidden"]
    for route in (f"/records/{hidden}/consent/", f"/entries/{desk.entries['hidden']}/consent/"):
        nobody = client.get(re.sub(r"\d+(\.\d+)?", "99999.0" if "records" in route else "99999", route))
        assert client.get(route).status_code == nobody.status_code == 404
        assert client.post(f"{route}record/", SAID).status_code == 404
    kin = SAID | {"giver": "next_of_kin", "by": hidden}
    refusals = [client.post(f"{address(desk)}record/", kin | {"by": each}) for each in (hidden, "99999.0")]
    assert [each.status_code for each in refusals] == [400, 400]
    assert all("There is no such record." in each.content.decode() for each in refusals)
    assert not recorded(desk)
    insider = client_of("insider")
    assert insider.post(f"{address(desk)}record/", kin | {"token": "t"}).status_code == 302
    assert hidden in insider.get(address(desk)).content.decode()
    assert hidden not in client.get(address(desk)).content.decode()


def test_those_who_only_read_find_no_form(client_of: Clients, desk: Any) -> None:
    reviewer = client_of("reviewer")
    assert 'name="answer_un_body"' not in reviewer.get(address(desk)).content.decode()
    assert reviewer.post(f"{address(desk)}record/", SAID).status_code == 403
    assert client_of("auditor").get(address(desk)).status_code == 403
    assert not recorded(desk)


def test_script_in_every_field_is_text(client_of: Clients, desk: Any) -> None:
    attack = '"><script>alert(1)</script>'
    client = client_of("officer")
    body = client.post(f"{address(desk)}record/", dict.fromkeys([*SAID, "terms", "by", "until", "reason"], attack))
    assert "<script>alert" not in body.content.decode()
    client.post(f"{address(desk)}record/", SAID | {"terms": f"{attack}\u202e", "token": "t"})
    page = client.get(address(desk)).content.decode()
    assert "<script>alert" not in page
    assert "[U+202E]" in page
