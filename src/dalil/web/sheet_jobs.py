"""Trying a sheet and taking it in, in the background; what becomes of each row is kept beside the upload.

The outcome in the desk's database holds counts, digests and names of columns. What stood in a refused cell is in the
file of outcomes only, which is its owner's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from dalil.intake.loading import RowResult
from dalil.intake.mapping import load_mapping
from dalil.protection import Action
from dalil.protection.access import check_may
from dalil.web import jobs
from dalil.web.desk import Desk
from dalil.web.remembered import check_source
from dalil.web.sheet_plans import own_mapping_path
from dalil.web.uploads import mapping_path, upload_path, uploads_folder

OUTCOMES: Final = ("refused", "changed", "new", "unchanged", "repeated", "warned")
"""What may become of a row, as pages filter by it; ``warned`` rows are taken, and also counted among the others."""


class RowOutcome(NamedTuple):
    """What became of one row, with problems as (row, column, expected, found, todo) and warnings."""

    number: int
    outcome: str
    problems: list[list[Any]]
    warnings: list[str]


def mapping_of(archive: Path, wanted: dict[str, Any]) -> Path:
    """Return the mapping a job uses: one of the archive's, or the one beside its upload."""
    if wanted.get("own"):
        return own_mapping_path(archive, str(wanted["upload"]), str(wanted["own"]))
    return mapping_path(archive, str(wanted["mapping"]))


def outcomes_path(archive: Path, upload: str) -> Path:
    """Return where the outcomes of an upload's rows are kept."""
    return uploads_folder(archive) / f"{upload}.outcomes"


def read_outcomes(path: Path, outcome: str, *, start: int, n: int) -> list[RowOutcome]:
    """Return rows of one outcome, from the ``start``-th on."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as file:
        return [_outcome(line) for line in islice(_of(file, outcome), start, start + n)]


def _of(file: IO[str], outcome: str) -> Iterator[str]:
    """Yield the lines of an outcome; a line begins with its first letter, in capitals where there is a warning."""
    letter = outcome[0]
    for line in file:
        if (line[0].isupper() and outcome == "warned") or (line[0].lower() == letter and line[1] == outcome[1]):
            yield line


def _outcome(line: str) -> RowOutcome:
    name, number, rest = line.rstrip("\n").split("\t", 2)
    problems, warnings = json.loads(rest) if rest else ([], [])
    return RowOutcome(int(number), name.lower(), problems, warnings)


def _line(result: RowResult) -> str:
    name = result.outcome.capitalize() if result.warnings else result.outcome
    told = [[list(each) for each in result.problems], list(result.warnings)]
    return f"{name}\t{result.number}\t{json.dumps(told, ensure_ascii=False) if any(told) else ''}\n"


@jobs.job_kind("load")
def load_sheet(running: jobs.Running) -> dict[str, Any]:
    """Take a sheet in, or try it."""
    desk, wanted = running.desk, running.wanted
    archive, upload = desk.archive, str(wanted["upload"])
    check_may(running.actor, Action.TAKE_IN)  # the account may have been limited since this was queued
    path, mapping = upload_path(archive.path, upload), mapping_of(archive.path, wanted)
    check_source(desk, load_mapping(mapping, desk.vocabulary))
    outcomes = outcomes_path(archive.path, upload)
    making = outcomes.with_name(f".{outcomes.name}.making")
    n_rows = int(wanted.get("n_rows", 0))
    try:
        with making.open("w", encoding="utf-8") as file:
            making.chmod(0o600)
            receipt = desk.intake.sheet(
                path,
                mapping,
                dry_run=bool(wanted["dry_run"]),
                refused_to=uploads_folder(archive.path) / f"{upload}.refused.csv",
                on_batch=lambda so_far: running.tell(so_far.n_rows, max(n_rows, so_far.n_rows)),
                on_row=lambda result: _tell(file, result),
            )
        making.replace(outcomes)
    finally:
        making.unlink(missing_ok=True)
    if not wanted["dry_run"]:
        archive.checkpoint()
    return receipt_of(desk, receipt.as_json())


def _tell(file: IO[str], result: RowResult) -> None:
    file.write(_line(result))


def receipt_of(desk: Desk, receipt: dict[str, Any]) -> dict[str, Any]:
    """Return a receipt without paths and empty fields: counts, digests, names of columns."""
    return {name: value for name, value in receipt.items() if name != "refused_file" and value not in (None, [], {})}
