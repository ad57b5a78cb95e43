"""How surprising it is that two records agree on something: from how often it occurs in these very lists, in bits.

Agreement on a rare family name, on a day when few died, on a small place says more than agreement on Muhammad. The
counts are of these lists, smoothed; a name seen once is not taken to be rarer than seen once in so many records.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import NO_DAY, Features
from dalil.linkage.pairing.keying import Tokens
from dalil.linkage.pairing.placing import Places

Floats = npt.NDArray[np.float32]


@dataclass(slots=True)
class Surprise:
    """Bits by code; the last one is for "none" and is 0.

    Attributes
    ----------
    given, other : (n_units + 1,) float32
        Of a unit as a given name, and anywhere after it.
    day : (n,) float32
        Of each record's day.
    place : (n_places + 1,) float32
        Of a text that stands for a place.
    n_bits : float
        Bits it takes to tell all records apart.
    """

    given: Floats
    other: Floats
    day: Floats
    place: Floats
    n_bits: float


def surprise_of(features: Features, tokens: Tokens, places: Places) -> Surprise:
    """Count, and return bits."""
    given = _bits_of_units(tokens.coarse, features.parts[:, :1])
    other = _bits_of_units(tokens.coarse, features.parts[:, 1:])
    place = _bits(places.of[places.of >= 0], len(places.texts))
    day = features.event[:, 0].astype(np.int64)
    known = (day != NO_DAY) & (features.event[:, 0] == features.event[:, 1])
    first = int(day[known].min()) if known.any() else 0
    of_day = np.where(known, day - first, 0)
    bits = _bits(of_day[known], int(of_day.max()) + 1)
    return Surprise(
        given=given,
        other=other,
        day=np.where(known, bits[of_day], 0).astype(np.float32),
        place=place,
        n_bits=float(np.log2(len(features) + 1)),
    )


def _bits_of_units(coarse: npt.NDArray[np.int64], units: npt.NDArray[np.int32]) -> Floats:
    """Return bits of units by how often their coarse key occurs: spellings of one name are counted together."""
    codes = coarse[units[units >= 0]]
    by_key = _bits(codes[codes >= 0], int(coarse.max(initial=0)) + 1)
    return np.where(coarse >= 0, by_key[coarse], by_key[:-1].max(initial=0.0) / 2).astype(np.float32) * (
        np.arange(len(coarse)) < len(coarse) - 1
    )


def _bits(codes: npt.NDArray[np.integer], n_codes: int) -> Floats:
    counts = np.bincount(codes, minlength=n_codes).astype(np.float64)
    bits = -np.log2((counts + 0.5) / (counts.sum() + 1.0))
    return np.append(bits, 0.0).astype(np.float32)
