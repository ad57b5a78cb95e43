"""A new list added to what was linked: nobody moves, most of the new ones find their person."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc  # type: ignore[import-untyped]
import pytest

from dalil.errors import WrongLists
from dalil.linkage import RecordTable, link
from dalil.linkage.incremental import link_new
from dalil.linkage.keeping import Existing, keep, load, save
from dalil.linkage.measuring import measure


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
