"""Which pairs reviewers should judge first: most where the answer settles a person, some of all that clusters rest on.

More than half of the questions go to merges of which it is hardly known whether they are right: whatever the answer, it
binds, and one in two or three changes a person. Others are spread over all merges, the sure ones too, so that the
number of persons can be told, and some over all pairs, by which the model is corrected where it does not fit these
lists. Within a stratum questions are drawn at random, cross-script pairs and pairs of one list get their part, and no
record is asked about over and over. The choice hangs on ids and seed only.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.features import Features
from dalil.linkage.labels import Labels
from dalil.linkage.persons.leaning import FIRST, first_merges
from dalil.linkage.persons.sureness import strongest
from dalil.linkage.plan import Linked, Pairs
from dalil.linkage.weighing.learning import STRATA, stratum_of

Longs = npt.NDArray[np.int64]

SHARES: Final = (2.0, 3.0, 5.0, 8.0, 10.0, 12.0, 13.0, 12.0, 10.0, 8.0, 6.0, 5.0, 6.0)
"""Questions by stratum of log-odds (see `learning.STRATA`), in proportion."""
SHARES_OF_MERGES: Final = (10.0, 14.0, 11.0, 7.0, 5.0, 5.0, 5.0, 6.0, 4.0, 5.0, 5.0, 3.0, 3.0)
"""The same for questions spread over merges: as many merges are wrong, or wrongly refused, in each stratum, by the
root, so that the number of persons is told best. Refused ones are many."""
_OF_MERGES, _OF_PAIRS = 0.35, 0.1
"""Of all questions, those spread over merges and over pairs; the rest are of merges in doubt."""
_DOUBT: Final = 3
"""Power of how likely a merge is decided wrongly, by which those in doubt are asked about: mostly near one half, but
not at one half alone, so that answers tell the curve (`sureness`) all along where it is steep."""
_MOST_OF_ONE_RECORD: Final = 2


def ask(linked: Linked, n: int) -> list[tuple[str, str]]:
    """Return up to n pairs of ids, the most telling first, none of which was answered before.

    A merge, made or refused, is asked about by its strongest pair. Answers about those spread over all merges say how
    likely merges are right, on which the number of persons hangs; those in doubt are settled. The others are `drawn`
    from all pairs.
    """
    pairs = linked.pairs
    merges, of, sureness = first_merges(linked.features, pairs.a, pairs.b, pairs.log_odds, linked.labels, linked.recall)
    stands = strongest(of, pairs.log_odds)
    mean = np.full(len(pairs), -np.inf, np.float32)
    mean[stands] = merges.score[of[stands]] - np.float32(FIRST)
    chance = 1 / (1 + np.exp(-sureness.log_odds(mean[stands].astype(np.float64))))
    stratum, doubt = stratum_of(mean), np.zeros(len(pairs))
    doubt[stands] = np.minimum(chance, 1 - chance) ** _DOUBT
    in_doubt = tuple(np.bincount(stratum, doubt, len(STRATA) + 1).tolist())
    questions = _Questions(linked.features, pairs, linked.labels, linked.seed)
    questions.add(stratum, int(n * _OF_MERGES), SHARES_OF_MERGES, np.isfinite(mean))
    questions.add(stratum_of(pairs.log_odds), int(n * _OF_PAIRS), SHARES)
    questions.add(stratum, n - len(questions.chosen), in_doubt, np.isfinite(mean))
    return questions.of_ids(n)


def drawn(features: Features, pairs: Pairs, labels: Labels | None, seed: int, n: int) -> list[tuple[str, str]]:
    """Return up to n pairs of ids drawn at random within strata of some pairs, the most telling first."""
    questions = _Questions(features, pairs, labels, seed)
    questions.add(stratum_of(pairs.log_odds), n, SHARES)
    return questions.of_ids(n)


class _Questions:
    """Pairs chosen so far."""

    def __init__(self, features: Features, pairs: Pairs, labels: Labels | None, seed: int) -> None:
        self._pairs, self._ids = pairs, features.ids
        self._order = _random_order(pairs, self._ids, seed)
        self._allowed = np.ones(len(pairs), np.bool_)
        if labels is not None:
            told = np.concatenate([labels.same, labels.different, labels.unsure])
            self._allowed &= ~np.isin(pairs.a * len(self._ids) + pairs.b, told[:, 0] * len(self._ids) + told[:, 1])
        self._kind = 2 * (features.script[pairs.a] != features.script[pairs.b]) + (
            features.list_of[pairs.a] == features.list_of[pairs.b]
        )
        self._asked: dict[int, int] = {}
        self.chosen: list[int] = []

    def add(
        self, stratum: Longs, n: int, shares: tuple[float, ...], among: npt.NDArray[np.bool_] | None = None
    ) -> None:
        """Choose n more pairs, spread over strata in proportion to shares, and within each over kinds of pairs."""
        allowed = self._allowed if among is None else self._allowed & among
        wanted = _quotas(np.bincount(stratum[allowed], minlength=len(STRATA) + 1), n, shares)
        order = self._order[allowed[self._order]]
        for number in range(len(STRATA) + 1):
            rows = order[stratum[order] == number]
            taken = 0
            for row in _in_turns([rows[self._kind[rows] == each] for each in range(4)], wanted[number]):
                if taken == wanted[number]:
                    break
                a, b = int(self._pairs.a[row]), int(self._pairs.b[row])
                if self._asked.get(a, 0) >= _MOST_OF_ONE_RECORD or self._asked.get(b, 0) >= _MOST_OF_ONE_RECORD:
                    continue
                self._asked[a], self._asked[b] = self._asked.get(a, 0) + 1, self._asked.get(b, 0) + 1
                self.chosen.append(row)
                self._allowed[row] = False
                taken += 1

    def of_ids(self, n: int) -> list[tuple[str, str]]:
        """Return the pairs, the most telling first; n of them, if there are so many."""
        pairs, ids = self._pairs, self._ids
        if len(self.chosen) < n:  # few pairs, all of the same records: ask about these again rather than ask less
            doubtful = self._order[np.argsort(np.abs(pairs.log_odds[self._order]), kind="stable")]
            self.chosen += doubtful[self._allowed[doubtful]][: n - len(self.chosen)].tolist()
        of_row = {row: (ids[int(pairs.a[row])], ids[int(pairs.b[row])]) for row in self.chosen}
        return [of_row[row] for row in sorted(of_row, key=lambda row: (abs(float(pairs.log_odds[row])), of_row[row]))]


def _quotas(available: Longs, n: int, of: tuple[float, ...]) -> list[int]:
    """Return how many to ask of each stratum: in proportion to shares, what one cannot give goes to the others."""
    left, quotas = min(n, int(available.sum())), np.zeros(len(available), np.int64)
    while left > 0:
        open_ = quotas < available
        shares = np.where(open_, of, 0.0)
        if not shares.any():
            break
        more = np.minimum(np.floor(left * shares / shares.sum()).astype(np.int64), available - quotas)
        if not more.any():
            for at in np.argsort(-shares, kind="stable")[:left].tolist():
                more[at] += int(quotas[at] < available[at])
        quotas += more
        left -= int(more.sum())
    return [int(each) for each in quotas]


def _in_turns(groups: list[Longs], wanted: int) -> list[int]:
    """Return rows of all groups: up to a sixth of what is wanted from each first, then the rest as they come."""
    floor = wanted // 6
    head = [int(row) for group in groups for row in group[:floor]]
    rest = np.concatenate([group[floor:] for group in groups]) if groups else np.zeros(0, np.int64)
    return head + [int(row) for row in rest]


def _random_order(pairs: Pairs, ids: list[str], seed: int) -> Longs:
    """Return an order of pairs that hangs on ids and seed alone."""
    salt = hashlib.blake2b(f"{seed}\0{ids[0]}\0{len(ids)}".encode(), digest_size=8).digest()
    rng = np.random.default_rng(int.from_bytes(salt, "big"))
    found: Longs = rng.permutation(len(pairs))
    return found
