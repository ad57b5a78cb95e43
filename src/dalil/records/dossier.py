"""Everything said about one subject and what hangs on it, read in a fixed number of queries.

A screen shows a person with their detentions, acts, appearances and kin. Asking for each in turn costs dozens of
queries; a dossier asks for all of them at once, whatever there is, and nothing here depends on who looks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, and_, func, literal, select, union_all

from dalil.errors import UnknownSubject
from dalil.intake.register import accounts, sources
from dalil.ledger.entries import read_header
from dalil.ledger.log import bodies
from dalil.ledger.tables import entries
from dalil.records.deriving import bounds_of
from dalil.records.marks import read_marks
from dalil.records.statement_view import StatementView, view_of
from dalil.records.status import EpisodeEvent, Status, fold_status
from dalil.records.status_rules import rules_for
from dalil.records.tables import grades, memberships, preferences, statements, subjects
from dalil.records.tables import known_by as known
from dalil.values.ids import MAX_ORDER, ORDER_BITS, format_subject, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

CHUNK: Final = 900
MOST_MENTIONS: Final = 300
MOST_RELATED: Final = 400
"""Subjects that hang on one; a hospital with more of them shows the first, and says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source as it stands beside a statement."""

    id: int
    key: str
    kind: str
    title: str
    publisher: str | None
    synthetic: bool
    published_lo: int | None
    published_hi: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One subject, and what its accounts say of other subjects that name it.

    Attributes
    ----------
    identity : int
        Its id; ``asked`` may be any mention of it.
    mentions : tuple of int
        Oldest first.
    about : tuple of StatementView
        Statements about it, closed ones left out, in the order of the ledger.
    related : mapping of identity to statements
        Episodes, acts, appearances, kin … of which a statement names this subject.
    kinds, labels : mappings
        Kind and known names of every subject that any of these statements names, by mention and by identity.
    marks : mapping of kind of mark to values
    """

    asked: int
    identity: int
    kind: str
    mentions: tuple[int, ...]
    about: tuple[StatementView, ...]
    related: Mapping[int, tuple[StatementView, ...]]
    identities: Mapping[int, int]
    kinds: Mapping[int, str]
    labels: Mapping[int, tuple[str, ...]]
    sources: Mapping[int, SourceLine]
    marks: Mapping[int, Mapping[str, frozenset[str]]]
    grades: Mapping[int, tuple[str, str | None]]
    preferred: frozenset[int]
    known_by: int | None
    is_cut: bool = False
    recorded: Mapping[int, str] = field(default_factory=dict)

    @property
    def synthetic(self) -> bool:
        """Whether any source of this subject is invented."""
        return any(view.synthetic for view in self.about)

    def status(self, episode: int, *, as_of: int, method: str, vocabulary: Vocabulary) -> Status:
        """Return the status of one of the related episodes: the same fold as ``Records.status``, without asking again.

        Parameters
        ----------
        episode : int
            Identity of an episode among ``related``, or of the subject itself.
        as_of : int
            Days since 1970-01-01.
        """
        told = self.about if episode == self.identity else self.related[episode]
        chosen = vocabulary.methods[method]
        held_by = {_parts(v).get("party") for v in told if v.predicate == "held_by" and v.is_free}
        fitting = {code for party in chosen.parties for code in vocabulary.within("parties", party)}
        fits = True if not chosen.parties else (bool(held_by & fitting) if held_by else None)
        events = [self._event(v) for v in told if v.predicate == "episode_event" and v.is_free]
        return fold_status(events, as_of=as_of, rules=rules_for(vocabulary, chosen), holder_fits=fits)

    def _event(self, view: StatementView) -> EpisodeEvent:
        value = _parts(view)
        lo, hi = bounds_of(value.get("on")) if value.get("on") else (None, None)
        if lo is None and hi is None:
            lo, hi = bounds_of(view.when)
        return EpisodeEvent(
            id=view.id,
            event=value["event"],
            lo=lo,
            hi=hi,
            published=self.sources[view.source].published_hi,
            placed=value.get("place") is not None or value.get("at") is not None,
        )


def _parts(view: StatementView) -> dict[str, Any]:
    return view.value if isinstance(view.value, dict) else {}


def read_dossier(
    connection: Connection, vocabulary: Vocabulary, subject: int, *, known_by: int | None = None
) -> Dossier:
    """Read the dossier of a subject as known by a ledger size, in ten queries.

    Raises
    ------
    UnknownSubject
        No account introduced it, or none had by then.
    """
    kind, identity, mentions = _who(connection, subject, known_by)
    related, joined, cut = _related(connection, mentions, identity, known_by)
    wanted = {*mentions, *joined}
    rows = _rows(connection, sorted(wanted), known_by)
    said = _bodies(connection, rows)
    views = [
        view_of(row, said[row.entry][0], joined.get(row.subject, identity), vocabulary)
        for row in rows
        if row.entry in said
    ]
    named = _named(views, vocabulary) | set(mentions)
    identities, others = _join(connection, named - wanted, known_by)
    identities |= joined | dict.fromkeys(mentions, identity)
    others = (named | others) - wanted
    names = _name_rows(connection, sorted(others), known_by)
    elsewhere = {m >> ORDER_BITS for m in (*others, *names)} - said.keys()
    more = _more(connection, sorted(elsewhere))
    all_bodies = {entry: body for entry, (body, _) in said.items()} | more
    kinds = _kinds(all_bodies, named | others, identities)
    labels = _labels(views, names, all_bodies, identities)
    by_identity: dict[int, list[StatementView]] = {each: [] for each in related}
    for view in views:
        if view.subject not in set(mentions):
            by_identity[joined[view.subject]].append(view)
    graded, preferred = _decided(connection, wanted, identities, known_by)
    everyone: dict[int, set[int]] = {identity: set(mentions)}
    for mention, owner in identities.items():
        everyone.setdefault(owner, set()).update((mention, owner))
    return Dossier(
        asked=subject,
        identity=identity,
        kind=kind,
        mentions=tuple(mentions),
        about=tuple(view for view in views if view.subject in set(mentions)),
        related={each: tuple(told) for each, told in by_identity.items()},
        identities=identities,
        kinds=kinds,
        labels=labels,
        sources={row.source: _source(row) for row in rows},
        marks=read_marks(connection, everyone, known_by=known_by),
        grades=graded,
        preferred=preferred,
        known_by=known_by,
        is_cut=cut,
        recorded={entry: at for entry, (_, at) in said.items()},
    )


def _who(connection: Connection, subject: int, size: int | None) -> tuple[str, int, list[int]]:
    own, joined = memberships.alias("own"), memberships.alias("joined")
    identity = func.coalesce(own.c.identity, subjects.c.id)
    rows = connection.execute(
        select(subjects.c.kind, identity.label("identity"), joined.c.subject.label("mention"))
        .join(own, and_(own.c.subject == subjects.c.id, known(own, size)), isouter=True)
        .join(joined, and_(joined.c.identity == identity, known(joined, size)), isouter=True)
        .where(subjects.c.id == subject, known(subjects, size))
    ).all()
    if not rows:
        raise UnknownSubject(
            "No account introduced this subject.",
            expected="an id such as 18233.0",
            found=format_subject(subject),
            todo="`dalil records show` takes ids as printed by `dalil figures run --members`.",
        )
    mentions = {int(rows[0].identity), subject, *(row.mention for row in rows if row.mention is not None)}
    return rows[0].kind, int(rows[0].identity), sorted(mentions)[:MOST_MENTIONS]


def _related(
    connection: Connection, mentions: Sequence[int], identity: int, size: int | None
) -> tuple[list[int], dict[int, int], bool]:
    """Return identities that a statement of the subject's own accounts binds to it, and every mention of them."""
    starts = sorted({mention & ~(MAX_ORDER - 1) for mention in mentions})
    # One range of the primary key each: of ranges joined by OR, SQLite makes a scan of the whole table.
    ranges = [
        select(statements.c.subject).where(
            statements.c.id.between(start, start + MAX_ORDER - 1),
            statements.c.object.in_(mentions),
            known(statements, size),
        )
        for start in starts
    ]
    found = set(connection.execute(union_all(*ranges)).scalars()) - set(mentions)
    first = sorted(found)[:MOST_RELATED]
    own = select(memberships.c.identity).where(memberships.c.subject.in_(first), known(memberships, size))
    rows = connection.execute(
        select(memberships.c.subject, memberships.c.identity).where(
            memberships.c.identity.in_(own), known(memberships, size)
        )
    ).all()
    joined = {row.subject: row.identity for row in rows if row.identity != identity}
    joined |= {row.identity: row.identity for row in rows if row.identity != identity}
    for mention in first:
        joined.setdefault(mention, mention)
    return sorted(set(joined.values())), joined, len(found) > MOST_RELATED


def _rows(connection: Connection, mentions: Sequence[int], size: int | None) -> Sequence[Any]:
    return connection.execute(
        select(
            statements,
            subjects.c.kind,
            accounts.c.source,
            accounts.c.language,
            sources.c.key,
            sources.c.synthetic,
            sources.c.kind.label("source_kind"),
            sources.c.title,
            sources.c.publisher,
            sources.c.published_lo,
            sources.c.published_hi,
        )
        .join(accounts, accounts.c.id == statements.c.entry)
        .join(sources, sources.c.id == accounts.c.source)
        .join(subjects, subjects.c.id == statements.c.subject)
        .where(statements.c.subject.in_(mentions), known(statements, size))
        .order_by(statements.c.id)
    ).all()


def _source(row: Any) -> SourceLine:
    return SourceLine(
        id=row.source,
        key=row.key,
        kind=row.source_kind,
        title=row.title,
        publisher=row.publisher,
        synthetic=row.synthetic,
        published_lo=row.published_lo,
        published_hi=row.published_hi,
    )


def _bodies(connection: Connection, rows: Iterable[Any]) -> dict[int, tuple[dict[str, Any], str]]:
    """Return what accounts say and when they were recorded; erased ones are absent."""
    positions = sorted({row.entry for row in rows})
    found: dict[int, tuple[dict[str, Any], str]] = {}
    for start in range(0, len(positions), CHUNK):
        chunk = positions[start : start + CHUNK]
        query = select(entries.c.position, entries.c.header, entries.c.body).where(entries.c.position.in_(chunk))
        for position, header, body in connection.execute(query):
            if body is not None:
                found[position] = (json.loads(body), read_header(header, position).recorded_at)
    return found


def _more(connection: Connection, positions: Sequence[int]) -> dict[int, dict[str, Any]]:
    return bodies(connection, positions[:MOST_RELATED]) if positions else {}


def _named(views: Iterable[StatementView], vocabulary: Vocabulary) -> set[int]:
    found: set[int] = set()
    for view in views:
        parts = vocabulary.predicates[view.predicate].parts
        if isinstance(view.value, dict):
            found |= {v for p, v in view.value.items() if p in parts and parts[p].base == "subject"}
        found |= {view.speaker} if view.speaker is not None else set()
    return found


def _join(connection: Connection, mentions: set[int], size: int | None) -> tuple[dict[int, int], set[int]]:
    if not mentions:
        return {}, set()
    query = select(memberships.c.subject, memberships.c.identity).where(
        memberships.c.subject.in_(sorted(mentions)), known(memberships, size)
    )
    joined = {row.subject: row.identity for row in connection.execute(query)}
    return {mention: joined.get(mention, mention) for mention in mentions}, set(joined.values())


def _name_rows(connection: Connection, mentions: Sequence[int], size: int | None) -> dict[int, int]:
    """Return the standing names of subjects: statement id to mention."""
    if not mentions:
        return {}
    query = select(statements.c.id, statements.c.subject).where(
        statements.c.subject.in_(mentions),
        statements.c.predicate == "name",
        statements.c.polarity.is_(None),
        known(statements, size),
    )
    return {row.id: row.subject for row in connection.execute(query.order_by(statements.c.id))}


def _kinds(
    said: Mapping[int, Mapping[str, Any]], named: Iterable[int], identities: Mapping[int, int]
) -> dict[int, str]:
    """Return the kind of every subject that an account at hand introduces."""
    kinds: dict[int, str] = {}
    wanted = {*named, *identities, *identities.values()}
    for entry, body in said.items():
        for order, (_, kind, *existing) in enumerate(body["subjects"]):
            mention = parse_subject(existing[0]) if existing else entry << ORDER_BITS | order
            if mention in wanted:
                kinds[mention] = kind
                kinds.setdefault(identities.get(mention, mention), kind)
    return kinds


def _labels(
    views: Iterable[StatementView],
    names: Mapping[int, int],
    said: Mapping[int, Mapping[str, Any]],
    identities: Mapping[int, int],
) -> dict[int, tuple[str, ...]]:
    """Return what subjects are called, by mention and by identity; names said in confidence are left out."""
    labels: dict[int, list[str]] = {}

    def add(mention: int, text: str) -> None:
        for each in {mention, identities.get(mention, mention)}:
            if text not in labels.setdefault(each, []):
                labels[each].append(text)

    for view in views:
        if view.predicate == "name" and view.is_free and view.sensitivity is None:
            add(view.subject, str(_parts(view)["text"]))
    for identifier, mention in names.items():
        body = said.get(identifier >> ORDER_BITS)
        statement = body["statements"][identifier & MAX_ORDER - 1] if body else {"sensitivity": "erased"}
        if "sensitivity" not in statement:
            add(mention, str(statement["value"]["text"]))
    return {each: tuple(texts) for each, texts in labels.items()}


def _decided(
    connection: Connection, mentions: Iterable[int], identities: Mapping[int, int], size: int | None
) -> tuple[dict[int, tuple[str, str | None]], frozenset[int]]:
    """Return the grades of subjects, and the statements that were preferred."""
    wanted = sorted(mentions)
    graded = select(grades.c.subject, grades.c.grade, grades.c.flag, grades.c.id.label("id"), literal(0).label("what"))
    chosen = select(preferences.c.subject, literal(""), literal(""), preferences.c.statement.label("id"), literal(1))
    rows = connection.execute(
        union_all(
            graded.where(grades.c.subject.in_(wanted), known(grades, size)),
            chosen.where(preferences.c.subject.in_(wanted), known(preferences, size)),
        )
    ).all()
    graded_rows = sorted((row for row in rows if not row.what), key=lambda row: int(row.id))
    found = {identities.get(row.subject, row.subject): (row.grade, row.flag) for row in graded_rows}
    return found, frozenset(row.id for row in rows if row.what)
