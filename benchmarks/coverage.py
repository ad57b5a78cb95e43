"""How often 95 % intervals hold the truth: ``python -m benchmarks coverage [--tables=200]``.

For each family of simulated truths and each method: the share of intervals that hold the true number, with its own
exact binomial interval, over all tables that were not refused and, for lcm with its second opinions, over those that
pass every check (why nobody is out of reach is stated here, since in a simulation it is known); the median width, and
the median of estimate over truth. Chains are short and bootstraps small, as becomes a study of hundreds.
``--family=ranked`` studies the families whose names hold that word.
"""

from __future__ import annotations

import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from typing import Final

import numpy as np
from scipy import stats

from benchmarks.measuring import elapsed, tell
from benchmarks.simulated_truths import FAMILIES, N_PERSONS, simulated_table
from dalil.estimation.estimating import estimate
from dalil.estimation.lcm.settings import LcmSettings
from dalil.estimation.loglinear import LogLinearSettings
from dalil.estimation.results import Verdict
from dalil.estimation.settings import Method, Settings
from dalil.estimation.table import Table

STUDIED: Final[tuple[Method, ...]] = ("lcm", "dga", "loglinear")
SHORT: Final = Settings(
    lcm=LcmSettings(
        n_chains=4,
        burn=500,
        first_sweeps=2_000,
        most_sweeps=40_000,
        most_r_hat=1.05,
        least_ess=100.0,
        trial_sweeps=100,
        most_tempered_sweeps=200_000,
        threads=1,
    ),
    loglinear=LogLinearSettings(n_replicates=200, n_candidates=40),
    reach={"en": "Simulated: everyone had a chance on every list."},
)
ALONE: Final = replace(SHORT, second_opinions=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one method said of one table; nothing, if it refused."""

    method: Method
    interval: tuple[float, float] | None
    median: float
    verdict: Verdict


def answers(table_number: int, *, family: str) -> list[Answer]:
    """Draw one table and ask every method."""
    rng = np.random.default_rng([zlib.crc32(family.encode()), table_number])
    table = Table.from_patterns(*simulated_table(family, rng))
    found = []
    for method in STUDIED:
        made = estimate(table, method, seed=table_number, settings=SHORT if method == "lcm" else ALONE)
        interval = made.N.interval(0.95) if made.N is not None else None
        middle = made.N.distribution.estimate if made.N is not None else float("nan")
        found.append(Answer(method=method, interval=interval, median=middle, verdict=made.verdict))
    return found


def main() -> None:
    """Print one line for each family (or those whose names hold ``--family=``) and method."""
    wanted = next((word[9:] for word in sys.argv if word.startswith("--family=")), "")
    n_tables = next((int(word[9:]) for word in sys.argv if word.startswith("--tables=")), 200)
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        for family in (name for name in FAMILIES if wanted in name):
            with elapsed() as time:
                rows = list(pool.map(partial(answers, family=family), range(n_tables), chunksize=10))
            for place, method in enumerate(STUDIED):
                _tell(f"coverage, {family}, {method}", [row[place] for row in rows])
            tell(f"coverage, {family}", f"{n_tables} tables in {time.seconds:.0f} s")


def _tell(name: str, given: list[Answer]) -> None:
    for verdict in (None, Verdict.PUBLISHABLE) if name.endswith("lcm") else (None,):
        chosen = [answer for answer in given if verdict in (None, answer.verdict)]
        intervals = [answer.interval for answer in chosen if answer.interval is not None]
        held = sum(low <= N_PERSONS <= high for low, high in intervals)
        which = f"{name}, {'every check passed' if verdict else 'all answers'}"
        if not intervals:
            tell(which, "none")
            continue
        bounds = stats.binomtest(held, len(intervals)).proportion_ci(0.95)
        width = float(np.median([high - low for low, high in intervals]))
        ratio = float(np.nanmedian([answer.median for answer in chosen])) / N_PERSONS
        tell(
            which,
            f"{held / len(intervals):.3f} [{bounds.low:.3f}, {bounds.high:.3f}] of {len(intervals)} of {len(given)} "
            f"tables; median width {width:.0f}; median estimate over truth {ratio:.2f}",
            aim="0.95",
        )


if __name__ == "__main__":
    main()
