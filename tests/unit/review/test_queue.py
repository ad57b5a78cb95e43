"""What waits, for whom, and in which order; what a second reviewer is not shown."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pytest

from dalil.errors import DerivedStale, NotPermitted, UnknownSubject
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.linkage.archives.candidates import Candidates
from dalil.protection import Role
from dalil.review.auditing import Audited
from dalil.review.pair_states import PairState
from dalil.review.permissions import Deed
from dalil.review.policy import ReviewPolicy, TwoPersons
from dalil.review.review import Review
from dalil.review.stakes import Stake
from dalil.review.value import order, values
from unit.review.conftest import DAYS, FIRST, NAMES, RUN, Desk, account, in_role, pair, person

HELD = """\
format: dalil-figure/1
name: HELD
title: {en: held, ar: محتجزون}
unit: person
class: documented_named
as_of: "2021-05-21"
method: snhr-20d
text: {en: held, ar: محتجزون}
base: episodes
where:
  - status: {within: [detained]}
"""


def with_policy(desk: Desk, policy: ReviewPolicy) -> Desk:
    """Return the desk of the same archive under another policy."""
    archive = desk.archive
    archive.__dict__["review"] = Review(
        ledger=archive.ledger,
        engine=archive.engine,
        vocabulary=archive.vocabulary,
        derived=archive.path / "derived",
        policy=policy,
        signer=archive.signer,
        stakes=dict,
    )
    return desk


def desk_trail(desk: Desk) -> list[Audited]:
    return desk.archive.review.trail(desk.lead)


def waiting(desk: Desk, by: str = "first") -> list[tuple[str, str]]:
    return [(each.key, each.asks.value) for each in desk.archive.review.queue(getattr(desk, by))]


def test_a_pair_that_teaches_or_decides_more_comes_first() -> None:
    # Figures x (2 mentions: 1, 2) and y (4 mentions: 3, 4, 5, 6).
    candidates = Candidates(
        run=0,
        a=np.array([1, 3, 5, 7]),
        b=np.array([2, 4, 9, 8]),
        probability=np.array([0.9, 0.9, 0.9, 0.9], np.float32),
        joined=np.array([True, False, False, False]),
        teaches=np.array([0, 0, 0, 1], np.float32),
    )
    found = values(candidates, {"x": Stake(members=np.array([1, 2])), "y": Stake(members=np.array([3, 4, 5, 6]))})
    # Joined already: 0.1 of changing 1 in 2. Apart: 0.9 of 1 in 4; 0.9 of half 1 in 4; nothing at stake but the model.
    assert found == pytest.approx([0.05, 0.225, 0.1125, 0.002])
    assert order(candidates, found).tolist() == [1, 2, 0, 3]


def test_a_pair_that_may_bring_somebody_into_a_figure_is_asked_about() -> None:
    # Figure x counts those on the air who were held: 1 and 2 are one of them. 7 was on the air and may have been held.
    candidates = Candidates(
        run=0,
        a=np.array([7, 8]),
        b=np.array([9, 10]),
        probability=np.array([0.4, 0.4], np.float32),
        joined=np.array([False, False]),
        teaches=np.zeros(2, np.float32),
    )
    stake = Stake(members=np.array([1, 2]), entering=np.array([7]), chance=np.array([0.5]))
    # 0.4 that they are one, 0.5 that such a one is counted, one of two mentions.
    assert values(candidates, {"x": stake}) == pytest.approx([0.1, 0.0])


def test_pairs_nobody_judged_wait_in_the_order_of_their_value(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy())
    # Nothing is at stake: only 4~5 teaches the model; the others follow in the order of the ledger.
    assert waiting(desk) == [(pair(4, 5), "judge"), (pair(0, 1), "judge"), (pair(2, 3), "judge")]


def test_what_is_settled_or_implied_is_not_asked_again(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy(second_look_percent=0))
    desk.decide(4, 5, "not", desk.first)
    desk.decide(0, 2, "same", desk.first)
    desk.decide(0, 3, "same", desk.first)  # and so 2~3
    assert waiting(desk) == waiting(desk, "second") == [(pair(0, 1), "judge")]


def test_undone_verdicts_bring_their_pair_back(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy())
    entry = desk.decide(4, 5, "not", desk.first).entry
    desk.archive.review.undo(entry, by=desk.first)
    assert (pair(4, 5), "judge") in waiting(desk)


def test_two_persons_where_the_policy_says_so(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy(two_persons=TwoPersons.SAME))
    proposed = desk.decide(2, 3, "same", desk.first)
    assert (proposed.proposed, proposed.state, desk.identity(3)) == (True, PairState.PROPOSED, 3)
    assert pair(2, 3) not in dict(waiting(desk))  # not asked to confirm one's own
    assert waiting(desk, "second")[0] == (pair(2, 3), "confirm")
    assert desk.archive.review.pair(pair(2, 3), desk.second).probability is None  # they have not decided yet
    assert desk.archive.review.pair(pair(2, 3), desk.first).probability == pytest.approx(0.6)
    confirmed = desk.decide(2, 3, "same", desk.second)
    assert (confirmed.proposed, confirmed.state, desk.identity(3)) == (False, PairState.SETTLED, 2)
    body = desk.archive.ledger.entry(confirmed.entry).body
    assert body is not None
    assert body["confirms"] == [proposed.entry]
    shown = desk.archive.review.pair(pair(2, 3), desk.lead)
    assert [past.confirmed_by for past in shown.history] == [confirmed.entry, None]
    assert desk.archive.review.agreement(desk.lead).n_in_sight == 1
    undone = desk.archive.review.undo(confirmed.entry, by=desk.second)
    assert [each.confirmed_by for each in desk.archive.review.trail(desk.lead)] == [None, None]
    assert (desk.identity(3), desk.identity(3, known_by=undone)) == (3, 2)


def test_a_proposal_that_another_contradicts_waits_for_a_third(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy(two_persons=TwoPersons.ALWAYS))
    desk.decide(2, 3, "same", desk.first)
    desk.decide(2, 3, "not", desk.second)
    assert pair(2, 3) not in {*dict(waiting(desk)), *dict(waiting(desk, "second"))}
    assert waiting(desk, "lead")[0] == (pair(2, 3), "settle")
    desk.decide(2, 3, "same", desk.lead)
    assert desk.identity(3) == 2


def test_a_second_look_is_blind_until_it_is_given(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy(second_look_percent=100))
    desk.decide(2, 3, "same", desk.first)
    (again,) = (each for each in desk.archive.review.queue(desk.second) if each.asks is Deed.LOOK_AGAIN)
    assert (again.key, again.history, again.probability) == (pair(2, 3), (), None)
    desk.decide(2, 3, "same", desk.second)
    shown = desk.archive.review.pair(pair(2, 3), desk.second)
    assert [(past.verdict, past.actor) for past in shown.history] == [
        ("same", desk.first.key_id),
        ("same", desk.second.key_id),
    ]
    assert shown.probability == pytest.approx(0.6)
    measured = desk.archive.review.agreement(desk.lead)
    assert (measured.n_pairs, measured.n_in_sight) == (1, 0)


def test_a_score_is_hidden_before_the_verdict_unless_the_policy_shows_it(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy())
    assert desk.archive.review.pair(pair(2, 3), desk.first).probability is None
    with_policy(desk, ReviewPolicy(show_score=True))
    assert desk.archive.review.pair(pair(2, 3), desk.first).probability == pytest.approx(0.6)


def test_a_pair_is_shown_side_by_side_with_what_agrees(desk: Desk) -> None:
    shown = desk.archive.review.pair(pair(2, 3), desk.first)
    assert [(each.field, each.agreement.value) for each in shown.fields] == [
        ("name", "same"),
        ("sex", "same"),
        ("arrested", "same"),
        ("holder", "same"),
    ]
    arrested = next(each for each in shown.fields if each.field == "arrested")
    assert (arrested.english, arrested.arabic) == ("may be the same day", "قد يكون اليوم نفسه")
    assert ([fact.text for fact in arrested.a], [fact.text for fact in arrested.b]) == (["2014-01"], ["2014-01-20"])
    assert (shown.a.names, shown.b.names) == (("سامر حداد",), ("Samer Haddad",))
    assert shown.synthetic


def test_contradictions_of_people_are_shown_with_what_stands_against(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy(second_look_percent=0))
    first = desk.decide(2, 3, "not", desk.first).entry
    desk.decide(2, 4, "same", desk.first)
    join = desk.decide(3, 4, "same", desk.second).entry
    (found,) = desk.archive.review.contradictions(desk.lead)
    assert (found.joins.entry, [each.entry for each in found.against]) == (join, [first])
    assert desk.identity(3) == 3
    desk.archive.review.undo(first, by=desk.lead)
    assert desk.archive.review.contradictions(desk.lead) == []
    assert desk.identity(3) == 2


def test_the_next_pair_passes_over_those_put_off(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy())
    found = desk.archive.review.next(desk.first, after=[pair(4, 5)])
    assert found is not None
    assert found.key == pair(0, 1)
    assert desk.archive.review.next(desk.first, after=[pair(4, 5), pair(0, 1), pair(2, 3)]) is None


def test_lost_candidates_are_named_and_an_archive_without_a_run_asks_nothing(desk: Desk) -> None:
    with_policy(desk, ReviewPolicy())
    shutil.rmtree(desk.archive.path / "derived" / f"linkage-{RUN}")
    with pytest.raises(DerivedStale):
        desk.archive.review.queue(desk.first)


def test_who_does_not_review_sees_no_queue(desk: Desk) -> None:
    with pytest.raises(NotPermitted):
        desk.archive.review.queue(in_role(desk.first, Role.AUDITOR))
    with pytest.raises(NotPermitted):
        desk.archive.review.queue(dataclasses.replace(desk.first, active=False))


def test_a_pair_above_ones_clearance_is_not_in_ones_queue(desk: Desk) -> None:
    from dalil.records.marks import SENSITIVITY, mark_body

    with_policy(desk, ReviewPolicy())
    desk.archive.intake.decide([mark_body(SENSITIVITY, "sealed", subject=person(4), reason="a test")])
    low = dataclasses.replace(desk.first, clearance="restricted")
    assert pair(4, 5) not in {each.key for each in desk.archive.review.queue(low)}
    assert pair(4, 5) in {each.key for each in desk.archive.review.queue(desk.first)}


def test_labels_are_what_is_settled_and_the_audit_is_everything(desk: Desk) -> None:
    desk.decide(2, 3, "same", desk.first)
    undone = desk.decide(4, 5, "relative", desk.first).entry
    assert desk.archive.review.labels(desk.lead) == [("6.0", "7.0", "same"), ("8.0", "9.0", "different")]
    by = desk.archive.review.undo(undone, by=desk.first)
    assert desk.archive.review.labels(desk.lead) == [("6.0", "7.0", "same")]
    audited = desk.archive.review.audit(desk.lead)
    persons = [each for each in audited if each.a == person(4)]
    assert [(each.verdict, each.actor, each.until) for each in persons] == [("relative", desk.first.key_id, by)]


def test_the_trail_says_why_by_whom_and_what_took_it_back(desk: Desk) -> None:
    slip = desk.decide(2, 3, "same", desk.first, note="the same card").entry
    by = desk.archive.review.undo(slip, note="the card is her sister's", by=desk.lead)
    parted = desk.decide(0, 1, "not", desk.first).entry
    (one, other) = desk.archive.review.trail(desk.lead)
    assert (one.verdict.entry, one.why, one.verdict.actor) == (slip, "the same card", desk.first.key_id)
    assert one.undone is not None
    assert (one.undone.entry, one.undone.actor) == (by, desk.lead.key_id)
    assert one.undone.why == "the card is her sister's"
    assert (other.verdict.entry, other.why, other.undone) == (parted, None, None)
    # Of one person: what the model said too, though it no longer counts.
    told = desk.archive.review.trail(desk.lead, subject=person(0))
    assert [(each.verdict.verdict, each.verdict.run) for each in told] == [("same", RUN), ("not", None)]
    assert [each.likelihood for each in told] == [0.97, None]
    body = {"verdict": "same", "basis": "model", "run": RUN + 1, "sets": [], "undoes": [told[0].verdict.entry]}
    desk.archive.ledger.append([Draft(Kind.JUDGEMENT, body)], by=desk.archive.actor())
    again = desk.archive.review.trail(desk.lead, subject=person(0))[0]
    assert again.undone is not None
    assert again.undone.run == RUN + 1


def test_what_is_above_ones_clearance_is_in_no_trail_no_labels_and_no_contradictions(desk: Desk) -> None:
    from dalil.records.marks import SENSITIVITY, mark_body

    with_policy(desk, ReviewPolicy(second_look_percent=0))
    desk.decide(2, 3, "not", desk.first, note="words of the record")
    desk.decide(2, 4, "same", desk.first)
    desk.decide(3, 4, "same", desk.second)
    review = desk.archive.review
    low = dataclasses.replace(desk.lead, clearance="restricted")
    assert [len(found) for found in (review.trail(low), review.labels(low), review.contradictions(low))] == [3, 3, 1]
    desk.archive.intake.decide([mark_body(SENSITIVITY, "sealed", subject=person(3), reason="a test")])
    assert [(each.verdict.a, each.verdict.b) for each in review.trail(low)] == [(person(2), person(4))]
    assert review.labels(low) == [("6.0", "8.0", "same")]
    assert (review.contradictions(low), review.history(pair(2, 3), low)) == ([], [])
    assert [each.note for each in review.history(pair(2, 3), desk.lead)] == ["words of the record"]
    with pytest.raises(UnknownSubject):
        review.trail(low, subject=person(3))
    # Who audits sees no record, but every deed: ids and keys, never the reasons, nor one person's whole story.
    auditor = dataclasses.replace(in_role(desk.lead, Role.AUDITOR), clearance="public")
    told = review.trail(auditor)
    assert [(each.verdict.actor, each.why) for each in told] == [
        (each.verdict.actor, None) for each in desk_trail(desk)
    ]
    assert [each.note for each in review.history(pair(2, 3), auditor)] == [None]
    with pytest.raises(UnknownSubject):
        review.trail(auditor, subject=person(2))
    assert [len(found) for found in (review.trail(desk.lead), review.labels(desk.lead))] == [3, 3]


def test_what_figures_rest_on_is_at_stake(desk: Desk) -> None:
    definition = desk.archive.path / "hand" / "figures" / "HELD.yaml"
    definition.write_text(HELD, encoding="utf-8")
    assert desk.archive.figures.run("HELD").value == 5  # six rows, two of them joined
    # 2~3: 0.6 of one in six mentions; 4~5: 0.4 of it, and teaches; 0~1: 0.03 of it.
    assert [key for key, _ in waiting(desk)] == [pair(2, 3), pair(4, 5), pair(0, 1)]


def test_where_joins_need_two_persons_a_split_joins_nothing_by_itself(desk: Desk) -> None:
    desk.decide(2, 3, "same", desk.first)
    desk.decide(0, 3, "same", desk.first)  # and the model joined 0 with 1: all four are one
    with_policy(desk, ReviewPolicy(two_persons=TwoPersons.SAME))
    size = desk.archive.ledger.size
    parts = [[person(0), person(1)], [person(2), person(3)]]
    desk.archive.review.split(person(0), parts, note="", by=desk.first, expected_version=None)
    assert [desk.identity(n) for n in range(4)] == [0, 0, 2, 2]  # by the model, and by the verdict on 2 and 3
    said = [entry.body for entry in desk.archive.ledger.entries(size, kind=Kind.JUDGEMENT) if entry.body]
    assert [body["verdict"] for body in said] == ["not"]
    assert len([each for each in said[0]["sets"] if each[0] == "person"]) == 4  # two with each of two
    assert [desk.identity(n, known_by=size) for n in range(4)] == [0, 0, 0, 0]


def test_what_an_account_says_of_a_relative_is_no_fact_about_the_person(desk: Desk) -> None:
    body = account(2, 0)
    body["subjects"] += [["w", "person"], ["d2", "episode"]]
    body["statements"] += [
        {"subject": "w", "predicate": "name", "value": {"text": "Wife Invented"}},
        {"subject": "w", "predicate": "sex", "value": "female"},
        {"subject": "w", "predicate": "birth", "value": "1970"},
        {"subject": "w", "predicate": "kin", "value": {"relation": "wife", "of": body["subjects"][0][0]}},
        {"subject": "d2", "predicate": "detainee", "value": {"person": "w"}},
        {"subject": "d2", "predicate": "episode_event", "value": {"event": "arrested", "on": "2020-02-02"}},
    ]
    entry = desk.archive.ledger.append([Draft(Kind.ACCOUNT, body)], by=desk.archive.actor()).first
    shown = desk.archive.review.pair(f"{FIRST}.0~{entry}.0", desk.first)
    facts = {field.field: [fact.text for fact in field.b] for field in shown.fields}
    assert facts["name"] == [NAMES[0]]
    assert facts["arrested"] == [DAYS[0]]
    assert "1970" not in facts.get("birth", [])
    # And of the wife, what happened to her and nothing that is his.
    hers = desk.archive.review.pair(f"{FIRST}.0~{entry}.{len(body['subjects']) - 2}", desk.first)
    told = {field.field: [fact.text for fact in field.b] for field in hers.fields}
    assert (told["name"], told["arrested"], told["birth"]) == (["Wife Invented"], ["2020-02-02"], ["1970"])
