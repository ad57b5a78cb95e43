"""How many nobody recorded: multiple systems estimation, with the honesty built in.

Pure arrays in, an :class:`~dalil.estimation.results.Estimate` out. The room knows nothing of archives; ``figures``
brings it the lists of one.
"""

from dalil.estimation.assessing import assess
from dalil.estimation.combining import pool, total
from dalil.estimation.estimating import estimate, repeat
from dalil.estimation.replicates import estimate_over
from dalil.estimation.results import Diagnostic, Estimate, Verdict
from dalil.estimation.sensitivity import sensitivity
from dalil.estimation.settings import Settings
from dalil.estimation.table import Table

__all__ = [
    "Diagnostic",
    "Estimate",
    "Settings",
    "Table",
    "Verdict",
    "assess",
    "estimate",
    "estimate_over",
    "pool",
    "repeat",
    "sensitivity",
    "total",
]
