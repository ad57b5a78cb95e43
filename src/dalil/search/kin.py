"""Relatives of the persons found, where the records name them: a son known only as Muhammad is found by his father.

Statements of kinship are followed one step, in both directions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from dalil.search.candidates import chunks
from dalil.search.postings import MOST_PLACES
from dalil.search.queries import NAMED, Queries, moment
from dalil.search.ranking import Parts, Read
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


@dataclass(frozen=True, slots=True)
class Kin:
    """The ties of some persons, and the names of everyone in them, by identity: the id of each and what it says."""

    ties: Sequence[Tie]
    names: Mapping[int, Sequence[tuple[int, Parts]]]


def kin_of(
    connection: Connection,
    queries: Queries,
    vocabulary: Vocabulary,
    identities: Collection[int],
    known_by: int | None,
) -> Kin:
    """Return the ties of some identities, each read from their side: ``other`` is the one asked about. One query."""
    terms = vocabulary.scheme("kin").terms
    found: dict[Tie, None] = {}
    names: dict[int, dict[int, Parts]] = {}
    for chunk in chunks(sorted(identities)):
        for what, person, about, turned, *said in connection.execute(
            queries.kin, {"ids": chunk} | moment(known_by)
        ).all():
            if what == NAMED:
                text, father, grandfather, mother, kunya = said
                names.setdefault(person, {})[about] = text, father, grandfather, mother, kunya
                continue
            relation = said[0]
            if turned:
                relation = terms[relation].property("inverse") if relation in terms else None
            if relation is not None and person != about:
                found[Tie(person, relation, about)] = None
    return Kin(list(found), {person: sorted(each.items()) for person, each in names.items()})
