"""Consent to uses of a record, or of what one account says: what stands on a day, recording an answer, withdrawing.

An answer is an entry of the ledger, under the key of whoever took it down. What was wrong is not edited: another entry
replaces it, says why, and what was known before stays known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dalil.errors import BadInput, UnknownSubject, WrongValue
from dalil.intake.consent_forms import ANSWER, consent_entered
from dalil.intake.entry_forms import Entered
from dalil.protection import Action, may
from dalil.protection.access import unknown
from dalil.protection.consent import SCHEME, State
from dalil.protection.consenting import Consents, consent_given, read_consents
from dalil.protection.opening import open_account, visible
from dalil.values.ids import format_subject, parse_subject
from dalil.web.desk import Desk
from dalil.web.gate import WRITE, DeskRequest, new_token, once, screen
from dalil.web.showing.consents import WAYS, given_shown, uses_shown
from dalil.web.showing.dates import written, written_bounds
from dalil.web.showing.statements import name_of
from dalil.web.showing.times import read_times
from dalil.web.showing.words import Words

_DAY_ZERO: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a consent is about, opened for this reader: a record with its mentions, or an account."""

    title: str
    link: str
    address: str
    form: str
    subjects: tuple[int, ...] = ()
    account: int | None = None
    synthetic: bool = False


@screen(Action.SEE_RECORDS)
def record_consents(request: DeskRequest, subject: str) -> HttpResponse:
    """Show consent to uses of a record."""
    return _show(request, _record(request, subject), {})


@screen(Action.SEE_RECORDS)
def account_consents(request: DeskRequest, position: int) -> HttpResponse:
    """Show consent to uses of what one account says."""
    return _show(request, _account(request, position), {})


@screen(Action.CONSENT, WRITE)
def record_answered(request: DeskRequest, subject: str) -> HttpResponse:
    """Record what was answered about uses of a record."""
    return _take(request, _record(request, subject))


@screen(Action.CONSENT, WRITE)
def account_answered(request: DeskRequest, position: int) -> HttpResponse:
    """Record what was answered about uses of what one account says."""
    return _take(request, _account(request, position))


def _record(request: DeskRequest, subject: str) -> About:
    try:
        identifier = parse_subject(subject)
    except UnknownSubject:
        raise unknown() from None
    dossier = request.desk.dossier(identifier)
    words = Words(request.desk.vocabulary, get_language() or "en")
    own = format_subject(dossier.identity)
    return About(
        title=name_of(dossier, dossier.identity, words),
        link=reverse("record", args=[own]),
        address=reverse("consent", args=[own]),
        form=reverse("consent_record", args=[own]),
        subjects=dossier.mentions,
        synthetic=dossier.synthetic,
    )


def _account(request: DeskRequest, position: int) -> About:
    desk = request.desk
    with desk.reading() as connection:
        dossier, _told = open_account(connection, desk.vocabulary, desk.actor, position)
    line = next(iter(dossier.sources.values()))
    return About(
        title=f"{_('Account')} {position} · {line.title}",
        link=reverse("entry", args=[position]),
        address=reverse("account_consent", args=[position]),
        form=reverse("account_consent_record", args=[position]),
        account=position,
        synthetic=line.synthetic,
    )


def _take(request: DeskRequest, about: About) -> HttpResponse:
    said = {name: str(value) for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "step")}
    if request.POST.get("step") == "withdraw":
        said |= {ANSWER + use: State.WITHDRAWN.value for use in request.POST.getlist("withdrawn")}
    entered = _read(request, about, said)
    if entered.problems or request.POST.get("step") == "check":
        return _show(request, about, said, entered=entered, status=400 if entered.problems else 200)

    def deed() -> str:
        desk = request.desk
        position = consent_given(desk.archive.ledger, entered.body, actor=desk.actor, signer=desk.signer)
        messages.success(request, f"{_('Recorded as entry')} {position}.")
        return about.address

    return once(request, deed)


def _read(request: DeskRequest, about: About, said: Mapping[str, str]) -> Entered:
    desk = request.desk
    today = (date.today() - _DAY_ZERO).days  # noqa: DTZ011  # a day in the world of whoever writes it down
    own = {str(each.entry): each.subject for each in _consents(desk, about, day=today).given}
    replaces = said.get("replaces", "")
    # What replaces an entry is about the same mention as that entry was.
    subject = own.get(replaces) or (about.subjects[0] if about.subjects else None)
    entered = consent_entered(said, desk.vocabulary, subject=subject, account=about.account, today=today)
    problems = dict(entered.problems)
    if replaces and replaces not in own:
        problems["replaces"] = WrongValue(
            "A consent replaces an entry that is none about the same.",
            expected="an entry listed here",
            where="replaces",
        )
    if "by" in entered.body and "by" not in problems:
        try:  # nobody can be named who is not for this actor
            desk.dossier(parse_subject(entered.body["by"]))
        except UnknownSubject as error:
            problems["by"] = WrongValue(error.message, expected=error.expected, where="by")
    return Entered(body=entered.body, dates=entered.dates, problems=problems)


def _consents(desk: Desk, about: About, *, day: int, known_by: int | None = None) -> Consents:
    with desk.reading() as connection:
        return read_consents(
            connection, desk.vocabulary, subjects=about.subjects, account=about.account, day=day, known_by=known_by
        )


def _show(
    request: DeskRequest,
    about: About,
    said: Mapping[str, str],
    *,
    entered: Entered | None = None,
    status: int = 200,
) -> HttpResponse:
    desk, words = request.desk, Words(request.desk.vocabulary, get_language() or "en")
    times = read_times(request, desk.archive)
    found = _consents(desk, about, day=times.as_of, known_by=times.known_by)
    with desk.reading() as connection:
        answerers = {each.by for each in found.given if each.by is not None}
        seen = visible(connection, desk.actor, answerers) if answerers else set()
    context: dict[str, Any] = {
        "about": about,
        "times": times,
        "form_address": about.address,
        "uses": uses_shown(found.standing, words),
        "given": given_shown(found.given, words, seen=seen),
        "may_record": may(desk.actor, Action.CONSENT),
        "said": said,
        "token": said.get("token") or new_token(),
        "section": "search",
        **_form(words, said, found, entered),
    }
    return render(request, "record/consent.html", context, status=status)


def _form(words: Words, said: Mapping[str, str], found: Consents, entered: Entered | None) -> dict[str, Any]:
    def options(scheme: str) -> list[tuple[str, str]]:
        return [(code, words.term(scheme, code)) for code in words.vocabulary.schemes[scheme].terms]

    problems: Mapping[str, BadInput] = {} if entered is None else entered.problems
    dates = {} if entered is None else entered.dates
    return {
        "givers": options("consent_givers"),
        "relations": options("kin"),
        "ways": [(str(code), label) for code, label in WAYS.items()],
        "asked": [(code, label, said.get(ANSWER + code, "")) for code, label in options(SCHEME)],
        "answers": options("consent_answers"),
        "withdrawable": [
            (code, words.term(SCHEME, code)) for code, each in found.standing.items() if each.state is State.YES
        ],
        "replaceable": [each.entry for each in found.given if each.replaced is None],
        "understood": {name: f"{written(d.edtf)} ({written_bounds(d.lo, d.hi)})" for name, d in dates.items()},
        "problems": problems,
    }
