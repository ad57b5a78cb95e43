"""Consent on a page: each use with what its answers come to, and the entries behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dalil.intake.consent_forms import Way
from dalil.protection.consent import SCHEME, Standing, State, allows
from dalil.protection.consenting import Given
from dalil.values.ids import format_subject
from dalil.web.showing.dates import written
from dalil.web.showing.statements import plain, record_link
from dalil.web.showing.words import Words

WAYS: Final[Mapping[str, Any]] = {
    Way.WRITTEN: _("in writing"),
    Way.RECORDED: _("recorded in voice or image"),
    Way.SPOKEN: _("said to whoever took it down"),
    Way.MESSAGE: _("in a message"),
    Way.PUBLIC: _("said in public"),
}
"""How an answer was taken down, in words."""
STATES: Final[Mapping[State, Any]] = {
    State.YES: _("yes"),
    State.NO: _("no"),
    State.WITHDRAWN: _("withdrawn"),
    State.EXPIRED: _("no: the consent has ended"),
    State.ABSENT: _("no: nobody asked"),
}
"""What the answers about a use come to, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use: whether it is allowed, why, and the entry that decides it."""

    code: str
    label: str
    allowed: bool
    said: str
    state: str
    entry: int | None


def uses_shown(standing: Mapping[str, Standing], words: Words) -> list[Use]:
    """Return every use with what its answers come to."""
    found = []
    for code, each in standing.items():
        allowed = allows(code, each.state)
        said = _("yes: nobody refused it") if allowed and each.state is not State.YES else STATES[each.state]
        entry = each.answer.entry if each.answer is not None else None
        label = words.term(SCHEME, code)
        found.append(Use(code=code, label=label, allowed=allowed, said=str(said), state=each.state.value, entry=entry))
    return found


def given_shown(given: Sequence[Given], words: Words, *, seen: Collection[int]) -> list[dict[str, Any]]:
    """Return the entries behind, the latest first; who answered is named only if this reader may see them."""
    return [
        {
            "entry": each.entry,
            "giver": words.term("consent_givers", each.giver),
            "relation": words.term("kin", each.relation) if each.relation else "",
            "by": format_subject(each.by) if each.by in seen and each.by is not None else "",
            "by_link": record_link(each.by) if each.by in seen and each.by is not None else "",
            "given": written(each.given),
            "until": written(each.until) if each.until else "",
            "how": str(WAYS.get(each.how, each.how)),
            "terms": plain(each.terms),
            "reason": plain(each.reason),
            "answers": [
                (words.term(SCHEME, use), words.term("consent_answers", answer), answer == State.YES)
                for use, answer in each.answers.items()
            ],
            "replaced": each.replaced,
            "actor": each.actor,
            "recorded_at": each.recorded_at,
        }
        for each in given
    ]
