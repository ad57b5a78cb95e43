"""Scored pairs become persons: average linkage on log-odds, inside connected pieces, within constraints.

Two groups of records are put together while the mean over all pairs between them speaks for it; a pair that was never
compared speaks against. So a chain of near pairs cannot grow into one person, as connected components would let it.
What reviewers judged "not the same" is never in one group, whatever else is found; what they judged "same" always is,
and where the two contradict each other the input is refused before (`labels`).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

MOST: Final = 7.0
"""Log-odds beyond which a pair does not speak louder."""
UNSEEN: Final = -2.5
"""Log-odds of a pair that shares no key, or was put aside early."""
UNSEEN_SAME_LIST: Final = -4.0
_FLOOR: Final = -3.0
"""Pairs below this do not hold a piece together."""
_MUST: Final = 1e6


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
    """
    weight = np.clip(log_odds, -MOST, MOST).astype(np.float64)
    judged = {}
    for pairs, value in ((different, -_MUST), (same, _MUST)):
        for pair in [] if pairs is None else pairs.tolist():
            judged[min(pair), max(pair)] = value
    if judged:
        codes = np.minimum(a, b) * n + np.maximum(a, b)
        told = np.array(sorted(x * n + y for x, y in judged), np.int64)
        values = np.array([judged[divmod(int(code), n)] for code in told])
        at = np.searchsorted(told, codes)
        known = (at < len(told)) & (told[np.minimum(at, len(told) - 1)] == codes)
        weight[known] = values[at[known]]
        fresh = ~np.isin(told, codes)
        a, b = np.r_[a, told[fresh] // n], np.r_[b, told[fresh] % n]
        weight = np.r_[weight, values[fresh]]
    piece = _pieces(n, a[weight > _FLOOR], b[weight > _FLOOR])
    inside = piece[a] == piece[b]
    a, b, weight = a[inside], b[inside], weight[inside]
    order = np.lexsort((b, a, piece[a]))
    a, b, weight = a[order], b[order], weight[order]
    starts = np.flatnonzero(np.r_[True, piece[a][1:] != piece[a][:-1]]) if len(a) else np.zeros(0, np.int64)
    ends = np.r_[starts[1:], len(a)]
    found = np.arange(n)
    single = ends - starts == 1
    # Two records and nothing else: no need to think.
    lone = starts[single]
    merged = lone[weight[lone] > 0]
    found[b[merged]] = a[merged]
    merges = [(a[lone], b[lone], weight[lone], weight[lone] > 0)]
    rows: list[tuple[int, int, float, bool]] = []
    for start, end in zip(starts[~single].tolist(), ends[~single].tolist(), strict=True):
        piece_of = _Piece(a[start:end].tolist(), b[start:end].tolist(), weight[start:end].tolist(), list_of)
        rows += piece_of.merge()
        for first, members in piece_of.members.items():
            for member in members:
                found[member] = first
    more = np.array([(x, y) for x, y, _, _ in rows], np.int64).reshape(-1, 2)
    merges.append((more[:, 0], more[:, 1], np.array([r[2] for r in rows]), np.array([r[3] for r in rows], np.bool_)))
    return Clustered(
        found,
        Merges(
            np.concatenate([each[0] for each in merges]),
            np.concatenate([each[1] for each in merges]),
            np.concatenate([each[2] for each in merges]).astype(np.float32),
            np.concatenate([each[3] for each in merges]),
        ),
    )


def _pieces(n: int, a: Longs, b: Longs) -> Longs:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    found: Longs = connected_components(graph, directed=False)[1].astype(np.int64)
    return found


class _Piece:
    """One connected piece, put together greedily, the strongest merge first."""

    def __init__(self, a: list[int], b: list[int], weight: list[float], list_of: npt.NDArray[np.int16]) -> None:
        self.members: dict[int, list[int]] = {record: [record] for record in sorted({*a, *b})}
        self.lists = {record: {int(list_of[record]): 1} for record in self.members}
        # For two clusters: the sum over the pairs between them that were compared, how many, and how many in one list.
        self.links: dict[int, dict[int, list[float]]] = defaultdict(dict)
        for x, y, value in zip(a, b, weight, strict=True):
            alike = list_of[x] == list_of[y]
            self.links[x][y] = self.links[y][x] = [value, 1.0, float(alike)]
        self.heap: list[tuple[float, int, int]] = []
        for x, y in zip(a, b, strict=True):
            score = self.score(x, y)
            if score > 0:
                self.heap.append((-score, min(x, y), max(x, y)))
        heapq.heapify(self.heap)

    def score(self, x: int, y: int) -> float:
        """Return the mean log-odds between two clusters."""
        total, seen, seen_alike = self.links[x][y]
        pairs = len(self.members[x]) * len(self.members[y])
        if pairs == 1 or total >= _MUST / 2 or total <= -_MUST / 2:
            return total / pairs
        few, many = sorted((self.lists[x], self.lists[y]), key=len)
        alike = sum(count * many.get(name, 0) for name, count in few.items()) - seen_alike
        unseen = pairs - seen - alike
        return (total + unseen * UNSEEN + alike * UNSEEN_SAME_LIST) / pairs

    def merge(self) -> list[tuple[int, int, float, bool]]:
        """Merge until nothing speaks for more; return what was done, and the best merge refused to each cluster."""
        done = []
        while self.heap:
            negative, x, y = heapq.heappop(self.heap)
            if x not in self.members or y not in self.members or y not in self.links[x]:
                continue
            if -negative != self.score(x, y):
                continue
            done.append((x, y, -negative, True))
            self._join(x, y)
        for x in sorted(self.members):
            best = max(((self.score(x, y), -y) for y in self.links[x] if y > x), default=None)
            if best is not None and best[0] > -MOST:
                done.append((x, -best[1], best[0], False))
        return done

    def _join(self, x: int, y: int) -> None:
        keep, go = min(x, y), max(x, y)
        self.members[keep] = sorted(self.members[keep] + self.members.pop(go))
        for name, count in self.lists.pop(go).items():
            self.lists[keep][name] = self.lists[keep].get(name, 0) + count
        del self.links[keep][go], self.links[go][keep]
        for other, link in self.links.pop(go).items():
            del self.links[other][go]
            known = self.links[keep].get(other)
            both = link if known is None else [link[0] + known[0], link[1] + known[1], link[2] + known[2]]
            self.links[keep][other] = self.links[other][keep] = both
        for other in self.links[keep]:
            score = self.score(keep, other)
            if score > 0:
                heapq.heappush(self.heap, (-score, min(keep, other), max(keep, other)))
