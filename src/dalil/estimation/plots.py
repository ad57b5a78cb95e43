"""What there is to draw of an estimate, as plain lists and numbers: whoever has a screen or a page draws it.

:func:`plots` returns one dictionary, the same keys always, all of it JSON. Numbers are persons unless said otherwise:

``posterior``
    null when refused. ``edges`` (n_bins + 1,) and ``shares`` (n_bins,) of a histogram by log N, ``interval`` [low,
    high] of 95 %, ``headline`` (null where several answers fit), ``n`` recorded, ``floor`` (Chao), and ``kind``:
    ``posterior``, ``bootstrap`` or ``bound``.
``modes``
    Each ``centre``, ``interval``, ``weight`` (0 to 1) and ``weight_by_chain`` [least, most]. Empty when refused; one
    where one answer fits. ``no_single_number`` says whether several do, whoever found them.
``overlap``
    ``lists``, ``sizes`` (n_lists,), ``shared`` (n_lists, n_lists; sizes on the diagonal), ``only`` (n_lists,) on that
    list alone, ``several`` on two lists or more, ``n``, and ``patterns``, the largest first: ``lists`` and ``count``.
    There is always one, also when refused.
``without``
    For each list the answer without it, ``[low, middle, high]`` or null where it would be refused; the middle is null
    where several answers fit. ``whole`` is the answer with all lists by the same (exact) method, to draw beside them:
    ``number`` (or null), ``interval``, ``modes``; null where nothing was asked.
``agreement``
    A number a method, null where several answers fit; ``answers`` has for the same methods ``number``, ``interval``
    and ``modes``. The interval of ``loglinear`` there is the span of the models that fit about as well.
``known_sizes``
    For each list its ``size``, which is known, and the ``estimate`` from the other lists ``[low, middle, high]`` or
    null.
``sensitivity``
    ``factors`` ξ on how many are on no list, ``low``, ``median``, ``high``, each (n_factors,). 1 says that all lists
    together do not interact. Of strata: the sum over those estimated. null when refused, for very many lists, or where
    so many combinations of lists hold nobody that it says nothing.
``strata``
    Of a total, or a pool of totals, for each part ``stratum``, ``n``, ``interval`` (null when refused), ``headline``
    (null also where several answers fit) and ``verdict``. Empty otherwise.
``linkage``
    Of a pool: ``replicates``, for each ``[low, middle, high]`` or null when refused, and ``as_joined``, the interval if
    every join is right (null when refused or not asked). Null otherwise.
``caveat``, ``reach``
    Sentences by language: what no data can test, and what is stated of it (empty where nobody states anything).
    ``caveat`` belongs beside every number and every refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from dalil.estimation.distribution import Bootstrapped, LogNormal
from dalil.estimation.results import Estimate
from dalil.estimation.sensitivity import MOST_LISTS, sensitivity
from dalil.estimation.table import Table

KINDS: Final[Mapping[type, str]] = {Bootstrapped: "bootstrap", LogNormal: "bound"}
N_BINS: Final = 60
INSIDE: Final = (0.001, 0.999)
"""What a histogram spans; the tails beyond would leave the rest a line."""
N_POINTS: Final = 20_000


def plots(estimate: Estimate, table: Table) -> dict[str, Any]:
    """Return everything that can be drawn of an estimate: see the top of this module."""
    asked: Mapping[str, Any] = estimate.details
    if "answers" not in asked and estimate.method == "pool":  # second opinions are asked of the table as it stands
        asked = estimate.details.get("second_opinions", {})
    size = estimate.N
    return {
        "posterior": _posterior(estimate),
        "modes": estimate.details.get("modes", []),
        "no_single_number": size is not None and not size.headline,
        "overlap": overlap_plot(table),
        "without": asked.get("without", {}),
        "whole": asked.get("whole"),
        "agreement": asked.get("methods", {}),
        "answers": asked.get("answers", {}),
        "known_sizes": asked.get("known_sizes", {}),
        "sensitivity": None if size is None else sensitivity_plot(table),
        "strata": _strata(estimate),
        "linkage": _linkage(estimate) if estimate.method == "pool" else None,
        "caveat": dict(estimate.caveat),
        "reach": dict(estimate.reach),
    }


def _strata(estimate: Estimate) -> list[dict[str, Any]]:
    if estimate.method == "pool":
        parts = estimate.details.get("strata", [])
    else:
        parts = [part.brief() for part in estimate.parts]
    return [
        {
            "stratum": part["stratum"],
            "n": part["n"],
            "interval": part["N"] and part["N"]["interval"],
            "headline": part["N"] and part["N"]["estimate"],
            "verdict": part["verdict"],
        }
        for part in parts
    ]


def _linkage(estimate: Estimate) -> dict[str, Any]:
    as_joined = estimate.details.get("as_joined")
    return {
        "replicates": [_replicate(part) for part in estimate.parts],
        "as_joined": None if as_joined is None else as_joined["interval"],
    }


def _replicate(part: Estimate) -> list[int | None] | None:
    if part.N is None:
        return None
    low, high = (round(end) for end in part.N.interval())
    return [low, None if part.N.estimate is None else round(part.N.estimate), high]


def _posterior(estimate: Estimate) -> dict[str, Any] | None:
    if estimate.N is None:
        return None
    inside = estimate.N.distribution
    levels = (np.arange(N_POINTS) + 0.5) / N_POINTS
    values = inside.quantiles(levels.tolist())
    low, high = inside.quantiles(INSIDE)
    # By the logarithm of N: a tail to the right and a second mode far off both stay in the picture.
    edges = np.exp(np.linspace(np.log(low), np.log(max(high, low + 1)), N_BINS + 1))
    counts, _ = np.histogram(values, bins=edges)
    return {
        "edges": [round(float(edge), 1) for edge in edges],
        "shares": [round(float(count) / N_POINTS, 5) for count in counts],
        "interval": [round(end) for end in estimate.N.interval()],
        "headline": None if estimate.N.estimate is None else round(estimate.N.estimate),
        "n": estimate.n,
        "floor": None if estimate.floor is None else round(estimate.floor),
        "kind": KINDS.get(type(inside), "posterior"),
    }


def overlap_plot(table: Table) -> dict[str, Any]:
    """Return how lists overlap: sizes, how many each two share, and every pattern with its count."""
    order = np.argsort(-table.counts, kind="stable")
    return {
        "lists": list(table.lists),
        "sizes": table.list_sizes().tolist(),
        "shared": table.overlaps().tolist(),
        "only": (table.counts * (table.patterns.sum(axis=1) == 1) @ table.patterns.astype(np.int64)).tolist(),
        "several": table.n_on_several,
        "n": table.n,
        "patterns": [
            {
                "lists": [name for name, on in zip(table.lists, table.patterns[row], strict=True) if on],
                "count": int(table.counts[row]),
            }
            for row in order.tolist()
        ],
    }


def sensitivity_plot(table: Table) -> dict[str, Any] | None:
    """Return N for each factor on those on no list; null where that says nothing."""
    if table.n_lists > MOST_LISTS:
        return None
    curve = sensitivity(table)
    if not curve.says_something:
        return None
    return {
        "factors": curve.factors.tolist(),
        **{
            name: [round(float(value)) for value in values]
            for name, values in (("low", curve.low), ("median", curve.median), ("high", curve.high))
        },
    }
