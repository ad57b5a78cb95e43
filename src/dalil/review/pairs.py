"""A pair as a reviewer sees it: two mentions side by side, what others said of them, and the version they now have."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, FromClause, func, or_, select, union_all

from dalil.errors import UnknownSubject, WrongValue
from dalil.protection import Actor
from dalil.protection.opening import open_dossiers
from dalil.records.dossier import Dossier
from dalil.records.judged import identities_of, mentions_joined
from dalil.records.said_rows import SourceLine
from dalil.records.statement_view import StatementView
from dalil.records.tables import judgements, memberships, statements
from dalil.review.auditing import Audited
from dalil.review.facts import FieldCompared, compare_facts, facts_of
from dalil.review.pair_states import PairState
from dalil.review.permissions import Deed
from dalil.values.ids import entry_of, format_subject, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

CHUNK: Final = 400
JOINS: Final = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two: a mention, the account that made it, and who it is joined with so far."""

    subject: int
    identity: int
    source: SourceLine | None
    statements: tuple[StatementView, ...]
    joined_with: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One verdict that was given on the pair: by whose key, when first, why, and whether it still stands.

    ``confirmed_by`` is the entry in which a second person gave the same, where it was proposed.
    """

    entry: int
    verdict: str
    actor: str
    recorded_at: str
    note: str | None
    proposed: bool
    stands: bool
    by_a_person: bool
    confirmed_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two mentions that someone must judge.

    Attributes
    ----------
    key : str
        ``<entry>.<n>~<entry>.<n>``, the older first.
    version : int
        What :meth:`Review.decide` must be given, so that nobody decides on what has changed since it was shown.
    asks : Deed
        What giving a verdict now would be.
    joined : bool
        Whether both are one person as things stand.
    probability : float or None
        That they are the same, as the model finds; None where the policy hides it or no model has looked.
    history : tuple of Past
        Empty for a reviewer who looks a second time: the first verdict is hidden until theirs is given.
    synthetic : bool
        Whether a source of either is invented.
    """

    key: str
    kind: str
    a: Side
    b: Side
    fields: tuple[FieldCompared, ...]
    state: PairState
    asks: Deed
    version: int
    joined: bool
    probability: float | None
    history: tuple[Past, ...]
    synthetic: bool

    @property
    def is_blind(self) -> bool:
        """Whether score and earlier verdicts are hidden."""
        return self.asks is Deed.LOOK_AGAIN

    def as_json(self) -> dict[str, Any]:
        """Return the pair as JSON values, ids as ``<entry>.<n>``."""
        return {
            "pair": self.key,
            "kind": self.kind,
            "state": self.state.value,
            "asks": self.asks.value,
            "version": self.version,
            "joined": self.joined,
            "probability": self.probability,
            "synthetic": self.synthetic,
            "sides": [
                {
                    "subject": format_subject(side.subject),
                    "identity": format_subject(side.identity),
                    "source": None if side.source is None else side.source.key,
                    "names": list(side.names),
                    "joined_with": [format_subject(mention) for mention in side.joined_with],
                }
                for side in (self.a, self.b)
            ],
            "fields": [
                {
                    "field": each.field,
                    "a": [fact.text for fact in each.a],
                    "b": [fact.text for fact in each.b],
                    "agreement": each.agreement.value,
                    "english": each.english,
                    "arabic": each.arabic,
                }
                for each in self.fields
            ],
            "history": [
                {
                    "entry": past.entry,
                    "verdict": past.verdict,
                    "actor": past.actor,
                    "at": past.recorded_at,
                    "note": past.note,
                    "proposed": past.proposed,
                    "stands": past.stands,
                    "confirmed_by": past.confirmed_by,
                }
                for past in self.history
            ],
        }


def pair_key(a: int, b: int) -> str:
    """Return the key of a pair."""
    return JOINS.join(format_subject(mention) for mention in sorted((a, b)))


def read_pair_key(text: str) -> tuple[int, int]:
    """Return the two mentions of a pair's key, the older first.

    Raises
    ------
    WrongValue
        Not two different subjects.
    """
    try:
        a, b = (parse_subject(part) for part in text.split(JOINS))
    except (ValueError, UnknownSubject):
        a = b = 0
    if a == b:
        raise WrongValue(
            "This does not name a pair.",
            expected="two subjects with a tilde between them, such as 18.0~90.0",
            where="pair",
            todo="Copy it from `dalil review queue`.",
        )
    return min(a, b), max(a, b)


def version_of(connection: Connection, a: int, b: int) -> int:
    """Return the ledger size at which anything was last said or judged of two mentions, or of who they are."""
    who = identities_of(connection, (a, b))
    return version_of_mentions(connection, {a, b}.union(*mentions_joined(connection, set(who.values())).values()))


def version_of_mentions(connection: Connection, mentions: Collection[int], *more: FromClause) -> int:
    """Return the same of all mentions there are, ``more`` tables of what was decided of them included. One query."""
    latest = 0
    wanted = sorted(mentions)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        asked = [
            (judgements, or_(judgements.c.a.in_(chunk), judgements.c.b.in_(chunk))),
            (memberships, or_(memberships.c.subject.in_(chunk), memberships.c.identity.in_(chunk))),
            *((table, table.c.subject.in_(chunk)) for table in (statements, *more)),
        ]
        ends = [select(func.max(table.c.since), func.max(table.c.until)).where(which) for table, which in asked]
        for row in connection.execute(union_all(*ends)):
            latest = max([latest, *(1 + position for position in row if position is not None)])
    return latest


def show_pair(
    connection: Connection,
    vocabulary: Vocabulary,
    actor: Actor,
    a: int,
    b: int,
    *,
    state: PairState,
    asks: Deed,
    probability: float | None,
    history: tuple[Past, ...],
) -> Pair:
    """Return a pair as an actor may see it.

    Raises
    ------
    UnknownSubject
        One of the two is not there, or not for this actor.
    """
    dossiers = open_dossiers(connection, vocabulary, actor, (a, b))
    one, other = _side(dossiers[a], a), _side(dossiers[b], b)
    return Pair(
        key=pair_key(a, b),
        kind=dossiers[a].kind,
        a=one,
        b=other,
        fields=compare_facts(facts_of(one.statements, vocabulary), facts_of(other.statements, vocabulary), vocabulary),
        state=state,
        asks=asks,
        version=version_of_mentions(connection, {*dossiers[a].mentions, *dossiers[b].mentions}),
        joined=one.identity == other.identity,
        probability=probability,
        history=history,
        synthetic=dossiers[a].synthetic or dossiers[b].synthetic,
    )


def _side(dossier: Dossier, mention: int) -> Side:
    entry = entry_of(mention)
    told = [view for views in dossier.related.values() for view in views if view.entry == entry]
    own = [view for view in dossier.about if view.subject == mention]
    # The account may name a wife, and her detention: what is said of her is no fact about him.
    happened = {view.subject for view in told if _happened_to(view, {mention, *dossier.mentions})}
    everything = (*own, *sorted((view for view in told if view.subject in happened), key=lambda view: view.id))
    names = [view.value["text"] for view in own if view.predicate == "name" and isinstance(view.value, dict)]
    return Side(
        subject=mention,
        identity=dossier.identity,
        source=next((dossier.sources[view.source] for view in everything), None),
        statements=everything,
        joined_with=tuple(each for each in dossier.mentions if each != mention),
        names=tuple(dict.fromkeys(names)),
    )


def _happened_to(view: StatementView, mentions: set[int]) -> bool:
    """Return whether a statement says that a detention or an act was theirs."""
    part = {"detainee": "person", "act": "victim"}.get(view.predicate)
    return part is not None and isinstance(view.value, dict) and view.value.get(part) in mentions


def past_of(found: Audited) -> Past:
    """Return a verdict as it stands in a pair's history."""
    verdict = found.verdict
    return Past(
        entry=verdict.entry,
        verdict=verdict.verdict,
        actor=verdict.actor,
        recorded_at=verdict.first_given_at,
        note=found.why,
        proposed=verdict.proposed,
        stands=verdict.until is None,
        by_a_person=verdict.by_a_person,
        confirmed_by=found.confirmed_by,
    )
