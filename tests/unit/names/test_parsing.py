"""Parts of names in both scripts, with what was written kept."""

from __future__ import annotations

import pytest

from dalil.names import Role, compare, keys, parse, romanise


def roles(text: str) -> list[tuple[str, str]]:
    return [(part.role.value, part.original) for part in parse(text).parts]


def test_a_full_arabic_name_has_given_father_grandfather_and_family() -> None:
    assert roles("سامر خالد عمر النمور") == [
        ("given", "سامر"),
        ("father", "خالد"),
        ("grandfather", "عمر"),
        ("family", "النمور"),
    ]


def test_compounds_stay_together_in_both_scripts() -> None:
    assert roles("عبد الرحمن صلاح الدين أبو زيد") == [
        ("given", "عبد الرحمن"),
        ("father", "صلاح الدين"),
        ("family", "أبو زيد"),
    ]
    assert roles("Abd al-Rahman Salah al-Din Abu Zaid") == [
        ("given", "Abd al Rahman"),
        ("father", "Salah al Din"),
        ("family", "Abu Zaid"),
    ]


@pytest.mark.parametrize(
    ("joined", "apart"),
    [
        ("عبدالرحمن", "عبد الرحمن"),
        ("ابوزيد", "أبو زيد"),
        ("Abdulrahman", "Abd al-Rahman"),
        ("Salaheddin", "Salah al-Din"),
        ("AbuZaid", "Abu Zaid"),
        ("ash-Sharif Omar", "al-Sharif Omar"),
        ("Abdullah", "Abd Allah"),
    ],
)
def test_joined_and_split_spellings_have_one_form(joined: str, apart: str) -> None:
    assert [part.form for part in parse(joined).names] == [part.form for part in parse(apart).names]


def test_a_by_name_a_title_and_an_initial_are_not_the_given_name() -> None:
    assert roles("أبو عمر خالد النمور")[0] == ("kunya", "أبو عمر")
    assert roles("Dr. Salim Nimour") == [("title", "Dr"), ("given", "Salim"), ("family", "Nimour")]
    assert roles("Salim K. Nimour")[1] == ("initial", "K")


def test_the_wife_of_somebody_is_marked() -> None:
    assert parse("wife of Omar Nimour").part(Role.WIFE_OF) is not None
    assert parse("زوجة عمر النمور").part(Role.WIFE_OF) is not None


def test_names_after_words_for_husband_mother_and_alias_are_not_hers() -> None:
    assert roles("Nisreen Wanli wife of Bassam al Sanbaki") == [
        ("given", "Nisreen"),
        ("family", "Wanli"),
        ("husband", "Bassam"),
        ("husband", "Sanbaki"),
    ]
    assert roles("سامر النمور والدته هدى")[2:] == [("mother", "هدى")]
    assert roles("Salim Nimour aka Abu Omar")[2:] == [("laqab", "Abu Omar")]
    assert [part.form for part in parse("Salim Nimour aka Abu Omar").names] == ["salim", "nimour"]


def test_a_name_after_bin_is_the_fathers() -> None:
    assert roles("سامر بن خالد")[1] == ("father", "خالد")


def test_a_family_before_a_comma_is_put_last() -> None:
    assert roles("Nimour, Salim") == [("given", "Salim"), ("family", "Nimour")]


def test_presentation_forms_marks_and_direction_signs_change_nothing() -> None:
    plain = parse("محمد النمور").names
    written = parse("\u202eمُحَمَّـد\u202c ﺍﻟﻨﻤﻮﺭ").names
    assert [part.form for part in written] == [part.form for part in plain]


def test_a_script_that_is_only_read_by_letter_says_so() -> None:
    parsed = parse("Салим Нимур")
    assert parsed.by_letter
    assert [part.form for part in parsed.names] == ["salim", "nimur"]
    assert not parse("Salim").by_letter
    assert compare("Рана Шами", "Rana Shami").english.endswith("is read letter by letter")
    assert "letter by letter" not in compare("رنا شامي", "Rana Shami").english


def test_keys_are_the_same_in_both_scripts() -> None:
    (arabic,), (latin,) = keys("خالد"), keys("Khaled")
    assert (arabic.coarse, arabic.fine) == (latin.coarse, latin.fine) == ("hld", "Hld")
    assert keys("Khaled", with_neighbours=True)[0].neighbours == ("hd", "hl", "ld")


def test_a_name_is_romanised_for_display_in_the_system_asked_for() -> None:
    assert romanise("نسرين محي الدين الوانلي") == "Nisreen Muhi al-Din al-Wanli"
    assert romanise("شادي", system="french") == "Chadi"
