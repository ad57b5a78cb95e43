"""What a figure can ask of a record, as values. ``reading`` makes them from YAML, ``clauses`` turns them into SQL.

A condition is true, false or unknown of a record. Unknown never counts as true: it is reported beside the figure, with
its reason. A definition can say of a condition that unknown is to be counted, and so has to say it in sight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from dalil.values.digests import digest_of

AgeReference: TypeAlias = Literal["arrest", "as_of"]

AS_OF: Final = "as_of"
Day: TypeAlias = int | Literal["as_of"] | None
"""A day number, the figure's own day (which the caller may change), or no bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One of the terms said is among these codes (which include everything below the terms the definition names)."""

    attribute: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The date lies between two days, both included; None is open."""

    attribute: str
    first: Day
    last: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Completed years on a day, from ``least`` to ``most``."""

    least: int | None
    most: int | None
    at: AgeReference


@dataclass(frozen=True, slots=True, kw_only=True)
class HasStatus:
    """The status of the episode on the figure's day is among these."""

    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NowhereHeld:
    """No episode of the person, this one or another, is one of detention or disappearance on the figure's day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisappearedAfterAppearance:
    """A disappearance of the speaker began after the speaker's first appearance, by the figure's day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """An act against the person's life of one of these kinds, by the figure's day, at least of this grade."""

    codes: frozenset[str]
    grade: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The record is at least of this grade, and not discounted."""

    least: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBy:
    """One of these sources tells of the record."""

    sources: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOf:
    """The statement is about a subject of one of these kinds."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IsSubject:
    """The subject said is the one that ``about`` finds."""

    attribute: str
    about: Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumerated:
    """The record stands for one thing; unknown where it stands for "several" that nobody lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """How a definition points at one subject: by what is said of it, never by an id that no other archive has.

    At least one is given; ``said`` is a value that the statement of ``predicate`` contains.
    """

    kind: str | None = None
    name: str | None = None
    source: str | None = None
    predicate: str | None = None
    said: object = None
    locator: str | None = None

    @property
    def key(self) -> str:
        """A name for this selector among others."""
        return digest_of({name: getattr(self, name) for name in self.__slots__})


Simple: TypeAlias = (
    Terms
    | Between
    | Age
    | HasStatus
    | NowhereHeld
    | DisappearedAfterAppearance
    | Died
    | Graded
    | ToldBy
    | SaidOf
    | IsSubject
    | Enumerated
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All of these."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """Any of these."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The opposite; unknown stays unknown."""

    of: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Presumed:
    """A condition of which the definition says what unknown is taken for: true (``counted``) or false (left out)."""

    of: Condition
    counted: bool


Condition: TypeAlias = Simple | Every | Some | Not | Presumed


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One of the conditions that a figure asks for in order; its name is the reason given for what it leaves out."""

    name: str
    condition: Condition
