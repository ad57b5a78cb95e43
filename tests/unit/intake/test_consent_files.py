"""Consents as files written by hand, and as fields people typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import detention, source_body
from dalil.archive import Archive
from dalil.errors import BadInput, ImpossibleDate, UnknownTerm, WrongAccountFile, WrongValue
from dalil.intake.consent_forms import consent_entered
from dalil.ledger.kinds import Kind

TODAY = 20_454  # 2026-01-01
FILE = """
format: dalil-consent/1
consents:
  - about: list-1#p1
    giver: next_of_kin
    relation: mother
    given: about 2021
    until: "2027-06"
    how: written
    terms: an invented sentence about what may be done
    language: ar
    answers: {publish_named: no, un_body: yes, recontact: not_asked}
  - account: list-1
    giver: self
    given: "2021-03-04"
    how: spoken
    answers: {journalist: "no"}
"""


@pytest.fixture
def known(archive: Archive, record: Callable[..., int]) -> int:
    """Record an invented list with one detention; return the account's position."""
    source = record(Kind.SOURCE, source_body())
    return record(Kind.ACCOUNT, detention(source, 1))


def take(archive: Archive, tmp_path: Path, text: str, *, dry_run: bool = False) -> str:
    path = tmp_path / "consents.yaml"
    path.write_text(text, encoding="utf-8")
    (receipt,) = archive.intake.consents(path, today=TODAY, dry_run=dry_run)
    return receipt.outcome


def test_a_file_of_consents_becomes_entries_once(archive: Archive, tmp_path: Path, known: int) -> None:
    size = archive.ledger.size
    assert take(archive, tmp_path, FILE, dry_run=True) == "new"
    assert archive.ledger.size == size
    assert take(archive, tmp_path, FILE) == "new"
    assert take(archive, tmp_path, FILE) == "unchanged"
    first, second = (each.body for each in archive.ledger.entries(kind=Kind.CONSENT))
    assert first == {
        "subject": f"{known}.0",
        "giver": "next_of_kin",
        "relation": "mother",
        "given": "2021~",
        "until": "2027-06",
        "how": "written",
        "terms": "an invented sentence about what may be done",
        "language": "ar",
        "answers": {"publish_named": "no", "un_body": "yes", "recontact": "not_asked"},
    }
    assert second == {
        "account": known,
        "giver": "self",
        "given": "2021-03-04",
        "how": "spoken",
        "answers": {"journalist": "no"},
    }


WRONG = {
    "another format": ("dalil-consent/1", "dalil-consent/2", WrongAccountFile),
    "a giver nobody has": ("next_of_kin", "a neighbour", UnknownTerm),
    "a use nobody has": ("un_body: yes", "un_bodies: yes", WrongValue),
    "an answer nobody has": ("un_body: yes", "un_body: perhaps", UnknownTerm),
    "a day no calendar has": ('"2021-03-04"', '"2021-02-30"', ImpossibleDate),
    "a day still to come": ('"2021-03-04"', '"2031-03-04"', WrongValue),
    "a beginning without a day": ('"2021-03-04"', '"../2021"', WrongValue),
    "an end before its beginning": ('"2027-06"', '"2019"', WrongValue),
    "a way nobody has": ("how: spoken", "how: dreamt", WrongValue),
    "a relation of the person to themself": ("giver: self", "giver: self\n    relation: mother", WrongValue),
    "about two things": ("account: list-1", "account: list-1\n    about: list-1#p1", WrongAccountFile),
    "about nothing": ("  - account: list-1\n    giver: self", "  - giver: self", WrongAccountFile),
    "a record that is not there": ("list-1#p1", "list-1#p9", BadInput),
    "an account that is not there": ("account: list-1", 'account: "99999"', BadInput),
    "a field misspelt": ("terms:", "term:", WrongAccountFile),
    "no answer": ('answers: {journalist: "no"}', "answers: {}", WrongValue),
    "answers that are a list": ('answers: {journalist: "no"}', "answers: [no]", WrongAccountFile),
    "a correction without a reason": ("how: spoken", "how: spoken\n    replaces: [3]", WrongValue),
    "a correction of nothing": ("how: spoken", "how: spoken\n    replaces: [3]\n    reason: a test", WrongValue),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_with_one_mistake_is_refused_whole(archive: Archive, tmp_path: Path, known: int, case: str) -> None:
    before, after, error = WRONG[case]
    assert before in FILE
    size = archive.ledger.size
    with pytest.raises(error) as caught:
        take(archive, tmp_path, FILE.replace(before, after))
    assert "invented sentence" not in str(caught.value)  # no words of a consent in a message
    assert archive.ledger.size == size


def test_every_mistake_in_a_form_is_told_at_once(archive: Archive) -> None:
    said = {"given": "2021-02-30", "until": "nonsense", "answer_un_body": "yes", "by": "somebody", "how": ""}
    entered = consent_entered(said, archive.vocabulary, subject=4096, today=TODAY)
    assert set(entered.problems) == {"giver", "given", "until", "by", "how"}


def test_whoever_answers_for_themself_is_nobody_else(archive: Archive) -> None:
    said = {"giver": "self", "by": "3.0", "given": "2021", "how": "written", "answer_un_body": "yes"}
    assert set(consent_entered(said, archive.vocabulary, subject=4096, today=TODAY).problems) == {"by"}


def test_terms_longer_than_a_page_are_refused(archive: Archive) -> None:
    said = {"giver": "self", "given": "2021", "how": "written", "answer_un_body": "yes", "terms": "x" * 4_001}
    assert set(consent_entered(said, archive.vocabulary, subject=4096, today=TODAY).problems) == {"terms"}
