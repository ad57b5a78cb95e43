"""What follows from a verdict on two persons for what is told of them: the same arrest is one, and so is a death."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, Table

from dalil.linkage.archives.told import Told, read_deeds
from dalil.records.judged import identities_of, mentions_joined
from dalil.values.canonical import JsonValue
from dalil.values.ids import format_subject
from dalil.vocabulary.vocabulary import Vocabulary

Following: TypeAlias = tuple[str, list[int]]
"""A kind of subject, and mentions of that kind."""


def together(
    connection: Connection, tables: Mapping[str, Table], vocabulary: Vocabulary, a: int, b: int
) -> list[Following]:
    """Return the detentions and acts that become one when two persons do: one mention for each that is one already."""
    who = identities_of(connection, (a, b))
    mentions = sorted(set().union(*mentions_joined(connection, set(who.values())).values()))
    deeds = read_deeds(connection, tables, vocabulary, mentions)
    found: list[Following] = []
    several: list[tuple[str, Sequence[Sequence[Told]]]] = [
        ("episode", deeds.episodes_of(mentions)),
        ("act", deeds.acts_of(mentions)),
    ]
    for kind, groups in several:
        joined = identities_of(connection, [each.subject for told in groups for each in told])
        for told in groups:
            distinct = {joined[each.subject]: each.subject for each in sorted(told, key=lambda each: -each.subject)}
            if len(distinct) > 1:
                found.append((kind, sorted(distinct.values())))
    return found


def apart(
    connection: Connection, tables: Mapping[str, Table], vocabulary: Vocabulary, a: int, b: int
) -> list[Following]:
    """Return the pairs of detentions or acts of two mentions that are now one, and cannot be if the persons are two."""
    deeds = read_deeds(connection, tables, vocabulary, [a, b])
    told: list[tuple[str, Mapping[int, Sequence[Told]]]] = [("episode", deeds.arrests), ("act", deeds.acts)]
    found: list[Following] = []
    for kind, by_person in told:
        pairs = [(one.subject, other.subject) for one in by_person.get(a, ()) for other in by_person.get(b, ())]
        joined = identities_of(connection, {each for pair in pairs for each in pair})
        found += [(kind, sorted(pair)) for pair in pairs if joined[pair[0]] == joined[pair[1]]]
    return found


def sets_of(told: Sequence[Following]) -> list[JsonValue]:
    """Return them as sets of a judgement."""
    return [[kind, [format_subject(each) for each in mentions]] for kind, mentions in told]
