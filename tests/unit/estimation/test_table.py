"""Tables of overlaps: made from anything, equal for equal persons, refused with the row that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dalil.errors import UnreadableFile, WrongTable
from dalil.estimation.table import Table

LISTS = ("a", "b", "c")
ROWS: list[dict[str, Any]] = [  # four persons on a, two of them on b as well; one on c alone
    {"a": 1, "b": 0, "c": 0, "sex": "f"},
    {"a": 1, "b": 1, "c": 0, "sex": "f"},
    {"a": 1, "b": 1, "c": 0, "sex": "m"},
    {"a": 1, "b": 0, "c": 0, "sex": None},
    {"a": 0, "b": 0, "c": 1, "sex": "m"},
]


def test_records_are_gathered_into_patterns_in_one_order() -> None:
    table = Table.from_records(ROWS, lists=LISTS)
    assert table.patterns.tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert table.counts.tolist() == [2, 2, 1]
    assert (table.n, table.n_lists, table.n_on_several) == (5, 3, 2)
    assert table.list_sizes().tolist() == [4, 2, 1]
    assert table.overlaps().tolist() == [[4, 2, 0], [2, 2, 0], [0, 0, 1]]


def test_the_order_of_rows_changes_nothing() -> None:
    first = Table.from_records(ROWS, lists=LISTS)
    second = Table.from_records(ROWS[::-1], lists=LISTS)
    assert first.digest == second.digest
    assert first.digest != Table.from_records(ROWS[1:], lists=LISTS).digest


def test_columns_and_patterns_give_what_records_give() -> None:
    columns = {name: [row[name] for row in ROWS] for name in LISTS}
    patterns = Table.from_patterns([[0, 0, 1], [1, 0, 0], [1, 1, 0]], [1, 2, 2], lists=LISTS)
    assert Table.from_records(columns, lists=LISTS).digest == patterns.digest


def test_a_person_whose_stratum_is_missing_is_counted_and_in_no_stratum() -> None:
    table = Table.from_records(ROWS, lists=LISTS, stratum=["sex"])
    assert [(part.label, part.n) for part in table.strata] == [("sex=f", 2), ("sex=m", 2)]
    assert (table.n, table.n_unplaced) == (5, 1)


def test_a_table_without_a_list_loses_those_whom_only_that_list_had() -> None:
    table = Table.from_records(ROWS, lists=LISTS)
    assert table.without("c").n == 4
    assert table.only(["b", "c"]).counts.tolist() == [2, 1]
    with pytest.raises(WrongTable, match="no such list"):
        table.without("c").only(["c"])


def test_the_members_of_a_list_are_a_population_of_known_size() -> None:
    table = Table.from_records(ROWS, lists=LISTS)
    within_a = table.among("a")
    # Of the four on a, two are on b and none on c.
    assert (within_a.lists, within_a.n) == (("b",), 2)


def test_the_smallest_lists_are_put_together_and_named() -> None:
    merged = Table.from_records(ROWS, lists=LISTS).merged_to(2)
    assert merged.lists == ("a", "b+c")
    assert merged.merged == {"b+c": ("b", "c")}
    assert merged.counts.tolist() == [2, 1, 2]
    assert merged.patterns.tolist() == [[1, 0], [0, 1], [1, 1]]


def test_each_way_of_joining_mentions_gives_a_table() -> None:
    # Four mentions: on a, b, b, a. In the first draw the first two are one person, in the second the last two.
    tables = Table.from_linkage(
        [[0, 0, 1, 2], [0, 1, 2, 2]], list_of=[0, 1, 1, 0], lists=["a", "b"], stratum={"sex": ["f", None, "m", "m"]}
    )
    assert [table.n for table in tables] == [3, 3]
    assert tables[0].counts.tolist() == [1, 1, 1]
    first = {part.label: part.patterns.tolist() for part in tables[0].strata}
    # The joined person is in the stratum of the mention that has one.
    assert first == {"sex=f": [[1, 1]], "sex=m": [[1, 0], [0, 1]]}
    assert tables[1].n_unplaced == 1


def test_a_file_gives_what_records_give(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "# invented\nsex,a,b,c,count\nf,1,0,0,1\nf,1,1,0,1\nm,1,1,0,1\n,1,0,0,1\nm,0,0,1,1\n", encoding="utf-8"
    )
    from_file = Table.from_csv(path, stratum=["sex"])
    assert from_file.digest == Table.from_records(ROWS, lists=LISTS, stratum=["sex"]).digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,c\n1,0,0\n", "no column of counts"),
        ("a,a,count\n1,0,3\n", "a name over every column"),
        ("a,b,count\n1,0,3\n1,0\n", "line 3"),
        ("a,b,count\n1,2,3\n", "record 1"),
        ("a,b,count\n1,1,3\n1,0,-3\n", "negative"),
        ("a,b,count\n1,1,2.5\n", "cannot be used"),
        ("a,b,count\n0,0,3\n1,1,2\n", "on no list"),
        ("a,b,count\n1,1,0\n", "holds nobody"),
        ("", "a name over every column"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrongTable) as refusal:
        Table.from_csv(path)
    assert said in str(refusal.value)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        Table.from_csv(tmp_path / "none.csv")


def test_tables_that_cannot_be_are_refused() -> None:
    with pytest.raises(WrongTable, match="do not fit together"):
        Table.from_patterns([[1, 0]], [1, 2])
    with pytest.raises(WrongTable, match="cannot be named so"):
        Table.from_patterns([[1, 0]], [1], lists=["a", "a"])
    with pytest.raises(WrongTable, match="lack a column"):
        Table.from_records(ROWS, lists=["a", "d"])
    with pytest.raises(WrongTable, match="do not fit together"):
        Table.from_linkage([[0, 1]], list_of=[0], lists=["a", "b"])
    with pytest.raises(WrongTable, match="no list that was named"):
        Table.from_linkage([[0, 1]], list_of=[0, 2], lists=["a", "b"])


@pytest.mark.parametrize(
    ("patterns", "counts", "said"),
    [
        ([[1, 0, 1]], [-1], "a negative number"),
        ([[1, 0, 1]], [2.5], "a whole number"),
        ([[1, 0, 1]], [float("nan")], "a whole number"),
        ([[1, 0, 1]], [float("inf")], "a whole number"),
        ([[1, 0, 1]], [1e300], "a whole number"),
        ([[1, 0, 1]], ["many"], "a whole number"),
        ([[1, 0, 1], [1, 1, 0]], [9_000_000_000, 9_000_000_000], "more persons than there are"),
        ([[1, float("nan"), 1]], [3], "0 or 1"),
        ([[1, None, 1]], [3], "0 or 1"),
        ([[1, 0.5, 1]], [3], "0 or 1"),
        ([1, 0, 1], [3, 4, 5], "do not fit together"),
        ([], [], "do not fit together"),
        ([[1] * 61], [3], "1 to 60 names"),
        ([[1, 0, 1]], [0], "holds nobody"),
        ([[0, 0, 0], [1, 1, 0]], [7, 9], "on no list"),
    ],
)
def test_a_hostile_table_is_refused_with_what_was_expected(patterns: Any, counts: Any, said: str) -> None:
    with pytest.raises(WrongTable) as refusal:
        Table.from_patterns(patterns, counts)
    assert said in str(refusal.value)


def test_what_is_odd_and_clear_is_read() -> None:
    plain = Table.from_patterns([[1, 0, 1], [1, 1, 0]], [34, 5])
    # A pattern that comes twice is added up; whole numbers may come as fractions, text or Arabic digits.
    assert Table.from_patterns([[1, 0, 1], [1, 1, 0], [1, 0, 1]], [30, 5, 4]).digest == plain.digest
    assert Table.from_patterns([[1.0, False, 1], [True, 1, 0.0]], [34.0, 5]).digest == plain.digest
    assert Table.from_patterns([["1", "0", "١"], ["1", "١", "٠"]], ["٣٤", "٥"]).digest == plain.digest


def test_a_file_with_arabic_digits_and_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("\ufeffأ,ب,ج,count\n١,٠,٠,٣٤\n٠,١,١, ٥\n", encoding="utf-8")
    table = Table.from_csv(path)
    assert table.lists == ("أ", "ب", "ج")
    assert (table.n, table.n_on_several) == (39, 5)


def test_a_table_cannot_be_changed_in_place() -> None:
    table = Table.from_records(ROWS, lists=LISTS)
    with pytest.raises(ValueError, match="read-only"):
        table.counts[0] = 9
    assert table.cells.dtype == np.int64
