"""A statement as it is shown: what was said, by which source, how, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from dalil.records.deriving import bounds_of, resolve
from dalil.values.ids import ORDER_BITS, entry_of, order_of, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

Value: TypeAlias = "str | int | dict[str, Any]"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """One statement with its source. Subject parts of ``value`` are ids; day numbers count from 1970-01-01."""

    id: int
    entry: int
    subject: int
    identity: int
    kind: str
    predicate: str
    value: Value
    lo: int | None
    hi: int | None
    when: str | None
    original: str | None
    polarity: str
    speech: str | None
    speaker: int | None
    coercer: str | None
    role: str
    locator: str | None
    sensitivity: str | None
    inferred_by: str | None
    language: str | None
    source: int
    source_key: str
    synthetic: bool
    since: int
    until: int | None

    @property
    def is_free(self) -> bool:
        """Whether the statement counts for its own content."""
        return self.polarity == "asserts" and self.speech != "coerced" and self.role != "claim_to_rebut"


def view_of(row: Any, body: Mapping[str, Any], identity: int, vocabulary: Vocabulary) -> StatementView:
    """Return the view of a row of ``statements`` joined with its account and source, read from its account's body."""
    entry = entry_of(row.id)
    locals_ = {
        subject[0]: parse_subject(subject[2]) if len(subject) == 3 else entry << ORDER_BITS | order
        for order, subject in enumerate(body["subjects"])
    }
    statement = body["statements"][order_of(row.id)]
    value = statement["value"]
    if isinstance(value, dict):
        parts = vocabulary.predicates[row.predicate].parts
        value = {p: resolve(said, locals_) if parts[p].base == "subject" else said for p, said in value.items()}
    speaker = statement.get("speaker")
    lo, hi = (row.lo, row.hi) if row.lo is not None or row.hi is not None else bounds_of(statement.get("when"))
    return StatementView(
        id=row.id,
        entry=entry,
        subject=row.subject,
        identity=identity,
        kind=row.kind,
        predicate=row.predicate,
        value=value,
        lo=lo,
        hi=hi,
        when=statement.get("when"),
        original=statement.get("original"),
        polarity=statement.get("polarity", "asserts"),
        speech=statement.get("speech"),
        speaker=None if speaker is None else resolve(speaker, locals_),
        coercer=statement.get("coercer"),
        role=statement.get("role", "evidence"),
        locator=statement.get("locator"),
        sensitivity=statement.get("sensitivity"),
        inferred_by=statement.get("inferred_by"),
        language=statement.get("language", row.language),
        source=row.source,
        source_key=row.key,
        synthetic=row.synthetic,
        since=row.since,
        until=row.until,
    )
