"""Folding: which spellings of a term's name count as the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalil.vocabulary.folding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إدلب", "ادلب"),
        ("حماة", "حماه"),
        ("مستشفى", "مستشفي"),
        ("رئاسة", "رياسه"),
        ("السويداء", "السويدا"),
        ("قُوّاتٌ", "قوات"),
        ("إدلــب", "ادلب"),
        ("ﻻ", "لا"),
        ("کردی", "كردي"),
        ("\u202bحلب\u202c", "حلب"),
        ("القرار ٢٠٤٢", "القرار 2042"),
        ("Türkiye", "turkiye"),
        ("Hay’at", "hayat"),
        ("Deir-ez-Zor", "deir ez zor"),
        (" two\t words\n", "two words"),
        ("", "\u200b"),
    ],
)
def test_these_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("دمشق", "ريف دمشق"), ("ابن", "ابنة"), ("son", "sons"), ("عم", "عمة")])
def test_these_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي ", min_size=1))
def test_plain_arabic_letters_survive_folding(text: str) -> None:
    assert fold(text) == " ".join(text.split())
