"""Codes in the reader's language: terms, predicates, kinds of subject, parts of values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dalil.errors import UnknownTerm
from dalil.vocabulary.vocabulary import Vocabulary

PARTS: Final[Mapping[str, Any]] = {
    "act": _("act"),
    "addressee": _("addressee"),
    "adopted": _("adopted"),
    "announced": _("announced"),
    "as_of": _("as of"),
    "assessor": _("assessor"),
    "at": pgettext_lazy("a place", "at"),
    "basis": _("basis"),
    "because": _("because of"),
    "because_of": _("because of"),
    "body": _("body"),
    "broadcast": _("broadcast"),
    "by": pgettext_lazy("a party", "by"),
    "capacity": _("capacity"),
    "caption": _("caption"),
    "carrier": _("carrier"),
    "category": _("category"),
    "charge": _("charge"),
    "claim": _("claim"),
    "class": _("class"),
    "conferred": _("conferred"),
    "conferred_by": _("conferred by"),
    "content": _("content"),
    "count": _("count"),
    "court": _("court"),
    "deal": _("deal"),
    "degree": _("degree"),
    "defect": _("defect"),
    "document": _("document"),
    "element": _("element"),
    "ends_with": _("ends with"),
    "episode": _("detention"),
    "event": _("event"),
    "facility": _("facility"),
    "family": _("family name"),
    "father": _("father"),
    "field": _("field"),
    "figure": _("figure"),
    "finding": _("finding"),
    "for": pgettext_lazy("a purpose", "for"),
    "forced": _("forced"),
    "form": _("form"),
    "from_place": _("from"),
    "given": _("given name"),
    "gives": _("gives"),
    "grandfather": _("grandfather"),
    "graphic": _("graphic"),
    "group": _("group"),
    "heading": _("heading"),
    "in": pgettext_lazy("a place", "in"),
    "institution": _("institution"),
    "instrument": _("instrument"),
    "invited_by": _("invited by"),
    "issued": _("issued"),
    "kind": _("kind"),
    "kunya": _("kunya"),
    "language": _("language"),
    "means": _("means"),
    "mode": _("mode"),
    "mother": _("mother"),
    "nature": _("nature"),
    "number": _("number"),
    "of": pgettext_lazy("kinship", "of"),
    "of_what": _("of what"),
    "on": pgettext_lazy("a date", "on"),
    "order": _("order"),
    "outcome": _("outcome"),
    "outlet": _("outlet"),
    "page": _("page"),
    "part_of": _("part of"),
    "party": _("party"),
    "pattern": _("pattern"),
    "person": _("person"),
    "persons_of": _("persons of"),
    "place": _("place"),
    "population": _("population"),
    "precision": _("precision"),
    "proof": _("standard of proof"),
    "provision": _("provision"),
    "publisher": _("publisher"),
    "reason": _("reason"),
    "recipient": _("recipient"),
    "relation": _("relation"),
    "relative_of": _("relative of"),
    "relative_to": _("relative to"),
    "role": _("role"),
    "script": _("script"),
    "sentence": _("sentence"),
    "series": _("series"),
    "service": _("service"),
    "session": _("session"),
    "site": _("kind of site"),
    "speaker": _("speaker"),
    "speaker_basis": _("speaker is"),
    "speech": _("said"),
    "step": _("step"),
    "subject": _("about"),
    "subtitle": _("subtitle"),
    "target": _("target"),
    "text": _("text"),
    "title": _("title"),
    "to": pgettext_lazy("a destination", "to"),
    "to_place": pgettext_lazy("a destination", "to"),
    "until": _("until"),
    "url": _("address"),
    "verb": _("demand"),
    "via": _("via"),
    "victim": _("victim"),
    "victims": _("victims"),
    "what": _("what"),
    "witness": _("witness"),
    "work": _("work"),
    "year_of_study": _("year of study"),
    "years": _("years"),
}
"""What the parts of a value are called; a part that is not here is shown under its own name."""


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary in one language; what has no label there is shown as its code."""

    vocabulary: Vocabulary
    language: str

    def term(self, scheme: str, code: str, *, sex: str | None = None) -> str:
        """Return a term's label; of a woman in its feminine form, where the language has one."""
        try:
            return self.vocabulary.label(scheme, code, self.language, sex=sex)
        except UnknownTerm:
            return code

    def unit(self, code: str, count: object) -> str:
        """Return a unit of counting in the form that goes with a number; beside anything else, as it is."""
        return self.vocabulary.label("units", code, self.language, count=count if isinstance(count, int) else None)

    def counted(self, code: str, count: int) -> str:
        """Return a number with its unit; in Arabic one and two are said by the unit alone."""
        unit = self.unit(code, count)
        return unit if self.language == "ar" and count in (1, 2) else f"{count:,} {unit}"

    def predicate(self, code: str) -> str:
        """Return a predicate's label."""
        found = self.vocabulary.predicates.get(code)
        return code if found is None else _in(found.labels, self.language)

    def kind(self, code: str) -> str:
        """Return the label of a kind of subject."""
        found = self.vocabulary.kinds.get(code)
        return code if found is None else _in(found.labels, self.language)

    def part(self, name: str) -> str:
        """Return what a part of a value is called."""
        return str(PARTS.get(name, name.replace("_", " ")))

    def method(self, code: str) -> str:
        """Return a method's label."""
        return _in(self.vocabulary.methods[code].labels, self.language)


def _in(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or labels.get("en") or next(iter(labels.values()))
