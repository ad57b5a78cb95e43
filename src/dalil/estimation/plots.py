"""What there is to draw of an estimate, as plain lists and numbers: whoever has a screen or a page draws it.

A refused estimate has no posterior to draw; how its lists overlap is all the more worth seeing.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dalil.estimation.results import Estimate
from dalil.estimation.sensitivity import MOST_LISTS, sensitivity
from dalil.estimation.table import Table

N_BINS: Final = 60
INSIDE: Final = (0.001, 0.999)
"""What a histogram spans; the tails beyond would leave the rest a line."""
N_POINTS: Final = 20_000


def plots(estimate: Estimate, table: Table) -> dict[str, Any]:
    """Return everything that can be drawn of an estimate.

    Returns
    -------
    dict
        ``posterior``: ``edges`` (n_bins + 1,) in persons, ``shares`` (n_bins,), ``interval``, ``headline`` or null,
        ``n`` and ``floor``; null when refused. ``modes``: centre, interval and weight of each. ``overlap``: ``lists``,
        ``sizes``, ``shared`` (n_lists, n_lists) and ``patterns``, the largest first. ``without``: for each list the
        answer without it, ``[low, median, high]`` or null. ``agreement``: a number a method. ``known_sizes``: ``size``
        and ``estimate`` a list. ``sensitivity``: ``factors``, ``low``, ``median``, ``high``.
    """
    details = estimate.details
    return {
        "posterior": _posterior(estimate),
        "modes": details.get("modes", []),
        "overlap": overlap_plot(table),
        "without": details.get("without", {}),
        "agreement": details.get("methods", {}),
        "known_sizes": details.get("known_sizes", {}),
        "sensitivity": None if estimate.N is None else sensitivity_plot(table),
    }


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
        "headline": round(estimate.N.estimate) if estimate.N.headline else None,
        "n": estimate.n,
        "floor": None if estimate.floor is None else round(estimate.floor),
    }


def overlap_plot(table: Table) -> dict[str, Any]:
    """Return how lists overlap: sizes, how many each two share, and every pattern with its count."""
    order = np.argsort(-table.counts, kind="stable")
    return {
        "lists": list(table.lists),
        "sizes": table.list_sizes().tolist(),
        "shared": table.overlaps().tolist(),
        "patterns": [
            {
                "lists": [name for name, on in zip(table.lists, table.patterns[row], strict=True) if on],
                "count": int(table.counts[row]),
            }
            for row in order.tolist()
        ],
    }


def sensitivity_plot(table: Table) -> dict[str, Any] | None:
    """Return N for each factor on those on no list, over the lists that hold somebody; null for very many lists."""
    used = table.occupied()
    if used.n_lists > MOST_LISTS:
        return None
    curve = sensitivity(used)
    return {
        "factors": curve.factors.tolist(),
        **{
            name: [round(float(value)) for value in values]
            for name, values in (("low", curve.low), ("median", curve.median), ("high", curve.high))
        },
    }
