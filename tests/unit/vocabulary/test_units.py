"""Units of counting take the form that goes with their number: two in English, six in Arabic."""

from __future__ import annotations

import pytest

from dalil.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
NEVER_COUNTED = {"duration", "ratio"}
"""Units whose values are not whole numbers."""


@pytest.mark.parametrize(
    ("count", "english", "arabic"),
    [
        (0, "persons", "شخص"),
        (1, "person", "شخص"),
        (2, "persons", "شخصان"),
        (3, "persons", "أشخاص"),
        (10, "persons", "أشخاص"),
        (11, "persons", "شخصاً"),
        (100, "persons", "شخص"),
        (103, "persons", "أشخاص"),
        (20_847, "persons", "شخصاً"),
        (102_000, "persons", "شخص"),
    ],
)
def test_persons_are_counted_as_the_grammar_of_each_language_has_it(count: int, english: str, arabic: str) -> None:
    assert VOCABULARY.label("units", "person", "en", count=count) == english
    assert VOCABULARY.label("units", "person", "ar", count=count) == arabic


def test_every_unit_that_is_counted_has_its_plural_in_both_languages() -> None:
    units = VOCABULARY.schemes["units"].terms
    lacking = [
        code
        for code, term in units.items()
        if code not in NEVER_COUNTED and not {"en-other", "ar-two", "ar-few"} <= set(term.labels)
    ]
    assert not lacking


def test_a_unit_written_in_the_plural_is_found() -> None:
    assert VOCABULARY.resolve("units", "persons") == "person"
    assert VOCABULARY.resolve("units", "أطفال") == "child"
