"""An archive's lists are linked: what is found is recorded whole or not at all, and people are never overruled."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from demo import linking
from demo.building import HERE as DEMO
from demo.building import make_archive, take_documents, take_lists
from demo.lists import generate

from dalil.archive import Archive
from dalil.cli import main
from dalil.errors import LedgerBusy, UnknownSubject, WrongLists
from dalil.figures.linkage_doubt import leanings
from dalil.ledger.kinds import Kind
from dalil.linkage.archives.candidates import read_compared
from dalil.linkage.archives.linkable import read_linkable
from dalil.linkage.archives.records import read_records
from dalil.linkage.persons.clustering import MOST_REPEATING, cluster
from dalil.linkage.persons.leaning import LEANS, LEAST, MOST
from dalil.linkage.weighing.calibrating import is_audited
from dalil.protection.access import at_the_desk
from dalil.review.deciding import Answer
from dalil.review.pairs import pair_key
from dalil.review.stakes import stakes_of
from dalil.values.ids import parse_subject
from integration.killing import killed_until_it_ends

SCALE = 0.006


@dataclass(frozen=True)
class Linked:
    """A copy of a small demonstration archive, with what its generator knows."""

    archive: Archive
    truth: linking.Truth
    untouched: Path

    def identities(self) -> dict[int, int]:
        joined = {row.subject: row.identity for row in self.archive.records.rows("memberships")}
        return {mention: joined.get(mention, mention) for mention in (*self.truth.persons, *self.truth.episodes)}

    def linkable(self) -> dict[int, str]:
        """Return whose each mention is, of those that tell enough to be linked: only these are measured."""
        tables, vocabulary = self.archive.derived_rows.tables, self.archive.vocabulary
        with self.archive.engine.connect() as connection:
            records = read_records(connection, tables, vocabulary)
        mentions = {int(mention) for each in records.values() for mention in each.mentions}
        return {mention: who for mention, who in self.truth.persons.items() if mention in mentions}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linkage")
    generate(folder / "lists", seed=linking.SEED, scale=SCALE)
    with make_archive(folder / "archive") as archive:
        take_documents(archive)
        take_lists(archive, folder / "lists", lambda key, receipt: None)
    return folder


@pytest.fixture(scope="module")
def run_once(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked") / "archive"
    shutil.copytree(built / "archive", folder)
    with Archive(folder) as archive:
        archive.linkage.run(seed=1)
    return folder


@pytest.fixture
def linked(built: Path, run_once: Path, tmp_path: Path) -> Iterator[Linked]:
    shutil.copytree(run_once, tmp_path / "archive")
    with Archive(tmp_path / "archive") as archive:
        yield Linked(archive, linking.read_truth(archive, built / "lists"), built / "archive")


def bodies(archive: Archive, kind: Kind) -> list[dict[str, Any]]:
    return [entry.body for entry in archive.ledger.entries(kind=kind) if entry.body is not None]


def test_most_of_those_who_are_one_are_found_and_few_others_are_joined(linked: Linked) -> None:
    persons, detentions = linking.quality(linked.archive, linked.truth.persons, linked.truth.episodes)
    assert persons.precision > 0.95
    assert persons.recall > 0.95
    assert abs(persons.n_found - persons.n_true) / persons.n_true < 0.02
    assert detentions.recall > 0.95


def test_every_automatic_judgement_bears_its_run_its_score_and_its_reasons(linked: Linked) -> None:
    (run,) = linked.archive.linkage.standing()
    judged = [body for body in bodies(linked.archive, Kind.JUDGEMENT) if body["basis"] == "model"]
    assert judged
    assert {body["run"] for body in judged} == {run}
    assert all(0 <= body["score"] <= 1000 for body in judged)
    assert sum(bool(body["why"]) for body in judged) > 0.9 * len(judged)
    (model,) = [b for b in bodies(linked.archive, Kind.DEFINITION) if b["defines"] == "linkage_model"]
    said = linked.archive.linkage.runs()[run]
    assert said["models"] == {model["name"]: model["digest"]}
    assert model["content"]["start"]


def test_a_run_says_by_what_it_leaned_and_what_it_compared_is_put_together_by_that_again(linked: Linked) -> None:
    (run,) = linked.archive.linkage.standing()
    said = linked.archive.linkage.runs()[run]
    ((lean, repeating),) = leanings(said)
    assert LEAST <= lean <= MOST
    assert 0 < repeating < 0.1
    compared = read_compared(linked.archive.path / "derived", run)
    mentions = np.unique(np.concatenate([compared.a, compared.b]))
    source = {row.id: row.source for row in linked.archive.records.rows("accounts")}
    list_of = np.array([source[mention >> 12] for mention in mentions.tolist()], np.int64)
    again = cluster(
        len(mentions),
        np.searchsorted(mentions, compared.a),
        np.searchsorted(mentions, compared.b),
        compared.log_odds + np.float32(lean),
        np.unique(list_of, return_inverse=True)[1].astype(np.int16),
        repeating=repeating,
    ).cluster
    a, b = (np.searchsorted(mentions, ends) for ends in (compared.a, compared.b))
    assert ((again[a] == again[b]) == compared.joined).all()


def test_a_run_whose_entry_does_not_say_by_what_it_leaned_is_tried_with_one_lean_after_another() -> None:
    assert leanings({"leans": [1_500_000, 2_015_625], "repeating": [12_500, 3_000]}) == [
        (1.5, 0.0125),
        (2.015625, 0.003),
    ]
    assert leanings({"n_labels": 0}) == [(lean, MOST_REPEATING) for lean in LEANS]


def test_no_invented_person_is_joined_with_a_real_one(linked: Linked) -> None:
    sources = {row.id: row.synthetic for row in linked.archive.records.rows("sources")}
    accounts = {row.id: sources[row.source] for row in linked.archive.records.rows("accounts")}
    kinds = {row.id: row.kind for row in linked.archive.records.rows("subjects")}
    for row in linked.archive.records.rows("memberships"):
        if kinds[row.subject] == "person":
            assert accounts[row.subject >> 12] == accounts[row.identity >> 12]


def test_rows_rebuilt_from_the_ledger_are_those_that_grew(linked: Linked) -> None:
    def rows() -> list[Any]:
        return [tuple(row) for table in ("memberships", "judgements") for row in linked.archive.records.rows(table)]

    grown = rows()
    linked.archive.rebuild()
    assert rows() == grown
    assert linked.archive.verify().size == linked.archive.ledger.size


def test_the_same_archive_and_seed_give_the_same_judgements(linked: Linked, tmp_path: Path) -> None:
    shutil.copytree(linked.untouched, tmp_path / "again")
    with Archive(tmp_path / "again") as again:
        again.linkage.run(seed=1)
        for kind in (Kind.JUDGEMENT, Kind.DEFINITION):
            assert bodies(again, kind) == bodies(linked.archive, kind)


def test_a_dry_run_says_what_would_be_and_records_nothing(linked: Linked) -> None:
    size, before = linked.archive.ledger.size, linked.identities()
    receipt = linked.archive.linkage.run(seed=1, dry_run=True)
    assert receipt.run is None
    assert receipt.n_judgements > 0
    assert (linked.archive.ledger.size, linked.identities()) == (size, before)


def test_a_run_during_which_something_is_recorded_records_nothing_itself(linked: Linked) -> None:
    at_desk = at_the_desk(linked.archive.configuration.actor_key)
    a, b = sorted(linked.truth.persons)[:2]

    def someone_else(text: str) -> None:
        if text.startswith("writing"):
            linked.archive.review.decide(pair_key(a, b), "unsure", by=at_desk, expected_version=None)

    size, before = linked.archive.ledger.size, linked.archive.linkage.standing()
    with pytest.raises(LedgerBusy):
        linked.archive.linkage.run(seed=1, progress=someone_else)
    assert (linked.archive.ledger.size, linked.archive.linkage.standing()) == (size + 1, before)


def test_what_people_judged_holds_before_and_after_another_run(linked: Linked) -> None:
    desk = at_the_desk(linked.archive.configuration.actor_key)
    before = linked.identities()
    persons = sorted(linked.truth.persons)
    joined = next((before[m], m) for m in persons if before[m] != m)  # the model is sure, and a person says no
    apart = next((a, b) for a, b in zip(persons, persons[50:], strict=False) if before[a] != before[b])
    answers = [Answer(pair=pair_key(*joined), verdict="not"), Answer(pair=pair_key(*apart), verdict="same")]
    linked.archive.review.answer(answers, by=desk)
    for again in (False, True):
        if again:
            first = linked.archive.linkage.standing()
            linked.archive.linkage.run(seed=1)
            assert len(linked.archive.linkage.standing()) == 1
            assert linked.archive.linkage.standing() != first
        now = linked.identities()
        assert now[joined[0]] != now[joined[1]]
        assert now[apart[0]] == now[apart[1]]


def test_a_run_that_finds_nothing_new_writes_no_judgement_and_the_queue_goes_on(linked: Linked) -> None:
    desk = at_the_desk(linked.archive.configuration.actor_key)
    before, asked = linked.identities(), linked.archive.review.queue(desk, limit=3)
    size = linked.archive.ledger.size
    receipt = linked.archive.linkage.run(seed=1)
    assert (receipt.n_new, receipt.n_undone) == (0, 0)
    assert linked.archive.ledger.size == size + 1  # the run itself
    assert linked.archive.linkage.standing() == [receipt.run]
    assert linked.identities() == before
    assert [each.key for each in linked.archive.review.queue(desk, limit=3)] == [each.key for each in asked]
    with Archive(linked.archive.path) as opened_anew:
        assert [each.key for each in opened_anew.review.queue(desk, limit=3)] == [each.key for each in asked]


def test_the_mention_a_person_takes_out_of_three_leaves_the_other_two_together(linked: Linked) -> None:
    desk = at_the_desk(linked.archive.configuration.actor_key)
    bodies_ = [body for body in bodies(linked.archive, Kind.JUDGEMENT) if body["basis"] == "model"]
    body = next(b for b in bodies_ if sum(kind == "person" for kind, _ in b["sets"]) == 2)
    (a, b), (c, d) = (ids for kind, ids in body["sets"] if kind == "person")
    (shared,) = {a, b} & {c, d}
    weakest = next(each for each in (c, d) if each != shared)  # linked last
    other = next(each for each in (a, b) if each != shared)
    linked.archive.review.decide(
        pair_key(parse_subject(other), parse_subject(weakest)), "not", by=desk, expected_version=None
    )
    now = linked.identities()
    assert now[parse_subject(a)] == now[parse_subject(b)] != now[parse_subject(weakest)]


def test_a_run_is_withdrawn_whole_and_what_people_joined_stays(linked: Linked) -> None:
    desk = at_the_desk(linked.archive.configuration.actor_key)
    persons = sorted(linked.truth.persons)
    before = linked.identities()
    a, b = next((a, b) for a, b in zip(persons, persons[50:], strict=False) if before[a] != before[b])
    linked.archive.review.decide(pair_key(a, b), "same", by=desk, expected_version=None)
    linked.archive.linkage.run(seed=1)  # what the first run found stands under the second
    (run,) = linked.archive.linkage.standing()
    size = linked.archive.ledger.size
    linked.archive.linkage.withdraw(run, reason="a test")
    now = linked.identities()
    assert {m for m in persons if now[m] != m} == {max(a, b)}
    assert linked.archive.records.identity(max(persons), known_by=size) == before[max(persons)]
    with pytest.raises(UnknownSubject):
        linked.archive.linkage.withdraw(run, reason="again")
    with pytest.raises(UnknownSubject):
        linked.archive.linkage.evaluator().evaluate()


def test_an_archive_without_lists_has_nothing_to_link(archive: Archive) -> None:
    size = archive.ledger.size
    with pytest.raises(WrongLists):
        archive.linkage.run()
    assert archive.ledger.size == size


def test_the_measured_error_holds_the_truth_and_only_audited_answers_count(linked: Linked) -> None:
    desk = at_the_desk(linked.archive.configuration.actor_key)
    n_answered = linking.review(linked.archive, linked.truth, desk, n=400)
    assert n_answered == 400
    measured = linked.archive.linkage.evaluator().evaluate()
    answered = {(each.a, each.b) for each in linked.archive.review.audit(desk) if each.leads}
    drawn = answered & linked.archive.linkage.drawn()
    assert measured.measured.n_audited == len(drawn)  # all were answered after the run, whose model saw none of them
    (now,) = linking.quality(linked.archive, linked.linkable())
    assert measured.n_persons == now.n_found
    # How often intervals hold the truth is tested on simulated pairs; this one, of a thousand persons, nearly does.
    assert measured.persons.low - 2 <= now.n_true <= measured.persons.high + 2
    assert measured.measured.pairs["precision"].low <= now.precision + 0.01
    assert measured.n_judged >= 300
    linked.archive.linkage.run(seed=1)  # it learned from all but those kept from it
    again = linked.archive.linkage.evaluator().evaluate()
    assert 0 < again.measured.n_audited <= sum(is_audited(*pair) for pair in drawn) < len(drawn)
    assert again.persons.low - 2 <= now.n_true <= again.persons.high + 2


def test_who_can_be_linked_is_told_as_the_records_tell_it(linked: Linked) -> None:
    tables, vocabulary = linked.archive.derived_rows.tables, linked.archive.vocabulary
    with linked.archive.engine.connect() as connection:
        records = read_records(connection, tables, vocabulary).values()
        linkable, left = read_linkable(connection, tables)
    assert linkable.tolist() == sorted(int(mention) for each in records for mention in each.mentions)
    assert left.tolist() == sorted(int(mention) for each in records for mention in each.left)
    assert len(linkable) > 1_000 > len(left) > 0


def test_of_an_estimate_whoever_it_is_made_from_hangs_on_who_is_who(linked: Linked) -> None:
    archive, estimated = linked.archive, "E01"
    for definition in (archive.path / "hand" / "figures").glob("*.yaml"):
        definition.unlink()
    for definition in (DEMO / "estimates").glob("*.yaml"):
        shutil.copy(definition, archive.path / "hand" / "figures")
    documented = archive.figures.run(f"{estimated}-documented")
    stakes = stakes_of(archive.figures, archive.ledger, archive.records)
    assert set(stakes) == {documented.name}
    assert {parse_subject(member) for member in documented.members} < set(stakes[documented.name].members.tolist())
    empty = replace(documented, read_members=lambda dimension, cell: [])
    told = stakes_of(archive.figures, archive.ledger, archive.records, counted={documented.name: empty})
    assert told[documented.name].members.tolist() == []  # what was counted already is not counted again


def test_the_commands_run_list_measure_and_withdraw(
    linked: Linked, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def dalil(*arguments: str) -> str:
        capsys.readouterr()
        main(["--archive", str(linked.archive.path), "linkage", *arguments])
        return capsys.readouterr().out

    assert "would be" in dalil("run", "--dry-run", "--seed", "1")
    receipt = json.loads(dalil("run", "--seed", "2", "--json"))
    assert "persons" in dalil("run", "--seed", "1")
    (run,) = linked.archive.linkage.standing()
    assert run > receipt["run"]
    assert [each["stands"] for each in json.loads(dalil("runs", "--json"))] == [False, False, True]
    lean = f"{linked.archive.linkage.runs()[run]['leans'][0] / 1_000_000:.2f}"
    (stands,) = [line for line in dalil("runs").splitlines() if line.split()[:2] == [str(run), "True"]]
    assert stands.split()[-1] == lean
    page = tmp_path / "annex.md"
    measured = json.loads(dalil("evaluate", "--json", "--page", str(page)))
    assert measured["run"] == run
    told = page.read_text(encoding="utf-8")
    assert f"linkage run {run}" in told
    assert f"To each\nlog-odds {lean} was added first" in told
    worst = measured["worst_clusters"][0]
    assert f"| {worst['entry']} | {len(worst['mentions'])} | {worst['score'] / 1000:.3f} |" in told
    assert "precision" in dalil("evaluate")
    assert "stands" in dalil("withdraw", str(run), "--reason", "a test", "--dry-run")
    assert "Nobody\nhas judged one of them yet" in told
    assert "no longer stands" in dalil("withdraw", str(run), "--reason", "a test")
    withdrawn = json.loads(dalil("runs", "--json"))[-1]["withdrawn"]
    assert (withdrawn["actor"], withdrawn["reason"]) == (linked.archive.configuration.actor_key, "a test")
    assert "a test" in dalil("runs")


def test_a_run_killed_at_any_moment_is_recorded_whole_or_not_at_all(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(built / "archive", folder)
    command = [sys.executable, "-m", "dalil", "-A", str(folder), "linkage", "run"]
    with Archive(folder) as archive:
        before = archive.ledger.size
        derived = [tuple(row) for row in archive.records.rows("memberships")]

    def whole_or_not_at_all() -> bool:
        with Archive(folder) as archive:
            assert archive.verify().size == archive.ledger.size
            if archive.ledger.size == before:
                assert [tuple(row) for row in archive.records.rows("memberships")] == derived
                return False
            assert archive.linkage.standing() == [max(archive.linkage.runs())]
            return True

    assert killed_until_it_ends(command, whole_or_not_at_all) >= 3
    with Archive(folder) as archive:
        run = max(archive.linkage.runs())
        said = [body for body in bodies(archive, Kind.JUDGEMENT) if body.get("run") == run]
        assert said
        archive.verify()
