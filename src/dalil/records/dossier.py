"""Everything said about one subject and what hangs on it, read in a fixed number of queries.

A screen shows a person with their detentions, acts, appearances and kin. Asking for each in turn costs dozens of
queries; a dossier asks for all of them at once, whatever there is, and nothing here depends on who looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, literal, or_, select, union, union_all

from dalil.errors import UnknownSubject
from dalil.records.deriving import bounds_of
from dalil.records.marks import read_decided
from dalil.records.said_rows import (
    SourceLine,
    accounts_of,
    join,
    kinds_of,
    label_subjects,
    named_in,
    names_and_bodies,
    parts_of,
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


def read_dossiers(
    connection: Connection, vocabulary: Vocabulary, asked: Sequence[int], *, known_by: int | None = None
) -> dict[int, Dossier]:
    """Read the dossiers of a few subjects as known by a ledger size, in eight queries for all of them.

    Marks, grades and preferred values of each are those of all that were asked for, and of whom they name.

    Raises
    ------
    UnknownSubject
        No account introduced one of them, or none had by then.
    """
    whom = who_are(connection, asked, known_by)
    told_of = _related(connection, vocabulary, whom, known_by)
    wanted = {mention for each in told_of.values() for mention in each.everyone}
    rows = statement_rows(connection, statements.c.subject.in_(sorted(wanted)), known_by)
    said = accounts_of(connection, rows)
    views: dict[int, list[StatementView]] = {}
    named: dict[int, set[int]] = {}
    for subject, each in told_of.items():
        owners = {**each.joined} | dict.fromkeys(each.mentions, whom[subject].identity)
        views[subject] = [
            view_of(row, said[row.entry][0], owners[row.subject], vocabulary)
            for row in rows
            if row.entry in said and row.subject in owners
        ]
        named[subject] = named_in(views[subject], vocabulary) | set(each.mentions)
    others = {mention for each in named.values() for mention in each}
    owned, joined_to = join(connection, others, known_by)
    others = (others | joined_to) - wanted
    elsewhere = {mention >> ORDER_BITS for mention in others} - said.keys()
    names, more = names_and_bodies(connection, sorted(others), elsewhere, known_by)
    bodies = {entry: body for entry, (body, _) in said.items()} | more
    identities: dict[int, dict[int, int]] = {}
    everyone = set(joined_to)
    for subject, each in told_of.items():
        beyond = {mention: owned[mention] for mention in named[subject] - each.everyone}
        identities[subject] = beyond | {**each.joined} | dict.fromkeys(each.mentions, whom[subject].identity)
        everyone |= set(identities[subject].values())
    decided = read_decided(connection, everyone, graded=wanted, known_by=known_by)
    found = {}
    for subject, each in told_of.items():
        own = set(each.mentions)
        by_identity: dict[int, list[StatementView]] = {identity: [] for identity in each.identities}
        for view in views[subject]:
            if view.subject not in own:
                by_identity[each.joined[view.subject]].append(view)
        here = {view.entry for view in views[subject]}
        found[subject] = Dossier(
            asked=subject,
            identity=whom[subject].identity,
            kind=whom[subject].kind,
            mentions=tuple(each.mentions),
            about=tuple(view for view in views[subject] if view.subject in own),
            related={identity: tuple(told) for identity, told in by_identity.items()},
            identities=identities[subject],
            kinds=kinds_of(bodies, named[subject] | others, identities[subject]),
            labels=label_subjects(views[subject], names, bodies, identities[subject]),
            sources={row.source: read_source(row) for row in rows if row.entry in here},
            marks=decided.marks,
            grades=decided.grades,
            preferred=decided.preferred,
            known_by=known_by,
            is_cut=each.is_cut,
            recorded={entry: at for entry, (_, at) in said.items() if entry in here},
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """A subject: its kind, its identity, and every mention of that, oldest first."""

    kind: str
    identity: int
    mentions: tuple[int, ...]


def who_are(connection: Connection, asked: Sequence[int], size: int | None = None) -> dict[int, Whom]:
    """Return kind, identity and mentions of some subjects, in one query.

    Raises
    ------
    UnknownSubject
        No account introduced one of them, or none had by then.
    """
    own, joined = memberships.alias("own"), memberships.alias("joined")
    identity = func.coalesce(own.c.identity, subjects.c.id)
    rows = connection.execute(
        select(subjects.c.id, subjects.c.kind, identity.label("identity"), joined.c.subject.label("mention"))
        .join(own, and_(own.c.subject == subjects.c.id, known(own, size)), isouter=True)
        .join(joined, and_(joined.c.identity == identity, known(joined, size)), isouter=True)
        .where(subjects.c.id.in_(asked), known(subjects, size))
    ).all()
    found = {}
    for subject in asked:
        told = [row for row in rows if row.id == subject]
        if not told:
            raise UnknownSubject(
                "No account introduced this subject.",
                expected="an id such as 18233.0",
                found=format_subject(subject),
                todo="`dalil records show` takes ids as printed by `dalil figures run --members`.",
            )
        whose = int(told[0].identity)
        mentions = {whose, subject, *(row.mention for row in told if row.mention is not None)}
        found[subject] = Whom(kind=told[0].kind, identity=whose, mentions=tuple(sorted(mentions)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Related:
    """What hangs on one subject: identities, and the identity of every mention of them; cut where there are too many.

    ``mentions`` are the subject's own, as many as a page reads.
    """

    mentions: tuple[int, ...]
    identities: tuple[int, ...]
    joined: Mapping[int, int]
    is_cut: bool

    @property
    def everyone(self) -> set[int]:
        return {*self.mentions, *self.joined}


def _related(
    connection: Connection, vocabulary: Vocabulary, whom: Mapping[int, Whom], size: int | None
) -> dict[int, _Related]:
    """Return what a statement of each subject's own accounts binds to it, in one query for all."""
    asked = {subject: each.mentions[:MOST_MENTIONS] for subject, each in whom.items()}
    queries = [_bound(vocabulary, n, mentions, size) for n, mentions in enumerate(asked.values())]
    rows = connection.execute(union_all(*queries) if len(queries) > 1 else queries[0]).all()
    return {
        subject: _joined(mentions, whom[subject].identity, [row for row in rows if row.asked == n])
        for n, (subject, mentions) in enumerate(asked.items())
    }


def _bound(vocabulary: Vocabulary, n: int, mentions: Sequence[int], size: int | None) -> Select[Any]:
    """Return a query for every mention that the accounts of one subject bind to it; ``n`` tells it from the others."""
    # Every account that says anything of the subject, whether it introduced it or speaks of it by its id; and in each
    # of them what names the subject. One range of the primary key an account.
    speaking = (
        select(statements.c.entry.op("<<")(ORDER_BITS).label("start"))
        .where(statements.c.subject.in_(mentions))
        .distinct()
        .limit(MOST_ACCOUNTS)
        .cte(f"speaking_{n}")
    )
    told = (
        select(statements.c.subject)
        .select_from(speaking)
        .join(statements, statements.c.id.between(speaking.c.start, speaking.c.start + (MAX_ORDER - 1)))
        .where(statements.c.object.in_(mentions), known(statements, size))
        .subquery()
    )
    named = (
        select(told.c.subject)
        .distinct()
        .where(told.c.subject.not_in(mentions))
        .limit(MOST_RELATED + 1)
        .cte(f"named_{n}")
    )
    # What rebuts any of these, or the subject itself, is part of them: a claim is never shown without its rebuttal.
    rebuttals = typed_table(vocabulary.predicates["rebuts"])
    rebutted = or_(rebuttals.c.claim.in_(mentions), rebuttals.c.claim.in_(select(named.c.subject)))
    found = union(select(named.c.subject), select(rebuttals.c.subject).where(rebutted, known(rebuttals, size))).cte(
        f"found_{n}"
    )
    own, others = memberships.alias(f"own_{n}"), memberships.alias(f"others_{n}")
    whose = func.coalesce(own.c.identity, found.c.subject)
    return (
        select(
            literal(n).label("asked"),
            found.c.subject.label("subject"),
            whose.label("identity"),
            others.c.subject.label("mention"),
        )
        .join(own, and_(own.c.subject == found.c.subject, known(own, size)), isouter=True)
        .join(others, and_(others.c.identity == whose, known(others, size)), isouter=True)
    )


def _joined(mentions: Sequence[int], identity: int, rows: Sequence[Any]) -> _Related:
    first = sorted({row.subject for row in rows})[:MOST_RELATED]
    joined: dict[int, int] = {}
    for row in rows:
        if row.subject in first and row.identity != identity:
            joined |= {row.subject: row.identity, row.identity: row.identity}
            if row.mention is not None:
                joined[row.mention] = row.identity
    return _Related(
        mentions=tuple(mentions),
        identities=tuple(sorted(set(joined.values()))),
        joined=joined,
        is_cut=len({row.subject for row in rows}) > MOST_RELATED,
    )
