"""Loading a template: everything that can be wrong before a figure is run is refused, with its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dalil.errors import BadInput, TemplateWrong, UnreadableFile
from dalil.publication.template import ReportTemplate, load_template

from .conftest import TEMPLATE_FOLDER

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Copy the demonstration's template with one change in one file."""

    def edit(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "report"
        shutil.copytree(TEMPLATE_FOLDER, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"the test changes something that {file} no longer says"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit


def test_both_languages_bind_the_same_figures_dates_and_sources(template: ReportTemplate) -> None:
    assert set(template.prose) == {"en", "ar"}
    assert template.prose["en"].texts.keys() == template.prose["ar"].texts.keys()
    assert {binding.figure for binding in template.bindings()} <= set(template.figures)
    assert list(template.figures) == [f"F{number:02d}" for number in range(1, 26)]


def test_the_report_has_the_parts_the_original_has(template: ReportTemplate) -> None:
    assert [section.id for section in template.sections if section.part == "body"] == [
        "appearances",
        "father",
        "kinship",
        "conclusions",
    ]
    slots = template.prose["en"].texts
    # R63-R66: six conclusions; R67-R77: four, three and four recommendations
    for prefix, count in (("conclusions.", 7), ("to_council.", 4), ("to_russia.", 3), ("to_state.", 4)):
        assert sum(slot.startswith(prefix) for slot in slots) == count  # one conclusion slot is the heading


def test_the_link_of_doubtful_licence_is_withheld(template: ReportTemplate) -> None:
    source = template.sources["film-the-cave"]
    assert source.withheld
    assert source.link is None
    assert not any("faselhd" in (TEMPLATE_FOLDER / file).read_text(encoding="utf-8") for file in ("en.yaml", "ar.yaml"))


def test_the_fathers_name_is_not_taken_from_hers() -> None:
    for file, name in (("en.yaml", "Amani Muhammad"), ("ar.yaml", "أماني محمد")):
        assert name not in (TEMPLATE_FOLDER / file).read_text(encoding="utf-8")


def test_a_number_typed_in_the_prose_is_refused_with_file_and_slot(edited: Edit) -> None:
    folder = edited(
        "en.yaml", "Being filmed protected no one. *{F08|of=person}*", "Being filmed protected no one. *300 persons*"
    )
    with pytest.raises(TemplateWrong, match="typed in the prose") as caught:
        load_template(folder)
    assert "en.yaml:" in caught.value.where
    assert "appearances.after" in caught.value.where


def test_a_translation_that_hedges_otherwise_is_refused(edited: Edit) -> None:
    folder = edited("ar.yaml", "*{F10|hedge=at_least|of=person}*", "*{F10|hedge=about|of=person}*")
    with pytest.raises(TemplateWrong, match="different figures") as caught:
        load_template(folder)
    assert "kinship.held" in caught.value.where
    assert "at_least" in caught.value.expected


def test_a_text_missing_in_one_language_is_refused(edited: Edit) -> None:
    folder = edited("ar.yaml", "  to_council.transition: >-", "  to_council.transitions: >-")
    with pytest.raises(TemplateWrong, match="does not fit the shape") as caught:
        load_template(folder)
    assert "missing: to_council.transition" in caught.value.found
    assert "not asked for: to_council.transitions" in caught.value.found


def test_an_optional_text_must_stand_in_every_language(edited: Edit) -> None:
    folder = edited(
        "en.yaml", "  why.F24: The original gives the two dates only; the first is known to the month.\n", ""
    )
    with pytest.raises(TemplateWrong, match="one language only"):
        load_template(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("en.yaml", "{src:snhr-kinship|III}", "{src:nobody|III}", "src:nobody"),
        ("en.yaml", "{law:rome-statute}", "{law:geneva}", "law:geneva"),
        ("en.yaml", "{note:died}", "{note:lived}", "note:lived"),
    ],
)
def test_a_reference_to_nothing_is_refused(edited: Edit, file: str, old: str, new: str, found: str) -> None:
    folder = edited(file, old, new)
    text = (folder / "ar.yaml").read_text(encoding="utf-8")
    (folder / "ar.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TemplateWrong, match="points at something") as caught:
        load_template(folder)
    assert caught.value.found == found


def test_a_figure_that_the_annex_would_not_list_is_refused(edited: Edit) -> None:
    folder = edited("report.yaml", '"{F10}", "{F11}"', '"{F99}", "{F11}"')
    with pytest.raises(TemplateWrong, match="does not list"):
        load_template(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format: dalil-report/1", "format: dalil-report/2"),
        ("digits: latn", "digits: roman"),
        ("  - id: father\n", "  - id: father\n    colour: red\n"),
        ("- p: father.film", "- q: father.film"),
        ('"{F13}"]', '"{F13}", "{F14}"]'),
        ("part: closing", "part: opening"),
        ('issued: "2021-05-21"', "issued: yesterday"),
        ("weights: [4, 7, 7]", "weights: [4, 7]"),
        (
            'publisher: "Feras Fayyad, director", language: en,',
            'link: "https://x.example", publisher: x, language: en,',
        ),
        ("F09: {printed: [{hedge: one_or_more}]}", "F09: {printed: [{}]}"),
        ("F24: {printed: []}", "F24: {printed: none}"),
    ],
)
def test_a_shape_that_breaks_the_format_is_refused_with_its_line(edited: Edit, old: str, new: str) -> None:
    folder = edited("report.yaml", old, new)
    with pytest.raises(TemplateWrong) as caught:
        load_template(folder)
    assert caught.value.where.startswith("report.yaml:")


def test_a_folder_without_a_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        load_template(tmp_path)


def test_every_refusal_is_for_the_person_with_the_file() -> None:
    assert issubclass(TemplateWrong, BadInput)
