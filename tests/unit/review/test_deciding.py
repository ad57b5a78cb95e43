"""Verdicts become signed judgements that join and part, can be undone, and never rest on what has changed."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import pytest

from dalil.errors import NotPermitted, ReviewRefused, ReviewStale, UnknownSubject, WrongValue
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.protection import Role
from dalil.records.judged import verdicts_of_people
from dalil.review import deciding
from dalil.review.deciding import Answer
from dalil.review.pair_states import PairState
from dalil.review.verdicts import PeoplesVerdicts
from unit.review.conftest import RUN, Desk, episode, in_role, pair, person


def test_a_verdict_of_same_joins_persons_and_the_detention_both_tell_of(desk: Desk) -> None:
    decided = desk.decide(2, 3, "same", desk.first, note="same father, same street")
    assert desk.identity(3) == 2
    assert desk.archive.records.identity(episode(3)) == episode(2)  # "2014-01" and "2014-01-20" may be one day
    entry = desk.archive.ledger.entry(decided.entry)
    assert entry.header.actor == desk.first.key_id
    assert entry.body == {
        "verdict": "same",
        "sets": [["person", ["6.0", "7.0"]], ["episode", ["6.1", "7.1"]]],
        "basis": "human",
        "note": "same father, same street",
    }


def test_detentions_years_apart_stay_two_when_their_persons_become_one(desk: Desk) -> None:
    desk.decide(4, 5, "same", desk.first)  # arrested in 2012 and in 2016
    assert desk.identity(5) == 4
    assert desk.archive.records.identity(episode(5)) == episode(5)


def test_a_verdict_of_not_parts_what_a_model_joined_persons_and_detentions(desk: Desk) -> None:
    assert desk.identity(1) == 0
    size = desk.archive.ledger.size
    desk.decide(0, 1, "not", desk.first)
    assert desk.identity(1) == 1
    assert desk.archive.records.identity(episode(1)) == episode(1)
    assert desk.identity(1, known_by=size) == 0  # as it was known before


def test_undoing_a_verdict_restores_what_was_before(desk: Desk) -> None:
    entry = desk.decide(0, 1, "not", desk.first).entry
    desk.archive.review.undo(entry, note="slip of the hand", by=desk.first)
    assert desk.identity(1) == 0
    assert desk.archive.review.pair(pair(0, 1), desk.first).state is PairState.OPEN


def test_a_verdict_on_what_has_changed_since_it_was_shown_is_refused(desk: Desk) -> None:
    shown = desk.archive.review.pair(pair(2, 3), desk.first)
    desk.decide(2, 3, "unsure", desk.second)
    size = desk.archive.ledger.size
    with pytest.raises(ReviewStale):
        desk.archive.review.decide(shown.key, "same", by=desk.first, expected_version=shown.version)
    assert desk.archive.ledger.size == size


def test_a_verdict_elsewhere_does_not_make_a_pair_stale(desk: Desk) -> None:
    shown = desk.archive.review.pair(pair(2, 3), desk.first)
    desk.decide(4, 5, "not", desk.second)
    desk.archive.review.decide(shown.key, "same", by=desk.first, expected_version=shown.version)
    assert desk.identity(3) == 2


def test_whoever_decided_must_undo_before_deciding_otherwise(desk: Desk) -> None:
    desk.decide(2, 3, "same", desk.first)
    with pytest.raises(ReviewRefused):
        desk.decide(2, 3, "not", desk.first)


def test_a_second_look_that_differs_is_a_dispute_which_a_third_person_settles(desk: Desk) -> None:
    desk.decide(2, 3, "same", desk.first)
    looked = desk.decide(2, 3, "not", desk.second)
    assert (looked.proposed, looked.state) == (True, PairState.DISPUTED)
    assert desk.identity(3) == 2  # a dispute changes nothing until it is settled
    with pytest.raises(NotPermitted):
        desk.decide(2, 3, "not", desk.second)  # settling is not a reviewer's work
    settled = desk.decide(2, 3, "not", desk.lead)
    assert (settled.proposed, settled.state) == (False, PairState.SETTLED)
    assert desk.identity(3) == 3


def test_only_those_who_lead_undo_the_verdict_of_another(desk: Desk) -> None:
    entry = desk.decide(2, 3, "same", desk.first).entry
    with pytest.raises(NotPermitted):
        desk.archive.review.undo(entry, by=desk.second)
    desk.archive.review.undo(entry, by=desk.lead)
    assert desk.identity(3) == 3


def test_many_verdicts_are_undone_together_or_not_at_all(desk: Desk) -> None:
    entries = [desk.decide(2, 3, "same", desk.first).entry, desk.decide(4, 5, "same", desk.first).entry]
    size = desk.archive.ledger.size
    with pytest.raises(ReviewRefused):
        desk.archive.review.undo(*entries, RUN + 1, by=desk.first)  # what a model said
    assert (desk.archive.ledger.size, [desk.identity(n) for n in (3, 5)]) == (size, [2, 4])
    desk.archive.review.undo(*entries, note="the wrong file", by=desk.first)
    assert (desk.archive.ledger.size, [desk.identity(n) for n in (3, 5)]) == (size + 1, [3, 5])
    assert [each.undone and each.undone.why for each in desk.archive.review.trail(desk.lead)] == ["the wrong file"] * 2


def test_what_a_model_joined_or_what_is_undone_already_cannot_be_undone(desk: Desk) -> None:
    with pytest.raises(ReviewRefused):
        desk.archive.review.undo(RUN + 1, by=desk.lead)
    entry = desk.decide(2, 3, "same", desk.first).entry
    desk.archive.review.undo(entry, by=desk.first)
    with pytest.raises(ReviewRefused):
        desk.archive.review.undo(entry, by=desk.first)


def test_a_person_is_split_into_parts_that_stay_whole(desk: Desk) -> None:
    desk.decide(2, 3, "same", desk.first)
    desk.decide(0, 3, "same", desk.first)
    assert [desk.identity(n) for n in range(4)] == [0, 0, 0, 0]
    shown = desk.archive.review.pair(pair(0, 2), desk.first)
    size = desk.archive.ledger.size
    parts = [[person(0), person(1)], [person(2), person(3)]]
    desk.archive.review.split(person(0), parts, note="", by=desk.first, expected_version=shown.version)
    assert [desk.identity(n) for n in range(4)] == [0, 0, 2, 2]
    assert [desk.identity(n, known_by=size) for n in range(4)] == [0, 0, 0, 0]
    desk.archive.rebuild()
    assert [desk.identity(n) for n in range(4)] == [0, 0, 2, 2]


def test_undoing_either_half_of_a_split_brings_back_all_that_it_parted(desk: Desk) -> None:
    """Also the join of a person that the split took back, which is given again with its note."""
    desk.decide(2, 3, "same", desk.first)
    joined = desk.decide(0, 3, "same", desk.first, note="one card").entry
    parts = [[person(0), person(1)], [person(2), person(3)]]
    for half in (0, 1):
        last = desk.archive.review.split(person(0), parts, note="", by=desk.first, expected_version=None)
        assert [desk.identity(n) for n in range(4)] == [0, 0, 2, 2]
        by = desk.archive.review.undo(last - half, note="one person after all", by=desk.first)
        assert [desk.identity(n) for n in range(4)] == [0, 0, 0, 0]
        assert [desk.identity(n, known_by=by) for n in range(4)] == [0, 0, 2, 2]
        again = desk.archive.ledger.entry(by + 1).body
        assert again is not None
        assert (again["restates"], again["note"], again["verdict"]) == (joined, "one card", "same")
    assert [desk.identity(n, known_by=by + 1) for n in range(4)] == [0, 0, 2, 2]
    desk.archive.rebuild()
    assert [desk.identity(n) for n in range(4)] == [0, 0, 0, 0]


def test_undoing_what_settled_a_dispute_brings_the_dispute_back(desk: Desk) -> None:
    first = desk.decide(2, 3, "same", desk.first).entry
    desk.decide(2, 3, "not", desk.second)
    settled = desk.decide(2, 3, "not", desk.lead).entry
    assert desk.identity(3) == 3
    by = desk.archive.review.undo(settled, by=desk.lead)
    shown = desk.archive.review.pair(pair(2, 3), desk.lead)
    assert (shown.state, desk.identity(3)) == (PairState.DISPUTED, 2)
    (again,) = (each for each in desk.archive.review.trail(desk.lead) if each.verdict.entry == by + 1)
    assert (again.verdict.actor, again.verdict.first_given) == (desk.first.key_id, first)
    told = {past.entry: past.recorded_at for past in shown.history}
    assert told[by + 1] == told[first] < again.verdict.recorded_at
    with pytest.raises(ReviewRefused, match="has not judged it"):  # it is still the first reviewer's verdict
        desk.decide(2, 3, "same", in_role(desk.first, Role.EDITOR))
    desk.decide(2, 3, "same", desk.lead)
    assert desk.archive.review.pair(pair(2, 3), desk.lead).state is PairState.SETTLED
    desk.archive.rebuild()
    assert desk.identity(3) == 2


def test_nobody_gives_again_in_anothers_name_what_they_did_not_say(desk: Desk) -> None:
    """The signature says who judged; a body that claims to repeat somebody must repeat them to the letter."""
    first = desk.decide(2, 3, "not", desk.first).entry
    sets = [["person", ["8.0", "9.0"]]]
    for claim in (first, 99, "no number", None):
        body = {"verdict": "same", "basis": "restated", "restates": claim, "sets": sets}
        entry = desk.archive.ledger.append(
            [Draft(Kind.JUDGEMENT, body)], by=desk.archive.signer(desk.lead.key_id)
        ).first
        (found,) = (each for each in desk.archive.review.audit(desk.lead) if each.entry == entry)
        assert (found.actor, found.first_given) == (desk.lead.key_id, entry)


def test_undoing_the_last_deed_restores_who_is_who_and_the_state_of_every_pair(desk: Desk) -> None:
    """Forty deeds of three people, drawn; each that is done is undone, compared with before, and every third kept."""
    review, draw, pairs = desk.archive.review, random.Random(5), list(combinations(range(6), 2))

    def all_() -> list[Any]:
        with desk.archive.engine.connect() as connection:
            said = PeoplesVerdicts.of(verdicts_of_people(connection))
        states = [said.state(person(a), person(b)) for a, b in pairs]
        return [desk.identity(n) for n in range(6)] + states

    n_undone = n_splits = 0
    for number in range(40):
        before = all_()
        joined = [n for n in range(6) if desk.identity(n) == 0]
        try:
            if number % 4 == 3 and len(joined) > 2:
                at = draw.randrange(1, len(joined))
                parts = [[person(n) for n in part] for part in (joined[:at], joined[at:])]
                entry = review.split(person(0), parts, note="", by=desk.lead, expected_version=None)
                n_splits += 1
            else:
                verdict = draw.choice(["same", "same", "same", "not", "unsure"])
                by = draw.choice([desk.first, desk.second, desk.lead])
                entry = desk.decide(*draw.choice(pairs), verdict, by).entry
        except (ReviewRefused, NotPermitted):
            continue
        if number % 3:
            review.undo(entry, by=desk.lead)
            assert all_() == before, number
            n_undone += 1
    assert (n_undone > 10, n_splits > 2) == (True, True)


@pytest.mark.parametrize("parts", [[[0, 1]], [[0], [1], [2]], [[0], []], [[0], [0, 1]]])
def test_a_split_into_parts_that_do_not_make_up_the_person_is_refused(desk: Desk, parts: list[list[int]]) -> None:
    mentions = [[person(n) for n in part] for part in parts]
    with pytest.raises(WrongValue):
        desk.archive.review.split(person(0), mentions, note="", by=desk.first, expected_version=None)


def test_many_answers_are_recorded_in_one_batch_and_none_if_one_is_wrong(desk: Desk) -> None:
    size = desk.archive.ledger.size
    with pytest.raises(WrongValue):
        desk.archive.review.answer([Answer(pair=pair(2, 3), verdict="perhaps")], by=desk.first)
    with pytest.raises(WrongValue):
        desk.archive.review.answer([Answer(pair=pair(2, 3), verdict="same")] * 2, by=desk.first)
    assert desk.archive.ledger.size == size
    answers = [Answer(pair=pair(2, 3), verdict="same"), Answer(pair=pair(4, 5), verdict="relative")]
    assert [each.entry for each in desk.archive.review.answer(answers, by=desk.first)] == [size, size + 1]
    assert [desk.identity(n) for n in (3, 5)] == [2, 5]


def test_many_answers_are_all_checked_before_the_first_is_recorded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of one: the second is about nobody, and the first must not be recorded."""
    monkeypatch.setattr(deciding, "BATCH_ANSWERS", 1)
    size = desk.archive.ledger.size
    answers = [Answer(pair=pair(2, 3), verdict="same", note="seen"), Answer(pair="6.0~99.0", verdict="same")]
    with pytest.raises(UnknownSubject):
        desk.archive.review.answer(answers, by=desk.first)
    with pytest.raises(UnknownSubject):
        desk.archive.review.foresee_answers(answers, by=desk.first)
    assert desk.archive.ledger.size == size
    assert desk.archive.review.foresee_answers(answers[:1], by=desk.first) == 0
    desk.archive.review.answer(answers[:1], by=desk.first)
    assert [each.why for each in desk.archive.review.trail(desk.lead)] == ["seen"]


def test_answers_on_what_somebody_judged_meanwhile_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody decides the second pair between the two batches."""
    monkeypatch.setattr(deciding, "BATCH_ANSWERS", 1)
    append, asked = desk.archive.ledger.append, []

    def append_and_let_another_in(*arguments: Any, **named: Any) -> Any:
        receipt = append(*arguments, **named)
        asked.append(receipt)
        if len(asked) == 1:
            desk.decide(4, 5, "not", desk.second)
        return receipt

    monkeypatch.setattr(desk.archive.ledger, "append", append_and_let_another_in)
    answers = [Answer(pair=pair(2, 3), verdict="same"), Answer(pair=pair(4, 5), verdict="same")]
    with pytest.raises(ReviewStale):
        desk.archive.review.answer(answers, by=desk.first)
    verdicts = [(each.verdict, each.actor) for each in desk.archive.review.audit(desk.lead) if each.leads]
    assert verdicts == [("same", desk.first.key_id), ("not", desk.second.key_id)]


def test_a_pair_of_different_kinds_or_of_nobody_cannot_be_judged(desk: Desk) -> None:
    with pytest.raises(WrongValue):
        desk.archive.review.decide("4.0~5.1", "same", by=desk.first, expected_version=None)
    with pytest.raises(UnknownSubject):
        desk.archive.review.decide("4.0~99.0", "same", by=desk.first, expected_version=None)
    with pytest.raises(WrongValue):
        desk.archive.review.decide("4.0", "same", by=desk.first, expected_version=None)


def test_an_account_that_is_no_reviewer_decides_nothing(desk: Desk) -> None:
    with pytest.raises(NotPermitted):
        desk.archive.review.decide(pair(2, 3), "same", by=in_role(desk.first, Role.DOCUMENTER), expected_version=None)
