"""How long a snapshot takes to write, and one figure to count from a cold start, at the size of the demonstration.

The archive here is derived rows only, written straight into a database: 150,000 persons on 250,000 rows of four
overlapping lists, 700,000 dated events, 3,000,000 statements. The baseline of counting is the plain-Python counter that
the tests compare with, over the same rows.
"""

from __future__ import annotations

import itertools
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, Text

from dalil.figures.snapshot import make_snapshot
from dalil.ledger.store import open_engine, writing
from dalil.ledger.tables import NO_INT, NO_TEXT, entries, insert_rows
from dalil.ledger.tables import metadata as ledger_metadata
from dalil.records import tables as derived_tables
from dalil.vocabulary.loading import load_vocabulary
from dalil.vocabulary.vocabulary import Vocabulary

N_PERSONS: Final = 150_000
N_ROWS: Final = 250_000
FIRST_DAY, LAST_DAY = 15_050, 18_700  # March 2011 to March 2021
SOURCES: Final = 4


def main() -> None:
    """Print ``name | value | baseline | ratio`` lines."""
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))


def measure(folder: Path) -> None:
    """Build the archive in ``folder`` and measure on it."""
    vocabulary = load_vocabulary()
    engine = open_engine(folder / "archive.db")
    build(engine, vocabulary)
    tables = derived_tables.derived(vocabulary)
    start = time.perf_counter()
    make_snapshot(folder / "derived", engine=engine, tables=tables, vocabulary=vocabulary)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"figures: snapshot of 3,000,000 statements | {seconds:.1f} s | 12 s | {seconds / 12:.2f}")
    print(f"figures: memory while writing it | {memory:.0f} MB | - | -")


# --- the archive ----------------------------------------------------------------------------------------------------
def build(engine: Engine, vocabulary: Vocabulary, *, n_rows: int = N_ROWS, n_persons: int = N_PERSONS) -> None:
    """Write the derived rows of an invented archive."""
    tables = derived_tables.derived(vocabulary)
    with writing(engine) as connection:
        ledger_metadata.create_all(connection)
        for table in tables.values():
            table.create(connection, checkfirst=True)
        for gathered in _batches(tables, n_rows, n_persons):
            for name, rows in gathered.items():
                insert_rows(connection, tables[name], rows)
        last = n_rows + SOURCES + (n_rows - n_persons)
        _write_last_entry(connection, last)


def _write_last_entry(connection: Connection, position: int) -> None:
    insert_rows(connection, entries, [(position, "account", b"{}", b"", b"{}")])


def _batches(tables: Mapping[str, Table], n_rows: int, n_persons: int) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    writer = _Rows(tables)
    for n in range(SOURCES):
        fixed = {"key": f"list-{n}", "kind": "synthetic", "title": "", "body": "{}", "synthetic": True}
        writer.add("sources", id=n, since=n, published_lo=18_768, published_hi=18_768, **fixed)
    chance = random.Random(20210521)
    first_entry: dict[int, int] = {}
    judged = SOURCES + n_rows
    for number in range(n_rows):
        entry = SOURCES + number
        person_number = number if number < n_persons else chance.randrange(n_persons)
        _tell(writer, entry, number, person_number)
        if person_number in first_entry:
            oldest = first_entry[person_number] << 12
            for n in (0, 1):
                writer.add("memberships", subject=(entry << 12) + n, identity=oldest + n, since=judged)
            judged += 1
        else:
            first_entry[person_number] = entry
        if number % 20_000 == 19_999:
            yield writer.take()
    yield writer.take()


def _tell(writer: _Rows, entry: int, number: int, person_number: int) -> None:
    """Add the rows of one account: a detainee, the episode, a relative; twelve statements."""
    truth = random.Random(person_number)  # the same on every list
    base = entry << 12
    person, episode, relative = base, base + 1, base + 2
    arrested = truth.randrange(FIRST_DAY, LAST_DAY)
    years = truth.choice((16, 20, 25, 30, 35, 40, 50, 65, 74))
    order = itertools.count(base)

    def say(subject: int, predicate: str, **columns: Any) -> int:
        identifier = next(order)
        writer.add(
            "statements", id=identifier, entry=entry, subject=subject, predicate=predicate, since=entry, **columns
        )
        return identifier

    def tell(table: str, subject: int, predicate: str, **columns: Any) -> None:
        writer.add(table, id=say(subject, predicate), subject=subject, since=entry, **columns)

    writer.add("accounts", id=entry, source=number % SOURCES, load="load", row_key=str(number), since=entry)
    for n, kind in enumerate(("person", "episode", "person")):
        writer.add("subjects", id=base + n, kind=kind, entry=entry, since=entry)
    tell("names", person, "name", text=f"Invented {person_number}")
    say(person, "sex", value="female" if truth.random() < 0.08 else "male")
    aged = say(person, "age", lo=arrested - 366 * (years + 1), hi=arrested - 365 * years)
    writer.add("ages", id=aged, subject=person, years=years, at_lo=arrested, at_hi=arrested, since=entry)
    tell("episodes", episode, "detainee", person=person)
    held_by_state = truth.random() < 0.88
    party = "syria.state" if held_by_state else truth.choice(("syria.isis", "syria.sdf", "syria.hts"))
    tell("holders", episode, "held_by", party=party)
    reason = "kinship" if truth.random() < 0.2 else "protest"
    tell("reasons", episode, "reason", reason=reason, basis="assessed", because_of=relative)
    for event, on in [("arrested", arrested), *_course(truth.random(), arrested)]:
        place = f"SY{1 + person_number % 14:02}"
        tell("episode_events", episode, "episode_event", event=event, on_lo=on, on_hi=on, place=place)
    say(relative, "unnamed", value="relative")
    while next(order) < base + 11:
        say(episode, "note", value="a remark that a list carries and no figure reads")


def _course(fate: float, arrested: int) -> list[tuple[str, int]]:
    if fate < 0.65:
        return [("no_information", arrested + 30), ("denied", arrested + 40)]
    if fate < 0.8:
        return [("released", arrested + 200)]
    return [("located", arrested + 100), ("sentenced", arrested + 300)] if fate < 0.9 else []


class _Rows:
    """Rows by table, put in column order; what is not said is what ``insert_rows`` turns into NULL."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._gathered: dict[str, list[tuple[Any, ...]]] = {}
        self._empty = {
            name: {c.name: NO_TEXT if isinstance(c.type, Text) else NO_INT for c in table.columns}
            for name, table in tables.items()
        }

    def add(self, table: str, **columns: Any) -> None:
        self._gathered.setdefault(table, []).append(tuple((self._empty[table] | columns).values()))

    def take(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return what was gathered and begin anew."""
        gathered, self._gathered = self._gathered, {}
        return gathered


if __name__ == "__main__":
    main()
