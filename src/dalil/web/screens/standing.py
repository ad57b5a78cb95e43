"""Where a record stands: who has looked at it, how well established it is found, what may be done next, and undoing."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dalil.errors import ReviewRefused, ReviewStale, WrongValue
from dalil.protection import Action
from dalil.protection.access import unknown
from dalil.records.headlines import read_headlines
from dalil.review.record_states import RecordState, Step
from dalil.review.standing import Decision
from dalil.values.ids import format_subject, parse_subject
from dalil.web.gate import WRITE, DeskRequest, screen
from dalil.web.showing.refusals import sentence
from dalil.web.showing.statements import plain, record_link
from dalil.web.showing.words import Words

STATES: Final[dict[str, Any]] = {
    RecordState.DRAFT: gettext_lazy("draft"),
    RecordState.SUBMITTED: gettext_lazy("submitted"),
    RecordState.RETURNED: gettext_lazy("returned"),
    RecordState.REVIEWED: gettext_lazy("reviewed"),
    RecordState.VERIFIED: gettext_lazy("verified"),
    RecordState.REJECTED: gettext_lazy("rejected"),
}
"""How far a record has come, in words."""
PATH: Final = (RecordState.SUBMITTED, RecordState.REVIEWED, RecordState.VERIFIED)
"""The way of a record that meets no trouble."""
STEPS: Final[dict[Step, tuple[Any, Any]]] = {
    Step.SUBMIT: (gettext_lazy("Submit again"), gettext_lazy("It goes back to whoever reviews.")),
    Step.REVIEW: (
        gettext_lazy("Reviewed"),
        gettext_lazy("You have compared it with its sources; someone else verifies."),
    ),
    Step.RETURN: (gettext_lazy("Return"), gettext_lazy("Something is missing: say what, in the reason.")),
    Step.REJECT: (gettext_lazy("Reject"), gettext_lazy("It does not hold. The record stays, and says so.")),
    Step.VERIFY: (gettext_lazy("Verify"), gettext_lazy("You are the second person who vouches for it.")),
    Step.REOPEN: (gettext_lazy("Open again"), gettext_lazy("It goes back to the beginning.")),
}
"""What may be done with a record: the button, and what it means."""


def state_label(state: str) -> str:
    """Return a state in words."""
    return str(STATES.get(state, state))


def _identifier(text: str) -> int:
    try:
        return parse_subject(text)
    except WrongValue:
        raise unknown() from None


@screen(Action.SEE_RECORDS)
def standing(request: DeskRequest, subject: str) -> HttpResponse:
    """Show where a record stands, and offer what this reader may do about it."""
    desk, words = request.desk, Words(request.desk.vocabulary, get_language() or "en")
    reviewed = desk.archive.review.records.reviewed(_identifier(subject), desk.actor)
    found, history = reviewed.standing, reviewed.history
    with desk.reading() as connection:
        lines = read_headlines(connection, [found.subject], mentions={found.subject: reviewed.mentions})
    line = lines.get(found.subject)
    stands = found.stands
    context = {
        "id": format_subject(found.subject),
        "link": record_link(found.subject),
        "names": [plain(text) for text in line.names][:3] if line else [],
        "synthetic": line.synthetic if line else False,
        "state": stands.state.value,
        "state_label": state_label(stands.state),
        "path": [(each.value, state_label(each)) for each in PATH],
        "on_path": [each.value for each in PATH],
        "state_by": stands.state_by,
        "changed_since": found.changed_since,
        "grade": stands.grade,
        "grade_label": words.term("grades", stands.grade),
        "flag": words.term("grade_flags", stands.flag) if stands.flag else "",
        "grade_by": stands.grade_by,
        "steps": [(step.value, *STEPS[step]) for step in found.steps],
        "may_grade": found.may_grade,
        "grades": [(code, words.term("grades", code)) for code in desk.vocabulary.schemes["grades"].terms],
        "flags": [(code, words.term("grade_flags", code)) for code in desk.vocabulary.schemes["grade_flags"].terms],
        "version": found.version,
        "history": [_line(each, words) for each in history],
        "own_key": desk.actor.key_id,
        "section": "search",
    }
    return render(request, "record/standing.html", context)


def _line(decision: Decision, words: Words) -> dict[str, Any]:
    is_state = decision.value in STATES
    return {
        "entry": decision.entry,
        "what": _("state") if is_state else _("grade"),
        "value": state_label(decision.value) if is_state else decision.value,
        "label": "" if is_state else words.term("grades", decision.value),
        "flag": words.term("grade_flags", decision.flag) if decision.flag else "",
        "actor": decision.actor,
        "recorded_at": decision.recorded_at,
    }


@screen(Action.SEE_RECORDS, WRITE)
def decide_standing(request: DeskRequest, subject: str) -> HttpResponse:
    """Take a step with a record, or grade it, as it was shown; the room says who may."""
    desk, said = request.desk, request.POST
    back = reverse("standing", args=[format_subject(_identifier(subject))])
    version = said.get("version", "")
    shown = int(version) if version.isascii() and version.isdecimal() and len(version) < 16 else -2
    grade, flag, reason = said.get("grade") or None, said.get("flag") or None, said.get("reason", "").strip()[:2000]
    review = desk.archive.review.records
    try:
        if said.get("step") == "grade" and grade is not None:
            review.grade(_identifier(subject), grade, flag=flag, reason=reason, by=desk.actor, expected_version=shown)
        else:
            review.take(
                _identifier(subject),
                _step(said.get("step", "")),
                reason=reason,
                grade=grade,
                flag=flag if grade else None,
                by=desk.actor,
                expected_version=shown,
            )
    except ReviewStale:
        messages.warning(
            request, _("Something was said of this record since you opened it. Nothing was recorded: look again.")
        )
    except ReviewRefused as error:
        messages.warning(request, sentence(error.message).text)
    else:
        messages.success(request, _("Recorded. It can be undone below."))
    return HttpResponseRedirect(back)


def _step(text: str) -> Step:
    try:
        return Step(text)
    except ValueError:
        raise WrongValue(
            "There is no such step.", expected=", ".join(each.value for each in Step), where="step"
        ) from None


@screen(Action.SEE_RECORDS, WRITE)
def undo_standing(request: DeskRequest, subject: str, entry: int) -> HttpResponse:
    """Undo a step or a grade: another entry, which says so."""
    desk = request.desk
    found = desk.archive.review.records.standing(_identifier(subject), desk.actor)
    try:
        undone = desk.archive.review.records.undo(entry, by=desk.actor, reason=request.POST.get("reason", "")[:2000])
        messages.success(request, f"{_('Undone by entry')} {undone}.")
    except ReviewRefused as error:
        messages.warning(request, sentence(error.message).text)
    return HttpResponseRedirect(reverse("standing", args=[format_subject(found.subject)]))
