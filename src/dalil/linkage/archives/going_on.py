"""A linkage run of an archive that goes on from the one before: only what came since is compared.

It does so only where the run before would do the same again: it stands and is the only one, nothing was erased since,
places and lineage are as they were, and the answers its model learned from are those there are. Otherwise, or where
too much came, or what was kept is not there, it leaves the work to a run over everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]
from sqlalchemy import Connection, Engine, Table

from dalil.errors import DerivedStale
from dalil.ledger.log import size_of
from dalil.ledger.store import reading
from dalil.linkage.archives.adding import Grown, add
from dalil.linkage.archives.candidates import Candidates, Compared, read_candidates, read_overlooked
from dalil.linkage.archives.changes import Came, came_since
from dalil.linkage.archives.echoes import echoes_in
from dalil.linkage.archives.findings import ASKED, Finding, Progress, Verdicts, joined_columns
from dalil.linkage.archives.judgements import (
    Changes,
    Found,
    Joined,
    changes_of,
    judgements_of,
    n_standing,
    standing_joins,
)
from dalil.linkage.archives.kept import Head, Kept, crowded, folded_names, forget_kept, levels_digest, read_kept
from dalil.linkage.archives.overlooked import N_SAMPLED, held, sampled
from dalil.linkage.archives.questions import Questions, overlooked_in, questions_of, together_overlooked
from dalil.linkage.archives.records import ArchiveRecords, levels_of, read_records
from dalil.linkage.archives.told import read_deeds
from dalil.linkage.archives.unseen import Overlooked
from dalil.linkage.asking import drawn
from dalil.linkage.persons.evidence import (
    Asked,
    Ends,
    clusters_of,
    columns_of,
    doubted_merges,
    drawn_questions,
)
from dalil.linkage.persons.leaning import in_millionths
from dalil.linkage.plan import Settings
from dalil.linkage.record_table import RecordTable
from dalil.values.ids import ORDER_BITS, format_subject, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

Longs = npt.NDArray[np.int64]

TOO_MUCH: Final = 0.25
"""Share of what was linked from which, if so much came, everything is compared instead: it takes hardly longer."""
FEWEST_DRAWN: Final = 40
"""Pairs drawn at random from those of what came, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What came of real, or of invented, persons.

    ``fresh`` are records to compare, ``gone`` mentions whose former record no longer counts, ``echoes`` maps each
    echo to the mention it repeats, and ``also`` are mentions whose echoes have changed; ``folded`` as in `Kept`.
    """

    kept: Kept
    fresh: RecordTable | None
    gone: Longs
    also: Longs
    echoes: Mapping[int, int]
    left: Longs
    folded: Longs
    table: RecordTable


def go_on(
    engine: Engine,
    tables: Mapping[str, Table],
    vocabulary: Vocabulary,
    head: Head,
    *,
    derived: Path,
    spared: frozenset[tuple[int, int]],
    recalls: list[int],
    settings: Settings,
    though_judged: bool,
    progress: Progress,
) -> Finding | None:
    """Link what came since a run; None where everything must be compared.

    Parameters
    ----------
    head : Head
        Of the only run that stands.
    though_judged : bool
        Keep to the model of that run even if people have judged since; what they judged binds all the same.
    """
    progress("reading what came")
    with reading(engine) as connection:
        size = size_of(connection)
        verdicts = Verdicts.read(connection, spared)
        if verdicts.digest != head.answers and not though_judged:
            return None
        came = came_since(connection, tables, head.known_by)
        if came is None:  # something was erased since: nothing of it may lie beside the archive either
            forget_kept(derived)
            return None
        if levels_digest(levels_of(vocabulary)) != head.levels:
            return None
        kept = read_kept(derived)
        if kept is None:
            return None
        n_levels = {key: each.existing.features.places.shape[1] for key, each in kept.items()}
        read = read_records(connection, tables, vocabulary, came, n_levels=n_levels)
        worlds = _worlds(kept, read, came, verdicts, head, n_levels)
        if worlds is None:
            return None
        try:
            before, sample = read_candidates(derived, head.run), read_overlooked(derived, head.run)
        except DerivedStale:
            return None
        grown: dict[bool, Grown] = {}
        share = N_SAMPLED / max(1, sum(len(each.kept.mentions) for each in worlds.values()))
        for key, world in sorted(worlds.items()):
            n_fresh = 0 if world.fresh is None else len(world.fresh)
            progress(f"comparing {n_fresh:,} records with {len(world.kept.mentions):,}")
            grown[key] = _grow(world, verdicts, share, settings)
        progress("writing down what was found")
        judged, changes = _judgements(connection, tables, vocabulary, worlds, grown)
        n_judgements = n_standing(connection) + len(changes.new) - len(changes.undone)
    overlooked = together_overlooked([_overlooked(each, sample, share) for _, each in sorted(grown.items())])
    copies = next(iter(read.values())).copies
    return Finding(
        known_by=size,
        adds_to=head.run,
        n_records=sum(len(each.kept.mentions) + len(worlds[key].echoes) for key, each in grown.items()),
        n_echoes=sum(len(each.echoes) for each in worlds.values()),
        n_left=sum(len(each.left) for each in worlds.values()) + head.n_others,
        n_persons=sum(len(np.unique(each.kept.existing.cluster)) for each in grown.values()),
        n_labels=len(verdicts.lessons),
        n_added=sum(0 if each.fresh is None else len(each.fresh) for each in worlds.values()),
        n_gone=sum(len(np.setdiff1d(each.gone, grown[key].kept.mentions)) for key, each in worlds.items()),
        judged=judged,
        changes=changes,
        n_judgements=n_judgements,
        models={each.kept.existing.model.version: each.kept.existing.model.to_json() for each in grown.values()},
        recalls=recalls,
        leans=[in_millionths(each.kept.existing.lean) for _, each in sorted(grown.items())],
        repeating=[in_millionths(each.kept.existing.repeating) for _, each in sorted(grown.items())],
        report={
            ("invented" if key else "real"): {"records": len(each.kept.mentions), **_plain(each.counted)}
            for key, each in sorted(grown.items())
        },
        overlooked=overlooked,
        questions=lambda: _questions(before, sample, grown, overlooked, head.seed),
        compared=lambda: _compared(grown),
        head=replace(head, run=-1, known_by=size, copies={key: sorted(each) for key, each in copies.items()}),
        kept=lambda: {key: _kept(worlds[key], each, verdicts) for key, each in sorted(grown.items())},
    )


# --- what came --------------------------------------------------------------------------------------------------------
def _worlds(
    kept: Mapping[bool, Kept],
    read: Mapping[bool, ArchiveRecords],
    came: Came,
    verdicts: Verdicts,
    head: Head,
    n_levels: Mapping[bool, int],
) -> dict[bool, _World] | None:
    """Return what came, by whether it is invented; None where that cannot be added."""
    found = {}
    for key, told in read.items():
        copies = told.copies
        if any(sorted(copies.get(name, ())) != copied for name, copied in head.copies.items()):
            return None
        if key not in kept:
            if told.table is not None or told.n_left:
                return None
            continue
        n_fresh = 0 if told.table is None else len(told.table)
        if n_fresh > TOO_MUCH * len(kept[key].mentions):
            return None
        if told.table is not None and told.table.n_places > n_levels[key]:
            return None
        found[key] = _world(kept[key], told, came, verdicts)
    return found


def _world(kept: Kept, told: ArchiveRecords, came: Came, verdicts: Verdicts) -> _World:
    fresh, of_kept = told.table, _mentions_of(kept.table)
    changed = np.isin(of_kept, came.changed)
    table = kept.table.columns.filter(pa.array(~changed))
    if fresh is not None:
        table = pa.concat_tables([table, fresh.columns]).sort_by("id")
    whole = RecordTable(columns=table.combine_chunks())
    mentions, before = _mentions_of(whole), dict(kept.echoes.tolist())
    echoes, folded = before, kept.folded
    if any(told.copies.values()):
        names = kept.folded if len(kept.folded) else folded_names(kept.table)
        of_fresh = _mentions_of(fresh) if fresh is not None else mentions[:0]
        now = folded_names(fresh) if fresh is not None else names[:0]
        known = np.r_[of_kept[~changed], of_fresh]
        folded = np.r_[names[~changed], now][np.argsort(known)][np.searchsorted(np.sort(known), mentions)]
        otherwise = np.isin(of_kept, np.setxor1d(kept.judged, np.array(sorted(verdicts.judged), np.int64)))
        alike = np.isin(folded, np.r_[names[changed | otherwise], now])
        echoes = _echoes_now(whole, mentions, alike, told, before, verdicts)
    is_fresh = np.isin(mentions, told.mentions) if fresh is not None else np.zeros(len(mentions), np.bool_)
    is_echo = np.isin(mentions, np.array(sorted(echoes), np.int64))
    was_core = np.isin(mentions, kept.mentions)
    # Compared are records that came or changed, and echoes of before that are none any more.
    compared = ~is_echo & (is_fresh | ~was_core)
    gone = np.union1d(came.changed, mentions[is_echo & was_core])
    moved = {end for pair in {*before.items()} ^ {*echoes.items()} for end in pair}
    return _World(
        kept=kept,
        fresh=RecordTable(columns=whole.columns.filter(pa.array(compared))) if compared.any() else None,
        gone=gone,
        also=np.array(sorted(moved), np.int64),
        echoes=echoes,
        left=np.union1d(np.setdiff1d(kept.left, came.changed), told.left),
        folded=folded,
        table=whole,
    )


def _echoes_now(
    whole: RecordTable,
    mentions: Longs,
    alike: npt.NDArray[np.bool_],
    told: ArchiveRecords,
    before: Mapping[int, int],
    verdicts: Verdicts,
) -> dict[int, int]:
    """Return each echo and what it repeats: anew for records that have a name of what changed, as before for others."""
    anew, others = {*mentions[alike].tolist()}, {*mentions[~alike].tolist()}
    found = {echo: origin for echo, origin in before.items() if echo in others}
    if anew:
        among = RecordTable(columns=whole.columns.filter(pa.array(alike)))
        now = echoes_in(among, told.copies, judged={format_subject(mention) for mention in verdicts.judged})
        found |= {parse_subject(echo): parse_subject(origin) for echo, origin in now.items()}
    return found


def _mentions_of(table: RecordTable) -> Longs:
    """Return the mentions that ids stand for."""
    parts = pc.extract_regex(table.columns["id"].combine_chunks(), r"(?P<entry>\d+)\.(?P<n>\d+)")
    entry, order = (
        pc.struct_field(parts, each).cast(pa.int64()).to_numpy(zero_copy_only=False) for each in ("entry", "n")
    )
    found: Longs = (entry << ORDER_BITS) | order
    return found


# --- what was found ---------------------------------------------------------------------------------------------------
def _grow(world: _World, verdicts: Verdicts, share: float, settings: Settings) -> Grown:
    stay = np.setdiff1d(world.kept.mentions, world.gone)
    now = np.union1d(stay, _mentions_of(world.fresh)) if world.fresh is not None else stay
    labels = verdicts.labels(frozenset(now.tolist()))
    return add(world.kept, world.fresh, gone=world.gone, also=world.also, labels=labels, share=share, settings=settings)


def _judgements(
    connection: Connection,
    tables: Mapping[str, Table],
    vocabulary: Vocabulary,
    worlds: Mapping[bool, _World],
    grown: Mapping[bool, Grown],
) -> tuple[tuple[Found, ...], Changes]:
    """Return the judgements of the persons looked at, and what they change of those that stand."""
    judged: list[Found] = []
    standing: dict[Joined, int] = {}
    for key, each in sorted(grown.items()):
        world, mentions = worlds[key], each.kept.mentions
        looked_at = {*mentions[each.changed].tolist()}
        echoing: dict[int, list[int]] = {}
        for echo, origin in sorted(world.echoes.items()):
            if origin in looked_at:
                echoing.setdefault(origin, []).append(echo)
        persons = sorted(looked_at | {echo for of_it in echoing.values() for echo in of_it})
        deeds = read_deeds(connection, tables, vocabulary, persons)
        judged += judgements_of(clusters_of(each.weighed, each.changed), mentions, deeds, echoing)
        concerned = {*persons, *world.gone.tolist(), *world.also.tolist()}
        standing |= standing_joins(connection, sorted(concerned))
    return tuple(judged), changes_of(judged, standing)


def _overlooked(grown: Grown, before: Overlooked, share: float) -> Overlooked:
    """Return the pairs never compared of a sample of all mentions: those of before that still are, and those of now."""
    existing, pairs, mentions = grown.kept.existing, grown.kept.pairs, grown.kept.mentions
    now = overlooked_in(
        grown.found, existing.model, existing.features, pairs.a, pairs.b, pairs.alone,
        cluster=existing.cluster, same=grown.labels.same, mentions=mentions, share=share,
    )  # fmt: skip
    order = np.argsort(mentions)
    in_sample = sampled(mentions, share)
    there = np.isin(before.a, mentions) & np.isin(before.b, mentions)
    row_a, row_b = (order[np.searchsorted(mentions[order], ends[there])] for ends in (before.a, before.b))
    ends = in_sample[row_a].astype(np.int8) + in_sample[row_b]
    codes = np.minimum(row_a, row_b) * len(mentions) + np.maximum(row_a, row_b)
    stays = (ends > 0) & ~held(pairs.a * len(mentions) + pairs.b, codes)
    stays &= ~np.isin(codes, grown.found.a * len(mentions) + grown.found.b)
    # Whether people joined the two themselves is not asked again: that says nothing of those who were not drawn.
    joined = before.joined[there] | (
        (existing.cluster[row_a] == existing.cluster[row_b]) & (grown.touched[row_a] | grown.touched[row_b])
    )
    columns = {"ends": ends, "joined": joined} | {n: getattr(before, n)[there] for n in ("a", "b", "log_odds")}
    of_before = replace(before, n_sampled=0, n_records=0, **{name: each[stays] for name, each in columns.items()})
    return together_overlooked([of_before, now])


def _questions(
    before: Candidates, were: Overlooked, grown: Mapping[bool, Grown], sample: Overlooked, seed: int
) -> Questions:
    """Return what to ask people: what was asked before, as it stands now, and what came."""
    rows: dict[Ends, Asked] = {}
    columns = zip(*(getattr(before, name).tolist() for name in ("a", "b", "probability", "teaches")), strict=True)
    never_compared = {*zip(were.a.tolist(), were.b.tolist(), strict=True)}
    # Pairs drawn at random were compared; those that were not, and teach, are asked about anew below.
    told = [each for each in columns if not (each[3] and each[:2] in never_compared)]
    for _, each in sorted(grown.items()):
        mentions, cluster = each.kept.mentions, each.kept.existing.cluster
        row_of = {mention: row for row, mention in enumerate(mentions.tolist())}
        for a, b, chance, teaches in told:
            one, other = row_of.get(a), row_of.get(b)
            if one is None or other is None or (not teaches and (each.touched[one] or each.touched[other])):
                continue
            rows[a, b] = (chance, bool(cluster[one] == cluster[other]), teaches)
        rows |= doubted_merges(each.weighed.merges, mentions) | {
            pair: asked for pair, asked in rows.items() if asked[2] > 0
        }
        share = ASKED * len(each.fresh) / max(1, len(each.kept.pairs.a))
        n = min(ASKED, max(FEWEST_DRAWN, round(share)))
        wanted = drawn(each.kept.existing.features, each.fresh, each.labels, seed, n)
        rows |= drawn_questions(wanted, each.fresh, cluster, mentions, rows)
    return questions_of(rows, sample)


def _compared(grown: Mapping[bool, Grown]) -> Compared:
    found: list[Mapping[str, Any]] = []
    for _, each in sorted(grown.items()):
        existing, pairs = each.kept.existing, each.kept.pairs
        first = crowded(existing, pairs.a, pairs.b, pairs.first)
        found.append(columns_of(pairs.a, pairs.b, pairs.log_odds, first, existing.cluster, each.kept.mentions))
    return joined_columns(found)


def _kept(world: _World, grown: Grown, verdicts: Verdicts) -> Kept:
    return replace(
        grown.kept,
        echoes=np.array(sorted(world.echoes.items()), np.int64).reshape(-1, 2),
        left=world.left,
        judged=np.array(sorted(verdicts.judged), np.int64),
        folded=world.folded,
        table=world.table,
    )


def _plain(counted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in counted.items() if name != "rules"}
