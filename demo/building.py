"""The demonstration's archive, built through the ordinary doors: account files, sheets, judgements, decisions."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dalil.archive import Archive
from dalil.intake.loading import LoadReceipt
from dalil.values.canonical import JsonObject
from dalil.values.clock import SeededEntropy, SteppingClock
from dalil.values.collector import collector_resting
from dalil.values.ids import format_subject
from demo.side_lists import THE_CAVE, THE_CAVE_KEY, Key

HERE: Final = Path(__file__).parent
LISTS: Final = {
    "list-a": "list-a.csv",
    "list-b": "list-b.xlsx",
    "list-c": "list-c.tsv",
    "list-d": "list-d.jsonl",
    "list-e": "list-e.ods",
    "broadcasts": "broadcasts.csv",
    "strikes": "strikes.csv",
    "deaths": "deaths.csv",
}
REPORT: Final = "R210517"
STARTED_AT: Final = datetime(2021, 5, 21, 6, 0, tzinfo=UTC)
"""When the demonstration's clock starts: the morning of the report."""


def make_archive(path: Path) -> Archive:
    """Make the demonstration archive anew. Its clock, keys, ids and salts are seeded, and its configuration says so."""
    shutil.rmtree(path, ignore_errors=True)
    archive = Archive.create(
        path,
        name="dalil demonstration: the population is invented",
        origin="demonstration.dalil.example/2021",
        clock=SteppingClock(STARTED_AT),
        entropy=SeededEntropy("dalil demonstration"),
        demonstration=True,
    )
    for folder, place in (("figures", "figures"), ("mappings", "mappings"), ("report", f"reports/{REPORT}")):
        shutil.copytree(HERE / folder, path / "hand" / place, dirs_exist_ok=True)
    return archive


def copy_unjoined(archive: Archive, path: Path) -> None:
    """Copy the archive as it now is; nobody has found out who is who yet."""
    archive.close()  # what the database holds beside itself is folded in; the archive opens itself anew
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(archive.path, path)


def take_documents(archive: Archive) -> int:
    """Take in what the two documents, and the outside sources beside them, say; return how many statements."""
    receipts = archive.intake.accounts(HERE / "accounts")
    archive.intake.judgements(HERE / "judgements")
    archive.intake.decisions(HERE / "decisions")
    return sum(receipt.n_statements for receipt in receipts)


def take_lists(archive: Archive, lists: Path, on_batch: Callable[[str, LoadReceipt], None]) -> dict[str, LoadReceipt]:
    """Take in the eight invented lists through their mappings."""
    return {
        key: archive.intake.sheet(
            lists / file,
            archive.path / "hand" / "mappings" / f"{key}.yaml",
            refused_to=lists / f"{file}.refused.csv",
            on_batch=lambda receipt, key=key: on_batch(key, receipt),  # type: ignore[misc]
        )
        for key, file in LISTS.items()
    }


def grade_and_place(archive: Archive, lists: Path) -> tuple[int, int]:
    """Join the strikes' facility with the documents', and grade what the generator's reviewer graded.

    Who is who among persons comes after: by the generator's keys, or by linkage and review (``demo.linking``). Return
    how many judgements and grades.
    """
    entries = {key: archive.intake.row_entries(key) for key in LISTS}
    first = first_mentions(archive)
    cave: list[int] = []
    graded: list[JsonObject] = []
    for key in _keys(lists / "keys.csv"):
        if key.facility_key == THE_CAVE_KEY:
            cave.append(first[entries[key.list][key.row_key]]["facility"])
        if key.grade:
            act = format_subject(first[entries[key.list][key.row_key]]["act"])
            reason = "graded by the demonstration's invented reviewer"
            graded.append({"decision": "grade", "subject": act, "grade": key.grade, "reason": reason})
    documented = archive.records.find(kind="facility", name=THE_CAVE, source="100faces-amani-ballour")[0].identity
    n_judged = archive.intake.judge([_same(("facility", [documented, *cave]))])
    return n_judged, archive.intake.decide(graded) if graded else 0


def join_by_keys(archive: Archive, lists: Path) -> int:
    """Join the lists' rows by the generator's keys, as the lists' own publishers might; return how many judgements."""
    entries = {key: archive.intake.row_entries(key) for key in LISTS}
    first = first_mentions(archive)
    persons: dict[str, list[int]] = {}
    episodes: dict[str, dict[str, list[int]]] = {}
    for key in _keys(lists / "keys.csv"):
        mentions = first[entries[key.list][key.row_key]]
        if key.person_key:
            persons.setdefault(key.person_key, []).append(mentions["person"])
        if key.episode_key:
            episodes.setdefault(key.person_key, {}).setdefault(key.episode_key, []).append(mentions["episode"])
    judgements: list[JsonObject] = []
    for person, mentioned in persons.items():
        sets = [("person", mentioned), *(("episode", told) for told in episodes.get(person, {}).values())]
        together = [(kind, sorted(told)) for kind, told in sets if len(told) > 1]
        if together:
            judgements.append(_same(*together))
    return archive.intake.judge(judgements)


def _same(*sets: tuple[str, list[int]]) -> JsonObject:
    return {
        "verdict": "same",
        "sets": [[kind, [format_subject(mention) for mention in mentions]] for kind, mentions in sets],
        "basis": "shared_key",
    }


@collector_resting()
def first_mentions(archive: Archive) -> dict[int, dict[str, int]]:
    """Return the first subject of each kind that each account mentions."""
    found: dict[int, dict[str, int]] = {}
    for entry, kind, mention in archive.records.columns("subjects", "entry", "kind", "id"):
        found.setdefault(entry, {}).setdefault(kind, mention)
    return found


def _keys(path: Path) -> Iterator[Key]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for row in reader:
            yield Key(*row)
