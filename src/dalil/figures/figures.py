"""The room's door: figures by name, run on any day of the world and as known at any size of the ledger."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

import duckdb

from dalil.errors import BadInput, WrongDefinition, WrongValue
from dalil.figures.definitions import Definition
from dalil.figures.desk import Desk, one_day
from dalil.figures.estimating import ListsOfFigure, ListsWanted, everyone_detained
from dalil.figures.ports import FigureArchive
from dalil.figures.reading import definition_names, find_definition
from dalil.figures.runs import FigureRun
from dalil.figures.session import Session, Snapshot
from dalil.figures.snapshot import make_snapshot, snapshot_at, work_out_point
from dalil.records.status_rules import rules_for

if TYPE_CHECKING:  # whoever counts a figure needs no arrays
    import numpy as np
    from numpy.typing import NDArray

    from dalil.search.filtering import Filters

MOST_BYTES: Final = 768 << 20
"""Memory that everything worked out may take, over all sessions. A run of a large archive takes up to 40 MB of it, a
session of an earlier point up to 250 MB."""
LAST_DAY: Final = "9999-12-31"
"""The day of a figure that looks at no day."""


class Figures:
    """The figures of one archive. Not for use by several threads at once."""

    def __init__(self, archive: FigureArchive) -> None:
        self._archive = archive
        self._sessions: dict[tuple[int, int], Session] = {}
        self._vocabulary_digest: str | None = None

    def names(self) -> list[str]:
        """Return the names of all figures, sorted."""
        return definition_names(self._archive.definitions_folder)

    def definition(self, name: str) -> Definition:
        """Return a figure's definition.

        Raises
        ------
        UnknownFigure, WrongDefinition
            There is none of this name, or it breaks the format.
        """
        return find_definition(self._archive.definitions_folder, name, self._archive.vocabulary)

    def run(self, name: str, as_of: str | date | None = None, known_by: int | None = None) -> FigureRun:
        """Count a figure.

        Parameters
        ----------
        as_of : str or date, optional
            A day, such as 2021-05-21; by default the definition's own.
        known_by : int, optional
            A size of the ledger: what its first entries tell, and no more. By default all of it.

        Raises
        ------
        UnknownFigure, WrongDefinition
            There is none of this name, or its definition cannot be used.
        WrongValue
            ``as_of`` is no day, or the ledger never had this size.
        """
        return self.run_many([name], as_of, known_by)[name]

    def run_many(
        self, names: Iterable[str], as_of: str | date | None = None, known_by: int | None = None
    ) -> dict[str, FigureRun]:
        """Count several figures at one point, each of those they share once; see :meth:`run`."""
        wanted = list(names)
        size = self._archive.ledger_size()
        known_by = size if known_by is None else known_by
        if not 0 <= known_by <= size:
            raise WrongValue(
                "The ledger never had this size.", expected=f"0 to {size}", found=str(known_by), where="known_by"
            )
        if isinstance(as_of, date):
            as_of = as_of.isoformat()
        if as_of is not None:
            one_day(as_of, where="as_of")
        try:
            return self._run(wanted, as_of, known_by)
        except (duckdb.IOException, duckdb.InvalidInputException):
            # The snapshot is damaged, or another process replaced it by a newer one. It can always be made anew.
            self.close()
            shutil.rmtree(self._snapshot_now().folder, ignore_errors=True)
            return self._run(wanted, as_of, known_by)

    def lists(
        self,
        name: str | None = None,
        as_of: str | None = None,
        known_by: int | None = None,
        *,
        lists: Sequence[str] = (),
        strata: Sequence[str] = (),
        linkage_draws: int = 0,
        seed: int = 0,
    ) -> ListsOfFigure:
        """Put the members of a documented figure on the archive's lists, as estimates need them.

        Parameters
        ----------
        name : str, optional
            By default everyone who was ever detained, with the dimensions ``sex``, ``governorate`` and ``year``.
        lists, strata, linkage_draws, seed
            As in :class:`dalil.figures.estimating.ListsWanted`.
        """
        size = self._archive.ledger_size()
        known_by = size if known_by is None else min(known_by, size)
        told = self._archive.derived_size()
        session = self._session(told, min(known_by, told))
        desk = Desk(self._archive, session, as_of=as_of, known_by=known_by, vocabulary_digest=self._digest())
        method = sorted(self._archive.vocabulary.methods)[0]
        figure = name or everyone_detained(as_of=as_of or LAST_DAY, method=method)
        return desk.lists(figure, ListsWanted(lists=lists, strata=strata, linkage_draws=linkage_draws, seed=seed))

    def _run(self, names: list[str], as_of: str | None, known_by: int) -> dict[str, FigureRun]:
        # Entries that no rows come from, such as those of an issued report, leave the snapshot as good as it was.
        told = self._archive.derived_size()
        session = self._session(told, min(known_by, told))
        self._make_room(session)
        desk = Desk(self._archive, session, as_of=as_of, known_by=known_by, vocabulary_digest=self._digest())
        return {name: self._lasting(desk.run(name), session, as_of) for name in names}

    def _lasting(self, run: FigureRun, session: Session, as_of: str | None) -> FigureRun:
        """Return a run whose members can be listed also when the session has let go of them: counted again, then."""
        era, read_members = session.era, run.read_members

        def read(dimension: str | None, cell: str | None) -> list[str]:
            if session.era == era:
                return read_members(dimension, cell)
            again = self.run(run.name, as_of, run.known_by)
            if again.members_digest != run.members_digest:
                raise WrongDefinition(
                    "The members of this run can no longer be listed.",
                    expected=f"the definition it was counted by, {run.definition_digest[:12]}",
                    found=f"another one, {again.definition_digest[:12]}",
                    where=f"figure {run.name}",
                    todo="Count the figure again.",
                )
            return again.read_members(dimension, cell)

        return replace(run, read_members=read)

    def _make_room(self, session: Session) -> None:
        """Let go of runs and days, then of the sessions longest out of use, until what is left is not too much."""
        others = [each for each in self._sessions.values() if each is not session]
        if session.n_bytes() + sum(each.n_bytes() for each in others) <= MOST_BYTES:
            return
        for each in (session, *others):
            each.let_go()
        left = session.n_bytes() + sum(each.n_bytes() for each in others)
        for key, each in list(self._sessions.items()):
            if left > MOST_BYTES and each is not session:
                left -= each.n_bytes()
                self._sessions.pop(key).close()

    def close(self) -> None:
        """Let go of everything read."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def _digest(self) -> str:
        if self._vocabulary_digest is None:
            self._vocabulary_digest = self._archive.vocabulary.digest()
        return self._vocabulary_digest

    def _days(self) -> set[tuple[str, int]]:
        """Return the methods and days that definitions name; a definition that cannot be read names none."""
        days: set[tuple[str, int]] = set()
        for name in self.names():
            with suppress(BadInput):
                definition = self.definition(name)
                if definition.method is not None and definition.as_of is not None:
                    days.add((definition.method, one_day(definition.as_of, where=f"figure {name}")))
        return days

    def _session(self, size: int, known_by: int) -> Session:
        # A snapshot made later than the point asked for holds all of it, so an older one than the newest will do.
        snapshot = self._snapshot_of(size)
        if (size, known_by) not in self._sessions and not snapshot.folder.is_dir():
            ready = self.ready_size()
            snapshot = self._snapshot_of(ready) if ready is not None and known_by <= ready else self._make()
        key = (snapshot.size, known_by)
        found = self._sessions.pop(key, None)  # put in again at the end: the first is the one longest out of use
        if found is None:
            found = Session(snapshot, known_by=known_by, vocabulary=self._archive.vocabulary)
        self._sessions[key] = found
        return found

    def _make(self) -> Snapshot:
        return make_snapshot(
            self._archive.derived_folder,
            engine=self._archive.engine,
            tables=self._archive.tables,
            vocabulary=self._archive.vocabulary,
            vocabulary_digest=self._digest(),
            days=self._days(),
        )

    def refresh(self) -> None:
        """Copy the tables as they now are, so that figures can be counted at once as known by all of the ledger."""
        size = self._archive.derived_size()
        if not self._snapshot_of(size).folder.is_dir():
            self._make()

    def work_out_points(self, points: Iterable[int]) -> None:
        """Work out ahead, in the newest snapshot, what figures need as known by some points.

        A figure at such a point is then counted about as fast as one of now. Points that lie outside are passed over.
        """
        size = self.ready_size()
        if size is not None:
            snapshot, days = self._snapshot_of(size), self._days()
            for point in points:
                if 0 < point < size:
                    work_out_point(snapshot, point, vocabulary=self._archive.vocabulary, days=days)

    def points(self) -> list[int]:
        """Return the earlier points at which figures are worked out ahead."""
        size = self.ready_size()
        return [] if size is None else self._snapshot_of(size).points()

    def entries_fitting(self, filters: Filters, *, method: str, as_of: int) -> NDArray[np.bool_] | None:
        """Return, for each entry of the newest snapshot, whether it names somebody who may fit the filters of a search.

        None where no snapshot is there. See :mod:`dalil.figures.persons_fitting`.
        """
        size = self.ready_size()
        if size is None:
            return None
        from dalil.figures.persons_fitting import entries_fitting

        session = self._session(size, size)
        self._make_room(session)
        vocabulary = self._archive.vocabulary
        return entries_fitting(session, filters, rules=rules_for(vocabulary, vocabulary.methods[method]), as_of=as_of)

    def ready_size(self) -> int | None:
        """Return the largest ledger size as known by which figures can be counted without copying tables first."""
        made = self._archive.derived_folder.glob("snapshot-*")
        sizes = [int(each.name.split("-")[1]) for each in made if each.name.split("-")[1].isdecimal()]
        return max((size for size in sizes if self._snapshot_of(size).folder.is_dir()), default=None)

    def _snapshot_now(self) -> Snapshot:
        return self._snapshot_of(self._archive.derived_size())

    def _snapshot_of(self, size: int) -> Snapshot:
        return snapshot_at(self._archive.derived_folder, size=size, vocabulary_digest=self._digest())
