"""How sure merges are, what was missed, and how likely partners compete: against answers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.linkage_habits import drawn
from benchmarks.linkage_lists import write

from dalil.linkage import Linked, RecordTable, ask, link, read_lists, read_mapping
from dalil.linkage.measuring import measure, read_two_columns
from dalil.linkage.pairing.recall import persons_missed
from dalil.linkage.persons.clustering import Clustered, cluster
from dalil.linkage.persons.leaning import FIRST, LEAST, MOST, searched
from dalil.linkage.persons.sureness import FEWEST, Sureness, assumed, learned, merges_of, strongest
from dalil.linkage.weighing.crowding import uncrowded


def chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


# --- how far clustering leans -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("excess", "stays"), [(-0.004, False), (-0.001, True), (0.004, True), (0.008, False)], ids=str)
def test_clusters_may_be_too_many_by_more_than_too_few(excess: float, stays: bool) -> None:
    """Two lists of 4,000, of whom each has a partner with log-odds from -4 to 4: by 1.75, 23 of 32 pairs are joined."""
    n = 4_000
    a, odds = np.arange(n), np.linspace(-4, 4, n, dtype=np.float32)
    list_of = np.repeat(np.array([0, 1], np.int16), n)

    def clustered(by: float) -> Clustered:
        return cluster(2 * n, a, a + n, odds + np.float32(by), list_of)

    first = clustered(FIRST)
    assert first.merges.made.sum() == 2_875
    persons = (2 * n - 2_875) / (1 + excess)
    leaning, found = searched(clustered, first, persons, (0.002, 0.005))
    assert (leaning == FIRST) is stays
    assert -0.002 <= (2 * n - found.merges.made.sum()) / persons - 1 <= 0.005


# --- merges and what answers say of them ------------------------------------------------------------------------------
def test_a_pair_of_records_belongs_to_the_merge_that_put_them_together_or_was_refused() -> None:
    """0-1 first, at 6; then 2, at (4 + 4) / 2; 3 speaks for 2 by 1, and is refused: (1 - 2 - 2) / 3 = -1."""
    a, b = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3])
    odds = np.array([6.0, 4.0, 4.0, 1.0], np.float32)
    found = cluster(5, a, b, odds, np.arange(5, dtype=np.int16))
    assert found.cluster.tolist() == [0, 0, 0, 3, 4]
    first, second, third, refused, none = merges_of(found, np.array([0, 0, 1, 1, 0]), np.array([1, 2, 2, 3, 4]))
    merges = found.merges
    assert (merges.score[first], merges.made[first]) == (6.0, True)
    assert second == third
    assert (merges.score[second], merges.made[second]) == (4.0, True)
    assert (merges.score[refused], merges.made[refused]) == (-1.0, False)
    assert none == -1


def test_the_strongest_pair_of_each_merge_stands_for_it() -> None:
    """Merge 0 has the pairs 0 and 2, of which 2 is stronger; merge 1 has 3 and 4, alike; pair 1 belongs to none."""
    of = np.array([0, -1, 0, 1, 1])
    assert strongest(of, np.array([1.0, 9.0, 2.0, 3.0, 3.0], np.float32)).tolist() == [2, 3]


def test_the_curve_is_straight_between_its_means_and_level_beyond_them() -> None:
    """-5.5 lies halfway from -6.5 to -4.5; 1 two fifths of the way from 0 to 2.5."""
    curve = Sureness(np.array([-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0]), np.eye(7))
    assert curve.log_odds(np.array([-9.0, -5.5, -3.5, 1.0, 9.0])).tolist() == pytest.approx([-6, -5, -2, 2.8, 8])


def test_the_more_records_persons_have_the_more_a_mean_understates() -> None:
    """2.05 at three merges for four true pairs, 0.36 more for each tenth less; beyond 0.44 and 0.95 as at these."""
    at_nothing = {share: float(assumed(share).log_odds(np.zeros(1))[0]) for share in (1.0, 0.75, 0.65, 0.3)}
    assert at_nothing == pytest.approx({1.0: 2.05 - 0.72, 0.75: 2.05, 0.65: 2.05 + 0.36, 0.3: 2.05 + 0.31 * 3.6})


def test_in_larger_lists_a_mean_understates_less() -> None:
    """Of four times as many, 0.18 less twice; of a hundred times, four times; of few, once more."""
    at_nothing = [float(assumed(0.75, n).log_odds(np.zeros(1))[0]) for n in (45_000, 180_000, 4_500_000, 100)]
    assert at_nothing == pytest.approx([2.05, 1.69, 1.33, 2.23])


def test_answers_move_the_curve_to_what_they_say_and_few_of_them_do_not() -> None:
    """Of merges at nothing, 70 in 100 are right, of those at -4.5 one in 20; 89 and 1.5 in a hundred were assumed."""
    mean = np.repeat([0.0, -4.5], [4000, 4000])
    right = np.r_[np.arange(4000) % 10 < 7, np.arange(4000) % 20 == 0]
    asked, kind = np.r_[np.arange(1200), np.arange(4000, 5200)], np.zeros(8000, np.int64)
    before = assumed(0.75)
    after = learned(before, mean, kind, asked, right[asked])
    at, said = after.log_odds(np.array([0.0, -4.5])), before.log_odds(np.array([0.0, -4.5]))
    assert [chance(each) for each in said] == pytest.approx([0.886, 0.0148], abs=0.001)
    assert [chance(each) for each in at] == pytest.approx([0.7, 0.05], abs=0.02)
    assert after.n_answers == 2400
    assert np.trace(after.spread) < np.trace(learned(before, mean, kind, asked[::8], right[asked[::8]]).spread)
    assert learned(before, mean, kind, asked[: FEWEST - 1], right[asked[: FEWEST - 1]]) is before


def test_a_kind_of_merges_that_was_asked_about_more_often_does_not_say_more() -> None:
    """At nothing, 3000 of one kind are right in 9 of 10, 1000 of another in 5: 8 of 10 in all. 300 answers of each."""
    mean, kind = np.zeros(4000), np.repeat([0, 1], [3000, 1000])
    right = np.where(kind == 0, np.arange(4000) % 10 != 0, np.arange(4000) % 2 == 0)
    asked = np.r_[np.arange(300), np.arange(3000, 3300)]
    evenly = learned(assumed(0.75), mean, np.zeros(4000, np.int64), asked, right[asked])
    assert chance(float(evenly.log_odds(np.zeros(1))[0])) == pytest.approx(0.7, abs=0.02)
    by_kind = learned(assumed(0.75), mean, kind, asked, right[asked])
    assert chance(float(by_kind.log_odds(np.zeros(1))[0])) == pytest.approx(0.8, abs=0.02)


def test_without_answers_less_is_stated_than_is_assumed() -> None:
    before = assumed(0.75)
    assert np.allclose(before.stated().spread, 2 * before.spread)
    taught = Sureness(before.weight, before.spread, 500)
    assert taught.stated() is taught


# --- what was missed --------------------------------------------------------------------------------------------------
def test_a_missed_pair_counts_less_where_others_hold_the_person_together() -> None:
    """100 true pairs at a recall of 0.8: 25 missed, 0.2 sieved; 1.2 persons each, or 1.2 * 0.25 ** 2.5 = 0.0375."""
    assert persons_missed(100, 0.8, 1.0) == pytest.approx(30.24)
    assert persons_missed(100, 0.8, 0.25) == pytest.approx(0.945)
    assert persons_missed(100, None, 1.0) == 0.0


# --- competition ------------------------------------------------------------------------------------------------------
def test_of_two_equal_partners_on_one_list_each_is_half_as_likely_but_for_repetitions() -> None:
    """Odds of 1 each: ln(0.1 + 0.9 / 2). On two lists, nothing is taken."""
    a, b, odds = np.array([0, 0]), np.array([1, 2]), np.zeros(2, np.float32)
    rivals = uncrowded(a, b, odds, np.array([0, 1, 1], np.int16), 2)
    assert rivals.tolist() == pytest.approx([float(np.log(0.55))] * 2)
    assert uncrowded(a, b, odds, np.array([0, 1, 2], np.int16), 3).tolist() == [0.0, 0.0]


def test_sixty_namesakes_of_one_list_are_not_partners_of_one_record() -> None:
    """Sixty pairs at ninety in a hundred: together they come to no more than one and a half."""
    a, b = np.zeros(60, np.int64), np.arange(1, 61)
    found = uncrowded(a, b, np.full(60, np.log(9), np.float32), np.r_[0, np.ones(60)].astype(np.int16), 2)
    assert float((1 / (1 + np.exp(-found))).sum()) <= 1.5 + 1e-4


# --- whole runs -------------------------------------------------------------------------------------------------------
def test_clusters_are_as_many_as_persons_by_the_estimate(linked: Linked) -> None:
    excess = len(set(linked.clusters)) / linked.drawing().expected() - 1
    assert LEAST <= linked.lean <= MOST
    assert abs(excess) < 0.012


@pytest.mark.parametrize("habits", [1, 4])
def test_other_habits_of_writing_are_linked_within_what_is_stated(habits: int, tmp_path: Path) -> None:
    assert drawn(habits, "deaths") == drawn(habits, "deaths") != drawn(habits + 1, "deaths")
    write(tmp_path, persons=900, shape="deaths", seed=habits, habits=habits)
    records: RecordTable = read_lists([tmp_path / "records.csv"], read_mapping(tmp_path / "mapping.yaml")).records
    truth = read_two_columns(tmp_path / "truth.csv")
    first = link(records)
    answers = [(a, b, "same" if truth[a] == truth[b] else "different") for a, b in ask(first, 200)]
    taught = link(records, labels=answers)
    assert taught.report["persons"]["low"] <= 900 <= taught.report["persons"]["high"]
    for found in (first, taught):
        quality = measure(found.clusters, [truth[each] for each in found.features.ids])
        assert quality.f1 > 0.9
        assert abs(quality.error_in_persons) < 0.03
