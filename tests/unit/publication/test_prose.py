"""Reading prose: what may stand in a text, and what may not."""

from __future__ import annotations

import pytest

from dalil.errors import TemplateWrong
from dalil.publication.prose import DateText, FigureBinding, Literal, Reference, Strong, Words, parse_prose, signatures


def test_words_and_a_figure_are_told_apart() -> None:
    assert parse_prose("At least {F10} persons.", "here") == (
        Words("At least "),
        FigureBinding(figure="F10"),
        Words(" persons."),
    )


def test_a_binding_says_cell_hedge_rounding_form_and_noun() -> None:
    (binding,) = parse_prose("{F12.women|hedge=nearly|round=1000|of=person}", "here")
    assert binding == FigureBinding(figure="F12", cell="women", hedge="nearly", rounded_to=1000, noun="person")
    (percent,) = parse_prose("{F14|percent|decimals=2}", "here")
    assert percent == FigureBinding(figure="F14", form="percent", decimals=2)
    (optional,) = parse_prose("{F15.over_70?}", "here")
    assert optional == FigureBinding(figure="F15", cell="over_70", optional=True)


def test_what_is_no_figure_says_what_it_is() -> None:
    text = "*On* {date:2021-04-20} {lit:R210517} {printed:nearly 20,000} {src:snhr-r210517|III}"
    text += " {law:unsc-2139} {note:died}"
    pieces = [piece for piece in parse_prose(text, "here") if not isinstance(piece, Words)]
    assert pieces == [
        Strong(),
        Strong(),
        DateText("2021-04-20"),
        Literal("lit", "R210517"),
        Literal("printed", "nearly 20,000"),
        Reference("src", "snhr-r210517", "III"),
        Reference("law", "unsc-2139"),
        Reference("note", "died"),
    ]


@pytest.mark.parametrize("text", ["at least 20,847 persons", "٢٠٬٨٤٧ شخصاً", "in 2021", "section 3", "{F10} and 5 more"])
def test_a_number_typed_by_hand_is_refused(text: str) -> None:
    with pytest.raises(TemplateWrong, match="typed in the prose") as caught:
        parse_prose(text, "en.yaml:12")
    assert caught.value.where == "en.yaml:12"
    assert "20,847" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "}",
        "{}",
        "{F10",
        "{F10|}",
        "{F10|hedge=}",
        "{F10|colour=red}",
        "{F10|percent|percent}",
        "{10}",
        "{F10|round=x}",
        "{nobody:x}",
        "{lit:}",
        "{F10.}",
        "{F10|hedge=about|hedge=nearly}",
        "*open",
    ],
)
def test_braces_that_say_nothing_known_are_refused(text: str) -> None:
    with pytest.raises(TemplateWrong):
        parse_prose(text, "here")


def test_a_translation_has_the_same_signature_whatever_its_words_and_order() -> None:
    english = parse_prose("In {date:2013} {F10|hedge=at_least|of=person}, {printed:nearly 20,000}", "here")
    arabic = parse_prose("{printed:قرابة 20,000} و{F10|hedge=at_least|of=شخص} عام {date:2013}", "هنا")
    assert signatures(english) == signatures(arabic)


def test_another_hedge_is_another_signature() -> None:
    assert signatures(parse_prose("{F10|hedge=at_least}", "here")) != signatures(parse_prose("{F10}", "here"))
