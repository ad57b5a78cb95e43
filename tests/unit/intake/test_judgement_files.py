"""Judgement and decision files become bodies that speak of what an archive holds, or are refused with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil.errors import BadInput, UnknownTerm, WrongAccountFile
from dalil.intake.judgement_files import StatementChoice, read_decision_file, read_judgement_file
from dalil.vocabulary import Vocabulary, load_vocabulary

JUDGEMENTS = """\
format: dalil-judgement/1
by_basis: human
judgements:
  - {verdict: same, kind: person, subjects: [list-a#p1, list-b#p1, "90.0"], note: same shop}
  - {verdict: unsure, kind: event, subjects: [list-a#e1, list-b#e1], basis: rule}
"""
DECISIONS = """\
format: dalil-decision/1
decisions:
  - decision: prefer
    subject: list-a#p1
    predicate: birth
    statement: {source: list-b, subject: list-b#p1, predicate: birth, locator: p. 2, value: 1990-05}
    reason: from a document
  - {decision: grade, source: list-a, grade: G1, flag: contested, reason: one source}
  - {decision: reject, statement: {source: list-a, predicate: name, value: {text: x}}, reason: a test entry}
"""
PLACES = {"list-a#p1": "18.0", "list-b#p1": "20.0", "90.0": "90.0", "list-a#e1": "18.1", "list-b#e1": "20.1"}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "hand.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_judgements_become_bodies_with_ids_in_place_of_references(tmp_path: Path, vocabulary: Vocabulary) -> None:
    judgements = read_judgement_file(written(tmp_path, JUDGEMENTS), vocabulary)
    assert [judgement.body(PLACES.__getitem__) for judgement in judgements] == [
        {"verdict": "same", "sets": [["person", ["18.0", "20.0", "90.0"]]], "basis": "human", "note": "same shop"},
        {"verdict": "unsure", "sets": [["event", ["18.1", "20.1"]]], "basis": "rule"},
    ]
    assert judgements[1].where == "hand.yaml:5, judgement 2"


def test_a_judgement_may_undo_earlier_ones_and_may_say_relatives(tmp_path: Path, vocabulary: Vocabulary) -> None:
    text = (
        "format: dalil-judgement/1\njudgements:\n"
        "  - {verdict: relative, kind: person, subjects: [list-a#p1, list-b#p1], undoes: [412]}\n"
    )
    (judgement,) = read_judgement_file(written(tmp_path, text), vocabulary)
    assert judgement.body(PLACES.__getitem__) == {
        "verdict": "relative",
        "sets": [["person", ["18.0", "20.0"]]],
        "basis": "human",
        "undoes": [412],
    }


@pytest.mark.parametrize("field", ["basis: model", "basis: hearsay", "undoes: [-1]", "undoes: 412", "undoes: [true]"])
def test_a_judgement_is_refused_that_claims_a_model_or_undoes_no_position(
    tmp_path: Path, vocabulary: Vocabulary, field: str
) -> None:
    text = (
        "format: dalil-judgement/1\njudgements:\n"
        f"  - {{verdict: same, kind: person, subjects: [a#p1, b#p1], {field}}}\n"
    )
    with pytest.raises(WrongAccountFile):
        read_judgement_file(written(tmp_path, text), vocabulary)


def test_decisions_become_bodies_with_ids_in_place_of_references(tmp_path: Path, vocabulary: Vocabulary) -> None:
    asked: list[StatementChoice] = []

    def find_statement(choice: StatementChoice) -> str:
        asked.append(choice)
        return "20.4"

    decisions = read_decision_file(written(tmp_path, DECISIONS), vocabulary)
    bodies = [
        decision.body(
            find_subject=PLACES.__getitem__, find_source={"list-a": 17}.__getitem__, find_statement=find_statement
        )
        for decision in decisions
    ]
    assert bodies == [
        {
            "decision": "prefer",
            "reason": "from a document",
            "subject": "18.0",
            "predicate": "birth",
            "statement": "20.4",
        },
        {"decision": "grade", "reason": "one source", "source": 17, "grade": "G1", "flag": "contested"},
        {"decision": "reject", "reason": "a test entry", "statement": "20.4"},
    ]
    assert (asked[0].source, asked[0].subject, asked[0].predicate, asked[0].locator, asked[0].value) == (
        "list-b",
        "list-b#p1",
        "birth",
        "p. 2",
        "1990-05",
    )


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("dalil-judgement/1", "dalil-decision/1", WrongAccountFile),
        ("verdict: same", "verdict: identical", WrongAccountFile),
        ("kind: person", "kind: conclusion", UnknownTerm),
        ("kind: person", "kind: persons", UnknownTerm),
        ("list-b#p1, ", "list-a#p1, ", WrongAccountFile),
        ("[list-a#e1, list-b#e1]", "[list-a#e1]", WrongAccountFile),
        ("list-a#e1,", "list-a.e1,", WrongAccountFile),
        ("note: same shop", "notes: same shop", WrongAccountFile),
    ],
)
def test_a_wrong_judgement_is_refused_with_its_line(
    tmp_path: Path, vocabulary: Vocabulary, old: str, new: str, error: type[BadInput]
) -> None:
    assert old in JUDGEMENTS
    with pytest.raises(error, match=r"hand\.yaml:[1345]"):
        read_judgement_file(written(tmp_path, JUDGEMENTS.replace(old, new)), vocabulary)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("dalil-decision/1", "dalil-judgement/1", WrongAccountFile),
        ("decision: prefer", "decision: choose", WrongAccountFile),
        ("    subject: list-a#p1\n", "", WrongAccountFile),
        ("    predicate: birth\n", "    predicate: born\n", UnknownTerm),
        ("    reason: from a document\n", "", WrongAccountFile),
        ("grade: G1", "grade: G9", WrongAccountFile),
        ("flag: contested", "flag: doubtful", WrongAccountFile),
        ("source: list-a, grade", "source: list-a, subject: list-a#p1, grade", WrongAccountFile),
        ("decision: reject, statement: {source: list-a,", "decision: reject, statement: {", WrongAccountFile),
    ],
)
def test_a_wrong_decision_is_refused_with_its_line(
    tmp_path: Path, vocabulary: Vocabulary, old: str, new: str, error: type[BadInput]
) -> None:
    assert old in DECISIONS
    with pytest.raises(error, match=r"hand\.yaml:\d"):
        read_decision_file(written(tmp_path, DECISIONS.replace(old, new)), vocabulary)


@pytest.mark.parametrize("name", ["judgements", "decisions"])
def test_a_file_without_items_is_refused(tmp_path: Path, vocabulary: Vocabulary, name: str) -> None:
    read = {"judgements": read_judgement_file, "decisions": read_decision_file}[name]
    with pytest.raises(WrongAccountFile, match=f"holds no {name}"):
        read(written(tmp_path, f"format: dalil-{name[:-1]}/1\n{name}: []\n"), vocabulary)
