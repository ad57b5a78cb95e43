"""Linkage error reaches the interval: tables that may be true, pooled."""

from __future__ import annotations

import numpy as np
import pytest

from dalil.errors import WrongTable
from dalil.estimation import Settings, Table, Verdict, estimate, pool, repeat
from dalil.estimation.linkage_error import tables_under_linkage_error
from dalil.estimation.plots import plots
from dalil.estimation.replicates import estimate_over
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


def test_a_table_with_strata_is_drawn_for_part_by_part_at_the_same_rates() -> None:
    whole = independent()
    patterns = np.concatenate([whole.patterns, whole.patterns, [[1, 0, 0]]])
    columns: dict[str, list[object]] = {name: patterns[:, at].tolist() for at, name in enumerate("abc")}
    columns["s"] = ["x"] * len(whole.counts) + ["y"] * len(whole.counts) + [None]
    columns["count"] = [*whole.counts.tolist(), *whole.counts.tolist(), 11]
    table = Table.from_records(columns, lists=["a", "b", "c"], stratum=["s"], counts="count")
    (sure,) = tables_under_linkage_error(table, precision=SURE, recall=SURE, n_draws=1)
    assert sure.digest == table.digest
    (torn,) = tables_under_linkage_error(table, precision=(0.95, 0.95, 0.95), recall=SURE, n_draws=1, seed=4)
    assert [part.label for part in torn.strata] == ["s=x", "s=y"]
    assert all(part.n > whole.n for part in torn.strata)
    assert torn.n == sum(part.n for part in torn.strata) + 11
    assert torn.n_unplaced == 11


def test_an_estimate_over_tables_that_may_be_true_has_both_intervals_and_the_checks_of_the_one_that_stands() -> None:
    table = independent()
    draws = tables_under_linkage_error(table, precision=(0.9, 0.97, 0.99), recall=(0.9, 0.97, 0.99), n_draws=12, seed=5)
    alone = estimate(table, "dga", seed=3)
    found = estimate_over(table, draws, "dga", seed=3)
    assert found.method == "pool"
    assert found.n == table.n  # what is documented stays as it is
    assert alone.N is not None
    assert found.N is not None
    assert found.details["as_joined"] == alone.as_json()["N"]
    low, high = found.N.interval()
    assert high - low > 1.2 * np.subtract(*alone.N.interval()[::-1])
    assert {reason.check for reason in found.reasons} == {reason.check for reason in alone.reasons}
    assert found.receipt["table"] == table.digest
    assert found.receipt["details"]["replicates"] == [each.digest for each in draws]
    assert found.receipt["digest"] == estimate_over(table, draws, "dga", seed=3).receipt["digest"]
    drawn = plots(found, table)
    assert len(drawn["linkage"]["replicates"]) == 12
    assert drawn["linkage"]["as_joined"] == alone.as_json()["N"]["interval"]
    assert set(drawn["without"]) == {"a", "b", "c"}
    with pytest.raises(WrongTable, match="several tables put together"):
        repeat(dict(found.receipt), table)


def test_strata_are_pooled_one_by_one_and_a_refused_table_is_refused_whatever_may_be_instead() -> None:
    whole = independent()
    patterns = np.concatenate(
        [whole.patterns, [[1, 1, 0], [0, 1, 1]]]
    )  # and three persons elsewhere, on two lists each
    columns: dict[str, list[object]] = {name: patterns[:, at].tolist() for at, name in enumerate("abc")}
    columns["s"] = [*("x" for _ in whole.counts), "y", "y"]
    columns["count"] = [*whole.counts.tolist(), 1, 2]
    table = Table.from_records(columns, lists=["a", "b", "c"], stratum=["s"], counts="count")
    draws = tables_under_linkage_error(table, precision=(0.9, 0.95, 0.99), recall=SURE, n_draws=10, seed=1)
    found = estimate_over(table, draws, "dga", seed=2)
    one, other = found.details["strata"]
    assert (one["stratum"], other["stratum"]) == ("s=x", "s=y")
    assert one["N"] is not None
    assert (other["N"], other["n"]) == (None, 3)
    refused = estimate_over(table.strata[1], [table.strata[0]] * 10, "dga")
    assert (refused.N, refused.verdict) == (None, Verdict.REFUSED)
