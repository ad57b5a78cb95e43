"""Texts that stand in place of a name."""

from __future__ import annotations

import time

import pytest

from dalil.names import UnnamedRelative, unnamed_relative


@pytest.mark.parametrize(
    ("text", "relation", "whom"),
    [
        ("wife of Samer Halabi", "wife", "Samer Halabi"),
        ("The wife of Samer", "wife", "Samer"),
        ("Samer Halabi's wife", "wife", "Samer Halabi"),
        ("Samer’s daughter", "daughter", "Samer"),
        ("widow of Samer", "wife", "Samer"),
        ("a son of Samer", "son", "Samer"),
        ("one of the sons of Samer", "son", "Samer"),
        ("one of the children of Samer", "child", "Samer"),
        ("mother of Samer", "mother", "Samer"),
        ("nephew of Samer", "nephew", "Samer"),
        ("family member of Samer", "relative", "Samer"),
        ("a member of Samer's family", "relative", "Samer"),
        ("زوجة سامر الحلبي", "wife", "سامر الحلبي"),
        ("زوجه سامر", "wife", "سامر"),
        ("أرملة سامر", "wife", "سامر"),
        ("ابن سامر الحلبي", "son", "سامر الحلبي"),
        ("إبن سامر", "son", "سامر"),
        ("ابنة سامر", "daughter", "سامر"),
        ("بنت سامر", "daughter", "سامر"),
        ("أحد أبناء سامر", "child", "سامر"),
        ("والدة سامر", "mother", "سامر"),
        ("شقيق سامر", "brother", "سامر"),
        ("اخت سامر", "sister", "سامر"),
        ("ابن عم سامر", "cousin", "سامر"),
        ("ابن أخ سامر", "nephew", "سامر"),
        ("بنت أخت سامر", "niece", "سامر"),
        ("أحد أقارب سامر", "relative", "سامر"),
        ("زوجة", "wife", None),
    ],
)
def test_a_relative_without_a_name_is_known_by_relation_and_whom(text: str, relation: str, whom: str | None) -> None:
    assert unnamed_relative(text) == UnnamedRelative(relation=relation, whom=whom)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "one of the Halabi family",
            "a member of the Halabi family",
            "one of Halabi family",
            "man from the Halabi family",
        ),
        *("One of the members of the Halabi family", "member of the family of Halabi"),
        *(
            "أحد أفراد عائلة Halabi",
            "احد افراد اسرة Halabi",
            "فرد من عائلة Halabi",
            "من آل Halabi",
            "سيدة من عائلة Halabi",
        ),
    ],
)
def test_one_of_a_family_is_a_relative_of_a_family(text: str) -> None:
    assert unnamed_relative(text) == UnnamedRelative(relation="relative", whom="Halabi", of_family=True)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("sons of Samer", "son"),
        ("the children of Samer", "child"),
        ("wives of Samer", "wife"),
        ("Samer's sons", "son"),
        ("Samer's family", "relative"),
        ("the Halabi family", "relative"),
        ("family of Samer", "relative"),
        ("members of the Halabi family", "relative"),
        ("أبناء سامر", "child"),
        ("أخوة سامر", "brother"),
        ("عائلة الحلبي", "relative"),
    ],
)
def test_a_text_about_several_persons_says_so(text: str, relation: str) -> None:
    found = unnamed_relative(text)
    assert found is not None
    assert (found.relation, found.several) == (relation, True)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "unknown",
            "Unidentified man",
            "an unknown person",
            "name unknown",
            "not known",
            "UNNAMED",
            "unidentified body",
        ),
        *("مجهول", "مجهولة الهوية", "مجهول الهوية", "امرأة مجهولة", "طفل مجهول الهوية", "غير معروف", "غير معروف الاسم"),
        *("جثة غير محددة الهوية", "شخص مجهول"),
    ],
)
def test_an_unknown_person_has_neither_relation_nor_whom(text: str) -> None:
    assert unnamed_relative(text) == UnnamedRelative()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Samer Halabi",
            "سامر الحلبي",
            "",
            "Son Heung",
            "Ali of Aleppo",
            "the",
            "of",
            "wife of",
            "one of",
            "member of",
        ),
        *("unknown Halabi", "أم محمد", "أبو محمد", "ابنه سامر", "الشيخ محمد", "عبد الله مجهول", "Family", "'s wife"),
        *("one of the", "member of the Halabi", "person", "شخص", "ﷺ", "unknown ﷺ", "identity"),
    ],
)
def test_what_may_be_a_name_is_left_alone(text: str) -> None:
    assert unnamed_relative(text) is None


@pytest.mark.parametrize(
    "word", ["a'" * 5_000, "one of " * 1_500, "the " * 2_500 + "of", "من " * 3_000, "unknown " * 1_250]
)
def test_ten_thousand_letters_are_read_in_no_time(word: str) -> None:
    start = time.process_time()
    unnamed_relative(word)
    assert time.process_time() - start < 0.1
