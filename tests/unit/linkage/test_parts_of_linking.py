"""Pieces of linking against answers worked out by hand, or by a slower road."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dalil.errors import WrongLists, WrongMapping
from dalil.linkage import Linked, RecordTable, read_labels, read_lists, read_mapping
from dalil.linkage.features import features_of
from dalil.linkage.measuring import by_group, measure, worst_clusters
from dalil.linkage.pairing.blocking import block
from dalil.linkage.pairing.keying import tokens_of
from dalil.linkage.pairing.placing import PlaceLikening, read_place, read_places
from dalil.linkage.pairing.recall import estimated_recall
from dalil.linkage.persons.clustering import cluster
from dalil.linkage.weighing.comparing import AT
from dalil.linkage.weighing.correction import Correction, fit
from dalil.linkage.weighing.likening import Likening
from dalil.linkage.weighing.model import start_model
from dalil.linkage.weighing.trees import Tree
from dalil.names.similarity import cost
from dalil.vocabulary import load_vocabulary

NO_LIST = np.array([0, 1, 2, 3, 4, 5], np.int16)


def rows(*pairs: tuple[int, int, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, b, odds = zip(*pairs, strict=True)
    return np.array(a), np.array(b), np.array(odds, np.float32)


# --- clustering -------------------------------------------------------------------------------------------------------
def test_a_chain_of_near_pairs_does_not_become_one_person() -> None:
    """0-1 and 1-2 speak for, 0-2 strongly against: (1 - 6) / 2 < 0, so only the stronger of the two is made."""
    found = cluster(3, *rows((0, 1, 3.0), (1, 2, 1.0), (0, 2, -6.0)), NO_LIST)
    assert found.cluster.tolist() == [0, 0, 2]


def test_three_records_that_agree_are_one_person_although_one_pair_is_unsure() -> None:
    """(3 - 1) / 2 > 0."""
    found = cluster(3, *rows((0, 1, 3.0), (1, 2, 3.0), (0, 2, -1.0)), NO_LIST)
    assert found.cluster.tolist() == [0, 0, 0]


def test_a_pair_never_compared_speaks_against() -> None:
    """After 0-1, what joins 2 is (1.5 - 2) / 2 < 0."""
    found = cluster(3, *rows((0, 1, 4.0), (1, 2, 1.5)), NO_LIST)
    assert found.cluster.tolist() == [0, 0, 2]


def test_a_person_whom_every_list_has_once_is_not_joined_to_another_one() -> None:
    """Two persons on lists 0 and 1 each; all pairs between them look alike, by 2.5. One row of each list is too many.

    The first repetition is a pair like any other, the second costs half of ln(1 / 0.003): 2.9 > 2.5. Where a third of
    all records repeat another, it costs half of ln 3: 0.5 < 2.5, and all are one.
    """
    lists = np.array([0, 1, 0, 1], np.int16)
    pairs = rows((0, 1, 6.0), (2, 3, 6.0), (0, 2, 2.5), (0, 3, 2.5), (1, 2, 2.5), (1, 3, 2.5))
    assert cluster(4, *pairs, lists, repeating=0.003).cluster.tolist() == [0, 0, 2, 2]
    assert cluster(4, *pairs, lists, repeating=1 / 3).cluster.tolist() == [0, 0, 0, 0]


def test_two_persons_whom_four_lists_have_do_not_become_one_though_each_list_seems_to_repeat_one() -> None:
    """Rows of one list are alike by 4, all others by 3.4; a repetition costs half of ln(1 / 0.003): 2.9 < 3.4.

    Each list's two rows come together first. To join two such pairs is the second repetition: 3.4 - 2.9. To join two
    of these is the third and the fourth: four repetitions cost 1 + 1.5 + 1.5, of which each side has paid 1: 3.4 - 5.8.
    """
    lists = np.repeat(np.arange(4), 2).astype(np.int16)
    pairs = rows(*((a, b, 4.0 if lists[a] == lists[b] else 3.4) for a in range(8) for b in range(a + 1, 8)))
    assert cluster(8, *pairs, lists, repeating=0.003).cluster.tolist() == [0, 0, 0, 0, 4, 4, 4, 4]
    assert cluster(8, *pairs, lists, repeating=1 / 3).cluster.tolist() == [0] * 8


def test_rounds_of_mutually_best_groups_find_what_the_strongest_first_finds() -> None:
    """Against average linkage by one merge at a time, over matrices of random log-odds."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        n = 12
        odds = np.triu(np.round(rng.uniform(-7, 6, (n, n)), 3), 1)
        odds += odds.T
        groups = [[at] for at in range(n)]
        while len(groups) > 1:
            score, x, y = max(
                (float(odds[np.ix_(one, other)].mean()), -i, -j)
                for i, one in enumerate(groups)
                for j, other in enumerate(groups)
                if i < j
            )
            if score <= 0:
                break
            groups[-x] = sorted(groups[-x] + groups.pop(-y))
        a, b = np.triu_indices(n, 1)
        found = cluster(n, a, b, odds[a, b].astype(np.float32), np.arange(n, dtype=np.int16)).cluster
        assert {tuple(np.flatnonzero(found == each).tolist()) for each in found} == {tuple(each) for each in groups}


def test_different_holds_against_any_score_and_same_for_any() -> None:
    pairs = rows((0, 1, 7.0), (1, 2, 7.0), (0, 2, 7.0))
    apart = cluster(3, *pairs, NO_LIST, different=np.array([[0, 2]]))
    assert apart.cluster[0] != apart.cluster[2]
    joined = cluster(4, *pairs, NO_LIST, same=np.array([[0, 3]]))
    assert joined.cluster.tolist() == [0, 0, 0, 0] or joined.cluster[3] == joined.cluster[0]


# --- likeness ---------------------------------------------------------------------------------------------------------
def test_costs_are_those_of_the_names_room(linked: Linked) -> None:
    units = linked.features.units
    likening = Likening(units)
    rng = np.random.default_rng(5)
    a, b = rng.integers(0, len(units), (2, 300))
    quick = likening._nats(a, b)
    slow = [cost(units[x], units[y]) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert np.allclose(quick, slow, atol=1e-3)


def test_one_place_in_two_scripts_is_like_and_a_district_holds_its_town() -> None:
    vocabulary = load_vocabulary(("core", "syria"))
    written = ("حماة", "Hama", "Homs", "SY0501", "SY050102", "ناحية صوران", "Suran", "Tall Abyad", "Tall Rifat", "حي")
    likening = PlaceLikening([read_place(text, vocabulary) for text in written])
    number = {text: at for at, text in enumerate(written)}

    def alike(a: str, b: str) -> float:
        found = likening.likeness(np.array([number[a]], np.int32), np.array([number[b]], np.int32))
        assert found == likening.likeness(np.array([number[b]], np.int32), np.array([number[a]], np.int32))
        return float(found[0])

    assert alike("حماة", "Hama") == 1.0
    assert alike("حماة", "Homs") < 0.5
    assert alike("SY0501", "SY050102") == pytest.approx(0.7)
    assert alike("ناحية صوران", "Suran") > 0.8
    assert alike("Tall Abyad", "Tall Rifat") < 0.6
    assert alike("حي", "حي") == 1.0


# --- trees ------------------------------------------------------------------------------------------------------------
def test_asking_all_questions_of_a_tree_finds_the_leaf_that_walking_finds(linked: Linked) -> None:
    forest, matrix = start_model().start, linked.pairs.matrix[:200]
    rows = matrix[:, [AT[name] for name in forest.columns]]

    def walked(tree: Tree, row: np.ndarray) -> float:
        node = 0
        while tree.left[node] != node:
            value, threshold = row[tree.column[node]], np.float32(tree.threshold[node])
            goes_left = bool(tree.missing_left[node]) if np.isnan(value) else value <= threshold
            node = int(tree.left[node] if goes_left else tree.right[node])
        return float(np.float32(tree.value[node]))

    for tree in forest.trees[::10]:
        assert tree.asked().values_of(rows.T.copy()).tolist() == [walked(tree, row) for row in rows]


# --- learning ---------------------------------------------------------------------------------------------------------
def test_a_correction_finds_what_the_start_model_got_wrong_and_survives_being_written() -> None:
    """The start model says 0 of every pair; in truth the first column decides."""
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(400, 2)).astype(np.float32)
    same = matrix[:, 0] > 0
    found = fit(("one", "two"), matrix, np.zeros(400), same, np.ones(400), 3.0)
    odds = found.log_odds(matrix)
    assert ((odds > 0) == same).mean() > 0.97
    assert abs(found.weight[0]) > 5 * abs(found.weight[1])
    assert np.array_equal(Correction.from_json(found.to_json()).log_odds(matrix), odds)


# --- measuring --------------------------------------------------------------------------------------------------------
def test_quality_is_what_one_counts_by_hand() -> None:
    """Clusters ab|c|de, persons abc|d|e: pairs made ab, de; true ab, ac, bc; right ab.

    B-cubed precision: a, b, c 1; d, e 1/2: 4/5. Recall: a, b 2/3; c 1/3; d, e 1: 11/15.
    """
    found = measure(["x", "x", "y", "z", "z"], ["p", "p", "p", "q", "r"])
    assert (found.precision, found.recall) == (1 / 2, 1 / 3)
    assert found.cubed_precision == pytest.approx(4 / 5)
    assert found.cubed_recall == pytest.approx(11 / 15)
    assert (found.n_clusters, found.n_persons) == (3, 3)
    worst = worst_clusters(["x", "x", "y", "z", "z"], ["p", "p", "p", "q", "r"])
    assert worst == [{"cluster": "z", "records": 2, "persons": 2, "wrong_pairs": 1}]
    groups = by_group(["x", "x", "y", "z", "z"], ["p", "p", "p", "q", "r"], ["A", "B", "A", "A", "B"])
    assert groups["A B"] == {"true_pairs": 2, "precision": 0.5, "recall": 0.5}
    assert groups["A A"] == {"true_pairs": 1, "precision": 1.0, "recall": 0.0}


def test_recall_is_estimated_by_capture_and_recapture() -> None:
    """In one group, 80 pairs by name, 60 by day, 40 by both: 120 in all, 20 missed beside 100 found.

    Held near the usual four missed in a thousand, (20 + 4) / (100 + 1000) for each pair found; with caution 5.2 times.
    """
    rules = np.array([1] * 40 + [2] * 20 + [3] * 40, np.int32)
    matrix = np.zeros((100, 28), np.float32)
    expected = round(1 / (1 + 5.2 * 24 / 1100), 4)
    assert estimated_recall(rules, ("two parts", "part and day"), np.ones(100), matrix) == expected == 0.8981


def test_answers_far_from_what_was_said_are_learned_and_nothing_overflows() -> None:
    """All said to be different by 20; three of four are not: nothing tells them apart, so 20 + ln 3 is added to all.

    Newton's method alone would first go three thousand too far, and not come back.
    """
    matrix, said = np.zeros((400, 1), np.float32), np.full(400, -20.0)
    with np.errstate(over="raise"):
        found = fit(("given",), matrix, said, np.arange(400) % 4 != 0, np.ones(400), 0.01)
    assert found.always == pytest.approx(20 + np.log(3), abs=0.01)
    assert found.weight.tolist() == [0.0]


def test_a_record_without_a_day_meets_more_of_its_name_than_those_that_have_one() -> None:
    """Three hundred of one name are too many to meet by it; days years apart find few. One has no day."""
    days: list[object] = [365 * (at % 40) if at else None for at in range(300)]
    columns = {"id": [f"r{at:03d}" for at in range(300)], "list": ["a", "b"] * 150, "name": ["محمد أحمد"] * 300}
    features = features_of(RecordTable.of(columns | {"event_lo": days, "event_hi": days}))
    places = read_places(features)
    blocking = block(features, places, tokens_of(features, places), pairs_a_record=135.0)
    found = {divmod(code, 300) for code in blocking.pairs(0, 300)[0].tolist()}
    assert {(0, other) for other in range(1, 300)} <= found
    assert (1, 2) not in found
    assert all((a - b) % 40 == 0 for a, b in found if a)
    assert [rule.name for rule in blocking.rules][:1] == ["two parts, undated"]


def test_a_record_without_a_day_meets_those_of_the_commonest_name_who_were_born_when_it_was() -> None:
    """Two thousand of one name of three parts, twenty born in each of a hundred years: nineteen others in 1950."""
    n = 2000
    days: list[object] = [30 * at if at else None for at in range(n)]
    columns: dict[str, list[object]] = {
        "id": [f"r{at:04d}" for at in range(n)],
        "list": ["a", "b"] * (n // 2),
        "name": ["محمد أحمد العلي"] * n,
    }
    year = [(at + 50) % 100 for at in range(n)]  # after 1900
    birth: list[object] = [365 * (each - 70) for each in year]
    columns |= {"event_lo": days, "event_hi": days, "birth_lo": birth, "birth_hi": birth}
    features = features_of(RecordTable.of(columns))
    places = read_places(features)
    blocking = block(features, places, tokens_of(features, places), pairs_a_record=20.0)
    met = [sum(divmod(code, n)) for code in blocking.pairs(0, 1)[0].tolist()]
    assert {100 * at for at in range(1, 20)} <= set(met)
    assert all(abs(year[0] - year[other]) < 3 for other in met)


# --- files ------------------------------------------------------------------------------------------------------------
def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_with_an_unknown_key_or_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongMapping, match="does not know"):
        read_mapping(write(tmp_path / "m.yaml", "id: a\nname: b\nnmae: c\n"))
    with pytest.raises(WrongMapping, match="id and the name"):
        read_mapping(write(tmp_path / "n.yaml", "id: a\n"))


def test_files_are_lists_of_their_own_and_columns_may_be_missing_from_some(tmp_path: Path) -> None:
    mapping = read_mapping(write(tmp_path / "m.yaml", "id: id\nname: [given, family]\nsex: sex\nage: age\n"))
    one = write(tmp_path / "one.csv", "id,given,family,sex\n1,Samer,Haddad,M\n")
    two = write(tmp_path / "two.csv", "id;given;family;age\n2;رنا;;30\n3;;;x\n")
    read = read_lists([two, one], mapping)
    columns = read.records.columns.to_pydict()
    assert columns["list"] == ["one", "two", "two"]
    assert columns["name"] == ["Samer Haddad", "رنا", None]
    assert columns["sex"] == ["male", None, None]
    assert columns["age"] == [None, 30.0, None]
    assert read.unread == {"age": 1}


def test_a_column_that_is_not_what_the_mapping_says_is_refused(tmp_path: Path) -> None:
    mapping = read_mapping(write(tmp_path / "m.yaml", "id: id\nname: name\nevent_date: note\n"))
    with pytest.raises(WrongMapping, match="Most cells"):
        read_lists([write(tmp_path / "a.csv", "id,name,note\n1,Samer,tall\n2,Rana,short\n")], mapping)


def test_a_file_of_answers_is_checked(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", "id_a,id_b,label\n1,2,same\n1,3,unsure\n")
    assert read_labels(good) == [("1", "2", "same"), ("1", "3", "unsure")]
    with pytest.raises(WrongLists, match="none of the three"):
        read_labels(write(tmp_path / "bad.csv", "id_a,id_b,label\n1,2,yes\n"))
    with pytest.raises(WrongLists, match="nobody has answered yet"):
        read_labels(write(tmp_path / "left.csv", "id_a,id_b,label\n1,2,same\n1,3,\n"))
    with pytest.raises(WrongLists, match="other columns"):
        read_labels(write(tmp_path / "worse.csv", "a,b\n1,2\n"))
