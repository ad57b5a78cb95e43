"""Other ways the same evidence may be read: sampled partitions, and how many persons there are in each.

Every merge that clustering weighed, made or refused, is decided anew with its own probability. All of them hang on one
curve (`sureness`), so what is not known of it is drawn with them, and with it what no rule found: wide without
reviewers' answers, narrower the more there are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.persons.clustering import Merges
from dalil.linkage.persons.sureness import Sureness, columns_of

Longs = npt.NDArray[np.int64]

_FIXED: Final = 100.0
_FAR: Final = 14.0


class Drawing:
    """Draws partitions.

    Parameters
    ----------
    n : int
        Records.
    merges : Merges
    lean : float
        What was added to log-odds before clustering.
    n_missed : float
        Persons counted too many because no rule found a pair of theirs, estimated.
    frozen : (n,) bool
        Records of clusters that a reviewer's "different" holds apart: nothing is added to these.
    sureness : Sureness
        How likely merges are right, and how far that may be off.
    """

    def __init__(
        self,
        n: int,
        merges: Merges,
        *,
        lean: float,
        n_missed: float,
        frozen: npt.NDArray[np.bool_],
        seed: int,
        sureness: Sureness,
    ) -> None:
        self.n = n
        self.merges = merges
        self._columns = columns_of(merges.score.astype(np.float64) - lean)
        self._sureness = sureness
        self._fixed = (np.abs(merges.score) > _FIXED) | (~merges.made & (frozen[merges.a] | frozen[merges.b]))
        self._n_missed = n_missed
        self._rng = np.random.default_rng([seed, 1])

    def _made(self) -> npt.NDArray[np.bool_]:
        chance = _chance(self._columns @ self._sureness.drawn(self._rng).weight)
        drawn = self._rng.random(len(chance)) < chance
        return np.where(self._fixed, self.merges.made, drawn)

    def partition(self) -> Longs:
        """Return the cluster of each record, as its lowest record, in one draw."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        made = self._made()
        a, b = self.merges.a[made], self.merges.b[made]
        graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(self.n, self.n))
        _, piece = connected_components(graph, directed=False)
        lowest = np.full(int(piece.max()) + 1, self.n, np.int64)
        np.minimum.at(lowest, piece, np.arange(self.n))
        found: Longs = lowest[piece]
        return found

    def persons(self, n_draws: int) -> npt.NDArray[np.float64]:
        """Return numbers of persons, the unfound pairs taken into account."""
        found = np.empty(n_draws)
        for draw in range(n_draws):
            missed = self._n_missed * self._rng.gamma(3.0, 1 / 3)
            found[draw] = self.n - int(self._made().sum()) - missed
        return found

    def expected(self) -> float:
        """Return the expected number of persons."""
        made = np.where(self._fixed, self.merges.made, _chance(self._columns @ self._sureness.weight)).sum()
        return float(self.n - made - self._n_missed)


def _chance(log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(log_odds, -_FAR, _FAR)))
    return found
