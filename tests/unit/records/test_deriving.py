"""Derived rows: what was known when, what counts, and that a rebuild gives the same rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from conftest import detention, source_body
from dalil.archive import Archive
from dalil.errors import UnknownSubject
from dalil.ledger.kinds import Kind
from dalil.values.ids import subject_id

Append = Callable[..., int]


def dump(archive: Archive) -> dict[str, list[str]]:
    """Return every row of every table, as text."""
    connection = sqlite3.connect(archive.path / "archive.db")
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}
    connection.close()
    return rows


def person(entry: int) -> int:
    return subject_id(entry, 0)


@pytest.fixture
def four(archive: Archive, record: Append) -> list[int]:
    """Return the entries of four accounts of one source."""
    source = record(Kind.SOURCE, source_body())
    first = record(Kind.ACCOUNT, *(detention(source, number) for number in range(4)))
    return list(range(first, first + 4))


def same(*entries: int) -> dict[str, object]:
    return {"verdict": "same", "sets": [["person", [f"{entry}.0" for entry in entries]]], "basis": "human"}


def test_joined_mentions_are_one_person_known_by_the_oldest(archive: Archive, record: Append, four: list[int]) -> None:
    record(Kind.JUDGEMENT, same(four[2], four[1]))
    record(Kind.JUDGEMENT, same(four[2], four[3]))
    assert archive.records.identity(person(four[3])) == person(four[1])
    assert archive.records.mentions(person(four[2])) == [person(e) for e in four[1:]]
    assert archive.records.identities("person") == [person(four[0]), person(four[1])]


def test_what_was_known_before_a_judgement_stays_known(archive: Archive, record: Append, four: list[int]) -> None:
    before = archive.ledger.size
    record(Kind.JUDGEMENT, same(four[0], four[1]))
    assert len(archive.records.identities("person")) == 3
    assert len(archive.records.identities("person", known_by=before)) == 4
    assert archive.records.identity(person(four[1]), known_by=before) == person(four[1])


def test_an_undone_judgement_splits_only_what_it_held_together(
    archive: Archive, record: Append, four: list[int]
) -> None:
    record(Kind.JUDGEMENT, same(four[0], four[1]))
    bridge = record(Kind.JUDGEMENT, same(four[1], four[2]))
    record(Kind.JUDGEMENT, same(four[2], four[3]))
    joined = archive.ledger.size
    record(Kind.JUDGEMENT, {"verdict": "not", "sets": [], "undoes": [bridge], "basis": "human"})
    assert archive.records.identities("person") == [person(four[0]), person(four[2])]
    assert archive.records.identities("person", known_by=joined) == [person(four[0])]


def test_mentions_held_together_by_two_judgements_stay_together_when_one_is_undone(
    archive: Archive, record: Append, four: list[int]
) -> None:
    first = record(Kind.JUDGEMENT, same(four[0], four[1]))
    record(Kind.JUDGEMENT, same(four[1], four[0]))
    record(Kind.JUDGEMENT, {"verdict": "not", "sets": [], "undoes": [first], "basis": "human"})
    assert archive.records.identity(person(four[1])) == person(four[0])


def test_a_withdrawn_load_is_gone_now_and_there_before(archive: Archive, four: list[int]) -> None:
    before = archive.ledger.size
    assert archive.intake.withdraw("load-1", reason="the list was a forgery") == 4
    assert archive.records.find(predicate="name") == []
    assert archive.records.identities("person") == []
    assert len(archive.records.find(predicate="name", known_by=before)) == 4
    with pytest.raises(UnknownSubject, match="no such load"):
        archive.intake.withdraw("load-1", reason="again")


def test_a_coerced_or_denied_statement_is_held_but_never_counted(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    body = detention(source, 1)
    body["statements"] += [
        {"subject": "p1", "predicate": "name", "value": {"text": "Denied"}, "polarity": "denies"},
        {"subject": "p1", "predicate": "name", "value": {"text": "Coerced"}, "speech": "coerced", "speaker": "p1"},
        {"subject": "p1", "predicate": "name", "value": {"text": "Rebutted"}, "role": "claim_to_rebut"},
    ]
    record(Kind.ACCOUNT, body)
    said = {view.value["text"] for view in archive.records.find(predicate="name") if isinstance(view.value, dict)}
    counted = {row.text for row in archive.records.rows("names")}
    assert said == {"Invented Person 1", "Denied", "Coerced", "Rebutted"}
    assert counted == {"Invented Person 1"}


def test_a_later_account_closes_what_it_replaces(archive: Archive, record: Append, four: list[int]) -> None:
    before = archive.ledger.size
    correction = {
        "source": 2,
        "language": "en",
        "subjects": [["p1", "person", f"{four[0]}.0"]],
        "statements": [{"subject": "p1", "predicate": "sex", "value": "female"}],
        "closes": [f"{four[0]}.1"],
    }
    record(Kind.ACCOUNT, correction)

    def sexes(known_by: int | None = None) -> list[object]:
        return [v.value for v in archive.records.find(predicate="sex", subject=person(four[0]), known_by=known_by)]

    assert sexes() == ["female"]
    assert sexes(before) == ["male"]


def test_find_looks_inside_values_and_follows_names(archive: Archive, record: Append, four: list[int]) -> None:
    record(Kind.JUDGEMENT, same(four[0], four[3]))
    found = archive.records.find(name="Invented Person 3", predicate="name", value={"given": "Invented Person"})
    assert [view.entry for view in found] == [four[0], four[3]]
    held = archive.records.find(predicate="detainee", value={"person": {"name": "Invented Person 3"}})
    assert [view.entry for view in held] == [four[0], four[3]]
    assert archive.records.find(predicate="sex", value="female") == []


def test_a_rebuild_gives_the_rows_that_grew_entry_by_entry(archive: Archive, record: Append, four: list[int]) -> None:
    record(Kind.JUDGEMENT, same(four[0], four[1]), same(four[1], four[2]))
    record(Kind.JUDGEMENT, {"verdict": "not", "sets": [], "undoes": [archive.ledger.size - 1], "basis": "human"})
    record(Kind.DECISION, {"decision": "grade", "subject": f"{four[0]}.1", "grade": "G2", "reason": "two sources"})
    record(Kind.DECISION, {"decision": "grade", "subject": f"{four[0]}.1", "grade": "G3", "reason": "a third"})
    prefer = {"decision": "prefer", "subject": f"{four[0]}.0", "predicate": "sex", "statement": f"{four[0]}.1"}
    record(Kind.DECISION, prefer | {"reason": "documents seen"})
    record(Kind.DECISION, {"decision": "reject", "statement": f"{four[3]}.4", "reason": "another man"})
    archive.ledger.erase([four[2]], by=archive.actor(), authority="family", reason="asked for")
    record(Kind.DECISION, {"decision": "withdraw", "load": "load-1", "reason": "forged"})
    grown = dump(archive)
    assert archive.rebuild() == archive.ledger.size
    assert dump(archive) == grown
    assert any(grown[name] for name in ("memberships", "grades", "preferences", "episode_events"))
