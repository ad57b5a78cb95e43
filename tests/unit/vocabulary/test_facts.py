"""Public facts the packs must hold: codes, dates, and the words of the first documents."""

from __future__ import annotations

import pytest

from dalil.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


GOVERNORATES = [
    ("SY01", "SY-DI", "Damascus", "دمشق"),
    ("SY02", "SY-HL", "Aleppo", "حلب"),
    ("SY03", "SY-RD", "Rural Damascus", "ريف دمشق"),
    ("SY04", "SY-HI", "Homs", "حمص"),
    ("SY05", "SY-HM", "Hama", "حماة"),
    ("SY06", "SY-LA", "Latakia", "اللاذقية"),
    ("SY07", "SY-ID", "Idlib", "إدلب"),
    ("SY08", "SY-HA", "Hasaka", "الحسكة"),
    ("SY09", "SY-DY", "Deir ez-Zor", "دير الزور"),
    ("SY10", "SY-TA", "Tartus", "طرطوس"),
    ("SY11", "SY-RA", "Raqqa", "الرقة"),
    ("SY12", "SY-DR", "Daraa", "درعا"),
    ("SY13", "SY-SU", "Suwayda", "السويداء"),
    ("SY14", "SY-QU", "Quneitra", "القنيطرة"),
]


@pytest.mark.parametrize(("pcode", "iso", "english", "arabic"), GOVERNORATES)
def test_a_governorate_has_its_p_code_its_iso_code_and_both_names(
    vocabulary: Vocabulary, pcode: str, iso: str, english: str, arabic: str
) -> None:
    term = vocabulary.term("places", pcode)
    assert term.crosswalk == {"pcode": (pcode,), "iso_3166_2": (iso,)}
    assert (term.en, term.ar, term.parent, term.property("kind")) == (english, arabic, "SY", "governorate")
    assert vocabulary.resolve("places", f"محافظة {arabic}") == pcode


def test_syria_has_fourteen_governorates(vocabulary: Vocabulary) -> None:
    governorates = [t.code for t in vocabulary.schemes["places"].terms.values() if t.property("kind") == "governorate"]
    assert governorates == [row[0] for row in GOVERNORATES]


PARTY_WORDS = [
    "Syrian regime",
    "The Syrian regime",
    "Syrian Regime Forces",
    "Assad regime",
    "Assad forces",
    "Assad’s forces",
    "regime forces",
    "النظام السوري",
    "قوات النظام",
    "قوات النظام السوري",
    "نظام الأسد",
]


@pytest.mark.parametrize("words", PARTY_WORDS)
def test_party_words_of_sources_lead_to_the_neutral_code(vocabulary: Vocabulary, words: str) -> None:
    assert vocabulary.resolve("parties", words) == "syria.state"


def test_the_neutral_label_uses_no_party_word(vocabulary: Vocabulary) -> None:
    for term in vocabulary.schemes["parties"].terms.values():
        assert "regime" not in term.en.lower(), term.code
        assert "نظام" not in term.ar, term.code


@pytest.mark.parametrize(
    ("code", "adopted"),
    [
        ("unsc_2042", "2012-04-14"),
        ("unsc_2043", "2012-04-21"),
        ("unsc_2118", "2013-09-27"),
        ("unsc_2139", "2014-02-22"),
        ("unsc_2209", "2015-03-06"),
        ("unsc_2235", "2015-08-07"),
        ("rome_statute", "1998-07-17"),
    ],
)
def test_an_instrument_has_its_day_of_adoption(vocabulary: Vocabulary, code: str, adopted: str) -> None:
    assert vocabulary.term("instruments", code).property("adopted") == adopted


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Eastern Ghouta", "sy.eastern_ghouta"),
        ("the two Ghoutas of Damascus", "sy.two_ghoutas"),
        ("Douma city", "sy.douma"),
        ("Rukn al Din", "sy.rukn_al_din"),
        ("Damascus city", "sy.damascus_city"),
        ("Damascus Suburbs", "SY03"),
        ("Idlib", "SY07"),
        ("Turkey", "TR"),
    ],
)
def test_the_places_of_the_first_documents_are_found_by_their_own_words(
    vocabulary: Vocabulary, words: str, code: str
) -> None:
    assert vocabulary.resolve("places", words) == code


def test_an_informal_region_is_a_set_of_units(vocabulary: Vocabulary) -> None:
    both = vocabulary.within("places", "sy.two_ghoutas")
    assert {"sy.eastern_ghouta", "sy.western_ghouta", "SY030200", "sy.douma", "SY030900"} <= both
    assert "sy.douma" in vocabulary.within("places", "sy.eastern_ghouta")
    assert "sy.douma" not in vocabulary.within("places", "sy.western_ghouta")
    assert "sy.damascus_city" not in vocabulary.within("places", "SY03")
    assert vocabulary.ancestors("places", "sy.rukn_al_din") == ("sy.damascus_city", "SY01", "SY")


@pytest.mark.parametrize(
    ("code", "huridocs"),
    [
        ("lib.dis", ("0301 03",)),
        ("lib.arr", ("0301 01",)),
        ("lif.exe", ("0101 01 01", "0101 01 02")),
        ("lif.ind", ("0101 05 02",)),
        ("int.tor", ("0201 11 11",)),
        ("int.thr.fam", ("0201 03 01 02",)),
        ("int.col", ("0201 21",)),
        ("lib.rnd", ("0301 07",)),
    ],
)
def test_an_act_has_its_huridocs_code(vocabulary: Vocabulary, code: str, huridocs: tuple[str, ...]) -> None:
    assert vocabulary.term("acts", code).crosswalk["huridocs"] == huridocs


def test_a_coerced_media_statement_has_no_equal_code_elsewhere(vocabulary: Vocabulary) -> None:
    assert "huridocs" not in vocabulary.term("acts", "exp.cms").crosswalk


def test_death_under_torture_is_a_death_in_custody(vocabulary: Vocabulary) -> None:
    assert "lif.tor" in vocabulary.within("acts", "lif.cus")


def test_held_statuses_are_under_detained_and_disappeared_stands_beside_them(vocabulary: Vocabulary) -> None:
    assert vocabulary.within("statuses", "detained") == {
        "detained",
        "detained_acknowledged",
        "detained_incommunicado",
        "located",
        "charged",
        "tried",
        "sentenced",
        "sentence_expired_still_held",
    }
    assert vocabulary.within("statuses", "disappeared") == {"disappeared"}


def test_the_twenty_day_method_asks_for_no_information_and_denial(vocabulary: Vocabulary) -> None:
    method = vocabulary.methods["snhr-20d"]
    assert (method.days_held, method.requires, method.requires_any, method.parties) == (
        20,
        ("no_information", "denial"),
        (),
        (),
    )
    assert method.notice_of_death_keeps_status
    assert method.uncertain_dates == "unknown"


def test_the_convention_method_has_no_minimum_time_and_asks_for_either_element(vocabulary: Vocabulary) -> None:
    method = vocabulary.methods["icpped-0d"]
    assert (method.days_held, method.requires_any) == (0, ("no_information", "denial"))
    assert method.parties == ("state", "pro_state", "foreign_state", "coalition")


def test_the_state_of_before_december_2024_and_its_successor_are_two_parties(vocabulary: Vocabulary) -> None:
    before, after = vocabulary.term("parties", "syria.state"), vocabulary.term("parties", "syria.transitional")
    assert before.property("valid_until") == after.property("valid_from") == "2024-12-08"
    assert after.property("successor_of") == "syria.state"
    assert "syria.transitional" not in vocabulary.within("parties", "syria.state")
    assert {"syria.state", "syria.transitional"} <= vocabulary.within("parties", "state")


def test_four_intelligence_services_are_under_the_state(vocabulary: Vocabulary) -> None:
    services = vocabulary.within("parties", "syria.state.intelligence") - {"syria.state.intelligence"}
    assert services == {
        "syria.state.military_intelligence",
        "syria.state.air_force_intelligence",
        "syria.state.general_intelligence",
        "syria.state.political_security",
    }
    assert services <= vocabulary.within("parties", "syria.state")


def test_the_reporting_tables_have_eight_groups_of_parties_that_do_not_overlap(vocabulary: Vocabulary) -> None:
    groups = [vocabulary.members("party_groups", code) for code in vocabulary.schemes["party_groups"].terms]
    assert len(groups) == 8
    assert sum(len(group) for group in groups) == len(frozenset[str]().union(*groups))
    assert {"syria.state.army", "syria.hezbollah", "syria.pro_state_militia"} <= groups[0]


def test_kinship_is_the_reason_that_huridocs_knows_as_relatives_targeted(vocabulary: Vocabulary) -> None:
    assert vocabulary.term("reasons", "kinship").crosswalk["huridocs"] == ("MT23 0501 01",)


@pytest.mark.parametrize(
    ("code", "inverse", "degree"),
    [
        ("father", "child", "1"),
        ("wife", "spouse", "0"),
        ("son", "parent", "1"),
        ("brother", "sibling", "2"),
        ("cousin", "cousin", "4"),
    ],
)
def test_a_kinship_has_its_inverse_and_degree(vocabulary: Vocabulary, code: str, inverse: str, degree: str) -> None:
    term = vocabulary.term("kin", code)
    assert (term.property("inverse"), term.property("degree")) == (inverse, degree)


def test_the_carriers_named_by_the_report_are_told_apart(vocabulary: Vocabulary) -> None:
    assert {"state", "pro_state", "hezbollah_linked", "iran_linked", "russia_linked"} <= set(
        vocabulary.schemes["carriers"].terms
    )


def test_subject_participant_actor_and_coerced_participant_are_distinct_credits(vocabulary: Vocabulary) -> None:
    assert vocabulary.resolve("credit_roles", "starred") == "actor"
    assert {"subject", "participant", "coerced_participant", "director"} <= set(
        vocabulary.schemes["credit_roles"].terms
    )


def test_a_coerced_statement_does_not_count_as_an_assertion(vocabulary: Vocabulary) -> None:
    conditions = vocabulary.schemes["speech_conditions"].terms
    assert [c for c, t in conditions.items() if t.property("counts_as_assertion") == "no"] == ["coerced"]
