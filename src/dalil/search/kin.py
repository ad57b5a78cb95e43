"""Relatives of the persons found, where the records name them: a son known only as Muhammad is found by his father.

Statements of kinship are followed one step, in both directions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Select, Table, select

from dalil.records.marks import mentions_of
from dalil.records.tables import known_by as known
from dalil.records.tables import statements
from dalil.search.candidates import chunks
from dalil.search.gathering import identities_of
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
    """Return the ties of some identities, each read from their side: ``other`` is the one asked about."""
    kin = tables["kin"]
    mentions = mentions_of(connection, identities, known_by=known_by)
    owner = {mention: identity for identity, group in mentions.items() for mention in group}
    found: list[tuple[int, str, int, bool]] = []
    for chunk in chunks(sorted(owner)):
        towards = select(kin.c.subject, kin.c.relation, kin.c.of).where(kin.c.of.in_(chunk), known(kin, known_by))
        found += [(row.subject, row.relation, owner[row.of], False) for row in connection.execute(towards).all()]
        from_ = select(kin.c.subject, kin.c.relation, kin.c.of).where(
            kin.c.id.in_(_statements_of(chunk)), known(kin, known_by)
        )
        found += [(row.of, row.relation, owner[row.subject], True) for row in connection.execute(from_).all()]
    joined = identities_of(connection, sorted({each[0] for each in found}), known_by)
    terms = vocabulary.scheme("kin").terms
    result: dict[Tie, None] = {}
    for mention, relation, other, turned in found:
        if turned:
            inverse = terms[relation].property("inverse") if relation in terms else None
            if inverse is None:
                continue
            relation = inverse
        person = joined.get(mention, mention)
        if person != other:
            result[Tie(person, relation, other)] = None
    return list(result)


def _statements_of(mentions: Collection[int]) -> Select[tuple[int]]:
    return select(statements.c.id).where(statements.c.subject.in_(mentions), statements.c.predicate == "kin")
