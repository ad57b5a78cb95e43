"""State and grade of a record on the screen: who may decide, what is said when it changed, undoing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Clients = Callable[..., Any]


def _version(body: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', body)
    assert found is not None
    return found[1]


def test_two_people_verify_a_record_and_the_first_cannot_do_both(client_of: Clients, desk: Any) -> None:
    address = f"/records/{desk.subjects['samir']}/standing/"
    editor, insider = client_of("editor"), client_of("insider")
    shown = editor.get(address).content.decode()
    assert "nobody has looked at it yet" in shown
    said = {"step": "review", "grade": "G2", "reason": "compared", "version": _version(shown)}
    assert editor.post(address + "decide/", said).headers["Location"] == address
    reviewed = editor.get(address).content.decode()
    assert "chip state-reviewed" in reviewed
    assert 'value="verify"' not in reviewed  # not by who reviewed it
    other = insider.get(address).content.decode()
    assert 'value="verify"' in other
    insider.post(address + "decide/", {"step": "verify", "reason": "seen", "version": _version(other)})
    record = editor.get(f"/records/{desk.subjects['samir']}/").content.decode()
    assert "chip state-verified" in record
    assert '<span class="chip grade" dir="ltr">G2</span>' in record


def test_what_was_decided_on_an_old_page_is_not_recorded(client_of: Clients, desk: Any) -> None:
    address = f"/records/{desk.subjects['samir']}/standing/"
    editor = client_of("editor")
    old = _version(editor.get(address).content.decode())
    editor.post(address + "decide/", {"step": "grade", "grade": "G1", "version": old})
    answer = editor.post(address + "decide/", {"step": "grade", "grade": "G3", "version": old}, follow=True)
    body = answer.content.decode()
    assert "Nothing was recorded: look again." in body
    assert '<span class="chip grade" dir="ltr">G1</span>' in body


def test_a_grade_is_undone_and_what_stood_before_stands_again(client_of: Clients, desk: Any) -> None:
    address = f"/records/{desk.subjects['samir']}/standing/"
    editor = client_of("editor")
    version = _version(editor.get(address).content.decode())
    body = editor.post(
        address + "decide/", {"step": "grade", "grade": "G3", "version": version}, follow=True
    ).content.decode()
    undo = re.search(r'action="([^"]+/undo/\d+/)"', body)
    assert undo is not None
    after = editor.post(undo[1], follow=True).content.decode()
    assert '<span class="chip grade" dir="ltr">G0</span>' in after
    again = editor.post(undo[1], follow=True).content.decode()
    assert "There is nothing here to undo." in again


def test_who_may_not_grade_is_offered_nothing_and_refused(client_of: Clients, desk: Any) -> None:
    address = f"/records/{desk.subjects['samir']}/standing/"
    documenter = client_of("documenter")
    assert "nothing for you to decide" in documenter.get(address).content.decode()
    assert documenter.post(address + "decide/", {"step": "review", "version": "1"}).status_code == 403
    assert documenter.post(address + "decide/", {"step": "grade", "grade": "G4", "version": "1"}).status_code == 403


def test_a_step_that_there_is_not_is_refused_in_words(client_of: Clients, desk: Any) -> None:
    answer = client_of("editor").post(f"/records/{desk.subjects['samir']}/standing/decide/", {"step": "bless"})
    assert answer.status_code == 400


def test_the_standing_of_a_hidden_record_answers_as_one_that_is_not_there(client_of: Clients, desk: Any) -> None:
    editor = client_of("editor")
    hidden = editor.get(f"/records/{desk.subjects['hidden']}/standing/")
    absent = editor.get("/records/99999.0/standing/")
    assert hidden.status_code == absent.status_code == 404
    strip = re.compile(rb'value="[^"]{64}"|name="next" value="[^"]*"')
    assert strip.sub(b"", hidden.content) == strip.sub(b"", absent.content)
    posted = editor.post(f"/records/{desk.subjects['hidden']}/standing/decide/", {"step": "review", "version": "1"})
    assert posted.status_code == 404
