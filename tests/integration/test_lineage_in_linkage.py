"""A list that copies another: what it repeats is joined with what it repeats, and witnesses nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dalil.archive import Archive
from dalil.errors import WrongMapping
from dalil.linkage.archives.annex import annex_page
from dalil.linkage.archives.candidates import read_compared
from dalil.linkage.archives.linking import Reach
from dalil.protection.access import at_the_desk
from dalil.review.pairs import pair_key

COLUMNS = "no,name,father,mother,born,arrested,place\n"
FIRST = (
    "1,Nada Qasim,Salim,Huda,1980-03-01,2013-05-04,Hama\n"
    "2,Rami Darwish,Adel,Samira,1975-07-09,2012-11-20,Homs\n"
    "3,Lina Sabbagh,Marwan,Amal,1991-01-30,2014-02-02,Idlib\n"
    "4,Omar Haddad,Fares,Rima,1969-12-12,2013-09-17,Aleppo\n"
)
COPY = (  # three rows of the first list, one of them telling less, and one of its own
    "7,NADA QASIM,Salim,Huda,1980-03-01,2013-05-04,Hama\n"
    "8,Rami Darwish,Adel,,1975-07-09,2012-11-20,\n"
    "9,Omar Haddad,Fares,Rima,1969-12-12,2013-09-17,Aleppo\n"
    "10,Yusuf Kanaan,Tarek,Salma,1988-06-06,2015-08-08,Latakia\n"
)
OTHERS = ("Rami Darwish", "Lina Sabbagh", "Omar Haddad", "Yusuf Kanaan", "Basma Diab")
MAPPING = """\
format: dalil-mapping/1
source: {{key: {key}, kind: synthetic, synthetic: true, form: list, title: an invented list, language: en{copies}}}
key: [no]
subjects: {{p1: person, d1: episode}}
columns:
  name: {{subject: p1, predicate: name, part: text, split: [given, family]}}
  father: {{subject: p1, predicate: name, part: father}}
  mother: {{subject: p1, predicate: name, part: mother}}
  born: {{subject: p1, predicate: birth}}
  arrested: {{subject: d1, predicate: episode_event, group: arrest, part: "on"}}
  place: {{subject: d1, predicate: episode_event, group: arrest, part: place}}
constants:
  - {{subject: d1, predicate: detainee, value: {{person: p1}}}}
  - {{subject: d1, predicate: episode_event, group: arrest, part: event, value: arrested}}
"""


def take(archive: Archive, folder: Path, key: str, rows: str, copies: str = "") -> dict[str, int]:
    """Take in a list; return the person of each row, by its number."""
    (folder / f"{key}.csv").write_text(COLUMNS + rows, encoding="utf-8")
    (folder / f"{key}.yaml").write_text(MAPPING.format(key=key, copies=copies), encoding="utf-8")
    archive.intake.sheet(folder / f"{key}.csv", folder / f"{key}.yaml")
    persons = {row.entry: row.id for row in archive.records.rows("subjects") if row.kind == "person"}
    return {row: persons[entry] for row, entry in archive.intake.row_entries(key).items()}


@pytest.fixture
def lists(archive: Archive, tmp_path: Path) -> tuple[dict[str, int], dict[str, int]]:
    return take(archive, tmp_path, "first", FIRST), take(archive, tmp_path, "copy", COPY, ", copies: [first]")


def test_an_echo_is_one_with_its_origin_and_is_compared_with_nobody(
    archive: Archive, lists: tuple[dict[str, int], dict[str, int]]
) -> None:
    first, copy = lists
    receipt = archive.linkage.run(seed=1)
    assert (receipt.n_records, receipt.n_echoes, receipt.n_persons) == (8, 3, 5)
    for origin, echo in (("1", "7"), ("2", "8"), ("4", "9")):
        assert archive.records.identity(copy[echo]) == first[origin]
    assert archive.records.identity(copy["10"]) == copy["10"]
    episodes = {row.person: row.subject for row in archive.records.rows("episodes")}
    assert archive.records.identity(episodes[copy["7"]]) == episodes[first["1"]]  # one arrest, told twice
    assert receipt.run is not None
    compared = read_compared(archive.path / "derived", receipt.run)
    assert not {copy["7"], copy["8"], copy["9"]} & {*compared.a.tolist(), *compared.b.tolist()}
    written = [entry.body for entry in archive.ledger.entries() if entry.body and entry.body.get("run") == receipt.run]
    assert [body["why"]["echoes"] for body in written] == [1, 1, 1]
    page = annex_page(archive.linkage.evaluator().evaluate(), archive.linkage.runs()[receipt.run])
    assert "**5 persons**" in page
    assert "3 only repeat a row" in page


def test_an_arrest_told_by_three_sources_is_one_detention_with_three_accounts(archive: Archive, tmp_path: Path) -> None:
    def row(name: str, father: str, arrested: str) -> str:
        return f"1,{name},{father},Huda,1980-03-01,{arrested},Hama\n"

    others = "".join(f"{n},{name},Adel,Samira,197{n}-07-09,2012-11-2{n},Homs\n" for n, name in enumerate(OTHERS, 2))
    told = [
        take(archive, tmp_path, "list-1", row("Nada Qasim", "Salim", "2013-05-04") + others),
        take(archive, tmp_path, "list-2", row("ندى قاسم", "سليم", "2013-05-11")),  # a week later, in other letters
        take(archive, tmp_path, "list-3", row("Nada Qassem", "Saleem", "2013-05")),  # all it knows is the month
        take(
            archive, tmp_path, "list-4", row("Nada Qasim", "Salim", "2015-09-30")
        ),  # a second arrest, as a person finds
    ]
    archive.linkage.run(seed=1)
    persons = [each["1"] for each in told]
    desk = at_the_desk(archive.configuration.actor_key)
    archive.review.decide(pair_key(persons[0], persons[3]), "same", by=desk, expected_version=None)
    assert {archive.records.identity(each) for each in persons} == {persons[0]}
    episodes = {row.person: row.subject for row in archive.records.rows("episodes")}
    first, *again, later = (episodes[each] for each in persons)
    assert {archive.records.identity(each) for each in (first, *again)} == {first}
    assert archive.records.identity(later) == later
    statements = [each for each in archive.records.rows("episode_events") if each.subject in {first, *again}]
    assert len(statements) == 3  # each source's own stays


def test_people_may_part_an_echo_from_its_origin_and_undo_it(
    archive: Archive, lists: tuple[dict[str, int], dict[str, int]]
) -> None:
    first, copy = lists
    desk = at_the_desk(archive.configuration.actor_key)
    archive.linkage.run(seed=1)
    joined = archive.ledger.size
    said = archive.review.decide(pair_key(first["1"], copy["7"]), "not", by=desk, expected_version=None)
    again = archive.linkage.run(seed=1)
    assert again.n_echoes == 2  # people have said who the third is
    assert archive.records.identity(copy["7"]) == copy["7"]
    archive.review.undo(said.entry, by=desk)
    archive.linkage.run(seed=1)
    assert archive.records.identity(copy["7"]) == first["1"]
    assert archive.records.identity(copy["7"], known_by=joined) == first["1"]
    assert archive.records.identity(copy["7"], known_by=said.entry + 1) == copy["7"]


def test_a_copy_that_comes_later_is_found_to_be_one_without_comparing_all_again(
    archive: Archive, tmp_path: Path
) -> None:
    given = ("Amin", "Basma", "Dima", "Fadi", "Ghada", "Hanan")
    families = ("Aswad", "Barakat", "Diab", "Ghanem")
    others = [(f"{name} {family}", name, family) for family in families for name in given]
    rows = "".join(
        f"{number},{name},Khaled,,19{60 + number}-02-03,2013-{1 + number % 12:02}-0{1 + number % 9},Homs\n"
        for number, (name, _, _) in enumerate(others, 5)
    )
    first = take(archive, tmp_path, "first", FIRST + rows)
    before = archive.linkage.run(seed=1)
    copy = take(archive, tmp_path, "copy", COPY, ", copies: [first]")
    receipt = archive.linkage.run(seed=1)
    assert (receipt.adds_to, receipt.n_echoes, receipt.n_added) == (before.run, 3, 1)
    assert receipt.n_records == before.n_records + 4
    for origin, echo in (("1", "7"), ("2", "8"), ("4", "9")):
        assert archive.records.identity(copy[echo]) == first[origin]
    # The copy is taken back, and comes again without one of its rows.
    archive.intake.withdraw(archive.intake.loads()[-1]["load"], reason="a test")
    gone = archive.linkage.run(seed=1)
    assert (gone.adds_to, gone.n_echoes, gone.n_records) == (receipt.run, 0, before.n_records)
    again = take(archive, tmp_path, "copy", COPY.splitlines(keepends=True)[0], ", copies: [first]")
    last = archive.linkage.run(seed=1)
    assert (last.adds_to, last.n_echoes, last.n_added) == (gone.run, 1, 0)
    assert archive.records.identity(again["7"]) == first["1"]
    full = archive.linkage.run(seed=1, reach=Reach.EVERYTHING)
    assert (full.n_new, full.n_undone, full.n_echoes) == (0, 0, 1)


def test_a_mapping_says_what_its_list_copies_and_the_source_declares_it(
    archive: Archive, lists: tuple[dict[str, int], dict[str, int]], tmp_path: Path
) -> None:
    sources = {row.key: row for row in archive.records.rows("sources")}
    assert json.loads(sources["copy"].body)["lineage"] == [sources["first"].id]
    size = archive.ledger.size
    with pytest.raises(WrongMapping, match="does not have"):
        take(archive, tmp_path, "other", FIRST, ", copies: [nobody]")
    with pytest.raises(WrongMapping, match="otherwise"):
        take(archive, tmp_path, "first", FIRST, ", copies: [copy]")
    assert archive.ledger.size == size
