"""How many of the true pairs are candidates, by the truth: what a run cannot know of itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import features_of
from dalil.linkage.mapping import read_mapping
from dalil.linkage.measuring import read_two_columns
from dalil.linkage.pairing.blocking import block
from dalil.linkage.pairing.keying import tokens_of
from dalil.linkage.pairing.placing import read_places
from dalil.linkage.plan import Settings
from dalil.linkage.reading import read_lists

_CHUNK: Final = 1_500_000


@dataclass(frozen=True, slots=True)
class Recall:
    """Shares of true pairs that are candidates; None where there are no such pairs."""

    all: float | None
    cross_script: float | None


def blocking_recall(folder: Path) -> Recall:
    """Return what blocking finds of the true pairs of the lists in a folder."""
    features = features_of(read_lists([folder / "records.csv"], read_mapping(folder / "mapping.yaml")).records)
    person_of, n = read_two_columns(folder / "truth.csv"), len(features)
    true = true_pairs(np.unique([person_of[each] for each in features.ids], return_inverse=True)[1].astype(np.int64))
    places = read_places(features)
    blocking = block(features, places, tokens_of(features, places), pairs_a_record=Settings().pairs_a_record)
    found = np.zeros(len(true), np.bool_)
    for bounds in blocking.chunks(_CHUNK):
        codes, _ = blocking.pairs(*bounds)
        at = np.minimum(np.searchsorted(true, codes), len(true) - 1)
        found[at[true[at] == codes]] = True
    cross = features.script[true // n] != features.script[true % n]
    return Recall(_share(found), _share(found[cross]))


def true_pairs(person: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return codes ``a * n + b`` of all pairs of records of one person, a < b, ascending."""
    n = len(person)
    order = np.argsort(person, kind="stable")
    found = []
    step = 1
    while step < n:
        same = person[order[step:]] == person[order[:-step]]
        if not same.any():
            break
        found.append(order[:-step][same] * n + order[step:][same])
        step += 1
    return np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)


def _share(found: npt.NDArray[np.bool_]) -> float | None:
    return float(found.mean()) if len(found) else None
