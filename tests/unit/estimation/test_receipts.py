"""A receipt gives the same digits again, on any number of threads, with and without compiled code."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from dalil.errors import WrongTable
from dalil.estimation import Settings, Table, Verdict, estimate, repeat
from unit.estimation import published as p
from unit.estimation.estimating_cases import CLEAN, NO_LADDERS, QUICK, brief, reasons


@pytest.mark.parametrize("method", ["lcm", "dga", "loglinear", "chao"])
def test_a_receipt_gives_the_same_digits_again(method: str) -> None:
    settings = replace(QUICK, loglinear=brief().loglinear, lcm=replace(QUICK.lcm, **NO_LADDERS))
    first = estimate(p.KOSOVO, method, seed=11, settings=settings)  # type: ignore[arg-type]
    again = repeat(dict(first.receipt), p.KOSOVO)
    assert again.receipt["digest"] == first.receipt["digest"]
    assert again.as_json()["N"] == first.as_json()["N"]


def test_a_receipt_of_another_table_or_with_other_digits_is_refused() -> None:
    first = estimate(p.KOSOVO, "dga")
    with pytest.raises(WrongTable, match="another table"):
        repeat(dict(first.receipt), p.UK)
    with pytest.raises(WrongTable, match="do not come out again"):
        repeat(dict(first.receipt) | {"digest": "0" * 64}, p.KOSOVO)


WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
from unit.estimation import published as p
from unit.estimation.estimating_cases import NO_LADDERS, QUICK, brief
from dataclasses import replace
from dalil.estimation import Table, estimate
settings = replace(QUICK, loglinear=brief().loglinear)
small = replace(settings, lcm=replace(QUICK.lcm, **(NO_LADDERS | {"burn": 5, "first_sweeps": 40})))
for method in ("dga", "loglinear", "chao"):
    print(estimate(p.KOSOVO, method, seed=4, settings=settings).receipt["digest"])
print(estimate(p.KOREA, "lcm", seed=4, settings=small).receipt["digest"])
"""


def test_without_numba_the_digits_are_the_same() -> None:
    both = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=False,
            cwd=".",
            env={"PYTHONPATH": "src:tests:."},
        )
        for code in (WITHOUT_NUMBA, WITHOUT_NUMBA.replace('sys.modules["numba"] = None', ""))
    ]
    assert both[0].returncode == 0, both[0].stderr
    assert both[0].stdout == both[1].stdout
    assert len(both[0].stdout.split()) == 4


def test_threads_change_no_digit_of_a_receipt() -> None:
    receipts = [
        estimate(
            p.KOSOVO,
            seed=9,
            settings=replace(QUICK, lcm=replace(QUICK.lcm, **NO_LADDERS | {"n_chains": 4, "threads": threads})),
        ).receipt
        for threads in (1, 4)
    ]
    assert receipts[0] == receipts[1]
    assert receipts[0]["N"] is not None


def test_where_nobodys_part_is_known_there_is_no_part_to_estimate() -> None:
    rows = [{"a": 1, "b": 1, "c": place % 2, "sex": None} for place in range(60)]
    table = Table.from_records(rows, lists=["a", "b", "c"], stratum=["sex"])
    assert (table.strata, table.n_unplaced) == ((), 60)
    found = estimate(table, "dga")
    assert (found.verdict, found.N, found.n) == (Verdict.REFUSED, None, 60)
    assert "no_strata" in reasons(found)


def test_a_part_with_nobody_in_it_is_refused_in_words() -> None:
    nobody = replace(CLEAN, patterns=CLEAN.patterns[:0], counts=CLEAN.counts[:0])
    found = estimate(nobody, "dga")
    assert (found.verdict, reasons(found), found.n) == (Verdict.REFUSED, {"nobody"}, 0)


def test_a_thousand_times_the_persons_cost_no_more() -> None:
    def seconds(table: Table) -> float:
        started = time.process_time()
        estimate(table, "loglinear", settings=replace(brief(), second_opinions=False))
        estimate(table, "dga", settings=Settings(second_opinions=False))
        return time.process_time() - started

    large = Table.from_patterns(p.KOSOVO.patterns, p.KOSOVO.counts * 1_000)
    small = min(seconds(p.KOSOVO) for _ in range(3))
    assert min(seconds(large) for _ in range(3)) < 4 * small + 0.2
