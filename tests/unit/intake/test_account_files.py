"""An account file becomes checked bodies, or is refused with file, line and statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil.errors import (
    BadInput,
    ImpossibleDate,
    UnknownPredicate,
    UnknownTerm,
    UnreadableDate,
    WrongAccountFile,
    WrongValue,
)
from dalil.intake.account_files import AccountFile, read_account_file
from dalil.intake.judgement_files import read_decision_file, read_judgement_file
from dalil.vocabulary import Vocabulary, load_vocabulary

GOOD = """\
format: dalil-account/1
source: {key: radio-a, kind: testimony, title: An invented testimony, language: ar, published: 2021-05-20}
language: ar
subjects: {p1: person, e1: event}
statements:
  - {subject: p1, predicate: name, value: {text: ريم الحسن, given: ريم, family: الحسن}, locator: 00:12}
  - {subject: e1, predicate: event, value: {kind: chemical_attack, on: 2013}, when: 2013, polarity: denies}
  - {subject: p1, predicate: birth, value: 1990-05}
"""


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "account.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def read(tmp_path: Path, vocabulary: Vocabulary, text: str = GOOD) -> AccountFile:
    return read_account_file(written(tmp_path, text), vocabulary)


def test_a_file_becomes_a_source_body_and_an_account_body(tmp_path: Path, vocabulary: Vocabulary) -> None:
    file = read(tmp_path, vocabulary)
    assert file.source == {
        "key": "radio-a",
        "kind": "testimony",
        "title": "An invented testimony",
        "language": "ar",
        "published": "2021-05-20",
        "synthetic": False,
    }
    assert (file.key, file.copies, file.n_statements) == ("radio-a", (), 3)
    assert file.body["language"] == "ar"
    assert file.body["subjects"] == [["p1", "person"], ["e1", "event"]]
    assert file.body_of(17)["source"] == 17


def test_a_year_without_quotes_is_a_date_and_a_clock_time_is_text(tmp_path: Path, vocabulary: Vocabulary) -> None:
    statements = read(tmp_path, vocabulary).body["statements"]
    assert isinstance(statements, list)
    assert statements[1] == {
        "subject": "e1",
        "predicate": "event",
        "value": {"kind": "chemical_attack", "on": "2013"},
        "when": "2013",
        "polarity": "denies",
    }
    assert isinstance(statements[0], dict)
    assert statements[0]["locator"] == "00:12"
    assert isinstance(statements[2], dict)
    assert statements[2]["value"] == "1990-05"


def test_the_account_speaks_the_sources_language_unless_it_says_another(tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert read(tmp_path, vocabulary, GOOD.replace("\nlanguage: ar", "")).body["language"] == "ar"
    assert read(tmp_path, vocabulary, GOOD.replace("\nlanguage: ar", "\nlanguage: en")).body["language"] == "en"


def test_a_subject_may_be_one_the_archive_has_and_a_statement_may_be_closed(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    text = GOOD.replace("p1: person", "p1: {kind: person, is: '812.0'}") + 'closes: ["812.3"]\n'
    body = read(tmp_path, vocabulary, text).body
    assert body["subjects"] == [["p1", "person", "812.0"], ["e1", "event"]]
    assert body["closes"] == ["812.3"]


def test_a_source_may_name_those_it_copies(tmp_path: Path, vocabulary: Vocabulary) -> None:
    file = read(
        tmp_path, vocabulary, GOOD.replace("language: ar, published", "copies: [radio-b], language: ar, published")
    )
    assert file.copies == ("radio-b",)
    assert "copies" not in file.source


@pytest.mark.parametrize(
    "change",
    [
        ("kind: testimony,", "kind: synthetic,"),
        ("kind: testimony,", "kind: testimony, synthetic: true,"),
    ],
)
def test_an_invented_source_says_so_in_kind_and_mark_or_is_refused(
    tmp_path: Path, vocabulary: Vocabulary, change: tuple[str, str]
) -> None:
    with pytest.raises(WrongAccountFile, match="invented"):
        read(tmp_path, vocabulary, GOOD.replace(*change))


def test_an_invented_source_that_says_so_twice_is_taken(tmp_path: Path, vocabulary: Vocabulary) -> None:
    file = read(
        tmp_path, vocabulary, GOOD.replace("kind: testimony,", "kind: synthetic, synthetic: true, form: testimony,")
    )
    assert (file.source["kind"], file.source["synthetic"], file.source["form"]) == ("synthetic", True, "testimony")


@pytest.mark.parametrize(
    ("old", "new", "error", "place"),
    [
        ("dalil-account/1", "dalil-account/2", WrongAccountFile, "account.yaml:1"),
        ("statements:", "statement:", WrongAccountFile, "account.yaml:5"),
        ("title: An", "titel: An", WrongAccountFile, "account.yaml:2"),
        ("key: radio-a, ", "", WrongAccountFile, "account.yaml:2"),
        ("published: 2021-05-20", "published: 2021-05-32", ImpossibleDate, "account.yaml:2"),
        ("locator: 00:12", "locater: 00:12", WrongAccountFile, "account.yaml:6, statement 1"),
        ("subject: p1, predicate: birth", "predicate: birth", WrongAccountFile, "account.yaml:8, statement 3"),
        ("predicate: birth", "predicate: birht", UnknownPredicate, "account.yaml:8, statement 3"),
        ("kind: chemical_attack", "kind: chemical_atack", UnknownTerm, "account.yaml:7, statement 2"),
        ("on: 2013}", "on: 2013-02-31}", ImpossibleDate, "account.yaml:7, statement 2"),
        ("on: 2013}", "on: [2013]}", UnreadableDate, "account.yaml:7, statement 2"),
        ("when: 2013,", "when: sometime,", UnreadableDate, "account.yaml:7, statement 2"),
        ("subject: p1, predicate: birth", "subject: p9, predicate: birth", WrongValue, "account.yaml:8, statement 3"),
        ("subject: p1, predicate: birth", "subject: e1, predicate: birth", WrongValue, "account.yaml:8, statement 3"),
        ("given: ريم,", "givn: ريم,", WrongValue, "account.yaml:6, statement 1"),
        ("e1: event", "e1: happening", WrongValue, "account.yaml:4, subject 2"),
        ("p1: person,", "p1: person, p1: person,", WrongAccountFile, "account.yaml:4"),
    ],
)
def test_a_mistake_is_refused_with_its_place_and_without_the_words_of_the_record(
    tmp_path: Path, vocabulary: Vocabulary, old: str, new: str, error: type[BadInput], place: str
) -> None:
    assert old in GOOD
    with pytest.raises(error) as caught:
        read(tmp_path, vocabulary, GOOD.replace(old, new))
    assert place in caught.value.where
    assert "ريم" not in str(caught.value)


def test_an_account_without_statements_is_refused(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with pytest.raises(WrongAccountFile, match="states nothing"):
        read(tmp_path, vocabulary, GOOD.partition("statements:")[0] + "statements: []\n")


def test_an_account_with_more_statements_than_ids_is_refused(tmp_path: Path, vocabulary: Vocabulary) -> None:
    line = "  - {subject: p1, predicate: note, value: again}\n"
    with pytest.raises(WrongAccountFile, match="4096"):
        read(tmp_path, vocabulary, GOOD + line * 4094)


def test_a_close_field_is_offered_for_a_misspelt_one(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with pytest.raises(WrongAccountFile, match="perhaps `locator`"):
        read(tmp_path, vocabulary, GOOD.replace("locator:", "locater:"))


def blocks_of(page: str, language: str) -> list[str]:
    text = (Path(__file__).parents[3] / "docs" / page).read_text(encoding="utf-8")
    return [block.partition("```")[0] for block in text.split(f"```{language}\n")[1:]]


def test_every_example_of_the_format_page_is_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    account, judgement, decision = blocks_of("reference/formats/account-files.md", "yaml")
    assert read(tmp_path, vocabulary, account).n_statements == 5
    assert len(read_judgement_file(written(tmp_path, judgement), vocabulary)) == 2
    assert len(read_decision_file(written(tmp_path, decision), vocabulary)) == 3


def test_the_error_on_the_format_page_is_the_one_raised(tmp_path: Path, vocabulary: Vocabulary) -> None:
    account = blocks_of("reference/formats/account-files.md", "yaml")[0]
    (shown,) = blocks_of("reference/formats/account-files.md", "text")
    with pytest.raises(UnknownTerm) as caught:
        read(tmp_path, vocabulary, account.replace("party: syria.state}", "party: syria.stat}"))
    assert str(caught.value) == shown.strip()


def test_the_account_of_the_how_to_page_is_read_when_its_blocks_are_put_together(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    *account, judgement = blocks_of("how-to/write-an-account-file.md", "yaml")
    assert read(tmp_path, vocabulary, "".join(account)).n_statements == 5
    assert len(read_judgement_file(written(tmp_path, judgement), vocabulary)) == 1
