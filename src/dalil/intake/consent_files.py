"""Reads consents written by hand (``dalil-consent/1``): forms that people signed, taken down as YAML.

Format: ``docs/reference/formats/consent.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dalil.errors import WrongAccountFile
from dalil.intake.checking import at
from dalil.intake.consent_forms import ANSWER, consent_entered
from dalil.intake.hand_fields import FieldsOf, fields_of
from dalil.intake.plain_yaml import PlainYaml, read_plain_yaml
from dalil.values.canonical import JsonObject
from dalil.values.ids import parse_subject
from dalil.vocabulary import Vocabulary

FORMAT: Final = "dalil-consent/1"
TEXTS: Final = ("giver", "given", "how", "relation", "until", "terms", "language", "reason")
FIELDS: Final = ("about", "account", "by", "answers", "replaces", *TEXTS)
_REFERENCE: Final = re.compile(r"[a-z0-9][a-z0-9._-]*#[a-z][a-z0-9_]*|[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenConsent:
    """One consent as written: about a record or an account, by reference, and what was answered.

    Attributes
    ----------
    about : str
        A record: ``<source key>#<local id>`` or ``<entry>.<n>``; empty where it is about an account.
    account : str
        An account: its position, or the key of a source that has only one; empty where it is about a record.
    by : str
        Who answered, as ``about``; empty where the archive does not know them.
    """

    about: str
    account: str
    by: str
    said: dict[str, str]
    where: str

    def body(
        self,
        vocabulary: Vocabulary,
        *,
        find_subject: Callable[[str], str],
        find_account: Callable[[str], int],
        today: int,
    ) -> JsonObject:
        """Return the body for the ledger.

        Raises
        ------
        BadInput
            A date, a term or an answer cannot be taken; ``where`` names file and consent.
        """
        said = self.said | ({"by": find_subject(self.by)} if self.by else {})
        subject = parse_subject(find_subject(self.about)) if self.about else None
        account = find_account(self.account) if self.account else None
        entered = consent_entered(said, vocabulary, subject=subject, account=account, today=today)
        for problem in entered.problems.values():
            raise at(problem, f"{self.where}, {problem.where}")
        return entered.body


def read_consent_file(path: Path) -> list[WrittenConsent]:
    """Read one file of consents.

    Raises
    ------
    WrongAccountFile
        The file breaks its format.
    UnreadableFile, HostileFile
        It is not YAML, or not an honest one.
    """
    yaml = read_plain_yaml(path)
    top = fields_of(yaml, (), wrong=WrongAccountFile)
    top.check_format(FORMAT)
    top.check_known(("format", "consents"))
    consents = yaml.content.get("consents")
    if not isinstance(consents, list) or not consents:
        raise WrongAccountFile(
            "The file holds no consent.",
            expected="`consents:` with at least one `- {about: …, giver: …, given: …, how: …, answers: …}`",
            where=yaml.where("consents"),
        )
    return [_read(yaml, number) for number in range(len(consents))]


def _read(yaml: PlainYaml, number: int) -> WrittenConsent:
    where = f"{yaml.where('consents', number)}, consent {number + 1}"
    fields = fields_of(yaml, ("consents", number), wrong=WrongAccountFile, where=where)
    fields.check_known(FIELDS)
    fields.check_given(("giver", "given", "how"))
    if ("about" in fields.content) == ("account" in fields.content):
        raise WrongAccountFile(
            "A consent is about a record or about an account.", expected="one of `about` and `account`", where=where
        )
    said: dict[str, str] = {name: fields.text(name) for name in TEXTS if name in fields.content}
    said |= _answers(fields)
    if "replaces" in fields.content:
        said["replaces"] = _positions(fields)
    return WrittenConsent(
        about=_reference(fields, "about"),
        account=fields.text("account") if "account" in fields.content else "",
        by=_reference(fields, "by"),
        said=said,
        where=where,
    )


def _reference(fields: FieldsOf, name: str) -> str:
    if name not in fields.content:
        return ""
    found = fields.text(name)
    if not _REFERENCE.fullmatch(found):
        raise WrongAccountFile(
            "A record is not named as one.",
            expected="<source key>#<local id>, or an id such as 812.0",
            where=fields.where(name),
        )
    return found


def _answers(fields: FieldsOf) -> dict[str, str]:
    answers = fields.content.get("answers", {})
    if not isinstance(answers, dict):
        raise WrongAccountFile("`answers` is not a block of uses.", expected="`<use>: yes`", where=fields.where())
    # `yes` and `no` without quotes are true and false to YAML, and answers to everyone else.
    plain = {True: "yes", False: "no"}
    found = {}
    for purpose, answer in answers.items():
        text = plain[answer] if isinstance(answer, bool) else answer
        if not isinstance(text, str) or not text:
            raise WrongAccountFile(
                "An answer is not one.", expected="yes, no, not_asked or withdrawn", where=f"{fields.where()}, answers"
            )
        found[ANSWER + purpose] = text
    return found


def _positions(fields: FieldsOf) -> str:
    found = fields.content["replaces"]
    if not isinstance(found, list) or not all(isinstance(each, int) and not isinstance(each, bool) for each in found):
        raise WrongAccountFile(
            "`replaces` is not a list of entries.", expected="`replaces: [731]`", where=fields.where("replaces")
        )
    return " ".join(map(str, found))
