"""Finding statements through the indexes that keep a long load as cheap at its end as at its beginning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import literal_column, select

from conftest import detention, source_body
from dalil.archive import Archive
from dalil.ledger.kinds import Kind
from dalil.ledger.store import reading
from dalil.records import tables

Append = Callable[..., int]


def test_a_name_is_found_in_every_block_of_the_ledger(
    archive: Archive, record: Append, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Blocks of one entry instead of 16,384: the same name in three of them.
    monkeypatch.setattr(tables, "BLOCK_BITS", 12)
    monkeypatch.setattr(tables, "BLOCK", literal_column("(id >> 12)"))
    source = record(Kind.SOURCE, source_body())
    entries = [record(Kind.ACCOUNT, detention(source, number)) for number in (1, 2, 1, 1)]
    (said,) = [s["value"]["text"] for s in detention(source, 1)["statements"] if s["predicate"] == "name"]
    found = archive.records.find(predicate="name", name=said)
    assert [view.entry for view in found] == [entries[0], entries[2], entries[3]]
    assert archive.records.find(predicate="name", name="nobody of this name") == []


def test_what_was_denied_is_found_by_its_parts_beside_what_was_asserted(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())

    def told(**more: Any) -> int:
        said = {"subject": "d1", "predicate": "held_by", "value": {"party": "syria.state"}, **more}
        return record(
            Kind.ACCOUNT, {"source": source, "language": "en", "subjects": [["d1", "episode"]], "statements": [said]}
        )

    asserted, denied = told(), told(polarity="denies")
    found = archive.records.find(kind="episode", predicate="held_by", value={"party": "syria.state"})
    assert [(view.entry, view.polarity) for view in found] == [(asserted, "asserts"), (denied, "denies")]
    assert archive.records.find(kind="person", predicate="held_by", value={"party": "syria.state"}) == []


def test_the_rare_indexes_are_used(archive: Archive) -> None:
    by_name = "SELECT subject FROM names WHERE (id >> 26) IN (0, 1) AND text = 'x'"
    unfree = str(tables.unfree("held_by").compile(compile_kwargs={"literal_binds": True}))
    s = tables.statements.c
    sexes = select(s.subject).where(
        s.subject.in_([4096, 8192]), tables.SAYS_SEX, s.value == "female", tables.known_by(tables.statements, None)
    )
    of_sex = str(sexes.compile(compile_kwargs={"literal_binds": True}))
    used = {"names_by_text": by_name, "statements_unfree": unfree, "COVERING INDEX statements_of_sex": of_sex}
    with reading(archive.engine) as connection:
        for index, query in used.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
            assert any(index in row[-1] for row in plan), plan
