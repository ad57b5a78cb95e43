"""The remaining classes of a peer's public penetration test: a second path to the same data that skipped the check.

Which test answers which class is in ``docs/reference/desk-security.md``; a test here keeps that page true.
"""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind

Clients = Callable[..., Any]
ROOT = Path(__file__).parents[3]
PASSPHRASE = "an-invented-passphrase"


def recorded(desk: Any, kind: Kind, body: dict[str, Any]) -> int:
    with Archive(desk.path) as archive:
        return int(archive.ledger.append([Draft(kind, body)], by=archive.actor()).first)


def size_of(desk: Any) -> int:
    with Archive(desk.path) as archive:
        return archive.ledger.size


def message(answer: Any) -> str:
    """Return the message of the page that an answer leads to, without numbers."""
    found = re.search(r'class="message [^"]*"[^>]*>(.*?)</', answer.content.decode(), re.DOTALL)
    return re.sub(r"\d+", "", found[1]) if found else re.sub(r"[\w-]{64}|\d+", "", answer.content.decode())


def shown_again(client: Any, seconds_ago: float) -> Any:
    """Show who one is by one's password, so long ago."""
    assert client.post("/account/reauthenticate/", {"password": PASSPHRASE}).status_code == 302
    session = client.session
    for each in session["account_authentication_methods"]:
        each["at"] -= seconds_ago
    session.save()
    return client


# --- a secondary action at the edge of a record ---------------------------------------------------------------------
def test_a_judgement_about_hidden_records_is_not_undone_by_its_number(client_of: Clients, desk: Any) -> None:
    pair = [desk.subjects["samir"], desk.subjects["hidden"]]
    judged = {"verdict": "not", "sets": [["person", pair]], "basis": "human", "note": "a test"}
    entry = recorded(desk, Kind.JUDGEMENT, judged)
    before = size_of(desk)
    editor = client_of("editor")
    hidden = editor.post(f"/review/undo/{entry}/", {}, follow=True)
    none = editor.post("/review/undo/2/", {}, follow=True)
    assert message(hidden) == message(none)
    assert size_of(desk) == before
    client_of("insider").post(f"/review/undo/{entry}/", {})  # who may see both may undo it
    assert size_of(desk) == before + 1


def test_a_decision_on_a_hidden_record_is_not_undone_from_the_page_of_another(client_of: Clients, desk: Any) -> None:
    graded = {"decision": "grade", "subjects": [desk.subjects["hidden"]], "grade": "G3", "reason": "a test"}
    entry = recorded(desk, Kind.DECISION, graded)
    before = size_of(desk)
    answer = client_of("editor").post(f"/records/{desk.subjects['samir']}/standing/undo/{entry}/", {"reason": "x"})
    assert answer.status_code == 404
    assert size_of(desk) == before


# --- showing again who one is ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "status"), [(10, 200), (290, 200), (310, 302), (36_000, 302)])
def test_having_shown_who_one_is_lasts_five_minutes(client_of: Clients, desk: Any, seconds: int, status: int) -> None:
    from dalil.web.accounts import set_password
    from dalil.web.models import Account

    set_password(Account.objects.get(username="keeper"), PASSPHRASE)
    assert shown_again(client_of("keeper"), seconds).get("/accounts/new/").status_code == status


def test_showing_again_who_one_is_is_no_place_to_guess_a_password(client_of: Clients, desk: Any) -> None:
    from dalil.web.accounts import set_password
    from dalil.web.models import Account

    set_password(Account.objects.get(username="editor"), PASSPHRASE)
    client = client_of("editor")
    answers = [client.post("/account/reauthenticate/", {"password": f"guess {n}"}).status_code for n in range(12)]
    assert 429 in answers
    assert client.post("/account/reauthenticate/", {"password": PASSPHRASE}).status_code == 429


# --- becoming more than one is --------------------------------------------------------------------------------------
def test_no_form_of_ones_own_makes_anyone_more_than_they_are(client_of: Clients, desk: Any) -> None:
    from dalil.web.accounts import set_password
    from dalil.web.models import Account

    set_password(Account.objects.get(username="documenter"), PASSPHRASE)
    client = shown_again(client_of("documenter"), 1)
    more = {"role": "keeper", "clearance": "sealed", "groups": "*", "is_superuser": "1", "is_staff": "1", "key_id": "x"}
    new = {"oldpassword": PASSPHRASE, "password1": f"{PASSPHRASE}-2", "password2": f"{PASSPHRASE}-2"}
    key = Account.objects.get(username="documenter").key_id
    for address, said in (
        ("/account/password/", new),
        ("/account/sign-out-elsewhere/", {}),
        ("/theme/", {"theme": "dark"}),
        ("/language/", {"language": "ar"}),
    ):
        client.post(address, said | more)
    found = Account.objects.get(username="documenter")
    assert (found.role, found.clearance, found.key_id) == ("documenter", "internal", key)
    assert found.groups == ["general"]


# --- files ----------------------------------------------------------------------------------------------------------
def test_a_workbook_says_nothing_of_who_made_it_or_on_which_machine(client_of: Clients, desk: Any) -> None:
    from unit.web.test_exports import fetched, made

    client = client_of("officer")
    selection = f"of=source&position={desk.entries['open_list']}"
    with zipfile.ZipFile(io.BytesIO(fetched(client, made(client, selection, format="xlsx")))) as book:
        about = [name for name in book.namelist() if name.startswith("docProps/")]
        texts = " ".join(book.read(name).decode() for name in about)
    assert "officer" not in texts
    assert not re.search(r"<(dc:creator|cp:lastModifiedBy|Company)>[^<]+<", texts)


def test_what_somebody_brought_is_handed_out_as_a_file_and_never_as_a_page(client_of: Clients, desk: Any) -> None:
    from unit.web.test_sheets import ARABIC, SOURCE, brought, done, fields

    client = client_of("officer")
    page = "<!doctype html><script>alert(1)</script>"
    address = brought(client, ARABIC + f'5,"{page}",,,,31/02/2013,,\n').headers["Location"]
    form = fields(client.get(address)) | SOURCE
    mapping = client.post(address, form | {"step": "file"})
    job = done(client.post(address, form | {"step": "try", "token": "a" * 43}))
    files = [mapping, *(client.get(f"/loads/{job.pk}/{each}/") for each in ("refused", "mapping", "receipt"))]
    for answer in files:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert not answer.headers["Content-Type"].startswith("text/html")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    name = address.split("/")[3]
    for path in (f"/static/{name}", f"/static/../uploads/{name}", f"/uploads/{name}", f"/web/uploads/{name}"):
        assert client.get(path).status_code == 404


def test_the_typesetter_reads_what_it_is_handed_and_never_evaluates_it() -> None:
    from dalil.publication.typesetting import _templates

    code = "\n".join(text.decode() for text in _templates().values())
    assert not re.search(r"\beval\s*\(", code)
    read = set(re.findall(r"\b(?:json|read|image|csv|yaml|toml|xml|plugin)\s*\(\s*([^),]+)", code))
    assert not [each for each in read if "http" in each or each.strip("\"'").startswith(("/", ".."))]


# --- the house ------------------------------------------------------------------------------------------------------
def test_the_desk_listens_on_this_machine_only_unless_it_is_told_otherwise() -> None:
    from dalil.cli.web import serve

    assert {each.name: each.default for each in serve.params}["host"] == "127.0.0.1"


def test_whatever_is_installed_is_the_very_file_that_was_locked() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^[\w.\[\],-]+==\S+", lock, re.MULTILINE)
    assert len(pinned) > 20
    assert all("--hash=sha256:" in block for block in re.split(r"^(?=[\w.\[\],-]+==)", lock, flags=re.MULTILINE)[1:])
    assert "--require-hashes" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_class_is_answered_by_a_test_that_there_is() -> None:
    page = (ROOT / "docs" / "reference" / "desk-security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)::(test_\w+)`", page)
    tests = {
        path.stem: {each.name for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.FunctionDef)}
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
    }
    assert len(named) > 30
    assert [(file, name) for file, name in named if name not in tests.get(file, set())] == []
    lines = re.findall(r"^\| (\d\d\d)", page, re.MULTILINE)
    assert lines == [f"{number:03}" for number in range(1, 44)]
