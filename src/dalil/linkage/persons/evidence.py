"""What stands behind a run's clusters: the weakest link of each, how its fields compare, and what is worth asking.

A cluster is as sure as its least sure merge. That merge, decided the other way, is the question to ask people; and so
is the best merge that was refused. Beside these stand pairs drawn at random within strata, which teach the model and
measure it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from dalil.linkage.archives.candidates import Candidates
from dalil.linkage.persons.clustering import Merges
from dalil.linkage.plan import Linked, Pairs
from dalil.linkage.weighing.calibrating import is_audited, lot
from dalil.linkage.weighing.comparing import COLUMNS
from dalil.linkage.weighing.crowding import uncrowded
from dalil.values.ids import parse_subject

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DOUBT: Final = 0.005
"""Merges surer than this, either way, are not asked about: there are too many of them, and too few are wrong."""
JUDGED: Final = 100.0
"""Scores beyond this come from people's verdicts, not from the model."""
SHOWN: Final = ("given", "father", "family", "mother", "whole", "day_gap", "place", "governorate", "age_gap", "sex")
"""Columns of comparing that a judgement is recorded with."""


Ends: TypeAlias = tuple[int, int]
"""Two mentions, the older first."""
Asked: TypeAlias = tuple[float, bool, float]
"""Of a question: how likely the two are one, whether they were joined, how much an answer teaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Rows found to be one person; the likelihood of the weakest link, in thousandths, and how its fields compare.

    ``links`` hold all of them together, the strongest first: whoever is parted from the rest by people's verdicts goes
    with those they are most like.
    """

    rows: tuple[int, ...]
    links: tuple[tuple[int, int], ...]
    score: int
    why: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Records as they were put together, and the pairs that this rests on.

    Attributes
    ----------
    a, b : (n_pairs,) int64
        Rows of records, ascending.
    log_odds : (n_pairs,) float32
    cluster : (n_records,) int64
        The person of each record, as its lowest row.
    merges : Merges
    same : (n_same, 2) int64
        Rows that people judged the same, also such as were never compared.
    columns : callable
        Whether each of some pairs of rows, the lower first, was compared, and their columns of comparing.
    """

    a: Longs
    b: Longs
    log_odds: npt.NDArray[np.float32]
    cluster: Longs
    merges: Merges
    same: Longs
    columns: Callable[[Longs, Longs], tuple[Flags, npt.NDArray[np.float32]]]

    @classmethod
    def of(cls, linked: Linked) -> Weighed:
        """Return what a run over all records weighed."""
        pairs, n = linked.pairs, len(linked.features)
        codes = pairs.a * n + pairs.b

        def columns(a: Longs, b: Longs) -> tuple[Flags, npt.NDArray[np.float32]]:
            at = np.minimum(np.searchsorted(codes, a * n + b), max(0, len(codes) - 1))
            return codes[at] == a * n + b, pairs.matrix[at]

        same = np.empty((0, 2), np.int64) if linked.labels is None else linked.labels.same
        made = linked.clustered
        return cls(
            a=pairs.a, b=pairs.b, log_odds=pairs.log_odds, cluster=made.cluster, merges=made.merges, same=same,
            columns=columns,
        )  # fmt: skip


def clusters_of(weighed: Weighed, among: Flags | None = None) -> list[Cluster]:
    """Return the clusters of more than one record, with what they rest on; only those of some records, if given."""
    cluster, merges = weighed.cluster, weighed.merges
    weakest: dict[int, tuple[float, int, int]] = {}
    for at in np.flatnonzero(merges.made).tolist():
        a, b = int(merges.a[at]), int(merges.b[at])
        found = (float(merges.score[at]), min(a, b), max(a, b))
        of = int(cluster[a])
        if of not in weakest or found < weakest[of]:
            weakest[of] = found
    wanted = np.arange(len(cluster)) if among is None else np.flatnonzero(among)
    order = wanted[np.argsort(cluster[wanted], kind="stable")]
    starts = np.flatnonzero(np.r_[True, cluster[order][1:] != cluster[order][:-1]]) if len(order) else order
    several = [rows for rows in np.split(order, starts[1:]) if len(rows) > 1]
    if not several:
        return []
    least = [weakest[int(cluster[rows[0]])] for rows in several]
    ends = np.array([(a, b) for _, a, b in least], np.int64)
    was_compared, columns = weighed.columns(ends[:, 0], ends[:, 1])
    clusters = []
    links = _links(weighed)
    for rows, (score, _, _), known, told in zip(several, least, was_compared.tolist(), columns, strict=True):
        members = tuple(rows.tolist())
        chosen = spanning(members, links.get(int(cluster[rows[0]]), ()))
        why = _why(told) if known else {}
        clusters.append(Cluster(rows=members, links=chosen, score=round(1000 * _chance(score)), why=why))
    return clusters


def compared_in(linked: Linked, mentions: Longs) -> dict[str, npt.NDArray[np.generic]]:
    """Return the columns of all pairs that a run compared (`candidates.Compared`); its records are these mentions."""
    pairs, features = linked.pairs, linked.features
    first = uncrowded(pairs.a, pairs.b, pairs.first, features.list_of, len(features.lists))
    return columns_of(pairs.a, pairs.b, pairs.log_odds, first, linked.clustered.cluster, mentions)


def columns_of(
    a: Longs,
    b: Longs,
    log_odds: npt.NDArray[np.float32],
    first: npt.NDArray[np.float32],
    cluster: Longs,
    mentions: Longs,
) -> dict[str, npt.NDArray[np.generic]]:
    """Return the columns of pairs of rows that are these mentions."""
    return {
        "a": np.minimum(mentions[a], mentions[b]),
        "b": np.maximum(mentions[a], mentions[b]),
        "log_odds": log_odds,
        "first": first,
        "joined": cluster[a] == cluster[b],
    }


def _links(weighed: Weighed) -> dict[int, list[tuple[int, int]]]:
    """Return the pairs within each cluster, by what speaks for them, the strongest first."""
    cluster, a, b, odds = weighed.cluster, weighed.a, weighed.b, weighed.log_odds
    if len(weighed.same):  # people's own joins, also of pairs never compared
        a, b = np.r_[weighed.same[:, 0], a], np.r_[weighed.same[:, 1], b]
        odds = np.r_[np.full(len(weighed.same), np.float32(JUDGED)), odds]
    inside = np.flatnonzero(cluster[a] == cluster[b])
    inside = inside[np.lexsort((b[inside], a[inside], -odds[inside]))]
    found: dict[int, list[tuple[int, int]]] = {}
    for of, x, y in zip(cluster[a[inside]].tolist(), a[inside].tolist(), b[inside].tolist(), strict=True):
        found.setdefault(of, []).append((x, y))
    return found


def spanning(rows: Sequence[int], links: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the first of some links that hold rows together, without those that join what is joined already."""
    leader = {row: row for row in rows}

    def lead(row: int) -> int:
        while leader[row] != row:
            row = leader[row]
        return row

    chosen = []
    for a, b in (*links, *((rows[0], row) for row in rows[1:])):  # none is left out, whatever was compared
        one, other = lead(a), lead(b)
        if one != other:
            leader[max(one, other)] = min(one, other)
            chosen.append((a, b))
        if len(chosen) == len(rows) - 1:
            break
    return tuple(chosen)


def _chance(score: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(score, -50.0, 50.0))))


def _why(columns: npt.NDArray[np.float32]) -> dict[str, int]:
    """Return how fields compare, in thousandths or days or years; those that one side does not tell are left out."""
    found = {}
    for name, value in zip(COLUMNS, columns.tolist(), strict=True):
        if name in SHOWN and not np.isnan(value):
            found[name] = round(value) if name in ("day_gap", "age_gap", "sex") else round(1000 * value)
    return found


def doubted_merges(merges: Merges, mentions: Longs) -> dict[Ends, Asked]:
    """Return the merges, made or refused, that are in doubt, as questions."""
    chance = 1 / (1 + np.exp(-np.clip(merges.score.astype(np.float64), -50, 50)))
    doubted = (np.abs(merges.score) < JUDGED) & (chance > DOUBT) & (chance < 1 - DOUBT)
    found = {}
    for at in np.flatnonzero(doubted).tolist():
        a, b = sorted((int(mentions[merges.a[at]]), int(mentions[merges.b[at]])))
        found[a, b] = (float(chance[at]), bool(merges.made[at]), 0.0)
    return found


def drawn_questions(
    drawn: Sequence[tuple[str, str]], pairs: Pairs, cluster: Longs, mentions: Longs, asked: Mapping[Ends, Asked]
) -> dict[Ends, Asked]:
    """Return pairs drawn at random within strata as questions, the most telling first.

    Parameters
    ----------
    drawn : sequence of (id, id)
        As `asking.drawn` gives them.
    asked : mapping
        Of pairs that are asked about anyway, how likely stays.
    """
    ends = [(min(pair), max(pair)) for pair in ((parse_subject(a), parse_subject(b)) for a, b in drawn)]
    score = _scores(pairs, cluster, mentions)
    # What measures is asked in no order, so that however few are answered, they are of every stratum.
    order = {pair: number / len(ends) for number, pair in enumerate(ends)}
    order |= {pair: lot(*pair) for pair in ends if is_audited(*pair)}
    found = {}
    for pair in ends:
        chance, joined = score[pair]
        found[pair] = (asked[pair][0] if pair in asked else chance, joined, 1 - order[pair])
    return found


def candidates_of(rows: Mapping[Ends, Asked]) -> Candidates:
    """Return questions as columns; the run has no number yet."""
    pairs = sorted(rows)
    told = [rows[pair] for pair in pairs]
    return Candidates(
        run=-1,
        a=np.array([a for a, _ in pairs], np.int64),
        b=np.array([b for _, b in pairs], np.int64),
        probability=np.array([each[0] for each in told], np.float32),
        joined=np.array([each[1] for each in told], np.bool_),
        teaches=np.array([each[2] for each in told], np.float32),
    )


def _scores(pairs: Pairs, cluster: Longs, mentions: Longs) -> dict[Ends, tuple[float, bool]]:
    """Return likelihood and whether joined, for each pair compared."""
    a, b = np.sort(np.stack([mentions[pairs.a], mentions[pairs.b]]), axis=0)
    joined = cluster[pairs.a] == cluster[pairs.b]
    ends = zip(a.tolist(), b.tolist(), strict=True)
    return dict(zip(ends, zip(pairs.chance.tolist(), joined.tolist(), strict=True), strict=True))
