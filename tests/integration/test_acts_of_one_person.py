"""A death told by two lists is one death with two accounts: when linkage joins its victims, and when people do."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil.archive import Archive
from dalil.protection.access import at_the_desk
from dalil.review.pairs import pair_key

MAPPING = """\
format: dalil-mapping/1
source: {{key: {key}, kind: synthetic, synthetic: true, form: list, title: an invented list, language: en}}
key: [no]
subjects: {{p1: person, a1: act}}
columns:
  name: {{subject: p1, predicate: name, part: text, split: [given, family]}}
  father: {{subject: p1, predicate: name, part: father}}
  born: {{subject: p1, predicate: birth}}
  killed: {{subject: a1, predicate: act, part: "on"}}
constants:
  - {{subject: a1, predicate: act, part: kind, value: {kind}}}
  - {{subject: a1, predicate: act, part: victim, value: p1}}
"""
FIRST = "1,Nada Qasim,Salim,1980-03-01,2013-05-04\n2,Rami Darwish,Adel,1975-07-09,2012-11-20\n"
SECOND = "1,Nada Qasim,Salim,1980-03-01,2013-07-30\n2,Lina Sabbagh,Marwan,1991-01-30,2014-02-02\n"
"""Nada's death is nearly three months later here: sources disagree, and she died once."""


@pytest.fixture
def told(archive: Archive, tmp_path: Path) -> dict[str, tuple[int, int]]:
    """Take in both lists; return the person and the act of each row."""
    found: dict[str, tuple[int, int]] = {}
    for key, kind, rows in (("first", "lif.cus", FIRST), ("second", "lif.tor", SECOND)):
        (tmp_path / f"{key}.csv").write_text("no,name,father,born,killed\n" + rows, encoding="utf-8")
        (tmp_path / f"{key}.yaml").write_text(MAPPING.format(key=key, kind=kind), encoding="utf-8")
        archive.intake.sheet(tmp_path / f"{key}.csv", tmp_path / f"{key}.yaml")
        subjects = list(archive.records.rows("subjects"))
        for row, entry in archive.intake.row_entries(key).items():
            person, act = (next(s.id for s in subjects if s.entry == entry and s.kind == k) for k in ("person", "act"))
            found[f"{key} {row}"] = person, act
    return found


def test_linkage_joins_the_deaths_of_those_it_joins_and_a_person_parts_them(
    archive: Archive, told: dict[str, tuple[int, int]]
) -> None:
    (person, act), (again, act_again) = told["first 1"], told["second 1"]
    archive.linkage.run(seed=1)
    assert archive.records.identity(again) == person
    assert archive.records.identity(act_again) == act
    size = archive.ledger.size
    desk = at_the_desk(archive.configuration.actor_key)
    said = archive.review.decide(pair_key(person, again), "not", by=desk, expected_version=None)
    assert archive.records.identity(act_again) == act_again
    assert archive.records.identity(act_again, known_by=size) == act
    archive.review.undo(said.entry, by=desk)
    assert archive.records.identity(act_again) == act


def test_people_who_join_two_persons_join_their_deaths(archive: Archive, told: dict[str, tuple[int, int]]) -> None:
    (person, act), (other, other_act) = told["first 2"], told["second 2"]
    desk = at_the_desk(archive.configuration.actor_key)
    said = archive.review.decide(pair_key(person, other), "same", by=desk, expected_version=None)
    assert archive.records.identity(other_act) == act
    assert [(each.a, each.b) for each in archive.review.audit(desk) if each.leads] == [(person, other)]
    assert [pair[:2] for pair in archive.review.labels(desk)] == [tuple(pair_key(person, other).split("~"))]
    archive.review.undo(said.entry, by=desk)
    assert archive.records.identity(other_act) == other_act
