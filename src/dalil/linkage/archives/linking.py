"""Linking an archive: its mentions become records, its people's verdicts labels, and what is found judgements.

A run is one batch of the ledger: the frozen model and the run as `definition` entries, and what changed, person by
person: judgements of earlier runs that no longer hold are undone, and only new ones are written. So a run that fails or
is killed leaves the archive as it was, and what models found can be withdrawn whole. Automatic judgements never
override a person's (``records.joining``), and bear the run that found them first, the likelihood of their weakest link,
and how its fields compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, Table

from dalil.errors import LedgerBusy, UnknownSubject
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger, size_of
from dalil.ledger.store import reading
from dalil.linkage.archives.acts import RULE as ACT_RULE
from dalil.linkage.archives.arrests import RULE as ARREST_RULE
from dalil.linkage.archives.candidates import write_run
from dalil.linkage.archives.echoes import RULE as ECHO_RULE
from dalil.linkage.archives.findings import Comparisons, Finding, link_anew
from dalil.linkage.archives.going_on import go_on
from dalil.linkage.archives.judgements import runs_standing
from dalil.linkage.archives.kept import read_head, write_kept
from dalil.linkage.archives.questions import Questions
from dalil.linkage.plan import Settings
from dalil.linkage.weighing.calibrating import is_audited
from dalil.records.tables import derived
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.collector import collector_resting
from dalil.values.digests import digest_of
from dalil.values.ids import format_subject, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

if TYPE_CHECKING:
    from dalil.linkage.archives.evaluation import ArchiveEvaluator

DEFAULTS: Final = Settings(pairs_a_record=300.0)
"""More pairs than of plain files: an archive that lost a common name among candidates counts a person twice."""


class Reach(StrEnum):
    """What a run compares."""

    AS_NEEDED = "as needed"
    EVERYTHING = "everything"
    WHAT_CAME = "what came"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReceipt:
    """What a run found and recorded.

    Attributes
    ----------
    run : int or None
        Position of the run's `definition` entry; None for a dry run.
    adds_to : int or None
        The run it goes on from: only what came since was compared. None where everything was.
    n_records, n_echoes, n_left : int
        Mentions linked; those of them that only repeat another; and mentions that tell too little to be linked.
    n_added, n_gone : int
        Mentions compared anew, and those that are told of no longer.
    n_persons, n_judgements : int
        Clusters, and those of more than one mention.
    n_looked_at, n_detentions : int
        Clusters of more than one mention that were put together anew, and their detentions that more than one account
        tells of.
    n_new, n_undone : int
        Judgements written, and those of earlier runs undone; the others stand as an earlier run made them.
    n_labels : int
        Verdicts of people that the run was given, the audited ones left out.
    report : dict
        What the linking says of itself, for invented and for real persons.
    """

    run: int | None
    adds_to: int | None
    n_records: int
    n_echoes: int
    n_left: int
    n_added: int
    n_gone: int
    n_persons: int
    n_judgements: int
    n_looked_at: int
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
        self._compared: Comparisons = {}

    @collector_resting()
    def run(
        self,
        *,
        seed: int = 0,
        settings: Settings = DEFAULTS,
        reach: Reach = Reach.AS_NEEDED,
        dry_run: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> RunReceipt:
        """Link the mentions of persons in the archive's lists, and record what was found.

        Where only records came since the run that stands, only their pairs are compared, and only persons that they
        touch are put together anew. Once people have judged since, the model has something to learn, and everything is
        compared.

        Raises
        ------
        WrongLists
            There is nothing to link, or nothing that tells persons apart.
        LedgerBusy
            Something was recorded while the run was being worked out; nothing of it was kept.
        """
        found = None
        if reach is not Reach.EVERYTHING:
            found = self._going_on(seed, settings, progress, though_judged=reach is Reach.WHAT_CAME)
        if found is None:
            found = link_anew(
                self._engine,
                self._tables,
                self._vocabulary,
                spared=frozenset(self._kept_from_the_model()),
                seed=seed,
                settings=settings,
                compared_before=self._compared,
                progress=progress,
            )
        receipt = _receipt(found)
        if dry_run:
            return receipt
        questions = found.questions()
        run, ledger_size = self._record(found, settings, seed, questions)
        # A crash before this leaves judgements without the pairs behind them: the next run compares all, writes both.
        write_run(self._derived, replace(questions.candidates, run=run), found.compared(), found.overlooked)
        write_kept(self._derived, replace(found.head, run=run), found.kept())
        return replace(receipt, run=run, ledger_size=ledger_size)

    def _going_on(
        self, seed: int, settings: Settings, progress: Callable[[str], None], *, though_judged: bool
    ) -> Finding | None:
        head = read_head(self._derived)
        if head is None or self.standing() != [head.run] or (head.seed, head.settings) != (seed, repr(settings)):
            return None
        return go_on(
            self._engine,
            self._tables,
            self._vocabulary,
            head,
            derived=self._derived,
            spared=frozenset(self._kept_from_the_model()),
            recalls=self.runs()[head.run]["blocking_recall"],
            settings=settings,
            though_judged=though_judged,
            progress=progress,
        )

    def evaluator(self) -> ArchiveEvaluator:
        """Return what measures the persons of the archive as they now stand."""
        from dalil.linkage.archives.evaluation import ArchiveEvaluator  # it measures runs, and so is built on this

        return ArchiveEvaluator(
            linkage=self, engine=self._engine, vocabulary=self._vocabulary, derived_folder=self._derived
        )

    # --- recording ----------------------------------------------------------------------------------------------------
    def _record(self, found: Finding, settings: Settings, seed: int, questions: Questions) -> tuple[int, int]:
        size, known = found.known_by, set() if found.adds_to is None else self.drawn()
        recorded = {
            entry.body["digest"] for entry in self._ledger.entries(kind=Kind.DEFINITION) if entry.body is not None
        }
        drafts = []
        for version, model in sorted(found.models.items()):
            digest = digest_of(model)
            if digest not in recorded:
                body = {"defines": "linkage_model", "name": version, "digest": digest, "content": model}
                drafts.append(Draft(Kind.DEFINITION, body))
        run = size + len(drafts)
        content: JsonObject = {
            "models": {version: digest_of(model) for version, model in sorted(found.models.items())},
            "seed": seed,
            "settings": {name: repr(getattr(settings, name)) for name in settings.__slots__},
            "episodes": ARREST_RULE,
            "acts": ACT_RULE,
            "code": self._code_version,
            "known_by": size,
            "echoes": ECHO_RULE,
            "n_records": found.n_records,
            "n_echoes": found.n_echoes,
            "n_persons": found.n_persons,
            "n_labels": found.n_labels,
            "n_kept": found.n_judgements - len(found.changes.new),
            "supersedes": [*self.standing()],
            "blocking_recall": [*found.recalls],
            "leans": [*found.leans],
            "repeating": [*found.repeating],
            "drawn": _written(pair for pair in questions.drawn if pair not in known),
            "overlooked": _written(questions.overlooked),
        }
        if found.adds_to is not None:
            content |= {"adds_to": found.adds_to, "n_added": found.n_added, "n_gone": found.n_gone}
        body = {"defines": "linkage_run", "name": f"run-{run}", "digest": digest_of([run, content]), "content": content}
        drafts.append(Draft(Kind.DEFINITION, body))
        drafts += [Draft(Kind.JUDGEMENT, body) for body in found.changes.bodies(run)]

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
        return {pair for content in self.runs().values() for pair in _read(content["drawn"])}

    def overlooked(self) -> set[tuple[int, int]]:
        """Return every pair that some run never compared, and that people are asked about all the same."""
        return {pair for content in self.runs().values() for pair in _read(content.get("overlooked", ()))}

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


def _written(pairs: Iterable[tuple[int, int]]) -> list[JsonValue]:
    return [f"{format_subject(a)}~{format_subject(b)}" for a, b in pairs]


def _read(pairs: Iterable[str]) -> Iterator[tuple[int, int]]:
    for pair in pairs:
        a, b = pair.split("~")
        yield parse_subject(a), parse_subject(b)


def _receipt(found: Finding) -> RunReceipt:
    names = ("n_records", "n_echoes", "n_left", "n_persons", "n_judgements", "n_labels", "n_added", "n_gone", "adds_to")
    return RunReceipt(
        run=None,
        n_detentions=sum(each.n_detentions for each in found.judged),
        n_looked_at=len(found.judged),
        n_new=len(found.changes.new),
        n_undone=len(found.changes.undone),
        ledger_size=found.known_by,
        report=found.report,
        **{name: getattr(found, name) for name in names},
    )
