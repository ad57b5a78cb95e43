"""Looking terms up, and finding them by what a source wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil.errors import UnknownTerm
from dalil.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def test_a_code_resolves_to_itself(vocabulary: Vocabulary) -> None:
    assert vocabulary.resolve("acts", "lib.dis") == "lib.dis"


@pytest.mark.parametrize(
    "text",
    ["ادلب", "إدلب", "أدلب", " إدلب ", "إِدْلِب", "\u200fإدلب\u200e", "إدلــب", "IDLEB", "idlib", "Idlib  governorate"],
)
def test_spelling_direction_marks_and_case_make_no_difference(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.resolve("places", text) == "SY07"


@pytest.mark.parametrize(
    ("text", "code"), [("مختفي قسريا", "disappeared"), ("مُختَفٍ قسرياً", "disappeared"), ("محتجزة", "detained")]
)
def test_a_status_is_found_by_its_forms(vocabulary: Vocabulary, text: str, code: str) -> None:
    assert vocabulary.resolve("statuses", text) == code


def test_apostrophes_and_hyphens_make_no_difference(vocabulary: Vocabulary) -> None:
    assert {vocabulary.resolve("places", text) for text in ("Deir ez-Zor", "deir-ez-zor", "Deir ez Zor")} == {"SY09"}
    assert {vocabulary.resolve("places", text) for text in ("Dar'a", "Dar’a", "Dara")} == {"SY12"}


def test_an_unknown_code_is_refused_with_the_scheme_and_close_codes(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownTerm, match=r"Scheme acts has no term lib\.diss") as refused:
        vocabulary.term("acts", "lib.diss")
    assert "lib.dis" in refused.value.expected


def test_an_unknown_scheme_is_refused_with_close_ones(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownTerm) as refused:
        vocabulary.term("act", "lib.dis")
    assert "acts" in refused.value.expected


def test_an_unknown_name_is_refused_with_the_nearest_terms(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownTerm) as refused:
        vocabulary.resolve("release_modes", "amnesti")
    assert "amnesty" in refused.value.expected


def test_a_refusal_never_repeats_the_text_of_a_cell(vocabulary: Vocabulary) -> None:
    for text in ("سلمى المختلقة", "Salma Invented"):
        with pytest.raises(UnknownTerm) as refused:
            vocabulary.resolve("places", text)
        assert text not in str(refused.value)
        with pytest.raises(UnknownTerm) as refused:
            vocabulary.term("places", text)
        assert text not in str(refused.value)


def test_a_name_of_two_terms_is_refused_with_both_codes(tmp_path: Path) -> None:
    overlay = tmp_path / "own.yaml"
    overlay.write_text(
        "format: dalil-vocabulary/1\npack: overlay\nschemes:\n  reasons:\n    terms:\n"
        "      protest: {aliases: [the same words]}\n      expression: {aliases: [The Same Words]}\n",
        encoding="utf-8",
    )
    with pytest.raises(UnknownTerm, match="several terms") as refused:
        load_vocabulary(overlay=overlay).resolve("reasons", "the same words")
    assert "expression, protest" in refused.value.found


def test_a_term_in_use_is_preferred_to_a_deprecated_one_of_the_same_name(tmp_path: Path) -> None:
    overlay = tmp_path / "own.yaml"
    overlay.write_text(
        "format: dalil-vocabulary/1\npack: overlay\nschemes:\n  reasons:\n    terms:\n"
        "      media_work: {deprecated: true, replaced_by: ngo.media}\n"
        "      ngo.media: {parent: expression, en: media work, ar: عمل إعلامي}\n",
        encoding="utf-8",
    )
    vocabulary = load_vocabulary(overlay=overlay)
    assert vocabulary.resolve("reasons", "media work") == "ngo.media"
    assert vocabulary.resolve("reasons", "media_work") == "media_work"
    assert vocabulary.term("reasons", "media_work").replaced_by == "ngo.media"


def test_labels_come_in_both_languages_and_by_sex(vocabulary: Vocabulary) -> None:
    assert vocabulary.label("roles", "physician", "en") == "physician"
    assert vocabulary.label("roles", "physician", "ar") == "طبيب"
    assert vocabulary.label("roles", "physician", "ar", sex="female") == "طبيبة"
    assert vocabulary.label("roles", "physician", "en", sex="female") == "physician"


def test_a_label_in_a_language_no_pack_has_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownTerm, match="no label in this language"):
        vocabulary.label("roles", "physician", "fr")


def test_within_a_leaf_is_the_leaf_alone(vocabulary: Vocabulary) -> None:
    assert vocabulary.within("acts", "lib.rnd") == {"lib.rnd"}


def test_within_an_unknown_code_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownTerm):
        vocabulary.within("acts", "lib.rn")


def test_remembered_spellings_are_bounded(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dalil.vocabulary.vocabulary._REMEMBERED", 10)
    for n in range(40):
        assert vocabulary.resolve("sexes", "male" + " " * n) == "male"
    assert len(vocabulary._resolved) <= 10


def test_the_digest_is_the_same_for_the_same_packs_and_differs_for_others(tmp_path: Path) -> None:
    overlay = tmp_path / "own.yaml"
    overlay.write_text(
        "format: dalil-vocabulary/1\npack: overlay\nschemes:\n  reasons:\n    terms:\n"
        "      protest: {aliases: [sit-in]}\n",
        encoding="utf-8",
    )
    nothing_more = tmp_path / "none"
    nothing_more.mkdir()
    plain, again, more = (load_vocabulary(overlay=each) for each in (None, nothing_more, overlay))
    assert len(plain.digest()) == 64
    assert plain.digest() == again.digest() != more.digest()
