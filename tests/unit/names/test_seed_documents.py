"""The persons named in the two public documents that dalil began with, in each spelling there and in Arabic."""

from __future__ import annotations

from itertools import combinations

import pytest

from dalil.names import compare, score

ONE_PERSON = [
    # X02: with and without the father's name
    ("Amani Ballour", "Amani Muhammad Ballour", "أماني بلور", "أماني محمد بلور", "اماني بلّور"),
    # X01: the surgeon is spelt in two ways
    ("Salim Nimour", "Salim Namour", "سليم نمور", "سليم النمور"),
    ("Nisreen Muhi al Din Wanli", "Nisreen Wanli", "Nasreen Wanly", "نسرين محي الدين الوانلي", "نسرين وانلي"),
    ("Feras Fayyad", "Firas Fayad", "فراس فياض"),
    ("Ali Othman", "Ali Osman", "علي عثمان"),
    ("Sara Khaled Al-Alaou", "سارة خالد العلو", "Sarah Khalid al-Alou"),
    ("Bassam al Sanbaki", "Colonel Bassam al Sanbaki", "بسام السنبكي", "العقيد بسام السنبكي"),
    ("Muhammad al Sanbaki", "محمد السنبكي", "Mohamed Sanbaki"),
    ("Shivan al Sanbaki", "شيفان السنبكي", "Chivan Sanbaki"),
    ("Raoul Wallenberg", "راوول والنبرغ", "راؤول فالنبرغ"),
    # X03: the name of the hospital, and of the quarter the family came from, are read as names are
    ("al Kahf", "Al-Kahf", "الكهف"),
    ("Rukn al Din", "Ruknuddin", "ركن الدين"),
    ("Douma", "Duma", "دوما"),
]


@pytest.mark.parametrize(("first", "second"), [pair for spellings in ONE_PERSON for pair in combinations(spellings, 2)])
def test_spellings_of_one_name_in_the_documents_look_alike(first: str, second: str) -> None:
    assert score(first, second) >= 0.8, compare(first, second).english


@pytest.mark.parametrize(("one", "other"), list(combinations(ONE_PERSON, 2)))
def test_no_two_of_them_look_alike(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert max(score(first, second) for first in one for second in other) < 0.5


def test_a_mother_and_her_sons_and_the_father_are_four_persons() -> None:
    family = ["Nisreen Muhi al Din Wanli", "Muhammad al Sanbaki", "Shivan al Sanbaki", "Bassam al Sanbaki"]
    assert all(score(first, second) < 0.5 for first, second in combinations(family, 2))


def test_the_wife_of_the_colonel_is_not_the_colonel() -> None:
    assert score("Nisreen Wanli, wife of Colonel Bassam al Sanbaki", "نسرين وانلي") >= 0.9
    assert score("wife of Colonel Bassam al Sanbaki", "بسام السنبكي") < 0.5
