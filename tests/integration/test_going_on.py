"""A run that goes on from the one before compares only what came, and finds what a run over everything finds."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo import linking
from demo.building import LISTS, make_archive
from demo.lists import generate

from dalil.archive import Archive
from dalil.ledger.kinds import Kind
from dalil.linkage.archives.candidates import read_candidates, read_compared
from dalil.linkage.archives.kept import FOLDER
from dalil.linkage.archives.linking import Reach
from dalil.protection.access import at_the_desk
from dalil.review.deciding import Answer
from dalil.review.pairs import pair_key
from dalil.values.ids import ORDER_BITS
from integration.killing import killed_until_it_ends

SCALE = 0.005
LAST = "list-e"


def take(archive: Archive, lists: Path, key: str) -> str:
    """Take in a list; return the load."""
    mapping = archive.path / "hand" / "mappings" / f"{key}.yaml"
    return archive.intake.sheet(lists / LISTS[key], mapping).load


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    generate(folder, seed=linking.SEED, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def linked_once(lists: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked") / "archive"
    with make_archive(folder) as archive:
        for key in ("list-a", "list-b", "list-c", "list-d"):
            take(archive, lists, key)
        archive.linkage.run(seed=1)
    return folder


@pytest.fixture
def before(linked_once: Path, tmp_path: Path) -> Iterator[Archive]:
    """An archive of four lists, linked; the fifth has not come yet."""
    shutil.copytree(linked_once, tmp_path / "archive")
    with Archive(tmp_path / "archive") as archive:
        yield archive


def joined(archive: Archive) -> dict[int, int]:
    return {row.subject: row.identity for row in archive.records.rows("memberships")}


def everything(archive: Archive, folder: Path) -> dict[int, int]:
    """Return who is who in a copy of an archive once all of it is compared."""
    archive.close()
    shutil.copytree(archive.path, folder)
    with Archive(folder) as copy:
        assert copy.linkage.run(seed=1, reach=Reach.EVERYTHING).adds_to is None
        return joined(copy)


def test_a_new_list_is_compared_alone_and_found_to_be_what_a_run_over_everything_finds(
    before: Archive, lists: Path, tmp_path: Path
) -> None:
    (first,) = before.linkage.standing()
    size = before.ledger.size
    take(before, lists, LAST)
    new_rows = {entry.position for entry in before.ledger.entries(size, kind=Kind.ACCOUNT)}
    full = everything(before, tmp_path / "full")
    receipt = before.linkage.run(seed=1)
    said = before.linkage.runs()[receipt.run or -1]
    assert receipt.adds_to == said["adds_to"] == first
    assert 0 < receipt.n_added <= len(new_rows) < receipt.n_records / 10
    assert before.linkage.standing() == [receipt.run]
    now = joined(before)
    mentions = now.keys() | full.keys()
    assert sum(now.get(each) == full.get(each) for each in mentions) >= 0.99 * len(mentions)
    assert receipt.n_new + said["n_kept"] == receipt.n_judgements
    written = [e.body for e in before.ledger.entries(said["known_by"], kind=Kind.JUDGEMENT) if e.body is not None]
    with_new = [b for b in written if {int(id_.split(".")[0]) for _, ids in b["sets"] for id_ in ids} & new_rows]
    assert len(with_new) >= 0.9 * receipt.n_new
    compared = read_compared(before.path / "derived", receipt.run or -1)
    codes = (compared.a << 32) + compared.b
    assert len(set(codes.tolist())) == len(codes)
    assert before.linkage.evaluator().evaluate().n_persons == receipt.n_persons
    assert before.verify().size == before.ledger.size


def test_nothing_came_and_nothing_is_compared_again(before: Archive) -> None:
    (first,), now = before.linkage.standing(), joined(before)
    asked = read_candidates(before.path / "derived", first)
    receipt = before.linkage.run(seed=1)
    assert (receipt.adds_to, receipt.n_added, receipt.n_new, receipt.n_undone) == (first, 0, 0, 0)
    assert joined(before) == now
    again = read_candidates(before.path / "derived", receipt.run or -1)
    assert {*zip(again.a.tolist(), again.b.tolist(), strict=True)} == {
        *zip(asked.a.tolist(), asked.b.tolist(), strict=True)
    }


def test_a_run_over_everything_follows_where_what_was_kept_is_not_whole_or_not_of_the_run_that_stands(
    before: Archive, lists: Path
) -> None:
    take(before, lists, LAST)
    kept = before.path / "derived" / FOLDER
    pairs = kept / "invented" / "pairs.npz"
    whole = pairs.read_bytes()
    pairs.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert before.linkage.run(seed=1, dry_run=True).adds_to is None  # one byte is another
    pairs.write_bytes(whole)
    assert before.linkage.run(seed=1, dry_run=True).adds_to is not None
    (row, *_) = before.intake.row_entries(LAST).values()
    before.ledger.erase([row], by=before.actor(), authority="a test", reason="a test")
    assert before.linkage.run(seed=1, dry_run=True).adds_to is None
    assert not kept.exists()  # it held the name of whoever was erased


def test_rows_taken_back_leave_their_persons_and_rows_that_changed_are_compared_again(
    before: Archive, lists: Path, tmp_path: Path
) -> None:
    load = take(before, lists, LAST)
    first = before.linkage.run(seed=1)
    row, *others = (lists / LISTS["list-d"]).read_text(encoding="utf-8").splitlines()
    changed = tmp_path / "again.jsonl"
    changed.write_text("\n".join([json.dumps(json.loads(row) | {"born": "1950"}), *others]) + "\n", encoding="utf-8")
    revised = before.intake.sheet(changed, before.path / "hand" / "mappings" / "list-d.yaml")
    before.intake.withdraw(load, reason="a test")
    full = everything(before, tmp_path / "full")
    receipt = before.linkage.run(seed=1)
    assert receipt.adds_to == first.run
    assert revised.n_changed == 1
    assert receipt.n_added == 1
    assert receipt.n_gone == first.n_added
    now = joined(before)
    assert sum(now.get(each) == full.get(each) for each in now.keys() | full.keys()) >= 0.99 * len(full)
    assert now.keys() <= {row.id for row in before.records.rows("subjects")}


def test_what_people_judge_between_runs_binds_and_teaches_unless_the_model_is_kept(
    before: Archive, lists: Path, tmp_path: Path
) -> None:
    desk = at_the_desk(before.configuration.actor_key)
    (first,), who = before.linkage.standing(), joined(before)
    kinds = {row.id: row.kind for row in before.records.rows("subjects")}
    apart = next((s, i) for s, i in sorted(who.items()) if kinds[s] == "person")
    persons = sorted(each for each in kinds if kinds[each] == "person" and each not in who and each not in who.values())
    together = persons[0], persons[70]
    answers = [Answer(pair=pair_key(*apart), verdict="not"), Answer(pair=pair_key(*together), verdict="same")]
    before.review.answer(answers, by=desk)
    take(before, lists, LAST)
    assert before.linkage.run(seed=1, dry_run=True).adds_to is None
    receipt = before.linkage.run(seed=1, reach=Reach.WHAT_CAME)
    assert receipt.adds_to == first
    now = joined(before)
    assert now.get(apart[0], apart[0]) != now.get(apart[1], apart[1])
    assert now.get(together[0], together[0]) == now.get(together[1], together[1])
    full = everything(before, tmp_path / "full")
    assert sum(now.get(each) == full.get(each) for each in now.keys() | full.keys()) >= 0.98 * len(full)


def test_a_run_that_goes_on_and_is_killed_is_recorded_whole_or_not_at_all(before: Archive, lists: Path) -> None:
    came = before.ledger.size
    take(before, lists, LAST)
    (first,), size, was = before.linkage.standing(), before.ledger.size, joined(before)
    folder = before.path
    before.close()
    command = [sys.executable, "-m", "dalil", "-A", str(folder), "linkage", "run", "--seed", "1"]

    def whole_or_not_at_all() -> bool:
        with Archive(folder) as archive:
            assert archive.verify().size == archive.ledger.size
            if archive.ledger.size == size:
                assert joined(archive) == was
                return False
            (run,) = archive.linkage.standing()
            assert archive.linkage.runs()[run]["adds_to"] == first
            return True

    assert killed_until_it_ends(command, whole_or_not_at_all) >= 3
    with Archive(folder) as archive:  # whatever was kept or not, the next run finds nothing to change
        again = archive.linkage.run(seed=1)
        assert again.n_new + again.n_undone <= 2
        new = {row.entry << ORDER_BITS for row in archive.records.rows("subjects") if row.entry >= came}
        assert new & joined(archive).keys()
