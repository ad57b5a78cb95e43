"""Bringing a sheet: tried first, taken in once, withdrawn as a whole; nothing in it leaves as a formula or a path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dalil.archive import Archive

Clients = Callable[..., Any]
MAPPING = """\
format: dalil-mapping/1
source: {key: list-9, kind: synthetic, synthetic: true, form: list, title: Invented sheet, language: en}
key: [no]
subjects: {p1: person, d1: episode}
language: en
columns:
  "no": {subject: p1, predicate: note}
  "name": {subject: p1, predicate: name, part: text}
  "arrested": {subject: d1, predicate: episode_event, group: arrest, part: on}
constants:
  - {subject: d1, predicate: detainee, value: {person: p1}}
  - {subject: d1, predicate: episode_event, group: arrest, part: event, value: arrested}
"""
SHEET = "no,name,arrested\n1,Ali Invented,2013-08-07\n2,Ola Invented,2014-02\n3,=HYPERLINK(1),31/02/2013\n"


@pytest.fixture
def tried(client_of: Clients, desk: Any) -> tuple[Any, Any]:
    """Return an officer's browser, and the job of a sheet they tried."""
    (desk.path / "hand" / "mappings" / "nine.yaml").write_text(MAPPING, encoding="utf-8")
    client = client_of("officer")
    return client, _brought(client, "nine")


def _brought(client: Any, mapping: str, name: str = "../../evil.html", content: str = SHEET) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, content.encode(), content_type="text/html")
    answer = client.post("/loads/upload/", {"file": file, "mapping": mapping})
    if answer.status_code != 302:
        return answer
    return _done(answer)


def _done(answer: Any) -> Any:
    from dalil.web.jobs import run_job
    from dalil.web.models import Job

    pk = int(answer.headers["Location"].split("/")[-2])
    run_job.call(pk)
    return Job.objects.get(pk=pk)


def _size(desk: Any) -> int:
    with Archive(desk.path) as archive:
        return archive.ledger.size


def test_trying_says_what_would_become_of_each_row_and_records_nothing(tried: Any, desk: Any) -> None:
    client, job = tried
    assert job.state == "done", job.outcome
    assert (job.outcome["n_new"], job.outcome["n_refused"]) == (2, 1)
    with Archive(desk.path) as archive:
        assert "list-9" not in [load["key"] for load in archive.intake.loads()]
    body = client.get(f"/loads/{job.pk}/").content.decode()
    assert "arrested" in body
    assert "31/02/2013" in body
    assert "Take the good rows in" in body


def test_what_a_job_remembers_holds_no_word_of_the_sheet(tried: Any, desk: Any) -> None:
    _, job = tried
    assert "Invented" not in str(job.outcome)
    assert "HYPERLINK" not in str(job.outcome)
    assert "evil" not in str(job.wanted)


def test_taking_in_is_done_once_under_the_officers_key_and_can_be_withdrawn(tried: Any, desk: Any) -> None:
    from dalil.web.models import Account

    client, job = tried
    form = {"token": "n" * 43}
    first, second = (client.post(f"/loads/{job.pk}/take/", form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    done = _done(first)
    assert done.state == "done", done.outcome
    with Archive(desk.path) as archive:
        loads = [load for load in archive.intake.loads() if load["key"] == "list-9" and load["event"] == "loaded"]
        assert archive.intake.standing(loads[0]["load"]) == 2
        last = archive.ledger.entry(archive.ledger.size - 1)
        assert last.header.actor == Account.objects.get(username="officer").key_id
    load = loads[0]["load"]
    assert client.post(f"/loads/{load}/withdraw/", {"reason": ""}).status_code == 400
    assert client.post(f"/loads/{load}/withdraw/", {"reason": "a test", "token": "w" * 43}).status_code == 302
    with Archive(desk.path) as archive:
        assert archive.intake.standing(load) == 0


def test_refused_rows_come_back_as_a_file_without_formulas(tried: Any) -> None:
    client, job = tried
    answer = client.get(f"/loads/{job.pk}/refused/")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "'=HYPERLINK(1)" in answer.content.decode()


def test_an_upload_lies_under_a_name_nobody_can_guess_and_its_owner_alone_reads_it(tried: Any, desk: Any) -> None:
    _, job = tried
    (kept,) = [path for path in (desk.path / "web" / "uploads").iterdir() if "." not in path.name]
    assert kept.name == job.wanted["upload"]
    assert len(kept.name) == 43
    for path in (kept, *(desk.path / "web" / "uploads").glob(f"{kept.name}.*")):
        assert path.stat().st_mode & 0o077 == 0, path.name


@pytest.mark.parametrize("mapping", ["../../dalil", "../figures/F01", "/etc/passwd", "none"])
def test_a_mapping_is_one_of_the_archives_and_no_path(client_of: Clients, desk: Any, mapping: str) -> None:
    answer = _brought(client_of("officer"), mapping)
    assert answer.status_code == 400
    assert not list((desk.path / "web" / "uploads").iterdir())


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("content", ["\0\1\2\3" * 50, "%PDF-1.4 x", "<html><script>alert(1)</script></html>", ""])
def test_a_hostile_file_ends_in_words_of_the_reader_and_nothing_of_it_is_kept(
    client_of: Clients, desk: Any, content: str, language: str
) -> None:
    before = _size(desk)
    answer = _brought(client_of("officer", language=language), "", content=content)
    assert answer.status_code == 400
    body = answer.content.decode()
    assert ("cannot be read as a sheet" if language == "en" else "تعذّرت قراءة هذا الملف") in body
    assert "<script>alert" not in body
    assert not list((desk.path / "web" / "uploads").iterdir())
    assert _size(desk) == before


def test_another_officers_sheet_is_not_there(tried: Any, client_of: Clients) -> None:
    _, job = tried
    custodian = client_of("custodian")
    for address in (f"/loads/{job.pk}/", f"/loads/{job.pk}/refused/"):
        assert custodian.get(address).status_code == 404
    assert custodian.post(f"/loads/{job.pk}/take/").status_code == 404


def test_a_job_that_is_stopped_says_so_and_can_be_tried_again(client_of: Clients, desk: Any) -> None:
    from dalil.web import jobs
    from dalil.web.models import Account, Job

    account = Account.objects.get(username="auditor")
    job = jobs.start(account, "verify")
    client = client_of("auditor")
    client.post(f"/jobs/{job.pk}/cancel/")
    jobs.run_job.call(job.pk)
    assert Job.objects.get(pk=job.pk).state == "cancelled"
    again = client.post(f"/jobs/{job.pk}/retry/")
    assert _done(again).outcome["size"] == _size(desk)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+963", "'+963"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\u202e=1", "'\u202e=1"),
        ("Ali = Omar", "Ali = Omar"),
        ("", ""),
    ],
)
def test_no_cell_is_taken_for_a_formula(cell: str, safe: str) -> None:
    from dalil.web.showing.cells import safe_cell

    assert safe_cell(cell) == safe
