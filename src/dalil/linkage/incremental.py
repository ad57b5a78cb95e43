"""A new list against what was linked before: only pairs with a new record are looked at, and no person moves.

What is kept from a run is what comparing needs, as arrays, and the persons found. Records that were linked stay with
their persons; a new record joins one of them, or other new ones, or stands alone. Where new records speak for joining
two persons that stood apart, that is said, and left to a full run or to people.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dalil.errors import WrongLists
from dalil.linkage.clustering import cluster
from dalil.linkage.crowding import uncrowded
from dalil.linkage.features import Features, features_of
from dalil.linkage.model import Model
from dalil.linkage.plan import Clock, Linked, Settings, compare
from dalil.linkage.record_table import RecordTable
from dalil.names.units import unit

Longs = npt.NDArray[np.int64]

FORMAT: Final = "dalil-linkage-state/1"
_DEFAULTS: Final = Settings()
_BY_UNIT: Final = ("parts", "family", "kunya", "mother")
_PLAIN: Final = ("n_parts", "script", "sex", "age", "born", "event")


@dataclass(frozen=True, slots=True)
class Existing:
    """What is kept from a run: features, the cluster of each record by its lowest record, model, lean."""

    features: Features
    cluster: Longs
    model: Model
    lean: float


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


def keep(linked: Linked) -> Existing:
    """Return what is to be kept from a run."""
    return Existing(linked.features, linked.clustered.cluster, linked.model, linked.lean)


def link_new(records: RecordTable, existing: Existing, *, settings: Settings = _DEFAULTS) -> Added:
    """Link new records with what was linked before.

    Raises
    ------
    WrongLists
        An id that is known already.
    """
    clock = Clock()
    with clock.stage("features"):
        features, new, place_of_old = _together(existing.features, features_of(records))
    pairs, counted = compare(features, clock, existing.model, settings, new)
    with clock.stage("clustering"):
        n = len(features)
        odds = existing.model.log_odds(pairs.matrix, pairs.first)
        odds = uncrowded(pairs.a, pairs.b, odds, features.list_of, len(features.lists)) + np.float32(existing.lean)
        before = np.arange(n)
        before[place_of_old] = place_of_old[existing.cluster]
        found, bridges = _joined(n, pairs.a, pairs.b, odds, features.list_of, before, new)
    ids = features.ids
    rows = np.flatnonzero(new)
    return Added(
        existing=replace(existing, features=features, cluster=found),
        new_ids=tuple(ids[row] for row in rows.tolist()),
        clusters=[ids[at] for at in found[rows].tolist()],
        bridges=bridges,
        report={"records": n, "new_records": len(rows), **counted, "bridges": bridges, "seconds": clock.seconds},
    )


def _joined(
    n: int,
    a: Longs,
    b: Longs,
    odds: npt.NDArray[np.float32],
    list_of: npt.NDArray[np.int16],
    before: Longs,
    new: npt.NDArray[np.bool_],
) -> tuple[Longs, int]:
    """Cluster the new records and the old ones they touch; two old persons are never joined."""
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
    made = cluster(len(rows), place[a[within]], place[b[within]], odds[within], list_of[rows], same=same)
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
        extras=np.concatenate([old.extras, np.full_like(fresh.extras, -1)])[order],
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


# --- kept on disk -----------------------------------------------------------------------------------------------------
def save(existing: Existing, folder: Path) -> None:
    """Write what is kept into a folder; it holds names, and is to be kept as safe as the lists."""
    folder.mkdir(parents=True, exist_ok=True)
    features = existing.features
    arrays = {name: getattr(features, name) for name in (*_BY_UNIT, *_PLAIN, "list_of", "places", "extras")}
    np.savez(folder / "features.npz", cluster=existing.cluster, lean=np.array(existing.lean), **arrays)
    texts = {
        "format": FORMAT,
        "ids": features.ids,
        "lists": features.lists,
        "units": [[each.form, each.script] for each in features.units],
        "place_texts": features.place_texts,
        "model": existing.model.to_json(),
    }
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> Existing:
    """Read what `save` wrote.

    Raises
    ------
    WrongLists
        Nothing of the kind is there.
    """
    try:
        texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
        with np.load(folder / "features.npz", allow_pickle=False) as arrays:
            columns = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError) as error:
        raise WrongLists(
            "This folder holds nothing that a list could be added to.",
            expected="what `dalil linkage files --keep` wrote",
            found=type(error).__name__,
            where=folder.name,
        ) from error
    if texts.get("format") != FORMAT:
        raise WrongLists("What is kept has another format.", expected=FORMAT, where=folder.name)
    found, lean = columns.pop("cluster"), float(columns.pop("lean"))
    features = Features(
        ids=texts["ids"],
        lists=texts["lists"],
        units=[unit(form, script) for form, script in texts["units"]],
        place_texts=texts["place_texts"],
        **columns,
    )
    return Existing(features, found, Model.from_json(texts["model"]), lean)


def clusters_of(added: Added) -> Iterable[tuple[str, str]]:
    """Return id and person of each new record."""
    return zip(added.new_ids, added.clusters, strict=True)
