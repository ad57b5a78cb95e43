"""Small lists of invented persons, linked once for all tests of this room."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from benchmarks.linkage_lists import write

from dalil.linkage import Linked, RecordTable, link, read_lists, read_mapping


@pytest.fixture(scope="session")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with records.csv, truth.csv and mapping.yaml of 700 invented persons."""
    folder = tmp_path_factory.mktemp("lists")
    write(folder, persons=700, shape="deaths", seed=11)
    return folder


@pytest.fixture(scope="session")
def records(lists: Path) -> RecordTable:
    return read_lists([lists / "records.csv"], read_mapping(lists / "mapping.yaml")).records


@pytest.fixture(scope="session")
def truth(lists: Path) -> dict[str, str]:
    """The person of each record."""
    with (lists / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["rec_id"]: row["person_id"] for row in csv.DictReader(file)}


@pytest.fixture(scope="session")
def linked(records: RecordTable) -> Linked:
    return link(records)
