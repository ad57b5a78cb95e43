"""Work in the background: queued in the desk's own database, done by ``dalil worker``, watched, cancelled, tried again.

A kind of job is a function registered with :func:`job_kind`. It is given a :class:`Running`, tells how far it is, and
returns an outcome of ids and counts. Cancelling takes effect where it next tells how far it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils import timezone
from django_tasks import task

from dalil.errors import Bug, DalilError, WorkStopped
from dalil.protection import Actor
from dalil.web.desk import Desk, archive
from dalil.web.models import Account, Job
from dalil.web.own_process import in_own_process
from dalil.web.points import work_out_points


class Running:
    """A job while it runs."""

    def __init__(self, job: Job, actor: Actor) -> None:
        self.job, self.actor = job, actor
        self.desk = Desk(actor=actor, archive=archive())

    @property
    def wanted(self) -> dict[str, Any]:
        """What was asked for."""
        found: dict[str, Any] = self.job.wanted
        return found

    def tell(self, n_done: int, n_total: int) -> None:
        """Say how far it is.

        Raises
        ------
        WorkStopped
            Someone stopped it.
        """
        Job.objects.filter(pk=self.job.pk).update(n_done=n_done, n_total=n_total)
        self.check()

    def check(self) -> None:
        """Go on, or raise ``WorkStopped`` if someone stopped it."""
        if Job.objects.filter(pk=self.job.pk, cancel=True).exists():
            raise WorkStopped("The work was stopped.", where=f"job {self.job.pk}")

    def in_own_process(self, name: str, wanted: dict[str, Any]) -> Any:
        """Do a piece of :mod:`dalil.web.long_work`, which ends within a second when someone stops it."""
        return in_own_process(name, self.desk.archive.path, wanted, tell=self.tell, check=self.check)


INTERRUPTED: Final = "interrupted"
"""Stands in the outcome of a job that is done again because its worker was killed."""
Work = Callable[[Running], dict[str, Any]]
KINDS: Final[dict[str, Work]] = {}


def job_kind(name: str) -> Callable[[Work], Work]:
    """Register a function as a kind of job."""

    def register(work: Work) -> Work:
        KINDS[name] = work
        return work

    return register


def start(account: Account, kind: str, **wanted: Any) -> Job:
    """Queue a job."""
    if kind not in KINDS:
        raise Bug("No such kind of job.", found=kind)
    made = Job.objects.create(account=account, kind=kind, wanted=wanted)
    run_job.enqueue(made.pk)
    return made


def retry(job: Job) -> Job:
    """Queue the same work again, as a new job."""
    wanted: dict[str, Any] = job.wanted
    return start(job.account, job.kind, **wanted)


def take_up(job: Job) -> None:
    """Take up again what ran when its worker was killed: once, since it may be what killed it.

    Every kind of work may be done again: what was recorded is found recorded.
    """
    if job.cancel or job.outcome.get(INTERRUPTED):
        job.state = Job.State.CANCELLED if job.cancel else Job.State.FAILED
        job.outcome, job.ended_at = ({} if job.cancel else {"error": "Interrupted"}), timezone.now()
        job.save(update_fields=["state", "outcome", "ended_at"])
        return
    job.state, job.outcome = Job.State.WAITING, {INTERRUPTED: 1}
    job.save(update_fields=["state", "outcome"])
    run_job.enqueue(job.pk)


def cancel(job: Job) -> None:
    """Ask a job to stop; one that waits never begins."""
    if not Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, cancel=True, ended_at=timezone.now()
    ):
        Job.objects.filter(pk=job.pk).update(cancel=True)


@task()
def run_job(pk: int) -> None:
    """Run one job to its end; whatever happens is written into it."""
    now = timezone.now()
    if not Job.objects.filter(pk=pk, state=Job.State.WAITING).update(state=Job.State.RUNNING, started_at=now):
        return  # cancelled before it began
    job = Job.objects.select_related("account").get(pk=pk)
    state, outcome = Job.State.DONE, {}
    try:
        outcome = KINDS[job.kind](Running(job, job.account.as_actor(now)))
    except WorkStopped:
        state = Job.State.CANCELLED
    except DalilError as error:
        state = Job.State.FAILED
        outcome = {"error": type(error).__name__, "message": error.message, "todo": error.todo, "where": error.where}
    except Exception as error:  # noqa: BLE001  # the outermost edge: the job says that it failed, and where we look
        state, outcome = Job.State.FAILED, {"error": type(error).__name__, "message": "", "todo": ""}
    Job.objects.filter(pk=pk).update(state=state, outcome=outcome, ended_at=timezone.now())


@job_kind("snapshot")
def snapshot(running: Running) -> dict[str, Any]:
    """Copy the tables for counting as they now are."""
    figures = running.desk.archive.figures
    figures.refresh()
    work_out_points.enqueue()
    return {"size": figures.ready_size()}


@job_kind("verify")
def verify(running: Running) -> dict[str, Any]:
    """Check the whole ledger."""
    running.tell(0, 1)
    found = running.desk.archive.verify()
    running.tell(1, 1)
    return {
        "size": found.size,
        "root": found.root.hex(),
        "n_batches": found.n_batches,
        "n_checkpoints": found.n_checkpoints,
        "n_erased": found.n_erased,
    }
