"""The fold in SQL against the fold in Python, over thousands of random episodes, days and methods."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import Engine

from dalil.figures.session import Session, Snapshot
from dalil.figures.snapshot import make_snapshot
from dalil.figures.status_sql import statuses
from dalil.ledger.store import open_engine, writing
from dalil.ledger.tables import NO_INT, NO_TEXT, entries, insert_rows
from dalil.ledger.tables import metadata as ledger_metadata
from dalil.records import tables as derived_tables
from dalil.records.status import EpisodeEvent, Status, fold_status
from dalil.records.status_dating import FIRST, LAST
from dalil.records.status_rules import StatusRules, rules_for
from dalil.vocabulary.loading import load_vocabulary

VOCABULARY: Final = load_vocabulary()
SNHR: Final = rules_for(VOCABULARY, VOCABULARY.methods["snhr-20d"])
METHODS: Final = {
    "snhr-20d": SNHR,
    "icpped-0d": rules_for(VOCABULARY, VOCABULARY.methods["icpped-0d"]),
    "denial alone": replace(SNHR, method="denial alone", requires=(), requires_any=("denial",)),
}
N_EPISODES: Final = 3_000
DAYS: Final = range(120)  # wide enough for the twenty days, narrow enough that events meet
LAST_ENTRY: Final = N_EPISODES + 10

Episodes = dict[int, tuple[list[EpisodeEvent], str | None]]


@pytest.fixture(scope="module")
def drawn() -> Episodes:
    """Draw episodes: some with two or three events, some with eight; dated to the day, vaguely, or not at all."""
    chance = random.Random("episodes")
    codes = list(VOCABULARY.scheme("episode_events").terms)
    common = ["arrested", "no_information", "denied", "released"]
    episodes: Episodes = {}
    for number in range(N_EPISODES):
        entry = number + 5
        events = [
            _draw_event(chance, (entry << 12) + order, chance.choice(common if chance.random() < 0.6 else codes))
            for order in range(1, chance.choice((1, 2, 3, 4, 8)))
        ]
        holder = chance.choice((None, "syria.state", "syria.isis"))
        episodes[(entry << 12) + 1] = (events, holder)
    return episodes


def _draw_event(chance: random.Random, identifier: int, code: str) -> EpisodeEvent:
    lo = None if chance.random() < 0.15 else chance.choice(DAYS)
    hi = None
    if chance.random() > 0.15:
        hi = (chance.choice(DAYS) if lo is None else lo) + chance.choice((0, 0, 0, 5, 30))
    published = chance.choice((None, 60, 100, 110))
    return EpisodeEvent(id=identifier, event=code, lo=lo, hi=hi, published=published, placed=chance.random() < 0.5)


@pytest.fixture(scope="module")
def snapshot(drawn: Episodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("statuses")
    engine = open_engine(folder / "archive.db")
    _write(engine, drawn)
    tables = derived_tables.derived(VOCABULARY)
    yield make_snapshot(
        folder / "derived",
        engine=engine,
        tables=tables,
        vocabulary=VOCABULARY,
        vocabulary_digest="",
        days=[("snhr-20d", 99)],
    )
    engine.dispose()


class _Rows:
    def __init__(self) -> None:
        self.tables = derived_tables.derived(VOCABULARY)
        self.gathered: dict[str, list[tuple[Any, ...]]] = {}

    def add(self, table: str, **said: Any) -> None:
        row = tuple(
            said.get(column.name)
            if said.get(column.name) is not None
            else NO_TEXT
            if str(column.type) == "TEXT"
            else NO_INT
            for column in self.tables[table].columns
        )
        self.gathered.setdefault(table, []).append(row)


def _write(engine: Engine, drawn: Episodes) -> None:
    """Write the derived rows that an archive of these episodes would have; four sources, by day of publication."""
    rows = _Rows()
    sources = {None: 1, 60: 2, 100: 3, 110: 4}
    for published, source in sources.items():
        said = {"key": f"s{source}", "kind": "synthetic", "title": "t", "body": "{}", "synthetic": True}
        rows.add("sources", id=source, since=source, published_lo=published, published_hi=published, **said)
    # An account has one source, so each event stands in an account of its own, as if told by another list.
    for number, (episode, (events, holder)) in enumerate(drawn.items()):
        entry = number + 5
        rows.add("subjects", id=episode, kind="episode", entry=entry, since=entry)
        rows.add("episodes", id=episode, subject=episode, person=episode - 1, since=entry)
        if holder is not None:
            rows.add("holders", id=episode, subject=episode, party=holder, since=entry)
        for event in events:
            account = (event.id >> 12) * 100 + (event.id & 4095) + 10_000
            rows.add("accounts", id=account, source=sources[event.published], since=entry)
            dated = {"on_lo": event.lo, "on_hi": event.hi, "place": "SY01" if event.placed else None}
            rows.add("episode_events", id=account << 12, subject=episode, event=event.event, since=entry, **dated)
    with writing(engine) as connection:
        ledger_metadata.create_all(connection)
        for table in rows.tables.values():
            table.create(connection, checkfirst=True)
        for name, gathered in rows.gathered.items():
            insert_rows(connection, rows.tables[name], gathered)
        insert_rows(connection, entries, [(LAST_ENTRY - 1, "account", b"", b"", b"")])


def _fold(rules: StatusRules, events: list[EpisodeEvent], holder: str | None, as_of: int) -> Status:
    fits = True if not rules.parties else None if holder is None else holder in rules.parties
    return fold_status(events, as_of=as_of, rules=rules, holder_fits=fits)


def _expected(status: Status) -> tuple[object, ...]:
    gone = status.disappeared
    bounds = None if gone is None else (FIRST if gone.lo is None else gone.lo, LAST if gone.hi is None else gone.hi)
    return status.code, status.mask, bounds, status.may_have_disappeared


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("as_of", [0, 15, 40, 61, 99, 118, 400])
def test_both_folds_give_the_same_status_alternatives_and_disappearance(
    drawn: Episodes, snapshot: Snapshot, method: str, as_of: int
) -> None:
    rules = METHODS[method]
    session = Session(snapshot, known_by=snapshot.size, vocabulary=VOCABULARY)
    relation = statuses(session, as_of=as_of, rules=rules)
    found = {
        row[0]: (row[1], row[2], (row[5], row[6]) if row[3] else None, row[4])
        for row in session.rows(f"SELECT episode, code, mask, was_gone, may_gone, gone_lo, gone_hi FROM {relation}")
    }
    session.close()
    assert found.keys() == drawn.keys()
    wrong = {
        episode: (found[episode], _expected(_fold(rules, events, holder, as_of)), events)
        for episode, (events, holder) in drawn.items()
        if found[episode] != _expected(_fold(rules, events, holder, as_of))
    }
    assert not wrong, f"{len(wrong)} differ, among them {next(iter(wrong.values()))}"


def test_statuses_worked_out_ahead_are_those_worked_out_from_the_tables(snapshot: Snapshot) -> None:
    bare = Snapshot(snapshot.folder, snapshot.size + 1)  # as if the snapshot knew more than the session asks for
    results = []
    for each in (snapshot, bare):
        session = Session(each, known_by=snapshot.size, vocabulary=VOCABULARY)
        results.append(sorted(session.rows(f"SELECT * FROM {statuses(session, as_of=61, rules=SNHR)}")))
        session.close()
    assert results[0] == results[1]
    assert len(results[0]) == N_EPISODES


def test_every_status_occurs_among_the_episodes_drawn(drawn: Episodes) -> None:
    codes = {_fold(SNHR, events, holder, day).code for events, holder in drawn.values() for day in (40, 118, 400)}
    assert codes == set(VOCABULARY.scheme("statuses").terms)
