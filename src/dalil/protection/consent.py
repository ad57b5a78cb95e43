"""What consent allows: one use of one record on one day. Absent means no.

People answer for themselves, and others for them: a guardian, next of kin. A refusal stands until whoever gave it, or
the person themself, has surely said otherwise later; days that may be the same are not later. So where sources of
consent disagree, or their dates do not tell which came last, the answer is no.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from dalil.errors import WrongValue
from dalil.protection.access import Actor
from dalil.protection.opening import without
from dalil.records.consents import Answer, any_consent, read_answers_about, read_answers_of
from dalil.records.dossier import Dossier
from dalil.records.marks import identities_of
from dalil.records.statement_view import StatementView
from dalil.vocabulary.vocabulary import Vocabulary

SCHEME: Final = "consent_purposes"
INTERNAL: Final = "internal"
AGGREGATE: Final = "aggregate"
"""Being counted."""
ANONYMISED: Final = "publish_anonymised"
UNLESS_REFUSED: Final = frozenset({INTERNAL, AGGREGATE})
"""Uses that need no answer, and end with a refusal: people may be counted, and worked on inside, until they say no."""
SELF: Final = "self"
_OF_A_PERSON: Final = frozenset({"episode", "act", "appearance", "testimony"})
"""Records that tell of a person whatever name is taken from them."""


AT_LAST: Final = 10**9
"""A day after all that are ever written down: when whatever ends has ended."""


class State(StrEnum):
    """What the answers about one use come to on a day."""

    YES = "yes"
    NO = "no"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the answers about one use come to, and the one that decides it; None where nobody answered."""

    state: State
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Records, by their identities, and accounts of which some use is refused."""

    records: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()


def standing_on(answers: Iterable[Answer], day: int) -> Standing:
    """Return what answers about one use of one record come to on a day (days since 1970-01-01).

    A *yes* holds from the last day on which it may have been given to the first on which it may have ended; a *no*, or
    a withdrawal, from the first day on which it may have been said.
    """
    said = list(answers)
    refusals = [each for each in said if each.answer in (State.NO, State.WITHDRAWN) and each.given_lo <= day]
    begun = [each for each in said if each.answer == State.YES and each.given_hi <= day]
    holding = [each for each in begun if each.until_lo is None or day < each.until_lo]
    left = [refusal for refusal in refusals if not any(_lifts(yes, refusal) for yes in holding)]
    if left:
        last = max(left, key=lambda each: (each.given_hi, each.entry))
        return Standing(state=State(last.answer), answer=last)
    if holding:
        return Standing(state=State.YES, answer=max(holding, key=lambda each: (each.given_hi, each.entry)))
    if begun:
        return Standing(state=State.EXPIRED, answer=max(begun, key=lambda each: (each.given_hi, each.entry)))
    return Standing(state=State.ABSENT)


def _lifts(yes: Answer, refusal: Answer) -> bool:
    same_giver = (yes.giver, yes.by) == (refusal.giver, refusal.by)
    return yes.given_lo > refusal.given_hi and (same_giver or yes.giver == SELF)


def allows(purpose: str, state: State) -> bool:
    """Tell whether a use may be made of a record whose answers come to this."""
    match state:
        case State.YES:
            return True
        case State.NO | State.WITHDRAWN:
            return False
        case State.EXPIRED | State.ABSENT:
            return purpose in UNLESS_REFUSED


def refused(connection: Connection, purpose: str, *, known_by: int | None = None) -> Refused:
    """Return of whom, and of which accounts, a use is refused, as known by a ledger size.

    Whoever counts asks no calendar, so that a number is the same next year: every answer known by then counts, and a
    *yes* that ends at some time lifts no refusal.
    """
    said = read_answers_about(connection, purpose, known_by=known_by)
    joined = identities_of(connection, {each.subject for each in said if each.subject is not None}, known_by=known_by)
    about: dict[tuple[bool, int], list[Answer]] = {}
    for each in said:
        if each.subject is not None:
            about.setdefault((True, joined.get(each.subject, each.subject)), []).append(each)
        elif each.account is not None:
            about.setdefault((False, each.account), []).append(each)
    no = [key for key, found in about.items() if standing_on(found, AT_LAST).state in (State.NO, State.WITHDRAWN)]
    return Refused(
        records=frozenset(what for is_record, what in no if is_record),
        accounts=frozenset(what for is_record, what in no if not is_record),
    )


def by_purpose(answers: Sequence[Answer], purposes: Iterable[str], day: int) -> dict[str, Standing]:
    """Return what the answers come to for each of some uses."""
    return {purpose: standing_on((each for each in answers if each.purpose == purpose), day) for purpose in purposes}


def check_purpose(purpose: str, vocabulary: Vocabulary) -> str:
    """Return a use that the vocabulary knows.

    Raises
    ------
    WrongValue
        It knows no such use.
    """
    terms = vocabulary.schemes[SCHEME].terms
    if purpose not in terms:
        raise WrongValue("There is no such use.", expected=", ".join(terms), where="use")
    return purpose


# --- opening a record for a use -----------------------------------------------------------------------------------
def open_for_use(
    connection: Connection, vocabulary: Vocabulary, actor: Actor, dossier: Dossier, *, purpose: str, day: int
) -> Dossier | None:
    """Return what of a record may be used so, as its actor has opened it; None if nothing may.

    Every person in it is asked about: what is about somebody who has not agreed, or names them, is left out, and so is
    what was told in an account whose giver refuses the use.
    """
    if purpose in UNLESS_REFUSED and not any_consent(connection):
        return dossier
    persons = _persons(dossier)
    mentions = {each: identity for identity, all_of in persons.items() for each in all_of}
    views = [*dossier.about, *(view for told in dossier.related.values() for view in told)]
    answers = [
        each
        for each in read_answers_of(connection, mentions, {view.entry for view in views})
        if each.purpose == purpose
    ]
    barred = _barred(persons, mentions, answers, purpose, day)
    silent = _refused_accounts(answers, purpose, day)
    if dossier.identity in barred:
        return None
    if dossier.kind in _OF_A_PERSON and barred & _named(dossier.about, persons, dossier, vocabulary):
        return None
    shown = without(dossier, barred, actor, vocabulary, accounts=silent)
    return shown if shown.about else None


def _persons(dossier: Dossier) -> dict[int, set[int]]:
    """Return every person in a dossier, with the mentions of each."""
    found: dict[int, set[int]] = {}
    for mention, kind in dossier.kinds.items():
        if kind == "person":
            identity = dossier.identities.get(mention, mention)
            found.setdefault(identity, {identity}).add(mention)
    for mention, identity in dossier.identities.items():
        if identity in found:
            found[identity].add(mention)
    if dossier.kind == "person":
        found.setdefault(dossier.identity, set()).update(dossier.mentions)
    return found


def _named(
    views: Sequence[StatementView], persons: Mapping[int, set[int]], dossier: Dossier, vocabulary: Vocabulary
) -> set[int]:
    """Return the persons that statements name in any of their parts."""
    whose: set[int] = set()
    for view in views:
        parts = vocabulary.predicates[view.predicate].parts
        if isinstance(view.value, dict):
            named = [said for part, said in view.value.items() if part in parts and parts[part].base == "subject"]
            whose |= {dossier.identities.get(mention, mention) for mention in named}
    return whose & persons.keys()


def _barred(
    persons: Mapping[int, set[int]], mentions: Mapping[int, int], answers: Sequence[Answer], purpose: str, day: int
) -> set[int]:
    told: dict[int, list[Answer]] = {identity: [] for identity in persons}
    for each in answers:
        if each.subject is not None:
            told[mentions[each.subject]].append(each)
    return {identity for identity, said in told.items() if not allows(purpose, standing_on(said, day).state)}


def _refused_accounts(answers: Sequence[Answer], purpose: str, day: int) -> Collection[int]:
    """Return the accounts whose giver refuses the use. Where nobody asked them, the person it is about decides."""
    told: dict[int, list[Answer]] = {}
    for each in answers:
        if each.account is not None:
            told.setdefault(each.account, []).append(each)
    states = {account: standing_on(said, day).state for account, said in told.items()}
    return {account for account, state in states.items() if state is not State.ABSENT and not allows(purpose, state)}
