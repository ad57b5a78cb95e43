"""The index in the archive: kept up with the records, rebuilt to the same bytes, forgetting what was erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from conftest import source_body
from dalil.archive import Archive
from dalil.errors import DerivedStale
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.ledger.store import writing
from dalil.search.postings import (
    MOTHER,
    block_of,
    place_code,
    posting,
    read_places,
    statement_of,
    write_places,
)
from dalil.values.ids import subject_id

Append = Callable[..., int]


def named(source: int, *names: dict[str, str], subject: str | None = None) -> dict[str, Any]:
    """Return the body of an account that gives persons (``.0``, ``.1``, …) their names."""
    subjects: list[list[str]] = [[f"p{n}", "person"] for n in range(len(names))]
    if subject is not None:
        subjects[0].append(subject)
    return {
        "source": source,
        "language": "ar",
        "subjects": subjects,
        "statements": [{"subject": f"p{n}", "predicate": "name", "value": value} for n, value in enumerate(names)],
    }


def index(archive: Archive) -> dict[str, list[Any]]:
    """Return every row of the index."""
    connection = sqlite3.connect(archive.path / "archive.db")
    tables = ("search_postings", "search_words", "search_near")
    rows = {name: sorted(connection.execute(f"SELECT * FROM {name}")) for name in tables}
    connection.close()
    return rows


def keys_filed(archive: Archive) -> set[str]:
    return {key for _, _, key, _ in index(archive)["search_postings"]}


def test_a_posting_gives_back_the_statement_and_the_place_it_was_made_of() -> None:
    entry = 5 * 16_384 + 77  # entry 77 of block 5
    packed = posting(subject_id(entry, 4_095), place_code(2, 4))
    assert block_of(entry) == 5
    assert statement_of(5, packed) == subject_id(entry, 4_095)
    assert packed & 63 == 2 << 3 | 3  # the third of four parts
    assert packed < 2**32
    assert read_places(write_places([packed, 1])) == (packed, 1)
    assert len({place_code(at, n) for n in range(1, 9) for at in range(n)} | {MOTHER}) == 36 + 1


def test_a_name_is_filed_under_the_sound_of_each_of_its_parts_and_the_mothers(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    entry = record(Kind.ACCOUNT, named(source, {"text": "Nisreen Shami", "mother": "Huda"}))
    filed = {key: read_places(places) for _, _, key, places in index(archive)["search_postings"]}
    statement = subject_id(entry, 0)
    # Nisreen: n s r n; Shami: sh and m; Huda, beside the name: h d.
    assert filed == {
        "nsrn": (posting(statement, place_code(0, 2)),),
        "sm": (posting(statement, place_code(1, 2)),),
        "hd": (posting(statement, MOTHER),),
    }


def test_what_is_denied_or_said_under_duress_is_not_found(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    body = named(source, {"text": "Rana Shami"})
    for how in ({"polarity": "denies"}, {"speech": "coerced", "speaker": "p0"}, {"role": "claim_to_rebut"}):
        body["statements"].append({"subject": "p0", "predicate": "name", "value": {"text": "Zubayda Qasim"}, **how})
    record(Kind.ACCOUNT, body)
    assert archive.search.people("Rana Shami").hits
    assert archive.search.people("Zubayda Qasim").hits == ()


def test_an_index_rebuilt_is_the_index_maintained(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    first = record(
        Kind.ACCOUNT,
        *(
            named(source, {"text": f"{given} Shami"}) | {"row": row(n)}
            for n, given in enumerate(("Rana", "Huda", "Zayd"))
        ),
    )
    record(Kind.ACCOUNT, named(source, {"text": "رنا الشامي", "given": "رنا", "family": "الشامي", "father": "زيد"}))
    record(Kind.ACCOUNT, named(source, {"text": "Rana al-Shami"}, subject=f"{first}.0") | {"closes": [f"{first}.0"]})
    same = {"verdict": "same", "sets": [["person", [f"{first}.0", f"{first + 1}.0"]]], "basis": "human"}
    judged = record(Kind.JUDGEMENT, same)
    record(Kind.JUDGEMENT, {"verdict": "not", "sets": [], "undoes": [judged], "basis": "human"})
    archive.ledger.erase([first + 2], by=archive.actor(), authority="family", reason="asked for")
    record(Kind.DECISION, {"decision": "withdraw", "load": "load-1", "reason": "forged"})
    grown = index(archive)
    assert keys_filed(archive) == {"rn", "hd", "sm", "d"}  # Zayd, told apart in Arabic: z and d sound alike here
    archive.rebuild()
    assert index(archive) == grown


def row(number: int) -> dict[str, Any]:
    return {"load": "load-1", "key": str(number), "number": number, "digest": f"{number:064x}"}


def test_how_entries_were_grouped_into_batches_does_not_show(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    bodies = [named(source, {"text": name}) for name in ("Rana Shami", "رنا الحلبي", "Rana Halabi", "Huda Shami")]
    record(Kind.ACCOUNT, *bodies)
    archive.ledger.append([Draft(Kind.ACCOUNT, bodies[0])], by=archive.actor())
    record(Kind.ACCOUNT, *bodies[1:])
    grown = index(archive)
    archive.rebuild()  # in one batch
    assert index(archive) == grown


def test_an_erased_name_leaves_no_letter_behind_and_others_stay(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    record(Kind.ACCOUNT, named(source, {"text": "Rana Shami"}))
    before = index(archive)
    gone = record(Kind.ACCOUNT, named(source, {"text": "Rana Zubaydi"}, {"text": "Rannaa Shami"}))
    assert {form for form, _ in index(archive)["search_words"]} == {"rana", "shami", "zubaydi", "rannaa"}
    archive.ledger.erase([gone], by=archive.actor(), authority="family", reason="asked for")
    assert index(archive) == before
    assert archive.search.people("Zubaydi").hits == ()


def test_an_archive_without_an_index_says_that_it_must_be_rebuilt(archive: Archive, record: Append) -> None:
    source = record(Kind.SOURCE, source_body())
    record(Kind.ACCOUNT, named(source, {"text": "Rana Shami"}))
    with writing(archive.engine) as connection:
        connection.execute(text("DROP TABLE search_postings"))
    with pytest.raises(DerivedStale, match="no search index"):
        archive.search.people("Rana")
    archive.close()
    with Archive(archive.path) as again:
        with pytest.raises(DerivedStale, match="no search index"):
            again.ledger.append([Draft(Kind.ACCOUNT, named(source, {"text": "Huda"}))], by=again.actor())
        assert again.ledger.size == source + 2  # nothing was recorded
        again.rebuild()
        assert again.search.people("Rana").hits
