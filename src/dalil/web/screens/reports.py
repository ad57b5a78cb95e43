"""Reports: what went out, which of its numbers no longer hold, a draft to read, and issuing it anew.

A document is handed out as a file and never shown as a page of this address. Who may issue may also make drafts; a
draft is of one account and is gone after a day; that it was made, and its digest, is an entry of the ledger.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from dalil.archive import __version__
from dalil.errors import BadInput
from dalil.figures.runs import read_value, value_json
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.protection import Action
from dalil.protection.access import check_may, may, unknown
from dalil.publication.issuing import issue_report
from dalil.publication.staleness import Publication, changed_in, publications
from dalil.values.digests import sha256
from dalil.web import jobs
from dalil.web.desk import Desk
from dalil.web.gate import WRITE, DeskRequest, new_token, once, screen
from dalil.web.models import Account, Job
from dalil.web.screens.exports import KEPT_FOR, exports_folder
from dalil.web.showing.values import unit_text, value_text
from dalil.web.showing.words import Words
from dalil.web.uploads import NAME

MOST_USES: Final = 400
LANGUAGES: Final = ("en", "ar")
PDF: Final = "application/pdf"


def report_codes(desk: Desk) -> list[str]:
    """Return the reports that have a template in the archive's hand, by code."""
    folder = desk.archive.path / "hand" / "reports"
    return sorted(path.name for path in folder.iterdir() if (path / "report.yaml").is_file()) if folder.is_dir() else []


@screen(Action.SEE_REPORTS)
def reports(request: DeskRequest) -> HttpResponse:
    """List reports with their last issue, and whether it still holds as far as that was looked at."""
    desk = request.desk
    issued = publications(desk.archive.ledger)
    last: dict[str, Publication] = {}
    for each in issued:
        last.setdefault(each.code, each)
    checked = _checked()
    codes = sorted({*report_codes(desk), *last})
    context = {
        "reports": [
            {
                "code": code,
                "last": last.get(code),
                "n_issues": sum(each.code == code for each in issued),
                "checked": checked.get(last[code].entry) if code in last else None,
            }
            for code in codes
        ],
    }
    return render(request, "reports/list.html", context)


def _checked() -> dict[int, dict[str, Any]]:
    """Return, by entry of a publication, what the last look at its figures found."""
    found: dict[int, dict[str, Any]] = {}
    for job in Job.objects.filter(kind="stale", state=Job.State.DONE)[:60]:
        found.setdefault(int(job.outcome["entry"]), job.outcome)
    return found


def _known(desk: Desk, code: str) -> list[Publication]:
    """Return the issues of a report, newest first; one with neither template nor issue is not there."""
    issued = [each for each in publications(desk.archive.ledger) if each.code == code]
    if not issued and code not in report_codes(desk):
        raise unknown()
    return issued


@screen(Action.SEE_REPORTS)
def report(request: DeskRequest, code: str) -> HttpResponse:
    """Show a report: its issues, its files, every number in it and what that number is now."""
    desk = request.desk
    issued = _known(desk, code)
    last = issued[0] if issued else None
    stale = None if last is None else _checked().get(last.entry)
    # Whose key it was is for those who see what each account did.
    names = dict(Account.objects.values_list("key_id", "username")) if may(desk.actor, Action.SEE_DEEDS) else {}
    drafts = request.account.jobs.filter(kind="report", wanted__code=code)[:3]
    context = {
        "code": code,
        "last": last,
        "issued": [(each, names.get(each.issued_by, each.issued_by)) for each in issued[:12]],
        "files": _files(desk, last) if last is not None else [],
        "figures": _figures(desk, last, stale) if last is not None else [],
        "uses": _uses(desk, last, stale),
        "stale": stale,
        "running": Job.objects.filter(kind="stale", state__in=(Job.State.WAITING, Job.State.RUNNING)).exists(),
        "has_template": code in report_codes(desk),
        "drafts": drafts,
        "token": new_token(),
        "section": "reports",
    }
    return render(request, "reports/report.html", context)


def _file(desk: Desk, code: str, language: str) -> Path:
    return desk.archive.path / "publications" / code / f"{code}-{language}.pdf"


def _files(desk: Desk, last: Publication) -> list[dict[str, Any]]:
    """Return the documents of an issue, and whether what lies in the folder is what was issued."""
    found = []
    for language, digest in last.files.items():
        path = _file(desk, last.code, language)
        there = path.is_file()
        genuine = there and sha256(path.read_bytes()).hex() == digest
        found.append({"language": language, "digest": digest, "is_there": there, "is_genuine": genuine})
    return found


def _figures(desk: Desk, last: Publication, stale: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the figures of an issue: what each is called, what it was, and what it is now where that is otherwise."""
    words = Words(desk.vocabulary, get_language() or "en")
    defined = desk.figure_names()
    found = []
    for name, record in sorted(last.runs.items()):
        then = read_value(record.get("value"))
        changed = (stale or {}).get("changed", {}).get(name)
        title = desk.definition(name).title if name in defined else {}
        found.append(
            {
                "name": name,
                "title": title.get(words.language) or title.get("en", ""),
                "then": value_text(then, words),
                "unit": unit_text(record["unit"], then, words) if then is not None else "",
                "changed": changed,
                "now": value_text(read_value(changed["now"]), words) if changed and "error" not in changed else "",
            }
        )
    return found


def _uses(desk: Desk, last: Publication | None, stale: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return where the English document, or the first there is, prints figures that changed."""
    if last is None or not stale:
        return []
    for language in (*LANGUAGES, *last.files):
        path = _file(desk, last.code, language).with_name(f"{last.code}-{language}.manifest.json")
        if path.is_file():
            uses = json.loads(path.read_text(encoding="utf-8"))["uses"]
            return [
                {"page": use["page"], "figure": use["figure"], "said": use["rendering"], "language": language}
                for use in uses[:MOST_USES]
                if use["figure"] in stale.get("changed", {})
            ]
    return []


@screen(Action.SEE_REPORTS)
def report_file(request: DeskRequest, code: str, language: str) -> HttpResponseBase:
    """Hand out an issued document, if what lies there is what was issued."""
    issued = _known(request.desk, code)
    if not issued or language not in issued[0].files:
        raise Http404
    path = _file(request.desk, code, language)
    if not path.is_file() or sha256(path.read_bytes()).hex() != issued[0].files[language]:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=PDF)


@screen(Action.SEE_REPORTS, WRITE)
def check_report(request: DeskRequest, code: str) -> HttpResponse:
    """Count the figures of the last issue again, in the background."""
    if not _known(request.desk, code):
        raise Http404
    return HttpResponseRedirect(reverse("job", args=[jobs.start(request.account, "stale", code=code).pk]))


@screen(Action.ISSUE, WRITE)
def make_report(request: DeskRequest, code: str) -> HttpResponse:
    """Make a draft of a report, or issue it, in the background."""
    if code not in report_codes(request.desk):
        raise unknown()
    draft = request.POST.get("deed") != "issue"
    return once(
        request,
        lambda: reverse("report_job", args=[jobs.start(request.account, "report", code=code, draft=draft).pk]),
    )


def _own(request: DeskRequest, pk: int) -> Job:
    found = Job.objects.filter(pk=pk, account=request.account, kind="report").first()
    if found is None:
        raise Http404
    return found


@screen(Action.ISSUE)
def report_job(request: DeskRequest, pk: int) -> HttpResponse:
    """Show how far a report is, and what came of it."""
    found = _own(request, pk)
    context = {
        "job": found,
        "code": found.wanted["code"],
        "draft": found.wanted["draft"],
        "languages": [each for each in LANGUAGES if found.outcome.get(f"file_{each}") and _draft(request, found, each)],
        "trouble": found.outcome.get("error", ""),
        "message": found.outcome.get("message", ""),
        "where": found.outcome.get("where", ""),
        "todo": found.outcome.get("todo", ""),
        "section": "reports",
        "outcome": [],
    }
    return render(request, "reports/job.html", context)


def _draft(request: DeskRequest, job: Job, language: str) -> Path | None:
    name = str(job.outcome.get(f"file_{language}", ""))
    if not NAME.fullmatch(name) or job.ended_at is None or timezone.now() > job.ended_at + KEPT_FOR:
        return None
    path = exports_folder(request.desk.archive.path) / name
    return path if path.is_file() else None


@screen(Action.ISSUE)
def draft_file(request: DeskRequest, pk: int, language: str) -> HttpResponseBase:
    """Hand out a draft to the account that made it."""
    found = _own(request, pk)
    path = _draft(request, found, language)
    if path is None:
        raise Http404
    name = f"draft-{found.wanted['code']}-{language}.pdf"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=PDF)


@jobs.job_kind("stale")
def look_again(running: jobs.Running) -> dict[str, Any]:
    """Count the figures of a report's last issue as they are now, and say which are otherwise."""
    desk, code = running.desk, str(running.wanted["code"])
    last = next((each for each in publications(desk.archive.ledger) if each.code == code), None)
    if last is None:
        raise unknown()
    changed: dict[str, Any] = {}
    for number, (name, record) in enumerate(sorted(last.runs.items())):
        running.tell(number, len(last.runs))
        try:
            now = desk.archive.figures.run(name)
        except BadInput as error:
            changed[name] = {"in": ["definition"], "now": "", "error": type(error).__name__}
            continue
        parts = changed_in(record, now)
        if parts:
            changed[name] = {"in": list(parts), "now": value_json(now.value)}
    size = desk.archive.ledger.size
    return {"entry": last.entry, "code": code, "size": size, "n_figures": len(last.runs), "changed": changed}


@jobs.job_kind("report")
def set_report(running: jobs.Running) -> dict[str, Any]:
    """Set a report: as a draft that only its maker can fetch, or issued under their key."""
    desk, draft = running.desk, bool(running.wanted["draft"])
    check_may(running.actor, Action.ISSUE)  # the account may have been limited since this was queued
    code = str(running.wanted["code"])
    if code not in report_codes(desk):
        raise unknown()
    running.tell(0, 1)
    archive = desk.archive
    issued = issue_report(
        archive.path / "hand" / "reports" / code,
        out=archive.path / "publications" / code,
        figures=archive.figures,
        ledger=archive.ledger,
        checkpoint=archive.checkpoint(),
        vocabulary=archive.vocabulary,
        by=desk.signer,
        code_version=__version__,
        dry_run=draft,
    )
    outcome: dict[str, Any] = {"size": issued.ledger_size, "n_figures": len(issued.runs)}
    if not draft:
        archive.checkpoint()
        return outcome | {"digests": {each: made.pdf_digest for each, made in issued.reports.items()}}
    # Recorded before anyone can fetch it: a crash here leaves an entry for a draft that nobody got.
    body = {
        "issued": "draft",
        "code": code,
        "checkpoint_size": issued.ledger_size,
        "files": {language: made.pdf_digest for language, made in sorted(issued.reports.items())},
    }
    outcome["entry"] = archive.ledger.append([Draft(Kind.ISSUE, body)], by=desk.signer).first
    for language, made in issued.reports.items():
        name = secrets.token_urlsafe(32)
        path = exports_folder(archive.path) / name
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made.pdf)
        outcome[f"file_{language}"] = name
    return outcome
