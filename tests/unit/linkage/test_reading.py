"""Lists of somebody's own making: what their cells mean, and what is refused rather than read wrongly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from dalil.errors import UnreadableFile, WrongLists, WrongMapping
from dalil.linkage import read_labels, read_lists, read_mapping
from dalil.linkage.mapping import ListMapping
from dalil.linkage.reading import ListsRead, read_more_lists


def mapping(folder: Path, text: str = "id: no\nname: name\n") -> ListMapping:
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")
    return read_mapping(folder / "mapping.yaml")


def read(folder: Path, text: str, said: str = "id: no\nname: name\n", name: str = "list.csv") -> ListsRead:
    (folder / name).write_bytes(text.encode())
    return read_lists([folder / name], mapping(folder, said))


def parquet(folder: Path, said: str, **columns: Any) -> dict[str, list[Any]]:
    pq.write_table(pa.table(columns), folder / "list.parquet")
    found: dict[str, list[Any]] = read_lists(
        [folder / "list.parquet"], mapping(folder, said)
    ).records.columns.to_pydict()
    return found


def test_ids_keep_their_zeros_their_letters_and_the_blanks_around_them(tmp_path: Path) -> None:
    text = "no,name\n007,Samer Haddad\n1e5, Rana Shami \n b 2 ,Omar Saleh\nNA,\n"
    assert read(tmp_path, text).records.ids == [" b 2 ", "007", "1e5", "NA"]
    assert read(tmp_path, text).records.columns["name"].to_pylist()[2] == "Rana Shami"
    (tmp_path / "labels.csv").write_text("id_a,id_b,label\n b 2 ,007, same\n", encoding="utf-8")
    assert read_labels(tmp_path / "labels.csv") == [(" b 2 ", "007", "same")]


def test_typed_columns_of_parquet_are_read_as_what_they_are(tmp_path: Path) -> None:
    """Whole numbers kept as floats, since one is missing; days and instants; categories; columns nobody named."""
    said = "id: no\nname: name\nsex: sex\nage: age\nbirth: born\nevent_date: died\nextras: [phone]\n"
    found = parquet(
        tmp_path,
        said,
        no=pa.array([20_130_000_002, 20_130_000_001], pa.int64()),
        name=pa.array(["Samer Haddad", "Rana Shami"], pa.large_string()),
        sex=pa.array(["m", None]).dictionary_encode(),
        age=pa.array([30.0, float("nan")]),
        born=pa.array([None, datetime(1990, 1, 2, 10, 30, tzinfo=UTC)], pa.timestamp("us", tz="UTC")),
        died=pa.array([date(1970, 1, 11), None]),
        phone=pa.array([963_944_000_111.0, None]),
        tags=pa.array([[1], [2, 3]]),
    )
    assert found["id"] == ["20130000001", "20130000002"]
    assert found["sex"] == [None, "male"]
    assert found["age"] == [None, 30.0]
    assert found["birth_lo"] == found["birth_hi"] == [7306, None]  # 20 years with five leap days, and a day
    assert found["event_lo"] == [None, 10]
    assert found["extra_0"] == [None, "963944000111"]
    assert parquet(tmp_path, "id: no\nname: name\n", no=[1.5, 2.0], name=["a b", "c d"])["id"] == ["1.5", "2"]


def test_days_kept_as_numbers_are_days_if_they_can_be(tmp_path: Path) -> None:
    """Of 20132001 the month would be 20: it counts as missing, whatever the order."""
    rows = "no,name,died\n1,a b,19700111\n2,c d,20132001\n3,e f,1970-01-12\n"
    found = read(tmp_path, rows, "id: no\nname: name\nevent_date: died\ndates: {order: dmy}\n")
    assert found.records.columns["event_lo"].to_pylist() == [10, None, 11]
    assert found.unread == {"died": 1}


def test_a_column_of_lists_cannot_be_a_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"list<.*'name'"):
        parquet(tmp_path, "id: no\nname: name\n", no=[1, 2], name=[["a"], ["b", "c"]])


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("25", 25),
        ("٢٥", 25),
        ("25.0", 25),
        ("~ 25", 25),
        ("24-26", 25),
        ("24 – 27", 25),
        ("٢٤ إلى ٢٦ سنة", 25),
        ("25 years old", 25),
        ("25 yrs.", 25),
        ("6 months", 0),
        ("18 أشهر", 1),
        ("40 days", 0),
        ("20-30", None),
        ("30-20", None),
        ("126", None),
        ("-3", None),
        ("nan", None),
        ("child", None),
        ("5 children", None),
    ],
)
def test_an_age_is_read_as_people_write_it_or_counts_as_missing(tmp_path: Path, text: str, years: int | None) -> None:
    rows = f"no,name,age\n1,a b,{text}\n2,c d,7\n3,e f,8\n"
    found = read(tmp_path, rows, "id: no\nname: name\nage: age\n")
    assert found.records.columns["age"].to_pylist()[0] == years
    assert found.unread == ({"age": 1} if years is None else {})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no headings"),
        ("no,name,name\n1,a b,c\n", "a heading that 2 columns have: 'name'"),
        ("no,name\n1,a b\n2,c,d\n", r"a row of 3 cells under 2 headings[^$]*line 3"),
        ('no,name\n1,a b\n2,"c d\n3,e f\n', r"not closed[^$]*line 3"),
        ('no,name\n1,"a b\n2,"c d\n3,e f\n', r"not closed[^$]*line 2"),
        (f"no,name\n1,{'x' * 3_000_000}\n2,a b\n", r"a cell without end[^$]*line 2"),
    ],
)
def test_a_file_that_would_lose_rows_is_refused_with_its_line(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(UnreadableFile, match=found):
        read(tmp_path, text)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("no,name\n1,سامر حداد\n".encode("cp1256"))
    with pytest.raises(UnreadableFile, match="not UTF-8"):
        read_lists([tmp_path / "list.csv"], mapping(tmp_path))


def test_quotation_marks_within_cells_and_headings_nobody_named_do_no_harm(tmp_path: Path) -> None:
    text = 'no,name,,\n1,"Abu ""Samer"", Haddad",,\n2,Rana "Umm Ali" Shami,,\n\n3,"Omar\nSaleh",,\n'
    names = read(tmp_path, text).records.columns["name"].to_pylist()
    assert names == ['Abu "Samer", Haddad', 'Rana "Umm Ali" Shami', "Omar\nSaleh"]


def test_an_id_that_occurs_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongLists, match="1 ids that occur more than once, the first '12'"):
        read(tmp_path, "no,name\n11,a b\n12,c d\n12,e f\n")


def test_a_file_needs_one_of_the_columns_of_names(tmp_path: Path) -> None:
    said = "id: no\nname: [name, given, family]\n"
    (tmp_path / "parts.csv").write_text("no,given,family\n2,Rana,Shami\n", encoding="utf-8")
    (tmp_path / "whole.csv").write_text("no,name\n1,Samer Haddad\n", encoding="utf-8")
    found = read_lists([tmp_path / "parts.csv", tmp_path / "whole.csv"], mapping(tmp_path, said))
    assert found.records.columns["name"].to_pylist() == ["Samer Haddad", "Rana Shami"]
    with pytest.raises(WrongMapping, match="'name' or 'given' or 'family'"):
        read(tmp_path, "no,nom\n1,Samer Haddad\n", said)


def test_lists_that_are_added_may_lack_columns_of_those_before(tmp_path: Path) -> None:
    said = "id: no\nname: name\nfather: father\nplace: [region, town]\n"
    (tmp_path / "more.csv").write_text("no,name,region\n1,Samer Haddad,Homs\n", encoding="utf-8")
    found = read_more_lists([tmp_path / "more.csv"], mapping(tmp_path, said))
    assert found.absent == ("father", "town")
    assert (found.records.n_places, found.records.columns["place_1"].to_pylist()) == (2, [None])
    with pytest.raises(WrongMapping, match="father, town"):
        read_lists([tmp_path / "more.csv"], mapping(tmp_path, said))
