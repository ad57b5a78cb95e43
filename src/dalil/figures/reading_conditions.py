"""Reads what a figure asks of a record: the ``where`` of a definition and the cells of its dimensions.

What can be asked depends on the records a figure looks at: an episode has a reason and a status, an event has means and
a target. ``Attributes`` lists that, from the vocabulary's predicates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dalil.errors import DalilError
from dalil.figures import conditions as c
from dalil.figures.definitions import Base
from dalil.figures.fields import Field, close_to
from dalil.values.dates import parse_edtf
from dalil.vocabulary.model import PartType
from dalil.vocabulary.vocabulary import Vocabulary

COMBINING: Final = ("all", "any", "not")
AGE_LIMITS: Final = ("under", "at_least", "over", "at_most")
ABOUT_STATUS: Final = ("status", "nowhere_held", "disappeared_after_appearance")
"""Conditions that mean nothing without a method."""
SELECTOR: Final = ("kind", "name", "source", "predicate", "said", "locator")
PERSON_OF: Final[Mapping[str, str]] = {"detainee": "person", "appearance": "speaker", "act": "victim"}
"""The part of each predicate that is the person a record is about."""
ATTRIBUTED: Final = frozenset({"event", "act"})
"""Predicates whose subjects have a party through ``attribution``."""
OF_EPISODES: Final[Mapping[str, str]] = {
    "party": "parties",
    "service": "parties",
    "reason": "reasons",
    "place": "places",
}
"""What can be asked of an episode by a term, and the scheme of the terms; the place is that of the arrest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What can be asked of the records of a base: attributes by the type of what they hold, and special conditions."""

    terms: Mapping[str, str]
    dates: frozenset[str]
    subjects: frozenset[str]
    special: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Every name a condition may have."""
        return frozenset(self.terms) | self.dates | self.subjects | self.special


def attributes_of(base: Base, vocabulary: Vocabulary) -> Attributes:
    """Return what can be asked of a base's records."""
    special = {"source", "grade"}
    if base.predicate in PERSON_OF:
        special |= {"sex", "died"}
    if base.kind == "episodes":
        return Attributes(
            terms={**OF_EPISODES, "sex": "sexes"},
            dates=frozenset({"arrested"}),
            subjects=frozenset(),
            special=frozenset(special | {"status", "age", "nowhere_held"}),
        )
    parts = vocabulary.predicates[base.predicate].parts
    terms = {name: str(part.scheme) for name, part in parts.items() if part.base == "term"}
    if base.predicate in ATTRIBUTED:
        terms["party"] = "parties"
    if base.predicate in PERSON_OF:
        terms["sex"] = "sexes"
    if base.predicate == "appearance":
        special.add("disappeared_after_appearance")
    if base.kind == "rows":
        special.add("said_of")
    if any(part.base == "count" for part in parts.values()):
        special.add("enumerated")
    return Attributes(
        terms=terms,
        dates=frozenset(_named(parts, "date")),
        subjects=frozenset(_named(parts, "subject")),
        special=frozenset(special),
    )


def _named(parts: Mapping[str, PartType], base: str) -> list[str]:
    return [name for name, part in parts.items() if part.base == base]


class ConditionReader:
    """Reads conditions about the records of one base; ``asks_status`` once one of them needs a method."""

    def __init__(self, base: Base, vocabulary: Vocabulary, age_reference: c.AgeReference) -> None:
        self.attributes = attributes_of(base, vocabulary)
        self.vocabulary, self.age_reference = vocabulary, age_reference
        self.asks_status = False

    def clauses(self, field: Field) -> tuple[c.Clause, ...]:
        """Read ``where``: a list of conditions that must all hold, in the order in which they give reasons."""
        if isinstance(field.value, dict) and set(field.value) == {"all"}:
            field = field.within("all")
        if not isinstance(field.value, list) or not field.value:
            raise field.wrong("A figure asks for nothing.", expected="a list of conditions")
        return tuple(c.Clause(name=self._clause_name(item), condition=self.condition(item)) for item in field.items())

    def _clause_name(self, field: Field) -> str:
        if isinstance(field.value, dict) and "as" in field.value:
            return field.within("as").text()
        names = list(field.value) if isinstance(field.value, dict) else []
        return names[0] if names else "condition"

    def condition(self, field: Field) -> c.Condition:
        """Read one condition."""
        if isinstance(field.value, dict) and "as" in field.value:
            rest: dict[str, object] = {name: value for name, value in field.value.items() if name != "as"}
            field = Field(field.file, field.path, rest)  # type: ignore[arg-type]  # a part of a JSON object is one
        name, inside = field.only()
        match name:
            case "all":
                return c.Every(of=tuple(self.condition(item) for item in inside.items()))
            case "any":
                return c.Some(of=tuple(self.condition(item) for item in inside.items()))
            case "not":
                return c.Not(of=self.condition(inside))
        if name not in self.attributes.all:
            raise inside.wrong(
                "This cannot be asked of these records.",
                expected=close_to(name, [*self.attributes.all, *COMBINING], shown=30),
                found=name,
            )
        return self._presumed(inside, self._simple(name, inside))

    def _presumed(self, field: Field, read: c.Simple) -> c.Condition:
        said = field.within("if_unknown")
        if said.value is None:
            return read
        return c.Presumed(of=read, counted=said.choice(("counted", "left_out")) == "counted")

    def _simple(self, name: str, field: Field) -> c.Simple:
        if name in self.attributes.terms:
            return c.Terms(attribute=name, codes=self._within(field, self.attributes.terms[name]))
        if name in self.attributes.dates:
            return self._between(name, field)
        if name in self.attributes.subjects:
            return c.IsSubject(attribute=name, about=read_selector(field, extra=("if_unknown",)))
        self.asks_status |= name in ABOUT_STATUS
        match name:
            case "status":
                return c.HasStatus(codes=self._within(field, "statuses"))
            case "age":
                return self._age(field)
            case "died":
                parts = field.fields(("within", "grade", "if_unknown"), required=("within",))
                grade = parts["grade"].term(self.vocabulary, "grades") if "grade" in parts else None
                return c.Died(codes=self._codes(parts["within"], "acts"), grade=grade)
            case "grade":
                parts = field.fields(("at_least", "if_unknown"), required=("at_least",))
                return c.Graded(least=parts["at_least"].term(self.vocabulary, "grades"))
            case "source":
                parts = field.fields(("is", "if_unknown"), required=("is",))
                return c.ToldBy(sources=frozenset(item.text() for item in parts["is"].items()))
            case "said_of":
                parts = field.fields(("is", "if_unknown"), required=("is",))
                kinds = sorted(self.vocabulary.kinds)
                return c.SaidOf(kinds=frozenset(item.choice(kinds) for item in parts["is"].items()))
            case _:
                return self._true(name, field)

    def _true(self, name: str, field: Field) -> c.Simple:
        if field.value is not True:
            raise field.wrong("This condition takes no terms.", expected=f"{name}: true; inside `not`, its opposite")
        match name:
            case "nowhere_held":
                return c.NowhereHeld()
            case "disappeared_after_appearance":
                return c.DisappearedAfterAppearance()
            case _:
                return c.Enumerated()

    def _within(self, field: Field, scheme: str) -> frozenset[str]:
        parts = field.fields(("within", "is", "if_unknown"))
        if ("within" in parts) == ("is" in parts):
            raise field.wrong(
                "This condition needs terms.", expected="within: [terms, with all below them] or is: [terms]"
            )
        if "is" in parts:
            return frozenset(item.term(self.vocabulary, scheme) for item in parts["is"].items())
        return self._codes(parts["within"], scheme)

    def _codes(self, field: Field, scheme: str) -> frozenset[str]:
        chosen = [item.term(self.vocabulary, scheme) for item in field.items()]
        if not chosen:
            raise field.wrong("No term is named.", expected="at least one term")
        return frozenset[str]().union(*(self.vocabulary.within(scheme, code) for code in chosen))

    def _between(self, name: str, field: Field) -> c.Between:
        parts = field.fields(("from", "to", "if_unknown"))
        if "from" not in parts and "to" not in parts:
            raise field.wrong("A window needs a beginning or an end.", expected="from: a date, to: a date or as_of")
        first = read_day(parts["from"], end=False) if "from" in parts else None
        last = read_day(parts["to"], end=True) if "to" in parts else None
        return c.Between(attribute=name, first=first, last=last)

    def _age(self, field: Field) -> c.Age:
        parts = field.fields((*AGE_LIMITS, "at", "if_unknown"))
        limits = {name: parts[name].whole() for name in AGE_LIMITS if name in parts}
        if not limits:
            raise field.wrong("An age needs a limit.", expected=f"one of {', '.join(AGE_LIMITS)} and a number of years")
        lower = [limits["at_least"]] if "at_least" in limits else []
        lower += [limits["over"] + 1] if "over" in limits else []  # over 70: the 71st birthday has passed
        upper = [limits["at_most"]] if "at_most" in limits else []
        upper += [limits["under"] - 1] if "under" in limits else []
        said = parts["at"].choice(("arrest", "as_of")) if "at" in parts else self.age_reference
        at: c.AgeReference = "arrest" if said == "arrest" else "as_of"
        return c.Age(least=max(lower, default=None), most=min(upper, default=None), at=at)


def read_day(field: Field, *, end: bool) -> c.Day:
    """Read the day a window begins or ends with: an EDTF date (its first or last day), or ``as_of``."""
    text = str(field.value) if isinstance(field.value, int) else field.text()
    if text == c.AS_OF:
        return c.AS_OF
    try:
        date = parse_edtf(text)
    except DalilError as error:
        raise field.wrong("This is not a date.", expected="EDTF, such as 2011-03 or 2021-05-21, or as_of") from error
    bound = date.hi if end else date.lo
    if bound is None:
        raise field.wrong("A window cannot begin or end nowhere.", expected="a date with bounds; leave the field out")
    return bound


def read_selector(field: Field, *, extra: tuple[str, ...] = ()) -> c.Selector:
    """Read what points at one subject."""
    parts = field.fields((*SELECTOR, *extra))
    chosen = {name: part for name, part in parts.items() if name in SELECTOR}
    if not chosen:
        raise field.wrong("Nothing points at a subject.", expected="at least one of " + ", ".join(SELECTOR))
    said = chosen.pop("said", None)
    return c.Selector(said=None if said is None else said.value, **{name: part.text() for name, part in chosen.items()})
