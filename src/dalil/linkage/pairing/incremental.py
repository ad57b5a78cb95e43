"""A new list against what was linked before: only pairs with a new record are looked at, and no person moves.

What is kept from a run is what comparing needs, as arrays, and the persons found. Records that were linked stay with
their persons; a new record joins one of them, or other new ones, or stands alone. Where new records speak for joining
two persons that stood apart, that is said, and left to a full run or to people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dalil.errors import ReviewNeeded
from dalil.linkage.clock import Clock
from dalil.linkage.features import features_of
from dalil.linkage.labels import Labels, check_labels
from dalil.linkage.pairing.blocking import keys_of
from dalil.linkage.pairing.keeping import Existing, with_keys
from dalil.linkage.pairing.key_index import KeyIndex
from dalil.linkage.pairing.keying import Entries
from dalil.linkage.pairing.placing import read_places
from dalil.linkage.pairing.together import together
from dalil.linkage.persons.clustering import Clustered, Merges, cluster
from dalil.linkage.plan import Pairs, Settings, compare
from dalil.linkage.record_table import RecordTable
from dalil.linkage.weighing.crowding import uncrowded
from dalil.linkage.weighing.explaining import Reason, reasons_of

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_DEFAULTS: Final = Settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPair:
    """A pair with a new record, by row of `Added.existing.features`, a < b.

    Attributes
    ----------
    probability : float
        That both are one person, by the pair alone and what competes with it.
    one_person : bool
        Whether the clusters join them.
    reasons : tuple of Reason
    """

    a: int
    b: int
    probability: float
    one_person: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What a new list brought.

    Attributes
    ----------
    existing : Existing
        All records, old and new, ready for the next list; rows are in the order of ids.
    new_ids : tuple of str
    clusters : list of str
        For each new record, the person: named for its lowest record id.
    bridges : int
        Groups of old persons that new records would have joined.
    report : dict
    new : (n,) bool
        Which rows are new.
    pairs : Pairs
        All pairs with a new record that were compared closely, by row; `first` is of the start model.
    clustered : Clustered
        The persons of all rows, and every merge that new records brought, made or refused; its scores hold the lean.
    """

    existing: Existing
    new_ids: tuple[str, ...]
    clusters: list[str]
    bridges: int
    report: dict[str, Any]
    new: Flags
    pairs: Pairs
    clustered: Clustered

    def judged(self, *, least: float = 0.0) -> Iterator[JudgedPair]:
        """Yield the pairs whose probability is `least` or more, by row, each with its reasons."""
        pairs, chance, found = self.pairs, self.pairs.chance, self.clustered.cluster
        for row in np.flatnonzero(chance >= least).tolist():
            a, b = int(pairs.a[row]), int(pairs.b[row])
            yield JudgedPair(
                a=a,
                b=b,
                probability=float(chance[row]),
                one_person=bool(found[a] == found[b]),
                reasons=tuple(reasons_of(pairs.matrix[row])),
            )


def link_new(
    records: RecordTable,
    existing: Existing,
    *,
    labels: Iterable[tuple[str, str, str]] | None = None,
    settings: Settings = _DEFAULTS,
) -> Added:
    """Link new records with what was linked before.

    Parameters
    ----------
    labels : iterable of (id_a, id_b, "same" | "different" | "unsure"), optional
        Reviewers' answers: constraints, where one side at least is new. The model learns nothing from them.

    Raises
    ------
    WrongLists
        An id that is known already, or another mapping.
    ReviewNeeded
        Answers that contradict each other, or that make one person of two who were linked before.
    """
    clock = Clock()
    with clock.stage("features"):
        fresh = features_of(records)
        features, new, place_of_old = together(existing.features, fresh)
        n, n_old = len(features), len(existing.features)
        arrival, row_of = np.empty(n, np.int64), np.empty(n_old, np.int64)
        arrival[place_of_old] = existing.arrival
        arrival[new] = n_old + np.arange(n - n_old)
        row_of[existing.arrival] = place_of_old
        old = KeyIndex(existing.shape, existing.keys, row_of)
        answers = check_labels(labels, features.ids) if labels is not None else None
    pairs, counted = compare(features, clock, existing.model, settings, new, old)
    with clock.stage("clustering"):
        odds = existing.model.log_odds(pairs.matrix, pairs.first)
        pairs = replace(pairs, log_odds=uncrowded(pairs.a, pairs.b, odds, features.list_of, len(features.lists)))
        before = np.arange(n)
        before[place_of_old] = place_of_old[existing.cluster]
        clustered, bridges = _joined(
            pairs, np.float32(existing.lean), features.list_of, before, new, existing.repeating, answers
        )
    with clock.stage("keys"):
        # Keys hang on a record alone; new ones are as many, and in the same order, in both.
        keys = keys_of(fresh, read_places(fresh), existing.shape, np.ones(len(fresh), np.bool_))
        rows = np.flatnonzero(new)
        keys = {rule: Entries(rows[entries.record], entries.keys) for rule, entries in keys.items()}
    ids = features.ids
    return Added(
        existing=replace(
            existing,
            features=features,
            cluster=clustered.cluster,
            arrival=arrival,
            keys=with_keys(existing.keys, keys, arrival),
        ),
        new_ids=tuple(ids[row] for row in rows.tolist()),
        clusters=[ids[at] for at in clustered.cluster[rows].tolist()],
        bridges=bridges,
        report={"records": n, "new_records": len(rows), **counted, "bridges": bridges, "seconds": clock.seconds},
        new=new,
        pairs=pairs,
        clustered=clustered,
    )


def _joined(
    pairs: Pairs,
    lean: np.float32,
    list_of: npt.NDArray[np.int16],
    before: Longs,
    new: Flags,
    repeating: float,
    answers: Labels | None,
) -> tuple[Clustered, int]:
    """Cluster the new records and the old ones they touch; two old persons are never joined."""
    n, odds = len(before), pairs.log_odds + lean
    told = [_with_a_new_one(each, new) for each in ((answers.same, answers.different) if answers else ())]
    strong = odds > 0
    ends = [pairs.a[strong], pairs.b[strong], *(each.ravel() for each in told)]
    inside = np.isin(before, np.unique(before[np.concatenate(ends)]))
    rows = np.flatnonzero(inside)
    place = np.full(n, -1, np.int64)
    place[rows] = np.arange(len(rows))
    within = inside[pairs.a] & inside[pairs.b]
    a, b = place[pairs.a[within]], place[pairs.b[within]]
    old = rows[~new[rows]]
    of_one = np.stack([place[before[old]], place[old]], axis=1)
    of_one = of_one[of_one[:, 0] != of_one[:, 1]]
    same = np.concatenate([of_one, *(place[each] for each in told[:1])])
    apart = np.concatenate([np.empty((0, 2), np.int64), *(place[each] for each in told[1:])])
    _check_old_stay(same, apart, place[before[old]])
    bridges = 0
    # Where a group has two old persons, these are held apart, and the others go with whom most speaks for.
    while True:
        made = cluster(len(rows), a, b, odds[within], list_of[rows], same=same, different=apart, repeating=repeating)
        persons = np.unique(np.stack([made.cluster[place[old]], place[before[old]]], axis=1), axis=0)
        crowded = np.unique(persons[1:, 0][persons[1:, 0] == persons[:-1, 0]])
        if not len(crowded):
            break
        bridges = bridges or len(crowded)
        apart = np.concatenate([apart, *(_two_and_two(persons[persons[:, 0] == group, 1]) for group in crowded)])
    found = before.copy()
    found[rows] = rows[made.cluster]
    merges = made.merges
    mine, other = rows[merges.a], rows[merges.b]
    brought = np.flatnonzero(new[mine] | new[other] | ~merges.made | (before[mine] != before[other]))
    kept = Merges(mine[brought], other[brought], merges.score[brought], merges.made[brought])
    return Clustered(found, kept), bridges


def _with_a_new_one(told: Longs, new: Flags) -> Longs:
    found: Longs = told[new[told].any(axis=1)]
    return found


def _check_old_stay(same: Longs, apart: Longs, persons: Longs) -> None:
    """Refuse answers that would join two old persons, or part one."""
    n = int(max(same.max(initial=-1), apart.max(initial=-1), persons.max(initial=-1))) + 1
    graph = coo_array((np.ones(len(same), np.int8), (same[:, 0], same[:, 1])), shape=(n, n))
    piece = connected_components(graph, directed=False)[1]
    old = np.unique(persons)
    n_joined, n_parted = len(old) - len(np.unique(piece[old])), int((piece[apart[:, 0]] == piece[apart[:, 1]]).sum())
    if n_joined or n_parted:
        raise ReviewNeeded(
            "Answers about new records join persons who were linked apart, or part one.",
            expected="answers that leave those linked before where they are",
            found=f"{n_joined} that join and {n_parted} that part",
            where="labels",
            todo="Link everything anew, with all answers.",
        )


def _two_and_two(persons: Longs) -> Longs:
    one, other = np.triu_indices(len(persons), 1)
    return np.stack([persons[one], persons[other]], axis=1)


def clusters_of(added: Added) -> Iterable[tuple[str, str]]:
    """Return id and person of each new record."""
    return zip(added.new_ids, added.clusters, strict=True)
