"""How the desk holds: twenty people reading and five writing at once, through a real server.

Usage: ``python -m benchmarks web [--seconds N] [ARCHIVE]``. ARCHIVE is a built demonstration archive; it is written to,
so give a copy. Without one, a small archive of invented rows is made. Readers open the first page, searches, persons,
figures and the ledger's head with a fixed seed; writers submit invented detentions. Every answer that is not one is an
error. The baseline is one reader alone, before the crowd comes.
"""

from __future__ import annotations

import http.client
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.invented_list import make_archive, write_list
from benchmarks.measuring import sized, tell
from dalil.archive import Archive
from dalil.records.tables import subjects
from dalil.values.ids import format_subject

N_READERS: Final = 20
N_WRITERS: Final = 5
SEED: Final = 20210521
AIM_MS: Final = 400
AIM_ALONE_MS: Final = 150
THINKING_SECONDS: Final = (0.5, 2.0)
"""Between two pages of one reader: far less than people take."""
NAMES: Final = ("Ahmad Khalil", "سامر الحداد", "Mohammad Ali", "فاطمة", "Omar Nasser", "خالد يوسف")


@dataclass
class Visitor:
    """One signed-in browser without a window."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, float]:
        """Return status, body and seconds of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.port}",
            }
        started = time.perf_counter()
        connection.request(method, path, urllib.parse.urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        seconds = time.perf_counter() - started
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and (match := re.match(r"([^=]+)=([^;]*)", value)):
                self.cookies[match[1]] = match[2]
        connection.close()
        return answer.status, body, seconds

    def submit(self, path: str, form: dict[str, str]) -> tuple[int, str, float]:
        """Send a form with the token of its page."""
        _status, body, _seconds = self.ask("GET", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
        return self.ask("POST", path, form | {"csrfmiddlewaretoken": token[1] if token else ""})


@dataclass
class Tally:
    """What all visitors met."""

    reads: dict[str, list[float]] = field(default_factory=dict)
    writes: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, status: int, seconds: float, *, good: tuple[int, ...] = (200,)) -> None:
        """Count one answer."""
        with self.lock:
            if status not in good:
                self.errors.append(f"{what}: {status}")
            elif what == "write":
                self.writes.append(seconds)
            else:
                self.reads.setdefault(what, []).append(seconds)


def serve(archive: Path) -> tuple[subprocess.Popen[str], int, dict[str, str]]:
    """Start the desk; return its process, port and the accounts' passwords."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "dalil",
        "serve",
        str(archive),
        "--port",
        str(port),
        "--demo-accounts",
        "--no-worker",
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    passwords: dict[str, str] = {}
    assert process.stderr is not None
    for line in process.stderr:
        if match := re.match(r"  \w+ +(\w+) +(\S+)", line):
            passwords[match[1]] = match[2]
        if line.startswith("ready"):
            return process, port, passwords
    raise SystemExit("the desk did not start")


def sign_in(port: int, username: str, password: str) -> Visitor:
    """Return a visitor with a session."""
    visitor = Visitor(port)
    status, _body, _seconds = visitor.submit("/account/login/", {"login": username, "password": password})
    if status != 302:
        raise SystemExit(f"{username} could not sign in: {status}")
    return visitor


def pages(archive: Path, rng: random.Random) -> list[tuple[str, str]]:
    """Return addresses to read, each with its kind."""
    with Archive(archive) as opened, opened.engine.connect() as connection:
        query = subjects.select().where(subjects.c.kind == "person", subjects.c.until.is_(None)).limit(20_000)
        persons = [format_subject(row.id) for row in connection.execute(query)]
        figures = [name for name in ("F10", "F20") if name in opened.figures.names()]
    chosen = [("person", f"/records/{each}/") for each in rng.sample(persons, min(200, len(persons)))]
    searches = [("search", f"/search/?{urllib.parse.urlencode({'q': each})}") for each in NAMES]
    counted = [("figure", f"/figures/{each}/") for each in figures]
    return [*chosen, *searches * 6, *counted * 20, *[("home", "/"), ("integrity", "/integrity/")] * 10]


def read(visitor: Visitor, addresses: Sequence[tuple[str, str]], tally: Tally, until: float, seed: int) -> None:
    """Read pages, with pauses, until a time; from another thread than the others."""
    rng, mine = random.Random(seed), Visitor(visitor.port, dict(visitor.cookies))
    done = threading.Event()
    while time.perf_counter() < until:
        what, address = rng.choice(addresses)
        status, _body, seconds = mine.ask("GET", address)
        tally.note(what, status, seconds, good=(200, 302))
        done.wait(rng.uniform(*THINKING_SECONDS))


def write(visitor: Visitor, source: str, tally: Tally, until: float, seed: int) -> None:
    """Submit invented detentions, with pauses, until a time."""
    rng, mine = random.Random(seed), Visitor(visitor.port, dict(visitor.cookies))
    done = threading.Event()
    while time.perf_counter() < until:
        form = {
            "source": source,
            "name": f"Invented Person {rng.randrange(10**9)}",
            "arrested": f"20{rng.randrange(11, 20)}-0{rng.randrange(1, 10)}",
            "who": "new",
            "step": "submit",
            "token": f"{rng.getrandbits(200):x}"[:40],
        }
        status, _body, seconds = mine.submit("/enter/detention/", form)
        tally.note("write", status, seconds, good=(302,))
        done.wait(rng.uniform(*THINKING_SECONDS) * 3)


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return 1000 * (statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0])


def main() -> None:
    """Measure, and print."""
    options = sys.argv[1:]
    seconds = float(options[options.index("--seconds") + 1]) if "--seconds" in options else float(sized(60))
    given = [each for number, each in enumerate(options) if "--" not in each and options[number - 1] != "--seconds"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(given[0]) if given else _small(Path(folder))
        _measure(path, seconds)


def _small(folder: Path) -> Path:
    rows = folder / "list.csv"
    write_list(rows, sized(20_000))
    archive, mapping = make_archive(folder)
    archive.intake.sheet(rows, mapping)
    archive.close()
    configuration = folder / "archive" / "dalil.toml"
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(text.replace("demonstration = false", "demonstration = true"), encoding="utf-8")
    return folder / "archive"


def _measure(path: Path, seconds: float) -> None:
    addresses = pages(path, random.Random(SEED))
    process, port, passwords = serve(path)
    try:
        reader, writer = sign_in(port, "salma", passwords["salma"]), sign_in(port, "rana", passwords["rana"])
        source = re.search(r'<option value="(\d+)"', writer.ask("GET", "/enter/detention/")[1])
        assert source is not None
        for _what, address in dict.fromkeys(addresses[-50:]):
            reader.ask("GET", address)  # what is read once in a process is read now
        alone = Tally()
        for what, address in random.Random(SEED).sample(addresses, 60):
            status, _body, taken = reader.ask("GET", address)
            alone.note(what, status, taken, good=(200, 302))
        crowd = Tally()
        until = time.perf_counter() + seconds
        threads = [
            threading.Thread(target=read, args=(reader, addresses, crowd, until, SEED + n)) for n in range(N_READERS)
        ]
        threads += [
            threading.Thread(target=write, args=(writer, source[1], crowd, until, SEED - n)) for n in range(N_WRITERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        process.terminate()
        process.wait(timeout=30)
    _report(alone, crowd, seconds)


def _report(alone: Tally, crowd: Tally, seconds: float) -> None:
    for name, tally in (("alone", alone), ("crowd", crowd)):
        for what, taken in sorted(tally.reads.items()):
            print(f"{name}, {what}: {len(taken)} pages, median {median(taken):.0f} ms, p95 {p95(taken):.0f} ms")
    if crowd.writes:
        print(f"crowd, writing: {len(crowd.writes)} accounts, median {median(crowd.writes):.0f} ms")
    everything = [each for taken in crowd.reads.values() for each in taken] + crowd.writes
    by_itself = p95([each for taken in alone.reads.values() for each in taken])
    together = p95(everything)
    tell("p95 of a page, one reader", f"{by_itself:.0f} ms", aim=f"{AIM_ALONE_MS} ms", met=by_itself <= AIM_ALONE_MS)
    tell(
        f"p95 of {N_READERS} readers and {N_WRITERS} writers in {seconds:.0f} s",
        f"{together:.0f} ms",
        aim=f"{AIM_MS} ms",
        met=together <= AIM_MS,
        baseline=f"one reader {by_itself:.0f} ms",
        ratio=together / by_itself,
    )
    n_all = len(everything) + len(crowd.errors)
    tell("answers that were errors", f"{len(crowd.errors)} of {n_all}", aim="none", met=not crowd.errors)
    print(*crowd.errors[:5], sep="\n")


def median(seconds: Sequence[float]) -> float:
    """Return the median in milliseconds."""
    return 1000 * statistics.median(seconds)


if __name__ == "__main__":
    main()
