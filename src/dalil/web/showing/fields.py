"""The fields of entry forms: what they are called, which terms they offer, what was understood of what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dalil.errors import BadInput
from dalil.intake.entry_forms import MOST_EVENTS
from dalil.web.showing.statements import UNSEEN, plain
from dalil.web.showing.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field: what it holds (text, long, date, or a term of a scheme), and under which heading it stands."""

    name: str
    label: Any
    form: str = "text"
    scheme: str = ""
    heading: Any = ""
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """A field with what was typed, what is wrong with it, and how a date was understood."""

    field: Field
    value: str
    options: tuple[tuple[str, str], ...]
    problem: BadInput | None
    understood: str
    bounds: str
    turned: str = ""


_WHO: Final = (
    Field(name="name", label=_("Name, as the source has it"), heading=_("Who"), required=True),
    Field(name="mother", label=_("Mother's name")),
    Field(name="sex", label=_("Sex"), form="term", scheme="sexes"),
    Field(name="birth", label=_("Born"), form="date"),
)
_HOW: Final = (
    Field(name="locator", label=_("Where in the source"), heading=_("How it is told")),
    Field(name="sensitivity", label=_("Sensitivity"), form="term", scheme="sensitivities"),
)

FORMS: Final[Mapping[str, tuple[Field, ...]]] = {
    "detention": (
        *_WHO,
        Field(name="arrested", label=_("Arrested on"), form="date", heading=_("The arrest"), required=True),
        Field(name="place", label=_("Arrested in"), form="places"),
        Field(name="party", label=_("Held by"), form="term", scheme="parties"),
        Field(name="reason", label=_("Reason"), form="term", scheme="reasons"),
        Field(name="because_of", label=_("Because of whom")),
        Field(name="relation", label=_("The person held is their"), form="term", scheme="kin"),
        *(
            each
            for number in range(1, MOST_EVENTS + 1)
            for each in (
                Field(
                    name=f"event_{number}",
                    label=_("Then"),
                    form="term",
                    scheme="episode_events",
                    heading=_("What happened since") if number == 1 else "",
                ),
                Field(name=f"on_{number}", label=_("When"), form="date"),
                Field(name=f"place_{number}", label=_("In"), form="places"),
            )
        ),
        Field(name="testimony", label=_("In the words of the source"), form="long", heading=_("Testimony")),
        *_HOW,
    ),
    "broadcast": (
        *_WHO,
        Field(name="on", label=_("Shown on"), form="date", heading=_("The broadcast"), required=True),
        Field(name="carrier", label=_("Shown by"), form="term", scheme="carriers"),
        Field(name="speech", label=_("Speech was"), form="term", scheme="speech_conditions", required=True),
        Field(name="testimony", label=_("What was said"), form="long"),
        *_HOW,
    ),
    "update": (
        Field(
            name="event",
            label=_("What happened"),
            form="term",
            scheme="episode_events",
            heading=_("What happened"),
            required=True,
        ),
        Field(name="on", label=_("When"), form="date"),
        Field(name="place", label=_("In"), form="places"),
        Field(name="mode", label=_("How released"), form="term", scheme="release_modes"),
        Field(name="testimony", label=_("In the words of the source"), form="long"),
        *_HOW,
    ),
    "source": (
        Field(name="title", label=_("Title"), heading=_("The source"), required=True),
        Field(name="key", label=_("Key: small letters, digits, hyphens"), required=True),
        Field(name="kind", label=_("Kind"), form="term", scheme="source_kinds", required=True),
        Field(name="publisher", label=_("Publisher")),
        Field(name="published", label=_("Published"), form="date"),
        Field(name="url", label=_("Address as printed")),
    ),
}


def labels_of_fields() -> dict[str, Any]:
    """Return what the fields of all forms are called, by name."""
    return {field.name: field.label for fields in FORMS.values() for field in fields} | {
        "reason": _("Reason"),
        "note": _("Note"),
        "tag": _("Tag"),
    }


def shown_fields(
    form: str,
    said: Mapping[str, str],
    words: Words,
    problems: Mapping[str, BadInput],
    understood: Mapping[str, tuple[str, str]],
) -> list[FieldShown]:
    """Return the fields of a form as a page shows them."""
    return [
        FieldShown(
            field=field,
            value=said.get(field.name, ""),
            options=_options(field, words),
            problem=problems.get(field.name),
            understood=understood.get(field.name, ("", ""))[0],
            bounds=understood.get(field.name, ("", ""))[1],
            turned=_turned(said.get(field.name, "")),
        )
        for field in FORMS[form]
    ]


def _turned(text: str) -> str:
    """Return a text with its invisible direction marks shown, if it has any."""
    shown = plain(text)
    return shown if any(mark in text for mark in UNSEEN) else ""


def _options(field: Field, words: Words) -> tuple[tuple[str, str], ...]:
    if not field.scheme:
        return ()
    terms = words.vocabulary.schemes[field.scheme].terms
    return tuple((code, words.term(field.scheme, code)) for code, term in terms.items() if not term.deprecated)
