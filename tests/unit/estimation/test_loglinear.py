"""Log-linear models: all of them, the published choices, and none that does not exist."""

from __future__ import annotations

import numpy as np
import pytest

from dalil.errors import WrongTable
from dalil.estimation.existence import maximum_exists
from dalil.estimation.hierarchy import hierarchical_models, model_words, parameters
from dalil.estimation.loglinear import LogLinearSettings, bootstrap, search
from dalil.estimation.loglinear_fitting import exists, fit_model, fit_models
from dalil.estimation.table import Table
from unit.estimation import published as p


@pytest.mark.parametrize(
    ("n_lists", "order", "n_models"), [(3, 2, 8), (4, 2, 64), (4, 3, 113), (5, 2, 1024), (5, 4, 6893)]
)
def test_every_hierarchical_model_is_there_once(n_lists: int, order: int, n_models: int) -> None:
    models = hierarchical_models(n_lists, order)
    assert len(models) == len(set(models)) == n_models


@pytest.mark.parametrize(
    ("table", "order", "size"),
    [
        (p.KOREA, None, 157.17),
        (p.KOSOVO, None, 10_356.5),  # Ball et al. 2002: 10,356
        (p.KOSOVO, 2, 14_341.66),
        (p.UK, 1, 13_444.1),
        (p.UK, 2, 22_991.33),
        (p.UK, None, 25_311.29),
        (p.NEW_ORLEANS, None, 981.43),
        (p.WESTERN, None, 2_483.38),
        (p.NETHERLANDS, 2, 48_012.7),
    ],
    ids=["korea", "kosovo", "kosovo-2", "uk-1", "uk-2", "uk", "new-orleans", "western", "netherlands-2"],
)
def test_the_best_model_gives_the_published_number(table: Table, order: int | None, size: float) -> None:
    assert search(table, LogLinearSettings(max_order=order)).sizes[0] == pytest.approx(size, abs=0.06)


def test_aic_chooses_another_number_for_the_same_table() -> None:
    # 5,552 by AIC against 25,311 by BIC: the choice of a criterion decides.
    found = search(p.UK, LogLinearSettings(criterion="aic"))
    assert found.sizes[0] == pytest.approx(5_552, abs=1)


def test_independence_of_two_lists_is_worked_out_by_hand() -> None:
    # 45 on a, 35 on b, 15 on both: 45 x 35 / 15 = 105.
    found = search(p.plain("ab", {"10": 30, "01": 20, "11": 15}), LogLinearSettings(max_order=1))
    assert found.sizes[0] == pytest.approx(105)


def test_an_empty_overlap_is_minus_infinity_and_still_costs_a_parameter() -> None:
    # a and b share nobody. With their interaction the cells with both leave the table; what is left of
    # the model fits a beside c and b beside c.
    table = p.plain("abc", {"100": 40, "010": 40, "001": 40, "101": 10, "011": 10})
    found = search(table, LogLinearSettings())
    places = {model_words(terms, table.lists): place for place, terms in enumerate(found.models)}
    # Given c's margin, on c: 10, 10, 40; off c: 40, 40, unseen. 40 x 40 / 10 = 160 by independence of c and the rest.
    assert found.sizes[places["a·b, c"]] == pytest.approx(140 + 160)


def test_newton_arrives_exactly_where_the_linear_program_says_a_maximum_exists() -> None:
    cells = np.arange(1, 8)
    rng = np.random.default_rng(3)
    models = [parameters(terms, 3) for terms in hierarchical_models(3, 2)]
    n_without = 0
    for _ in range(60):
        table = rng.poisson(1.0, 7).astype(np.float64)
        if table.sum() < 3:
            continue
        fits = fit_models(cells, models, table)
        said = [exists(cells, masks, table) for masks in models]
        assert fits.arrived.tolist() == said, table
        n_without += said.count(False)
    assert n_without > 50  # the tables were sparse enough to test anything


def test_a_table_whose_margin_lies_on_the_edge_has_no_maximum() -> None:
    # Independence of two lists of which one has everybody: no chance below one fits.
    assert not maximum_exists(np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([0.0, 5.0]))
    assert maximum_exists(np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([2.0, 5.0]))


def test_many_tables_at_once_are_fitted_as_one_by_one() -> None:
    cells = np.arange(1, 16)
    counts = np.zeros(15)
    counts[p.KOSOVO.cells - 1] = p.KOSOVO.counts
    tables = np.random.default_rng(5).multinomial(300, counts / counts.sum(), size=40).astype(np.float64)
    for terms in hierarchical_models(4, 3)[::11]:
        masks = parameters(terms, 4)
        together = fit_model(cells, masks, tables)
        for place, table in enumerate(tables):
            alone = fit_model(cells, masks, table[None])
            if alone.arrived[0] and together.arrived[place]:
                assert together.unseen[place] == pytest.approx(alone.unseen[0], rel=1e-5)
                assert together.likelihood[place] == pytest.approx(alone.likelihood[0], abs=1e-6)


def test_the_bootstrap_of_kosovo_is_as_wide_as_published() -> None:
    # 6,947 to 18,010 in the paper, whose replicates were others.
    settings = LogLinearSettings()
    found = bootstrap(p.KOSOVO, search(p.KOSOVO, settings), settings, seed=1)
    low, high = found.quantiles([0.025, 0.975])
    assert low == pytest.approx(6_947, rel=0.06)
    assert high == pytest.approx(18_010, rel=0.06)
    again = bootstrap(p.KOSOVO, search(p.KOSOVO, settings), settings, seed=1)
    assert np.array_equal(found.replicates, again.replicates)


def test_six_lists_are_too_many_to_try_every_model() -> None:
    with pytest.raises(WrongTable, match="cannot all be tried"):
        search(p.plain("abcdef", {"110000": 5, "001111": 5}), LogLinearSettings())
    with pytest.raises(WrongTable, match="cannot all be tried"):
        search(p.KOREA, LogLinearSettings(max_order=3))
