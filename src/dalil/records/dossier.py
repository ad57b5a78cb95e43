"""Everything said about one subject and what hangs on it, read in a fixed number of queries.

A screen shows a person with their detentions, acts, appearances and kin. Asking for each in turn costs dozens of
queries; a dossier asks for all of them at once, whatever there is, and nothing here depends on who looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, and_, func, or_, select, union

from dalil.errors import UnknownSubject
from dalil.records.deriving import bounds_of
from dalil.records.marks import read_decided
from dalil.records.said_rows import (
    SourceLine,
    accounts_of,
    join,
    kinds_of,
    label_subjects,
    name_rows,
    named_in,
    parts_of,
    read_bodies,
    read_source,
    statement_rows,
)
from dalil.records.statement_view import StatementView, view_of
from dalil.records.status import EpisodeEvent, Status, fold_status
from dalil.records.status_rules import rules_for
from dalil.records.tables import known_by as known
from dalil.records.tables import memberships, statements, subjects, typed_table
from dalil.values.ids import MAX_ORDER, ORDER_BITS, format_subject
from dalil.vocabulary.vocabulary import Vocabulary

CHUNK: Final = 900
MOST_MENTIONS: Final = 300
MOST_ACCOUNTS: Final = 300
MOST_RELATED: Final = 400
"""Subjects that hang on one; a hospital with more of them shows the first, and says so."""


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
        held_by = {parts_of(v).get("party") for v in told if v.predicate == "held_by" and v.is_free}
        fitting = {code for party in chosen.parties for code in vocabulary.within("parties", party)}
        fits = True if not chosen.parties else (bool(held_by & fitting) if held_by else None)
        events = [self._event(v) for v in told if v.predicate == "episode_event" and v.is_free]
        return fold_status(events, as_of=as_of, rules=rules_for(vocabulary, chosen), holder_fits=fits)

    def _event(self, view: StatementView) -> EpisodeEvent:
        value = parts_of(view)
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


def read_dossier(
    connection: Connection, vocabulary: Vocabulary, subject: int, *, known_by: int | None = None
) -> Dossier:
    """Read the dossier of a subject as known by a ledger size, in nine queries.

    Raises
    ------
    UnknownSubject
        No account introduced it, or none had by then.
    """
    kind, identity, every = who_is(connection, subject, known_by)
    mentions = every[:MOST_MENTIONS]
    related, joined, cut = _related(connection, vocabulary, mentions, identity, known_by)
    wanted = {*mentions, *joined}
    rows = statement_rows(connection, statements.c.subject.in_(sorted(wanted)), known_by)
    said = accounts_of(connection, rows)
    views = [
        view_of(row, said[row.entry][0], joined.get(row.subject, identity), vocabulary)
        for row in rows
        if row.entry in said
    ]
    named = named_in(views, vocabulary) | set(mentions)
    identities, others = join(connection, named - wanted, known_by)
    identities |= joined | dict.fromkeys(mentions, identity)
    others = (named | others) - wanted
    names = name_rows(connection, sorted(others), known_by)
    elsewhere = {m >> ORDER_BITS for m in (*others, *names)} - said.keys()
    more = read_bodies(connection, sorted(elsewhere))
    all_bodies = {entry: body for entry, (body, _) in said.items()} | more
    kinds = kinds_of(all_bodies, named | others, identities)
    labels = label_subjects(views, names, all_bodies, identities)
    by_identity: dict[int, list[StatementView]] = {each: [] for each in related}
    for view in views:
        if view.subject not in set(mentions):
            by_identity[joined[view.subject]].append(view)
    # Marks of every mention, shown or not: one that is out of reach puts the record out of reach.
    everyone: dict[int, set[int]] = {identity: set(every)}
    for mention, owner in identities.items():
        everyone.setdefault(owner, set()).update((mention, owner))
    decided = read_decided(connection, everyone, graded=wanted, known_by=known_by)
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
        sources={row.source: read_source(row) for row in rows},
        marks=decided.marks,
        grades=decided.grades,
        preferred=decided.preferred,
        known_by=known_by,
        is_cut=cut,
        recorded={entry: at for entry, (_, at) in said.items()},
    )


def who_is(connection: Connection, subject: int, size: int | None = None) -> tuple[str, int, list[int]]:
    """Return a subject's kind, its identity and every mention of that, in one query.

    Raises
    ------
    UnknownSubject
        No account introduced it, or none had by then.
    """
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
    return rows[0].kind, int(rows[0].identity), sorted(mentions)


def _related(
    connection: Connection, vocabulary: Vocabulary, mentions: Sequence[int], identity: int, size: int | None
) -> tuple[list[int], dict[int, int], bool]:
    """Return identities that a statement of the subject's own accounts binds to it, and every mention of them."""
    # Every account that says anything of the subject, whether it introduced it or speaks of it by its id; and in each
    # of them what names the subject. One range of the primary key an account.
    speaking = (
        select(statements.c.entry.op("<<")(ORDER_BITS).label("start"))
        .where(statements.c.subject.in_(mentions))
        .distinct()
        .limit(MOST_ACCOUNTS)
        .cte("speaking")
    )
    told = (
        select(statements.c.subject)
        .select_from(speaking)
        .join(statements, statements.c.id.between(speaking.c.start, speaking.c.start + (MAX_ORDER - 1)))
        .where(statements.c.object.in_(mentions), known(statements, size))
        .subquery()
    )
    named = (
        select(told.c.subject).distinct().where(told.c.subject.not_in(mentions)).limit(MOST_RELATED + 1).cte("named")
    )
    # What rebuts any of these, or the subject itself, is part of them: a claim is never shown without its rebuttal.
    rebuttals = typed_table(vocabulary.predicates["rebuts"])
    rebutted = or_(rebuttals.c.claim.in_(mentions), rebuttals.c.claim.in_(select(named.c.subject)))
    found = union(select(named.c.subject), select(rebuttals.c.subject).where(rebutted, known(rebuttals, size))).cte(
        "found"
    )
    own, others = memberships.alias("own"), memberships.alias("others")
    whose = func.coalesce(own.c.identity, found.c.subject)
    rows = connection.execute(
        select(found.c.subject, whose.label("identity"), others.c.subject.label("mention"))
        .join(own, and_(own.c.subject == found.c.subject, known(own, size)), isouter=True)
        .join(others, and_(others.c.identity == whose, known(others, size)), isouter=True)
    ).all()
    first = sorted({row.subject for row in rows})[:MOST_RELATED]
    joined: dict[int, int] = {}
    for row in rows:
        if row.subject in first and row.identity != identity:
            joined |= {row.subject: row.identity, row.identity: row.identity}
            if row.mention is not None:
                joined[row.mention] = row.identity
    return sorted(set(joined.values())), joined, len({row.subject for row in rows}) > MOST_RELATED
