"""Statements as rows of a page: what is said, about what, by which source, how."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dalil.records.conflicts import Conflict, find_conflicts
from dalil.records.dossier import Dossier
from dalil.records.statement_view import StatementView
from dalil.values.ids import format_subject
from dalil.vocabulary import PartType
from dalil.web.showing.dates import written
from dalil.web.showing.words import Words

UNSEEN = {
    chr(code): f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
}
"""Characters that turn the order of what stands around them, shown instead of obeyed."""


MOST_ALIKE = 3
"""Accounts that say the same, named before the rest is folded away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A piece of a value: its label, its text, and where it leads."""

    label: str
    text: str
    link: str = ""
    is_source_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One statement on a page; ``alike`` are those of other accounts that say the very same."""

    id: str
    entry: int
    subject: str
    predicate: str
    pieces: tuple[Said, ...]
    when: str
    source: str
    source_id: int
    source_title: str
    synthetic: bool
    locator: str
    original: str
    marks: tuple[str, ...]
    coerced: bool
    stands: bool
    preferred: bool
    graphic: bool
    recorded_at: str
    alike: tuple[Row, ...] = ()

    @property
    def told_by(self) -> tuple[Row, ...]:
        """The accounts that are named beside what they say."""
        return (self, *self.alike)[:MOST_ALIKE]

    @property
    def told_also_by(self) -> tuple[Row, ...]:
        """Those that are folded away: of a hospital that seventy name, sixty-seven."""
        return (self, *self.alike)[MOST_ALIKE:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Statements of one predicate about one subject, side by side; ``conflict`` names the part they disagree in."""

    predicate: str
    label: str
    rows: tuple[Row, ...]
    conflict: str = ""


def plain(text: str) -> str:
    """Return text with its invisible direction marks shown, so that a name cannot rearrange the page around it."""
    return unicodedata.normalize("NFC", "".join(UNSEEN.get(each, each) for each in text))


def name_of(dossier: Dossier, subject: int, words: Words) -> str:
    """Return what a subject is called here: its first name, else its kind and id."""
    for each in (subject, dossier.identities.get(subject, subject)):
        if dossier.labels.get(each):
            return plain(dossier.labels[each][0])
    kind = dossier.kinds.get(subject) or dossier.kinds.get(dossier.identities.get(subject, subject), "")
    return f"{words.kind(kind) if kind else _('record')} {format_subject(subject)}"


def record_link(subject: int) -> str:
    """Return the address of a record."""
    return reverse("record", args=[format_subject(subject)])


def row_of(view: StatementView, dossier: Dossier, words: Words) -> Row:
    """Return a statement as a row."""
    source = dossier.sources[view.source]
    marks = []
    if view.polarity == "denies":
        marks.append(_("denied"))
    elif view.polarity == "unknown":
        marks.append(_("said to be unknown"))
    if view.speech and view.speech != "free":
        marks.append(words.term("speech_conditions", view.speech))
    if view.role != "evidence":
        marks.append(words.term("statement_roles", view.role))
    if view.inferred_by:
        marks.append(_("inferred"))
    return Row(
        id=format_subject(view.id),
        entry=view.entry,
        subject=format_subject(view.subject),
        predicate=view.predicate,
        pieces=pieces_of(view, dossier, words),
        when=written(view.when) if view.when else "",
        source=source.key,
        source_id=source.id,
        source_title=source.title,
        synthetic=view.synthetic,
        locator=view.locator or "",
        original=plain(view.original or ""),
        marks=tuple(marks),
        coerced=view.speech == "coerced",
        stands=view.is_free,
        preferred=view.id in dossier.preferred,
        graphic=isinstance(view.value, dict) and view.value.get("graphic") == "yes",
        recorded_at=dossier.recorded.get(view.entry, ""),
    )


def pieces_of(view: StatementView, dossier: Dossier, words: Words) -> tuple[Said, ...]:
    """Return what a statement says, part by part."""
    predicate = words.vocabulary.predicates[view.predicate]
    if not isinstance(view.value, dict):
        base, scheme = ("text", None) if predicate.value is None else (predicate.value.base, predicate.value.scheme)
        return (_piece("", base, scheme, view.value, dossier, words),)
    pieces = []
    value = _with_unit(view.value, predicate.parts, words)
    for name, said in value.items():
        if isinstance(said, Said):
            pieces.append(said)
            continue
        part = predicate.parts[name]
        pieces.append(_piece(words.part(name), part.base, part.scheme, said, dossier, words))
    first = [p for name, p in zip(value, pieces, strict=True) if name == _MAIN.get(view.predicate)]
    rest = [p for name, p in zip(value, pieces, strict=True) if name != _MAIN.get(view.predicate)]
    if view.predicate == "name":
        return (
            *first,
            *(p for name, p in zip(value, pieces, strict=True) if name in ("mother", "kunya", "title")),
        )
    return (*first, *rest)


def _with_unit(value: Mapping[str, Any], parts: Mapping[str, PartType], words: Words) -> Mapping[str, Any]:
    """Return a value in which a number stands with what it counts: 20,847 persons, and not apart from it."""
    count = value.get("count")
    unit = next((name for name in value if parts[name].scheme == "units"), None)
    if unit is None or not isinstance(count, Mapping):
        return value
    said = Said(
        label=words.part(unit), text=f"{count_text(count, words)} {words.unit(str(value[unit]), last_of(count))}"
    )
    return {"count": said} | {name: each for name, each in value.items() if name not in ("count", unit)}


def last_of(count: Mapping[str, Any]) -> int | None:
    """Return the number of a count that a noun stands beside."""
    ends = [count[name] for name in ("n", "max", "min") if isinstance(count.get(name), int)]
    return ends[0] if ends else None


_MAIN: Mapping[str, str] = {
    "count": "count",
    "deal_side": "party",
    "name": "text",
    "episode_event": "event",
    "kin": "relation",
    "tie": "relation",
    "role": "role",
    "reason": "reason",
    "held_by": "party",
    "act": "kind",
    "event": "kind",
    "claim": "text",
    "quotation": "text",
    "age": "years",
    "residence": "place",
    "award": "recipient",
    "education": "step",
}
"""The part of a value that stands first."""


def _piece(label: str, base: str, scheme: str | None, said: Any, dossier: Dossier, words: Words) -> Said:
    match base:
        case "term" if scheme is not None:
            return Said(label=label, text=words.term(scheme, str(said)))
        case "subject":
            return Said(label=label, text=name_of(dossier, said, words), link=record_link(said))
        case "date":
            return Said(label=label, text=written(str(said)))
        case "count":
            return Said(label=label, text=count_text(said, words))
        case _:
            return Said(label=label, text=plain(str(said)), is_source_text=True)


def count_text(said: Mapping[str, Any], words: Words) -> str:
    """Return a count as its source put it."""
    hedge = words.term("hedges", said["hedge"]) + " " if said.get("hedge") else ""
    if "n" in said:
        return f"{hedge}{said['n']:,}"
    low, high = said.get("min"), said.get("max")
    if low is not None and high is not None:
        return f"{hedge}{low:,}–{high:,}"
    if low is None and high is None:
        return hedge.strip()
    sign = "" if hedge else "≥ " if low is not None else "≤ "
    return f"{hedge}{sign}{high if low is None else low:,}"


def groups_of(
    views: Sequence[StatementView], dossier: Dossier, words: Words, *, order: Sequence[str] = ()
) -> list[Group]:
    """Return statements grouped by predicate, those that disagree said to; free assertions before the others."""
    clashes = {
        (found.predicate): found
        for found in find_conflicts(views, words.vocabulary, lambda mention: dossier.identities.get(mention, mention))
    }
    by_predicate: dict[str, list[StatementView]] = {}
    for view in views:
        by_predicate.setdefault(view.predicate, []).append(view)
    rank = {predicate: number for number, predicate in enumerate(order)}
    known = list(words.vocabulary.predicates)
    groups = []
    for predicate in sorted(by_predicate, key=lambda each: (rank.get(each, len(rank)), known.index(each))):
        told = sorted(by_predicate[predicate], key=lambda view: (not view.is_free, view.id))
        groups.append(
            Group(
                predicate=predicate,
                label=words.predicate(predicate),
                rows=_together([row_of(view, dossier, words) for view in told]),
                conflict=_conflict(clashes.get(predicate), dossier, words),
            )
        )
    return groups


def _together(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return rows of which no two say the same in the same way, each with those that do; a preferred one by itself."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        said = (row.pieces, row.when, row.marks, row.stands, row.coerced, row.graphic, row.id if row.preferred else "")
        found.setdefault(said, []).append(row)
    return tuple(replace(first, alike=tuple(others)) for first, *others in found.values())


def _conflict(found: Conflict | None, dossier: Dossier, words: Words) -> str:
    if found is None or any(each in dossier.preferred for each in found.statements):
        return ""
    return (
        _("sources disagree")
        if found.part in ("value", "when")
        else _("sources disagree on: %(part)s") % {"part": words.part(found.part)}
    )


def sources_of(views: Iterable[StatementView], dossier: Dossier) -> list[dict[str, Any]]:
    """Return the sources of statements, with how many each made."""
    counts: dict[int, int] = {}
    for view in views:
        counts[view.source] = counts.get(view.source, 0) + 1
    return [
        {"source": dossier.sources[each], "n_statements": n, "link": reverse("source", args=[each])}
        for each, n in sorted(counts.items())
    ]
