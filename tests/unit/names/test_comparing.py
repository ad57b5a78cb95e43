"""Which names look like one person's, and which must not."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dalil.cli.names import names
from dalil.errors import WrongMapping
from dalil.names import ABSENT, NO_FEATURES, compare, compare_features, score, score_with_parents, units_of

ALIKE = 0.9
UNALIKE = 0.5


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Nisreen Wanli", "نسرين وانلي"),
        ("Nasreen Wanly", "نسرين محي الدين الوانلي"),
        ("Nisreen Muhi al Din Wanli", "نسرين محي الدين الوانلي"),
        ("Nisreen Wanli", "Nasreen Wanly"),
        ("Salim Nimour", "Salim Namour"),
        ("Salim Namour", "سليم نمور"),
        ("Amani Ballour", "أماني محمد بلور"),
        ("Amani Muhammad Ballour", "أماني بلور"),
        ("Abdulrahman Abu Zaid", "عبد الرحمن أبو زيد"),
        ("Mehmet Ahmet Nimour", "محمد أحمد النمور"),
        ("7asan Nimour", "حسن النمور"),
        ("أحمد نمور", "احمد نمور"),
        ("Nimour, Salim", "سليم النمور"),
        ("Dr. Salim Nimour, M.D.", "سليم النمور"),
        ("Nimour, Salim, PhD", "سليم النمور"),
        ("سليم خالد الحاج", "سليم حاج"),  # titles that are names of families
        ("سليم خالد الشيخ", "Salim Sheikh"),
        ("القاضي سليم القاضي", "سليم قاضي"),
        ('Salim "Abu Omar" Nimour', "سليم النمور"),
        ("سليم النمور (أبو عمر)", "Salim Khaled Nimour"),
        ("Salim Nimour [surgeon, Douma]", "سليم النمور"),
        ("Salim (Nimour)", "سليم النمور"),  # with one name outside, brackets say nothing
        ('Salim Nimour ""', "سليم النمور"),
        ("President Salim Nimour", "القاضي سليم النمور"),
        ("سالم خالد النمور", "Salim Khaled Nimour"),  # Salim may be either name
        ("سليم خالد النمور", "Salim Khaled Nimour"),
        ("محدم خالد النمور", "Muhammad Khaled Nimour"),  # two letters in the other order
        ("حمزة خالد النمور", "Hazma Khaled Nimour"),
        ("مارن خالد النمور", "Mazen Khaled Nimour"),  # a dot lost
        ("ماجد خالد النمور", "Majd Khaled Nimour"),  # by a machine that guesses vowels
        ("عتد الحميد خالد النمور", "Abdulhamid Khaled Nimour"),
        ("عبد الوهاب خالد النمور", "Abd L-Wahab Khaled Nimour"),
        ("خالد عبد العال النمور", "Khaled Abd Al-Al Nimour"),
        ("أبو بكر النمور", "Ebu Bekir en-Nimur"),  # Turkish
        ("أبو بكر النمور", "Ebubekir Nimur"),
        ("أم كلثوم النمور", "Ümmü Gülsüm Nimur"),
        ("محمد خالد النمور", "Mihemed Xalid Nimur"),  # Kurdish
        ("صالح النمور", "9ale7 Nimour"),  # digits, and with a stroke the letter with a dot more
        ("غسان النمور", "3'assan Nimour"),
        ("مظهر الأزهري", "Mazhar al-Azhari"),  # z and h, not one sound
        ("زهير النمور", "Zhair Nimour"),
        ("جمال النمور", "Джамаль Нимур"),
    ],
)
def test_spellings_of_one_name_look_alike(first: str, second: str) -> None:
    assert score(first, second) >= ALIKE, compare(first, second).english


def test_what_turns_a_line_round_is_kept_in_the_name_and_left_out_of_the_reasons() -> None:
    found = compare("\u202eSalim Nimour", "سليم النمور")
    assert found.parts[0].first == "\u202eSalim"
    assert found.english.startswith("given name: Salim = سليم")
    assert "\u202e" not in found.arabic


@pytest.mark.parametrize("full", ["Muhammad Nimour", "محمد خالد النمور", "Mehmet Khaled Omar Nimour"])
def test_one_name_alone_says_less_than_two(full: str) -> None:
    assert UNALIKE < score("محمد", full) < ALIKE
    assert score("محمد", "Muhammad") > ALIKE
    assert compare("محمد", full).english.endswith("a single name, which many may bear")
    assert "single name" not in compare("محمد", "Muhammad").english


@pytest.mark.parametrize("full", ["فايز النمور", "Faris Nimour", "Feras Khaled Nimour"])
def test_one_name_alone_is_not_a_near_one(full: str) -> None:
    assert score("Fairuz", full) < UNALIKE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("علي خالد عمر النمور", "Omar Khaled Omar Nimour"),  # brothers
        ("Muhammad Khaled Nimour", "محمود خالد النمور"),  # brothers with near names
        ("سمير خالد النمور", "Samira Khaled Nimour"),  # brother and sister
        ("سامر خالد النمور", "Samer Yaser Nimour"),  # other father
        ("سامر خالد عمر النمور", "Samer Khaled Omar Wanli"),  # other family
        ("أماني بلور", "Salim Nimour"),
        ("محمد محمود محمود النمور", "Muhammad Muhammad Muhammad Nimour"),  # names known to be two
        ("خالد سليم عمر النمور", "Khaled Omar Salim Nimour"),  # father and grandfather are not exchanged
        ("سليم محمد النمور", "Salim Yaser Muhammad Nimour"),  # other father, of the same grandfather
        ("محمود النمور", "Muhammad Nimour"),
        ("سلمى خالد النمور", "Salim Khaled Nimour"),  # Salim may be two names, and is neither of them
        ("ابراهيم خالد النمور", "Abd al-Rahim Khaled Nimour"),
        ("خالد أحمد أكرم النمور", "Khaled Eid Ahmad Nimour"),  # two names are not run together for a third
    ],
)
def test_siblings_namesakes_and_strangers_do_not(first: str, second: str) -> None:
    assert score(first, second) < UNALIKE, compare(first, second).english


def test_a_rare_family_name_weighs_more_than_a_common_one() -> None:
    assert score("Salim Omar Wanli", "سليم وانلي") > score("Salim Omar al-Najjar", "سليم النجار")


def test_the_reasons_name_each_part_in_both_languages() -> None:
    result = compare("Muhammad Nimour", "محمد Namour")
    assert [part.english for part in result.parts] == [
        "given name: Muhammad = محمد",
        "family: Nimour ≈ Namour, vowels differ",
    ]
    assert result.parts[1].arabic == "العائلة: Nimour ≈ Namour، تختلف الحركات"


def test_a_part_that_one_name_lacks_is_said_to_be_missing() -> None:
    result = compare("أماني محمد بلور", "Amani Ballour")
    assert "father's name: محمد, only in the first" in result.english


def test_likely_siblings_are_named_as_such() -> None:
    assert "brothers or sisters" in compare("علي خالد النمور", "Omar Khaled Nimour").english


def test_each_part_says_where_it_stands_in_both_texts() -> None:
    first, second = "Nimour, Abd al-Rahman", "عبد الرحمن خالد النمور"
    result = compare(first, second)
    places = [(part.role, part.first_span, part.second_span) for part in result.parts]
    # Nimour ends at 6, Abd begins at 8, Rahman ends at 21; عبد الرحمن ends at 10, خالد at 15, النمور at 22.
    assert places == [("given", (8, 21), (0, 10)), ("family", (0, 6), (16, 22)), ("father", None, (11, 15))]
    assert second[11:15] == result.parts[2].second


def test_features_are_numbers_part_by_part() -> None:
    found = compare_features(units_of("سامر خالد النمور"), units_of("Samer Khaled Omar Nimour"))
    assert (found.given, found.father) == pytest.approx((1, 1), abs=0.01)
    assert found.grandfather == ABSENT
    assert found.family == found.worst > 0.9
    assert (found.first_parts, found.second_parts, found.pairs) == (3, 4, 3)
    assert found.score == score("سامر خالد النمور", "Samer Khaled Omar Nimour")
    assert compare_features(units_of(""), units_of("Samer")) == NO_FEATURES


def test_what_is_no_name_is_like_nothing() -> None:
    assert score("", "Salim") == 0
    assert compare("…", "؟").score == 0


def test_a_file_of_pairs_is_given_a_column_of_scores(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    pairs.write_text("k,a,b\n1,سليم نمور,Salim Nimour\n2,سليم نمور,Amani Ballour\n", encoding="utf-8")
    result = CliRunner().invoke(names, ["score", str(pairs), "--columns", "a,b", "--out", str(out)])
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["k"] for row in rows] == ["1", "2"]
    assert float(rows[0]["score"]) > ALIKE > UNALIKE > float(rows[1]["score"])


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    pairs.write_text("a,b\nسليم,Salim\n", encoding="utf-8")
    result = CliRunner().invoke(names, ["score", str(pairs), "--columns", "a,c", "--out", str(out)])
    assert isinstance(result.exception, WrongMapping)


def test_the_commands_print_for_people_and_for_machines() -> None:
    run = CliRunner().invoke
    assert "given name: Salim = سليم" in run(names, ["compare", "Salim Nimour", "سليم نمور"]).output
    assert json.loads(run(names, ["compare", "Salim Nimour", "سليم نمور", "--json"]).output)["score"] > ALIKE
    assert json.loads(run(names, ["parse", "Salim Nimour", "--json"]).output)[0] == {
        "role": "given",
        "original": "Salim",
        "form": "salim",
        "by_letter": False,
    }
    assert run(names, ["romanise", "نسرين الوانلي"]).output == "Nisreen al-Wanli\n"


def test_a_wife_is_not_her_husband_and_is_found_by_his_name() -> None:
    assert score("wife of Omar Nimour", "عمر النمور") < UNALIKE
    assert score("wife of Omar Nimour", "زوجة عمر النمور") >= ALIKE
    assert score("Nisreen Wanli, wife of Bassam al Sanbaki", "نسرين وانلي") >= ALIKE


def test_a_by_name_in_place_of_the_given_name_leaves_it_open() -> None:
    by_name = score("أبو عمر النمور", "Salim al-Nimour")
    assert score("Omar Salim al-Wanli", "أبو عمر النمور") < by_name < UNALIKE
    assert score("أم عمر النمور", "Umm Omar Nimour") >= ALIKE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Mahmouda Lwan", "محمود علوان"),  # a space one letter late
        ("براء أبو شاويش", "Baraa Abus Hawish"),
        ("Kamal Salemsalah", "كمال سالم صلاح"),  # two words in one
        ("Nisreen Nimr Sharab", "نسرين شراب نمر"),  # family before father
        ("النمور سليم خالد", "Salim Khaled Nimour"),  # family first
        ("حسام الدين النمور", "Hossem Aldeden Nimour"),
        ("Abdel Mustafa Nimour", "عبد الرحمن مصطفى النمور"),  # half of a compound
        ("محمد مجيد النمور", "مخمد محيد النمور"),  # dots
        ("Khaled Adb al-Rahman Nimour", "خالد عبد الرحمن النمور"),  # slips in Abd and in Abu
        ("Khaled Bd al-Rahman Nimour", "خالد عبد الرحمن النمور"),
        ("خالد غبد الرحمن النمور", "Khaled Abdulrahman Nimour"),
        ("Khaled Salim Ab Id", "خالد سليم أبو عيد"),
        ("Khaled Salim Au Wadi", "خالد سليم أبو وادي"),
        ("محمد عبدهللا النمور", "Mohamed Abdullah Nimour"),
        ("Mohamadkhaled Nimour", "محمد خالد النمور"),  # two names in one word
        ("Omar Mohamadkhaled Nimour", "عمر محمد خالد النمور"),
    ],
)
def test_words_cut_wrongly_or_in_another_order_are_read(first: str, second: str) -> None:
    assert score(first, second) > UNALIKE, compare(first, second).english


def test_a_son_is_not_his_father() -> None:
    assert score("عمر خالد النمور", "Khaled Omar Nimour") < UNALIKE


def test_a_father_in_a_column_of_its_own_counts_as_one_in_the_name() -> None:
    apart = score_with_parents("سامر النمور", "Samer Khaled Nimour", fathers=("خالد", ""))
    assert apart == score("سامر خالد النمور", "Samer Khaled Nimour")
    assert score_with_parents("سامر النمور", "Samer Khaled Nimour", fathers=("ياسر", "")) < UNALIKE


def test_another_mother_counts_against_and_the_same_for_it() -> None:
    pair = ("سامر النمور", "Samer Nimour")
    same = score_with_parents(*pair, mothers=("هدى", "Huda"))
    other = score_with_parents(*pair, mothers=("هدى", "Rasha"))
    assert other < score(*pair) < same
    assert score_with_parents(*pair, mothers=("هدى", "")) == score(*pair)


def test_the_parents_of_a_file_are_weighed(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    pairs.write_text("a,b,f,g,m,n\nسامر النمور,Samer Khaled Nimour,خالد,,هدى,Rasha\n", encoding="utf-8")
    options = ["--columns", "a,b", "--father", "f,g", "--mother", "m,n", "--out", str(out)]
    result = CliRunner().invoke(names, ["score", str(pairs), *options])
    assert result.exit_code == 0, result.output
    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    expected = score_with_parents("سامر النمور", "Samer Khaled Nimour", fathers=("خالد", ""), mothers=("هدى", "Rasha"))
    assert float(row["score"]) == pytest.approx(expected, abs=1e-6)
