"""A small archive for review: two invented lists, some of whose rows are of one person, and the pairs a run found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import detention, new_archive, source_body
from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.linkage.archives.candidates import Candidates, write_run
from dalil.protection import Actor, Role
from dalil.protection.access import at_the_desk
from dalil.values.ids import subject_id

NAMES = ("رنا الشامي", "Rana Shami", "سامر حداد", "Samer Haddad", "Ola Nasser", "علا ناصر")
DAYS = ("2013-08-07", "2013-08-07", "2014-01", "2014-01-20", "2012-05-01", "2016-02-02")
FIRST = 4
"""Entries before the first account: two keys, two sources."""
RUN = FIRST + len(NAMES)


def person(number: int) -> int:
    """Return the person of a row."""
    return subject_id(FIRST + number, 0)


def episode(number: int) -> int:
    """Return the detention of a row."""
    return subject_id(FIRST + number, 1)


def pair(a: int, b: int) -> str:
    """Return the key of the persons of two rows."""
    return f"{FIRST + a}.0~{FIRST + b}.0"


def account(source: int, number: int) -> dict[str, Any]:
    """Return a row; rows with an even number are of the first list."""
    body = detention(source, number, arrested=DAYS[number], name=NAMES[number])
    body["statements"][0]["value"] = {"text": NAMES[number]}
    return body


@dataclass(frozen=True)
class Desk:
    """An archive and the people who review in it."""

    archive: Archive
    lead: Actor
    first: Actor
    second: Actor

    def identity(self, number: int, known_by: int | None = None) -> int:
        """Return the row whose person this one is."""
        return (self.archive.records.identity(person(number), known_by=known_by) >> 12) - FIRST

    def decide(self, a: int, b: int, verdict: str, by: Actor, note: str = "") -> Any:
        """Give a verdict on what is shown now."""
        shown = self.archive.review.pair(pair(a, b), by)
        return self.archive.review.decide(shown.key, verdict, note=note, by=by, expected_version=shown.version)


def in_role(actor: Actor, role: Role) -> Actor:
    """Return an actor in another role."""
    return replace(actor, role=role)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Yield an archive of six rows; a run found 0~1 and 2~3 likely, 4~5 doubtful, and joined 0 with 1."""
    archive = new_archive(tmp_path / "archive")
    by = archive.actor()
    archive.ledger.append([Draft(Kind.SOURCE, source_body(key)) for key in ("list-1", "list-2")], by=by)
    archive.ledger.append([Draft(Kind.ACCOUNT, account(2 + n % 2, n)) for n in range(len(NAMES))], by=by)
    archive.ledger.append([Draft(Kind.DEFINITION, {"defines": "linkage", "digest": "0" * 64})], by=by)
    joined = {"verdict": "same", "basis": "model", "run": RUN, "score": 970}
    sets = [["person", ["4.0", "5.0"]], ["episode", ["4.1", "5.1"]]]
    archive.ledger.append([Draft(Kind.JUDGEMENT, {**joined, "sets": sets})], by=by)
    write_run(
        archive.path / "derived",
        Candidates(
            run=RUN,
            a=np.array([person(0), person(2), person(4)]),
            b=np.array([person(1), person(3), person(5)]),
            probability=np.array([0.97, 0.6, 0.4], np.float32),
            joined=np.array([True, False, False]),
            teaches=np.array([0, 0, 1], np.float32),
        ),
    )
    lead = at_the_desk(archive.configuration.actor_key)
    keys = [archive.introduce_actor(label).key_id for label in ("first reviewer", "second reviewer")]
    first, second = (replace(lead, name=key, role=Role.REVIEWER, key_id=key) for key in keys)
    yield Desk(archive, lead, first, second)
    archive.close()
