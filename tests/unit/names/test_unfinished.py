"""Names as somebody types them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalil.names import keys, read_unfinished, score_unfinished, unfinished_keys, units_of

NAMES = (
    *("نسرين محي الدين الوانلي", "Salim Nimour", "محمد أحمد خالد النمور", "Muhammad Yaser Wanli"),
    *("عبد الرحمن صلاح الدين أبو زيد", "خالد"),
)


def best(typed: str) -> str:
    asked = read_unfinished(typed)
    return max(NAMES, key=lambda name: score_unfinished(asked, units_of(name)))


@pytest.mark.parametrize(
    ("name", "finished"),
    [("Nisreen Wanli", NAMES[0]), ("نسرين الوانلي", NAMES[0]), ("سليم نمور", NAMES[1]), ("Abdulrahman", NAMES[4])],
)
def test_a_name_stays_the_best_answer_from_its_third_letter_to_its_last(name: str, finished: str) -> None:
    for end in range(3, len(name) + 1):
        assert best(name[:end]) == finished, name[:end]


def test_a_word_before_the_last_counts_in_full() -> None:
    assert best("Muhammad W") == NAMES[3]
    assert best("محمد أح") == NAMES[2]


def test_a_space_says_that_the_word_is_complete() -> None:
    assert read_unfinished("Salim ") == (units_of("Salim"), ())
    assert read_unfinished("Salim N").last == (("n", "Latn"),)


def test_what_is_missing_does_not_count_against_a_name() -> None:
    assert score_unfinished(read_unfinished("Sal"), units_of("Salim Nimour")) == 1


def test_the_key_of_a_finished_name_begins_with_one_of_the_keys_of_its_beginning() -> None:
    assert unfinished_keys(("k", "Latn")) == ("k", "h")  # may become kh, as in Khaled: hld
    assert unfinished_keys(("muh", "Latn")) == ("mh",)  # a final h is silent, one that more follows is not
    for name in ("Khaled", "Muhammad", "خالد", "نسرين", "Shadi"):
        coarse = keys(name)[0].coarse
        form, script = units_of(name)[0].form, units_of(name)[0].script
        for end in range(1, len(form) + 1):
            assert any(coarse.startswith(key) for key in unfinished_keys((form[:end], script))), form[:end]


@given(st.text(max_size=40), st.sampled_from(NAMES))
def test_any_beginning_has_a_score(typed: str, name: str) -> None:
    assert 0 <= score_unfinished(read_unfinished(typed), units_of(name)) <= 1


def test_a_mothers_by_name_can_be_typed_in_either_script() -> None:
    assert score_unfinished(read_unfinished("أم عم"), units_of("أم عمر النمور")) > 0.9
    assert score_unfinished(read_unfinished("Umm Om"), units_of("أم عمر النمور")) > 0.5
