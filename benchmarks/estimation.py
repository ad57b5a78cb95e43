"""Exact averages, log-linear models and whole assessments: seconds, beside what R took.

R is not run here: Debian has R but not its packages dga and SparseMSE. Baselines are those packages under R 4.2.2,
measured once on a machine like this one (2 cores). ``python -m benchmarks estimation``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import numpy as np

from benchmarks import published_tables as facts
from benchmarks.measuring import elapsed, sized, tell
from dalil.estimation import Table, assess
from dalil.estimation.decomposable import N_GRAPHS, decomposable_graphs
from dalil.estimation.dga import average
from dalil.estimation.distribution import Exact
from dalil.estimation.loglinear import LogLinearSettings, bootstrap, search

LEVELS: Final = (0.025, 0.5, 0.975)
R_DGA: Final = {
    "Kosovo": (facts.KOSOVO, 0.24),
    "UK": (facts.UK, 3.13),
    "Netherlands": (facts.NETHERLANDS, 11.1),
}
R_SPARSEMSE: Final = 94.0
"""Seconds of SparseMSE for Kosovo with 1,000 replicates, models of two lists at a time only."""
FASTER: Final = 100
SHORT: Final = 0.3
"""Seconds that runs take together at least."""
N_TIMES: Final = 5
A_THOUSAND: Final = 1_000


def main() -> None:
    """Measure graphs, log-linear models, an assessment, and growth with persons."""
    for name, (published, seconds) in R_DGA.items():
        _graphs(name, _table(published), seconds)
    _more_lists()
    _loglinear()
    _growth()
    _assessment()


def _table(published: facts.PublishedTable) -> Table:
    return Table.from_patterns(published.patterns, published.counts, lists=published.lists)


def _best(deed: Callable[[], object]) -> float:
    """Return the least processor time of a few runs, of many if they are short: others may use this machine."""
    found: list[float] = []
    while len(found) < N_TIMES or sum(found) < SHORT:
        started = time.process_time()
        deed()
        found.append(time.process_time() - started)
    return min(found)


def _graphs(name: str, table: Table, by_r: float) -> None:
    decomposable_graphs(table.n_lists)
    seconds = _best(lambda: average(table))
    found = average(table)
    low, median, high = Exact(support=found.support, mass=found.mass).quantiles(LEVELS)
    tell(
        f"dga, {name}, all {N_GRAPHS[table.n_lists]:,} graphs",
        f"{1000 * seconds:.1f} ms, {median:,.0f} [{low:,.0f}, {high:,.0f}]",
        aim=f"{FASTER} times R's",
        met=by_r / seconds >= FASTER,
        baseline=f"R dga {by_r} s (not run here)",
        ratio=by_r / seconds,
    )


def _more_lists() -> None:
    rng = np.random.default_rng(1)
    for n_lists in (6, 7):
        cells = (rng.random((3_000, n_lists)) < 0.2).astype(int)
        cells = cells[cells.any(axis=1)]
        table = Table.from_patterns(cells, np.ones(len(cells), int))
        with elapsed() as made:
            decomposable_graphs(n_lists)
        with elapsed() as averaged:
            average(table)
        tell(
            f"dga, {n_lists} lists, {N_GRAPHS[n_lists]:,} graphs",
            f"{averaged.processor_seconds:.1f} s, and {made.processor_seconds:.1f} s once to list the graphs",
            baseline="R dga stops at 5 lists",
        )


def _loglinear() -> None:
    table, settings = _table(facts.KOSOVO), LogLinearSettings(n_replicates=sized(1_000))
    best = _best(lambda: bootstrap(table, search(table, settings), settings, seed=1))
    found = search(table, settings)
    low, high = bootstrap(table, found, settings, seed=1).quantiles((0.025, 0.975))
    tell(
        f"log-linear, Kosovo, all {found.n_models} models, {settings.n_replicates:,} replicates that choose anew",
        f"{best:.2f} s, {found.sizes[0]:,.1f} [{low:,.0f}, {high:,.0f}]",
        aim="2 s",
        met=best <= 2,
        baseline=f"R SparseMSE {R_SPARSEMSE:.0f} s, two lists at a time (not run here)",
        ratio=R_SPARSEMSE / best,
    )
    uk = _table(facts.UK)
    every = _best(lambda: search(uk, settings))
    tell("log-linear, UK, all 6,893 models to order 4", f"{every:.2f} s, {search(uk, settings).sizes[0]:,.1f}")


def _growth() -> None:
    small = _table(facts.KOSOVO)
    large = Table.from_patterns(small.patterns, small.counts * A_THOUSAND, lists=small.lists)
    settings = LogLinearSettings(n_replicates=sized(1_000))

    def estimated(table: Table) -> None:
        average(table)
        bootstrap(table, search(table, settings), settings, seed=1)

    first, second = _best(lambda: estimated(small)), _best(lambda: estimated(large))
    tell(
        f"dga and log-linear, {large.n:,} persons",
        f"{second:.2f} s",
        aim=f"as {small.n:,} persons",
        met=second < 1.5 * first,
        baseline=f"{small.n:,} persons {first:.2f} s",
        ratio=second / first,
    )


def _assessment() -> None:
    with elapsed() as spent:
        found = assess(_table(facts.UK), seed=1)
    tell(
        f"assess, UK, five lists, {len(found.rows)} estimates",
        f"{spent.seconds:.0f} s, {spent.processor_seconds:.0f} s of processors, verdict {found.verdict.value}",
        aim="60 s",
        met=spent.seconds <= 60,
    )


if __name__ == "__main__":
    main()
