"""Records as files: what one may see and no more, no formula, shown again who asks, logged, gone after a day."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dalil.archive import Archive
from dalil.ledger.kinds import Kind

Clients = Callable[..., Any]
FORM = {
    "format": "csv",
    "reason": "for a test",
    "use": "internal",
    "columns": ["names", "arrested", "status", "sources", "invented", "link"],
}


@pytest.fixture
def signed_in(client_of: Clients, desk: Any) -> Callable[..., Any]:
    """Return a function that gives a browser whose account has just shown who it is."""
    import time

    def make(username: str, **more: Any) -> Any:
        client = client_of(username, **more)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
        return client

    return make


def made(client: Any, selection: str, **more: Any) -> Any:
    from dalil.web.jobs import run_job
    from dalil.web.models import Job

    answer = client.post("/exports/start/", FORM | {"selection": selection} | more)
    assert answer.status_code == 302, answer.content.decode()
    pk = int(answer.headers["Location"].split("/")[-2])
    run_job.call(pk)
    return Job.objects.get(pk=pk)


def fetched(client: Any, job: Any) -> bytes:
    answer = client.get(f"/exports/{job.pk}/file/")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return b"".join(answer.streaming_content)


def test_a_search_is_taken_out_as_one_line_a_record(signed_in: Any, desk: Any) -> None:
    client = signed_in("officer")
    page = client.get("/exports/new/?of=search&q=Samir+Invented")
    assert page.status_code == 200
    job = made(client, "of=search&q=Samir+Invented")
    assert job.state == "done", job.outcome
    rows = list(csv.reader(io.StringIO(fetched(client, job).decode("utf-8-sig"))))
    assert rows[0] == [
        "Record",
        "Names",
        "Arrested (EDTF)",
        "Status on the day",
        "Sources",
        "Invented",
        "Address",
        "Export",
    ]
    line = next(row for row in rows if row[0] == desk.subjects["samir"])
    assert line[1] == "Samir Invented 1"
    assert line[2] == "2013-08-07"  # as fuzzy or sharp as the source has it
    assert line[4:6] == ["list-1", "yes"]
    assert line[6].endswith(f"/records/{desk.subjects['samir']}/")
    assert line[7] == job.outcome["number"]


def test_what_is_not_for_an_account_is_in_none_of_its_files(signed_in: Any, desk: Any) -> None:
    for form in ("csv", "xlsx", "json"):
        job = made(signed_in("officer"), f"of=source&position={desk.entries['open_list']}", format=form)
        content = fetched(signed_in("officer"), job)
        if form == "xlsx":
            content = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
        text = content.decode()
        assert "Samir Invented" in text
        assert "Hidden Invented" not in text
        assert not re.search(rf"""["',>]{re.escape(desk.subjects["hidden"])}["',<]""", text)
        assert "1990" not in text  # Rana's birth is sealed
    closed = f"of=source&position={desk.entries['closed_list']}"
    assert signed_in("officer").get(f"/exports/new/?{closed}").status_code == 404
    assert signed_in("officer").post("/exports/start/", FORM | {"selection": closed}).status_code == 404
    insider = signed_in("insider")
    assert "Hidden Invented" in fetched(insider, made(insider, closed)).decode()


def test_a_record_put_out_of_reach_after_the_file_was_asked_for_is_left_out(signed_in: Any, desk: Any) -> None:
    from dalil.ledger.entries import Draft
    from dalil.records.marks import mark_body
    from dalil.values.ids import parse_subject
    from dalil.web.jobs import run_job
    from dalil.web.models import Job

    client = signed_in("officer")
    answer = client.post("/exports/start/", FORM | {"selection": "of=search&q=Samir+Invented"})
    samir = parse_subject(desk.subjects["samir"])
    with Archive(desk.path) as archive:
        body = mark_body("sensitivity", "sealed", subject=samir, reason="a test")
        archive.ledger.append([Draft(Kind.DECISION, body)], by=archive.actor())
    pk = int(answer.headers["Location"].split("/")[-2])
    run_job.call(pk)
    job = Job.objects.get(pk=pk)
    assert job.outcome["n_left_out"] == 1
    assert "Samir" not in fetched(client, job).decode()


def test_who_took_out_how_many_and_why_is_an_entry_and_no_name_is(signed_in: Any, desk: Any) -> None:
    from dalil.web.models import Account

    job = made(signed_in("officer"), "of=search&q=Samir+Invented")
    with Archive(desk.path) as archive:
        entry = archive.ledger.entry(job.outcome["entry"])
    assert entry.header.kind is Kind.ISSUE
    assert entry.header.actor == Account.objects.get(username="officer").key_id
    body: Any = entry.body
    assert (body["issued"], body["n_records"], body["reason"]) == ("export", job.outcome["n_records"], "for a test")
    assert "Samir" not in json.dumps(body) + json.dumps(job.wanted)


def test_taking_out_asks_again_who_it_is_and_keeps_what_was_typed(client_of: Clients, desk: Any) -> None:
    from dalil.web.accounts import set_password
    from dalil.web.models import Account, Job

    set_password(Account.objects.get(username="officer"), "an-invented-passphrase")
    client = client_of("officer")
    page = client.get("/exports/new/?of=search&q=Samir")
    assert page.headers["Location"].startswith("/account/reauthenticate/")
    answer = client.post("/exports/start/", FORM | {"selection": "of=search&q=Samir"})
    assert answer.status_code == 409
    assert "for a test" in answer.content.decode()  # handed back, to be sent after that
    assert not Job.objects.filter(kind="export").exists()


def test_fetching_asks_again_and_is_for_its_account_only(signed_in: Any, client_of: Clients, desk: Any) -> None:
    job = made(signed_in("officer"), "of=search&q=Samir+Invented")
    from dalil.web.accounts import set_password
    from dalil.web.models import Account

    set_password(Account.objects.get(username="officer"), "an-invented-passphrase")
    stale = client_of("officer").get(f"/exports/{job.pk}/file/")
    assert stale.headers["Location"].startswith("/account/reauthenticate/")
    assert signed_in("editor").get(f"/exports/{job.pk}/file/").status_code == 404
    assert signed_in("editor").get(f"/exports/{job.pk}/").status_code == 404


def test_a_file_is_gone_after_a_day(signed_in: Any, desk: Any) -> None:
    from dalil.web.models import Job

    client = signed_in("officer")
    job = made(client, "of=search&q=Samir+Invented")
    (kept,) = (desk.path / "web" / "exports").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    Job.objects.filter(pk=job.pk).update(ended_at=job.ended_at - timedelta(hours=25))
    assert client.get(f"/exports/{job.pk}/file/").status_code == 404
    assert "The file is gone" in client.get(f"/exports/{job.pk}/").content.decode()


def test_no_cell_of_a_file_is_worked_out(signed_in: Any, desk: Any) -> None:
    from conftest import detention
    from dalil.ledger.entries import Draft

    with Archive(desk.path) as archive:
        body = detention(desk.entries["open_list"], 9, name="=HYPERLINK(1)")
        archive.ledger.append([Draft(Kind.ACCOUNT, body)], by=archive.actor())
    client = signed_in("officer")
    selection = f"of=source&position={desk.entries['open_list']}"
    assert "'=HYPERLINK(1)" in fetched(client, made(client, selection)).decode()
    book = zipfile.ZipFile(io.BytesIO(fetched(client, made(client, selection, format="xlsx"))))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert set(re.findall(r'<c t="([^"]+)"', sheet)) == {"inlineStr"}


def test_a_workbook_taken_out_can_be_read_as_a_sheet(signed_in: Any, desk: Any, tmp_path: Any) -> None:
    from dalil.intake.readers import open_sheet

    client = signed_in("officer", language="ar")
    path = tmp_path / "out.xlsx"
    path.write_bytes(fetched(client, made(client, "of=search&q=Samir+Invented", format="xlsx")))
    sheet = open_sheet(path)
    assert sheet.columns[:2] == ("السجل", "الأسماء")
    assert [row.cells[0] for row in sheet.rows()].count(desk.subjects["samir"]) == 1


@pytest.mark.parametrize(
    "more", [{"format": "exe"}, {"reason": " "}, {"columns": ["nothing"]}, {"selection": "of=all"}, {"selection": ""}]
)
def test_a_form_that_asks_for_nothing_sensible_makes_nothing(signed_in: Any, desk: Any, more: Any) -> None:
    from dalil.web.models import Job

    answer = signed_in("officer").post("/exports/start/", FORM | {"selection": "of=search&q=Samir"} | more)
    assert answer.status_code == 400
    assert not Job.objects.filter(kind="export").exists()


def test_sent_twice_it_is_made_once(signed_in: Any, desk: Any) -> None:
    from dalil.web.models import Job

    client = signed_in("officer")
    form = FORM | {"selection": "of=search&q=Samir", "token": "t" * 43}
    first, second = (client.post("/exports/start/", form).headers["Location"] for _ in range(2))
    assert first == second
    assert Job.objects.filter(kind="export").count() == 1


def test_an_account_limited_meanwhile_gets_no_file(signed_in: Any, desk: Any) -> None:
    from dalil.web.jobs import run_job
    from dalil.web.models import Account, Job

    answer = signed_in("officer").post("/exports/start/", FORM | {"selection": "of=search&q=Samir"})
    Account.objects.filter(username="officer").update(is_active=False)
    pk = int(answer.headers["Location"].split("/")[-2])
    run_job.call(pk)
    assert Job.objects.get(pk=pk).state == "failed"
    assert not list((desk.path / "web" / "exports").glob("*"))
