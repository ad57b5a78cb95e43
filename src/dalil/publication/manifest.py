"""The manifest of a report: what it prints, from which runs, over which ledger; embedded in the document itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from dalil.publication.bindings import PublishedFigure, value_json
from dalil.publication.edition import Edition
from dalil.publication.fonts import font_versions
from dalil.publication.template import ReportTemplate
from dalil.publication.uses import Use
from dalil.values.canonical import JsonObject, JsonValue
from dalil.vocabulary import Vocabulary

FORMAT: Final = "dalil-report-manifest/1"
RUNS_FORMAT: Final = "dalil-report-runs/1"


def runs_json(template: ReportTemplate, figures: Mapping[str, PublishedFigure]) -> JsonObject:
    """Return every run the report prints, each with the run's own record."""
    runs: list[JsonValue] = []
    for name in template.figures:
        figure = figures[name]
        runs.append(
            {
                "figure": name,
                "run": figure.run_id,
                "class": figure.figure_class,
                "unit": figure.unit,
                "value": value_json(figure.value),
                "cells": {cell: value_json(value) for cell, value in sorted(figure.cells.items())},
                "as_of": figure.as_of.isoformat() if figure.as_of else None,
                "known_by": figure.known_by,
                "method": figure.method,
                "members": figure.n_members,
                "synthetic": figure.n_synthetic,
                "members_digest": figure.members_digest,
                "definition_digest": figure.definition_digest,
                "record": figure.record,
            }
        )
    return {"format": RUNS_FORMAT, "report": template.code, "runs": runs}


def manifest_json(
    template: ReportTemplate,
    *,
    language: str,
    uses: Iterable[Use],
    runs_digest: str,
    edition: Edition,
    vocabulary: Vocabulary,
) -> JsonObject:
    """Return the manifest of one language of a report."""
    checkpoint = edition.checkpoint
    return {
        "format": FORMAT,
        "report": template.code,
        "issued": template.issued.isoformat(),
        "language": language,
        "demonstration": template.demonstration,
        "made_at": edition.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "code_version": edition.code_version,
        "template_digest": template.digest,
        "vocabulary_digest": vocabulary.digest(),
        "runs_digest": runs_digest,
        "checkpoint": {
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "note": checkpoint.note,
        },
        "fonts": dict(font_versions()),
        "uses": [use.as_json() for use in uses],
    }


def readable(value: JsonObject) -> bytes:
    """Return JSON laid out for people, in one fixed form."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
