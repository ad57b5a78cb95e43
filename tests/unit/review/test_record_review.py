"""Records go from submitted to verified by signed steps of two people, are graded, and every step can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from conftest import detention
from dalil.errors import NotPermitted, ReviewRefused, ReviewStale, UnknownSubject, UnknownTerm, WrongValue
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.ledger.store import reading
from dalil.protection import Actor, Role
from dalil.records.marks import mark_body
from dalil.review.record_states import RecordState, Step
from dalil.review.standing import Standing
from dalil.values.ids import format_subject
from unit.review.conftest import Desk, in_role, person


def take(desk: Desk, number: int, step: Step, by: Actor, **more: Any) -> Standing:
    return desk.archive.review.records.take(person(number), step, by=by, expected_version=None, **more)


def state(desk: Desk, number: int, known_by: int | None = None) -> RecordState:
    return desk.archive.review.records.standing(person(number), desk.lead, known_by=known_by).stands.state


def test_a_record_nobody_has_looked_at_is_submitted_and_ungraded(desk: Desk) -> None:
    found = desk.archive.review.records.standing(person(2), desk.first)
    assert (found.stands.state, found.stands.grade, found.changed_since) == (RecordState.SUBMITTED, "G0", False)
    assert found.steps == (Step.RETURN, Step.REVIEW, Step.REJECT)  # what a reviewer may do with it


def test_a_record_is_reviewed_by_one_and_verified_by_another(desk: Desk) -> None:
    take(desk, 2, Step.REVIEW, desk.first, reason="read both accounts")
    with pytest.raises(ReviewRefused):
        take(desk, 2, Step.VERIFY, replace(desk.lead, key_id=desk.first.key_id))
    found = take(desk, 2, Step.VERIFY, desk.lead, grade="G3")
    assert (found.stands.state, found.stands.grade) == (RecordState.VERIFIED, "G3")
    assert found.stands.state_by is not None
    assert found.stands.state_by.actor == desk.lead.key_id
    body = desk.archive.ledger.entry(found.stands.state_by.entry).body
    assert body == {
        "decision": "step",
        "step": "verify",
        "state": "verified",
        "subject": format_subject(person(2)),
        "reason": "not given",
    }


def test_whoever_reviewed_before_it_was_returned_may_verify_a_later_review(desk: Desk) -> None:
    documenter = in_role(desk.second, Role.DOCUMENTER)
    take(desk, 2, Step.REVIEW, desk.lead)
    take(desk, 2, Step.RETURN, desk.first)
    take(desk, 2, Step.SUBMIT, documenter)
    take(desk, 2, Step.REVIEW, desk.first)
    assert take(desk, 2, Step.VERIFY, desk.lead).stands.state is RecordState.VERIFIED


def test_a_step_that_leads_nowhere_or_is_not_theirs_is_refused_and_records_nothing(desk: Desk) -> None:
    size = desk.archive.ledger.size
    with pytest.raises(WrongValue):
        take(desk, 2, Step.VERIFY, desk.lead)
    with pytest.raises(NotPermitted):
        take(desk, 2, Step.VERIFY, desk.first)
    with pytest.raises(NotPermitted):
        take(desk, 2, Step.REVIEW, in_role(desk.first, Role.DOCUMENTER))
    with pytest.raises(UnknownTerm):
        take(desk, 2, Step.REVIEW, desk.first, grade="G9")
    with pytest.raises(NotPermitted):
        desk.archive.review.records.grade(person(2), "G1", by=in_role(desk.first, Role.OFFICER), expected_version=None)
    assert desk.archive.ledger.size == size


def test_what_is_not_there_and_what_is_not_for_someone_are_refused_alike(desk: Desk) -> None:
    desk.archive.intake.decide([mark_body("group", "closed", subject=person(2), reason="a test")])
    outsider = replace(desk.first, groups=frozenset({"general"}))
    refused = []
    for subject in (person(2), person(77)):
        with pytest.raises(UnknownSubject) as caught:
            desk.archive.review.records.standing(subject, outsider)
        refused.append(str(caught.value))
    assert refused[0] == refused[1]
    assert desk.archive.review.records.standings([person(2), person(4)], outsider).keys() == {person(4)}


def test_a_step_on_what_has_changed_since_it_was_shown_is_refused(desk: Desk) -> None:
    records = desk.archive.review.records
    shown = records.standing(person(2), desk.first)
    records.grade(person(2), "G1", by=desk.lead, expected_version=shown.version)
    with pytest.raises(ReviewStale):
        records.take(person(2), Step.REVIEW, by=desk.first, expected_version=shown.version)
    assert state(desk, 2) is RecordState.SUBMITTED


def test_what_is_said_or_joined_after_a_review_shows_as_changed_since(desk: Desk) -> None:
    take(desk, 2, Step.REVIEW, desk.first)
    assert not desk.archive.review.records.standing(person(2), desk.lead).changed_since
    told = detention(2, 9, arrested="2015-01-01", name="رنا الشامي")
    told["subjects"] = [["p1", "person", format_subject(person(2))], *told["subjects"][1:]]
    desk.archive.ledger.append([Draft(Kind.ACCOUNT, told)], by=desk.archive.actor())
    assert desk.archive.review.records.standing(person(2), desk.lead).changed_since


def test_the_state_of_a_joined_record_is_the_one_last_decided_and_parts_again_with_it(desk: Desk) -> None:
    take(desk, 2, Step.REVIEW, desk.first)
    take(desk, 3, Step.REJECT, desk.first)
    joined = desk.decide(2, 3, "same", desk.first)
    assert state(desk, 2) is state(desk, 3) is RecordState.REJECTED
    desk.archive.review.undo(joined.entry, by=desk.first)
    assert (state(desk, 2), state(desk, 3)) == (RecordState.REVIEWED, RecordState.REJECTED)


def test_undoing_a_step_restores_the_state_before_it_and_the_past_stays_as_it_was_known(desk: Desk) -> None:
    records = desk.archive.review.records
    take(desk, 2, Step.REVIEW, desk.first)
    size = desk.archive.ledger.size
    done = take(desk, 2, Step.VERIFY, desk.lead, grade="G3")
    assert done.stands.state_by is not None
    assert done.stands.grade_by is not None
    verified = desk.archive.ledger.size
    records.undo(done.stands.state_by.entry, done.stands.grade_by.entry, by=desk.lead)
    now = records.standing(person(2), desk.lead).stands
    assert (now.state, now.grade) == (RecordState.REVIEWED, "G0")
    assert state(desk, 2, known_by=verified) is RecordState.VERIFIED
    assert state(desk, 2, known_by=size) is RecordState.REVIEWED
    assert state(desk, 2, known_by=size - 1) is RecordState.SUBMITTED


def test_a_decision_that_was_replaced_is_not_undone(desk: Desk) -> None:
    records = desk.archive.review.records
    first = records.grade(person(2), "G1", by=desk.first, expected_version=None).stands.grade_by
    second = records.grade(person(2), "G2", by=desk.first, expected_version=None).stands.grade_by
    assert first is not None
    assert second is not None
    with pytest.raises(ReviewRefused):
        records.undo(first.entry, by=desk.first)
    records.undo(second.entry, by=desk.first)
    assert records.standing(person(2), desk.first).stands.grade == "G1"
    with pytest.raises(ReviewRefused):
        records.undo(second.entry, by=desk.first)


def test_only_an_editor_undoes_what_someone_else_decided(desk: Desk) -> None:
    records = desk.archive.review.records
    given = records.grade(person(2), "G1", by=desk.first, expected_version=None).stands.grade_by
    assert given is not None
    with pytest.raises(NotPermitted):
        records.undo(given.entry, by=desk.second)
    records.undo(given.entry, by=desk.lead)
    assert records.standing(person(2), desk.first).stands.grade == "G0"


def test_a_judgement_or_an_account_is_no_decision_to_undo(desk: Desk) -> None:
    with pytest.raises(ReviewRefused):
        desk.archive.review.records.undo(5, by=desk.lead)


def test_records_that_wait_are_those_a_step_brought_there_longest_first(desk: Desk) -> None:
    records = desk.archive.review.records
    for number in (4, 2, 3):
        take(desk, number, Step.REVIEW, desk.first)
    take(desk, 3, Step.RETURN, desk.first)
    assert records.waiting(RecordState.REVIEWED, desk.lead) == [person(4), person(2)]
    assert records.waiting(RecordState.RETURNED, desk.lead) == [person(3)]
    assert records.waiting(RecordState.REVIEWED, desk.lead, limit=1) == [person(4)]


def test_history_tells_every_step_and_grade_with_its_key(desk: Desk) -> None:
    take(desk, 2, Step.REVIEW, desk.first, grade="G2", flag="contested")
    take(desk, 2, Step.VERIFY, desk.lead)
    told = [(each.value, each.flag, each.actor) for each in desk.archive.review.records.history(person(2), desk.lead)]
    assert told == [
        ("reviewed", None, desk.first.key_id),
        ("G2", "contested", desk.first.key_id),
        ("verified", None, desk.lead.key_id),
    ]


def test_states_and_grades_come_back_the_same_when_derived_tables_are_made_again(desk: Desk) -> None:
    done = take(desk, 2, Step.REVIEW, desk.first, grade="G2")
    take(desk, 3, Step.REJECT, desk.first)
    assert done.stands.grade_by is not None
    desk.archive.review.records.undo(done.stands.grade_by.entry, by=desk.first)
    tables = [desk.archive.derived_rows.tables[name] for name in ("marks", "grades")]

    def rows() -> list[Any]:
        with reading(desk.archive.engine) as connection:
            return [connection.execute(select(each).order_by(each.c.id)).all() for each in tables]

    before = rows()
    desk.archive.rebuild()
    assert rows() == before
    assert len(before[0]) == 2
    assert len(before[1]) == 1
