"""Renders a report: a template and figure runs become a PDF/A-3 in one language, with its manifest and runs inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dalil.errors import TemplateWrong
from dalil.publication.bindings import PublishedFigure, find_figure
from dalil.publication.chrome import load_chrome
from dalil.publication.composing import Composer
from dalil.publication.edition import Edition
from dalil.publication.manifest import manifest_json, readable, runs_json
from dalil.publication.template import ReportTemplate
from dalil.publication.typesetting import Attachment, Typesetter
from dalil.publication.uses import Use
from dalil.publication.wording import Wording
from dalil.values.canonical import JsonObject
from dalil.values.digests import sha256
from dalil.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedReport:
    """A report as it goes out. ``pdf_digest`` is what an issue entry records."""

    language: str
    pdf: bytes
    manifest: JsonObject
    runs: JsonObject
    uses: tuple[Use, ...]

    @property
    def pdf_digest(self) -> str:
        """SHA-256 of the document, in hex."""
        return sha256(self.pdf).hex()


def render_report(
    template: ReportTemplate,
    figures: Mapping[str, PublishedFigure],
    *,
    language: str,
    edition: Edition,
    vocabulary: Vocabulary,
) -> RenderedReport:
    """Render one language of a report; the same arguments give the same bytes.

    Parameters
    ----------
    template : ReportTemplate
        Checked, as :func:`~dalil.publication.template.load_template` returns it.
    figures : mapping of name to PublishedFigure
        A run of every figure the template lists.
    language : str
        One of the template's languages.
    edition : Edition
        Checkpoint, code version and instant; the instant is part of the bytes.
    vocabulary : Vocabulary
        Where hedges, units and their words come from.

    Raises
    ------
    UnknownFigure
        A figure or a cell that the template prints was not handed in.
    TemplateWrong
        No prose in that language, or a hedge that is not true of its number.
    FontMissing
        A typeface is not installed.
    """
    if language not in template.prose:
        raise TemplateWrong(
            "The report is not written in this language.", expected=" or ".join(template.prose), found=language
        )
    for name in template.figures:
        find_figure(figures, name, template.code)
    prose, chrome = template.prose[language], load_chrome(language)
    wording = Wording(
        language=language, digits=prose.digits, words=chrome.words, months=chrome.months, nouns=prose.nouns
    )
    composer = Composer(
        template=template,
        figures=figures,
        prose=prose,
        chrome=chrome,
        wording=wording,
        vocabulary=vocabulary,
        edition=edition,
    )
    typesetter = Typesetter(composer.document())
    pages = typesetter.pages()
    uses = tuple(replace(use, page=pages[use.number]) for use in composer.log.uses)
    runs = runs_json(template, figures)
    runs_bytes = readable(runs)
    manifest = manifest_json(
        template,
        language=language,
        uses=uses,
        runs_digest=sha256(runs_bytes).hex(),
        edition=edition,
        vocabulary=vocabulary,
    )
    words = chrome.words
    attachments = (
        Attachment(
            name="runs.json",
            data=runs_bytes,
            mime="application/json",
            description=words["attachment_runs"],
            relationship="data",
        ),
        Attachment(
            name="manifest.json",
            data=readable(manifest),
            mime="application/json",
            description=words["attachment_manifest"],
            relationship="data",
        ),
        Attachment(
            name="checkpoint.txt",
            data=edition.checkpoint.note.encode(),
            mime="text/plain",
            description=words["attachment_checkpoint"],
            relationship="supplement",
        ),
    )
    pdf = typesetter.pdf(attachments, made_at=edition.made_at)
    return RenderedReport(language=language, pdf=pdf, manifest=manifest, runs=runs, uses=uses)
