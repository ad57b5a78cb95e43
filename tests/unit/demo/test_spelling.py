"""How names are misspelt: in ways that people do, and never into another part."""

from __future__ import annotations

import random

import pytest
from demo.naming import Lottery, name_parts
from demo.spelling import Spelling, arabic_variants, turkish


@pytest.mark.parametrize(
    ("academic", "expected"),
    [
        ("Khālid", "Halid"),
        ("ʿAbd al-Qādir", "AbdulKadir"),
        ("Nūr al-Dīn", "Nureddin"),
        ("ʿAbd Allāh", "Abdullah"),
        ("Shāhīn", "Şahin"),
        ("Muṣṭafā", "Mustafa"),
        ("Jamāl", "Cemal".replace("e", "a")),
    ],
)
def test_turkish_spellings_come_from_the_academic_ones(academic: str, expected: str) -> None:
    assert turkish(academic) == expected


def test_a_hurried_typist_leaves_out_hamzas_dots_and_spaces() -> None:
    assert arabic_variants("أحمد") == ("احمد",)
    assert arabic_variants("حمزة") == ("حمزه",)
    assert set(arabic_variants("عبد الرحمن")) == {"عبدالرحمن"}
    assert set(arabic_variants("مصطفى")) == {"مصطفي"}
    assert set(arabic_variants("نور الدين")) == {"نورالدين"}
    assert arabic_variants("محمد") == ("محمد",)  # nothing to leave out


def test_family_names_with_the_article_take_the_one_of_the_lists_habit() -> None:
    spelling = Spelling(name_parts())

    assert set(spelling.family["academic"]["الحمصي"]) == {"al-Ḥimṣī"}
    assert "Al-Homsi" in spelling.family["english"]["الحمصي"]
    assert "El Homsi" in spelling.family["french"]["الحمصي"]
    assert set(spelling.family["academic"]["حمدان"]) == {"Ḥamdān"}


def test_one_row_writes_all_its_parts_in_one_habit() -> None:
    spelling = Spelling(name_parts())
    written = {tuple(map(spelling.arabic(random.Random(seed)), ("أحمد", "حمزة"))) for seed in range(40)}

    assert written == {("أحمد", "حمزة"), ("احمد", "حمزه")}


def test_a_lottery_draws_in_proportion_to_weights() -> None:
    rng = random.Random(3)
    lottery = Lottery(["often", "never", "seldom"], [9, 0, 1])
    drawn = [lottery.draw(rng) for _ in range(2_000)]

    assert "never" not in drawn
    assert 1_700 < drawn.count("often") < 1_900
