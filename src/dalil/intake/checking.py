"""Checks the body of an account against the vocabulary before the ledger takes it.

Whoever writes an account (a person by hand, a form, a bundle from the field) writes it freely; the ledger keeps it for
ever. So everything that later rooms rely on is checked here once: subjects and their kinds, predicates and their parts,
terms, dates in canonical form, counts, and that no field is one nobody reads. Rows of sheets need no second look: they
are accepted only in forms that this check accepts, which a property test shows.

Messages name statements by number, counted from 1, with codes and field names; they never repeat the words of a record.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from dalil.errors import BadInput, ImpossibleDate, UnknownPredicate, UnknownTerm, UnreadableDate, WrongValue
from dalil.values.canonical import MAX_INTEGER
from dalil.values.dates import parse_edtf
from dalil.values.ids import MAX_ORDER, parse_subject
from dalil.values.plain_text import shape_of
from dalil.vocabulary import PartType, Predicate, Vocabulary

BODY_FIELDS: Final = ("source", "language", "subjects", "statements", "row", "closes")
ROW_FIELDS: Final = ("load", "key", "number", "digest")
STATEMENT_FIELDS: Final = (
    "subject",
    "predicate",
    "value",
    "when",
    "original",
    "polarity",
    "speaker",
    "speech",
    "coercer",
    "basis",
    "role",
    "locator",
    "reliability",
    "credibility",
    "sensitivity",
    "inferred_by",
    "language",
)
TERM_FIELDS: Final[Mapping[str, str]] = {
    "polarity": "polarities",
    "speech": "speech_conditions",
    "coercer": "parties",
    "role": "statement_roles",
    "reliability": "reliability",
    "sensitivity": "sensitivities",
}
"""Fields of a statement that hold a term, and its scheme."""
MOST_CREDIBLE, LEAST_CREDIBLE = 1, 6  # the Admiralty scale of credibility

LOCAL_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""A subject's name inside its account: it cannot be mistaken for ``<entry>.<n>``."""

LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*|und")
"""A language tag (BCP 47), such as ``ar``, ``ku-Latn`` or ``und`` for undetermined."""


def check_account(body: Mapping[str, object], vocabulary: Vocabulary) -> None:
    """Raise unless ``body`` is the body of an account, complete and in canonical form.

    Subjects that an earlier account introduced are checked for the form of their id only; whether they exist, and of
    what kind they are, is for the archive to say.

    Raises
    ------
    WrongValue
        A field is missing, not known, or holds something it cannot hold.
    UnknownPredicate, UnknownTerm
        The vocabulary has no such predicate, or no such term; close ones are named.
    UnknownSubject
        An id has not the form ``<entry>.<n>``.
    """
    _check_fields(body, known=BODY_FIELDS, required=("source", "language", "subjects", "statements"), where="account")
    _check_whole(body["source"], "account, source", least=0)
    check_language(body["language"], "account, language")
    kinds = _check_subjects(body["subjects"], vocabulary)
    statements = _check_list(body["statements"], "account, statements", least=1)
    for number, statement in enumerate(statements, start=1):
        _StatementCheck(vocabulary, kinds, f"statement {number}").check(statement)
    if "row" in body:
        _check_row(body["row"])
    if "closes" in body:
        for closed in _check_list(body["closes"], "account, closes", least=1):
            parse_subject(_check_text(closed, "account, closes"))


def _check_subjects(value: object, vocabulary: Vocabulary) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for number, subject in enumerate(_check_list(value, "account, subjects", least=1), start=1):
        where = f"subject {number}"
        if not isinstance(subject, list | tuple) or len(subject) not in (2, 3):
            raise _wrong("A subject is not written as one.", "[local id, kind] or [local id, kind, <entry>.<n>]", where)
        local_id, kind = (_check_text(part, where) for part in subject[:2])
        if not LOCAL_ID.fullmatch(local_id):
            raise _wrong("A local id is not one.", "a small letter, then small letters, digits or _; at most 32", where)
        if local_id in kinds:
            raise _wrong("Two subjects bear one local id.", "each local id once", f"{where}, {local_id}")
        if kind not in vocabulary.kinds:
            raise _wrong("A subject is of no known kind.", near(kind, vocabulary.kinds), f"{where}, {local_id}")
        if len(subject) == 3:
            parse_subject(_check_text(subject[2], f"{where}, {local_id}"))
        kinds[local_id] = kind
    return kinds


def _check_row(value: object) -> None:
    row = _check_object(value, "account, row")
    _check_fields(row, known=ROW_FIELDS, required=ROW_FIELDS, where="account, row")
    for name in ("load", "key", "digest"):
        _check_text(row[name], f"account, row, {name}")
    _check_whole(row["number"], "account, row, number", least=1)


class _StatementCheck:
    """The checks of one statement of an account."""

    def __init__(self, vocabulary: Vocabulary, kinds: Mapping[str, str], where: str) -> None:
        self.vocabulary, self.where = vocabulary, where
        self.values = ValueCheck(vocabulary, kinds)

    def check(self, value: object) -> None:
        statement = _check_object(value, self.where)
        _check_fields(statement, known=STATEMENT_FIELDS, required=("subject", "predicate", "value"), where=self.where)
        code = _check_text(statement["predicate"], f"{self.where}, predicate")
        predicate = predicate_named(code, self.vocabulary, self.where)
        where = f"{self.where} ({code})"
        self.values.check_subject(statement["subject"], predicate.of, f"{where}, subject")
        self.values.check_value(statement["value"], predicate, where)
        for name in statement:
            if name not in ("subject", "predicate", "value"):
                self.values.check_field(name, statement[name], f"{where}, {name}")


class ValueCheck:
    """Checks what may stand in a statement about the subjects of one account, or of one mapping.

    Every method raises WrongValue, UnknownTerm or UnknownSubject, with ``where`` as it was given.

    Parameters
    ----------
    kinds : mapping
        Kind of each subject, by local id.
    """

    def __init__(self, vocabulary: Vocabulary, kinds: Mapping[str, str]) -> None:
        self.vocabulary, self.kinds = vocabulary, kinds

    def check_value(self, value: object, predicate: Predicate, where: str) -> None:
        """Check a whole value: scalar, or all parts with those that must be given."""
        if predicate.value is not None:
            self.check_part(value, predicate.value, f"{where}, value")
            return
        parts = _check_object(value, f"{where}, value")
        _check_fields(parts, known=predicate.parts, required=sorted(predicate.required_parts), where=f"{where}, value")
        if not parts:
            raise _wrong("A statement says nothing.", f"one of {', '.join(predicate.parts)}", f"{where}, value")
        for name, part in parts.items():
            self.check_part(part, predicate.parts[name], f"{where}, {name}")

    def check_part(self, value: object, part: PartType, where: str) -> None:
        """Check one part, or a value that has none."""
        match part.base:
            case "text" | "url":
                _check_text(value, where)
            case "term":
                assert part.scheme is not None
                self.check_term(part.scheme, value, where)
            case "date":
                check_edtf(value, where)
            case "int":
                _check_whole(value, where)
            case "count":
                self.check_count(value, where)
            case "subject":
                self.check_subject(value, part.kinds, where)

    def check_field(self, name: str, value: object, where: str) -> None:
        """Check a field that stands beside the value, such as ``speech`` or ``when``."""
        if name in TERM_FIELDS:
            self.check_term(TERM_FIELDS[name], value, where)
        elif name == "when":
            check_edtf(value, where)
        elif name == "speaker":
            self.check_subject(value, ("person", "group"), where)
        elif name == "credibility":
            _check_whole(value, where, least=MOST_CREDIBLE, most=LEAST_CREDIBLE)
        elif name == "language":
            check_language(value, where)
        else:
            _check_text(value, where)

    def check_term(self, scheme: str, value: object, where: str) -> None:
        """Check the code of a term."""
        try:
            self.vocabulary.term(scheme, _check_text(value, where))
        except UnknownTerm as error:
            raise at(error, where) from None

    def check_subject(self, value: object, kinds: Collection[str], where: str) -> None:
        """Check a reference to a subject of one of these kinds."""
        text = _check_text(value, where)
        kind = self.kinds.get(text)
        if kind is None:
            if not text[0].isdigit():
                raise _wrong("A statement speaks of a subject that is not listed.", near(text, self.kinds), where)
            parse_subject(text)
        elif kind not in kinds:
            raise _wrong("A subject is of the wrong kind here.", " or ".join(sorted(kinds)), where, found=kind)

    def check_count(self, value: object, where: str) -> None:
        """Check how many, as a source puts it."""
        count = _check_object(value, where)
        _check_fields(count, known=("n", "min", "max", "hedge"), required=(), where=where)
        for name in ("n", "min", "max"):
            if name in count:
                _check_whole(count[name], f"{where}, {name}", least=0)
        if ("n" in count) == ("min" in count or "max" in count):
            raise _wrong("A count says how many in two ways, or in none.", "`n`, or `min`, `max` or both", where)
        least, most = count.get("min"), count.get("max")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            raise _wrong("A count is least where it should be most.", "`min` not above `max`", where)
        if "hedge" in count:
            self.check_term("hedges", count["hedge"], f"{where}, hedge")


def predicate_named(code: str, vocabulary: Vocabulary, where: str) -> Predicate:
    """Return a predicate by its code.

    Raises
    ------
    UnknownPredicate
        The vocabulary has none of this code; close ones are named.
    """
    predicate = vocabulary.predicates.get(code)
    if predicate is None:
        raise UnknownPredicate(
            "A statement says something that has no predicate.",
            expected=near(code, vocabulary.predicates),
            found=shown(code),
            where=where,
            todo="Correct the code; the reference of predicates lists them all.",
        )
    return predicate


def check_edtf(value: object, where: str) -> None:
    """Raise WrongValue unless ``value`` is EDTF in the one form that dalil writes."""
    text = _check_text(value, where)
    try:
        canonical = parse_edtf(text).edtf
    except (ImpossibleDate, UnreadableDate) as error:
        raise WrongValue(error.message, expected=error.expected, found=shape_of(text), where=where) from None
    if canonical != text:
        raise _wrong("A date is not in canonical form.", canonical, where, found=shape_of(text))


def at(error: BadInput, where: str) -> BadInput:
    """Return the same error, said of another place."""
    return type(error)(error.message, expected=error.expected, found=error.found, where=where, todo=error.todo)


def near(name: str, known: Iterable[str]) -> str:
    """Say what was expected in place of an unknown name: the nearest known ones, or all where they are few."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=3)
    if close:
        return f"perhaps {' or '.join(close)}"
    return f"one of {', '.join(known)}" if len(known) <= 24 else f"one of the {len(known)} that there are"


def shown(name: str) -> str:
    """Return a name if it has the form of a code, else only its shape: a record's words may have slipped in."""
    return name if re.fullmatch(r"[A-Za-z0-9._-]{1,40}", name) else shape_of(name)


def _check_fields(fields: Mapping[str, object], *, known: Iterable[str], required: Iterable[str], where: str) -> None:
    known = list(known)
    for name in fields:
        if name not in known:
            found = shown(name) if isinstance(name, str) else type(name).__name__
            raise _wrong("A field that nobody reads.", near(str(name), known), where, found=found)
    for name in required:
        if name not in fields:
            raise _wrong(f"`{name}` is missing.", f"a value for `{name}`", where)


def _check_object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _wrong("A group of fields is expected here.", "named fields", where, found=type(value).__name__)
    return value


def _check_list(value: object, where: str, *, least: int) -> list[object] | tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise _wrong("A list is expected here.", "a list", where, found=type(value).__name__)
    if not least <= len(value) <= MAX_ORDER:
        raise _wrong("A list has the wrong length.", f"{least} to {MAX_ORDER} items", where, found=str(len(value)))
    return value


def _check_text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        found = "an empty text" if value == "" else type(value).__name__
        raise _wrong("A text is expected here.", "text that is not empty", where, found=found)
    if "\0" in value:  # no database but SQLite keeps it
        raise _wrong("A text holds the null character.", "text without it", where)
    if not value.isascii():
        if not unicodedata.is_normalized("NFC", value):
            raise _wrong("A text is not in normal form.", "Unicode NFC", where)
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _wrong("A text cannot be written as UTF-8.", "whole Unicode characters", where) from None
    return value


def _check_whole(value: object, where: str, *, least: int = -MAX_INTEGER, most: int = MAX_INTEGER) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong("A whole number is expected here.", "a whole number", where, found=type(value).__name__)
    if not least <= value <= most:
        raise _wrong("A number is out of range.", f"{least} to {most}", where)


def check_language(value: object, where: str) -> None:
    """Raise WrongValue unless ``value`` is a language tag."""
    if not LANGUAGE.fullmatch(_check_text(value, where)):
        raise _wrong("A language is not written as a tag.", "a tag such as ar, en or und", where)


def _wrong(message: str, expected: str, where: str, *, found: str = "") -> WrongValue:
    return WrongValue(message, expected=expected, found=found, where=where)
