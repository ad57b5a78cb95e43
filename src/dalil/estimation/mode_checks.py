"""Several answers at once: the modes of any distribution of N, and whether they forbid a single number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from dalil.estimation.distribution import Distribution
from dalil.estimation.modes import Mode, find_modes
from dalil.estimation.results import Diagnostic
from dalil.estimation.sentences import number_text
from dalil.estimation.verdict import check

APART: Final = 0.2
LEAST_WEIGHT: Final = 0.05
"""Two modes more than 20 % apart that both weigh over 5 %: no single number."""


def modes_of(distribution: Distribution, *, n_points: int = 4_000) -> tuple[Mode, ...]:
    """Return the modes of any distribution, from evenly spaced quantiles."""
    levels = (np.arange(n_points) + 0.5) / n_points
    return find_modes(distribution.quantiles(levels.tolist())[None], effective=n_points)


def several_modes(modes: Sequence[Mode], *, name: str = "several_modes") -> Diagnostic:
    """Check that no two modes far apart both have weight."""
    heavy = [mode for mode in modes if mode.weight > LEAST_WEIGHT]
    apart = len(heavy) > 1 and heavy[-1].centre > (1 + APART) * heavy[0].centre
    about = "; ".join(f"≈ {number_text(round(mode.centre))} ({100 * mode.weight:.0f} %)" for mode in heavy)
    return check(name, len(heavy), 1, passed=not apart, about=about if apart else "")
