"""Appending, reading and verifying, and what verification says when anything has been touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import detention, new_archive, source_body
from dalil.archive import Archive
from dalil.errors import KeyMissing, LedgerDamaged, UnknownSubject
from dalil.ledger.entries import Draft, commit, read_header
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.notes import read_checkpoint, verifier_key
from dalil.ledger.tree import inclusion_proof, leaf_hash, root_from_inclusion

Append = Callable[..., int]


def change(archive: Archive, sql: str, *values: Any) -> None:
    """Do to the database what somebody with the disk in his hands could do."""
    archive.close()
    with sqlite3.connect(archive.path / "archive.db") as connection:
        connection.execute(sql, values)
    connection.close()


def damage(archive: Archive) -> LedgerDamaged:
    with pytest.raises(LedgerDamaged) as caught:
        archive.verify()
    return caught.value


@pytest.fixture
def filled(archive: Archive, record: Append) -> Archive:
    """A log of eleven entries: two keys, one source, eight accounts in two batches."""
    source = record(Kind.SOURCE, source_body())
    record(Kind.ACCOUNT, *(detention(source, number) for number in range(5)))
    record(Kind.ACCOUNT, *(detention(source, number) for number in range(5, 8)))
    archive.checkpoint()
    return archive


def test_a_log_that_nobody_touched_verifies(filled: Archive) -> None:
    verified = filled.verify()
    assert (verified.size, verified.n_batches, verified.n_checkpoints) == (11, 4, 2)
    assert verified.root == filled.ledger.root()


def test_an_entry_reads_back_as_it_was_said_and_its_commitment_binds_its_body(filled: Archive) -> None:
    entry = filled.ledger.entry(3)
    assert entry.body == detention(2, 0)
    connection = sqlite3.connect(filled.path / "archive.db")
    (salt,) = connection.execute("SELECT salt FROM entries WHERE position = 3").fetchone()
    connection.close()
    assert entry.body_bytes is not None
    assert commit(salt, entry.body_bytes) == entry.header.commitment
    assert b"Invented" not in entry.header_bytes


def test_entries_of_one_kind_are_listed_in_order(filled: Archive) -> None:
    assert [entry.position for entry in filled.ledger.entries(kind=Kind.KEY)] == [0, 1]
    assert [entry.position for entry in filled.ledger.entries(4, 6, kind=Kind.ACCOUNT)] == [4, 5]


def test_the_end_is_that_of_so_many_entries_and_of_all_where_there_are_not_so_many(filled: Archive) -> None:
    size = filled.ledger.size
    at = [entry.header.recorded_at for entry in filled.ledger.entries()]
    assert filled.ledger.end() == (size, at[-1])
    assert [filled.ledger.end(each) for each in (1, 2, size, size + 1, 10**14)] == [
        (size, at[0]),
        (size, at[1]),
        *[(size, at[-1])] * 3,
    ]


def test_an_unknown_position_is_refused(filled: Archive) -> None:
    with pytest.raises(UnknownSubject, match="no such entry"):
        filled.ledger.entry(11)


@pytest.mark.parametrize("position", range(11))
def test_a_changed_body_is_named_by_its_entry(filled: Archive, position: int) -> None:
    change(filled, "UPDATE entries SET body = CAST(body || ' ' AS BLOB) WHERE position = ?", position)
    error = damage(filled)
    assert error.where == f"entry {position}"
    assert "does not match its commitment" in error.message


@pytest.mark.parametrize("column", ["header", "salt", "kind"])
def test_a_change_to_any_other_column_of_an_entry_is_found(filled: Archive, column: str) -> None:
    change(filled, f"UPDATE entries SET {column} = CAST({column} || 'x' AS BLOB) WHERE position = 4")
    assert damage(filled).where in ("entry 4", "batch of entries 3 to 7")


def test_a_header_rewritten_to_fit_a_new_body_breaks_the_signed_root(filled: Archive) -> None:
    header, salt, body = filled.ledger.entry(4).header_bytes, bytes(32), b'{"source":2}'
    old = read_header(header, 4).commitment
    forged = header.replace(old.encode(), commit(salt, body).encode())
    change(filled, "UPDATE entries SET header = ?, salt = ?, body = ? WHERE position = 4", forged, salt, body)
    error = damage(filled)
    assert error.where == "batch of entries 3 to 7"
    assert "not those that were signed" in error.message


def test_a_batch_signed_by_another_key_is_refused(filled: Archive) -> None:
    stranger = Signer.from_seed(bytes(32))
    change(filled, "UPDATE batches SET signature = ? WHERE size = 8", stranger.sign(b"anything"))
    assert "signature of a batch" in damage(filled).message


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM entries WHERE position = 10", "cut short"),
        ("DELETE FROM entries WHERE position = 5", "missing"),
        ("DELETE FROM batches WHERE size = 8", "batch is missing"),
        ("DELETE FROM batches WHERE size = 11", "belongs to no signed batch"),
        ("DELETE FROM tiles", "tile of the tree is missing"),
        ("UPDATE tiles SET hashes = zeroblob(352)", "stored tile"),
        ("DELETE FROM keys", "table of keys"),
        ("UPDATE checkpoints SET note = replace(note, '11', '12') WHERE size = 11", "checkpoint"),
        ("UPDATE entries SET body = NULL, salt = NULL WHERE position = 6", "no erasure says so"),
    ],
)
def test_each_kind_of_damage_is_told_apart(filled: Archive, sql: str, told: str) -> None:
    change(filled, sql)
    assert told in damage(filled).message


def test_a_log_cut_back_to_an_earlier_signed_state_is_found_by_its_checkpoint(filled: Archive) -> None:
    for sql in (
        "DELETE FROM entries WHERE position >= 8",
        "DELETE FROM batches WHERE size > 8",
        "DELETE FROM checkpoints WHERE size > 8",
        "UPDATE tiles SET hashes = substr(hashes, 1, 8 * 32)",
    ):
        change(filled, sql)
    error = damage(filled)
    assert error.message == "The ledger is cut short."
    assert error.where == "entry 8"


def test_a_log_whose_end_does_not_fit_its_signed_root_takes_no_more_entries(filled: Archive) -> None:
    change(filled, "UPDATE tiles SET hashes = zeroblob(352)")
    with pytest.raises(LedgerDamaged, match="does not end where"):
        filled.ledger.append([Draft(Kind.SOURCE, source_body("other"))], by=filled.actor())


def test_an_erased_body_is_gone_and_everything_else_still_verifies(filled: Archive) -> None:
    filled.ledger.erase([4], by=filled.actor(), authority="court order 1", reason="at the family's request")
    verified = filled.verify()
    assert (verified.n_erased, verified.size) == (1, 12)
    assert filled.ledger.entry(4).body is None
    assert [view.entry for view in filled.records.find(predicate="name")] == [3, 5, 6, 7, 8, 9, 10]


def test_keys_and_sources_cannot_be_erased(filled: Archive) -> None:
    for position in (0, 2):
        with pytest.raises(UnknownSubject, match="cannot be erased"):
            filled.ledger.erase([position], by=filled.actor(), authority="none", reason="none")


def test_a_failed_derivation_leaves_no_trace_of_the_batch(filled: Archive) -> None:
    before = filled.ledger.root()
    wrong = detention(2, 99) | {"statements": [{"subject": "p1", "predicate": "no_such_thing", "value": "x"}]}
    with pytest.raises(Exception, match="unknown predicate"):
        filled.ledger.append([Draft(Kind.ACCOUNT, detention(2, 98)), Draft(Kind.ACCOUNT, wrong)], by=filled.actor())
    assert filled.ledger.size == 11
    assert filled.ledger.root() == before
    filled.verify()


def test_a_checkpoint_is_a_signed_note_that_other_tools_can_read(filled: Archive) -> None:
    note = filled.checkpoint().note
    lines = note.split("\n")
    assert lines[:2] == ["test.example/log", "11"]
    assert lines[4].startswith("— test.example/log ")
    public = filled.ledger.public_key("log")
    assert read_checkpoint(note, public).size == 11
    assert verifier_key("test.example/log", public).startswith("test.example/log+")
    with pytest.raises(LedgerDamaged, match="does not hold"):
        read_checkpoint(note.replace("11", "12"), public)


def test_any_entry_can_be_proved_to_be_in_the_log(filled: Archive) -> None:
    from dalil.ledger.log import tile_reader
    from dalil.ledger.store import reading

    with reading(filled.engine) as connection:
        for entry in list(filled.ledger.entries()):
            proof = inclusion_proof(entry.position, 11, tile_reader(connection))
            assert root_from_inclusion(entry.position, 11, leaf_hash(entry.header_bytes), proof) == filled.ledger.root()


def test_a_clock_set_back_does_not_reorder_the_log(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from dalil.values.clock import SeededEntropy, SteppingClock

    backwards = SteppingClock(datetime(2021, 5, 21, tzinfo=UTC), step=timedelta(hours=-1))
    archive = Archive.create(tmp_path / "a", name="back", clock=backwards, entropy=SeededEntropy("back"))
    archive.ledger.append([Draft(Kind.SOURCE, source_body())], by=archive.actor())
    archive.verify()
    archive.close()


def test_the_same_deeds_under_a_seeded_clock_give_the_same_log(tmp_path: Path) -> None:
    roots = set()
    for name in ("one", "two"):
        archive = new_archive(tmp_path / name)
        archive.ledger.append([Draft(Kind.SOURCE, source_body())], by=archive.actor())
        roots.add(archive.ledger.root())
        archive.close()
    assert len(roots) == 1


def test_a_missing_key_file_is_told_with_the_file_it_should_be(filled: Archive) -> None:
    key = filled.path / "keys" / f"{filled.configuration.actor_key}.pem"
    key.write_bytes(b"not a key")
    with pytest.raises(KeyMissing) as caught:
        filled.actor()
    assert caught.value.where == str(key)
    assert caught.value.exit_code == 30
