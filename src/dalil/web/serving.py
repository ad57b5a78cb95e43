"""Starting the desk: its folder made ready, then gunicorn; and the worker beside it."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from dalil.errors import DalilError
from dalil.web.settings import HERE, WEB_FOLDER, configure

IGNORED: Final = ["*.map", "*.ts", "htmax*", "htmx-4*", "htmx-2.js", "ext", "admin"]
"""Files of other packages that no page asks for."""


def prepare(archive: Path, *, hosts: Sequence[str] = (), behind_tls: bool = False) -> Path:
    """Make the desk's folder, database and static files ready; return where the static files are."""
    static_root = static_folder(archive)
    configure(archive, hosts=hosts, behind_tls=behind_tls, static_root=static_root)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if not (static_root / "staticfiles.json").exists():
        making = static_root.with_name(f".{static_root.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        from django.conf import settings
        from django.core.files.storage import storages

        settings.STATIC_ROOT = making
        storages._storages.clear()  # type: ignore[attr-defined]  # the storage remembers its folder
        call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=IGNORED)
        for old in static_root.parent.glob("*"):
            if old not in (making, static_root):
                shutil.rmtree(old, ignore_errors=True)
        making.replace(static_root)
        settings.STATIC_ROOT = static_root
        storages._storages.clear()  # type: ignore[attr-defined]
    (archive / "web.db").chmod(0o600)
    return static_root


def static_folder(archive: Path) -> Path:
    """Return the folder for static files as they are in this version of the code."""
    digest = hashlib.sha256()
    for path in sorted((HERE / "static").rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return archive / WEB_FOLDER / "static" / digest.hexdigest()[:16]


def application() -> Any:
    """Return the WSGI application for the archive named by ``DALIL_ARCHIVE``: for any WSGI server."""
    from django.core.wsgi import get_wsgi_application

    archive = Path(os.environ.get("DALIL_ARCHIVE", ".")).absolute()
    hosts = [host for host in os.environ.get("DALIL_HOSTS", "").split(",") if host]
    configure(
        archive,
        hosts=hosts,
        behind_tls=os.environ.get("DALIL_TLS") == "1",
        static_root=static_folder(archive),
    )
    return get_wsgi_application()


def serve(
    archive: Path, *, host: str, port: int, workers: int, threads: int, hosts: Sequence[str], behind_tls: bool
) -> None:
    """Serve the desk until stopped; returns never."""
    from gunicorn.app.base import BaseApplication

    os.environ["DALIL_ARCHIVE"] = str(archive.absolute())
    os.environ["DALIL_HOSTS"] = ",".join(hosts)
    os.environ["DALIL_TLS"] = "1" if behind_tls else "0"

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options = {
                "bind": f"{host}:{port}",
                "workers": workers,
                "threads": threads,
                "worker_class": "gthread",
                "timeout": 120,
                "graceful_timeout": 20,
                "keepalive": 5,
                "max_requests": 20_000,  # a worker is renewed now and then
                "max_requests_jitter": 2_000,
                "limit_request_line": 8_190,
                "accesslog": None,  # addresses hold what people search for
                "loglevel": "warning",
                "proc_name": "dalil",
                "umask": 0o077,
                "control_socket_disable": True,
            }
            self.cfg.set("post_worker_init", lambda _: _warm_up_beside())
            self.cfg.set("when_ready", lambda _: print("ready", file=sys.stderr, flush=True))
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return application()

    Server().run()


def _warm_up_beside() -> None:
    """Begin to read, in a thread, what first pages need; they are answered meanwhile, and meet what fails."""
    from dalil.protection.access import at_the_desk
    from dalil.web.desk import archive, warm_up
    from dalil.web.uses import prepare

    def quietly() -> None:
        with suppress(DalilError):
            warm_up()
            prepare(at_the_desk(archive().configuration.actor_key))
        gc.collect()
        gc.freeze()  # what was read stays: the collector would look at all of it again, in the middle of some page

    threading.Thread(target=quietly, name="warm-up", daemon=True).start()


def start_worker(archive: Path) -> subprocess.Popen[bytes]:
    """Start the worker as a process of its own; it ends when this one does."""
    return subprocess.Popen([sys.executable, "-m", "dalil", "worker", str(archive)])


def stop_worker(process: subprocess.Popen[bytes]) -> None:
    """End a worker; what it was doing is done again when one starts."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)


def work(archive: Path, *, once: bool) -> None:
    """Do background work until stopped, or until there is none left."""
    configure(archive)
    from django.core.management import call_command

    import dalil.web.urls  # noqa: F401  # every screen registers its kinds of job
    from dalil.web.jobs import take_up
    from dalil.web.models import Job
    from dalil.web.points import work_out_points

    with _alone(archive) as alone:
        # Whatever ran when the last worker was killed is not running now; beside another worker it may be.
        for job in Job.objects.filter(state=Job.State.RUNNING) if alone else ():
            take_up(job)
        if alone:
            work_out_points.enqueue()
        call_command("db_worker", verbosity=0, interval=0.5, batch=once, startup_delay=False, reload=False)


@contextmanager
def _alone(archive: Path) -> Iterator[bool]:
    """Tell whether no other worker is at work on this archive; a crash lets go of the lock."""
    opened = os.open(archive / WEB_FOLDER, os.O_RDONLY)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except OSError:
            alone = False
        yield alone
    finally:
        os.close(opened)
