"""Scored pairs become persons: average linkage on log-odds, inside connected pieces, within constraints.

Two groups of records are put together while the mean over all pairs between them speaks for it; a pair that was never
compared speaks against. So a chain of near pairs cannot grow into one person, as connected components would let it.
What reviewers judged "not the same" is never in one group, whatever else is found; what they judged "same" always is,
and where the two contradict each other the input is refused before (`labels`).

Nor can a person grow without bound: a list has most persons once. One row too many is weighed as a pair like any other;
each further one must be outweighed by as much as such rows are rare in these very lists, from the third on by half as
much again. Groups are joined in rounds:
in each, every two that are each other's best. For average linkage this gives what the strongest first would give
(Bruynooghe 1978), and does it for all groups at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

MOST: Final = 7.0
"""Log-odds beyond which a pair does not speak louder."""
UNSEEN: Final = -2.0
"""Log-odds of a pair that shares no key, or was put aside early."""
UNSEEN_SAME_LIST: Final = -4.0
_MUST: Final = 1e6
MOST_REPEATING: Final = 0.4
_FEWEST_REPEATING: Final = 0.003
"""Bounds of the share of records that repeat another of their list, as the pairs tell it."""
_HALF: Final = 0.5
"""Of the surprise of one more repetition: a mean over pairs is weighed against it, not their sum."""
_FURTHER: Final = 0.5
"""By how much more each repetition after the second costs than the second: the more lists seem to repeat somebody, the
likelier two are meant. Two namesakes whom four lists have, each pair of rows in one list most alike, became one."""
_ROWS: Final = 500_000


@dataclass(slots=True)
class Merges:
    """Every merge that was considered in the end: made ones, and the best ones refused.

    Attributes
    ----------
    a, b : (n_merges,) int64
        A record of either side.
    score : (n_merges,) float32
        Mean log-odds between the two sides when it was decided.
    made : (n_merges,) bool
    """

    a: Longs
    b: Longs
    score: Floats
    made: npt.NDArray[np.bool_]


@dataclass(slots=True)
class Clustered:
    """The person of each record, as the lowest record of the cluster, and how it came about."""

    cluster: Longs
    merges: Merges


def cluster(
    n: int,
    a: Longs,
    b: Longs,
    log_odds: Floats,
    list_of: npt.NDArray[np.int16],
    *,
    same: Longs | None = None,
    different: Longs | None = None,
    repeating: float = MOST_REPEATING,
) -> Clustered:
    """Put records together.

    Parameters
    ----------
    n : int
        Records.
    a, b, log_odds : (n_pairs,)
        Pairs, each once, and what speaks for them.
    list_of : (n,) int16
        List of each record.
    same, different : (n_labels, 2) int64, optional
        Pairs that must, and that must not, be in one cluster.
    repeating : float
        Share of records that repeat another one of their list (`repeating_in`).
    """
    a, b, weight = _with_answers(n, a, b, np.clip(log_odds, -MOST, MOST).astype(np.float64), same, different)
    groups = _Groups(n, list_of, repeating)
    # What a mean speaks for, one of its pairs speaks for: only within pieces that such pairs connect is there a choice.
    piece = _pieces(n, a, b, weight)
    inside = np.flatnonzero(piece[a] == piece[b])
    x, y = a[inside], b[inside]
    links = groups.links(x, y, weight[inside], np.ones(len(x)), (list_of[x] == list_of[y]).astype(np.float64))
    made: list[tuple[Longs, Longs, Doubles]] = []
    while len(links.a):
        # Links between groups that nothing speaks for joining to anything are what they will remain.
        speaks = np.flatnonzero(links.score > 0)
        alive = np.zeros(n, np.bool_)
        alive[links.a[speaks]] = alive[links.b[speaks]] = True
        links = links.taken(alive[links.a] | alive[links.b])
        if not len(links.a):
            break
        best = _mutually_best(links)
        keep, go = links.a[best], links.b[best]
        made.append((keep, go, links.score[best]))
        links = groups.joined(links, keep, go)
    refused = groups.best_refused(a, b, weight, list_of)
    columns = [*((keep, go, score, True) for keep, go, score in made), (*refused, False)]
    return Clustered(
        groups.of_records(),
        Merges(
            np.concatenate([each[0] for each in columns]),
            np.concatenate([each[1] for each in columns]),
            np.concatenate([each[2] for each in columns]).astype(np.float32),
            np.concatenate([np.full(len(each[0]), each[3]) for each in columns]),
        ),
    )


def _pieces(n: int, a: Longs, b: Longs, weight: Doubles) -> Longs:
    """Return the piece of each record: records that pairs connect which speak for joining."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    for_it = weight > 0
    graph = coo_array((np.ones(int(for_it.sum()), np.int8), (a[for_it], b[for_it])), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def repeating_in(a: Longs, b: Longs, log_odds: Floats, list_of: npt.NDArray[np.int16]) -> float:
    """Return the share of records that repeat another one of their list, as the pairs tell it."""
    alike = list_of[a] == list_of[b]
    expected = float((1 / (1 + np.exp(-log_odds[alike].astype(np.float64)))).sum())
    return expected / max(1, len(list_of))


def _with_answers(
    n: int, a: Longs, b: Longs, weight: Doubles, same: Longs | None, different: Longs | None
) -> tuple[Longs, Longs, Doubles]:
    judged = {}
    for pairs, value in ((different, -_MUST), (same, _MUST)):
        for pair in [] if pairs is None else pairs.tolist():
            judged[min(pair), max(pair)] = value
    a, b = np.minimum(a, b), np.maximum(a, b)
    if judged:
        codes = a * n + b
        told = np.array(sorted(x * n + y for x, y in judged), np.int64)
        values = np.array([judged[divmod(int(code), n)] for code in told])
        at = np.searchsorted(told, codes)
        known = (at < len(told)) & (told[np.minimum(at, len(told) - 1)] == codes)
        weight[known] = values[at[known]]
        fresh = np.ones(len(told), np.bool_)
        fresh[at[known]] = False
        a, b = np.r_[a, told[fresh] // n], np.r_[b, told[fresh] % n]
        weight = np.r_[weight, values[fresh]]
    codes = a * n + b
    if (codes[1:] > codes[:-1]).all():
        return a, b, weight
    order = np.argsort(codes, kind="stable")
    return a[order], b[order], weight[order]


@dataclass(slots=True)
class _Links:
    """What is between two groups, each named for its lowest record, the lower first.

    `total` is the sum over the pairs that were compared, `seen` how many they are, `alike` how many of one list;
    `score` is the mean over all pairs between the two, less what too many rows of one list cost.
    """

    a: Longs
    b: Longs
    total: Doubles
    seen: Doubles
    alike: Doubles
    score: Doubles

    def taken(self, which: npt.NDArray[np.generic]) -> _Links:
        return _Links(*(getattr(self, name)[which] for name in self.__slots__))


class _Groups:
    """Groups of records so far: how many there are of each list."""

    def __init__(self, n: int, list_of: npt.NDArray[np.int16], repeating: float) -> None:
        self._n = n
        self._size = np.ones(n, np.int64)
        self._of_list = np.zeros((n, int(list_of.max(initial=0)) + 1), np.uint8)
        self._of_list[np.arange(n), list_of[:n]] = 1
        self._leader = np.arange(n)
        self._dear = _HALF * float(-np.log(min(max(repeating, _FEWEST_REPEATING), MOST_REPEATING)))

    def links(self, a: Longs, b: Longs, total: Doubles, seen: Doubles, alike: Doubles) -> _Links:
        score = np.empty(len(a))
        for start in range(0, len(a), _ROWS):
            here = slice(start, start + _ROWS)
            score[here] = self._scored(a[here], b[here], total[here], seen[here], alike[here])
        return _Links(a, b, total, seen, alike, score)

    def _scored(self, a: Longs, b: Longs, total: Doubles, seen: Doubles, alike: Doubles) -> Doubles:
        """Return the mean log-odds between groups; answers are not weighed against anything."""
        pairs = (self._size[a] * self._size[b]).astype(np.float64)
        score: Doubles = total / pairs
        weighed = np.flatnonzero((pairs > 1) & (np.abs(total) < _MUST / 2))
        one, other = self._of_list[a[weighed]].astype(np.int32), self._of_list[b[weighed]].astype(np.int32)
        unseen_alike = (one * other).sum(axis=1) - alike[weighed]
        unseen = pairs[weighed] - seen[weighed] - unseen_alike
        mean = (total[weighed] + unseen * UNSEEN + unseen_alike * UNSEEN_SAME_LIST) / pairs[weighed]
        added = _repetitions(one + other) - _repetitions(one) - _repetitions(other)
        score[weighed] = mean - added * self._dear
        return score

    def joined(self, links: _Links, keep: Longs, go: Longs) -> _Links:
        """Join groups, two and two, and return the links as they are then."""
        self._size[keep] += self._size[go]
        self._of_list[keep] = np.minimum(self._of_list[keep].astype(np.int16) + self._of_list[go], 255)
        self._leader[go] = keep
        moved = np.arange(self._n)
        moved[go] = keep
        changed = np.zeros(self._n, np.bool_)
        changed[keep] = changed[go] = True
        touched = changed[links.a] | changed[links.b]
        rest = links.taken(~touched)
        old = links.taken(touched)
        new = self._summed(moved[old.a], moved[old.b], old.total, old.seen, old.alike)
        return _Links(*(np.concatenate([getattr(rest, name), getattr(new, name)]) for name in _Links.__slots__))

    def _summed(self, x: Longs, y: Longs, total: Doubles, seen: Doubles, alike: Doubles) -> _Links:
        """Return links between groups of which parts were linked, ascending; those within one are none."""
        other = x != y
        codes = np.minimum(x, y)[other] * self._n + np.maximum(x, y)[other]
        order = np.argsort(codes, kind="stable")
        codes = codes[order]
        starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]) if len(codes) else np.zeros(0, np.int64)
        sums = [
            np.add.reduceat(each[other][order], starts) if len(starts) else each[:0] for each in (total, seen, alike)
        ]
        return self.links(codes[starts] // self._n, codes[starts] % self._n, *sums)

    def best_refused(
        self, a: Longs, b: Longs, weight: Doubles, list_of: npt.NDArray[np.int16]
    ) -> tuple[Longs, Longs, Doubles]:
        """Return, for each group, its best link to a later one that was not joined, unless nothing speaks for it."""
        group = self.of_records()
        x, y = group[a], group[b]
        alone = (self._size[x] == 1) & (self._size[y] == 1)
        rows = np.flatnonzero((x != y) & ~(alone & (weight <= -MOST)))
        alike = (list_of[a[rows]] == list_of[b[rows]]).astype(np.float64)
        links = self._summed(x[rows], y[rows], weight[rows], np.ones(len(rows)), alike)
        links = links.taken(links.score > -MOST)
        if not len(links.a):
            return links.a, links.b, links.score
        first = np.r_[True, links.a[1:] != links.a[:-1]]
        number = np.cumsum(first) - 1
        is_best = links.score == np.maximum.reduceat(links.score, np.flatnonzero(first))[number]
        best = np.flatnonzero(is_best)
        best = best[np.r_[True, number[best][1:] != number[best][:-1]]]
        return links.a[best], links.b[best], links.score[best]

    def of_records(self) -> Longs:
        """Return the group of each record, as its lowest record."""
        found = self._leader
        while (found[found] != found).any():
            found = found[found]
        return found


def _repetitions(of_list: npt.NDArray[np.int32]) -> Doubles:
    """Return what rows too many in groups, (n, lists), cost: the first nothing, the second one, others half more."""
    repeated = np.maximum(of_list - 1, 0).sum(axis=1)
    found: Doubles = np.maximum(repeated - 1, 0) + _FURTHER * np.maximum(repeated - 2, 0)
    return found


def _mutually_best(links: _Links) -> Longs:
    """Return the rows of links that are the best of both their ends; of equal ones, that of the lowest records."""
    speaks = np.flatnonzero(links.score > 0)
    order = speaks[np.lexsort((links.b[speaks], links.a[speaks], -links.score[speaks]))]
    ends = np.stack([links.a[order], links.b[order]], axis=1).ravel()
    _, first = np.unique(ends, return_index=True)
    found: Longs = order[np.bincount(first // 2, minlength=len(order)) == 2]
    return found
