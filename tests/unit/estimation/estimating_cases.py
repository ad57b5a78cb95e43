"""Settings and a table that several modules of estimates share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from dalil.estimation import Settings
from dalil.estimation.lcm import LcmSettings
from dalil.estimation.results import Estimate
from unit.estimation import published as p

QUICK = Settings(lcm=LcmSettings(n_chains=4, burn=200, first_sweeps=800, most_sweeps=4_000, most_tempered_sweeps=4_000))
NO_LADDERS: dict[str, Any] = {"n_chains": 2, "burn": 20, "first_sweeps": 200, "most_r_hat": 1e9, "least_ess": 0.0}
"""Two short chains whose disagreement nobody minds: digits are compared here, not answers."""
# 2,000 invented persons on four lists drawn independently, each with 0.3, 0.35, 0.25 and 0.4 of them.
CLEAN: Final = p.plain(
    "abcd",
    {"1000": 173, "0100": 209, "1100": 83, "0010": 149, "1010": 48, "0110": 78, "1110": 34, "0001": 269, "1001": 130}
    | {"0101": 158, "1101": 51, "0011": 96, "1011": 53, "0111": 51, "1111": 21},
)


def reasons(found: Estimate) -> set[str]:
    return {reason.check for reason in found.reasons}


def brief() -> Settings:
    standard = Settings()
    return replace(standard, loglinear=replace(standard.loglinear, n_replicates=50, n_candidates=10))
