"""What a linkage run of an archive found, before anything of it is recorded; and how a run over everything finds it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import Connection, Engine, Table

from dalil.errors import WrongLists
from dalil.ledger.log import size_of
from dalil.ledger.store import reading
from dalil.linkage.archives.candidates import Compared
from dalil.linkage.archives.judgements import Changes, changes_of, judgements_of, standing_joins
from dalil.linkage.archives.judgements import Found as Judged
from dalil.linkage.archives.kept import Head, Kept, kept_of, levels_digest
from dalil.linkage.archives.overlooked import N_SAMPLED, Found, Looking, look_for, sampled
from dalil.linkage.archives.questions import Questions, overlooked_in, questions_of, together_overlooked
from dalil.linkage.archives.records import ArchiveRecords, copies_now, levels_of, read_records, without_echoes
from dalil.linkage.archives.told import read_deeds
from dalil.linkage.archives.unseen import Overlooked
from dalil.linkage.asking import drawn
from dalil.linkage.clock import Clock
from dalil.linkage.features import Features, features_of
from dalil.linkage.labels import check_labels
from dalil.linkage.persons.evidence import (
    Asked,
    Ends,
    Weighed,
    clusters_of,
    compared_in,
    doubted_merges,
    drawn_questions,
)
from dalil.linkage.persons.leaning import in_millionths
from dalil.linkage.plan import Linked, Pairs, Settings, compare_with, judge
from dalil.linkage.record_table import RecordTable
from dalil.linkage.weighing.model import start_model
from dalil.records.joining import SAME
from dalil.records.judged import Verdict, identities_of, verdicts_of_people
from dalil.values.canonical import JsonObject
from dalil.values.digests import digest_of, sha256
from dalil.values.ids import format_subject
from dalil.vocabulary.vocabulary import Vocabulary

ASKED: Final = 1_200
"""Pairs drawn at random within strata for people to judge: three quarters teach the model, one quarter measures it."""
LABELS: Final = {"same": "same", "not": "different", "relative": "different", "unsure": "unsure"}

Longs = npt.NDArray[np.int64]
Progress = Callable[[str], None]
Comparisons = dict[str, tuple[Features, Pairs, dict[str, Any], Found]]
"""The last comparison, and what was looked for another way, by a digest of what it hangs on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a run found.

    Attributes
    ----------
    known_by : int
        Size of the ledger that was read.
    adds_to : int or None
        The run it goes on from; None where everything was compared.
    n_records, n_echoes, n_left, n_persons, n_labels : int
        As in the receipt.
    n_added, n_gone : int
        Mentions that were compared anew, and those that are told of no longer.
    judged : tuple of judgements.Found
        Judgements of the persons looked at.
    changes : Changes
    n_judgements : int
        Judgements that stand when the changes are made.
    models : mapping of version to model
    recalls : sequence of int
        Estimated blocking recall of each set of records, in thousandths.
    leans, repeating : sequence of int
        By what clustering leaned towards joining, in log-odds, and the share of records that repeat another of their
        list, of each set of records, in millionths: with these, what was compared can be put together again.
    report : dict
    overlooked : Overlooked
        Pairs of a sample of mentions that were never compared.
    questions : callable
        Works out what to ask people.
    compared : callable
        Works out the columns of all pairs compared.
    head : Head
        What the next run must have in common with this one; its run has no number yet.
    kept : callable
        Works out what is to be kept for the next run.
    """

    known_by: int
    adds_to: int | None
    n_records: int
    n_echoes: int
    n_left: int
    n_persons: int
    n_labels: int
    n_added: int
    n_gone: int
    judged: tuple[Judged, ...]
    changes: Changes
    n_judgements: int
    models: Mapping[str, JsonObject]
    recalls: Sequence[int]
    leans: Sequence[int]
    repeating: Sequence[int]
    report: dict[str, Any]
    overlooked: Overlooked
    questions: Callable[[], Questions]
    compared: Callable[[], Compared]
    head: Head
    kept: Callable[[], Mapping[bool, Kept]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What people judged: lessons for a model, which also bind it, and every mention they judged of."""

    lessons: tuple[Verdict, ...]
    judged: frozenset[int]

    @classmethod
    def read(cls, connection: Connection, spared: frozenset[tuple[int, int]]) -> Verdicts:
        """Read what people have settled of persons, but for the pairs spared, which measure."""
        said = verdicts_of_people(connection)
        judged = frozenset(end for each in said for end in (each.a, each.b))
        who = identities_of(connection, judged)
        lessons = tuple(
            each
            for each in said
            # Without joins that contradict other verdicts.
            if each.leads and not each.proposed and (each.verdict != SAME or who[each.a] == who[each.b])
            if (each.a, each.b) not in spared
        )
        return cls(lessons=lessons, judged=judged)

    def labels(self, known: frozenset[int]) -> list[tuple[str, str, str]]:
        """Return answers about mentions that are known, by id."""
        return [
            (format_subject(each.a), format_subject(each.b), LABELS[each.verdict])
            for each in self.lessons
            if each.a in known and each.b in known
        ]

    @property
    def digest(self) -> str:
        """A digest of the lessons."""
        return digest_of(sorted([each.a, each.b, LABELS[each.verdict]] for each in self.lessons))


def link_anew(
    engine: Engine,
    tables: Mapping[str, Table],
    vocabulary: Vocabulary,
    *,
    spared: frozenset[tuple[int, int]],
    seed: int,
    settings: Settings,
    compared_before: Comparisons,
    progress: Progress,
) -> Finding:
    """Link every mention of persons in the archive's lists.

    Parameters
    ----------
    spared : set of pairs
        Verdicts on these measure models, and teach none.
    compared_before : Comparisons
        Used, and replaced.

    Raises
    ------
    WrongLists
        There is nothing to link, or nothing that tells persons apart.
    """
    progress("reading the records")
    with reading(engine) as connection:
        size = size_of(connection)
        read = read_records(connection, tables, vocabulary)
        verdicts = Verdicts.read(connection, spared)
        deeds = read_deeds(connection, tables, vocabulary)
        standing = standing_joins(connection)
        copies = copies_now(connection, tables)
    parted = {key: without_echoes(told, judged=verdicts.judged) for key, told in read.items()}
    records = {key: core for key, (core, _) in parted.items()}
    linked: dict[bool, Linked] = {}
    share = N_SAMPLED / max(1, sum(len(told.mentions) for told in records.values()))
    samples = []
    for synthetic, told in records.items():
        if told.table is not None:
            progress(f"linking {len(told.table):,} records")
            made, found = _link(told, told.table, verdicts, settings, seed, share, compared_before)
            linked[synthetic] = made
            samples.append(_overlooked(found, made, told.mentions, share))
    if not linked:
        raise WrongLists(
            "There is nothing to link.",
            expected="lists of persons told of by name and by a father, a mother, a birth or an arrest",
            found=f"{sum(told.n_left for told in records.values())} persons, none of whom can be linked",
            todo="Take in sheets first; what mappings split into parts of names is linked best.",
        )
    progress("writing down what was found")
    judged = tuple(
        each
        for key, made in sorted(linked.items())
        for each in judgements_of(clusters_of(Weighed.of(made)), records[key].mentions, deeds, parted[key][1])
    )
    mentions = {key: records[key].mentions for key in linked}
    overlooked = together_overlooked(samples)
    n_records = sum(len(told.mentions) for told in read.values())
    return Finding(
        known_by=size,
        adds_to=None,
        n_records=n_records,
        n_echoes=sum(len(each) for _, echoing in parted.values() for each in echoing.values()),
        n_left=sum(told.n_left for told in records.values()),
        n_persons=sum(len(np.unique(each.clustered.cluster)) for each in linked.values()),
        n_labels=len(verdicts.lessons),
        n_added=n_records,
        n_gone=0,
        judged=judged,
        changes=changes_of(judged, standing),
        n_judgements=len(judged),
        models={each.model.version: each.model.to_json() for each in linked.values()},
        recalls=[round(1000 * (each.report["blocking_recall"]["all"] or 1.0)) for _, each in sorted(linked.items())],
        leans=[in_millionths(each.lean) for _, each in sorted(linked.items())],
        repeating=[in_millionths(each.repeating) for _, each in sorted(linked.items())],
        report={("invented" if key else "real"): _plain(each.report) for key, each in sorted(linked.items())},
        overlooked=overlooked,
        questions=lambda: questions_about(linked, mentions, overlooked),
        compared=lambda: joined_columns([compared_in(each, mentions[key]) for key, each in sorted(linked.items())]),
        head=Head(
            run=-1,
            known_by=size,
            seed=seed,
            settings=repr(settings),
            levels=levels_digest(levels_of(vocabulary)),
            copies={key: sorted(each) for key, each in copies.items()},
            answers=verdicts.digest,
            n_others=sum(told.n_left for key, told in records.items() if key not in linked),
        ),
        kept=lambda: {
            key: kept_of(
                each,
                mentions[key],
                _whole(read[key]),
                echoes=parted[key][1],
                left=records[key].left,
                judged=verdicts.judged,
                any_copy=any(copies.values()),
            )
            for key, each in sorted(linked.items())
        },
    )


def _link(
    told: ArchiveRecords,
    table: RecordTable,
    verdicts: Verdicts,
    settings: Settings,
    seed: int,
    share: float,
    compared_before: Comparisons,
) -> tuple[Linked, Found]:
    clock, model = Clock(), start_model()
    labels = verdicts.labels(frozenset(told.mentions.tolist()))
    # Comparing takes most of a run and hangs on records and model alone: a run with more verdicts uses it again.
    key = digest_of([model.version, repr(settings), repr(share), _digest_of(table)])
    if key not in compared_before:
        with clock.stage("features"):
            features = features_of(table)
        found: list[Found] = []

        def look(looking: Looking, known: Longs) -> None:
            rows = np.flatnonzero(sampled(told.mentions, share))
            found.append(look_for(looking, rows, np.ones(len(features), np.bool_), known))

        pairs, counted, _ = compare_with(features, clock, model, settings, look=look)
        compared_before.clear()
        compared_before[key] = (features, pairs, counted, found[0])
    features, pairs, counted, others = compared_before[key]
    answers = check_labels(labels, features.ids) if labels else None
    return judge(features, pairs, answers, model, settings, seed, clock, counted), others


def _overlooked(found: Found, linked: Linked, mentions: Longs, share: float) -> Overlooked:
    pairs, labels = linked.pairs, linked.labels
    return overlooked_in(
        found,
        linked.model,
        linked.features,
        pairs.a,
        pairs.b,
        linked.model.log_odds(pairs.matrix, pairs.first),
        cluster=linked.clustered.cluster,
        same=np.zeros((0, 2), np.int64) if labels is None else labels.same,
        mentions=mentions,
        share=share,
    )


def questions_about(linked: Mapping[bool, Linked], mentions: Mapping[bool, Longs], sample: Overlooked) -> Questions:
    """Return the pairs of a run over everything that people should be asked about."""
    rows: dict[Ends, Asked] = {}
    for key, each in sorted(linked.items()):
        rows |= doubted_merges(each.clustered.merges, mentions[key])
        wanted = drawn(each.features, each.pairs, each.labels, each.seed, ASKED)
        rows |= drawn_questions(wanted, each.pairs, each.clustered.cluster, mentions[key], rows)
    return questions_of(rows, sample)


def joined_columns(columns: Sequence[Mapping[str, Any]]) -> Compared:
    """Return the pairs of several sets of records as one."""
    return Compared(**{name: np.concatenate([each[name] for each in columns]) for name in columns[0]})


def _whole(read: ArchiveRecords) -> RecordTable:
    assert read.table is not None
    return read.table


def _digest_of(table: RecordTable) -> str:
    """Return a digest of records: the same records give the same."""
    sink = io.BytesIO()
    pq.write_table(table.columns, sink, compression="none")
    return sha256(sink.getvalue()).hex()


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in report.items() if name != "rules"}
