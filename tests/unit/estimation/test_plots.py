"""What can be drawn of an estimate is plain data, and a refused one has no posterior in it."""

from __future__ import annotations

import json

import pytest

from dalil.estimation import estimate
from dalil.estimation.annex import annex_sections, annex_text
from dalil.estimation.plots import plots
from unit.estimation import published as p


def test_a_histogram_holds_nearly_all_of_the_posterior_and_everything_is_json() -> None:
    found = estimate(p.KOSOVO, "dga")
    drawn = plots(found, p.KOSOVO)
    assert sum(drawn["posterior"]["shares"]) == pytest.approx(0.998, abs=0.002)
    assert drawn["posterior"]["headline"] == 12_595
    assert drawn["overlap"]["sizes"] == [1910, 1528, 1786, 685]
    assert drawn["overlap"]["patterns"][0] == {"lists": ["EXH"], "count": 1131}
    assert set(drawn["without"]) == set(drawn["known_sizes"]) == set(p.KOSOVO.lists)
    assert set(drawn["agreement"]) == {"dga", "loglinear"}
    assert drawn["sensitivity"]["median"][3] == 16_923
    assert json.loads(json.dumps(drawn)) == drawn


def test_two_modes_have_no_headline() -> None:
    drawn = plots(estimate(p.NETHERLANDS, "dga"), p.NETHERLANDS)
    assert drawn["posterior"]["headline"] is None
    assert len(drawn["modes"]) == 2


def test_a_refused_estimate_leaves_only_its_overlap_to_draw() -> None:
    drawn = plots(estimate(p.APART, "dga"), p.APART)
    assert (drawn["posterior"], drawn["modes"], drawn["without"], drawn["sensitivity"]) == (None, [], {}, None)
    assert drawn["overlap"]["shared"] == [[46, 6, 0], [6, 36, 0], [0, 0, 20]]


@pytest.mark.parametrize(("language", "word"), [("en", "What has to be true"), ("ar", "ما يجب أن يصح")])
def test_the_annex_says_what_was_assumed_and_how_to_repeat_it(language: str, word: str) -> None:
    found = estimate(p.KOSOVO, "dga")
    text = annex_text(annex_sections(found, language))
    assert word in text
    assert "12,595" in text
    assert found.receipt["digest"] in text
    two = annex_text(annex_sections(estimate(p.NETHERLANDS, "dga"), language))
    assert "50,461" not in two.split("\n\n")[0]
    assert "41,682" in two
