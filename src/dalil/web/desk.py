"""The archive under the desk: one handle a thread, figures one at a time, and everything done under the actor's key."""

from __future__ import annotations

import operator
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cached_property, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from sqlalchemy import Connection

from dalil.archive import Archive
from dalil.figures.definitions import Counted, Definition
from dalil.figures.runs import FigureRun
from dalil.intake.door import Intake
from dalil.ledger import glance
from dalil.ledger.keys import Signer
from dalil.ledger.store import reading
from dalil.protection import Actor
from dalil.protection.access import at_the_desk
from dalil.protection.opening import open_dossier, visible
from dalil.records.dossier import Dossier
from dalil.review.queue import Rankings
from dalil.search.filtering import Filters
from dalil.search.found import PeopleFound
from dalil.vocabulary.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGE: Final = 20_000
"""Entries from which copying an archive's tables for counting takes longer than a reader should wait."""
ESTIMATED: Final = "estimated"
"""The class of figures that are worked out by an estimator."""
MOST_BEHIND: Final = 2_000
"""Entries recorded since the newest snapshot, up to which filters are looked up in it."""
A_MOMENT: Final = 5.0
"""Seconds for which it does not matter how many entries were recorded."""
MOST_FITS: Final = 64
"""Answers about filters kept in memory, a byte for each entry of the ledger."""
MOST_RUNS: Final = 256
"""Figure runs kept in memory; the same figure, day and ledger size always give the same run."""

_threads = threading.local()
_figures_lock = threading.Lock()
_fitting_lock = threading.Lock()
"""Filters are looked up by a handle of their own: whoever searches does not wait for whoever counts."""
_vocabularies: dict[Path, Vocabulary] = {}
_digests: dict[Path, str] = {}
_rankings: dict[Path, Rankings] = {}
_counters: dict[Path, Archive] = {}
_finders: dict[Path, Archive] = {}
_sizes: dict[Path, tuple[float, int]] = {}
_fits: OrderedDict[tuple[Path, int, Filters, int | None], NDArray[np.bool_] | None] = OrderedDict()
_definitions: dict[tuple[Path, str, int], Definition] = {}
_runs: OrderedDict[tuple[Path, str, str | None, int], FigureRun] = OrderedDict()


def archive() -> Archive:
    """Return this thread's handle on the archive."""
    path: Path = settings.DALIL_ARCHIVE
    handles: dict[Path, Archive] = _threads.__dict__.setdefault("handles", {})
    if path not in handles:
        made = Archive(path)
        made.__dict__["vocabulary"] = _vocabularies.setdefault(path, _vocabularies.get(path) or made.vocabulary)
        made.review.rankings = _rankings.setdefault(path, made.review.rankings)
        handles[path] = made
    return handles[path]


def warm_up() -> None:
    """Read what the first reader of each screen would otherwise wait for; for a process that has just started."""
    handle = archive()
    handle.review.prepare()
    handle.search.people("a", as_of=0, limit=1)
    with _figures_lock:
        counter = _counters.setdefault(handle.path, _counters.get(handle.path) or Archive(handle.path))
        ready = counter.figures.ready_size()
        if handle.ledger.size >= LARGE and ready is not None:
            counted = (n for n in counter.figures.names() if isinstance(counter.figures.definition(n).recipe, Counted))
            if (first := next(counted, None)) is not None:  # not an estimate, which may take minutes
                counter.figures.run(first, None, ready)
    desk = Desk(actor=at_the_desk(handle.configuration.actor_key), archive=handle)
    for said in ({"sex": "female"}, {"status": "released"}, {"dates": "2013"}):  # each reads columns of its own
        desk.people("a", limit=1, **said)


def close_handles() -> None:
    """Let go of this thread's archives and of what figures have read; for tests, and for the end of a process."""
    handles: dict[Path, Archive] = _threads.__dict__.pop("handles", {})
    with _figures_lock:
        for each in (*handles.values(), *_counters.values(), *_finders.values()):
            each.close()
        _counters.clear()
        _finders.clear()
        _fits.clear()
        _sizes.clear()
        _runs.clear()
        _definitions.clear()
        _vocabularies.clear()
        _digests.clear()
        _rankings.clear()


def _remembered(whole: tuple[Path, str, str | None, int]) -> FigureRun | None:
    if whole in _runs:
        _runs.move_to_end(whole)
    return _runs.get(whole)


def _remember(whole: tuple[Path, str, str | None, int], found: FigureRun) -> FigureRun:
    _runs[whole] = found
    while len(_runs) > MOST_RUNS:
        _runs.popitem(last=False)
    return found


@dataclass(frozen=True)
class Desk:
    """What an actor at the desk works with. Reads go through :mod:`dalil.protection`; writes carry the actor's key."""

    actor: Actor
    archive: Archive

    @property
    def vocabulary(self) -> Vocabulary:
        """The archive's vocabulary."""
        return self.archive.vocabulary

    @cached_property
    def vocabulary_digest(self) -> str:
        """The digest of the archive's vocabulary, worked out once in a process."""
        path = self.archive.path
        if path not in _digests:
            _digests[path] = self.vocabulary.digest()
        return _digests[path]

    @cached_property
    def signer(self) -> Signer:
        """The actor's key."""
        return self.archive.signer(self.actor.key_id)

    @cached_property
    def intake(self) -> Intake:
        """The door of the archive, for things this actor brings."""
        return self.archive.intake_by(lambda: self.signer)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction on the archive."""
        with reading(self.archive.engine) as connection:
            yield connection

    def dossier(self, subject: int, *, known_by: int | None = None) -> Dossier:
        """Return a record as this actor may see it."""
        with self.reading() as connection:
            return open_dossier(connection, self.vocabulary, self.actor, subject, known_by=known_by)

    def visible(self, identities: list[int]) -> list[int]:
        """Return those subjects this actor may see, in their order."""
        with self.reading() as connection:
            seen = visible(connection, self.actor, identities)
        return [each for each in identities if each in seen]

    def people(self, query: str, **said: Any) -> PeopleFound:
        """Find persons by name for this actor; parameters as of :meth:`dalil.search.ArchiveSearch.people`."""
        return self.archive.search.people(query, actor=self.actor, among=self._fitting, **said)

    def _fitting(self, filters: Filters, as_of: int) -> NDArray[np.bool_] | None:
        """Return the entries that name somebody who may fit some filters: worked out once, from the newest snapshot.

        None where there is no snapshot yet, or much was recorded since: the search then looks for itself.
        """
        size = self.archive.figures.ready_size()
        if size is None or self._recorded() - size > MOST_BEHIND:
            return None
        each = {field.name: getattr(filters, field.name) for field in fields(filters)}
        masks = [self._fits(size, Filters(**{name: said}), as_of) for name, said in each.items() if said is not None]
        if not masks or any(mask is None for mask in masks):
            return None
        return reduce(operator.and_, [mask for mask in masks if mask is not None])

    def _recorded(self) -> int:
        """Return how many entries the ledger had a moment ago."""
        path, now = self.archive.path, time.monotonic()
        at, size = _sizes.get(path, (0.0, 0))
        if not size or now - at > A_MOMENT:
            size = self.archive.ledger.size
            _sizes[path] = (now, size)
        return size

    def _fits(self, size: int, asked: Filters, as_of: int) -> NDArray[np.bool_] | None:
        """Return the entries that name somebody who may fit one filter."""
        path = self.archive.path
        day = as_of if asked.ages is not None or asked.statuses is not None else None
        key = (path, size, asked, day)
        with _fitting_lock:
            if key not in _fits:
                finder = _finders.setdefault(path, _finders.get(path) or Archive(path))
                method = self.archive.configuration.method
                _fits[key] = finder.figures.entries_fitting(asked, method=method, as_of=as_of)
                while len(_fits) > MOST_FITS:
                    _fits.popitem(last=False)
            _fits.move_to_end(key)
            return _fits[key]

    def figure_names(self) -> list[str]:
        """Return the names of all figures."""
        return self.archive.figures.names()

    def definition(self, name: str) -> Definition:
        """Return a figure's definition; read again when its file has changed."""
        file = self.archive.path / "hand" / "figures" / f"{name}.yaml"
        stamp = file.stat().st_mtime_ns if file.exists() else 0
        key = (self.archive.path, name, stamp)
        if key not in _definitions:
            _definitions[key] = self.archive.figures.definition(name)
        return _definitions[key]

    def run(self, name: str, *, as_of: str | None = None, known_by: int | None = None) -> FigureRun:
        """Return a run of a figure. Counting is done by one thread at a time; what was counted is remembered.

        An estimated figure is none of these: see :mod:`dalil.web.estimated_runs`.
        """
        path = self.archive.path
        size = self.point() if known_by is None else known_by
        whole = (path, name, as_of, size)
        with _figures_lock:
            if (known := _remembered(whole)) is not None:
                return known
            counter = _counters.setdefault(path, _counters.get(path) or Archive(path))
            return _remember(whole, counter.figures.run(name, as_of, size))

    def point(self) -> int:
        """Return the point at which to count when none is asked for.

        Of a large archive that has grown since its tables were last copied, the copy's: people are told so, and the
        copy is renewed in the background. Nobody waits for it in front of a page.
        """
        size = self.archive.ledger.size
        if size < LARGE:
            return size
        told = glance.derived_size(self.archive.path / "archive.db")
        ready = self.archive.figures.ready_size()
        return size if ready is None or ready >= told else ready

    def members(self, run: FigureRun, dimension: str | None = None, cell: str | None = None) -> list[str]:
        """Return the members of a run or of one of its cells; what is shown of each is asked of the policy later."""
        with _figures_lock:
            return run.members if cell is None else run.members_of(dimension or "", cell)
