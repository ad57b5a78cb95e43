"""The files: the same bytes for the same seed, in the formats and encodings they say."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # there are no stubs in the lock file
from demo.lists import generate

from unit.demo.conftest import Drawn

ROOT = Path(__file__).parents[3]
FILES = {
    *("list-a.csv", "list-b.xlsx", "list-c.tsv", "list-d.jsonl", "list-e.ods"),
    *("broadcasts.csv", "strikes.csv", "deaths.csv", "keys.csv", "truth.json", "unrecorded.json"),
}


def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed_of_python(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from demo.lists import generate; generate(Path(sys.argv[1]), scale=.01)"
    )
    for name, hash_seed in (("one", "1"), ("two", "2")):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", program, str(tmp_path / name)], env=environment, check=True, cwd=ROOT)

    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")
    assert set(_digests(tmp_path / "one")) == FILES


def test_another_seed_gives_other_rows(tmp_path: Path) -> None:
    generate(tmp_path / "one", seed=1, scale=0.005)
    generate(tmp_path / "two", seed=2, scale=0.005)
    one, two = _digests(tmp_path / "one"), _digests(tmp_path / "two")

    assert all(one[name] != two[name] for name in FILES)


def test_the_workbook_has_a_title_two_rows_of_merged_headings_and_date_cells(drawn: Drawn) -> None:
    book = openpyxl.load_workbook(io.BytesIO((drawn.folder / "list-b.xlsx").read_bytes()))
    sheet = book.worksheets[0]

    assert "Invented" in str(sheet["A1"].value)
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:L1", "B2:G2", "H2:J2", "K2:L2"}
    assert [cell.value for cell in sheet[2] if cell.value] == ["Person", "Arrest", "Last known"]
    days = [row[7] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert any(isinstance(cell, datetime) for cell in days)
    assert any(isinstance(cell, str) for cell in days)
    assert all(cell.year >= 2011 for cell in days if isinstance(cell, datetime))
    book.close()


def test_the_text_files_have_the_encodings_they_say(drawn: Drawn) -> None:
    assert (drawn.folder / "broadcasts.csv").read_bytes()[:2] == b"\xff\xfe"
    assert (drawn.folder / "deaths.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    assert "المعرف" in (drawn.folder / "list-c.tsv").read_bytes().decode("windows-1256")
    with (drawn.folder / "list-a.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    assert any("٠" <= digit <= "٩" for digit in first["تاريخ الاعتقال"])


def test_an_opendocument_file_begins_with_its_type_uncompressed(drawn: Drawn) -> None:
    with zipfile.ZipFile(drawn.folder / "list-e.ods") as package:
        first = package.infolist()[0]

    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_the_truth_file_holds_what_was_returned(drawn: Drawn) -> None:
    written = json.loads((drawn.folder / "truth.json").read_text(encoding="utf-8"))

    assert written == drawn.truth.as_json()
    assert written["as_of"] == "2021-05-21"
    assert "Invented" in written["note"]


def test_no_list_is_larger_than_its_format_is_meant_for(drawn: Drawn) -> None:
    """At scale 1 the workbook stays under 40,000 rows and the OpenDocument file under 15,000: both are slow to read."""
    scale = float(drawn.truth.scale)

    assert drawn.truth.rows["list-b"] / scale < 40_000
    assert drawn.truth.rows["list-e"] / scale < 15_000


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
