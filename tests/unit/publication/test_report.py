"""The report as a file: archival, with its data inside, the same bytes every time, every number opened."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace

import pikepdf
import pytest

from dalil.errors import FontMissing, TemplateWrong, UnknownFigure
from dalil.publication.bindings import PublishedFigure
from dalil.publication.chrome import load_chrome
from dalil.publication.edition import Edition
from dalil.publication.fonts import PACKAGES, font_folder
from dalil.publication.report import RenderedReport, render_report
from dalil.publication.template import ReportTemplate
from dalil.vocabulary import Vocabulary

Figures = dict[str, PublishedFigure]
PDFA_PART = "{http://www.aiim.org/pdfa/ns/id/}part"


@pytest.fixture(scope="module", params=["en", "ar"])
def report(
    request: pytest.FixtureRequest, template: ReportTemplate, figures: Figures, edition: Edition, vocabulary: Vocabulary
) -> RenderedReport:
    return render_report(template, figures, language=request.param, edition=edition, vocabulary=vocabulary)


def opened(report: RenderedReport) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(report.pdf))


def test_the_document_says_that_it_is_pdf_a_3_and_readable_aloud(report: RenderedReport) -> None:
    with opened(report) as pdf:
        metadata = pdf.open_metadata()
        assert metadata[PDFA_PART] == "3"
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert str(pdf.Root.Lang) == report.language
        assert str(pdf.Root.ViewerPreferences.Direction) == {"en": "/L2R", "ar": "/R2L"}[report.language]
        assert "/OutputIntents" in pdf.Root


def test_the_runs_and_the_manifest_are_attached_with_the_digests_they_claim(report: RenderedReport) -> None:
    with opened(report) as pdf:
        files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        associated = {str(spec.UF): str(spec.AFRelationship) for spec in pdf.Root.AF}
    assert associated == {"runs.json": "/Data", "manifest.json": "/Data", "checkpoint.txt": "/Supplement"}
    manifest = json.loads(files["manifest.json"])
    assert manifest == report.manifest
    assert manifest["runs_digest"] == hashlib.sha256(files["runs.json"]).hexdigest()
    assert files["checkpoint.txt"].decode() == manifest["checkpoint"]["note"]
    runs = json.loads(files["runs.json"])
    held = next(run for run in runs["runs"] if run["figure"] == "F10")
    assert held["value"] == 20_847
    assert held["record"] == {"figure": "F10", "code_version": "0.1.0"}


def test_every_typeface_is_embedded(report: RenderedReport) -> None:
    with opened(report) as pdf:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        assert len(fonts) >= 5
        for font in fonts:
            assert "/FontFile2" in font or "/FontFile3" in font, str(font.FontName)


def test_every_number_printed_is_a_use_of_a_run_on_a_page(report: RenderedReport, figures: Figures) -> None:
    with opened(report) as pdf:
        n_pages = len(pdf.pages)
    assert {use.figure for use in report.uses} == set(figures)
    assert [use.number for use in report.uses] == list(range(len(report.uses)))
    assert all(1 <= use.page <= n_pages for use in report.uses)
    assert all(use.run_id == figures[use.figure].run_id for use in report.uses)
    held = next(use for use in report.uses if use.slot == "kinship.held")
    assert (held.figure, held.hedge, held.value, held.section) == ("F10", "at_least", 20_847, "kinship")
    rendering = {"en": "at least 20,847 persons", "ar": "ما لا يقل عن 20,847 شخصاً"}
    assert held.rendering == rendering[report.language]


def test_the_same_arguments_give_the_same_bytes(
    report: RenderedReport, template: ReportTemplate, figures: Figures, edition: Edition, vocabulary: Vocabulary
) -> None:
    shuffled = dict(reversed(figures.items()))
    again = render_report(template, shuffled, language=report.language, edition=edition, vocabulary=vocabulary)
    assert again.pdf_digest == report.pdf_digest
    assert again.pdf == report.pdf


def test_another_instant_is_another_edition(
    report: RenderedReport, template: ReportTemplate, figures: Figures, edition: Edition, vocabulary: Vocabulary
) -> None:
    later = replace(edition, made_at=edition.made_at.replace(year=2027))
    other = render_report(template, figures, language=report.language, edition=later, vocabulary=vocabulary)
    assert other.pdf != report.pdf


def test_both_languages_use_the_same_figures_in_the_same_order(
    template: ReportTemplate, figures: Figures, edition: Edition, vocabulary: Vocabulary
) -> None:
    english, arabic = (
        render_report(template, figures, language=language, edition=edition, vocabulary=vocabulary)
        for language in ("en", "ar")
    )
    # A language may order the figures of one sentence otherwise, but not move one to another text.
    assert sorted((use.slot, use.figure, use.cell or "", use.hedge or "") for use in english.uses) == sorted(
        (use.slot, use.figure, use.cell or "", use.hedge or "") for use in arabic.uses
    )
    assert english.runs == arabic.runs


def test_a_figure_that_was_not_run_is_refused(
    template: ReportTemplate, figures: Figures, edition: Edition, vocabulary: Vocabulary
) -> None:
    without = {name: figure for name, figure in figures.items() if name != "F13"}
    with pytest.raises(UnknownFigure) as caught:
        render_report(template, without, language="en", edition=edition, vocabulary=vocabulary)
    assert caught.value.found == "F13"


def test_a_hedge_that_a_new_count_makes_untrue_stops_the_report(
    template: ReportTemplate, figures: Figures, edition: Edition, vocabulary: Vocabulary
) -> None:
    # the release of "nearly 21,000" is demanded: not true of 21,000 to the unit
    fewer = {**figures, "F10": replace(figures["F10"], value=21_000)}
    with pytest.raises(TemplateWrong, match="not true of the figure") as caught:
        render_report(template, fewer, language="en", edition=edition, vocabulary=vocabulary)
    assert caught.value.where == "to_council.release"


def test_a_chart_without_points_is_refused(
    template: ReportTemplate, figures: Figures, edition: Edition, vocabulary: Vocabulary
) -> None:
    flat = {**figures, "F10": replace(figures["F10"], series={})}
    with pytest.raises(TemplateWrong, match="nothing to draw"):
        render_report(template, flat, language="ar", edition=edition, vocabulary=vocabulary)


def test_a_language_without_prose_is_refused(
    template: ReportTemplate, figures: Figures, edition: Edition, vocabulary: Vocabulary
) -> None:
    with pytest.raises(TemplateWrong) as caught:
        render_report(template, figures, language="fr", edition=edition, vocabulary=vocabulary)
    assert caught.value.expected == "en or ar"


def test_a_missing_typeface_is_an_error_that_says_what_to_install() -> None:
    with pytest.raises(FontMissing, match="missing") as caught:
        font_folder("fontpkg_no_such_family")
    assert caught.value.todo == "Install it: pip install fontpkg-no-such-family."


def test_a_package_without_font_files_is_an_error() -> None:
    with pytest.raises(FontMissing) as caught:
        font_folder("email")  # a package of the standard library: installed, and holds no font
    assert caught.value.found == "the package without font files"


def test_the_typefaces_are_installed() -> None:
    for package in PACKAGES:
        assert any(font_folder(package).glob("*.ttf"))


def test_both_languages_have_the_same_words_around_the_prose() -> None:
    english, arabic = load_chrome("en"), load_chrome("ar")
    plural_forms = {word for word in arabic.words if word.startswith(("year_", "month_"))}
    assert set(arabic.words) - plural_forms == set(english.words) - plural_forms
    assert set(english.classes) == set(arabic.classes)
    assert len(english.months) == len(arabic.months) == 12


def test_records_left_out_because_a_source_is_silent_are_worded_in_each_language() -> None:
    assert load_chrome("en").code("reason_not_said") == "reason not said"
    assert load_chrome("ar").code("reason_not_said") == "السبب غير مذكور"
