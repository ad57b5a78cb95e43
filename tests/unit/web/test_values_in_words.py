"""What a figure came to, in words: a number with its noun, a span, a share, a length of time."""

from __future__ import annotations

from typing import Any

import pytest

from dalil.figures.runs import Duration, Ratio, Span
from dalil.vocabulary import load_vocabulary


@pytest.mark.parametrize(
    ("value", "unit", "english", "arabic"),
    [
        (1, "person", ("1", "person"), ("1", "شخص")),
        (20_847, "person", ("20,847", "persons"), ("20,847", "شخصاً")),
        (Span(low=3, high=1_003), "person", ("3–1,003", "persons"), ("3–1,003", "أشخاص")),
        (Span(low=2_000, high=None), "person", ("2,000–…", "persons"), ("2,000–…", "شخص")),
        (Ratio(part=20_847, whole=130_294), "ratio", ("16.00 %", ""), ("16.00 %", "")),
        (Duration(least=(5, 0, 7), most=(5, 0, 7)), "duration", ("5 years", ""), ("5 سنوات", "")),
        (Duration(least=(2, 1, 0), most=None), "duration", ("2 years and 1 month", ""), ("سنتان وشهر", "")),
        (Duration(least=(0, 11, 0), most=None), "duration", ("11 months", ""), ("11 شهراً", "")),
        (Duration(least=(1, 3, 0), most=None), "duration", ("1 year and 3 months", ""), ("سنة و3 أشهر", "")),
        (None, "person", ("no number", "person"), ("لا عدد", "شخص")),
    ],
)
def test_a_value_and_its_unit_are_said_as_the_grammar_of_each_language_has_it(
    desk_template: Any, value: Any, unit: str, english: tuple[str, str], arabic: tuple[str, str]
) -> None:
    from django.utils import translation

    from dalil.web.showing.values import unit_text, value_text
    from dalil.web.showing.words import Words

    vocabulary = load_vocabulary()
    for language, said in (("en", english), ("ar", arabic)):
        with translation.override(language):
            words = Words(vocabulary, language)
            assert (value_text(value, words), unit_text(unit, value, words)) == said
