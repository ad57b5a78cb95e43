"""What changes when a source says the same thing anew: a row of an updated sheet, a corrected account file.

The earlier accounts stay. The new one says only what is new, about the subjects that are known already, and closes the
statements that the source no longer makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dalil.values.canonical import JsonObject, canonical_bytes
from dalil.values.ids import format_subject, subject_id


def revise(
    earlier: Mapping[int, Mapping[str, Any]], account: JsonObject, *, replaces: Callable[[str], bool]
) -> JsonObject:
    """Return ``account`` reduced to what differs from the accounts the same source gave before.

    Parameters
    ----------
    earlier
        Bodies by ledger position, for the same key of the same source.
    account
        Body of the account as it would be if it were the first.
    replaces
        Whether a statement of this predicate that is no longer made closes the old one (rather than adding to it).
    """
    subjects: dict[str, str] = {}
    live: dict[bytes, tuple[str, str]] = {}
    closed: set[str] = set()
    for entry in sorted(earlier):
        body = earlier[entry]
        for order, subject in enumerate(body["subjects"]):
            own = format_subject(subject_id(entry, order))
            subjects.setdefault(subject[0], subject[2] if len(subject) == 3 else own)
        closed.update(body.get("closes", ()))
        for order, statement in enumerate(body["statements"]):
            identifier = format_subject(subject_id(entry, order))
            live[canonical_bytes(statement)] = (identifier, statement["predicate"])
    live = {said: statement for said, statement in live.items() if statement[0] not in closed}
    statements: Any = account["statements"]
    now = {canonical_bytes(statement): statement for statement in statements}
    gone = sorted(
        identifier for said, (identifier, predicate) in live.items() if said not in now and replaces(predicate)
    )
    named: Any = account["subjects"]
    revised: JsonObject = {
        **account,
        "subjects": [[s[0], s[1], subjects[s[0]]] if s[0] in subjects and len(s) == 2 else list(s) for s in named],
        "statements": [statement for said, statement in now.items() if said not in live],
    }
    if gone:
        revised["closes"] = [*gone]
    return revised
