"""The script of a text."""

from __future__ import annotations

import pytest

from dalil.names import script_of
from dalil.names.scripts import _SCRIPTS


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("سامر الحلبي", "Arab"),
        ("سامرـ ۱۲", "Arab"),
        ("ﷲ", "Arab"),
        ("Samer", "Latn"),
        ("Şükrü Çağlar", "Latn"),
        ("Ṣalāḥ", "Latn"),
        ("Самер", "Cyrl"),
        ("Σάμερ", "Grek"),
        ("Սամեր", "Armn"),
        ("סאמר", "Hebr"),
        ("ܣܡܝܪ", "Syrc"),
        ("サメル", "Zyyy"),
        ("12/5 – ٣", "Zyyy"),
        ("", "Zyyy"),
        ("سامر (S)", "Arab"),
        ("Samer س", "Latn"),
        ("sس", "Latn"),
        ("سs", "Arab"),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, script: str) -> None:
    assert script_of(text) == script


def test_remembering_characters_does_not_grow_without_end() -> None:
    every = "".join(map(chr, range(0x100, 0xD800)))
    assert script_of(every) == "Latn"  # of the scripts told apart, most letters here are Latin
    assert len(_SCRIPTS) > 20_000
    assert script_of("سامرé") == "Arab"
    assert len(_SCRIPTS) < 10
