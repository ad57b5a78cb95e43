"""Loading sheets: what goes in, what is handed back, what a second time adds, what a change does."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dalil.archive import Archive
from dalil.errors import StoreFull, WrongMapping
from dalil.intake.loading import LoadReceipt, RowResult
from dalil.intake.row_process import LEAST_BYTES
from dalil.ledger.kinds import Kind

MAPPING = """\
format: dalil-mapping/1
source: {key: list-1, kind: synthetic, synthetic: true, form: list, title: "Invented list", language: en}
key: [id]
subjects: {p1: person, d1: episode}
language: en
dates: {order: dmy, empty: ["0000-00-00"]}
columns:
  name: {subject: p1, predicate: name, part: text, split: [given, father, family]}
  sex: {subject: p1, predicate: sex, values: {m: male, f: female}}
  arrested: {subject: d1, predicate: episode_event, group: arrest, part: "on"}
  released: {subject: d1, predicate: episode_event, group: release, part: "on"}
  remarks: ignore
constants:
  - {subject: d1, predicate: detainee, value: {person: p1}}
  - {subject: d1, predicate: episode_event, group: arrest, part: event, value: arrested}
  - {subject: d1, predicate: episode_event, group: release, part: event, value: released}
on_change: {default: replace, episode_event: add}
"""
HEADER = ["id", "name", "sex", "arrested", "released", "remarks"]
ROWS = [
    ["1", "Salim Nabil Harran", "m", "07/08/2013", "0000-00-00", ""],
    ["2", "Rima Fadi Mansour", "f", "2013", "01/02/2014", "x"],
    ["3", "Karam Sami Dalati", "m", "12/2012", "0000-00-00", ""],
]


def write(path: Path, rows: list[list[str]], header: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header or HEADER, *rows])
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def load(archive: Archive, mapping: Path, rows: list[list[str]], header: list[str] | None = None) -> LoadReceipt:
    sheet = write(mapping.with_name("list.csv"), rows, header)
    return archive.intake.sheet(sheet, mapping, refused_to=mapping.with_name("refused.csv"))


def outcome(receipt: LoadReceipt) -> dict[str, int]:
    names = ("new", "changed", "unchanged", "repeated", "refused")
    return {name: count for name in names if (count := getattr(receipt, f"n_{name}"))}


def said(archive: Archive, predicate: str, known_by: int | None = None) -> list[object]:
    return [view.value for view in archive.records.find(predicate=predicate, source="list-1", known_by=known_by)]


def test_every_row_becomes_one_account_and_the_receipt_says_so(archive: Archive, mapping: Path) -> None:
    receipt = load(archive, mapping, ROWS)
    assert outcome(receipt) == {"new": 3}
    assert receipt.ignored_columns == ["remarks"]
    assert receipt.ledger_size == archive.verify().size
    assert said(archive, "sex") == ["male", "female", "male"]
    kinds = [entry.header.kind for entry in archive.ledger.entries(2)]
    assert kinds == [Kind.SOURCE, Kind.CUSTODY, Kind.ACCOUNT, Kind.ACCOUNT, Kind.ACCOUNT, Kind.CUSTODY]


def test_the_same_file_again_adds_nothing(archive: Archive, mapping: Path) -> None:
    load(archive, mapping, ROWS)
    size = archive.ledger.size
    assert outcome(load(archive, mapping, ROWS)) == {"unchanged": 3}
    assert archive.ledger.size == size


def test_only_new_rows_of_a_longer_file_go_in(archive: Archive, mapping: Path) -> None:
    load(archive, mapping, ROWS[:2])
    assert outcome(load(archive, mapping, ROWS)) == {"new": 1, "unchanged": 2}


def test_a_changed_row_closes_what_it_corrects_and_adds_what_happened(archive: Archive, mapping: Path) -> None:
    load(archive, mapping, ROWS)
    before = archive.ledger.size
    changed = ["1", "Salim Nabil Harran", "f", "07/08/2013", "12/05/2021", ""]
    assert outcome(load(archive, mapping, [changed, *ROWS[1:]])) == {"changed": 1, "unchanged": 2}
    assert said(archive, "sex") == ["female", "male", "female"]  # in the order of the ledger
    assert said(archive, "sex", known_by=before) == ["male", "female", "male"]
    released = archive.records.find(predicate="episode_event", value={"event": "released"})
    assert {"event": "released", "on": "2021-05-12"} in [view.value for view in released]
    assert len(archive.records.identities("person")) == 3  # no silent new person
    assert outcome(load(archive, mapping, [changed, *ROWS[1:]])) == {"unchanged": 3}


def test_bad_rows_are_handed_back_with_the_reason_per_cell_and_good_ones_go_in(archive: Archive, mapping: Path) -> None:
    bad = ["4", "Invented Person", "x", "31/02/2013", "0000-00-00", ""]
    receipt = load(archive, mapping, [*ROWS, bad])
    assert outcome(receipt) == {"new": 3, "refused": 1}
    assert receipt.problems_by_column == {"sex": 1, "arrested": 1}
    with mapping.with_name("refused.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert [row[name] for name in HEADER] == bad
    assert row["dalil: row"] == "5"
    assert "sex" in row["dalil: problems"]
    assert "arrested" in row["dalil: problems"]


def test_a_corrected_file_of_refused_rows_is_taken_as_it_is(archive: Archive, mapping: Path) -> None:
    load(archive, mapping, [["4", "Invented Person", "x", "2013", "", ""]])
    with mapping.with_name("refused.csv").open(encoding="utf-8-sig", newline="") as file:
        header, row = list(csv.reader(file))
    row[2] = "m"
    assert outcome(load(archive, mapping, [row], header)) == {"new": 1}


def test_two_rows_with_one_key_that_differ_are_both_refused(archive: Archive, mapping: Path) -> None:
    other = ["1", "Another Name", "m", "2013", "", ""]
    receipt = load(archive, mapping, [*ROWS, other, ROWS[1]])
    assert outcome(receipt) == {"new": 2, "repeated": 1, "refused": 2}
    text = mapping.with_name("refused.csv").read_text(encoding="utf-8-sig")
    assert "rows 2, 5 have the same key and differ" in text


def test_a_dry_run_tells_every_row_and_writes_nothing(archive: Archive, mapping: Path) -> None:
    size = archive.ledger.size
    sheet = write(mapping.with_name("list.csv"), [*ROWS, ["4", "X", "x", "", "", ""]])
    results: list[RowResult] = []
    receipt = archive.intake.sheet(sheet, mapping, dry_run=True, on_row=results.append)
    assert [(result.number, result.outcome) for result in results] == [
        (5, "refused"),
        (2, "new"),
        (3, "new"),
        (4, "new"),
    ]
    assert outcome(receipt) == {"new": 3, "refused": 1}
    assert archive.ledger.size == size


def test_a_withdrawn_load_can_be_taken_again_under_a_name_of_its_own(archive: Archive, mapping: Path) -> None:
    first = load(archive, mapping, ROWS)
    archive.intake.withdraw(first.load, reason="sent by mistake")
    assert said(archive, "sex") == []
    second = load(archive, mapping, ROWS)
    assert outcome(second) == {"new": 3}
    assert second.load != first.load
    assert said(archive, "sex") == ["male", "female", "male"]


def test_a_release_before_the_arrest_is_flagged_and_kept(archive: Archive, mapping: Path) -> None:
    receipt = load(archive, mapping, [["9", "Invented Person", "m", "07/08/2013", "01/01/2012", ""]])
    assert (receipt.n_new, receipt.n_warned) == (1, 1)


def test_a_source_described_otherwise_than_before_is_refused(archive: Archive, mapping: Path) -> None:
    load(archive, mapping, ROWS)
    mapping.write_text(MAPPING.replace("kind: synthetic, synthetic: true", "kind: partner_list"), encoding="utf-8")
    with pytest.raises(WrongMapping, match="describes this source otherwise"):
        load(archive, mapping, ROWS)


def test_a_column_that_the_mapping_does_not_name_is_refused_before_anything_is_written(
    archive: Archive, mapping: Path
) -> None:
    size = archive.ledger.size
    with pytest.raises(WrongMapping) as caught:
        load(archive, mapping, [[*row, "?"] for row in ROWS], [*HEADER, "surprise"])
    assert "surprise" in str(caught.value)
    assert archive.ledger.size == size


def test_a_large_sheet_compiled_in_a_process_of_its_own_gives_the_same_accounts(
    archive: Archive, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[str(number), f"Invented Person{number}", "m", "2013", "", ""] for number in range(5_000)]
    rows[7][2] = "x"
    sheet = write(mapping.with_name("list.csv"), rows)
    assert sheet.stat().st_size < LEAST_BYTES
    monkeypatch.setattr("dalil.intake.row_process.LEAST_BYTES", 1)
    receipt = archive.intake.sheet(sheet, mapping)
    assert outcome(receipt) == {"new": 4_999, "refused": 1}
    monkeypatch.setattr("dalil.intake.row_process.LEAST_BYTES", LEAST_BYTES)
    assert outcome(archive.intake.sheet(sheet, mapping)) == {"unchanged": 4_999, "refused": 1}
    archive.verify()
    grown = archive.records.find(predicate="sex")
    archive.rebuild()
    assert archive.records.find(predicate="sex") == grown


def test_an_error_in_the_process_that_compiles_reaches_whoever_asked(
    archive: Archive, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dalil.errors import UnreadableFile
    from dalil.intake.row_process import Job, RowProcess

    def change_then_compile(job: Job) -> RowProcess:
        mapping.write_text(MAPPING + "# changed\n" + "  \n", encoding="utf-8")
        mapping.write_text(MAPPING.replace("Invented list", "Other list"), encoding="utf-8")
        return RowProcess(job)

    monkeypatch.setattr("dalil.intake.row_process.LEAST_BYTES", 1)
    monkeypatch.setattr("dalil.intake.loading.RowProcess", change_then_compile)
    with pytest.raises(UnreadableFile, match="changed while it was being read"):
        load(archive, mapping, ROWS)
    archive.verify()


def test_a_store_that_is_full_keeps_what_was_acknowledged_and_goes_on_when_there_is_room(
    archive: Archive, mapping: Path
) -> None:
    from sqlalchemy import event

    rows = [[str(number), f"Invented Person{number}", "m", "2013", "", ""] for number in range(6_000)]
    sheet = write(mapping.with_name("list.csv"), rows)
    sizes: list[int] = []

    def limit(connection: object, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=900")  # type: ignore[attr-defined]

    archive.close()
    event.listen(archive.engine, "connect", limit)
    with pytest.raises(StoreFull) as caught:
        archive.intake.sheet(sheet, mapping, on_batch=lambda receipt: sizes.append(receipt.ledger_size))
    assert caught.value.exit_code == 30
    event.remove(archive.engine, "connect", limit)
    archive.close()
    assert archive.verify().size == sizes[-1]
    assert 0 < len(sizes) < 3
    receipt = archive.intake.sheet(sheet, mapping)
    assert receipt.n_new + receipt.n_unchanged == 6_000
    assert receipt.n_unchanged == sizes[-1] - 4
    archive.verify()
