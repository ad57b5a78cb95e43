"""Opening records for someone: what they may not see is not there, by whatever path they come.

Every screen that shows a record reads it through here. Statements above the actor's clearance are left out, and so is
every statement that names a record the actor may not see, since it would give that record away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from dalil.errors import UnknownSubject
from dalil.protection.access import Actor, SubjectFacts, check_may_see, highest, is_cleared, may_see, unknown
from dalil.records.account_reading import read_account
from dalil.records.dossier import Dossier, read_dossiers, who_are
from dalil.records.marks import GROUP, SENSITIVITY, read_decided, read_marks
from dalil.records.statement_view import StatementView
from dalil.records.tables import marks
from dalil.vocabulary.vocabulary import Vocabulary


def facts_of(marks: Mapping[str, frozenset[str]]) -> SubjectFacts:
    """Return what access to a record depends on, from its marks."""
    return SubjectFacts(groups=marks.get(GROUP, frozenset()), sensitivity=highest(marks.get(SENSITIVITY, frozenset())))


def open_dossier(
    connection: Connection, vocabulary: Vocabulary, actor: Actor, subject: int, *, known_by: int | None = None
) -> Dossier:
    """Return a subject's dossier as this actor may see it; see :func:`open_dossiers`."""
    return open_dossiers(connection, vocabulary, actor, [subject], known_by=known_by)[subject]


def open_dossiers(
    connection: Connection,
    vocabulary: Vocabulary,
    actor: Actor,
    asked: Sequence[int],
    *,
    known_by: int | None = None,
) -> dict[int, Dossier]:
    """Return the dossiers of a few subjects as this actor may see them, read together.

    Access is what it is now, whatever point of the ledger is asked about: a record that was put out of reach later is
    out of reach in its past too.

    Raises
    ------
    UnknownSubject
        There is no such subject, or one is not for this actor: the two cannot be told apart.
    """
    try:
        found = read_dossiers(connection, vocabulary, asked, known_by=known_by)
    except UnknownSubject:
        raise unknown() from None
    shown = {}
    for subject, each in found.items():
        said = each.marks
        if known_by is not None:
            everyone = {owner: {owner} for owner in each.marks.keys() | {each.identity, *each.related}}
            for mention, owner in each.identities.items():
                everyone.setdefault(owner, {owner}).add(mention)
            said = read_marks(connection, everyone)
        check_may_see(actor, facts_of(said.get(each.identity, {})))
        owners = {each.identity, *each.related, *each.identities.values()}
        hidden = {owner for owner in owners if not may_see(actor, facts_of(said.get(owner, {})))}
        shown[subject] = without(each, hidden, actor, vocabulary)
    return shown


def without(
    found: Dossier, hidden: Collection[int], actor: Actor, vocabulary: Vocabulary, *, accounts: Collection[int] = ()
) -> Dossier:
    """Return a dossier without what is about ``hidden`` subjects, names them, or was told in one of some accounts."""

    def kept(views: Iterable[StatementView]) -> tuple[StatementView, ...]:
        return tuple(
            view for view in views if view.entry not in accounts and _is_shown(view, found, hidden, actor, vocabulary)
        )

    return replace(
        found,
        about=kept(found.about),
        related={each: kept(told) for each, told in found.related.items() if each not in hidden},
        labels={each: names for each, names in found.labels.items() if found.identities.get(each, each) not in hidden},
    )


def _is_shown(
    view: StatementView, found: Dossier, hidden: Collection[int], actor: Actor, vocabulary: Vocabulary
) -> bool:
    if view.sensitivity is not None and not is_cleared(actor, view.sensitivity):
        return False
    parts = vocabulary.predicates[view.predicate].parts
    named = [view.speaker] if view.speaker is not None else []
    if isinstance(view.value, dict):
        named += [said for part, said in view.value.items() if part in parts and parts[part].base == "subject"]
    return not any(found.identities.get(mention, mention) in hidden for mention in named)


def visible(connection: Connection, actor: Actor, identities: Collection[int]) -> set[int]:
    """Return those of several subjects that this actor may see; one query for up to 2,000 of them."""
    return set(visible_mentions(connection, actor, identities))


def visible_mentions(connection: Connection, actor: Actor, identities: Collection[int]) -> dict[int, set[int]]:
    """Return those of several subjects that this actor may see, with every mention of each, as :func:`visible`."""
    found = read_decided(connection, identities)
    return {each: found.mentions[each] for each in identities if may_see(actor, facts_of(found.marks.get(each, {})))}


def seen_by(connection: Connection, actor: Actor, subject: int) -> tuple[int, set[int]]:
    """Return a subject's identity and its mentions, if it is there and for this actor; two queries.

    Raises
    ------
    UnknownSubject
        There is no such subject, or it is not for this actor: the two cannot be told apart.
    """
    try:
        whom = who_are(connection, [subject])[subject]
    except UnknownSubject:
        raise unknown() from None
    found = read_decided(connection, [whom.identity])
    check_may_see(actor, facts_of(found.marks.get(whom.identity, {})))
    return whom.identity, set(whom.mentions)


def visible_sources(connection: Connection, actor: Actor, positions: Collection[int]) -> set[int]:
    """Return those of several sources that this actor may see."""
    query = select(marks.c.source, marks.c.mark, marks.c.value).where(
        marks.c.source.in_(list(positions)), marks.c.until.is_(None)
    )
    said: dict[int, dict[str, frozenset[str]]] = {position: {} for position in positions}
    for row in connection.execute(query):
        said[row.source][row.mark] = said[row.source].get(row.mark, frozenset()) | {row.value}
    return {position for position, found in said.items() if may_see(actor, facts_of(found))}


def open_account(
    connection: Connection, vocabulary: Vocabulary, actor: Actor, position: int
) -> tuple[Dossier, dict[int, tuple[StatementView, ...]]]:
    """Return one account of the ledger as this actor may see it: what it says of each subject they may see.

    Raises
    ------
    UnknownSubject
        There is no such account, it was erased, or nothing in it is for this actor.
    """
    found, told = read_account(connection, vocabulary, position)
    hidden = {
        owner for owner in {*found.identities.values()} if not may_see(actor, facts_of(found.marks.get(owner, {})))
    }
    shown = {
        subject: tuple(view for view in views if _is_shown(view, found, hidden, actor, vocabulary))
        for subject, views in told.items()
        if found.identities.get(subject, subject) not in hidden
    }
    if not any(shown.values()):
        raise unknown()
    return without(found, hidden, actor, vocabulary), {each: views for each, views in shown.items() if views}
