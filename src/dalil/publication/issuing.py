"""Issuing a report: figures are run at one checkpoint, both languages are set, and the ledger records what went out.

The order survives a crash: first the checkpoint and the runs, then the files, each written whole beside its place and
moved there, then the entries that say what was issued. A crash before the entries leaves files that no entry names,
which the next issue overwrites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dalil.figures.figures import Figures
from dalil.figures.runs import FigureRun
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger
from dalil.ledger.notes import Checkpoint
from dalil.publication.edition import Edition
from dalil.publication.from_runs import published
from dalil.publication.manifest import readable
from dalil.publication.report import RenderedReport, render_report
from dalil.publication.template import load_template
from dalil.values.canonical import JsonObject
from dalil.values.digests import digest_of
from dalil.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReport:
    """What went out: one file a language, the runs behind them, and the ledger's size after it recorded them."""

    code: str
    files: dict[str, Path]
    runs: dict[str, FigureRun]
    reports: dict[str, RenderedReport]
    ledger_size: int


def issue_report(
    template_folder: Path,
    *,
    out: Path,
    figures: Figures,
    ledger: Ledger,
    checkpoint: Checkpoint,
    vocabulary: Vocabulary,
    by: Signer,
    code_version: str,
    languages: Sequence[str] = (),
    dry_run: bool = False,
) -> IssuedReport:
    """Regenerate a report at a checkpoint, write it to ``out`` and record it.

    Raises
    ------
    TemplateWrong, UnknownFigure, WrongDefinition, FontMissing
        Nothing was written.
    """
    template = load_template(template_folder)
    runs = figures.run_many(template.figures, known_by=checkpoint.size)
    seen = {name: published(run, vocabulary) for name, run in runs.items()}
    last = ledger.entry(checkpoint.size - 1).header.recorded_at
    edition = Edition(
        checkpoint=checkpoint,
        made_at=datetime.fromisoformat(last.replace("Z", "+00:00")).astimezone(UTC),
        code_version=code_version,
    )
    reports = {
        language: render_report(template, seen, language=language, edition=edition, vocabulary=vocabulary)
        for language in languages or template.prose
    }
    files = {language: out / f"{template.code}-{language}.pdf" for language in reports}
    size = checkpoint.size
    if not dry_run:
        definitions = {name: figures.definition(name).content for name in used_figures(runs, figures)}
        out.mkdir(parents=True, exist_ok=True)
        for language, report in reports.items():
            _write(files[language], report.pdf)
            _write(out / f"{template.code}-{language}.manifest.json", readable(report.manifest))
            _write(out / f"{template.code}-runs.json", readable(report.runs))
        size = ledger.append(
            [*_definitions(definitions, ledger), *_entries(template.code, template.digest, runs, reports, checkpoint)],
            by=by,
        ).size
    return IssuedReport(code=template.code, files=files, runs=runs, reports=reports, ledger_size=size)


def used_figures(runs: dict[str, FigureRun], figures: Figures) -> list[str]:
    """Return the figures printed and those they were worked out from, sorted."""
    used, waiting = set[str](), list(runs)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            run = runs.get(name) or figures.run(name)
            waiting += [*run.inputs, *([str(run.denominator["figure"])] if run.denominator else [])]
    return sorted(used)


def _definitions(definitions: dict[str, JsonObject], ledger: Ledger) -> list[Draft]:
    """One entry for each definition that the ledger does not hold in these very words."""
    recorded = {entry.body["digest"] for entry in ledger.entries(kind=Kind.DEFINITION) if entry.body is not None}
    bodies = [
        {"defines": "figure", "name": name, "digest": digest_of(content), "content": content}
        for name, content in definitions.items()
    ]
    return [Draft(Kind.DEFINITION, body) for body in bodies if body["digest"] not in recorded]


def _entries(
    code: str,
    template_digest: str,
    runs: dict[str, FigureRun],
    reports: dict[str, RenderedReport],
    checkpoint: Checkpoint,
) -> list[Draft]:
    """One entry a run and one for the publication; a later reader finds every number by its run id."""
    drafts = [
        Draft(Kind.ISSUE, {"issued": "run", "figure": name, "run": run.run_id, "record": run.record()})
        for name, run in sorted(runs.items())
    ]
    publication = {
        "issued": "publication",
        "code": code,
        "template": template_digest,
        "checkpoint": {"size": checkpoint.size, "root": checkpoint.root.hex()},
        "files": {language: report.pdf_digest for language, report in sorted(reports.items())},
        "runs": {name: run.run_id for name, run in sorted(runs.items())},
    }
    return [*drafts, Draft(Kind.ISSUE, publication)]


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(data)
    draft.replace(path)
