"""Sheets: bring one, see what would become of each row, take it in, and withdraw a load as a whole."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from sqlalchemy import Connection, func, select, text

from dalil.errors import HostileFile, UnreadableFile, WrongMapping, WrongValue
from dalil.intake.mapping import load_mapping, parse_mapping
from dalil.intake.plain_yaml import parse_plain_yaml
from dalil.intake.register import accounts, loads, sources
from dalil.ledger.kinds import Kind
from dalil.ledger.tables import NOT_BY_THE_THOUSAND, entries
from dalil.protection import Action
from dalil.protection.access import unknown
from dalil.protection.opening import visible_sources
from dalil.web import jobs
from dalil.web.desk import Desk
from dalil.web.gate import WRITE, DeskRequest, new_token, once, screen
from dalil.web.models import Job
from dalil.web.remembered import check_source, remember, remembered
from dalil.web.screens.sheets import plan_for
from dalil.web.sheet_jobs import OUTCOMES, mapping_of, outcomes_path, read_outcomes
from dalil.web.sheet_plans import MOST_MAPPING_BYTES, drop_upload, keep_own_mapping, plans_of, save_plan
from dalil.web.showing.cells import safe_cell
from dalil.web.showing.refusals import kind_of_trouble, sentence
from dalil.web.showing.sheets import problem_shown
from dalil.web.showing.statements import plain
from dalil.web.uploads import keep_upload, upload_path

MOST_SHOWN: Final = 60
A_PAGE: Final = 50
MOST_REASON: Final = 500
_counted: Final[dict[tuple[Path, str, tuple[int, int | None], int | None], int]] = {}
"""Accounts that stand, by load, its end, and the last erasure."""


@screen(Action.TAKE_IN)
def sheets(request: DeskRequest) -> HttpResponse:
    """Show the loads, and a place to bring a sheet."""
    desk = request.desk
    with desk.reading() as connection:
        rows = connection.execute(
            select(loads.c.id, loads.c.load, loads.c.source, loads.c.until, sources.c.title)
            .join(sources, sources.c.id == loads.c.source)
            .where(loads.c.event == "loaded")
            .order_by(loads.c.id.desc())
            .limit(MOST_SHOWN)
        ).all()
        seen = visible_sources(connection, desk.actor, [row.source for row in rows])
        standing = _standing(connection, desk, {row.load: (row.id, row.until) for row in reversed(rows)})
    context = {
        "loads": [(row, standing.get(row.load, 0)) for row in rows if row.source in seen],
        "mappings": sorted(each.name for each in remembered(desk)),
        "plans": plans_of(desk.archive.path, desk.actor.key_id)[:8],
        "jobs": request.account.jobs.filter(kind="load")[:8],
        "token": new_token(),
    }
    return render(request, "loads/list.html", context)


def _standing(connection: Connection, desk: Desk, ends: dict[str, tuple[int, int | None]]) -> dict[str, int]:
    """Return how many accounts of each load stand; ``ends`` has its last entry and the one that withdrew it.

    Nothing else than these two and an erasure changes the number, which is counted over a whole table: it is kept.
    """
    of_kind = entries.c.kind == Kind.ERASURE.value, text(NOT_BY_THE_THOUSAND)
    erasures = select(func.max(entries.c.position)).where(*of_kind)
    erased = connection.execute(erasures).scalar()
    wanted = {load: (desk.archive.path, load, end, erased) for load, end in ends.items()}
    missing = [load for load, key in wanted.items() if key not in _counted]
    if missing:
        standing = select(accounts.c.load, func.count().label("n")).where(accounts.c.until.is_(None))
        found = {row.load: row.n for row in connection.execute(standing.group_by(accounts.c.load))}
        _counted.update((wanted[load], found.get(load, 0)) for load in missing)
    return {load: _counted[key] for load, key in wanted.items()}


@screen(Action.TAKE_IN, WRITE)
def upload(request: DeskRequest) -> HttpResponse:
    """Keep a sheet: to be mapped by eye, or tried at once against a mapping. Nothing is recorded."""
    desk = request.desk
    file = _file(request, "file")
    if file is None:
        raise WrongValue("No file came with the form.", expected="a sheet", where="file")
    wanted, own = request.POST.get("mapping", ""), _file(request, "own_mapping")
    named = {each.name: each for each in remembered(desk)}
    if wanted and wanted not in named:  # refused before anything is kept
        raise WrongValue("There is no such mapping.", expected="a file of hand/mappings", where="mapping")
    text = _mapping_text(own, desk) if own is not None else ""
    name = keep_upload(desk.archive.path, file)
    try:
        plan = plan_for(desk, name, plain(file.name or ""), {})
        save_plan(desk.archive.path, plan)
    except Exception:
        drop_upload(desk.archive.path, name)  # what cannot be read is not kept
        raise
    if not wanted and not text:
        return HttpResponseRedirect(reverse("load_map", args=[name]))
    n_rows = plan.profile.n_rows if plan.profile.whole else 0
    mapped = {"mapping": "", "own": keep_own_mapping(desk.archive.path, name, text)} if text else {"mapping": wanted}
    job = jobs.start(request.account, "load", upload=name, **mapped, dry_run=True, n_rows=n_rows)
    return HttpResponseRedirect(reverse("load_job", args=[job.pk]))


def _file(request: DeskRequest, name: str) -> UploadedFile | None:
    found = request.FILES.get(name)
    return None if found is None or isinstance(found, list) else found


def _mapping_text(file: UploadedFile, desk: Desk) -> str:
    """Return the text of a mapping somebody brought, once it has been read and checked."""
    content = file.read(MOST_MAPPING_BYTES + 1)
    if len(content) > MOST_MAPPING_BYTES:
        raise HostileFile("The mapping is too large.", expected="up to 1 MB", where="own_mapping")
    try:
        text: str = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile("The mapping is not a text in UTF-8.", where="own_mapping") from None
    read = parse_plain_yaml(text, name="own_mapping", wrong=WrongMapping).content
    check_source(desk, parse_mapping(read, desk.vocabulary, "own_mapping"))
    return text


def _own(request: DeskRequest, pk: int) -> Job:
    found = Job.objects.filter(pk=pk, account=request.account, kind="load").first()
    if found is None:
        raise Http404
    return found


@screen(Action.TAKE_IN)
def load_job(request: DeskRequest, pk: int) -> HttpResponse:
    """Show how a sheet fares: what becomes of each row and why, and the button that takes the good ones in."""
    found = _own(request, pk)
    outcome = found.outcome
    counts = [(name, outcome.get(f"n_{name}", 0)) for name in OUTCOMES]
    chosen = request.GET.get("outcome", "")
    if chosen not in OUTCOMES:
        chosen = next((name for name, n in counts if n), "")
    asked = request.GET.get("page", "")
    page = max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1
    path = outcomes_path(request.desk.archive.path, str(found.wanted.get("upload", "")))
    rows = read_outcomes(path, chosen, start=(page - 1) * A_PAGE, n=A_PAGE) if found.is_over and chosen else []
    n_chosen = dict(counts).get(chosen, 0)
    context = {
        "job": found,
        "counts": counts,
        "n_rows": outcome.get("n_rows"),
        "chosen": chosen,
        "rows": [
            (row, [problem_shown(each) for each in row.problems], [plain(each) for each in row.warnings])
            for row in rows
        ],
        "page": page,
        "more": page * A_PAGE < n_chosen,
        "by_column": sorted(outcome.get("problems_by_column", {}).items(), key=lambda each: -each[1])[:12],
        "trouble": kind_of_trouble(str(outcome.get("error", ""))),
        "details": [sentence(str(outcome.get(name, ""))) for name in ("message", "where", "todo") if outcome.get(name)],
        "is_trial": bool(found.wanted.get("dry_run")),
        "is_here": path.with_suffix("").is_file(),
        "can_take": _may_be_taken(found),
        "token": new_token(),
        "section": "loads",
        "outcome": [],
    }
    return render(request, "loads/job.html", context)


def _may_be_taken(job: Job) -> bool:
    said = job.outcome
    return bool(
        job.state == Job.State.DONE and job.wanted.get("dry_run") and said.get("n_new", 0) + said.get("n_changed", 0)
    )


@screen(Action.TAKE_IN, WRITE)
def take(request: DeskRequest, pk: int) -> HttpResponse:
    """Take in a sheet that was tried; a mapping made for it is kept with the archive."""
    tried, desk = _own(request, pk), request.desk
    if tried.state != Job.State.DONE or not tried.wanted.get("dry_run"):
        raise WrongValue("Only a sheet that was tried can be taken in.", expected="a trial that ended", where="load")

    def deed() -> str:
        wanted = dict(tried.wanted)
        path = mapping_of(desk.archive.path, wanted)
        if wanted.pop("own", ""):
            key = str(load_mapping(path, desk.vocabulary).source["key"])
            wanted["mapping"] = remember(desk.archive.path, key, path.read_text(encoding="utf-8"))
        wanted |= {"dry_run": False, "n_rows": tried.outcome.get("n_rows", 0)}
        return reverse("load_job", args=[jobs.start(request.account, "load", **wanted).pk])

    return once(request, deed)


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
    return _download("\ufeff" + written.getvalue(), f"refused-{pk}.csv", "text/csv")


@screen(Action.TAKE_IN)
def mapping_file(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand out the mapping a sheet was taken through, as the command line takes it."""
    found = _own(request, pk)
    path = mapping_of(request.desk.archive.path, found.wanted)
    return _download(path.read_text(encoding="utf-8"), f"mapping-{pk}.yaml", "application/yaml")


@screen(Action.TAKE_IN)
def receipt(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand out the receipt of a load: counts and digests."""
    found = _own(request, pk)
    if found.state != Job.State.DONE:
        raise Http404
    text = json.dumps(found.outcome, ensure_ascii=False, indent=1, sort_keys=True)
    return _download(text, f"receipt-{pk}.json", "application/json")


def _download(text: str, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@screen(Action.TAKE_IN, WRITE)
def withdraw(request: DeskRequest, load: str) -> HttpResponse:
    """Withdraw a load: its accounts stand no longer, and stay in what was known before."""
    desk, reason = request.desk, request.POST.get("reason", "").strip()[:MOST_REASON]
    with desk.reading() as connection:
        row = connection.execute(select(loads.c.source).where(loads.c.load == load).limit(1)).first()
        if row is None or row.source not in visible_sources(connection, desk.actor, [row.source]):
            raise unknown()  # of a source that is not for this actor, as if there were none
    if not reason:
        raise WrongValue("A withdrawal needs a reason.", expected="why this load no longer stands", where="reason")

    def deed() -> str:
        n_accounts = desk.intake.withdraw(load, reason=reason)
        desk.archive.checkpoint()
        messages.success(request, f"{_('Accounts that no longer stand')}: {n_accounts:,}")
        return reverse("loads")

    return once(request, deed)
