"""Everyone and everything the two documents name is found, from every spelling in them and from the Arabic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from integration.acceptance.conftest import Asked

# What a source wrote, and other ways to write it: in Arabic, and as other hands put it into Latin letters.
PERSONS: Final = {
    "Amani Ballour": (
        *("Amani Muhammad Ballour", "أماني بلور", "اماني بلور", "أماني محمد بلور", "أماني بالور", "Amany Balour"),
        *("Dr. Amani Ballour", "Ballour", "بلور", "Ballour Amani"),
    ),
    "Salim Nimour": ("Salim Namour", "سليم نمور", "Saleem Nammour", "Selim Namur", "Nimour", "Namour"),
    "Feras Fayyad": ("فراس فياض", "Firas Fayad", "Feras Fayad"),
    "Ali Othman": ("علي عثمان", "Aly Osman", "Ali Uthman"),
    "Sara Khaled Al-Alaou": (
        "سارة خالد العلاو",
        "سارة خالد العلو",
        "Sarah Khalid Alaou",
        "Sara al-Alaou",
        "سارة العلاو",
    ),
    "Nisreen Muhi al Din Wanli": (
        *("Nisreen Wanli", "نسرين وانلي", "نسرين محي الدين الوانلي", "Nasreen Wanly", "نسرين محيي الدين وانلي"),
        *("Nisrin Mohieddin Wanli", "Ms. Nisreen Wanli", "Wanli"),
    ),
    "Bassam al Sanbaki": ("بسام السنبكي", "Bassam Sanbaki", "Bassam al-Sanbaky", "السنبكي"),
    "Shivan": ("شيفان", "Şivan", "Shivan Sanbaki", "شيفان السنبكي", "شيفان بسام السنبكي"),
    "Muhammad": ("محمد السنبكي", "Muhammad Bassam al-Sanbaki", "Mohamad Sanbaki"),
}
FACILITIES: Final = (
    *("the Cave", "The Cave", "Cave", "al Kahf Hospital", "al-Kahf", "الكهف", "مشفى الكهف", "مستشفى الكهف"),
    *("Kahf hospital", "underground children's hospital", "children's hospital"),
)
PLACES: Final = {
    "sy.eastern_ghouta": ("Eastern Ghouta", "East Ghouta", "الغوطة الشرقية", "الغوطه الشرقيه", "Ghouta Eastern"),
    "sy.two_ghoutas": ("the two Ghoutas", "الغوطتين"),
    "sy.rukn_al_din": ("Rukn al Din", "ركن الدين", "Ruken al-Deen", "حي ركن الدين"),
    "sy.douma": ("Douma", "دوما", "Duma"),
    "SY07": ("Idlib", "إدلب", "ادلب", "Idleb", "SY07"),
    "TR": ("Turkey", "تركيا", "Türkiye"),
}


@pytest.mark.parametrize(("name", "query"), [(name, q) for name, others in PERSONS.items() for q in (name, *others)])
def test_a_person_of_the_documents_is_found_first_from_every_spelling(asked: Asked, name: str, query: str) -> None:
    wanted = asked.records.identity(asked.find(predicate="name", kind="person", value={"text": name})[0].subject)
    first = asked.archive.search.people(query).hits[0]
    assert first.person == wanted, f"{query}: {first.id} came first"
    assert first.reasons


@pytest.mark.parametrize("query", FACILITIES)
def test_the_hospital_is_found_first_from_each_of_its_names(asked: Asked, query: str) -> None:
    wanted = asked.records.identity(
        asked.find(predicate="name", kind="facility", value={"text": "the Cave"})[0].subject
    )
    assert asked.archive.search.facilities(query).hits[0].subject == wanted
    assert asked.archive.search.facilities(query, within="Rural Damascus").hits[0].subject == wanted
    assert asked.archive.search.facilities(query, within="Aleppo").hits == ()


@pytest.mark.parametrize(("code", "query"), [(code, query) for code, queries in PLACES.items() for query in queries])
def test_a_place_of_the_documents_is_found_first(asked: Asked, code: str, query: str) -> None:
    assert asked.archive.search.places(query).hits[0].code == code


def test_the_two_spellings_of_the_surgeon_are_one_person_with_both_shown(asked: Asked) -> None:
    (hit,) = asked.archive.search.people("Salim Nimour", limit=1).hits
    assert {spelling.text for spelling in hit.spellings} == {"Salim Nimour", "Salim Namour"}
    assert hit.spellings[0].text == "Salim Nimour"
    assert {"100faces-amani-ballour", "snhr-r210517"} <= set(hit.sources)


def test_a_son_known_by_a_given_name_only_is_found_by_his_fathers_name_and_says_so(asked: Asked) -> None:
    (hit,) = asked.archive.search.people("محمد السنبكي", limit=1).hits
    assert [spelling.text for spelling in hit.spellings] == ["Muhammad"]
    assert [reason.english for reason in hit.reasons][-1] == "son of Bassam al Sanbaki"
    assert [reason.arabic for reason in hit.reasons][-1] == "صلة القرابة: ابن لـ Bassam al Sanbaki"
