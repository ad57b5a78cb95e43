"""Consent: what answers come to for a use on a day, what leaves, and what was known when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from conftest import detention, source_body
from dalil.archive import Archive
from dalil.errors import NotPermitted, UnknownSubject, WrongValue
from dalil.intake.consent_forms import consent_entered, record_consent
from dalil.ledger.kinds import Kind
from dalil.ledger.store import reading, writing
from dalil.protection import Actor, Role
from dalil.protection.consent import State, allows, by_purpose, open_for_use, standing_on
from dalil.protection.consenting import consent_given, read_consents
from dalil.protection.opening import open_dossier
from dalil.records.consents import Answer, read_answers
from dalil.records.tables import consents
from dalil.values.ids import format_subject, subject_id

Recording = Callable[..., int]


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


TODAY = day("2026-01-01")


def answer(
    said: str, given: str, *, giver: str = "self", by: int | None = None, to: str = "", until: str = "", entry: int = 1
) -> Answer:
    return Answer(
        entry=entry,
        subject=4096,
        account=None,
        purpose="publish_named",
        answer=said,
        giver=giver,
        by=by,
        given_lo=day(given),
        given_hi=day(to or given),
        until_lo=day(until) if until else None,
    )


# --- what answers come to -----------------------------------------------------------------------------------------
YES = answer("yes", "2020-05-10")
CASES = {
    "nobody was asked": ([], "absent"),
    "it was said that nobody asked": ([answer("not_asked", "2020-05-10")], "absent"),
    "they said yes": ([YES], "yes"),
    "they said yes later than that day": ([answer("yes", "2021-06-02")], "absent"),
    "they said yes on that day": ([answer("yes", "2021-06-01")], "yes"),
    "they may have said yes only later": ([answer("yes", "2021-01-01", to="2021-12-31")], "absent"),
    "what they said has ended": ([answer("yes", "2020-05-10", until="2021-06-01")], "expired"),
    "what they said ends tomorrow": ([answer("yes", "2020-05-10", until="2021-06-02")], "yes"),
    "they said no": ([answer("no", "2020-05-10")], "no"),
    "they may say no later than that day": ([YES, answer("withdrawn", "2021-06-02")], "yes"),
    "they withdrew it": ([YES, answer("withdrawn", "2021-01-01", entry=2)], "withdrawn"),
    "they withdrew it on the day they gave it": ([YES, answer("withdrawn", "2020-05-10", entry=2)], "withdrawn"),
    "they may have withdrawn it": ([YES, answer("withdrawn", "2020-01-01", to="2020-12-31")], "withdrawn"),
    "they said yes again": ([YES, answer("withdrawn", "2021-01-01"), answer("yes", "2021-02-01")], "yes"),
    "an old yes was written down after the withdrawal": (
        [answer("withdrawn", "2021-01-01", entry=1), answer("yes", "2020-05-10", entry=9)],
        "withdrawn",
    ),
    "they said no, and later yes": ([answer("no", "2019-01-01"), YES], "yes"),
    "they said no, and later yes, which ended": (
        [answer("no", "2019-01-01"), answer("yes", "2020-05-10", until="2021-01-01")],
        "no",
    ),
    "their family said yes": ([answer("yes", "2020-05-10", giver="next_of_kin")], "yes"),
    "their family refuses what they allowed": ([YES, answer("no", "2021-01-01", giver="next_of_kin")], "no"),
    "they allow what their family refused": ([answer("no", "2019-01-01", giver="next_of_kin"), YES], "yes"),
    "one of the family allows what another refused": (
        [answer("no", "2019-01-01", giver="next_of_kin", by=1), answer("yes", "2020-01-01", giver="next_of_kin", by=2)],
        "no",
    ),
    "the same one of the family allows it later": (
        [answer("no", "2019-01-01", giver="next_of_kin", by=1), answer("yes", "2020-01-01", giver="next_of_kin", by=1)],
        "yes",
    ),
    "the family cannot allow what they refused": (
        [answer("no", "2019-01-01"), answer("yes", "2020-01-01", giver="next_of_kin")],
        "no",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_answers_come_to_on_the_first_of_june_2021(case: str) -> None:
    answers, expected = CASES[case]
    assert standing_on(answers, day("2021-06-01")).state == expected
    assert standing_on(list(reversed(answers)), day("2021-06-01")).state == expected


USES = """
                    yes  no   withdrawn expired absent
internal            yes  -    -         yes     yes
aggregate           yes  -    -         yes     yes
publish_anonymised  yes  -    -         -       -
publish_named       yes  -    -         -       -
image_voice         yes  -    -         -       -
un_body             yes  -    -         -       -
criminal_justice    yes  -    -         -       -
missing_persons     yes  -    -         -       -
journalist          yes  -    -         -       -
recontact           yes  -    -         -       -
"""
"""Written by hand, apart from the code."""


def test_the_whole_table_of_uses_and_answers(archive: Archive) -> None:
    heading, *lines = [line.split() for line in USES.strip().splitlines()]
    assert [State(each) for each in heading] == list(State)
    for use, *cells in lines:
        for state, cell in zip(State, cells, strict=True):
            assert allows(use, state) is (cell == "yes"), (use, state)
    assert [line[0] for line in lines] == list(archive.vocabulary.schemes["consent_purposes"].terms)


# --- in the ledger ------------------------------------------------------------------------------------------------
def actor(archive: Archive, role: Role = Role.OFFICER) -> Actor:
    return Actor(
        name="x", role=role, key_id=archive.actor().key_id, groups=frozenset({"general"}), clearance="internal"
    )


def body(archive: Archive, about: int, said: dict[str, str] | None = None, **answers: str) -> dict[str, Any]:
    fields = {"giver": "self", "given": "2020-05-10", "how": "written"} | (said or {})
    fields |= {f"answer_{use}": each for use, each in answers.items()}
    entered = consent_entered(fields, archive.vocabulary, subject=about, today=TODAY)
    assert not entered.problems
    return entered.body


@pytest.fixture
def people(archive: Archive, record: Recording) -> list[int]:
    source = record(Kind.SOURCE, source_body())
    entries = [record(Kind.ACCOUNT, detention(source, number)) for number in (1, 2)]
    return [subject_id(entry, 0) for entry in entries]


def states(archive: Archive, about: int, *, known_by: int | None = None) -> dict[str, str]:
    with reading(archive.engine) as connection:
        answers = read_answers(connection, [about], known_by=known_by)
    found = by_purpose(answers, archive.vocabulary.schemes["consent_purposes"].terms, TODAY)
    return {use: each.state.value for use, each in found.items() if each.state is not State.ABSENT}


def test_what_is_withdrawn_was_given_as_far_as_was_known_before(archive: Archive, people: list[int]) -> None:
    before = archive.ledger.size
    consent_given(
        archive.ledger, body(archive, people[0], publish_named="yes"), actor=actor(archive), signer=archive.actor()
    )
    between = archive.ledger.size
    withdrawn = body(archive, people[0], {"given": "2021-03"}, publish_named="withdrawn")
    consent_given(archive.ledger, withdrawn, actor=actor(archive), signer=archive.actor())
    assert states(archive, people[0], known_by=before) == {}
    assert states(archive, people[0], known_by=between) == {"publish_named": "yes"}
    assert states(archive, people[0]) == {"publish_named": "withdrawn"}
    assert states(archive, people[1]) == {}


def test_an_entry_made_in_error_is_replaced_and_stays_known(archive: Archive, people: list[int]) -> None:
    wrong = record_consent(archive.ledger, body(archive, people[0], journalist="no"), by=archive.actor())
    size = archive.ledger.size
    right = body(archive, people[0], {"replaces": str(wrong), "reason": "the wrong box"}, journalist="yes")
    record_consent(archive.ledger, right, by=archive.actor())
    assert states(archive, people[0]) == {"journalist": "yes"}
    assert states(archive, people[0], known_by=size) == {"journalist": "no"}
    with reading(archive.engine) as connection:
        told = read_consents(connection, archive.vocabulary, subjects=(people[0],), day=TODAY).given
    assert [(each.entry, each.replaced) for each in told] == [(wrong + 1, None), (wrong, wrong + 1)]


def test_a_consent_replaces_no_consent_about_somebody_else(archive: Archive, people: list[int]) -> None:
    theirs = record_consent(archive.ledger, body(archive, people[1], journalist="no"), by=archive.actor())
    size = archive.ledger.size
    for replaced in (theirs, theirs - 1, 10**9):
        said = {"replaces": str(replaced), "reason": "a test"}
        with pytest.raises(WrongValue):
            record_consent(archive.ledger, body(archive, people[0], said, journalist="yes"), by=archive.actor())
    assert archive.ledger.size == size
    assert states(archive, people[1]) == {"journalist": "no"}


@pytest.mark.parametrize("role", list(Role))
def test_who_may_record_a_consent(archive: Archive, people: list[int], role: Role) -> None:
    may = {Role.DOCUMENTER, Role.OFFICER, Role.CUSTODIAN, Role.EDITOR}
    given = body(archive, people[0], recontact="yes")
    if role in may:
        consent_given(archive.ledger, given, actor=actor(archive, role), signer=archive.actor())
    else:
        with pytest.raises(NotPermitted):
            consent_given(archive.ledger, given, actor=actor(archive, role), signer=archive.actor())
    assert bool(states(archive, people[0])) is (role in may)


def test_a_rebuild_gives_the_same_rows_and_an_erased_consent_is_gone(archive: Archive, people: list[int]) -> None:
    wrong = record_consent(archive.ledger, body(archive, people[0], journalist="yes"), by=archive.actor())
    said = {"replaces": str(wrong), "reason": "the wrong box"}
    right = record_consent(archive.ledger, body(archive, people[0], said, journalist="no"), by=archive.actor())
    archive.ledger.erase([right], by=archive.actor(), authority="a court", reason="a test")
    grown = states(archive, people[0])
    archive.rebuild()
    assert grown == states(archive, people[0]) == {"journalist": "yes"}


def test_an_archive_made_before_there_was_consent_has_none_until_it_is_given(
    archive: Archive, people: list[int]
) -> None:
    with writing(archive.engine) as connection:
        consents.drop(connection)
    archive.engine.dispose()
    assert states(archive, people[0]) == {}
    record_consent(archive.ledger, body(archive, people[0], un_body="yes"), by=archive.actor())
    assert states(archive, people[0]) == {"un_body": "yes"}


# --- what leaves --------------------------------------------------------------------------------------------------
def opened(archive: Archive, subject: int, use: str) -> Any:
    with reading(archive.engine) as connection:
        dossier = open_dossier(connection, archive.vocabulary, actor(archive), subject)
        return open_for_use(connection, archive.vocabulary, actor(archive), dossier, purpose=use, day=TODAY)


def test_a_record_leaves_only_for_the_uses_that_were_agreed_to(archive: Archive, people: list[int]) -> None:
    assert opened(archive, people[0], "un_body") is None
    assert opened(archive, people[0], "internal") is not None
    record_consent(archive.ledger, body(archive, people[0], un_body="yes", internal="no"), by=archive.actor())
    assert opened(archive, people[0], "un_body").identity == people[0]
    assert opened(archive, people[0], "journalist") is None
    assert opened(archive, people[0], "internal") is None
    assert opened(archive, people[1], "internal") is not None


def test_a_detention_tells_of_its_person_and_asks_them(archive: Archive, people: list[int]) -> None:
    episode = people[0] + 1
    assert opened(archive, episode, "un_body") is None
    record_consent(archive.ledger, body(archive, people[0], un_body="yes"), by=archive.actor())
    assert opened(archive, episode, "un_body").identity == episode


def test_kin_who_did_not_agree_are_not_in_the_file_of_who_did(archive: Archive, record: Recording) -> None:
    source = record(Kind.SOURCE, source_body())
    account = {
        "source": source,
        "language": "en",
        "subjects": [["p1", "person"], ["p2", "person"]],
        "statements": [
            {"subject": "p1", "predicate": "name", "value": {"text": "Rana Invented"}},
            {"subject": "p2", "predicate": "name", "value": {"text": "Sister Invented"}},
            {"subject": "p1", "predicate": "kin", "value": {"relation": "sister", "of": "p2"}},
            {"subject": "p2", "predicate": "kin", "value": {"relation": "sister", "of": "p1"}},
        ],
    }
    entry = record(Kind.ACCOUNT, account)
    rana, sister = subject_id(entry, 0), subject_id(entry, 1)
    record_consent(archive.ledger, body(archive, rana, un_body="yes"), by=archive.actor())
    found = opened(archive, rana, "un_body")
    assert [view.predicate for view in found.about] == ["name"]
    assert sister not in found.related
    assert sister not in found.labels
    record_consent(archive.ledger, body(archive, sister, un_body="yes"), by=archive.actor())
    assert sister in opened(archive, rana, "un_body").related


def test_what_a_witness_refuses_to_share_is_left_out(archive: Archive, people: list[int], record: Recording) -> None:
    second = {
        "source": 1,
        "language": "en",
        "subjects": [["p1", "person", format_subject(people[0])]],
        "statements": [{"subject": "p1", "predicate": "birth", "value": "1990"}],
    }
    account = record(Kind.ACCOUNT, second | {"source": (people[0] >> 12) - 1})
    record_consent(archive.ledger, body(archive, people[0], un_body="yes"), by=archive.actor())
    assert "birth" in {view.predicate for view in opened(archive, people[0], "un_body").about}
    entered = consent_entered(
        {"giver": "self", "given": "2021", "how": "spoken", "answer_un_body": "no"},
        archive.vocabulary,
        account=account,
        today=TODAY,
    )
    record_consent(archive.ledger, entered.body, by=archive.actor())
    assert "birth" not in {view.predicate for view in opened(archive, people[0], "un_body").about}
    assert "birth" in {view.predicate for view in opened(archive, people[0], "internal").about}
    entered.body["account"] = 0  # a source's or a key's position is no account
    with pytest.raises(UnknownSubject):
        record_consent(archive.ledger, entered.body, by=archive.actor())


def test_who_is_joined_is_asked_about_under_every_record_of_them(
    archive: Archive, people: list[int], record: Recording
) -> None:
    record_consent(archive.ledger, body(archive, people[1], un_body="yes"), by=archive.actor())
    assert opened(archive, people[0], "un_body") is None
    sets = [["person", [format_subject(each) for each in people]]]
    record(Kind.JUDGEMENT, {"verdict": "same", "sets": sets, "basis": "human"})
    assert opened(archive, people[0], "un_body").identity == people[0]
