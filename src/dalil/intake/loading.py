"""A sheet becomes accounts: row by row, in batches, each acknowledged once it is on the disk.

The same file taken twice adds nothing; a row whose key is known and whose cells have changed becomes a new account
that closes what it replaces; a row that cannot be taken is handed back with the reason per cell, and the others go in.
A load that is interrupted is finished by running it again. Any load can be withdrawn as a whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Engine, select

from dalil.errors import WrongMapping
from dalil.intake.mapping import load_mapping
from dalil.intake.readers import Sheet, open_sheet
from dalil.intake.refused_rows import PROBLEMS_COLUMN, ROW_COLUMN, RefusedRows
from dalil.intake.register import accounts, loads, sources
from dalil.intake.revising import revise
from dalil.intake.row_process import Compiled, Job, RowProcess, account_of, compile_chunk, is_large
from dalil.intake.rows import AcceptedRow, CellProblem, RefusedRow, RowCompiler, compile_rows
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger, bodies
from dalil.ledger.store import reading
from dalil.values.canonical import JsonObject
from dalil.values.collector import collector_resting
from dalil.values.digests import digest_of
from dalil.vocabulary.vocabulary import Vocabulary

BATCH_ROWS: Final = 2_000
"""Rows in one transaction: enough that the disk's flush costs little, few enough that a killed load repeats little."""

Taken: TypeAlias = "tuple[int, Sequence[str], AcceptedRow, bytes]"
"""An accepted row: number, cells, outcome, and the canonical bytes of its account where they are known already."""


@dataclass(slots=True, kw_only=True)
class LoadReceipt:
    """What became of every row of a sheet. ``n_rows`` is the sum of the six outcomes."""

    load: str
    source: str
    source_entry: int | None
    file_digest: str
    mapping_digest: str
    dry_run: bool
    n_rows: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_repeated: int = 0
    n_refused: int = 0
    n_warned: int = 0
    first_entry: int | None = None
    ledger_size: int = 0
    ledger_root: str = ""
    ignored_columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems_by_column: dict[str, int] = field(default_factory=dict)
    refused_file: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the receipt as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """The outcome of one row, for dry runs: new, changed, unchanged, repeated or refused."""

    number: int
    outcome: str
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """The accounts a key already has, oldest first, and the digest of the newest."""

    entries: tuple[int, ...]
    digest: str


class SheetLoader:
    """Takes one sheet through one mapping into one archive."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: Engine,
        vocabulary: Vocabulary,
        vocabulary_from: tuple[tuple[str, ...], Path | None],
        mapping: Path,
        path: Path,
        by: Signer,
        dry_run: bool = False,
        refused_to: Path | None = None,
        on_batch: Callable[[LoadReceipt], None] | None = None,
        on_row: Callable[[RowResult], None] | None = None,
    ) -> None:
        self._ledger, self._engine, self._by, self._dry_run = ledger, engine, by, dry_run
        self._mapping_path, self._path, self._vocabulary_from = mapping, path, vocabulary_from
        self._mapping = load_mapping(mapping, vocabulary)
        self._on_batch, self._on_row = on_batch, on_row
        self._sheet: Sheet = open_sheet(path, self._mapping.reader)
        # A file of refused rows, corrected and sent again, still carries the two columns that told what was wrong.
        told = self._sheet.columns[-2:] == (ROW_COLUMN, PROBLEMS_COLUMN)
        self._columns = self._sheet.columns[:-2] if told else self._sheet.columns
        self._compiler: RowCompiler = compile_rows(self._mapping, self._columns, vocabulary)
        self._source: int | None = None
        self._lineage: list[int] = []
        self._fresh = True
        self._refused = None if refused_to is None else RefusedRows(refused_to, self._columns)

    def run(self) -> LoadReceipt:
        """Take every row; return the receipt.

        Raises
        ------
        BadInput
            The file or the mapping as a whole cannot be used; nothing was written.
        KeeperNeeded
            The archive could not take a batch; the batches acknowledged before are kept, and running again goes on.
        """
        with collector_resting(), self._beside() as child:
            return self._run(child)

    def _beside(self) -> AbstractContextManager[RowProcess | None]:
        """Start the process that compiles a large sheet: it makes ready while the keys are looked at here."""
        if not is_large(self._sheet):
            return nullcontext()
        packs, overlay = self._vocabulary_from
        return RowProcess(
            Job(
                path=self._path,
                mapping=self._mapping_path,
                packs=packs,
                overlay=overlay,
                sheet_digest=self._sheet.digest,
                mapping_digest=self._mapping.digest,
                n_columns=len(self._columns),
                chunk_rows=BATCH_ROWS,
            )
        )

    def _run(self, child: RowProcess | None) -> LoadReceipt:
        # Reads the whole file first, so that what is wrong with it is found before anything is written.
        repeated = self._repeated_keys()
        receipt = self._begin()
        held: dict[str, list[Taken]] = {}
        try:
            for chunk in self._chunks(child, receipt.load):
                accepted: list[Taken] = []
                for number, cells, outcome, encoded in chunk:
                    receipt.n_rows += 1
                    if isinstance(outcome, RefusedRow):
                        self._refuse(receipt, number, cells, outcome.problems)
                    elif outcome.key in repeated:
                        held.setdefault(outcome.key, []).append((number, cells, outcome, encoded))
                    else:
                        accepted.append((number, cells, outcome, encoded))
                self._take(receipt, accepted)
            self._take(receipt, list(self._settle_repeated(receipt, held)))
            self._end(receipt)
        finally:
            if self._refused is not None:
                self._refused.close()
        return receipt

    # --- before and after -------------------------------------------------------------------------------------------
    def _begin(self) -> LoadReceipt:
        with reading(self._engine) as connection:
            self._source = self._known_source(connection)
            if self._source is not None:
                any_account = select(accounts.c.id).where(accounts.c.source == self._source).limit(1)
                self._fresh = connection.execute(any_account).first() is None
            load = self._load_id(connection)
        receipt = LoadReceipt(
            load=load,
            source=str(self._mapping.source["key"]),
            source_entry=self._source,
            file_digest=self._sheet.digest,
            mapping_digest=self._mapping.digest,
            dry_run=self._dry_run,
            ignored_columns=list(self._compiler.ignored),
            notes=list(self._sheet.notes),
        )
        if not self._dry_run:
            self._record_arrival(receipt)
        return receipt

    def _known_source(self, connection: Connection) -> int | None:
        row = connection.execute(
            select(sources).where(sources.c.key == self._mapping.source["key"], sources.c.until.is_(None))
        ).first()
        self._lineage = self._copied(connection)
        if row is None:
            return None
        if self._lineage and sorted(json.loads(row.body).get("lineage", [])) != self._lineage:
            raise WrongMapping(
                "The mapping says otherwise than the archive what this source copies.",
                expected="the lineage that the source's entry declares",
                found=", ".join(self._mapping.copies),
                where=f"source.copies, entry {row.id}",
                todo="Leave `copies` out, or take the copy in as a source of its own.",
            )
        if row.kind != self._mapping.source["kind"] or row.synthetic != self._mapping.source.get("synthetic", False):
            raise WrongMapping(
                "The mapping describes this source otherwise than the archive does.",
                expected=f"kind {row.kind}, synthetic {row.synthetic}",
                found=f"kind {self._mapping.source['kind']}, synthetic {self._mapping.source.get('synthetic', False)}",
                where=f"source.key {row.key}, entry {row.id}",
                todo="Use another source key, or correct the mapping.",
            )
        return int(row.id)

    def _copied(self, connection: Connection) -> list[int]:
        """Return the entries of the sources that this one copies."""
        wanted = self._mapping.copies
        query = select(sources.c.key, sources.c.id).where(sources.c.key.in_(wanted), sources.c.until.is_(None))
        found = {row.key: int(row.id) for row in connection.execute(query)}
        missing = [key for key in wanted if key not in found]
        if missing:
            raise WrongMapping(
                "The mapping names a source as copied that the archive does not have.",
                expected="keys of sources taken in before",
                found=", ".join(missing),
                where="source.copies",
                todo="Take in the original first, or correct the key.",
            )
        return sorted(found.values())

    def _load_id(self, connection: Connection) -> str:
        """Name the load after what is loaded, so that an interrupted load goes on under its own name."""
        base = digest_of([self._mapping.source["key"], self._sheet.digest, self._mapping.digest])[:12]
        withdrawn = connection.execute(
            select(loads.c.load).where(loads.c.load.like(f"{base}%"), loads.c.until.is_not(None)).distinct()
        ).all()
        return f"{base}-{len(withdrawn) + 1}" if withdrawn else base

    def _record_arrival(self, receipt: LoadReceipt) -> None:
        if self._source is None:
            # A crash after this leaves a source without accounts, which the next run finds and uses.
            body = {**self._mapping.source, **({"lineage": [*self._lineage]} if self._lineage else {})}
            self._source = self._ledger.append([Draft(Kind.SOURCE, body)], by=self._by).first
        receipt.source_entry = self._source
        with reading(self._engine) as connection:
            begun = connection.execute(select(loads.c.id).where(loads.c.load == receipt.load)).first() is not None
        if not begun:
            self._ledger.append([Draft(Kind.CUSTODY, self._arrival(receipt))], by=self._by)

    def _arrival(self, receipt: LoadReceipt) -> JsonObject:
        file: JsonObject = {
            "name": self._path.name,
            "digest": self._sheet.digest,
            "n_bytes": self._sheet.n_bytes,
            "format": self._sheet.format,
        }
        return {
            "event": "received",
            "load": receipt.load,
            "source": self._source,
            "file": file,
            "mapping": self._mapping.digest,
        }

    def _end(self, receipt: LoadReceipt) -> None:
        if self._dry_run:
            receipt.ledger_size = self._ledger.size
            return
        if receipt.n_new or receipt.n_changed:
            counts: JsonObject = {
                name: getattr(receipt, name)
                for name in ("n_rows", "n_new", "n_changed", "n_unchanged", "n_repeated", "n_refused")
            }
            body: JsonObject = {"event": "loaded", "load": receipt.load, "source": self._source, "rows": counts}
            self._ledger.append([Draft(Kind.CUSTODY, body)], by=self._by)
        receipt.ledger_size = self._ledger.size
        receipt.ledger_root = self._ledger.root(receipt.ledger_size).hex()

    # --- rows -------------------------------------------------------------------------------------------------------
    def _chunks(self, child: RowProcess | None, load: str) -> Iterator[list[Compiled]]:
        if child is not None and self._source is not None:
            return child.chunks(source=self._source, load=load)
        chunks, n_columns = self._sheet.chunks(BATCH_ROWS), len(self._columns)
        return (compile_chunk(chunk, self._compiler, n_columns, lambda row: b"") for chunk in chunks)

    def _repeated_keys(self) -> frozenset[str]:
        """Return the keys that stand in more than one row; a first, cheap pass over the file."""
        seen: set[bytes] = set()
        repeated: set[str] = set()
        key_of, n_columns = self._compiler.key_of, len(self._columns)
        for chunk in self._sheet.chunks(BATCH_ROWS):
            for row in chunk:
                if row.problem:
                    continue
                key = key_of(row.cells[:n_columns])
                if key is None:
                    continue
                short = hashlib.blake2b(key.encode(), digest_size=12).digest()
                if short in seen:
                    repeated.add(key)
                seen.add(short)
        return frozenset(repeated)

    def _settle_repeated(self, receipt: LoadReceipt, held: Mapping[str, list[Taken]]) -> Iterator[Taken]:
        """Rows with one key: equal ones are one row said twice; unequal ones cannot both be it, so none is taken."""
        for rows in held.values():
            numbers = ", ".join(str(number) for number, *_ in rows)
            if len({row.digest for _, _, row, _ in rows}) == 1:
                yield rows[0]
                for number, *_ in rows[1:]:
                    receipt.n_repeated += 1
                    self._tell(RowResult(number=number, outcome="repeated"))
                continue
            for number, cells, *_ in rows:
                problem = CellProblem(
                    row=number,
                    column=" + ".join(self._mapping.key),
                    expected="a key that no other row of the file has",
                    found=f"rows {numbers} have the same key and differ",
                    todo="Keep the right row, or give the rows different keys.",
                )
                self._refuse(receipt, number, cells, (problem,))

    def _take(self, receipt: LoadReceipt, rows: Sequence[Taken]) -> None:
        known = {} if self._fresh and not receipt.n_repeated else self._known([row.key for _, _, row, _ in rows])
        drafts: list[Draft] = []
        results: list[RowResult] = []
        seen: set[str] = set()
        for number, _, row, encoded in rows:
            before = known.get(row.key)
            if row.key in seen or (before is not None and before.digest == row.digest):
                # Without a key column a row is known by its content: said again within the file, or loaded before.
                outcome = "repeated" if row.key in seen else "unchanged"
            else:
                outcome = "new" if before is None else "changed"
                body = self._account(receipt.load, row)
                drafts.append(
                    Draft(Kind.ACCOUNT, body, encoded)
                    if before is None
                    else Draft(Kind.ACCOUNT, self._changed(body, before))
                )
            seen.add(row.key)
            results.append(RowResult(number=number, outcome=outcome, warnings=tuple(row.warnings)))
        if drafts and not self._dry_run:
            recorded = self._ledger.append(drafts, by=self._by)
            receipt.first_entry = recorded.first if receipt.first_entry is None else receipt.first_entry
            receipt.ledger_size, receipt.ledger_root = recorded.size, recorded.root.hex()
        for result in results:
            setattr(receipt, f"n_{result.outcome}", getattr(receipt, f"n_{result.outcome}") + 1)
            receipt.n_warned += bool(result.warnings)
            self._tell(result)
        if self._on_batch is not None:
            self._on_batch(receipt)

    def _known(self, keys: Sequence[str]) -> dict[str, _Known]:
        found: dict[str, _Known] = {}
        with reading(self._engine) as connection:
            query = select(accounts.c.row_key, accounts.c.id, accounts.c.row_digest).where(
                accounts.c.source == self._source, accounts.c.row_key.in_(keys), accounts.c.until.is_(None)
            )
            for key, entry, digest in connection.execute(query.order_by(accounts.c.id)):
                before = found[key].entries if key in found else ()
                found[key] = _Known((*before, entry), digest)
        return found

    def _account(self, load: str, row: AcceptedRow) -> JsonObject:
        # A dry run of a new source has no position for it yet; nothing of such an account is kept.
        source = -1 if self._source is None else self._source
        return account_of(row, source=source, language=self._mapping.language, load=load)

    def _changed(self, account: JsonObject, before: _Known) -> JsonObject:
        with reading(self._engine) as connection:
            earlier = bodies(connection, before.entries)
        return revise(earlier, account, replaces=self._mapping.replaces)

    # --- telling ----------------------------------------------------------------------------------------------------
    def _refuse(self, receipt: LoadReceipt, number: int, cells: Sequence[str], problems: Sequence[CellProblem]) -> None:
        receipt.n_refused += 1
        for problem in problems:
            receipt.problems_by_column[problem.column] = receipt.problems_by_column.get(problem.column, 0) + 1
        self._tell(RowResult(number=number, outcome="refused", problems=tuple(problems)))
        if self._refused is not None:
            self._refused.add(number, cells, problems)
            receipt.refused_file = str(self._refused.path)

    def _tell(self, result: RowResult) -> None:
        if self._on_row is not None:
            self._on_row(result)
