"""Reads an account file: what one source says, written out by hand as statements (``dalil-account/1``).

A testimony, a report or a broadcast does not fit a sheet, so it is written as YAML: the source, the subjects it speaks
of, and one statement a line. The reader returns the bodies that the ledger will hold, dates in canonical form and every
value checked against the vocabulary; a mistake names its file, line and statement.

Format: ``docs/reference/formats/account-files.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dalil.errors import BadInput, ImpossibleDate, UnreadableDate, WrongAccountFile
from dalil.intake.checking import STATEMENT_FIELDS, at, check_account
from dalil.intake.hand_fields import FieldsOf, fields_of
from dalil.intake.plain_yaml import PlainYaml, read_plain_yaml
from dalil.values.canonical import JsonObject, JsonValue
from dalil.values.dates import parse_edtf
from dalil.values.ids import MAX_ORDER
from dalil.vocabulary import Predicate, Vocabulary

FORMAT: Final = "dalil-account/1"

SOURCE_FIELDS: Final = (
    "key",
    "kind",
    "title",
    "language",
    "publisher",
    "published",
    "code",
    "url",
    "synthetic",
    "form",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFile:
    """What one account file holds, ready for the ledger.

    Attributes
    ----------
    name : str
        The file's name, for messages and receipts.
    source : JsonObject
        Body of the source entry.
    copies : tuple of str
        Keys of the sources this one repeats; the caller turns them into ``lineage``.
    body : JsonObject
        Body of the account entry, but for ``source``: only the caller knows at which position the source rests.
    """

    name: str
    source: JsonObject
    copies: tuple[str, ...]
    body: JsonObject

    @property
    def key(self) -> str:
        """The source's key."""
        return str(self.source["key"])

    @property
    def n_statements(self) -> int:
        """How many statements the account makes."""
        statements = self.body["statements"]
        return len(statements) if isinstance(statements, list) else 0

    def body_of(self, source: int) -> JsonObject:
        """Return the account's body, citing the source at ledger position ``source``."""
        return {"source": source, **self.body}


def read_account_file(path: Path, vocabulary: Vocabulary) -> AccountFile:
    """Read and check one account file.

    Raises
    ------
    WrongAccountFile
        The file breaks its format.
    UnreadableFile, HostileFile
        It is not YAML, or not an honest one.
    UnknownTerm, UnknownPredicate, WrongValue, ImpossibleDate, UnreadableDate
        A statement does not fit the vocabulary; ``where`` names file, line and statement.
    """
    yaml = read_plain_yaml(path)
    top = fields_of(yaml, (), wrong=WrongAccountFile)
    top.check_format(FORMAT)
    top.check_known(("format", "source", "language", "subjects", "statements", "closes"))
    source, copies = _read_source(yaml)
    body: JsonObject = {
        "language": top.text("language", default=str(source["language"])),
        "subjects": _read_subjects(yaml),
        "statements": _read_statements(yaml, vocabulary),
    }
    if "closes" in top.content:
        body["closes"] = list(top.texts("closes"))
    _check_body(yaml, body, vocabulary)
    return AccountFile(name=yaml.name, source=source, copies=copies, body=body)


def _read_source(yaml: PlainYaml) -> tuple[JsonObject, tuple[str, ...]]:
    fields = fields_of(yaml, ("source",), wrong=WrongAccountFile)
    fields.check_known((*SOURCE_FIELDS, "copies"))
    source: JsonObject = {name: fields.text(name) for name in ("key", "kind", "title", "language")}
    for name in ("publisher", "code", "url", "form"):
        if name in fields.content:
            source[name] = fields.text(name)
    if "published" in fields.content:
        source["published"] = _canonical_date(fields.content["published"], fields.where("published"))
    source["synthetic"] = fields.flag("synthetic", default=False)
    if source["synthetic"] != (source["kind"] == "synthetic"):
        raise WrongAccountFile(
            "An invented source must say so twice, and a real one never.",
            expected="`kind: synthetic` together with `synthetic: true`, or neither",
            where=fields.where("kind"),
            todo="If the source is invented, write both and put what it imitates in `form`.",
        )
    copies = fields.texts("copies") if "copies" in fields.content else ()
    return source, copies


def _read_subjects(yaml: PlainYaml) -> list[JsonValue]:
    fields = fields_of(yaml, ("subjects",), wrong=WrongAccountFile)
    if len(fields.content) > MAX_ORDER:
        raise WrongAccountFile(
            "The account speaks of too many subjects.",
            expected=f"at most {MAX_ORDER}",
            found=str(len(fields.content)),
            where=fields.where(),
            todo="Split the file: two accounts may cite one source.",
        )
    return [_read_subject(yaml, fields, local_id) for local_id in fields.content]


def _read_subject(yaml: PlainYaml, fields: FieldsOf, local_id: str) -> JsonValue:
    if isinstance(fields.content[local_id], str):
        return [local_id, fields.text(local_id)]
    longer = fields_of(yaml, ("subjects", local_id), wrong=WrongAccountFile)
    longer.check_known(("kind", "is"))
    return [local_id, longer.text("kind"), longer.text("is")]


def _read_statements(yaml: PlainYaml, vocabulary: Vocabulary) -> list[JsonValue]:
    statements = yaml.content.get("statements")
    if not isinstance(statements, list) or not statements:
        raise WrongAccountFile(
            "The account states nothing.",
            expected="`statements:` with at least one `- {subject: …, predicate: …, value: …}`",
            where=yaml.where("statements"),
        )
    if len(statements) > MAX_ORDER:
        raise WrongAccountFile(
            "The account makes too many statements.",
            expected=f"at most {MAX_ORDER}",
            found=str(len(statements)),
            where=yaml.where("statements"),
            todo="Split the file: two accounts may cite one source.",
        )
    return [_read_statement(yaml, number, vocabulary) for number in range(len(statements))]


def _read_statement(yaml: PlainYaml, number: int, vocabulary: Vocabulary) -> JsonObject:
    where = f"{yaml.where('statements', number)}, statement {number + 1}"
    fields = fields_of(yaml, ("statements", number), wrong=WrongAccountFile, where=where)
    fields.check_known(STATEMENT_FIELDS)
    fields.check_given(("subject", "predicate", "value"))
    statement: JsonObject = dict(fields.content)
    if "when" in statement:
        statement["when"] = _canonical_date(statement["when"], where)
    predicate = vocabulary.predicates.get(fields.text("predicate"))
    if predicate is not None:  # an unknown one is refused, with close matches, when the whole body is checked
        statement["value"] = _with_canonical_dates(statement["value"], predicate, where)
    return statement


def _with_canonical_dates(value: JsonValue, predicate: Predicate, where: str) -> JsonValue:
    if predicate.value is not None:
        return _canonical_date(value, where) if predicate.value.base == "date" else value
    if not isinstance(value, dict):
        return value
    dates = {name for name, part in predicate.parts.items() if part.base == "date"}
    return {name: _canonical_date(part, where) if name in dates else part for name, part in value.items()}


def _canonical_date(value: JsonValue, where: str) -> str:
    # `2013` without quotes is a number to YAML and a year to everyone else.
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableDate(
            "A date is not written as one.",
            expected="EDTF, such as 2013-08-21, 2013-08, 2012/2018 or 2012~",
            found="a list, a group of fields or nothing",
            where=where,
        )
    try:
        return parse_edtf(str(value)).edtf
    except (ImpossibleDate, UnreadableDate) as error:
        raise at(error, where) from None


def _check_body(yaml: PlainYaml, body: JsonObject, vocabulary: Vocabulary) -> None:
    try:
        check_account({"source": 0, **body}, vocabulary)
    except BadInput as error:
        raise at(error, _place(yaml, error.where)) from None


def _place(yaml: PlainYaml, where: str) -> str:
    """Put file and line before a place that counts statements or subjects from 1."""
    numbered = re.match(r"(statement|subject) (\d+)", where)
    if numbered is None:
        return f"{yaml.where()}, {where}" if where else yaml.where()
    number = int(numbered[2]) - 1
    if numbered[1] == "statement":
        return f"{yaml.where('statements', number)}, {where}"
    subjects = yaml.content["subjects"]
    local_id = list(subjects)[number] if isinstance(subjects, dict) else ""
    return f"{yaml.where('subjects', local_id)}, {where}"
