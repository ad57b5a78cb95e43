"""Fills a template with figures: from shape, prose and runs to the document that is typeset.

The result is plain JSON in reading order, in one language, with every number already in words; the typesetter decides
nothing about content. Every number put in is recorded as a use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dalil.errors import TemplateWrong
from dalil.publication.annexes import (
    check_estimates_apart,
    check_estimates_explained,
    checkpoint_block,
    definitions_block,
    estimates_block,
    law_block,
    sources_block,
)
from dalil.publication.bindings import BoundFigure, PublishedFigure, find_figure, resolve
from dalil.publication.blocks import (
    Block,
    CaseBlock,
    ChartBlock,
    GeneratedBlock,
    ListBlock,
    MatrixBlock,
    RecommendationsBlock,
    Section,
    TableBlock,
    TextBlock,
)
from dalil.publication.chrome import Chrome
from dalil.publication.edition import Edition
from dalil.publication.prose import DateText, FigureBinding, Literal, Piece, Reference, Strong, Words, parse_prose
from dalil.publication.template import FRONT, PrintedNumber, Prose, ReportTemplate
from dalil.publication.uses import UseLog
from dalil.publication.wording import Wording
from dalil.values.canonical import JsonObject, JsonValue
from dalil.vocabulary import Vocabulary


@dataclass(slots=True, kw_only=True)
class Composer:
    """Composes one language of a report; keeps count of uses and of the sources already cited in full."""

    template: ReportTemplate
    figures: Mapping[str, PublishedFigure]
    prose: Prose
    chrome: Chrome
    wording: Wording
    vocabulary: Vocabulary
    edition: Edition
    log: UseLog = field(default_factory=UseLog)
    cited: set[str] = field(default_factory=set)

    def document(self) -> JsonObject:
        """Return the whole document."""
        kinds = {block.kind for section in self.template.sections for block in section.blocks if hasattr(block, "kind")}
        check_estimates_explained(self, kinds)
        self.log.section = "cover"
        front: JsonObject = {name: self.inline(name) for name in FRONT}
        sections: list[JsonValue] = []
        counts = dict.fromkeys(("body", "closing", "annex"), 0)
        for section in self.template.sections:
            sections.append(self._section(section, counts[section.part]))
            counts[section.part] += 1
        return {
            "language": self.chrome.language,
            "direction": self.chrome.direction,
            "words": dict(self.chrome.words),
            "code": self.template.code,
            "issued": self.wording.date(self.template.issued.isoformat(), "issued"),
            "demonstration": self.template.demonstration,
            "title_text": _plain(front["title"]),
            "publisher_text": _plain(front["publisher"]),
            "known_by": self.chrome.words["known_by"].format(n=self.wording.number(self.edition.checkpoint.size)),
            "front": front,
            "sections": sections,
        }

    def _section(self, section: Section, at: int) -> JsonObject:
        self.log.section = section.id
        numerals = self.chrome.numerals if section.part == "body" else self.chrome.letters
        if section.part != "closing" and at >= len(numerals):
            raise TemplateWrong(
                "A report has more sections than can be numbered.",
                expected=f"at most {len(numerals)} of part {section.part}",
                where=section.id,
            )
        return {
            "id": section.id,
            "part": section.part,
            "number": "" if section.part == "closing" else numerals[at],
            "first": at == 0,
            "heading": self.inline(section.id),
            "blocks": [self._block(block) for block in section.blocks],
        }

    # --- text -------------------------------------------------------------------------------------------------------
    def inline(self, slot: str) -> list[JsonValue]:
        """Return a text of the prose file, its references resolved."""
        return self._pieces(self.prose.texts[slot], slot)

    def optional(self, slot: str) -> list[JsonValue]:
        """Return a text that may be absent."""
        return self.inline(slot) if slot in self.prose.texts else []

    def bound(self, text: str, slot: str) -> list[JsonValue]:
        """Return bindings that stand in report.yaml: table cells and what a figure shows."""
        return self._pieces(parse_prose(text, slot), slot)

    def _pieces(self, pieces: Iterable[Piece], slot: str) -> list[JsonValue]:
        done: list[JsonValue] = []
        strong: list[JsonValue] | None = None
        for piece in pieces:
            if not isinstance(piece, Strong):
                (done if strong is None else strong).append(self._piece(piece, slot))
            elif strong is None:
                strong = []
            else:
                done.append({"k": "strong", "c": strong})
                strong = None
        return done

    def _piece(self, piece: Piece, slot: str) -> JsonObject:
        match piece:
            case Words(text=text):
                return {"k": "words", "s": text}
            case FigureBinding():
                return self.print_figure(piece, slot)
            case DateText(edtf=edtf):
                return {"k": "date", "s": self.wording.date(edtf, slot)}
            case Literal(kind=kind, text=text):
                return {"k": kind, "s": text}
            case Reference(kind="src"):
                return self._citation(piece)
            case Reference(kind="law"):
                return {"k": "law", "key": piece.key, "s": self.template.instruments[piece.key].symbol}
            case Reference():
                return {"k": "note", "c": self.inline(f"note.{piece.key}")}
        raise TemplateWrong("A piece of prose is of no known kind.", found=type(piece).__name__, where=slot)

    def print_figure(self, binding: FigureBinding, slot: str) -> JsonObject:
        """Print a figure: its words, the annex line they link to, and the number of the use."""
        bound = resolve(binding, self.figures, wording=self.wording, vocabulary=self.vocabulary, where=slot)
        printed: JsonObject = {
            "k": "figure",
            "before": bound.before,
            "number": bound.number,
            "after": bound.after,
            "figure": bound.figure,
            "use": None,
        }
        if bound.value is not None or bound.hedge is not None:
            printed["use"] = self.log.note(bound, slot)
        return printed

    def _citation(self, reference: Reference) -> JsonObject:
        source = self.template.sources[reference.key]
        first = source.key not in self.cited
        self.cited.add(source.key)
        return {
            "k": "src",
            "key": source.key,
            "first": first,
            "title": source.title,
            "language": source.language,
            "publisher": source.publisher,
            "published": self.wording.date(source.published, source.key) if source.published else "",
            "locator": reference.locator,
            "link": source.link or "",
            "withheld": source.withheld,
        }

    # --- blocks -----------------------------------------------------------------------------------------------------
    def _block(self, block: Block) -> JsonObject:
        match block:
            case TextBlock():
                return {"k": block.kind, "c": self.inline(block.slot)}
            case ListBlock():
                return {"k": block.kind, "items": [self.inline(slot) for slot in block.items]}
            case CaseBlock():
                return {"k": "case", "title": self.inline(block.title), "items": [self.inline(x) for x in block.items]}
            case TableBlock():
                return self._table(block)
            case MatrixBlock():
                return self._matrix(block)
            case ChartBlock():
                return self._chart(block)
            case RecommendationsBlock():
                groups: list[JsonValue] = [
                    {"to": self.inline(f"to.{group.id}"), "items": [self.inline(slot) for slot in group.items]}
                    for group in block.addressees
                ]
                return {"k": "recommendations", "groups": groups}
            case GeneratedBlock():
                return self._generated(block)

    def _table(self, block: TableBlock) -> JsonObject:
        bound = (piece for row in block.rows for cell in row.cells for piece in parse_prose(cell, block.id))
        check_estimates_apart(self, {each.figure for each in bound if isinstance(each, FigureBinding)}, block.id)
        rows: list[JsonValue] = [
            {
                "label": self.inline(f"{block.id}.row.{row.id}"),
                "cells": [
                    self.bound(cell, f"{block.id}.{row.id}.{column}")
                    for cell, column in zip(row.cells, block.columns, strict=True)
                ],
            }
            for row in block.rows
        ]
        return {
            "k": "table",
            "caption": self.inline(f"{block.id}.caption"),
            "corner": self.inline(f"{block.id}.corner"),
            "columns": [self.inline(f"{block.id}.column.{column}") for column in block.columns],
            "rows": rows,
            "note": self.optional(f"{block.id}.note"),
        }

    def _matrix(self, block: MatrixBlock) -> JsonObject:
        return {
            "k": "matrix",
            "caption": self.inline(f"{block.id}.caption"),
            "columns": [self.inline(f"{block.id}.column.{column}") for column in block.columns],
            "weights": list(block.weights),
            "rows": [[self.inline(f"{block.id}.{row}.{column}") for column in block.columns] for row in block.rows],
            "note": self.optional(f"{block.id}.note"),
        }

    def _chart(self, block: ChartBlock) -> JsonObject:
        figure = find_figure(self.figures, block.figure, block.id)
        points = figure.series.get(block.series, ())
        if not points:
            raise TemplateWrong(
                "A chart has nothing to draw.",
                expected=f"points of {figure.name} along {block.series}",
                found="along " + ", ".join(sorted(figure.series)) if figure.series else "no series at all",
                where=block.id,
            )
        bars: list[JsonValue] = []
        for point in points:
            number = self.wording.number(point.value)
            bound = BoundFigure(
                figure=figure.name,
                cell=f"{block.series}.{point.key}",
                run_id=figure.run_id,
                value=point.value,
                before="",
                number=number,
                after="",
                hedge=None,
                rounded_to=None,
            )
            bars.append(
                {
                    "label": point.label[self.chrome.language],
                    "value": point.value,
                    "number": number,
                    "use": self.log.note(bound, f"{block.id}.{point.key}"),
                }
            )
        return {
            "k": "chart",
            "caption": self.inline(f"{block.id}.caption"),
            "figure": figure.name,
            "most": max(point.value for point in points),
            "bars": bars,
            "note": self.optional(f"{block.id}.note"),
        }

    def _generated(self, block: GeneratedBlock) -> JsonObject:
        filled: JsonObject
        match block.kind:
            case "comparison":
                filled = {"rows": [self._comparison_row(name) for name in self.template.figures]}
            case "law":
                filled = law_block(self)
            case "definitions":
                filled = definitions_block(self)
            case "estimates":
                filled = estimates_block(self)
            case "sources":
                filled = sources_block(self)
            case _:
                filled = checkpoint_block(self)
        return {
            "k": block.kind,
            "caption": self.inline(f"{block.id}.caption"),
            "note": self.optional(f"{block.id}.note"),
            **filled,
        }

    def _comparison_row(self, name: str) -> JsonObject:
        entry, figure = self.template.figures[name], find_figure(self.figures, name, "comparison")
        return {
            "figure": name,
            "title": figure.title[self.chrome.language],
            "printed": [self._printed(number) for number in entry.printed],
            "shows": [self.bound(show, f"comparison.{name}") for show in entry.shows],
            "class": self.chrome.classes[figure.figure_class],
            "why": self.optional(f"why.{name}"),
        }

    def _printed(self, printed: PrintedNumber) -> str:
        words = self.vocabulary.label("hedges", printed.hedge, self.chrome.language) if printed.hedge else ""
        if printed.n is None:
            return words
        number = self.wording.percent(printed.n, 100) if printed.percent else self.wording.number(printed.n)
        return f"{words} {number}".strip()


def _plain(pieces: JsonValue) -> str:
    """Return the words of a text without its references: for the document's properties."""
    text = ""
    for piece in pieces if isinstance(pieces, list) else []:
        if isinstance(piece, dict):
            text += _plain(piece["c"]) if "c" in piece else str(piece.get("s", ""))
    return text
