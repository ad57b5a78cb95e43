"""Finding persons in the archive by name, in any script, with what else is known of them as filters."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Table

from dalil.ledger.store import reading
from dalil.names import Unfinished, read_unfinished, units_of
from dalil.protection.access import Actor
from dalil.search.candidates import Extent
from dalil.search.filtering import Filters
from dalil.search.found import PeopleFound
from dalil.search.gathering import Gatherer
from dalil.search.maintaining import check_index
from dalil.search.person_search import PersonSearch, Rooms
from dalil.search.queries import Queries
from dalil.vocabulary.vocabulary import Vocabulary

MOST_LETTERS: Final = 500
"""Letters of a query that are read: no name is as long."""


class People:
    """The finder of persons.

    Parameters
    ----------
    tables : mapping of str to Table
        The derived tables.
    method : str
        Method by which detentions count as disappearances.
    """

    def __init__(self, engine: Engine, vocabulary: Vocabulary, tables: Mapping[str, Table], *, method: str) -> None:
        self._engine, self._is_there = engine, False
        queries = {then: Queries(tables, then=then) for then in (False, True)}
        self._rooms = Rooms(vocabulary, Gatherer(queries, vocabulary, method=method), queries, Extent())

    def find(
        self,
        query: str,
        *,
        filters: Filters,
        as_of: int,
        known_by: int | None = None,
        limit: int = 20,
        prefix: bool = False,
        facets: bool = False,
        actor: Actor | None = None,
        among: NDArray[np.bool_] | None = None,
    ) -> PeopleFound:
        """Answer a query; see :meth:`dalil.search.archive_search.ArchiveSearch.people`."""
        started = time.perf_counter()
        text = query[:MOST_LETTERS]
        asked = read_unfinished(text) if prefix else Unfinished(units_of(text), ())
        found = PeopleFound(query=query, hits=(), n_candidates=0, complete=True, as_of=as_of, known_by=known_by)
        if asked.complete or asked.last:
            with reading(self._engine) as connection:
                if not self._is_there:
                    check_index(connection)
                    self._is_there = True
                search = PersonSearch(
                    self._rooms, connection, asked, text, known_by=known_by, as_of=as_of, actor=actor, among=among
                )
                found = search.run(found, filters, limit=limit, facets=facets)
        return replace(found, seconds=time.perf_counter() - started)
