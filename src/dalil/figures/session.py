"""A reading of one snapshot as known by one size of the ledger: DuckDB tables with mentions already brought together.

Everything asked of a session twice is worked out once: the first figure pays for the statuses of all episodes, the
others of the same day find them there. What one day or one run needed alone can be let go of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from dalil.errors import Bug

if TYPE_CHECKING:
    from dalil.vocabulary.vocabulary import Vocabulary

_CONFIGURATION: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",  # nothing is fetched from anywhere
    "autoload_known_extensions": "false",
    "temp_directory": "",  # nothing is spilled to a plain temporary file
}


AT_POINT: Final = "worked-out-at-"
"""How the names of folders begin that hold what was worked out as known by an earlier point."""
PASSING: Final = ("run ", "frame ", "live ", "statuses ", "facts ")
"""How the names of relations begin that only one run, or one day, needs."""


def connect() -> duckdb.DuckDBPyConnection:
    """Return an empty DuckDB in memory, which neither fetches nor spills anything."""
    return duckdb.connect(":memory:", config=_CONFIGURATION)


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted_list(texts: Iterable[str]) -> str:
    """Return texts as the inside of an SQL list; an impossible one if there are none, since IN () is no SQL."""
    return ", ".join(quoted(text) for text in sorted(texts)) or "NULL"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folder of Parquet files, and the size of the ledger they were made at."""

    folder: Path
    size: int

    def table(self, name: str) -> Path:
        """Return the file of a derived table, or of an aid."""
        return self.folder / f"{name}.parquet"

    def worked_out(self, name: str, known_by: int | None = None) -> Path:
        """Return the file of a relation worked out ahead, as known by all of the snapshot or by an earlier point."""
        held = "worked-out" if known_by in (None, self.size) else f"{AT_POINT}{known_by}"
        return self.folder / held / f"{name.replace(' ', '-')}.parquet"

    def points(self) -> list[int]:
        """Return the earlier points at which relations were worked out ahead, the least first."""
        held = (each.name.removeprefix(AT_POINT) for each in self.folder.glob(f"{AT_POINT}*"))
        return sorted(int(each) for each in held if each.isdecimal())


class Session:
    """Tables of one snapshot as known by the first ``known_by`` entries of the ledger.

    Methods return names of relations to select from.
    """

    def __init__(
        self, snapshot: Snapshot, *, known_by: int, vocabulary: Vocabulary, stored_in: Snapshot | None = None
    ) -> None:
        self.known_by, self.vocabulary = known_by, vocabulary
        self._snapshot, self._stored_in = snapshot, stored_in or snapshot
        self._con = connect()
        self._made: dict[str, str] = {}
        self.era = 0
        """Goes up when relations are let go of: what names them must then be asked for again."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        return self._execute(query).fetchall()

    def _execute(self, query: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._con.execute(query)
        except (duckdb.IOException, duckdb.InvalidInputException):
            raise  # a file of the snapshot is gone or damaged: the room's door makes it anew
        except duckdb.Error as error:
            raise Bug("A query for counting failed.", found=type(error).__name__) from error

    def row(self, query: str) -> tuple[Any, ...]:
        """Run a query that gives one row."""
        (found,) = self.rows(query)
        return found

    def keep(self, name: str, query: Callable[[], str]) -> str:
        """Work a query out once and keep what it gives under a name.

        What the snapshot already holds worked out, as known by this session's point, is read from there: from the file
        when it is first asked for, and then once more into memory for all who ask again.
        """
        if name in self._made:
            return f'"{name}"'
        if self.is_stored(name):
            stored = f"SELECT * FROM read_parquet({quoted(str(self._snapshot.worked_out(name, self.known_by)))})"
            if f"stored {name}" not in self._made:
                return self.view(f"stored {name}", lambda: stored)
            text = stored
        else:
            text = query()  # may itself make relations, so before this one
        self._execute(f'CREATE TEMP TABLE "{name}" AS {text}')
        self._made[name] = "TABLE"
        return f'"{name}"'

    def is_stored(self, name: str) -> bool:
        """Tell whether the snapshot holds this relation worked out, as known by this session."""
        return self._snapshot.worked_out(name, self.known_by).exists()

    def view(self, name: str, query: Callable[[], str]) -> str:
        """Give a query a name, once."""
        if name not in self._made:
            text = query()
            self._execute(f'CREATE TEMP VIEW "{name}" AS {text}')
            self._made[name] = "VIEW"
        return f'"{name}"'

    def give(self, name: str, query: Callable[[], str]) -> str:
        """Give a query a name, once, unless the snapshot holds worked out what it gives."""
        return self.keep(name, query) if self.is_stored(name) else self.view(name, query)

    def store(self, relation: str) -> None:
        """Put a relation that was kept into the snapshot, for later sessions to read."""
        file = self._stored_in.worked_out(relation.strip('"'), self.known_by)
        self._execute(f"COPY {relation} TO {quoted(str(file))} (FORMAT parquet, COMPRESSION zstd)")

    # --- tables -----------------------------------------------------------------------------------------------------
    def known(self, table: str) -> str:
        """Return a table of the snapshot, only the rows that were known and not yet closed."""
        file = quoted(str(self._snapshot.table(table)))
        known = f"since < {self.known_by} AND (until IS NULL OR until >= {self.known_by})"
        query = f"SELECT * EXCLUDE (since, until) FROM read_parquet({file}) WHERE {known}"
        return self.view(f"known {table}", lambda: query)

    def identities(self) -> str:
        """Return ``(subject, identity)`` of every mention that was joined with an older one."""
        return self.keep("identities", lambda: f"SELECT subject, identity FROM {self.known('memberships')}")

    def identified(self, relation: str, columns: Sequence[str]) -> str:
        """Return a query for a relation with the mentions in ``columns`` replaced by their identities."""
        joins = "".join(
            f' LEFT JOIN {self.identities()} i{n} ON i{n}.subject = r."{column}"' for n, column in enumerate(columns)
        )
        replaced = ", ".join(f'coalesce(i{n}.identity, r."{column}") AS "{column}"' for n, column in enumerate(columns))
        return f"SELECT r.* REPLACE ({replaced}) FROM {relation} r{joins}"

    def typed(self, code: str) -> str:
        """Return the rows of a predicate with parts, every mention in them by its identity.

        Where a decision prefers one of several competing statements, the others are left out. Statements compete when
        they are of one subject and agree in the first term that the predicate asks for: two dates of one kind of event,
        two counts of one unit.
        """
        predicate = self.vocabulary.predicates[code]
        subjects = ["subject", *(name for name, part in predicate.parts.items() if part.base == "subject")]
        kind = next((n for n, p in predicate.parts.items() if p.base == "term" and p.required), None)

        def query() -> str:
            return self.preferred(self.identified(self.known(str(predicate.table)), subjects), code, kind)

        return self.keep(f"typed {code}", query)

    def preferred(self, query: str, predicate: str, kind: str | None = None) -> str:
        """Return a query (with ``id`` and ``subject``) without the statements that a decision passed over."""
        chosen = self.rows(
            f"""SELECT DISTINCT p.statement, coalesce(i.identity, p.subject) FROM {self.known("preferences")} p
            LEFT JOIN {self.identities()} i ON i.subject = p.subject WHERE p.predicate = {quoted(predicate)}"""
        )
        if not chosen:
            return query
        values = ", ".join(f"({int(statement)}, {int(subject)})" for statement, subject in chosen)
        same_kind = f' AND c."{kind}" = r."{kind}"' if kind else ""
        return f"""
            SELECT r.* FROM ({query}) r WHERE NOT EXISTS (
                SELECT 1 FROM (VALUES {values}) p(statement, subject) JOIN ({query}) c ON c.id = p.statement
                WHERE p.subject = r.subject{same_kind}
            ) OR r.id IN ({", ".join(str(int(statement)) for statement, _ in chosen)})"""

    def scalars(self, predicate: str) -> str:
        """Return ``(id, subject, value, lo, hi)`` of a predicate with a single value, subjects by their identity."""

        def query() -> str:
            said = f"SELECT id, subject, value, lo, hi FROM {self.known('_scalars')}"
            said = f"({said} WHERE predicate = {quoted(predicate)})"
            return self.preferred(self.identified(said, ["subject"]), predicate)

        return self.keep(f"scalar {predicate}", query)

    def n_bytes(self) -> int:
        """Return how much memory the relations take."""
        (found,) = self.row("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")
        return int(found)

    def let_go(self) -> None:
        """Let go of what only single runs and days needed; it is worked out again where it is asked for again."""
        for name in [name for name in self._made if name.startswith(PASSING)]:
            self._execute(f'DROP {self._made.pop(name)} "{name}"')
        self.era += 1

    def close(self) -> None:
        """Let go of everything read."""
        self.era += 1
        self._con.close()
