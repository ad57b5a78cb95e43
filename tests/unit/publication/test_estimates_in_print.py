"""An estimate in a report: printed apart from what is counted, never without what it rests on, in both languages."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from dalil.errors import TemplateWrong
from dalil.estimation import Settings, Table, estimate
from dalil.estimation.annex import annex_sections
from dalil.estimation.sentences import say
from dalil.publication.bindings import PublishedFigure, Span
from dalil.publication.chrome import load_chrome
from dalil.publication.composing import Composer
from dalil.publication.edition import Edition
from dalil.publication.report import render_report
from dalil.publication.template import ReportTemplate, load_template
from dalil.publication.wording import Wording
from dalil.vocabulary import Vocabulary
from unit.publication.conftest import TEMPLATE_FOLDER, invented_figure

Figures = dict[str, PublishedFigure]
REACH = {"en": "Every list was drawn from everyone.", "ar": "سُحبت كل قائمة من الجميع."}
ANNEX = """
  - id: unseen
    part: annex
    blocks:
      - p: unseen.text
      - estimates: estimates
"""
TEXTS = {
    "en": {"unseen": "Whom no list tells of", "unseen.text": "Estimated: {E01}.", "estimates.caption": "Estimates"},
    "ar": {"unseen": "من لا تذكره أي قائمة", "unseen.text": "المقدَّر: {E01}.", "estimates.caption": "التقديرات"},
}


def template_with(folder: Path, annex: str = ANNEX) -> ReportTemplate:
    """Return the demonstration's template with an estimated figure, and perhaps its annex."""
    shutil.copytree(TEMPLATE_FOLDER, folder)
    shape = folder / "report.yaml"
    text = shape.read_text(encoding="utf-8").replace("figures:\n", "figures:\n  E01: {printed: []}\n", 1)
    shape.write_text(text + annex, encoding="utf-8")
    for language, texts in TEXTS.items():
        lines = "".join(f'  {slot}: "{said}"\n' for slot, said in texts.items() if annex)
        prose = folder / f"{language}.yaml"
        _say(prose, lines)
    return load_template(folder)


def _say(prose: Path, lines: str) -> None:
    text = prose.read_text(encoding="utf-8").replace("\ntexts:\n", f"\ntexts:\n{lines}", 1)
    prose.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def estimated() -> PublishedFigure:
    # Invented: 2,000 persons on four lists drawn independently.
    counts = [173, 209, 83, 149, 48, 78, 34, 269, 130, 158, 51, 96, 53, 51, 21]
    patterns = [[code >> place & 1 for place in range(4)] for code in range(1, 16)]
    table = Table.from_patterns(patterns, counts, lists=["list-a", "list-b", "list-c", "list-d"])
    made = estimate(table, "dga", settings=Settings(reach=REACH))
    assert made.N is not None
    annex: Any = {
        language: [each.as_json() for each in annex_sections(made, language, table)] for language in ("en", "ar")
    }
    low, high = (round(end) for end in made.N.interval())
    return replace(
        invented_figure("F10"),
        name="E01",
        figure_class="estimated",
        title={"en": "Held, recorded or not", "ar": "المحتجزون، مسجَّلين أو غير مسجَّلين"},
        value=Span(low=low, high=high),
        series={},
        n_members=None,
        record={"figure": "E01", "details": {"annex": annex}},
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_annex_of_an_estimate_is_printed_as_its_run_froze_it(
    tmp_path: Path,
    language: str,
    figures: Figures,
    estimated: PublishedFigure,
    edition: Edition,
    vocabulary: Vocabulary,
) -> None:
    template = template_with(tmp_path / "report")
    all_figures = figures | {"E01": estimated}
    chrome, prose = load_chrome(language), template.prose[language]
    composer = Composer(
        template=template,
        figures=all_figures,
        prose=prose,
        chrome=chrome,
        wording=Wording(language=language, words=chrome.words, months=chrome.months, nouns=prose.nouns),
        vocabulary=vocabulary,
        edition=edition,
    )
    document: Any = composer.document()
    (block,) = [each for part in document["sections"] for each in part["blocks"] if each["k"] == "estimates"]
    (row,) = block["rows"]
    details: Any = estimated.record["details"]
    assert row["sections"] == details["annex"][language]
    assert row["figure"] == "E01"
    words = [text for section in row["sections"] for text in section["paragraphs"]]
    assert say("annex", "untestable")[language] in words
    assert any(REACH[language] in text for text in words)
    assert any("1,603" in text for text in words)  # recorded on at least one list: the counts above, added up
    assert {"en": "never added", "ar": "لا يُجمع"}[language] in block["apart"]
    # And it can be set; whoever keeps the test's folder can look at it.
    report = render_report(template, all_figures, language=language, edition=edition, vocabulary=vocabulary)
    (tmp_path / "report.pdf").write_bytes(report.pdf)
    with pikepdf.open(tmp_path / "report.pdf") as pdf:
        assert "runs.json" in pdf.attachments
    assert any(use.figure == "E01" for use in report.uses)


def test_a_report_does_not_print_an_estimate_without_its_annex(
    tmp_path: Path, figures: Figures, estimated: PublishedFigure, edition: Edition, vocabulary: Vocabulary
) -> None:
    template = template_with(tmp_path / "report", annex="")
    with pytest.raises(TemplateWrong, match="what it rests on"):
        render_report(template, figures | {"E01": estimated}, language="en", edition=edition, vocabulary=vocabulary)


def test_a_run_without_an_annex_is_not_printed(
    tmp_path: Path, figures: Figures, estimated: PublishedFigure, edition: Edition, vocabulary: Vocabulary
) -> None:
    template = template_with(tmp_path / "report")
    bare = replace(estimated, record={"figure": "E01"})
    with pytest.raises(TemplateWrong, match="no annex to print"):
        render_report(template, figures | {"E01": bare}, language="en", edition=edition, vocabulary=vocabulary)


def test_no_table_brings_estimates_and_counts_together(
    tmp_path: Path, figures: Figures, estimated: PublishedFigure, edition: Edition, vocabulary: Vocabulary
) -> None:
    mixed = """
  - id: mixed
    part: annex
    blocks:
      - table: both
        columns: [n]
        rows: [{id: counted, cells: ["{F10}"]}, {id: guessed, cells: ["{E01}"]}]
"""
    folder = tmp_path / "report"
    template_with(folder)
    shape = folder / "report.yaml"
    shape.write_text(shape.read_text(encoding="utf-8") + mixed, encoding="utf-8")
    slots = ("mixed", "both.caption", "both.corner", "both.column.n", "both.row.counted", "both.row.guessed")
    for language in ("en", "ar"):
        prose = folder / f"{language}.yaml"
        lines = "".join(f'  {slot}: "Invented"\n' for slot in slots)
        _say(prose, lines)
    with pytest.raises(TemplateWrong, match="estimates and counts together"):
        render_report(
            load_template(folder),
            figures | {"E01": estimated},
            language="en",
            edition=edition,
            vocabulary=vocabulary,
        )
