"""What a vocabulary is made of: terms in schemes, predicates, kinds of subject, methods.

All are values. Their meaning never changes once shipped: a term may gain an alias, or be deprecated in favour of
another, and is never deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from dalil.errors import WrongVocabulary

Base = Literal["text", "term", "date", "int", "count", "subject", "url"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of one scheme.

    ``labels`` is keyed by language, by language and ``-f`` for a feminine form (``ar-f``), and by
    language and plural category for the forms that go with numbers (``en-other``, ``ar-few``). ``crosswalk`` is keyed
    by the other vocabulary (``huridocs``, ``rome``, …). ``properties`` holds what the scheme declares for its terms:
    the inverse of a kinship, the adoption date of an instrument. ``members`` is for terms that stand for a set of
    other terms, such as an informal region. ``unchecked`` marks a legal crosswalk no lawyer has confirmed.
    """

    scheme: str
    code: str
    labels: Mapping[str, str]
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    crosswalk: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    definition: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    deprecated: bool = False
    replaced_by: str | None = None
    since: str | None = None
    unchecked: bool = False
    pack: str = "core"

    @property
    def en(self) -> str:
        """The English label."""
        return self.labels["en"]

    @property
    def ar(self) -> str:
        """The Arabic label."""
        return self.labels["ar"]

    def property(self, name: str) -> str | None:
        """Return the single value of a property, or None where the term has none."""
        values = self.properties.get(name, ())
        return values[0] if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A list or tree of terms.

    ``properties`` declares, by name, what terms may carry beyond labels: ``text``, ``int``, ``date``,
    ``bound`` or ``term:<scheme>``. ``members_of`` names the scheme whose terms ``Term.members`` lists.
    """

    code: str
    labels: Mapping[str, str]
    terms: Mapping[str, Term]
    properties: Mapping[str, str] = field(default_factory=dict)
    members_of: str | None = None
    definition: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartType:
    """What a value, or one part of a value, may be."""

    base: Base
    required: bool = False
    scheme: str | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """Something a statement can say. Either ``value`` is set, or ``parts`` and the ``table`` they are derived into."""

    code: str
    of: frozenset[str]
    labels: Mapping[str, str]
    value: PartType | None = None
    parts: Mapping[str, PartType] = field(default_factory=dict)
    table: str | None = None

    @property
    def required_parts(self) -> frozenset[str]:
        """The parts a statement must give."""
        return frozenset(name for name, part in self.parts.items() if part.required)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of subject. Mentions of a joinable kind may be judged to be the same."""

    code: str
    prefix: str
    joinable: bool
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """The rules by which a detention counts as a disappearance. A new rule is a new method, never an edit.

    Attributes
    ----------
    days_held : int
        Days that must have passed since the arrest, inclusive: 20 means the day of arrest plus 20.
    requires, requires_any : tuple of str
        Codes of scheme ``method_elements``: all of the first and, where given, one of the second.
    parties : tuple of str
        Codes of scheme ``parties``; the holder must be within one of them. Empty means any.
    notice_of_death_keeps_status : bool
        A notice of death without remains leaves the person disappeared.
    uncertain_dates : str
        What to answer when dates do not decide: always ``unknown`` so far.
    """

    code: str
    version: int
    labels: Mapping[str, str]
    days_held: int
    requires: tuple[str, ...]
    requires_any: tuple[str, ...]
    parties: tuple[str, ...]
    notice_of_death_keeps_status: bool
    uncertain_dates: str
    source: str
    definition: Mapping[str, str] = field(default_factory=dict)


_PLAIN_BASES: Final[frozenset[str]] = frozenset({"text", "date", "int", "count", "url"})


def parse_part_type(text: str, *, where: str) -> PartType:
    """Read a type as ``predicates.yaml`` writes it: ``text!``, ``term:sexes``, ``subject:person|group``.

    Raises
    ------
    WrongVocabulary
        It is none of these.
    """
    required = text.endswith("!")
    base, _, argument = text.removesuffix("!").partition(":")
    if base == "term" and argument:
        return PartType(base="term", required=required, scheme=argument)
    if base == "subject" and argument:
        return PartType(base="subject", required=required, kinds=tuple(argument.split("|")))
    if base in _PLAIN_BASES and not argument:
        return PartType(base=base, required=required)  # type: ignore[arg-type]
    raise WrongVocabulary(
        "A value type cannot be read.",
        expected="text, date, int, count, url, term:<scheme> or subject:<kind|kind>, with ! if it must be given",
        found=text,
        where=where,
    )
