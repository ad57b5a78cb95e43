"""An archive of nothing but the documents' account files, and the questions the acceptance tests share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from dalil.archive import Archive
from dalil.intake.plain_yaml import read_plain_yaml
from dalil.records.statement_view import StatementView
from dalil.values.clock import SeededEntropy, SteppingClock

ROOT: Final = Path(__file__).parents[3]
LIST: Final[dict[str, Any]] = read_plain_yaml(ROOT / "demo" / "acceptance.yaml").content
SOURCES: Final[dict[str, str]] = LIST["sources"]


class Asked:
    """The archive, with the short names of sources that the list uses."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.records = archive, archive.records

    def find(self, **query: Any) -> list[StatementView]:
        query.pop("n", None)
        query["source"] = SOURCES.get(query.get("source", ""), query.get("source"))
        return self.records.find(**query)

    def one(self, **query: Any) -> StatementView:
        (view,) = self.find(**query)
        return view

    def said(self, **query: Any) -> dict[str, Any]:
        value = self.one(**query).value
        assert isinstance(value, dict)
        return value

    def number(self, view: StatementView) -> int:
        assert isinstance(view.value, dict)
        count = view.value["count"]
        return int(count.get("n", count.get("min", count.get("max"))))

    def father(self) -> int:
        return self.one(source="R", kind="person", predicate="unnamed").subject

    def preferred(self, subject: int, predicate: str) -> tuple[int, str]:
        mentions = self.records.mentions(subject)
        rows = self.records.rows("preferences")
        (row,) = [row for row in rows if row.subject in mentions and row.predicate == predicate]
        return row.statement, row.reason

    def grade(self, subject: int) -> tuple[str, str | None]:
        (row,) = [row for row in self.records.rows("grades") if row.subject == subject]
        return row.grade, row.flag


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    path = tmp_path_factory.mktemp("acceptance") / "archive"
    clock = SteppingClock(datetime(2021, 5, 21, 12, tzinfo=UTC))
    with Archive.create(path, name="acceptance", clock=clock, entropy=SeededEntropy("acceptance")) as archive:
        archive.intake.accounts(ROOT / "demo" / "accounts")
        archive.intake.judgements(ROOT / "demo" / "judgements")
        archive.intake.decisions(ROOT / "demo" / "decisions")
        yield Asked(archive)
