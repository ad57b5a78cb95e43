"""Every row of the acceptance list, asked of an archive that holds nothing but the documents' account files.

The rows stand in ``demo/acceptance.yaml``. What one query cannot show is a test of ``test_traps.py``, named by
its row; a row without an entry, or an entry whose test does not exist, fails here.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from dalil.intake.plain_yaml import read_plain_yaml

if TYPE_CHECKING:
    from integration.acceptance.conftest import Asked

ROOT: Final = Path(__file__).parents[3]
LIST: Final[dict[str, Any]] = read_plain_yaml(ROOT / "demo" / "acceptance.yaml").content
ROWS: Final[dict[str, Any]] = LIST["rows"]
EXPECTED: Final = [
    f"{letter}{number:02}"
    for letter, last in (("P", 37), ("R", 78), ("L", 9), ("X", 26), ("F", 25))
    for number in range(1, last + 1)
]


def test_every_row_of_the_acceptance_list_is_written_down_once_and_asks_something() -> None:
    assert list(ROWS) == EXPECTED
    for row_id, row in ROWS.items():
        assert row["says"], row_id
        assert row.get("find") or row.get("check"), f"{row_id} asks nothing"


def test_every_check_a_row_names_is_a_test_and_every_such_test_is_named_by_a_row() -> None:
    tree = ast.parse((Path(__file__).parent / "test_traps.py").read_text(encoding="utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    assert {f"test_{row['check']}" for row in ROWS.values() if "check" in row} == tests


@pytest.mark.parametrize("row_id", EXPECTED)
def test_the_archive_answers_the_row(asked: Asked, row_id: str) -> None:
    row = ROWS[row_id]
    for query in row.get("find", []):
        found = asked.find(**query)
        assert found, f"{row_id}: nothing found for {query}"
        assert len(found) == query.get("n", len(found)), f"{row_id}: {len(found)} statements for {query}"
        assert all(view.locator for view in found), f"{row_id}: a statement without its place in the document"
        assert not any(view.synthetic for view in found), f"{row_id}: an invented source answers for a real one"
    for query in row.get("none", []):
        assert asked.find(**query) == [], f"{row_id}: something found for {query}"


@pytest.mark.parametrize("query", LIST["wrong"])
def test_a_row_with_one_thing_changed_finds_nothing(asked: Asked, query: dict[str, Any]) -> None:
    assert asked.find(**query) == []


def test_taking_the_same_files_again_adds_nothing(asked: Asked) -> None:
    size = asked.archive.ledger.size
    for take, folder in (
        (asked.archive.intake.accounts, "accounts"),
        (asked.archive.intake.judgements, "judgements"),
        (asked.archive.intake.decisions, "decisions"),
    ):
        assert {receipt.outcome for receipt in take(ROOT / "demo" / folder)} == {"unchanged"}
    assert asked.archive.ledger.size == size
