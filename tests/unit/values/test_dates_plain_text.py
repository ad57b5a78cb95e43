"""Text as it is compared."""

from __future__ import annotations

import pytest

from dalil.values.plain_text import clean_text, plain_digits, shape_of


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Samer\t Halabi \n", "Samer Halabi"),
        ("سامر\u00a0الحلبي", "سامر الحلبي"),
        ("\u200fسامر\u200e \u202bالحلبي\u202c", "سامر الحلبي"),
        ("عبد\u200cالله", "عبدالله"),
        ("e\u0301", "é"),
        ("ا\u0654حمد", "أحمد"),
        ("\ufeff", ""),
        ("", ""),
    ],
)
def test_clean_text_composes_and_drops_what_cannot_be_seen(text: str, clean: str) -> None:
    assert clean_text(text) == clean
    assert clean_text(clean) == clean


def test_digits_of_every_script_become_plain() -> None:
    assert plain_digits("٢٠١٣ ۲۰۱۳ २०१३ 2013") == "2013 2013 2013 2013"
    assert plain_digits("²") == "²"


def test_remembering_digits_does_not_grow_without_end() -> None:
    every = "".join(map(chr, range(0x100, 0xD800)))
    assert len(plain_digits(every)) == len(every)
    assert plain_digits(every)[-1] == every[-1]
    assert plain_digits("٣") == "3"


def test_a_shape_keeps_no_letter_and_no_digit() -> None:
    assert shape_of("سامر Halabi 12/5") == "aaaa aaaaaa 99/9"
    assert shape_of("a\n" * 40) == "a·" * 20 + "…"
