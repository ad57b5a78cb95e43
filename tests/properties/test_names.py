"""Laws of comparing names: symmetry, identity, more edits never nearer, and nothing that breaks or stalls it."""

from __future__ import annotations

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalil.names import ABSENT, compare, compare_features, keys, parse, romanise, score, score_many, units_of
from dalil.names.comparing import FEW
from dalil.names.grouping import read_words
from dalil.names.similarity import MOST, doubt
from dalil.names.units import read_in_full

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئء"
arabic_words = st.text(ARABIC, min_size=2, max_size=9)
latin_words = st.text("abcdefghijklmnopqrstuvwxyz'", min_size=2, max_size=10)
names = st.lists(st.one_of(arabic_words, latin_words), min_size=1, max_size=5).map(" ".join)
anything = st.text(max_size=60)


@given(anything | names, anything | names)
def test_the_order_of_two_names_does_not_matter(first: str, second: str) -> None:
    assert score(first, second) == pytest.approx(score(second, first), abs=1e-12)


PIECES = [
    "محمد",
    "عبد",
    "ابو",
    "علي",
    "خالد",
    "ام",
    "سليم",
    "نمور",
    "علوان",
    "زوجة",
    "Salim",
    "Abd",
    "Abu",
    "Khaled",
    "Nimour",
    "Mahmouda",
    "Lwan",
    "wife",
    "al",
    "bin",
    "din",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5), st.data())
def test_nor_does_it_where_words_are_cut_or_ordered_otherwise(words: list[str], data: st.DataObject) -> None:
    other = " ".join(data.draw(st.permutations(words))).replace(" ", "", data.draw(st.integers(0, 1)))
    first = " ".join(words)
    assert score(first, other) == pytest.approx(score(other, first), abs=1e-12)


@given(anything | names, anything | names)
def test_a_score_is_between_nothing_and_certainty(first: str, second: str) -> None:
    assert 0 <= score(first, second) <= 1


@given(names)
def test_a_name_is_like_itself(name: str) -> None:
    if keys(name):
        assert score(name, name) == 1


@given(anything | names, anything | names)
def test_the_score_explained_is_the_score(first: str, second: str) -> None:
    assert compare(first, second).score == pytest.approx(score(first, second), abs=1e-12)


FAR = {"خ": "م", "س": "ق", "ن": "ف", "ر": "ك", "م": "ش", "ل": "ب", "د": "م", "ب": "ن", "ي": "ق", "ق": "ر"}
"""Letters and others that nobody takes for them."""


@given(st.sampled_from(["سامر خالد النمور", "نسرين وانلي", "سليم بدر قاسم"]), st.data())
def test_one_more_wrong_letter_never_makes_names_more_alike(name: str, data: st.DataObject) -> None:
    places = [at for at, letter in enumerate(name) if letter in FAR and name[at - 1 : at + 1] != "ال"]
    order = data.draw(st.permutations(places))
    letters, last = list(name), score(name, name)
    for at in order:
        letters[at] = FAR[letters[at]]
        now = score(name, "".join(letters))
        assert now <= last + 0.02
        last = now


@given(st.lists(arabic_words, min_size=1, max_size=4).map(" ".join))
def test_signs_that_do_not_spell_change_nothing(name: str) -> None:
    signed = "\u200f" + "".join(letter + "\u064e\u0640" if letter != " " else "\u00a0" for letter in name) + "\u202c"
    assert score(name, signed) == (1.0 if keys(name) else 0.0)


HABITS = (("ه", "ة"), ("ي", "ى"), ("ا", "أ"), ("ا", "إ"), ("ا", "آ"))
"""Letters that Arabic writing exchanges at will."""


@given(st.lists(arabic_words, min_size=1, max_size=4).map(" ".join), st.sampled_from(HABITS), st.data())
def test_habits_of_arabic_writing_change_nothing(name: str, habit: tuple[str, str], data: st.DataObject) -> None:
    plain, other = habit
    at_end = plain in "هي"
    words = [
        word[:-1] + other if at_end and word.endswith(plain) else word if at_end else word.replace(plain, other)
        for word in name.split()
    ]
    changed = " ".join(words)
    assert keys(changed) == keys(name)
    assert score(name, changed) == (1.0 if keys(name) else 0.0)


@given(st.lists(latin_words, min_size=1, max_size=4).map(" ".join))
def test_capitals_and_accents_change_nothing(name: str) -> None:
    accented = name.upper().replace("A", "Á").replace("E", "é").replace("U", "Û").replace("O", "ō")
    assert score(name, accented) == (1.0 if keys(name) else 0.0)


@given(names, names)
def test_doubt_is_symmetric_and_bounded(first: str, second: str) -> None:
    for a, b in product(units_of(first), units_of(second)):
        assert 0 <= doubt(a, b) <= MOST
        assert doubt(a, b) == doubt(b, a)


@given(anything | names, anything | names)
def test_features_hold_the_score_and_likenesses(first: str, second: str) -> None:
    found = compare_features(units_of(first), units_of(second))
    assert found.score == pytest.approx(score(first, second), abs=1e-12)
    assert all(value == ABSENT or 0 <= value <= 1 for value in found[1:6])


@pytest.mark.parametrize("text", ["Салим Нимур", "ܡܪܝܡ ܢܡܘܪ", "Արմեն Նամուր", "סלים נמור", "Σαλίμ Νιμούρ"])
def test_a_script_read_by_letter_is_said_to_be_so_and_compared(text: str) -> None:
    assert parse(text).by_letter
    assert score(text, text) == 1
    assert not parse("Salim نمور").by_letter


@given(anything | names | st.text(' ,،-.م("")«»' + "abd", max_size=30))
def test_a_span_holds_the_words_of_its_part(text: str) -> None:
    for part in parse(text).parts:
        start, stop = part.span
        assert 0 <= start < stop <= len(text)
        shown = " ".join(word.written for word in read_words(text[start:stop].replace(",", " ").replace("،", " ")))
        assert part.original.startswith(shown)
        assert part.original == shown or "," in text or "،" in text


@given(anything)
def test_any_text_can_be_parsed_keyed_and_romanised(text: str) -> None:
    parsed = parse(text)
    assert parsed.text == text
    keys(text, with_neighbours=True)
    romanise(text)


@pytest.mark.parametrize(
    "text",
    [
        "م" * 10_000,
        "abu " * 5_000,
        "ابو " * 5_000,
        "a-" * 20_000,
        "عبد " * 3_000 + "x" * 10_000,
        "Mمoحhد",
        "🙂🙂",
        "123 456",
        "ܡܪܝܡ",
        "Արմեն",
        "\u202e\u202d",
        "%' OR 1=1 --",
    ],
)
def test_hostile_text_costs_little(text: str) -> None:
    started = time.process_time()
    score(text, text[::-1])
    score(text, "محمد")
    parse(text)
    assert time.process_time() - started < 1


SIGNS = (
    "Salim",
    "Abd",
    "a",
    "al",
    "Abu",
    "umm",
    "wife",
    "of",
    "aka",
    "Dr",
    "MD",
    "7",
    "3'",
    "🙂",
    "中",
    "عبد",
    "ال",
    "سليم",
)
signed = st.lists(
    st.tuples(st.sampled_from((*SIGNS, *'()[]«»".-,،')), st.sampled_from(("", " "))).map("".join), max_size=12
).map("".join)


@given(signed, signed)
def test_signs_and_odd_words_are_read_alike_in_every_way(first: str, second: str) -> None:
    assert units_of(first) == read_in_full(first)
    assert [part.form for part in parse(first).names][:7] == [unit.form for unit in units_of(first)][:7]
    assert compare(first, second).score == score(first, second)
    assert set(score_many([(first, second)] * FEW)) == {score(first, second)}
