"""What a verdict on two persons says of their detentions: told of one person, the same arrest is one episode."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table

from dalil.linkage.arrests import group, read_arrests
from dalil.records.judged import identities_of, mentions_joined
from dalil.vocabulary.vocabulary import Vocabulary


def episodes_together(
    connection: Connection, tables: Mapping[str, Table], vocabulary: Vocabulary, a: int, b: int
) -> list[list[int]]:
    """Return the sets of episodes that become one when two persons do: one mention for each that is one already."""
    who = identities_of(connection, (a, b))
    mentions = sorted(set().union(*mentions_joined(connection, set(who.values())).values()))
    arrests = read_arrests(connection, tables, vocabulary, mentions)
    joined = identities_of(connection, [each.episode for each in arrests])
    found = []
    for told in group(arrests):
        distinct = {joined[each.episode]: each.episode for each in sorted(told, key=lambda each: -each.episode)}
        if len(distinct) > 1:
            found.append(sorted(distinct.values()))
    return found


def episodes_apart(
    connection: Connection, tables: Mapping[str, Table], vocabulary: Vocabulary, a: int, b: int
) -> list[list[int]]:
    """Return the pairs of episodes of two mentions that are now taken for one, and cannot be if the persons are two."""
    arrests = read_arrests(connection, tables, vocabulary, [a, b])
    joined = identities_of(connection, [each.episode for each in arrests])
    return [
        sorted((one.episode, other.episode))
        for one in arrests
        for other in arrests
        if one.person == a and other.person == b and joined[one.episode] == joined[other.episode]
    ]
