"""Snapshots: a whole copy of the derived tables, made once for each size of the ledger, never in part."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from sqlalchemy import select

from dalil.archive import Archive
from dalil.errors import Bug, StoreFull, WrongDefinition
from dalil.figures import figures
from dalil.figures import snapshot as snapshots
from dalil.figures.session import Session, Snapshot
from dalil.figures.snapshot import make_snapshot, snapshot_at
from dalil.ledger.kinds import Kind
from dalil.values.ids import format_subject
from dalil.vocabulary.vocabulary import Vocabulary
from unit.figures.small import Small


def make(archive: Archive, folder: Path) -> Snapshot:
    folder /= "derived"
    tables = archive.derived_rows.tables
    return make_snapshot(
        folder, engine=archive.engine, tables=tables, vocabulary=archive.vocabulary, vocabulary_digest="v"
    )


@pytest.fixture
def filled(small: Small) -> Archive:
    for number in range(7):
        small.held("2013-08-07", sex="female" if number else None)
    return small.archive


def test_every_row_of_every_table_is_in_the_snapshot_as_it_is_in_the_database(filled: Archive, tmp_path: Path) -> None:
    snapshot = make(filled, tmp_path)
    with filled.engine.connect() as connection:
        for name, table in filled.derived_rows.tables.items():
            rows = [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            copied = pq.read_table(snapshot.table(name))
            assert copied.column_names == [column.name for column in table.columns]
            assert sorted(map(repr, zip(*copied.to_pydict().values(), strict=True))) == sorted(map(repr, rows)), name


def test_rows_are_written_in_groups_without_losing_any(
    filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "FETCHED_ROWS", 2)
    monkeypatch.setattr(snapshots, "GROUP_ROWS", 4)
    statements = pq.ParquetFile(make(filled, tmp_path).table("statements"))
    assert statements.metadata.num_row_groups > 2
    assert statements.metadata.num_rows == len(list(filled.records.rows("statements")))


def test_a_snapshot_is_made_once_for_a_size_of_the_ledger(filled: Archive, tmp_path: Path) -> None:
    first = make(filled, tmp_path)
    inode = first.folder.stat().st_ino
    assert make(filled, tmp_path).folder.stat().st_ino == inode
    assert first.size == filled.ledger.size


def test_several_who_need_a_snapshot_at_once_make_it_once(
    filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    write = snapshots._write_aids

    def note(snapshot: Snapshot, vocabulary: Vocabulary, before: Snapshot | None) -> None:
        made.append(snapshot.folder.name)
        write(snapshot, vocabulary, before)

    monkeypatch.setattr(snapshots, "_write_aids", note)
    with ThreadPoolExecutor(4) as beside:
        found = list(beside.map(lambda _: make(filled, tmp_path), range(4)))
    assert len(made) == 1
    assert {each.folder for each in found} == {found[0].folder}
    assert [each.name for each in (tmp_path / "derived").iterdir()] == [found[0].folder.name]


def test_older_snapshots_and_abandoned_ones_are_deleted(filled: Archive, small: Small, tmp_path: Path) -> None:
    first = make(filled, tmp_path)
    (tmp_path / "derived" / ".snapshot-1-abc.123.making").mkdir()
    small.held("2014-01-01")
    second = make(filled, tmp_path)
    assert [path.name for path in (tmp_path / "derived").iterdir()] == [second.folder.name]
    assert first.folder != second.folder


def test_after_a_judgement_only_what_judgements_change_is_copied_again(
    filled: Archive, small: Small, tmp_path: Path
) -> None:
    def inodes(snapshot: Snapshot) -> dict[str, int]:
        aids = ("_events", "_scalars", "_mentions")
        return {name: snapshot.table(name).stat().st_ino for name in (*filled.derived_rows.tables, *aids)}

    first = inodes(make(filled, tmp_path))
    a, b = (row.id for row in list(filled.records.rows("subjects"))[:3] if row.kind == "person")
    sets = [["person", [format_subject(a), format_subject(b)]]]
    small.record(Kind.JUDGEMENT, verdict="same", basis="human", sets=sets)
    judged = make(filled, tmp_path)
    again = inodes(judged)
    assert {name for name in first if again[name] != first[name]} == {"judgements", "memberships"}
    assert pq.read_table(judged.table("memberships")).num_rows == 1
    small.held("2014-01-01")
    told = inodes(make(filled, tmp_path))
    assert all(told[name] != again[name] for name in ("statements", "subjects", "memberships", "_mentions"))


def test_a_changed_vocabulary_has_snapshots_of_its_own(tmp_path: Path) -> None:
    one, other = (snapshot_at(tmp_path, size=3, vocabulary_digest=digest) for digest in ("a", "b"))
    assert one.folder != other.folder


def test_a_disk_that_fills_leaves_no_snapshot(filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, "_write_aids", full)
    with pytest.raises(StoreFull) as caught:
        make(filled, tmp_path)
    assert caught.value.found == "No space left on device"
    assert list((tmp_path / "derived").iterdir()) == []


def test_a_crash_in_the_middle_leaves_nothing_that_looks_like_a_snapshot(
    filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(snapshots, "_work_out", crash)
    with pytest.raises(KeyboardInterrupt):
        make(filled, tmp_path)
    assert list((tmp_path / "derived").glob("snapshot-*")) == []


def test_a_session_that_knows_less_does_not_read_what_was_worked_out_for_more(filled: Archive, tmp_path: Path) -> None:
    snapshot = make(filled, tmp_path)
    knowing = [Session(snapshot, known_by=size, vocabulary=filled.vocabulary) for size in (snapshot.size, 5)]
    counts = [session.row(f"SELECT count(*) FROM {session.typed('detainee')}")[0] for session in knowing]
    assert counts[0] == 7
    assert counts[1] < 7


def test_a_figure_is_the_same_at_a_point_that_was_worked_out_ahead(small: Small) -> None:
    small.held("2013-08-07")
    point = small.archive.ledger.size
    small.held("2013-08-09")
    small.define_held()
    before = small.figures.run("held", known_by=point)
    small.figures.close()
    small.figures.work_out_points([point, 0, 10**9])
    assert small.figures.points() == [point]
    again = small.figures.run("held", known_by=point)
    assert (again.value, again.record()) == (1, before.record())
    assert small.figures.run("held").value == 2


def test_points_worked_out_stay_with_the_next_snapshot_unless_something_is_erased(small: Small) -> None:
    first = small.held("2013-08-07")
    point = small.archive.ledger.size
    small.held("2013-08-09")
    small.figures.refresh()
    small.figures.work_out_points([point])
    small.held("2013-08-11")
    small.figures.refresh()
    assert small.figures.points() == [point]
    small.archive.ledger.erase([first], by=small.archive.actor(), authority="family", reason="a test")
    small.figures.refresh()
    assert small.figures.points() == []


def test_nothing_of_a_snapshot_is_spilled_or_fetched(filled: Archive, tmp_path: Path) -> None:
    session = Session(make(filled, tmp_path), known_by=5, vocabulary=filled.vocabulary)
    settings = dict(
        session.rows(
            "SELECT name, value FROM duckdb_settings() WHERE name IN ('temp_directory', 'autoinstall_known_extensions')"
        )
    )
    assert settings == {"temp_directory": "", "autoinstall_known_extensions": "false"}


def test_a_snapshot_that_was_damaged_or_deleted_is_made_anew(small: Small) -> None:
    small.held("2013-08-07", sex="male")
    small.define_held(dimensions={"sex": {"by": "sex"}})
    assert small.figures.run("held").value == 1
    small.figures.close()
    (folder,) = (small.archive.path / "derived").iterdir()
    for file in folder.rglob("*.parquet"):
        file.write_bytes(b"PAR1 and nothing more")
    assert small.figures.run("held").value == 1
    (folder,) = (small.archive.path / "derived").iterdir()
    shutil.rmtree(folder)
    assert small.figures.run("held", as_of="2021-05-20").value == 1


def test_memory_is_bounded_and_members_of_what_was_let_go_of_are_counted_again(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.held("2013-08-07", sex="male")
    before = small.archive.ledger.size
    small.held("2014-08-07", sex="female")
    small.define_held(dimensions={"sex": {"by": "sex"}})
    monkeypatch.setattr(figures, "MOST_BYTES", 0)
    earlier = small.figures.run("held", known_by=before)
    listed = earlier.members
    runs = [small.figures.run("held", as_of=day) for day in ("2013-12-31", "2021-05-20")]
    assert len(small.figures._sessions) == 1  # that of the earlier point was closed
    assert [len(run.members) for run in (earlier, *runs)] == [1, 1, 2]
    assert earlier.members == listed == runs[0].members
    assert runs[1].members_of("sex", "female") == sorted(set(runs[1].members) - set(listed))
    small.define_held(where=[{"arrested": {"from": "2014"}}])
    small.figures.run("held")
    with pytest.raises(WrongDefinition):
        _ = earlier.members


def test_a_query_that_is_wrong_is_our_own_fault(filled: Archive, tmp_path: Path) -> None:
    session = Session(make(filled, tmp_path), known_by=5, vocabulary=filled.vocabulary)
    with pytest.raises(Bug) as caught:
        session.rows("SELECT nothing")
    assert caught.value.found == "BinderException"
    session.close()
    with pytest.raises(Bug):
        session.rows("SELECT 1")
