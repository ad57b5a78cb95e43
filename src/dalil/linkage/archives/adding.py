"""Records that came, or changed, since an archive was linked: only their pairs are compared.

Old pairs keep what the model said of them; what competes is weighed again over old and new pairs. Only pieces that new
records touch are put together anew: a piece, of records that pairs connect, is clustered whole. So persons come out as
a run over everything would make them from these pairs, by this model and this lean: old persons may be joined or
parted, if what came speaks for it. What differs from such a run: names that have become more or less common do not
change old pairs, and the lean stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dalil.linkage.archives.kept import Kept, KeptPairs, crowded
from dalil.linkage.archives.overlooked import Found, Looking, both, look_for, sampled
from dalil.linkage.clock import Clock
from dalil.linkage.features import features_of
from dalil.linkage.labels import Labels, check_labels
from dalil.linkage.pairing.blocking import keys_of
from dalil.linkage.pairing.keeping import Existing, with_keys
from dalil.linkage.pairing.key_index import KeyIndex
from dalil.linkage.pairing.placing import read_places
from dalil.linkage.pairing.together import together
from dalil.linkage.persons.clustering import Clustered, cluster
from dalil.linkage.persons.evidence import Weighed
from dalil.linkage.plan import Pairs, Settings, compare_with
from dalil.linkage.record_table import RecordTable
from dalil.linkage.weighing.comparing import Comparer
from dalil.values.ids import parse_subject

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_BY_RECORD: Final = (
    *("parts", "n_parts", "family", "kunya", "mother", "script", "sex", "age", "born", "event", "places", "extras"),
)


@dataclass(frozen=True, slots=True)
class Grown:
    """What came of adding records.

    Attributes
    ----------
    kept : Kept
        All records, ready for the next; echoes, mentions left out and the table are still those of before.
    touched : (n_records,) bool
        Rows of the pieces that were put together anew.
    changed : (n_records,) bool
        Rows of persons that are not what they were, or of whom something else is told.
    fresh : Pairs
        The pairs that were compared: those with a new record.
    found : Found
        Pairs with a new record that were not, looked for another way.
    labels : Labels
    weighed : Weighed
        The pieces that were put together anew.
    counted : dict
        How many candidates there were, and how long it took, by stage, in seconds.
    """

    kept: Kept
    touched: Flags
    changed: Flags
    fresh: Pairs
    found: Found
    labels: Labels
    weighed: Weighed
    counted: dict[str, Any]


def add(
    kept: Kept,
    fresh: RecordTable | None,
    *,
    gone: Longs,
    also: Longs,
    labels: Iterable[tuple[str, str, str]],
    share: float,
    settings: Settings,
) -> Grown:
    """Add records to what was linked, and take others away.

    Parameters
    ----------
    fresh : RecordTable or None
        Records that came, and those that changed as they are now; with as many levels of place as the others.
    gone : (n_gone,) int64
        Mentions that are no more, and those that changed.
    also : (n_also,) int64
        Other mentions whose persons are to be put together anew.
    labels : iterable of (id_a, id_b, "same" | "different" | "unsure")
        All answers of people that bind, old and new, about records that are there.
    share : float
        Of mentions of whom pairs are looked for another way too.
    """
    clock = Clock()
    with clock.stage("features"):
        less, lonely = _without(kept, np.isin(kept.mentions, gone))
        grown, new, old_mates = _with(less, fresh, lonely)
        seeds = old_mates.copy()
        existing, features = grown.existing, grown.existing.features
        row_of = np.full(grown.n_arrived, -1, np.int64)
        row_of[existing.arrival] = np.arange(len(features))
        answers = check_labels(labels, features.ids)
    index = KeyIndex(existing.shape, existing.keys, row_of)
    found: list[Found] = []

    def look(looking: Looking, known: Longs) -> None:
        in_sample = sampled(grown.mentions, share)
        everybody = np.ones(len(features), np.bool_)
        found.append(look_for(looking, np.flatnonzero(in_sample & new), everybody, known))
        found.append(look_for(looking, np.flatnonzero(in_sample & ~new), new, known))

    compared, counted, comparer = compare_with(features, clock, existing.model, settings, new, index, look=look)
    with clock.stage("keys"):
        keys = keys_of(features, read_places(features), existing.shape, new)
        existing = replace(existing, keys=with_keys(existing.keys, keys, existing.arrival))
    with clock.stage("clustering"):
        alone = existing.model.log_odds(compared.matrix, compared.first)
        pairs, is_old = _merged(grown.pairs, replace(compared, log_odds=alone), len(features))
        pairs = replace(pairs, log_odds=crowded(existing, pairs.a, pairs.b, pairs.alone))
        moved = ~is_old
        moved[is_old] = pairs.log_odds[is_old] != grown.pairs.log_odds  # who competes with them has changed
        seeds[pairs.a[moved]] = seeds[pairs.b[moved]] = True
        seeds |= new | np.isin(grown.mentions, also) | _answered_otherwise(grown, answers)
        touched = _pieces_of(seeds, pairs, np.float32(existing.lean), answers)
        made, within = _put_together(pairs, existing, touched, answers)
        cluster_of = existing.cluster.copy()
        cluster_of[touched] = made.cluster
        changed = new | old_mates | np.isin(grown.mentions, also) | _otherwise(existing.cluster, cluster_of)
        changed = np.isin(cluster_of, cluster_of[changed])
        existing = replace(existing, cluster=cluster_of)
    counted["seconds"] = clock.seconds
    return Grown(
        kept=replace(
            grown,
            existing=existing,
            pairs=pairs,
            same=grown.mentions[answers.same],
            different=grown.mentions[answers.different],
        ),
        touched=touched,
        changed=changed,
        found=both(*found, n=len(features)),
        fresh=replace(compared, log_odds=pairs.log_odds[~is_old]),
        labels=answers,
        weighed=Weighed(
            a=pairs.a[within],
            b=pairs.b[within],
            log_odds=pairs.log_odds[within],
            cluster=cluster_of,
            merges=made.merges,
            same=_inside(answers.same, touched),
            columns=_columns(pairs, len(features), comparer),
        ),
        counted=counted,
    )


def _columns(
    pairs: KeptPairs, n: int, comparer: Comparer
) -> Callable[[Longs, Longs], tuple[Flags, npt.NDArray[np.float32]]]:
    codes = pairs.a * n + pairs.b

    def columns(a: Longs, b: Longs) -> tuple[Flags, npt.NDArray[np.float32]]:
        at = np.minimum(np.searchsorted(codes, a * n + b), max(0, len(codes) - 1))
        return codes[at] == a * n + b, comparer.close(a, b)

    return columns


# --- fewer records, and more ------------------------------------------------------------------------------------------
def _without(kept: Kept, drops: Flags) -> tuple[Kept, Flags]:
    """Return what is kept less some records, and which of the others were with them, or like them."""
    existing, pairs, stays = kept.existing, kept.pairs, ~drops
    lonely = np.zeros(len(drops), np.bool_)
    if not drops.any():
        return kept, lonely
    inside = stays[pairs.a] & stays[pairs.b]
    lonely[pairs.a[~inside]] = lonely[pairs.b[~inside]] = True
    lonely |= np.isin(existing.cluster, existing.cluster[drops])
    row = np.cumsum(stays) - 1
    _, person = np.unique(existing.cluster[stays], return_inverse=True)
    lowest = np.full(int(person.max(initial=-1)) + 1, len(row), np.int64)
    np.minimum.at(lowest, person, np.arange(len(person)))
    features = existing.features
    columns = {name: getattr(features, name)[stays] for name in (*_BY_RECORD, "list_of")}
    ids = [name for name, here in zip(features.ids, stays.tolist(), strict=True) if here]
    taken = {name: getattr(pairs, name)[inside] for name in ("alone", "first", "log_odds")}
    return replace(
        kept,
        existing=replace(
            existing,
            features=replace(features, ids=ids, **columns),
            cluster=lowest[person],
            arrival=existing.arrival[stays],
        ),
        pairs=KeptPairs(a=row[pairs.a[inside]], b=row[pairs.b[inside]], **taken),
        mentions=kept.mentions[stays],
    ), lonely[stays]


def _with(kept: Kept, fresh: RecordTable | None, marked: Flags) -> tuple[Kept, Flags, Flags]:
    """Return what is kept with more records, each a person alone so far; which they are; and marks of old rows."""
    existing = kept.existing
    if fresh is None:
        return kept, np.zeros(len(kept.mentions), np.bool_), marked
    features, new, place_of_old = together(existing.features, features_of(fresh))
    n, n_new = len(features), int(new.sum())
    arrival, before, mentions = np.empty(n, np.int64), np.arange(n), np.empty(n, np.int64)
    arrival[place_of_old], arrival[new] = existing.arrival, kept.n_arrived + np.arange(n_new)
    before[place_of_old] = place_of_old[existing.cluster]
    mentions[place_of_old], mentions[new] = kept.mentions, [parse_subject(name) for name in fresh.ids]
    marks = np.zeros(n, np.bool_)
    marks[place_of_old] = marked
    pairs = kept.pairs
    return (
        replace(
            kept,
            existing=replace(existing, features=features, cluster=before, arrival=arrival),
            pairs=replace(pairs, a=place_of_old[pairs.a], b=place_of_old[pairs.b]),
            n_arrived=kept.n_arrived + n_new,
            mentions=mentions,
        ),
        new,
        marks,
    )


def _merged(old: KeptPairs, fresh: Pairs, n: int) -> tuple[KeptPairs, Flags]:
    """Return old and new pairs, ascending, and which are old; what competes is not weighed yet."""
    codes = np.concatenate([old.a * n + old.b, fresh.a * n + fresh.b])
    order = np.argsort(codes, kind="stable")
    alone = np.concatenate([old.alone, fresh.log_odds])[order]
    return KeptPairs(
        a=codes[order] // n,
        b=codes[order] % n,
        alone=alone,
        first=np.concatenate([old.first, fresh.first])[order],
        log_odds=alone,
    ), order < len(old.a)


# --- what is put together anew ----------------------------------------------------------------------------------------
def _answered_otherwise(kept: Kept, answers: Labels) -> Flags:
    """Return the rows of which people have said something since, or taken something back."""
    found = np.zeros(len(kept.mentions), np.bool_)
    for before, now in ((kept.same, answers.same), (kept.different, answers.different)):
        told = (
            {tuple(sorted(pair)) for pair in before.tolist()},
            {tuple(sorted(pair)) for pair in kept.mentions[now].tolist()},
        )
        changed = [end for pair in told[0] ^ told[1] for end in pair]
        found |= np.isin(kept.mentions, np.array(changed, np.int64))
    return found


def _pieces_of(seeds: Flags, pairs: KeptPairs, lean: np.float32, answers: Labels) -> Flags:
    """Return the rows of every piece, of records that pairs connect which speak for joining, that has a seed in it."""
    n = len(seeds)
    for_it = pairs.log_odds + lean > 0
    a, b = np.r_[pairs.a[for_it], answers.same[:, 0]], np.r_[pairs.b[for_it], answers.same[:, 1]]
    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    piece = connected_components(graph, directed=False)[1]
    wanted = np.zeros(n, np.bool_)
    wanted[piece[seeds]] = True
    found: Flags = wanted[piece]
    return found


def _put_together(pairs: KeptPairs, existing: Existing, touched: Flags, answers: Labels) -> tuple[Clustered, Flags]:
    """Cluster the records touched, by rows of all; return that, and which pairs are among them."""
    rows = np.flatnonzero(touched)
    place = np.cumsum(touched) - 1
    within = touched[pairs.a] & touched[pairs.b]
    made = cluster(
        len(rows),
        place[pairs.a[within]],
        place[pairs.b[within]],
        pairs.log_odds[within] + np.float32(existing.lean),
        existing.features.list_of[rows],
        same=place[_inside(answers.same, touched)],
        different=place[_inside(answers.different, touched)],
        repeating=existing.repeating,
    )
    merges = replace(made.merges, a=rows[made.merges.a], b=rows[made.merges.b])
    return Clustered(rows[made.cluster], merges), within


def _otherwise(before: Longs, now: Longs) -> Flags:
    """Tell which rows are in a cluster that is not, whole, one of before."""
    both = np.unique(before * len(before) + now, return_inverse=True)[1]
    in_both, in_before, in_now = (np.bincount(each)[each] for each in (both, before, now))
    found: Flags = (in_both != in_before) | (in_both != in_now)
    return found


def _inside(told: Longs, touched: Flags) -> Longs:
    found: Longs = told[touched[told].all(axis=1)]
    return found
