"""Finding names in a list, in any script, with slips of the pen."""

from __future__ import annotations

import csv
import time
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

from dalil.cli.names import names as names_commands
from dalil.cli.search import search
from dalil.errors import WrongMapping
from dalil.names import score, units_of
from dalil.search import build, find
from dalil.search.spellings import Spellings

NAMES = [
    "أماني محمد بلور",
    "نسرين محي الدين الوانلي",
    "Salim Nimour",
    "محمد أحمد خالد النمور",
    "محمود أحمد خالد النمور",
    "Muhammad Yaser Wanli",
    "عبد الرحمن صلاح الدين أبو زيد",
    "فتحي عثمان بدران",
    "",
    "خالد",
    "Mahmoud Gomaa Cevdet",
]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("Amani Ballour", 0),
        ("أماني بلور", 0),
        ("Amani Muhammad Ballour", 0),
        ("Nisreen Wanli", 1),
        ("نسرين وانلي", 1),
        ("Nasreen Wanly", 1),
        ("Nisreen Muhi al Din Wanli", 1),
        ("سليم نمور", 2),
        ("Salim Namour", 2),
        ("Mohamed Ahmed Namour", 3),
        ("Mahmud Ahmad Nimour", 4),
        ("محمد ياسر وانلي", 5),
        ("Abdulrahman Salaheddine Abuzaid", 6),
        ("Fathi Osman Badran", 7),
        ("Khalid", 9),
        ("محمود جمعة جودت", 10),
    ],
)
def test_a_name_is_found_first_from_each_of_its_spellings(query: str, place: int) -> None:
    assert find(build(NAMES), query)[0].place == place


@pytest.mark.parametrize(
    ("query", "place"),
    [("نسريت محي الدين الوانلي", 1), ("Salm Nimour", 2), ("محمد أحمد خالد النبور", 3)],
)
def test_a_slip_of_the_pen_is_forgiven(query: str, place: int) -> None:
    assert find(build(NAMES), query)[0].place == place


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("Ab dal-Rahman Salah al-Din Abu Zaid", 6),  # a space in the wrong place
        ("FathiOthman Badran", 7),  # none between two names of the list
        ("محمدأحمد خالد النمور", 3),
        ("Amani Bal lour", 0),  # one too many
    ],
)
def test_words_cut_wrongly_are_put_right(query: str, place: int) -> None:
    names = [*NAMES, "Fathi Saleh", "Othman Saleh", "محمد ياسر", "أحمد ياسر"]
    assert find(build(names), query)[0].place == place


def test_what_is_a_slip_of_the_pen_from_a_spelling_is_found() -> None:
    forms = ["nimour", "nimor", "nimuor", "nmour", "timour", "wanli", "ab", "a" * 100]
    # As it is; a letter less; two exchanged; a letter less; another letter.
    assert Spellings(forms).near("nimour").tolist() == [0, 1, 2, 3, 4]
    assert Spellings(forms).near("ac").tolist() == []
    assert Spellings([]).near("nimour").tolist() == []


@pytest.mark.parametrize(
    ("query", "alike", "wanted"),
    [
        ("جمعه سليم النمور", "جمعان سليم {} النمور", "Gomaa Salim Badr Nimour"),  # g is read as kaf, and as jim
        ("Hadi Salim Nimour", "هادي سليم {} النمور", "هدى سليم بدر النمور"),  # rarer names than Muhammad and Mahmud
    ],
)
def test_who_may_be_meant_is_found_among_many_who_are_nearer(query: str, alike: str, wanted: str) -> None:
    fathers = ("خالد", "عمر", "يوسف", "علي", "حسن", "زياد", "رامي")
    names = [alike.format(father) for father in fathers] * 7
    assert score(query, wanted) > 0.9
    assert len(names) in [hit.place for hit in find(build([*names, wanted]), query, top=len(names) + 1)]


def test_of_two_who_may_be_meant_who_is_spelt_as_the_query_comes_first() -> None:
    query = "Iyad Muhammd Abu Hatb"
    by_ear, as_written = "اياد محمد علي خطاب", "Iyad Mhamed Numan Abu Hatb"
    assert 0.9 < score(query, as_written) < score(query, by_ear)
    assert [hit.place for hit in find(build([by_ear, as_written]), query)] == [1, 0]


@pytest.mark.parametrize("query", ["", "*", "%' OR 1=1 --", "🙂", "م" * 10_000])
def test_a_query_is_text_whatever_it_looks_like(query: str) -> None:
    assert isinstance(find(build(NAMES), query), list)


def test_answers_come_best_first_and_no_more_than_asked_for() -> None:
    hits = find(build(NAMES), "محمد أحمد النمور", top=2)
    assert [hit.place for hit in hits] == [3, 4]
    assert hits[0].score > hits[1].score


def test_a_list_is_searched_by_file(tmp_path: Path) -> None:
    names, queries, out = tmp_path / "names.csv", tmp_path / "queries.csv", tmp_path / "hits.csv"
    names.write_text("id,name\nn1,سليم نمور\nn2,أماني بلور\n", encoding="utf-8")
    queries.write_text("qid,query\nq1,Amani Ballour\nq2,Salim Nimour\n", encoding="utf-8")
    result = CliRunner().invoke(search, ["batch", str(names), str(queries), "--top", "1", "--out", str(out)])
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [(row["qid"], row["rank"], row["id"]) for row in rows] == [("q1", "1", "n2"), ("q2", "1", "n1")]


ODD = (
    *(
        "",
        "ا",
        "a",
        "م" * 10_000,
        "a " * 5_000,
        "رRنان",
        "\u202eimahS anaR\u202c",
        "🙂",
        "12345",
        "ܪܢܐ",
        "Ռանա",
        "Νίκος",
    ),
    *("Рана Шами", "%", "*", "'; DROP TABLE names; --", 'say "hi", you', "two\nlines", "=cmd()", "R\u0301" * 3_000),
)


def test_lists_of_anything_are_searched_and_scored_in_little_time(tmp_path: Path) -> None:
    listed, asked, pairs, out = (tmp_path / f"{name}.csv" for name in ("list", "asked", "pairs", "out"))
    for path, rows in (
        (listed, [("id", "name"), *((str(at), text) for at, text in enumerate(ODD))]),
        (asked, [("qid", "query"), *((f"q{at}", text) for at, text in enumerate(ODD))]),
        (pairs, [("a", "b"), *product(ODD, ODD), *product(ODD, ODD), *product(ODD, ODD)]),  # enough for arrays
    ):
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    started = time.process_time()
    result = CliRunner().invoke(search, ["batch", str(listed), str(asked), "--top", "1", "--out", str(out)])
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8", newline="") as file:
        assert file.readline() == "qid,rank,id,score\n"
        hits = {row[0]: row[2] for row in csv.reader(file)}
    named = [at for at, text in enumerate(ODD) if units_of(text)]
    assert {query: hits[query] for query in map("q{}".format, named)} == {f"q{at}": str(at) for at in named}
    assert hits.keys() == {f"q{at}" for at in named}
    result = CliRunner().invoke(names_commands, ["score", str(pairs), "--columns", "a,b", "--out", str(out)])
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8", newline="") as file:
        scores = [float(row["score"]) for row in csv.DictReader(file)]
    assert len(scores) == 3 * len(ODD) ** 2
    assert scores == [round(score(a, b), 6) for a, b in product(ODD, ODD)] * 3
    assert time.process_time() - started < 10


def test_a_list_without_its_columns_is_refused(tmp_path: Path) -> None:
    names, out = tmp_path / "names.csv", tmp_path / "hits.csv"
    names.write_text("number,who\n1,سليم نمور\n", encoding="utf-8")
    result = CliRunner().invoke(search, ["batch", str(names), str(names), "--out", str(out)])
    assert isinstance(result.exception, WrongMapping)


def test_names_of_any_number_of_parts_are_found() -> None:
    names = ["سليم", "سليم نمور", " ".join(["سليم"] * 40), "سليم بدر قاسم عمر خالد ياسر نمور"]
    index = build(names)
    assert len(index) == 4
    for place in (0, 1, 3):
        assert find(index, names[place])[0].place == place
