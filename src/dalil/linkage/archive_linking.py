"""Linking an archive: its mentions become records, its people's verdicts labels, and what is found judgements.

A run is one batch of the ledger: the frozen model and the run as `definition` entries, and what changed, person by
person: judgements of earlier runs that no longer hold are undone, and only new ones are written. So a run that fails or
is killed leaves the archive as it was, and what models found can be withdrawn whole. Automatic judgements never
override a person's (``records.joining``), and bear the run that found them first, the likelihood of their weakest link,
and how its fields compare.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import Connection, Engine, Table

from dalil.errors import LedgerBusy, UnknownSubject, WrongLists
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger, size_of
from dalil.ledger.store import reading
from dalil.linkage.acts import RULE as ACT_RULE
from dalil.linkage.archive_judgements import Changes, changes_of, judgements_of, runs_standing, standing_joins
from dalil.linkage.archive_records import ArchiveRecords, read_records, without_echoes
from dalil.linkage.arrests import RULE as ARREST_RULE
from dalil.linkage.calibrating import is_audited
from dalil.linkage.candidates import Compared, write_run
from dalil.linkage.echoes import RULE as ECHO_RULE
from dalil.linkage.evidence import evidence_of, pick_candidates
from dalil.linkage.features import Features, features_of
from dalil.linkage.labels import check_labels
from dalil.linkage.model import Model, start_model
from dalil.linkage.plan import Clock, Linked, Pairs, Settings, compare, judge
from dalil.linkage.record_table import RecordTable
from dalil.linkage.told import read_deeds
from dalil.records.joining import SAME
from dalil.records.judged import Verdict, identities_of, verdicts_of_people
from dalil.records.tables import derived
from dalil.values.canonical import JsonObject
from dalil.values.digests import digest_of, sha256
from dalil.values.ids import format_subject, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

if TYPE_CHECKING:
    from dalil.linkage.archive_evaluation import ArchiveEvaluator

ASKED: Final = 1_200
"""Pairs drawn at random within strata for people to judge: three quarters teach the model, one quarter measures it."""
DEFAULTS: Final = Settings(pairs_a_record=300.0)
"""More pairs than of plain files: an archive that lost a common name among candidates counts a person twice."""
LABELS: Final = {"same": "same", "not": "different", "relative": "different", "unsure": "unsure"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReceipt:
    """What a run found and recorded.

    Attributes
    ----------
    run : int or None
        Position of the run's `definition` entry; None for a dry run.
    n_records, n_echoes, n_left : int
        Mentions linked; those of them that only repeat another; and mentions that tell too little to be linked.
    n_persons, n_judgements, n_detentions : int
        Clusters, those of more than one mention, and detentions that more than one account tells of.
    n_new, n_undone : int
        Judgements written, and those of earlier runs undone; the others stand as an earlier run made them.
    n_labels : int
        Verdicts of people that the run was given, the audited ones left out.
    report : dict
        What the linking says of itself, for invented and for real persons.
    """

    run: int | None
    n_records: int
    n_echoes: int
    n_left: int
    n_persons: int
    n_judgements: int
    n_detentions: int
    n_new: int
    n_undone: int
    n_labels: int
    ledger_size: int
    report: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the receipt as JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


class ArchiveLinkage:
    """Links one archive. Obtain it as ``archive.linkage``."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: Engine,
        vocabulary: Vocabulary,
        derived_folder: Path,
        signer: Callable[[], Signer],
        code_version: str,
    ) -> None:
        self._ledger, self._engine, self._vocabulary, self._signer = ledger, engine, vocabulary, signer
        self._derived, self._code_version = derived_folder, code_version
        self._tables: Mapping[str, Table] = derived(vocabulary)
        # Comparing takes most of a run and hangs on records and model alone: a run with more verdicts uses it again.
        self._compared: dict[str, tuple[Features, Pairs, dict[str, Any]]] = {}

    def run(
        self,
        *,
        seed: int = 0,
        settings: Settings = DEFAULTS,
        dry_run: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> RunReceipt:
        """Link every mention of persons in the archive's lists, and record what was found.

        Raises
        ------
        WrongLists
            There is nothing to link, or nothing that tells persons apart.
        LedgerBusy
            Something was recorded while the run was being worked out; nothing of it was kept.
        """
        progress("reading the records")
        with reading(self._engine) as connection:
            size = size_of(connection)
            read = read_records(connection, self._tables, self._vocabulary)
            verdicts = verdicts_of_people(connection)
            deeds = read_deeds(connection, self._tables, self._vocabulary)
            judged_of = {end for each in verdicts for end in (each.a, each.b)}
            who = identities_of(connection, judged_of)
            standing = standing_joins(connection)
        parted = {key: without_echoes(told, judged=judged_of) for key, told in read.items()}
        records = {key: core for key, (core, _) in parted.items()}
        kept = self._kept_from_the_model()
        lessons = [each for each in _lessons(verdicts, who) if (each.a, each.b) not in kept]
        linked: dict[bool, Linked] = {}
        for synthetic, told in records.items():
            if told.table is not None:
                progress(f"linking {len(told.table):,} records")
                linked[synthetic] = self._link(told, lessons, settings, seed)
        if not linked:
            raise WrongLists(
                "There is nothing to link.",
                expected="lists of persons told of by name and by a father, a mother, a birth or an arrest",
                found=f"{sum(told.n_left for told in records.values())} persons, none of whom can be linked",
                todo="Take in sheets first; what mappings split into parts of names is linked best.",
            )
        progress("writing down what was found")
        found = {synthetic: evidence_of(each, records[synthetic].mentions) for synthetic, each in linked.items()}
        judged = [
            each
            for synthetic in sorted(found)
            for each in judgements_of(found[synthetic], records[synthetic].mentions, deeds, parted[synthetic][1])
        ]
        changes = changes_of(judged, standing)
        receipt = RunReceipt(
            run=None,
            n_records=sum(len(told.mentions) for told in read.values()),
            n_echoes=sum(len(each) for _, echoing in parted.values() for each in echoing.values()),
            n_left=sum(told.n_left for told in records.values()),
            n_persons=sum(each.n_clusters for each in found.values()),
            n_judgements=len(judged),
            n_detentions=sum(each.n_detentions for each in judged),
            n_new=len(changes.new),
            n_undone=len(changes.undone),
            n_labels=len(lessons),
            ledger_size=size,
            report={("invented" if key else "real"): _plain(each.report) for key, each in sorted(linked.items())},
        )
        if dry_run:
            return receipt
        candidates = pick_candidates(linked, {key: records[key].mentions for key in linked}, asked=ASKED)
        asked = zip(candidates.a.tolist(), candidates.b.tolist(), candidates.teaches.tolist(), strict=True)
        drawn = [(a, b) for a, b, teaches in asked if teaches > 0]
        run, ledger_size = self._record(size, linked, changes, receipt, settings, seed, drawn)
        # A crash before this leaves judgements without the pairs behind them; the next run writes both.
        compared = Compared(**_joined_columns([found[key].compared for key in sorted(found)]))
        write_run(self._derived, replace(candidates, run=run), compared)
        return replace(receipt, run=run, ledger_size=ledger_size)

    def evaluator(self) -> ArchiveEvaluator:
        """Return what measures the persons of the archive as they now stand."""
        from dalil.linkage.archive_evaluation import ArchiveEvaluator  # it measures runs, and so is built on this

        return ArchiveEvaluator(
            linkage=self, engine=self._engine, vocabulary=self._vocabulary, derived_folder=self._derived
        )

    def _link(self, told: ArchiveRecords, lessons: Sequence[Verdict], settings: Settings, seed: int) -> Linked:
        assert told.table is not None
        known, clock, model = set(told.mentions.tolist()), Clock(), start_model()
        labels = [
            (format_subject(each.a), format_subject(each.b), LABELS[each.verdict])
            for each in lessons
            if each.a in known and each.b in known
        ]
        features, pairs, counted = self._comparisons(told.table, clock, model, settings)
        answers = check_labels(labels, features.ids) if labels else None
        return judge(features, pairs, answers, model, settings, seed, clock, counted)

    def _comparisons(
        self, table: RecordTable, clock: Clock, model: Model, settings: Settings
    ) -> tuple[Features, Pairs, dict[str, Any]]:
        key = digest_of([model.version, repr(settings), _digest_of(table)])
        if key not in self._compared:
            with clock.stage("features"):
                features = features_of(table)
            self._compared = {key: (features, *compare(features, clock, model, settings))}
        return self._compared[key]

    # --- recording ----------------------------------------------------------------------------------------------------
    def _record(
        self,
        size: int,
        linked: Mapping[bool, Linked],
        changes: Changes,
        receipt: RunReceipt,
        settings: Settings,
        seed: int,
        drawn: Sequence[tuple[int, int]],
    ) -> tuple[int, int]:
        models = {each.model.version: each.model.to_json() for each in linked.values()}
        recorded = {
            entry.body["digest"] for entry in self._ledger.entries(kind=Kind.DEFINITION) if entry.body is not None
        }
        drafts = []
        for version, model in sorted(models.items()):
            digest = digest_of(model)
            if digest not in recorded:
                body = {"defines": "linkage_model", "name": version, "digest": digest, "content": model}
                drafts.append(Draft(Kind.DEFINITION, body))
        run = size + len(drafts)
        content: JsonObject = {
            "models": {version: digest_of(model) for version, model in sorted(models.items())},
            "seed": seed,
            "settings": {name: repr(getattr(settings, name)) for name in settings.__slots__},
            "episodes": ARREST_RULE,
            "acts": ACT_RULE,
            "code": self._code_version,
            "known_by": size,
            "echoes": ECHO_RULE,
            "n_records": receipt.n_records,
            "n_echoes": receipt.n_echoes,
            "n_persons": receipt.n_persons,
            "n_labels": receipt.n_labels,
            "n_kept": changes.n_kept,
            "supersedes": [*self.standing()],
            "blocking_recall": [round(1000 * recall) for recall in _recalls(linked)],
            "drawn": [f"{format_subject(a)}~{format_subject(b)}" for a, b in drawn],
        }
        body = {"defines": "linkage_run", "name": f"run-{run}", "digest": digest_of([run, content]), "content": content}
        drafts.append(Draft(Kind.DEFINITION, body))
        drafts += [Draft(Kind.JUDGEMENT, body) for body in changes.bodies(run)]

        def nothing_since(connection: Connection) -> None:
            if size_of(connection) != size:
                raise LedgerBusy(
                    "Something was recorded while the archive was being linked.",
                    expected=f"a ledger of {size} entries",
                    found=f"{size_of(connection)}",
                    todo="Run it again; nothing was recorded.",
                )

        ended = self._ledger.append(drafts, by=self._signer(), provided=nothing_since)
        return run, ended.size

    def _kept_from_the_model(self) -> set[tuple[int, int]]:
        """Return the pairs that any run drew and that measure models rather than teach them."""
        return {pair for pair in self.drawn() if is_audited(*pair)}

    def drawn(self) -> set[tuple[int, int]]:
        """Return every pair that some run drew at random for people to judge."""
        pairs = (pair.split("~") for content in self.runs().values() for pair in content["drawn"])
        return {(parse_subject(a), parse_subject(b)) for a, b in pairs}

    def standing(self) -> list[int]:
        """Return the runs that were neither withdrawn nor superseded, oldest first: one at most, as things are made."""
        runs = self.runs()
        withdrawn = {
            entry.body["run"]
            for entry in self._ledger.entries(kind=Kind.DECISION)
            if entry.body is not None and entry.body.get("run") is not None
        }
        superseded = {earlier for said in runs.values() for earlier in said.get("supersedes", ())}
        return [run for run in runs if run not in withdrawn | superseded]

    def runs(self) -> dict[int, dict[str, Any]]:
        """Return every run ever made: its position, and what its entry says."""
        return {
            entry.position: entry.body["content"]
            for entry in self._ledger.entries(kind=Kind.DEFINITION)
            if entry.body is not None and entry.body["defines"] == "linkage_run"
        }

    def withdraw(self, run: int, *, reason: str) -> int:
        """Withdraw the run that stands, and what it left standing of earlier ones: no model joins anybody any more.

        Return the position of the entry that says so.

        Raises
        ------
        UnknownSubject
            There is no such run, or it was withdrawn before.
        """
        if run not in self.standing():
            raise UnknownSubject(
                "There is no such linkage run to withdraw.",
                expected=", ".join(map(str, self.standing())) or "no run stands",
                found=str(run),
                todo="`dalil linkage runs` lists them.",
            )
        with reading(self._engine) as connection:
            left = sorted({run, *runs_standing(connection)}, reverse=True)
        drafts = [Draft(Kind.DECISION, {"decision": "withdraw", "run": each, "reason": reason}) for each in left]
        return self._ledger.append(drafts, by=self._signer()).first


def _lessons(verdicts: Sequence[Verdict], who: Mapping[int, int]) -> list[Verdict]:
    """Return what people have settled of persons, without joins that contradict other verdicts."""
    return [
        each
        for each in verdicts
        if each.leads and not each.proposed and (each.verdict != SAME or who[each.a] == who[each.b])
    ]


def _digest_of(table: RecordTable) -> str:
    """Return a digest of records: the same records give the same."""
    sink = io.BytesIO()
    pq.write_table(table.columns, sink, compression="none")
    return sha256(sink.getvalue()).hex()


def _joined_columns(columns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: np.concatenate([each[name] for each in columns]) for name in columns[0]}


def _recalls(linked: Mapping[bool, Linked]) -> list[float]:
    """Return the estimated recall of blocking of each set of records; 1 where too few pairs say anything."""
    return [each.report["blocking_recall"]["all"] or 1.0 for _, each in sorted(linked.items())]


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in report.items() if name != "rules"}
