"""Taking records out as a file: what, which columns, why; shown again who asks; made in the background; logged.

A file is made for one account, lies under a name nobody can guess, and is gone after a day. What was taken out, by
whom and why is an entry of the ledger before the file can be fetched; what was searched for is not in it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, get_language_bidi, gettext_lazy

from dalil.errors import WrongValue
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.protection import Action
from dalil.protection.access import check_may
from dalil.protection.consent import ANONYMISED, INTERNAL, SCHEME, check_purpose
from dalil.values.ids import format_subject, parse_subject
from dalil.web import jobs
from dalil.web.desk import Desk
from dalil.web.export_files import (
    COLUMNS,
    FORMATS,
    NAMING,
    Asked,
    Barred,
    line_of,
    opened,
    record_json,
    write_csv,
    write_json,
    write_xlsx,
)
from dalil.web.gate import WRITE, DeskRequest, new_token, once, screen
from dalil.web.models import Job
from dalil.web.selections import MOST_QUERY, parse_selection, read_selection, select_records, selection_title
from dalil.web.settings import WEB_FOLDER
from dalil.web.showing.dates import day_of
from dalil.web.showing.words import Words
from dalil.web.uploads import NAME

KEPT_FOR: Final = timedelta(hours=24)
MOST_REASON: Final = 500
MOST_RECIPIENT: Final = 200
FILES_FOR: Final = (
    INTERNAL,
    "un_body",
    "criminal_justice",
    "missing_persons",
    "journalist",
    ANONYMISED,
    "publish_named",
)
"""Uses (scheme ``consent_purposes``) for which records are taken out as a file."""
EVERY: Final = 25
"""Records between two looks at whether the work was stopped."""
LABELS: Final[dict[str, Any]] = {
    "id": gettext_lazy("Record"),
    "names": gettext_lazy("Names"),
    "names_arabic": gettext_lazy("Names in Arabic script"),
    "names_latin": gettext_lazy("Names in Latin script"),
    "kind": gettext_lazy("Kind"),
    "sex": gettext_lazy("Sex"),
    "birth": gettext_lazy("Born (EDTF)"),
    "residence": gettext_lazy("Residence or origin"),
    "arrested": gettext_lazy("Arrested (EDTF)"),
    "arrest_place": gettext_lazy("Place of arrest"),
    "status": gettext_lazy("Status on the day"),
    "status_certain": gettext_lazy("Status is certain"),
    "sources": gettext_lazy("Sources"),
    "n_statements": gettext_lazy("Statements"),
    "grade": gettext_lazy("Grade"),
    "invented": gettext_lazy("Invented"),
    "link": gettext_lazy("Address"),
    "export": gettext_lazy("Export"),
}
"""What columns are called, in the language of whoever takes them out."""


def exports_folder(archive: Path) -> Path:
    """Return the folder of files made and not yet gone."""
    folder = archive / WEB_FOLDER / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@screen(Action.EXPORT, reauthenticate=True)
def new_export(request: DeskRequest) -> HttpResponse:
    """Show what would be taken out, and ask for columns, format and reason."""
    desk, words = request.desk, Words(request.desk.vocabulary, get_language() or "en")
    selection = read_selection(request.GET)
    selected = select_records(desk, selection)
    context = {
        "title": selection_title(selection),
        "selection": selection.query,
        "back": selection.page,
        "selected": selected,
        "n_records": len(selected.records),
        "columns": [(name, LABELS[name]) for name in COLUMNS],
        "formats": list(FORMATS),
        "uses": [
            (code, words.term(SCHEME, code)) for code in FILES_FOR if code in desk.vocabulary.schemes[SCHEME].terms
        ],
        "token": new_token(),
        "as_of": selection.said.get("as_of", timezone.now().date().isoformat()),
        "section": "search" if selection.of == "search" else "figures",
    }
    return render(request, "exports/new.html", context)


@screen(Action.EXPORT, WRITE, reauthenticate=True)
def start_export(request: DeskRequest) -> HttpResponse:
    """Begin to make the file."""
    desk, said = request.desk, request.POST
    reason = said.get("reason", "").strip()[:MOST_REASON]
    form = said.get("format", "")
    columns = [name for name in COLUMNS if name in said.getlist("columns")]
    if form not in FORMATS:
        raise WrongValue("There is no such format.", expected=", ".join(FORMATS), where="format")
    if not reason:
        raise WrongValue("Taking records out needs a reason.", expected="why, and for whom", where="reason")
    use = check_purpose(said.get("use", ""), desk.vocabulary)
    if use not in FILES_FOR:
        raise WrongValue("There is no such use.", expected=", ".join(FILES_FOR), where="use")
    recipient = said.get("recipient", "").strip()[:MOST_RECIPIENT]
    if use != INTERNAL and not recipient:
        raise WrongValue("Say who receives the file.", expected="a person or body", where="recipient")
    if use == ANONYMISED:
        columns = [name for name in columns if name not in NAMING]
        if form == "json":
            raise WrongValue("JSON holds every statement, names too.", expected="csv, xlsx", where="format")
    if not columns and form != "json":
        raise WrongValue("No column is chosen.", expected="at least one column", where="columns")
    selection = parse_selection(str(said.get("selection", ""))[:MOST_QUERY])
    selected = select_records(desk, selection)

    def deed() -> str:
        wanted = {
            "records": [format_subject(each) for each in selected.records],
            "of": selection.of,
            "format": form,
            "columns": columns,
            "as_of": day_of(said.get("as_of")) or (timezone.now().date() - _DAY_ZERO).days,
            "language": get_language() or "en",
            "rtl": get_language_bidi(),
            "address": f"{request.scheme}://{request.get_host()}",
            "reason": reason,
            "use": use,
            "recipient": recipient,
        }
        return reverse("export", args=[jobs.start(request.account, "export", **wanted).pk])

    return once(request, deed)


_DAY_ZERO: Final = date(1970, 1, 1)


def _own(request: DeskRequest, pk: int) -> Job:
    found = Job.objects.filter(pk=pk, account=request.account, kind="export").first()
    if found is None:
        raise Http404
    return found


@screen(Action.EXPORT)
def export(request: DeskRequest, pk: int) -> HttpResponse:
    """Show how far a file is, and where to fetch it."""
    found = _own(request, pk)
    path = _path(request.desk, found)
    context = {
        "job": found,
        "is_there": path is not None,
        "until": found.ended_at + KEPT_FOR if found.ended_at else None,
        "entry": found.outcome.get("entry"),
        "n_records": found.outcome.get("n_records"),
        "n_left_out": found.outcome.get("n_left_out"),
        "n_no_consent": found.outcome.get("n_no_consent"),
        "digest": found.outcome.get("digest", ""),
        "outcome": [],
    }
    return render(request, "exports/export.html", context)


def _path(desk: Desk, job: Job) -> Path | None:
    name = str(job.outcome.get("file", ""))
    if not NAME.fullmatch(name) or job.ended_at is None or timezone.now() > job.ended_at + KEPT_FOR:
        return None
    path = exports_folder(desk.archive.path) / name
    return path if path.is_file() else None


@screen(Action.EXPORT, reauthenticate=True)
def download(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand out a file to the account it was made for, while it is kept."""
    found = _own(request, pk)
    path = _path(request.desk, found)
    if path is None:
        raise Http404
    form = str(found.wanted["format"])
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"dalil-{found.outcome['number']}.{form}",
        content_type=FORMATS[form],
    )


@jobs.job_kind("export")
def make_export(running: jobs.Running) -> dict[str, Any]:
    """Make a file of records, and record that it was made."""
    desk, wanted = running.desk, running.wanted
    check_may(running.actor, Action.EXPORT)  # the account may have been limited since this was queued
    _forget_old(desk.archive.path)
    records = [parse_subject(each) for each in wanted["records"]]
    number, name = secrets.token_hex(4), secrets.token_urlsafe(32)
    asked = Asked(
        columns=tuple(wanted["columns"]),
        as_of=int(wanted["as_of"]),
        address=str(wanted["address"]),
        number=number,
        language=str(wanted["language"]),
    )
    path = exports_folder(desk.archive.path) / f".{name}.making"
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        n_written, n_no_consent = _write(path, running, records, asked)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        # Recorded before anyone can fetch it: a crash here leaves an entry for a file that nobody got.
        body = {
            "issued": "export",
            "number": number,
            "of": wanted["of"],
            "format": wanted["format"],
            "columns": list(asked.columns),
            "n_records": n_written,
            "digest": digest,
            "reason": wanted["reason"],
            "use": wanted["use"],
            **({"recipient": wanted["recipient"]} if wanted["recipient"] else {}),
        }
        entry = desk.archive.ledger.append([Draft(Kind.ISSUE, body)], by=desk.signer).first
        path.replace(path.with_name(name))
    finally:
        path.unlink(missing_ok=True)
    n_left_out = len(records) - n_written - n_no_consent
    return {
        "file": name,
        "number": number,
        "digest": digest,
        "entry": entry,
        "n_records": n_written,
        "n_left_out": n_left_out,
        "n_no_consent": n_no_consent,
    }


def _write(path: Path, running: jobs.Running, records: list[int], asked: Asked) -> tuple[int, int]:
    """Write the file; return how many records are in it, and how many are not for want of consent."""
    desk, form = running.desk, running.wanted["format"]
    today = (timezone.now().date() - _DAY_ZERO).days  # consent is what it is when the file leaves
    n_written = n_no_consent = 0

    def dossiers() -> Iterator[Any]:
        nonlocal n_written, n_no_consent
        for number, found in enumerate(opened(desk, records, use=running.wanted["use"], day=today)):
            if number % EVERY == 0:
                running.tell(number, len(records))
            if found is Barred.NO_CONSENT:
                n_no_consent += 1
            elif not isinstance(found, Barred):
                n_written += 1
                yield found

    def lines() -> Iterator[list[str]]:
        for each in dossiers():
            line = line_of(each, desk, asked)
            # Without names, without ids too: whoever has two files could put them together by the ids.
            yield [str(n_written), *line[1:]] if running.wanted["use"] == ANONYMISED else line

    with translation.override(asked.language):
        headings = [str(LABELS[name]) for name in ("id", *asked.columns, "export")]
        if form == "json":
            head = {"format": "dalil-export/1", "export": asked.number, "archive": desk.archive.configuration.name}
            write_json(path, head, (record_json(each, desk, asked) for each in dossiers()))
        elif form == "xlsx":
            write_xlsx(path, headings, lines(), rtl=running.wanted["rtl"])
        else:
            write_csv(path, headings, lines())
    return n_written, n_no_consent


def _forget_old(archive: Path) -> None:
    """Delete files whose day is over."""
    oldest = (timezone.now() - KEPT_FOR).timestamp()
    for path in exports_folder(archive).iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
