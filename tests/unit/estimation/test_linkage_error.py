"""Linkage error reaches the interval: tables that may be true, pooled."""

from __future__ import annotations

import numpy as np
import pytest

from dalil.errors import WrongTable
from dalil.estimation import Settings, Table, estimate, pool
from dalil.estimation.linkage_error import tables_under_linkage_error
from unit.estimation import published as p

ALONE = Settings(second_opinions=False)
SURE = (0.999999, 0.999999, 0.999999)


def independent() -> Table:
    """Return 10,000 persons on three lists with chances 1/2, 1/4 and 1/5: 3,000 of them on none."""
    counts = {}
    for row in ("100", "010", "001", "110", "101", "011", "111"):
        chance = 1.0
        for on, share in zip(row, (0.5, 0.25, 0.2), strict=True):
            chance *= share if on == "1" else 1 - share
        counts[row] = round(10_000 * chance)
    return p.plain("abc", counts)


def test_linkage_without_error_leaves_the_table_as_it_is() -> None:
    table = independent()
    assert {each.digest for each in tables_under_linkage_error(table, precision=SURE, recall=SURE, n_draws=3)} == {
        table.digest
    }


def test_joins_that_were_missed_are_made_and_the_truth_comes_back() -> None:
    table = independent()
    # One overlap in twenty was missed: those persons stand twice, once on each list.
    (torn,) = tables_under_linkage_error(table, precision=(0.95, 0.95, 0.95), recall=SURE, n_draws=1, seed=4)
    assert torn.n > table.n
    naive = estimate(torn, "dga", settings=ALONE)
    assert naive.N is not None
    assert naive.N.interval()[0] > 10_000
    draws = tables_under_linkage_error(torn, precision=SURE, recall=(0.93, 0.95, 0.965), n_draws=20, seed=5)
    pooled = pool([estimate(each, "dga", settings=ALONE) for each in draws])
    assert pooled.N is not None
    low, high = pooled.N.interval()
    assert low < 10_000 < high
    assert high - low > np.subtract(*naive.N.interval()[::-1])


def test_a_table_with_strata_is_drawn_for_part_by_part() -> None:
    rows = [{"a": 1, "b": 1, "c": 0, "s": "x"}, {"a": 1, "b": 0, "c": 1, "s": "y"}]
    table = Table.from_records(rows, lists=["a", "b", "c"], stratum=["s"])
    with pytest.raises(WrongTable, match="by itself"):
        tables_under_linkage_error(table, precision=SURE, recall=SURE)
