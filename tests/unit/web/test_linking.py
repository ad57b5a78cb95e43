"""Linking at the desk: begun, watched, stopped and taken up again; recorded under the key of whoever asked for it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import new_archive
from dalil.archive import Archive
from dalil.errors import Bug, WorkStopped, WrongLists
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.values.digests import digest_of
from dalil.web.own_process import in_own_process

Clients = Callable[..., Any]


def nobody_told(_n_done: int, _n_total: int) -> None:
    """Take no note."""


def go_on() -> None:
    """Stop nothing."""


def test_what_a_process_of_its_own_meets_is_raised_here(tmp_path: Path) -> None:
    new_archive(tmp_path / "archive").close()
    with pytest.raises(WrongLists, match="nothing to link"):
        in_own_process("link", tmp_path / "archive", {"dry_run": True, "key": ""}, tell=nobody_told, check=go_on)


def test_a_process_that_dies_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(Bug, match="died"):
        in_own_process("no such work", tmp_path, {}, tell=nobody_told, check=go_on)


def test_work_that_is_stopped_ends_at_once_and_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    new_archive(tmp_path / "archive").close()

    def stop() -> None:
        raise WorkStopped("The work was stopped.")

    with pytest.raises(WorkStopped):
        in_own_process("link", tmp_path / "archive", {"dry_run": False, "key": ""}, tell=nobody_told, check=stop)
    with Archive(tmp_path / "archive") as archive:
        assert archive.linkage.runs() == {}


def test_linking_is_begun_once_and_tried_unless_recording_is_asked_for(client_of: Clients, desk: Any) -> None:
    from dalil.web.models import Job

    client = client_of("officer")
    assert "Nothing was linked yet" in client.get("/linking/").content.decode()
    answer = client.post("/linking/start/", {"token": "a" * 20})
    job = Job.objects.get(kind="link")
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert job.wanted == {"dry_run": True}
    again = client.post("/linking/start/", {"how": "record", "token": "b" * 20})
    assert again.headers["Location"] == "/linking/"
    assert Job.objects.filter(kind="link").count() == 1
    body = client.get("/linking/").content.decode()
    assert "worked out already" in body
    client.post(f"/jobs/{job.pk}/cancel/")
    client.post("/linking/start/", {"how": "record", "token": "c" * 20})
    assert Job.objects.filter(kind="link").first().wanted == {"dry_run": False}  # type: ignore[union-attr]


def test_a_run_is_shown_with_what_it_leaned_by_where_its_entry_says_so(client_of: Clients, desk: Any) -> None:
    told: dict[str, Any] = {"n_records": 7, "n_persons": 5, "n_labels": 0, "known_by": 3, "supersedes": []}
    with Archive(desk.path) as archive:
        for content in (told, told | {"leans": [1_750_000, 2_031_250]}):  # in millionths: 1.75 and 2.03125
            body = {"defines": "linkage_run", "name": "run", "digest": digest_of(content), "content": content}
            archive.ledger.append([Draft(Kind.DEFINITION, body)], by=archive.actor())
    page = client_of("officer").get("/linking/").content.decode()
    assert re.findall(r'<span dir="ltr">([^<]*)</span></td>', page) == ["1.75, 2.03", ""]


@pytest.mark.parametrize(
    ("username", "status"), [("officer", 200), ("editor", 200), ("reviewer", 403), ("keeper", 403)]
)
def test_who_links_is_the_policys_to_say(client_of: Clients, username: str, status: int) -> None:
    assert client_of(username).get("/linking/").status_code == status


def test_a_run_that_does_not_stand_cannot_be_withdrawn(client_of: Clients, desk: Any) -> None:
    answer = client_of("officer").post("/linking/5/withdraw/", {"reason": "a test", "token": "a" * 20})
    assert answer.status_code == 404


def test_linking_an_archive_of_few_persons_says_why_it_was_not_done(client_of: Clients, desk: Any) -> None:
    from dalil.web import jobs
    from dalil.web.models import Account

    job = jobs.start(Account.objects.get(username="officer"), "link", dry_run=True)
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    assert job.state in ("done", "failed")
    if job.state == "done":
        assert job.outcome["run"] is None
    else:
        assert job.outcome["error"] == "WrongLists"


def test_a_job_that_is_stopped_while_it_runs_is_cancelled(client_of: Clients, desk: Any) -> None:
    from dalil.web import jobs
    from dalil.web.models import Account, Job

    job = jobs.start(Account.objects.get(username="officer"), "link", dry_run=True)
    Job.objects.filter(pk=job.pk).update(cancel=True)  # asked while it ran: it is looked at from step to step
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_work_of_a_killed_worker_is_taken_up_once(client_of: Clients, desk: Any) -> None:
    from dalil.web import jobs
    from dalil.web.models import Account, Job

    job = jobs.start(Account.objects.get(username="editor"), "verify")
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    jobs.take_up(Job.objects.get(pk=job.pk))
    job.refresh_from_db()
    assert job.state == "waiting"
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    jobs.take_up(Job.objects.get(pk=job.pk))  # killed again: perhaps by this very work
    job.refresh_from_db()
    assert (job.state, job.outcome) == ("failed", {"error": "Interrupted"})


def test_work_that_was_stopped_is_not_taken_up(client_of: Clients, desk: Any) -> None:
    from dalil.web import jobs
    from dalil.web.models import Account, Job

    job = jobs.start(Account.objects.get(username="editor"), "verify")
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, cancel=True)
    jobs.take_up(Job.objects.get(pk=job.pk))
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_only_the_first_of_two_workers_takes_up_what_was_left(client_of: Clients, desk: Any) -> None:
    from dalil.web.serving import _alone

    seen: list[bool] = []
    with _alone(desk.path) as first:

        def second() -> None:
            with _alone(desk.path) as alone:
                seen.append(alone)

        beside = threading.Thread(target=second)
        beside.start()
        beside.join()
    assert (first, seen) == (True, [False])
