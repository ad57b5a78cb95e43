"""Entering what a source says: the form, how its dates were understood, who it may be, and only then the record.

Three steps on one page, each a plain form: *check* reads the fields and looks for people who may be the same; *keep*
saves a draft; *submit* records. A person is new only if someone says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from sqlalchemy import select

from dalil.errors import BadInput, WrongValue
from dalil.intake import drafts
from dalil.intake.entry_forms import (
    NEW,
    Entered,
    broadcast_entered,
    detention_entered,
    record_entered,
    source_entered,
    update_entered,
)
from dalil.intake.register import sources
from dalil.ledger.kinds import Kind
from dalil.protection import Action
from dalil.protection.access import unknown
from dalil.protection.opening import visible_sources
from dalil.values.ids import format_subject, parse_subject, subject_id
from dalil.web.desk import Desk
from dalil.web.gate import FORM, WRITE, DeskRequest, new_token, once, screen
from dalil.web.showing.dates import written, written_bounds
from dalil.web.showing.fields import FORMS, FieldShown, shown_fields
from dalil.web.showing.statements import plain, record_link
from dalil.web.showing.words import Words

MOST_SUGGESTED: Final = 6
TITLES: Final[Mapping[str, Any]] = {
    "detention": gettext_lazy("A detention, as a source or a witness tells it"),
    "broadcast": gettext_lazy("Someone shown speaking on the media"),
    "source": gettext_lazy("A source"),
    "update": gettext_lazy("Something that happened in a detention"),
}


@screen(Action.RECORD)
def entries(request: DeskRequest) -> HttpResponse:
    """Show what can be entered, and one's own drafts."""
    kept = drafts.list_drafts(request.desk.archive.path, request.desk.actor.key_id)
    context = {
        "forms": [(name, TITLES[name]) for name in ("detention", "broadcast", "source")],
        "drafts": [
            {"name": each.name, "title": TITLES.get(each.form, each.form), "link": _draft_link(each)} for each in kept
        ],
        "section": "entries",
    }
    return render(request, "entry/list.html", context)


@screen(Action.RECORD, FORM)
def enter(request: DeskRequest, form: str) -> HttpResponse:
    """Fill in, check, keep or submit a form."""
    if form not in ("detention", "broadcast", "source"):
        raise unknown()
    return _form(request, form, None)


@screen(Action.RECORD, FORM)
def update(request: DeskRequest, subject: str) -> HttpResponse:
    """Enter something that happened in a detention already recorded."""
    try:
        episode = parse_subject(subject)
    except WrongValue:
        raise unknown() from None
    dossier = request.desk.dossier(episode)  # refuses what is not for this actor
    if dossier.kind != "episode":
        raise unknown()
    return _form(request, "update", dossier.identity)


def _form(request: DeskRequest, form: str, episode: int | None) -> HttpResponse:
    if request.method != "POST":
        return _show(request, form, episode, _draft(request))
    desk = request.desk
    said = {name: str(value) for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "step")}
    match request.POST.get("step"):
        case "keep":
            kept = {name: text for name, text in said.items() if name != "token"}
            name = drafts.save_draft(desk.archive.path, desk.actor.key_id, form, kept, name=said.get("draft"))
            messages.success(request, _("The draft was kept. Only you can read it."))
            return HttpResponseRedirect(f"{request.path}?draft={name}")
        case "submit":
            entered = _read(desk, form, episode, said)
            if entered.problems:
                return _show(request, form, episode, said, entered=entered, status=400)
            return once(request, lambda: _submit(desk, request, form, entered, said))
        case _:
            return _show(request, form, episode, said, entered=_read(desk, form, episode, said))


def _draft_link(kept: drafts.Draft) -> str:
    update_of = kept.form == "update"
    address = (
        reverse("update", args=[kept.fields.get("episode", "0.0")]) if update_of else reverse("enter", args=[kept.form])
    )
    return f"{address}?draft={kept.name}"


def _draft(request: DeskRequest) -> dict[str, str]:
    name = request.GET.get("draft")
    if not name:
        return {}
    found = drafts.read_draft(request.desk.archive.path, request.desk.actor.key_id, name)
    return {**found.fields, "draft": name}


def _read(desk: Desk, form: str, episode: int | None, said: Mapping[str, str]) -> Entered:
    if form == "source":
        entered = source_entered(said, desk.vocabulary, invented=desk.archive.configuration.demonstration)
        if not entered.problems and _source_of_key(desk, str(entered.body["key"])):
            taken = WrongValue("A source has this key already.", expected="a key not yet taken", where="key")
            return Entered(body=entered.body, dates=entered.dates, problems={"key": taken})
        return entered
    source = _source(desk, said.get("source", ""))
    try:
        match form:
            case "broadcast":
                entered = broadcast_entered(said, desk.vocabulary, source=source or 0)
            case "update":
                assert episode is not None
                entered = update_entered(said, desk.vocabulary, source=source or 0, episode=episode)
            case _:
                entered = detention_entered(said, desk.vocabulary, source=source or 0)
    except BadInput as error:
        return Entered(body={}, dates={}, problems={"form": error})
    problems = dict(entered.problems)
    if source is None:
        problems["source"] = WrongValue("Say which source tells this.", expected="a source", where="source")
    who = said.get("who", "")
    if who and who != NEW and "who" not in problems:
        desk.dossier(parse_subject(who))  # nobody can be tied to a record that is not for this actor
    return Entered(body=entered.body, dates=entered.dates, problems=problems)


def _source(desk: Desk, text: str) -> int | None:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        return None
    return next((position for position, _title, _synthetic in _sources(desk) if position == int(text)), None)


def _source_of_key(desk: Desk, key: str) -> bool:
    with desk.reading() as connection:
        return connection.execute(select(sources.c.id).where(sources.c.key == key)).first() is not None


def _sources(desk: Desk) -> list[tuple[int, str, bool]]:
    with desk.reading() as connection:
        rows = connection.execute(
            select(sources.c.id, sources.c.title, sources.c.synthetic)
            .where(sources.c.until.is_(None))
            .order_by(sources.c.id.desc())
        ).all()
        seen = visible_sources(connection, desk.actor, [row.id for row in rows])
    return [(row.id, row.title, row.synthetic) for row in rows if row.id in seen]


def _submit(desk: Desk, request: DeskRequest, form: str, entered: Entered, said: Mapping[str, str]) -> str:
    kind = Kind.SOURCE if form == "source" else Kind.ACCOUNT
    position = record_entered(desk.archive.ledger, kind, entered, by=desk.signer)
    drafts.drop_draft(desk.archive.path, desk.actor.key_id, said.get("draft", ""))
    messages.success(request, f"{_('Recorded as entry')} {position}.")
    if form == "source":
        return reverse("source", args=[position])
    return record_link(_about(entered, position))


def _about(entered: Entered, position: int) -> int:
    _local, _kind, *existing = entered.body["subjects"][0]
    return parse_subject(existing[0]) if existing else subject_id(position, 0)


def _show(
    request: DeskRequest,
    form: str,
    episode: int | None,
    said: Mapping[str, str],
    *,
    entered: Entered | None = None,
    status: int = 200,
) -> HttpResponse:
    desk = request.desk
    words = Words(desk.vocabulary, get_language() or "en")
    understood: dict[str, tuple[str, str]] = {}
    problems: Mapping[str, BadInput] = {}
    if entered is not None:
        understood = {
            name: (written(found.edtf), written_bounds(found.lo, found.hi)) for name, found in entered.dates.items()
        }
        problems = entered.problems
    asks_who = any(each.name == "name" for each in FORMS[form])
    fields: list[FieldShown] = shown_fields(form, said, words, problems, understood)
    context = {
        "form": form,
        "title": TITLES[form],
        "fields": fields,
        "said": said,
        "problem": problems.get("form"),
        "who_problem": problems.get("who") if entered is not None and not _only_who(problems) else None,
        "sources": _sources(desk) if form != "source" else [],
        "source_problem": problems.get("source"),
        "checked": entered is not None,
        "ready": entered is not None and _only_who(problems),
        "suggested": _suggested(desk, said, words) if entered is not None and asks_who else None,
        "new": NEW,
        "token": said.get("token") or new_token(),
        "episode": format_subject(episode) if episode is not None else "",
        "section": "entries",
    }
    return render(request, "entry/form.html", context, status=status)


def _only_who(problems: Mapping[str, BadInput]) -> bool:
    return set(problems) <= {"who"}


def _suggested(desk: Desk, said: Mapping[str, str], words: Words) -> list[dict[str, Any]]:
    name = said.get("name", "").strip()
    if not name:
        return []
    found = desk.archive.search.people(name, limit=MOST_SUGGESTED, actor=desk.actor)
    return [
        {
            "id": hit.id,
            "link": record_link(hit.person),
            "score": round(hit.score * 100),
            "names": [plain(text) for text in dict.fromkeys(each.text for each in hit.spellings)][:3],
            "births": [written_bounds(lo, hi) for lo, hi in hit.births][:1],
            "places": [words.term("places", code) for code in hit.places][:2],
            "statuses": [words.term("statuses", each.status) for each in hit.episodes][:2],
            "synthetic": hit.synthetic,
        }
        for hit in found.hits
    ]


@screen(Action.RECORD, WRITE)
def drop(request: DeskRequest, name: str) -> HttpResponse:
    """Throw a draft of one's own away."""
    drafts.drop_draft(request.desk.archive.path, request.desk.actor.key_id, name)
    return HttpResponseRedirect(reverse("entries"))
