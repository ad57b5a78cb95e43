"""One estimate over several tables that may all be true: how records may be joined, or labels filled in.

The table as it stands is estimated with every check; each of the others for its number alone; what they disagree about
widens the interval (Sadinle 2018), and both are printed. Strata are pooled one by one as well as in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from dalil.estimation.combining import pool
from dalil.estimation.estimating import STANDARD, estimate
from dalil.estimation.results import Estimate
from dalil.estimation.settings import Method, Settings
from dalil.estimation.table import Table

OPINIONS: Final = ("methods", "answers", "whole", "without", "known_sizes")


def estimate_over(
    table: Table, replicates: Sequence[Table], method: Method = "lcm", *, seed: int = 0, settings: Settings = STANDARD
) -> Estimate:
    """Estimate from a table as it stands and from what it may be instead, and pool.

    Parameters
    ----------
    table : Table
        As records are joined now. If it is refused, so is everything.
    replicates : sequence of Table
        As they may be joined; of the same lists and strata.

    Returns
    -------
    Estimate
        A pool; ``details`` has ``as_joined``, N if every join is right, ``second_opinions`` on that, and ``strata``,
        each pooled by itself. Without replicates, or refused: the estimate from the table.
    """
    standing = estimate(table, method, seed=seed, settings=settings)
    if not replicates or standing.N is None:
        return standing
    alone = replace(settings, second_opinions=False)
    drawn = [estimate(each, method, seed=seed + 1 + place, settings=alone) for place, each in enumerate(replicates)]
    details: dict[str, Any] = {
        "second_opinions": {name: standing.details[name] for name in OPINIONS if name in standing.details},
        "replicates": [each.digest for each in replicates],
    }
    if standing.method == "total":
        details["strata"] = [_stratum(part, drawn, seed=seed).brief() for part in standing.parts]
    return pool(drawn, seed=seed, as_joined=standing, table=table, details=details)


def _stratum(standing: Estimate, drawn: Sequence[Estimate], *, seed: int) -> Estimate:
    """Return one stratum over its replicates; as it stands where it was refused, or is in one of them only."""
    same = [part for whole in drawn for part in whole.parts if part.stratum == standing.stratum]
    if standing.N is None or len(same) < 2:
        return standing
    return pool(same, seed=seed, as_joined=standing)
