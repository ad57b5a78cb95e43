"""Which accounts of a detention tell of the same one: the same arrest told by three sources is one episode.

Asked only of accounts of one person. Two accounts tell of one detention if their dates of arrest may be one day, or lie
within a month of each other (sources that disagree), neither says that it was over before the other began, and one
party held the person. Nothing is said of names here: who is who is settled before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, TextClause, select, text

from dalil.records.tables import known_by
from dalil.values.ids import ORDER_BITS, entry_of
from dalil.vocabulary.vocabulary import Vocabulary

RULE: Final = "one-arrest-1"
"""Version of the rule, on every judgement it makes."""
NEAR_DAYS: Final = 31
"""How far apart sources may put one arrest. Second arrests of one person lie closer than this only in ill-kept lists;
no source has measured how often."""
LONG_AGO: Final = -(1 << 39)
FAR_AHEAD: Final = 1 << 39
CHUNK: Final = 400
FEW: Final = 20
"""Entries up to which a condition on them binds their numbers."""
ENDS: Final = ("released", "escaped", "body_returned", "died")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrest:
    """What one account says of one detention.

    Attributes
    ----------
    episode, person : int
        Mentions.
    source : int
        Two rows of one list are rarely one detention told twice; rows of two lists often are.
    lo, hi : int
        First and last day on which the arrest may have been; open where nothing is said.
    over : int
        Last day on which it may have ended; open where no end is told.
    party : str or None
        Who held the person, as high in the tree of parties as tells states, groups and movements apart.
    """

    episode: int
    person: int
    source: int
    lo: int = LONG_AGO
    hi: int = FAR_AHEAD
    over: int = FAR_AHEAD
    party: str | None = None

    @property
    def subject(self) -> int:
        """The mention of the detention."""
        return self.episode

    @property
    def spread(self) -> int:
        """How many days the arrest may lie on, less one."""
        return self.hi - self.lo


def may_be_one(x: Arrest, y: Arrest) -> bool:
    """Tell whether two accounts may tell of one detention."""
    if x.party is not None and y.party is not None and x.party != y.party:
        return False
    if x.over < y.lo or y.over < x.lo:
        return False
    return max(x.lo, y.lo) - min(x.hi, y.hi) <= NEAR_DAYS


def group(arrests: Sequence[Arrest]) -> list[list[Arrest]]:
    """Return which of a person's accounts of detention belong together; those told most precisely are placed first.

    An account that fits several detentions goes to the one whose dates it fits best, and rather to one its own list
    does not tell of yet.
    """
    groups: list[list[Arrest]] = []
    for arrest in sorted(arrests, key=lambda each: (each.spread, each.lo, each.episode)):
        fitting = [told for told in groups if all(may_be_one(arrest, other) for other in told)]
        if not fitting:
            groups.append([arrest])
            continue
        min(fitting, key=lambda told: _misfit(arrest, told)).append(arrest)
    return groups


def _misfit(arrest: Arrest, told: Sequence[Arrest]) -> tuple[bool, int, int]:
    gap = max(max(arrest.lo, other.lo) - min(arrest.hi, other.hi) for other in told)
    return any(other.source == arrest.source for other in told), max(gap, 0), told[0].lo


def read_arrests(
    connection: Connection, tables: Mapping[str, Table], vocabulary: Vocabulary, persons: Sequence[int] | None = None
) -> list[Arrest]:
    """Read what accounts say now of the detentions of some mentions of persons; of everybody, if None."""
    episodes, events, holders = tables["episodes"], tables["episode_events"], tables["holders"]
    subjects, accounts = tables["subjects"], tables["accounts"]
    heads = party_heads(vocabulary)
    found: dict[int, dict[str, int | str]] = {}
    for wanted in chunks(persons):
        query = (
            select(episodes.c.subject, episodes.c.person, accounts.c.source)
            .join(subjects, subjects.c.id == episodes.c.subject)
            .join(accounts, accounts.c.id == subjects.c.entry)
            .where(known_by(episodes, None), known_by(subjects, None))
        )
        if wanted is not None:  # found by account, since typed tables are in the order of their ids and have no index
            query = query.where(in_accounts(episodes, wanted), episodes.c.person.in_(wanted))
        for episode, person, source in connection.execute(query):
            found[episode] = {"person": person, "source": source}
    for wanted in chunks(None if persons is None else sorted(found)):
        of_events = select(events.c.subject, events.c.event, events.c.on_lo, events.c.on_hi).where(
            known_by(events, None), events.c.event.in_(("arrested", *ENDS)), *_of(events, wanted)
        )
        of_holders = select(holders.c.subject, holders.c.party).where(known_by(holders, None), *_of(holders, wanted))
        for episode, event, lo, hi in connection.execute(of_events):
            if (told := found.get(episode)) is not None:
                _tell(told, event, lo, hi)
        for episode, party in connection.execute(of_holders):
            if episode in found and party in heads:
                found[episode]["party"] = heads[party]
    return [Arrest(episode=episode, **told) for episode, told in sorted(found.items())]  # type: ignore[arg-type]


def _of(table: Table, subjects: Sequence[int] | None) -> list[ColumnElement[bool] | TextClause]:
    return [] if subjects is None else [in_accounts(table, subjects), table.c.subject.in_(subjects)]


def in_accounts(table: Table, mentions: Sequence[int]) -> TextClause:
    """Return the condition that a statement is of an account that introduced one of some mentions."""
    return of_entries(table, sorted({entry_of(mention) for mention in mentions}))


def of_entries(table: Table, entries: Sequence[int]) -> TextClause:
    """Return the condition that an id is of one of some entries, at least one.

    Of a few the numbers are bound, so that a query asked again and again is put together once. Of many they are
    written out: they are ours, and as bound values hundreds of them take longer to put together than to ask.
    """
    ranges = [(entry << ORDER_BITS, (entry + 1 << ORDER_BITS) - 1) for entry in entries]
    bound = {f"end_{n}_{m}": end for n, ends in enumerate(ranges) for m, end in enumerate(ends)}
    marks = [f":{name}" for name in bound] if len(ranges) <= FEW else [f"{end:d}" for end in bound.values()]
    said = " OR ".join(f"{table.name}.id BETWEEN {a} AND {b}" for a, b in zip(marks[::2], marks[1::2], strict=True))
    condition = text(f"({said})")  # as a column it would be compared with 1, and no index used
    return condition.bindparams(**bound) if len(ranges) <= FEW else condition


def _tell(told: dict[str, int | str], event: str, lo: int | None, hi: int | None) -> None:
    if event == "arrested":
        if lo is not None:
            told["lo"] = lo
        if hi is not None:
            told["hi"] = hi
    elif hi is not None:
        told["over"] = hi


def chunks(ids: Sequence[int] | None) -> list[Sequence[int] | None]:
    """Return ids in pieces that one query asks for; None, for everything, is one piece."""
    if ids is None:
        return [None]
    edges = [*range(0, len(ids), CHUNK), len(ids)]
    return [ids[start:stop] for start, stop in pairwise(edges)]


@lru_cache(maxsize=4)
def party_heads(vocabulary: Vocabulary) -> Mapping[str, str]:
    """Return the side each party belongs to: a service to its state, a branch to its movement.

    General terms of the core vocabulary (a state, some armed group) are on no side: they contradict nothing.
    """
    terms = vocabulary.schemes["parties"].terms
    heads: dict[str, str] = {}
    for code, term in terms.items():
        if term.pack == "core":
            continue
        head = code
        while (parent := terms[head].parent) is not None and terms[parent].pack != "core":
            head = parent
        heads[code] = head
    return heads
