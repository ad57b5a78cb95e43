"""What the records say of the persons found: all that a list shows, filters by or counts, in a few queries.

Only free assertions count here. Whatever was said in confidence keeps its statement's sensitivity, so that the one
gate can leave it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import CompoundSelect, Connection, Table, func, literal, null, select, union_all

from dalil.intake.register import accounts, sources
from dalil.ledger.log import bodies
from dalil.records.deriving import is_free_assertion
from dalil.records.marks import mentions_of
from dalil.records.status import EpisodeEvent, Status, fold_status
from dalil.records.status_rules import rules_for
from dalil.records.tables import known_by as known
from dalil.records.tables import memberships, statements
from dalil.search.candidates import chunks
from dalil.values.ids import ORDER_BITS, entry_of, order_of
from dalil.vocabulary.vocabulary import Vocabulary

_OWN, _ACT, _HELD = range(3)
_SOURCE: Final = (
    accounts.c.id.label("account"),
    sources.c.id.label("source"),
    sources.c.key.label("source_key"),
    sources.c.synthetic.label("synthetic"),
    sources.c.published_hi.label("published"),
)
"""What is read of the source beside each row that may need it."""
_OF_PERSONS: Final = ("name", "sex", "birth", "age", "residence", "located_in")


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

    def __init__(self, tables: Mapping[str, Table], vocabulary: Vocabulary, *, method: str) -> None:
        self._tables, self._vocabulary = tables, vocabulary
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
        for chunk in chunks(sorted(owners)):
            for what, identifier, person, said, value, place, lo, hi, *source in connection.execute(
                self._said(chunk, known_by)
            ).all():
                if what == _OWN:
                    _note_own(owners[person], identifier, person, said, value, place, (lo, hi))
                    _note_source(read_sources, source)
                elif what == _HELD:
                    held.append((identifier, person, lo, hi))
                else:
                    owners[person].acts.append(Act(said, lo, hi))
                    if place is not None:
                        owners[person].places.add(place)
        for detention, row in self._detentions(connection, owners, held, known_by, read_sources):
            detention.events.append(_event(row, read_sources.get(entry_of(row.id))))
        return Gathered(about, read_sources)

    def _said(self, mentions: Sequence[int], known_by: int | None) -> CompoundSelect[Any]:
        """Return a query for what is said of persons themselves, what was done to them, and their detentions.

        Of a detention, ``lo`` is its identity and ``hi`` another mention of it, if it has one.
        """
        s, lived, lies = statements.c, self._tables["residences"], self._tables["locations"]
        acts, episodes = self._tables["acts"], self._tables["episodes"]
        own, others = memberships.alias("own"), memberships.alias("others")
        whose = func.coalesce(own.c.identity, episodes.c.subject)
        free = (
            s.polarity.is_(None) | (s.polarity == "asserts"),
            s.role.is_(None),
            s.speech.is_distinct_from("coerced"),
        )
        no_source = [null() for _ in _SOURCE]
        return union_all(
            select(
                literal(_OWN).label("what"),
                s.id.label("id"),
                s.subject.label("person"),
                s.predicate.label("said"),
                s.value.label("value"),
                func.coalesce(lived.c.place, lies.c.place).label("place"),
                s.lo.label("lo"),
                s.hi.label("hi"),
                *_SOURCE,
            )
            .join(accounts, accounts.c.id == s.entry)
            .join(sources, sources.c.id == accounts.c.source)
            .join(lived, lived.c.id == s.id, isouter=True)
            .join(lies, lies.c.id == s.id, isouter=True)
            .where(s.subject.in_(mentions), s.predicate.in_(_OF_PERSONS), known(statements, known_by), *free),
            select(
                literal(_ACT),
                acts.c.id,
                acts.c.victim,
                acts.c.kind,
                null(),
                acts.c.place,
                acts.c.on_lo,
                acts.c.on_hi,
                *no_source,
            ).where(acts.c.victim.in_(mentions), known(acts, known_by)),
            select(
                literal(_HELD),
                episodes.c.subject,
                episodes.c.person,
                null(),
                null(),
                null(),
                whose,
                others.c.subject,
                *no_source,
            )
            .join(own, (own.c.subject == episodes.c.subject) & known(own, known_by), isouter=True)
            .join(others, (others.c.identity == whose) & known(others, known_by), isouter=True)
            .where(episodes.c.person.in_(mentions), known(episodes, known_by)),
        )

    def _detentions(
        self,
        connection: Connection,
        owners: Mapping[int, About],
        rows: Iterable[tuple[int, int, int, int | None]],
        known_by: int | None,
        read_sources: dict[int, SourceSaid],
    ) -> list[tuple[Detention, Any]]:
        """Bring together the mentions of each detention; return the rows of their events."""
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
        told = self._events(connection, of_mention, known_by)
        for _, row in told:
            _note_source(read_sources, row[-len(_SOURCE) - 1 : -1])  # the last says which kind of row it is
        for each in {id(about): about for about in held.values()}.values():
            for detention in each.detentions:
                each.places |= detention.places
        return told

    def _events(
        self, connection: Connection, of_mention: Mapping[int, Detention], known_by: int | None
    ) -> list[tuple[Detention, Any]]:
        events, holders = self._tables["episode_events"], self._tables["holders"]
        e, h = events.c, holders.c
        columns = (e.id, e.subject, e.event, e.place, e.at, e.on_lo, e.on_hi, e.when_lo, e.when_hi)
        nothing = [null() for _ in columns[3:]]
        told: list[tuple[Detention, Any]] = []
        for chunk in chunks(sorted(of_mention)):
            ids = select(statements.c.id).where(statements.c.subject.in_(chunk))
            happened = select(*columns, *_SOURCE).where(e.id.in_(ids), known(events, known_by))
            happened = happened.join(accounts, accounts.c.id == e.id.op(">>")(ORDER_BITS))
            happened = happened.join(sources, sources.c.id == accounts.c.source)
            no_source = [null() for _ in _SOURCE]
            held_by = select(h.id, h.subject, h.party, *nothing, *no_source).where(
                h.id.in_(ids), known(holders, known_by)
            )
            kinds = (happened.add_columns(literal(0).label("holds")), held_by.add_columns(literal(1)))
            for row in connection.execute(union_all(*kinds).order_by("id")).all():
                detention = of_mention[row.subject]
                if row.holds:
                    detention.parties.add(row.event)
                    continue
                if row.place is not None:
                    detention.places.add(row.place)
                told.append((detention, row))
        return told


def _event(row: Any, source: SourceSaid | None) -> EpisodeEvent:
    dated = row.on_lo is not None or row.on_hi is not None
    return EpisodeEvent(
        id=row.id,
        event=row.event,
        lo=row.on_lo if dated else row.when_lo,
        hi=row.on_hi if dated else row.when_hi,
        published=None if source is None else source.published,
        placed=row.place is not None or row.at is not None,
    )


def identities_of(connection: Connection, mentions: Sequence[int], known_by: int | None) -> dict[int, int]:
    """Return the identity of each mention that was joined with an older one."""
    found: dict[int, int] = {}
    for chunk in chunks(mentions):
        query = select(memberships.c.subject, memberships.c.identity).where(
            memberships.c.subject.in_(chunk), known(memberships, known_by)
        )
        found.update((mention, identity) for mention, identity in connection.execute(query).all())
    return found


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


def _note_source(found: dict[int, SourceSaid], said: Sequence[Any]) -> None:
    """Take in what stands beside a row, in the order of ``_SOURCE``."""
    account, source, key, synthetic, published = said
    if account not in found:
        found[account] = SourceSaid(source, key, bool(synthetic), published)


def sources_of(connection: Connection, entries: Iterable[int]) -> dict[int, SourceSaid]:
    """Return the source of each account."""
    found: dict[int, SourceSaid] = {}
    for chunk in chunks(sorted(entries)):
        query = select(*_SOURCE).join(sources, sources.c.id == accounts.c.source).where(accounts.c.id.in_(chunk))
        for row in connection.execute(query).all():
            _note_source(found, row)
    return found


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
