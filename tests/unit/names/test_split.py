"""A full name divides into its parts; compounds stay whole."""

from __future__ import annotations

import time

import pytest

from dalil.errors import WrongMapping
from dalil.names import FULL_ORDER, NameParts, split_name
from dalil.names.name_words import _KEYS, keys_of


def parts(text: str, order: tuple[str, ...] = FULL_ORDER) -> dict[str, str]:
    found = split_name(text, order)
    assert found is not None
    return found.present()


def test_four_names_are_given_father_grandfather_and_family() -> None:
    assert split_name("سامر خالد يوسف الحلبي") == NameParts(
        given="سامر", father="خالد", grandfather="يوسف", family="الحلبي"
    )
    assert list(parts("Samer Khaled Yusuf al-Halabi").values()) == ["Samer", "Khaled", "Yusuf", "al-Halabi"]


def test_with_fewer_names_the_grandfather_goes_first_then_the_father_then_the_family() -> None:
    assert parts("سامر خالد الحلبي") == {"given": "سامر", "father": "خالد", "family": "الحلبي"}
    assert parts("سامر الحلبي") == {"given": "سامر", "family": "الحلبي"}
    assert parts("سامر") == {"given": "سامر"}


def test_with_more_names_the_family_takes_the_rest() -> None:
    assert parts("سامر خالد يوسف محمد الحلبي الدمشقي")["family"] == "محمد الحلبي الدمشقي"
    assert parts("الحلبي الدمشقي سامر خالد", ("family", "given", "father")) == {
        "given": "سامر",
        "father": "خالد",
        "family": "الحلبي الدمشقي",
    }
    assert parts("سامر خالد يوسف", ("given", "father")) == {"given": "سامر", "father": "خالد يوسف"}


@pytest.mark.parametrize(
    "compound",
    [
        *("عبد الرحمن", "عبد الله", "عبدالرحمن", "عبد رب النبي", "عبد ال رحمن", "عَبْدُ الرحمن"),
        *(
            "أبو زيد",
            "ابو زيد",
            "أبي زيد",
            "أم كلثوم",
            "آل شاكر",
            "ال شاكر",
            "ذو الفقار",
            "أبو عبد الله",
            "أبو نور الدين",
        ),
        *(
            "صلاح الدين",
            "نور ال دين",
            "سيف الإسلام",
            "زين العابدين",
            "نصر الله",
            "نور الهدى",
            "فاطمة الزهراء",
            "سيف الدولة",
        ),
        *(
            "Abd al-Rahman",
            "Abdul Rahman",
            "Abd al Rahman",
            "Abd-al Rahman",
            "`Abd Allah",
            "Abdel Karim",
            "Abed al-Karim",
        ),
        *("Abu Zayd", "Abou Zeid", "Umm Kulthum", "Al Shaker", "Ben Ali", "Dhu al-Fiqar", "Abu Abd Allah"),
        *("Salah al-Din", "Salah ad-Din", "Salah Eddin", "Salah al Din", "Nour Eddine", "Saif ul-Islam", "Nasr Allah"),
        *("Zayn al-Abidin", "Fatima al-Zahra", "Ṣalāḥ al-Dīn", "ʿAbd al-Karīm"),
    ],
)
def test_a_compound_stays_together_wherever_it_stands(compound: str) -> None:
    names = ("سامر", "خالد") if compound[0] >= "\u0590" else ("Samer", "Khaled")
    assert list(parts(f"{compound} {names[0]} {names[1]}").values()) == [compound, *names]
    assert list(parts(f"{names[0]} {compound} {names[1]}").values()) == [names[0], compound, names[1]]
    assert list(parts(f"{names[0]} {names[1]} {compound}").values())[2:] in ([compound], [])


def test_a_name_of_nothing_but_compounds_divides_between_them() -> None:
    assert parts("نور الدين عبد العزيز سيف الإسلام آل شاكر") == {
        "given": "نور الدين",
        "father": "عبد العزيز",
        "grandfather": "سيف الإسلام",
        "family": "آل شاكر",
    }
    assert parts("Nisreen Muhi al Din Wanli") == {"given": "Nisreen", "father": "Muhi al Din", "family": "Wanli"}


@pytest.mark.parametrize(
    "text",
    ["محمد بن أحمد بن علي الخطيب", "محمد ابن أحمد بن علي الخطيب", "محمد بن أحمد ابن علي الخطيب"],
)
def test_bin_marks_the_father_and_is_no_part_of_his_name(text: str) -> None:
    assert parts(text) == {"given": "محمد", "father": "أحمد", "grandfather": "علي", "family": "الخطيب"}


def test_bin_tells_a_father_from_a_family() -> None:
    assert parts("خالد بن الوليد") == {"given": "خالد", "father": "الوليد"}
    assert parts("Layla bint Samer al-Halabi") == {"given": "Layla", "father": "Samer", "family": "al-Halabi"}
    assert parts("Samer b. Khaled Halabi") == {"given": "Samer", "father": "Khaled", "family": "Halabi"}
    assert parts("محمد علي بن حسن الخطيب") == {"given": "محمد علي", "father": "حسن", "family": "الخطيب"}


def test_the_grandfather_takes_the_rest_of_a_chain_of_fathers() -> None:
    assert parts("سامر بن خالد بن يوسف بن علي") == {"given": "سامر", "father": "خالد", "grandfather": "يوسف بن علي"}
    assert parts("سامر بن خالد بن يوسف", ("given", "father", "family"))["father"] == "خالد بن يوسف"


def test_bin_stays_in_a_name_whose_order_has_no_father() -> None:
    assert parts("سامر بن خالد الحلبي", ("given", "family")) == {"given": "سامر", "family": "بن خالد الحلبي"}
    assert parts("سامر بن خالد الحلبي", ("given", "father")) == {"given": "سامر", "father": "خالد الحلبي"}
    assert parts("الحلبي سامر بن خالد", ("family", "given", "father")) == {
        "given": "سامر",
        "father": "خالد",
        "family": "الحلبي",
    }


def test_ibn_before_the_last_name_belongs_to_it() -> None:
    assert parts("محمد ابن سينا") == {"given": "محمد", "family": "ابن سينا"}
    assert parts("سامر ابن عبد الله") == {"given": "سامر", "family": "ابن عبد الله"}
    assert parts("سامر ابن صلاح الدين") == {"given": "سامر", "family": "ابن صلاح الدين"}
    assert parts("سامر ابن عبد الله حسن") == {"given": "سامر", "father": "عبد الله", "family": "حسن"}


def test_a_comma_puts_the_family_first() -> None:
    assert parts("Halabi, Samer Khaled") == {"given": "Samer", "father": "Khaled", "family": "Halabi"}
    assert split_name("Halabi, Samer, Khaled") is None
    assert split_name("Halabi,") is None
    assert split_name("Halabi, Samer", ("given", "father")) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \u200f",
        "-",
        "Samer - Halabi",
        "سامر (أبو علي)",
        "سامر 2",
        "سامر ٢",
        "Samer/Khaled",
        "Samer; Khaled",
        '"Samer"',
    ],
)
def test_what_is_more_or_less_than_a_name_is_not_split(text: str) -> None:
    assert split_name(text) is None


def test_parts_are_cleaned_and_not_respelt() -> None:
    assert parts(" \u202bإبراهيم\u202c\u00a0  أبو\tعمشة ") == {"given": "إبراهيم", "family": "أبو عمشة"}


@pytest.mark.parametrize("order", [(), ("given", "given"), ("given", "mother"), ("name",)])
def test_an_order_that_is_none_is_refused(order: tuple[str, ...]) -> None:
    with pytest.raises(WrongMapping):
        split_name("سامر", order)


def test_no_name_is_lost_whatever_the_order() -> None:
    text = "سامر خالد يوسف عبد الله الحلبي"
    for order in (FULL_ORDER, FULL_ORDER[::-1], ("family",), ("given", "grandfather"), ("father", "given", "family")):
        assert sorted(" ".join(parts(text, order).values()).split()) == sorted(text.split())


def test_the_two_ways_to_a_key_agree() -> None:
    plain = "أحمد إبراهيم آدم رؤى ئشعياء ة"
    assert keys_of(plain) == keys_of(plain + "\u064b") == ["احمد", "ابراهيم", "ادم", "روي", "يشعياء", "ة"]
    assert keys_of("`Abd al-Rahman") == keys_of("ʿAbd al-Raḥmān") == ["abd", "alrahman"]


@pytest.mark.parametrize(
    "word", ["ا" * 10_000, "عبد " * 2_500, "ابن " * 2_500, "بن " * 3_333, "al " * 3_333, "الدين " * 1_700]
)
def test_ten_thousand_letters_are_split_in_no_time(word: str) -> None:
    start = time.process_time()
    split_name(word)
    assert time.process_time() - start < 0.1


def test_remembering_keys_does_not_grow_without_end() -> None:
    keys_of("".join(map(chr, range(0x100, 0xD800))))
    assert len(_KEYS) > 20_000
    assert keys_of("Ṣalāḥ") == ["salah"]
    assert len(_KEYS) < 100
