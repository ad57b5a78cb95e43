"""Pairs that were never compared, looked for another way: of a sample of records, by whoever shares one part of a name.

The rules of blocking ask for two parts of a name, or for one with a day or a place, pass over keys that too many hold,
and of what they find the sieve keeps a few pairs a record. Here, for records drawn at random, everybody is weighed who
has a single part of a name in common, whatever its place and however common it is; of the likeliest, those that were
never compared are compared closely. People are asked about some of them, and so it is seen, and not only concluded,
what blocking misses. Who shares no part of a name at all is found by neither way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import Features
from dalil.linkage.pairing.keying import Tokens, mixed
from dalil.linkage.pairing.sieving import Sieve
from dalil.linkage.weighing.comparing import Comparer

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

N_SAMPLED: Final = 600
"""Records drawn, about: as many as take few seconds among two hundred thousand."""
CLOSE: Final = 40
"""Of each record's others, the best by the sieve, that are compared closely unless they were."""
_KEYS: Final = float(1 << 40)


@dataclass(frozen=True, slots=True)
class Looking:
    """What is needed to look for pairs another way, while it is there."""

    features: Features
    tokens: Tokens
    sieve: Sieve
    comparer: Comparer


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs that were never compared, by row, the lower first, and the columns of comparing them."""

    a: Longs
    b: Longs
    matrix: Floats


def sampled(mentions: Longs, share: float) -> Flags:
    """Tell which mentions are in the sample: a share of all, by a digest of the mention alone."""
    found: Flags = mixed(mentions).astype(np.float64) < share * _KEYS
    return found


def look_for(looking: Looking, rows: Longs, among: Flags, known: Longs) -> Found:
    """Return the likeliest pairs of some rows with others that were never compared.

    Parameters
    ----------
    rows : (n_rows,) int64
    among : (n_records,) bool
        The others.
    known : (n_pairs,) int64
        Codes ``a * n + b`` of the pairs that were compared, ascending.
    """
    tokens, n = looking.tokens, len(looking.features)
    (keys, first), holders = _holders(tokens, among)
    codes = [np.zeros(0, np.int64)]
    for row in rows.tolist():
        mine = np.unique(tokens.coarse[tokens.parts[row]])
        shares = np.zeros(n, np.bool_)
        for at in np.flatnonzero(np.isin(keys, mine[mine >= 0])).tolist():
            shares[holders[first[at] : first[at + 1]]] = True
        shares[row] = False
        others = np.flatnonzero(shares)
        weight = looking.sieve.weigh(np.full(len(others), row, np.int64), others)
        best = others[np.argsort(-weight, kind="stable")[:CLOSE]]
        codes.append(np.minimum(best, row) * n + np.maximum(best, row))
    found = np.unique(np.concatenate(codes))
    found = found[~held(known, found)]
    a, b = found // n, found % n
    return Found(a, b, looking.comparer.close(a, b))


def held(known: Longs, codes: Longs) -> Flags:
    """Tell which codes are among those known, which are ascending."""
    if not len(known):
        return np.zeros(len(codes), np.bool_)
    found: Flags = known[np.minimum(np.searchsorted(known, codes), len(known) - 1)] == codes
    return found


def both(one: Found, other: Found, *, n: int) -> Found:
    """Return what was found either way, each pair once; `n` records there are."""
    a, b = np.r_[one.a, other.a], np.r_[one.b, other.b]
    _, first = np.unique(a * n + b, return_index=True)
    return Found(a[first], b[first], np.concatenate([one.matrix, other.matrix])[first])


def _holders(tokens: Tokens, among: Flags) -> tuple[tuple[Longs, Longs], Longs]:
    """Return the distinct keys of parts, ascending, and where the holders of each begin; and the holders."""
    rows = np.flatnonzero(among)
    keys = tokens.coarse[tokens.parts[rows]]
    at, place = np.nonzero(keys >= 0)
    held = keys[at, place]
    order = np.argsort(held, kind="stable")
    distinct, first = np.unique(held[order], return_index=True)
    return (distinct, np.r_[first, len(order)]), rows[at[order]]
