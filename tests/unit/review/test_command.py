"""``dalil review``: the same as the room, on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from dalil.cli import main
from unit.review.conftest import Desk, pair


def dalil(desk: Desk, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """Run a command on the desk's archive; return its JSON, or what it printed."""
    capsys.readouterr()
    main(["--archive", str(desk.archive.path), "review", *arguments])
    printed = capsys.readouterr().out
    return json.loads(printed) if "--json" in arguments else printed


def test_a_pair_is_shown_decided_and_undone(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    waiting = dalil(desk, capsys, "queue", "--json")
    assert waiting[0]["pair"] == pair(4, 5)
    assert pair(4, 5) in dalil(desk, capsys, "queue")
    shown = dalil(desk, capsys, "show", pair(2, 3), "--json")
    assert "Samer Haddad" in dalil(desk, capsys, "show", pair(2, 3))
    assert "nothing was recorded" in dalil(desk, capsys, "decide", pair(2, 3), "same", "--dry-run")
    version = str(shown["version"])
    decided = dalil(desk, capsys, "decide", pair(2, 3), "same", "--version", version, "--note", "seen", "--json")
    assert (decided["state"], desk.identity(3)) == ("settled", 2)
    told = dalil(desk, capsys, "show", pair(2, 3))
    assert "settled" in told
    assert f"entry {decided['entry']}: same by" in told
    assert "stands: seen" in told
    assert "by a model or a rule" in dalil(desk, capsys, "show", pair(0, 1))
    entry = str(decided["entry"])
    assert "nothing was recorded" in dalil(desk, capsys, "undo", entry, "--dry-run")
    dalil(desk, capsys, "undo", entry, "--note", "a slip")
    assert desk.identity(3) == 3
    (first,) = [each for each in dalil(desk, capsys, "audit", "--json") if each["pair"] == pair(2, 3)]
    assert (first["verdict"], first["entry"], first["undone_by"]) == ("same", decided["entry"], decided["entry"] + 1)
    assert (first["undone"]["note"], first["undone"]["actor"]) == ("a slip", desk.lead.key_id)
    assert str(decided["entry"]) in dalil(desk, capsys, "audit")
    told = " ".join(dalil(desk, capsys, "audit", "4.0").split())
    assert "model, run 10 4.0~5.0 same stands likelihood of the weakest link 0.970" in told
    assert entry not in told  # of other persons
    assert f"undone by {desk.lead.key_id}" in " ".join(dalil(desk, capsys, "audit", "6.0").split())


def test_a_stale_version_ends_with_the_reviewers_exit_code(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        dalil(desk, capsys, "decide", pair(2, 3), "same", "--version", "1")
    assert stopped.value.code == 20
    assert "changed since it was shown" in capsys.readouterr().err


def test_answers_come_from_a_file_and_labels_go_to_one(
    desk: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("id_a;id_b;label;note\n6.0;7.0;same;\n9.0;8.0;different;two cards\n", encoding="utf-8")
    assert "2 verdicts would be recorded, 0 of" in dalil(desk, capsys, "answer", str(file), "--dry-run")
    assert dalil(desk, capsys, "answer", str(file), "--json") == {"answers": 2, "recorded": 2, "proposed": 0}
    out = tmp_path / "labels.csv"
    dalil(desk, capsys, "export", str(out))
    with out.open(encoding="utf-8", newline="") as opened:
        assert list(csv.reader(opened)) == [
            ["id_a", "id_b", "label"],
            ["6.0", "7.0", "same"],
            ["8.0", "9.0", "different"],
        ]
    assert [each["note"] for each in dalil(desk, capsys, "audit", "--json")] == [None, "two cards"]


@pytest.mark.parametrize(
    "text",
    [
        b"a,b\n1,2\n",
        b"id_a,id_b,label\n6.0,7.0,perhaps\n",
        b"id_a,id_b,label\n6,7,same\n",
        b"id_a,id_b,label\n6.0,6.0,same\n",
        b"id_a,id_b,label\n,6.0,same\n",
        b"id_a,id_b,label\n6.0,7.0\n",
        b"id_a,id_b,label,note\n6.0,7.0,same,\xe1\n",
    ],
)
def test_a_file_of_answers_that_cannot_be_read_records_nothing(
    desk: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path, text: bytes
) -> None:
    file = tmp_path / "answers.csv"
    file.write_bytes(text)
    size = desk.archive.ledger.size
    with pytest.raises(SystemExit) as stopped:
        dalil(desk, capsys, "answer", str(file))
    assert (stopped.value.code, desk.archive.ledger.size) == (10, size)


def test_a_second_reviewer_has_a_key_and_agreement_is_measured(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert "two people" in dalil(desk, capsys, "agreement")
    key = dalil(desk, capsys, "introduce", "third desk").strip()
    dalil(desk, capsys, "decide", pair(2, 3), "same")
    dalil(desk, capsys, "decide", pair(4, 5), "not")
    dalil(desk, capsys, "decide", pair(2, 3), "same", "--by", key)
    dalil(desk, capsys, "decide", pair(4, 5), "relative", "--by", key)
    measured = dalil(desk, capsys, "agreement", "--json")
    assert (measured["n_pairs"], measured["share"], measured["kappa"]) == (2, 1.0, 1.0)
    assert "2 pairs, 100.0% agreed" in dalil(desk, capsys, "agreement")


def test_a_verdict_against_another_waits_for_a_third_person_and_says_so(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    key = dalil(desk, capsys, "introduce", "third desk").strip()
    assert "same would be in force" in dalil(desk, capsys, "decide", pair(2, 3), "same", "--dry-run")
    dalil(desk, capsys, "decide", pair(2, 3), "same")
    assert "not would wait" in dalil(desk, capsys, "decide", pair(2, 3), "not", "--by", key, "--dry-run")
    assert "someone who has not judged" in dalil(desk, capsys, "decide", pair(2, 3), "not", "--by", key)
    assert "proposed" in dalil(desk, capsys, "show", pair(2, 3))
    with pytest.raises(SystemExit) as stopped:
        dalil(desk, capsys, "decide", pair(2, 3), "same", "--dry-run")
    assert stopped.value.code == 20


def test_a_person_is_split_and_contradictions_are_listed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert "2 mentions" in dalil(desk, capsys, "split", "4.0", "4.0", "5.0", "--dry-run")
    dalil(desk, capsys, "split", "5.0", "4.0", "5.0", "--note", "two women")
    assert desk.identity(1) == 1
    dalil(desk, capsys, "decide", pair(0, 2), "same")
    dalil(desk, capsys, "decide", pair(1, 2), "same")
    (found,) = dalil(desk, capsys, "contradictions", "--json")
    assert found["pair"] == pair(1, 2)
    assert pair(1, 2) in dalil(desk, capsys, "contradictions")


def test_a_record_takes_steps_and_many_are_graded_and_both_are_undone(
    desk: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    key = desk.first.key_id
    assert "submitted, G0" in dalil(desk, capsys, "standing", "6.0")
    assert "submitted, G0" in dalil(desk, capsys, "step", "6.0", "review", "--dry-run")
    reviewed = dalil(desk, capsys, "step", "6.0", "review", "--by", key, "--grade", "G1", "--json")
    assert (reviewed["state"], reviewed["grade"]) == ("reviewed", "G1")
    version = str(reviewed["version"])
    assert "verified, G1" in dalil(desk, capsys, "step", "6.0", "verify", "--version", version, "--reason", "read")
    told = dalil(desk, capsys, "standing", "6.0", "--json")
    assert [each["value"] for each in told["history"]] == ["reviewed", "G1", "verified"]
    first, _, last = told["history"]
    assert (first["ended_by"], last["ended_by"], last["reason"]) == (last["entry"], None, "read")
    assert "read" in dalil(desk, capsys, "standing", "6.0").split()
    assert f"{told['history'][0]['entry']}" in dalil(desk, capsys, "standing", "6.0")
    file = tmp_path / "ids.txt"
    file.write_text("6.0\n7.0\n8.0\n99.0\n", encoding="utf-8")
    assert "3 records would change" in dalil(desk, capsys, "bulk", "grade", "G2", str(file), "--dry-run")
    printed = dalil(desk, capsys, "bulk", "grade", "G2", str(file), "--reason", "two sources")
    assert "unknown" in printed
    done = dalil(desk, capsys, "bulk", "tag", "seen", str(file), "--json")
    assert (done["changed"], done["skipped"]) == (3, {"unknown": 1})
    entries = [str(done["entries"][0] - 1), str(done["entries"][0])]
    assert "undoes" in dalil(desk, capsys, "undo", *entries)
    assert "verified, G1" in dalil(desk, capsys, "standing", "6.0")
    with pytest.raises(SystemExit) as stopped:
        dalil(desk, capsys, "undo", "10", entries[0])
    assert stopped.value.code == 10


@pytest.mark.parametrize(("text", "found"), [(b"4.0\nabc\n", "on line 2"), (b"\xff4.0\n", "not UTF-8")])
def test_a_file_of_ids_that_holds_something_else_changes_nothing(
    desk: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path, text: bytes, found: str
) -> None:
    (tmp_path / "ids.txt").write_bytes(text)
    size = desk.archive.ledger.size
    with pytest.raises(SystemExit) as stopped:
        dalil(desk, capsys, "bulk", "grade", "G2", str(tmp_path / "ids.txt"), "--reason", "a test")
    assert (stopped.value.code, desk.archive.ledger.size) == (10, size)
    assert found in capsys.readouterr().err


def test_the_key_that_signs_checkpoints_reviews_nothing(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    size = desk.archive.ledger.size
    for key in (desk.archive.configuration.log_key, "no key"):
        with pytest.raises(SystemExit) as stopped:
            dalil(desk, capsys, "decide", pair(2, 3), "same", "--by", key)
        assert (stopped.value.code, desk.archive.ledger.size) == (10, size)
