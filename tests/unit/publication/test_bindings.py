"""Resolving bindings: the words printed, and the hedges that are not true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dalil.errors import TemplateWrong, UnknownFigure
from dalil.publication.bindings import BoundFigure, PublishedFigure, Ratio, Span, resolve, value_json
from dalil.publication.chrome import load_chrome
from dalil.publication.prose import FigureBinding, parse_prose
from dalil.publication.template import ReportTemplate
from dalil.publication.wording import Wording
from dalil.vocabulary import Vocabulary

Figures = dict[str, PublishedFigure]


class Say:
    """Resolves a binding written as prose, in the language asked for."""

    def __init__(self, figures: Figures, vocabulary: Vocabulary, template: ReportTemplate) -> None:
        self.figures, self.vocabulary, self.template = figures, vocabulary, template

    def bound(self, text: str, language: str = "en") -> BoundFigure:
        chrome = load_chrome(language)
        nouns = self.template.prose[language].nouns
        wording = Wording(language=language, words=chrome.words, months=chrome.months, nouns=nouns)
        (binding,) = parse_prose(text, "here")
        assert isinstance(binding, FigureBinding)
        return resolve(binding, self.figures, wording=wording, vocabulary=self.vocabulary, where="kinship.held")

    def __call__(self, text: str, language: str = "en") -> str:
        return self.bound(text, language).rendering


@pytest.fixture
def say(figures: Figures, vocabulary: Vocabulary, template: ReportTemplate) -> Say:
    return Say(figures, vocabulary, template)


def test_a_figure_is_printed_with_hedge_and_noun_in_each_language(say: Say) -> None:
    assert say("{F10|hedge=at_least|of=person}") == "at least 20,847 persons"
    assert say("{F10|hedge=at_least|of=person}", "ar") == "ما لا يقل عن 20,847 شخصاً"
    assert say("{F11|of=child}") == "13 children"
    assert say("{F11|of=child}", "ar") == "13 طفلاً"
    assert say("{F21.body|of=body}", "ar") == "جثماناً واحداً"


def test_a_ratio_is_printed_as_a_percentage_and_opens_into_its_parts(say: Say) -> None:
    assert say("{F14|hedge=about}") == "about 16%"
    assert say("{F14|hedge=about}", "ar") == "نحو 16%"
    assert say("{F14|percent|decimals=1}") == "16.0%"
    assert say("{F14.part}") == "20,847"
    assert say("{F14.whole}") == "130,294"


def test_rounding_goes_the_way_the_hedge_says(say: Say) -> None:
    assert say("{F10|hedge=nearly|round=1000}") == "nearly 21,000"
    assert say("{F10|hedge=at_least|round=1000}") == "at least 20,000"
    assert say("{F10|hedge=about|round=1000}") == "about 21,000"
    assert say.bound("{F10|hedge=nearly|round=1000}").value == 20_847


@pytest.mark.parametrize(
    "text",
    [
        "{F10|hedge=nearly}",  # "nearly 20,847" says fewer than 20,847
        "{F10|hedge=fewer_than}",
        "{F10|hedge=hundreds|hedge}",  # hundreds: 200 to 1,999
        "{F11|hedge=tens_of_thousands|hedge}",
    ],
)
def test_a_hedge_that_is_not_true_of_the_number_is_refused(say: Say, text: str) -> None:
    with pytest.raises(TemplateWrong, match="not true of the figure"):
        say(text)


def test_a_hedge_of_magnitude_stands_for_the_number(say: Say) -> None:
    bound = say.bound("{F20|hedge=tens_of_thousands|hedge}")
    assert bound.rendering == "tens of thousands"
    assert bound.value == 28_294


def test_a_quoted_number_keeps_its_own_hedge(say: Say) -> None:
    assert say("{F03}") == "more than 1,500,000"
    assert say("{F05}") == "thousands"
    assert say("{F05}", "ar") == "آلاف"


def test_a_span_is_printed_with_both_ends(say: Say) -> None:
    assert say("{F01}").replace("\u2060", "") == "31–33"
    assert say("{F01}", "ar") == "31 إلى 33"
    assert say("{F24}", "ar") == "7 سنوات و8 إلى 9 أشهر"
    assert say("{F02|duration}") == "5 years"


def test_a_span_with_an_open_end_says_so(say: Say, figures: Figures) -> None:
    ages = replace(figures["F01"], value=Span(low=33, high=None))
    held = replace(figures["F24"], value=Span(low=None, high=24))
    nothing = replace(figures["F02"], value=Span(low=None, high=None))
    say.figures = {**figures, "F01": ages, "F24": held, "F02": nothing}
    assert say("{F01}") == "33 or more"
    assert say("{F24}") == "up to 2 years"
    assert say("{F02}", "ar") == "غير معروف"


def test_an_unknown_figure_is_refused_with_its_place(say: Say) -> None:
    with pytest.raises(UnknownFigure) as caught:
        say("{F99}")
    assert caught.value.where == "kinship.held"
    assert caught.value.found == "F99"


def test_an_unknown_cell_is_refused_unless_it_may_be_absent(say: Say) -> None:
    with pytest.raises(UnknownFigure, match="cell"):
        say("{F15.over_70}")
    assert say("{F15.over_70?}") == "–"


def test_a_form_that_does_not_fit_the_value_is_refused(say: Say) -> None:
    with pytest.raises(TemplateWrong, match="form"):
        say("{F10|percent}")


def test_a_ratio_over_nothing_is_refused(say: Say, figures: Figures) -> None:
    say.figures = {**figures, "F14": replace(figures["F14"], value=Ratio(part=0, whole=0))}
    with pytest.raises(TemplateWrong):
        say("{F14}")


def test_values_are_whole_numbers_in_json() -> None:
    assert value_json(7) == 7
    assert value_json(Span(low=92, high=93)) == {"low": 92, "high": 93}
    assert value_json(Ratio(part=20_847, whole=130_294)) == {"part": 20_847, "whole": 130_294}
    assert value_json(None) is None
