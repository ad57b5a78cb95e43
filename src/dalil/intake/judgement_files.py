"""Reads judgements and decisions written by hand (``dalil-judgement/1``, ``dalil-decision/1``).

A judgement says that subjects of different accounts are the same, are not, are relatives of each other (and so not the
same), or that nobody can tell. A decision prefers
one of several competing values, grades a record, or rejects one, and says why. Both name what they speak of by source
key and local id (``snhr-r210517#p1``) or by id (``812.0``): where in the ledger that is, only an archive knows, so the
bodies are made with callables it passes.

Format: ``docs/reference/formats/account-files.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from dalil.errors import UnknownTerm, WrongAccountFile
from dalil.intake.hand_fields import FieldsOf, fields_of
from dalil.intake.plain_yaml import PlainYaml, YamlPath, read_plain_yaml
from dalil.values.canonical import JsonObject, JsonValue
from dalil.vocabulary import Vocabulary

JUDGEMENT_FORMAT: Final = "dalil-judgement/1"
DECISION_FORMAT: Final = "dalil-decision/1"
VERDICTS: Final = ("same", "not", "relative", "unsure")
DECISIONS: Final = ("prefer", "grade", "reject")
GRADES: Final = ("G0", "G1", "G2", "G3", "G4")
FLAGS: Final = ("contested", "discounted")

_REFERENCE: Final = re.compile(r"[a-z0-9][a-z0-9._-]*#[a-z][a-z0-9_]*|[0-9]+\.[0-9]+")

SubjectFinder: TypeAlias = Callable[[str], str]
"""Turns ``<source key>#<local id>`` into ``<entry>.<n>``; an id that is one already comes back as it is."""
SourceFinder: TypeAlias = Callable[[str], int]
"""Turns a source's key into its ledger position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementChoice:
    """Which statement is meant: the only one of this source that says this.

    ``value`` is a scalar, or fields that the statement's value must contain; subject parts in it are references.
    """

    source: str
    subject: str | None
    predicate: str
    locator: str | None
    value: JsonValue
    where: str


StatementFinder: TypeAlias = Callable[[StatementChoice], str]
"""Turns a choice into a statement's id, ``<entry>.<n>``; refuses when none or several fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenJudgement:
    """One judgement as its file has it; ``where`` is its file and line."""

    verdict: str
    kind: str
    subjects: tuple[str, ...]
    basis: str
    note: str | None
    undoes: tuple[int, ...]
    where: str

    def body(self, find_subject: SubjectFinder) -> JsonObject:
        """Return the ledger's body for it."""
        members: list[JsonValue] = [find_subject(reference) for reference in self.subjects]
        body: JsonObject = {"verdict": self.verdict, "sets": [[self.kind, members]], "basis": self.basis}
        if self.note is not None:
            body["note"] = self.note
        if self.undoes:
            body["undoes"] = list(self.undoes)
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDecision:
    """One decision as its file has it; ``where`` is its file and line."""

    decision: str
    reason: str
    subject: str | None
    source: str | None
    predicate: str | None
    statement: StatementChoice | None
    grade: str | None
    flag: str | None
    where: str

    def body(
        self, *, find_subject: SubjectFinder, find_source: SourceFinder, find_statement: StatementFinder
    ) -> JsonObject:
        """Return the ledger's body for it."""
        body: JsonObject = {"decision": self.decision, "reason": self.reason}
        if self.subject is not None:
            body["subject"] = find_subject(self.subject)
        if self.source is not None:
            body["source"] = find_source(self.source)
        if self.statement is not None:
            body["statement"] = find_statement(self.statement)
        for name, text in (("predicate", self.predicate), ("grade", self.grade), ("flag", self.flag)):
            if text is not None:
                body[name] = text
        return body


def read_judgement_file(path: Path, vocabulary: Vocabulary) -> tuple[WrittenJudgement, ...]:
    """Read a judgement file.

    Raises
    ------
    WrongAccountFile
        The file breaks its format.
    UnknownTerm
        A kind of subject that the vocabulary does not have.
    """
    yaml = read_plain_yaml(path)
    top = fields_of(yaml, (), wrong=WrongAccountFile)
    top.check_format(JUDGEMENT_FORMAT)
    top.check_known(("format", "by_basis", "judgements"))
    basis = top.text("by_basis", default="human")
    return tuple(
        _read_judgement(yaml, path_, basis=basis, vocabulary=vocabulary) for path_ in _paths(yaml, "judgements")
    )


def read_decision_file(path: Path, vocabulary: Vocabulary) -> tuple[WrittenDecision, ...]:
    """Read a decision file.

    Raises
    ------
    WrongAccountFile
        The file breaks its format.
    UnknownTerm
        A predicate that the vocabulary does not have.
    """
    yaml = read_plain_yaml(path)
    top = fields_of(yaml, (), wrong=WrongAccountFile)
    top.check_format(DECISION_FORMAT)
    top.check_known(("format", "decisions"))
    return tuple(_read_decision(yaml, path_, vocabulary=vocabulary) for path_ in _paths(yaml, "decisions"))


def _paths(yaml: PlainYaml, name: str) -> list[YamlPath]:
    items = yaml.content.get(name)
    if not isinstance(items, list) or not items:
        raise WrongAccountFile(
            f"The file holds no {name}.", expected=f"`{name}:` with at least one item", where=yaml.where(name)
        )
    return [(name, number) for number in range(len(items))]


def _read_judgement(yaml: PlainYaml, path: YamlPath, *, basis: str, vocabulary: Vocabulary) -> WrittenJudgement:
    fields = _block(yaml, path, "judgement")
    fields.check_known(("verdict", "kind", "subjects", "basis", "note", "undoes"))
    kind = fields.text("kind")
    known = vocabulary.kinds.get(kind)
    if known is None or not known.joinable:
        raise UnknownTerm(
            "No subjects of this kind can be judged to be the same.",
            expected=", ".join(sorted(code for code, found in vocabulary.kinds.items() if found.joinable)),
            where=fields.where("kind"),
        )
    subjects = fields.texts("subjects")
    if len(subjects) < 2 or len(set(subjects)) < len(subjects):
        raise WrongAccountFile(
            "A judgement compares different subjects.",
            expected="two or more, each once",
            found=f"{len(subjects)}, {len(set(subjects))} of them different",
            where=fields.where("subjects"),
        )
    for subject in subjects:
        _check_reference(subject, fields.where("subjects"))
    return WrittenJudgement(
        verdict=_one_of(fields, "verdict", VERDICTS),
        kind=kind,
        subjects=subjects,
        basis=_basis(fields, basis, vocabulary),
        note=fields.text("note") if "note" in fields.content else None,
        undoes=_positions(fields),
        where=fields.where(),
    )


def _basis(fields: FieldsOf, usual: str, vocabulary: Vocabulary) -> str:
    """Return what a judgement rests on. A file is never the word of a model: that comes with its model's entry."""
    said = fields.text("basis", default=usual)
    allowed = tuple(sorted(set(vocabulary.schemes["judgement_bases"].terms) - {"model"}))
    if said not in allowed:
        raise WrongAccountFile(
            "A judgement rests on something that no file may claim.",
            expected=", ".join(allowed),
            where=fields.where("basis") if "basis" in fields.content else fields.where(),
        )
    return said


def _positions(fields: FieldsOf) -> tuple[int, ...]:
    """Return the positions of the earlier judgements that no longer hold."""
    said = fields.content.get("undoes", [])
    positions = [p for p in said if type(p) is int and p >= 0] if isinstance(said, list) else []
    if positions != said:
        raise WrongAccountFile(
            "`undoes` does not name earlier judgements.",
            expected="a list of ledger positions, such as [412]",
            where=fields.where("undoes"),
        )
    return tuple(positions)


def _read_decision(yaml: PlainYaml, path: YamlPath, *, vocabulary: Vocabulary) -> WrittenDecision:
    fields = _block(yaml, path, "decision")
    fields.check_known(("decision", "subject", "source", "predicate", "statement", "grade", "flag", "reason"))
    decision = _one_of(fields, "decision", DECISIONS)
    _check_targets(fields, decision)
    optional = {
        name: fields.text(name) if name in fields.content else None for name in ("subject", "source", "predicate")
    }
    if optional["subject"] is not None:
        _check_reference(optional["subject"], fields.where("subject"))
    if optional["predicate"] is not None:
        _check_predicate(optional["predicate"], fields, vocabulary)
    return WrittenDecision(
        decision=decision,
        reason=fields.text("reason"),
        **optional,
        statement=_read_choice(yaml, (*path, "statement"), vocabulary) if "statement" in fields.content else None,
        grade=_one_of(fields, "grade", GRADES) if decision == "grade" else None,
        flag=_one_of(fields, "flag", FLAGS) if "flag" in fields.content else None,
        where=fields.where(),
    )


_TARGETS: Final = {
    "prefer": ({"subject", "predicate", "statement"},),
    "grade": ({"subject"}, {"source"}),
    "reject": ({"statement"},),
}
"""What each decision is about: one of these sets of fields, whole."""


def _check_targets(fields: FieldsOf, decision: str) -> None:
    given = {name for name in ("subject", "source", "predicate", "statement") if name in fields.content}
    if given not in _TARGETS[decision]:
        raise WrongAccountFile(
            f"A decision to {decision} is not about what it should be.",
            expected=" or ".join(", ".join(f"`{name}`" for name in sorted(names)) for names in _TARGETS[decision]),
            found=", ".join(f"`{name}`" for name in sorted(given)) or "none of these",
            where=fields.where(),
        )


def _read_choice(yaml: PlainYaml, path: YamlPath, vocabulary: Vocabulary) -> StatementChoice:
    fields = fields_of(yaml, path, wrong=WrongAccountFile)
    fields.check_known(("source", "subject", "predicate", "locator", "value"))
    predicate = fields.text("predicate")
    _check_predicate(predicate, fields, vocabulary)
    return StatementChoice(
        source=fields.text("source"),
        subject=fields.text("subject") if "subject" in fields.content else None,
        predicate=predicate,
        locator=fields.text("locator") if "locator" in fields.content else None,
        value=fields.content.get("value"),
        where=fields.where(),
    )


def _block(yaml: PlainYaml, path: YamlPath, noun: str) -> FieldsOf:
    where = f"{yaml.where(*path)}, {noun} {int(path[-1]) + 1}"
    return fields_of(yaml, path, wrong=WrongAccountFile, where=where)


def _one_of(fields: FieldsOf, name: str, allowed: tuple[str, ...]) -> str:
    value = fields.text(name)
    if value not in allowed:
        raise WrongAccountFile(
            f"`{name}` is none of the words it may be.", expected=", ".join(allowed), where=fields.where(name)
        )
    return value


def _check_reference(reference: str, where: str) -> None:
    if not _REFERENCE.fullmatch(reference):
        raise WrongAccountFile(
            "A subject is not named in a way that can be found.",
            expected="`<source key>#<local id>`, such as snhr-r210517#p1, or an id such as 812.0",
            where=where,
        )


def _check_predicate(predicate: str, fields: FieldsOf, vocabulary: Vocabulary) -> None:
    if predicate not in vocabulary.predicates:
        raise UnknownTerm(
            "The vocabulary has no such predicate.",
            expected="a predicate of predicates.yaml",
            where=fields.where("predicate"),
        )
