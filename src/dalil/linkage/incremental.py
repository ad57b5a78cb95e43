"""A new list against what was linked before: only pairs with a new record are looked at, and no person moves.

What is kept from a run is what comparing needs, as arrays, and the persons found. Records that were linked stay with
their persons; a new record joins one of them, or other new ones, or stands alone. Where new records speak for joining
two persons that stood apart, that is said, and left to a full run or to people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dalil.errors import WrongLists
from dalil.linkage.blocking import keys_of
from dalil.linkage.clustering import cluster
from dalil.linkage.crowding import uncrowded
from dalil.linkage.features import Features, features_of
from dalil.linkage.keeping import Existing, with_keys
from dalil.linkage.key_index import KeyIndex
from dalil.linkage.placing import read_places
from dalil.linkage.plan import Clock, Settings, compare
from dalil.linkage.record_table import RecordTable

Longs = npt.NDArray[np.int64]

_DEFAULTS: Final = Settings()
_BY_UNIT: Final = ("parts", "family", "kunya", "mother")
_PLAIN: Final = ("n_parts", "script", "sex", "age", "born", "event")


@dataclass(frozen=True, slots=True)
class Added:
    """What a new list brought.

    Attributes
    ----------
    existing : Existing
        All records, old and new, ready for the next list.
    new_ids : tuple of str
    clusters : list of str
        For each new record, the person: named for its lowest record id.
    bridges : int
        Pairs of old persons that new records would have joined.
    report : dict
    """

    existing: Existing
    new_ids: tuple[str, ...]
    clusters: list[str]
    bridges: int
    report: dict[str, Any]


def link_new(records: RecordTable, existing: Existing, *, settings: Settings = _DEFAULTS) -> Added:
    """Link new records with what was linked before.

    Raises
    ------
    WrongLists
        An id that is known already, or another mapping.
    """
    clock = Clock()
    with clock.stage("features"):
        fresh = features_of(records)
        features, new, place_of_old = _together(existing.features, fresh)
        n, n_old = len(features), len(existing.features)
        arrival, row_of = np.empty(n, np.int64), np.empty(n_old, np.int64)
        arrival[place_of_old] = existing.arrival
        arrival[new] = n_old + np.arange(n - n_old)
        row_of[existing.arrival] = place_of_old
        old = KeyIndex(existing.shape, existing.keys, row_of)
    pairs, counted = compare(features, clock, existing.model, settings, new, old)
    with clock.stage("clustering"):
        odds = existing.model.log_odds(pairs.matrix, pairs.first)
        odds = uncrowded(pairs.a, pairs.b, odds, features.list_of, len(features.lists)) + np.float32(existing.lean)
        before = np.arange(n)
        before[place_of_old] = place_of_old[existing.cluster]
        found, bridges = _joined(pairs.a, pairs.b, odds, features.list_of, before, new, existing.repeating)
    with clock.stage("keys"):
        keys = keys_of(features, read_places(features), existing.shape, new)
    ids = features.ids
    rows = np.flatnonzero(new)
    return Added(
        existing=replace(
            existing,
            features=features,
            cluster=found,
            arrival=arrival,
            keys=with_keys(existing.keys, keys, arrival),
        ),
        new_ids=tuple(ids[row] for row in rows.tolist()),
        clusters=[ids[at] for at in found[rows].tolist()],
        bridges=bridges,
        report={"records": n, "new_records": len(rows), **counted, "bridges": bridges, "seconds": clock.seconds},
    )


def _joined(
    a: Longs,
    b: Longs,
    odds: npt.NDArray[np.float32],
    list_of: npt.NDArray[np.int16],
    before: Longs,
    new: npt.NDArray[np.bool_],
    repeating: float,
) -> tuple[Longs, int]:
    """Cluster the new records and the old ones they touch; two old persons are never joined."""
    n = len(before)
    strong = odds > 0
    touched = np.unique(before[np.concatenate([a[strong], b[strong]])])
    inside = np.isin(before, touched)
    rows = np.flatnonzero(inside)
    place = np.full(n, -1, np.int64)
    place[rows] = np.arange(len(rows))
    within = inside[a] & inside[b]
    old = rows[~new[rows]]
    same = np.stack([place[before[old]], place[old]], axis=1)
    same = same[same[:, 0] != same[:, 1]]
    ends = place[a[within]], place[b[within]]
    made = cluster(len(rows), *ends, odds[within], list_of[rows], same=same, repeating=repeating)
    group = made.cluster
    found = before.copy()
    bridges = 0
    # A group with two old persons: each keeps its own, and new records go with the one most speaks for.
    first_old = np.full(len(rows), -1, np.int64)
    crowded: set[int] = set()
    for row in old.tolist():
        leader, person = int(group[place[row]]), int(before[row])
        if first_old[leader] < 0:
            first_old[leader] = person
        elif first_old[leader] != person:
            crowded.add(leader)
    best = _best_person(a, b, odds, before, new)
    for row in rows[new[rows]].tolist():
        leader = int(group[place[row]])
        if leader in crowded:
            found[row] = best.get(row, row)
        elif first_old[leader] >= 0:
            found[row] = first_old[leader]
        else:
            found[row] = rows[leader]
    bridges = len(crowded)
    # A cluster is named for its lowest record, and a new id may be lower.
    leaders, back = np.unique(found, return_inverse=True)
    lowest = np.full(len(leaders), n, np.int64)
    np.minimum.at(lowest, back, np.arange(n))
    return lowest[back], bridges


def _best_person(
    a: Longs, b: Longs, odds: npt.NDArray[np.float32], before: Longs, new: npt.NDArray[np.bool_]
) -> dict[int, int]:
    """Return, for each new record, the old person of its strongest pair."""
    best: dict[int, tuple[float, int]] = {}
    for one, other in ((a, b), (b, a)):
        rows = np.flatnonzero(new[one] & ~new[other] & (odds > 0))
        for row in rows.tolist():
            told = (-float(odds[row]), int(before[other[row]]))
            mine = int(one[row])
            if mine not in best or told < best[mine]:
                best[mine] = told
    return {mine: person for mine, (_, person) in best.items()}


# --- old and new features in one --------------------------------------------------------------------------------------
def _together(old: Features, fresh: Features) -> tuple[Features, npt.NDArray[np.bool_], Longs]:
    """Return features of both in the order of ids, which are new, and the row of each old one."""
    known = set(old.ids)
    twice = sum(each in known for each in fresh.ids)
    if twice:
        raise WrongLists(
            "Some of these records were linked before.",
            expected="ids that are new",
            found=f"{twice} that are known",
            where="id",
            todo="Leave them out, or link everything anew.",
        )
    if old.places.shape[1] != fresh.places.shape[1] or old.extras.shape[1] != fresh.extras.shape[1]:
        raise WrongLists(
            "The new list was read through another mapping.",
            expected=f"{old.places.shape[1]} levels of place and {old.extras.shape[1]} columns of identifiers",
            found=f"{fresh.places.shape[1]} and {fresh.extras.shape[1]}",
            where="mapping",
        )
    ids = [*old.ids, *fresh.ids]
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
    number = {each: at for at, each in enumerate(old.units)}
    units = [*old.units]
    moved = np.empty(len(fresh.units) + 1, np.int32)
    for at, each in enumerate(fresh.units):
        if each not in number:
            number[each] = len(units)
            units.append(each)
        moved[at] = number[each]
    moved[-1] = -1
    lists = sorted({*old.lists, *fresh.lists})
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(old, name), moved[getattr(fresh, name)]])[order] for name in _BY_UNIT
    }
    columns |= {name: np.concatenate([getattr(old, name), getattr(fresh, name)])[order] for name in _PLAIN}
    list_of = [np.array([lists.index(name) for name in each.lists], np.int16)[each.list_of] for each in (old, fresh)]
    texts, places = _merged_texts(old, fresh)
    made = Features(
        ids=[ids[at] for at in order.tolist()],
        lists=lists,
        list_of=np.concatenate(list_of)[order],
        units=units,
        places=places[order],
        place_texts=texts,
        extras=np.concatenate([old.extras, fresh.extras])[order],
        **columns,
    )
    row_of = np.empty(len(order), np.int64)
    row_of[order] = np.arange(len(order))
    new = order >= len(old.ids)
    return made, new, row_of[: len(old.ids)]


def _merged_texts(old: Features, fresh: Features) -> tuple[list[list[str]], npt.NDArray[np.int32]]:
    texts, columns = [], []
    for level, (known, added) in enumerate(zip(old.place_texts, fresh.place_texts, strict=True)):
        number = {text: at for at, text in enumerate(known)}
        for text in added:
            number.setdefault(text, len(number))
        moved = np.array([*(number[text] for text in added), -1], np.int32)
        texts.append(list(number))
        columns.append(np.concatenate([old.places[:, level], moved[fresh.places[:, level]]]))
    shape = (len(old) + len(fresh), 0)
    return texts, np.stack(columns, axis=1).astype(np.int32) if columns else np.zeros(shape, np.int32)


def clusters_of(added: Added) -> Iterable[tuple[str, str]]:
    """Return id and person of each new record."""
    return zip(added.new_ids, added.clusters, strict=True)
