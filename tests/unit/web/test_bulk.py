"""Many records at once: previewed, done once, taken back in one deed; never what was not shown, or not for one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from benchmarks.asked import counted

from dalil.archive import Archive
from dalil.values.ids import parse_subject
from unit.web.test_pages import MOST_QUERIES

Clients = Callable[..., Any]


def sent(page: Any) -> dict[str, str]:
    """Return the hidden fields of the form."""
    body = page.content.decode()
    form = re.search(r'<form class="bulk.*?</form>', body, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0].replace("&amp;", "&")))


def selection_of(desk: Any) -> str:
    return f"of=source&position={desk.entries['open_list']}"


def tags(desk: Any, name: str) -> frozenset[str]:
    from dalil.ledger.store import reading
    from dalil.records.marks import mentions_of, read_marks

    subject = parse_subject(desk.subjects[name])
    with Archive(desk.path) as archive, reading(archive.engine) as connection:
        found = read_marks(connection, mentions_of(connection, [subject]))
    return found.get(subject, {}).get("tag", frozenset())


def test_a_tag_is_shown_put_once_and_taken_back(client_of: Clients, desk: Any) -> None:
    client = client_of("officer")
    assert client.get(f"/bulk/?{selection_of(desk)}").status_code == 200
    form = {"selection": selection_of(desk), "change": "tag", "tag": "to check", "reason": "a test"}
    page = client.post("/bulk/", form | {"step": "preview"})
    body = page.content.decode()
    assert "Samir Invented" in body
    assert "Hidden Invented" not in body
    assert tags(desk, "samir") == frozenset()  # nothing was done by looking
    apply = form | sent(page) | {"step": "apply"}
    answers = [client.post("/bulk/", apply) for _ in range(2)]
    assert answers[0].status_code == 302, answers[0].content.decode()
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert tags(desk, "samir") == {"to check"}
    done = client.get(answers[0].headers["Location"])
    (entries,) = re.findall(r'name="entries" value="([\d,]+)"', done.content.decode())
    assert len(entries.split(",")) == 1  # one entry, whoever many they are
    undo = {"entries": entries, "selection": selection_of(desk), "token": "u" * 43}
    assert client.post("/bulk/undo/", undo).status_code == 302
    assert tags(desk, "samir") == frozenset()


def test_what_changed_since_it_was_shown_is_shown_again_and_not_done(client_of: Clients, desk: Any) -> None:
    client = client_of("officer")
    form = {"selection": selection_of(desk), "change": "tag", "tag": "to check"}
    page = client.post("/bulk/", form | {"step": "preview"})
    stale = form | sent(page) | {"step": "apply"}
    other = client_of("editor")
    found = "of=search&q=Samir"
    first = other.post("/bulk/", form | {"selection": found, "step": "preview"})
    assert other.post("/bulk/", form | {"selection": found, "step": "apply"} | sent(first)).status_code == 302
    answer = client.post("/bulk/", stale)
    assert answer.status_code == 409
    assert "Nothing was recorded" in answer.content.decode()
    assert tags(desk, "rana") == frozenset()


def test_grading_is_offered_to_those_who_decide_only(client_of: Clients, desk: Any) -> None:
    selection = selection_of(desk)
    reviewer = client_of("reviewer").get(f"/bulk/?{selection}").content.decode()
    officer = client_of("officer").get(f"/bulk/?{selection}").content.decode()
    assert 'value="grade"' in reviewer
    assert 'value="tag"' not in reviewer
    assert 'value="grade"' not in officer
    assert 'value="tag"' in officer
    form = {"selection": selection, "step": "preview"}
    assert client_of("officer").post("/bulk/", form | {"change": "grade", "grade": "G2"}).status_code == 403
    assert client_of("reviewer").post("/bulk/", form | {"change": "tag", "tag": "x"}).status_code == 403
    assert client_of("documenter").get(f"/bulk/?{selection}").status_code == 403
    answer = client_of("reviewer").post("/bulk/", form | {"change": "grade", "grade": "G2"})
    assert "Would change" in answer.content.decode()


def test_a_hidden_record_cannot_be_reached_by_changing_many(client_of: Clients, desk: Any) -> None:
    client = client_of("officer")
    closed = f"of=source&position={desk.entries['closed_list']}"
    assert client.get(f"/bulk/?{closed}").status_code == 404
    form = {"selection": closed, "change": "tag", "tag": "x"}
    assert client.post("/bulk/", form | {"step": "preview"}).status_code == 404
    assert client.post("/bulk/", form | {"step": "apply", "shown": "0" * 64}).status_code == 404
    assert tags(desk, "hidden") == frozenset()


def test_what_another_did_is_not_taken_back_by_an_address(client_of: Clients, desk: Any) -> None:
    officer, form = client_of("officer"), {"selection": selection_of(desk), "change": "tag", "tag": "x"}
    page = officer.post("/bulk/", form | {"step": "preview"})
    done = officer.post("/bulk/", form | sent(page) | {"step": "apply"})
    (entries,) = re.findall(r"entries=([\d%C]+)", done.headers["Location"])
    undo = {"entries": entries, "selection": selection_of(desk)}
    assert client_of("reviewer").post("/bulk/undo/", undo).status_code == 403
    assert tags(desk, "samir") == {"x"}
    assert officer.post("/bulk/undo/", undo | {"entries": str(desk.entries["samir"])}).status_code == 409


@pytest.mark.parametrize("text", ["", "x", "1,x", "-1", "1" * 30, ",".join(["1"] * 61)])
def test_entries_that_are_none_are_refused(client_of: Clients, desk: Any, text: str) -> None:
    client = client_of("officer")
    assert client.post("/bulk/undo/", {"entries": text, "selection": "of=search&q=x"}).status_code == 400
    assert client.get("/bulk/done/", {"entries": text, "back": "of=search&q=x"}).status_code == 400


@pytest.mark.parametrize(
    "more",
    [
        {"change": "grade", "grade": "G9"},
        {"change": "tag", "tag": ""},
        {"change": "untag", "tag": "of another field"},
        {"change": "ungroup", "group": "of another field"},
        {"change": "sensitivity", "sensitivity": "loud"},
    ],
)
def test_a_change_that_is_none_is_told_and_not_made(client_of: Clients, desk: Any, more: Any) -> None:
    answer = client_of("editor").post("/bulk/", {"selection": selection_of(desk), "step": "preview"} | more)
    assert answer.status_code == 400
    assert "something is missing" in answer.content.decode()


def test_the_page_speaks_arabic_and_asks_few_queries(client_of: Clients, desk: Any) -> None:
    client = client_of("editor", language="ar")
    address = f"/bulk/?{selection_of(desk)}"
    assert "تغيير سجلات كثيرة" in client.get(address).content.decode()
    with counted() as asked:
        client.get(address)
    assert len(asked) <= MOST_QUERIES


def test_a_search_selects_all_whom_it_finds_and_nobody_by_chance(client_of: Clients, desk: Any) -> None:
    from conftest import detention
    from dalil.ledger.entries import Draft
    from dalil.ledger.kinds import Kind

    with Archive(desk.path) as archive:
        source = desk.entries["open_list"]
        # More than a list ever shows, and one whose name has little of it.
        bodies = [detention(source, n, name=f"Nabil Farouk Tannous {'abcdefghij'[n % 10]}") for n in range(230)]
        bodies.append(detention(source, 999, name="Samira Tawil"))
        archive.ledger.append([Draft(Kind.ACCOUNT, body) for body in bodies], by=archive.actor())
    client = client_of("officer")
    page = client.get("/bulk/?of=search&q=Nabil+Farouk+Tannous").content.decode()
    assert re.search(r"<dd>230</dd>", page), page
    form = {"selection": "of=search&q=Nabil+Farouk+Tannous", "change": "tag", "tag": "found"}
    shown = client.post("/bulk/", form | {"step": "preview"})
    assert "Samira" not in shown.content.decode()
    assert client.post("/bulk/", form | sent(shown) | {"step": "apply"}).status_code == 302
    with Archive(desk.path) as archive:
        from sqlalchemy import func, select

        from dalil.ledger.store import reading
        from dalil.records.tables import marks

        marked = select(func.count()).where(marks.c.mark == "tag", marks.c.value == "found", marks.c.until.is_(None))
        with reading(archive.engine) as connection:
            assert connection.execute(marked).scalar_one() == 230
