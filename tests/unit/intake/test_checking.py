"""What the body of an account must be before the ledger takes it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dalil.errors import BadInput, UnknownPredicate, UnknownSubject, UnknownTerm, WrongValue
from dalil.intake.checking import check_account
from dalil.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


GOOD: dict[str, Any] = {
    "source": 0,
    "language": "ar",
    "subjects": [["p1", "person"], ["d1", "episode"], ["e1", "event"], ["p2", "person", "812.0"]],
    "statements": [
        {"subject": "p1", "predicate": "name", "value": {"text": "ليلى", "script": "Arab"}},
        {"subject": "p1", "predicate": "sex", "value": "female", "original": "أنثى"},
        {"subject": "p1", "predicate": "age", "value": {"years": 34, "at": "2013-08"}, "reliability": "B"},
        {"subject": "d1", "predicate": "detainee", "value": {"person": "p1"}, "credibility": 2},
        {"subject": "p2", "predicate": "kin", "value": {"relation": "sister", "of": "90.1"}, "speech": "free"},
        {
            "subject": "e1",
            "predicate": "count",
            "value": {"of_what": "person", "count": {"min": 10, "max": 12, "hedge": "about"}},
        },
    ],
    "row": {"load": "ab12", "key": "17", "number": 3, "digest": "00ff"},
    "closes": ["812.3"],
}


def account(statement: int = 0, **changes: Any) -> dict[str, Any]:
    """Return the good account with fields of one statement changed; None removes a field."""
    body = copy.deepcopy(GOOD)
    for name, value in changes.items():
        if value is None:
            del body["statements"][statement][name]
        else:
            body["statements"][statement][name] = value
    return body


def test_a_complete_account_is_taken(vocabulary: Vocabulary) -> None:
    check_account(GOOD, vocabulary)


@pytest.mark.parametrize("field", ["source", "language", "subjects", "statements"])
def test_an_account_without_a_field_it_needs_is_refused(vocabulary: Vocabulary, field: str) -> None:
    with pytest.raises(WrongValue, match=f"`{field}` is missing"):
        check_account({name: value for name, value in GOOD.items() if name != field}, vocabulary)


def test_a_field_nobody_reads_is_refused_with_the_field_it_may_have_meant(vocabulary: Vocabulary) -> None:
    with pytest.raises(WrongValue) as refused:
        check_account(account(2, reliabilty="A"), vocabulary)
    assert refused.value.expected.startswith("perhaps reliability")
    assert refused.value.where == "statement 3"


def test_an_unknown_predicate_is_refused_with_close_ones_and_the_number_of_the_statement(
    vocabulary: Vocabulary,
) -> None:
    with pytest.raises(UnknownPredicate) as refused:
        check_account(account(1, predicate="sexx"), vocabulary)
    assert "sex" in refused.value.expected
    assert refused.value.where == "statement 2"


def test_an_unknown_term_is_refused_with_statement_predicate_and_part(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownTerm) as refused:
        check_account(account(4, value={"relation": "sistr", "of": "p1"}), vocabulary)
    assert refused.value.where == "statement 5 (kin), relation"


def test_a_label_is_not_a_code(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownTerm):
        check_account(account(1, value="أنثى"), vocabulary)


@pytest.mark.parametrize(
    ("statement", "changes", "where"),
    [
        (0, {"value": {"given": "ليلى"}}, "statement 1 (name), value"),  # `text` must be given
        (0, {"value": {"text": ""}}, "statement 1 (name), text"),
        (0, {"value": {"text": "e\u0301"}}, "statement 1 (name), text"),  # not NFC
        (0, {"value": {"text": "\ud800"}}, "statement 1 (name), text"),  # half of a surrogate pair
        (0, {"value": {"text": "a\0b"}}, "statement 1 (name), text"),
        (0, {"value": "ليلى"}, "statement 1 (name), value"),
        (0, {"value": {"text": "x", "nickname": "y"}}, "statement 1 (name), value"),
        (2, {"value": {"years": "34"}}, "statement 3 (age), years"),
        (2, {"value": {"years": True}}, "statement 3 (age), years"),
        (2, {"value": {"years": 34, "at": "2013-8"}}, "statement 3 (age), at"),
        (2, {"value": {"years": 34, "at": "2013-02-31"}}, "statement 3 (age), at"),
        (2, {"value": {"years": 34, "at": "2013-08-21/2013-08-20"}}, "statement 3 (age), at"),
        (4, {"value": {"relation": "sister", "of": 12}}, "statement 5 (kin), of"),
        (2, {"when": "soon"}, "statement 3 (age), when"),
        (3, {"credibility": 7}, "statement 4 (detainee), credibility"),
        (3, {"subject": "p1"}, "statement 4 (detainee), subject"),  # a person has no detainee
        (3, {"subject": "d2"}, "statement 4 (detainee), subject"),  # nobody introduced d2
        (3, {"value": {"person": "d1"}}, "statement 4 (detainee), person"),
        (3, {"speaker": "e1"}, "statement 4 (detainee), speaker"),
        (3, {"language": "Arabic!"}, "statement 4 (detainee), language"),
        (5, {"value": {"of_what": "person", "count": {"n": 3, "max": 4}}}, "statement 6 (count), count"),
        (5, {"value": {"of_what": "person", "count": {"hedge": "about"}}}, "statement 6 (count), count"),
        (5, {"value": {"of_what": "person", "count": {"min": 4, "max": 3}}}, "statement 6 (count), count"),
        (5, {"value": {"of_what": "person", "count": {"n": -1}}}, "statement 6 (count), count, n"),
        (5, {"value": {"of_what": "person", "count": 12}}, "statement 6 (count), count"),
        (1, {"value": None}, "statement 2"),
    ],
)
def test_a_value_its_predicate_cannot_hold_is_refused_with_its_place(
    vocabulary: Vocabulary, statement: int, changes: dict[str, Any], where: str
) -> None:
    with pytest.raises(WrongValue) as refused:
        check_account(account(statement, **changes), vocabulary)
    assert refused.value.where == where


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (["p1", "person"], "subject 5, p1"),  # twice
        (["p9", "persona"], "subject 5, p9"),
        (["9.1", "person"], "subject 5"),
        (["P", "person"], "subject 5"),
        ("p9", "subject 5"),
        (["p9"], "subject 5"),
    ],
)
def test_a_subject_that_is_not_one_is_refused(vocabulary: Vocabulary, subject: object, where: str) -> None:
    body = copy.deepcopy(GOOD)
    body["subjects"].append(subject)
    with pytest.raises(WrongValue) as refused:
        check_account(body, vocabulary)
    assert refused.value.where == where


@pytest.mark.parametrize("statements", [{}, [], [GOOD["statements"][0]] * 4097, ["x"]])
def test_an_account_makes_one_to_4096_statements(vocabulary: Vocabulary, statements: object) -> None:
    with pytest.raises(WrongValue):
        check_account({**GOOD, "statements": statements}, vocabulary)


def test_a_statement_says_something(vocabulary: Vocabulary) -> None:
    statement = {"subject": "d1", "predicate": "episode_event", "value": {"event": "arrested"}}
    check_account({**GOOD, "statements": [statement]}, vocabulary)
    with pytest.raises(WrongValue, match="says nothing"):
        check_account({**GOOD, "statements": [{"subject": "e1", "predicate": "attribution", "value": {}}]}, vocabulary)


def test_a_date_is_written_in_the_one_form_that_is_signed(vocabulary: Vocabulary) -> None:
    with pytest.raises(WrongValue) as refused:
        check_account(account(2, when="unknown/2013"), vocabulary)
    assert refused.value.where == "statement 3 (age), when"


def test_an_id_out_of_form_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownSubject):
        check_account({**GOOD, "closes": ["812"]}, vocabulary)


@pytest.mark.parametrize("row", [{"load": "a"}, {"load": "a", "key": "", "number": 1, "digest": "0"}, []])
def test_a_row_that_cannot_be_found_again_is_refused(vocabulary: Vocabulary, row: object) -> None:
    with pytest.raises(WrongValue):
        check_account({**GOOD, "row": row}, vocabulary)


def test_messages_never_repeat_the_words_of_a_record(vocabulary: Vocabulary) -> None:
    secret = "سلمى الخطيب"
    bodies = [
        account(1, value=secret),
        account(1, predicate=secret),
        account(2, value={"years": secret}),
        account(2, when=secret),
        account(3, value={"person": secret}),
        account(3, speech=secret),
        account(3, **{secret: "x"}),
        account(3, language=secret),
        {**GOOD, secret: 1},
    ]
    for body in bodies:
        with pytest.raises(BadInput) as refused:
            check_account(body, vocabulary)
        assert secret not in str(refused.value)
