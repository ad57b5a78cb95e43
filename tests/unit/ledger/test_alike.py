"""Checking entries many at once: what passes is what passes one by one, and what does not is named as exactly."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import detention, new_archive, source_body
from dalil.archive import Archive
from dalil.errors import LedgerDamaged
from dalil.ledger.alike import leaves_alike
from dalil.ledger.entries import Draft, commit, write_header
from dalil.ledger.kinds import Kind
from dalil.ledger.tree import leaf_hash
from dalil.ledger.verification import SCAN_ROWS

Append = Callable[..., int]
ACTOR, AT = "ab" * 8, "2021-05-21T08:00:00.000Z"


def row(position: int, *, entry_id: str = "cd" * 16, kind: str = "account") -> tuple[Any, ...]:
    salt, body = bytes([position]) * 32, b'{"source":%d}' % position
    commitment = commit(salt, body)
    header = write_header(actor=ACTOR, commitment=commitment, entry_id=entry_id, kind=kind, recorded_at=AT)
    return position, kind, header, salt, body


def judged_alike(rows: list[tuple[Any, ...]], *, first: int = 7, not_before: bytes = b"2021") -> bool:
    return leaves_alike(rows, first=first, actor=ACTOR, not_before=not_before) is not None


def test_entries_that_are_alike_and_whole_are_hashed_together() -> None:
    rows = [row(7), row(8, entry_id="0f" * 16)]
    found = leaves_alike(rows, first=7, actor=ACTOR, not_before=AT.encode())
    assert found is not None
    assert found.leaves == [leaf_hash(rows[0][2]), leaf_hash(rows[1][2])]
    assert (found.at, found.n_body_bytes) == (AT.encode(), 2 * len(b'{"source":7}'))


@pytest.mark.parametrize("column", range(5))
@pytest.mark.parametrize("stored", [None, 7.5, "text", b"other bytes", b""])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_nothing_that_is_stored_otherwise_passes_in_haste(column: int, stored: object, place: int) -> None:
    rows = [row(7), row(8), row(9)]
    assert judged_alike(rows)
    rows[place] = (*rows[place][:column], stored, *rows[place][column + 1 :])
    assert not judged_alike(rows)


@pytest.mark.parametrize("place", [0, 1])
def test_a_header_that_fits_its_body_and_is_not_canonical_does_not_pass(place: int) -> None:
    rows = [row(7), row(8)]
    rows[place] = row(7 + place, entry_id="CD" * 16)
    assert not judged_alike(rows)


def test_what_needs_more_than_hashing_or_stands_elsewhere_does_not_pass_in_haste() -> None:
    assert not judged_alike([])
    assert not judged_alike([row(7, kind="erasure")])
    assert not judged_alike([row(7), row(8, kind="judgement")])
    assert not judged_alike([row(7), row(9)])
    assert not judged_alike([row(7)], first=6)
    assert not judged_alike([row(7)], not_before=b"2021-05-21T08:00:00.001Z")
    assert leaves_alike([row(7)], first=7, actor="00" * 8, not_before=b"") is None


@pytest.fixture(scope="module")
def long_batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of two keys, a source, and 600 accounts in one batch: entries 3 to 602."""
    archive = new_archive(tmp_path_factory.mktemp("long") / "archive")
    by = archive.actor()
    source = archive.ledger.append([Draft(Kind.SOURCE, source_body())], by=by).first
    archive.ledger.append([Draft(Kind.ACCOUNT, detention(source, number)) for number in range(600)], by=by)
    archive.close()
    return archive.path


@pytest.mark.parametrize("position", [3, 4, 2 + SCAN_ROWS, 3 + SCAN_ROWS, 2 + 2 * SCAN_ROWS, 602])
@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE entries SET body = CAST(body || ' ' AS BLOB) WHERE position = ?", "does not match its commitment"),
        ("UPDATE entries SET salt = CAST(salt || 'x' AS BLOB) WHERE position = ?", "does not match its commitment"),
        ("UPDATE entries SET body = NULL, salt = NULL WHERE position = ?", "no erasure says so"),
        ("UPDATE entries SET kind = 'judgement' WHERE position = ?", "does not belong where it stands"),
        ("UPDATE entries SET header = CAST(header || 'x' AS BLOB) WHERE position = ?", "cannot read"),
        ("DELETE FROM entries WHERE position = ?", "missing"),
        ("DELETE FROM entries WHERE position >= ?", "cut short"),
    ],
)
def test_the_first_bad_entry_of_a_long_batch_is_named(
    long_batch: Path, tmp_path: Path, position: int, sql: str, told: str
) -> None:
    with sqlite3.connect(long_batch / "archive.db") as whole, sqlite3.connect(tmp_path / "archive.db") as copy:
        whole.backup(copy)
        copy.execute(sql, (position,))
    whole.close()
    copy.close()
    (tmp_path / "dalil.toml").write_bytes((long_batch / "dalil.toml").read_bytes())
    with Archive(tmp_path) as archive, pytest.raises(LedgerDamaged) as caught:
        archive.verify()
    assert caught.value.where == f"entry {position}"
    gone_at_the_end = sql.startswith("DELETE") and position == 602
    assert ("cut short" if gone_at_the_end else told) in caught.value.message
