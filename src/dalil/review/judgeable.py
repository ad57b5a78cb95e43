"""What may be judged at all: two subjects of one kind that the actor may see, in words that are verdicts, unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from dalil.errors import ReviewStale, UnknownSubject, WrongValue
from dalil.protection import Actor
from dalil.protection.opening import visible
from dalil.records.judged import identities_of, kinds_of, verdicts_at
from dalil.review.pair_states import VERDICTS, Said
from dalil.review.verdicts import said_by

NOTE_LENGTH: Final = 2_000


def said_of(connection: Connection, a: int, b: int) -> list[Said]:
    """Return what people said of exactly these two and what stands."""
    return [
        said_by(each)
        for each in verdicts_at(connection, {a})
        if {each.a, each.b} == {a, b} and each.until is None and each.by_a_person
    ]


def kind_of_pair(connection: Connection, by: Actor, a: int, b: int) -> str:
    """Return the kind of both subjects; they must be of one kind, and for this actor to see."""
    return kinds_of_pairs(connection, by, [(a, b)])[a, b]


def kinds_of_pairs(connection: Connection, by: Actor, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return the kind of both subjects of each pair; they must be of one kind, and for this actor to see."""
    kind_of = kinds_of(connection, {each for pair in pairs for each in pair})
    who = identities_of(connection, kind_of)
    seen = visible(connection, by, set(who.values()))
    for pair in pairs:
        if not all(each in kind_of and who[each] in seen for each in pair):
            raise UnknownSubject("There is no such record.", todo="Check the pair, or search.")
        kinds = [kind_of[each] for each in pair]
        if kinds[0] != kinds[1]:
            raise WrongValue(
                "Only subjects of one kind can be the same.",
                expected="two persons, two episodes, two places …",
                found=" and ".join(sorted(kinds)),
                where="pair",
            )
    return {(a, b): kind_of[a] for a, b in pairs}


def check_words(verdict: str, note: str) -> None:
    """Refuse a word that is no verdict, and a note that is too long."""
    if verdict not in VERDICTS:
        raise WrongValue("This is no verdict.", expected=", ".join(VERDICTS), found=verdict[:20], where="verdict")
    if len(note) > NOTE_LENGTH:
        raise WrongValue(
            "The note is too long.", expected=f"at most {NOTE_LENGTH} characters", found=str(len(note)), where="note"
        )


def stale(where: str) -> ReviewStale:
    """Return the refusal of a decision on what is no longer as it was shown."""
    return ReviewStale(
        "This has changed since it was shown.",
        expected="nothing said, judged or decided of it in between",
        found="a newer version",
        where=where,
        todo="Look at it again, and decide on what it is now.",
    )
