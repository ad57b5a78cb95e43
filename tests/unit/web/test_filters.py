"""Filters looked up over all persons at once find whom a search that reads one after the other finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from conftest import detention, source_body
from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.protection.access import at_the_desk
from dalil.values.ids import format_subject, subject_id

AS_OF = 18_000
"""14 April 2019."""


@pytest.fixture
def full(desk: Any) -> Iterator[Archive]:
    """Yield an archive with persons of both sexes, several places, years and ends, some of them joined."""
    with Archive(desk.path) as archive:
        source = record(archive, Kind.SOURCE, source_body("list-3"))
        for number, (sex, place, year) in enumerate(
            [("male", "SY01", 2012), ("female", "SY05", 2013), ("female", "SY01", 2014), ("male", "SY05", 2015)]
        ):
            record(archive, Kind.ACCOUNT, told(source, number, sex, place, year))
        joined = record(archive, Kind.ACCOUNT, told(source, 5, None, "SY07", 2016))
        record(archive, Kind.JUDGEMENT, same(joined - 1, joined))
        archive.figures.refresh()
        yield archive


def record(archive: Archive, kind: Kind, body: dict[str, Any]) -> int:
    return archive.ledger.append([Draft(kind, body)], by=archive.actor()).first


def same(*entries: int) -> dict[str, Any]:
    return {"verdict": "same", "sets": [["person", [f"{entry}.0" for entry in entries]]], "basis": "human"}


def told(source: int, number: int, sex: str | None, place: str, year: int) -> dict[str, Any]:
    body = detention(source, number, name="Alike Invented", arrested=f"{year}-03-01")
    body["statements"] = [each for each in body["statements"] if each["predicate"] != "sex"] + [
        *([{"subject": "p1", "predicate": "sex", "value": sex}] if sex else []),
        {"subject": "p1", "predicate": "birth", "value": str(year - 30)},
        {"subject": "p1", "predicate": "residence", "value": {"place": place}},
    ]
    if year % 2:
        end = {"event": "released", "on": f"{year}-09-01"}
        body["statements"].append({"subject": "d1", "predicate": "episode_event", "value": end})
    return body


FILTERS = (
    {"sex": "male"},
    {"sex": "female", "place": "SY05"},
    {"place": "SY07"},
    {"sex": "male", "place": "SY07"},
    {"source": "list-3"},
    {"source": "list-1"},
    {"dates": "2014"},
    {"age": 36},
    {"age": (30, 33)},
    {"status": "released"},
    {"status": "detained", "sex": "female"},
    {"act": "torture"},
)


def both(archive: Archive, said: dict[str, Any]) -> tuple[list[int], list[int]]:
    """Return whom the desk finds, and whom a search finds that knows nothing ahead."""
    from dalil.web.desk import Desk

    desk = Desk(actor=at_the_desk(archive.configuration.actor_key), archive=archive)
    one = desk.people("Alike Invented", as_of=AS_OF, facets=True, **said)
    other = archive.search.people("Alike Invented", as_of=AS_OF, facets=True, actor=desk.actor, **said)
    assert one.facets == other.facets
    return [hit.person for hit in one.hits], [hit.person for hit in other.hits]


@pytest.mark.parametrize("said", FILTERS, ids=str)
def test_whoever_fits_is_found_either_way(full: Archive, said: dict[str, Any]) -> None:
    here, there = both(full, said)
    assert here == there


def test_most_filters_of_this_test_leave_somebody(full: Archive) -> None:
    assert sum(bool(both(full, said)[0]) for said in FILTERS) >= 8


def test_what_was_recorded_since_the_snapshot_is_found_too(full: Archive) -> None:
    (source,) = [row.id for row in full.engine.connect().exec_driver_sql("SELECT id FROM sources WHERE key = 'list-3'")]
    newcomer = record(full, Kind.ACCOUNT, told(source, 9, "male", "SY01", 2011))
    assert subject_id(newcomer, 0) in both(full, {"sex": "male"})[0]
    # Someone known before of whom a sex is said only now, and someone who joins a man.
    women = both(full, {"sex": "female", "place": "SY01"})[0]
    late = {
        "source": source,
        "language": "en",
        "subjects": [["p1", "person", format_subject(women[0])]],
        "statements": [{"subject": "p1", "predicate": "residence", "value": {"place": "SY09"}}],
    }
    record(full, Kind.ACCOUNT, late)
    here, there = both(full, {"place": "SY09"})
    assert here == there == [women[0]]
    record(full, Kind.JUDGEMENT, same(newcomer, women[0] >> 12))
    here, there = both(full, {"sex": "male", "place": "SY09"})
    assert here == there
    assert len(here) == 1


def test_a_status_that_changed_since_the_snapshot_is_found_too(full: Archive) -> None:
    (source,) = [row.id for row in full.engine.connect().exec_driver_sql("SELECT id FROM sources WHERE key = 'list-3'")]
    held = both(full, {"dates": "2014"})[0][0]
    freed = {
        "source": source,
        "language": "en",
        "subjects": [["d1", "episode", format_subject(held + 1)]],
        "statements": [
            {"subject": "d1", "predicate": "episode_event", "value": {"event": "released", "on": "2018-01-01"}}
        ],
    }
    record(full, Kind.ACCOUNT, freed)
    here, there = both(full, {"status": "released"})
    assert here == there
    assert held in here
