"""Runs of estimated figures: worked out by the worker, never in front of a page, and kept until something changes.

A run is kept under all that it follows from but the ledger's size: every definition, the vocabulary, the day, the
code. So a page can show the newest there is, and say how much was recorded since. The files hold records of runs as
they are issued, with no person in them; they can be deleted, and are worked out again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from dalil.archive import __version__
from dalil.figures.definitions import Definition
from dalil.figures.runs import FigureRun, read_run
from dalil.protection import Action
from dalil.protection.access import check_may
from dalil.values.digests import digest_of
from dalil.web import jobs
from dalil.web.desk import Desk
from dalil.web.models import Account, Job
from dalil.web.settings import WEB_FOLDER

KIND: Final = "figure"
FOLDER: Final = "runs"
MOST_KEPT: Final = 8
"""Runs kept of one figure and day: the newest, and those of earlier points somebody looked at."""
MOST_WAITING: Final = 5
"""Figures that one account may have waiting at once."""


def _folder(desk: Desk) -> Path:
    return desk.archive.path / WEB_FOLDER / FOLDER


def key_of(desk: Desk, name: str, as_of: str | None) -> str:
    """Return what a run follows from, besides the ledger: one digest of it."""
    definitions = {each: desk.definition(each).digest for each in desk.figure_names()}
    return digest_of([name, as_of, definitions, desk.vocabulary_digest, __version__])[:32]


def kept_sizes(desk: Desk, key: str) -> list[int]:
    """Return the ledger sizes at which a run was kept, the newest first."""
    found = (path.stem.rpartition("-")[2] for path in _folder(desk).glob(f"{key}-*.json"))
    return sorted((int(each) for each in found if each.isdecimal()), reverse=True)


def kept_run(desk: Desk, definition: Definition, key: str, size: int) -> FigureRun | None:
    """Return a run that was kept; None if it was not, or cannot be read."""
    try:
        record = json.loads((_folder(desk) / f"{key}-{size}.json").read_text(encoding="utf-8"))
        return read_run(record, title=definition.title, text=definition.text)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(desk: Desk, key: str, size: int, record: Any) -> None:
    folder = _folder(desk)
    folder.mkdir(mode=0o700, exist_ok=True)
    making = folder / f".{key}-{size}.making"
    making.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    making.chmod(0o600)
    making.replace(folder / f"{key}-{size}.json")
    for old in kept_sizes(desk, key)[MOST_KEPT:]:
        with suppress(FileNotFoundError):
            (folder / f"{key}-{old}.json").unlink()


@jobs.job_kind(KIND)
def work_out(running: jobs.Running) -> dict[str, Any]:
    """Work out a run of an estimated figure, and keep it."""
    check_may(running.actor, Action.SEE_FIGURES)
    desk, wanted = running.desk, running.wanted
    record = running.in_own_process("count", wanted)
    key = key_of(desk, wanted["figure"], wanted["as_of"])  # what it followed from when it was worked out
    _keep(desk, key, int(wanted["known_by"]), record)
    return {"size": wanted["known_by"]}


def job_for(account: Account, key: str, figure: str, *, as_of: str | None, known_by: int) -> Job | None:
    """Return the job that works a run out: one under way, one of this account's that failed, or else a new one.

    None if too much is waiting for this account already.
    """
    wanted = {"figure": figure, "as_of": as_of, "known_by": known_by, "key": key}
    same = Job.objects.filter(kind=KIND, wanted=wanted)
    under_way = (Job.State.WAITING, Job.State.RUNNING)
    going_on = same.filter(state__in=under_way).first()
    if going_on is not None:
        return going_on
    last = same.filter(account=account).first()
    if last is not None and last.state in (Job.State.FAILED, Job.State.CANCELLED):
        return last
    if account.jobs.filter(kind=KIND, state__in=under_way).count() >= MOST_WAITING:
        return None
    return jobs.start(account, KIND, **wanted)
