"""Opens an archive and wires its rooms; the only reader of configuration.

An archive is a folder: ``dalil.toml`` (names and addresses, no secrets), ``archive.db`` (ledger and derived tables),
``keys/`` (private keys, readable by their owner), ``hand/`` (definitions and templates made by people), ``derived/``
(columnar snapshots: delete freely) and ``publications/``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dalil.configuration import CONFIGURATION, Configuration, read_configuration
from dalil.errors import ArchiveExists
from dalil.ledger import glance
from dalil.values.clock import Clock, Entropy, SystemClock, SystemEntropy

if TYPE_CHECKING:  # the rooms are imported when first entered: a figure must not wait for what it does not use
    from collections.abc import Mapping

    from sqlalchemy import Connection, Engine, Table

    from dalil.figures.figures import Figures
    from dalil.intake.door import Intake
    from dalil.ledger.entries import Recorded
    from dalil.ledger.keys import Signer
    from dalil.ledger.log import Ledger
    from dalil.ledger.notes import Checkpoint
    from dalil.ledger.verification import Verification
    from dalil.linkage.archives.linking import ArchiveLinkage
    from dalil.publication.issuing import IssuedReport
    from dalil.records.deriving import DerivedRows
    from dalil.records.querying import Records
    from dalil.review.review import Review
    from dalil.search.archive_search import ArchiveSearch
    from dalil.search.maintaining import SearchRows
    from dalil.vocabulary.vocabulary import Vocabulary

__version__: Final = "0.1.0"


class Archive:
    """One archive, opened. Rooms are attributes: ``ledger``, ``intake``, ``records``, ``search``, ``figures``."""

    def __init__(self, path: Path, *, clock: Clock | None = None, entropy: Entropy | None = None) -> None:
        self.path = path
        self.configuration = read_configuration(path / CONFIGURATION)
        self._clock, self._entropy = clock or SystemClock(), entropy or SystemEntropy()

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        name: str,
        origin: str | None = None,
        languages: tuple[str, ...] = ("en", "ar"),
        packs: tuple[str, ...] = ("core", "syria"),
        method: str = "snhr-20d",
        clock: Clock | None = None,
        entropy: Entropy | None = None,
        demonstration: bool = False,
    ) -> Archive:
        """Make a new archive with its own log key and a founder's key.

        Raises
        ------
        ArchiveExists
            Something is at ``path`` already.
        """
        from dalil.ledger.keys import Signer

        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise ArchiveExists(
                "Something is here already.", expected="no file or folder, or an empty folder", where=str(path)
            )
        # Built beside its place and moved there whole: a crash leaves a folder that no command takes for an archive.
        making = path.with_name(f".{path.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        for folder in ("hand/figures", "hand/reports", "hand/mappings", "derived", "publications"):
            (making / folder).mkdir(parents=True)
        entropy = entropy or SystemEntropy()
        log_key, founder = Signer.generate(entropy), Signer.generate(entropy)
        for signer in (log_key, founder):
            signer.save(making / "keys")
        configuration = Configuration(
            name=name,
            origin=origin or f"dalil.local/{path.name}",
            languages=languages,
            packs=packs,
            method=method,
            log_key=log_key.key_id,
            actor_key=founder.key_id,
            demonstration=demonstration,
        )
        (making / CONFIGURATION).write_text(configuration.as_toml(), encoding="utf-8")
        made = cls(making, clock=clock, entropy=entropy)
        made._found(log_key=log_key, founder=founder)
        made.close()
        if path.exists():
            path.rmdir()
        making.replace(path)
        return cls(path, clock=clock, entropy=entropy)

    def _found(self, *, log_key: Signer, founder: Signer) -> None:
        from dalil.ledger.store import writing

        with writing(self.engine) as connection:
            self.derived_rows.create(connection)
            self.search_rows.create(connection)
        self.ledger.found(log_key=log_key, founder=founder, label="founder")
        self.checkpoint()

    def close(self) -> None:
        """Let go of the database and of what figures have read."""
        if "figures" in self.__dict__:
            self.figures.close()
        if "engine" in self.__dict__:
            self.engine.dispose()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- rooms ------------------------------------------------------------------------------------------------------
    @cached_property
    def engine(self) -> Engine:
        """The database engine."""
        from dalil.ledger.store import open_engine

        return open_engine(self.path / "archive.db")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the archive's packs and its own overlay (``hand/vocabulary.yaml``)."""
        from dalil.vocabulary import load_vocabulary

        return load_vocabulary(*self._vocabulary_from())

    def _vocabulary_from(self) -> tuple[tuple[str, ...], Path | None]:
        overlay = self.path / "hand" / "vocabulary.yaml"
        return self.configuration.packs, overlay if overlay.exists() else None

    @cached_property
    def derived_rows(self) -> DerivedRows:
        """What turns entries into rows."""
        from dalil.records.deriving import DerivedRows

        return DerivedRows(self.vocabulary)

    @cached_property
    def search_rows(self) -> SearchRows:
        """What files names in the search index."""
        from dalil.search.maintaining import SearchRows

        return SearchRows(self.derived_rows.tables["names"])

    def _derive(self, connection: Connection, recorded: Sequence[Recorded]) -> None:
        """Write all that is computed from newly recorded entries, in the transaction that records them."""
        self.derived_rows.derive(connection, recorded)
        self.search_rows.derive(connection, recorded)

    @cached_property
    def ledger(self) -> Ledger:
        """The signed log."""
        from dalil.ledger.log import Ledger

        return Ledger(
            self.engine,
            origin=self.configuration.origin,
            clock=self._clock,
            entropy=self._entropy,
            derive=self._derive,
        )

    @cached_property
    def intake(self) -> Intake:
        """Where everything comes in, under the key of the actor at this desk."""
        return self.intake_by(self.actor)

    def intake_by(self, signer: Callable[[], Signer]) -> Intake:
        """Return the door for someone else than the actor at this desk."""
        from dalil.intake.door import Intake

        return Intake(
            ledger=self.ledger,
            engine=self.engine,
            vocabulary=self.vocabulary,
            vocabulary_from=self._vocabulary_from(),
            signer=signer,
        )

    @cached_property
    def records(self) -> Records:
        """What the statements add up to."""
        from dalil.records.querying import Records

        return Records(self.engine, self.vocabulary)

    @cached_property
    def search(self) -> ArchiveSearch:
        """Persons, places and facilities, by what they are called in any script."""
        from dalil.search.archive_search import ArchiveSearch

        return ArchiveSearch(
            self.engine,
            self.vocabulary,
            self.derived_rows.tables,
            method=self.configuration.method,
            today=lambda: (self._clock.now().date() - date(1970, 1, 1)).days,
        )

    @cached_property
    def figures(self) -> Figures:
        """How many, as of when, as known when."""
        from dalil.figures.figures import Figures

        return Figures(_FigurePorts(self))

    @cached_property
    def linkage(self) -> ArchiveLinkage:
        """Which mentions are the same person: runs of a model over the archive's lists."""
        from dalil.linkage.archives.linking import ArchiveLinkage

        return ArchiveLinkage(
            ledger=self.ledger,
            engine=self.engine,
            vocabulary=self.vocabulary,
            derived_folder=self.path / "derived",
            signer=self.actor,
            code_version=__version__,
        )

    @cached_property
    def review(self) -> Review:
        """What people must decide: the queue of pairs, verdicts, undoing."""
        from dalil.review.review import Review
        from dalil.review.stakes import stakes_of

        return Review(
            ledger=self.ledger,
            engine=self.engine,
            vocabulary=self.vocabulary,
            derived=self.path / "derived",
            policy=self.configuration.review,
            signer=self.signer,
            stakes=lambda: stakes_of(self.figures, self.ledger, self.records),
        )

    def issue_report(
        self, code: str, *, languages: Sequence[str] = (), out: Path | None = None, dry_run: bool = False
    ) -> IssuedReport:
        """Regenerate the report whose template is ``hand/reports/<code>``, and record what was issued."""
        from dalil.publication.issuing import issue_report

        issued = issue_report(
            self.path / "hand" / "reports" / code,
            out=out or self.path / "publications" / code,
            figures=self.figures,
            ledger=self.ledger,
            checkpoint=self._signed() if dry_run else self.checkpoint(),
            vocabulary=self.vocabulary,
            by=self.actor(),
            code_version=__version__,
            languages=languages,
            dry_run=dry_run,
        )
        if not dry_run:
            self.checkpoint()
        return issued

    def size_on(self, day: int) -> int:
        """Return how many entries the ledger had at the end of a day (UTC; days since 1970-01-01)."""
        from dalil.ledger.sizes import size_on

        return size_on(self.ledger, day)

    # --- keys, checkpoints, verification ------------------------------------------------------------------------------
    def actor(self) -> Signer:
        """Return the key of the actor at this desk."""
        return self._signer(self.configuration.actor_key)

    def introduce_actor(self, label: str) -> Signer:
        """Make a signing key for someone who joins, and record it; ``label`` says what it is for, never whose it is."""
        from dalil.ledger.keys import Signer
        from dalil.ledger.log import key_draft

        signer = Signer.generate(self._entropy)
        signer.save(self.path / "keys")  # a crash here leaves a key that no entry names, which is harmless
        self.ledger.append([key_draft(signer, role="actor", label=label)], by=self.actor())
        return signer

    def signer(self, key_id: str) -> Signer:
        """Return an actor's key."""
        return self._signer(key_id)

    def _signer(self, key_id: str) -> Signer:
        from dalil.ledger.keys import load_signer

        return load_signer(self.path / "keys", key_id)

    def _signed(self) -> Checkpoint:
        """Sign the log as it now is and keep nothing: what a dry run may do."""
        from dalil.ledger.notes import sign_checkpoint

        size = self.ledger.size
        key = self._signer(self.configuration.log_key)
        return sign_checkpoint(self.configuration.origin, size, self.ledger.root(size), key)

    def checkpoint(self) -> Checkpoint:
        """Sign the log as it now is; keep the note in the log's table and beside the database."""
        made = self.ledger.checkpoint(self._signer(self.configuration.log_key))
        # Beside the database, so that a database cut short is noticed; replaced whole, so that it is never half a note.
        draft = self.path / "checkpoint.txt.new"
        with draft.open("w", encoding="utf-8") as file:
            file.write(made.note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / "checkpoint.txt")
        return made

    def verify(self, *, against: Path | None = None) -> Verification:
        """Check the whole ledger, and that it contains what a checkpoint says (by default the one beside the database).

        Raises
        ------
        LedgerDamaged
            Names the first thing that is wrong.
        """
        from dalil.ledger.store import reading
        from dalil.ledger.verification import verify_ledger

        beside = self.path / "checkpoint.txt"
        trusted = (against or beside).read_text(encoding="utf-8") if against or beside.exists() else None
        with reading(self.engine) as connection:
            return verify_ledger(connection, origin=self.configuration.origin, trusted=trusted)

    def rebuild(self, progress: Callable[[int, int], None] = lambda done, size: None) -> int:
        """Drop every derived table and make them again from the ledger, in one transaction; return how many entries."""
        from dalil.ledger.replaying import replay

        return replay(self.engine, (self.derived_rows, self.search_rows), progress)


@dataclass(frozen=True, slots=True)
class _FigurePorts:
    """What the figures room may ask of an archive (``dalil.figures.ports.FigureArchive``)."""

    archive: Archive
    code_version: str = __version__

    @property
    def definitions_folder(self) -> Path:
        return self.archive.path / "hand" / "figures"

    @property
    def derived_folder(self) -> Path:
        return self.archive.path / "derived"

    @property
    def engine(self) -> Engine:
        return self.archive.engine

    @property
    def tables(self) -> Mapping[str, Table]:
        return self.archive.derived_rows.tables

    @property
    def vocabulary(self) -> Vocabulary:
        return self.archive.vocabulary

    @property
    def records(self) -> Records:
        return self.archive.records

    @property
    def _database(self) -> Path:
        return self.archive.path / "archive.db"

    def ledger_size(self) -> int:
        return glance.ledger_size(self._database)

    def derived_size(self) -> int:
        return glance.derived_size(self._database)

    def ledger_root(self, size: int) -> str:
        return (glance.signed_root(self._database, size) or self.archive.ledger.root(size)).hex()

    def anybody_refused(self) -> bool:
        return glance.has_refusals(self._database, "aggregate")
