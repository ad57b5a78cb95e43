"""A report's template: one shape, and the same things said in each language.

A folder holds ``report.yaml`` (sections, tables, sources, figures; see :mod:`dalil.publication.template_reading`) and
one prose file a language. Loading checks everything that can be wrong before a figure is run: every text the shape
needs is there in every language and no other; each text binds the same figures, dates and sources in every language;
no number is typed. What remains for setting is what depends on the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from dalil.errors import TemplateWrong
from dalil.intake.plain_yaml import PlainYaml, YamlPath, read_plain_yaml
from dalil.publication.blocks import ChartBlock, GeneratedBlock, MatrixBlock, Section, TableBlock
from dalil.publication.prose import FigureBinding, Piece, Reference, parse_prose, signatures
from dalil.publication.template_reading import Reader, read_sections
from dalil.publication.wording import DIGITS
from dalil.values.canonical import JsonValue
from dalil.values.digests import digest_of

FORMAT: Final = "dalil-report/1"
PROSE_FORMAT: Final = "dalil-report-prose/1"
FRONT: Final = (
    "title",
    "subtitle",
    "running",
    "publisher",
    "organisation",
    "demonstration.short",
    "demonstration.long",
)
"""Texts every report has: the cover's, the running head's, and what marks a demonstration on every page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNumber:
    """A number as the original document printed it; only a hedge where it printed a word ("thousands")."""

    n: int | None = None
    hedge: str | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureEntry:
    """A figure of the report: what the original printed and which bindings show what we counted."""

    printed: tuple[PrintedNumber, ...]
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """A source as footnotes print it; a withheld link is never printed."""

    key: str
    title: str
    publisher: str
    language: str
    published: str | None
    link: str | None
    withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedInstrument:
    """A legal instrument; what it is and what citing it shows are the slots ``law.<key>.…``."""

    key: str
    symbol: str
    adopted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """One language's texts, parsed."""

    language: str
    digits: str
    texts: Mapping[str, tuple[Piece, ...]]
    nouns: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTemplate:
    """A report made by people, checked and ready to be filled."""

    code: str
    issued: date
    demonstration: bool
    sections: tuple[Section, ...]
    figures: Mapping[str, FigureEntry]
    sources: Mapping[str, CitedSource]
    instruments: Mapping[str, CitedInstrument]
    prose: Mapping[str, Prose]
    digest: str

    def bindings(self) -> Iterator[FigureBinding]:
        """Yield every figure binding of the first language, of the tables and of the comparison."""
        for pieces in next(iter(self.prose.values())).texts.values():
            yield from (piece for piece in pieces if isinstance(piece, FigureBinding))
        cells = [cell for block in self._tables() for row in block.rows for cell in row.cells]
        for text in (*cells, *(show for entry in self.figures.values() for show in entry.shows)):
            yield from (piece for piece in parse_prose(text, text) if isinstance(piece, FigureBinding))

    def cells_shown(self, name: str) -> list[str]:
        """Return the cells of a figure that the comparison shows."""
        pieces = [piece for show in self.figures[name].shows for piece in parse_prose(show, show)]
        return [piece.cell for piece in pieces if isinstance(piece, FigureBinding) and piece.cell]

    def _tables(self) -> Iterator[TableBlock]:
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, TableBlock))


def load_template(folder: Path) -> ReportTemplate:
    """Load and check the template in ``folder``.

    Raises
    ------
    TemplateWrong
        The files break their format, differ between languages, or hold a typed number.
    UnreadableFile
        A file is missing or is not YAML in UTF-8.
    """
    yaml = read_plain_yaml(folder / "report.yaml", wrong=TemplateWrong)
    reader = Reader(yaml)
    known = {"format", "code", "issued", "demonstration", "languages", "figures", "sources", "instruments", "sections"}
    fields = reader.object(yaml.content, (), known=known)
    if fields.get("format") != FORMAT:
        raise reader.wrong(FORMAT, fields.get("format"), "format")
    sections = read_sections(reader, fields.get("sections"))
    instruments = _read_instruments(reader, fields.get("instruments", {}))
    figures = _read_figures(reader, fields.get("figures"))
    needed = set(_needed_slots(sections, figures, instruments))
    optional = set(_optional_slots(sections, figures))
    prose = {}
    files = [yaml]
    for at, item in enumerate(reader.list(fields.get("languages"), ("languages",))):
        language = reader.object(item, ("languages", at), known={"language", "digits"})
        code = reader.text(language.get("language"), ("languages", at, "language"))
        digits = language.get("digits", "latn")
        if digits not in DIGITS:
            raise reader.wrong("one of " + ", ".join(DIGITS), digits, "languages", at, "digits")
        files.append(read_plain_yaml(folder / f"{code}.yaml", wrong=TemplateWrong))
        prose[code] = _read_prose(files[-1], code, str(digits), needed, optional)
    template = ReportTemplate(
        code=reader.text(fields.get("code"), ("code",)),
        issued=_read_date(reader, fields.get("issued"), ("issued",)),
        demonstration=fields.get("demonstration") is True,
        sections=sections,
        figures=figures,
        sources=_read_sources(reader, fields.get("sources", {})),
        instruments=instruments,
        prose=prose,
        digest=digest_of({file.name: file.content for file in files}),
    )
    _check_languages_agree(template)
    _check_references(template)
    return template


def _needed_slots(
    sections: tuple[Section, ...], figures: Mapping[str, FigureEntry], instruments: Mapping[str, CitedInstrument]
) -> Iterator[str]:
    yield from FRONT
    for section in sections:
        yield section.id
        for block in section.blocks:
            yield from block.slots()
    yield from (f"law.{key}.{part}" for key in instruments for part in ("name", "about", "check"))


def _optional_slots(sections: tuple[Section, ...], figures: Mapping[str, FigureEntry]) -> Iterator[str]:
    for section in sections:
        for block in section.blocks:
            if isinstance(block, TableBlock | MatrixBlock | ChartBlock | GeneratedBlock):
                yield f"{block.id}.note"
    yield from (f"why.{name}" for name in figures)


def _read_prose(yaml: PlainYaml, language: str, digits: str, needed: set[str], optional: set[str]) -> Prose:
    reader = Reader(yaml)
    fields = reader.object(yaml.content, (), known={"format", "language", "nouns", "texts", "notes"})
    for field, value in (("format", PROSE_FORMAT), ("language", language)):
        if fields.get(field) != value:
            raise reader.wrong(value, fields.get(field), field)
    texts = dict(reader.object(fields.get("texts"), ("texts",)))
    notes = reader.object(fields.get("notes", {}), ("notes",))
    missing, foreign = sorted(needed - texts.keys()), sorted(texts.keys() - needed - optional)
    if missing or foreign:
        raise TemplateWrong(
            "The prose does not fit the shape of the report.",
            expected="exactly the texts that report.yaml names",
            found="; ".join(
                [*(f"missing: {slot}" for slot in missing[:8]), *(f"not asked for: {slot}" for slot in foreign[:8])]
            ),
            where=yaml.name,
        )
    parsed = {}
    for field, slots in (("texts", texts), ("notes", notes)):
        for slot, text in slots.items():
            name = slot if field == "texts" else f"note.{slot}"
            parsed[name] = parse_prose(reader.text(text, (field, slot)), f"{yaml.where(field, slot)} ({name})")
    nouns = {
        noun: {
            form: reader.text(text, ("nouns", noun, form))
            for form, text in reader.object(forms, ("nouns", noun)).items()
        }
        for noun, forms in reader.object(fields.get("nouns", {}), ("nouns",)).items()
    }
    for noun, said in nouns.items():
        if "other" not in said:
            raise reader.wrong("a form `other`", "none", "nouns", noun)
    return Prose(language=language, digits=digits, texts=parsed, nouns=nouns)


def _read_figures(reader: Reader, value: JsonValue) -> dict[str, FigureEntry]:
    entries = {}
    for name, item in reader.object(value, ("figures",)).items():
        fields = reader.object(item, ("figures", name), known={"printed", "shows"})
        printed = fields.get("printed", [])
        if not isinstance(printed, list):
            raise reader.wrong("a list", printed, "figures", name, "printed")
        shows = fields.get("shows")
        path: YamlPath = ("figures", name, "shows")
        entries[name] = FigureEntry(
            printed=tuple(_read_printed(reader, one, ("figures", name, "printed", n)) for n, one in enumerate(printed)),
            shows=reader.texts(shows, path) if shows is not None else (f"{{{name}}}",),
        )
    return entries


def _read_printed(reader: Reader, value: JsonValue, path: YamlPath) -> PrintedNumber:
    fields = reader.object(value, path, known={"n", "hedge", "percent"})
    number, hedge = fields.get("n"), fields.get("hedge")
    if number is None and hedge is None:
        raise reader.wrong("a number, a hedge or both", None, *path)
    return PrintedNumber(
        n=None if number is None else reader.number(number, (*path, "n")),
        hedge=None if hedge is None else reader.text(hedge, (*path, "hedge")),
        percent=fields.get("percent") is True,
    )


def _read_sources(reader: Reader, value: JsonValue) -> dict[str, CitedSource]:
    known = {"title", "publisher", "language", "published", "link", "withheld"}
    sources = {}
    for key, item in reader.object(value, ("sources",)).items():
        path: YamlPath = ("sources", key)
        fields = reader.object(item, path, known=known)
        link, published = fields.get("link"), fields.get("published")
        withheld = fields.get("withheld") is True
        if withheld and link is not None:
            raise reader.wrong("no link on a source whose link is withheld", "a link", *path, "link")
        sources[key] = CitedSource(
            key=key,
            title=reader.text(fields.get("title"), (*path, "title")),
            publisher=reader.text(fields.get("publisher"), (*path, "publisher")),
            language=reader.text(fields.get("language"), (*path, "language")),
            published=None if published is None else reader.text(published, (*path, "published")),
            link=None if link is None else reader.text(link, (*path, "link")),
            withheld=withheld,
        )
    return sources


def _read_instruments(reader: Reader, value: JsonValue) -> dict[str, CitedInstrument]:
    instruments = {}
    for key, item in reader.object(value, ("instruments",)).items():
        path: YamlPath = ("instruments", key)
        fields = reader.object(item, path, known={"symbol", "adopted"})
        instruments[key] = CitedInstrument(
            key=key,
            symbol=reader.text(fields.get("symbol"), (*path, "symbol")),
            adopted=reader.text(fields.get("adopted"), (*path, "adopted")),
        )
    return instruments


def _read_date(reader: Reader, value: JsonValue, path: YamlPath) -> date:
    try:
        return date.fromisoformat(reader.text(value, path))
    except ValueError:
        raise reader.wrong("a day, such as 2021-05-21", value, *path) from None


def _check_languages_agree(template: ReportTemplate) -> None:
    """Refuse texts that bind other figures, dates or sources in one language than in another."""
    (first, *others) = template.prose.values()
    for other in others:
        if different := sorted(first.texts.keys() ^ other.texts.keys()):
            raise TemplateWrong(
                "A text stands in one language only.",
                expected=f"the same texts in {first.language} and {other.language}",
                found=", ".join(different[:8]),
                where=template.code,
            )
        for slot, pieces in first.texts.items():
            here, there = signatures(pieces), signatures(other.texts[slot])
            if here != there:
                raise TemplateWrong(
                    "Two languages say different figures, dates or references.",
                    expected=f"in {first.language}: {', '.join(x for x in here if here.count(x) > there.count(x))}",
                    found=f"in {other.language}: {', '.join(x for x in there if there.count(x) > here.count(x))}",
                    where=f"{slot} of {template.code}",
                )


def _check_references(template: ReportTemplate) -> None:
    known = {"src": template.sources, "law": template.instruments}
    for prose in template.prose.values():
        for slot, pieces in prose.texts.items():
            for piece in pieces:
                if not isinstance(piece, Reference):
                    continue
                keys = known.get(piece.kind) or {name[5:] for name in prose.texts if name.startswith("note.")}
                if piece.key not in keys:
                    raise TemplateWrong(
                        "The prose points at something the report does not list.",
                        expected="one of " + (", ".join(sorted(keys)) or "none"),
                        found=f"{piece.kind}:{piece.key}",
                        where=f"{slot} in {prose.language}.yaml",
                    )
    for binding in template.bindings():
        if binding.figure not in template.figures:
            raise TemplateWrong(
                "The prose binds a figure that report.yaml does not list.",
                expected="one of " + ", ".join(template.figures),
                found=binding.figure,
                where=template.code,
                todo="List it under figures, so that it has a line in the annex.",
            )
