"""What people type at a desk becomes the body of an account: one source, what it says of whom, as it was written.

Pure functions of fields. A date is read as people write it and kept in both forms, canonical and as typed; what cannot
be read is reported by field, all fields at once, and nothing is guessed. Whether the person is somebody known is asked,
never assumed: ``who`` is an id, or ``new`` said on purpose.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dalil.errors import BadInput, WrongValue
from dalil.intake.checking import check_account
from dalil.ledger.entries import Draft
from dalil.ledger.keys import Signer
from dalil.ledger.kinds import Kind
from dalil.ledger.log import Ledger
from dalil.values.dates import FuzzyDate, parse_date
from dalil.values.ids import format_subject, parse_subject
from dalil.vocabulary.vocabulary import Vocabulary

NEW: Final = "new"
MOST_EVENTS: Final = 4
MOST_TEXT: Final = 1_500_000
"""Characters of a testimony: about 500 pages."""
KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
ARABIC: Final = re.compile(r"[\u0600-\u06ff]")


@dataclass
class Reading:
    """Fields while they are read: what was understood of dates, and what could not be taken, by field."""

    said: Mapping[str, str]
    vocabulary: Vocabulary
    dates: dict[str, FuzzyDate] = field(default_factory=dict)
    problems: dict[str, BadInput] = field(default_factory=dict)

    def text(self, name: str, *, required: bool = False) -> str:
        """Return a field's text, NFC and trimmed."""
        found = unicodedata.normalize("NFC", self.said.get(name, "")).strip()
        if required and not found:
            self.problems[name] = WrongValue("This is needed.", expected="a text", where=name)
        if len(found) > MOST_TEXT:
            self.problems[name] = WrongValue(
                "This is too long.", expected=f"up to {MOST_TEXT:,} characters", where=name
            )
        return found

    def date(self, name: str, *, required: bool = False) -> str | None:
        """Return a field's date as EDTF."""
        typed = self.text(name, required=required)
        try:
            found = parse_date(typed) if typed else None
        except BadInput as error:
            self.problems[name] = error
            return None
        if found is None:
            return None
        self.dates[name] = found
        return found.edtf

    def term(self, name: str, scheme: str, *, required: bool = False) -> str | None:
        """Return a field's term, given as code, label or alias."""
        typed = self.text(name, required=required)
        if not typed:
            return None
        try:
            return self.vocabulary.resolve(scheme, typed)
        except BadInput as error:
            self.problems[name] = error
            return None

    def subject(self, name: str) -> str | None:
        """Return the existing subject a field names, or None for a new one; neither said is a problem."""
        typed = self.text(name)
        if typed == NEW:
            return None
        try:
            return format_subject(parse_subject(typed))
        except BadInput:
            self.problems[name] = WrongValue(
                "Say whether this is somebody known.", expected="a person found, or a new one on purpose", where=name
            )
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What fields became: a body to record, unless there are problems; and how each date was understood."""

    body: dict[str, Any]
    dates: Mapping[str, FuzzyDate]
    problems: Mapping[str, BadInput]


class _Account:
    """Statements while they are put together."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.subjects: list[Any] = []
        self.statements: list[Any] = []
        self.locator, self.sensitivity = reading.text("locator"), reading.text("sensitivity")

    def subject(self, local: str, kind: str, existing: str | None = None) -> None:
        self.subjects.append([local, kind, existing] if existing else [local, kind])

    def say(self, subject: str, predicate: str, value: Any, *dated_by: str, **more: Any) -> None:
        typed = "\n".join(
            self.reading.text(name)
            for name in dated_by
            if name in self.reading.dates and self.reading.dates[name].edtf != self.reading.text(name)
        )
        marks = {"original": typed, "locator": self.locator, "sensitivity": self.sensitivity}
        said = {name: text for name, text in marks.items() if text}
        self.statements.append({"subject": subject, "predicate": predicate, "value": value, **said, **more})

    def body(self, source: int, language: str) -> dict[str, Any]:
        return {"source": source, "language": language, "subjects": self.subjects, "statements": self.statements}


def _entered(account: _Account, source: int) -> Entered:
    reading = account.reading
    language = reading.text("language") or "ar"
    body = account.body(source, language)
    if not reading.problems:
        check_account(body, reading.vocabulary)
    return Entered(body=body, dates=reading.dates, problems=reading.problems)


def detention_entered(said: Mapping[str, str], vocabulary: Vocabulary, *, source: int) -> Entered:
    """Return the account of one detention: who, when, where, by whom, why, what happened since, in whose words."""
    reading = Reading(said, vocabulary)
    account = _Account(reading)
    account.subject("p1", "person", reading.subject("who"))
    account.subject("d1", "episode")
    _person(account, "p1", "")
    account.say("d1", "detainee", {"person": "p1"})
    if party := reading.term("party", "parties"):
        account.say("d1", "held_by", {"party": party})
    arrested = {
        "event": "arrested",
        "on": reading.date("arrested", required=True),
        "place": reading.term("place", "places"),
    }
    account.say("d1", "episode_event", _given(arrested), "arrested")
    for number in range(1, MOST_EVENTS + 1):
        event = {
            "event": reading.term(f"event_{number}", "episode_events"),
            "on": reading.date(f"on_{number}"),
            "place": reading.term(f"place_{number}", "places"),
        }
        if event["event"]:
            account.say("d1", "episode_event", _given(event), f"on_{number}")
        elif event["on"] or event["place"]:
            reading.problems[f"event_{number}"] = WrongValue("Say what happened then.", where=f"event_{number}")
    _reason(account)
    if told := reading.text("testimony"):
        account.say("d1", "note", told)
    return _entered(account, source)


def _person(account: _Account, local: str, prefix: str) -> None:
    reading = account.reading
    name = reading.text(f"{prefix}name", required=True)
    script = "Arab" if ARABIC.search(name) else "Latn"
    value = {"text": name, "script": script, "mother": reading.text(f"{prefix}mother") or None}
    account.say(local, "name", _given(value))
    if sex := reading.term(f"{prefix}sex", "sexes"):
        account.say(local, "sex", sex)
    if birth := reading.date(f"{prefix}birth"):
        account.say(local, "birth", birth, f"{prefix}birth")


def _reason(account: _Account) -> None:
    reading = account.reading
    reason, relation = reading.term("reason", "reasons"), reading.term("relation", "kin")
    because = reading.text("because_of")
    if because:
        account.subject("p2", "person")
        script = "Arab" if ARABIC.search(because) else "Latn"
        account.say("p2", "name", {"text": because, "script": script})
        if relation:
            account.say("p1", "kin", {"relation": relation, "of": "p2"})
    if reason:
        account.say("d1", "reason", _given({"reason": reason, "because_of": "p2" if because else None}))


def update_entered(said: Mapping[str, str], vocabulary: Vocabulary, *, source: int, episode: int) -> Entered:
    """Return the account of something that happened in a detention already recorded."""
    reading = Reading(said, vocabulary)
    account = _Account(reading)
    account.subject("d1", "episode", format_subject(episode))
    event = {
        "event": reading.term("event", "episode_events", required=True),
        "on": reading.date("on"),
        "place": reading.term("place", "places"),
        "mode": reading.term("mode", "release_modes"),
    }
    account.say("d1", "episode_event", _given(event), "on")
    if told := reading.text("testimony"):
        account.say("d1", "note", told)
    return _entered(account, source)


def broadcast_entered(said: Mapping[str, str], vocabulary: Vocabulary, *, source: int) -> Entered:
    """Return the account of someone shown speaking: what they said, and the condition in which they said it."""
    reading = Reading(said, vocabulary)
    account = _Account(reading)
    account.subject("p1", "person", reading.subject("who"))
    account.subject("ap1", "appearance")
    _person(account, "p1", "")
    appearance = {
        "speaker": "p1",
        "carrier": reading.term("carrier", "carriers"),
        "on": reading.date("on", required=True),
        "speech": reading.term("speech", "speech_conditions", required=True),
        "content": reading.text("testimony") or None,
    }
    account.say("ap1", "appearance", _given(appearance), "on")
    return _entered(account, source)


def source_entered(said: Mapping[str, str], vocabulary: Vocabulary, *, invented: bool) -> Entered:
    """Return the body of a source. In a demonstration every source is invented, and says so."""
    reading = Reading(said, vocabulary)
    key, kind = reading.text("key", required=True), reading.term("kind", "source_kinds", required=True)
    if key and not KEY.fullmatch(key):
        reading.problems["key"] = WrongValue(
            "A source's key has another form.", expected="small letters, digits and hyphens", where="key"
        )
    body: dict[str, Any] = {
        "key": key,
        "kind": "synthetic" if invented else kind or "",
        "title": reading.text("title", required=True),
        "language": reading.text("language") or "ar",
        "synthetic": invented,
    }
    optional = {
        "form": kind if invented else None,
        "publisher": reading.text("publisher") or None,
        "published": reading.date("published"),
        "url": reading.text("url") or None,
    }
    return Entered(body=body | _given(optional), dates=reading.dates, problems=reading.problems)


def _given(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in value.items() if said is not None}


def record_entered(ledger: Ledger, kind: Kind, entered: Entered, *, by: Signer) -> int:
    """Record what was entered, under the key of whoever did; return its position.

    Raises
    ------
    BadInput
        The first of its problems; nothing was recorded.
    """
    for problem in entered.problems.values():
        raise problem
    return ledger.append([Draft(kind, entered.body)], by=by).first
