"""Laws that every shipped pack keeps."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from dalil.vocabulary import Vocabulary, load_vocabulary, shipped_packs
from dalil.vocabulary.page import vocabulary_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "vocabulary.md"
ARABIC = range(0x0600, 0x0700)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def test_core_and_syria_are_the_shipped_packs() -> None:
    assert shipped_packs() == ("core", "syria")


def test_core_stands_without_any_other_pack() -> None:
    core = load_vocabulary(packs=("core",))
    assert "icpped-0d" in core.methods
    assert not [code for code in core.scheme("parties").terms if code.startswith("syria")]


def test_every_scheme_a_predicate_names_exists_and_has_terms(vocabulary: Vocabulary) -> None:
    for predicate in vocabulary.predicates.values():
        for part in [*predicate.parts.values(), *([predicate.value] if predicate.value else [])]:
            if part.scheme is not None:
                assert vocabulary.schemes[part.scheme].terms, (predicate.code, part.scheme)


USED_ELSEWHERE = """
    statuses grades grade_flags sensitivities reliability credibility completeness decisions verdicts
    consent_purposes polarities statement_roles speech_conditions hedges figure_classes method_elements
"""


@pytest.mark.parametrize("scheme", USED_ELSEWHERE.split())
def test_schemes_used_outside_predicates_exist(vocabulary: Vocabulary, scheme: str) -> None:
    assert vocabulary.schemes[scheme].terms


def test_every_term_has_an_english_label_in_latin_and_an_arabic_label_in_arabic_letters(vocabulary: Vocabulary) -> None:
    for scheme in vocabulary.schemes.values():
        for term in scheme.terms.values():
            where = (scheme.code, term.code)
            assert not any(ord(letter) in ARABIC for letter in term.en), where
            assert any(ord(letter) in ARABIC for letter in term.ar), where
            assert not any("a" <= letter.lower() <= "z" for letter in term.ar), where


def test_every_label_and_alias_is_in_composed_form_without_invisible_marks(vocabulary: Vocabulary) -> None:
    for scheme in vocabulary.schemes.values():
        for term in scheme.terms.values():
            for text in (*term.labels.values(), *term.aliases, *term.definition.values()):
                assert unicodedata.is_normalized("NFC", text), (scheme.code, term.code)
                assert text == text.strip(), (scheme.code, term.code)
                assert not any(unicodedata.category(letter) == "Cf" for letter in text), (scheme.code, term.code)


def test_every_scheme_kind_predicate_and_method_is_named_in_both_languages(vocabulary: Vocabulary) -> None:
    for holder in (vocabulary.schemes, vocabulary.kinds, vocabulary.predicates, vocabulary.methods):
        for code, thing in holder.items():
            assert set(thing.labels) == {"en", "ar"}, code


def test_every_definition_is_given_in_both_languages(vocabulary: Vocabulary) -> None:
    for scheme in vocabulary.schemes.values():
        assert set(scheme.definition) in (set(), {"en", "ar"}), scheme.code
        for term in scheme.terms.values():
            assert set(term.definition) in (set(), {"en", "ar"}), (scheme.code, term.code)


def test_no_name_in_a_scheme_leads_to_two_terms(vocabulary: Vocabulary) -> None:
    doubtful = {
        (scheme, name): codes
        for scheme in vocabulary.schemes
        for name, codes in vocabulary.names(scheme).items()
        if len(codes) > 1
    }
    assert doubtful == {}


def test_every_legal_crosswalk_is_marked_as_not_confirmed_by_a_lawyer(vocabulary: Vocabulary) -> None:
    legal = {"rome", "iccpr", "icpped", "cat", "ap2", "wgad"}
    for scheme in vocabulary.schemes.values():
        for term in scheme.terms.values():
            if legal & set(term.crosswalk):
                assert term.unchecked, (scheme.code, term.code)


def test_every_means_has_one_cause_of_death_of_indicator_16_1_2(vocabulary: Vocabulary) -> None:
    for term in vocabulary.schemes["means"].terms.values():
        assert len(term.crosswalk["sdg_16_1_2"]) == 1, term.code


def test_prefixes_of_kinds_differ(vocabulary: Vocabulary) -> None:
    prefixes = [kind.prefix for kind in vocabulary.kinds.values()]
    assert len(set(prefixes)) == len(prefixes)


def test_tables_of_predicates_differ(vocabulary: Vocabulary) -> None:
    tables = [predicate.table for predicate in vocabulary.predicates.values() if predicate.table]
    assert len(set(tables)) == len(tables)


def test_kinship_read_backwards_twice_is_the_kinship_or_its_neutral_form(vocabulary: Vocabulary) -> None:
    terms = vocabulary.schemes["kin"].terms
    for term in terms.values():
        there = terms[term.property("inverse") or ""]
        back = there.property("inverse")
        assert back in {term.code, term.parent}, term.code
        assert there.property("degree") == term.property("degree"), term.code
        assert there.property("line") == term.property("line"), term.code


def test_neutral_kinships_name_their_gendered_forms(vocabulary: Vocabulary) -> None:
    terms = vocabulary.schemes["kin"].terms
    for term in terms.values():
        for sex in ("male", "female"):
            gendered = term.property(sex)
            if gendered is not None:
                assert terms[gendered].property("sex") == sex
                assert terms[gendered].parent == term.code


@pytest.mark.parametrize("scheme", ["ties", "chain_relations"])
def test_ties_and_chains_read_backwards_twice_are_themselves(vocabulary: Vocabulary, scheme: str) -> None:
    terms = vocabulary.schemes[scheme].terms
    for term in terms.values():
        assert terms[term.property("inverse") or ""].property("inverse") == term.code


@pytest.mark.parametrize("scheme", ["grades", "completeness", "sensitivities"])
def test_ranks_rise_in_the_order_of_the_terms(vocabulary: Vocabulary, scheme: str) -> None:
    ranks = [int(term.property("rank") or -1) for term in vocabulary.schemes[scheme].terms.values()]
    assert ranks == sorted(set(ranks))


def test_every_place_says_what_kind_of_place_it_is(vocabulary: Vocabulary) -> None:
    without = [term.code for term in vocabulary.schemes["places"].terms.values() if term.property("kind") is None]
    assert without == ["unknown"]


def test_the_reference_page_is_what_the_packs_say(vocabulary: Vocabulary) -> None:
    assert PAGE.read_text(encoding="utf-8") == vocabulary_page(vocabulary), (
        "docs/reference/vocabulary.md is out of date: python -m dalil.vocabulary.page > docs/reference/vocabulary.md"
    )
