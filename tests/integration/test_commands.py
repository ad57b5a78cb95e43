"""Every command, run as people run it: what it prints, what it leaves, and whose turn it is when it fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.invented_list import MAPPING, write_list

from dalil.cli import main

ROOT = Path(__file__).parents[2]


class Desk:
    """A place where commands are given."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.archive = folder / "archive"

    def run(self, *arguments: object, fails: int = 0) -> str:
        try:
            main(["-A", str(self.archive), *map(str, arguments)])
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = self._capsys.readouterr()
        assert code == fails, printed.err + printed.out
        return printed.err if fails else printed.out

    def json(self, *arguments: object) -> Any:
        return json.loads(self.run(*arguments, "--json"))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path, capsys)
    made.run("init", made.archive, "--name", "Test archive", "--origin", "test.example/log")
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    write_list(tmp_path / "list.csv", 30)
    return made


@pytest.fixture
def loaded(desk: Desk) -> Desk:
    desk.run("intake", "sheet", desk.folder / "list.csv", "-m", desk.folder / "mapping.yaml")
    desk.run("intake", "account", ROOT / "demo" / "accounts")
    desk.run("intake", "judge", ROOT / "demo" / "judgements")
    desk.run("intake", "decide", ROOT / "demo" / "decisions")
    return desk


def test_init_refuses_a_place_that_is_taken(desk: Desk) -> None:
    assert "already" in desk.run("init", desk.archive, "--name", "again", fails=30)


def test_a_place_without_an_archive_is_the_keepers_matter(desk: Desk) -> None:
    desk.archive = desk.folder / "nowhere"
    told = desk.run("ledger", "status", fails=30)
    assert "There is no archive here" in told
    assert "what to do" in told


def test_a_sheet_is_tried_taken_listed_and_withdrawn(desk: Desk) -> None:
    sheet = ("intake", "sheet", desk.folder / "list.csv", "-m", desk.folder / "mapping.yaml")
    tried = desk.json(*sheet, "--dry-run")
    assert (tried["n_new"], tried["dry_run"]) == (30, True)
    assert desk.json("ledger", "status")["size"] == 2
    taken = desk.json(*sheet)
    assert taken["n_new"] == 30
    assert "stands" in desk.run("intake", "loads")
    assert "30" in desk.run("intake", "withdraw", taken["load"], "--reason", "test", "--dry-run")
    assert "30 accounts" in desk.run("intake", "withdraw", taken["load"], "--reason", "test")
    assert desk.run("intake", "withdraw", taken["load"], "--reason", "test", fails=10)


def test_the_ledger_is_shown_listed_and_verified(loaded: Desk) -> None:
    status = loaded.json("ledger", "status")
    assert status["verifier_key"].startswith("test.example/log+")
    log = loaded.json("ledger", "log", "--kind", "source")
    assert {row["kind"] for row in log} == {"source"}
    assert "Merkle" not in loaded.run("ledger", "log", "--last", "3")
    entry = loaded.json("ledger", "show", 2)
    assert entry["body"]["key"] == "bench"
    verified = loaded.json("ledger", "verify")
    assert (verified["holds"], verified["size"]) == (True, status["size"])
    note = loaded.run("ledger", "checkpoint")
    (loaded.folder / "kept.txt").write_text(note, encoding="utf-8")
    assert "holds" in loaded.run("ledger", "verify", "--checkpoint", loaded.folder / "kept.txt")


def test_records_are_found_shown_and_their_status_told(loaded: Desk) -> None:
    found = loaded.json("records", "find", "--name", "Salim Namour", "--predicate", "name")
    assert {view["value"]["text"] for view in found} >= {"Salim Namour", "Salim Nimour"}
    shown = loaded.json("records", "show", found[0]["identity"])
    assert len(shown["mentions"]) >= 2
    assert "They disagree on" in loaded.run(
        "records",
        "show",
        loaded.json("records", "find", "--name", "the siege of Eastern Ghouta", "--predicate", "event")[0]["identity"],
    )
    episode = loaded.json("records", "find", "--source", "snhr-r210517", "--predicate", "detainee")[0]["subject"]
    status = loaded.json("records", "status", episode, "--as-of", "2021-05-21")
    assert (status["status"], status["certain"]) == ("released", True)
    before = loaded.json("records", "status", episode, "--as-of", "2021-05-01")
    assert before["status"] != "released"


def test_a_person_is_shown_with_what_happened_to_them(loaded: Desk) -> None:
    person = loaded.json("records", "find", "--source", "bench", "--predicate", "name")[0]["identity"]
    shown = loaded.json("records", "show", person, "--as-of", "2021-05-21")
    (episode,) = [other for other in shown["related"] if other["kind"] == "episode"]
    assert episode["status"] in ("detained", "disappeared", "released")
    assert "arrested" in {
        told["value"].get("event") for told in episode["statements"] if isinstance(told["value"], dict)
    }
    assert f"episode {episode['identity']}" in loaded.run("records", "show", person, "--as-of", "2021-05-21")


def test_figures_are_listed_counted_and_opened(loaded: Desk) -> None:
    definitions = loaded.archive / "hand" / "figures"
    for file in (ROOT / "demo" / "figures").glob("*.yaml"):
        (definitions / file.name).write_bytes(file.read_bytes())
    assert {row["name"] for row in loaded.json("figures", "list")} >= {"F10", "F15"}
    record = loaded.json("figures", "run", "F15")
    members = loaded.json("figures", "members", "F15")
    assert len(members) == record["value"] >= 3  # the family of the exchange deal, and invented ones of the list
    assert loaded.run("figures", "members", "F15", "--cell", "women").split() != []
    assert "no figure" in loaded.run("figures", "run", "F99", fails=10).lower()


def test_known_by_takes_a_size_and_a_day(loaded: Desk) -> None:
    find = ("records", "find", "--name", "Amani Ballour", "--predicate", "name", "--known-by")
    assert loaded.json(*find, "2") == []
    assert loaded.json(*find, "2001-01-01") == []
    assert loaded.json(*find, "99999999") != []
    assert loaded.run(*find, "yesterday", fails=10)
    # Four digits are a size like any other, but for those that may be a year.
    assert loaded.json(*find, "9999") == loaded.json(*find, "size:2021") == loaded.json(*find, "99999999")
    assert "size:2021" in loaded.run(*find, "2021", fails=10)
    assert "--known-by needs one day" in loaded.run(*find, "2021-05", fails=10)


def test_the_vocabulary_is_shown_and_resolves_words(desk: Desk) -> None:
    assert desk.run("vocabulary", "resolve", "parties", "Assad forces").strip() == "syria.state"
    assert {"code": "SY01", "English": "Damascus", "Arabic": "دمشق"}.items() <= next(
        row for row in desk.json("vocabulary", "show", "places") if row["code"] == "SY01"
    ).items()
    assert any(row["predicate"] == "episode_event" for row in desk.json("vocabulary", "predicates"))
    assert desk.run("vocabulary", "resolve", "parties", "no such party", fails=10)


def test_rebuild_makes_the_derived_tables_again(loaded: Desk) -> None:
    before = loaded.json("records", "find", "--source", "bench", "--predicate", "sex")
    assert "entries" in loaded.run("rebuild")
    assert loaded.json("records", "find", "--source", "bench", "--predicate", "sex") == before


def test_damage_is_the_keepers_matter_and_names_the_entry(loaded: Desk) -> None:
    import sqlite3

    connection = sqlite3.connect(loaded.archive / "archive.db")
    connection.execute("UPDATE entries SET body = x'7b7d' WHERE position = 7")
    connection.commit()
    connection.close()
    told = loaded.run("ledger", "verify", fails=30)
    assert "entry 7" in told
    assert "commitment" in told


def test_errors_hold_no_word_of_a_record(desk: Desk) -> None:
    sheet = desk.folder / "list.csv"
    text = sheet.read_text(encoding="utf-8").replace("ذكر", "Invented Secret Word")
    sheet.write_text(text, encoding="utf-8")
    told = desk.run("intake", "sheet", sheet, "-m", desk.folder / "mapping.yaml")
    assert "Invented Secret Word" not in told
    assert "refused" in told
    assert "Invented Secret Word" in (desk.folder / "list.csv.refused.csv").read_text(encoding="utf-8-sig")
