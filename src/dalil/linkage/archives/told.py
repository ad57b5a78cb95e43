"""What accounts tell of persons besides who they are: their detentions, and what was done to them.

Where two mentions are one person, what is told of both may be one detention, or one act, with two accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Table

from dalil.linkage.archives import acts, arrests
from dalil.linkage.archives.acts import Act
from dalil.linkage.archives.arrests import Arrest
from dalil.vocabulary.vocabulary import Vocabulary


class Told(Protocol):
    """What one account says of one detention or act of one person."""

    @property
    def subject(self) -> int:
        """The mention of the detention or act."""
        ...

    @property
    def person(self) -> int:
        """The mention of the person."""
        ...


AnyTold = TypeVar("AnyTold", bound=Told)


@dataclass(frozen=True, slots=True)
class Deeds:
    """What is told of each mention of a person."""

    arrests: Mapping[int, Sequence[Arrest]]
    acts: Mapping[int, Sequence[Act]]

    def episodes_of(self, persons: Iterable[int]) -> list[list[Arrest]]:
        """Return the detentions of these mentions, if they are one person, that several accounts tell of."""
        told = [each for person in persons for each in self.arrests.get(person, ())]
        return [one for one in arrests.group(told) if len(one) > 1]

    def acts_of(self, persons: Iterable[int]) -> list[list[Act]]:
        """Return what was done to these mentions, if they are one person, that several accounts tell of."""
        told = [each for person in persons for each in self.acts.get(person, ())]
        return [one for one in acts.group(told) if len(one) > 1]


def read_deeds(
    connection: Connection, tables: Mapping[str, Table], vocabulary: Vocabulary, persons: Sequence[int] | None = None
) -> Deeds:
    """Read what accounts say now of some mentions of persons; of everybody, if None."""
    return Deeds(
        by_person(arrests.read_arrests(connection, tables, vocabulary, persons)),
        by_person(acts.read_acts(connection, tables, vocabulary, persons)),
    )


def by_person(told: Iterable[AnyTold]) -> dict[int, list[AnyTold]]:
    """Return what is told, by the mention of the person it is told of."""
    found: dict[int, list[AnyTold]] = {}
    for each in told:
        found.setdefault(each.person, []).append(each)
    return found
