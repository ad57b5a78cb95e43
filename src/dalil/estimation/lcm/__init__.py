"""The nonparametric latent-class estimator: a model of its own, its sampler, and what its draws say of themselves."""

from dalil.estimation.lcm.sampling import Ladder, LcmDraws, sample
from dalil.estimation.lcm.settings import LcmSettings

__all__ = ["Ladder", "LcmDraws", "LcmSettings", "sample"]
