"""Sheets: upload one, see what would become of each row, take it in, and withdraw a load as a whole."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from sqlalchemy import func, select

from dalil.errors import WrongValue
from dalil.intake.register import accounts, loads, sources
from dalil.protection import Action
from dalil.protection.opening import visible_sources
from dalil.web import jobs
from dalil.web.gate import WRITE, DeskRequest, new_token, once, screen
from dalil.web.models import Job
from dalil.web.showing.cells import safe_cell
from dalil.web.uploads import keep_upload, mapping_names, mapping_path, upload_path, uploads_folder

MOST_SHOWN: Final = 60
MOST_REASON: Final = 500


@screen(Action.TAKE_IN)
def sheets(request: DeskRequest) -> HttpResponse:
    """Show the loads, and a place to bring a sheet."""
    desk = request.desk
    with desk.reading() as connection:
        rows = connection.execute(
            select(loads.c.load, loads.c.source, loads.c.until, sources.c.title)
            .join(sources, sources.c.id == loads.c.source)
            .where(loads.c.event == "loaded")
            .order_by(loads.c.id.desc())
            .limit(MOST_SHOWN)
        ).all()
        seen = visible_sources(connection, desk.actor, [row.source for row in rows])
        counted = connection.execute(
            select(accounts.c.load, func.count().label("n"))
            .where(accounts.c.load.in_([row.load for row in rows]), accounts.c.until.is_(None))
            .group_by(accounts.c.load)
        )
        standing = {row.load: row.n for row in counted}
    context = {
        "loads": [(row, standing.get(row.load, 0)) for row in rows if row.source in seen],
        "mappings": mapping_names(desk.archive.path),
        "jobs": request.account.jobs.filter(kind="load")[:8],
        "token": new_token(),
    }
    return render(request, "loads/list.html", context)


@screen(Action.TAKE_IN, WRITE)
def upload(request: DeskRequest) -> HttpResponse:
    """Keep a sheet and try it against a mapping, without recording anything."""
    desk = request.desk
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise WrongValue("No file came with the form.", expected="a sheet", where="file")
    mapping = request.POST.get("mapping", "")
    mapping_path(desk.archive.path, mapping)  # refused before anything is kept
    name = keep_upload(desk.archive.path, file)
    job = jobs.start(request.account, "load", upload=name, mapping=mapping, dry_run=True)
    return HttpResponseRedirect(reverse("load_job", args=[job.pk]))


def _own(request: DeskRequest, pk: int) -> Job:
    found = Job.objects.filter(pk=pk, account=request.account, kind="load").first()
    if found is None:
        raise Http404
    return found


@screen(Action.TAKE_IN)
def load_job(request: DeskRequest, pk: int) -> HttpResponse:
    """Show how a sheet fares: row by row what was refused and why, and the button that takes the rest in."""
    found = _own(request, pk)
    counts = [(name, n) for name, n in found.outcome.items() if name.startswith("n_")]
    context = {
        "job": found,
        "counts": counts,
        "problems": found.outcome.get("problems", []),
        "can_take": found.state == Job.State.DONE and found.wanted.get("dry_run"),
        "token": new_token(),
        "section": "loads",
        "outcome": [],
    }
    return render(request, "loads/job.html", context)


@screen(Action.TAKE_IN, WRITE)
def take(request: DeskRequest, pk: int) -> HttpResponse:
    """Take in a sheet that was tried."""
    tried = _own(request, pk)
    if tried.state != Job.State.DONE or not tried.wanted.get("dry_run"):
        raise WrongValue("Only a sheet that was tried can be taken in.", expected="a trial that ended", where="load")
    wanted = tried.wanted | {"dry_run": False}
    return once(request, lambda: reverse("load_job", args=[jobs.start(request.account, "load", **wanted).pk]))


@screen(Action.TAKE_IN)
def refused(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand back the refused rows as a file, with every cell made safe for spreadsheets."""
    found = _own(request, pk)
    path = upload_path(request.desk.archive.path, str(found.wanted.get("upload", "")))
    kept = path.with_name(f"{path.name}.refused.csv")
    if not kept.is_file():
        raise Http404
    written = io.StringIO()
    writer = csv.writer(written)
    with kept.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            writer.writerow([safe_cell(cell) for cell in row])
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-{pk}.csv"'
    return response


@screen(Action.TAKE_IN, WRITE)
def withdraw(request: DeskRequest, load: str) -> HttpResponse:
    """Withdraw a load: its accounts stand no longer, and stay in what was known before."""
    desk, reason = request.desk, request.POST.get("reason", "").strip()[:MOST_REASON]
    if not reason:
        raise WrongValue("A withdrawal needs a reason.", expected="why this load no longer stands", where="reason")

    def deed() -> str:
        n_accounts = desk.intake.withdraw(load, reason=reason)
        messages.success(request, f"{_('Accounts that no longer stand')}: {n_accounts:,}")
        return reverse("loads")

    return once(request, deed)


@jobs.job_kind("load")
def load_sheet(running: jobs.Running) -> dict[str, Any]:
    """Take a sheet in, or try it: the outcome holds counts, row numbers and columns, never a cell."""
    archive, wanted = running.desk.archive, running.wanted
    path = upload_path(archive.path, str(wanted["upload"]))
    mapping = mapping_path(archive.path, str(wanted["mapping"]))
    problems: list[dict[str, Any]] = []

    def on_row(result: Any) -> None:
        if len(problems) < MOST_SHOWN:
            problems.extend(
                {"row": result.number, "column": each.column, "expected": each.expected, "todo": each.todo}
                for each in result.problems
            )

    receipt = running.desk.intake.sheet(
        path,
        mapping,
        dry_run=bool(wanted["dry_run"]),
        refused_to=uploads_folder(archive.path) / f"{path.name}.refused.csv",
        on_batch=lambda so_far: running.tell(so_far.n_new + so_far.n_changed + so_far.n_unchanged, 0),
        on_row=on_row,
    )
    if not wanted["dry_run"]:
        archive.checkpoint()
    counts = ("n_rows", "n_new", "n_changed", "n_unchanged", "n_repeated", "n_refused", "n_warned")
    return {name: getattr(receipt, name) for name in counts} | {
        "problems": problems[:MOST_SHOWN],
        "load": receipt.load,
        "ignored": list(receipt.ignored_columns),
        "size": receipt.ledger_size,
    }
