"""Shows conflicts X01 to X26: what the sources say against each other, as the archive holds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from dalil.archive import Archive
from dalil.intake.plain_yaml import read_plain_yaml
from dalil.records.statement_view import StatementView
from dalil.values.ids import format_subject

ROWS: Final = Path(__file__).parent / "acceptance.yaml"
SHOWN: Final = 46
"""Characters of a statement's value that fit the table."""


def print_conflicts(archive: Archive, console: Console) -> int:
    """Print every conflict with the statements that make it; return how many statements stand under them."""
    listed: dict[str, Any] = read_plain_yaml(ROWS).content
    table = Table(
        title="Conflicts, held side by side", title_justify="left", box=None, pad_edge=False, show_lines=False
    )
    for column in ("row", "what the archive holds", "said", "by, where"):
        table.add_column(column, overflow="fold")
    n_statements = 0
    for row, content in listed["rows"].items():
        if not row.startswith("X"):
            continue
        found = [view for query in content.get("find", ()) for view in _find(archive, query, listed["sources"])]
        n_statements += len(found)
        if not found:
            raise LookupError(f"no statement of the archive stands under {row}")
        for number, view in enumerate({view.id: view for view in found}.values()):
            label = (row, content["says"]) if number == 0 else ("", "")
            table.add_row(*label, _said(view), f"{view.source_key} {view.locator or ''}".strip())
    console.print(table)
    return n_statements


def _find(archive: Archive, query: dict[str, Any], sources: dict[str, str]) -> list[StatementView]:
    asked = {name: value for name, value in query.items() if name != "n"}
    if "source" in asked:
        asked["source"] = sources.get(asked["source"], asked["source"])
    return archive.records.find(**asked)


def _said(view: StatementView) -> str:
    value = view.value
    if isinstance(value, dict):
        shown = ", ".join(f"{part} {_part(said)}" for part, said in value.items() if part not in ("script", "language"))
    else:
        shown = str(value)
    marks = "".join(
        f" [{mark}]" for mark in (view.when, view.speech, "denied" if view.polarity == "denies" else None) if mark
    )
    cut = shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"
    return f"{view.predicate}: {cut}{marks}".replace("[", "(").replace("]", ")")


def _part(said: object) -> str:
    if isinstance(said, int) and said > 4_096:
        return format_subject(said)
    if isinstance(said, dict):
        return " ".join(str(x) for x in said.values())
    return str(said)
