"""Other ways the same evidence may be read: sampled partitions, and how many persons there are in each.

Every merge that clustering weighed, made or refused, is decided anew with its own probability. All of them hang on one
model, so a common error of calibration is drawn with them, and with it the number of true pairs no rule found: wide
without reviewers' answers, narrower the more there are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.clustering import MOST, Merges

Longs = npt.NDArray[np.int64]

_SPREAD: Final = 0.6
"""Standard deviation, in log-odds, of the start model's calibration from one kind of lists to another: what was seen
between lists it was not learned on; with each 150 answers as much is known again."""
_ANSWERS: Final = 150.0
_HONEST: Final = 1.0
_LOW, _STEEPER = -2.0, 0.5
"""A mean over pairs, some of them never compared, understates that two groups are one, by so many log-odds; below a
point, where nearly all is refused, it falls faster than the odds. On lists whose truth was known."""
_PERSONS_A_MISSED_PAIR: Final = 0.5
"""Persons counted too many for each true pair not found: other pairs of the person join half of them."""
_FIXED: Final = 100.0


class Drawing:
    """Draws partitions.

    Parameters
    ----------
    n : int
        Records.
    merges : Merges
    lean : float
        What was added to log-odds before clustering.
    n_answers : int
        Answers the model learned from.
    n_missed : float
        True pairs that no rule found, estimated.
    frozen : (n,) bool
        Records of clusters that a reviewer's "different" holds apart: nothing is added to these.
    """

    def __init__(
        self,
        n: int,
        merges: Merges,
        *,
        lean: float,
        n_answers: int,
        n_missed: float,
        frozen: npt.NDArray[np.bool_],
        seed: int,
    ) -> None:
        self.n = n
        self.merges = merges
        score = merges.score.astype(np.float64) - lean
        self._odds = score + _HONEST + _STEEPER * np.minimum(0, score - _LOW)
        self._fixed = (np.abs(merges.score) > _FIXED) | (~merges.made & (frozen[merges.a] | frozen[merges.b]))
        self._spread = _SPREAD / np.sqrt(1 + n_answers / _ANSWERS)
        self._n_missed = n_missed
        self._rng = np.random.default_rng([seed, 1])

    def _made(self) -> npt.NDArray[np.bool_]:
        chance = 1 / (1 + np.exp(-np.clip(self._odds + self._rng.normal(0, self._spread), -2 * MOST, 2 * MOST)))
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
            missed = self._n_missed * _PERSONS_A_MISSED_PAIR * self._rng.gamma(3.0, 1 / 3)
            found[draw] = self.n - int(self._made().sum()) - missed
        return found

    def expected(self) -> float:
        """Return the expected number of persons."""
        chance = 1 / (1 + np.exp(-self._odds))
        made = np.where(self._fixed, self.merges.made, chance).sum()
        return float(self.n - made - self._n_missed * _PERSONS_A_MISSED_PAIR)
