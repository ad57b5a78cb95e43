"""Many records at once: choose a change, see how many and which it would touch, make it, take it back in one deed.

What is selected is asked anew at every step, as this actor may see it; the room refuses to make another change than the
one that was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dalil.errors import BadInput, ReviewNeeded, WrongValue
from dalil.protection import Action, may
from dalil.protection.access import check_may
from dalil.records.headlines import read_headlines
from dalil.review.bulk import BulkChange, BulkPreview, Change, Skipped
from dalil.review.record_states import Step
from dalil.values.ids import format_subject
from dalil.web.desk import Desk
from dalil.web.gate import FORM, WRITE, DeskRequest, new_token, once, screen
from dalil.web.models import Account
from dalil.web.selections import MOST_QUERY, Selection, parse_selection, read_selection, select_records, selection_title
from dalil.web.showing.refusals import kind_of_trouble
from dalil.web.showing.statements import plain, record_link
from dalil.web.showing.words import Words

MOST_SHOWN: Final = 40
MOST_REASON: Final = 500
MOST_ENTRIES: Final = 60
CHANGES: Final[Mapping[str, tuple[Any, Action]]] = {
    Change.GRADE: (gettext_lazy("Grade"), Action.DECIDE),
    Change.TAG: (gettext_lazy("Put a tag on"), Action.MARK),
    Change.UNTAG: (gettext_lazy("Take a tag off"), Action.MARK),
    Change.ASSIGN: (gettext_lazy("Assign to"), Action.MARK),
    Change.UNASSIGN: (gettext_lazy("Assign to nobody"), Action.MARK),
    Change.GROUP: (gettext_lazy("Put into a case group"), Action.MARK),
    Change.UNGROUP: (gettext_lazy("Take out of a case group"), Action.MARK),
    Change.SENSITIVITY: (gettext_lazy("Mark as sensitive"), Action.MARK),
    Change.STEP: (gettext_lazy("Take a step of review"), Action.DECIDE),
}
"""What may be done to many, what it is called, and who is offered it; the room decides again."""
STEP_LABELS: Final[Mapping[str, Any]] = {
    Step.SUBMIT: gettext_lazy("submit"),
    Step.RETURN: gettext_lazy("send back"),
    Step.REVIEW: gettext_lazy("reviewed"),
    Step.VERIFY: gettext_lazy("verified"),
    Step.REJECT: gettext_lazy("reject"),
    Step.REOPEN: gettext_lazy("open again"),
}
SKIPPED: Final[Mapping[str, Any]] = {
    Skipped.UNCHANGED: gettext_lazy("are so already"),
    Skipped.NOT_FROM_HERE: gettext_lazy("are not at a point from which this step leads"),
    Skipped.OWN_REVIEW: gettext_lazy("were reviewed by you: another person verifies"),
    Skipped.UNKNOWN: gettext_lazy("are not there, or not for this account"),
}


@screen(Action.SEE_RECORDS, FORM)
def bulk(request: DeskRequest) -> HttpResponse:
    """Choose a change for a selection, see what it would do, and make it."""
    if request.method != "POST":
        return _page(request, read_selection(request.GET))
    selection = parse_selection(str(request.POST.get("selection", ""))[:MOST_QUERY])
    change = _change(request)
    desk, reason = request.desk, request.POST.get("reason", "").strip()[:MOST_REASON]
    if request.POST.get("step") == "apply":
        selected = select_records(desk, selection)

        def deed() -> str:
            shown = str(request.POST.get("shown", ""))
            done = desk.archive.review.bulk.apply(selected.records, change, reason=reason, by=desk.actor, token=shown)
            messages.success(request, f"{_('Records changed')}: {done.n_changed:,}")
            entries = ",".join(str(each) for each in done.entries)
            return f"{reverse('bulk_done')}?{urlencode({'entries': entries, 'back': selection.query})}"

        try:
            return once(request, deed)
        except ReviewNeeded as error:  # the records changed since they were shown: nothing was done, look again
            messages.error(request, kind_of_trouble(type(error).__name__) or error.message)
            return _page(request, selection, change=change, reason=reason, status=409)
    return _page(request, selection, change=change, reason=reason)


def _change(request: DeskRequest) -> BulkChange:
    said = request.POST
    wanted = str(said.get("change", ""))
    if wanted not in CHANGES:
        raise WrongValue("There is no such change.", expected=", ".join(CHANGES), where="change")
    change = Change(wanted)
    value = {
        Change.GRADE: said.get("grade", ""),
        Change.ASSIGN: said.get("assignee", ""),
        Change.UNASSIGN: "-",
        Change.SENSITIVITY: said.get("sensitivity", ""),
        Change.STEP: said.get("to_step", ""),
        Change.TAG: said.get("tag", ""),
        Change.UNTAG: said.get("untag", ""),
        Change.GROUP: said.get("group", ""),
        Change.UNGROUP: said.get("ungroup", ""),
    }[change]
    flag = str(said.get("flag", "")) or None
    return BulkChange(change=change, value=str(value).strip(), flag=flag if change is Change.GRADE else None)


def _page(
    request: DeskRequest,
    selection: Selection,
    *,
    change: BulkChange | None = None,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    desk = request.desk
    offered = [(name.value, label) for name, (label, action) in _changes() if may(desk.actor, action)]
    if not offered:
        check_may(desk.actor, Action.MARK)  # refuses, and says whose work this is
    words = Words(desk.vocabulary, get_language() or "en")
    selected = select_records(desk, selection)
    preview: BulkPreview | None = None
    problem = None
    if change is not None:
        try:
            preview = desk.archive.review.bulk.preview(selected.records, change, by=desk.actor)
        except BadInput as error:
            problem, status = error, 400
    context = {
        "title": selection_title(selection),
        "selection": selection.query,
        "back": selection.page,
        "n_records": len(selected.records),
        "n_hidden": selected.n_hidden,
        "is_cut": selected.is_cut,
        "changes": offered,
        "change": change,
        "change_said": _said(change, words) if change is not None else "",
        "reason": reason,
        "grades": [
            (code, f"{code} · {words.term('grades', code)}") for code in desk.vocabulary.schemes["grades"].terms
        ],
        "flags": _terms(words, "grade_flags"),
        "sensitivities": _terms(words, "sensitivities"),
        "assignees": Account.objects.filter(is_active=True).order_by("username"),
        "steps": [(step.value, STEP_LABELS[step]) for step in Step],
        "preview": preview,
        "problem": problem,
        "before": _before(preview, change) if preview is not None and change is not None else [],
        "skipped": [(SKIPPED[why], n) for why, n in preview.skipped.items()] if preview is not None else [],
        "lines": _lines(desk, preview) if preview is not None else [],
        "token": new_token(),
        "section": "search" if selection.of == "search" else "figures",
    }
    return render(request, "bulk/bulk.html", context, status=status)


def _terms(words: Words, scheme: str) -> list[tuple[str, str]]:
    return [(code, words.term(scheme, code)) for code in words.vocabulary.schemes[scheme].terms]


def _changes() -> list[tuple[Change, tuple[Any, Action]]]:
    return [(Change(name), said) for name, said in CHANGES.items()]


def _said(change: BulkChange, words: Words) -> str:
    """Return a change in words."""
    label = str(CHANGES[change.change][0])
    match change.change:
        case Change.UNASSIGN:
            return label
        case Change.GRADE:
            flag = f" · {words.term('grade_flags', change.flag)}" if change.flag else ""
            return f"{label}: {change.value} · {words.term('grades', change.value)}{flag}"
        case Change.SENSITIVITY:
            return f"{label}: {words.term('sensitivities', change.value)}"
        case Change.STEP:
            return f"{label}: {STEP_LABELS.get(change.value, change.value)}"
        case Change.ASSIGN:
            return f"{label}: {_name_of(change.value)}"
        case _:
            return f"{label}: {plain(change.value)}"


def _name_of(key: str) -> str:
    account = Account.objects.filter(key_id=key).first()
    return key if account is None else account.username


def _before(preview: BulkPreview, change: BulkChange) -> list[tuple[str, int]]:
    if change.change in (Change.ASSIGN, Change.UNASSIGN):
        return [(_name_of(now) if now else "", n) for now, n in preview.before.items()]
    return [(plain(now), n) for now, n in preview.before.items()]


def _lines(desk: Desk, preview: BulkPreview) -> list[dict[str, Any]]:
    first = preview.changes[:MOST_SHOWN]
    with desk.reading() as connection:
        lines = read_headlines(connection, [subject for subject, _now in first])
    return [
        {
            "id": format_subject(subject),
            "link": record_link(subject),
            "names": [plain(text) for text in lines[subject].names[:3]] if subject in lines else [],
            "synthetic": subject in lines and lines[subject].synthetic,
            "now": plain(now),
        }
        for subject, now in first
    ]


def _entries(text: str) -> list[int]:
    pieces = text.split(",")
    if not text or len(pieces) > MOST_ENTRIES or not all(p.isascii() and p.isdecimal() and len(p) < 15 for p in pieces):
        raise WrongValue("These are no entries.", expected="positions of entries", where="entries")
    return [int(each) for each in pieces]


@screen(Action.SEE_RECORDS)
def done(request: DeskRequest) -> HttpResponse:
    """Say what was done, and offer to take it back."""
    entries = _entries(request.GET.get("entries", ""))
    back = parse_selection(request.GET.get("back", ""))
    context = {
        "entries": ",".join(str(each) for each in entries),
        "shown": entries[:6],
        "selection": back.query,
        "back": back.page,
        "title": selection_title(back),
        "token": new_token(),
        "section": "search" if back.of == "search" else "figures",
    }
    return render(request, "bulk/done.html", context)


@screen(Action.SEE_RECORDS, WRITE)
def undo(request: DeskRequest) -> HttpResponse:
    """Take a change of many records back, all of it, in one entry."""
    desk = request.desk
    entries = _entries(str(request.POST.get("entries", "")))
    back = parse_selection(str(request.POST.get("selection", "")))

    def deed() -> str:
        desk.archive.review.records.undo(*entries, reason="", by=desk.actor)
        messages.success(request, _("It was taken back: what stood before stands again."))
        return f"{reverse('bulk')}?{back.query}"

    answer: HttpResponseRedirect = once(request, deed)
    return answer
