"""Many records change together: as previewed, in one batch, and back again in one deed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dalil.errors import NotPermitted, ReviewStale, UnknownTerm, WrongValue
from dalil.protection import Role
from dalil.records.marks import mark_body, mentions_of, read_marks
from dalil.review.bulk import BulkChange, Change, Skipped
from dalil.review.record_states import RecordState, Step
from unit.review.conftest import Desk, in_role, person

G2 = BulkChange(change=Change.GRADE, value="G2")
EVERYONE = [person(number) for number in range(6)]  # six rows; a run joined 0 with 1: five persons


def marked(desk: Desk, number: int, mark: str) -> set[str]:
    with desk.archive.engine.connect() as connection:
        identity = desk.archive.records.identity(person(number))
        found = read_marks(connection, mentions_of(connection, {identity}))
    return set(found.get(identity, {}).get(mark, ()))


def grades(desk: Desk) -> list[str]:
    found = desk.archive.review.records.standings(EVERYONE, desk.lead)
    return [found[each].grade for each in EVERYONE]


def test_a_preview_says_what_would_change_and_what_not_and_records_nothing(desk: Desk) -> None:
    desk.archive.review.records.grade(person(2), "G2", by=desk.first, expected_version=None)
    desk.archive.review.records.grade(person(3), "G1", by=desk.first, expected_version=None)
    size = desk.archive.ledger.size
    found = desk.archive.review.bulk.preview([*EVERYONE, person(77)], G2, by=desk.first)
    assert found.changes == ((person(0), "G0"), (person(3), "G1"), (person(4), "G0"), (person(5), "G0"))
    assert found.before == {"G0": 3, "G1": 1}
    assert found.skipped == {Skipped.UNCHANGED: 1, Skipped.UNKNOWN: 1}
    assert desk.archive.ledger.size == size


def test_a_change_is_one_entry_and_one_undoing_restores_each_record(desk: Desk) -> None:
    bulk, records = desk.archive.review.bulk, desk.archive.review.records
    records.grade(person(3), "G1", by=desk.first, expected_version=None)
    before, size = grades(desk), desk.archive.ledger.size
    done = bulk.apply(
        EVERYONE, G2, reason="assessed", by=desk.first, token=bulk.preview(EVERYONE, G2, by=desk.first).token
    )
    assert (done.entries, done.n_changed) == ((size,), 5)
    assert grades(desk) == ["G2"] * 6
    records.undo(*done.entries, by=desk.first)
    assert grades(desk) == before == ["G0", "G0", "G0", "G1", "G0", "G0"]


def test_what_was_decided_after_a_bulk_change_is_kept_when_that_is_undone(desk: Desk) -> None:
    bulk, records = desk.archive.review.bulk, desk.archive.review.records
    done = bulk.apply(EVERYONE, G2, by=desk.first, token=None)
    records.grade(person(4), "G4", by=desk.first, expected_version=None)
    records.undo(*done.entries, by=desk.first)
    assert grades(desk) == ["G0", "G0", "G0", "G0", "G4", "G0"]


def test_a_change_is_refused_if_any_record_is_not_as_it_was_shown(desk: Desk) -> None:
    bulk = desk.archive.review.bulk
    shown = bulk.preview(EVERYONE, G2, by=desk.first)
    desk.archive.review.records.grade(person(5), "G1", by=desk.second, expected_version=None)
    size = desk.archive.ledger.size
    with pytest.raises(ReviewStale):
        bulk.apply(EVERYONE, G2, by=desk.first, token=shown.token)
    assert desk.archive.ledger.size == size


def test_tags_add_up_and_are_taken_back_from_whichever_mention_bears_them(desk: Desk) -> None:
    bulk = desk.archive.review.bulk
    officer = in_role(desk.first, Role.OFFICER)
    desk.archive.intake.decide([mark_body("tag", "urgent", subject=person(1), reason="a test")])
    bulk.apply([person(0), person(2)], BulkChange(change=Change.TAG, value="file 7"), by=officer, token=None)
    assert marked(desk, 0, "tag") == {"urgent", "file 7"}
    untag = BulkChange(change=Change.UNTAG, value="urgent")
    done = bulk.apply(EVERYONE, untag, by=officer, token=None)
    assert (done.n_changed, done.skipped) == (1, {Skipped.UNCHANGED: 4})
    assert marked(desk, 0, "tag") == {"file 7"}
    desk.archive.review.records.undo(*done.entries, by=officer)
    assert marked(desk, 0, "tag") == {"urgent", "file 7"}


def test_assigning_replaces_and_unassigning_takes_back_whoever_it_was(desk: Desk) -> None:
    bulk, officer = desk.archive.review.bulk, in_role(desk.first, Role.OFFICER)
    bulk.apply([person(1), person(2)], BulkChange(change=Change.ASSIGN, value="one"), by=officer, token=None)
    bulk.apply([person(2), person(3)], BulkChange(change=Change.ASSIGN, value="two"), by=officer, token=None)
    assert [marked(desk, n, "assignee") for n in range(5)] == [{"one"}, {"one"}, {"two"}, {"two"}, set()]
    nobody = BulkChange(change=Change.UNASSIGN, value="-")
    done = bulk.apply(EVERYONE, nobody, by=officer, token=None)
    assert (len(done.entries), done.n_changed) == (2, 3)
    assert [marked(desk, n, "assignee") for n in range(5)] == [set()] * 5
    desk.archive.review.records.undo(*done.entries, by=officer)
    assert [marked(desk, n, "assignee") for n in range(5)] == [{"one"}, {"one"}, {"two"}, {"two"}, set()]


def test_many_records_take_a_step_but_for_those_it_is_not_open_to(desk: Desk) -> None:
    bulk, records = desk.archive.review.bulk, desk.archive.review.records
    records.take(person(4), Step.REJECT, by=desk.first, expected_version=None)
    records.take(person(5), Step.REVIEW, by=desk.lead, expected_version=None)
    done = bulk.apply(EVERYONE, BulkChange(change=Change.STEP, value="review"), by=desk.first, token=None)
    assert (done.n_changed, done.skipped) == (3, {Skipped.NOT_FROM_HERE: 1, Skipped.UNCHANGED: 1})
    verified = bulk.apply(EVERYONE, BulkChange(change=Change.STEP, value="verify"), by=desk.lead, token=None)
    assert (verified.n_changed, verified.skipped) == (3, {Skipped.NOT_FROM_HERE: 1, Skipped.OWN_REVIEW: 1})
    assert records.standing(person(3), desk.lead).stands.state is RecordState.VERIFIED


def test_what_someone_may_not_do_to_one_record_they_may_not_do_to_many(desk: Desk) -> None:
    bulk, size = desk.archive.review.bulk, desk.archive.ledger.size
    refused = [
        (Role.OFFICER, G2),
        (Role.DOCUMENTER, G2),
        (Role.REVIEWER, BulkChange(change=Change.TAG, value="x")),
        (Role.AUDITOR, BulkChange(change=Change.UNASSIGN, value="-")),
        (Role.REVIEWER, BulkChange(change=Change.STEP, value="verify")),
    ]
    for role, change in refused:
        with pytest.raises(NotPermitted):
            bulk.preview(EVERYONE, change, by=in_role(desk.first, role))
    assert desk.archive.ledger.size == size


def test_records_someone_may_not_see_are_left_out_as_if_they_were_not_there(desk: Desk) -> None:
    desk.archive.intake.decide([mark_body("sensitivity", "sealed", subject=person(4), reason="a test")])
    reviewer = in_role(desk.first, Role.REVIEWER)
    cleared_less = replace(reviewer, clearance="internal")
    done = desk.archive.review.bulk.apply(EVERYONE, G2, by=cleared_less, token=None)
    assert (done.n_changed, done.skipped) == (4, {Skipped.UNKNOWN: 1})
    assert grades(desk)[4] == "G0"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (BulkChange(change=Change.GRADE, value="G9"), UnknownTerm),
        (BulkChange(change=Change.GRADE, value="G2", flag="odd"), UnknownTerm),
        (BulkChange(change=Change.SENSITIVITY, value="secret"), UnknownTerm),
        (BulkChange(change=Change.STEP, value="leap"), WrongValue),
        (BulkChange(change=Change.TAG, value=""), WrongValue),
        (BulkChange(change=Change.TAG, value="x" * 65), WrongValue),
    ],
)
def test_a_change_to_what_does_not_exist_is_refused(desk: Desk, change: BulkChange, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        desk.archive.review.bulk.preview(EVERYONE, change, by=desk.lead)


def test_too_many_records_for_one_change_are_refused(desk: Desk) -> None:
    with pytest.raises(WrongValue):
        desk.archive.review.bulk.preview(range(20_001), G2, by=desk.lead)


def test_nothing_is_recorded_where_nothing_would_change(desk: Desk) -> None:
    bulk, size = desk.archive.review.bulk, desk.archive.ledger.size
    done = bulk.apply([person(77)], G2, by=desk.first, token=None)
    assert (done.entries, done.n_changed) == ((), 0)
    assert desk.archive.ledger.size == size
