"""The rarer ways in which a log can be wrong, busy, unreadable or asked for what it does not have."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import detention, source_body
from dalil.archive import Archive
from dalil.errors import KeyMissing, LedgerBusy, LedgerDamaged, StoreFull
from dalil.ledger import glance
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer, load_signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import bodies, derived_size
from dalil.ledger.notes import note_key_hash, read_checkpoint, sign_checkpoint
from dalil.ledger.store import reading, writing
from dalil.ledger.tree import check_consistency, leaf_hash, root_from_inclusion
from dalil.ledger.troubles import translate

Append = Callable[..., int]


@pytest.fixture
def five(archive: Archive, record: Append) -> Archive:
    """Two keys, a source and two accounts, in three batches."""
    source = record(Kind.SOURCE, source_body())
    record(Kind.ACCOUNT, detention(source, 1), detention(source, 2))
    return archive


def change(archive: Archive, sql: str, *values: object) -> None:
    archive.close()
    connection = sqlite3.connect(archive.path / "archive.db")
    connection.execute(sql, values)
    connection.commit()
    connection.close()


def test_bytes_stored_as_text_are_damage(five: Archive) -> None:
    change(five, "UPDATE entries SET body = CAST(body AS TEXT) WHERE position = 3")
    with pytest.raises(LedgerDamaged, match="not stored as bytes"):
        five.verify()


def test_an_entry_said_to_be_of_another_kind_does_not_belong_where_it_stands(five: Archive) -> None:
    change(five, "UPDATE entries SET kind = 'issue' WHERE position = 3")
    with pytest.raises(LedgerDamaged, match="does not belong where it stands"):
        five.verify()


def test_a_header_of_an_unknown_kind_is_refused_not_guessed(five: Archive) -> None:
    header = five.ledger.entry(3).header_bytes.replace(b'"account"', b'"rumour"')
    change(five, "UPDATE entries SET header = ?, kind = 'rumour' WHERE position = 3", header)
    with pytest.raises(LedgerDamaged, match="cannot read"):
        five.verify()
    with pytest.raises(LedgerDamaged, match="cannot read"):
        five.ledger.entry(3)


def test_a_key_whose_body_is_gone_leaves_its_batch_unproved(five: Archive) -> None:
    change(five, "UPDATE entries SET body = NULL, salt = NULL WHERE position = 1")
    with pytest.raises(LedgerDamaged, match="signature of a batch"):
        five.verify()


def test_a_checkpoint_of_another_root_is_told_whether_kept_here_or_given(five: Archive, tmp_path: Path) -> None:
    key = load_signer(five.path / "keys", five.configuration.log_key)
    forged = sign_checkpoint("test.example/log", 5, bytes(32), key)
    given = tmp_path / "given.txt"
    given.write_text(forged.note, encoding="utf-8")
    with pytest.raises(LedgerDamaged, match="not the one the checkpoint was made of"):
        five.verify(against=given)
    change(five, "INSERT INTO checkpoints VALUES (5, ?)", forged.note)
    with pytest.raises(LedgerDamaged, match="contradicts the log"):
        five.verify()


def test_a_checkpoint_of_a_size_at_which_no_batch_ended_is_damage(five: Archive) -> None:
    key = load_signer(five.path / "keys", five.configuration.log_key)
    note = sign_checkpoint("test.example/log", 4, five.ledger.root(4), key).note
    change(five, "INSERT INTO checkpoints VALUES (4, ?)", note)
    with pytest.raises(LedgerDamaged, match="no batch ended"):
        five.verify()


def test_a_checkpoint_asked_for_twice_is_the_one_kept(five: Archive) -> None:
    assert five.checkpoint().note == five.checkpoint().note
    assert five.verify().n_checkpoints == 2


@pytest.mark.parametrize("note", ["", "one line\n", "a\nb\nc\n\n", "a\n1\nAA==\n", "a\n1\nAA==\n\nnot a signature\n"])
def test_text_that_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(LedgerDamaged, match="does not hold"):
        read_checkpoint(note, bytes(32))


def test_a_note_may_carry_signatures_of_others_beside_the_logs() -> None:
    log, witness = Signer.from_seed(bytes(32)), Signer.from_seed(b"w" * 32)
    made = sign_checkpoint("log.example", 7, bytes(32), log)
    text = made.note.split("\n\n")[0] + "\n"
    theirs = base64.b64encode(note_key_hash("witness", witness.public) + witness.sign(text.encode())).decode()
    assert read_checkpoint(made.note + f"— witness {theirs}\n", log.public).size == 7
    with pytest.raises(LedgerDamaged):
        read_checkpoint(made.note, witness.public)


def test_a_key_file_that_is_gone_or_holds_another_key_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing) as gone:
        load_signer(tmp_path, "0" * 16)
    assert gone.value.found == "no such file"
    other = Signer.from_seed(bytes(32)).save(tmp_path)
    other.rename(tmp_path / ("1" * 16 + ".pem"))
    with pytest.raises(KeyMissing) as wrong:
        load_signer(tmp_path, "1" * 16)
    assert "another key" in wrong.value.found


def test_a_log_without_a_key_for_a_role_says_so(five: Archive) -> None:
    with pytest.raises(LedgerDamaged, match="names no key for this role"):
        five.ledger.public_key("witness")


def test_erased_bodies_are_absent_from_a_reading_of_many(five: Archive) -> None:
    five.ledger.erase([3], by=five.actor(), authority="family", reason="asked for")
    with reading(five.engine) as connection:
        assert sorted(bodies(connection, [3, 4])) == [4]


def test_proofs_of_impossible_shape_prove_nothing() -> None:
    leaf = leaf_hash(b"a")
    assert root_from_inclusion(3, 3, leaf, []) is None
    assert root_from_inclusion(0, 1, leaf, [leaf]) is None
    assert root_from_inclusion(0, 2, leaf, []) is None
    assert not check_consistency(0, leaf, 4, leaf, [])
    assert not check_consistency(5, leaf, 4, leaf, [])
    assert not check_consistency(2, leaf, 4, leaf, [])
    assert not check_consistency(2, leaf, 3, leaf, [leaf, leaf, leaf, leaf])
    assert check_consistency(4, leaf, 4, leaf, [])


def test_a_second_writer_is_told_that_the_archive_is_busy(five: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    held = sqlite3.connect(five.path / "archive.db", isolation_level=None)
    five.close()
    from sqlalchemy import event

    event.listen(five.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=1"))
    held.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerBusy) as caught:
        five.ledger.append([Draft(Kind.SOURCE, source_body("x"))], by=five.actor())
    held.execute("ROLLBACK")
    held.close()
    assert caught.value.exit_code == 30


def test_the_drivers_errors_are_told_by_who_must_act(five: Archive) -> None:
    assert isinstance(translate(sqlite3.OperationalError("database is locked")), LedgerBusy)
    assert isinstance(translate(sqlite3.OperationalError("database or disk is full")), StoreFull)
    assert isinstance(translate(None), LedgerDamaged)
    with pytest.raises(LedgerDamaged, match="cannot be read as it should"), writing(five.engine) as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")
    with pytest.raises(LedgerDamaged), writing(five.engine):
        raise sqlite3.DatabaseError("file is not a database")


def test_a_glance_agrees_with_the_ledger(five: Archive) -> None:
    database = five.path / "archive.db"
    five.ledger.append([Draft(Kind.ISSUE, {"issued": "nothing"})], by=five.actor())
    with reading(five.engine) as connection:
        told = derived_size(connection)
    assert (glance.ledger_size(database), glance.derived_size(database), told) == (6, 5, 5)
    assert glance.signed_root(database, 6) == five.ledger.root()
    assert glance.signed_root(database, 4) is None


def test_a_glance_at_what_is_no_database_is_the_keepers_matter(tmp_path: Path) -> None:
    with pytest.raises(LedgerDamaged):
        glance.ledger_size(tmp_path / "nothing.db")
    (tmp_path / "text.db").write_text("this is a text, and long enough not to look like an empty database" * 20)
    with pytest.raises(LedgerDamaged):
        glance.derived_size(tmp_path / "text.db")
