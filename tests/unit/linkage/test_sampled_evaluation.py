"""Measures of an archive's linkage hold the truth as often as they claim, on simulated pairs whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from dalil.linkage.archives.annex import told_interval
from dalil.linkage.archives.candidates import Compared
from dalil.linkage.archives.sampled_evaluation import Range, evaluate, persons_error, persons_range
from dalil.linkage.weighing.calibrating import Calibrated, State, is_audited, lot

N_PAIRS = 30_000
N_SIMULATED = 40
N_ASKED = 500


def simulated(
    number: int, *, shift: float, stretch: float, bonus: float, slips: float
) -> tuple[State, np.ndarray, int]:
    """Return a state to be measured, which of its pairs are true, and how many true pairs were never compared.

    Most pairs are clearly two persons, some clearly one, as comparing finds them. The model is off by a shift, a
    stretch and what being joined adds. People are asked in strata of the likelihood, and slip.
    """
    rng = np.random.default_rng(number)
    n_true = N_PAIRS // 5
    log_odds = np.concatenate([rng.normal(4, 2, n_true), rng.normal(-7, 2.5, N_PAIRS - n_true)]).astype(np.float32)
    joined = log_odds + rng.normal(0, 0.7, N_PAIRS) > 0
    chance = 1 / (1 + np.exp(-(shift + stretch * log_odds + bonus * joined)))
    true = rng.random(N_PAIRS) < chance
    a = np.arange(N_PAIRS, dtype=np.int64) * 2
    compared = Compared(a=a, b=a + 1, log_odds=log_odds, first=log_odds, joined=joined)
    stratum = np.digitize(log_odds, np.arange(-6.0, 7.0))
    audited = []
    for each in range(14):
        here = np.flatnonzero(stratum == each)
        for at in rng.permutation(here)[: N_ASKED // 14].tolist():
            said = bool(true[at]) != bool(rng.random() < slips)
            audited.append((2 * at, 2 * at + 1, said))
    n_unseen = int(rng.binomial(int(true.sum()), rng.uniform(0.001, 0.012)))
    judged = np.zeros(N_PAIRS, np.bool_)
    state = State(
        compared=compared,
        by_run=joined,
        kind=rng.integers(0, 4, N_PAIRS),
        judged=judged,
        audited=audited,
        blocking_recall=0.999,
    )
    return state, true, n_unseen


@pytest.mark.parametrize(
    "off",
    [
        {"shift": 0.0, "stretch": 1.0, "bonus": 1.5, "slips": 0.0},
        {"shift": -0.7, "stretch": 0.9, "bonus": 2.5, "slips": 0.01},
        {"shift": 0.5, "stretch": 1.3, "bonus": 0.5, "slips": 0.01},
    ],
    ids=["a model that is right", "a model too sure of pairs apart", "a model too timid"],
)
def test_intervals_hold_the_truth_as_often_as_they_say(off: dict[str, float]) -> None:
    held = {"precision": 0, "recall": 0, "persons": 0}
    for number in range(N_SIMULATED):
        state, true, n_unseen = simulated(number, **off)
        joined = state.compared.joined
        calibrated = Calibrated(state)
        found = evaluate(calibrated, groups={}).pairs
        right = int((true & joined).sum())
        truth = {"precision": right / joined.sum(), "recall": right / (true.sum() + n_unseen)}
        for name, value in truth.items():
            held[name] += found[name].low <= value <= found[name].high
        sizes = np.where(joined, 2, 1) * np.ones((2, 1), np.int64)
        n_found = 2 * N_PAIRS - int(joined.sum())
        persons = persons_range(calibrated, sizes, n_found)
        held["persons"] += persons.low <= 2 * N_PAIRS - int(true.sum()) - n_unseen <= persons.high
    # At 95 %, 35 of 40 or fewer come once in forty times: binomial, 1 - P(X >= 36) = 0.02.
    assert min(held.values()) >= 35, held


def test_a_group_that_nothing_can_be_said_of_has_no_share() -> None:
    """Pairs apart that are hardly ever one person: none joined, and not one expected to be true."""
    state, _, _ = simulated(1, shift=0.0, stretch=1.0, bonus=1.5, slips=0.01)
    apart = ~state.compared.joined & (state.compared.log_odds < -3)
    few = np.zeros(len(apart), np.bool_)
    few[np.flatnonzero(apart)[:2]] = True
    found = evaluate(Calibrated(state), groups={"few": few, "joined": state.compared.joined}).by_group
    assert found["few"] == {"pairs_joined": 0, "precision": None, "recall": None}
    assert found["joined"]["precision"]["value"] > 0.5
    assert (told_interval(None), told_interval({"value": 0.5, "low": 0.25, "high": 1.0})) == (
        "–",
        "0.500 (0.250 to 1.000)",
    )


def test_intervals_narrow_as_people_answer_more() -> None:
    state, _, _ = simulated(1, shift=0.0, stretch=1.0, bonus=1.5, slips=0.01)
    few = State(**{name: getattr(state, name) for name in state.__slots__} | {"audited": state.audited[::10]})
    wide, narrow = (evaluate(Calibrated(each), groups={}).pairs["recall"] for each in (few, state))
    assert narrow.high - narrow.low < wide.high - wide.low


def test_pairs_drawn_by_the_start_model_do_not_make_a_model_that_learned_look_worse() -> None:
    # The model that learned is right; the start model was in doubt about a tenth of what it is now sure of, and these
    # are asked about far more often. They are less often true than others of which the model is as sure.
    rng = np.random.default_rng(5)
    n = 20_000
    doubted = rng.random(n) < 0.1
    log_odds = np.full(n, 3.0, np.float32)
    first = np.where(doubted, 0.0, 4.0).astype(np.float32)
    true = rng.random(n) < np.where(doubted, 0.85, 0.998)
    a = np.arange(n, dtype=np.int64) * 2
    compared = Compared(a=a, b=a + 1, log_odds=log_odds, first=first, joined=np.ones(n, np.bool_))
    asked = [*np.flatnonzero(doubted)[:300].tolist(), *np.flatnonzero(~doubted)[:30].tolist()]
    audited = [(2 * at, 2 * at + 1, bool(true[at])) for at in asked]
    state = State(
        compared=compared,
        by_run=compared.joined,
        kind=np.zeros(n, np.int64),
        judged=np.zeros(n, np.bool_),
        audited=audited,
        blocking_recall=1.0,
    )
    found = evaluate(Calibrated(state), groups={}).pairs["precision"]
    assert found.low <= true.mean() <= found.high  # 0.983; of those asked, 0.86 are true
    assert found.value > 0.96


def test_an_estimate_never_says_that_no_pair_was_left_out_of_comparing() -> None:
    state, _, _ = simulated(2, shift=0.0, stretch=1.0, bonus=1.5, slips=0.0)
    unseen = Calibrated(state).unseen
    assert unseen.max() > 0.01
    assert unseen.min() >= 0


def test_a_count_of_persons_on_two_lists_may_lack_those_whose_join_is_missing() -> None:
    # 60 pairs of somebody on the list and somebody beyond it, each as likely one person as two; all are apart.
    n = 60
    a = np.arange(n, dtype=np.int64) * 2
    zeros = np.zeros(n, np.float32)
    state = State(
        compared=Compared(a=a, b=a + 1, log_odds=zeros, first=zeros, joined=np.zeros(n, np.bool_)),
        by_run=np.zeros(n, np.bool_),
        kind=np.zeros(n, np.int64),
        judged=np.zeros(n, np.bool_),
        audited=[(2 * at, 2 * at + 1, at % 2 == 0) for at in range(n)],
        blocking_recall=1.0,
    )
    nobody, everyone = np.zeros(n, np.bool_), np.ones(n, np.bool_)

    def error(entering: np.ndarray) -> Range:
        return persons_error(
            Calibrated(state),
            np.ones((2, n), np.int64),
            inside=nobody,
            touching=nobody,
            entering=0.8 * entering,
            n_unlinked=0,
            n_counted=100,
            n_persons=100_000,
        )

    without, with_ = error(nobody), error(everyone)
    assert without.high <= 1
    assert 10 < with_.value < 40  # about 30 missed, of whom four in five would be counted: 24
    assert with_.low > 0


def test_those_who_tell_too_little_to_be_linked_may_be_counted_twice() -> None:
    state, _, _ = simulated(3, shift=0.0, stretch=1.0, bonus=1.5, slips=0.0)
    nobody = np.zeros(N_PAIRS, np.bool_)
    sizes = np.ones((2, N_PAIRS), np.int64)
    found = persons_error(
        Calibrated(state),
        sizes,
        inside=nobody,
        touching=nobody,
        entering=np.zeros(N_PAIRS),
        n_unlinked=40,
        n_counted=0,
        n_persons=1000,
    )
    assert -40 <= found.low < -35
    assert found.high <= 0


def test_about_a_quarter_of_pairs_measures_whichever_way_round_they_are_named() -> None:
    audited = [is_audited(number, number + 7) for number in range(4_000)]
    assert 900 < sum(audited) < 1_100  # 1,000 expected, standard deviation 27
    assert all(is_audited(n, n + 7) == is_audited(n + 7, n) for n in range(50))
    assert all(0 <= lot(n, n + 7) < 1 for n in range(50))


def test_before_anybody_was_asked_the_interval_is_what_is_expected_of_a_model() -> None:
    state, true, _ = simulated(4, shift=0.0, stretch=1.0, bonus=1.5, slips=0.0)
    unasked = State(**{name: getattr(state, name) for name in state.__slots__} | {"audited": []})
    found = evaluate(Calibrated(unasked), groups={})
    right = (true & state.compared.joined).sum() / state.compared.joined.sum()
    assert found.n_audited == 0
    assert found.pairs["precision"].low <= right <= found.pairs["precision"].high
    asked = evaluate(Calibrated(state), groups={}).pairs["precision"]
    assert found.pairs["precision"].high - found.pairs["precision"].low > asked.high - asked.low
