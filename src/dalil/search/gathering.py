"""What the records say of the persons found: all that a list shows, filters by or counts, in a few queries.

Only free assertions count here. Whatever was said in confidence keeps its statement's sensitivity, so that the one
gate can leave it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from dalil.ledger.log import bodies
from dalil.records.deriving import is_free_assertion
from dalil.records.marks import mentions_of
from dalil.records.status import EpisodeEvent, Status, fold_status
from dalil.records.status_rules import rules_for
from dalil.search.candidates import chunks
from dalil.search.queries import ACT, HELD, HOLDER, OWN, SOURCE, Queries, moment
from dalil.values.ids import entry_of, order_of
from dalil.vocabulary.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class SourceSaid:
    """A source as a hit names it."""

    id: int
    key: str
    synthetic: bool
    published: int | None


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to a person, and on which days it may have been."""

    kind: str
    on_lo: int | None
    on_hi: int | None


@dataclass(slots=True)
class Detention:
    """One detention of a person: its events and who held them."""

    id: int
    events: list[EpisodeEvent] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)


@dataclass(slots=True)
class About:
    """What is said of one identity; ``names`` has the mention that each name statement is about."""

    identity: int
    mentions: set[int]
    names: dict[int, int] = field(default_factory=dict)
    sexes: set[str] = field(default_factory=set)
    births: set[tuple[int | None, int | None]] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)
    acts: list[Act] = field(default_factory=list)
    detentions: list[Detention] = field(default_factory=list)


@dataclass(slots=True)
class Gathered:
    """Everything gathered for one search.

    Attributes
    ----------
    about : dict of int to About
        By identity.
    sources : dict of int to SourceSaid
        By the entry of an account.
    """

    about: dict[int, About]
    sources: dict[int, SourceSaid]


class Gatherer:
    """Reads what is said of persons as known by a ledger size."""

    def __init__(self, queries: Mapping[bool, Queries], vocabulary: Vocabulary, *, method: str) -> None:
        self._queries = queries
        self._method = vocabulary.methods[method]
        self._rules = rules_for(vocabulary, self._method)
        parties = self._method.parties
        self._fitting = {c for p in parties for c in vocabulary.within("parties", p)} if parties else None

    def status(self, detention: Detention, *, as_of: int) -> Status:
        """Return the status of a detention at the end of a day: the fold that everyone uses."""
        fits = self._fitting is None or (bool(detention.parties & self._fitting) if detention.parties else None)
        return fold_status(detention.events, as_of=as_of, rules=self._rules, holder_fits=fits)

    def gather(
        self,
        connection: Connection,
        identities: Collection[int],
        known_by: int | None,
        *,
        mentions: Mapping[int, set[int]] | None = None,
    ) -> Gathered:
        """Return what is said of some identities; ``mentions`` are theirs as known by then, if at hand."""
        if mentions is None:
            mentions = mentions_of(connection, identities, known_by=known_by)
        about = {identity: About(identity, each) for identity, each in mentions.items()}
        owners = {mention: about[identity] for identity, each in mentions.items() for mention in each}
        read_sources: dict[int, SourceSaid] = {}
        held: list[tuple[int, int, int, int | None]] = []
        told: list[Any] = []
        query = self._queries[known_by is not None].said
        for chunk in chunks(sorted(owners)):
            for row in connection.execute(query, {"ids": chunk} | moment(known_by)).all():
                what, identifier, person, said, value, place, lo, hi, *rest = row
                if what == OWN:
                    _note_own(owners[person], identifier, person, said, value, place, (lo, hi))
                    note_source(read_sources, rest)
                elif what == ACT:
                    owners[person].acts.append(Act(said, lo, hi))
                    if place is not None:
                        owners[person].places.add(place)
                elif what == HELD:
                    held.append((identifier, person, lo, hi))
                else:
                    told.append(row)
        of_mention = _detentions(owners, held)
        for row in sorted({row[1]: row for row in told}.values(), key=lambda row: int(row[1])):
            _note_event(of_mention[row[2]], row, read_sources)
        for each in about.values():
            for detention in each.detentions:
                each.places |= detention.places
        return Gathered(about, read_sources)


def _detentions(
    owners: Mapping[int, About], rows: Iterable[tuple[int, int, int, int | None]]
) -> Mapping[int, Detention]:
    """Bring together the mentions of each detention, and give it to whom it is of; return it by mention."""
    held: dict[int, About] = {}
    mentions: dict[int, set[int]] = {}
    for episode, person, identity, mention in rows:
        held[episode] = owners[person]
        mentions.setdefault(identity, {identity, episode}).update({episode, mention or episode})
    detentions = {identity: Detention(identity) for identity in mentions}
    of_mention = {each: detentions[identity] for identity, group in mentions.items() for each in group}
    owned: set[tuple[int, int]] = set()
    for episode, about in sorted(held.items()):
        detention = of_mention[episode]
        if (about.identity, detention.id) not in owned:
            owned.add((about.identity, detention.id))
            about.detentions.append(detention)
    return of_mention


def _note_event(detention: Detention, row: Any, read_sources: dict[int, SourceSaid]) -> None:
    """Take in an event of a detention, or who held the person."""
    what, identifier, _, said, _, place, on_lo, on_hi, *rest = row
    if what == HOLDER:
        detention.parties.add(said)
        return
    *source, at, when_lo, when_hi = rest
    note_source(read_sources, source)
    if place is not None:
        detention.places.add(place)
    dated = on_lo is not None or on_hi is not None
    detention.events.append(
        EpisodeEvent(
            id=identifier,
            event=said,
            lo=on_lo if dated else when_lo,
            hi=on_hi if dated else when_hi,
            published=read_sources[entry_of(identifier)].published,
            placed=place is not None or at is not None,
        )
    )


def _note_own(
    about: About,
    identifier: int,
    mention: int,
    predicate: str,
    value: str,
    place: str | None,
    bounds: tuple[int | None, int | None],
) -> None:
    """Take in a single value, or the place that a statement of residence or whereabouts gives."""
    about.entries.add(entry_of(identifier))
    match predicate:
        case "name":
            about.names[identifier] = mention
        case "sex":
            about.sexes.add(value)
        case "birth" | "age" if bounds != (None, None):
            about.births.add(bounds)
        case "residence" | "located_in" if place is not None:
            about.places.add(place)
        case _:
            pass


def note_source(found: dict[int, SourceSaid], said: Sequence[Any]) -> None:
    """Take in the source that stands beside a row, in the order of ``SOURCE``."""
    account, source, key, synthetic, published = said[: len(SOURCE)]
    if account not in found:
        found[account] = SourceSaid(source, key, bool(synthetic), published)


def statements_said(connection: Connection, ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """Return statements as the ledger has them; erased ones, and what is no free assertion, are absent."""
    read = bodies(connection, sorted({entry_of(identifier) for identifier in ids}))
    wanted: dict[int, list[int]] = defaultdict(list)
    for identifier in ids:
        wanted[entry_of(identifier)].append(identifier)
    return {
        identifier: read[entry]["statements"][order_of(identifier)]
        for entry, group in wanted.items()
        if entry in read
        for identifier in group
        if is_free_assertion(read[entry]["statements"][order_of(identifier)])
    }
