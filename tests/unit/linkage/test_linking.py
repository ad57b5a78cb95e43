"""The whole of linking on small invented lists: quality, order, seeds, answers, refusals."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dalil.errors import ReviewNeeded, WrongLists
from dalil.linkage import Linked, Model, RecordTable, ask, link, start_model
from dalil.linkage.measuring import measure
from dalil.linkage.pair_table import pair_table
from dalil.linkage.weighing.explaining import explain


def table(rows: list[tuple[str, str, str]], **columns: Sequence[object]) -> RecordTable:
    return RecordTable.of(
        {"id": [r[0] for r in rows], "list": [r[1] for r in rows], "name": [r[2] for r in rows], **columns}
    )


def test_lists_in_two_scripts_become_persons_with_few_errors(linked: Linked, truth: dict[str, str]) -> None:
    quality = measure(linked.clusters, [truth[each] for each in linked.features.ids])
    assert quality.f1 > 0.9
    assert quality.cubed_f1 > 0.95
    assert quality.largest_cluster <= quality.largest_person + 2


def test_the_interval_of_persons_holds_the_truth(linked: Linked, truth: dict[str, str]) -> None:
    persons = linked.report["persons"]
    assert persons["low"] <= len(set(truth.values())) <= persons["high"]


def test_the_order_of_rows_changes_nothing(linked: Linked, records: RecordTable) -> None:
    order = list(range(len(records)))
    random.Random(3).shuffle(order)
    shuffled = records.columns.take(order)
    again = link(RecordTable.of({name: shuffled[name] for name in shuffled.column_names}))
    assert again.clusters == linked.clusters
    assert np.array_equal(again.pairs.log_odds, linked.pairs.log_odds)


def test_the_same_seed_asks_the_same_pairs_and_draws_the_same_partitions(linked: Linked, records: RecordTable) -> None:
    again = link(records)
    assert ask(again, 50) == ask(linked, 50)
    for one, other in zip(linked.draws(3), again.draws(3), strict=True):
        assert np.array_equal(one, other)


def test_questions_are_distinct_pairs_and_not_asked_again(linked: Linked, records: RecordTable) -> None:
    first = ask(linked, 60)
    assert len(first) == len(set(first)) == 60
    assert all(a < b for a, b in first)
    answered = link(records, labels=[(a, b, "unsure") for a, b in first])
    assert not set(first) & set(ask(answered, 60))


def test_answers_hold_whatever_else_is_found(linked: Linked, records: RecordTable) -> None:
    """The surest pairs are denied, and two records that have nothing in common are declared one person."""
    pairs, ids = linked.pairs, linked.features.ids
    surest = np.argsort(-pairs.log_odds, kind="stable")[:5]
    denied = [(ids[int(pairs.a[row])], ids[int(pairs.b[row])], "different") for row in surest]
    taken = {each for a, b, _ in denied for each in (a, b)}
    far = [each for each in ids if each not in taken][:: len(ids) // 3][:2]
    found = link(records, labels=[*denied, (far[0], far[1], "same")])
    cluster = dict(zip(ids, found.clusters, strict=True))
    assert all(cluster[a] != cluster[b] for a, b, _ in denied)
    assert cluster[far[0]] == cluster[far[1]]
    for drawn in found.draws(5):
        of = dict(zip(ids, drawn.tolist(), strict=True))
        assert all(of[a] != of[b] for a, b, _ in denied)
        assert of[far[0]] == of[far[1]]


def test_answers_settle_persons_and_leave_a_model_that_fits(
    linked: Linked, records: RecordTable, truth: dict[str, str]
) -> None:
    """Half a hundredth more of pair F1 at the least; a correction would not say what a new answer will be."""
    labels = [(a, b, "same" if truth[a] == truth[b] else "different") for a, b in ask(linked, 200)]
    taught = link(records, labels=labels)
    assert taught.model.answers is None
    better = measure(taught.clusters, [truth[each] for each in taught.features.ids])
    assert better.f1 >= measure(linked.clusters, [truth[each] for each in linked.features.ids]).f1 + 0.005


def test_where_ages_and_sexes_are_others_answers_make_a_model_of_their_own_that_can_be_written_down(
    records: RecordTable, truth: dict[str, str]
) -> None:
    """Both columns are turned round, so that records of one person differ in them as those of two persons do."""
    given = {name: records.columns[name] for name in records.columns.column_names}
    wrong = RecordTable.of(given | {name: given[name].to_pylist()[::-1] for name in ("age", "sex")})
    first = link(wrong)
    labels = [(a, b, "same" if truth[a] == truth[b] else "different") for a, b in ask(first, 300)]
    taught = link(wrong, labels=labels)
    assert taught.model.n_answers >= 200
    assert taught.model.version != first.model.version
    again = Model.from_json(taught.model.to_json())
    assert again.version == taught.model.version
    assert np.array_equal(again.log_odds(first.pairs.matrix), taught.model.log_odds(first.pairs.matrix))
    f1 = [measure(each.clusters, [truth[one] for one in each.features.ids]).f1 for each in (first, taught)]
    assert f1[1] > f1[0] + 0.05


def test_answers_that_contradict_each_other_are_sent_back() -> None:
    rows = [(f"r{n}", "a", name) for n, name in enumerate(("سامر علي حداد", "سامر علي حداد", "رنا يوسف نجار"))]
    with pytest.raises(ReviewNeeded) as caught:
        link(table(rows), labels=[("r0", "r1", "same"), ("r1", "r2", "same"), ("r0", "r2", "different")])
    assert "'r0' and 'r2'" in str(caught.value)


def test_an_answer_about_a_record_that_is_not_there_is_refused() -> None:
    rows = [("r0", "a", "سامر علي حداد"), ("r1", "b", "Samer Ali Haddad")]
    with pytest.raises(WrongLists, match="not there"):
        link(table(rows), labels=[("r0", "r9", "same")])


def test_ids_must_be_distinct_over_all_lists_so_a_list_is_not_linked_to_itself() -> None:
    with pytest.raises(WrongLists) as caught:
        table([("r0", "a", "سامر علي"), ("r0", "b", "سامر علي")])
    assert "1 ids that occur more than once" in str(caught.value)


def test_one_name_in_every_row_is_refused() -> None:
    with pytest.raises(WrongLists, match="tell nobody apart"):
        link(table([(f"r{n}", "a", "محمد أحمد") for n in range(50)]))


def test_records_without_a_name_are_joined_to_nothing_and_said() -> None:
    """Ten of forty rows are blank: they stay apart, and the report warns."""
    given, family = ("سامر", "رنا", "ليلى", "خالد", "يوسف"), ("حداد", "نجار", "خطيب", "درويش", "حلبي", "عبود")
    names: list[str | None] = [f"{g} علي {f}" for g in given for f in family] + [None] * 10
    ids = [f"r{n:02d}" for n in range(40)]
    found = link(RecordTable.of({"id": ids, "list": ["a"] * 40, "name": names}))
    assert found.clusters[30:] == ids[30:]
    assert found.report["nameless_records"] == 10
    assert "25 % of records have no name" in found.report["warnings"][0]


def test_a_common_name_alone_does_not_make_a_giant() -> None:
    """Sixty men called Muhammad Ahmad on three lists, with nothing else known: whoever they are, not one person."""
    rows = [(f"r{n:03d}", f"list{n % 3}", "محمد أحمد") for n in range(60)]
    rows += [(f"s{n:03d}", f"list{n % 3}", f"{g} {f}") for n, (g, f) in enumerate((("رنا", "حداد"), ("ليلى", "نجار")))]
    found = link(table(rows))
    assert found.report["largest_cluster"] <= 3


def test_records_of_which_no_two_share_anything_stay_apart() -> None:
    rows = [("r0", "a", "سامر علي حداد"), ("r1", "b", "Rana Yusuf Najjar"), ("r2", "c", "هدى خالد خطيب")]
    found = link(table(rows))
    assert found.clusters == ["r0", "r1", "r2"]
    assert found.report["persons"]["estimate"] == 3


def test_a_list_given_twice_under_other_ids_joins_each_row_to_its_copy(
    records: RecordTable, truth: dict[str, str]
) -> None:
    """Nothing grows without bound: what was one person of so many rows is one of at most twice as many."""
    columns = {name: records.columns[name].to_pylist() for name in records.columns.column_names}
    doubled = {name: values + values for name, values in columns.items()}
    doubled["id"] = columns["id"] + [f"again-{each}" for each in columns["id"]]
    found = link(RecordTable.of(doubled))
    of = dict(zip(found.features.ids, found.clusters, strict=True))
    together = sum(of[each] == of[f"again-{each}"] for each in columns["id"])
    assert together > 0.9 * len(columns["id"])
    largest = max(Counter(truth.values()).values())
    assert found.report["largest_cluster"] <= 2 * largest + 2


def test_brothers_of_one_day_stay_apart_and_the_reason_says_so() -> None:
    rows = [("a1", "a", "سامر خليل مراد حداد"), ("b1", "b", "نزار خليل مراد حداد"), ("b2", "b", "Samer Khalil Haddad")]
    rows += [(f"c{n}", "a", f"{name} يوسف درويش") for n, name in enumerate(("رنا", "هدى", "ليلى"))]
    days: list[object] = [15600, 15600, 15600, 15000, 15100, 15200]
    found = link(table(rows, event_lo=days, event_hi=days))
    cluster = dict(zip(found.features.ids, found.clusters, strict=True))
    assert cluster["a1"] == cluster["b2"] != cluster["b1"]
    reasons = explain(found, "a1", "b1")
    assert reasons is not None
    assert {"siblings": -1, "family": 1}.items() <= {each.field: each.speaks for each in reasons}.items()


def test_an_agreeing_identifier_speaks_for_one_person() -> None:
    rows = [("a1", "a", "سامر حداد"), ("b1", "b", "سامر حداد"), ("b2", "b", "رنا نجار"), ("a2", "a", "هدى خطيب")]
    plain = link(table(rows)).pairs
    told = link(table(rows, extra_0=["0944", "0944", None, "0955"])).pairs
    assert told.log_odds[0] > plain.log_odds[0] + 5


def test_the_table_of_pairs_names_both_records_and_their_probability(linked: Linked) -> None:
    found = pair_table(linked)
    assert found.column_names[:4] == ["id_a", "id_b", "probability", "one_cluster"]
    assert found.num_rows > 100
    assert 0 < min(found["probability"].to_pylist()) <= 1


def test_the_start_model_is_what_its_file_says(lists: Path) -> None:
    model = start_model()
    assert Model.from_json(model.to_json()).version == model.version
    assert model.version.startswith("start-2@")
