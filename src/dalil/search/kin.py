"""Relatives of the persons found, where the records name them: a son known only as Muhammad is found by his father.

Statements of kinship are followed one step, in both directions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, case, func, literal, select, union_all

from dalil.records.tables import known_by as known
from dalil.records.tables import memberships, statements
from dalil.search.candidates import chunks
from dalil.search.postings import MOST_PLACES
from dalil.search.ranking import Read
from dalil.vocabulary.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Tie:
    """One person is … of another: ``relation`` is what ``person`` is to ``other``."""

    person: int
    relation: str
    other: int


_CHILDREN: Final = frozenset({"child", "son", "daughter"})
_SIBLINGS: Final = frozenset({"sibling", "brother", "sister", "half_sibling"})


def lent(own: Read, other: Read, relation: str) -> Read:
    """Return a person's name with what a relative's name adds to it by custom.

    A child's name goes on with the parent's whole name, a sister's with her brother's but his own, anyone else's with
    the family name; and the parent may be the mother.
    """
    units = other.fuller
    if not own.whole or not units:
        return own
    if relation in _CHILDREN:
        added = units
    elif relation in _SIBLINGS:
        added = units[1:]
    else:
        added = units[-1:] if len(units) > 1 else ()
    fuller = (*own.whole, *(unit for unit in added if unit not in own.whole))[:MOST_PLACES]
    mother = own.mother or (units[:1] if relation in _CHILDREN else ())
    return Read(own.whole, fuller, mother, own.kunya)


def ties(
    connection: Connection,
    tables: Mapping[str, Table],
    vocabulary: Vocabulary,
    identities: Collection[int],
    known_by: int | None,
) -> list[Tie]:
    """Return the ties of some identities, each read from their side: ``other`` is the one asked about. One query."""
    kin = tables["kin"]
    m = memberships.c
    own, others = memberships.alias("own"), memberships.alias("others")
    found: list[tuple[int, str, int, bool]] = []
    for chunk in chunks(sorted(identities)):
        # Every mention of those asked about: the identities themselves, and what was joined with them.
        everyone = [
            select(kin.c.id, kin.c.of.label("other"), kin.c.of.label("asked"), literal(0).label("turned")).where(
                kin.c.of.in_(chunk)
            ),
            select(kin.c.id, kin.c.of, m.identity, literal(0))
            .select_from(memberships)
            .join(kin, kin.c.of == m.subject)
            .where(m.identity.in_(chunk), known(memberships, known_by)),
            select(statements.c.id, statements.c.subject, statements.c.subject, literal(1)).where(
                statements.c.subject.in_(chunk), statements.c.predicate == "kin"
            ),
            select(statements.c.id, statements.c.subject, m.identity, literal(1))
            .select_from(memberships)
            .join(statements, statements.c.subject == m.subject)
            .where(m.identity.in_(chunk), known(memberships, known_by), statements.c.predicate == "kin"),
        ]
        said = union_all(*everyone).subquery()
        whose = case(
            (said.c.turned == 1, func.coalesce(others.c.identity, kin.c.of)),
            else_=func.coalesce(own.c.identity, kin.c.subject),
        )
        query = (
            select(whose, kin.c.relation, said.c.asked, said.c.turned)
            .join(kin, kin.c.id == said.c.id)
            .join(own, (own.c.subject == kin.c.subject) & known(own, known_by), isouter=True)
            .join(others, (others.c.subject == kin.c.of) & known(others, known_by), isouter=True)
            .where(known(kin, known_by))
        )
        found += [(row[0], row[1], row[2], bool(row[3])) for row in connection.execute(query).all()]
    terms = vocabulary.scheme("kin").terms
    result: dict[Tie, None] = {}
    for person, relation, other, turned in found:
        if turned:
            inverse = terms[relation].property("inverse") if relation in terms else None
            if inverse is None:
                continue
            relation = inverse
        if person != other:
            result[Tie(person, relation, other)] = None
    return list(result)
