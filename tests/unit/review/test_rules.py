"""The rules of review, as whole truth tables: who may do what, and what a verdict becomes."""

from __future__ import annotations

import pytest

from dalil.errors import NotPermitted, ReviewRefused, WrongValue
from dalil.protection import Role
from dalil.protection.access import at_the_desk
from dalil.review.agreement import agreement_of, wilson
from dalil.review.pair_states import PairState, Said, rule, state_of
from dalil.review.permissions import MAY, Deed, check_may_review
from dalil.review.policy import ReviewPolicy, TwoPersons, policy_of
from dalil.review.record_states import STEPS, RecordState, Step, after, check_another
from unit.review.conftest import in_role

D, O, R, E, C, A, K = Role  # noqa: E741  documenter, officer, reviewer, editor, custodian, auditor, keeper
ALLOWED = {
    Deed.SEE_QUEUE: {R, E},
    Deed.JUDGE: {R, E},
    Deed.CONFIRM: {R, E},
    Deed.LOOK_AGAIN: {R, E},
    Deed.SETTLE: {E},
    Deed.SPLIT: {R, E},
    Deed.UNDO_OWN: {R, E},
    Deed.UNDO_OTHERS: {E},
    Deed.SEE_AUDIT: {E, A},
    Deed.EXPORT_LABELS: {E},
    Deed.SUBMIT: {D, O, C},
    Deed.CHECK: {R, E},
    Deed.VERIFY: {E},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", Deed)
def test_who_may_do_what(role: Role, deed: Deed) -> None:
    actor = in_role(at_the_desk("0" * 16), role)
    assert (deed in MAY[role]) is (role in ALLOWED[deed])
    if role in ALLOWED[deed]:
        check_may_review(actor, deed)
    else:
        with pytest.raises(NotPermitted):
            check_may_review(actor, deed)


def said(*verdicts: str) -> list[Said]:
    """Read ``x:same`` (x said it, in force) and ``x:same?`` (proposed), in the order of the ledger."""
    made = []
    for entry, text in enumerate(verdicts, 1):
        actor, verdict = text.split(":")
        made.append(Said(entry=entry, actor=actor, verdict=verdict.removesuffix("?"), proposed=verdict.endswith("?")))
    return made


STATES = {
    (): PairState.OPEN,
    ("x:same?",): PairState.PROPOSED,
    ("x:same?", "y:not?"): PairState.DISPUTED,
    ("x:not?", "y:relative?"): PairState.PROPOSED,
    ("x:same?", "y:same"): PairState.SETTLED,
    ("x:same",): PairState.SETTLED,
    ("x:same", "y:same?"): PairState.SETTLED,
    ("x:same", "y:unsure?"): PairState.DISPUTED,
    ("x:not", "y:relative?"): PairState.SETTLED,
    ("x:same", "y:not"): PairState.DISPUTED,
    ("x:same?", "y:not?", "z:not"): PairState.SETTLED,
}


@pytest.mark.parametrize(("verdicts", "state"), STATES.items(), ids=lambda each: " ".join(each) or "nobody")
def test_the_state_of_a_pair_follows_from_what_stands(verdicts: tuple[str, ...], state: PairState) -> None:
    assert state_of(said(*verdicts)) is state


RULINGS = {
    # what stands, who says what, two needed -> refused, proposed, undoes, confirms
    ((), "x:same", False): (False, False, (), ()),
    ((), "x:same", True): (False, True, (), ()),
    (("x:same?",), "x:same", True): (True, False, (), ()),
    (("x:same?",), "y:same", True): (False, False, (), (1,)),
    (("x:not?",), "y:relative", True): (False, False, (), (1,)),
    (("x:same?",), "y:not", True): (False, True, (), ()),
    (("x:same",), "x:not", False): (True, False, (), ()),
    (("x:same",), "y:same", False): (False, True, (), ()),
    (("x:same",), "y:not", False): (False, True, (), ()),
    (("x:same", "y:not?"), "x:not", False): (True, False, (), ()),
    (("x:same", "y:not?"), "y:not", False): (True, False, (), ()),
    (("x:same", "y:not?"), "z:not", False): (False, False, (1,), ()),
    (("x:same?", "y:not?"), "z:same", True): (False, False, (), ()),
}


@pytest.mark.parametrize(("given", "expected"), RULINGS.items(), ids=str)
def test_what_a_verdict_becomes(
    given: tuple[tuple[str, ...], str, bool], expected: tuple[bool, bool, tuple[int, ...], tuple[int, ...]]
) -> None:
    standing, new, needs_two = given
    actor, verdict = new.split(":")
    ruling = rule(said(*standing), verdict=verdict, actor=actor, needs_two=needs_two)
    assert (bool(ruling.refused), ruling.proposed, ruling.undoes, ruling.confirms) == expected


@pytest.mark.parametrize(
    ("two_persons", "waiting"),
    [("never", set()), ("same", {"same"}), ("always", {"same", "not", "relative", "unsure"})],
)
def test_which_verdicts_wait_for_a_second_person(two_persons: str, waiting: set[str]) -> None:
    policy = policy_of({"two_persons": two_persons})
    assert {verdict for verdict in ("same", "not", "relative", "unsure") if policy.needs_two(verdict)} == waiting


def test_a_second_look_is_wanted_of_the_share_the_policy_says() -> None:
    policy = ReviewPolicy(second_look_percent=5)
    wanted = sum(policy.wants_second_look(a, a + 1) for a in range(10_000))
    assert 430 < wanted < 570  # 500 expected, standard deviation 22
    assert not any(ReviewPolicy(second_look_percent=0).wants_second_look(a, a + 1) for a in range(100))
    assert all(ReviewPolicy(second_look_percent=100).wants_second_look(a, a + 1) for a in range(100))


@pytest.mark.parametrize(
    "wrong",
    [
        {"two_persons": "sometimes"},
        {"second_look_percent": 101},
        {"second_look_percent": True},
        {"show_score": 1},
        {"kappa": 1},
        7,
    ],
)
def test_a_policy_with_an_unknown_setting_or_value_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="review"):
        policy_of(wrong)


def test_absent_settings_have_their_defaults() -> None:
    assert policy_of({}) == ReviewPolicy(two_persons=TwoPersons.NEVER, second_look_percent=5, show_score=False)


S = RecordState
LEADS = {
    S.DRAFT: {Step.SUBMIT: S.SUBMITTED},
    S.SUBMITTED: {Step.RETURN: S.RETURNED, Step.REVIEW: S.REVIEWED, Step.REJECT: S.REJECTED},
    S.RETURNED: {Step.SUBMIT: S.SUBMITTED},
    S.REVIEWED: {Step.RETURN: S.RETURNED, Step.VERIFY: S.VERIFIED, Step.REJECT: S.REJECTED},
    S.VERIFIED: {Step.REOPEN: S.SUBMITTED},
    S.REJECTED: {Step.REOPEN: S.SUBMITTED},
}


@pytest.mark.parametrize("state", RecordState)
@pytest.mark.parametrize("step", Step)
def test_which_step_leads_where(state: RecordState, step: Step) -> None:
    if step in LEADS[state]:
        assert after(state, step) is LEADS[state][step] is STEPS[state, step]
    else:
        with pytest.raises(WrongValue):
            after(state, step)


def test_whoever_reviewed_a_record_does_not_verify_it() -> None:
    check_another(Step.VERIFY, actor="x", reviewed_by={"y"})
    check_another(Step.RETURN, actor="x", reviewed_by={"x"})
    with pytest.raises(ReviewRefused):
        check_another(Step.VERIFY, actor="x", reviewed_by={"x", "y"})


def test_no_agreement_is_measured_where_nobody_looked_twice() -> None:
    assert agreement_of([]).share is None


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson(81, 100)
    # centre (0.81 + 1.92073/100) / 1.0384146 = 0.798532; half-width 0.0767697/1.0384146... worked out with bc
    assert (round(low, 4), round(high, 4)) == (0.7222, 0.8749)
