"""What an estimate says: a number with its interval, or none, what was checked, and whether it may be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dalil.estimation.distribution import Distribution, Drawn, Exact
from dalil.estimation.modes import Mode, modes_json
from dalil.estimation.sentences import say

Text = Mapping[str, str]
"""A sentence by language: ``en`` and ``ar``."""


class Verdict(StrEnum):
    """Whether a number may be published, from best to worst."""

    PUBLISHABLE = "publishable"
    CAUTION = "caution"
    REFUSED = "refused"

    @property
    def rank(self) -> int:
        """0 for publishable, 2 for refused."""
        return list(Verdict).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One check with what was found.

    Attributes
    ----------
    name : str
        Such as ``n_on_several_lists``; ``about`` says of which list or stratum where there are several.
    value, threshold : float, int, str or None
        What was found, and the limit it was held against; None where nothing can be said or there is no limit.
    passed : bool
    demands : Verdict
        What the verdict is at best when the check fails.
    text : mapping of a language to a sentence
        What the check found, for a person who is no statistician; filled where it failed.
    """

    name: str
    value: float | int | str | None
    threshold: float | int | str | None
    passed: bool
    demands: Verdict = Verdict.CAUTION
    about: str = ""
    text: Text = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the check as it is printed and recorded."""
        return {
            "name": self.name,
            "about": self.about,
            "value": self.value,
            "threshold": self.threshold,
            "passed": self.passed,
            "demands": self.demands.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a verdict is not *publishable*: the check that demands it, and a sentence by language."""

    check: str
    demands: Verdict
    text: Text

    def as_json(self) -> dict[str, Any]:
        """Return the reason as it is printed."""
        return {"check": self.check, "demands": self.demands.value, **self.text}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Size:
    """N: how many persons there are, recorded or not.

    ``headline`` is false where several answers fit the records: then there is an interval, there are the answers
    (``modes``), and no single number can be had from here.
    """

    distribution: Distribution
    headline: bool = True
    modes: tuple[Mode, ...] = ()

    @property
    def estimate(self) -> float | None:
        """The estimator's own number; None where there is no headline."""
        return self.distribution.estimate if self.headline else None

    @property
    def median(self) -> float | None:
        """The median; None where there is no headline: it may lie where nothing speaks for it."""
        return float(self.distribution.quantiles([0.5])[0]) if self.headline else None

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval that leaves equal tails."""
        low, high = self.distribution.quantiles([(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def as_json(self) -> dict[str, Any]:
        """Return N in whole persons; without a headline no number stands for it, and ``modes`` lists the answers."""
        low, high = self.interval()
        plain = {
            "estimate": None if self.estimate is None else round(self.estimate),
            "median": None if self.median is None else round(self.median),
            "interval": [round(low), round(high)],
            "level": 0.95,
        }
        answers = modes_json(self.modes) if len(self.modes) > 1 else []
        return plain if self.headline else plain | {"modes": answers}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """How many persons there are, from which lists recorded whom.

    Attributes
    ----------
    method : str
        ``lcm``, ``dga``, ``loglinear``, ``chao``, or how several were put together: ``total``, ``pool``.
    stratum : str
        Which persons; empty for all.
    n : int
        Persons on at least one list: documented, never part of what is estimated.
    N : Size or None
        None when refused: there is no number to print.
    assumption : mapping of a language to a sentence
        What has to be true for the unseen to be known from the seen.
    diagnostics, verdict, reasons
        What was checked, and what follows.
    floor : float or None
        Chao's lower bound, printed beside every estimate.
    caveat : mapping of a language to a sentence
        What no verdict can vouch for: that nobody was out of every list's reach. It goes wherever the verdict goes.
    reach : mapping of a language to text
        Why nobody was out of reach, as whoever answers for the estimate states it; empty where nobody does.
    details : mapping
        What this method says besides: weights of graphs, the model chosen, modes.
    receipt : mapping
        What a third party needs to get the same digits, and the digits.
    parts : tuple of Estimate
        The strata of a total, or the replicates of a pool.
    """

    method: str
    n: int
    N: Size | None
    assumption: Text
    diagnostics: tuple[Diagnostic, ...]
    verdict: Verdict
    reasons: tuple[Reason, ...]
    stratum: str = ""
    floor: float | None = None
    reach: Text = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    receipt: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Estimate, ...] = ()

    @property
    def caveat(self) -> Text:
        """What no data can test, in each language."""
        return say("annex", "untestable")

    @property
    def draws(self) -> NDArray[np.float64] | None:
        """Draws of N, shape (n_draws,), where the method makes any."""
        inside = None if self.N is None else self.N.distribution
        return inside.values if isinstance(inside, Drawn) else None

    @property
    def exact(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Support and mass of N, each of shape (n_nodes,), where the method gives them."""
        inside = None if self.N is None else self.N.distribution
        return (inside.support, inside.mass) if isinstance(inside, Exact) else None

    def as_json(self) -> dict[str, Any]:
        """Return the estimate as ``--json`` prints it; ``N`` is null when refused."""
        plain: dict[str, Any] = {
            "method": self.method,
            "stratum": self.stratum,
            "n": self.n,
            "N": None if self.N is None else self.N.as_json(),
            "floor": None if self.floor is None else round(self.floor),
            "verdict": self.verdict.value,
            "reasons": [reason.as_json() for reason in self.reasons],
            "caveat": dict(self.caveat),
            "reach": dict(self.reach),
            "assumption": dict(self.assumption),
            "diagnostics": [check.as_json() for check in self.diagnostics],
            "details": dict(self.details),
            "receipt": dict(self.receipt),
        }
        if self.method == "pool":  # replicates are many and alike; their receipts' digests stand in the receipt
            return plain | {"parts": [part.brief() for part in self.parts]}
        return plain | ({"parts": [part.as_json() for part in self.parts]} if self.parts else {})

    def brief(self) -> dict[str, Any]:
        """Return what a table of several estimates shows of one."""
        return {
            "stratum": self.stratum,
            "n": self.n,
            "N": None if self.N is None else self.N.as_json(),
            "verdict": self.verdict.value,
            "reasons": [reason.check for reason in self.reasons],
        }
