"""Fit the weights with which `dalil.names.comparing` adds up what the parts of two names say.

Usage: ``python -m benchmarks.fit_names DATA [--pairs PAIRS.csv …]``. DATA is the folder that `train_names` reads;
PAIRS.csv (a, b, same) holds further pairs to learn from, such as pairs of development lists. Prints the weights, to be
put into `WEIGHTS` and `START` under a new version, and how a fit on one half of the parts does on names of the other.

A logistic model. No doubt may count in favour of two names. Some weights are given, not learned, because of how pairs
are made: rare names are as often wrong in them as frequent ones, which is not so among the people of a list; namesakes
with two names each are hardly among them, nor cousins of families a letter apart; and a list that leaves out family
names, or the father and not the grandfather, is not. A by-name in place of the given name must by itself keep a score
below a half.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks.names_data import Drawer, Pair, draw_pairs, read_pairs
from benchmarks.names_quality import quality
from dalil.names.comparing import Evidence, evidence_together
from dalil.names.units import units_of

N_PAIRS: Final = 24_000
RIDGE: Final = 2e-5
"""Weight of the squares, so that what hardly occurs stays small."""
GIVEN: Final = {
    "given_bits": 0.06,
    "middle_bits": 0.02,
    "family_bits": 0.05,
    "middle_unknown": 0.0,
    "all_unknown": -7.0,
    "family_doubt": -0.5,
    "family_lost": -9.5,
    "middle_moved": -15.0,
    "given_unsaid": -13.0,
}
"""Weights that are not learned."""
_AT_MOST: Final = {
    name: 0.0 for name in Evidence._fields if name.endswith(("_doubt", "_missing", "_lost", "_moved"))
} | {"joined": -1.0, "reordered": -2.0, "middle_missing": -0.3}

Floats = NDArray[np.float64]


def evidence_of(pairs: Sequence[Pair]) -> tuple[Floats, Floats]:
    """Return the evidence of pairs (n, fields), in the reading that is taken, and whether each is one person's."""
    rows = [evidence_together(units_of(pair.a), units_of(pair.b)) for pair in pairs]
    return np.array(rows, float), np.array([pair.same for pair in pairs], float)


def fit(rows: Floats, same: Floats) -> tuple[Floats, float]:
    """Return the weights and the start of the logistic model."""
    bounds = []
    for name in Evidence._fields:
        least, most = (GIVEN[name],) * 2 if name in GIVEN else (None, _AT_MOST.get(name))
        bounds.append((least, most))
    sign = 2 * same - 1

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = sign * (rows @ weights[:-1] + weights[-1])
        slope = -sign * expit(-odds) / len(rows)
        gradient = np.append(rows.T @ slope + 2 * RIDGE * weights[:-1], slope.sum())
        return float(np.logaddexp(0, -odds).mean() + RIDGE * (weights[:-1] ** 2).sum()), gradient

    start = np.array([*(GIVEN.get(name, -1.0) for name in Evidence._fields), 6.0])
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)], options={"maxiter": 3000}
    )
    return found.x[:-1], float(found.x[-1])


def main() -> None:
    """Fit on everything and print; then fit on one half at a time and print what it does on the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_names")
    parser.add_argument("data", type=Path)
    parser.add_argument("--pairs", type=Path, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    further = [pair for path in asked.pairs for pair in read_pairs(path)]
    drawn = {half: list(draw_pairs(Drawer(asked.data, seed=asked.seed, half=half), N_PAIRS)) for half in (None, 0, 1)}
    known = {half: evidence_of(pairs) for half, pairs in drawn.items()}
    others = evidence_of(further) if further else (np.zeros((0, len(Evidence._fields))), np.zeros(0))
    for mine, theirs in ((0, 1), (1, 0)):
        weights, start = fit(*_together(known[mine], others))
        rows, _ = known[theirs]
        print(f"fitted on half {mine}, names of half {theirs}: {quality(drawn[theirs], list(rows @ weights + start))}")
    weights, start = fit(*_together(*known.values(), others))
    for half, pairs in drawn.items():
        print(f"fitted on all, half {half}: {quality(pairs, list(known[half][0] @ weights + start))}")
    if further:
        print(f"fitted on all, further pairs: {quality(further, list(others[0] @ weights + start))}")
    for name, weight in zip(Evidence._fields, weights, strict=True):
        print(f"    {name}={weight:.2f},")
    print(f"START: Final = {start:.1f}")


def _together(*parts: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return np.concatenate([rows for rows, _ in parts]), np.concatenate([same for _, same in parts])


if __name__ == "__main__":
    main()
