"""The search of an archive: persons, places and facilities, by what they are called in any script."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Table

from dalil.ledger.store import reading
from dalil.names import Unfinished, read_unfinished, units_of
from dalil.protection.access import Actor
from dalil.search.filtering import Filters, read_filters
from dalil.search.found import FacilitiesFound, PeopleFound, PlacesFound, SubjectHit
from dalil.search.maintaining import check_index
from dalil.search.named import Named
from dalil.search.people import MOST_LETTERS, People
from dalil.search.places import Places
from dalil.vocabulary.vocabulary import Vocabulary

Fitting: TypeAlias = Callable[[Filters, int], "NDArray[np.bool_] | None"]
"""Finds the entries that name somebody who may fit some filters on a day."""


class ArchiveSearch:
    """Finds what the records name. Nothing here decides who is who.

    Parameters
    ----------
    tables : mapping of str to Table
        The derived tables.
    method : str
        Method by which detentions count as disappearances.
    today : callable
        Returns the day (days since 1970-01-01) for which ages and statuses are worked out unless another is asked for.
    """

    def __init__(
        self,
        engine: Engine,
        vocabulary: Vocabulary,
        tables: Mapping[str, Table],
        *,
        method: str,
        today: Callable[[], int],
    ) -> None:
        self._engine, self._vocabulary, self._tables, self._today = engine, vocabulary, tables, today
        self._people = People(engine, vocabulary, tables, method=method)

    def people(
        self,
        query: str,
        *,
        sex: str | None = None,
        age: int | tuple[int, int] | None = None,
        place: str | None = None,
        dates: str | None = None,
        act: str | None = None,
        status: str | None = None,
        source: str | None = None,
        as_of: int | None = None,
        known_by: int | None = None,
        limit: int = 20,
        prefix: bool = False,
        facets: bool = False,
        actor: Actor | None = None,
        among: Fitting | None = None,
    ) -> PeopleFound:
        """Find persons by name.

        Parameters
        ----------
        query : str
            A name in any script, whole or in part; whatever else it holds is text.
        sex, place, act, status : str, optional
            A code, label or alias; everything below it counts too. Places are also those of detentions and acts.
        age : int or (int, int), optional
            Full years on ``as_of``; whoever may be of that age passes.
        dates : str, optional
            A date, or span of dates, in which something of the person's detentions or acts may have happened.
        source : str, optional
            Key of a source that names the person.
        as_of : int, optional
            Day for ages and statuses, in days since 1970-01-01; today by default.
        known_by : int, optional
            Ledger size; None means now.
        prefix : bool
            The last word is being typed and may be incomplete.
        facets : bool
            Count how many of the likeliest persons bear each sex, place, status and source, which takes longer.
        actor : Actor, optional
            Who asks: what they may not see is not there. None sees everything.
        among : callable, optional
            Given the filters and the day, returns for each entry of the ledger, up to some size, whether it names one
            who may fit them, or None; it must leave out nobody who does. Asked only where there are filters.

        Raises
        ------
        UnknownTerm, UnreadableDate, ImpossibleDate
            A filter that means nothing.
        DerivedStale
            The archive has no index; rebuild it.
        """
        filters = read_filters(
            self._vocabulary, sex=sex, age=age, place=place, dates=dates, act=act, status=status, source=source
        )
        day = self._today() if as_of is None else as_of
        return self._people.find(
            query,
            filters=filters,
            among=among(filters, day) if among is not None and filters.any() and known_by is None else None,
            as_of=day,
            known_by=known_by,
            limit=limit,
            prefix=prefix,
            facets=facets,
            actor=actor,
        )

    def places(
        self,
        query: str,
        *,
        within: str | None = None,
        known_by: int | None = None,
        limit: int = 20,
        prefix: bool = False,
        actor: Actor | None = None,
    ) -> PlacesFound:
        """Find places of the vocabulary by code, label or alias, and places that only the records name.

        Parameters
        ----------
        within : str, optional
            Only places that lie in this one: a code, label or alias.

        Raises
        ------
        UnknownTerm
            ``within`` is no place of the vocabulary.
        DerivedStale
            The archive has no index; rebuild it.
        """
        started = time.perf_counter()
        outer = None if within is None else self._vocabulary.resolve("places", within)
        asked = _read(query, prefix)
        hits = self._places.find(query[:MOST_LETTERS], asked, within=outer, limit=limit)
        subjects = self._named("place", asked, outer, known_by, limit, actor)
        return PlacesFound(query=query, hits=tuple(hits), subjects=subjects, seconds=time.perf_counter() - started)

    def facilities(
        self,
        query: str,
        *,
        within: str | None = None,
        known_by: int | None = None,
        limit: int = 20,
        prefix: bool = False,
        actor: Actor | None = None,
    ) -> FacilitiesFound:
        """Find facilities by any name a source gives them; parameters and errors as of :meth:`places`."""
        started = time.perf_counter()
        outer = None if within is None else self._vocabulary.resolve("places", within)
        hits = self._named("facility", _read(query, prefix), outer, known_by, limit, actor)
        return FacilitiesFound(query=query, hits=hits, seconds=time.perf_counter() - started)

    def _named(
        self, kind: str, asked: Unfinished, within: str | None, known_by: int | None, limit: int, actor: Actor | None
    ) -> tuple[SubjectHit, ...]:
        if not asked.complete and not asked.last:
            return ()
        with reading(self._engine) as connection:
            check_index(connection)
            found = self._finders[kind].find(
                connection, asked, within=within, known_by=known_by, limit=limit, actor=actor
            )
        return tuple(found)

    @cached_property
    def _places(self) -> Places:
        return Places(self._vocabulary)

    @cached_property
    def _finders(self) -> dict[str, Named]:
        return {kind: Named(kind, self._tables, self._vocabulary) for kind in ("place", "facility")}


def _read(query: str, prefix: bool) -> Unfinished:
    text = query[:MOST_LETTERS]
    return read_unfinished(text) if prefix else Unfinished(units_of(text), ())
