"""How well an archive's persons are put together as they now stand, and what that means for a count of some of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import nsmallest
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, select

from dalil.errors import UnknownSubject
from dalil.ledger.store import reading
from dalil.ledger.tables import entries
from dalil.linkage.archives.candidates import Compared, read_compared, read_overlooked
from dalil.linkage.archives.judgements import mentions_of
from dalil.linkage.archives.linkable import columns_of, read_linkable
from dalil.linkage.archives.linking import ArchiveLinkage
from dalil.linkage.archives.presence import chance_of, may_enter
from dalil.linkage.archives.sampled_evaluation import Evaluation, Range, evaluate, persons_error, persons_range
from dalil.linkage.weighing.calibrating import Calibrated, State, is_audited, kind_of
from dalil.names import script_of
from dalil.records.joining import KEEPS_APART, SAME
from dalil.records.judged import verdicts_of_people
from dalil.records.tables import derived, known_by
from dalil.values.collector import collector_resting
from dalil.values.ids import ORDER_BITS
from dalil.vocabulary.vocabulary import Vocabulary

Longs = npt.NDArray[np.int64]
WORST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEvaluation:
    """What was measured of an archive.

    Attributes
    ----------
    run : int
        The linkage run that stands.
    n_judged : int
        Pairs of those compared that people have settled.
    measured : Evaluation
        Of the rest, as persons now stand.
    persons : Range
        How many persons there are, for as many as are found.
    n_persons : int
        How many persons the linked mentions now make.
    n_left : int
        Mentions in lists that tell too little to be linked, and are persons of their own.
    worst : list of dict
        The least sure clusters of the run: score in thousandths, and ids.
    """

    run: int
    n_judged: int
    measured: Evaluation
    n_persons: int
    n_left: int
    persons: Range
    worst: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "run": self.run,
            "judged_pairs": self.n_judged,
            "persons_found": self.n_persons,
            "mentions_left_out": self.n_left,
            "persons": {name: round(getattr(self.persons, name)) for name in ("value", "low", "high")},
            **self.measured.as_json(),
            "worst_clusters": self.worst,
        }


class ArchiveEvaluator:
    """Measures one archive; made anew when people have judged more."""

    def __init__(
        self, *, linkage: ArchiveLinkage, engine: Engine, vocabulary: Vocabulary, derived_folder: Path
    ) -> None:
        self._linkage, self._engine, self._derived = linkage, engine, derived_folder
        self._vocabulary, self._tables = vocabulary, derived(vocabulary)

    @cached_property
    def run(self) -> int:
        """The run that stands.

        Raises
        ------
        UnknownSubject
            None does.
        """
        standing = self._linkage.standing()
        if not standing:
            raise UnknownSubject(
                "No linkage run stands.", expected="at least one", found="none", todo="`dalil linkage run` makes one."
            )
        return standing[-1]

    @cached_property
    def _calibrated(self) -> tuple[Calibrated, Longs]:
        """What is measured, and how many linked mentions the persons on either side of each pair have."""
        compared, drawn = self._compared, self._linkage.drawn()
        with reading(self._engine) as connection:
            said = [each for each in verdicts_of_people(connection) if each.leads and not each.proposed]
        told = {(min(each.a, each.b), max(each.a, each.b)): (each.verdict, each.entry) for each in said}
        # What was answered after the run was made is as new to its model as what is kept from every model.
        audited = [
            (a, b, verdict == SAME)
            for (a, b), (verdict, entry) in told.items()
            if (a, b) in drawn and (is_audited(a, b) or entry > self.run) and verdict in (SAME, *KEEPS_APART)
        ]
        who = _identities(self._joined, self._ends.mentions)
        one, other = self._ends.of_pairs(who)
        (one_list, other_list), (one_arabic, other_arabic) = map(self._ends.of_pairs, (self._lists, self._arabic))
        state = State(
            compared=replace(compared, joined=one == other),
            by_run=compared.joined,
            kind=kind_of(same_list=one_list == other_list, two_scripts=one_arabic != other_arabic),
            judged=self._ends.contains(told),
            audited=audited,
            blocking_recall=float(min(self._linkage.runs()[self.run]["blocking_recall"])) / 1000,
            overlooked=read_overlooked(self._derived, self.run),
            looked_at={
                pair: told[pair][0] == SAME
                for pair in self._linkage.overlooked() & told.keys()
                if told[pair][0] in (SAME, *KEEPS_APART)
            },
        )
        # Of echoes no pair was compared: a person weighs by who was.
        return Calibrated(state), self._ends.of_pairs(_times(np.sort(who), who))

    @collector_resting()
    def evaluate(self) -> ArchiveEvaluation:
        """Estimate precision, recall and the number of persons, with 95 % intervals."""
        calibrated, sizes = self._calibrated
        with reading(self._engine) as connection:
            worst = self._worst(connection)
        return ArchiveEvaluation(
            run=self.run,
            n_judged=int(calibrated.state.judged.sum()),
            measured=evaluate(calibrated, groups=self._groups()),
            n_persons=self.n_persons,
            n_left=len(self._left),
            persons=persons_range(calibrated, sizes, self.n_persons),
            worst=worst,
        )

    def error_of(self, mentions: Longs, n_counted: int) -> Range:
        """Return by how many persons a count may be too low (or, negative, too high), with a 95 % interval.

        Parameters
        ----------
        mentions : (n_mentions,) int64
            Every mention of everyone counted.
        n_counted : int
            Persons counted.
        """
        calibrated, sizes = self._calibrated
        one, other = self._ends.of_pairs(np.isin(self._ends.mentions, mentions))
        return persons_error(
            calibrated,
            sizes,
            inside=one & other,
            touching=one ^ other,
            entering=self._entering(mentions, of_nobody=~one & ~other),
            n_unlinked=int(np.isin(self._left, mentions).sum()),
            n_counted=n_counted,
            n_persons=self.n_persons,
        )

    def _entering(self, mentions: Longs, *, of_nobody: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """Return how likely each pair, if joined, brings somebody into a count; see `persons_error`."""
        compared, (all_, lists, who) = self._calibrated[0].state.compared, self._everyone
        entering, chance = may_enter(all_, lists, who, np.isin(all_, mentions))
        if not len(entering):
            return np.zeros(len(compared.a))
        between = np.not_equal(*self._ends.of_pairs(self._lists))
        either = np.maximum(*self._ends.of_pairs(chance_of(self._ends.mentions, entering, chance)))
        return np.where(of_nobody & between & ~compared.joined, either, 0.0)

    @cached_property
    def _everyone(self) -> tuple[Longs, Longs, Longs]:
        """Every mention that can be linked, its list, and its identity."""
        return self._linkable, self._list_of(self._linkable), _identities(self._joined, self._linkable)

    def _list_of(self, mentions: Longs) -> Longs:
        """Return the source of each mention."""
        accounts, of_source = self._accounts
        found: Longs = of_source[np.searchsorted(accounts, mentions >> ORDER_BITS)]
        return found

    @cached_property
    def _accounts(self) -> tuple[Longs, Longs]:
        """Accounts and their sources."""
        table = self._tables["accounts"]
        with reading(self._engine) as connection:
            accounts, sources = columns_of(connection, select(table.c.id, table.c.source).order_by(table.c.id))
        return accounts, sources

    def _groups(self) -> dict[str, npt.NDArray[np.bool_]]:
        """Return pairs within and between lists, and by script."""
        arabic = self._ends.of_pairs(self._arabic)
        groups = {"one script": arabic[0] == arabic[1], "two scripts": arabic[0] != arabic[1]}
        sources = self._tables["sources"]
        with reading(self._engine) as connection:
            keys: dict[int, str] = dict(tuple(r) for r in connection.execute(select(sources.c.id, sources.c.key)))
        lists, place = np.unique(self._lists, return_inverse=True)
        ends = self._ends.of_pairs(place)
        both = np.minimum(*ends) * len(lists) + np.maximum(*ends)
        for number in np.unique(both).tolist():
            one, other = (keys[int(lists[at])] for at in divmod(number, len(lists)))
            groups[f"{one} with {other}"] = both == number
        return groups

    @cached_property
    def _compared(self) -> Compared:
        return read_compared(self._derived, self.run)

    @cached_property
    def _ends(self) -> _Ends:
        return _Ends.of(self._compared)

    @cached_property
    def _lists(self) -> Longs:
        """The list of each mention that was compared."""
        return self._list_of(self._ends.mentions)

    @cached_property
    def _arabic(self) -> npt.NDArray[np.bool_]:
        """Whether each mention that was compared is named in Arabic."""
        names = self._tables["names"]
        with reading(self._engine) as connection:
            named = connection.execute(select(names.c.subject, names.c.text).where(known_by(names, None)))
            text: dict[int, str] = dict(tuple(row) for row in named)
        return np.array([script_of(text.get(mention, "")) == "Arab" for mention in self._ends.mentions.tolist()])

    def _worst(self, connection: Connection) -> list[dict[str, Any]]:
        """Return the least sure clusters that stand."""
        judgements = self._tables["judgements"]
        positions = select(judgements.c.entry).where(judgements.c.run.is_not(None), known_by(judgements, None))
        found = []
        for position, body in connection.execute(
            select(entries.c.position, entries.c.body).where(entries.c.position.in_(positions))
        ):
            said = json.loads(body)
            found.append((said["score"], position, said["sets"]))
        least = nsmallest(WORST, found, key=itemgetter(0, 1))
        return [{"score": score, "entry": entry, "mentions": mentions_of(sets)} for score, entry, sets in least]

    @cached_property
    def _records(self) -> tuple[Longs, Longs]:
        """Mentions in lists that can be linked, and those that tell too little."""
        with reading(self._engine) as connection:
            return read_linkable(connection, self._tables)

    @property
    def _linkable(self) -> Longs:
        return self._records[0]

    @cached_property
    def _left(self) -> Longs:
        """Those that tell too little, unless somebody joined them."""
        return np.setdiff1d(self._records[1], self._joined.ravel())

    @cached_property
    def n_persons(self) -> int:
        """How many persons the mentions that can be linked now make."""
        return len(np.unique(self._everyone[2]))

    @cached_property
    def _joined(self) -> Longs:
        """Every mention that joined another, and whom: (n, 2)."""
        with reading(self._engine) as connection:
            return self._memberships(connection)

    def _memberships(self, connection: Connection) -> Longs:
        """Return every mention that joined another, and whom: (n, 2)."""
        table = self._tables["memberships"]
        query = select(table.c.subject, table.c.identity).where(known_by(table, None)).order_by(table.c.subject)
        return columns_of(connection, query).T


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """Which mentions were compared: there are far fewer of them than of pairs, so what is asked is asked of them.

    Attributes
    ----------
    mentions : (n_mentions,) int64
        Ascending.
    at : (2, n_pairs) int64
        Where both mentions of each pair are among them.
    """

    mentions: Longs
    at: Longs

    @classmethod
    def of(cls, compared: Compared) -> _Ends:
        """Return the mentions of pairs."""
        mentions = np.unique(np.concatenate([np.unique(compared.a), np.unique(compared.b)]))
        return cls(mentions=mentions, at=np.stack([np.searchsorted(mentions, x) for x in (compared.a, compared.b)]))

    def of_pairs(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return, for both mentions of each pair, what is known of each mention; (2, n_pairs)."""
        return values[self.at]

    def contains(self, told: Iterable[tuple[int, int]]) -> npt.NDArray[np.bool_]:
        """Tell which pairs are among some that are told of, each the older mention first."""
        pairs = np.array(sorted(told), np.int64).reshape(-1, 2)
        pairs = pairs[np.isin(pairs, self.mentions).all(axis=1)]
        if not len(pairs):
            return np.zeros(self.at.shape[1], np.bool_)
        one, other = np.searchsorted(self.mentions, pairs).T
        codes, asked = one * len(self.mentions) + other, self.at[0] * len(self.mentions) + self.at[1]
        found: npt.NDArray[np.bool_] = codes[np.minimum(np.searchsorted(codes, asked), len(codes) - 1)] == asked
        return found


def _identities(memberships: Longs, mentions: Longs) -> Longs:
    """Return the identity of each mention."""
    if not len(memberships):
        return mentions
    subject, identity = memberships[np.argsort(memberships[:, 0], kind="stable")].T
    at = np.minimum(np.searchsorted(subject, mentions), len(subject) - 1)
    return np.where(subject[at] == mentions, identity[at], mentions)


def _times(persons: Longs, identities: Longs) -> Longs:
    """Return how often each identity occurs among persons, which are sorted."""
    found: Longs = np.searchsorted(persons, identities, "right") - np.searchsorted(persons, identities, "left")
    return found
