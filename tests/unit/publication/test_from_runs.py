"""From a figure run to what a page prints."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dalil.figures.runs import Cell, Duration, FigureRun
from dalil.figures.runs import Ratio as CountedRatio
from dalil.figures.runs import Span as CountedSpan
from dalil.publication.bindings import Ratio, Span
from dalil.publication.from_runs import published
from dalil.vocabulary import Vocabulary

CELLS = (
    Cell(dimension="age_and_sex", cell="children", value=13),
    Cell(dimension="age_and_sex", cell="women", value=27),
    Cell(dimension="governorate", cell="SY03", value=20_843),
    Cell(dimension="governorate", cell="unknown", value=4, small=True),
    Cell(dimension="year_of_arrest", cell="2011", value=20_847),
    Cell(dimension="year_of_arrest", cell="unknown", value=0),
)


@pytest.fixture
def run() -> FigureRun:
    return FigureRun(
        name="F10",
        unit="person",
        figure_class="documented_named",
        value=20_847,
        as_of="2021-05-21",
        known_by=152_310,
        ledger_root="00" * 32,
        definition_digest="11" * 32,
        vocabulary_digest="22" * 32,
        code_version="dalil 0.1.0",
        title={"en": "Held over kinship", "ar": "محتجزون بسبب القرابة"},
        text={"en": "Persons held.", "ar": "أشخاص محتجزون."},
        cells=CELLS,
        n_members=20_847,
        n_synthetic=20_844,
        window=("2011-03-01", None),
        denominator={"figure": "F14-held", "run": "33" * 32, "value": 130_294},
    )


def test_what_the_run_says_is_what_the_page_prints(run: FigureRun, vocabulary: Vocabulary) -> None:
    figure = published(run, vocabulary)
    assert (figure.name, figure.run_id, figure.value, figure.unit) == ("F10", run.run_id, 20_847, "person")
    assert figure.as_of is not None
    assert figure.as_of.isoformat() == "2021-05-21"
    assert figure.window[0] is not None
    assert figure.window[0].isoformat() == "2011-03-01"
    assert figure.window[1] is None
    assert figure.denominator == "F14-held"
    assert (figure.n_members, figure.n_synthetic) == (20_847, 20_844)
    assert figure.record == run.record()


def test_a_cell_is_bound_by_its_name_and_by_its_dimension_where_names_meet(
    run: FigureRun, vocabulary: Vocabulary
) -> None:
    cells = published(run, vocabulary).cells
    assert cells["women"] == cells["age_and_sex.women"] == 27
    assert cells["governorate.unknown"] == 4
    assert cells["year_of_arrest.unknown"] == 0
    assert "unknown" not in cells


def test_a_series_has_labels_in_each_language_in_the_order_of_the_run(run: FigureRun, vocabulary: Vocabulary) -> None:
    series = published(run, vocabulary).series
    assert [point.key for point in series["year_of_arrest"]] == ["2011"]  # the unknown are none
    first, last = series["governorate"]
    assert first.label["en"] == vocabulary.label("places", "SY03", "en")
    assert last.label == {"en": "unknown", "ar": "غير معروف"}
    assert series["year_of_arrest"][0].label == {"en": "2011", "ar": "2011"}


def test_a_cell_too_small_to_publish_leaves_neither_number_nor_record(run: FigureRun, vocabulary: Vocabulary) -> None:
    held_back = published(replace(run, suppression={"below": 5, "exempt": None}), vocabulary)
    assert "governorate.unknown" not in held_back.cells
    assert [point.key for point in held_back.series["governorate"]] == ["SY03"]
    assert held_back.record["cells"] == []
    assert held_back.record["cells_withheld"] == 1


def test_a_small_cell_with_a_reason_is_published(run: FigureRun, vocabulary: Vocabulary) -> None:
    exempt = published(replace(run, suppression={"below": 5, "exempt": "a national total"}), vocabulary)
    assert exempt.cells["governorate.unknown"] == 4


def test_lengths_spans_and_ratios_keep_both_their_numbers(run: FigureRun, vocabulary: Vocabulary) -> None:
    # 7 years 8 months 11 days = 92 whole months; 7 years 9 months 11 days = 93
    held = published(replace(run, value=Duration(least=(7, 8, 11), most=(7, 9, 11))), vocabulary)
    assert held.value == Span(low=92, high=93)
    assert published(replace(run, value=CountedSpan(low=33, high=None)), vocabulary).value == Span(low=33, high=None)
    ratio = published(replace(run, value=CountedRatio(part=20_847, whole=130_294)), vocabulary)
    assert ratio.value == Ratio(part=20_847, whole=130_294)


def test_a_figure_without_members_claims_no_digest_of_them(run: FigureRun, vocabulary: Vocabulary) -> None:
    figure = published(replace(run, n_members=0, n_synthetic=0), vocabulary)
    assert figure.n_members is None
    assert figure.members_digest is None
