"""Reports: handed out as files that are what was issued, told when they no longer hold, issued by editors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from browser.report_sample import write_report
from browser.sample import FIGURE
from conftest import detention
from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind

Clients = Callable[..., Any]


@pytest.fixture
def reported(desk: Any) -> Any:
    """Return the sample with a figure and the template of a report on it."""
    (desk.path / "hand" / "figures" / "F01.yaml").write_text(FIGURE, encoding="utf-8")
    write_report(desk.path)
    return desk


def done(answer: Any) -> Any:
    from dalil.web.jobs import run_job
    from dalil.web.models import Job

    assert answer.status_code == 302, answer.content.decode()
    pk = int(answer.headers["Location"].split("/")[-2])
    run_job.call(pk)
    return Job.objects.get(pk=pk)


def test_a_report_is_issued_once_under_the_editors_key_handed_out_and_found_stale(
    client_of: Clients, reported: Any
) -> None:
    from dalil.web.models import Account

    editor = client_of("editor")
    assert "R1" in editor.get("/reports/").content.decode()
    form = {"deed": "issue", "token": "t" * 43}
    first, second = (editor.post("/reports/R1/make/", form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    job = done(first)
    assert job.state == "done", job.outcome
    with Archive(reported.path) as archive:
        issued = [each for each in archive.ledger.entries(kind=Kind.ISSUE) if each.body and "code" in each.body]
        assert [each.header.actor for each in issued] == [Account.objects.get(username="editor").key_id]

    auditor = client_of("auditor")
    file = auditor.get("/reports/R1/files/ar/")
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"

    assert done(auditor.post("/reports/R1/check/")).outcome["changed"] == {}
    page = auditor.get("/reports/R1/").content.decode()
    assert "every figure gives what was printed" in page
    assert page.count("<small>unchanged</small>") == 1
    with Archive(reported.path) as archive:  # one more is held: 1 before, 2 now
        body = detention(reported.entries["open_list"], 9, name="Omar Invented")
        archive.ledger.append([Draft(Kind.ACCOUNT, body)], by=archive.actor())
    changed = done(auditor.post("/reports/R1/check/")).outcome["changed"]
    assert changed["F01"]["now"] == 3
    assert {"value", "members"} <= set(changed["F01"]["in"])
    page = auditor.get("/reports/R1/").content.decode()
    assert "Figures that are otherwise now" in page
    assert "2 persons" in page  # as it is printed

    path = reported.path / "publications" / "R1" / "R1-ar.pdf"
    path.write_bytes(path.read_bytes() + b"\n")
    assert auditor.get("/reports/R1/files/ar/").status_code == 404
    assert "is not the one that was issued" in auditor.get("/reports/R1/").content.decode()


def test_a_draft_is_recorded_before_it_is_fetched_and_is_its_makers_alone(client_of: Clients, reported: Any) -> None:
    client_of("editor").get("/reports/R1/")
    with Archive(reported.path) as archive:
        before = archive.ledger.size
    job = done(client_of("editor").post("/reports/R1/make/", {"deed": "draft"}))
    assert job.state == "done", job.outcome
    address = f"/reports/jobs/{job.pk}/en/"
    file = client_of("editor").get(address)
    content = b"".join(file.streaming_content)
    assert content.startswith(b"%PDF-")
    with Archive(reported.path) as archive:
        assert archive.ledger.size == before + 1  # nothing was issued
        entry = archive.ledger.entry(before)
    assert entry.header.kind is Kind.ISSUE
    assert entry.body is not None
    assert (entry.body["issued"], entry.body["code"]) == ("draft", "R1")
    assert entry.body["files"]["en"] == hashlib.sha256(content).hexdigest()
    assert "attachment" in file.headers["Content-Disposition"]
    assert client_of("insider").get(address).status_code == 404
    assert client_of("officer").get(address).status_code == 403


@pytest.mark.parametrize("code", ["nothing", "..", "%2e%2e", "..%2fkeys"])
def test_a_code_that_is_none_leads_nowhere(client_of: Clients, reported: Any, code: str) -> None:
    editor = client_of("editor")
    for address in (f"/reports/{code}/", f"/reports/{code}/files/en/"):
        assert editor.get(address).status_code == 404, address
    assert editor.post(f"/reports/{code}/make/", {"deed": "issue"}).status_code == 404
    assert editor.get("/reports/R1/files/../").status_code == 404
    assert editor.get("/reports/R1/files/en/").status_code == 404  # never issued


def test_a_template_that_is_wrong_says_so_and_issues_nothing(client_of: Clients, reported: Any) -> None:
    path = reported.path / "hand" / "reports" / "R1" / "en.yaml"
    path.write_text(path.read_text("utf-8").replace("{F01|of=person}", "12 persons"), encoding="utf-8")
    editor = client_of("editor")
    job = done(editor.post("/reports/R1/make/", {"deed": "issue"}))
    assert job.state == "failed"
    assert "TemplateWrong" in job.outcome["error"]
    assert editor.get(f"/reports/jobs/{job.pk}/").status_code == 200
    assert not (reported.path / "publications" / "R1").exists()


def test_whose_key_issued_a_report_is_told_to_those_who_see_deeds_only(client_of: Clients, reported: Any) -> None:
    from dalil.web.models import Account

    editor = Account.objects.get(username="editor")
    Account.objects.filter(pk=editor.pk).update(username="somebody-else")
    done(client_of("somebody-else").post("/reports/R1/make/", {"deed": "issue", "token": "t" * 43}))
    with Archive(reported.path) as archive:
        (first,) = [each for each in archive.ledger.entries(kind=Kind.ISSUE) if each.body and "code" in each.body]
        assert first.body is not None
        archive.ledger.append([Draft(Kind.ISSUE, first.body)], by=archive.actor())  # and once more, by another key
    assert "somebody-else" in client_of("auditor").get("/reports/R1/").content.decode()
    shown = client_of("documenter").get("/reports/R1/").content.decode()
    assert "somebody-else" not in shown
    assert editor.key_id in shown
