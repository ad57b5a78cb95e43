"""Fit what `dalil.names.similarity` takes a pair of spellings of single names to say: one name, or two.

Usage: ``python -m benchmarks.fit_doubts DATA``. DATA is the folder that `train_names` reads. Prints the constants of
`similarity` as fitted on all parts, and, fitted on one half of the parts, how many spellings of one name are lost on
the other half where a given share of random other names is let through.

A logistic model of parts drawn by frequency: one part spelt twice, against two parts drawn for the same place in a name
(given names of men, of women, of fathers, families). Pairs whose consonants have nothing in common are left out of the
fit and counted as refused. Odds are those of one random pair to one true one, so that they add up as evidence does.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks.names_data import Drawer, one_name
from dalil.names import similarity
from dalil.names.units import Unit, units_of

N_TRUE: Final = 12_000
"""Parts drawn for each place in a name and each pair of scripts, …"""
N_OTHER: Final = 150_000
"""… and random pairs of them."""
RIDGE: Final = 1e-5
SHARES: Final = (0.001, 0.003, 0.005, 0.01)
"""Of random other names, the shares let through."""
FIELDS: Final = (
    *("across", "inside Arabic", "inside Latin", "per nat", "first nat", "per bit", "other consonants"),
    *("two classes apart", "three classes apart", "equivalent", "distinct", "distinct per bit"),
)
Floats = NDArray[np.float64]


class Part(NamedTuple):
    """A part as drawn, and its unit in either script."""

    drawn: str
    arabic: Unit
    latin: Unit


class Rows(NamedTuple):
    """Pairs: what the fit sees (n, fields), whether they are one name, what each counts, its scripts and place."""

    seen: Floats
    same: Floats
    weight: Floats
    place: NDArray[np.str_]


def seen(a: Unit, b: Unit) -> list[float]:
    """Return what the fit sees of a pair."""
    nats = similarity.nats_apart(a, b)
    apart = (a.mask ^ b.mask).bit_count()
    known, guessed = bool(a.groups and b.groups), nats <= similarity.VOWELS_GUESSED
    distinct = known and set(a.groups).isdisjoint(b.groups)
    return [
        *(a.arabic is not b.arabic, a.arabic and b.arabic, not a.arabic and not b.arabic),
        *(nats, min(nats, 1.0), max(a.rarity, b.rarity), a.coarse != b.coarse, apart == 2, apart == 3),
        *(known and not distinct, distinct, min(a.bits, b.bits) if distinct and guessed else 0.0),
    ]


def parts(drawer: Drawer) -> Iterator[tuple[str, list[Part]]]:
    """Yield, by place in a name, parts drawn by frequency with two spellings each."""
    for place in ("male", "female", "father", "family"):
        found = []
        for _ in range(N_TRUE):
            drawn = getattr(drawer.pool, place).draw(drawer.random)
            arabic, latin = units_of(drawer.arabic([drawn])), units_of(drawer.latin([drawn]))
            if len(arabic) == len(latin) == 1:
                found.append(Part(drawn, arabic[0], latin[0]))
        yield place, found


def rows_of(drawer: Drawer, seed: int) -> Rows:
    """Return true pairs and near ones among random pairs of other names."""
    rng = np.random.default_rng(seed)
    known: dict[tuple[Unit, Unit], list[float]] = {}
    seen_of, same, weight, where = [], [], [], []
    for place, found in parts(drawer):
        again = [Part(each.drawn, *_spelt(drawer, each.drawn, each)) for each in found]
        for scripts, left, right in (("across", "arabic", "latin"), ("arabic",) * 3, ("latin",) * 3):
            firsts = [getattr(each, left) for each in found]
            others = [getattr(each, right) for each in again]
            at = np.arange(len(found))
            x, y = rng.integers(0, len(found), (2, N_OTHER))
            masks, other_masks = (np.array([unit.mask for unit in units], np.uint32) for units in (firsts, others))
            near = np.bitwise_count(masks[x] ^ other_masks[y]) <= similarity.MOST_DIFFERENT
            pairs = [(i, i, 1.0) for i in at] + [(i, j, 0.0) for i, j in zip(x[near], y[near], strict=True)]
            for i, j, one in pairs:
                a, b = firsts[i], others[j]
                if a is b or (not one and one_name(found[i].drawn, found[j].drawn)):
                    continue
                if (a, b) not in known:
                    known[a, b] = seen(a, b)
                seen_of.append(known[a, b])
                same.append(one)
                weight.append(1.0 if one else len(found) / N_OTHER)
                where.append(f"{scripts}, {place}")
    return Rows(np.array(seen_of, float), np.array(same), np.array(weight), np.array(where))


def _spelt(drawer: Drawer, drawn: str, otherwise: Part) -> tuple[Unit, Unit]:
    arabic, latin = units_of(drawer.arabic([drawn])), units_of(drawer.latin([drawn]))
    return (arabic[0] if len(arabic) == 1 else otherwise.arabic), (latin[0] if len(latin) == 1 else otherwise.latin)


def fit(rows: Rows) -> Floats:
    """Return the weights of the logistic model."""
    sign, total = 2 * rows.same - 1, rows.weight.sum()

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = sign * (rows.seen @ weights)
        slope = -sign * expit(-odds) * rows.weight / total
        value = float((np.logaddexp(0, -odds) * rows.weight).sum() / total + RIDGE * (weights**2).sum())
        return value, rows.seen.T @ slope + 2 * RIDGE * weights

    found = minimize(loss, np.zeros(len(FIELDS)), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    weights: Floats = found.x
    return weights


def lost(rows: Rows, odds: Floats) -> str:
    """Return, by place and scripts, the share of true pairs lost where so many random ones are let through."""
    told = []
    for where in sorted(set(rows.place.tolist())):
        here = rows.place == where
        true, other = odds[here & (rows.same > 0)], np.sort(odds[here & (rows.same == 0)])[::-1]
        least = [other[min(int(share * N_OTHER), len(other) - 1)] for share in SHARES]
        told.append(f"{where} " + "/".join(f"{100 * np.mean(true <= each):.2f}" for each in least))
    return " | ".join(told)


def main() -> None:
    """Fit on halves and print what that does on the other half; then fit on all and print the constants."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_doubts")
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=17)
    asked = parser.parse_args()
    known = {half: rows_of(Drawer(asked.data, seed=asked.seed, half=half), asked.seed) for half in (None, 0, 1)}
    fitted = {half: fit(rows) for half, rows in known.items()}
    for mine, theirs in ((0, 1), (1, 0), (None, None)):
        print(f"% lost at {SHARES} of others, fitted on {mine}, names of {theirs}:")
        print(f"  {lost(known[theirs], known[theirs].seen @ fitted[mine])}")
    for half, weights in fitted.items():
        print(half, ", ".join(f"{name} {weight:.2f}" for name, weight in zip(FIELDS, weights, strict=True)))
    together = Rows(*(np.concatenate(each) for each in zip(*known.values(), strict=True)))
    print("all", ", ".join(f"{name} {weight:.2f}" for name, weight in zip(FIELDS, fit(together), strict=True)))


if __name__ == "__main__":
    main()
