"""How the desk holds: every kind of page by one reader, then twenty people reading and five writing at once.

Usage: ``python -m benchmarks web [--seconds N] [ARCHIVE]``. ARCHIVE is a built demonstration archive; it is written to,
so give a copy. Without one, a small archive of invented rows is made. Readers open the first page, searches, records
of every kind, accounts, figures and their members, the review queue and the ledger's head with a fixed seed; writers
submit invented detentions. Every answer that is not one is an error. The baseline is one reader alone, before the crowd
comes. Times are those of the server and the loopback together, of whole answers.
"""

from __future__ import annotations

import argparse
import gzip
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
from urllib.parse import urljoin

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
AIM_SEARCH_MS: Final = 100
AIM_FIGURE_MS: Final = 500
AIM_FIRST_PAGE_KB: Final = 120
N_EACH: Final = 20
"""Pages of each kind that one reader opens."""
THINKING_SECONDS: Final = (0.5, 2.0)
"""Between two pages of one reader: far less than people take."""
KINDS: Final = ("person", "event", "facility", "episode", "appearance", "deal")
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

    def fetch(self, path: str) -> tuple[str, int]:
        """Return what kind of file an address is, and how many bytes it is as sent to a browser."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Accept-Encoding": "br, gzip"})
        answer = connection.getresponse()
        size = len(answer.read())
        connection.close()
        return answer.getheader("Content-Type", ""), size

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


def pages(archive: Path, rng: random.Random) -> dict[str, list[str]]:
    """Return addresses to read, by kind."""
    found: dict[str, list[str]] = {}
    with Archive(archive) as opened, opened.engine.connect() as connection:
        for kind in KINDS:
            query = subjects.select().where(subjects.c.kind == kind, subjects.c.until.is_(None)).limit(20_000)
            ids = [row.id for row in connection.execute(query)]
            chosen = rng.sample(ids, min(200 if kind == "person" else N_EACH, len(ids)))
            found[kind] = [f"/records/{format_subject(each)}/" for each in chosen]
        figures = [name for name in ("F10", "F20") if name in opened.figures.names()]
        days = [f"20{year:02}-0{month}-01" for year in range(12, 21) for month in (2, 7)]
    found["account"] = [f"/entries/{each.split('/')[2].split('.')[0]}/" for each in found["person"][:N_EACH]]
    found["search"] = [f"/search/?{urllib.parse.urlencode({'q': each})}" for each in NAMES]
    filters = {"sex": "female", "place": "SY05"}
    found["search with filters"] = [f"/search/?{urllib.parse.urlencode({'q': each} | filters)}" for each in NAMES]
    found["figure"] = [f"/figures/{name}/" for name in figures]
    found["figure redrawn"] = [f"/figures/{name}/?as_of={day}" for name in figures for day in days]
    found["members"] = [f"/figures/{name}/members/" for name in figures]
    found |= {"home": ["/"], "integrity": ["/integrity/"], "review": ["/review/"], "figures": ["/figures/"]}
    return {kind: addresses for kind, addresses in found.items() if addresses}


SHARES: Final = {"person": 8, "search": 6, "figure": 2, "members": 2, "account": 2, "review": 2}
"""How often readers open a kind of page; others once. No filters and no new days of figures in the crowd: as people
work."""


def often(addresses: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return what readers choose from, each kind as often as it is read."""
    kinds = [kind for kind in addresses for _ in range(SHARES.get(kind, 1)) if kind != "figure redrawn"]
    return [(kind, each) for kind in kinds for each in (addresses[kind] * N_EACH)[:N_EACH]]


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
    parser = argparse.ArgumentParser(prog="python -m benchmarks web", description=__doc__)
    parser.add_argument("archive", type=Path, nargs="?", help="a copy of one: it is written to (a small one is made)")
    parser.add_argument("--seconds", type=float, default=float(sized(60)), help="how long readers and writers work")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure(told.archive or small_archive(Path(folder)), told.seconds)


def small_archive(folder: Path) -> Path:
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
        n_bytes = first_page(port)
        for each in [known[0] for known in addresses.values()] * 8:
            reader.ask("GET", each)  # what is read once in a process is read now
        alone = Tally()
        for what, known in addresses.items():
            for address in (known * N_EACH)[:N_EACH]:
                status, _body, taken = reader.ask("GET", address)
                alone.note(what, status, taken, good=(200, 302))
        crowd, chosen = Tally(), often(addresses)
        until = time.perf_counter() + seconds
        threads = [
            threading.Thread(target=read, args=(reader, chosen, crowd, until, SEED + n)) for n in range(N_READERS)
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
    _report(alone, crowd, seconds, n_bytes)


def first_page(port: int) -> int:
    """Return how many bytes someone fetches who has never been here: the sign-in page and all it names."""
    visitor = Visitor(port)
    _status, body, _seconds = visitor.ask("GET", "/account/login/")
    total = len(gzip.compress(body.encode()))
    wanted = dict.fromkeys(re.findall(r'(?:src|href)="(/static/[^"#]+)', body))
    for address in wanted:
        kind, size = visitor.fetch(address)
        total += size
        if "css" in kind:
            text = visitor.ask("GET", address)[1]
            total += sum(visitor.fetch(urljoin(address, each))[1] for each in re.findall(r'url\("?([^")]+)', text))
    return total


def _report(alone: Tally, crowd: Tally, seconds: float, n_bytes: int) -> None:
    for name, tally in (("alone", alone), ("crowd", crowd)):
        for what, taken in sorted(tally.reads.items()):
            print(f"{name}, {what}: {len(taken)} pages, median {median(taken):.0f} ms, p95 {p95(taken):.0f} ms")
    if crowd.writes:
        print(f"crowd, writing: {len(crowd.writes)} accounts, median {median(crowd.writes):.0f} ms")
    for what, aim in (("search", AIM_SEARCH_MS), ("figure redrawn", AIM_FIGURE_MS)):
        if what in alone.reads:
            half = median(alone.reads[what])
            tell(f"median of {what}, one reader", f"{half:.0f} ms", aim=f"{aim} ms", met=half <= aim)
    kilobytes = n_bytes / 1024
    tell("first page", f"{kilobytes:.0f} kB", aim=f"{AIM_FIRST_PAGE_KB} kB", met=kilobytes <= AIM_FIRST_PAGE_KB)
    everything = [each for taken in crowd.reads.values() for each in taken] + crowd.writes
    slowest = max(alone.reads, key=lambda what: p95(alone.reads[what]) if what != "figure redrawn" else 0)
    by_itself = p95(alone.reads[slowest])
    together = p95(everything)
    tell(
        f"p95 of the slowest kind of page ({slowest}), one reader",
        f"{by_itself:.0f} ms",
        aim=f"{AIM_ALONE_MS} ms",
        met=by_itself <= AIM_ALONE_MS,
    )
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
