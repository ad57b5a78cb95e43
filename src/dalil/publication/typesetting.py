"""Sets a composed document as PDF/A-3 with Typst, in memory: no file is written, so none can be left behind.

The document is set twice. The first pass only asks on which page each figure came to stand; the second embeds the
manifest that says so. The second is cheap, since Typst remembers what it has already laid out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Final, cast

import typst

from dalil.errors import Bug
from dalil.publication.fonts import load_fonts
from dalil.values.canonical import JsonObject, canonical_bytes

STANDARDS: Final[list[typst.PDFStandard]] = ["a-3a", "ua-1"]
"""PDF/A-3, level A: archival, with attachments and tagged text; and PDF/UA-1: readable by assistive technology."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file embedded in the document; ``relationship`` is PDF's AFRelationship in lower case."""

    name: str
    data: bytes
    mime: str
    description: str
    relationship: str


@cache
def _templates() -> dict[str, bytes]:
    folder = resources.files("dalil.publication.typeset")
    files = {item.name: item.read_bytes() for item in folder.iterdir() if item.name.endswith(".typ")}
    return {"main.typ": files.pop("report.typ"), **files}


class Typesetter:
    """Sets one document; the two passes share what Typst has learnt."""

    def __init__(self, document: JsonObject) -> None:
        self._document = canonical_bytes(document)

    def pages(self) -> dict[int, int]:
        """Return the page on which each use is printed.

        Raises
        ------
        FontMissing
            A typeface is not installed.
        Bug
            Typst refuses the document.
        """
        expression = "query(<use>).map(it => (it.value, it.location().page()))"
        try:
            answer = self._compiler(()).eval(expression)
        except RuntimeError as error:  # eval raises the base class of TypstError
            raise _translated(error) from error
        return {int(use): int(page) for use, page in json.loads(answer)}

    def pdf(self, attachments: tuple[Attachment, ...], *, made_at: datetime) -> bytes:
        """Return the document as PDF/A-3 with the attachments embedded."""
        compiler = self._compiler(attachments)
        try:
            data, warnings = compiler.compile_with_warnings(
                format="pdf", pdf_standards=STANDARDS, timestamp=int(made_at.timestamp())
            )
        except typst.TypstError as error:
            raise _translated(error) from error
        if warnings:
            raise Bug("The typesetter is not content with a report.", found=warnings[0].message)
        if not isinstance(data, bytes):
            raise Bug("The typesetter did not return one document.", found=type(data).__name__)
        return data

    def _compiler(self, attachments: tuple[Attachment, ...]) -> typst.Compiler:
        listed = [
            {"name": x.name, "mime": x.mime, "description": x.description, "relationship": x.relationship}
            for x in attachments
        ]
        files: dict[str, bytes] = {
            **_templates(),
            "document.json": self._document,
            "attachments.json": json.dumps(listed).encode(),
            **{f"attached/{attachment.name}": attachment.data for attachment in attachments},
        }
        # The binding takes a dictionary of files (its README says so); its stubs leave that form out.
        return typst.Compiler(cast("bytes", files), font_paths=load_fonts(), ignore_system_fonts=True)


def _translated(error: RuntimeError) -> Bug:
    where = str(error.diagnostic)[:400] if isinstance(error, typst.TypstError) else ""
    return Bug("The typesetter refused a report.", found=str(error).splitlines()[0], where=where)
