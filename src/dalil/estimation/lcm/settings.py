"""What the latent-class estimator is asked to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LcmSettings:
    """What the estimator is asked to do. Everything but ``threads`` belongs in a receipt."""

    n_classes: int | None = None
    """Classes K; None for min(2^J − 1, 15), where J is the number of lists."""
    alpha_shape: float = 0.25
    alpha_rate: float = 0.25
    """α ~ Gamma(shape, rate)."""
    n0_max: int | None = None
    """The most unrecorded persons allowed. None: no limit, which is how a posterior should be read."""
    n_chains: int = 16
    n_ladders: int = 4
    burn: int = 2_000
    """Sweeps of each chain before the first draw."""
    first_sweeps: int = 4_000
    """Sweeps of each chain before its first check; each further round doubles them."""
    most_sweeps: int = 2_500_000
    """Sweeps of all plain chains together, after which they give way to ladders."""
    most_tempered_sweeps: int = 8_000_000
    """Sweeps of all rungs of all ladders together, after which the result is what it is."""
    trial_sweeps: int = 800
    """Sweeps of the first of four trial runs that place the rungs of ladders; each next one doubles them."""
    n_slides: int = 8
    """Slides after each sweep (see :mod:`dalil.estimation.lcm.slides`)."""
    thin: int = 8
    """One draw is kept of so many sweeps."""
    most_r_hat: float = 1.01
    least_ess: float = 400.0
    threads: int | None = None
    """Chains run at once; None for as many as the machine has processors. Changes no digit."""
