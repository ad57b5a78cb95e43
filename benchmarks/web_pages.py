"""Every page of the desk, one reader: how long the server takes, and how many queries it asks.

Usage: ``python -m benchmarks web_pages [ARCHIVE] [--only WORD] [--queries]``. ARCHIVE is a built demonstration archive;
it is written to, so give a copy. Without one, a small archive of invented rows is made. Pages are asked of the whole
desk, middleware and templates included, in this process, with as many different records, names and days as there are.
Whatever takes longer or asks more than it may is named, and so is a route that nothing here leads to. A change of two
thousand records and two thousand mixed requests, for what they leave in memory, come last. The baseline is the page
that does nothing: one's own account.
"""

from __future__ import annotations

import random
import re
import resource
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.asked import counted
from benchmarks.measuring import sized, tell
from benchmarks.web import KINDS, NAMES, SEED, small_archive
from dalil.protection import Role
from dalil.records.tables import subjects
from dalil.values.ids import format_subject

if TYPE_CHECKING:
    from django.test import Client

AIM_MS: Final = 150
AIM_QUERIES: Final = 12
AIM_SEARCH_MS: Final = 100
AIM_FIGURE_MS: Final = 500
AIM_BULK_SECONDS: Final = 2.0
N_EACH: Final = 40
"""Requests of each kind of page."""
N_COUNTED: Final = 8
"""Addresses of each kind whose queries are counted."""
WARM: Final = 3
"""Requests before those that are timed."""
N_MIXED: Final = 2_000
MOST_GROWTH_MB: Final = 300
"""What two thousand requests may add to the memory of a process that has answered some already."""
BASELINE: Final = "own_account"
REDRAWN: Final = ("figure, another day", "figure, known earlier", "compare, known earlier", "figure, any point")
"""Kinds that count a figure as it was not counted before: a redraw, which may take longer."""
DAYS: Final = tuple(f"20{year:02}-{month:02}-01" for year in range(12, 21) for month in (2, 4, 6, 9, 11))
SHEET: Final = "no,name,arrested\n1,Ali Invented,2013-08-07\n2,Ola Invented,2014-02\n3,Rim Invented,31/02/2013\n"


@dataclass(slots=True)
class Kind:
    """One kind of page: its route, who asks, which addresses, and what was measured."""

    name: str
    route: str
    role: Role
    addresses: Sequence[str]
    milliseconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    queries: int = 0
    refused: set[int] = field(default_factory=set)

    @property
    def aim(self) -> int:
        """The most milliseconds it may take."""
        return AIM_FIGURE_MS if self.name in REDRAWN else AIM_MS


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


Clients = Callable[[Role], "Client"]


def clients(path: Path) -> Clients:
    """Return a function that gives a browser signed in as someone of a role, who sees everything."""
    from dalil.web.serving import prepare

    prepare(path)
    from django.test import Client

    from dalil.archive import Archive
    from dalil.web.accounts import create_account, set_password
    from dalil.web.models import Account

    known: dict[Role, Client] = {}

    def client_of(role: Role) -> Client:
        if role in known:
            return known[role]
        username, password = f"measured-{role.value}", secrets.token_urlsafe(24)
        account = Account.objects.filter(username=username).first()
        if account is not None:
            set_password(account, password)
        else:
            with Archive(path) as archive:
                every: dict[str, Any] = {"groups": ("*",), "clearance": "sealed"}
                create_account(archive, username=username, role=role, password=password, **every)
        known[role] = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
        answer = known[role].post("/account/login/", {"login": username, "password": password})
        if answer.status_code != 302:
            raise SystemExit(f"{username} could not sign in: {answer.status_code}")
        session = known[role].session  # whoever takes records out shows again who they are; not here, for an hour
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time() + 3_600, "reauthenticated": True}
        ]
        session.save()
        return known[role]

    return client_of


def work_done(client_of: Clients) -> dict[str, list[str]]:
    """Have some work done as people have it done, and return the pages that tell of it, by route."""
    from dalil.web.jobs import run_job

    def done(answer: Any) -> str:
        found = re.search(r"/(\d+)/$", answer.headers.get("Location", ""))
        if found is None:
            raise SystemExit(f"work did not begin: {answer.status_code}")
        run_job.call(int(found[1]))
        return found[1]

    officer, editor, reviewer = client_of(Role.OFFICER), client_of(Role.EDITOR), client_of(Role.REVIEWER)
    made: dict[str, list[str]] = {}
    sheet = officer.post("/loads/upload/", {"file": _file(SHEET)})
    made["load_map"] = [sheet.headers["Location"]]
    token = secrets.token_hex(20)
    asked = {"of": "search", "q": NAMES[0]}
    selection = "&".join(f"{name}={value}" for name, value in asked.items())
    columns = {"columns": ["id", "names"], "format": "csv", "use": "internal", "reason": "measuring"}
    pk = done(officer.post("/exports/start/", {"selection": selection, "token": token, **columns}))
    made |= {"export": [f"/exports/{pk}/"], "export_download": [f"/exports/{pk}/file/"]}
    pk = done(editor.post("/estimates/ask/", {"method": "chao", "token": token}))
    made["estimate"] = [f"/estimates/{pk}/"]
    waiting = reviewer.get("/review/").content.decode()
    made["review_pair"] = list(dict.fromkeys(re.findall(r"/review/[\d.]+~[\d.]+/", waiting)))
    made["job"] = [f"/jobs/{done(editor.post('/integrity/verify/'))}/"]
    return made


def _file(content: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("list.csv", content.encode(), content_type="text/csv")


def kinds(path: Path, made: dict[str, list[str]]) -> list[Kind]:
    """Return every kind of page with what to open; ``made`` has pages of work that was done."""
    from dalil.archive import Archive

    rng = random.Random(SEED)
    editor, officer, reviewer, keeper = Role.EDITOR, Role.OFFICER, Role.REVIEWER, Role.KEEPER
    with Archive(path) as opened, opened.engine.connect() as connection:
        size, points = opened.ledger.size, opened.figures.points()
        ids: dict[str, list[str]] = {}
        for kind in KINDS:
            query = subjects.select().where(subjects.c.kind == kind, subjects.c.until.is_(None)).limit(20_000)
            found = [format_subject(row.id) for row in connection.execute(query)]
            ids[kind] = rng.sample(found, min(N_EACH, len(found)))
        names = opened.figures.names()
        sources = [row.id for row in connection.exec_driver_sql("SELECT id FROM sources ORDER BY id LIMIT 40")]
        reports = sorted(each.name for each in (path / "hand" / "reports").glob("*"))
    often = [name for name in ("F10", "F20", "F16") if name in names]
    anywhere = [size * n // 29 + n for n in range(20, 27)]
    points = points or anywhere
    people, found = ids["person"], [f"/search/?q={name}" for name in NAMES]

    def then(identifier: str) -> int:
        """Return a point between the account that first told of a record and now."""
        told = int(identifier.split(".")[0])
        return told + 1 + (size - told) // 3

    def of(route: str, role: Role, *listed: str, name: str = "") -> Kind:
        return Kind(name or route, route, role, listed)

    return [
        of(BASELINE, editor, "/account/"),
        of("home", editor, "/"),
        of("search", editor, "/search/", name="search, empty"),
        of("search", editor, *found),
        of("search", editor, *(f"{each}&sex=female&place=SY05" for each in found), name="search, sex and place"),
        of("search", editor, *(f"{each}&source=list-a" for each in found), name="search, source"),
        of("search", editor, *(f"{each}&status=released" for each in found), name="search, status"),
        of("search", editor, *(f"{each}&age=40&dates=2013" for each in found), name="search, age and dates"),
        of("search", editor, *(f"{each}&kind=facilities" for each in found), name="search, facilities"),
        *(of("record", editor, *(f"/records/{each}/" for each in ids[kind]), name=f"record, {kind}") for kind in KINDS),
        of(
            "record",
            editor,
            *(f"/records/{each}/?known_by={then(each)}" for each in people),
            name="record, known earlier",
        ),
        of("standing", editor, *(f"/records/{each}/standing/" for each in people)),
        of("consent", editor, *(f"/records/{each}/consent/" for each in people)),
        of("update", officer, *(f"/records/{each}/update/" for each in ids["episode"])),
        of("entry", editor, *(f"/entries/{each.split('.')[0]}/" for each in people)),
        of("account_consent", editor, *(f"/entries/{each.split('.')[0]}/consent/" for each in people)),
        of("source", editor, *(f"/sources/{each}/" for each in sources)),
        of("entries", officer, "/enter/"),
        *(
            of("enter", officer, f"/enter/{form}/", name=f"enter, {form}")
            for form in ("detention", "broadcast", "source")
        ),
        of("loads", officer, "/loads/"),
        of("load_map", officer, *made.get("load_map", ())),
        of("figures", editor, "/figures/"),
        of("figure", editor, *(f"/figures/{name}/" for name in names)),
        of(
            "figure", editor, *(f"/figures/{n}/?as_of={d}" for d in DAYS for n in often[:1]), name="figure, another day"
        ),
        of(
            "figure",
            editor,
            *(f"/figures/{n}/?known_by={k}" for n in often for k in points),
            name="figure, known earlier",
        ),
        of(
            "figure",
            editor,
            *(f"/figures/{n}/?known_by={k}" for k in anywhere for n in often[:1]),
            name="figure, any point",
        ),
        of("figure_members", editor, *(f"/figures/{n}/members/?page={page}" for page in range(1, 9) for n in often)),
        of(
            "figure_compare",
            editor,
            *(f"/figures/{n}/compare/?then_known_by={k}" for n in often[:2] for k in points),
            name="compare, known earlier",
        ),
        of("export_new", officer, *(f"/exports/new/?of=search&q={name}" for name in NAMES)),
        of("export", officer, *made.get("export", ())),
        of("export_download", officer, *made.get("export_download", ())),
        of("bulk", editor, *(f"/bulk/?of=search&q={name}" for name in NAMES)),
        of("bulk_done", editor, "/bulk/done/?entries=5&back=of%3Dsearch%26q%3Da"),
        of("reports", editor, "/reports/"),
        of("report", editor, *(f"/reports/{each}/" for each in reports)),
        of("estimates", editor, "/estimates/"),
        of("estimate", editor, *made.get("estimate", ())),
        of("review", reviewer, "/review/"),
        of("review_pair", reviewer, *made.get("review_pair", ())),
        of("linking", officer, "/linking/"),
        of("integrity", editor, "/integrity/"),
        of("deeds", editor, "/integrity/deeds/"),
        of("job", editor, *made.get("job", ())),
        of("accounts", keeper, "/accounts/"),
        of("account_new", keeper, "/accounts/new/"),
        of("account", keeper, "/accounts/1/"),
    ]


def main() -> None:
    """Measure, and print."""
    options = sys.argv[1:]
    only = options[options.index("--only") + 1] if "--only" in options else ""
    given = [each for number, each in enumerate(options) if "--" not in each and options[number - 1] != "--only"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(given[0]).absolute() if given else small_archive(Path(folder))
        client_of = clients(path)
        from dalil.web.desk import archive, close_handles, warm_up
        from dalil.web.serving import work

        archive().figures.refresh()
        work(path, once=True)  # what the worker does beside a desk: earlier points are worked out
        warm_up()
        measured = [each for each in kinds(path, work_done(client_of)) if only in each.name]
        for each in measured:
            if each.addresses:
                measure(each, client_of(each.role), say_queries="--queries" in options)
        report(measured)
        if not only:
            change_many(client_of(Role.OFFICER))
            stay_small([each for each in measured if each.addresses and each.name not in REDRAWN], client_of)
        close_handles()


def read(client: Client, address: str) -> Any:
    """Ask for a page, and read it to its end."""
    answer: Any = client.get(address)
    for _ in answer.streaming_content if answer.streaming else ():
        pass
    return answer


def measure(kind: Kind, client: Client, *, say_queries: bool) -> None:
    """Time pages of one kind, and count their queries."""
    fresh = kind.name in REDRAWN  # each is asked once: the second time it is remembered
    once = len(kind.addresses) if kind.name == "figure" else WARM  # how long a count takes, the kinds below say
    for address in kind.addresses[:1] if fresh else (*kind.addresses, *kind.addresses)[:once]:
        client.get(address)
    asked = kind.addresses[1:] if fresh else (*kind.addresses,) * N_EACH
    for address in asked[: sized(N_EACH)]:
        started, used = time.perf_counter(), time.process_time()
        answer = read(client, address)
        kind.milliseconds.append(1000 * (time.perf_counter() - started))
        kind.processor.append(1000 * (time.process_time() - used))
        if answer.status_code not in (200, 302) or "/account/" in answer.headers.get("Location", ""):
            kind.refused.add(answer.status_code)
    for address in kind.addresses[:N_COUNTED]:
        with counted() as queries:
            client.get(address)
        kind.queries = max(kind.queries, len(queries))
        if say_queries:
            print(address, *queries, sep="\n  ")
    print(
        f"{kind.name}: {len(kind.milliseconds)} pages, median {statistics.median(kind.milliseconds):.0f} ms,"
        f" p95 {p95(kind.milliseconds):.0f} ms (of a processor {p95(kind.processor):.0f} ms), {kind.queries} queries",
        flush=True,
    )


def report(measured: Sequence[Kind]) -> None:
    """Say what misses its aim, and what was not opened."""
    from django.urls import URLPattern

    from dalil.web.gate import WRITE
    from dalil.web.urls import screens

    opened = [each for each in measured if each.milliseconds]
    own = next((p95(each.milliseconds) for each in opened if each.name == BASELINE), 0.0)
    for each in opened:
        found = p95(each.milliseconds)
        if found > each.aim or each.queries > AIM_QUERIES or each.refused:
            tell(
                f"page {each.name}",
                f"p95 {found:.0f} ms, {each.queries} queries, answers {sorted(each.refused) or 'good'}",
                aim=f"{each.aim} ms, {AIM_QUERIES} queries",
                met=False,
                baseline=f"{BASELINE} {own:.0f} ms",
                ratio=found / own if own else None,
            )
    slowest = max((each for each in opened if each.name not in REDRAWN), key=lambda each: p95(each.milliseconds))
    tell(
        f"p95 of the slowest of {len(opened)} kinds of page ({slowest.name})",
        f"{p95(slowest.milliseconds):.0f} ms",
        aim=f"{AIM_MS} ms",
        met=p95(slowest.milliseconds) <= AIM_MS,
    )
    most = max(opened, key=lambda each: each.queries)
    tell(
        f"most queries of a page ({most.name})",
        f"{most.queries}",
        aim=f"{AIM_QUERIES}",
        met=most.queries <= AIM_QUERIES,
    )
    searches = [each for each in opened if each.route == "search"]
    if searches:
        worst = max(statistics.median(each.milliseconds) for each in searches)
        tell(
            "median of the slowest kind of search",
            f"{worst:.0f} ms",
            aim=f"{AIM_SEARCH_MS} ms",
            met=worst <= AIM_SEARCH_MS,
        )
    known = {each.route for each in opened}
    others = [
        str(each.name)
        for each in screens
        if isinstance(each, URLPattern)
        and getattr(each.callback, "methods", WRITE) != WRITE
        and str(each.name) not in known
    ]
    print(f"routes not opened here: {', '.join(others) or 'none'}")


def change_many(client: Client) -> None:
    """Tag whom a common name finds, up to two thousand, from the page that shows them to the one that says so."""
    started = time.perf_counter()
    form = {"selection": "of=search&q=محمد", "change": "tag", "tag": "measured", "reason": "measuring"}
    page = client.post("/bulk/", form | {"step": "preview"}).content.decode()
    shown = time.perf_counter() - started
    sent = dict(re.findall(r'name="(token|shown)" value="([^"]+)"', page))
    began = time.perf_counter()
    answer = client.post("/bulk/", form | sent | {"step": "apply"})
    done = client.get(answer.headers.get("Location", "/bulk/done/")).content.decode()
    took = time.perf_counter() - began
    n_changed = max((int(each.replace(",", "")) for each in re.findall(r": ([\d,]+)<", done)), default=0)
    tell(
        f"{n_changed:,} records tagged from the page",
        f"{took:.2f} s; found and shown in {shown:.2f} s",
        aim=f"{AIM_BULK_SECONDS:.0f} s",
        met=answer.status_code == 302 and took <= AIM_BULK_SECONDS,
    )


def stay_small(measured: Sequence[Kind], client_of: Clients) -> None:
    """Ask for many pages, and say what they left in memory."""
    rng, before = random.Random(SEED), _resident()
    for _ in range(sized(N_MIXED)):
        kind = rng.choice(measured)
        read(client_of(kind.role), rng.choice(kind.addresses))
    grown = (_resident() - before) / (1 << 20)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell(
        f"memory that {sized(N_MIXED):,} mixed pages left",
        f"{grown:.0f} MiB; at most {most:,.0f} MiB held",
        aim=f"{MOST_GROWTH_MB} MiB",
        met=grown <= MOST_GROWTH_MB,
        baseline=f"before {before / (1 << 20):,.0f} MiB",
        ratio=grown / (before / (1 << 20)),
    )


def _resident() -> int:
    """Return how many bytes of memory this process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main()
