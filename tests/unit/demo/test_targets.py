"""Reality and invention together are the report's numbers."""

from __future__ import annotations

import pytest
from demo.population import draw_population
from demo.targets import PRINTED, sizes
from demo.truth import count_truth

# A4 of the acceptance table, as the report prints them (R08, R10, R44-R51); F09, F14, F19 and F20 are words there, to
# which the demonstration gives numbers: "some", "about 16 %", "nearly 102,000", "tens of thousands".
REPORT = {
    "F07": 364,
    "F08": 300,
    "F09": 11,
    "F10": 20_847,
    "F11": 13,
    "F12": 27,
    "F13": 137,
    "F14": 130_294,
    "F15": 7_929,
    "F16": 147,
    "F17": 180,
    "F19": 101_964,
    "F20": 43_058,
}


def test_the_targets_are_the_printed_figures() -> None:
    assert PRINTED == REPORT
    assert 126_345 <= PRINTED["F14"] <= 134_497  # all that rounds 20,847 of it to 16 % (R48)
    assert round(100 * PRINTED["F10"] / PRINTED["F14"]) == 16


def test_at_full_size_invention_and_reality_make_the_printed_figures_to_the_unit() -> None:
    population = draw_population(seed=20210521, scale=1.0)
    truth = count_truth(population, seed=20210521, scale=1.0, rows={})

    assert {row: truth.figures[row].value for row in REPORT} == REPORT
    # R12: three speakers; R53: a mother and two sons, the mother a woman. Nobody else of the documents is in a figure.
    assert {row: f.real for row, f in truth.figures.items() if f.real} == {"F07": 3, "F15": 3, "F17": 1}
    assert truth.figures["F04"].cells == {"party": {"syria.state": 14, "syria.russia": 9}}
    assert truth.figures["F14"].cells["status"] == {"disappeared": 87_236, "detained": 43_058}
    # Of those who cannot be counted: 40 released in "2021" or "May 2021", 6 of them over kinship.
    assert (truth.figures["F14"].unknown, truth.figures["F10"].unknown, truth.figures["F15"].unknown) == (40, 6, 6)
    # 40 men of no known age, 120 of whom no more is known than that they were adults.
    assert (truth.figures["F11"].unknown, truth.figures["F13"].unknown) == (40, 160)


def test_the_age_reference_makes_a_visible_difference_at_every_scale() -> None:
    for scale in (0.02, 0.1):
        truth = count_truth(draw_population(seed=4, scale=scale), seed=4, scale=scale, rows={})
        other = truth.alternatives

        assert other["F11, age at the as-of day"].value < truth.figures["F11"].value
        assert other["F16, age at the as-of day"].value < truth.figures["F16"].value
        assert other["F13, age at the arrest"].value < truth.figures["F13"].value


def test_sizes_shrink_with_the_scale_and_never_vanish() -> None:
    tenth = sizes(0.1)

    assert (tenth.kin_held, tenth.kin_held_old, tenth.kin_unsure) == (2_085, 14, 1)
    assert sizes(0.005).kin_held_children == 1


@pytest.mark.parametrize("scale", [0, 0.001, -1, 5])
def test_a_scale_that_cannot_be_drawn_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match=r"expected a scale from 0\.005 to 4"):
        sizes(scale)
