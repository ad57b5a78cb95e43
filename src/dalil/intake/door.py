"""The door of the archive: everything that comes in comes through here, and leaves a receipt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, select

from dalil.errors import UnknownSubject, WrongAccountFile
from dalil.intake.account_files import AccountFile, read_account_file
from dalil.intake.consent_files import read_consent_file
from dalil.intake.consent_forms import provided_consents
from dalil.intake.judgement_files import StatementChoice, read_decision_file, read_judgement_file
from dalil.intake.loading import LoadReceipt, RowResult, SheetLoader
from dalil.intake.register import accounts, loads, sources
from dalil.intake.revising import revise
from dalil.intake.withdrawing import n_standing, withdraw_load
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger, bodies
from dalil.ledger.store import reading
from dalil.values.canonical import JsonObject
from dalil.values.digests import digest_of
from dalil.values.ids import format_subject, parse_subject, subject_id
from dalil.vocabulary.vocabulary import Vocabulary

BATCH_ENTRIES: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReceipt:
    """What became of a file written by hand: ``outcome`` is new, changed or unchanged."""

    file: str
    digest: str
    outcome: str
    n_entries: int
    n_statements: int
    first_entry: int | None
    ledger_size: int
    ledger_root: str

    def as_json(self) -> dict[str, Any]:
        """Return the receipt as JSON values."""
        return asdict(self)


class Intake:
    """Takes sheets, account files, judgement files and decision files into one archive."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: Engine,
        vocabulary: Vocabulary,
        vocabulary_from: tuple[tuple[str, ...], Path | None],
        signer: Callable[[], Signer],
    ) -> None:
        self._ledger, self._engine, self._signer = ledger, engine, signer
        self._vocabulary, self._vocabulary_from = vocabulary, vocabulary_from

    # --- sheets -----------------------------------------------------------------------------------------------------
    def sheet(
        self,
        path: Path,
        mapping: Path,
        *,
        dry_run: bool = False,
        refused_to: Path | None = None,
        on_batch: Callable[[LoadReceipt], None] | None = None,
        on_row: Callable[[RowResult], None] | None = None,
    ) -> LoadReceipt:
        """Take a sheet through a mapping; see :class:`dalil.intake.loading.SheetLoader`."""
        return SheetLoader(
            ledger=self._ledger,
            engine=self._engine,
            vocabulary=self._vocabulary,
            vocabulary_from=self._vocabulary_from,
            mapping=mapping,
            path=path,
            by=self._signer(),
            dry_run=dry_run,
            refused_to=refused_to,
            on_batch=on_batch,
            on_row=on_row,
        ).run()

    def withdraw(self, load: str, *, reason: str) -> int:
        """Withdraw a load as a whole; return how many accounts no longer stand."""
        return withdraw_load(ledger=self._ledger, engine=self._engine, load=load, reason=reason, by=self._signer())

    def standing(self, load: str) -> int:
        """Return how many accounts of a load still stand."""
        return n_standing(self._engine, load)

    def loads(self) -> list[dict[str, Any]]:
        """Return every load with its source, when it began and whether it still stands."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(loads.c.load, loads.c.event, loads.c.source, loads.c.since, loads.c.until, sources.c.key)
                .join(sources, sources.c.id == loads.c.source, isouter=True)
                .order_by(loads.c.id)
            ).all()
        return [row._asdict() for row in rows]

    # --- files written by hand ----------------------------------------------------------------------------------------
    def accounts(self, path: Path, *, dry_run: bool = False) -> list[FileReceipt]:
        """Take an account file, or every account file of a folder. All files are read before any is recorded."""
        read = [read_account_file(each, self._vocabulary) for each in _files(path)]
        return [self._account(each, dry_run) for each in _copies_last(read)]

    def _account(self, file: AccountFile, dry_run: bool) -> FileReceipt:
        key, digest = f"account:{file.name}", digest_of([file.source, file.body])
        with reading(self._engine) as connection:
            source = _find_source(connection, file.key)
            earlier = [] if source is None else _accounts_of(connection, source, key)
            lineage = [self._source(connection, copied, file.name) for copied in file.copies]
            known = bodies(connection, [row.id for row in earlier])
        if earlier and earlier[-1].row_digest == digest:
            return self._receipt(file.name, digest, "unchanged", n_statements=file.n_statements)
        if dry_run:
            return self._receipt(file.name, digest, "changed" if earlier else "new", n_statements=file.n_statements)
        signer = self._signer()
        if source is None:
            body = {**file.source, **({"lineage": [*lineage]} if lineage else {})}
            # A crash after this leaves a source without an account, which the next run finds and uses.
            source = self._ledger.append([Draft(Kind.SOURCE, body)], by=signer).first
        account = file.body_of(source)
        account["row"] = {"load": f"file-{digest[:12]}", "key": key, "number": 1, "digest": digest}
        if earlier:
            account = revise(known, account, replaces=lambda predicate: True)
        recorded = self._ledger.append([Draft(Kind.ACCOUNT, account)], by=signer)
        outcome = "changed" if earlier else "new"
        return self._receipt(
            file.name, digest, outcome, first=recorded.first, n_entries=1, n_statements=file.n_statements
        )

    def judgements(self, path: Path, *, dry_run: bool = False) -> list[FileReceipt]:
        """Take a judgement file, or every one of a folder."""
        return [self._hand(each, self._written_judgements(each), dry_run) for each in _files(path)]

    def _written_judgements(self, path: Path) -> list[Draft]:
        written = read_judgement_file(path, self._vocabulary)
        with reading(self._engine) as connection:

            def find(text: str) -> str:
                return self._reference(connection, text, path.name)

            return [Draft(Kind.JUDGEMENT, judgement.body(find)) for judgement in written]

    def decisions(self, path: Path, *, dry_run: bool = False) -> list[FileReceipt]:
        """Take a decision file, or every one of a folder."""
        return [self._hand(each, self._written_decisions(each), dry_run) for each in _files(path)]

    def _written_decisions(self, path: Path) -> list[Draft]:
        written = read_decision_file(path, self._vocabulary)
        with reading(self._engine) as connection:

            def find_subject(text: str) -> str:
                return self._reference(connection, text, path.name)

            def find_source(key: str) -> int:
                return self._source(connection, key, path.name)

            def find_statement(choice: StatementChoice) -> str:
                return self._statement(connection, choice)

            return [
                Draft(
                    Kind.DECISION,
                    decision.body(find_subject=find_subject, find_source=find_source, find_statement=find_statement),
                )
                for decision in written
            ]

    def consents(self, path: Path, *, today: int, dry_run: bool = False) -> list[FileReceipt]:
        """Take a file of consents, or every one of a folder. ``today`` is a day number; none is given after it."""
        return [self._consents(each, today, dry_run) for each in _files(path)]

    def _consents(self, path: Path, today: int, dry_run: bool) -> FileReceipt:
        written = read_consent_file(path)
        with reading(self._engine) as connection:

            def find(text: str) -> str:
                return self._reference(connection, text, path.name)

            def find_account(text: str) -> int:
                if text.isascii() and text.isdecimal() and len(text) <= 15:
                    return int(text)
                own = _accounts_of(connection, self._source(connection, text, path.name), None)
                if len(own) != 1:
                    raise WrongAccountFile(
                        "A consent does not point to one account.",
                        expected="a source with one account, or the account's position in the ledger",
                        found=f"{len(own)} accounts of that source",
                        where=path.name,
                    )
                return int(own[0].id)

            drafts = [
                Draft(
                    Kind.CONSENT,
                    each.body(self._vocabulary, find_subject=find, find_account=find_account, today=today),
                )
                for each in written
            ]
        return self._hand(path, drafts, dry_run)

    def judge(self, bodies_: Sequence[JsonObject]) -> int:
        """Record judgements made elsewhere (by shared keys, later by linkage); return how many."""
        signer = self._signer()
        for start in range(0, len(bodies_), BATCH_ENTRIES):
            chunk = bodies_[start : start + BATCH_ENTRIES]
            self._ledger.append([Draft(Kind.JUDGEMENT, body) for body in chunk], by=signer)
        return len(bodies_)

    def decide(self, bodies_: Sequence[JsonObject]) -> int:
        """Record decisions; return how many."""
        self._ledger.append([Draft(Kind.DECISION, body) for body in bodies_], by=self._signer())
        return len(bodies_)

    def _hand(self, path: Path, drafts: list[Draft], dry_run: bool) -> FileReceipt:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        load = f"file-{digest[:12]}"
        with reading(self._engine) as connection:
            taken = connection.execute(select(loads.c.id).where(loads.c.load == load)).first() is not None
        if taken or dry_run:
            return self._receipt(
                path.name, digest, "unchanged" if taken else "new", n_entries=0 if taken else len(drafts)
            )
        arrival: JsonObject = {
            "event": "received",
            "load": load,
            "source": -1,
            "file": {"name": path.name, "digest": digest},
        }
        recorded = self._ledger.append(
            [*drafts, Draft(Kind.CUSTODY, arrival)], by=self._signer(), provided=provided_consents(drafts)
        )
        return self._receipt(path.name, digest, "new", first=recorded.first, n_entries=len(drafts))

    def _receipt(
        self,
        name: str,
        digest: str,
        outcome: str,
        *,
        first: int | None = None,
        n_entries: int = 0,
        n_statements: int = 0,
    ) -> FileReceipt:
        size = self._ledger.size
        return FileReceipt(
            file=name,
            digest=digest,
            outcome=outcome,
            n_entries=n_entries,
            n_statements=n_statements,
            first_entry=first,
            ledger_size=size,
            ledger_root=self._ledger.root(size).hex(),
        )

    # --- finding what a hand-written file refers to -------------------------------------------------------------------
    def row_entries(self, source_key: str) -> dict[str, int]:
        """Return the newest standing account of each row of a source, by row key."""
        with reading(self._engine) as connection:
            query = (
                select(accounts.c.row_key, accounts.c.id)
                .join(sources, sources.c.id == accounts.c.source)
                .where(sources.c.key == source_key, accounts.c.until.is_(None))
                .order_by(accounts.c.id)
            )
            return {key: entry for key, entry in connection.execute(query) if key is not None}

    def _source(self, connection: Connection, key: str, where: str) -> int:
        found = _find_source(connection, key)
        if found is None:
            raise UnknownSubject(
                "A file refers to a source that the archive does not have.",
                expected="the key of a source taken in before",
                found=key,
                where=where,
                todo="Take in that source's account file first, or correct the key.",
            )
        return found

    def _reference(self, connection: Connection, text: str, where: str) -> str:
        key, mark, local = text.partition("#")
        if not mark:
            return format_subject(parse_subject(text))
        for entry, body in self._bodies_of(connection, self._source(connection, key, where)):
            for order, subject in enumerate(body["subjects"]):
                if subject[0] == local:
                    return str(subject[2]) if len(subject) == 3 else format_subject(subject_id(entry, order))
        raise UnknownSubject(
            "A file refers to a subject that its source's accounts do not have.",
            expected="<source key>#<local id of a subject in that account>",
            found=text,
            where=where,
            todo="Correct the local id.",
        )

    def _statement(self, connection: Connection, choice: StatementChoice) -> str:
        subject = None if choice.subject is None else self._reference(connection, choice.subject, choice.where)
        found: list[str] = []
        for entry, body in self._bodies_of(connection, self._source(connection, choice.source, choice.where)):
            own = {
                s[0]: s[2] if len(s) == 3 else format_subject(subject_id(entry, order))
                for order, s in enumerate(body["subjects"])
            }
            for order, statement in enumerate(body["statements"]):
                if (
                    statement["predicate"] == choice.predicate
                    and (subject is None or own.get(statement["subject"], statement["subject"]) == subject)
                    and (choice.locator is None or statement.get("locator") == choice.locator)
                    and _says(statement["value"], choice.value)
                ):
                    found.append(format_subject(subject_id(entry, order)))
        if len(found) != 1:
            raise WrongAccountFile(
                "A decision does not point to one statement.",
                expected="exactly one statement of that source that fits",
                found=f"{len(found)} of them",
                where=choice.where,
                todo="Say more of the statement's value, subject or locator."
                if found
                else "Correct what it should say.",
            )
        return found[0]

    @staticmethod
    def _bodies_of(connection: Connection, source: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        ids = [row.id for row in _accounts_of(connection, source, None)]
        yield from sorted(bodies(connection, ids).items())


def _copies_last(files: Sequence[AccountFile]) -> list[AccountFile]:
    """Order account files so that a source comes after those it copies; otherwise in the order given."""
    waiting, ordered, placed = list(files), [], set[str]()
    here = {file.key for file in files}
    while waiting:
        ready = [file for file in waiting if here.intersection(file.copies) <= placed] or waiting[:1]
        ordered += ready
        placed |= {file.key for file in ready}
        waiting = [file for file in waiting if file not in ready]
    return ordered


def _says(value: object, wanted: object) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and all(value.get(part) == said for part, said in wanted.items())
    return value == wanted


def _find_source(connection: Connection, key: str) -> int | None:
    found = connection.execute(select(sources.c.id).where(sources.c.key == key, sources.c.until.is_(None))).scalar()
    return None if found is None else int(found)


def _accounts_of(connection: Connection, source: int, key: str | None) -> Sequence[Any]:
    query = select(accounts.c.id, accounts.c.row_digest).where(accounts.c.source == source, accounts.c.until.is_(None))
    if key is not None:
        query = query.where(accounts.c.row_key == key)
    return connection.execute(query.order_by(accounts.c.id)).all()


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise WrongAccountFile(
            "There is no such file or folder.", expected="a YAML file, or a folder of them", where=path.name
        )
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]
