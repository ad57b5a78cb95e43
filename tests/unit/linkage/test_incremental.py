"""A new list added to what was linked: nobody moves, most of the new ones find their person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pytest

from dalil.errors import ReviewNeeded, WrongLists
from dalil.linkage import Linked, RecordTable, link
from dalil.linkage.measuring import measure
from dalil.linkage.pairing.incremental import link_new
from dalil.linkage.pairing.keeping import Existing, keep, load, save


def of_lists(records: RecordTable, *, last: bool) -> RecordTable:
    is_last = pc.equal(records.columns["list"], "L5")
    columns = records.columns.filter(is_last if last else pc.invert(is_last))
    return RecordTable.of({name: columns[name] for name in columns.column_names})


@pytest.fixture(scope="module")
def before(records: RecordTable) -> Existing:
    return keep(link(of_lists(records, last=False)))


def test_a_new_list_finds_its_persons_and_nobody_moves(
    records: RecordTable, before: Existing, truth: dict[str, str]
) -> None:
    added = link_new(of_lists(records, last=True), before)
    after = dict(zip(added.existing.features.ids, added.existing.cluster.tolist(), strict=True))
    together: dict[int, set[int]] = {}
    for name, old in zip(before.features.ids, before.cluster.tolist(), strict=True):
        together.setdefault(old, set()).add(after[name])
    assert all(len(each) == 1 for each in together.values())
    assert len({next(iter(each)) for each in together.values()}) == len(together)
    ids = added.existing.features.ids
    quality = measure([str(after[each]) for each in ids], [truth[each] for each in ids])
    assert quality.f1 > 0.88
    assert added.report["new_records"] == len(added.new_ids) == sum(each.startswith("L5") for each in ids)


def test_what_is_kept_on_disk_gives_the_same(records: RecordTable, before: Existing, tmp_path: Path) -> None:
    save(before, tmp_path / "kept")
    fresh = of_lists(records, last=True)
    assert link_new(fresh, load(tmp_path / "kept")).clusters == link_new(fresh, before).clusters


def test_a_record_that_is_known_is_refused(records: RecordTable, before: Existing) -> None:
    with pytest.raises(WrongLists, match="linked before"):
        link_new(of_lists(records, last=False), before)


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongLists, match="holds nothing"):
        load(tmp_path)


def test_an_added_list_gives_nearly_the_persons_of_linking_everything_anew(
    records: RecordTable, before: Existing, linked: Linked, truth: dict[str, str]
) -> None:
    added = link_new(of_lists(records, last=True), before).existing
    assert added.features.ids == linked.features.ids
    told = [truth[each] for each in linked.features.ids]
    anew = measure(linked.clusters, told)
    assert measure([str(each) for each in added.cluster.tolist()], told).f1 > anew.f1 - 0.02


def test_lists_that_are_added_one_after_another_find_each_other(before: Existing, tmp_path: Path) -> None:
    """The second list finds the person whom only the first added list told of: its keys are kept too."""
    days: list[object] = [15500]
    for number, name in enumerate(("رشوان قتيبة بلعاوي", "Rashwan Qutayba Balawi")):
        fresh = RecordTable.of(
            {"id": [f"N{number}"], "list": [f"new {number}"], "name": [name], "event_lo": days, "event_hi": days}
            | {f"place_{level}": [None] for level in range(3)}
        )
        added = link_new(fresh, before if number == 0 else load(tmp_path / "kept"))
        save(added.existing, tmp_path / "kept")
        assert added.clusters == ["N0"]


def test_identifiers_of_added_records_are_compared() -> None:
    """Two names that have nothing in common but a number, beside four others."""
    names = ("سامر علي حداد", "رنا يوسف نجار", "هدى خالد خطيب", "ليلى عمر درويش")
    numbers: list[str | None] = ["0944", None, "0955", "0966"]
    columns = {"id": ["a", "b", "c", "d"], "list": ["one"] * 4, "name": list(names), "extra_0": numbers}
    existing = keep(link(RecordTable.of(columns)))
    fresh = RecordTable.of({"id": ["z"], "list": ["two"], "name": ["Samer Haddad"], "extra_0": ["0944"]})
    added = link_new(fresh, existing)
    assert added.clusters == ["a"]
    rules = {rule["rule"]: rule["pairs"] for rule in added.report["rules"]}
    assert rules["identifier"] == 1


def test_what_is_kept_is_refused_once_it_was_changed(before: Existing, tmp_path: Path) -> None:
    save(before, tmp_path)
    columns = next(tmp_path.glob("records-*.npz"))
    columns.write_bytes(columns.read_bytes()[:-1] + b"!")
    with pytest.raises(WrongLists):
        load(tmp_path)
    save(before, tmp_path)
    load(tmp_path)
    words = next(tmp_path.glob("keys-*.npy"))
    np.save(words, np.load(words)[:-1])
    with pytest.raises(WrongLists, match="was changed"):
        load(tmp_path)


def copy_of(existing: Existing, row: int) -> RecordTable:
    """Return a record that tells of an old one what the old one tells, on a list of its own."""
    days: list[object] = existing.features.event[row].tolist()
    name = " ".join(existing.features.units[at].form for at in existing.features.parts[row].tolist() if at >= 0)
    return RecordTable.of(
        {"id": ["N0"], "list": ["new"], "name": [name], "event_lo": days[:1], "event_hi": days[1:]}
        | {f"place_{level}": [None] for level in range(3)}
    )


@pytest.fixture(scope="module")
def row(before: Existing) -> int:
    """Return a row of one name of four parts that no other record has, of a known day."""
    parts = before.features.parts
    _, first, times = np.unique(parts, axis=0, return_index=True, return_counts=True)
    alone = first[times == 1]
    known = before.features.event[alone, 0] == before.features.event[alone, 1]
    return int(alone[known & (before.features.n_parts[alone] == 4)][0])


def test_what_was_compared_can_be_read_with_reasons(before: Existing, row: int) -> None:
    added = link_new(copy_of(before, row), before)
    ids, old = added.existing.features.ids, before.features.ids[row]
    told = {tuple(sorted((ids[each.a], ids[each.b]))): each for each in added.judged()}
    assert len(told) == len(added.pairs)
    assert all("N0" in pair for pair in told)
    pair = told[tuple(sorted(("N0", old)))]
    assert pair.one_person
    assert pair.probability > 0.9
    assert {each.field: each.speaks for each in pair.reasons}["given"] == 1
    assert {ids[at] for at in (*added.clustered.merges.a.tolist(), *added.clustered.merges.b.tolist())} >= {"N0"}
    assert [each.probability for each in added.judged(least=0.9)] == [
        each.probability for each in added.judged() if each.probability >= 0.9
    ]


def test_answers_bind_a_new_record(before: Existing, row: int) -> None:
    fresh, old = copy_of(before, row), before.features.ids[row]
    person = before.features.ids[before.cluster[row]]
    assert link_new(fresh, before).clusters == [person]
    one_of = [before.features.ids[at] for at in np.flatnonzero(before.cluster == before.cluster[row]).tolist()]
    apart = link_new(fresh, before, labels=[("N0", old, "different")])
    assert apart.clusters[0] not in one_of
    other = next(at for at, name in enumerate(before.features.ids) if name not in one_of)
    joined = link_new(fresh, before, labels=[("N0", old, "different"), ("N0", before.features.ids[other], "same")])
    assert joined.clusters == [before.features.ids[before.cluster[other]]]


def test_answers_that_would_move_who_was_linked_are_refused(before: Existing, row: int) -> None:
    fresh, ids = copy_of(before, row), before.features.ids
    other = next(at for at in range(len(ids)) if before.cluster[at] != before.cluster[row])
    with pytest.raises(ReviewNeeded, match="join persons"):
        link_new(fresh, before, labels=[("N0", ids[row], "same"), ("N0", ids[other], "same")])
    leaders, size = np.unique(before.cluster, return_counts=True)
    one, two = np.flatnonzero(before.cluster == leaders[size > 1][0])[:2].tolist()
    with pytest.raises(ReviewNeeded, match="part one"):
        link_new(fresh, before, labels=[("N0", ids[one], "same"), ("N0", ids[two], "different")])
