"""What stands behind a run's clusters: the weakest link of each, how its fields compare, and what is worth asking.

A cluster is as sure as its least sure merge. That merge, decided the other way, is the question to ask people; and so
is the best merge that was refused. Beside these stand pairs drawn at random within strata, which teach the model and
measure it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.asking import drawn as drawn_pairs
from dalil.linkage.calibrating import is_audited, lot
from dalil.linkage.candidates import Candidates
from dalil.linkage.comparing import COLUMNS
from dalil.linkage.crowding import uncrowded
from dalil.linkage.plan import Linked
from dalil.values.ids import parse_subject

DOUBT: Final = 0.005
"""Merges surer than this, either way, are not asked about: there are too many of them, and too few are wrong."""
JUDGED: Final = 100.0
"""Scores beyond this come from people's verdicts, not from the model."""
SHOWN: Final = ("given", "father", "family", "mother", "whole", "day_gap", "place", "governorate", "age_gap", "sex")
"""Columns of comparing that a judgement is recorded with."""


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
class Evidence:
    """A run's clusters of more than one record, how many there are in all, and the columns of all pairs compared."""

    clusters: tuple[Cluster, ...]
    n_clusters: int
    compared: Mapping[str, npt.NDArray[np.generic]]


def evidence_of(linked: Linked, mentions: npt.NDArray[np.int64]) -> Evidence:
    """Return what stands behind the clusters of a run over records that are these mentions."""
    cluster, pairs, merges = linked.clustered.cluster, linked.pairs, linked.clustered.merges
    n = len(cluster)
    weakest: dict[int, tuple[float, int, int]] = {}
    for at in np.flatnonzero(merges.made).tolist():
        a, b = int(merges.a[at]), int(merges.b[at])
        found = (float(merges.score[at]), min(a, b), max(a, b))
        of = int(cluster[a])
        if of not in weakest or found < weakest[of]:
            weakest[of] = found
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.r_[True, cluster[order][1:] != cluster[order][:-1]])
    codes = pairs.a * n + pairs.b
    clusters = []
    links = _links(linked)
    for rows in np.split(order, starts[1:]):
        if len(rows) > 1:
            score, a, b = weakest[int(cluster[rows[0]])]
            at = int(np.searchsorted(codes, a * n + b))
            is_compared = at < len(codes) and codes[at] == a * n + b
            why = _why(pairs.matrix[at]) if is_compared else {}
            members = tuple(rows.tolist())
            chosen = spanning(members, links.get(int(cluster[rows[0]]), ()))
            clusters.append(Cluster(rows=members, links=chosen, score=round(1000 * _chance(score)), why=why))
    compared = {
        "a": np.minimum(mentions[pairs.a], mentions[pairs.b]),
        "b": np.maximum(mentions[pairs.a], mentions[pairs.b]),
        "log_odds": pairs.log_odds,
        "first": uncrowded(pairs.a, pairs.b, pairs.first, linked.features.list_of, len(linked.features.lists)),
        "joined": cluster[pairs.a] == cluster[pairs.b],
    }
    return Evidence(clusters=tuple(clusters), n_clusters=len(starts), compared=compared)


def _links(linked: Linked) -> dict[int, list[tuple[int, int]]]:
    """Return the pairs within each cluster, by what speaks for them, the strongest first."""
    pairs, cluster = linked.pairs, linked.clustered.cluster
    a, b, odds = pairs.a, pairs.b, pairs.log_odds
    if linked.labels is not None and len(linked.labels.same):  # people's own joins, also of pairs never compared
        same = linked.labels.same
        a, b = np.r_[same[:, 0], a], np.r_[same[:, 1], b]
        odds = np.r_[np.full(len(same), np.float32(JUDGED)), odds]
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


def pick_candidates(
    linked: Mapping[bool, Linked], mentions: Mapping[bool, npt.NDArray[np.int64]], *, asked: int
) -> Candidates:
    """Return the pairs of a run that people should be asked about; the run has no number yet."""
    rows: dict[tuple[int, int], tuple[float, bool, float]] = {}
    for key, each in sorted(linked.items()):
        merges, of = each.clustered.merges, mentions[key]
        doubted = np.abs(merges.score) < JUDGED
        chance = 1 / (1 + np.exp(-np.clip(merges.score.astype(np.float64), -50, 50)))
        doubted &= (chance > DOUBT) & (chance < 1 - DOUBT)
        for at in np.flatnonzero(doubted).tolist():
            a, b = sorted((int(of[merges.a[at]]), int(of[merges.b[at]])))
            rows[a, b] = (float(chance[at]), bool(merges.made[at]), 0.0)
        drawn = [tuple(sorted(map(parse_subject, pair))) for pair in drawn_pairs(each, asked)]
        score = _scores(each, of)
        # What measures is asked in no order, so that however few are answered, they are of every stratum.
        order = {pair: number / len(drawn) for number, pair in enumerate(drawn)}
        order |= {pair: lot(*pair) for pair in drawn if is_audited(*pair)}
        for a, b in drawn:
            chance_of, joined = score[a, b]
            rows[a, b] = (rows[a, b][0] if (a, b) in rows else chance_of, joined, 1 - order[a, b])
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


def _scores(linked: Linked, mentions: npt.NDArray[np.int64]) -> dict[tuple[int, int], tuple[float, bool]]:
    """Return likelihood and whether joined, for each pair compared."""
    pairs, cluster = linked.pairs, linked.clustered.cluster
    a, b = np.sort(np.stack([mentions[pairs.a], mentions[pairs.b]]), axis=0)
    chance = 1 / (1 + np.exp(-pairs.log_odds.astype(np.float64)))
    joined = cluster[pairs.a] == cluster[pairs.b]
    return dict(
        zip(zip(a.tolist(), b.tolist(), strict=True), zip(chance.tolist(), joined.tolist(), strict=True), strict=True)
    )
