"""The latent-class sampler on published tables: quantiles beside the reference's, effective draws a second, cold start.

R is not run here. Baselines are LCMCR 0.4.14 measured once on a machine like this one (2 cores, R 4.2.2): quantiles,
and effective draws a second of 4 chains of 110,000 sweeps. ``python -m benchmarks estimation_lcm``.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks import published_tables as tables
from benchmarks.measuring import elapsed, sized, tell
from dalil.estimation.lcm import LcmDraws, LcmSettings, sample
from dalil.estimation.lcm.compiling import COMPILED

LEVELS: Final = (0.025, 0.25, 0.5, 0.75, 0.975)
COLD: Final = (
    "from dalil.estimation.lcm import *; import numpy as np; sample(np.eye(3, dtype=int), np.array([9, 8, 7]), seed=1)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What another program says of a table."""

    table: tables.PublishedTable
    quantiles: tuple[int, ...]
    by: str
    ess_per_second: float | None = None
    aim: float | None = None
    n_classes: int | None = None


REFERENCES: Final = {
    "Kosovo": Reference(
        table=tables.KOSOVO,
        quantiles=(9_051, 9_896, 10_449, 11_204, 13_780),
        by="LCMCR, R-hat 1.005",
        ess_per_second=161.0,
        aim=100.0,
        n_classes=10,
    ),
    "Western US": Reference(
        table=tables.WESTERN, quantiles=(1_311, 1_619, 1_834, 2_112, 2_955), by="LCMCR, R-hat 1.001"
    ),
    "Rome": Reference(table=tables.ROME, quantiles=(9_379, 10_357, 10_945, 11_579, 13_057), by="LCMCR, R-hat 1.000"),
    "UK": Reference(
        table=tables.UK,
        quantiles=(13_420, 19_310, 22_166, 25_537, 34_177),
        by="tempered prototype, R-hat 1.002 (LCMCR 12,114 … 21,288 … 32,446, R-hat 1.059)",
        ess_per_second=3.7,
        aim=7.4,
    ),
}


def main() -> None:
    """Print quantiles and speed for each table, the two modes of the Netherlands, and what size and starting cost."""
    _cold_start()
    for name, reference in REFERENCES.items():
        _published(name, reference)
    _two_modes()
    _size()


def _cold_start() -> None:
    with elapsed() as starting:
        subprocess.run([sys.executable, "-c", COLD], check=True)
    tell("lcm, new process to first estimate, kernels kept", f"{starting.seconds:.1f} s")


def _published(name: str, reference: Reference) -> None:
    settings = LcmSettings(n_classes=reference.n_classes, least_ess=float(sized(1_000)))
    worked = time.process_time()
    drawn = sample(reference.table.patterns, reference.table.counts, settings=settings, seed=7)
    worked = time.process_time() - worked
    rate = drawn.convergence.bulk_ess / drawn.seconds
    tell(f"lcm, {name}, quantiles", _quantiles(drawn), baseline=f"{list(reference.quantiles)} {reference.by}")
    tell(
        f"lcm, {name}, effective draws a second",
        f"{rate:.1f} in {drawn.seconds:.1f} s ({drawn.convergence.bulk_ess / worked:.1f} a second of processor), "
        f"{drawn.n_sweeps:,} sweeps, "
        f"{'ladder of ' + str(len(drawn.ladder.totals)) if drawn.ladder else 'plain'}",
        aim="" if reference.aim is None else f"≥ {reference.aim:g}",
        baseline="" if reference.ess_per_second is None else f"LCMCR {reference.ess_per_second:g}",
        ratio=None if reference.ess_per_second is None else rate / reference.ess_per_second,
        met=None if reference.aim is None else drawn.converged and rate >= reference.aim,
    )


def _two_modes() -> None:
    settings = LcmSettings(most_tempered_sweeps=sized(8_000_000))
    drawn = sample(tables.NETHERLANDS.patterns, tables.NETHERLANDS.counts, settings=settings, seed=7)
    modes = "; ".join(f"{mode.centre:,.0f} weight {mode.weight:.2f}" for mode in drawn.modes)
    tell("lcm, Netherlands, modes", f"{modes}; {drawn.seconds:.0f} s", baseline="LCMCR sees one, 48,489, R-hat 1.005")
    tell("lcm, Netherlands, quantiles", _quantiles(drawn))


def _size() -> None:
    # A sweep must cost what the patterns cost: the same 15 patterns, a thousand times the persons.
    fixed = LcmSettings(n_chains=4, n_classes=10, burn=500, first_sweeps=4_000, most_r_hat=np.inf, least_ess=0.0)
    seconds = {}
    for name, table in (("4,400", tables.KOSOVO), ("4,401,990", tables.NEW_ZEALAND)):
        tracemalloc.start()
        seconds[name] = min(sample(table.patterns, table.counts, settings=fixed, seed=s).seconds for s in (1, 2, 3))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        tell(
            f"lcm, {name} persons in 15 patterns, 18,000 sweeps",
            f"{seconds[name]:.2f} s, {peak / 2**20:.0f} MiB of arrays",
        )
    ratio = seconds["4,401,990"] / seconds["4,400"]
    tell("lcm, cost of a thousand times the persons", f"{ratio:.2f}", aim="≤ 2 times", met=ratio <= 2.0)


def _quantiles(drawn: LcmDraws) -> str:
    values = np.quantile(drawn.n + drawn.unrecorded, LEVELS).round().astype(int).tolist()
    state = "agreed" if drawn.converged else "NOT agreed"
    return f"{values} R-hat {drawn.convergence.r_hat:.3f} ({state}; from far starts {drawn.plain_r_hat:.2f})"


if __name__ == "__main__":
    print("compiled" if COMPILED else "not compiled")
    main()
